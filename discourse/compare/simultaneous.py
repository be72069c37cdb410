"""Tests of the log-odds ratios of many terms at once, and the intervals that these tests leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import stdtr, stdtrit

from discourse.compare.intervals import log_odds_of
from discourse.compare.multiple import holm, pooled_p, step_down_max_t
from discourse.compare.resample import Design, stream
from discourse.compare.sums import Counts, Weights

# Divisions at a time, so that memory does not grow with their number; fewer where there are many units or terms, to hold no more numbers.
BLOCK, LEAST, NUMBERS = 500, 32, 2**25
SHUFFLED = 2**22  # random numbers at a time
PART, COPIED = 2**17, 64  # ratios, and columns, at a time


class LogOdds:
    """Log-odds ratios and their standard errors for many divisions of the same units into two groups.

    Parameters
    ----------
    y : csr_array or csc_array, shape (n_units, n_terms)
        Frequencies by unit (document or cluster).
    n : ndarray, shape (n_units,)
        Tokens by unit.
    prior : ndarray, shape (n_terms,)
        Expected share of each term.
    alpha0 : float
        Weight of the prior in tokens.
    units : ndarray of int, optional
        The unit of each row of y, as `discourse.compare.sums.Sums` takes it.
    """

    def __init__(
        self,
        y: sparse.csr_array | sparse.csc_array,
        n: np.ndarray,
        prior: np.ndarray,
        alpha0: float,
        units: np.ndarray | None = None,
    ) -> None:
        self.counts, self.prior, self.alpha0 = Counts(y, np.asarray(n, float)[:, None], units), prior, alpha0
        self.whole = self.counts.moments(Weights(np.ones((1, len(n)))))

    def __call__(self, study: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ratios and errors, each of shape (n_divisions, n_terms).

        The error is that of sums over independent units, by linearisation (see `log_odds_level`).

        Parameters
        ----------
        study : ndarray of bool, shape (n_divisions, n_units)
            Units of the study group in each division; the others are the reference group.
        """
        estimate, error = (np.empty((len(study), len(self.prior)), order="F") for _ in range(2))
        for terms, inside in self.counts.blocks(Weights(study)):
            whole, alpha = self.whole.of(terms), self.alpha0 * self.prior[terms]
            for (_, part), some in inside.parts():
                # The rest of the whole is the reference group: its sums need no second product.
                groups = (some, whole.of(part).minus(some))
                (one, v), (other, u) = (log_odds_of(m, alpha[part], self.alpha0) for m in groups)
                estimate[:, terms[part]] = np.subtract(one, other, out=one)
                error[:, terms[part]] = np.sqrt(np.add(v, u, out=v), out=v)
        return estimate, error


def log_odds_with_error(
    y: sparse.csr_array, n: np.ndarray, study: np.ndarray, prior: np.ndarray, alpha0: float
) -> tuple[np.ndarray, np.ndarray]:
    """`LogOdds` of some divisions."""
    return LogOdds(y, n, prior, alpha0)(study)


def divisions(study: np.ndarray, n: int, rng: np.random.Generator, stratum: np.ndarray | None = None) -> np.ndarray:
    """Random divisions of units into two groups of the same sizes, within strata where there are some.

    Parameters
    ----------
    study : ndarray of bool, shape (n_units,)
        The observed division.
    n : int
        Number of divisions.
    rng : Generator
        Random numbers.
    stratum : ndarray of int, shape (n_units,), optional
        Number of the stratum of each unit.

    Returns
    -------
    ndarray of bool, shape (n, n_units)
    """
    stratum = np.zeros(len(study), int) if stratum is None else stratum
    ordered = study[np.argsort(stratum, kind="stable")]
    result = np.empty((n, len(study)), bool)
    for first in range(0, n, step := max(SHUFFLED // max(len(study), 1), 1)):
        some = result[first : first + step]
        order = np.argsort(rng.random(some.shape) + stratum, axis=1)
        np.put_along_axis(some, order, np.broadcast_to(ordered, order.shape), axis=1)
    return result


class Simultaneous(NamedTuple):
    """Intervals and tests of a family of terms: each array of shape (n_terms,)."""

    low: np.ndarray
    high: np.ndarray
    low_pointwise: np.ndarray
    high_pointwise: np.ndarray
    critical: tuple[np.ndarray, np.ndarray, float]
    p: np.ndarray
    p_family: np.ndarray


def simultaneous(
    estimate_of: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    study: np.ndarray,
    design: Design,
    unit: str,
    stratum: np.ndarray | None = None,
    df: float | None = None,
) -> Simultaneous:
    """Tests of many log-odds ratios that find no false difference in 19 of 20 corpora, and their intervals.

    An interval reaches from c * q1 * (s + s0) below the estimate to c * q2 * (s + s0) above it. s is the standard error
    of the term, s0 the median over the terms, which keeps rare terms with an accidentally small error from setting the
    scale (Tusher, Tibshirani & Chu 2001). q1 and q2 are the quantiles that estimate / (s + s0) and its negative pass in
    2.5% of random divisions of the same units into groups of the same sizes: a term that is bursty, or whose
    differences are skewed because one group is small, gets a wide interval on that side without widening those of other
    terms (balanced intervals; Beran 1988, Romano & Wolf 2010). c is the quantile of the largest of these ratios over
    all terms and divisions (max-T; Westfall & Young 1993); of several contrasts each has its share of the error. With c = 1 they are the intervals of a term alone. Divisions
    within strata keep the part of a difference that the strata make: it is added to the interval on that side, for this
    test does not tell it from chance.

    What is promised is this: where the division of the units means nothing, any interval excludes 0 in at most
    1 - confidence of all corpora, however few units there are. Where many terms differ, the intervals of all of them need
    not hold the true differences at once: c is that of equal groups (benchmarks/terms.py).

    Parameters
    ----------
    estimate_of : callable
        From divisions of the units, bool of shape (n_divisions, n_units), to the differences and their standard errors,
        each of shape (n_divisions, n_terms): `log_odds_with_error`, or that of another measure.
    study : ndarray of bool, shape (n_units,)
        Units of the study group.
    design : Design
        Resamples (used as the number of random divisions), confidence, seed.
    unit : str
        Name of the unit, for the stream of random numbers.
    stratum : ndarray of int, shape (n_units,), optional
        Units are divided within strata.
    df : float, optional
        Where units are not exchangeable (`discourse.compare.strata`): intervals then reach at least as far as those of
        Student's t with these degrees of freedom, of all terms after Bonferroni.

    Returns
    -------
    Simultaneous
        `low_pointwise` and `high_pointwise` are the intervals of a term alone, never wider than those of all. `critical`
        are c * q1, c * q2 and s0. `p` is the p-value of the term alone, from the ratios of all terms in all divisions
        (`pooled_p`), `p_family` that of step-down max-T of the same ratios.
    """
    estimate, error = (x[0] for x in estimate_of(study[None]))
    base = float(np.median(error))
    signed = _ratios(estimate_of, study, design, stream(design.seed, "divisions", unit), stratum)
    # The observed division is one of the possible ones.
    signed[:, 0] = estimate / (error + base)
    # Within strata divisions keep a part of the difference: what they vary is counted from there.
    center = _center(signed) if stratum is not None and stratum.any() else np.float32(0)
    tail = (1 - design.confidence) / 2
    below, above = _scale(signed, tail)
    largest = _standardise(signed, below, above)
    # Of one term alone rounding could leave it below 1.
    c = max(float(np.quantile(largest, design.family_confidence, method="higher")), 1.0)
    least = (0.0, 0.0) if df is None else (_t(tail, df) * error, _t(tail / len(error) / design.contrasts, df) * error)
    reach = error + base
    (low_one, high_one), (low, high) = (
        (
            estimate - np.maximum(reach * (k * below + np.maximum(center, 0)), w),
            estimate + np.maximum(reach * (k * above - np.minimum(center, 0)), w),
        )
        for k, w in zip((1.0, c), least)
    )
    p, p_family = pooled_p(signed.T), step_down_max_t(signed.T)
    if df is not None:
        alone = 2 * stdtr(df, -np.abs(estimate) / error)
        p, p_family = np.maximum(p, alone), np.maximum(p_family, holm(alone))
    p_family = np.minimum(design.contrasts * p_family, 1.0)
    critical = ((estimate - low) / reach, (high - estimate) / reach, base)
    return Simultaneous(low, high, low_one, high_one, critical, p, p_family)


def _ratios(
    estimate_of: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    study: np.ndarray,
    design: Design,
    rng: np.random.Generator,
    stratum: np.ndarray | None,
) -> np.ndarray:
    """Differences over their errors in random divisions; float32, shape (n_terms, 1 + n_divisions), the first column empty."""
    result, done = np.empty((0, 0), np.float32), 0
    while done < design.resamples:
        size = min(max(NUMBERS // max(len(study), len(result)), LEAST), BLOCK, design.resamples - done)
        e, s = estimate_of(divisions(study, size, rng, stratum))
        if not done:
            # Single precision halves the memory.
            result = np.empty((e.shape[1], 1 + design.resamples), np.float32)
        # Each division has a median error of its own, as the observed one has.
        s += _medians(s)
        np.divide(e, s, out=e)
        result[:, 1 + done : 1 + done + size] = e.T
        done += size
    return result


def _medians(errors: np.ndarray) -> np.ndarray:
    """Median of each row; shape (n_rows, 1)."""
    by_row = np.empty(errors.shape)
    # A few columns at a time: a row's are then in the cache when they are laid side by side.
    for first in range(0, errors.shape[1], COPIED):
        by_row[:, first : first + COPIED] = errors[:, first : first + COPIED]
    return np.median(by_row, axis=1, overwrite_input=True, keepdims=True)


def _center(signed: np.ndarray) -> np.ndarray:
    """Subtract the mean over divisions from the ratios of each term; float32, shape (n_terms,)."""
    center = np.empty(len(signed), np.float32)
    for part in _parts(signed):
        # Added up in the order of the divisions.
        center[part] = np.cumsum(signed[part], axis=1, dtype=float)[:, -1] / signed.shape[1]
        signed[part] -= center[part, None]
    return center


def _scale(signed: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """What the ratio of each term, and its negative, passes in this share of the divisions."""
    beyond = int(tail * signed.shape[1])
    below, above = np.empty(len(signed), np.float32), np.empty(len(signed), np.float32)
    for part in _parts(signed):
        ordered = np.sort(signed[part], axis=1)
        below[part], above[part] = ordered[:, -1 - beyond], -ordered[:, beyond]
    # A term that random divisions hardly move has no scale of its own.
    below, above = (np.maximum(q, max(np.median(q) / 2, 1e-6)) for q in (below, above))  # type: ignore[call-overload]
    return below, above


def _standardise(signed: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Divide ratios by the scale of their term on their side, in place; the largest of each division."""
    largest = np.full(signed.shape[1], -np.inf, np.float32)
    for part in _parts(signed):
        some = signed[part]
        some /= np.where(some > 0, below[part, None], -above[part, None])
        np.maximum(largest, some.max(0), out=largest)
    return largest


def _parts(values: np.ndarray) -> Iterator[slice]:
    """Some rows at a time, which fit the processor's cache."""
    step = max(PART // max(values.shape[1], 1), 1)
    yield from (slice(first, first + step) for first in range(0, len(values), step))


def _t(tail: float, df: float) -> float:
    """Value that Student's t passes with this probability."""
    return float(-stdtrit(df, tail))
