"""Large arrays on disk in place of memory: in files of the cache folder that have no name, or in those of the sealed store.

What is mapped takes memory only while it is used, and the system takes that memory back where it is short.
"""

from __future__ import annotations

import mmap
import os
import pickle
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np

from discourse.cache import cache_folder

LARGE = 2**27  # bytes of an array, or of several together, from which they lie on disk
APART = 2**12  # bytes from which an array is written by itself, so that it can be mapped
ALIGNED = 64  # where an array begins in a file
Buffer = bytes | memoryview


def empty(n: int, dtype: Any) -> np.ndarray:
    """An array without values, on disk where it is large.

    Parameters
    ----------
    n : int
        Entries.
    dtype : dtype
        Of the array.

    Examples
    --------
    >>> empty(3, np.uint8).shape
    (3,)
    """
    size = n * np.dtype(dtype).itemsize
    if size < LARGE or not hasattr(os, "posix_fallocate"):
        return np.empty(n, dtype)
    try:
        with _unnamed() as stream:
            # A disk that is full is found here, not when the array is filled.
            os.posix_fallocate(stream.fileno(), 0, size)
            return np.frombuffer(mmap.mmap(stream.fileno(), size), dtype)
    except OSError:
        return np.empty(n, dtype)


def dump(value: object, least: int) -> list[Buffer]:
    """A value as bytes, whose arrays of `least` bytes or more follow by themselves and are not copied.

    Examples
    --------
    >>> load(memoryview(b"".join(dump({"n": np.arange(3)}, 1))))["n"].tolist()
    [0, 1, 2]
    """
    apart: list[memoryview] = []

    def within(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= least:
            apart.append(raw)
        return raw.nbytes < least

    head = pickle.dumps(value, protocol=5, buffer_callback=within)
    sizes = [len(head), *(a.nbytes for a in apart)]
    parts: list[Buffer] = [struct.pack(f"<{len(sizes) + 1}q", len(sizes), *sizes), head]
    at = sum(len(p) for p in parts)
    for array in apart:
        parts += [bytes(-at % ALIGNED), array]
        at += -at % ALIGNED + array.nbytes
    return parts


def has_arrays(parts: Sequence[Buffer]) -> bool:
    """Whether arrays follow by themselves in what `dump` gave."""
    return len(parts) > 2


def load(content: memoryview) -> Any:
    """The value that `dump` made into bytes; arrays that stood by themselves are those of the memory that is given."""
    (n,) = struct.unpack_from("<q", content)
    sizes = struct.unpack_from(f"<{n}q", content, 8)
    at = 8 * (n + 1)
    head, at, apart = content[at : at + sizes[0]], at + sizes[0], []
    for size in sizes[1:]:
        at += -at % ALIGNED
        apart.append(content[at : at + size])
        at += size
    return pickle.loads(head, buffers=apart)


def mapped(stream: BinaryIO) -> memoryview:
    """The content of a file, read where it is used; whoever changes it changes a copy of his own."""
    return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))


def spilled(values: Iterable[Any]) -> Iterator[Any]:
    """The same values, whose arrays lie on disk as soon as together they are large.

    Examples
    --------
    >>> list(spilled([1, {"n": 2}]))
    [1, {'n': 2}]
    """
    waiting: list[Any] = []
    size = 0
    for value in values:
        waiting.append(value)
        size += sum(memoryview(p).nbytes for p in dump(value, APART))
        if size >= LARGE:
            yield from _on_disk(waiting)
            waiting, size = [], 0
    yield from waiting


def _on_disk(values: list[Any]) -> list[Any]:
    try:
        with _unnamed() as stream:
            stream.writelines(dump(values, APART))
            stream.flush()
            found: list[Any] = load(mapped(stream))
            return found
    except OSError:
        return values


def _unnamed() -> BinaryIO:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)  # type: ignore[return-value]
