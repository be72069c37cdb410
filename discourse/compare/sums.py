"""Weighted sums of counts over units, for many rows of weights: the kernel of bootstrap, permutations and divisions.

Few terms are in many units and most are in few. Terms are taken in blocks, the most widespread first: a block that most
units contain is multiplied as a dense matrix, others as sparse ones. Sums of whole numbers are exact in any order, below
2**24 in single precision and below 2**53 in double, so that the results are the same to the last bit however they are
made; what is not whole is added up in the order of the units.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

DENSE = 0.05  # share of the units from which a dense product takes less time than a sparse one
SINGLE, DOUBLE = 2.0**24, 2.0**53  # below which single and double precision hold whole numbers exactly
CACHED = 2**14  # numbers of an array that fits the cache with a dozen others
NUMBERS = 2**22  # of a dense block, so that memory does not grow with the number of terms
RESULTS = 2**18  # sums of a block
FEWEST = 16  # columns of a block
DRAWS = 2**25  # weights that are laid out at once
ENTRIES = 2**22  # stored counts that are added up at once


class Weights:
    """How often each unit counts in each resample, laid out by unit.

    Parameters
    ----------
    rows : ndarray, shape (n_resamples, n_units)
        Whole numbers: draws of a bootstrap, or whether a unit is in a group.
    """

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows
        self.most = float(rows.max(initial=0))
        self.whole = whole(rows)
        self._sums: list[tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]] = []

    def of_sizes(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums of units, of their sizes x and of x * x, each of shape (n_resamples, 1); the same array is added up once."""
        for known, sums in self._sums:
            if known is x:
                return sums
        found = self.rows.sum(1, dtype=float)[:, None], times(self.rows, x), times(self.rows, x * x)
        self._sums.append((x, found))
        return found

    @cached_property
    def double(self) -> np.ndarray:
        """Shape (n_units, n_resamples)."""
        return np.ascontiguousarray(self.rows.T, float)

    @cached_property
    def single(self) -> np.ndarray:
        """The same in single precision."""
        return np.ascontiguousarray(self.rows.T, np.float32)


class Block(NamedTuple):
    """Some columns of a sparse matrix, laid out by column: values, the unit of each, where each column begins; number of units."""

    values: np.ndarray
    units: np.ndarray
    bounds: np.ndarray
    n_units: int


class Sums:
    """Weighted sums of the columns of a sparse matrix.

    Parameters
    ----------
    values : csr_array or csc_array, shape (n_units, n_columns)
        Counts, or products of counts. A csc_array is not copied.
    units : ndarray of int, shape (n_rows,), optional
        The unit of each row, -1 for a row that belongs to none; no two rows have the same. Rows are units by default.

    Examples
    --------
    >>> counts = Sums(sparse.csr_array(np.array([[1, 0], [2, 5]])))
    >>> counts(Weights(np.array([[1, 1], [3, 0]]))).tolist()
    [[3.0, 3.0], [5.0, 0.0]]
    """

    def __init__(self, values: sparse.csr_array | sparse.csc_array, units: np.ndarray | None = None) -> None:
        self.by_column = sparse.csc_array(values)
        self.order = np.argsort(-np.diff(self.by_column.indptr), kind="stable")
        self.units = units
        self.n_units = self.by_column.shape[0] if units is None else int(units.max(initial=-1)) + 1
        self.whole = whole(self.by_column.data)

    def blocks(self, n_resamples: int) -> Iterator[tuple[np.ndarray, Block]]:
        """Columns and their values in float64, the most widespread first."""
        size = max(min(NUMBERS // max(self.n_units, 1), RESULTS // max(n_resamples, 1)), FEWEST)
        for first in range(0, len(self.order), size):
            columns = self.order[first : first + size]
            some = self.by_column[:, columns]
            yield columns, self._of_units(Block(some.data.astype(float), some.indices, some.indptr, self.n_units))

    def _of_units(self, block: Block) -> Block:
        """A block of rows as one of units."""
        if self.units is None:
            return block
        units = self.units[block.units]
        kept = units >= 0
        bounds = np.concatenate([[0], np.cumsum(kept)])[block.bounds]
        return Block(block.values[kept], units[kept], bounds, block.n_units)

    def __call__(self, weights: Weights) -> np.ndarray:
        """Sums of all columns; float64, shape (n_columns, n_resamples)."""
        result = np.empty((len(self.order), len(weights.rows)))
        for columns, block in self.blocks(len(weights.rows)):
            result[columns] = product(block, weights, whole=self.whole)
        return result


def product(block: Block, weights: Weights, *, whole: bool) -> np.ndarray:
    """Weighted sums of the columns of a block; `whole` says that it holds whole numbers.

    Returns
    -------
    ndarray of float64, shape (n_columns, n_resamples)
    """
    values, units, bounds, n_units = block
    largest = np.inf
    if whole and weights.whole:
        # Columns without a value come last.
        begins = bounds[:-1][bounds[:-1] < len(values)]
        largest = weights.most * float(np.add.reduceat(np.abs(values), begins).max(initial=0)) if len(begins) else 0.0
    drawn = weights.single if largest < SINGLE else weights.double
    shape = (len(bounds) - 1, n_units)
    matrix = sparse.csr_array((values.astype(drawn.dtype, copy=False), units, bounds), shape=shape)
    if largest < DOUBLE and len(values) >= DENSE * shape[0] * n_units:
        return np.asarray(matrix.toarray() @ drawn, float)
    return np.asarray(matrix @ drawn, float)


class Moments(NamedTuple):
    """Weighted sums over units; each of shape (n_resamples, n_items) or (n_resamples, 1)."""

    n: np.ndarray
    y: np.ndarray
    x: np.ndarray
    yy: np.ndarray
    xy: np.ndarray
    xx: np.ndarray

    def of(self, items: slice | np.ndarray) -> Moments:
        """Those of some items."""
        return Moments(*(v if v.shape[1] == 1 else v[:, items] for v in self))

    def parts(self) -> Iterator[tuple[tuple[slice, slice], Moments]]:
        """A few rows or columns at a time, as they lie in memory, so that what is computed of them stays in the cache."""
        rows, items = np.broadcast_shapes(self.y.shape, self.x.shape)
        by_item = _by_item(self.y)
        n, width = (items, rows) if by_item else (rows, items)
        for first in range(0, n, step := max(CACHED // max(width, 1), 1)):
            part = slice(first, first + step)
            if by_item:
                yield (slice(None), part), self.of(part)
            else:
                yield (part, slice(None)), Moments(*(v if len(v) == 1 else v[part] for v in self))

    def empty(self) -> np.ndarray:
        """An array for what is computed of them, laid out as they are."""
        shape = np.broadcast_shapes(self.y.shape, self.x.shape)
        return np.empty(shape, order="F" if _by_item(self.y) else "C")

    def plus(self, other: Moments) -> Moments:
        """Sums over the units of both."""
        return Moments(*(a + b for a, b in zip(self, other)))

    def minus(self, other: Moments) -> Moments:
        """Sums over the units that the other has not."""
        return Moments(*(a - b for a, b in zip(self, other)))


class Counts:
    """Counts y of terms and a size x by unit, of which `Moments` are taken for many resamples.

    Parameters
    ----------
    y : csr_array or csc_array, shape (n_units, n_terms)
        Counts.
    x : ndarray, shape (n_units, 1)
        Tokens.
    units : ndarray of int, optional
        The unit of each row of y, as `Sums` takes it.
    """

    def __init__(self, y: sparse.csr_array | sparse.csc_array, x: np.ndarray, units: np.ndarray | None = None) -> None:
        self.sums, self.x = Sums(y, units), x
        self.n_terms = y.shape[1]
        self.whole = self.sums.whole and whole(x)

    def blocks(self, weights: Weights, *, squares: bool = True) -> Iterator[tuple[np.ndarray, Moments]]:
        """Terms, and their moments, laid out by term; without squares those are NaN."""
        rows = weights.rows
        n, sum_x, sum_xx = weights.of_sizes(self.x)
        unknown = np.full((1, 1), np.nan)
        for terms, block in self.sums.blocks(len(rows)):
            y = product(block, weights, whole=self.whole).T
            yy = xy = unknown
            if squares:
                square = block._replace(values=block.values * block.values)
                cross = block._replace(values=block.values * self.x[block.units, 0])
                yy, xy = (product(b, weights, whole=self.whole).T for b in (square, cross))
            yield terms, Moments(n, y, sum_x, yy, xy, sum_xx if squares else unknown)

    def moments(self, weights: Weights, *, squares: bool = True) -> Moments:
        """Moments of all terms, laid out by term."""
        shape = (len(weights.rows), self.n_terms)
        sums = [np.empty(shape, order="F") for _ in range(3 if squares else 1)]
        m = Moments(*(np.full((1, 1), np.nan),) * 6)
        for terms, m in self.blocks(weights, squares=squares):
            for result, part in zip(sums, (m.y, m.yy, m.xy)):
                result[:, terms] = part
        y, yy, xy = sums if squares else (sums[0], m.yy, m.xy)
        return m._replace(y=y, yy=yy, xy=xy)


def place_of(rows: np.ndarray, n: int) -> np.ndarray:
    """Where each of `n` rows is among these; -1 for others.

    Examples
    --------
    >>> place_of(np.array([2, 0]), 4).tolist()
    [1, -1, 0, -1]
    """
    place = np.full(n, -1, np.int32)
    place[rows] = np.arange(len(rows))
    return place


def times(rows: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Weights times values in double precision, of which no more is laid out at once than memory should hold."""
    step = max(DRAWS // max(rows.shape[1], 1), 1)
    return np.concatenate([rows[k : k + step].astype(float) @ x for k in range(0, len(rows), step)])


def totals(counts: sparse.csr_array | sparse.csc_array) -> tuple[np.ndarray, np.ndarray]:
    """Sum of each column of whole numbers, and the rows that it is stored in; int64, shape (n_columns,).

    Examples
    --------
    >>> [v.tolist() for v in totals(sparse.csr_array(np.array([[1, 0], [2, 5]], np.uint8)))]
    [[3, 5], [2, 1]]
    """
    n_columns = counts.shape[1]
    if isinstance(counts, sparse.csc_array):
        stored = np.diff(counts.indptr).astype(np.int64)
        columns = np.flatnonzero(stored)
        total = np.zeros(n_columns, np.int64)
        if len(columns):
            # Below 2**53 a float holds whole numbers.
            kind = np.int64 if counts.data.dtype.kind in "bui" else float
            total[columns] = np.add.reduceat(counts.data, counts.indptr[columns], dtype=kind)
        return total, stored
    total, stored = np.zeros(n_columns, np.int64), np.zeros(n_columns, np.int64)
    for first in range(0, counts.nnz, ENTRIES):
        some = slice(first, first + ENTRIES)
        stored += np.bincount(counts.indices[some], minlength=n_columns)
        total += np.bincount(counts.indices[some], counts.data[some], n_columns).astype(np.int64)
    return total, stored


def _by_item(values: np.ndarray) -> bool:
    return values.flags.f_contiguous and not values.flags.c_contiguous


def whole(values: np.ndarray) -> bool:
    """Whether all are whole numbers.

    Examples
    --------
    >>> whole(np.array([1.0, 2.0])), whole(np.array([0.5]))
    (True, False)
    """
    return values.dtype.kind in "bui" or bool((values == np.rint(values)).all())
