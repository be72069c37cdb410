"""The one door through which files of others come in: regular files only, of a bounded size, each failure with its reason.

A pipe, a socket or a device would be waited for without end; what is larger than its limit would fill the memory. Whoever reads a file of
the user opens it here, so that what is wrong with it is a SourceError that names it, and never stops more than that file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from discourse.errors import SourceError

if TYPE_CHECKING:
    import pandas as pd

MEGABYTE = 1_000_000
MOST = 4_000 * MEGABYTE  # of one file that is read into the memory as a whole
MOST_LEXICON = 50 * MEGABYTE  # of a list of words, or of actors
MOST_JSON = 400 * MEGABYTE  # of one JSON document
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")  # as JSON writes it, or as it is
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class NotThere(SourceError):
    """There is no such file."""


def open_file(path: Path, limit: int | None = None) -> BinaryIO:
    """Open a regular file for reading.

    Parameters
    ----------
    path : Path
        The file.
    limit : int, optional
        Bytes that it may have.

    Raises
    ------
    SourceError
        For what is missing, may not be read, is no regular file, or is larger than the limit.

    Examples
    --------
    >>> open_file(Path("/dev/null"))
    Traceback (most recent call last):
    discourse.errors.SourceError: /dev/null: a device, not a regular file
    """
    handle = -1
    try:
        # A pipe is opened at once, without somebody at its other end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
            raise SourceError(f"{shown(path)}: {kind}, not a regular file")
        if limit is not None and status.st_size > limit:
            raise SourceError(
                f"{shown(path)}: {status.st_size / MEGABYTE:,.0f} MB are more than the {limit // MEGABYTE:,} MB that one "
                "such file may have; split it"
            )
        return open(handle, "rb")
    except BaseException as error:
        if handle >= 0:
            os.close(handle)
        if isinstance(error, (OSError, ValueError)):
            raise (NotThere if isinstance(error, FileNotFoundError) else SourceError)(
                f"{shown(path)}: {reason_of(error)}"
            ) from None
        raise


def read_bytes(path: Path, limit: int = MOST) -> bytes:
    """What is in a regular file; SourceError as for `open_file`."""
    with open_file(path, limit) as file:
        try:
            return file.read()
        except (OSError, MemoryError) as error:
            raise SourceError(f"{shown(path)}: {reason_of(error)}") from None


def sum_of(path: Path) -> str:
    """SHA-256 of a regular file, hexadecimal; SourceError as for `open_file`."""
    with open_file(path) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        except OSError as error:
            raise SourceError(f"{shown(path)}: {reason_of(error)}") from None


def read_json(path: Path, limit: int = MOST_JSON) -> Any:
    """What a file of JSON in UTF-8 says; SourceError as for `open_file`, and for what is no JSON."""
    return json_of(path, read_bytes(path, limit))


def json_of(path: Path, data: bytes | str, name: str = "") -> Any:
    """What JSON says.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes or str
        JSON; bytes in UTF-8, with or without its mark.
    name : str
        For messages, where the file holds several.

    Raises
    ------
    SourceError
        For what is no JSON, is nested too deeply, or has a number without end.

    Examples
    --------
    >>> json_of(Path("key.json"), b'{"a": [1')
    Traceback (most recent call last):
    discourse.errors.SourceError: key.json:1: not JSON (Expecting ',' delimiter)
    """
    what = f"{name} is not JSON" if name else "not JSON"
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(text)
        return _whole(value) if _SURROGATE.search(text) else value
    except UnicodeDecodeError as error:
        raise SourceError(f"{shown(path)}: {what} (byte {error.start:,} is not UTF-8)") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"{shown(path)}:{error.lineno}: {what} ({error.msg})") from None
    except (RecursionError, ValueError):
        raise SourceError(
            f"{shown(path)}: {what} that can be read (nested too deeply, or a number without end)"
        ) from None


def _whole(value: Any) -> Any:
    """A value without halves of characters (lone surrogates), which JSON can write and UTF-8 cannot."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return {_whole(k): _whole(v) for k, v in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class Walked:
    """What is in a folder and the folders in it.

    Parameters
    ----------
    files : tuple of Path
        Regular files with one of the endings, in a fixed order.
    unread : tuple of (Path, str)
        Files and folders that cannot be read, with the reason.
    """

    files: tuple[Path, ...] = ()
    unread: tuple[tuple[Path, str], ...] = ()


def walk(folder: Path, suffixes: Sequence[str]) -> Walked:
    """The files in a folder and the folders in it; what is hidden, and links to folders, are passed over.

    Parameters
    ----------
    folder : Path
        Where to look.
    suffixes : sequence of str
        Endings in small letters.
    """
    unread: list[tuple[Path, str]] = []
    found: list[Path] = []

    def fail(error: OSError) -> None:
        unread.append((Path(error.filename), f"a folder that cannot be read ({reason_of(error)})"))

    for here, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        unread += [
            (p, "a link to a folder; name the folder itself") for n in folders if (p := Path(here, n)).is_symlink()
        ]
        for name in names:
            path = Path(here, name)
            if name.startswith(".") or path.suffix.lower() not in suffixes:
                continue
            reason = unreadable(path, path.relative_to(folder))
            if reason:
                unread.append((path, reason))
            else:
                found.append(path)
    # Sorted, for the order of a directory depends on the file system.
    return Walked(tuple(sorted(found)), tuple(sorted(unread)))


def unreadable(path: Path, named: Path | None = None) -> str:
    """Why a file cannot be opened as one of a corpus, without opening it; empty where it can.

    Parameters
    ----------
    path : Path
        The file.
    named : Path, optional
        What of its path must be UTF-8, as ids and tables are; its name by default.
    """
    try:
        str(named or path.name).encode()
        mode = path.stat().st_mode
    except UnicodeEncodeError:
        return "a name that is not UTF-8; give it another"
    except (OSError, ValueError) as error:
        return reason_of(error)
    return "" if stat.S_ISREG(mode) else f"{_KINDS.get(stat.S_IFMT(mode), 'something else')}, not a regular file"


def every_file(path: Path) -> Iterator[Path]:
    """A file, or all regular files in a folder and the folders in it, in a fixed order; links to folders are passed over."""
    if not os.path.isdir(path):
        yield path
        return
    yield from sorted(p for here, _, names in os.walk(path) for n in names if (p := Path(here, n)).is_file())


def shown(path: Path | str) -> str:
    """A path as a message can hold it: bytes that are no UTF-8 as \\\\xe9, of a long one the end.

    Examples
    --------
    >>> shown(Path("caf\\udce9.txt"))
    'caf\\\\xe9.txt'
    """
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if len(text) <= 400 else f"...{text[-400:]}"


def reason_of(error: BaseException) -> str:
    """Why a file cannot be read, in a few words."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, MemoryError):
        return "more than the memory holds"
    if isinstance(error, OSError):
        return error.strerror or str(error)[:100] or type(error).__name__
    return str(error)[:100] or type(error).__name__


def parquet_frame(source: Path | io.BytesIO) -> pd.DataFrame:
    """A Parquet file as a table; text that is not UTF-8 would be found only where it is used.

    Parameters
    ----------
    source : Path or BytesIO
        The file, or what is in it.

    Raises
    ------
    ArrowInvalid
        For text that is not UTF-8, and for what is no Parquet file.

    Examples
    --------
    >>> import io
    >>> import pandas as pd
    >>> stream = io.BytesIO()
    >>> pd.DataFrame({"a": ["war"]}).to_parquet(stream)
    >>> parquet_frame(stream)["a"].tolist()
    ['war']
    """
    import pandas as pd
    from pyarrow import parquet

    with parquet.ParquetFile(source) as file:
        for rows in file.iter_batches():
            rows.validate(full=True)
    return pd.read_parquet(source)
