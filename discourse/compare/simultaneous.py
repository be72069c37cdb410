"""Tests of the log-odds ratios of many terms at once, and the intervals that these tests leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import stdtr, stdtrit

from discourse.compare.intervals import log_odds_level, moments
from discourse.compare.multiple import holm, pooled_p, step_down_max_t
from discourse.compare.resample import Design, stream

BLOCK = 250  # divisions at a time, so that memory does not grow with their number


def log_odds_with_error(
    y: sparse.csr_array, n: np.ndarray, study: np.ndarray, prior: np.ndarray, alpha0: float
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratios and their standard errors for many divisions of the same units into two groups.

    Parameters
    ----------
    y : csr_array, shape (n_units, n_terms)
        Frequencies by unit (document or cluster).
    n : ndarray, shape (n_units,)
        Tokens by unit.
    study : ndarray of bool, shape (n_divisions, n_units)
        Units of the study group in each division; the others are the reference group.
    prior : ndarray, shape (n_terms,)
        Expected share of each term.
    alpha0 : float
        Weight of the prior in tokens.

    Returns
    -------
    estimate, error : ndarray, shape (n_divisions, n_terms)
        The error is that of sums over independent units, by linearisation (see `log_odds_level`).
    """
    inside = moments(y, n[:, None], study.astype(float))
    whole = moments(y, n[:, None], np.ones((1, len(n))))
    # The rest of the whole is the reference group: its sums need no second product.
    (one, v), (other, u) = (log_odds_level(m, prior, alpha0) for m in (inside, whole.minus(inside)))
    return one - other, np.sqrt(v + u)


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
    order = np.argsort(rng.random((n, len(study))) + stratum, axis=1)
    result = np.empty((n, len(study)), bool)
    np.put_along_axis(result, order, np.broadcast_to(study[np.argsort(stratum, kind="stable")], order.shape), axis=1)
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
    rng = stream(design.seed, "divisions", unit)
    # The observed division is one of the possible ones.
    blocks = [(estimate / (error + base)).astype(np.float32)[None]]
    for start in range(0, design.resamples, BLOCK):
        random = divisions(study, min(BLOCK, design.resamples - start), rng, stratum)
        e, s = estimate_of(random)
        # Each division has a median error of its own, as the observed one has; single precision halves the memory.
        blocks.append((e / (s + np.median(s, axis=1)[:, None])).astype(np.float32))
    signed = np.concatenate(blocks)
    # Within strata divisions keep a part of the difference: what they vary is counted from there.
    center = signed.mean(0, dtype=float).astype(np.float32) if stratum is not None and stratum.any() else np.float32(0)
    signed -= center
    ordered = np.sort(signed, axis=0)
    tail = (1 - design.confidence) / 2
    beyond = int(tail * len(signed))
    below, above = ordered[-1 - beyond], -ordered[beyond]
    # A term that random divisions hardly move has no scale of its own.
    below, above = (np.maximum(q, max(np.median(q) / 2, 1e-6)) for q in (below, above))
    standard = np.where(signed > 0, signed / below, -signed / above)
    # Of one term alone rounding could leave it below 1.
    c = max(float(np.quantile(standard.max(1), design.family_confidence, method="higher")), 1.0)
    least = (0.0, 0.0) if df is None else (_t(tail, df) * error, _t(tail / len(error) / design.contrasts, df) * error)
    reach = error + base
    (low_one, high_one), (low, high) = (
        (
            estimate - np.maximum(reach * (k * below + np.maximum(center, 0)), w),
            estimate + np.maximum(reach * (k * above - np.minimum(center, 0)), w),
        )
        for k, w in zip((1.0, c), least)
    )
    p, p_family = pooled_p(standard), step_down_max_t(standard)
    if df is not None:
        alone = 2 * stdtr(df, -np.abs(estimate) / error)
        p, p_family = np.maximum(p, alone), np.maximum(p_family, holm(alone))
    p_family = np.minimum(design.contrasts * p_family, 1.0)
    critical = ((estimate - low) / reach, (high - estimate) / reach, base)
    return Simultaneous(low, high, low_one, high_one, critical, p, p_family)


def _t(tail: float, df: float) -> float:
    """Value that Student's t passes with this probability."""
    return float(-stdtrit(df, tail))
