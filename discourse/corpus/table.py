"""Tables with one document, or one turn, a row: CSV, TSV, JSON lines, Parquet, Excel."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from discourse.corpus.build import Batch, Reading, known_of
from discourse.corpus.dates import When, parse_when
from discourse.corpus.files import distinct_stems, find_files
from discourse.corpus.rows import SUFFIXES, Rows, lookup, read_rows, readable, word
from discourse.corpus.turns import Document
from discourse.errors import SourceError, did_you_mean
from discourse.types import UNKNOWN, Corpus, Exclusion

Given = tuple[tuple[str, str], ...]
_LOOKED_AT = 1_000  # rows in which a column within nested objects is looked for before it counts as missing


@dataclass(frozen=True)
class _Columns:
    """Which column holds what, by the names of the options of `read_table`."""

    text: str
    date: str | None
    id: str | None
    title: str | None
    speaker: str | None
    issuer: str | None
    kind: str | None
    keep: Sequence[str]
    turns: str | None
    turn_speaker: str
    turn_text: str
    document: str | None
    url: str | None

    @property
    def author(self) -> str | None:
        """Column with the speaker of a whole document; where each row is a turn, there is none."""
        return None if self.document else self.speaker

    def address(self, row: Mapping[str, Any]) -> dict[str, str | None]:
        """The address of a document, where one is asked for."""
        return {} if self.url is None else {"url": word(_filled(self.url, row)) or None}

    def missing(self, columns: Sequence[str], rows: Rows) -> list[tuple[str, str]]:
        """Options, and the columns named by them that the table does not have."""
        wanted: list[tuple[str, str | None]] = [
            ("turns", self.turns) if self.turns else ("text", self.text),
            *(("date", c) for c in (_columns_of(self.date) if self.date else ())),
            ("id", self.id),
            ("title", self.title),
            ("speaker", self.speaker),
            ("issuer", self.issuer),
            ("kind", self.kind),
            ("document", self.document),
            *(("url", c) for c in (_columns_of(self.url) if self.url else ())),
            *(("keep", k) for k in self.keep),
        ]
        return [
            (option, c)
            for option, c in wanted
            if c and rows and c not in columns and not any(lookup(r, c) is not None for _, r in rows[:_LOOKED_AT])
        ]


def _columns_of(option: str) -> list[str]:
    """The columns that an option names: itself, or those in braces."""
    return re.findall(r"{(.+?)}", option) if "{" in option else [option]


def _filled(option: str, row: Mapping[str, Any]) -> Any:
    """The value of a column, or a text with the values of the columns in braces."""
    if "{" not in option:
        return lookup(row, option)
    return re.sub(r"{(.+?)}", lambda m: word(lookup(row, m[1])), option)


@dataclass(frozen=True)
class _Found:
    """One document of a table: line of its (first) row, that row, and the turns of all its rows."""

    number: int
    row: Mapping[str, Any]
    given: Given = ()


def read_table(  # noqa: PLR0913 (a public reader: each parameter is an option of configs)
    *,
    files: Sequence[str | Path] = (),
    text: str = "text",
    date: str | None = "date",
    id: str | None = None,
    title: str | None = None,
    speaker: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    keep: Sequence[str] = (),
    turns: str | None = None,
    turn_speaker: str = "speaker",
    turn_text: str = "text",
    document: str | None = None,
    url: str | None = None,
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
        Column with the text. Dots lead into nested objects: ``meta.text``.
    date : str or None
        Column with the date: ISO, ``24 January 2018``, ``January 24, 2018``; where less is known a month (``2018-05``,
        ``May 2018``), a year or a range of years (``1946-1950``). A date may be put together from columns in braces:
        ``{year}-{month}``. None where documents have no dates.
    id, title, speaker, issuer, kind : str, optional
        Columns with these; file name and row number serve as id where none is given.
    keep : sequence of str
        Further columns to keep as metadata.
    turns : str, optional
        Column with the turns of a document, in place of `text`: a list of objects with `turn_speaker` and `turn_text`,
        or
        of pairs; in CSV as JSON.
    turn_speaker, turn_text : str
        Keys of the speaker and the text in each turn.
    document : str, optional
        Column whose value is the same in all rows of one document, where each row is one turn; `speaker` names who
        speaks.
    url : str, optional
        Column with the address of each document, or an address with the names of columns in braces.
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
    wanted = _Columns(text, date, id, title, speaker, issuer, kind, keep, turns, turn_speaker, turn_text, document, url)
    paths = find_files(files, SUFFIXES)
    stems = distinct_stems(paths)
    for path in paths:
        found = read_rows(batch, path, delimiter, encoding, sheet)
        if found is None:
            continue
        columns, rows = found
        missing = wanted.missing(columns, rows)
        if missing:
            batch.problems += [
                f'{path}: there is no column "{c}" (corpus.options.{option}). {did_you_mean(c, columns)}'
                for option, c in missing
            ]
            continue
        for one in _by_document(batch, path, rows, wanted) if document else (_Found(n, row) for n, row in rows):
            _take(batch, path, stems[path], one, wanted)
    return batch.corpus(**reading)


def _by_document(batch: Batch, path: Path, rows: Rows, wanted: _Columns) -> list[_Found]:
    """Rows that are turns, gathered by document."""
    gathered: dict[str, tuple[int, dict[str, Any], list[tuple[str, str]]]] = {}
    for number, row in rows:
        name = word(lookup(row, wanted.document))
        words = word(lookup(row, wanted.text))
        if not words:
            batch.fail(path, f'no text in column "{wanted.text}"', f"{path.name}:{number}")
            continue
        who = word(lookup(row, wanted.speaker)) or UNKNOWN
        gathered.setdefault(name, (number, row, []))[2].append((who, words))
    return [_Found(number, row, tuple(turns)) for number, row, turns in gathered.values()]


def _take(batch: Batch, path: Path, stem: str, one: _Found, wanted: _Columns) -> None:
    """Add one document of a table to the batch, or say why it cannot be read."""
    row, given = one.row, one.given
    place = f"{path.name}:{one.number}"
    id_column = wanted.id or wanted.document
    doc_id = word(lookup(row, id_column)) if id_column else f"{stem}-{one.number}"
    if not doc_id:
        batch.n_found += 1
        batch.bad.append(Exclusion(place, f'no id in column "{id_column}"', place))
        return
    if wanted.turns:
        try:
            given = _turns_of(lookup(row, wanted.turns), wanted.turn_speaker, wanted.turn_text)
        except SourceError as error:
            batch.n_found += 1
            batch.bad.append(Exclusion(doc_id, f'column "{wanted.turns}": {error}', place))
            return
    body = "\n\n".join(t for _, t in given) if given else readable(lookup(row, wanted.text))
    given_date = _filled(wanted.date, row) if wanted.date is not None else None
    when = _when(given_date)
    byline = word(lookup(row, wanted.author))
    batch.add(
        Document(
            doc_id,
            when.first if when is not None else None,
            word(lookup(row, wanted.title)) or doc_id,
            # Text out of JSON and Parquet still has the line ends of other systems.
            body.replace("\r\n", "\n").replace("\r", "\n") if isinstance(body, str) else "",
            byline,
            word(lookup(row, wanted.kind)),
            word(lookup(row, wanted.issuer)),
            place,
            given=given,
            metadata={
                "file": path.name,
                **known_of(when),
                **({"speaker": byline} if wanted.author else {}),
                **{k: word(lookup(row, k)) or None for k in wanted.keep},
                **wanted.address(row),
            },
        ),
        word(given_date),
    )


def _when(value: Any) -> When | None:
    if isinstance(value, pd.Timestamp):
        value = None if pd.isna(value) else value.date()
    return parse_when(value)


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
