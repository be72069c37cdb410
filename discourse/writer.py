"""The one writer: whatever the program writes to a path that somebody named.

Asked for before anything heavy is imported, so only the standard library is used.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from discourse.errors import DiscourseError, UsageError
from discourse.landing import MARK, Work
from discourse.system import naming

MANIFEST = "manifest.json"  # of a folder: the files in it that are ours


def write_files(contents: Mapping[Path, bytes], *, durable: bool = True) -> None:
    """Write files: those of one folder all land, or none.

    Parameters
    ----------
    contents : mapping of Path to bytes
        By path; folders that are missing are made.
    durable : bool
        As in `Work`.

    Raises
    ------
    DiscourseError
        Where they cannot be written; what was there is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_files({Path(folder, "a.csv"): b"1", Path(folder, "b.csv"): b"2"})
    ...     sorted(os.listdir(folder))
    ['a.csv', 'b.csv']
    """
    sets: dict[Path, dict[Path, bytes]] = {}
    for path, data in contents.items():
        sets.setdefault(Path(os.path.realpath(path)).parent, {})[path] = data
    for parent, files in sets.items():
        first = next(iter(files))
        with naming(first):
            parent.mkdir(parents=True, exist_ok=True)
        with Work(first, durable=durable) as work:
            work.land_files({Path(os.path.realpath(path)).name: data for path, data in files.items()})


def write_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file: it is there whole, or as it was before.

    Raises
    ------
    DiscourseError
        Where it cannot be written; what was there is unchanged.
    """
    write_files({path: data}, durable=durable)


@contextlib.contextmanager
def probed(target: Path, *, inputs: Iterable[Path] = (), folder: bool = False) -> Iterator[Work]:
    """The work on a target that can be written, held until it has landed; asked for before anything is computed.

    Parameters
    ----------
    target : Path
        As the user named it.
    inputs : iterable of Path
        What is read: the target must be none of it, and lie in none.
    folder : bool
        Whether the target is a folder; a file by default.

    Raises
    ------
    UsageError
        For a target that is an input, or of another kind.
    Busy
        Where another process is writing there.
    DiscourseError
        Where it cannot be written.
    """
    probe(target, inputs=inputs, folder=folder)
    with Work(target) as work:
        yield work


def probe(target: Path, *, inputs: Iterable[Path] = (), folder: bool = False) -> None:
    """Make sure that something can be written to a path, and clean up what killed runs left beside it.

    Parameters and errors are those of `probed`.
    """
    with naming(target):
        try:
            there = os.stat(target)
        except FileNotFoundError:
            there = None
        except NotADirectoryError:
            raise UsageError(f"{target}: a part of this path is a file, not a folder") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UsageError(f"{target}: a symbolic link that leads to itself") from None
            raise
        if there is not None and folder != target.is_dir():
            hint = f"a file, such as {target / 'table.csv'}" if not folder else "a folder"
            raise UsageError(f"{target} is a {'folder' if not folder else 'file'}; name {hint}")
        if there is not None and not folder and not target.is_file():
            raise UsageError(f"{target} is no regular file; name another one")
        refuse_inputs(target, inputs)
        if there is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        parent = Path(os.path.realpath(target)).parent
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent)
        # Nothing shows whether there is room for a file but making one.
        with Work(target):
            pass


def refuse_inputs(target: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write over, or into, what is read.

    Raises
    ------
    UsageError
        Naming both.
    """
    real = os.path.realpath(target)
    for path in inputs:
        try:
            same = os.path.samefile(real, path)
        except OSError:
            same = real == os.path.realpath(path)
        if same:
            raise UsageError(f"{target} is read by the experiment; name another file, it would be lost")
        if path.is_dir() and Path(real).is_relative_to(os.path.realpath(path)):
            raise UsageError(f"{target} lies in {path}, which is read by the experiment; name another place")


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A folder for files between two steps, seen by workers; a later run removes what a killed one leaves."""
    parent.mkdir(parents=True, exist_ok=True)
    with Work(parent / uuid.uuid4().hex[:12], durable=False) as work:
        work.new.mkdir()
        yield work.new


def sweep(parent: Path) -> None:
    """Finish or throw away what killed runs left in a folder; what others are writing stays."""
    for folder in parent.glob(f".*{MARK}"):
        if not (folder / "lock").exists() and any(folder.iterdir()):
            continue  # none of ours
        target = parent / folder.name[1 : -len(MARK)]
        with contextlib.suppress(DiscourseError, OSError), Work(target, durable=False):
            pass


def listed(folder: Path) -> dict[str, Any] | None:
    """The files that the manifest of a folder lists; None where it has none that can be read."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {str(name): about for name, about in files.items()} | {MANIFEST: None}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
