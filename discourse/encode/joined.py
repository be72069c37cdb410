"""Arrays that lie on disk in parts, of which only what is asked for is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np


class Joined:
    """Arrays of parts one after another: index and search it like one array, without holding it.

    A number, a slice or an array of indexes reads what it names. numpy's functions get the whole as an array, but for
    `np.searchsorted`, which looks into the parts that it needs.

    Parameters
    ----------
    part : callable
        From the number of a part to its array.
    lengths : sequence of int
        How many entries each part has.
    dtype : dtype
        Of the whole.

    Examples
    --------
    >>> joined = Joined([np.array([1, 3]), np.array([5])].__getitem__, [2, 1], np.int64)
    >>> int(joined[2]), joined[1:].tolist(), joined[np.array([2, 0])].tolist(), np.searchsorted(joined, [2, 5], side="right").tolist()
    (5, [3, 5], [5, 1], [1, 3])
    """

    def __init__(self, part: Callable[[int], np.ndarray], lengths: Sequence[int], dtype: Any) -> None:
        self.part = part
        self._bounds = np.concatenate([[0], np.cumsum(np.asarray(lengths, np.int64))])
        self.dtype = np.dtype(dtype)

    def __len__(self) -> int:
        return int(self._bounds[-1])

    @property
    def shape(self) -> tuple[int]:
        """As of an array."""
        return (len(self),)

    def mapped(self, values: np.ndarray) -> Joined:
        """The values at these indexes: `values[joined]`, as parts as well."""
        lengths = np.diff(self._bounds).tolist()
        return Joined(lambda k: values[self.part(k)], lengths, values.dtype)

    @overload
    def __getitem__(self, key: int | np.integer[Any]) -> Any: ...
    @overload
    def __getitem__(self, key: slice | np.ndarray | Sequence[int]) -> np.ndarray: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self._slice(*key.indices(len(self)))
        at = np.asarray(key)
        if at.dtype == bool:
            return np.asarray(self)[at]
        return self._take(at) if at.ndim else self._take(at[None])[0]

    def _slice(self, start: int, stop: int, step: int) -> np.ndarray:
        if step != 1:
            return self._take(np.arange(start, stop, step))
        pieces = [np.zeros(0, self.dtype)]
        for k in range(len(self._bounds) - 1):
            a, b = max(start, int(self._bounds[k])), min(stop, int(self._bounds[k + 1]))
            if a < b:
                pieces.append(self.part(k)[a - self._bounds[k] : b - self._bounds[k]])
        return np.concatenate(pieces).astype(self.dtype, copy=False)

    def _take(self, at: np.ndarray) -> np.ndarray:
        at = at.astype(np.int64)
        if len(at) and (at.min() < -len(self) or at.max() >= len(self)):
            raise IndexError(f"index out of bounds for {len(self)} entries")
        at = np.where(at < 0, at + len(self), at)
        result = np.empty(at.shape, self.dtype)
        part = np.searchsorted(self._bounds, at, side="right") - 1
        for k in np.unique(part):
            here = part == k
            result[here] = self.part(int(k))[at[here] - self._bounds[k]]
        return result

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        whole = self._slice(0, len(self), 1)
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.searchsorted and args and args[0] is self:
            return self._search(*args[1:], **kwargs)
        plain = [np.asarray(a) if isinstance(a, Joined) else a for a in args]
        return function(*plain, **{k: np.asarray(v) if isinstance(v, Joined) else v for k, v in kwargs.items()})

    def _search(self, v: Any, side: Any = "left", sorter: None = None) -> Any:
        values = np.asarray(v)
        flat = values.ravel()
        filled = np.flatnonzero(np.diff(self._bounds))
        firsts = np.array([self.part(int(k))[0] for k in filled], self.dtype)
        # The last part that begins before the value; within the first one all may come after it.
        place = np.maximum(np.searchsorted(firsts, flat, side=side) - 1, 0)
        result = np.zeros(flat.shape, np.int64)
        for p in np.unique(place) if len(filled) else ():
            k, here = int(filled[p]), place == p
            result[here] = self._bounds[k] + np.searchsorted(self.part(k), flat[here], side=side)
        return result.reshape(values.shape) if values.ndim else result[0]

    def tolist(self) -> list[Any]:
        """All entries."""
        found: list[Any] = np.asarray(self).tolist()
        return found
