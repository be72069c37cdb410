"""What earlier runs left: where it lies, and whether a report is still what a run would make.

This is asked before anything heavy is imported, so only the standard library is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discourse.door import MEGABYTE, read_bytes
from discourse.errors import DiscourseError, SourceError
from discourse.writer import MANIFEST, listed, write_file

UNCHANGED = "{}: nothing has changed since it was made (--force makes it again)"
# Not Python alone: lexicons, prose and the templates of PDF and page change a report as well.
CODE = (".py", ".toml", ".tsv", ".txt", ".typ", ".npz", ".j2", ".css", ".js")


def cache_folder() -> Path:
    """Folder of stored results: the environment variable DISCOURSE_CACHE, or the user's cache."""
    if os.environ.get("DISCOURSE_CACHE"):
        return Path(os.environ["DISCOURSE_CACHE"])
    # The one import from elsewhere, and only where no folder is named.
    from platformdirs import user_cache_path

    return user_cache_path("discourse-analytics", appauthor=False)


@dataclass(frozen=True)
class Call:
    """What somebody asks for: an experiment file, with other texts or not, and how strictly they are read.

    Parameters
    ----------
    file : Path
        The experiment file.
    corpus : sequence of Path
        Files or folders in place of those of the config.
    strict : bool
        Whether a document that cannot be read is an error.
    bundle : Path, optional
        Bundle in place of texts, where one is named.
    """

    file: Path
    corpus: Sequence[Path] = ()
    strict: bool = False
    bundle: Path | None = None

    def plain(self) -> list[object]:
        """As values that can be stored."""
        bundle = str(self.bundle.resolve()) if self.bundle else ""
        return [str(self.file.resolve()), [str(p.resolve()) for p in self.corpus], self.strict, bundle]


def folder_of(file: Path, out: Path | None) -> Path | None:
    """Folder of the report of an experiment file, as far as a glance at its `name` shows."""
    if out is not None:
        return out
    try:
        # A pattern in place of a YAML parser, so that nothing heavy is imported.
        found = re.search(r"(?m)^name: *([\w-]+) *$", read_bytes(file, MEGABYTE).decode())
    except (SourceError, ValueError):
        return None
    return Path("reports") / found[1] if found else None


def is_current(folder: Path, call: Call) -> bool:
    """Whether a folder holds the report of this call, every file as it was written, and nothing that it depends on is changed."""
    try:
        kept = _unsealed(json.loads(_record(folder).read_text(encoding="utf-8")))
        return bool(
            kept["call"] == call.plain()
            and kept["environment"] == _environment()
            and all(_sum(Path(path)) == of for path, of in kept["inputs"].items())
            and all(_sum(folder / name) == of for name, of in kept["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def call_for(folder: Path) -> Call | None:
    """What was asked for when a report folder was made, as far as this machine remembers; no input is read."""
    try:
        file, corpus, strict, bundle = _unsealed(json.loads(_record(folder).read_bytes()))["call"]
        return Call(Path(file), tuple(map(Path, corpus)), bool(strict), Path(bundle) if bundle else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(folder: Path, call: Call, inputs: Iterable[Path]) -> None:
    """Note what a report was made from; a cache that cannot be written stops no run.

    Parameters
    ----------
    folder : Path
        Of the report.
    call : Call
        What was asked for.
    inputs : iterable of Path
        Files, and folders with all that is in them.
    """
    try:
        sums = {str(p.resolve()): _sum(p) for p in (call.file, *inputs)}
        kept = _sealed({"call": call.plain(), "environment": _environment(), "inputs": sums, "files": _files(folder)})
        write_file(_record(folder), json.dumps(kept).encode(), durable=False)
    except (OSError, DiscourseError):
        pass


def _sealed(kept: dict[str, object]) -> dict[str, object]:
    """A record with its own sum, without which one that lost an entry would say that nothing has changed."""
    return {**kept, "sum": hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()}


def _unsealed(kept: dict[str, Any]) -> dict[str, Any]:
    """The record as it was written; ValueError where it is another."""
    found = {k: v for k, v in kept.items() if k != "sum"}
    if _sealed(found) != kept:
        raise ValueError("a record that was changed")
    return found


def _record(folder: Path) -> Path:
    # A path holds separators and may be too long for the name of a file.
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:40]
    return cache_folder() / "reports" / f"{name}.json"


def _sum(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of all files in a folder; empty where there is none."""
    if not path.exists():
        return ""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        # Names count as well: readers may take speaker and date from them.
        digest.update(str(file.relative_to(path)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> dict[str, str]:
    """Sums of the files of a report, but of the times that it took; what a user put beside them is none of it."""
    return {name: _sum(folder / name) for name in listed(folder) or (MANIFEST,) if name != "timing.json"}


def _environment() -> str:
    """Hash of Python, of this package's files, and of the versions of all that is installed."""
    package = Path(__file__).parent
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(p for p in package.rglob("*") if p.suffix in CODE):
        digest.update(str(path.relative_to(package)).encode() + path.read_bytes())
    # The names of these folders have the versions in them, and need not be opened.
    installed = {p.name for folder in map(Path, sys.path) if folder.is_dir() for p in folder.glob("*-info")}
    # Sorted, as a set and a folder list their entries in any order.
    digest.update(repr(sorted(installed)).encode())
    return digest.hexdigest()
