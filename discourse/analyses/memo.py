"""Values that are made once, though several threads may ask for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """Values by key; who asks while a value is being made waits for it.

    Examples
    --------
    >>> memo = Memo()
    >>> memo.once("a", lambda: 1), memo.once("a", lambda: 2)
    (1, 1)
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made by the first who asks."""
        with self._lock:
            # A lock for each key: who makes one value does not hold up those who ask for another.
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._values:
                self._values[key] = make()
            return cast("T", self._values[key])

    def __reduce__(self) -> tuple[type[Memo], tuple[()]]:
        """What was made is not stored with its owner."""
        return Memo, ()
