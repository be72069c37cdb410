"""Features of parts of a corpus, put together to those of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse import spill
from discourse.compare.sums import totals
from discourse.corpus.partitioned import Extent
from discourse.errors import DiscourseError
from discourse.types import EncodedCorpus, Features

MANY = 2**26  # counts of a large corpus, which are kept in narrow types
# Columns of units and details that are indexes, and what each counts.
INDEXES = {"document": "documents", "turn": "turns", "sentence": "sentences", "token": "tokens"}


@dataclass(frozen=True)
class Measured:
    """What was measured of one part.

    Parameters
    ----------
    features : Features
        Of the part, which counts documents, turns, sentences and tokens from 0.
    first : Extent
        What comes before the part.
    """

    features: Features
    first: Extent

    def moved(self, table: pd.DataFrame, rows_before: int, more: dict[str, str]) -> pd.DataFrame:
        """A table of the part with the indexes of the whole; `mention` counts rows of units."""
        changes = {
            c: table[c] + getattr(self.first, what) for c, what in (INDEXES | more).items() if c in table.columns
        }
        if "mention" in table.columns:
            changes["mention"] = table["mention"] + rows_before
        return table.assign(**changes)


def join(parts: Sequence[Measured], settings: Any = None, corpus: EncodedCorpus | None = None) -> Features:
    """Features of the whole from those of its parts, whose columns are the same.

    Parameters
    ----------
    parts : sequence of Measured
        In the order of the corpus. Columns named `document`, `turn`, `sentence` and `token` are indexes and numbered on; so is
        `mention`, which counts rows of `units`.
    settings, corpus
        Not needed here; what other joins are given.

    Raises
    ------
    DiscourseError
        Where the columns of parts differ.

    Examples
    --------
    >>> part = Features("n", np.ones((1, 1)), ["n"], pd.DataFrame({"document": [0]}))
    >>> join([Measured(part, Extent()), Measured(part, Extent(documents=1))]).units["document"].tolist()
    [0, 1]
    """
    first = parts[0].features
    for part in parts:
        if list(part.features.columns) != list(first.columns):
            raise DiscourseError(f"{first.name}: the columns of parts of the corpus differ")
    return with_values(parts, stack([p.features.values for p in parts]), first.columns)


def with_values(
    parts: Sequence[Measured],
    values: Any,
    columns: Sequence[str],
    params: Mapping[str, Any] | None = None,
    more: Mapping[str, str] | None = None,
) -> Features:
    """Features of the whole with these values; units and details of the parts one after another.

    Parameters
    ----------
    parts : sequence of Measured
        In the order of the corpus.
    values : ndarray or sparse array
        Of all units.
    columns, params
        Of the whole; parameters are those of the first part by default.
    more : mapping of str to str
        Further columns that are indexes, and what they count.
    """
    first = parts[0].features
    before = np.cumsum([0, *(len(p.features.units) for p in parts)]).tolist()
    more = dict(more or {})
    units = stacked([p.moved(p.features.units, n, more) for p, n in zip(parts, before)])
    details = {
        name: stacked([p.moved(p.features.details[name], n, more) for p, n in zip(parts, before)])
        for name in first.details
    }
    return replace(
        first,
        values=values,
        columns=columns,
        units=units,
        details=details,
        params=first.params if params is None else params,
    )


def stack(values: Sequence[Any]) -> Any:
    """Matrices of the same columns one below another."""
    if sparse.issparse(values[0]):
        return sparse.csr_array(sparse.vstack(values, format="csr"))
    return np.concatenate(values)


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one after another; those without a row have no say in the types of columns."""
    filled = [t for t in tables if len(t)] or list(tables[:1])
    return pd.concat(filled, ignore_index=True)


def spread(values: Any, place: np.ndarray, width: int) -> sparse.csr_array:
    """A matrix with its columns at other places, in a wider one; columns whose place is -1 are left out."""
    kept = np.flatnonzero(place >= 0)
    matrix = sparse.csr_array(values)[:, kept]
    # As narrow as scipy's own: half of the memory of a large matrix.
    columns = place[kept].astype(np.int32)[matrix.indices]
    result = sparse.csr_array((matrix.data, columns, matrix.indptr), shape=(matrix.shape[0], width))
    result.sort_indices()
    return result


def narrow(counts: sparse.csr_array) -> sparse.csr_array:
    """Counts in the smallest type that holds them: half of the memory, or less, of what is counted in a large corpus."""
    most = int(counts.data.max(initial=0))
    data = counts.data.astype(np.min_scalar_type(most))
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


def by_column(rows: Sequence[sparse.csr_array], places: Sequence[np.ndarray], width: int) -> sparse.csc_array:
    """Matrices of counts one below another, laid out by column, in the smallest type that holds them; on disk where they are large.

    Parameters
    ----------
    rows : sequence of csr_array
        From top to bottom.
    places : sequence of ndarray of int
        Of the columns of each: where they are in the whole; columns whose place is -1 are left out.
    width : int
        Columns of the whole.

    Returns
    -------
    csc_array of unsigned integers, shape (n_rows, width)

    Examples
    --------
    >>> rows = sparse.csr_array(np.array([[1, 0, 7], [2, 5, 0]]))
    >>> by_column([rows, rows], [np.array([0, 1, -1])] * 2, 2).toarray().tolist()
    [[1, 0], [2, 5], [1, 0], [2, 5]]
    """
    sizes, most = np.zeros((len(rows), width), np.int64), 0
    for size, part, place in zip(sizes, rows, places):
        kept = place >= 0
        size[place[kept]] = np.bincount(part.indices, minlength=part.shape[1])[kept]
        most = max(most, int(part.data.max(initial=0)))
    bounds = np.concatenate([[0], np.cumsum(sizes.sum(0))])
    data, indices = spill.empty(int(bounds[-1]), np.min_scalar_type(most)), spill.empty(int(bounds[-1]), np.int32)
    at, first = bounds[:-1].copy(), 0
    for size, part, place in zip(sizes, rows, places):
        columns = sparse.csc_array(spread(narrow(part), place, width))
        to = np.repeat(at - columns.indptr[:-1], size) + np.arange(columns.nnz)
        data[to], indices[to] = columns.data, columns.indices + first
        at += size
        first += part.shape[0]
    return sparse.csc_array((data, indices, _narrowest(bounds)), shape=(first, width))


def some_columns(counts: Any, at: np.ndarray) -> Any:
    """Some columns in this order: without a copy where they follow each other and are stored so, on disk where they are many."""
    if len(at) == counts.shape[1] and (at == np.arange(len(at))).all():
        return counts
    if not isinstance(counts, sparse.csc_array):
        return counts[:, at]
    shape = (counts.shape[0], len(at))
    if len(at) and (np.diff(at) == 1).all():
        bounds = counts.indptr[at[0] : at[-1] + 2]
        inside = slice(bounds[0], bounds[-1])
        return sparse.csc_array((counts.data[inside], counts.indices[inside], bounds - bounds[0]), shape=shape)
    columns = (slice(counts.indptr[k], counts.indptr[k + 1]) for k in at.tolist())
    return _of_columns(counts, np.diff(counts.indptr)[at], ((counts.data[c], counts.indices[c]) for c in columns))


def emptied(counts: Any, inside: np.ndarray) -> Any:
    """Counts with the rows of other documents emptied, not dropped: the rows are those of all documents."""
    if inside.all():
        return counts
    if isinstance(counts, sparse.csc_array):
        columns = [slice(a, b) for a, b in pairwise(counts.indptr.tolist())]
        sizes = np.array([np.count_nonzero(inside[counts.indices[c]]) for c in columns])
        rows = ((c, inside[counts.indices[c]]) for c in columns)
        return _of_columns(counts, sizes, ((counts.data[c][k], counts.indices[c][k]) for c, k in rows))
    sizes = np.diff(counts.indptr)
    kept = np.repeat(inside, sizes)
    bounds = np.concatenate([[0], np.cumsum(np.where(inside, sizes, 0))])
    return sparse.csr_array((counts.data[kept], counts.indices[kept], bounds), shape=counts.shape)


def _of_columns(
    counts: sparse.csc_array, sizes: np.ndarray, columns: Iterable[tuple[np.ndarray, np.ndarray]]
) -> sparse.csc_array:
    """A matrix of the rows of another one from how many entries each column has, and its values and their rows."""
    bounds = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    data, indices = (spill.empty(int(bounds[-1]), of.dtype) for of in (counts.data, counts.indices))
    for (a, b), (values, rows) in zip(pairwise(bounds.tolist()), columns):
        data[a:b], indices[a:b] = values, rows
    return sparse.csc_array((data, indices, _narrowest(bounds)), shape=(counts.shape[0], len(sizes)))


def _narrowest(bounds: np.ndarray) -> np.ndarray:
    """Where columns begin, as narrow as scipy's own where that will do."""
    return bounds.astype(np.int32) if bounds[-1] < 2**31 else bounds


@dataclass(frozen=True)
class TermSurvey:
    """What a part contributes to the list of terms that all parts count.

    Parameters
    ----------
    left_out : frozenset of str
        Forms that define a target in this part, and those with a speaker's name.
    totals : mapping of int to (ndarray, ndarray)
        By length in tokens: hashes of the terms in ascending order, and how often each occurs (`term_totals`).
    """

    left_out: frozenset[str]
    totals: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def __add__(self, other: TermSurvey) -> TermSurvey:
        """Of two parts together."""
        totals = {n: _added(self.totals[n], other.totals[n]) for n in self.totals}
        return TermSurvey(self.left_out | other.left_out, totals)


def _added(*totals: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    hashes, inverse = np.unique(np.concatenate([h for h, _ in totals]), return_inverse=True)
    # Sums of counts stay far below 2^53, up to which a float is exact.
    return hashes, np.bincount(inverse, np.concatenate([t for _, t in totals]), len(hashes)).astype(np.int64)


@dataclass(frozen=True)
class AgreedTerms:
    """The terms that all parts count: those frequent enough in the whole, by their hashes, and what is left out of them."""

    left_out: frozenset[str]
    kept: dict[int, np.ndarray]


def agreed_terms(survey: TermSurvey, rare: int) -> AgreedTerms:
    """Terms that occur `rare` times or more in all parts together.

    Examples
    --------
    >>> survey = TermSurvey(frozenset(), {1: (np.array([3, 7], np.uint64), np.array([1, 5]))})
    >>> agreed_terms(survey + survey, 3).kept[1].tolist()
    [7]
    """
    return AgreedTerms(survey.left_out, {n: hashes[total >= rare] for n, (hashes, total) in survey.totals.items()})


def join_terms(parts: Sequence[Measured], rare: int, *, blocks: int = 1) -> Features:
    """Counts of terms whose columns differ from part to part, with `lengths` among the parameters.

    Parameters
    ----------
    parts : sequence of Measured
        In the order of the corpus.
    rare : int
        Terms that occur less often in the first block are left out.
    blocks : int
        How many times the terms stand in the columns, counted in different places of the text.
    """
    first = parts[0].features
    order = {n: k for k, n in enumerate(dict.fromkeys(n for p in parts for n in p.features.params["lengths"]))}
    keys = {
        key: None
        for p in parts
        for key in zip(p.features.params["lengths"], list(p.features.columns)[: _width(p.features, blocks)])
    }
    every = sorted(keys, key=lambda key: (order[key[0]], key[1]))
    numbered = {key: k for k, key in enumerate(every)}
    total, at = np.zeros(len(every), np.int64), []
    for p in parts:
        n = _width(p.features, blocks)
        names = zip(p.features.params["lengths"], list(p.features.columns)[:n])
        at.append(np.array([numbered[name] for name in names], np.int64))
        total[at[-1]] += totals(p.features.values)[0][:n]
    often = np.flatnonzero(total >= rare) if rare > 1 else np.arange(len(every))
    place = np.full(len(every), -1, np.int64)
    place[often] = np.arange(len(often))
    places = [
        np.concatenate([np.where(place[a] < 0, -1, place[a] + len(often) * b) for b in range(blocks)]) for a in at
    ]
    if sum(p.features.values.nnz for p in parts) > MANY:
        values = by_column([p.features.values for p in parts], places, len(often) * blocks)
    else:
        values = stack([spread(p.features.values, place, len(often) * blocks) for p, place in zip(parts, places)])
        # Of parts they are in narrow types (`narrow`).
        values = values.astype(np.int32) if values.dtype.kind == "u" else values
    terms = [every[int(k)][1] for k in often]
    params = {**first.params, "lengths": [every[int(k)][0] for k in often]}
    if "terms" in params:
        params["terms"] = len(terms)
    return with_values(parts, values, terms * blocks, params)


def _width(features: Features, blocks: int) -> int:
    return len(features.columns) // blocks
