"""Readers: text comes in here, and only here."""

from __future__ import annotations

from collections.abc import Callable

from discourse.corpus.conllu import read_conllu
from discourse.corpus.convokit import read_convokit
from discourse.corpus.digest import read_digest
from discourse.corpus.pages import read_folder, read_html
from discourse.corpus.parlamint import read_parlamint
from discourse.corpus.rss import read_rss
from discourse.corpus.sotu import read_sotu
from discourse.corpus.stored import read_stored
from discourse.corpus.table import read_table
from discourse.corpus.ussos import read_ussos
from discourse.types import Corpus

PACKAGES = {"sotu": "sotu"}  # readers whose texts come with an installed package
READERS: dict[str, Callable[..., Corpus]] = {
    "sotu": read_sotu,
    "ussos": read_ussos,
    "digest": read_digest,
    "rss": read_rss,
    "html": read_html,
    "folder": read_folder,
    "table": read_table,
    "parlamint": read_parlamint,
    "convokit": read_convokit,
    "conllu": read_conllu,
    "stored": read_stored,
}
