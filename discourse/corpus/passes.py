"""The steps by which a corpus is read in parts, for one unit each: plain functions of the folder in which a unit is worked on.

Each leaves there what the next one needs, and returns what is added up over all units before the next one begins. A step that
is done a second time, by a worker that takes the place of another, leaves and returns the same.
"""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from discourse.corpus.assemble import Key, Shape, assemble, order_of
from discourse.corpus.attribution import Seen, call, doubtful, see, settle, texts_of, turns_in
from discourse.corpus.build import Batch, document_row, for_offices
from discourse.corpus.cores import occurrences
from discourse.corpus.people import People
from discourse.corpus.persons import Person
from discourse.types import Corpus, Exclusion, Provenance, Unclaimed


@dataclass
class Gathered:
    """What a unit has, without the texts: what was found in it and left out, and what its documents show.

    Parameters
    ----------
    batch : Batch
        Without documents.
    foreign : list of Exclusion
        Documents in other languages.
    places : list of (Key, int)
        Where each document stands in the corpus, and how many words it has.
    seen : Seen
        Archives and forms of names.
    shape : Shape
        Columns.
    any_said : bool
        Whether the source says of any document who speaks.
    """

    batch: Batch
    foreign: list[Exclusion]
    places: list[tuple[Key, int]]
    seen: Seen
    shape: Shape
    any_said: bool


@dataclass
class Named:
    """Whom a unit names, and what it has of labels, homes and unclaimed lines."""

    people: People
    labels: Counter[str]
    homes: Counter[str]
    unclaimed: list[Unclaimed]


def load_part(path: Path) -> Corpus:
    """One part of a corpus that `read_in_parts` left in its folder.

    Parameters
    ----------
    path : Path
        Of `Parts.paths`.

    Returns
    -------
    Corpus
        Without provenance: that belongs to the whole.
    """
    if path.is_file():
        return Corpus(*load(path))
    shape, own = load(path.parent / "shape.pickle")
    rows: list[Any] = []
    turns: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for piece in sorted(path.glob("[0-9]*")):
        for document, found, further in load(piece):
            rows.append(document_row(document, own))
            turns[document.doc_id] = found
            if further is not None:
                more[document.doc_id] = further
    return assemble(rows, turns, Provenance(), more, shape)


def gather(work: Path) -> Gathered:
    """Read a unit: its documents stay in its folder; what belongs to the whole is returned."""
    unit, batch, language, rules = load(work / "unit.pickle")
    unit(batch)
    kept, foreign = batch.in_language(language)
    asked = [for_offices(d, rules.speakers) for d in kept if d.doc_id not in batch.said]
    tables, seen = see(asked, rules)
    shape = Shape()
    places = []
    for document in kept:
        key = order_of(document.doc_id, document.date)
        places.append((key, document.text.count(" ") + 1))
        shape.learn(document_row(document, {}))
        if document.doc_id in batch.said:
            shape.learn_turns(key, (s.metadata for s in batch.said[document.doc_id]))
    save(work / "documents.pickle", (kept, batch.said, asked, tables))
    # Also one in another language says who speaks.
    empty = replace(batch, documents=[], said={}, places={})
    return Gathered(empty, foreign, places, seen, shape, bool(batch.said))


def name_speakers(work: Path) -> Named:
    """Cut the documents of a unit at their labels, and find whom each means within its document."""
    kept, said, asked, tables = load(work / "documents.pickle")
    seen, rules = load(work.parent / "seen.pickle")
    people = People(rules.speakers, seen.forms)
    called = call(asked, tables, seen.issuers, people, rules)
    save(work / "called.pickle", (kept, said, asked, called, rules))
    save(work / "persons.pickle", (called.persons, [d.date for d in asked]))
    return Named(people, called.labels, called.homes, called.unclaimed(asked))


def settle_speakers(work: Path) -> list[str]:
    """Settle whom labels mean, from what all documents say; names that may begin with words of an office."""
    persons, days = load(work / "persons.pickle")
    settled = settle(persons, days, load(work.parent / "people.pickle"))
    save(work / "settled.pickle", settled)
    return doubtful(settled)


def count_names(work: Path) -> Counter[str]:
    """How often doubtful names and their cores stand in the texts of a unit."""
    return occurrences(load(work.parent / "names.pickle"), texts_of(load(work / "called.pickle")[2]))


def write_turns(work: Path) -> None:
    """Write the documents and turns of a unit into the parts that they belong to."""
    kept, said, asked, called, rules = load(work / "called.pickle")
    settled: list[dict[str, Person]] = load(work / "settled.pickle")
    people = People(rules.speakers, load(work.parent / "seen.pickle")[0].forms)
    turns = turns_in(asked, called, settled, load(work.parent / "shorter.pickle"), people, rules)
    batch = Batch("", said=said)
    turns |= batch.known_turns([d for d in kept if d.doc_id in said], rules)
    pieces: dict[int, list[Any]] = {}
    for document, part in zip(kept, load(work / "parts.pickle")):
        further = [s.metadata for s in said[document.doc_id]] if document.doc_id in said else None
        bare = replace(document, text="", given=(), boilerplate={})
        pieces.setdefault(part, []).append((bare, turns[document.doc_id], further))
    for part, piece in pieces.items():
        save(work.parents[1] / "parts" / f"{part:06d}" / work.name, piece)


def save(path: Path, value: object) -> None:
    """Write what a later step reads; a worker that is stopped leaves no half of it."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)
    temporary.replace(path)


def load(path: Path) -> Any:
    """Read what `save` wrote."""
    with path.open("rb") as file:
        return pickle.load(file)
