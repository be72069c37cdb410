"""How sure positions are: the whole fit again on resampled documents of each unit, brought into line with the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from discourse.compare.resample import stream
from discourse.errors import DiscourseError

# Documents of a unit for the interval of its position, which covers the position in very many documents in .97 to .99 of simulated units
# with 3 to 8 of them (benchmarks/positions.py); and for its region, which with fewer covers the whole map.
LEAST_FOR_INTERVAL = 3
LEAST_FOR_REGION = 5

Fit = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Texts:
    """What is resampled: counts by document of each unit.

    Parameters
    ----------
    counts : csr_array, shape (n_rows, n_terms)
        A row for all that a unit says in a document.
    unit : ndarray of int64, shape (n_rows,)
        Number of the unit of each row, from 0.
    names : sequence of str
        The units.
    """

    counts: sparse.csr_array
    unit: np.ndarray
    names: Sequence[str]

    def summed(self, weights: np.ndarray | None = None) -> np.ndarray:
        """Counts by unit; `weights` says how often each row counts. float64, shape (n_units, n_terms)."""
        n = len(self.unit)
        given = np.ones(n) if weights is None else weights.astype(float)
        adding = sparse.csr_array((given, (self.unit, np.arange(n))), shape=(len(self.names), n))
        return np.asarray((adding @ self.counts).todense(), float)

    @property
    def n_documents(self) -> np.ndarray:
        """Documents of each unit; int64, shape (n_units,)."""
        return np.bincount(self.unit, minlength=len(self.names))

    def drawn(self, resamples: int, seed: int) -> np.ndarray:
        """How often each row is drawn, as many of each unit as it has; int64, shape (resamples, n_rows)."""
        found = np.zeros((resamples, len(self.unit)), np.int64)
        for u, name in enumerate(self.names):
            at = np.flatnonzero(self.unit == u)
            found[:, at] = stream(seed, "positions", name).multinomial(
                len(at), np.full(len(at), 1 / len(at)), resamples
            )
        return found


def resampled(texts: Texts, fit: Fit, first: np.ndarray, *, resamples: int = 200, seed: int = 1) -> np.ndarray:
    """Positions in resamples of the documents of each unit, in line with the first.

    Parameters
    ----------
    texts : Texts
        What is resampled.
    fit : callable
        From counts by unit (n_units, n_terms) to positions (n_units, n_dimensions); a fit that fails raises a `DiscourseError`.
    first : ndarray of float64, shape (n_units, n_dimensions)
        Positions in all texts. Signs of a dimension, and the rotation of several, are arbitrary: each fit is turned to these, without
        stretching it (orthogonal Procrustes rotation).
    resamples, seed : int
        How often, and the seed of the experiment.

    Returns
    -------
    ndarray of float64, shape (n_fits, n_units, n_dimensions)
        Fits that succeeded.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[4, 0], [3, 1], [1, 3], [0, 4]]))
    >>> texts = Texts(counts, np.array([0, 0, 1, 1]), ["a", "b"])
    >>> share = lambda counts: (counts[:, 1] / counts.sum(1))[:, None]
    >>> resampled(texts, share, share(texts.summed()), resamples=50).shape
    (50, 2, 1)
    """
    found = []
    for weights in texts.drawn(resamples, seed):
        try:
            found.append(_in_line(fit(texts.summed(weights)), first))
        except DiscourseError:
            continue
    return np.array(found).reshape(len(found), *first.shape)


def _in_line(positions: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Positions turned to others, around the mean of both."""
    middle, other = positions.mean(0), first.mean(0)
    left, _, right = np.linalg.svd((positions - middle).T @ (first - other))
    if positions.shape[1] == 1 and left[0, 0] * right[0, 0] > 0:
        return positions
    return np.asarray((positions - middle) @ (left @ right) + other)


def spread_of(draws: np.ndarray, n_documents: np.ndarray) -> np.ndarray:
    """Standard errors of one dimension over documents; NaN for units with too few. float64, shape (n_units,).

    A bootstrap of n documents varies as if they were n - 1; that is put right.
    """
    n = n_documents.astype(float)
    few = (n < LEAST_FOR_INTERVAL) | (len(draws) < 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(few, np.nan, draws.std(0, ddof=1) * np.sqrt(n / (n - 1)))


def intervals(
    estimate: np.ndarray, draws: np.ndarray, n_documents: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of positions: Student's t with as many degrees of freedom as a unit has documents but one.

    Parameters
    ----------
    estimate : ndarray of float64, shape (n_units,)
    draws : ndarray of float64, shape (n_fits, n_units)
        From `resampled`, one dimension.
    n_documents : ndarray of int64, shape (n_units,)
    confidence : float

    Returns
    -------
    low, high : ndarray of float64, shape (n_units,)
    """
    reach = spread_of(draws, n_documents) * stats.t.ppf((1 + confidence) / 2, np.maximum(n_documents - 1, 1))
    return estimate - reach, estimate + reach


def ellipses(first: np.ndarray, draws: np.ndarray, n_documents: np.ndarray, confidence: float) -> pd.DataFrame:
    """Regions of positions on two dimensions: axes of ellipses, by Hotelling's T squared.

    Parameters
    ----------
    first : ndarray of float64, shape (n_units, 2)
    draws : ndarray of float64, shape (n_fits, n_units, 2)
        From `resampled`.
    n_documents : ndarray of int64, shape (n_units,)
    confidence : float

    Returns
    -------
    DataFrame
        `x`, `y`, `wide`, `tall` (half axes) and `angle` (degrees from the first dimension to `wide`); half axes are NaN for units with too
        few documents.
    """
    rows = []
    for u, n in enumerate(n_documents.tolist()):
        wide = tall = angle = np.nan
        if n >= LEAST_FOR_REGION and len(draws) > 2:
            square, vectors = np.linalg.eigh(np.cov(draws[:, u].T) * n / (n - 1))
            reach = 2 * (n - 1) / (n - 2) * stats.f.ppf(confidence, 2, n - 2)
            tall, wide = np.sqrt(np.maximum(square, 0) * reach)
            angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180)
        rows.append((first[u, 0], first[u, 1], wide, tall, angle))
    return pd.DataFrame(rows, columns=["x", "y", "wide", "tall", "angle"])


def group_difference(
    estimate: np.ndarray,
    draws: np.ndarray,
    sides: tuple[np.ndarray, np.ndarray],
    n_documents: np.ndarray,
    confidence: float,
) -> dict[str, float]:
    """Mean position of some units minus that of others, with two intervals.

    Parameters
    ----------
    estimate : ndarray of float64, shape (n_units,)
    draws : ndarray of float64, shape (n_fits, n_units)
    sides : pair of ndarray of int
        The units of either group.
    n_documents : ndarray of int64, shape (n_units,)
    confidence : float

    Returns
    -------
    dict
        `estimate`; `low`, `high`: units are the sample (Welch's t; NaN with fewer than three on a side); `low_document`,
        `high_document`: documents are, for these units.
    """
    a, b = sides
    found = {"estimate": float(estimate[a].mean() - estimate[b].mean())} | dict.fromkeys(
        ("low", "high", "low_document", "high_document"), np.nan
    )
    if min(len(a), len(b)) >= 3:
        test = stats.ttest_ind(estimate[a], estimate[b], equal_var=False).confidence_interval(confidence)
        found |= {"low": float(test.low), "high": float(test.high)}
    several = n_documents[np.concatenate([a, b])]
    if len(draws) > 2 and several.min() > 1:
        # Each unit has its own number of documents: the mean inflation, and all degrees of freedom together.
        inflation = float(np.mean(several / (several - 1)))
        reach = (draws[:, a].mean(1) - draws[:, b].mean(1)).std(ddof=1) * np.sqrt(inflation)
        reach *= stats.t.ppf((1 + confidence) / 2, int((several - 1).sum()))
        found |= {"low_document": found["estimate"] - reach, "high_document": found["estimate"] + reach}
    return found
