"""Do documents of one speaker (or another label) resemble each other, so that they are fewer observations than they seem?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare.intervals import by_unit
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design

ALIKE = 1.3  # design effect above which the report warns: an interval over documents is then a seventh too narrow
LEAST_LABELS = 5  # in each part of the contrast: fewer do not show how they vary


class DesignEffect(NamedTuple):
    """How much more the contrast varies where labels are drawn rather than documents; arrays of shape (n_items,)."""

    effect: np.ndarray
    correlation: np.ndarray
    labels: int


def design_effect(q: Quantities, design: Design, contrast: Contrast, labels: np.ndarray) -> DesignEffect | None:
    """The design effect of labels on a contrast: its variance over labels by its variance over documents (Kish 1965).

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups.
    contrast : Contrast
        What is set against what.
    labels : ndarray of str, shape (n_documents,)
        Speaker (or another label) of each document; missing ones are a label of their own each.

    Returns
    -------
    DesignEffect or None
        `effect` is the larger of two estimates: variances by linearisation over labels and over documents, a label in both groups
        counted once with its covariance; and, where no label is in both, 1 + (m - 1) r with m the mean size of the label
        of a document and r, the intraclass `correlation`, from the analysis of variance (Donner & Koval 1980). An interval
        over documents is too narrow by the root of the effect. `labels` is their number in the part with fewer. None where
        a part has fewer than `LEAST_LABELS`, or no label has two documents.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> speaker = np.repeat([f"s{k}" for k in range(12)], 5).astype(object)
    >>> design = Design(np.repeat([0, 1], 30), ["a", "b"])
    >>> alike = Quantities("means", np.repeat(np.arange(12.0), 5)[:, None], np.ones(60), ["x"])
    >>> found = design_effect(alike, design, pair(design, 0, 1), speaker)
    >>> found.effect.round(1).tolist(), found.correlation.tolist()  # as many observations as speakers
    ([5.8], [1.0])
    """
    rows = q.inside(design, contrast.groups)
    part = contrast.label(design.group[rows])
    alone = pd.isna(labels[rows])
    names = np.where(alone, [f"\0{k}" for k in rows], labels[rows].astype(str))
    codes = pd.factorize(pd.Series(names))[0]
    parts = range(len(contrast.parts))
    numbers = [len(set(codes[part == k])) for k in parts]
    if min(numbers) < LEAST_LABELS or len(set(codes)) == len(codes):
        return None
    y = q.y[rows] if isinstance(q.y, np.ndarray) else q.y[rows].toarray()
    x = q.x[rows]
    added = np.zeros_like(y, float)
    by_document, between, within, sizes = 0.0, 0.0, 0.0, 0.0
    for k in parts:
        at = part == k
        n, c = int(at.sum()), contrast.parts[k][0]
        d = y[at] - y[at].sum(0) / x[at].sum() * x[at]
        own = pd.factorize(codes[at])[0]
        sums, size = by_unit(d, own), np.bincount(own)[:, None]
        between = between + (sums**2 / size).sum(0)
        within = within + ((d - (sums / size)[own]) ** 2).sum(0)
        sizes += float((size**2).sum()) / n
        d = c * d / x[at].sum()
        by_document = by_document + (d**2).sum(0) * n / (n - 1)
        added[at] = d * np.sqrt(numbers[k] / (numbers[k] - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = (by_unit(added, codes) ** 2).sum(0) / by_document
        correlation = _intraclass(between, within, sum(numbers), len(codes), sizes, len(numbers))
    if len(set(codes)) == sum(numbers):
        effect = np.fmax(effect, 1 + (sizes / len(numbers) - 1) * correlation)
    return DesignEffect(effect, correlation, min(numbers))


def _intraclass(
    between: np.ndarray | float, within: np.ndarray | float, labels: int, documents: int, sizes: float, parts: int
) -> np.ndarray:
    """Intraclass correlation from sums of squares; `sizes` is the sum over parts of the mean size of a document's label."""
    first, second = between / (labels - parts), within / (documents - labels)
    usual = (documents - sizes) / (labels - parts)
    return np.asarray((first - second) / (first + (usual - 1) * second))
