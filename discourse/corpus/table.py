"""Tables with one document, or one turn, a row: CSV, TSV, JSON lines, Parquet, Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.archive import check_zip
from discourse.corpus.build import Batch, decode, distinct_stems, find_files, unpack
from discourse.corpus.dates import parse_date
from discourse.corpus.turns import QUOTATION_WORDS, Document, Speaker
from discourse.errors import SourceError, did_you_mean
from discourse.types import Corpus, Exclusion

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".gz")
Rows = list[tuple[int, dict[str, Any]]]


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def read_rows(
    batch: Batch,
    path: Path,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
    only: Sequence[str] = (),
) -> tuple[list[str], Rows] | None:
    """Columns, and rows with the line or row at which each stands in the file.

    Rows that are not in order go to the bad ones of the batch, with their line; a file that is no table at all does so as a
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
        suffix = _suffix(path)
        if suffix == ".parquet":
            return _frame(_parquet(path, data), 1)
        if suffix == ".xlsx":
            return _frame(_excel(path, data, sheet), 2)
        text = decode(path, data, encoding)
        if suffix in (".jsonl", ".ndjson"):
            return _json_lines(batch, path, text)
        if suffix not in (".csv", ".tsv"):
            raise SourceError(
                f"{path}: expected a file ending in .csv, .tsv, .jsonl, .xlsx or .parquet (or .gz of a text file)"
            )
        return _delimited(batch, path, text, delimiter or ("\t" if suffix == ".tsv" else ","), only)
    except SourceError as error:
        batch.reject(error, path)
        return None


def _frame(frame: pd.DataFrame, first: int) -> tuple[list[str], Rows]:
    frame.columns = [str(c) for c in frame.columns]
    return list(frame.columns), list(enumerate(frame.to_dict("records"), first))


def _parquet(path: Path, data: bytes) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: not a Parquet file ({str(error).splitlines()[0]})") from None


def _excel(path: Path, data: bytes, sheet: str | None) -> pd.DataFrame:
    check_zip(path, data, "an Excel workbook", "[Content_Types].xml")
    try:
        sheets = pd.ExcelFile(io.BytesIO(data), engine="openpyxl")
        names = [str(n) for n in sheets.sheet_names]
        if sheet is not None and sheet not in names:
            raise SourceError(f'{path}: there is no sheet "{sheet}". {did_you_mean(sheet, names)}')
        return pd.read_excel(
            sheets, sheet_name=sheet if sheet is not None else 0, dtype=object, keep_default_na=False, na_values=[""]
        )
    except SourceError:
        raise
    except Exception as error:  # openpyxl has no base class for what is wrong with a workbook
        raise SourceError(
            f"{path}: not an Excel workbook that can be read ({str(error)[:120] or type(error).__name__})"
        ) from None


def _json_lines(batch: Batch, path: Path, text: str) -> tuple[list[str], Rows]:
    rows: Rows = []
    columns = dict[str, None]()
    for number, line in enumerate(text.split("\n"), 1):
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
    return list(columns), rows


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; unlike a StringIO this makes no copy of the whole."""
    start = 0
    while start < len(text):
        stop = text.find("\n", start) + 1 or len(text)
        yield text[start:stop]
        start = stop


def _delimited(batch: Batch, path: Path, text: str, delimiter: str, only: Sequence[str]) -> tuple[list[str], Rows]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    rows: Rows = []
    try:
        header = next(reader)
        if len(header) == 1 and ";" in header[0] and delimiter == ",":
            raise SourceError(
                f'{path}:1: one column, "{header[0][:60]}"; for fields between semicolons set corpus.options.delimiter: ";"'
            )
        kept = [k for k, name in enumerate(header) if not only or name in only]
        first = reader.line_num + 1
        for record in reader:
            here, first = first, reader.line_num + 1
            if not record:
                continue
            if len(record) != len(header):
                batch.fail(path, f"expected {len(header)} fields, got {len(record)}", f"{path.name}:{here}")
            else:
                rows.append((here, {header[k]: record[k] for k in kept}))
    except (csv.Error, StopIteration) as error:
        if not rows:
            raise SourceError(f"{path}: not a table ({error or 'no line'})") from None
        batch.fail(path, f"not a table from here on ({error})", f"{path.name}:{reader.line_num}")
    return header, rows


def word(value: Any) -> str:
    """A value of a table as text; empty for what is missing."""
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if value is None or (not isinstance(value, (list, dict)) and value != value):  # NaN is not equal to itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(_readable(str(value))).strip()


def _readable(value: Any) -> Any:
    """Text without lone surrogates, which no UTF-8 file can hold."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


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


def _given(value: Any, speaker_key: str, text_key: str) -> list[tuple[str, str]] | str:
    """Turns in a column: a list of objects or pairs, or the same as JSON; a message where it is neither."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            return "not a list of turns, nor JSON of one"
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list):
        return f"expected a list of turns, got {type(value).__name__}"
    turns = []
    for k, item in enumerate(value, 1):
        if isinstance(item, Mapping):
            missing = [key for key in (speaker_key, text_key) if key not in item]
            if missing:
                return f'turn {k} has no "{missing[0]}" (it has {", ".join(map(str, item))})'
            turns.append((word(item[speaker_key]), word(item[text_key])))
        elif isinstance(item, list) and len(item) == 2:
            turns.append((word(item[0]), word(item[1])))
        else:
            return f"turn {k} is neither an object nor a pair of speaker and text"
    return turns


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
    turns: str | None = None,
    turn_speaker: str = "speaker",
    turn_text: str = "text",
    document: str | None = None,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
    speakers: Sequence[Speaker] = (),
    language: str | None = "en",
    quotation_words: int = QUOTATION_WORDS,
    strict: bool = False,
) -> Corpus:
    """Read a table with one document, or one turn, a row.

    Parameters
    ----------
    files : sequence of path
        CSV, TSV, JSON lines, Excel or Parquet files (gzip allowed for text formats), or folders of them.
    text, date : str
        Columns with the text and the date (ISO, ``24 January 2018`` or ``January 24, 2018``). Dots lead into nested
        objects: ``meta.date``.
    id, title, speaker, issuer, kind : str, optional
        Columns with these; file name and row number serve as id where none is given.
    keep : sequence of str
        Further columns to keep as metadata.
    turns : str, optional
        Column with the turns of a document, in place of `text`: a list of objects with `turn_speaker` and `turn_text`, or
        of pairs; in CSV as JSON.
    turn_speaker, turn_text : str
        Keys of the speaker and the text in each turn.
    document : str, optional
        Column whose value is the same in all rows of one document, where each row is one turn; `speaker` names who speaks.
    delimiter : str, optional
        Between the fields of a CSV file; a comma by default, a tab in TSV files.
    encoding : str
        Of text files.
    sheet : str, optional
        Sheet of an Excel workbook; the first by default.
    speakers, language, quotation_words, strict
        As in every reader.

    Returns
    -------
    Corpus

    Raises
    ------
    SourceError
        For files that cannot be read, columns that are not there and ids that repeat, all at once.
    """
    batch = Batch("table")
    wanted: Mapping[str, str | None] = {
        "turns" if turns else "text": turns or text,
        "date": date,
        "id": id,
        "title": title,
        "speaker": speaker,
        "issuer": issuer,
        "kind": kind,
        "document": document,
    }
    paths = find_files(files, SUFFIXES)
    stems = distinct_stems(paths)
    for path in paths:
        found = read_rows(batch, path, delimiter, encoding, sheet)
        if found is None:
            continue
        columns, rows = found
        missing = [
            (key, c)
            for key, c in [*wanted.items(), *(("keep", k) for k in keep)]
            if c and rows and c not in columns and not any(lookup(r, c) is not None for _, r in rows[:1000])
        ]
        if missing:
            batch.problems += [
                f'{path}: there is no column "{c}" (corpus.options.{key}). {did_you_mean(c, columns)}'
                for key, c in missing
            ]
            continue
        merged = _by_document(batch, path, rows, document, text, speaker) if document else [(n, r, ()) for n, r in rows]
        for number, row, given in merged:
            place = f"{path.name}:{number}"
            doc_id = word(lookup(row, id or document)) if id or document else f"{stems[path]}-{number}"
            if not doc_id:
                batch.n_found += 1
                batch.bad.append(Exclusion(place, f'no id in column "{id or document}"', place))
                continue
            if turns:
                parsed = _given(lookup(row, turns), turn_speaker, turn_text)
                if isinstance(parsed, str):
                    batch.n_found += 1
                    batch.bad.append(Exclusion(doc_id, f'column "{turns}": {parsed}', place))
                    continue
                given = tuple(parsed)
            body = _readable(lookup(row, text)) if not given else "\n\n".join(t for _, t in given)
            when = lookup(row, date)
            byline = word(lookup(row, speaker)) if speaker and not document else ""
            batch.add(
                Document(
                    doc_id,
                    _day(when),
                    word(lookup(row, title)) or doc_id if title else doc_id,
                    body.replace("\r\n", "\n").replace("\r", "\n") if isinstance(body, str) else "",
                    byline,
                    word(lookup(row, kind)),
                    word(lookup(row, issuer)),
                    place,
                    given=given,
                    metadata={
                        "file": path.name,
                        **({"speaker": byline} if speaker and not document else {}),
                        **{k: word(lookup(row, k)) or None for k in keep},
                    },
                ),
                word(when),
            )
    return batch.corpus(speakers=speakers, language=language, quotation_words=quotation_words, strict=strict)


def _day(value: Any) -> dt.date | None:
    if isinstance(value, pd.Timestamp):
        return None if pd.isna(value) else value.date()
    return parse_date(value)


def _by_document(
    batch: Batch, path: Path, rows: Rows, document: str, text: str, speaker: str | None
) -> list[tuple[int, dict[str, Any], tuple[tuple[str, str], ...]]]:
    """Rows that are turns, gathered by document: line of the first row, that row, all turns."""
    gathered: dict[str, tuple[int, dict[str, Any], list[tuple[str, str]]]] = {}
    for number, row in rows:
        name = word(lookup(row, document))
        words = word(lookup(row, text))
        if not words:
            batch.fail(path, f'no text in column "{text}"', f"{path.name}:{number}")
            continue
        gathered.setdefault(name, (number, row, []))[2].append((word(lookup(row, speaker)) or "unknown", words))
    return [(number, row, tuple(turns)) for number, row, turns in gathered.values()]
