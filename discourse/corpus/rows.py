"""Rows of table files: CSV, TSV, JSON lines, Parquet, Excel."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.archive import check_zip
from discourse.corpus.build import Batch
from discourse.corpus.files import decode, unpack
from discourse.corpus.hostile import workbook
from discourse.door import parquet_frame
from discourse.errors import SourceError, did_you_mean
from discourse.shown import clipped
from discourse.types import DOCUMENT_COLUMNS, TURN_COLUMNS

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".gz")
Rows = list[tuple[int, dict[str, Any]]]


def suffix_of(path: Path) -> str:
    """The ending that says what is in a file: the one below .gz."""
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def read_rows(
    batch: Batch,
    path: Path,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
    only: Sequence[str] = (),
) -> tuple[list[str], Rows] | None:
    """Columns, and rows with the line or row of each in the file.

    Rows that are not in order go to the bad ones of the batch, with their line; a file that is no table at all does so
    as a
    whole, and None is returned. `only` names the columns to keep of a large CSV file.
    """
    data = batch.read(path)
    if data is None:
        return None
    try:
        data, wrong = unpack(path, data)
        if wrong:
            batch.fail(path, wrong)
            # The last line of a file that ends early is not whole.
            data = data[: data.rfind(b"\n") + 1]
        suffix = suffix_of(path)
        if suffix == ".parquet":
            return _frame(_parquet(path, data))
        if suffix == ".xlsx":
            return _excel(path, data, sheet)
        text = decode(path, data, encoding)
        if suffix in (".jsonl", ".ndjson"):
            return json_lines(batch, path, text)
        if suffix not in (".csv", ".tsv"):
            raise SourceError(
                f"{path}: expected a file ending in .csv, .tsv, .jsonl, .xlsx or .parquet (or .gz of a text file)"
            )
        header: list[str] = []
        rows = list(delimited(batch, path, lines_of(text), delimiter or separator(path), header, only))
        return header, rows
    except SourceError as error:
        batch.reject(error, path)
        return None


def _frame(frame: pd.DataFrame) -> tuple[list[str], Rows]:
    frame.columns = [str(c) for c in frame.columns]
    return list(frame.columns), list(enumerate(frame.to_dict("records"), 1))


def _parquet(path: Path, data: bytes) -> pd.DataFrame:
    try:
        return parquet_frame(io.BytesIO(data))
    except Exception as error:  # metadata that somebody else wrote raise anything
        raise SourceError(f"{path}: not a Parquet file that can be read ({clipped(error, 120)})") from None


def _excel(path: Path, data: bytes, sheet: str | None) -> tuple[list[str], Rows]:
    check_zip(path, data, "an Excel workbook", "[Content_Types].xml")
    names, columns, cells = workbook(path, data, sheet)
    if sheet is not None and sheet not in names:
        raise SourceError(f'{path}: there is no sheet "{sheet}". {did_you_mean(sheet, names)}')
    rows = [{c: math.nan if v is None else v for c, v in zip(columns, row)} for row in cells]
    return columns, list(enumerate(rows, 2))


def json_lines(batch: Batch, path: Path, text: str, first: int = 1) -> tuple[list[str], Rows]:
    """Keys and objects of JSON lines, with the line of each, from `first` on; what is no object goes to the bad ones."""
    rows: Rows = []
    columns = dict[str, None]()
    # Not splitlines, which also cuts at characters that JSON may contain, such as U+2028.
    for number, line in enumerate(text.split("\n"), first):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            batch.fail(path, f"not JSON ({error.msg} at column {error.colno})", f"{path.name}:{number}")
            continue
        except (RecursionError, ValueError):
            batch.fail(
                path, "not JSON that can be read (nested too deeply, or a number without end)", f"{path.name}:{number}"
            )
            continue
        if not isinstance(value, dict):
            batch.fail(path, f"expected an object {{...}}, got {type(value).__name__}", f"{path.name}:{number}")
            continue
        columns |= dict.fromkeys(value)
        rows.append((number, value))
    if any(readable(c) != c for c in columns):
        rows = [(number, {readable(k): v for k, v in row.items()}) for number, row in rows]
        columns = {readable(c): None for c in columns}
    return list(columns), rows


def lines_of(text: str) -> Iterator[str]:
    """Lines with their ends; unlike a StringIO this makes no copy of the whole."""
    start = 0
    while start < len(text):
        stop = text.find("\n", start) + 1 or len(text)
        yield text[start:stop]
        start = stop


def separator(path: Path) -> str:
    """What stands between the fields of a file, where the config does not say it."""
    return "\t" if suffix_of(path) == ".tsv" else ","


def delimited(
    batch: Batch, path: Path, lines: Iterator[str], delimiter: str, header: list[str], only: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Records of a CSV or TSV file with their lines; `header` is filled before the first, `only` names the columns to keep."""
    if len(delimiter) != 1 or delimiter in '\n\r" \0':
        raise SourceError(
            f'corpus.options.delimiter: expected one character between fields, got "{clipped(delimiter)}"'
        )
    # The default, 131,072 characters, is less than a long transcript.
    limit = csv.field_size_limit(2**31 - 1)
    # Strict, so that a quotation mark that is not closed is an error and not one field of many rows.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    n = 0
    try:
        header += next(reader)
        if len(header) == 1 and ";" in header[0] and delimiter == ",":
            raise SourceError(
                f'{path}:1: one column, "{header[0][:60]}"; '
                'for fields between semicolons set corpus.options.delimiter: ";"'
            )
        twice = [name for name in dict.fromkeys(header) if name.strip() and header.count(name) > 1]
        if twice:
            raise SourceError(f'{path}:1: the column "{clipped(twice[0])}" is there twice; give one another name')
        kept = [k for k, name in enumerate(header) if not only or name in only]
        # A field in quotation marks may have line ends in it: a record begins behind the last line of the one before.
        first = reader.line_num + 1
        for record in reader:
            here, first = first, reader.line_num + 1
            if not record:
                continue
            if len(record) != len(header):
                batch.fail(path, f"expected {len(header)} fields, got {len(record)}", f"{path.name}:{here}")
            else:
                n += 1
                yield here, {header[k]: record[k] for k in kept}
    except (csv.Error, StopIteration) as error:
        if not n:
            raise SourceError(f"{path}: not a table ({error or 'no line'})") from None
        batch.fail(path, f"not a table from here on ({error})", f"{path.name}:{reader.line_num}")
    finally:
        csv.field_size_limit(limit)  # one for the whole process


def word(value: Any) -> str:
    """A value of a table as text; empty for what is missing."""
    if isinstance(value, str):
        return str(readable(value)).strip()
    # Parquet gives lists and numbers of numpy.
    if hasattr(value, "tolist") and not isinstance(value, bytes):
        value = value.tolist()
    if value is None or (not isinstance(value, (list, dict)) and value != value):  # NaN is not equal to itself
        return ""
    # pandas makes floats of whole numbers where a column has gaps.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(readable(str(value))).strip()


# Names in the tables of documents and of turns that metadata may not have.
DOCUMENT_NAMES = frozenset(
    (*DOCUMENT_COLUMNS, "author", "administration", "file", "group", "n_tokens", "date_iso", "day", "week")
)
TURN_NAMES = frozenset((*TURN_COLUMNS, "label", "quoted", "office", "start", "rule", "document", "n_tokens", "group"))


def further(values: Mapping[str, Any], prefix: str, taken: Collection[str]) -> dict[str, str | None]:
    """What a source says besides, as columns of text: a name that is taken has a prefix, what holds more is JSON.

    Parameters
    ----------
    values : mapping
        By name.
    prefix : str
        For names of columns that are there already.
    taken : collection of str
        These names.

    Examples
    --------
    >>> further({"party": "NP", "title": "Dr", "score": 3.0, "tags": ["a", "b"], "x": None}, "speaker",
    ...         DOCUMENT_NAMES)
    {'party': 'NP', 'speaker_title': 'Dr', 'score': '3', 'tags': '["a", "b"]', 'x': None}
    """
    result: dict[str, str | None] = {}
    for key, value in values.items():
        nested = isinstance(value, (Mapping, list, tuple))
        shown = json.dumps(value, ensure_ascii=False, default=str) if nested else word(value)
        result[f"{prefix}_{key}" if key in taken else readable(str(key))] = word(shown) or None
    return result


def readable(value: Any) -> Any:
    """Text without lone surrogates, which no UTF-8 file can hold."""
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def lookup(row: Mapping[str, Any], column: str | None) -> Any:
    """A value of a row; dots in the name of a column lead into objects within it.

    Examples
    --------
    >>> lookup({"meta": {"date": "2020-01-01"}, "a.b": 1}, "meta.date"), lookup({"a.b": 1}, "a.b")
    ('2020-01-01', 1)
    """
    if column is None:
        return None
    if column in row:
        return row[column]
    value: Any = row
    for part in column.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value
