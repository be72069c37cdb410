"""Zip files inside documents: what they say of themselves is checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from discourse.errors import SourceError

# A small file can unpack to more than the memory holds; no document of an archive comes near these limits.
MAX_UNPACKED = 300_000_000
MAX_MEMBERS = 10_000


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
        For something that is no zip file, that lacks the member, or whose members are longer than `MAX_UNPACKED` bytes
        in
        all, whatever the directory of the archive says of them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if member not in archive.namelist():
                raise SourceError(f"{path}: not {what} (the archive holds no {member})")
            if len(infos) > MAX_MEMBERS or sum(i.file_size for i in infos) > MAX_UNPACKED:
                raise SourceError(
                    f"{path}: {what} that unpacks to more than {MAX_UNPACKED // 1_000_000} MB is not read"
                )
            # The directory of an archive may give smaller sizes than its members have.
            total = 0
            for info in infos:
                with archive.open(info) as stream:
                    while part := stream.read(1 << 20):
                        total += len(part)
                        if total > MAX_UNPACKED:
                            raise SourceError(
                                f"{path}: {what} that unpacks to more than {MAX_UNPACKED // 1_000_000} MB is not read"
                            )
    except SourceError:
        raise
    except Exception as error:  # zipfile and zlib have no common base for what is wrong with an archive
        raise SourceError(f"{path}: not {what} ({str(error)[:100] or type(error).__name__})") from None
