"""What goes into a manuscript: figures at the size and resolution of a journal, tables for LaTeX and Word."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import docx
import pandas as pd
import pytest
from PIL import Image

from discourse.errors import ConfigError
from discourse.experiment import load, resolve
from discourse.figures.kinds import Lengths
from discourse.report.blocks import Box, Figure, Report, Table
from discourse.report.writers import word
from discourse.report.writers.folder import contents
from discourse.report.writers.latex import escaped, tabular

HOSTILE = "50% of A_B & {C} #1 $x$ \\input{secret} ~ ^ <b> \u2212 \u201cquoted\u201d \u2265 a--b"
TABLE = Table(
    "rates",
    "Rates & " + HOSTILE,
    ["", "Group", "Rate"],
    [["Norland", HOSTILE, "[1.0, 2.0]"], ["[none]", "*", "\u22120.5"]],
    pd.DataFrame({"rate": [1.0, 2.0]}),
    ["left", "left", "right"],
)


@pytest.fixture(scope="module")
def report():
    frame = pd.DataFrame({"date": pd.to_datetime(["2001-01-01", "2002-01-01"]), "group": ["g", "h"], "value": [3, 4]})
    frame["title"], frame["size"] = ["a", "b"], [1, 2]
    figure = Figure("corpus", frame, Lengths(["g", "h"]), "How long?", "Two documents, 3 and 4 tokens.")
    columns = dict.fromkeys(("rate", "date", "group", "value", "title", "size"), ("some column", ""))
    return Report("n", "T", "Q?", "", [], Box("What", []), [figure, TABLE], columns, timestamp=10**9)


def test_pictures_have_the_size_and_resolution_of_the_journal(report):
    for width, dpi, inches in (("double", 300, 174 / 25.4), ("single", 600, 88 / 25.4)):
        asked = replace(report, formats=["png", "tiff", "svg", "pdf"], dpi=dpi, width=width)
        files = contents(asked, refresh=True)
        for kind in ("png", "tiff"):
            with Image.open(io.BytesIO(files[f"figures/corpus.{kind}"])) as image:
                assert image.size[0] == pytest.approx(inches * dpi, abs=2)
                assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
                assert image.mode == ("RGB" if kind == "tiff" else "RGBA")
        points = float(re.search(r'width="([\d.]+)pt"', files["figures/corpus.svg"].decode())[1])
        assert points == pytest.approx(72 * inches, abs=1)
        assert contents(asked, refresh=True) == files, "the same bytes"
        assert files["report.pdf"] == contents(report)["report.pdf"], "the pages stay as they are"


def test_what_figures_show_is_beside_them_in_words(report):
    (row,) = csv.DictReader(io.StringIO(contents(report)["figures/alt-texts.csv"].decode()))
    assert row == {
        "figure": "corpus",
        "width_mm": "174",
        "caption": "How long?",
        "alt": "Two documents, 3 and 4 tokens.",
    }


def test_latex_prints_every_sign_and_runs_none():
    text = escaped(HOSTILE)
    # What is left beside the commands that `escaped` writes itself has no meaning in LaTeX.
    own = r"\\(?:textbackslash|textasciitilde|textasciicircum|textless|textgreater)\{\}|\\[%_&{}#$]|\$[-\\a-z]+\$|-\{\}-|``|''"
    assert not re.search(r"[\\{}$&#%_~^<>]", re.sub(own, "", text))
    assert "input" in text and "\\input" not in text
    assert escaped("[1, 2]").startswith("{[}") and escaped("*") == "{*}"


def test_a_latex_table_has_as_many_cells_as_the_report():
    lines = tabular(TABLE).splitlines()
    assert [line.strip() for line in lines if "rule" in line and "&" not in line] == [
        "\\toprule",
        "\\midrule",
        "\\bottomrule",
    ]
    rows = [line for line in lines if line.endswith(r"\\")]
    assert len(rows) == 1 + len(TABLE.rows)
    assert all(len(re.findall(r"(?<!\\)&", row)) == 2 for row in rows)
    assert re.search(r"@\{\}>\{[^}]*\}X>\{[^}]*\}Xr@\{\}", tabular(TABLE).replace("\\raggedright\\arraybackslash", ""))


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs LaTeX")
def test_latex_sets_the_table(tmp_path):
    (tmp_path / "t.tex").write_text(
        "\\documentclass{article}\\usepackage{booktabs,tabularx,array}\\begin{document}"
        + tabular(TABLE)
        + "\\end{document}",
        encoding="utf-8",
    )
    subprocess.run(["pdflatex", "-halt-on-error", "t.tex"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "t.pdf").exists()


def test_a_word_document_has_the_tables_as_they_are_printed(report):
    files = contents(replace(report, tables_as=("tex", "docx")))
    assert {"tables.docx", "tables/table-rates.tex"} <= set(files)
    read = docx.Document(io.BytesIO(files["tables.docx"]))
    (table,) = read.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [list(TABLE.columns), *TABLE.rows]
    assert read.paragraphs[0].text == f"Table 1. {TABLE.caption}"
    assert "w:tblHeader" in table.rows[0]._tr.xml
    # Three rules: above, below the head, below the last row.
    edges = [set(re.findall(r"<w:(top|bottom) w:val=\"single\"", row._tr.xml)) for row in table.rows]
    assert edges == [{"top", "bottom"}, set(), {"bottom"}]
    assert word.document(report) == files["tables.docx"], "the same bytes"
    with zipfile.ZipFile(io.BytesIO(files["tables.docx"])) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert b"2001-09-09" in archive.read("docProps/core.xml")


def test_nothing_further_is_written_unasked(report):
    assert not [name for name in contents(report) if name.endswith((".tex", ".docx", ".png", ".tiff"))]


def test_word_without_its_package_is_refused_at_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(word, "available", lambda: False)
    path = tmp_path / "n.yaml"
    path.write_text(
        "name: n\ntitle: T\nquestion: Q?\ncorpus: {reader: sotu}\ngroups: {a: {before: 2000-01-01}}\nreport:\n  tables: [tex, docx]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"(?s)n.yaml:7.*discourse-analytics\[documents\]"):
        resolve(load(path))
