"""The model of the package, moved by the user's own coded mentions as far as they show that it should be."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from discourse.errors import TooLittleText
from discourse.features.stance.described import contexts, ngrams, rule_numbers
from discourse.features.stance.prior import Prior, load_prior, prior_probabilities, softmax, with_probabilities
from discourse.features.stance.reading import Parsed
from discourse.features.stance.score import CLASSES
from discourse.types import Features

FOLDS = 5
# Standard deviations of the Gaussian around the weights of the prior; 0 leaves it as it is.
SPREADS = (0.0, 0.1, 0.2, 0.4, 0.8)
LEAST_ROWS = 2  # coded rows in which an n-gram must occur to be learned from


def fit_update(X: sparse.csr_array, offset: np.ndarray, labels: np.ndarray, spread: float) -> np.ndarray:
    """Change of the weights of a multinomial logistic regression, by maximum a posteriori.

    Weights are Gaussian around those that made `offset`, which is the same as weights around 0 beside the offset (Chelba and Acero
    2006, *Computer Speech and Language* 20(4), with one variance for all).

    Parameters
    ----------
    X : csr_array, shape (n_rows, n_features)
        Features; a column of ones makes an intercept.
    offset : ndarray, shape (n_rows, n_classes)
        Log-odds of the prior.
    labels : ndarray of int, shape (n_rows,)
        Classes, from 0.
    spread : float
        Standard deviation of the Gaussian, above 0.

    Returns
    -------
    ndarray, shape (n_features, n_classes)

    Examples
    --------
    >>> X = sparse.csr_array(np.ones((4, 1)))
    >>> change = fit_update(X, np.zeros((4, 3)), np.array([0, 0, 0, 1]), 100.0)
    >>> softmax(change).round(2).tolist()
    [[0.75, 0.25, 0.0]]
    """
    (n, k), d = offset.shape, X.shape[1]
    observed = np.zeros((n, k))
    observed[np.arange(n), labels] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(d, k)
        z = offset + X @ weights
        top = z.max(1)
        log_sum = top + np.log(np.exp(z - top[:, None]).sum(1))
        value = (log_sum - z[np.arange(n), labels]).sum() + (flat**2).sum() / (2 * spread**2)
        gradient = X.T @ (softmax(z) - observed) + weights / spread**2
        return float(value), np.asarray(gradient).ravel()

    return np.asarray(minimize(loss, np.zeros(d * k), jac=True, method="L-BFGS-B").x.reshape(d, k))


@dataclass(frozen=True)
class _Problem:
    """Coded rows with what they are predicted from; `X` and `offset` are those of all mentions."""

    X: sparse.csr_array
    offset: np.ndarray
    rows: np.ndarray
    labels: np.ndarray
    documents: np.ndarray

    def log_odds(self, at: np.ndarray, spread: float, to: np.ndarray) -> np.ndarray:
        """Log-odds of some mentions, by the coded rows `at`."""
        if not spread:
            return self.offset[to]
        train = self.rows[at]
        change = fit_update(self.X[train], self.offset[train], self.labels[at], spread)
        return np.asarray(self.offset[to] + self.X[to] @ change)


def _choose_spread(problem: _Problem, at: np.ndarray, folds: int) -> float:
    """The smallest spread whose cross-validated log-loss is within a standard error of the best."""
    from sklearn.model_selection import GroupKFold

    documents = problem.documents[at]
    losses = np.zeros((len(at), len(SPREADS)))
    parts = min(folds, len(set(documents.tolist())))
    if parts < 2:
        return 0.0
    for train, test in GroupKFold(parts).split(at, groups=documents):
        for k, spread in enumerate(SPREADS):
            probabilities = softmax(problem.log_odds(at[train], spread, problem.rows[at[test]]))
            losses[test, k] = -np.log(probabilities[np.arange(len(test)), problem.labels[at[test]]])
    best = int(losses.mean(0).argmin())
    for k, spread in enumerate(SPREADS):
        difference = losses[:, k] - losses[:, best]
        if difference.mean() <= difference.std(ddof=1) / np.sqrt(len(at)):
            return spread
    return SPREADS[best]


def calibrate(
    parsed: Parsed,
    scored: Features,
    rows: np.ndarray,
    codes: np.ndarray,
    folds: int = FOLDS,
    prior: Prior | None = None,
) -> Features:
    """Stance by the model of the package, moved by coded mentions.

    The change of each weight has a Gaussian prior around 0; how far it may go is chosen by cross-validation over documents, and is
    nothing where that does not pay: few codes change little.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    scored : Features
        From `weigh`.
    rows : ndarray of int, shape (n_coded,)
        Rows of `scored` that are coded.
    codes : ndarray of str, shape (n_coded,)
        Their classes.
    folds : int
        Of the cross-validation by document.
    prior : Prior, optional
        The model of the package by default.

    Returns
    -------
    Features
        As `by_the_prior`; a coded mention is scored by the model of the fold that leaves out its document, the others by the mean of the
        folds' models. `params` has `n_coded`, `spread` (mean over the folds; 0 where the codes change nothing) and
        `cross_validated` (macro-F1).

    Raises
    ------
    TooLittleText
        Where there are fewer documents than folds.
    """
    from sklearn.metrics import f1_score
    from sklearn.model_selection import GroupKFold

    prior = prior or load_prior()
    documents = scored.units["document"].to_numpy()[rows]
    if len(set(documents.tolist())) < folds:
        raise TooLittleText(
            "A model that coded mentions change",
            f"n = {len(rows)} coded mentions in {len(set(documents.tolist()))} documents",
            f"at least {folds} documents",
        )
    labels = np.array([CLASSES.index(c) for c in codes.tolist()])
    offset = np.log(prior_probabilities(parsed, scored, prior))
    problem = _Problem(_features(parsed, scored, rows), offset, rows, labels, documents)
    others = np.setdiff1d(np.arange(len(scored.units)), rows)
    result = np.zeros((len(scored.units), len(CLASSES)))
    spreads = []
    for train, test in GroupKFold(folds).split(rows, groups=documents):
        spread = _choose_spread(problem, train, folds)
        to = np.concatenate([others, rows[test]])
        probabilities = softmax(problem.log_odds(train, spread, to))
        result[others] += probabilities[: len(others)] / folds
        result[rows[test]] = probabilities[len(others) :]
        spreads.append(spread)
    predicted = result[rows].argmax(1)
    training = "\n".join([prior.sha256, *(f"{r} {c}" for r, c in zip(rows.tolist(), codes.tolist()))])
    return with_probabilities(
        scored,
        result,
        method="prior",
        model=hashlib.sha256(training.encode()).hexdigest(),
        n_coded=len(rows),
        spread=float(np.mean(spreads)),
        cross_validated=float(f1_score(labels, predicted, average="macro")),
    )


def _features(parsed: Parsed, scored: Features, rows: np.ndarray) -> sparse.csr_array:
    """An intercept, what the rules found, and the n-grams of the coded rows; each row of n-grams has length 1."""
    found = [ngrams(context) for context in contexts(parsed)]
    counts = Counter(g for k in rows.tolist() for g in found[k])
    index = {g: k for k, g in enumerate(sorted(g for g, n in counts.items() if n >= LEAST_ROWS))}
    columns = [sorted(index[g] for g in row if g in index) for row in found]
    table = _indicators(columns, len(index))
    numbers = rule_numbers(parsed, scored)[1]
    ones = np.ones((len(found), 1))
    return sparse.csr_array(sparse.hstack([sparse.csr_array(ones), sparse.csr_array(numbers), table]))


def _indicators(columns: Sequence[Sequence[int]], width: int) -> sparse.csr_array:
    """Rows of equal numbers whose squares add up to 1."""
    size = np.array([len(c) for c in columns])
    row = np.repeat(np.arange(len(columns)), size)
    column = np.array([k for c in columns for k in c], np.int64)
    values = np.repeat(1 / np.sqrt(np.maximum(size, 1)), size)
    return sparse.csr_array((values, (row, column)), shape=(len(columns), width))
