"""A corpus in parts: read unit by unit, with speakers known over all of it, and never held whole.

    units -> gather -> who is called what -> settle -> count names -> turns -> parts in the order of the corpus
             (all)     (all)                 (all)     (all)

Each step works on one unit (a few files, or rows of one) in a folder of its own and leaves there what the next one needs;
what it returns is small and is added up in the order of the units before the next step begins. All steps are plain functions
of a path, so that they may run on other processes or machines that share the folder. Parts put one after another are the
corpus that the reader makes of the whole.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.assemble import Key, Shape
from discourse.corpus.attribution import Seen
from discourse.corpus.build import Batch, Reading, check_options, own_columns, rules_of
from discourse.corpus.conllu import plan_conllu, read_conllu
from discourse.corpus.convokit import read_convokit
from discourse.corpus.convokit_parts import plan_convokit
from discourse.corpus.cores import shortened
from discourse.corpus.pages import plan_folder, plan_html, read_folder, read_html
from discourse.corpus.parlamint import read_parlamint
from discourse.corpus.parlamint_parts import plan_parlamint
from discourse.corpus.passes import (
    Gathered,
    Named,
    count_names,
    gather,
    load_part,
    name_speakers,
    save,
    settle_speakers,
    write_turns,
)
from discourse.corpus.people import People
from discourse.corpus.stored import plan_stored, read_stored
from discourse.corpus.table import read_table
from discourse.corpus.table_parts import plan_table
from discourse.corpus.unclaimed import refuse_unclaimed
from discourse.corpus.units import UNIT, Desk, Each, Planned, Ready
from discourse.errors import SourceError, UsageError
from discourse.types import Corpus, Exclusion, Provenance

PARTITION_TOKENS = 2_000_000  # about 12 MB of English
Planner = Callable[[Mapping[str, Any], Desk], Planned | Ready]
PLANNERS: Mapping[Callable[..., Corpus], Planner] = {
    read_folder: plan_folder,
    read_html: plan_html,
    read_table: plan_table,
    read_parlamint: plan_parlamint,
    read_convokit: plan_convokit,
    read_conllu: plan_conllu,
    read_stored: plan_stored,
}


@dataclass(frozen=True)
class Parts:
    """A corpus that was read in parts.

    Parameters
    ----------
    folder : Path
        Where the parts lie until they are taken.
    paths : tuple of Path
        One a part, in the order of the corpus; `load_part` makes a corpus of each.
    provenance : Provenance
        Of the whole.
    n_documents : int
        In all parts.
    """

    folder: Path
    paths: tuple[Path, ...]
    provenance: Provenance
    n_documents: int

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Corpus]:
        for path in self.paths:
            yield replace(load_part(path), provenance=self.provenance)


def read_in_parts(
    reader: Callable[..., Corpus],
    options: Mapping[str, Any],
    partition_tokens: int = PARTITION_TOKENS,
    *,
    folder: Path,
    each: Each = map,
    unit_bytes: int = UNIT,
) -> Parts:
    """Read a corpus in parts: the same documents, turns and provenance as `reader` makes, but never all of them at once.

    Parameters
    ----------
    reader : callable
        One of `discourse.corpus.READERS`.
    options : mapping
        Its options.
    partition_tokens : int
        Words between spaces that a part has at most, unless it is a single document.
    folder : Path
        An existing empty folder with room for four times the texts; on a cluster one that all workers see. What is
        left in it are the parts.
    each : callable
        As `map`: applies a function to each of several paths, in order; on other processes, if it likes.
    unit_bytes : int
        Size of what is read at a time: a run of files, or rows of one. It bounds the memory, and changes no result.

    Returns
    -------
    Parts

    Raises
    ------
    SourceError, UsageError, SettingError
        As the reader does.

    Notes
    -----
    Folders of files, tables, ParlaMint, CoNLL-U, ConvoKit and corpora that were built before are read unit by unit; what other readers
    make is read whole and then cut.

    Examples
    --------
    >>> import tempfile
    >>> from discourse.corpus import read_folder
    >>> with tempfile.TemporaryDirectory() as there, tempfile.TemporaryDirectory() as work:
    ...     for day in ("2020-01-03", "2020-01-02"):
    ...         _ = Path(there, f"{day}.txt").write_text("Ships may enter the harbour of Norhaven again.")
    ...     parts = read_in_parts(read_folder, {"files": [there]}, 8, folder=Path(work))
    ...     [part.documents["doc_id"].tolist() for part in parts]
    [['2020-01-02'], ['2020-01-03']]
    """
    if partition_tokens < 1:
        raise UsageError(f"a part needs at least 1 token, got {partition_tokens}")
    planner = PLANNERS.get(reader)
    if planner is None:
        corpus = reader(**options)
        return _kept(Ready(iter([corpus]), corpus.provenance), partition_tokens, folder)
    reading: Reading = {k: v for k, v in options.items() if k in Reading.__optional_keys__}  # type: ignore[assignment]
    own = {k: v for k, v in options.items() if k not in Reading.__optional_keys__}
    check_options(reading)
    planned = planner(own, Desk(folder / "source", each, unit_bytes))
    if isinstance(planned, Ready):
        return _kept(planned, partition_tokens, folder)
    return _Work(folder, reading, each).read(planned, partition_tokens)


@dataclass(frozen=True)
class _Work:
    """The steps one after another, in a folder."""

    folder: Path
    reading: Reading
    each: Each

    def read(self, planned: Planned, tokens: int) -> Parts:
        about, rules = planned.batch, rules_of(self.reading)
        work = [self.folder / "units" / f"{k:06d}" for k in range(len(planned.units))]
        for path, unit in zip(work, planned.units):
            path.mkdir(parents=True)
            save(
                path / "unit.pickle",
                (unit, Batch(about.reader, about.undated), self.reading.get("language", "en"), rules),
            )
        whole = _Whole(about)
        for gathered in self.each(gather, work):
            whole.add(gathered)
        whole.check(bool(self.reading.get("strict", False)))
        # What was read from the files is not needed any more.
        shutil.rmtree(self.folder / "source", ignore_errors=True)
        (self.folder / "units").mkdir(exist_ok=True)
        save(self.folder / "units" / "seen.pickle", (whole.seen, rules))
        named = Named(People(rules.speakers, whole.seen.forms), Counter(), Counter(), [])
        for one in self.each(name_speakers, work):
            named.people.add(one.people)
            named.labels.update(one.labels)
            named.homes.update(one.homes)
            named.unclaimed += one.unclaimed
        for path in work:
            (path / "documents.pickle").unlink()
        if self.reading.get("strict", False):
            refuse_unclaimed(named.unclaimed)
        save(self.folder / "units" / "people.pickle", named.people)
        names = list(dict.fromkeys(n for found in self.each(settle_speakers, work) for n in found))
        counts = Counter[str]()
        if names:
            save(self.folder / "units" / "names.pickle", names)
            for found in self.each(count_names, work):
                counts.update(found)
        parts = self.folder / "parts"
        parts.mkdir()
        own = own_columns(named.homes, said=whole.any_said)
        save(parts / "shape.pickle", (_with_own(whole.shape, own), own))
        n = whole.hand_out(work, tokens)
        paths = tuple(parts / f"{k:06d}" for k in range(n))
        for path in paths:
            path.mkdir()
        save(self.folder / "units" / "shorter.pickle", shortened(names, counts))
        for _ in self.each(write_turns, work):
            pass
        shutil.rmtree(self.folder / "units")
        labels, homes = dict(sorted(named.labels.items())), dict(sorted(named.homes.items()))
        about.excluded += whole.foreign
        provenance = about.provenance(labels, homes, named.unclaimed, self.reading, planned.citation)
        return Parts(self.folder, paths, provenance, whole.shape.n)


@dataclass
class _Whole:
    """What the units have together."""

    about: Batch
    foreign: list[Exclusion] = field(default_factory=list)
    places: list[list[tuple[Key, int]]] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    shape: Shape = field(default_factory=Shape)
    any_said: bool = False

    def add(self, unit: Gathered) -> None:
        about, batch = self.about, unit.batch
        for doc_id, place in batch.taken:
            about.takes(doc_id, place)
        for what, n in batch.counts.items():
            about.count(what, n)
        about.sources += batch.sources
        about.inferences += batch.inferences
        about.excluded += batch.excluded
        about.bad += batch.bad
        about.n_found += batch.n_found
        self.foreign += unit.foreign
        self.places.append(unit.places)
        self.seen.add(unit.seen)
        self.shape.add(unit.shape)
        self.any_said |= unit.any_said

    def check(self, strict: bool) -> None:
        """Raise what the reader of the whole would raise."""
        if self.about.problems:
            raise SourceError(self.about.problems)
        with_foreign = replace(self.about, excluded=[*self.about.excluded, *self.foreign])
        with_foreign.settle(sum(map(len, self.places)), strict)

    def hand_out(self, work: Sequence[Path], tokens: int) -> int:
        """Tell each unit in which part each of its documents is; the number of parts."""
        every = sorted((key, u, k, n) for u, found in enumerate(self.places) for k, (key, n) in enumerate(found))
        of_unit = [[0] * len(found) for found in self.places]
        part = size = 0
        for _, unit, k, n in every:
            if size and size + n > tokens:
                part, size = part + 1, 0
            size += n
            of_unit[unit][k] = part
        for path, parts in zip(work, of_unit):
            save(path / "parts.pickle", parts)
        return part + 1


def _with_own(shape: Shape, own: Mapping[str, str]) -> Shape:
    """The shape with the columns that the corpus has of its own, before those of the source."""
    if not own:
        return shape
    first = ("doc_id", "date", "title", "kind", "issuer", "author")
    values = {c: shape.values[c] for c in first}
    values |= {c: {str: v} for c, v in own.items()}
    values |= {c: v for c, v in shape.values.items() if c not in first}
    return replace(shape, values=values, present={**dict.fromkeys(own, shape.n), **shape.present})


def _kept(ready: Ready, tokens: int, folder: Path) -> Parts:
    """The slices of a corpus cut into parts."""
    parts = folder / "parts"
    parts.mkdir()
    pending: list[Corpus] = []
    paths: list[Path] = []
    size = n = 0

    def write() -> None:
        paths.append(parts / f"{len(paths):06d}")
        frames = [[getattr(p, name) for p in pending] for name in ("documents", "turns")]
        save(paths[-1], tuple(pd.concat(f, ignore_index=True) if len(f) > 1 else f[0] for f in frames))
        pending.clear()

    for piece in ready.slices:
        n += len(piece.documents)
        of_turn = pd.Index(piece.documents["doc_id"]).get_indexer(piece.turns["doc_id"])
        words = [text.count(" ") + 1 for text in piece.turns["text"]]
        first = 0
        for k, more in enumerate(np.bincount(of_turn, words, minlength=len(piece.documents)).astype(int).tolist()):
            if size and size + more > tokens:
                pending.append(_slice(piece, of_turn, first, k))
                write()
                first, size = k, 0
            size += more
        pending.append(_slice(piece, of_turn, first, len(piece.documents)))
    if pending:
        write()
    return Parts(folder, tuple(paths), ready.provenance, n)


def _slice(corpus: Corpus, of_turn: np.ndarray, first: int, stop: int) -> Corpus:
    """Some documents of a corpus in a row, with their turns."""
    a, b = np.searchsorted(of_turn, [first, stop])
    return Corpus(
        corpus.documents.iloc[first:stop].reset_index(drop=True), corpus.turns.iloc[a:b].reset_index(drop=True)
    )
