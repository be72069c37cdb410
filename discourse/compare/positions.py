"""Positions of units (speakers, parties, years) from counts of terms: Wordscores, Wordfish, correspondence analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy import sparse

from discourse.errors import DiscourseError, TooLittleText
from discourse.shown import brief

LEAST_UNITS = 5  # for Wordfish: with fewer, the two parameters of a term have hardly more observations than there are
SPREAD = 3.0  # standard deviation of the prior of the weights of terms, that of quanteda and of Slapin and Proksch's own program
TOLERANCE = 1e-6  # the largest move of a position in a round, at which Wordfish has converged
ROUNDS = 2000
WARMING = 5  # rounds before they are mixed
MEMORY = 5  # rounds that are mixed with the last one

Rescaled = Literal["none", "lbg", "martin-vanberg"]


@dataclass(frozen=True, eq=False)
class Positions:
    """Units on a dimension, and the terms that make it.

    Parameters
    ----------
    method : str
        "wordfish", "wordscores" or "correspondence".
    estimate : ndarray of float64, shape (n_units,) or (n_units, n_dimensions)
        Positions.
    se : ndarray of float64, shape (n_units,)
        Standard errors of the model, which takes all words as independent: they are too small for texts. NaN where the method has none.
    terms : ndarray of float64, shape (n_terms,) or (n_terms, n_dimensions)
        Weights of terms: slopes of Wordfish, scores of Wordscores, principal coordinates of a correspondence analysis.
    pull : ndarray of float64, shape (n_terms,)
        How much a term pulls the first dimension to either side, in units of its own error: what to order terms by.
    inertia : ndarray of float64, optional
        Of the dimensions of a correspondence analysis; `total_inertia` is that of all.
    total_inertia : float
    levels : ndarray, optional
        Intercepts of units of Wordfish (log, `alpha`).
    frequency : ndarray, optional
        Intercepts of terms of Wordfish (log, `psi`).
    rounds : int
        Until Wordfish converged; 0 for others.
    """

    method: str
    estimate: np.ndarray
    se: np.ndarray
    terms: np.ndarray
    pull: np.ndarray
    inertia: np.ndarray = field(default_factory=lambda: np.zeros(0))
    total_inertia: float = 0.0
    levels: np.ndarray = field(default_factory=lambda: np.zeros(0))
    frequency: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rounds: int = 0

    __repr__ = brief


def _dense(counts: Any) -> np.ndarray:
    """Counts as an array of float64; from an array, a sparse matrix or a DataFrame."""
    values = np.asarray(counts.toarray() if sparse.issparse(counts) else counts, float)
    if values.ndim != 2 or not np.isfinite(values).all() or (values < 0).any():
        raise DiscourseError("expected counts of terms as a table of numbers, units in rows and terms in columns")
    if not values.sum(1).all():
        raise TooLittleText("Positions", "a unit has none of the terms", "one term of each unit")
    return values


def wordscores(counts: Any, references: Sequence[float] | np.ndarray) -> Positions:
    """Score texts by their words, from texts whose scores are known (Laver, Benoit and Garry 2003).

    Parameters
    ----------
    counts : ndarray, sparse array or DataFrame, shape (n_units, n_terms)
        How often each unit uses each term.
    references : sequence of float, length n_units
        Scores of the reference texts; NaN for the others ("virgin texts").

    Returns
    -------
    Positions
        Raw scores of all units, those of the references as their own words score them. Terms that no reference has have no score (NaN)
        and do not count.

    Raises
    ------
    TooLittleText
        With fewer than two different reference scores, or where a unit has no word that is scored.

    Notes
    -----
    The score of a term is the mean of the reference scores, weighted by the probability that a reference is read, given the term
    (equations 1 and 2); the score of a text is the mean over its scored words (3), with the standard error of their variance (4, 5).

    Examples
    --------
    >>> scored = wordscores([[8, 2], [2, 8], [5, 5]], [-1, 1, float("nan")])
    >>> scored.terms.round(2).tolist(), float(scored.estimate[2].round(2))
    ([-0.6, 0.6], 0.0)
    """
    values, given = _dense(counts), np.asarray(references, float)
    known = np.isfinite(given)
    if len(set(given[known].tolist())) < 2:
        raise TooLittleText("Wordscores", f"n = {int(known.sum())} reference texts", "two with different scores")
    shares = values[known] / values[known].sum(1, keepdims=True)
    total = shares.sum(0)
    scored = total > 0
    terms = np.full(values.shape[1], np.nan)
    terms[scored] = given[known] @ shares[:, scored] / total[scored]
    used = values[:, scored]
    n = used.sum(1)
    if not n.all():
        raise TooLittleText("Wordscores", "a text shares no word with the reference texts", "one word of each text")
    score = used @ terms[scored] / n
    variance = (used * (terms[scored] - score[:, None]) ** 2).sum(1) / n
    middle = used.sum(0) @ terms[scored] / n.sum()
    pull = np.zeros(values.shape[1])
    pull[scored] = (terms[scored] - middle) * np.sqrt(used.sum(0))
    return Positions("wordscores", score, np.sqrt(variance / n), terms, pull)


def rescaled(
    scored: Positions, references: Sequence[float] | np.ndarray, how: Rescaled
) -> tuple[np.ndarray, np.ndarray]:
    """Raw scores on the scale of the reference scores: raw ones of any two texts lie close together, as most words are common to all.

    Parameters
    ----------
    scored : Positions
        From `wordscores`.
    references : sequence of float
        As there.
    how : {"lbg", "martin-vanberg", "none"}
        With the standard deviation of the reference scores around the mean of the others (Laver, Benoit and Garry 2003, eq. 6), or so that
        the lowest and the highest reference have the scores that were given (Martin and Vanberg 2008).

    Returns
    -------
    positions, se : ndarray of float64, shape (n_units,)

    Raises
    ------
    TooLittleText
        For "lbg" with fewer than two texts that are no reference.

    Examples
    --------
    >>> given = [-1, 1, float("nan"), float("nan")]
    >>> scored = wordscores([[8, 2], [2, 8], [5, 5], [6, 4]], given)
    >>> (rescaled(scored, given, "martin-vanberg")[0].round(2) + 0.0).tolist()
    [-1.0, 1.0, 0.0, -0.33]
    """
    given = np.asarray(references, float)
    known, raw = np.isfinite(given), scored.estimate
    if how == "none":
        return raw, scored.se
    if how == "lbg":
        virgin = raw[~known]
        if len(virgin) < 2:
            raise TooLittleText("The rescaling of Laver, Benoit and Garry", f"n = {len(virgin)} scored texts", "two")
        scale, middle = np.std(given[known], ddof=1) / np.std(virgin, ddof=1), virgin.mean()
        # References have the scores that were given; the scale is that of the others.
        moved = np.where(known, given, (raw - middle) * scale + middle)
        return moved, np.where(known, np.nan, scored.se * scale)
    at = np.flatnonzero(known)
    low, high = at[np.argmin(given[known])], at[np.argmax(given[known])]
    scale = (given[high] - given[low]) / (raw[high] - raw[low])
    return (raw - raw[low]) * scale + given[low], scored.se * abs(scale)


def correspondence(counts: Any, dimensions: int = 2) -> Positions:
    """Correspondence analysis: the dimensions on which profiles of units differ most in chi-squared distance (Greenacre 2017).

    Parameters
    ----------
    counts : ndarray, sparse array or DataFrame, shape (n_units, n_terms)
        How often each unit uses each term; terms that none uses have no coordinate (0).
    dimensions : int
        How many.

    Returns
    -------
    Positions
        Principal coordinates of units and terms, and the inertia of each dimension. The sign of a dimension is arbitrary.

    Raises
    ------
    TooLittleText
        With fewer than three units, or units with the same profile.

    Examples
    --------
    Smoking by staff group (Greenacre 1984):

    >>> smokers = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
    >>> correspondence(smokers).inertia.round(5).tolist()
    [0.07476, 0.01002]
    """
    values = _dense(counts)
    if len(values) < 3:
        raise TooLittleText("A correspondence analysis", f"n = {len(values)} units", "three units")
    shares = values / values.sum()
    rows, columns = shares.sum(1), shares.sum(0)
    some = columns > 0
    expected = np.outer(rows, columns[some])
    residuals = (shares[:, some] - expected) / np.sqrt(expected)
    # Of the smaller of the two products: terms are many, units few.
    square, vectors = np.linalg.eigh(residuals @ residuals.T)
    order = np.argsort(-square, kind="stable")[:dimensions]
    inertia, left = square[order], vectors[:, order]
    total = float((residuals**2).sum())
    if total <= 0 or inertia[0] <= 1e-12 * max(total, 1.0):
        raise TooLittleText("A correspondence analysis", "all units use the terms alike", "units that differ")
    singular = np.sqrt(np.maximum(inertia, 1e-300))
    right = residuals.T @ left / singular
    terms = np.zeros((values.shape[1], len(order)))
    terms[some] = right * singular / np.sqrt(columns[some])[:, None]
    pull = np.zeros(values.shape[1])
    pull[some] = right[:, 0]
    estimate = left * singular / np.sqrt(rows)[:, None]
    return Positions("correspondence", estimate, np.full(len(values), np.nan), terms, pull, inertia, total)


@dataclass(frozen=True, eq=False)
class Start:
    """Where Wordfish begins: positions, intercepts of units, weights and intercepts of terms."""

    theta: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    psi: np.ndarray

    @classmethod
    def of(cls, found: Positions) -> Start:
        """Where another fit ended."""
        return cls(found.estimate, found.levels, found.terms, found.frequency)

    @classmethod
    def at(cls, values: np.ndarray) -> Start:
        """From the first dimension of a correspondence analysis."""
        theta = _standard(correspondence(values, 1).estimate[:, 0])
        alpha = np.log(values.sum(1) / values.sum(1).mean())
        psi = np.log(values.sum(0) / np.exp(alpha).sum())
        return cls(theta, alpha, np.zeros(values.shape[1]), psi)


def _standard(theta: np.ndarray) -> np.ndarray:
    return (theta - theta.mean()) / theta.std(ddof=1)


def wordfish(counts: Any, start: Start | None = None, *, tolerance: float = TOLERANCE) -> Positions:
    """Positions of units on the one dimension that tells their words apart best (Slapin and Proksch 2008).

    Parameters
    ----------
    counts : ndarray, sparse array or DataFrame, shape (n_units, n_terms)
        How often each unit uses each term; each term occurs.
    start : Start, optional
        Where to begin; at the first dimension of a correspondence analysis by default.
    tolerance : float
        The largest move of a position in a round at which it has converged.

    Returns
    -------
    Positions
        Mean 0, standard deviation 1 over the units; which side is left is arbitrary.

    Raises
    ------
    TooLittleText
        With fewer than five units.
    DiscourseError
        Where it does not converge.

    Notes
    -----
    Counts are Poisson with log mean alpha_i + psi_j + beta_j theta_i. What is maximised is the likelihood times a normal prior with standard
    deviation 3 of the weights beta, without which a term of one unit alone has an infinite weight, subject to positions theta with mean 0
    and standard deviation 1. quanteda's program has the same model and prior; it stops where a round raises its criterion no further, which may
    be before the maximum. Standard errors are those of a position with the terms as known.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth, weights = np.linspace(-1, 1, 8), rng.normal(0, 0.5, 300)
    >>> found = wordfish(rng.poisson(np.exp(1 + np.outer(truth, weights))))
    >>> bool(abs(np.corrcoef(found.estimate, truth)[0, 1]) > 0.99)
    True
    """
    values = _dense(counts)
    if len(values) < LEAST_UNITS:
        raise TooLittleText("Wordfish", f"n = {len(values)} units", f"{LEAST_UNITS} units")
    if not values.sum(0).all():
        raise DiscourseError("Wordfish: a term occurs in no unit")
    begin = start or Start.at(values)
    n, state = len(values), np.concatenate([begin.theta, begin.alpha, begin.beta, begin.psi])
    mixed = _Mixed()
    for turn in range(1, ROUNDS + 1):
        moved = np.concatenate(_round(values, *_parts(state, n)))
        if np.abs(moved - state)[:n].max() < tolerance:
            break
        # The first rounds go far, and in other directions than the last.
        state = mixed.after(state, moved) if turn > WARMING else moved
    else:
        raise DiscourseError(f"Wordfish did not converge in {ROUNDS} rounds: take fewer terms, or larger units")
    theta, alpha, beta, psi = _parts(moved, n)
    mean = np.exp(alpha[:, None] + psi + np.outer(theta, beta))
    of_units = mean @ beta**2 - (mean @ beta) ** 2 / mean.sum(1)
    of_terms = mean.T @ theta**2 - (mean.T @ theta) ** 2 / mean.sum(0) + SPREAD**-2
    pull = beta * np.sqrt(of_terms)
    return Positions("wordfish", theta, of_units**-0.5, beta, pull, levels=alpha, frequency=psi, rounds=turn)


def _parts(state: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions and intercepts of units, weights and intercepts of terms."""
    half = n + (len(state) - 2 * n) // 2
    return state[:n], state[n : 2 * n], state[2 * n : n + half], state[n + half :]


def _round(
    values: np.ndarray, theta: np.ndarray, alpha: np.ndarray, beta: np.ndarray, psi: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A Newton step of each term, then one of all units along the positions that have mean 0 and standard deviation 1."""
    mean = np.exp(alpha[:, None] + psi + np.outer(theta, beta))
    total, first, second = mean.sum(0), theta @ mean, theta**2 @ mean + SPREAD**-2
    by_level, by_slope = values.sum(0) - total, theta @ values - first - beta * SPREAD**-2
    determinant = np.maximum(total * second - first**2, 1e-12 * total * second)
    psi = psi + np.clip((second * by_level - first * by_slope) / determinant, -1, 1)
    beta = beta + np.clip((total * by_slope - first * by_level) / determinant, -1, 1)
    mean = np.exp(alpha[:, None] + psi + np.outer(theta, beta))
    # Intercepts of units follow from their totals.
    of_unit = values.sum(1)
    factor = of_unit / mean.sum(1)
    alpha = alpha + np.log(factor)
    mean *= factor[:, None]
    gradient = (values - mean) @ beta
    curvature = mean @ beta**2 - (mean @ beta) ** 2 / of_unit
    # What would only move or stretch all positions is taken out: at the maximum nothing else is left.
    gradient -= (gradient @ theta) / (theta @ theta) * theta
    gradient -= (gradient / curvature).sum() / (1 / curvature).sum()
    return _standard(theta + np.clip(gradient / curvature, -0.5, 0.5)), alpha, beta, psi


class _Mixed:
    """Anderson's (1965) mixing of the last rounds: some thirty in place of hundreds."""

    def __init__(self) -> None:
        self.moves: list[np.ndarray] = []
        self.states: list[np.ndarray] = []

    def after(self, state: np.ndarray, moved: np.ndarray) -> np.ndarray:
        """Where to go on, from a state and where a round moved it."""
        move = moved - state
        self.moves, self.states = [*self.moves[-MEMORY:], move], [*self.states[-MEMORY:], moved]
        if len(self.moves) < 2:
            return moved
        steps, places = np.diff(self.moves, axis=0).T, np.diff(self.states, axis=0).T
        found = moved - places @ np.linalg.lstsq(steps, move, rcond=1e-10)[0]
        if np.abs(found - moved).max() <= 1:
            return found
        self.moves, self.states = self.moves[-1:], self.states[-1:]
        return moved
