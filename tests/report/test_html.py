"""The page for the screen, without a browser: what is in it is what the PDF has, and nothing in it is run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from discourse.figures.draw import draw, encode
from discourse.report.blocks import DataTable, Figure, Heading, Paragraph, Table
from discourse.report.writers.drawings import drawings
from discourse.report.writers.html import ROWS, Page, files_of, page_file
from discourse.report.writers.inline_svg import _MARK


class Parsed(HTMLParser):
    """Elements, ids, text and the contents of scripts and styles of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.contents, self._inside = [], [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = (tag, dict(attrs).get("id", "")) if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside is not None:
            self.contents[self._inside] = self.contents.get(self._inside, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def report(norland):
    from discourse.experiment.document import Document

    return Document(norland.graph).report()


@pytest.fixture(scope="module")
def drawn(report):
    return drawings(report.figures, report.formats)


@pytest.fixture(scope="module")
def html(report, drawn):
    return files_of(report, drawn)["report.html"].decode()


@pytest.fixture(scope="module")
def parsed(html):
    return Parsed(html)


def test_every_text_and_number_of_the_report_is_in_the_page(report, parsed):
    def plainly(text):
        return re.sub(r"[\s\u200b]+", " ", text).strip()

    found = plainly(parsed.text)
    for block in report.blocks:
        if isinstance(block, Heading | Paragraph):
            assert plainly(block.text) in found
        elif isinstance(block, Table):
            for cell in [*block.columns, *(c for row in block.rows for c in row)]:
                assert plainly(str(cell)) in found, block.name
    tables = json.loads(parsed.contents["script", "tables-data"])
    assert set(tables) == set(report.tables)
    for name, frame in report.tables.items():
        empty = [c for c in frame.columns if (frame[c].isna() | frame[c].eq("")).all()]
        assert tables[name]["columns"] == [c for c in frame.columns if c not in empty]
        assert len(tables[name]["rows"]) == min(len(frame), ROWS)
    assert {b.name for b in report.blocks if isinstance(b, DataTable)} <= {
        a.get("data-table") for _, a in parsed.elements
    }


def test_nothing_is_fetched_and_only_what_is_hashed_is_run(parsed):
    policy = next(a["content"] for _, a in parsed.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    for kind in ("script", "style"):
        digest = hashlib.sha256(parsed.contents[kind, ""].encode()).digest()
        assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    for tag, attributes in parsed.elements:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], tag
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert not attributes.get("src", "").startswith("http")
    assert not re.search(r"url\((?!data:|#)", parsed.contents["style", ""])
    assert not re.search(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function|fetch)\b", page_file("report.js")
    )


def test_ids_are_unique_and_references_have_their_ends(parsed):
    ids = [a["id"] for _, a in parsed.elements if "id" in a]
    assert len(ids) == len(set(ids))
    ends = [a["href"][1:] for _, a in parsed.elements if a.get("href", "").startswith("#")]
    named = [a[k] for _, a in parsed.elements for k in ("aria-labelledby", "aria-describedby", "for") if k in a]
    clipped = [m[1] for _, a in parsed.elements if (m := re.fullmatch(r"url\(#(.*)\)", a.get("clip-path", "")))]
    assert {*ends, *named, *clipped} <= set(ids)
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels)), "no level is skipped"


def test_the_page_is_the_same_each_time(report, drawn, html):
    assert files_of(report, drawn)["report.html"].decode() == html


def test_every_mark_that_is_named_has_a_title(report, drawn):
    """Rows and marks must be as many, or nobody would know which is which."""
    named = 0
    for figure in report.figures:
        svg = encode(draw(figure.frame, figure.kind))["svg"].decode()
        rows = [r for found in re.findall(r'<g id="([^"]+)"', svg) if _MARK.fullmatch(found) for r in found.split("_")]
        shown = Page(report, {n: d["svg"] for n, d in drawn.items()}).drawing(figure, "f-")
        assert shown.count("<title>") == len(rows), figure.name
        named += len(rows)
    assert named > 100


def test_titles_of_marks_say_document_date_and_n(report, drawn):
    figure = next(f for f in report.figures if f.name == "salience")
    row = figure.frame.iloc[3]
    shown = Page(report, {n: d["svg"] for n, d in drawn.items()}).drawing(figure, "f-")
    title = next(t for t in re.findall(r"<title>(.*?)</title>", shown) if t.startswith(f"{row['title']};"))
    assert f"1 March {row['date'].year}" in title
    assert f"{row['n_mentions']} mention" in title and f"in {row['n_tokens']:,} tokens" in title


def test_a_config_may_do_without(report, drawn):
    from dataclasses import replace

    assert files_of(replace(report, html=False), drawn) == {}


def test_a_report_and_its_sections_show_themselves_in_a_notebook(report):
    first = report._repr_html_()
    assert report.question in first and "<script" not in first
    section = report.section("Topics")
    shown = section._repr_html_()
    figures = [b for b in section.blocks if isinstance(b, Figure)]
    assert shown.count("<svg") == len(figures) > 0
    assert "<script" not in shown and section.title in shown
    assert [s.title for s in report.sections] == [
        b.text for b in report.blocks if isinstance(b, Heading) and b.level == 1
    ]
    with pytest.raises(Exception, match='no section "Nowhere"'):
        report.section("Nowhere")


def test_a_figure_can_be_taken_as_one_of_matplotlib(report):
    from matplotlib.figure import Figure as Drawn

    assert isinstance(report.figure("keyness"), Drawn)
    assert isinstance(report.figure("keyness-2"), Drawn)
    with pytest.raises(Exception, match="Did you mean"):
        report.figure("keynes")
