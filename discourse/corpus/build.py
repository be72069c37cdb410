"""What all readers share: files, hashes, and the assembly of a corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.turns import Turn
from discourse.errors import SourceError
from discourse.types import DOCUMENT_COLUMNS, TURN_COLUMNS, Corpus, Exclusion, Provenance


def find_files(paths: Sequence[str | Path], suffixes: Sequence[str]) -> list[Path]:
    """Expand paths and folders to files, in a fixed order.

    Raises
    ------
    SourceError
        Naming every path that is missing, empty, or a folder without such files.
    """
    found: list[Path] = []
    problems: list[str] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in suffixes)
            if not inside:
                problems.append(f"{path}: no file ending in {', '.join(suffixes)} in this folder")
            found += inside
        elif not path.exists():
            problems.append(f"{path}: there is no such file")
        elif path.stat().st_size == 0:
            problems.append(f"{path}: the file is empty")
        else:
            found.append(path)
    if not paths:
        problems.append("no file was given: name them under corpus.files, or with --corpus PATH")
    if problems:
        raise SourceError(problems)
    return list(dict.fromkeys(found))


def distinct_stems(paths: Sequence[Path]) -> dict[Path, str]:
    """A short name for each file: its stem, with folders before it where stems repeat.

    Examples
    --------
    >>> list(distinct_stems([Path("a/x.txt"), Path("b/x.txt"), Path("b/y.txt")]).values())
    ['a-x', 'b-x', 'y']
    """
    stems = [p.stem for p in paths]
    return {p: p.stem if stems.count(p.stem) == 1 else "-".join([p.parent.name, p.stem]) for p in paths}


def decode(path: Path, data: bytes, encoding: str = "utf-8") -> str:
    """Decode a file, or say at which line it is not in that encoding."""
    try:
        return (
            data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
            .replace("\r\n", "\n")
            .replace("\r", "\n")
        )
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(
            f"{path}:{line}: byte 0x{data[error.start]:02x} is not {encoding.upper()}. Save the file as UTF-8; "
            "Windows programs often write Windows-1252 or UTF-16."
        ) from None
    except LookupError:
        raise SourceError(f'{path}: there is no encoding "{encoding}"') from None


def source_record(path: Path, data: bytes) -> dict[str, str]:
    """Name and SHA-256 of a file, without the path of the machine."""
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest()}


def assemble(
    documents: Sequence[Mapping[str, Any]],
    turns: Mapping[str, Iterable[Turn]],
    provenance: Provenance,
) -> Corpus:
    """Build a corpus from document rows and their turns, in order of date and id.

    Parameters
    ----------
    documents : sequence of mapping
        Rows with at least `doc_id`, `date` and `title`.
    turns : mapping of doc_id to iterable of Turn
        Turns of each document.
    provenance : Provenance
        Recorded as it is.

    Returns
    -------
    Corpus
    """
    frame = pd.DataFrame(list(documents))
    for column in DOCUMENT_COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    frame = frame.sort_values(["date", "doc_id"], kind="stable", na_position="last").reset_index(drop=True)
    frame = frame[[*DOCUMENT_COLUMNS, *[c for c in frame.columns if c not in DOCUMENT_COLUMNS]]]
    rows = [
        (doc_id, number, t.speaker, t.role, t.side, t.interpreted, t.text, t.excluded, t.label)
        for doc_id in frame["doc_id"]
        for number, t in enumerate(turns[doc_id])
    ]
    table = pd.DataFrame(rows, columns=[*TURN_COLUMNS, "label"])
    return Corpus(frame, table, provenance)


def settle(source: str, n_found: int, n_kept: int, bad: Sequence[Exclusion], strict: bool) -> None:
    """Raise when bad documents may not be passed over, or nothing is left."""
    if (strict and bad) or not n_kept:
        lines = [f"{e.source}: {e.document}: {e.reason}" for e in bad]
        if not n_kept:
            lines.append(f"{source}: none of {n_found} documents is left")
        raise SourceError(lines)
