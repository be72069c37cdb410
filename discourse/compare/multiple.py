"""Many tests at once: control of the false discovery rate, and of any error in a declared family."""

from __future__ import annotations

import numpy as np

SORTED = 2**20  # statistics at a time, so that memory does not grow with their number
MANY = 40  # permutations for each test, with fewer of which adjusted p-values cannot be small


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """p-values adjusted to control the false discovery rate (Benjamini & Hochberg 1995); NaN stays out of it.

    Parameters
    ----------
    p : ndarray, shape (n_tests,)
        p-values.

    Returns
    -------
    ndarray, shape (n_tests,)

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, np.nan, 0.03])).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    # scipy.stats takes more than a second to import.
    from scipy.stats import false_discovery_control

    p = np.asarray(p, float)
    result = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    if tested.any():
        result[tested] = false_discovery_control(p[tested], method="bh")
    return result


def permutation_p(observed: np.ndarray, null: np.ndarray, *, exact: bool = False) -> np.ndarray:
    """Share of permutations whose statistic is at least the observed one (Phipson & Smyth 2010).

    Parameters
    ----------
    observed : ndarray, shape (n_tests,)
        Statistics, large where the groups differ.
    null : ndarray, shape (n_permutations, n_tests)
        The same of random permutations; the observed one counts as one more. With `exact` they are all permutations,
        the observed one among them.

    Returns
    -------
    ndarray, shape (n_tests,)
        Never 0.
    """
    hits = (null >= _tied(observed)).sum(0)
    return hits / len(null) if exact else (hits + 1) / (len(null) + 1)


def _tied(observed: np.ndarray) -> np.ndarray:
    """Statistics that differ from the observed ones by rounding count as equal."""
    # Statistics of terms are in single precision (`simultaneous`), which has seven digits.
    # Groups that do not vary have an infinite one; a share of it could not be taken from it.
    size = np.where(np.isfinite(observed), np.maximum(np.abs(observed), 1), 1)
    return observed - 1e-6 * size


def pooled_p(scaled: np.ndarray) -> np.ndarray:
    """p-values of the first row among the statistics of all tests and permutations (Storey & Tibshirani 2003).

    A thousand tests share their permutations: a p-value may then be far below one over the number of permutations, which
    the false discovery rate among thousands needs. Under the null as many of the tests as it says have a p-value below any
    level; of a single test it is right so far as the scaled statistics of all tests have tails of one form.

    Parameters
    ----------
    scaled : ndarray, shape (1 + n_permutations, n_tests)
        Statistics on one scale, large where the groups differ; the observed ones first.

    Returns
    -------
    ndarray, shape (n_tests,)
        Never above `n_tests` times smaller than the adjusted p-value of single-step max-T of the same statistics.

    Examples
    --------
    >>> pooled_p(np.array([[9.0, 1.0], [0.0, 2.0], [1.0, 0.0]])).round(3).tolist()
    [0.167, 0.667]
    """
    bounds = _tied(scaled[0]).astype(scaled.dtype)
    # What is looked up in order stays in the processor's cache.
    order = np.argsort(bounds)
    hits = np.zeros(len(bounds), np.int64)
    for first in range(0, len(bounds), step := max(SORTED // len(scaled), 1)):
        ordered = np.sort(scaled[:, first : first + step], axis=None)
        hits[order] += len(ordered) - np.searchsorted(ordered, bounds[order], side="left")
    return np.maximum(hits, 1) / scaled.size


def step_down_max_t(scaled: np.ndarray) -> np.ndarray:
    """Adjusted p-values that control any error in the family: step-down max-T (Westfall & Young 1993, algorithm 4.1).

    Parameters
    ----------
    scaled : ndarray, shape (1 + n_permutations, n_tests)
        As in `pooled_p`, of finite numbers.

    Returns
    -------
    ndarray, shape (n_tests,)

    Examples
    --------
    >>> step_down_max_t(np.array([[2.5, 1.5], [3.0, 1.0], [0.0, 2.0], [1.0, 0.0]])).tolist()
    [0.5, 0.5]
    """
    by_test = np.ascontiguousarray(scaled.T)
    order = np.argsort(-scaled[0], kind="stable")
    bounds, largest = _tied(scaled[0]), np.full(len(scaled), -np.inf, scaled.dtype)
    hits = np.zeros(len(order))
    for k in order[::-1]:
        np.maximum(largest, by_test[k], out=largest)
        hits[k] = np.count_nonzero(largest >= bounds[k])
    # No adjusted p-value is below that of a larger statistic.
    return _in_order(order, hits[order] / len(scaled))


def step_down_min_p(observed: np.ndarray, null: np.ndarray, *, exact: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Permutation p-values, and those adjusted for the family: step-down min-P (Westfall & Young 1993, algorithm 2.8).

    Tests are compared by their p-values, not by their statistics, so that none is penalised because the statistic of
    another has heavier tails; an adjusted p-value is never above that of Holm, nor of Bonferroni. The p-value of each
    permutation is its share among all of them (Ge, Dudoit & Speed 2003).

    Parameters
    ----------
    observed, null, exact
        As in `permutation_p`; tests whose statistic is NaN stay out of the family.

    Returns
    -------
    p, adjusted : ndarray, shape (n_tests,)
        Of as many tests as a fortieth of the permutations nearly each has its largest statistic in another one, so that
        no adjusted p-value could be small: with more of them p-values are those of `pooled_p`, each statistic divided by
        its own 95% quantile, and adjusted ones those of `step_down_max_t`.

    Examples
    --------
    >>> every = np.array([[2.5, 1.5], [3.0, 1.0], [0.0, 2.0], [1.0, 0.0]])
    >>> [values.tolist() for values in step_down_min_p(every[0], every, exact=True)]
    [[0.5, 0.5], [0.75, 0.75]]
    """
    observed = np.asarray(observed, float)
    p, adjusted = np.full(observed.shape, np.nan), np.full(observed.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(observed))
    if not len(tested):
        return p, adjusted
    # A statistic that a permutation leaves undefined is never the largest.
    every = np.nan_to_num(null[:, tested], nan=-np.inf)
    if not exact:
        every = np.concatenate([observed[tested][None], every])
    if MANY * len(tested) > len(every) and not exact:
        scaled = np.maximum(every, 0) / np.maximum(np.quantile(np.maximum(every, 0), 0.95, axis=0), 1e-6)
        p[tested], adjusted[tested] = pooled_p(scaled), step_down_max_t(scaled)
        return p, adjusted
    ordered = np.sort(every, axis=0)
    shares = [
        1 - np.searchsorted(column, _tied(values), side="left") / len(column)
        for column, values in zip(ordered.T, every.T)
    ]
    of_permutations = np.stack(shares, axis=1)
    p[tested] = permutation_p(observed[tested], null[:, tested], exact=exact)
    order = np.argsort(p[tested], kind="stable")
    smallest = np.minimum.accumulate(of_permutations[:, order[::-1]], axis=1)[:, ::-1]
    # Shares are multiples of one over their number: half of one is rounding.
    adjusted[tested] = _in_order(order, (smallest <= p[tested][order] + 0.5 / len(every)).mean(0))
    return p, adjusted


def _in_order(order: np.ndarray, p: np.ndarray) -> np.ndarray:
    """p-values in the order of the tests, none below that of a test that comes before it in `order`."""
    result = np.empty(len(order))
    result[order] = np.maximum.accumulate(p)
    return result


def holm(p: np.ndarray) -> np.ndarray:
    """p-values adjusted after Holm (1979); NaN stays out of the family.

    Examples
    --------
    >>> holm(np.array([0.01, np.nan, 0.04, 0.03])).round(2).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    p = np.asarray(p, float)
    result = np.full(p.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = np.argsort(p[tested], kind="stable")
    result[tested] = _in_order(order, np.minimum(p[tested][order] * np.arange(len(tested), 0, -1), 1))
    return result
