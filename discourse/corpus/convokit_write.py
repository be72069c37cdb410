"""A corpus in the format of ConvoKit, for its tools."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.rows import readable
from discourse.types import Corpus

FILES = ("utterances.jsonl", "speakers.json", "conversations.json", "corpus.json", "index.json")
_FIELDS = ("doc_id", "turn", "speaker", "text", "quoted", "start")  # of a turn, that are no metadata of an utterance
_OF_TURNS = ("label", "interpreted", "excluded", "rule", "utterance")  # no metadata of a speaker


def write_convokit(corpus: Corpus, folder: Path) -> None:
    """Write a corpus in the format of ConvoKit: utterances.jsonl and four JSON files beside it.

    Parameters
    ----------
    corpus : Corpus
        As a reader made it.
    folder : Path
        Made where it does not exist; files of these names in it are replaced.

    Notes
    -----
    A document becomes a conversation with its columns as metadata, a turn an utterance. Each turn replies to the one
    before it, for the source says no more; its timestamp is that of the day at midnight in Greenwich (null without a
    date), and the order of the file is the order of the document. The first utterance of a document has its id. What is
    the same in all turns of a speaker (role, party) is also metadata of the speaker. Spans that nobody said stay in the
    text and are listed under "excluded".

    Examples
    --------
    >>> import tempfile
    >>> from discourse.corpus.assemble import assemble
    >>> from discourse.corpus.turns import Turn
    >>> from discourse.types import Provenance
    >>> turns = {"a": [Turn("ROE", "Ann Roe", "principal", "home", False, "Good morning.")]}
    >>> corpus = assemble([{"doc_id": "a", "date": dt.date(2020, 1, 1), "title": "T"}], turns, Provenance())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_convokit(corpus, Path(folder))
    ...     row = json.loads((Path(folder) / "utterances.jsonl").read_text(encoding="utf-8"))
    >>> row["id"], row["speaker"], row["text"], row["reply-to"], row["timestamp"], row["meta"]["role"]
    ('a', 'Ann Roe', 'Good morning.', None, 1577836800, 'principal')
    """
    folder.mkdir(parents=True, exist_ok=True)
    documents = corpus.documents.set_index("doc_id", drop=False)
    utterances = _utterances(corpus)
    speakers: dict[str, dict[str, Any]] = {}
    for row in utterances:
        same = {k: v for k, v in row["meta"].items() if k not in _OF_TURNS}
        known = speakers.setdefault(row["speaker"], same)
        speakers[row["speaker"]] = {k: v for k, v in known.items() if k in same and same[k] == v}
    said = {row["conversation_id"] for row in utterances}
    about = {
        str(row["doc_id"]): {str(k): _value(v) for k, v in row.items() if k not in ("doc_id", "administration")}
        for row in documents.to_dict("records")
        if row["doc_id"] in said
    }
    overall = {"name": corpus.provenance.reader, "written_by": "discourse"}
    index = {
        "utterances-index": _kinds(row["meta"] for row in utterances),
        "speakers-index": _kinds(speakers.values()),
        "conversations-index": _kinds(about.values()),
        "overall-index": _kinds([overall]),
        "version": 1,
        "vectors": [],
    }
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in utterances)
    (folder / FILES[0]).write_text(lines, encoding="utf-8", newline="\n")
    contents = (
        {k: {"meta": v, "vectors": []} for k, v in speakers.items()},
        {k: {"meta": v, "vectors": []} for k, v in about.items()},
        overall,
        index,
    )
    for name, value in zip(FILES[1:], contents):
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")


def is_written(folder: Path) -> bool:
    """Whether a folder holds a corpus that `write_convokit` wrote, and nothing else: such a folder may be replaced."""
    try:
        overall = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        return {p.name for p in folder.iterdir()} <= set(FILES) and overall.get("written_by") == "discourse"
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def _utterances(corpus: Corpus) -> list[dict[str, Any]]:
    """Turns as ConvoKit has them."""
    days = zip(corpus.documents["doc_id"], corpus.documents["date"])
    stamps = {str(i): None if pd.isna(d) else int(pd.Timestamp(d).timestamp()) for i, d in days}
    mark = "#"
    while any(mark in i for i in stamps):
        mark += "#"  # no id of an utterance is that of another document
    result: list[dict[str, Any]] = []
    previous: dict[str, str] = {}
    for turn in corpus.turns.to_dict("records"):
        doc_id = str(turn["doc_id"])
        key = f"{doc_id}{mark}{turn['turn']}" if doc_id in previous else doc_id
        result.append(
            {
                "id": key,
                "conversation_id": doc_id,
                "text": turn["text"],
                "speaker": str(turn["speaker"]),
                "meta": {str(k): _value(v) for k, v in turn.items() if k not in _FIELDS},
                "reply-to": previous.get(doc_id),
                "timestamp": stamps[doc_id],
                "vectors": [],
            }
        )
        previous[doc_id] = key
    return result


def _value(value: Any) -> Any:
    """A value of a table as JSON has it; None for what is missing."""
    if isinstance(value, (tuple, list)):
        return [_value(v) for v in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, (pd.Timestamp, dt.date)):
        return value.isoformat()[:10]
    return readable(value.item() if hasattr(value, "item") else value)


def _kinds(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The classes of the values of each key, as ConvoKit's index has them."""
    kinds: dict[str, dict[str, None]] = {}
    for row in rows:
        for key, value in row.items():
            found = kinds.setdefault(key, {})
            if value is not None:
                found[str(type(value))] = None
    return {key: list(found) for key, found in kinds.items()}
