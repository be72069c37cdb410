"""Bootstrap intervals of ratios of sums, of log-odds, and of their differences.

A group is a set of units (documents or clusters). Its level is a function of two sums over its units: the ratio of y to
x, or the log-odds of y out of x. Everything that is resampled here, and permuted or divided elsewhere, goes through
`moments`: one weights matrix times one matrix of values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import ndtr, ndtri

from discourse.compare.sums import Counts, Moments, Weights

Matrix = Any  # ndarray or csr_array


def by_unit(values: Matrix, codes: np.ndarray) -> Matrix:
    """Sums of rows by unit; codes number the units from 0. Sparse where the values are."""
    if sparse.issparse(values) and np.array_equal(codes, np.arange(len(codes))):
        return sparse.csr_array(values).astype(float)
    shape = (int(codes.max(initial=-1)) + 1, len(codes))
    sums = sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=shape) @ values
    return sparse.csr_array(sums) if sparse.issparse(values) else np.asarray(sums)


def moments(y: Matrix, x: np.ndarray, weights: np.ndarray | Weights, *, squares: bool = True) -> Moments:
    """Sums of y, x, their squares and their product for each row of weights.

    Parameters
    ----------
    y : ndarray or csr_array, shape (n_units, n_items)
        Numerators.
    x : ndarray, shape (n_units, 1)
        Denominators.
    weights : ndarray, shape (n_resamples, n_units), or Weights
        How often each unit counts.
    squares : bool
        Without them the variance is not known.

    Examples
    --------
    >>> m = moments(np.array([[1.0], [2.0]]), np.array([[10.0], [20.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]))
    >>> m.y.tolist(), m.xy.tolist()
    ([[2.0], [3.0]], [[20.0], [50.0]])
    """
    every = weights if isinstance(weights, Weights) else Weights(weights)
    if sparse.issparse(y):
        return Counts(y, x).moments(every, squares=squares)
    weights = every.rows.astype(float, copy=False)
    n, sum_y, sum_x = weights.sum(1)[:, None], weights @ y, weights @ x
    if not squares:
        return Moments(n, sum_y, sum_x, *(np.full((1, 1), np.nan),) * 3)
    return Moments(n, sum_y, sum_x, weights @ (y * y), weights @ (y * x), weights @ (x * x))


def ratio(m: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Ratios of the sums and their variances over units, by linearisation (Cochran 1977, chapter 6).

    Returns
    -------
    value, variance : ndarray, shape (n_resamples, n_items)
        Undefined where x sums to 0, the variance also where there is one unit.
    """
    value, variance = m.empty(), m.empty()
    for at, some in m.parts():
        value[at], variance[at] = _ratio(some)
    return value, variance


def _ratio(m: Moments) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        r = m.y / m.x
        # Rounding can leave a sum of squares a little below 0.
        variance = np.maximum(m.yy - 2 * r * m.xy + r * r * m.xx, 0) / m.x**2 * m.n / (m.n - 1)
    return r, np.where(m.n > 1, variance, np.nan)


def log_odds_level(m: Moments, prior: np.ndarray, alpha0: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of y out of x with a Dirichlet prior (Monroe, Colaresi & Quinn 2008), and their variances over units.

    Parameters
    ----------
    m : Moments
        Of frequencies y and tokens x.
    prior : ndarray, shape (n_items,)
        Expected share of each term.
    alpha0 : float
        Weight of the prior in tokens.

    Returns
    -------
    value, variance : ndarray, shape (n_resamples, n_items)
        With A the frequency and B the rest of the tokens (prior included), a unit adds y / A - (x - y) / B. The
        variance is never smaller than that of independent tokens, 1 / A (eq. 20): a term that is absent has no variance
        between its units, and is not certain for that.
    """
    level, variance = m.empty(), m.empty()
    for at, some in m.parts():
        level[at], variance[at] = log_odds_of(some, alpha0 * prior[at[1]], alpha0)
    return level, variance


def log_odds_of(m: Moments, alpha: np.ndarray, alpha0: float) -> tuple[np.ndarray, np.ndarray]:
    """`log_odds_level` of moments that fit the cache; `alpha` is the prior in tokens."""
    a, b = m.y + alpha, m.x + alpha0 - m.y
    b -= alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        # What a unit adds is y (1/A + 1/B) - x/B. Its square is expanded, so that sums over units suffice: no resample lists
        # its units. Divisions cost most here, hence the reciprocals; and arrays are used again, for the cache holds few.
        one_in_a, one_in_b = np.reciprocal(a), np.reciprocal(b)
        both = one_in_a + one_in_b
        sum_d2, spare = m.yy * both, 2 * m.xy
        spare *= one_in_b
        sum_d2 -= spare
        sum_d2 *= both
        sum_d2 += np.multiply(m.xx, np.multiply(one_in_b, one_in_b, out=spare), out=spare)
        sum_d = np.multiply(m.y, both, out=both)
        sum_d -= np.multiply(m.x, one_in_b, out=spare)
        sum_d *= sum_d
        sum_d /= m.n
        variance = np.subtract(sum_d2, sum_d, out=sum_d2)
        np.maximum(variance, 0, out=variance)
        variance *= m.n / (m.n - 1)
        np.maximum(variance, one_in_a, out=variance)
        level = np.log(a, out=a)
        level -= np.log(b, out=b)
        return level, variance if (m.n > 1).all() else np.where(m.n > 1, variance, np.nan)


def percentile(samples: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval along the first axis; NaN where fewer than nine in ten resamples are defined.

    Parameters
    ----------
    samples : ndarray, shape (resamples, ...)
        Bootstrap values.
    confidence : float
        Such as 0.95.

    Returns
    -------
    low, high : ndarray, shape (...)

    Examples
    --------
    >>> low, high = percentile(np.arange(101.0)[:, None], 0.9)
    >>> round(float(low[0]), 6), round(float(high[0]), 6)
    (5.0, 95.0)
    """
    tail = np.full(samples.shape[1:], (1 - confidence) / 2)
    return _quantiles(samples, tail, 1 - tail)


def _quantiles(samples: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles along the first axis, at a place of its own for each column (Hyndman & Fan's type 7)."""
    undefined = ~np.isfinite(samples)
    if undefined.any():
        # What is undefined sorts behind the n values that count.
        samples = np.where(undefined, np.inf, samples)
    ordered = np.sort(samples, axis=0)
    n = len(samples) - undefined.sum(0)
    bounds = []
    for share in (low, high):
        place = np.clip(share, 0, 1) * np.maximum(n - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(n - 1, 0))
        first, second = (np.take_along_axis(ordered, k[None], 0)[0] for k in (below, above))
        with np.errstate(invalid="ignore"):
            value = first + (place - below) * (second - first)
        bounds.append(np.where(n >= 0.9 * len(samples), value, np.nan))
    return bounds[0], bounds[1]


def bca(
    samples: np.ndarray, estimate: np.ndarray, influence: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Bias-corrected and accelerated interval (Efron 1987; Efron & Tibshirani 1993, eq. 14.9 to 14.15).

    Parameters
    ----------
    samples : ndarray, shape (resamples, n_items)
        Bootstrap values.
    estimate : ndarray, shape (n_items,)
        The estimate.
    influence : ndarray, shape (n_units, n_items)
        Mean of the leave-one-out values minus each of them, for the acceleration; of all groups together, those of a
        group divided by its number of units.
    confidence : float
        Such as 0.95.

    Returns
    -------
    low, high : ndarray, shape (n_items,)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        # Resamples that equal the estimate are half below it: ratios of small counts often do.
        share = (np.less(samples, estimate).mean(0) + np.less_equal(samples, estimate).mean(0)) / 2
        bias = ndtri(share)
        spread = (influence**2).sum(0)
        acceleration = np.where(spread > 0, (influence**3).sum(0) / (6 * spread**1.5), 0.0)
        tail = ndtri((1 - confidence) / 2)
        places = [ndtr(bias + (bias + z) / (1 - acceleration * (bias + z))) for z in (tail, -tail)]
    # Some place is needed to look up; what is undefined is left out below.
    low, high = _quantiles(samples, *(np.nan_to_num(p, nan=0.5) for p in places))
    undefined = ~np.isfinite(bias)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def to_scale(value: np.ndarray, variance: np.ndarray, bounds: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Values and their variances on the scale on which intervals are symmetric: logarithm, logit, or as they are.

    Parameters
    ----------
    value, variance : ndarray
        Ratios and their variances.
    bounds : (float, float)
        What the values can reach: (0, inf) takes the logarithm, two finite bounds the logit of the share between them.
    """
    low, high = bounds
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.isfinite(low) and np.isfinite(high):
            share = (value - low) / (high - low)
            return np.log(share) - np.log1p(-share), variance / ((high - low) * share * (1 - share)) ** 2
        if np.isfinite(low):
            return np.log(value - low), variance / (value - low) ** 2
    return value, variance


def from_scale(value: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    """The way back from `to_scale`."""
    low, high = bounds
    # An overflow is right: an infinite exp gives the bound itself.
    with np.errstate(over="ignore"):
        if np.isfinite(low) and np.isfinite(high):
            return low + (high - low) / (1 + np.exp(-value))
        return low + np.exp(value) if np.isfinite(low) else value


def studentised(
    value: np.ndarray, variance: np.ndarray, samples: np.ndarray, variances: np.ndarray, confidence: float
) -> np.ndarray:
    """Half-width of the symmetric bootstrap-t interval (Hall 1988; Efron & Tibshirani 1993, section 12.5).

    Parameters
    ----------
    value, variance : ndarray, shape (n_items,)
        Estimate and its variance.
    samples, variances : ndarray, shape (resamples, n_items)
        The same of each resample.
    confidence : float
        Such as 0.95.

    Returns
    -------
    ndarray, shape (n_items,)
        The quantile of |value of the resample - value| / its standard error, times the standard error. Where a resample
        has no variance its distance counts as infinite; the half-width is then infinite, or NaN where nothing is
        defined.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(samples - value) / np.sqrt(variances)
    t = np.where(np.isnan(t), np.where(np.isfinite(samples), 0.0, np.inf), t)
    # The next observed value, not one between two of which the higher is infinite.
    place = min(int(np.ceil(confidence * len(t))), len(t)) - 1
    with np.errstate(invalid="ignore"):
        half = np.partition(t, place, axis=0)[place] * np.sqrt(variance)
    # Without variance the width would be 0, and claim certainty.
    return np.where(variance > 0, half, np.nan)


def recovered(
    estimates: np.ndarray,
    lows: np.ndarray,
    highs: np.ndarray,
    coefficients: np.ndarray,
    correlation: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a linear combination from the intervals of its parts (Zou & Donner 2008; correlated parts: Zou 2008).

    Parameters
    ----------
    estimates, lows, highs : ndarray, shape (n_parts, n_items)
        Of the parts.
    coefficients : ndarray, shape (n_parts,)
        1 and -1 for a difference.
    correlation : ndarray, shape (n_parts, n_parts, n_items), optional
        Of the estimates of the parts; independent by default.

    Returns
    -------
    low, high : ndarray, shape (n_items,)

    Examples
    --------
    >>> estimates, lows, highs = (np.array([[a], [b]]) for a, b in ((5.0, 3.0), (2.0, -1.0), (8.0, 7.0)))
    >>> low, high = recovered(estimates, lows, highs, np.array([1, -1]))
    >>> low.tolist(), high.tolist()
    ([-3.0], [7.0])
    >>> low, high = recovered(estimates, lows, highs, np.array([1, -1]), np.ones((2, 2, 1)))  # the same in both
    >>> low.tolist(), high.tolist()
    ([1.0], [3.0])
    """
    c = np.asarray(coefficients, float)[:, None]
    center = (c * estimates).sum(0)
    # A negative coefficient reverses the interval of its part.
    down = np.where(c > 0, c * (estimates - lows), c * (estimates - highs))
    up = np.where(c > 0, c * (highs - estimates), c * (lows - estimates))
    if correlation is None:
        return center - np.sqrt((down**2).sum(0)), center + np.sqrt((up**2).sum(0))
    # Distances are positive; parts whose coefficients differ in sign and that rise together cancel.
    signed = correlation * (np.sign(c) * np.sign(c).T)[:, :, None]
    reach = [np.sqrt(np.maximum(np.einsum("ik,jk,ijk->k", d, d, signed), 0)) for d in (down, up)]
    return center - reach[0], center + reach[1]
