"""Documents and turns as the tables of a corpus; those of a part have the columns of the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from discourse.corpus.dated import COLUMN, administrations
from discourse.corpus.turns import Turn
from discourse.types import DOCUMENT_COLUMNS, TURN_COLUMNS, Corpus, Provenance

_COLUMNS = (*TURN_COLUMNS, "label", "quoted", "office", "start", "rule")
_TURN = ("", 0, "", "", "", False, "", (), "", (), "", 0, "")  # one of each kind of value
Key = tuple[bool, dt.date, str]


def order_of(doc_id: str, date: dt.date | None) -> Key:
    """Where a document stands in a corpus: by date and id, those without a date last.

    Examples
    --------
    >>> days = {"b": dt.date(2020, 1, 2), "a": dt.date(2020, 1, 3), "0": None}
    >>> sorted(days, key=lambda name: order_of(name, days[name]))
    ['b', 'a', '0']
    """
    return date is None, date or dt.date.min, doc_id


@dataclass
class Shape:
    """Columns of a corpus and kinds of values in them, by which the tables of a part are as those of the whole.

    Parameters
    ----------
    values : dict of str to dict
        By column of the documents, in order: a value of each kind.
    present : dict of str to int
        Documents with each column.
    n : int
        Documents.
    turn_columns : dict of str to (Key, int)
        Further columns of the turns, and where each comes first.

    Examples
    --------
    >>> shape = Shape()
    >>> shape.learn({"doc_id": "a", "party": "Reds"})
    >>> shape.learn({"doc_id": "b", "party": None})
    >>> shape.examples()
    [{'doc_id': 'a', 'party': 'Reds'}, {'doc_id': 'a', 'party': None}]
    """

    values: dict[str, dict[object, Any]] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    n: int = 0
    turn_columns: dict[str, tuple[Key, int]] = field(default_factory=dict)

    def learn(self, row: Mapping[str, Any]) -> None:
        """Take note of a row of the documents."""
        self.n += 1
        for column, value in row.items():
            # Numbers beyond 64 bits have another type in a table.
            kind = (type(value), isinstance(value, int) and value.bit_length() > 62, value != value)
            self.values.setdefault(column, {}).setdefault(kind, value)
            self.present[column] = self.present.get(column, 0) + 1

    def learn_turns(self, key: Key, turns: Iterable[Mapping[str, Any]]) -> None:
        """Take note of further columns of the turns of a document."""
        for k, column in enumerate(dict.fromkeys(c for one in turns for c in one)):
            self.turn_columns[column] = min(self.turn_columns.get(column, (key, k)), (key, k))

    def add(self, other: Shape) -> None:
        """Take note of another part, behind this one."""
        self.n += other.n
        for column, kinds in other.values.items():
            self.values[column] = {**kinds, **self.values.get(column, {})}
            self.present[column] = self.present.get(column, 0) + other.present[column]
        for column, place in other.turn_columns.items():
            self.turn_columns[column] = min(self.turn_columns.get(column, place), place)

    def examples(self) -> list[dict[str, Any]]:
        """Rows that have all columns, in order, and all kinds of values in them, missing ones among them."""
        rows: list[dict[str, Any]] = []
        for k in range(max((len(kinds) for kinds in self.values.values()), default=0)):
            rows.append({c: list(kinds.values())[min(k, len(kinds) - 1)] for c, kinds in self.values.items()})
        if any(n < self.n for n in self.present.values()):
            rows.append({c: rows[0][c] for c, n in self.present.items() if n == self.n})
        return rows

    def more(self) -> list[str]:
        """Further columns of the turns, in the order of the documents."""
        return sorted(self.turn_columns, key=self.turn_columns.__getitem__)


def table(documents: Sequence[Mapping[str, Any]], shape: Shape | None = None) -> pd.DataFrame:
    """The documents table, in order of date and id, with the administration of each day.

    `date_iso` stays where a date is not known by the day; then every document has it. `shape` is that of the corpus of which
    these documents are a part.
    """
    examples = shape.examples() if shape is not None else []
    frame = pd.DataFrame([*examples, *documents]).iloc[len(examples) :]
    for column in DOCUMENT_COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    # By date and id, so that a corpus does not depend on the order of its files.
    frame = frame.sort_values(["date", "doc_id"], kind="stable", na_position="last").reset_index(drop=True)
    if COLUMN in frame.columns:
        written = frame[COLUMN].astype(object)
        frame[COLUMN] = written.where(written.notna(), frame["date"].dt.strftime("%Y-%m-%d").fillna("").astype(object))
    if "administration" not in frame.columns:
        frame["administration"] = administrations(frame)
    first = [*DOCUMENT_COLUMNS, *[c for c in (COLUMN,) if c in frame.columns]]
    return frame[[*first, *[c for c in frame.columns if c not in first]]]


def assemble(
    documents: Sequence[Mapping[str, Any]],
    turns: Mapping[str, Iterable[Turn]],
    provenance: Provenance,
    more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    shape: Shape | None = None,
) -> Corpus:
    """Build a corpus from document rows and their turns, in order of date and id.

    Parameters
    ----------
    documents : sequence of mapping
        Rows with at least `doc_id`, `date` and `title`.
    turns : mapping of doc_id to iterable of Turn
        Turns of each document.
    provenance : Provenance
        Recorded as it is.
    more : mapping of doc_id to sequence of mapping, optional
        Further columns of each turn of a document, such as the party of its speaker; None where one has no value.
    shape : Shape, optional
        That of the corpus of which these documents are a part.

    Returns
    -------
    Corpus
    """
    frame = table(documents, shape)
    rows = [
        (doc_id, number, *(getattr(t, c) for c in _COLUMNS[2:]))
        for doc_id in frame["doc_id"]
        for number, t in enumerate(turns[doc_id])
    ]
    # A part without turns has columns of the same types.
    example = [_TURN] if shape is not None else []
    found = pd.DataFrame([*example, *rows], columns=list(_COLUMNS)).iloc[len(example) :].reset_index(drop=True)
    further = shape.more() if shape is not None else []
    if more or further:
        # A document whose source says nothing more of its turns has none of these columns.
        values = [
            v
            for doc_id in frame["doc_id"]
            for v in (more or {}).get(doc_id) or [dict[str, Any]()] * len(list(turns[doc_id]))
        ]
        for column in further or dict.fromkeys(c for v in values for c in v):
            found[column] = pd.Series([v.get(column) for v in values], dtype=object)
    return Corpus(frame, found, provenance)
