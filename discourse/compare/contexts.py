"""How the contexts of groups differ: embedding regression on their a la carte vectors.

The vector of a group is the mean of the vectors of its contexts, which is what a regression on dummies of the groups gives
(Rodriguez, Spirling & Stewart 2023). A mean over few contexts is longer than the mean that it estimates, by the noise of a
hundred dimensions; distances are then too large (Green et al. 2025), and cosines too small. Both are corrected here: the sum
of the squared standard errors is subtracted from the squared length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare.deflated import counts_of, distances, mean_and_noise
from discourse.compare.intervals import by_unit
from discourse.compare.notes import Note
from discourse.compare.quantities import Contrast, Quantities, level_of
from discourse.compare.resample import Design
from discourse.features.vectors import Vectors, load_vectors
from discourse.shown import brief
from discourse.types import Comparison, Features

BLOCK = 200  # words at a time: what is computed on the way then stays in the cache of the processor


@dataclass(frozen=True)
class ContextsCompared:
    """Contexts of groups: cosines with words, as a family, and distances between groups.

    Parameters
    ----------
    cosines : Comparison
        See `cosines`.
    distances : DataFrame
        See `distances`.
    """

    cosines: Comparison
    distances: pd.DataFrame

    __repr__ = brief


def compare_contexts(
    found: Features,
    design: Design,
    contrasts: Sequence[Contrast],
    words: Sequence[str],
    *,
    vectors: Vectors | None = None,
    unit: str = "document",
) -> ContextsCompared:
    """Compare the contexts of a target between groups.

    Parameters
    ----------
    found : Features
        One row a mention, from `discourse.context_vectors`.
    design : Design
        Groups and units.
    contrasts : sequence of Contrast
        What is set against what (`discourse.pair`).
    words : sequence of str
        With which the vectors of the groups are compared; the intervals hold for all of them together.
    vectors : Vectors, optional
        Those of the contexts; the vectors of the package by default.
    unit : {"document", "cluster"}
        What is resampled and permuted.

    Returns
    -------
    ContextsCompared

    Raises
    ------
    KeyError
        If a word has no vector.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> rng, n = np.random.default_rng(1), 60
    >>> units = pd.DataFrame({"document": np.arange(n)})
    >>> group = np.repeat([0, 1], 30)
    >>> values = np.array([[1.0, 0.0], [1.0, 1.0]])[group] + rng.normal(0, 0.2, (n, 2))
    >>> design = Design(group, ["a", "b"], resamples=500)
    >>> two = Vectors(("war", "peace"), np.eye(2))
    >>> result = compare_contexts(Features("contexts", values, ["v1", "v2"], units), design, [pair(design, 0, 1)], ["peace"], vectors=two)
    >>> result.cosines.table[["stratum", "estimate"]].round(1).values.tolist()
    [['a', -0.0], ['b', 0.7], ['a - b', -0.7]]
    >>> result.distances["deflated"].round(1).tolist()
    [1.0]
    """
    vectors = load_vectors() if vectors is None else vectors
    q = contexts_of(found, len(design.group))
    chosen = vectors.values[[vectors.index[w] for w in words]]
    return ContextsCompared(
        cosines(q, design, contrasts, words, chosen, unit=unit), distances(q, design, contrasts, unit=unit)
    )


def contexts_of(found: Features, n_documents: int) -> Quantities:
    """Sums of the vectors of contexts and number of mentions by document, from one row a mention."""
    document = found.units["document"].to_numpy(np.int64)
    n = np.bincount(document, minlength=n_documents)
    # Codes up to the last document that there is.
    sums = np.zeros((n_documents, found.values.shape[1]))
    part = by_unit(found.values, document)
    sums[: len(part)] = part
    return Quantities("contexts", sums, n, found.columns, bounds=(-np.inf, np.inf), target=found.target)


class MeanVectors:
    """Mean vectors of weighted units, and their cosines with words, corrected for the noise in the length of the means.

    Parameters
    ----------
    y : ndarray, shape (n_units, n_dimensions)
        Sums of vectors by unit.
    n : ndarray, shape (n_units,)
        Number of vectors by unit.
    weights : ndarray, shape (n_rows, n_units)
        How often each unit counts.
    noise : float
        What is subtracted from the squared length of each mean.

    Examples
    --------
    >>> y = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> value, error = MeanVectors(y, np.ones(2), np.ones((1, 2)), 0.0).cosines(np.eye(2))
    >>> value.round(3).tolist(), error.round(3).tolist()
    ([[0.707, 0.707]], [[0.707, 0.707]])
    """

    def __init__(self, y: np.ndarray, n: np.ndarray, weights: np.ndarray, noise: float) -> None:
        self.y, self.n, self.weights = y, n, weights
        total, units = weights @ n, weights.sum(1)
        self.mean = (weights @ y) / total[:, None]
        squared = (self.mean**2).sum(1)
        left = np.where(squared > noise, squared - noise, np.nan)
        self.length = np.sqrt(left)[:, None]
        # Each unit's vector without its share of the mean, projected on the mean.
        b = self.mean @ y.T - squared[:, None] * n
        self.weighted = weights * b
        self.along_mean = (self.weighted * b).sum(1)[:, None]
        self.counts, self.squares = (self.weighted @ n)[:, None], (weights @ n**2)[:, None]
        # One unit has no variance.
        with np.errstate(divide="ignore"):
            self.scale = (units / (units - 1) / total**2 / left)[:, None]

    def cosines(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cosines with words (n_words, n_dimensions) of length 1, and their standard errors; each (n_rows, n_words).

        The error is that over units, by linearisation: a unit with the sum y of n vectors moves the cosine c with the word u by
        (u - c m / r) (y - n m) / (r N), where m is the mean, r its corrected length, and N the number of vectors.
        """
        along = self.mean @ words.T
        value = along / self.length
        ratio = value / self.length
        # Projections of units on words do not depend on the row: sums of their squares and products are products of matrices.
        a = self.y @ words.T
        own = self.weights @ a**2 - along * (2 * (self.weights @ (a * self.n[:, None])) - along * self.squares)
        both = self.weighted @ a - along * self.counts
        variance = np.maximum(own - ratio * (2 * both - ratio * self.along_mean), 0)
        with np.errstate(invalid="ignore"):
            return value, np.sqrt(variance * self.scale)


def cosines(
    q: Quantities,
    design: Design,
    contrasts: Sequence[Contrast],
    items: Sequence[str],
    words: np.ndarray,
    *,
    unit: str = "document",
) -> Comparison:
    """Cosines of the vectors of groups with words, and their differences, with intervals for all words together.

    Parameters
    ----------
    q : Quantities
        Sums of the vectors of contexts, and number of mentions, by document.
    design : Design
        Groups, resamples, confidence, seed.
    contrasts : sequence of Contrast
        Differences between groups.
    items : sequence of str
        The words.
    words : ndarray, shape (n_words, n_dimensions)
        Their vectors.
    unit : {"document", "cluster"}
        What is resampled.

    Returns
    -------
    Comparison
        A row for each group and contrast and word. `estimate` is the cosine, corrected for the noise in the length of the mean;
        `plain` the uncorrected one; `low`, `high` the simultaneous interval over all words of the row's group or contrast: the
        studentised bootstrap of the largest deviation (sup-t; Montiel Olea & Plagborg-Moller 2019). A resample holds the noise
        twice, which is therefore subtracted twice. `n_mentions`, `n_documents`, `n_clusters` and `note` beside. No number where a
        group has fewer than 20 mentions or 10 documents with one; no interval where the noise may be all that there is.
    """
    unit_words = np.asarray(words, float)
    unit_words = unit_words / np.linalg.norm(unit_words, axis=1, keepdims=True)
    asked = [*(level_of(design, g) for g in range(len(design.names))), *contrasts]
    counts = {c.name: counts_of(q, design, c, unit) for c in asked}
    families = [_Family(c, len(items), design) for c in asked if counts[c.name]["note"] != Note.TOO_LITTLE_TEXT]
    parts = {key: _part(q, design, key, unit) for key in sorted({key for f in families for key in f.parts})}
    for first in range(0, len(items), BLOCK):
        some = slice(first, first + BLOCK)
        found = {key: _Block.of(part, unit_words[some]) for key, part in parts.items()}
        for family in families:
            family.add(some, [found[key] for key in family.parts])
    numbers = {f.contrast.name: f.numbers(_fewest(f, parts) >= design.needed_containing(unit)) for f in families}
    rows = []
    for contrast in asked:
        what = {"contrast": contrast.kind, "item": list(items), "target": q.target, "stratum": contrast.name}
        none = dict.fromkeys(("estimate", "low", "high", "plain"), np.nan)
        values = none | numbers.get(contrast.name, {})
        said = counts[contrast.name]
        if said["note"] == Note.NONE and np.isnan(values["low"]).all():
            said = said | {"note": str(Note.TOO_LITTLE_TEXT)}
        rows.append(pd.DataFrame(what | values | said))
    params = {"unit": unit, "confidence": design.confidence, "resamples": design.resamples, "family": len(items)}
    return Comparison(pd.concat(rows, ignore_index=True), "cosine", params=params)


@dataclass(frozen=True)
class _Part:
    """Some groups together: the mean as observed, those of the resamples, and by how much the corrected length is shorter."""

    seen: MeanVectors
    drawn: MeanVectors
    shorter: float


def _part(q: Quantities, design: Design, groups: Sequence[int], unit: str) -> _Part:
    units = [q.units(design, [g], unit) for g in groups]
    y, n = (np.concatenate([getattr(u, name) for u in units]) for name in ("y", "x"))
    n, one = n[:, 0], np.ones((1, len(n)))
    mean, noise = (v[0] for v in mean_and_noise(y, n, one))
    seen = MeanVectors(y, n, one, float(noise))
    # Units are drawn within their group.
    weights = np.concatenate([design.draws(g, len(u.x), unit) for g, u in zip(groups, units)], axis=1)
    shorter = float(seen.length[0, 0] / np.linalg.norm(mean))
    return _Part(seen, MeanVectors(y, n, weights, 2 * float(noise)), shorter)


def _fewest(family: _Family, parts: Mapping[tuple[int, ...], _Part]) -> int:
    """Units of the part with the fewest."""
    return min(len(parts[key].seen.n) for key in family.parts)


class _Block(NamedTuple):
    """Some words and one part: cosines and errors as observed and in the resamples, and the uncorrected cosines."""

    value: np.ndarray
    error: np.ndarray
    drawn: np.ndarray
    drawn_error: np.ndarray
    plain: np.ndarray

    @staticmethod
    def of(part: _Part, words: np.ndarray) -> _Block:
        """Of a part, with words of length 1."""
        value, error = (v[0] for v in part.seen.cosines(words))
        return _Block(value, error, *part.drawn.cosines(words), value * part.shorter)


class _Family:
    """All words in one contrast, while they are added block by block."""

    def __init__(self, contrast: Contrast, n: int, design: Design) -> None:
        self.contrast, self.confidence = contrast, design.confidence
        self.parts = [tuple(groups) for _, groups in contrast.parts]
        self.value, self.error, self.plain = np.empty((3, n))
        self.largest = np.zeros(design.resamples)

    def add(self, some: slice, blocks: Sequence[_Block]) -> None:
        """Some words: estimates, errors, and the largest deviation of each resample so far."""
        squares = [c * c for c, _ in self.contrast.parts]
        self.value[some], self.plain[some] = (
            self.contrast([getattr(b, k) for b in blocks]) for k in ("value", "plain")
        )
        self.error[some] = np.sqrt(sum(c * b.error**2 for c, b in zip(squares, blocks)))
        spread = np.sqrt(sum(c * b.drawn_error**2 for c, b in zip(squares, blocks)))
        with np.errstate(invalid="ignore", divide="ignore"):
            t = np.abs(self.contrast([b.drawn for b in blocks]) - self.value[some]) / spread
        # A resample that is all noise may be anywhere.
        self.largest = np.maximum(self.largest, np.where(np.isnan(t), np.inf, t).max(1))

    def numbers(self, enough: bool) -> dict[str, np.ndarray]:
        """Estimates and simultaneous intervals, those only where there are enough units; each of shape (n_words,)."""
        critical = float(np.quantile(self.largest, self.confidence, method="higher")) if enough else np.inf
        half = critical * self.error if np.isfinite(critical) else np.full(len(self.error), np.nan)
        # A cosine lies between -1 and 1; the coefficients say what a combination of them can reach.
        bound = sum(abs(c) for c, _ in self.contrast.parts)
        bounds = {"low": self.value - half, "high": self.value + half}
        return {
            k: np.clip(v, -bound, bound) for k, v in ({"estimate": self.value, "plain": self.plain} | bounds).items()
        }
