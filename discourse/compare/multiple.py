"""Many tests at once: control of the false discovery rate, and of any error in a declared family."""

from __future__ import annotations

import numpy as np


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


def step_down_max_t(observed: np.ndarray, null: np.ndarray, *, exact: bool = False) -> np.ndarray:
    """Adjusted p-values that control any error in the family: step-down max-T (Westfall & Young 1993, algorithm 4.1).

    Parameters
    ----------
    observed, null, exact
        As in `permutation_p`; tests whose statistic is NaN stay out of the family.

    Returns
    -------
    ndarray, shape (n_tests,)

    Examples
    --------
    >>> null = np.array([[3.0, 1.0], [0.0, 2.0], [1.0, 0.0]])
    >>> step_down_max_t(np.array([2.5, 1.5]), null).tolist()
    [0.5, 0.5]
    """
    observed = np.asarray(observed, float)
    result = np.full(observed.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(observed))
    if not len(tested):
        return result
    order = tested[np.argsort(-observed[tested], kind="stable")]
    # A statistic that a permutation leaves undefined is never the largest.
    largest = np.maximum.accumulate(np.nan_to_num(null[:, order[::-1]], nan=-np.inf), axis=1)[:, ::-1]
    # No adjusted p-value is below that of a larger statistic.
    result[order] = np.maximum.accumulate(permutation_p(observed[order], largest, exact=exact))
    return result
