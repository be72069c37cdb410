"""Results on disk, each under the hash of all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from discourse.cache import cache_folder
from discourse.encode.store import code_hash

T = TypeVar("T")
# Not figures, report and cli: no number depends on them.
COMPUTING = ("corpus", "encode", "features", "compare", "lexicons", "models", "analyses")


def key_of(*parts: object) -> str:
    """SHA-256 of values as text.

    Examples
    --------
    >>> key_of("a", 1) == key_of("a", 1), key_of("a", 1) == key_of("a", 2)
    (True, False)
    """
    return hashlib.sha256(json.dumps([str(p) for p in parts]).encode()).hexdigest()


class Store:
    """Results in the user's own cache, computed again where they are missing, damaged or of other code.

    Parameters
    ----------
    refresh : bool
        Read nothing; what is computed replaces what is there.
    """

    def __init__(self, *, refresh: bool = False) -> None:
        self.refresh = refresh

    def file(self, kind: str, key: str) -> Path:
        """Where a result lies."""
        return cache_folder() / kind / f"{key_of(key, code_hash(*COMPUTING))[:40]}.bin"

    def once(self, kind: str, key: str, make: Callable[[], T]) -> tuple[T, bool]:
        """A result, and whether it was stored."""
        path = self.file(kind, key)
        if not self.refresh:
            try:
                return cast("T", load(path)), True
            # A file that is missing or damaged, or a class that has changed since: it is computed again.
            except (OSError, ValueError, EOFError, AttributeError, ImportError, pickle.UnpicklingError, TypeError):
                pass
        value = make()
        save(value, path)
        return value, False

    def has(self, kind: str, key: str) -> bool:
        """Whether a result is there, as far as can be seen without reading it."""
        return not self.refresh and self.file(kind, key).is_file()

    def put(self, kind: str, key: str, value: object) -> None:
        """Store a result."""
        save(value, self.file(kind, key))


def load(path: Path) -> object:
    """Read what `save` wrote; ValueError where its bytes are not those that were written."""
    data = path.read_bytes()
    digest, content = data[:32], data[32:]
    # The checksum before pickle, which may do anything with damaged bytes.
    if hashlib.sha256(content).digest() != digest:
        raise ValueError(f"{path} is damaged")
    return pickle.loads(content)


def save(value: object, path: Path) -> None:
    """Write a value and its checksum in one step; a folder that cannot be written stops no run."""
    content = pickle.dumps(value, protocol=5)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(content).digest() + content)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError:
        pass
