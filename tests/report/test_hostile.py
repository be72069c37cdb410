"""A report whose every label holds what a destination may obey or cannot hold, of each category of characters."""

import csv
import io
import json
import re
import sys
import unicodedata
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from discourse.figures.kinds import Items
from discourse.report import Report
from discourse.report.blocks import Answer, Box, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.writers.folder import contents
from discourse.report.writers.notebook import report as in_notebook

CATEGORIES = sorted({unicodedata.category(chr(k)) for k in range(sys.maxunicode + 1)})
NASTY = [
    "\u202eevil", "\ufeffx", "👩\u200d🚀", "Z" + "\u0301\u0316" * 40, "\x1b[2J", "\x00\x7f\x85", "\uffff\ufdd0", "=cmd|' /C calc'!A0", "{{ 7*7 }}", "$#panic(1)$",
    '#read("data.json")', "</script><script>x</script>", '" onload="x', "]]>", "\\input{x}", "}}{", "@x", "a\tb\nc", "../x", "",
]  # fmt: skip


def of_category(name):
    """Twelve characters of a category, from the first to the last; no half of a pair, which no table of pandas holds."""
    every = [chr(k) for k in range(sys.maxunicode + 1) if unicodedata.category(chr(k)) == name]
    return "".join(every[k] for k in np.unique(np.linspace(0, len(every) - 1, 12).astype(int)))


LABELS = [*NASTY, *(f"Nor{of_category(name)}land" for name in CATEGORIES if name != "Cs")]


@pytest.fixture(scope="module")
def report():
    frame = pd.DataFrame({"label": LABELS, "estimate": np.linspace(-2, 2, len(LABELS)), "certainty": "differs"})
    frame["low"], frame["high"] = frame["estimate"] - 0.5, frame["estimate"] + 0.5
    for end in ("study", "reference"):
        frame[f"halves_{end}_low"], frame[f"halves_{end}_high"] = -0.8, 0.7
    in_tables = " ".join(LABELS)
    all_at_once = in_tables + "\ud800"
    kind = Items([LABELS[0], LABELS[4]], LABELS[4], LABELS[0], "per 10,000 tokens")
    figure = Figure("items", frame, kind, f"How much? {in_tables}", in_tables)
    table = pd.DataFrame({"label": LABELS, "n": 1})
    pages = [
        Heading(all_at_once),
        Paragraph(all_at_once),
        Refusal(all_at_once),
        figure,
        Table("t", in_tables, ["label", "n"], [[text, "1"] for text in LABELS], table),
        DataTable("d", table),
    ]
    answer = Answer(all_at_once, None, [all_at_once], all_at_once, all_at_once)
    return Report(
        "r", all_at_once, all_at_once, all_at_once, [(all_at_once, all_at_once)], Box(all_at_once, [all_at_once]), pages,
        {"label": (in_tables, "")}, ["gries2008"], {"title": all_at_once, "year": 2001}, "a4", 10**9,
        formats=["svg", "pdf", "png"], tables_as=["tex", "docx"], answer=answer,
    )  # fmt: skip


@pytest.fixture(scope="module")
def files(report):
    return contents(report)


def controls(text):
    marks = {
        c
        for c in text
        if unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF", "LRI", "RLI", "FSI", "PDI"}
    }
    return marks | {c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r"}


def test_every_file_is_written_and_holds_no_control(files):
    assert {"report.pdf", "report.html", "references.bib", "figures/items.svg", "tables/t.csv", "tables.docx"} - set(
        files
    ) <= {"tables/t.csv"}
    for name, data in files.items():
        if name.endswith((".html", ".svg", ".bib", ".tex", ".csv")):
            assert controls(data.decode("utf-8")) == set(), name
    assert json.loads(files["run.json"])["title"].startswith(LABELS[0])


def test_the_pdf_has_every_label(files):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["report.pdf"])).pages)
    squeezed = re.sub(r"\s", "", text)
    assert squeezed.count("land") >= 2 * (len(CATEGORIES) - 1)
    for label in ("$#panic(1)$", '#read("data.json")', "{{7*7}}", "\\input{x}"):
        assert label in squeezed


def test_the_page_has_no_element_of_others(files):
    tags, names = set(), set()

    class Page(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.add(tag)
            names.update(name for name, _ in attrs)

    page = files["report.html"].decode()
    Page().feed(page)
    assert not {n for n in names if n.startswith("on")}
    assert len(re.findall(r"<script\b", page)) == len(re.findall(r"</script>", page))
    assert "</script><script>x" not in page


def test_drawings_are_xml_and_tables_no_programs(files):
    assert ElementTree.fromstring(files["figures/items.svg"]).tag.endswith("svg")
    for name in (n for n in files if n.endswith(".csv")):
        for row in csv.reader(io.StringIO(files[name].decode(), newline="")):
            assert not [c for c in row if c.lstrip()[:1] in ("=", "+", "@", "\t", "\r")], name
    word = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(files["tables.docx"])).read("word/document.xml"))
    assert "{{ 7*7 }}" in "".join(word.itertext())


def test_a_notebook_shows_it(report):
    assert controls(in_notebook(report)) == set()
