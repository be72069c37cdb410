"""How something takes its place: written beside it first, then put there in one step.

Beside a target `NAME` lies, while it is written, the folder `.NAME.discourse`. It is the lock of the target, and holds what is
written. Whoever finds one whose owner is gone finishes what was decided, or throws away what was not: after a kill at any moment
the target is what it was or what it was to be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from discourse.errors import DiscourseError
from discourse.system import exchange, fsync, locked, naming, unlocked

MARK = ".discourse"  # how the names of our own folders beside a target end
_LONGEST = 180  # bytes of a name that is part of another one; file systems have 255
T = TypeVar("T")
Content = bytes | Sequence[bytes | memoryview]  # of a file, in one piece or in several
UNDER_WAY: list[Work] = []  # what this process is writing, for whoever stops it
LANDED: list[str] = []  # what it has written


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
            self._lock = locked(self.folder, self.named)
            try:
                self._settle()
            except BaseException:
                unlocked(self.folder, self._lock)
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
            unlocked(self.folder, self._lock)

    def land_files(self, contents: Mapping[str, Content]) -> None:
        """Write files beside the target, or the target alone: all of them land, or none.

        Parameters
        ----------
        contents : mapping of str to bytes, or to a sequence of them
            By their names in the folder of the target.
        """
        with naming(self.named):
            self._land_files(contents)

    def _land_files(self, contents: Mapping[str, Content]) -> None:
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
                        fsync(stream.fileno())
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
                fsync(handle)
            finally:
                os.close(handle)


def put(path: Path, data: Content, *, durable: bool = False) -> None:
    """Write a new file into a folder that is being filled.

    Parameters
    ----------
    path : Path
        A file that is not there yet.
    data : bytes, or sequence of bytes
        Its content.
    durable : bool
        Wait until the disk has it; who fills a folder need not, for the folder waits for all that is in it.
    """
    # A new file, so that it has the mode that the umask of the user gives.
    with open(path, "xb") as stream:
        stream.writelines([data] if isinstance(data, bytes) else data)
        if durable:
            stream.flush()
            fsync(stream.fileno())


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


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
