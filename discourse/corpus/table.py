"""Tables with one document a row: CSV, TSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.build import assemble, decode, distinct_stems, find_files, settle, source_record
from discourse.corpus.dates import parse_date
from discourse.corpus.turns import Speaker, split_turns
from discourse.errors import SourceError, did_you_mean
from discourse.types import Corpus, Exclusion, Provenance

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".gz")


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def _rows(
    path: Path, data: bytes, delimiter: str | None = None, encoding: str = "utf-8"
) -> tuple[list[str], list[tuple[int, dict[str, Any]]]]:
    """Columns, and rows with the line or row at which each stands in the file."""
    suffix = _suffix(path)
    if path.suffix.lower() == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise SourceError(f"{path}: not a complete gzip file ({error})") from None
    if suffix == ".parquet":
        try:
            frame = pd.read_parquet(io.BytesIO(data))
        except (OSError, ValueError) as error:
            raise SourceError(f"{path}: not a Parquet file ({str(error).splitlines()[0]})") from None
        return list(map(str, frame.columns)), list(enumerate(frame.to_dict("records"), 1))
    text = decode(path, data, encoding)
    if suffix in (".jsonl", ".ndjson"):
        rows, problems, columns = [], [], dict[str, None]()
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except json.JSONDecodeError as error:
                problems.append(f"{path}:{number}: not JSON ({error.msg} at column {error.colno})")
                continue
            if not isinstance(value, dict):
                problems.append(f"{path}:{number}: expected an object {{...}}, got {type(value).__name__}")
                continue
            columns |= dict.fromkeys(value)
            rows.append((number, value))
        if problems:
            raise SourceError(problems[:20])
        return list(columns), rows
    if suffix not in (".csv", ".tsv"):
        raise SourceError(f"{path}: expected a file ending in .csv, .tsv, .jsonl or .parquet (or .gz of one)")
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter or ("\t" if suffix == ".tsv" else ","))
    try:
        header = next(reader)
        rows, problems = [], []
        first = reader.line_num + 1
        for record in reader:
            here, first = first, reader.line_num + 1
            if not record:
                continue
            if len(record) != len(header):
                problems.append(f"{path}:{here}: expected {len(header)} fields, got {len(record)}")
            rows.append((here, dict(zip(header, record))))
    except (csv.Error, StopIteration) as error:
        raise SourceError(f"{path}: not a table ({error})") from None
    if len(header) == 1 and ";" in header[0] and delimiter is None:
        raise SourceError(
            f'{path}:1: one column, "{header[0][:60]}"; for fields between semicolons set corpus.options.delimiter: ";"'
        )
    if problems:
        raise SourceError(problems[:20])
    return header, rows


def _word(value: Any) -> str:
    """A value of a table as text; empty for what is missing."""
    if value is None or value != value:  # NaN is not equal to itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(_readable(str(value))).strip()


def _readable(value: Any) -> Any:
    """Text without lone surrogates, which no UTF-8 file can hold."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def read_table(
    *,
    files: Sequence[str | Path] = (),
    text: str = "text",
    date: str = "date",
    id: str | None = None,
    title: str | None = None,
    speaker: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    keep: Sequence[str] = (),
    delimiter: str | None = None,
    encoding: str = "utf-8",
    speakers: Sequence[Speaker] = (),
    strict: bool = False,
) -> Corpus:
    """Read a table with one document a row.

    Parameters
    ----------
    files : sequence of path
        CSV, TSV, JSON lines or Parquet files (gzip allowed for text formats), or folders of them.
    text, date : str
        Columns with the text and the date (ISO, ``24 January 2018`` or ``January 24, 2018``).
    id, title, speaker, issuer, kind : str, optional
        Columns with these; file name and row number serve as id where none is given.
    keep : sequence of str
        Further columns to keep as metadata.
    delimiter : str, optional
        Between the fields of a CSV file; a comma by default, a tab in TSV files.
    encoding : str
        Of text files.
    speakers : sequence of Speaker
        Persons and offices to recognise in labels and in the speaker column.
    strict : bool
        Make a row without text or date an error instead of an exclusion.

    Returns
    -------
    Corpus

    Raises
    ------
    SourceError
        For files that cannot be read, columns that are not there and ids that repeat, all at once.
    """
    documents: list[dict[str, Any]] = []
    turns = {}
    sources, problems = [], []
    bad: list[Exclusion] = []
    seen: dict[str, str] = {}
    n_found = 0
    wanted: Mapping[str, str | None] = {
        "text": text,
        "date": date,
        "id": id,
        "title": title,
        "speaker": speaker,
        "issuer": issuer,
        "kind": kind,
    }
    paths = find_files(files, SUFFIXES)
    stems = distinct_stems(paths)
    for path in paths:
        data = path.read_bytes()
        try:
            columns, rows = _rows(path, data, delimiter, encoding)
        except SourceError as error:
            problems += error.messages
            continue
        missing = [(key, c) for key, c in [*wanted.items(), *(("keep", k) for k in keep)] if c and c not in columns]
        if missing:
            problems += [
                f'{path}: there is no column "{c}" (corpus.options.{key}). {did_you_mean(c, columns)}'
                for key, c in missing
            ]
            continue
        sources.append(source_record(path, data))
        n_found += len(rows)
        for number, row in rows:
            place = f"{path.name}:{number}"
            doc_id = _word(row.get(id)) if id else f"{stems[path]}-{number}"
            if not doc_id:
                bad.append(Exclusion(place, f'no id in column "{id}"', place))
                continue
            if doc_id in seen:
                problems.append(f'{place}: the id "{doc_id}" occurs already at {seen[doc_id]}')
                continue
            seen[doc_id] = place
            name = _word(row.get(title)) or doc_id if title else doc_id
            body, when = _readable(row.get(text)), parse_date(row.get(date))
            if not isinstance(body, str) or not body.strip():
                bad.append(Exclusion(name, f'no text in column "{text}"', place))
            elif when is None:
                bad.append(
                    Exclusion(
                        name,
                        f'"{row.get(date)}" in column "{date}" is not a date '
                        "(expected 2018-01-24, 24 January 2018 or January 24, 2018)",
                        place,
                    )
                )
            else:
                byline = _word(row.get(speaker)) if speaker else ""
                documents.append(
                    {
                        "doc_id": doc_id,
                        "date": when,
                        "title": name,
                        "file": path.name,
                        "kind": _word(row.get(kind)) if kind else "",
                        "issuer": _word(row.get(issuer)) if issuer else "",
                        "speaker": byline,
                        **{k: _word(row.get(k)) or None for k in keep},
                    }
                )
                turns[doc_id] = split_turns(body.replace("\r\n", "\n"), byline or "unknown", speakers)
    if problems:
        raise SourceError(problems)
    settle("table", n_found, len(documents), bad, strict)
    return assemble(documents, turns, Provenance("table", tuple(sources), (), tuple(bad), ()))
