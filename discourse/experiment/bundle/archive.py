"""A bundle as a zip file: always the same bytes, and read with suspicion."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from discourse.corpus.archive import Limits, read_zip
from discourse.door import read_bytes
from discourse.errors import SourceError
from discourse.shown import clipped

MOST_BYTES = 1_000_000_000  # unpacked, all members together
MOST_MEMBERS = 20_000
MOST_PACKED = 400_000_000
MANIFEST = "manifest.json"
_NAME = re.compile(r"^[A-Za-z0-9_][\w.\-]*(/[A-Za-z0-9_][\w.\-]*){0,3}$", re.ASCII)
_MARK = "discourse bundle, SHA-256 of manifest.json: "


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip file of some members, of the same bytes whenever and wherever it is made.

    Examples
    --------
    >>> pack({"b": b"2", "manifest.json": b"{}"}) == pack({"manifest.json": b"{}", "b": b"2"})
    True
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            # Parquet is packed already: what is packed by zlib depends on its version.
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name])
        archive.comment = (_MARK + hashlib.sha256(members[MANIFEST]).hexdigest()).encode()
    return stream.getvalue()


def unpack(path: Path) -> tuple[dict[str, bytes], str]:
    """The members of a bundle in memory, and the SHA-256 of the file; nothing is written.

    Raises
    ------
    SourceError
        For a file that is no bundle, is damaged, or unpacks to more than a bundle holds.
    """
    data = read_bytes(path, MOST_PACKED)
    limits = Limits(MOST_MEMBERS, MOST_BYTES)
    members, comment = read_zip(path, data, "a bundle", lambda name: True, limits)
    for name in members:
        if not _NAME.match(name):
            raise SourceError(f"{path}: a bundle has no member called {clipped(name)!r}")
    if MANIFEST not in members:
        raise SourceError(f"{path}: not a bundle (it holds no {MANIFEST})")
    if comment.decode("ascii", "replace") != _MARK + hashlib.sha256(members[MANIFEST]).hexdigest():
        raise SourceError(f"{path}: {MANIFEST} was changed after the bundle was made")
    return members, hashlib.sha256(data).hexdigest()
