"""Keyness as score functions, for `SelectKBest` and its like: which terms set classes apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats
from sklearn.utils import check_X_y

from discourse.compare.keyness import g2, log_odds

Measure = Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]


def _scores(X: Any, y: Any, measure: Measure) -> np.ndarray:
    """The largest absolute keyness of each term in any class against all others; of two classes that of the one against the other."""
    X, y = check_X_y(X, y, accept_sparse="csr", dtype=float, y_numeric=False)
    if (X.data if hasattr(X, "indptr") else X).min(initial=0) < 0:
        raise ValueError("keyness is of counts: negative values in data")
    classes = np.unique(y)
    if len(classes) < 2:
        raise ValueError(f"keyness compares classes: expected two or more, got {len(classes)}")
    total = np.asarray(X.sum(0), float).ravel()
    best = np.zeros(len(total))
    for name in classes[1:] if len(classes) == 2 else classes:
        a = np.asarray(X[np.flatnonzero(y == name)].sum(0), float).ravel()
        b = total - a
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.abs(measure(a, b, a.sum(), b.sum()))
        best = np.maximum(best, np.where(total > 0, found, 0.0))
    return best


def keyness_g2(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood ratio G2 of each term (Dunning 1993, eq. 1), for ``SelectKBest(keyness_g2)``.

    Parameters
    ----------
    X : array or sparse matrix, shape (n_texts, n_terms)
        Counts, of `TermCounts` for instance. Tokens are those of the terms in it.
    y : array, shape (n_texts,)
        Classes. Of more than two, each is compared with all others, and the largest counts.

    Returns
    -------
    scores : ndarray, shape (n_terms,)
    p : ndarray, shape (n_terms,)
        Of the chi-squared distribution with one degree of freedom: as if each token were drawn alone. To rank by, not to report.

    Examples
    --------
    >>> keyness_g2(np.array([[2, 1], [0, 1]]), ["a", "b"])[0].round(2).tolist()
    [1.73, 1.73]
    """
    scores = _scores(X, y, g2)
    return scores, stats.chi2.sf(scores, 1)


def keyness_log_odds(X: Any, y: Any) -> np.ndarray:
    """Absolute log-odds ratio of each term with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, eq. 15), for ``SelectKBest``.

    Parameters
    ----------
    X, y
        As in `keyness_g2`.

    Returns
    -------
    ndarray, shape (n_terms,)

    Examples
    --------
    >>> keyness_log_odds(np.array([[20, 980], [10, 990]]), ["a", "b"]).round(3).tolist()
    [0.459, 0.459]
    """
    return _scores(X, y, log_odds)
