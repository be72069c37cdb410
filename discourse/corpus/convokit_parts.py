"""A corpus of ConvoKit that is read in parts: the utterances are laid down as rows, and some conversations read at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from discourse.corpus.build import Batch
from discourse.corpus.convokit import (
    UTTERANCES,
    Metadata,
    add_conversations,
    contents_of,
    legible,
    metadata_in,
    places_of,
    say_unlisted,
    speaker_of,
    take_corpus,
)
from discourse.corpus.rows import Rows
from discourse.corpus.table_parts import Chunk, Laid, Some, lay_down
from discourse.corpus.units import Desk, Planned
from discourse.door import open_file
from discourse.errors import SourceError

_ABOUT = ("id", "text", "conversation_id", "root", "speaker", "user")


def plan_convokit(options: Mapping[str, Any], desk: Desk) -> Planned:
    """The units of what `read_convokit` reads with these options; a zip file, or utterances in one list, are one unit."""
    keys = {k: options.get(k, k) for k in ("title", "date", "name")}
    units: list[Any] = []
    for number, (path, folder) in enumerate(places_of(options.get("files", ()))):
        streamed = folder is not None and path.name == UTTERANCES[0] and not _is_blank(path)
        if folder is None or not streamed:
            units.append(partial(_whole, path, folder, keys))
            continue
        found = Batch("convokit")
        runs: list[_Run] = []
        try:
            runs = list(_runs(found, path, folder, keys, Desk(desk.folder / f"{number:06d}", desk.each, desk.size)))
        except SourceError as error:
            found.n_found += 1
            found.reject(error, path)
        units += [partial(_tell, found), *(partial(_take, run) for run in runs)]
    return Planned(Batch("convokit"), units)


def _is_blank(path: Path) -> bool:
    with open_file(path) as file:
        return not any(block.strip() for block in iter(lambda: file.read(1_000_000), b""))


def _whole(path: Path, folder: Path | None, keys: Mapping[str, str], batch: Batch) -> None:
    """Add a corpus that is read whole."""
    try:
        take_corpus(batch, path, contents_of(batch, path, folder), keys)
    except SourceError as error:
        batch.n_found += 1
        batch.reject(error, path)


def _tell(found: Batch, batch: Batch) -> None:
    """What was found before the conversations of a corpus are read."""
    batch.sources += found.sources
    batch.inferences += found.inferences
    batch.bad += found.bad
    batch.n_found += found.n_found


@dataclass(frozen=True)
class _Run:
    """Some conversations: where their utterances are, which conversation each belongs to, and what is known of them."""

    rows: Some
    conversations: list[str]
    speakers: Metadata
    about: Metadata
    keys: Mapping[str, str]


def _runs(batch: Batch, path: Path, folder: Path, keys: Mapping[str, str], desk: Desk) -> Iterator[_Run]:
    """The conversations of a corpus, so many in a row as begin in one chunk of its rows."""
    (laid,) = desk.each(lay_down, [(path, desk.folder, {}, desk.size)])
    batch.sources += laid.batch.sources
    contents = {UTTERANCES[0]: b"", **contents_of(batch, path, folder, UTTERANCES[1:])}
    batch.bad += laid.batch.bad
    if laid.sheet is None:
        batch.n_found += 1
        return
    sheet = laid.sheet
    speakers, about = metadata_in(batch, path, contents)
    of: dict[str, list[int]] = {}
    who: list[str] = []
    for conversation, _, row in legible(batch, path, _brief(sheet, who)):
        of.setdefault(conversation, []).append(row["position"])
    say_unlisted(batch, path, contents, set(who).difference(speakers))
    every = list(of.items())
    first = begun = 0
    for chunk in sheet.chunks:
        begun += chunk.n
        stop = next((k for k in range(first, len(every)) if every[k][1][0] >= begun), len(every))
        run, first = dict(every[first:stop]), stop
        if run:
            named = {p: conversation for conversation, found in run.items() for p in found}
            heard = {who[p] for p in named}
            yield _Run(
                sheet.some(list(run.values())),
                [named[p] for p in sorted(named)],
                {s: speakers[s] for s in heard if s in speakers},
                {c: about[c] for c in run if c in about},
                keys,
            )


def _brief(sheet: Laid, who: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their positions and without what is long; `who` is told the speaker of each."""
    position = 0
    for chunk in sheet.chunks:
        for row in _rows(chunk):
            text = row.get("text")
            who.append(speaker_of(row))
            # Only whether there is a text matters.
            short = text.strip()[:1] if isinstance(text, str) else None
            yield sheet.numbers[position], {**row, "text": short, "position": position}
            position += 1


def _rows(chunk: Chunk) -> Iterator[dict[str, Any]]:
    names = [n for n in _ABOUT if n in chunk.offsets]
    columns = [chunk.column(n, ...) for n in names]
    for k in range(chunk.n):
        yield {n: c[k] for n, c in zip(names, columns) if c[k] is not ...}


def _take(run: _Run, batch: Batch) -> None:
    """Add some conversations to a batch."""
    sheet = run.rows.loaded()
    conversations: dict[str, Rows] = {}
    for conversation, number, row in zip(run.conversations, sheet.numbers, sheet.rows):
        conversations.setdefault(conversation, []).append((number, dict(row)))
    add_conversations(batch, sheet.path, conversations, run.speakers, run.about, run.keys)
