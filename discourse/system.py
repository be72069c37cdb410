"""What the system does for whoever writes: locks of folders, two paths that change places, waiting for the disk."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from discourse.errors import DiscourseError


class Busy(DiscourseError):
    """Another process is writing to the same place."""


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """What the system refuses there becomes one message that names the path.

    Raises
    ------
    DiscourseError
        In place of OSError.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None and not Path(os.path.realpath(error.filename)).is_relative_to(
            os.path.dirname(os.path.realpath(path))
        ):
            raise  # something else that could not be read
        reason = error.strerror or str(error) or type(error).__name__
        raise DiscourseError(
            f"{reason[:1].lower()}{reason[1:]}: {path} cannot be written; what was there is unchanged"
        ) from None


def exchange(one: Path, other: Path) -> bool:
    """Two paths change places in one step; False where the system or the file system cannot do this."""
    name, here = {"linux": ("renameat2", -100), "darwin": ("renameatx_np", -2)}.get(sys.platform, ("", 0))
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    sys.audit("discourse.exchange", str(one), str(other))
    if call(here, os.fsencode(one), here, os.fsencode(other), 2) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def fsync(handle: int) -> None:
    """Wait until the disk has what was written to an open file."""
    sys.audit("discourse.fsync", handle)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems have no such thing.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise


def locked(folder: Path, named: Path) -> IO[str]:
    """The open file that keeps others away from a folder, until this process closes it or ends."""
    for _ in range(1000):
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        try:
            stream = open(folder / "lock", "a+", encoding="utf-8")  # noqa: SIM115  # it stays open
        except FileNotFoundError:
            continue  # its owner has just removed it
        try:
            if not _lock(stream):
                stream.seek(0)
                raise Busy(
                    f"{named}: {stream.read() or 'another process'} is writing there; wait for it, or name another place"
                )
            # What was locked may have been removed in between.
            if os.path.samestat(os.stat(folder / "lock"), os.fstat(stream.fileno())):
                stream.truncate(0)
                stream.write(f"process {os.getpid()} on {socket.gethostname()}")
                stream.flush()
                return stream
        except FileNotFoundError:
            pass
        except BaseException:
            stream.close()
            raise
        stream.close()
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


def unlocked(folder: Path, stream: IO[str]) -> None:
    """Let others use a folder, and remove it."""
    if os.name != "posix":  # where an open file cannot be removed
        stream.close()
    try:
        with contextlib.suppress(OSError):
            (folder / "lock").unlink()
            folder.rmdir()
    finally:
        stream.close()


def _lock(stream: IO[str]) -> bool:
    """Lock an open file for this process, if no other has."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
            return True  # a file system without locks
        raise
    return True
