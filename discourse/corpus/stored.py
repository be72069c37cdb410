"""A corpus in Parquet tables and a manifest, built once and used by every experiment."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.dated import as_written, from_written
from discourse.corpus.partitioned import MANIFEST, Partitions, read_partitions
from discourse.corpus.stream import frames
from discourse.corpus.units import Desk, Ready
from discourse.corpus.written import provenance_of, spans_read, spans_written
from discourse.door import NotThere, parquet_frame, read_json, sum_of
from discourse.errors import DiscourseError, SourceError
from discourse.types import Corpus, Provenance

FORMAT = 1
_TABLES = ("documents", "turns")


def save_corpus(corpus: Corpus, folder: Path, settings: Mapping[str, Any]) -> None:
    """Write documents.parquet, turns.parquet and manifest.json into an empty folder.

    Parameters
    ----------
    corpus : Corpus
        As a reader made it.
    folder : Path
        An existing folder.
    settings : mapping
        How it was read, for the manifest.
    """
    for name, frame in (("documents", as_written(corpus.documents)), ("turns", spans_written(corpus.turns))):
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    manifest = {
        "format": FORMAT,
        "read_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "discourse": version("discourse-analytics"),
        "documents": len(corpus.documents),
        "turns": len(corpus.turns),
        "settings": settings,
        "provenance": asdict(corpus.provenance),
        "sha256": {n: hashlib.sha256((folder / f"{n}.parquet").read_bytes()).hexdigest() for n in _TABLES},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def is_stored(folder: Path) -> bool:
    """Whether a folder holds a corpus that `save_corpus` wrote, and nothing else."""
    names = {"manifest.json", *(f"{n}.parquet" for n in _TABLES)}
    try:
        manifest = read_json(folder / "manifest.json")
        # Such a folder may be replaced: it must hold nothing of the user's.
        return {p.name for p in folder.iterdir()} <= names and {"format", "discourse", "sha256"} <= set(manifest)
    except (OSError, SourceError, ValueError, TypeError):
        return False


def read_stored(*, files: Sequence[str | Path] = ()) -> Corpus:
    """Read a corpus that `discourse corpus build` wrote.

    Parameters
    ----------
    files : sequence of path
        One folder.

    Returns
    -------
    Corpus

    Raises
    ------
    SourceError
        For a folder without the tables and the manifest, and for tables that were changed since.
    """
    folder = _folder(files)
    if (folder / MANIFEST).is_file():
        return read_partitions(folder)
    with _readable(folder):
        provenance = _checked(folder)
        documents = from_written(parquet_frame(folder / "documents.parquet"))
        turns = _sound(spans_read(parquet_frame(folder / "turns.parquet")), folder)
    return Corpus(documents, turns, provenance)


def plan_stored(options: Mapping[str, Any], desk: Desk) -> Ready:
    """What `read_stored` reads, slice by slice."""
    folder = _folder(options.get("files", ()))
    if (folder / MANIFEST).is_file():
        found = Partitions.open(folder)
        return Ready(found.each(), found.provenance)
    with _readable(folder):
        return Ready(_slices(folder), _checked(folder))


def _slices(folder: Path) -> Iterator[Corpus]:
    """Documents in a row with their turns."""
    with _readable(folder):
        documents = from_written(parquet_frame(folder / "documents.parquet"))
        order = pd.Index(documents["doc_id"])
        first = 0
        rest: pd.DataFrame | None = None
        for rows in frames(folder / "turns.parquet"):
            rows = _sound(spans_read(rows), folder)
            turns = rows if rest is None else pd.concat([rest, rows], ignore_index=True)
            places = order.get_indexer(turns["doc_id"])
            # More turns of the last document may follow.
            stop = int(places[-1]) if len(places) else first
            n = int(np.searchsorted(places, stop))
            rest = turns.iloc[n:].reset_index(drop=True)
            if stop > first:
                yield Corpus(documents.iloc[first:stop].reset_index(drop=True), turns.iloc[:n])
                first = stop
        if rest is not None:
            yield Corpus(documents.iloc[first:].reset_index(drop=True), rest)


def _sound(turns: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The turns, if their texts and names are text."""
    for name in ("doc_id", "role", "side", "text"):
        held = pd.api.types.infer_dtype(turns[name], skipna=False)
        if held not in ("string", "empty"):
            raise SourceError(f'{folder}: column "{name}" of turns.parquet: expected text, got {held}; build it again')
    return turns


def _folder(files: Sequence[str | Path]) -> Path:
    if len(files) != 1:
        raise SourceError(f"the reader stored takes one folder that `discourse corpus build` wrote, got {len(files)}")
    return Path(files[0])


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What cannot be read is a SourceError."""
    try:
        yield
    except NotThere as error:
        name = Path(str(error).partition(": ")[0]).name
        raise SourceError(f"{folder}: not a corpus that `discourse corpus build` wrote (no {name})") from None
    except DiscourseError:
        raise
    except Exception as error:  # tables that somebody else made raise anything
        raise SourceError(f"{folder}: a corpus that cannot be read ({type(error).__name__}); build it again") from None


def _checked(folder: Path) -> Provenance:
    """Where a corpus comes from, if its tables are those that were written."""
    manifest = read_json(folder / "manifest.json")
    if manifest["format"] != FORMAT:
        raise SourceError(
            f"{folder}: written by another version of discourse ({manifest['discourse']}); build it again"
        )
    for name in _TABLES:
        # Results cite the provenance, which would be false for tables that somebody changed.
        if sum_of(folder / f"{name}.parquet") != manifest["sha256"][name]:
            raise SourceError(f"{folder / name}.parquet: changed since the corpus was built; build it again")
    return provenance_of(manifest["provenance"])
