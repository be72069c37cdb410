"""Small invented corpora for the examples in docstrings and for exercises."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import split_turns
from discourse.encode import encode_corpus
from discourse.types import EncodedCorpus, Provenance


def encoded(texts: Sequence[str], groups: Sequence[str] | None = None) -> EncodedCorpus:
    """Encode one document per text, on successive days, by the speaker Roe."""
    ids = [f"d{k:03d}" for k in range(len(texts))]
    rows = [
        {
            "doc_id": i,
            "date": f"20{10 + k // 300}-{1 + k // 28 % 12:02d}-{1 + k % 28:02d}",
            "title": i,
            "group": groups[k] if groups else "",
        }
        for k, i in enumerate(ids)
    ]
    return encode_corpus(assemble(rows, {i: split_turns(t, "Roe") for i, t in zip(ids, texts)}, Provenance()))
