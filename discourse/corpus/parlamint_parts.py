"""A ParlaMint corpus that is read in parts: the lists of persons once, sittings file by file."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from discourse.corpus.build import Batch
from discourse.corpus.files import MAX_MARKUP
from discourse.corpus.parlamint import (
    CITATION,
    SHARED,
    SUFFIXES,
    Heard,
    begun,
    chosen,
    need_persons,
    seated,
    shared_names,
    take_sitting,
)
from discourse.corpus.parlamint_people import Member, Registry
from discourse.corpus.parlamint_plain import read_plain
from discourse.corpus.parlamint_tei import read_tei
from discourse.corpus.units import Desk, Planned, runs
from discourse.errors import SourceError


@dataclass
class Parsed:
    """A file once it was parsed; its sitting is on disk.

    Parameters
    ----------
    batch : Batch
        What is wrong with it.
    registry : Registry
        Persons and organisations that it lists.
    sits : bool
        Whether it has a sitting.
    who : set of (str, str)
        Who speaks in it: identifier and day, or, where the file itself says it, name and identifier.
    """

    batch: Batch = field(default_factory=lambda: Batch("parlamint"))
    registry: Registry = field(default_factory=Registry)
    sits: bool = False
    who: set[tuple[str, str]] = field(default_factory=set)


def parse(job: tuple[Path, Path]) -> Parsed:
    """Parse a file, and lay its sitting down in another."""
    path, place = job
    found = Parsed()
    batch = found.batch
    members: list[Member] | None = None
    try:
        if path.suffix.lower() == ".txt":
            plain = read_plain(batch, path)
            sitting = plain[0] if plain is not None else None
            if plain is not None:
                members = [plain[1][u.key] for u in plain[0].utterances]
                found.who = {(m.name, m.key) for m in members}
        else:
            data = batch.read(path, MAX_MARKUP)
            sitting = read_tei(path, data, found.registry) if data is not None else None
            if sitting is not None:
                found.who = {(u.who, sitting.date) for u in sitting.utterances}
    except SourceError as error:
        batch.n_found += 1
        batch.reject(error, path)
        return found
    if sitting is not None:
        found.sits = True
        with place.open("wb") as file:
            pickle.dump((path, sitting, members), file, pickle.HIGHEST_PROTOCOL)
    return found


def plan_parlamint(options: Mapping[str, Any], desk: Desk) -> Planned:
    """The units of what `read_parlamint` reads with these options."""
    unit = options.get("unit", "speech")
    batch = begun(unit)
    paths = chosen(batch, batch.find(options.get("files", ()), SUFFIXES))
    desk.folder.mkdir(parents=True)
    places = {path: desk.folder / f"{k:06d}" for k, path in enumerate(paths)}
    registry = Registry()
    sitting: list[tuple[Path, set[tuple[str, str]]]] = []
    for path, found in zip(paths, desk.each(parse, list(places.items()))):
        batch.sources += found.batch.sources
        batch.bad += found.batch.bad
        batch.n_found += found.batch.n_found
        registry.add(found.registry)
        if found.sits:
            sitting.append((path, found.who))
    # Texts first: they need no list.
    sitting.sort(key=lambda one: one[0].suffix.lower() != ".txt")
    listed = [one for one in sitting if one[0].suffix.lower() != ".txt"]
    need_persons(batch, [path for path, _ in listed], registry)
    named = {pair for _, who in sitting[: len(sitting) - len(listed)] for pair in who}
    for key, day in {pair for _, who in listed for pair in who}:
        member = registry.member(key, day) or Member()
        named.add((member.name, member.key))
    shared = shared_names(named)
    batch.count(SHARED, len(shared))
    with (desk.folder / "registry").open("wb") as file:
        pickle.dump((registry, shared), file, pickle.HIGHEST_PROTOCOL)
    units = [partial(_take, [places[p] for p in run], unit) for run in runs([p for p, _ in sitting], desk)]
    return Planned(batch, units, CITATION)


def _take(places: Sequence[Path], unit: str, batch: Batch) -> None:
    """Add the sittings of some files to a batch."""
    with (places[0].parent / "registry").open("rb") as file:
        registry, shared = pickle.load(file)
    for place in places:
        with place.open("rb") as file:
            path, sitting, members = pickle.load(file)
        take_sitting(batch, Heard(path, sitting, members or seated(registry, sitting)), shared, unit)
