"""Zip files of ours, bundles and archives: always the same bytes, and read with suspicion."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from discourse.corpus.archive import Limits, read_zip
from discourse.door import read_bytes
from discourse.errors import SourceError
from discourse.shown import clipped

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
    members, comment = read_zip(path, data, form.named, lambda name: True, Limits(MOST_MEMBERS, MOST_BYTES))
    for name in members:
        if not form.names.match(name):
            raise SourceError(f"{path}: {form.named} has no member called {clipped(name)!r}")
    if MANIFEST not in members:
        raise SourceError(f"{path}: not {form.named} (it holds no {MANIFEST})")
    if comment.decode("ascii", "replace") != form.mark(members[MANIFEST]):
        raise SourceError(f"{path}: {MANIFEST} was changed after the {form.what} was made")
    return members, hashlib.sha256(data).hexdigest()
