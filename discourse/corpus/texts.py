"""Texts that lie on disk, of which each is read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np


class _Read(Sequence[str]):
    """Texts by number, from the beginning or from the end."""

    def _text(self, k: int) -> str:
        raise NotImplementedError

    @overload
    def __getitem__(self, key: int) -> str: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[str]: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self[k] for k in range(*key.indices(len(self)))]
        k = int(key)
        k = k + len(self) if k < 0 else k
        if not 0 <= k < len(self):
            raise IndexError("no such text")
        return self._text(k)


class Texts(_Read):
    """Texts in a file, of which each is read when it is asked for.

    Parameters
    ----------
    folder : Path
        Where `save_texts` wrote them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bounds = np.load(folder / "texts.npy", mmap_mode="r")
        empty = len(self._bounds) < 2 or self._bounds[-1] == 0
        self._bytes = np.zeros(0, np.uint8) if empty else np.memmap(folder / "texts.bin", np.uint8, "r")
        if len(self._bytes) < self._bounds[-1]:
            raise ValueError(f"{folder / 'texts.bin'} is shorter than it was written")

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def _text(self, k: int) -> str:
        return self._bytes[int(self._bounds[k]) : int(self._bounds[k + 1])].tobytes().decode("utf-8", "surrogatepass")

    def __reduce__(self) -> tuple[type[Texts], tuple[Path]]:
        return Texts, (self._folder,)


def save_texts(texts: Sequence[str], folder: Path) -> None:
    """Write texts one after another in UTF-8, and where each begins.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_texts(["Peace.", "", "Été"], Path(folder))
    ...     list(Texts(Path(folder)))
    ['Peace.', '', 'Été']
    """
    bounds = np.zeros(len(texts) + 1, np.int64)
    with (folder / "texts.bin").open("wb") as stream:
        for k, text in enumerate(texts):
            # Lone surrogates occur in texts that other programs wrote.
            bounds[k + 1] = bounds[k] + stream.write(text.encode("utf-8", "surrogatepass"))
    np.save(folder / "texts.npy", bounds)


class JoinedTexts(_Read):
    """Texts of parts one after another.

    Parameters
    ----------
    part : callable
        From the number of a part to its texts.
    lengths : sequence of int
        How many texts each part has.
    """

    def __init__(self, part: Callable[[int], Sequence[str]], lengths: Sequence[int]) -> None:
        self._part = part
        self._bounds = np.concatenate([[0], np.cumsum(np.asarray(lengths, np.int64))])

    def __len__(self) -> int:
        return int(self._bounds[-1])

    def _text(self, at: int) -> str:
        k = int(np.searchsorted(self._bounds, at, side="right")) - 1
        return self._part(k)[at - int(self._bounds[k])]

    def __iter__(self) -> Iterator[str]:
        for k in range(len(self._bounds) - 1):
            yield from self._part(k)
