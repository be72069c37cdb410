"""What a word adds to the difference of a mean score, a rate or an entropy, and to a divergence (Gallagher et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np


class Kind(StrEnum):
    """What differs."""

    SCORE = "score"  # the mean score of words
    RATE = "rate"  # the rate of words per 10,000 tokens
    ENTROPY = "entropy"  # of the distribution of words
    DIVERGENCE = "divergence"  # Jensen-Shannon divergence of the two distributions, in bits


@dataclass(frozen=True)
class Measure:
    """How a word adds to a difference.

    Parameters
    ----------
    kind : Kind
        What differs.
    scores : ndarray, shape (n_words,), optional
        Of each word, for `Kind.SCORE`.
    reference : float
        Score from which others are counted: a word above it raises the mean where it becomes more frequent.
    order : float
        Of the entropy (Tsallis 1988); 1 is Shannon's, in bits.

    Examples
    --------
    >>> p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    >>> Measure(Kind.SCORE, np.array([1.0, -1.0]))(p, q).tolist()
    [0.25, 0.25]
    >>> round(float(Measure(Kind.DIVERGENCE).total(p, q)), 4)
    0.0488
    """

    kind: Kind
    scores: np.ndarray | None = None
    reference: float = 0.0
    order: float = 1.0

    @property
    def scale(self) -> float:
        """10,000 for a rate."""
        return 1e4 if self.kind == Kind.RATE else 1.0

    def of(self, words: np.ndarray) -> Measure:
        """The same of some words, by their places."""
        return self if self.scores is None else replace(self, scores=self.scores[words])

    def __call__(self, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        """What each word adds; words along the first axis.

        Notes
        -----
        Score (eq. 4 with one score a word): (s - s_ref)(p - q). Rate: p - q. Entropy: h(p) - h(q), with h(p) = -p log2 p, or
        -p^a / (a - 1) of order a. Divergence: h(m) - h(p)/2 - h(q)/2, where m is the mean of p and q; it is never negative,
        and bears the sign of p - q here, to say in which group the word is more frequent.
        """
        if self.kind in (Kind.SCORE, Kind.RATE):
            by = self.scale if self.scores is None else self.scores - self.reference
            return (p - q) * (by if np.ndim(by) == 0 or p.ndim == 1 else np.asarray(by)[:, None])
        if self.kind == Kind.ENTROPY:
            return self._h(p) - self._h(q)
        return np.sign(p - q) * (_bits((p + q) / 2) - _bits(p) / 2 - _bits(q) / 2)

    def total(self, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        """The difference as a whole: the sum over words (the first axis)."""
        parts = self(p, q)
        return np.asarray((np.abs(parts) if self.kind == Kind.DIVERGENCE else parts).sum(0))

    def level(self, p: np.ndarray) -> float:
        """The mean score, rate or entropy of one group; NaN for a divergence, which has two."""
        if self.kind == Kind.ENTROPY:
            # Of an order other than 1 the sum lacks a constant that differences have not.
            return float(self._h(p).sum() + (0 if self.order == 1 else 1 / (self.order - 1)))
        if self.kind == Kind.DIVERGENCE:
            return np.nan
        return float(self.scale * (p if self.scores is None else p * self.scores).sum())

    def _h(self, p: np.ndarray) -> np.ndarray:
        return _bits(p) if self.order == 1 else -(p**self.order) / (self.order - 1)

    def slope(self, p: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Derivative of an entropy, or of a divergence, by the shares p of one group; 0 for words that it has not."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == Kind.DIVERGENCE:
                found = (np.log2(p) - np.log2((p + other) / 2)) / 2
            elif self.order == 1:
                found = -np.log2(p)
            else:
                found = -self.order * p ** (self.order - 1) / (self.order - 1)
        return np.where(p > 0, found, 0.0)


def _bits(p: np.ndarray) -> np.ndarray:
    """-p log2 p; 0 for 0."""
    return -p * np.log2(np.where(p > 0, p, 1.0))
