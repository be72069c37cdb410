"""Tables that are read in parts: rows are laid down column by column, and the text of some of them is in memory at a time."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import signature
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from discourse.corpus.build import Batch
from discourse.corpus.columns import LONGEST, Columns, Kept, Sheet, find_columns, missing_columns, with_own_ids
from discourse.corpus.files import distinct_stems
from discourse.corpus.rows import SUFFIXES, Rows, lookup, word
from discourse.corpus.stream import row_chunks
from discourse.corpus.table import asked_of, describe, documents_of, read_table, take_documents
from discourse.corpus.units import Desk, Planned
from discourse.errors import SourceError

_LOOKED_AT = 1_000  # rows in which a column within nested objects is looked for, as in a table that is read whole
_LONG = "x" * (LONGEST + 1)  # in the place of a longer text, where only its length counts


@dataclass(frozen=True)
class Chunk:
    """Rows of a table in a file: where, how many, and at which byte each column begins."""

    path: Path
    n: int
    offsets: Mapping[str, int]

    def column(self, name: str, missing: object = None) -> list[Any]:
        """The values of a column; None, or an ellipsis, for rows that have none."""
        if name not in self.offsets:
            return [missing] * self.n
        with self.path.open("rb") as file:
            file.seek(self.offsets[name])
            found: list[Any] = pickle.load(file)
        return [None if v is ... else v for v in found] if missing is None else found

    def rows(self) -> list[dict[str, Any]]:
        """The rows as they were read."""
        columns = [self.column(name, ...) for name in self.offsets]
        if not columns:
            return [{} for _ in range(self.n)]
        return [{c: v for c, v in zip(self.offsets, cells) if v is not ...} for cells in zip(*columns)]


@dataclass(frozen=True)
class Laid(Sheet):
    """A table whose rows are on disk.

    Parameters
    ----------
    chunks : tuple of Chunk
        In order.
    short : bool
        Whether a text is represented by another of more than `LONGEST` characters, where it has more.
    """

    chunks: Sequence[Chunk] = ()
    short: bool = False

    def column(self, name: str) -> list[Any]:
        """As in every table; columns that are not asked for stay on disk."""
        if name in self.columns:
            return [self._cell(v) for chunk in self.chunks for v in chunk.column(name)]
        if "{" in name:
            return super().column(name)
        top = name.partition(".")[0]
        return [lookup({top: v}, name) for chunk in self.chunks for v in chunk.column(top)]

    def _cell(self, value: Any) -> Any:
        return _LONG if self.short and isinstance(value, str) and len(word(value)) > LONGEST else value

    def has(self, name: str) -> bool:
        """Whether there is such a column, also within nested objects."""
        if name in self.columns:
            return True
        first = [row for chunk in self._first() for row in chunk.rows()][:_LOOKED_AT]
        return any(lookup(row, name) is not None for row in first)

    def _first(self) -> Iterator[Chunk]:
        n = 0
        for chunk in self.chunks:
            if n < _LOOKED_AT:
                yield chunk
            n += chunk.n

    def filled(self, name: str) -> bool:
        """Whether any row has a value in it."""
        return any(word(v) for chunk in self.chunks for v in chunk.column(name))

    def pieces(self) -> Iterator[Laid]:
        """The table chunk by chunk."""
        for chunk in self.chunks:
            yield replace(self, rows=range(chunk.n), chunks=(chunk,))  # type: ignore[arg-type]

    def some(self, documents: Sequence[Sequence[int]]) -> Some:
        """The rows of some documents, in order."""
        ends = list(accumulate(chunk.n for chunk in self.chunks))
        positions = sorted(p for rows in documents for p in rows)
        places = []
        for k, inside in groupby(positions, lambda p: bisect_right(ends, p)):
            first = ends[k] - self.chunks[k].n
            places.append((self.chunks[k], [p - first for p in inside]))
        return Some(replace(self, numbers=[self.numbers[p] for p in positions], chunks=()), places)


@dataclass
class LaidDown:
    """A file as it was laid down: its table, or None for one that is none, and what is wrong with it."""

    sheet: Laid | None
    batch: Batch = field(default_factory=lambda: Batch("table"))


def lay_down(job: tuple[Path, Path, Mapping[str, Any], int]) -> LaidDown:
    """Lay the rows of a file down in a folder: file, folder, options of the reader and bytes of a chunk."""
    path, folder, options, size = job
    folder.mkdir(parents=True, exist_ok=True)
    batch = Batch("table")
    columns: list[str] = []
    chunks: list[Chunk] = []
    numbers: list[int] = []
    there = False
    try:
        for seen, rows in row_chunks(batch, path, **options, size=size):
            there, columns = True, list(seen)
            if rows:
                chunks.append(_written(folder / f"{len(chunks):06d}", rows))
                numbers += [number for number, _ in rows]
    except SourceError as error:
        # Rows before what makes the whole file unreadable are none.
        batch.reject(error, path)
        there = False
    sheet = Laid(path, columns, numbers, range(len(numbers)), tuple(chunks)) if there else None  # type: ignore[arg-type]
    return LaidDown(sheet, batch)


def _written(path: Path, rows: Rows) -> Chunk:
    offsets: dict[str, int] = {}
    with path.open("wb") as file:
        for name in dict.fromkeys(c for _, row in rows for c in row):
            offsets[name] = file.tell()
            pickle.dump([row.get(name, ...) for _, row in rows], file, pickle.HIGHEST_PROTOCOL)
    return Chunk(path, len(rows), offsets)


def plan_table(options: Mapping[str, Any], desk: Desk) -> Planned:
    """The units of what `read_table` reads with these options."""
    given = {n: p.default for n, p in signature(read_table).parameters.items() if p.default is not p.empty} | dict(
        options
    )
    asked = asked_of(given)
    batch = Batch("table", undated=given["date"] is None)
    paths = batch.find(given["files"], SUFFIXES)
    how = {k: given[k] for k in ("delimiter", "encoding", "sheet")}
    jobs = [(path, desk.folder / f"{k:06d}", how, desk.size) for k, path in enumerate(paths)]
    sheets: list[Laid] = []
    for file in desk.each(lay_down, jobs):
        batch.sources += file.batch.sources
        batch.bad += file.batch.bad
        if file.sheet is not None:
            problems = missing_columns(file.sheet, asked, given["keep"])
            batch.problems += problems
            if not problems:
                sheets.append(file.sheet)
    stems = distinct_stems(paths) if len(paths) > 1 else {}
    columns, no_ids = with_own_ids(sheets, [find_columns(one, asked) for one in sheets])
    rows = [_gathered(batch, one, c) for one, c in zip(sheets, columns)]
    brief = sheets if given["keep"] else [replace(one, short=True) for one in sheets]
    kept = describe(batch, brief, columns, rows, asked, given["keep"], no_ids)
    keys = (given["turn_speaker"], given["turn_text"])
    units = []
    for one, c, documents, k in zip(sheets, columns, rows, kept):
        before = f"{stems[one.path]}-" if stems else ""
        for a, b in _runs(one, documents):
            of_run = Kept(b - a, {name: values[a:b] for name, values in k.values.items()}, k.renamed, k.left_out)
            units.append(partial(_take, _Run(one.some(documents[a:b]), c, keys, of_run, before, a + 1)))
    return Planned(batch, units)


def _gathered(batch: Batch, sheet: Laid, columns: Columns) -> list[Sequence[int]]:
    """The rows of each document: one, or those with the same value in a column and a text."""
    if "document" not in columns.of:
        return [(k,) for k in range(len(sheet.numbers))]
    found: dict[str, list[int]] = {}
    first = 0
    for piece in sheet.pieces():
        texts, names = (piece.column(columns.of[o]) for o in ("text", "document"))
        for k, (text, name) in enumerate(zip(texts, names), first):
            if word(text):
                found.setdefault(word(name), []).append(k)
            else:
                place = f"{sheet.path.name}:{sheet.numbers[k]}"
                batch.fail(sheet.path, f'no text in column "{columns.of["text"]}"', place)
        first += len(texts)
    return list(found.values())


def _runs(sheet: Laid, documents: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Documents in a row whose first rows are in one chunk."""
    first = stop = 0
    for end in accumulate(chunk.n for chunk in sheet.chunks):
        while stop < len(documents) and documents[stop][0] < end:
            stop += 1
        if stop > first:
            yield first, stop
        first = stop


@dataclass(frozen=True)
class Some:
    """Some rows of a table on disk.

    Parameters
    ----------
    sheet : Laid
        The table, with the numbers of these rows only.
    places : tuple of (Chunk, sequence of int)
        Where they are.
    """

    sheet: Laid
    places: Sequence[tuple[Chunk, Sequence[int]]]

    def loaded(self) -> Sheet:
        """The rows in memory."""
        rows: list[dict[str, Any]] = []
        for chunk, inside in self.places:
            there = chunk.rows()
            rows += [there[k] for k in inside]
        return Sheet(self.sheet.path, self.sheet.columns, self.sheet.numbers, rows)


@dataclass(frozen=True)
class _Run:
    """Some documents of a table: their rows, which columns hold what, their metadata and how they are numbered."""

    rows: Some
    columns: Columns
    keys: tuple[str, str]
    kept: Kept
    before: str
    first: int


def _take(run: _Run, batch: Batch) -> None:
    sheet = run.rows.loaded()
    documents = documents_of(batch, sheet, run.columns, run.keys)
    take_documents(batch, sheet, run.columns, documents, run.kept, run.before, run.first)
