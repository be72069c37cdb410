"""The report as one page for the screen: the blocks and drawings of the PDF, with what paper cannot do."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from discourse.corpus.dated import iso_date
from discourse.encode.encoder import fold
from discourse.gates import document, visible
from discourse.report.blocks import Block, Box, Figure, Formula, References, Report, Table
from discourse.report.dictionary import data_dictionary
from discourse.report.lines import Lines
from discourse.report.references import formatted
from discourse.report.templates import prose, render
from discourse.report.words import day, number, span
from discourse.report.writers.inline_svg import Named, inline
from discourse.report.writers.mathml import mathml
from discourse.report.writers.typst import clean, formulas, plain
from discourse.report.writers.webfont import font_faces

ROWS = 400  # of a table in the page; all are in the folder
SIGNS = {"cooperative": "+", "conflictual": "−", "hedge": "h", "booster": "b", "obligation": "o"}
# Columns of a frame that name what a mark stands for, the first that it has, and what tells marks of one name apart.
NAMES = ("title", "label", "item", "actor", "name", "speaker", "measure", "row", "panel")
APART = ("speaker", "stratum", "group", "panel", "contrast", "part")
ESTIMATES = ("shown", "estimate", "value", "evaluation", "tokens_median")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;)]")


def page_file(name: str) -> str:
    """A file of the page: its style or script."""
    return files("discourse.report").joinpath("pages", name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("discourse.report", "pages")
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=True)
    environment.filters["links"] = links
    environment.globals |= {"signs": {**SIGNS, "target": ""}, "ui": Words(), "unknown": _unknown}
    return environment


def parts() -> Any:
    """The macros for blocks."""
    return _environment().get_template("blocks.html.j2").module


class Words:
    """The words of the page itself, by key, from `prose/html.toml`."""

    def __getattr__(self, key: str) -> str:
        return render("html", f"ui_{key}")

    @staticmethod
    def plain() -> dict[str, str]:
        """All of them, for the script."""
        return {key.removeprefix("ui_"): text for key, text in prose("html").items() if key.startswith("ui_")}


def _unknown(kind: str) -> str:
    raise TypeError(f"the page does not know {kind}")


def links(text: str) -> Markup:
    """A text in which addresses of the web are links.

    Examples
    --------
    >>> links("See https://x.com/a?b=1&c=2, <i>")
    Markup('See <a href="https://x.com/a?b=1&amp;c=2" rel="noreferrer">https://x.com/a?b=1&amp;c=2</a>, &lt;i&gt;')
    """
    parts, at = [], 0
    for found in _URL.finditer(text):
        address = escape(found[0])
        parts += [escape(text[at : found.start()]), Markup(f'<a href="{address}" rel="noreferrer">{address}</a>')]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def embedded(value: Any) -> Markup:
    """A value as JSON that can stand in a script element: nothing in it ends the element.

    Examples
    --------
    >>> str(embedded({"a": "</script>"}))
    '{"a":"\\\\u003c/script>"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # As JSON has it, so that the values stay what they are.
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def policy_hash(text: str) -> str:
    """What a content security policy says of an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Page:
    """A report as a page.

    Parameters
    ----------
    report : Report
        The report.
    drawings : mapping of str to bytes
        The figures as SVG, by name.
    """

    def __init__(self, report: Report, drawings: Mapping[str, bytes]) -> None:
        self.report, self.drawings = report, drawings
        self.lines = _visible(report.lines or Lines())
        self.tables = report.tables
        self._formulas = mathml([b.forms or formulas()[b.name] for b in report.blocks if isinstance(b, Formula)])
        self._numbers: Counter[str] = Counter()
        self._groups = {s.group for s in self.lines.sources}
        self._source = {s.doc_id: str(k) for k, s in enumerate(self.lines.sources)}

    @staticmethod
    def of_blocks(blocks: Sequence[Block], drawings: Mapping[str, bytes]) -> Page:
        """Some blocks alone."""
        return Page(Report("", "", "", "", (), Box("", ()), blocks), drawings)

    def html(self) -> str:
        """The whole page."""
        report, lines = self.report, self.lines
        blocks = self.blocks([*report.blocks, References(formatted(report.citations, report.works))])
        printed = {b["whole"]["name"] for b in blocks if b.get("whole")}
        style, script = page_file("report.css"), page_file("report.js")
        style += font_faces("".join(d.decode() for d in self.drawings.values()))
        mentions = [
            (t, render("html", "mentions", target=t, total=m.total, documents=m.documents, texts=lines.texts))
            for t, m in lines.mentions.items()
        ]
        return (
            _environment()
            .get_template("report.html.j2")
            .render(
                front=self.front(),
                blocks=blocks,
                data_tables=[self.whole(n, "data_table") for n in self.tables if n not in printed],
                mentions=mentions,
                style=Markup(style),
                script=Markup(script),
                style_hash=policy_hash(style),
                script_hash=policy_hash(script),
                json_ui=embedded(Words.plain()),
                json_tables=embedded(self.table_values()),
                json_lines=embedded(lines.plain()),
            )
        )

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        """Blocks as the templates take them: what the PDF has, with ids, drawings, formulas and tables."""
        found = []
        for block in blocks:
            values = plain(block)
            if values is None:
                continue
            values = cast("dict[str, Any]", _unbroken(values))
            kind = values["kind"]
            self._numbers[kind] += 1
            if isinstance(block, Figure | Table):
                values["of"] = f"{kind}-{block.name}"
                values["label"] = render("html", kind, number=self._numbers[kind])
            values["id"] = f"{kind}-{self._numbers[kind]}"
            if isinstance(block, Figure):
                values["svg"] = Markup(self.drawing(block, f"f{self._numbers[kind]}-"))
                values["whole"] = self.whole(f"figure-{block.name}", "whole")
            elif isinstance(block, Table):
                more = len(block.frame) > len(block.rows) or len(block.frame.columns) > len(block.columns)
                values["whole"] = self.whole(f"table-{block.name}", "whole") if more else None
            elif isinstance(block, Formula):
                values["mathml"] = Markup(self._formulas[self._numbers[kind] - 1])
            found.append(values)
        return found

    def front(self) -> dict[str, Any]:
        """The first page, with the drawing of its figure."""
        values, answer = front(self.report), self.report.answer
        if answer is not None and answer.figure is not None:
            values["answer"]["figure"]["svg"] = Markup(self.drawing(answer.figure, "f0-"))
        return values

    def drawing(self, figure: Figure, prefix: str) -> str:
        """The drawing of a figure, with titles of its marks."""

        rows: dict[str, list[dict[str, Any]]] = {}

        def mark(name: str) -> Named | None:
            table, _, row = name.partition(".")
            if table not in rows:
                frame = figure.frame if table == "frame" else getattr(figure.kind, table)
                rows[table] = frame.to_dict("records")
            return self.named(rows[table][int(row)], figure)

        return inline(self.drawings[figure.name], prefix, clean(figure.alt), mark, self.word)

    def word(self, text: str) -> str:
        """The word that can be looked up; empty where there is none."""
        # The name of a group may be a word of the texts, too.
        return fold(text) if fold(text) in self.lines.words and text not in self._groups else ""

    def named(self, row: Mapping[str, Any], figure: Figure) -> Named:
        """What a mark stands for in words, and what the page can show of it."""
        there = {k: v for k, v in row.items() if v is not None and v == v and v != ""}
        if there.get("title") == there.get("doc_id"):
            there.pop("title", None)
        by = next((c for c in NAMES if c in there), "")
        labels = getattr(figure.kind, "labels", {})
        parts = [labels.get(there.get(by), there.get(by)), *(there[c] for c in APART if c in there and c != by)]
        if isinstance(there.get("date"), pd.Timestamp):
            parts.append(day(iso_date(there)))
        parts = [p for p in dict.fromkeys(map(str, parts)) if p != "None"]
        value = next((float(there[c]) for c in ESTIMATES if c in there), None)
        digits = 2 if value is not None and abs(value) < 10 else 1
        title = render(
            "html",
            "mark",
            parts=parts,
            estimate="" if value is None else number(value, digits),
            interval=span(float(there["low"]), float(there["high"]), digits) if {"low", "high"} <= set(there) else "",
            n=_n(there, figure),
        )
        return clean(title), self._behind(there)

    def _behind(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What the page shows when a mark is clicked: the lines of a word, of a document or of a speaker, or a topic."""
        item = str(row.get("item", ""))
        if re.fullmatch(r"T\d+", item):
            return {"topic": item}
        if self.word(item):
            return {"word": self.word(item)}
        if str(row.get("doc_id", "")) in self._source:
            return {"source": self._source[str(row["doc_id"])]}
        return {"speaker": visible(str(row["speaker"]))} if "speaker" in row else {}

    def whole(self, name: str, key: str) -> dict[str, Any]:
        """What is said of a table that the page can show."""
        rows = len(self.tables[name])
        return {"name": name, "said": render("html", key, name=name, rows=rows, shown=min(rows, ROWS))}

    def table_values(self) -> dict[str, Any]:
        """The tables for the script: columns that are not empty with their meanings, and rows."""
        dictionary = data_dictionary(self.tables, self.report.columns)
        found = {}
        for name, every in self.tables.items():
            frame = every[[c for c in every.columns if not (every[c].isna() | every[c].eq("")).all()]]
            of = dictionary[dictionary["table"] == name]
            explain = {
                r.column: f"{r.meaning} ({r.unit})" if r.unit else r.meaning for r in of.itertuples() if r.meaning
            }
            rows = [list(map(_value, row)) for row in frame.head(ROWS).itertuples(index=False, name=None)]
            found[name] = {"columns": [visible(str(c)) for c in frame.columns], "explain": explain, "rows": rows}
        return found


def front(report: Report) -> dict[str, Any]:
    """The first page."""
    answer = report.answer
    return {
        "answer": None if answer is None else _unbroken(plain(answer)),
        "title": clean(report.title),
        "question": clean(report.question),
        "author": clean(report.author),
        "summary": _unbroken(plain(report.summary)),
        "facts": [(clean(a), _unbroken(clean(b))) for a, b in report.facts],
    }


def _n(row: Mapping[str, Any], figure: Figure) -> str:
    """How much text a mark stands on."""
    if {"n_mentions", "n_tokens"} <= set(row):
        return render("html", "n_mentions", mentions=int(row["n_mentions"]), tokens=int(row["n_tokens"]))
    if {"count_study", "count_reference"} <= set(row):
        names = [getattr(figure.kind, end) for end in ("study", "reference")]
        counts = {end: int(row[f"count_{end}"]) for end in ("study", "reference")}
        return render("html", "n_counts", names=names, **counts)
    return render("html", "n_documents", documents=int(row["n_documents"])) if "n_documents" in row else ""


def _visible(lines: Lines) -> Lines:
    """Lines in which no character changes the order of a text."""
    sources = [replace(s, **{f: visible(getattr(s, f)) for f in ("doc_id", "title", "group")}) for s in lines.sources]
    passages = [replace(p, speaker=visible(p.speaker), text=visible(p.text)) for p in lines.passages]
    return replace(lines, sources=sources, passages=passages)


def _unbroken(value: Any) -> Any:
    """Texts without the places at which the PDF may break long words."""
    if isinstance(value, str):
        return value.replace("\u200b", "")
    if isinstance(value, list):
        return [_unbroken(v) for v in value]
    return {k: _unbroken(v) for k, v in value.items()} if isinstance(value, dict) else value


def _value(value: Any) -> Any:
    """A value of a table as JSON has it: numbers with four digits, dates as in the files, nothing for what is missing."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | np.bool_):
        return str(value)
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        # JSON has no infinity.
        return float(f"{value:.4g}") if np.isfinite(value) else str(value)
    return visible(str(value))


def files_of(report: Report, drawings: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """`report.html`, unless the config does without."""
    if not report.html:
        return {}
    return {"report.html": document(Page(report, {name: drawn["svg"] for name, drawn in drawings.items()}).html())}
