"""The sealed store: what earlier runs computed, in the user's cache, as it was written or not at all.

An entry is a file that begins with the sum of its name and content, or a folder with a seal that lists every file in it with size
and SHA-256. Both are written beside their place and put there in one step; none is ever changed. What is damaged is made again, and
said. A power cut may tear an entry, as nothing waits for the disk: its sums show that as they show anything else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from discourse import spill
from discourse.cache import cache_folder
from discourse.errors import DiscourseError
from discourse.landing import Work, put
from discourse.system import Busy
from discourse.writer import sweep

SEAL = "seal.json"
LARGE = 32 * 1024 * 1024  # bytes of a file that is not read whole where its stamp shows that nobody wrote to it
PAUSE = 0.2  # seconds between two looks whether somebody else has stored what is needed
T = TypeVar("T")
_LOG = logging.getLogger("discourse.cache")
_said: set[str] = set()


class Damaged(Exception):
    """An entry is not as it was written."""


def _say(text: str) -> None:
    """Tell the user; the same only once."""
    if text not in _said:
        _said.add(text)
        _LOG.warning(text)


@dataclass(frozen=True)
class Entry:
    """The place of a result in the cache.

    Parameters
    ----------
    kind : str
        Folder in the cache, such as ``encoded`` or ``results/words``.
    key : str
        Hash of all that the result depends on.
    """

    kind: str
    key: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return cache_folder() / self.kind / self.key

    @property
    def _name(self) -> bytes:
        # Part of every sum: an entry in the place of another is damaged.
        return f"{self.kind}/{self.key}\n".encode()

    def _sum(self, *content: memoryview | bytes) -> Any:
        digest = hashlib.sha256(self._name)
        for part in content:
            digest.update(part)
        return digest

    def read(self) -> memoryview:
        """The content of a file; where it is large it is read from the disk when it is used.

        Raises
        ------
        FileNotFoundError
            Where there is none.
        Damaged
            Where it is not as it was written.
        """
        data = self._found(self._read)
        content = data[32:]
        if self._sum(content).digest() != data[:32]:
            raise Damaged("it has another sum")
        return content

    def _read(self) -> memoryview:
        with self.path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size < LARGE:
                return memoryview(stream.read())
            return spill.mapped(stream)

    def write(self, content: Sequence[bytes | memoryview]) -> None:
        """Store a file of some parts; a cache that cannot be written stops no run."""
        data = [self._sum(*content).digest(), *content]

        def place(work: Work) -> None:
            if self.path.is_dir():
                os.rename(self.path, work.old)
            work.land_files({self.path.name: data})

        self._placed(place)

    def check(self) -> None:
        """Compare every file of a folder with its seal.

        Raises
        ------
        FileNotFoundError
            Where there is none.
        Damaged
            Where it is not as it was written.
        """
        self._found(self._check)

    def _check(self) -> None:
        if not self.path.is_dir():
            raise FileNotFoundError(self.path)
        files = self._seal()
        there = set(_files(self.path)) - {SEAL}
        if there != set(files):
            raise Damaged(f"{sorted(there ^ set(files))[0]} is {'foreign' if there - set(files) else 'missing'}")
        for name, about in files.items():
            path = self.path / name
            stat = path.stat()
            if path.is_symlink() or stat.st_size != about["size"]:
                raise Damaged(f"{name} has another size")
            if stat.st_size >= LARGE and os.name == "posix" and about["stamp"] == _stamp(stat):
                continue
            if sum_of(path) != about["sha256"]:
                raise Damaged(f"{name} has another sum")

    def _seal(self) -> dict[str, dict[str, Any]]:
        """What the seal lists."""
        data = (self.path / SEAL).read_bytes()
        if self._sum(data[65:]).hexdigest().encode() + b"\n" != data[:65]:
            raise Damaged("its seal is broken")
        files: dict[str, dict[str, Any]] = json.loads(data[65:])
        return files

    def fill(self, save: Callable[[Path], None], *, needed: bool = False) -> None:
        """Store a folder that a function writes.

        An entry that is whole and has the same files stays as it is: others may be reading it.

        Parameters
        ----------
        save : callable
            Writes into an empty folder.
        needed : bool
            Whether the run goes on from the folder; by default a cache that cannot be written stops no run.

        Raises
        ------
        DiscourseError
            Where it is needed and cannot be written.
        """

        def sealed(folder: Path) -> None:
            save(folder)
            files = {}
            for name in _files(folder):
                path = folder / name
                files[name] = {"size": path.stat().st_size, "sha256": sum_of(path), "stamp": _stamp(path.stat())}
            data = json.dumps(files, sort_keys=True).encode()
            head = self._sum(data).hexdigest().encode()
            put(folder / SEAL, head + b"\n" + data)

        self._placed(lambda work: work.land_folder(sealed, unless=self._is_like), needed=needed)

    def _is_like(self, folder: Path) -> bool:
        """Whether the entry is whole and has the files of another folder."""
        try:
            self.check()
            theirs = json.loads((folder / SEAL).read_bytes()[65:])
            ours = self._seal()
        except (OSError, Damaged):
            return False
        return {n: a["sha256"] for n, a in theirs.items()} == {n: a["sha256"] for n, a in ours.items()}

    def _found(self, read: Callable[[], T]) -> T:
        """What a function reads; what the system cannot read is damaged."""
        try:
            return read()
        except FileNotFoundError:
            if self.path.exists():
                raise Damaged("a file is missing") from None
            raise
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise Damaged(getattr(error, "strerror", None) or type(error).__name__) from None

    def _placed(self, place: Callable[[Work], object], *, needed: bool = False) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            while True:
                try:
                    with Work(self.path, durable=False) as work:
                        place(work)
                    return
                except Busy:
                    # Somebody is storing the same.
                    if not needed:
                        return
                    time.sleep(PAUSE)
        except (OSError, DiscourseError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            if needed:
                raise DiscourseError(f"the cache in {cache_folder()} cannot be written: {reason}") from None
            _say(
                f"the cache in {cache_folder()} cannot be written, so that results are not stored: {reason.split(':')[0]}"
            )

    def once(
        self, load: Callable[[], T], make: Callable[[], T], store: Callable[[T], T], *, refresh: bool
    ) -> tuple[T, bool]:
        """What `load` gives, or what `make` makes and `store` stores; and whether it was stored.

        Parameters
        ----------
        load : callable
            Raises FileNotFoundError or `Damaged` where there is nothing to load; what else it raises is damage as well.
        make, store : callable
            Compute, and store; the latter gives the value back, or one like it that takes less memory.
        refresh : bool
            Load nothing.
        """
        if not refresh:
            try:
                return load(), True
            except FileNotFoundError as error:
                if self.path.exists():
                    self.say_damaged(error)
            # Whatever a library raises for content that is not what it was, or of classes that have changed since.
            except Exception as error:
                self.say_damaged(error)
        return store(make()), False

    def say_damaged(self, error: Exception) -> None:
        """Tell the user that an entry is made again."""
        reason = str(error) if isinstance(error, Damaged) else type(error).__name__
        _say(f"damaged, and made again: {self.path} ({reason})")


def stored(
    entry: Entry,
    compute: Callable[[], T],
    save: Callable[[T, Path], None],
    load: Callable[[Path], T],
    *,
    refresh: bool = False,
    needed: bool = False,
) -> tuple[T, bool]:
    """Load what a folder of the cache holds, or compute and store it.

    Parameters
    ----------
    entry : Entry
        Its place.
    compute : callable
        Makes the value.
    save, load : callable
        Write it into an empty folder, and read it from there.
    refresh : bool
        Read nothing; what is computed replaces what is there.
    needed : bool
        As in `Entry.fill`.

    Returns
    -------
    value : object
    was_stored : bool
    """

    def checked() -> T:
        entry.check()
        return load(entry.path)

    def store(value: T) -> T:
        entry.fill(lambda folder: save(value, folder), needed=needed)
        return value

    return entry.once(checked, compute, store, refresh=refresh)


def clean() -> None:
    """Remove what killed runs left in the cache."""
    root = cache_folder()
    for pattern in ("*", "*/*"):
        for folder in root.glob(pattern):
            if folder.is_dir() and not (folder / SEAL).exists() and not folder.name.startswith("."):
                sweep(folder)


def _files(folder: Path) -> list[str]:
    """Relative paths of all that is in a folder and no folder itself, sorted."""
    found = []
    for root, folders, names in os.walk(folder):
        inside = Path(root).relative_to(folder)
        links = [n for n in folders if os.path.islink(os.path.join(root, n))]
        found += [(inside / name).as_posix() for name in [*names, *links]]
    return sorted(found)


def _stamp(stat: os.stat_result) -> list[int]:
    """What changes whenever a file is written to: the time of its last change is set by the system alone."""
    return [stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns]


def sum_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
