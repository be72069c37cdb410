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
        self.whole = _whole(rows)

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
        Counts, or products of counts.

    Examples
    --------
    >>> counts = Sums(sparse.csr_array(np.array([[1, 0], [2, 5]])))
    >>> counts(Weights(np.array([[1, 1], [3, 0]]))).tolist()
    [[3.0, 3.0], [5.0, 0.0]]
    """

    def __init__(self, values: sparse.csr_array | sparse.csc_array) -> None:
        by_column = sparse.csc_array(values)
        self.order = np.argsort(-np.diff(by_column.indptr), kind="stable")
        self.by_column = by_column[:, self.order]
        self.whole = _whole(by_column.data)

    def blocks(self, n_resamples: int) -> Iterator[tuple[np.ndarray, Block]]:
        """Columns and their values in float64, the most widespread first."""
        n_units, n_columns = self.by_column.shape
        bounds = self.by_column.indptr
        size = max(min(NUMBERS // max(n_units, 1), RESULTS // max(n_resamples, 1)), 64)
        for first in range(0, n_columns, size):
            some = bounds[first : first + size + 1]
            inside = slice(some[0], some[-1])
            values, units = self.by_column.data[inside].astype(float), self.by_column.indices[inside]
            yield self.order[first : first + size], Block(values, units, some - some[0], n_units)

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
    """

    def __init__(self, y: sparse.csr_array | sparse.csc_array, x: np.ndarray) -> None:
        self.sums, self.x = Sums(y), x
        self.n_terms = y.shape[1]
        self.whole = self.sums.whole and _whole(x)

    def blocks(self, weights: Weights, *, squares: bool = True) -> Iterator[tuple[np.ndarray, Moments]]:
        """Terms, and their moments, laid out by term; without squares those are NaN."""
        rows = weights.rows.astype(float)
        n, sum_x, sum_xx = rows.sum(1)[:, None], rows @ self.x, rows @ (self.x * self.x)
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


def _by_item(values: np.ndarray) -> bool:
    return values.flags.f_contiguous and not values.flags.c_contiguous


def _whole(values: np.ndarray) -> bool:
    return values.dtype.kind in "bui" or bool((values == np.rint(values)).all())
