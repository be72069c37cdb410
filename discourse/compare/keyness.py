"""Keyness measures of one term in two corpora, vectorised over terms.

`a` and `b` are frequencies in the study and the reference corpus, `n_study` and `n_reference` the numbers of tokens.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_ndtr

HALF = 0.5  # tokens added to the frequency of a term and to that of all others, beside their shares of the prior


def _table(a: np.ndarray, b: np.ndarray, n_study: float, n_reference: float) -> tuple[np.ndarray, np.ndarray]:
    """Observed and expected 2 x 2 tables, shape (4, n_terms)."""
    a, b = np.atleast_1d(np.asarray(a, float)), np.atleast_1d(np.asarray(b, float))
    observed = np.stack([a, b, n_study - a, n_reference - b])
    total = n_study + n_reference
    share = (a + b) / total
    expected = np.stack([n_study * share, n_reference * share, n_study * (1 - share), n_reference * (1 - share)])
    return observed, expected


def _sign(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return np.where(observed[0] >= expected[0], 1.0, -1.0)


def _corrected(observed: np.ndarray, expected: np.ndarray, yates: bool | str) -> np.ndarray:
    """Observed counts moved half a unit toward the expected ones; with "auto" only where one of these is below 5."""
    where = np.ones(observed.shape[1], bool) if yates is True else np.zeros(observed.shape[1], bool)
    if yates == "auto":
        where = expected.min(0) < 5
    # Never past the expected count, which half a unit would pass where the two are close.
    moved = observed + np.clip(expected - observed, -0.5, 0.5)
    return np.where(where, moved, observed)


def g2(
    a: np.ndarray, b: np.ndarray, n_study: float, n_reference: float, *, cells: int = 4, yates: bool | str = False
) -> np.ndarray:
    """Log-likelihood ratio G2, signed: positive where the term is more frequent in the study corpus.

    Parameters
    ----------
    a, b : ndarray, shape (n_terms,)
        Frequencies.
    n_study, n_reference : float
        Tokens.
    cells : {4, 2}
        4: the full table (Dunning 1993, eq. 1). 2: only the cells of the term, as the Lancaster calculator does
        (Rayson & Garside 2000).
    yates : bool or "auto"
        Continuity correction: never, always, or where an expected count is below 5.

    Returns
    -------
    ndarray of float, shape (n_terms,)

    Examples
    --------
    >>> g2(52, 57, 50_000, 75_000, cells=2).round(2)
    array([2.65])
    """
    observed, expected = _table(a, b, n_study, n_reference)
    sign = _sign(observed, expected)
    observed = _corrected(observed, expected, yates)
    with np.errstate(divide="ignore", invalid="ignore"):
        # x log x tends to 0 with x: an empty cell adds nothing.
        terms = np.where(observed > 0, observed * np.log(observed / expected), 0.0)
    return sign * 2 * terms[:cells].sum(0)


def chi2(a: np.ndarray, b: np.ndarray, n_study: float, n_reference: float, *, yates: bool | str = False) -> np.ndarray:
    """Pearson's chi-squared of the 2 x 2 table, signed like `g2`.

    Examples
    --------
    >>> chi2(10, 10, 100, 100)
    array([0.])
    """
    observed, expected = _table(a, b, n_study, n_reference)
    sign = _sign(observed, expected)
    observed = _corrected(observed, expected, yates)
    with np.errstate(divide="ignore", invalid="ignore"):
        return sign * np.where(expected > 0, (observed - expected) ** 2 / expected, 0.0).sum(0)


def log_p(statistic: np.ndarray) -> np.ndarray:
    """Natural logarithm of the p-value of a G2 or chi-squared statistic with one degree of freedom.

    The unit of this p-value is the token: it is not the evidence that documents differ.

    Examples
    --------
    >>> float(np.exp(log_p(np.array([3.841459]))[0]).round(4))
    0.05
    """
    # chi-squared with one degree of freedom is the square of a standard normal, whose logarithm does not underflow.
    return np.log(2) + log_ndtr(-np.sqrt(np.abs(statistic)))


def log_ratio(a: np.ndarray, b: np.ndarray, n_study: float, n_reference: float, *, zero: float = 0.5) -> np.ndarray:
    """Log Ratio (Hardie 2014): binary logarithm of the ratio of relative frequencies; +1 is twice as frequent.

    Parameters
    ----------
    a, b : ndarray, shape (n_terms,)
        Frequencies; zero is replaced by `zero`.
    n_study, n_reference : float
        Tokens.
    zero : float
        Frequency in place of 0, which has no logarithm.

    Examples
    --------
    >>> log_ratio(20, 10, 1000, 1000)
    array([1.])
    """
    a, b = np.atleast_1d(np.asarray(a, float)), np.atleast_1d(np.asarray(b, float))
    return np.log2(np.where(a > 0, a, zero) / n_study) - np.log2(np.where(b > 0, b, zero) / n_reference)


def bic(a: np.ndarray, b: np.ndarray, n_study: float, n_reference: float) -> np.ndarray:
    """Bayes factor approximation (Wilson 2013): abs(G2) - ln(n_study + n_reference); above 10 is very strong evidence.

    Examples
    --------
    >>> bic(10, 10, 100, 100).round(3)
    array([-5.298])
    """
    return np.abs(g2(a, b, n_study, n_reference)) - np.log(n_study + n_reference)


def informed_prior(counts: Any, tokens: np.ndarray, alpha0: float) -> tuple[np.ndarray, float]:
    """The prior of `log_odds`: the pooled share of each term, and half a token for it and for all others.

    The pooled share alone gives all terms that one group lacks the same log-odds ratio, however often the other has them:
    63 against 0 is then no more than 21 against 0. The half tokens (Haldane 1956, Anscombe 1956) keep them apart. A prior
    that grows with the texts never vanishes: its bias stays while intervals shrink (benchmarks/terms.py).

    Parameters
    ----------
    counts : ndarray or scipy.sparse matrix, shape (n_units, n_terms)
        Frequencies in both groups.
    tokens : ndarray, shape (n_units,)
        Tokens.
    alpha0 : float
        Weight of the pooled shares, in tokens.

    Returns
    -------
    prior : ndarray, shape (n_terms,)
        Expected share of each term.
    weight : float
        Of the whole prior in tokens: `alpha0` and 1.

    Examples
    --------
    >>> prior, weight = informed_prior(np.array([[63, 21]]), np.array([1000.0]), 100)
    >>> (prior * weight).round(2).tolist(), weight
    ([6.8, 2.6], 101.0)
    >>> log_odds(np.array([63, 21]), np.array([0, 0]), 500, 500, prior=prior, alpha0=weight).round(2).tolist()
    [2.44, 2.24]
    """
    shares = np.asarray(counts.sum(0)).ravel() / tokens.sum()
    return (alpha0 * shares + HALF) / (alpha0 + 2 * HALF), float(alpha0 + 2 * HALF)


def log_odds(
    a: np.ndarray,
    b: np.ndarray,
    n_study: float | np.ndarray,
    n_reference: float | np.ndarray,
    *,
    prior: np.ndarray | None = None,
    alpha0: float = 500.0,
) -> np.ndarray:
    """Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, eq. 15).

    Parameters
    ----------
    a, b : ndarray, shape (..., n_terms)
        Frequencies; leading axes (resamples) are allowed.
    n_study, n_reference : float or ndarray, shape (..., 1)
        Tokens.
    prior : ndarray, shape (n_terms,), optional
        Expected share of each term; the pooled share by default.
    alpha0 : float
        Weight of the prior in tokens.

    Returns
    -------
    ndarray of float
        Natural logarithm of the odds ratio; positive where the term is more frequent in the study corpus.

    Examples
    --------
    >>> log_odds(np.array([20.0]), np.array([10.0]), 1000, 1000, alpha0=1e-9).round(3)
    array([0.703])
    """
    a, b = np.atleast_1d(np.asarray(a, float)), np.atleast_1d(np.asarray(b, float))
    if prior is None:
        prior = (a + b) / (n_study + n_reference)
    alpha = alpha0 * prior
    study = np.log(a + alpha) - np.log(n_study + alpha0 - a - alpha)
    reference = np.log(b + alpha) - np.log(n_reference + alpha0 - b - alpha)
    return study - reference
