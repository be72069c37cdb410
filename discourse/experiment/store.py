"""Results on disk, each under the hash of all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from discourse import spill
from discourse.encode.store import code_hash
from discourse.sealed import Damaged, Entry

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

    def entry(self, kind: str, key: str) -> Entry:
        """Where a result lies."""
        return Entry(kind, f"{key_of(key, code_hash(*COMPUTING))[:40]}.bin")

    def once(self, kind: str, key: str, make: Callable[[], T]) -> tuple[T, bool]:
        """A result, and whether it was stored."""
        entry = self.entry(kind, key)
        return entry.once(lambda: cast("T", load(entry)), make, lambda value: kept(value, entry), refresh=self.refresh)

    def has(self, kind: str, key: str) -> bool:
        """Whether a result is there, as far as can be seen without reading it."""
        return not self.refresh and self.entry(kind, key).path.is_file()

    def put(self, kind: str, key: str, value: T) -> T:
        """Store a result; the value as it is kept."""
        return kept(value, self.entry(kind, key))


def load(entry: Entry) -> Any:
    """Read what `save` wrote; FileNotFoundError or `Damaged` where its bytes are not those that were written."""
    # The sum before pickle, which may do anything with damaged bytes.
    return spill.load(entry.read())


def kept(value: T, entry: Entry) -> T:
    """Write a value and its sum in one step; the value, whose large arrays lie on disk where they could be written."""
    parts = spill.dump(value, spill.LARGE)
    entry.write(parts)
    if spill.has_arrays(parts):
        try:
            return cast("T", load(entry))
        # What was just written need not be there: a cache that cannot be written stops no run.
        except (FileNotFoundError, Damaged):
            pass
    return value
