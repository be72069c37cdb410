"""Units: what of a corpus is read at a time, and how readers plan them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from discourse.corpus.build import Batch, Reading
from discourse.types import Corpus, Provenance

UNIT = 16_000_000  # bytes of the files of one unit; what is made of them takes some ten times as much for a moment


class Each(Protocol):
    """As `map`: a function applied to each of several values, in their order, here or on other processes."""

    def __call__(self, function: Callable[[Any], Any], values: Sequence[Any], /) -> Iterable[Any]: ...


@dataclass(frozen=True)
class Desk:
    """Where a corpus is read in parts.

    Parameters
    ----------
    folder : Path
        For what a reader lays down before it reads its units; it need not exist.
    each : callable
        As `map`.
    size : int
        Bytes of the files of one unit.
    """

    folder: Path
    each: Each = map
    size: int = UNIT


@dataclass(frozen=True)
class Planned:
    """A corpus that can be read unit by unit.

    Parameters
    ----------
    batch : Batch
        What belongs to the whole, and what was found wrong so far.
    units : sequence of callable
        Each adds its documents to a batch, in the order of the files; what it finds wrong with the whole are ids that repeat.
    citation : tuple of str
        Keys of the references to cite for these texts.
    """

    batch: Batch
    units: Sequence[Callable[[Batch], None]]
    citation: tuple[str, ...] = ()


def read_planned(planned: Planned, reading: Reading) -> Corpus:
    """All units at once."""
    for unit in planned.units:
        unit(planned.batch)
    return planned.batch.corpus(citation=planned.citation, **reading)


@dataclass(frozen=True)
class Ready:
    """A corpus whose documents are there in order, slice by slice.

    Parameters
    ----------
    slices : iterator of Corpus
        Put one after another they are the corpus.
    provenance : Provenance
        Of the whole.
    """

    slices: Iterator[Corpus]
    provenance: Provenance


def runs(paths: Sequence[Path], desk: Desk | None) -> list[list[Path]]:
    """Files in their order, so many in a row as make a unit together; all of them where there is no desk.

    Parameters
    ----------
    paths : sequence of Path
        Files.
    desk : Desk, optional
        Says how many bytes a unit has at most, unless it is a single file.

    Returns
    -------
    list of list of Path
    """
    if desk is None:
        return [list(paths)]
    found: list[list[Path]] = []
    total = 0
    for path in paths:
        size = path.stat().st_size
        if not found or total + size > desk.size:
            found.append([])
            total = 0
        found[-1].append(path)
        total += size
    return found
