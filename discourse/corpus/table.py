"""Tables with one document, or one turn, a row: CSV, TSV, JSON lines, Parquet, Excel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Unpack

import pandas as pd

from discourse.corpus.build import Batch, Reading, known_of
from discourse.corpus.columns import (
    AUTO,
    Columns,
    Kept,
    Sheet,
    find_columns,
    metadata_of,
    missing_columns,
    said_of,
    with_numbers,
    with_own_ids,
)
from discourse.corpus.dates import When, parse_when
from discourse.corpus.files import distinct_stems
from discourse.corpus.rows import SUFFIXES, read_rows, readable, word
from discourse.corpus.turns import Document
from discourse.errors import SourceError
from discourse.types import UNKNOWN, Corpus, Exclusion

Given = tuple[tuple[str, str], ...]


def read_table(  # noqa: PLR0913 (a public reader: each parameter is an option of configs)
    *,
    files: Sequence[str | Path] = (),
    text: str = AUTO,
    date: str | None = AUTO,
    id: str | None = AUTO,
    title: str | None = AUTO,
    speaker: str | None = AUTO,
    issuer: str | None = AUTO,
    kind: str | None = AUTO,
    url: str | None = AUTO,
    keep: Sequence[str] = (),
    turns: str | None = None,
    turn_speaker: str = "speaker",
    turn_text: str = "text",
    document: str | None = None,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
    **reading: Unpack[Reading],
) -> Corpus:
    """Read a table with one document, or one turn, a row.

    Parameters
    ----------
    files : sequence of path
        CSV, TSV, JSON lines, Excel or Parquet files (gzip allowed for text formats), or folders of them.
    text : str
        Column with the text.
    date, id, title, speaker, issuer, kind, url : str or None
        Columns with these; None for none. By default each column, that of the text too, is found by its usual names
        (text, body, content, speech...), and the provenance says which was taken. Dots lead into nested objects: ``meta.date``. Dates are ISO,
        ``24 January 2018`` or ``January 24, 2018``; where less is known a month (``2018-05``, ``May 2018``), a year or a range of
        years (``1946-1950``); a date or an address may be put together from columns in braces:
        ``{year}-{month}``. Without a column of ids, documents are numbered: 1, 2... in one file, with the name of the
        file before it in several.
    keep : sequence of str
        Columns to keep as metadata; by default all with short values. Those with the name of a column that every corpus
        has get ``table_`` before it. A column in which every document has a number becomes one of numbers.
    turns : str, optional
        Column with the turns of a document, in place of `text`: a list of objects with `turn_speaker` and `turn_text`,
        or
        of pairs; in CSV as JSON.
    turn_speaker, turn_text : str
        Keys of the speaker and the text in each turn.
    document : str, optional
        Column whose value is the same in all rows of one document, where each row is one turn; `speaker` names who
        speaks.
    delimiter : str, optional
        Between the fields of a CSV file; a comma by default, a tab in TSV files.
    encoding : str
        Of text files.
    sheet : str, optional
        Sheet of an Excel workbook; the first by default.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus

    Raises
    ------
    SourceError
        For files that cannot be read, columns that are not there and ids that repeat, all at once.
    """
    batch = Batch("table", undated=date is None)
    asked = asked_of(
        {
            **{"text": text, "date": date, "id": id, "title": title, "speaker": speaker, "issuer": issuer},
            **{"kind": kind, "url": url, "turns": turns, "document": document},
        }
    )
    sheets: list[Sheet] = []
    paths = batch.find(files, SUFFIXES)
    for path in paths:
        read = read_rows(batch, path, delimiter, encoding, sheet)
        if read is None:
            continue
        one = Sheet(path, read[0], [n for n, _ in read[1]], [row for _, row in read[1]])
        problems = missing_columns(one, asked, keep)
        batch.problems += problems
        if not problems:
            sheets.append(one)
    stems = distinct_stems(paths) if len(paths) > 1 else {}
    take_sheets(batch, sheets, asked, keep, keys=(turn_speaker, turn_text), stems=stems)
    return batch.corpus(**reading)


def asked_of(options: Mapping[str, Any]) -> dict[str, str | None]:
    """The column of each option of `read_table`; `AUTO` for one with a usual name, None for one that is not asked for."""
    names = ("text", "date", "id", "title", "speaker", "issuer", "kind", "url", "turns", "document")
    asked = {name: options[name] for name in names}
    return asked | ({"text": None} if options["turns"] else {}) | ({"id": None} if options["document"] else {})


def take_sheets(
    batch: Batch,
    sheets: Sequence[Sheet],
    asked: Mapping[str, str | None],
    keep: Sequence[str],
    *,
    keys: tuple[str, str] = ("speaker", "text"),
    stems: Mapping[Path, str] = MappingProxyType({}),
) -> None:
    """Add the documents of tables to a batch, and what is wrong with them.

    Parameters
    ----------
    batch : Batch
        What is read.
    sheets : sequence of Sheet
        Tables without missing columns.
    asked : mapping of str to str or None
        The column of each option; `AUTO` for one with a usual name.
    keep : sequence of str
        Further columns to keep; all by default.
    keys : (str, str)
        Keys of speaker and text in a column of turns.
    stems : mapping of Path to str
        Begins ids where no column has them; nothing where there is one table.
    """
    columns, no_ids = with_own_ids(sheets, [find_columns(one, asked) for one in sheets])
    documents = [documents_of(batch, one, c, keys) for one, c in zip(sheets, columns)]
    rows = [[d.rows for d in found] for found in documents]
    kept = describe(batch, sheets, columns, rows, asked, keep, no_ids)
    for one, c, found, k in zip(sheets, columns, documents, kept):
        take_documents(batch, one, c, found, k, f"{stems[one.path]}-" if stems else "")


def describe(
    batch: Batch,
    sheets: Sequence[Sheet],
    columns: Sequence[Columns],
    rows: Sequence[Sequence[Sequence[int]]],
    asked: Mapping[str, str | None],
    keep: Sequence[str],
    no_ids: Sequence[str],
) -> list[Kept]:
    """The metadata of the documents of each table, and a record of what was taken without being told."""
    kept = [metadata_of(one, c, keep, found) for one, c, found in zip(sheets, columns, rows)]
    _say(batch, sheets, [said_of(c, k, asked, keep) for c, k in zip(columns, kept)], no_ids)
    if asked["id"] == AUTO and any("id" not in c.of for c in columns):
        batch.inferences.append("documents are numbered by row, for no column has an id of its own for each")
    return with_numbers(kept)


@dataclass(frozen=True)
class Found:
    """One document of a table: positions of its rows, its turns where the table gives them, and what is wrong."""

    rows: Sequence[int]
    given: Given = ()
    wrong: str = ""


def documents_of(batch: Batch, sheet: Sheet, columns: Columns, keys: tuple[str, str]) -> list[Found]:
    """The documents of a table: its rows, or rows with the same value in a column, each of which is a turn."""
    if "document" in columns.of and sheet.rows:
        words = [word(v) for v in sheet.column(columns.of["text"])]
        for number, said in zip(sheet.numbers, words):
            if not said:
                batch.fail(sheet.path, f'no text in column "{columns.of["text"]}"', f"{sheet.path.name}:{number}")
        speakers = [word(v) for v in sheet.column(columns.of["speaker"])] if "speaker" in columns.of else []
        gathered: dict[str, list[int]] = {}
        for k, name in enumerate(sheet.column(columns.of["document"])):
            if words[k]:
                gathered.setdefault(word(name), []).append(k)
        return [
            Found(rows, tuple((speakers[k] or UNKNOWN if speakers else UNKNOWN, words[k]) for k in rows))
            for rows in gathered.values()
        ]
    if "turns" not in columns.of:
        return [Found((k,)) for k in range(len(sheet.rows))]
    found = []
    for k, value in enumerate(sheet.column(columns.of["turns"])):
        try:
            found.append(Found((k,), _turns_of(value, *keys)))
        except SourceError as error:
            found.append(Found((k,), wrong=f'column "{columns.of["turns"]}": {error}'))
    return found


def _say(batch: Batch, sheets: Sequence[Sheet], said: Sequence[str], no_ids: Sequence[str]) -> None:
    """Record what was taken without being told, once where it is the same in all files."""
    if len(set(said)) == 1:
        batch.inferences += [x for x in set(said) if x]
    else:
        batch.inferences += [f"{one.path.name}: {x}" for one, x in zip(sheets, said) if x]
    batch.inferences += no_ids


def take_documents(
    batch: Batch,
    sheet: Sheet,
    columns: Columns,
    documents: Sequence[Found],
    kept: Kept,
    before: str,
    first: int = 1,
) -> None:
    """Add documents of a table to the batch, or say why they cannot be read; those without ids are numbered from `first`."""

    def values(option: str) -> list[Any]:
        cells = sheet.column(columns.of[option]) if option in columns.of else None
        return [cells[d.rows[0]] for d in documents] if cells is not None else [None] * len(documents)

    def words(option: str) -> list[str]:
        return [word(v) for v in values(option)]

    id_column = columns.of.get("id") or columns.of.get("document")
    ids = words("id" if "id" in columns.of else "document") if id_column else []
    bylines = words("speaker") if "document" not in columns.of else [""] * len(documents)
    fixed: dict[str, Sequence[Any]] = {"file": [sheet.path.name] * len(documents)}
    if "speaker" in columns.of and "document" not in columns.of:
        fixed["speaker"] = bylines
    metadata = fixed | dict(kept.values)
    if "url" in columns.of:
        metadata["url"] = [x or None for x in words("url")]
    names = list(metadata)
    described = [dict(zip(names, cells)) for cells in zip(*metadata.values())]
    texts, dates = values("text"), values("date")
    titles, kinds, issuers = words("title"), words("kind"), words("issuer")
    for k, one in enumerate(documents):
        place = f"{sheet.path.name}:{sheet.numbers[one.rows[0]]}"
        doc_id = ids[k] if ids else f"{before}{k + first}"
        wrong = one.wrong if doc_id else f'no id in column "{id_column}"'
        if wrong:
            batch.n_found += 1
            batch.bad.append(Exclusion(doc_id or place, wrong, place))
            continue
        text = "\n\n".join(t for _, t in one.given) if one.given else _text(texts[k])
        when = _when(dates[k])
        batch.add(
            Document(
                doc_id,
                when.first if when is not None else None,
                titles[k] or doc_id,
                text,
                bylines[k],
                kinds[k],
                issuers[k],
                place,
                given=one.given,
                metadata=described[k] | known_of(when),
            ),
            word(dates[k]),
        )


def _text(value: Any) -> str:
    """A text as JSON and Parquet give it, with the line ends of this system; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    text = str(readable(value))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _when(value: Any) -> When | None:
    if isinstance(value, pd.Timestamp):
        value = None if pd.isna(value) else value.date()
    return _written(value) if isinstance(value, (str, int)) else parse_when(value)


# Many rows have the same date. 20180124 is a day and 20180124.0 is none, but they are equal.
_written = lru_cache(maxsize=4096, typed=True)(parse_when)


def _turns_of(value: Any, speaker_key: str, text_key: str) -> Given:
    """Turns in a column: a list of objects or pairs, or the same as JSON; SourceError where it is neither."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            raise SourceError("not a list of turns, nor JSON of one") from None
    # Parquet gives lists as arrays.
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list):
        raise SourceError(f"expected a list of turns, got {type(value).__name__}")
    turns = []
    for k, item in enumerate(value, 1):
        if isinstance(item, Mapping):
            missing = [key for key in (speaker_key, text_key) if key not in item]
            if missing:
                raise SourceError(f'turn {k} has no "{missing[0]}" (it has {", ".join(map(str, item))})')
            turns.append((word(item[speaker_key]), word(item[text_key])))
        elif isinstance(item, list) and len(item) == 2:
            turns.append((word(item[0]), word(item[1])))
        else:
            raise SourceError(f"turn {k} is neither an object nor a pair of speaker and text")
    return tuple(turns)
