"""The one writer: whatever lands at a path is written beside it first, and takes its name in one step.

Beside a target `NAME` lies, while it is written, the folder `.NAME.discourse`. It is the lock of the target, and holds what is
written. Whoever finds one whose owner is gone finishes what was decided, or throws away what was not: after a kill at any moment
the target is what it was or what it was to be. Asked for before anything heavy is imported, so only the standard library is used.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import socket
import sys
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

from discourse.errors import DiscourseError, UsageError

MARK = ".discourse"  # how the names of our own folders beside a target end
MANIFEST = "manifest.json"  # of a folder: the files in it that are ours
_LONGEST = 180  # bytes of a name that is part of another one; file systems have 255
T = TypeVar("T")
UNDER_WAY: list[Work] = []  # what this process is writing, for whoever stops it
LANDED: list[str] = []  # what it has written


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


class Work:
    """The folder beside a target in which it is written; for one process at a time.

    Parameters
    ----------
    target : Path
        Where the result goes; symbolic links are followed. Its parent must exist.
    durable : bool
        Whether what lands must outlive a power cut. What is checked by its hash when it is read need not.

    Raises
    ------
    Busy
        Where another process is writing there; named by its id.
    DiscourseError
        Where the folder cannot be made, and later where something cannot be written.
    """

    def __init__(self, target: Path, *, durable: bool = True) -> None:
        self.named, self.target, self.durable = target, Path(os.path.realpath(target)), durable
        name = self.target.name
        if len(os.fsencode(name)) > _LONGEST:
            name = hashlib.sha256(os.fsencode(name)).hexdigest()[:40]
        self.folder = self.target.parent / f".{name}{MARK}"
        self.landed = False
        self.existed = False
        self._lock: IO[str] | None = None

    @property
    def new(self) -> Path:
        """What is being written."""
        return self.folder / "new"

    @property
    def old(self) -> Path:
        """What was there, once it has been moved away."""
        return self.folder / "old"

    def __enter__(self) -> Work:
        with naming(self.named):
            self._lock = _locked(self.folder, self.named)
            try:
                self._settle()
            except BaseException:
                _unlocked(self.folder, self._lock)
                raise
        self.existed = self.target.exists()
        if self.durable:
            UNDER_WAY.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._lock is not None
        # Also where a signal came in the middle: what was decided is finished, what was not is thrown away.
        try:
            with contextlib.suppress(OSError):
                self._settle()
        finally:
            if self.durable:
                UNDER_WAY.remove(self)
            _unlocked(self.folder, self._lock)

    def land_files(self, contents: Mapping[str, bytes]) -> None:
        """Write files beside the target, or the target alone: all of them land, or none.

        Parameters
        ----------
        contents : mapping of str to bytes
            By their names in the folder of the target.
        """
        with naming(self.named):
            self._land_files(contents)

    def _land_files(self, contents: Mapping[str, bytes]) -> None:
        self.new.mkdir()
        for name, data in contents.items():
            there = self.target.parent / name
            put(self.new / name, data, durable=self.durable)
            if there.exists():
                shutil.copymode(there, self.new / name)
        if len(contents) > 1:
            self._decide({"files": list(contents)})
            self._settle()
        else:
            (name,) = contents
            self._sync(self.new)
            os.replace(self.new / name, self.target.parent / name)
        self._has_landed()

    def land_folder(
        self,
        fill: Callable[[Path], T],
        *,
        ours: Collection[str] | None = None,
        unless: Callable[[Path], bool] = lambda _: False,
    ) -> T:
        """Write a folder and put it in the place of the target.

        Parameters
        ----------
        fill : callable
            Writes into an empty folder; what it returns is returned.
        ours : collection of str, optional
            Files of the earlier folder that go with it, by their relative paths with "/"; all others stay. All by default.
        unless : callable
            Whether what is there is as good as the new folder, and stays.
        """
        with naming(self.named):
            self.new.mkdir()
            result = fill(self.new)
            if not unless(self.new):
                self._land_folder(ours)
        return result

    def _land_folder(self, ours: Collection[str] | None) -> None:
        if self.durable:
            for folder, _, names in os.walk(self.new):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as stream:
                        _fsync(stream.fileno())
                self._sync(Path(folder))
        if ours is not None and self.target.is_dir():
            _carry(self.target, self.new, set(ours), self.named)
        if self.target.is_dir():
            shutil.copymode(self.target, self.new)
        if not self.target.exists():
            os.rename(self.new, self.target)
        elif not exchange(self.new, self.target):
            self._decide({"folder": self.target.name})
            self._settle()
        self._has_landed()

    def _has_landed(self) -> None:
        self.landed = True
        if self.durable:
            LANDED.append(str(self.named))
        self._sync(self.target.parent)

    def _decide(self, what: Mapping[str, Any]) -> None:
        """From here on what is written is to land, whoever does it."""
        self._sync(self.new)
        put(self.folder / "deciding", json.dumps(what).encode(), durable=self.durable)
        os.replace(self.folder / "deciding", self.folder / "decided.json")
        self._sync(self.folder)

    def _settle(self) -> None:
        """Finish what was decided, throw away what was not; may be done again from any step."""
        decided = self.folder / "decided.json"
        if decided.exists():
            # The file is whole, as it took its name in one step.
            what = json.loads(decided.read_text(encoding="utf-8"))
            for name in what.get("files", ()):
                if (self.new / name).exists():
                    os.replace(self.new / name, self.target.parent / name)
            if "folder" in what and self.new.exists():
                if self.target.exists():
                    os.rename(self.target, self.old)
                os.rename(self.new, self.target)
            self._sync(self.target.parent)
            # First this: half of what is removed below must never be taken for what is to land.
            decided.unlink()
        for place in (self.new, self.old):
            _remove(place)
        (self.folder / "deciding").unlink(missing_ok=True)

    def _sync(self, folder: Path) -> None:
        if self.durable and os.name == "posix":
            handle = os.open(folder, os.O_RDONLY)
            try:
                _fsync(handle)
            finally:
                os.close(handle)


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


def _carry(earlier: Path, new: Path, ours: set[str], named: Path) -> None:
    """What somebody else put into an earlier folder is in the new one as well."""
    for folder, names, files in os.walk(earlier):
        inside = Path(folder).relative_to(earlier)
        for name in [*files, *(n for n in names if os.path.islink(os.path.join(folder, n)))]:
            place = inside / name
            if place.as_posix() in ours:
                continue
            if os.path.lexists(new / place):
                raise DiscourseError(
                    f"{named / place} is not of the earlier report, and the new one has a file of this name; move it away"
                )
            (new / inside).mkdir(parents=True, exist_ok=True)
            try:
                os.link(earlier / place, new / place, follow_symlinks=False)
            except OSError:
                shutil.copy2(earlier / place, new / place, follow_symlinks=False)
        if not names and not files:
            (new / inside).mkdir(parents=True, exist_ok=True)


def put(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a new file into a folder that is being filled.

    Parameters
    ----------
    path : Path
        A file that is not there yet.
    data : bytes
        Its content.
    durable : bool
        Wait until the disk has it; who fills a folder need not, for the folder waits for all that is in it.
    """
    # A new file, so that it has the mode that the umask of the user gives.
    with open(path, "xb") as stream:
        stream.write(data)
        if durable:
            stream.flush()
            _fsync(stream.fileno())


def _fsync(handle: int) -> None:
    sys.audit("discourse.fsync", handle)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems have no such thing.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _locked(folder: Path, named: Path) -> IO[str]:
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


def _unlocked(folder: Path, stream: IO[str]) -> None:
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
