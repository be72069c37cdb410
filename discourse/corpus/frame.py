"""A DataFrame, or a list of texts, as a corpus: what the reader of tables does, for rows that are in memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import attribute
from discourse.corpus.build import Batch, Reading
from discourse.corpus.columns import AUTO, Sheet, find_columns, missing_columns
from discourse.corpus.normal import normalised_values
from discourse.corpus.table import take_sheets
from discourse.corpus.turns import Document
from discourse.errors import SourceError, UsageError
from discourse.shown import SHOWN
from discourse.types import Corpus, Provenance

_WHERE = Path("DataFrame")
# What the documents table makes itself, and no column of a frame may replace.
_RESERVED = ("doc_id", "date", "title", "kind", "issuer", "author", "administration", "file")


def from_dataframe(
    frame: pd.DataFrame,
    text: str = "text",
    *,
    document: str | None = None,
    id: str | None = None,
    keep: Sequence[str] | None = None,
    columns: Mapping[str, str | None] | None = None,
    **reading: Unpack[Reading],
) -> Corpus:
    """A corpus of the rows of a DataFrame: see `Corpus.from_dataframe`.

    Parameters
    ----------
    frame : DataFrame
        One document, or one turn, a row.
    text, document, id, keep, **reading
        As in `Corpus.from_dataframe`.
    columns : mapping of str to str or None
        The columns with `date`, `title`, `speaker`, `issuer` and `kind`.

    Returns
    -------
    Corpus

    Raises
    ------
    UsageError
        For what is no DataFrame, or one without rows.
    SourceError
        For columns that are not there, ids that repeat, and a frame in which no row has a text.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Welcome.", "Thank you."], "party": ["Reds", "Blues"]}, index=["a", "b"])
    >>> from_dataframe(frame).documents[["doc_id", "party"]].values.tolist()
    [['a', 'Reds'], ['b', 'Blues']]
    """
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"expected a pandas DataFrame, got {_kind(frame)}")
    frame = frame.set_axis([str(c) for c in frame.columns], axis=1)
    if not len(frame):
        raise UsageError("the DataFrame has no rows")
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()][0]
        raise UsageError(f'the DataFrame has more than one column "{repeated}"')
    if not id and not document:
        id = "doc_id"
        if id not in frame.columns:
            labels = frame.index if frame.index.is_unique else pd.RangeIndex(len(frame))
            frame = frame.assign(doc_id=[str(label) for label in labels])
    there, rows = list(frame.columns), _rows(frame)
    sheet = Sheet(_WHERE, there, range(len(rows)), rows)
    named = {o: c or AUTO for o, c in (columns or {}).items()}
    asked = {"text": text, "id": id, "document": document, "turns": None, "url": None, **named}
    if asked.get("date") == AUTO and "date" not in find_columns(sheet, asked).of:
        asked["date"] = None
    batch = Batch("DataFrame", undated=not asked.get("date"))
    problems = missing_columns(sheet, asked, keep or (), "{}=...")
    batch.problems += problems
    if not problems:
        take_sheets(batch, [sheet], asked, keep or ())
    if text in frame.columns:
        batch.sources.append({"name": _WHERE.name, "sha256": _digest(frame[text])})
    row_of = {d.doc_id: int(d.place.rpartition(":")[2]) for d in batch.documents}
    try:
        corpus = _in_order(batch.corpus(**reading), list(row_of))
    except SourceError as error:
        more = ["language=None keeps texts in any language"] if batch.excluded else []
        found = [re.sub(rf"{_WHERE}:(\d+)", r"row \1", m) for m in error.messages]
        rest = [f"... and {len(found) - SHOWN - 1:,} more", found[-1]] if len(found) > SHOWN + 1 else found[SHOWN:]
        raise SourceError([*found[:SHOWN], *rest, *more]) from None
    documents = corpus.documents.drop(columns="file")
    # As the frame has them: numbers are numbers.
    kept = frame.iloc[[row_of[name] for name in documents["doc_id"]]]
    for column in documents.columns:
        if column in frame.columns and column not in _RESERVED:
            given = kept[column]
            documents[column] = (given.map(normalised_values) if given.dtype.kind == "O" else given).array
    return replace(corpus, documents=documents)


def from_texts(texts: Iterable[str]) -> Corpus:
    """A corpus with a document for each text, in their order, none left out: without dates, and in any language.

    Parameters
    ----------
    texts : iterable of str
        A Series gives its index as ids, where that is unique; others are numbered from 0.

    Raises
    ------
    UsageError
        For a text that is no text.

    Examples
    --------
    >>> from_texts(["Welcome.", "", "Thank you."]).documents["doc_id"].tolist()
    ['0', '1', '2']
    """
    series = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    labels = series.index if series.index.is_unique else pd.RangeIndex(len(series))
    ids = [str(label) for label in labels]
    for name, text in zip(ids, series):
        if not isinstance(text, str):
            raise UsageError(f"expected texts, got {_kind(text)} at {name}; leave it out, or put an empty text there")
    if not ids:
        raise UsageError("there are no texts")
    documents = [Document(name, None, name, text) for name, text in zip(ids, series)]
    ids = [d.doc_id for d in documents]
    rows = [{"doc_id": d.doc_id, "date": None, "title": d.title} for d in documents]
    provenance = Provenance("texts", ({"name": "texts", "sha256": _digest(series)},))
    return _in_order(assemble(rows, attribute(documents), provenance), ids)


def _kind(value: object) -> str:
    return "None" if value is None else f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows; what is missing is None, whatever the column has for it."""
    return list(frame.astype(object).where(frame.notna(), None).to_dict("records"))


def _digest(texts: pd.Series) -> str:
    return hashlib.sha256("\0".join(map(str, texts)).encode("utf-8", "surrogatepass")).hexdigest()


def _in_order(corpus: Corpus, ids: Sequence[str]) -> Corpus:
    """Documents in the order of the rows, as the user has them in mind."""
    there = pd.Index(corpus.documents["doc_id"])
    order = there.get_indexer([i for i in ids if i in there])
    of_turn = np.argsort(order)[there.get_indexer(corpus.turns["doc_id"])]
    return replace(
        corpus,
        documents=corpus.documents.iloc[order].reset_index(drop=True),
        turns=corpus.turns.iloc[np.argsort(of_turn, kind="stable")].reset_index(drop=True),
    )
