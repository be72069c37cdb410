"""The tables of a report as one Word document, to be copied into a manuscript."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from discourse.report.blocks import Report, Table
from discourse.report.writers.typst import clean

# The earliest day that a zip file can hold: the same bytes on each run.
EPOCH = (1980, 1, 1, 0, 0, 0)
PROPERTY = 255  # characters of a title that a Word document holds
RULES = {"top": (0, 12), "head": (0, 6), "bottom": (-1, 12)}  # row, and width in eighths of a point


def available() -> bool:
    """Whether python-docx is installed (the extra `documents`)."""
    return find_spec("docx") is not None


def files_of(report: Report, drawings: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """`tables.docx` with all printed tables, where the config asks for it."""
    if "docx" not in report.tables_as:
        return {}
    return {"tables.docx": document(report)}


def document(report: Report) -> bytes:
    """The printed tables, each under its caption, with three rules as journals set them.

    Parameters
    ----------
    report : Report
        The report.

    Returns
    -------
    bytes
        The same for the same report.
    """
    import docx

    word = docx.Document()
    day = dt.datetime.fromtimestamp(report.timestamp, dt.UTC).replace(tzinfo=None)
    about = word.core_properties
    about.title, about.author, about.comments = clean(report.title)[:PROPERTY], clean(report.author)[:PROPERTY], ""
    about.created = about.modified = day
    for k, block in enumerate((b for b in report.blocks if isinstance(b, Table)), 1):
        caption = word.add_paragraph(style="Caption")
        caption.add_run(f"Table {k}. ").bold = True
        caption.add_run(clean(block.caption)).bold = False
        caption.paragraph_format.keep_with_next = True
        _add(word, block)
        word.add_paragraph()
    buffer = io.BytesIO()
    word.save(buffer)
    return _repacked(buffer.getvalue())


def _add(word: Any, block: Table) -> None:
    """One table: a head that is repeated on each page, and no lines but three."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    rows = [block.columns, *block.rows]
    aligned = list(block.align) or ["left"] + ["right"] * (len(block.columns) - 1)
    table = word.add_table(rows=len(rows), cols=len(block.columns))
    for k, (cells, row) in enumerate(zip(rows, table.rows)):
        for cell, text, side in zip(row.cells, cells, aligned):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(clean(text))
            run.font.size, run.bold = Pt(9), k == 0
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
    _repeat_head(table.rows[0])
    for name, (at, width) in RULES.items():
        for cell in table.rows[at].cells:
            _rule(cell, "top" if name == "top" else "bottom", width)


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _rule(cell: Any, edge: str, width: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", str(width)), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _repacked(data: bytes) -> bytes:
    """The same archive without the time of writing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Unix, wherever it is written.
            entry.create_system = 3
            new.writestr(entry, old.read(info))
    return buffer.getvalue()
