"""Parsers of Word, Excel and PDF files in a process of its own, whose time and memory are limited.

It is run by its path and imports nothing of this package. Each request is a line of JSON with the size of the file that follows it; each
answer is a line of JSON.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import math
import os
import sys
from typing import Any, BinaryIO

MEMORY = {
    "docx": 1_000_000_000,
    "pdf": 1_500_000_000,
    "xlsx": 3_000_000_000,
}  # bytes beside what the parser itself takes


def word(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """The paragraphs of a Word document, with its tables."""
    import docx

    document = docx.Document(io.BytesIO(data))
    parts: list[str] = []
    # Not document.paragraphs, which leaves out the tables.
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            # A cell that is merged over several columns is given once for each.
            parts += [" ".join(dict.fromkeys(c.text.strip() for c in row.cells)) for row in block.rows]
        else:
            quoted = "quote" in (block.style.name or "").lower() if block.style is not None else False
            parts.append(f"> {block.text}" if quoted and block.text.strip() else block.text)
    return {"parts": parts}


def pdf(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """The text of each page of a PDF file; None where it is encrypted."""
    from pypdf import PdfReader

    # pypdf logs every flaw of files that it reads all the same.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data))
    # Files that are protected against changes only are encrypted with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        return {"pages": None}
    return {"pages": [page.extract_text() or "" for page in reader.pages]}


def excel(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """Names of the sheets of a workbook; columns and cells of the one that is asked for, None in empty ones.

    Without a name it is the sheet `prefer`, or else the first; one that is not there has no columns.
    """
    import pandas as pd

    book = pd.ExcelFile(io.BytesIO(data), engine="openpyxl")
    names = [str(n) for n in book.sheet_names]
    asked = request["sheet"]
    if asked is not None and asked not in names:
        return {"names": names, "columns": [], "rows": []}
    chosen = asked if asked is not None else request["prefer"] if request["prefer"] in names else 0
    # Only an empty cell is missing: "NA" and "None" may be names.
    frame = pd.read_excel(book, sheet_name=chosen, dtype=object, keep_default_na=False, na_values=[""])
    rows = [[_plain(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return {"names": names, "columns": [str(c) for c in frame.columns], "rows": rows}


def _plain(cell: Any) -> Any:
    """A cell as JSON can hold it: dates and times as a pair of their kind and their text."""
    if hasattr(cell, "item"):
        cell = cell.item()
    if cell is None or isinstance(cell, (str, bool, int)):
        return cell
    if cell != cell:
        return None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    for kind in (dt.datetime, dt.date, dt.time):
        if isinstance(cell, kind):
            return [kind.__name__, cell.isoformat()]
    if isinstance(cell, dt.timedelta):
        return ["timedelta", str(cell // dt.timedelta(microseconds=1))]
    return str(cell)


PARSERS = {"docx": word, "pdf": pdf, "xlsx": excel}


def _limit(kind: str, seconds: float) -> None:
    """Limit the memory and the time of what follows, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    stop = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (stop, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        with open("/proc/self/statm", "rb") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux
        return
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY[kind], resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    kind = request["kind"]
    try:
        if kind == "docx" or kind == "pdf":
            pass
        else:
            import pandas  # noqa: F401 (before the memory is measured)
        _limit(kind, request["seconds"])
        return PARSERS[kind](data, request)
    except (MemoryError, RecursionError) as error:
        said = f"more than {MEMORY[kind] // 1_000_000:,} MB" if isinstance(error, MemoryError) else "nested too deeply"
        return {"error": said}
    except Exception as error:  # what hostile files raise inside the libraries
        return {"error": str(error).split("\n")[0][:120] or type(error).__name__}


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := source.readline():
        request = json.loads(line)
        answer = _answer(request, source.read(request["size"]))
        try:
            written = json.dumps(answer)
        except MemoryError:
            written = json.dumps({"error": f"more than {MEMORY[request['kind']] // 1_000_000:,} MB"})
        target.write(written.encode() + b"\n")
        target.flush()


if __name__ == "__main__":
    # What a library prints is no answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(sys.stdin.buffer, answers)
