"""Indices of the operational code that are no ratios of sums (Walker, Schafer & Young 1998)."""

from __future__ import annotations

import numpy as np


def derived_indices(own: np.ndarray, other: np.ndarray) -> dict[str, np.ndarray]:
    """P-3, P-5, I-3, I-4a and I-4b from counts of verbs.

    Parameters
    ----------
    own, other : ndarray of float, shape (n, 6)
        Verbs of self and of others by category: reward, promise, support, oppose, threaten, punish.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        NaN where there is no verb.

    Notes
    -----
    After Walker, Schafer & Young (1998, pp. 178-182). Predictability of others P-3 and risk orientation I-3 are 1 - IQV, with the index
    of qualitative variation IQV = (1 - sum p²) / (1 - 1/6); the role of chance P-5 = 1 - P-3 x P-4, with P-4 the share of verbs that are of
    self; flexibility I-4a = 1 - |share of cooperation - share of conflict| and I-4b = 1 - |share of words - share of deeds|.

    Examples
    --------
    >>> even, one = np.ones((1, 6)), np.array([[12.0, 0, 0, 0, 0, 0]])
    >>> {k: float(v[0].round(3)) for k, v in derived_indices(even, one).items()}
    {'P-3': 1.0, 'P-5': 0.667, 'I-3': 0.0, 'I-4a': 1.0, 'I-4b': 0.667}
    """
    n_own, n_other = own.sum(1), other.sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = own / n_own[:, None], other / n_other[:, None]
        predictable = _concentration(q)
        control = n_own / (n_own + n_other)
        deeds = p[:, [0, 5]].sum(1)
        return {
            "P-3": predictable,
            "P-5": 1 - predictable * control,
            "I-3": _concentration(p),
            "I-4a": 1 - np.abs(p[:, :3].sum(1) - p[:, 3:].sum(1)),
            "I-4b": 1 - np.abs((1 - deeds) - deeds),
        }


def _concentration(p: np.ndarray) -> np.ndarray:
    """1 minus the index of qualitative variation of shares of six categories."""
    return np.asarray(1 - (1 - (p**2).sum(1)) / (1 - 1 / p.shape[1]))
