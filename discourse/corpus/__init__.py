"""Readers: text comes in here, and only here."""

from __future__ import annotations

from collections.abc import Callable

from discourse.corpus.digest import read_digest
from discourse.corpus.sotu import read_sotu
from discourse.corpus.table import read_table
from discourse.types import Corpus

READERS: dict[str, Callable[..., Corpus]] = {
    "sotu": read_sotu,
    "digest": read_digest,
    "table": read_table,
}
