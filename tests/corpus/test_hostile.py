"""Word, Excel and PDF files that would fill the memory or never end, and the cells of workbooks; openpyxl writes them."""

import datetime as dt
import io
import resource
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from discourse.corpus import hostile, read_folder, read_table
from discourse.corpus.hostile import pdf_pages, word_paragraphs, workbook
from discourse.errors import SourceError


def changed(data, name, old, new):
    """A zip file with other words in a member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = before.read(info)
            if info.filename == name:
                assert old in content
                content = content.replace(old, new)
            after.writestr(info.filename, content)
    return stream.getvalue()


@pytest.fixture(scope="module")
def word():
    document = docx.Document()
    document.add_paragraph("24 January 2018")
    document.add_paragraph("The harbour of Norland is open.")
    cells = document.add_table(1, 3)
    cells.cell(0, 0).merge(cells.cell(0, 1)).text = "The council"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def book(*rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_a_word_document_is_its_paragraphs_and_rows(word):
    found = [p for p in word_paragraphs(Path("a.docx"), word) if p]
    assert found == ["24 January 2018", "The harbour of Norland is open.", "The council "]


def test_cells_come_back_with_their_types():
    row = ["a", 1, 2.5, True, dt.datetime(2020, 1, 2, 3, 4), dt.time(3, 4), None, "NA", "\U0001f600\n"]
    names, columns, rows = workbook(Path("a.xlsx"), book([f"c{k}" for k in range(9)], row))
    assert (names, columns) == (["Sheet"], [f"c{k}" for k in range(9)])
    assert rows == [row] and [type(v) for v in rows[0]] == [type(v) for v in row]


@pytest.mark.slow
def test_a_cell_over_a_billion_columns_is_one_document_left_out(tmp_path, word):
    bomb = changed(word, "word/document.xml", b'<w:gridSpan w:val="2"/>', b'<w:gridSpan w:val="999999999"/>')
    (tmp_path / "bomb.docx").write_bytes(bomb)
    (tmp_path / "good.docx").write_bytes(word)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    corpus = read_folder(files=[tmp_path])
    assert corpus.documents["doc_id"].tolist() == ["good"]
    assert "more than 1,000 MB" in corpus.provenance.exclusions[0].reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_what_takes_too_long_ends_the_parser_and_no_other_file(monkeypatch, tmp_path):
    # A whole number of a million rows, of which each is as wide as a sheet can be.
    monkeypatch.setattr(hostile, "SECONDS", 0.5)
    wide = [None] * (openpyxl.utils.column_index_from_string("XFD") - 1) + [1]
    big = changed(book(["text"], wide), "xl/worksheets/sheet1.xml", b'<row r="2">', b'<row r="1048576">')
    big = big if get_column_letter(16_384) == "XFD" else b""
    with pytest.raises(SourceError, match=r"not an Excel workbook that can be read \((more than|not read within)"):
        workbook(Path("a.xlsx"), big)
    assert workbook(Path("b.xlsx"), book(["text"], ["x"]))[2] == [["x"]]


def test_a_parser_that_crashes_is_said(monkeypatch, tmp_path):
    script = tmp_path / "engine.py"
    script.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(hostile, "_SCRIPT", script)
    monkeypatch.setattr(hostile, "_CHILD", hostile._Child())
    with pytest.raises(SourceError, match="a PDF file that can be read"):
        pdf_pages(Path("a.pdf"), b"%PDF-1.4")


def test_a_column_that_is_there_twice_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("text,date,date\nx,2020-01-01,2021-01-01\n")
    with pytest.raises(SourceError, match=r'a\.csv:1: the column "date" is there twice'):
        read_table(files=[tmp_path / "a.csv"])
