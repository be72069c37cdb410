"""Zip files of others, and those inside documents: what they say of themselves is checked before anything is unpacked.

Nothing is ever written: members go into the memory, or are looked at only.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from discourse.errors import SourceError
from discourse.shown import clipped

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a zip file may hold: a small file can unpack to more than the memory holds.

    Parameters
    ----------
    members : int
        Files in it.
    unpacked : int
        Bytes of all of them together.
    name : int
        Characters of the name of one.
    """

    members: int = 10_000
    unpacked: int = 300_000_000  # no document of an archive comes near
    name: int = 1_000


LIMITS = Limits()


def read_zip(
    path: Path, data: bytes, what: str, keep: Callable[[str], bool], limits: Limits = LIMITS
) -> tuple[dict[str, bytes], bytes]:
    """Some members of a zip file, once all of them have been looked through.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The file.
    what : str
        What it should be, with an article.
    keep : callable
        Whether a member of this name is wanted.
    limits : Limits
        What it may hold, whatever its directory says.

    Returns
    -------
    members : dict of str to bytes
    comment : bytes
        That of the archive.

    Raises
    ------
    SourceError
        For something that is no zip file, is damaged, has links, encrypted members or two of one name, or holds more than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(path, infos, what, limits)
            members: dict[str, bytes] = {}
            left = limits.unpacked
            for info in infos:
                parts = []
                with archive.open(info) as stream:
                    # The directory of an archive may give smaller sizes than its members have.
                    while part := stream.read(_BLOCK):
                        left -= len(part)
                        if left < 0:
                            raise _too_large(path, what, limits)
                        parts += [part] if keep(info.filename) else []
                if keep(info.filename):
                    members[info.filename] = b"".join(parts)
            return members, archive.comment
    except SourceError:
        raise
    except Exception as error:  # zipfile and zlib have no common base for what is wrong with an archive
        said = clipped(error, 100) or type(error).__name__
        raise SourceError(f"{path}: not {what}, or a damaged one ({said})") from None


def _check(path: Path, infos: list[zipfile.ZipInfo], what: str, limits: Limits) -> None:
    """What the directory of an archive says of it."""
    if len(infos) > limits.members or sum(i.file_size for i in infos) > limits.unpacked:
        raise _too_large(path, what, limits)
    seen = set[str]()
    for info in infos:
        if stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            raise SourceError(f"{path}: {clipped(info.filename)} is a link or encrypted; {what} has neither")
        if len(info.filename) > limits.name or info.filename in seen:
            raise SourceError(f"{path}: not {what} (a member called {clipped(info.filename)!r}, too long or twice)")
        seen.add(info.filename)


def _too_large(path: Path, what: str, limits: Limits) -> SourceError:
    return SourceError(
        f"{path}: {what} that unpacks to more than {limits.unpacked // 1_000_000:,} MB, or holds more than "
        f"{limits.members:,} files, is not read"
    )


def check_zip(path: Path, data: bytes, what: str, member: str) -> None:
    """Make sure that a Word or Excel file is one, and that it does not unpack to more than it may.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The file.
    what : str
        What it should be, with an article.
    member : str
        A file that every such archive holds.

    Raises
    ------
    SourceError
        As `read_zip` does, and for an archive that lacks the member.
    """
    names = list[str]()

    def note(name: str) -> bool:
        names.append(name)
        return False

    read_zip(path, data, what, note)
    if member not in names:
        raise SourceError(f"{path}: not {what} (the archive holds no {member})")
