"""Norms of mean vectors without the noise in them: distances between groups, and coefficients of embedding regression.

The squared length of an estimated vector is too large by the sum of the variances of its dimensions; subtracting them deflates
it (Green et al. 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.intervals import by_unit
from discourse.compare.multiple import permutation_p
from discourse.compare.notes import NUMBERS, Note
from discourse.compare.permutation import random_labels, used_strata
from discourse.compare.quantities import Contrast, Quantities, Units
from discourse.compare.resample import Design

MIN_MENTIONS = 20
MIN_DOCUMENTS = 10


def mean_and_noise(y: np.ndarray, n: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean vectors, and the sums over dimensions of their squared standard errors.

    Parameters
    ----------
    y : ndarray, shape (n_units, n_dimensions)
        Sums of vectors by unit.
    n : ndarray, shape (n_units,)
        Number of vectors by unit.
    weights : ndarray, shape (n_rows, n_units)
        How often each unit counts.

    Returns
    -------
    mean : ndarray, shape (n_rows, n_dimensions)
    noise : ndarray, shape (n_rows,)
        By linearisation of the ratio, over units (Cochran 1977, chapter 6), as in `discourse.compare.intervals.ratio`.

    Examples
    --------
    >>> mean, noise = mean_and_noise(np.array([[2.0], [4.0], [6.0]]), np.ones(3), np.ones((1, 3)))
    >>> mean.tolist(), noise.round(4).tolist()
    ([[4.0]], [1.3333])
    """
    units, total = weights.sum(1), weights @ n
    mean = (weights @ y) / total[:, None]
    cross = ((weights @ (y * n[:, None])) * mean).sum(1)
    squares = weights @ (y**2).sum(1) - 2 * cross + (mean**2).sum(1) * (weights @ n**2)
    # One unit has no variance.
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean, np.maximum(squares, 0) / total**2 * units / (units - 1)


def counts_of(q: Quantities, design: Design, contrast: Contrast, unit: str) -> dict[str, Any]:
    """Mentions, documents and clusters of a contrast, and what is missing: `note` with its numbers.

    A group with fewer than 20 mentions, or fewer than 10 documents with one, has too little text; one with few units no interval.
    """
    groups = []
    for g in contrast.groups:
        rows = q.inside(design, [g])
        clusters = len(rows) if design.cluster is None else len(set(design.cluster[rows]))
        groups.append((int(q.x[rows].sum()), len(rows), clusters))
    note, numbers = Note.NONE, [np.nan] * len(NUMBERS)
    units, needed = min(c if unit == "cluster" else d for _, d, c in groups), design.needed_containing(unit)
    short = [(n, documents) for n, documents, _ in groups if n < MIN_MENTIONS or documents < MIN_DOCUMENTS]
    if short:
        note, numbers = Note.TOO_LITTLE_TEXT, [*short[0], MIN_MENTIONS, MIN_DOCUMENTS]
    elif units < needed:
        note, numbers = Note.FEW_UNITS, [units, np.nan, needed, np.nan]
    return {
        "n_mentions": sum(n for n, _, _ in groups),
        "n_documents": sum(d for _, d, _ in groups),
        "n_clusters": sum(c for *_, c in groups),
        "note": str(note),
        **dict(zip(NUMBERS, numbers)),
    }


def distances(q: Quantities, design: Design, contrasts: Sequence[Contrast], *, unit: str = "document") -> pd.DataFrame:
    """Squared distances between the mean vectors of groups, deflated, with a permutation test.

    Parameters
    ----------
    q, design, contrasts, unit
        As in `cosines`.

    Returns
    -------
    DataFrame
        A row for each contrast whose groups have enough text: `contrast`, `stratum`, `squared` (the squared length of the
        difference), `noise` (the sum of its squared standard errors), `deflated` (their difference; Green et al. 2025), `p` (of
        `squared` / `noise`, under permutation of the labels of the units), `n_mentions`, `n_documents`, `n_units`.
    """
    rows = []
    for contrast in contrasts:
        counts = counts_of(q, design, contrast, unit)
        if counts["note"] == Note.TOO_LITTLE_TEXT:
            continue
        u = q.units(design, contrast.groups, unit)
        label = contrast.label(u.group)
        # One unit shows no variation.
        if np.bincount(label).min() < 2:
            continue
        (squared,), (noise,) = _distance(u, contrast, label[None])
        # Units that are all alike show none either: the same passage, say, in every document.
        if noise <= 0:
            continue
        strata = used_strata(design, contrast, unit)
        blocks = [_distance(u, contrast, labels) for labels in random_labels(design, contrast, u, label, unit, strata)]
        null = np.concatenate([s / np.maximum(e, 1e-300) for s, e in blocks])
        (p,) = permutation_p(np.array([squared / noise]), null[:, None])
        rows.append(
            {
                "contrast": contrast.kind,
                "stratum": contrast.name,
                "squared": squared,
                "noise": noise,
                "deflated": squared - noise,
                "p": p,
                "n_mentions": counts["n_mentions"],
                "n_documents": counts["n_documents"],
                "n_units": len(u.x),
            }
        )
    names = ["contrast", "stratum", "squared", "noise", "deflated", "p", "n_mentions", "n_documents", "n_units"]
    return pd.DataFrame(rows, columns=names)


def _distance(u: Units, contrast: Contrast, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared length of the contrast of means and its noise, for each row of labels."""
    found = [mean_and_noise(u.y, u.x[:, 0], (labels == k).astype(float)) for k in range(len(contrast.parts))]
    noise = sum(c * c * e for (c, _), (_, e) in zip(contrast.parts, found))
    return (contrast([m for m, _ in found]) ** 2).sum(1), np.asarray(noise)


def embedding_regression(
    values: np.ndarray, regressors: pd.DataFrame, cluster: Sequence[object] | np.ndarray | None = None
) -> pd.DataFrame:
    """Regress vectors of contexts on covariates (Rodriguez, Spirling & Stewart 2023), with deflated norms.

    Parameters
    ----------
    values : ndarray, shape (n_mentions, n_dimensions)
        Vectors of contexts.
    regressors : DataFrame, shape (n_mentions, n_regressors)
        Numbers: dummies, say; without the constant, which is added.
    cluster : sequence of length n_mentions, optional
        Document, speaker or day of each mention.

    Returns
    -------
    DataFrame
        For each coefficient, the constant among them: `coefficient`, `squared` (its squared norm), `noise` (the sum of its squared
        standard errors, robust to heteroscedasticity (HC1) or over clusters), `deflated` (Green et al. 2025).

    Examples
    --------
    >>> values, party = np.array([[0.0], [2.0], [5.0], [7.0]]), pd.DataFrame({"party": [0, 0, 1, 1]})
    >>> embedding_regression(values, party)[["coefficient", "squared", "noise"]].values.tolist()
    [['constant', 1.0, 1.0], ['party', 25.0, 2.0]]
    """
    x = np.column_stack([np.ones(len(values)), regressors.to_numpy(float)])
    solved = np.linalg.pinv(x)
    beta = solved @ values
    n, k = x.shape
    codes = np.arange(n) if cluster is None else pd.factorize(pd.Series(cluster))[0]
    groups = int(codes.max()) + 1
    # Moves of a coefficient by a cluster, summed; its variance is the sum of their squares.
    residuals = values - x @ beta
    factor = n / (n - k) if cluster is None else groups / (groups - 1) * (n - 1) / (n - k)
    noise = [factor * float((by_unit(row[:, None] * residuals, codes) ** 2).sum()) for row in solved]
    squared = (beta**2).sum(1)
    return pd.DataFrame(
        {
            "coefficient": ["constant", *map(str, regressors.columns)],
            "squared": squared.round(12),
            "noise": np.round(noise, 12),
            "deflated": (squared - noise).round(12),
        }
    )
