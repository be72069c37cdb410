"""Sheets that people fill in: Excel workbooks and CSV files, written and read back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.corpus.archive import check_zip
from discourse.corpus.hostile import workbook
from discourse.door import MEGABYTE, read_bytes
from discourse.errors import SourceError, UsageError
from discourse.gates import csv, uncsv, workbook_cell
from discourse.shown import clipped
from discourse.writer import probe, write_files

SUFFIXES = (".xlsx", ".csv")
MOST_SHEET = 100 * MEGABYTE  # of a file that people have filled in
CELL = 32_767  # characters that a cell of a spreadsheet holds
_WIDE = ("text", "before", "after", "title", "sentence", "meaning")


def check_sheet_path(path: Path) -> None:
    """Make sure that a sheet can be written there, and that none is overwritten."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a sheet ends in {' or '.join(SUFFIXES)}")
    if path.exists():
        raise UsageError(
            f"{path}: there is such a file already, maybe with answers in it; move it away or choose another name"
        )
    probe(path)


def shortened(text: str, most: int = CELL) -> str:
    """A text of no more than so many characters: of a longer one its beginning and its end, and how much is left out.

    Examples
    --------
    >>> shortened("We met in the harbour, and we parted in the harbour.", 50)
    'We me [... 42 characters ...] bour.'
    """
    # Spreadsheets count what lies beyond the basic plane (emoji) twice.
    beyond = sum(c > "\uffff" for c in text)
    if len(text) + beyond <= most:
        return text
    half = (most - 40) // (4 if beyond else 2)
    return f"{text[:half]} [... {len(text) - 2 * half:,} characters ...] {text[-half:]}"


def sheet_files(
    frame: pd.DataFrame,
    path: Path,
    guide: Sequence[tuple[str, str]] = (),
    *,
    name: str = "guide",
    choices: Mapping[str, Sequence[str]] | None = None,
) -> dict[Path, bytes]:
    """The files of a sheet; the guide gets a sheet of its own in Excel, and a text file beside a CSV file.

    Parameters
    ----------
    frame : DataFrame
        One row for each item; of texts that are longer than a cell of a spreadsheet the middle is left out, and said so.
    path : Path
        Ending in .xlsx or .csv; must not exist.
    guide : sequence of (str, str)
        What to write into which column.
    name : str
        Name of the guide.
    choices : mapping of str to sequence of str, optional
        What may be written into a column: a list to choose from in Excel.

    Returns
    -------
    dict of Path to bytes
        For `discourse.writer.write_files`.
    """
    check_sheet_path(path)
    frame = frame.map(lambda value: shortened(value) if isinstance(value, str) else value)
    if path.suffix.lower() == ".csv":
        # With the mark at its beginning Excel takes the file for UTF-8.
        files = {path: csv(frame, "utf-8-sig")}
        if guide:
            lines = "\n".join(f"{k}: {v}" if k else v for k, v in guide)
            files[path.with_suffix(f".{name}.txt")] = (lines + "\n").encode()
        return files
    more = {name: pd.DataFrame(list(guide), columns=["column", "meaning"])} if guide else {}
    return {path: _workbook({"sheet": frame, **more}, choices or {})}


def write_sheet(
    frame: pd.DataFrame,
    path: Path,
    guide: Sequence[tuple[str, str]] = (),
    *,
    name: str = "guide",
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write a sheet with its guide; parameters are those of `sheet_files`."""
    write_files(sheet_files(frame, path, guide, name=name, choices=choices))


def _workbook(sheets: Mapping[str, pd.DataFrame], choices: Mapping[str, Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    book.remove(book.active)
    for name, frame in sheets.items():
        sheet = book.create_sheet(name)
        for column, header in enumerate(frame.columns, 1):
            _put(sheet, 1, column, header).font = Font(bold=True)
            width = 60 if header in _WIDE else max(10, min(24, len(header) + 2))
            letter = get_column_letter(column)
            sheet.column_dimensions[letter].width = width
            if header in choices and len(frame):
                allowed = DataValidation("list", formula1=f'"{",".join(choices[header])}"', allow_blank=True)
                sheet.add_data_validation(allowed)
                allowed.add(f"{letter}2:{letter}{len(frame) + 1}")
        for row, values in enumerate(frame.itertuples(index=False), 2):
            for column, value in enumerate(values, 1):
                cell = _put(sheet, row, column, value)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column, workbook_cell(value))
    if isinstance(value, str):
        # A text that begins with = is no formula.
        cell.data_type = "s"
    return cell


def read_sheet(path: Path) -> pd.DataFrame:
    """Read a sheet back; every cell as it is, empty ones as None.

    Raises
    ------
    SourceError
        For a file that is missing or no sheet.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a sheet ends in {' or '.join(SUFFIXES)}")
    data = read_bytes(path, MOST_SHEET)
    try:
        if path.suffix.lower() == ".csv":
            text = _decode(data)
            # Excel writes semicolons where the comma is the decimal mark, and tabs into its Unicode text.
            separator = max(",;\t", key=text[:4096].split("\n", 1)[0].count)
            # "NA" may be an answer: only empty cells are missing.
            frame = uncsv(pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False, sep=separator))
            if len(frame.columns) < 2:
                raise ValueError("it has one column")
        else:
            check_zip(path, data, "an Excel workbook", "[Content_Types].xml")
            _, columns, rows = workbook(path, data, prefer="sheet")
            frame = pd.DataFrame(rows, columns=columns, dtype=object)
    except SourceError:
        raise
    except Exception as error:  # pandas has no base for what is wrong with a file
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise SourceError(f"{path}: not a sheet that can be read ({clipped(said, 120)})") from None
    frame.columns = [str(c).strip() for c in frame.columns]
    # pandas calls the second of two equal columns item.1.
    names = list(frame.columns)
    twice = sorted({c for c in names if names.count(c) > 1 or (c and f"{c}.1" in names)})
    if twice:
        raise SourceError(f'{path}: the column "{clipped(twice[0])}" is there twice')
    return frame.astype(object).where(frame.notna() & (frame != ""), None)


def _decode(data: bytes) -> str:
    """Text of a CSV file as spreadsheets write it: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")
