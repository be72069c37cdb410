"""Zip files of ours, bundles and archives: always the same bytes, and read with suspicion."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from discourse.door import read_bytes
from discourse.errors import SourceError

MOST_BYTES = 1_000_000_000  # unpacked, all members together
MOST_MEMBERS = 20_000
MOST_PACKED = 400_000_000
MANIFEST = "manifest.json"
# Packed already: what is packed by zlib depends on its version.
_STORED = (".parquet", ".whl", ".zip", ".gz")


@dataclass(frozen=True)
class Form:
    """What kind of zip file it is.

    Parameters
    ----------
    what : str
        Its name in messages.
    names : Pattern
        What its members may be called.
    """

    what: str
    names: re.Pattern[str]

    @property
    def named(self) -> str:
        """With its article."""
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"

    def mark(self, manifest: bytes) -> str:
        """The comment of the file: a manifest that was changed is told from one that was made so."""
        return f"discourse {self.what}, SHA-256 of {MANIFEST}: {hashlib.sha256(manifest).hexdigest()}"


BUNDLE = Form("bundle", re.compile(r"^[A-Za-z0-9_][\w.\-]*(/[A-Za-z0-9_][\w.\-]*){0,3}$", re.ASCII))


def zipped(members: Mapping[str, bytes], comment: str = "") -> bytes:
    """A zip file of some members, of the same bytes whenever and wherever it is made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name])
        archive.comment = comment.encode()
    return stream.getvalue()


def pack(members: Mapping[str, bytes], form: Form = BUNDLE) -> bytes:
    """A zip file of some members, marked with the hash of its manifest.

    Examples
    --------
    >>> pack({"b": b"2", "manifest.json": b"{}"}) == pack({"manifest.json": b"{}", "b": b"2"})
    True
    """
    return zipped(members, form.mark(members[MANIFEST]))


def unpack(path: Path, form: Form = BUNDLE) -> tuple[dict[str, bytes], str]:
    """The members of a bundle or an archive in memory, and the SHA-256 of the file; nothing is written.

    Raises
    ------
    SourceError
        For a file of another form, a damaged one, or one that unpacks to more than it may.
    """
    data = read_bytes(path, MOST_PACKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(path, archive, form)
            mark = archive.comment.decode("ascii", "replace")
    except SourceError:
        raise
    except Exception as error:  # zipfile and zlib have no common base for what is wrong with an archive
        raise SourceError(f"{path}: not {form.named}, or a damaged one ({str(error)[:100]})") from None
    if MANIFEST not in members:
        raise SourceError(f"{path}: not {form.named} (it holds no {MANIFEST})")
    if mark != form.mark(members[MANIFEST]):
        raise SourceError(f"{path}: {MANIFEST} was changed after the {form.what} was made")
    return members, hashlib.sha256(data).hexdigest()


def _members(path: Path, archive: zipfile.ZipFile, form: Form) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS or sum(i.file_size for i in infos) > MOST_BYTES:
        raise SourceError(f"{path}: not read, as it unpacks to more than {MOST_BYTES // 1_000_000} MB")
    members: dict[str, bytes] = {}
    left = MOST_BYTES
    for info in infos:
        if not form.names.match(info.filename) or info.filename in members:
            raise SourceError(f"{path}: {form.named} has no member called {info.filename[:80]!r}")
        if stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            raise SourceError(f"{path}: {info.filename} is a link or encrypted; {form.named} has neither")
        # The directory of an archive may give smaller sizes than its members have.
        with archive.open(info) as stream:
            members[info.filename] = stream.read(left + 1)
        left -= len(members[info.filename])
        if left < 0:
            raise SourceError(f"{path}: not read, as it unpacks to more than {MOST_BYTES // 1_000_000} MB")
    return members
