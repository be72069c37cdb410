"""What a report is made of; every block turns into plain data for the template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from discourse.figures.style import printable

_LONG = re.compile(r"\S{41,}")


def clean(text: object) -> str:
    """Text that is safe to print: control and bidirectional characters become visible, long chunks can break.

    Examples
    --------
    >>> clean("a\\u202eb\\x07")
    'a\\ufffdb\\ufffd'
    """
    result = printable(
        "".join(
            "\ufffd"
            if (unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\n\t")
            or c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
            else c
            for c in str(text)
        )
    )
    return _LONG.sub(lambda m: "\u200b".join(m[0][k : k + 20] for k in range(0, len(m[0]), 20)), result)


@dataclass(frozen=True)
class Heading:
    """A section (level 1) or a part of it (level 2)."""

    text: str
    level: int = 1

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "heading", "text": clean(self.text), "level": self.level}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "paragraph", "text": clean(self.text)}


@dataclass(frozen=True)
class Box:
    """Sentences that stand out: what the report shows."""

    title: str
    sentences: Sequence[str]

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "box", "title": self.title, "sentences": [clean(s) for s in self.sentences]}


@dataclass(frozen=True)
class Refusal:
    """A sentence in the place of a number that the data cannot support."""

    text: str

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "refusal", "text": clean(self.text)}


@dataclass(frozen=True)
class Formula:
    """A formula of the template, by name, with the words that explain it."""

    name: str
    text: str

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "formula", "name": self.name, "text": clean(self.text)}


@dataclass(frozen=True)
class FigureBlock:
    """A figure with its caption, the text for those who cannot see it, its files and its data."""

    name: str
    caption: str
    alt: str
    files: Mapping[str, bytes]
    frame: pd.DataFrame

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {
            "kind": "figure",
            "name": self.name,
            "caption": clean(self.caption),
            "alt": clean(self.alt),
            "short": clean(self.caption.partition("?")[0] + "?" if "?" in self.caption else self.caption),
        }


@dataclass(frozen=True)
class TableBlock:
    """A table; `shown` is what is printed (text), `frame` what is written whole."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    frame: pd.DataFrame
    align: Sequence[str] = ()
    widths: Sequence[float] = ()

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        align = list(self.align) or ["left"] + ["right"] * (len(self.columns) - 1)
        return {
            "kind": "table",
            "caption": clean(self.caption),
            "columns": [clean(c) for c in self.columns],
            "rows": [[clean(c) for c in r] for r in self.rows],
            "align": align,
            "widths": list(self.widths),
        }


@dataclass(frozen=True)
class EvidenceItem:
    """A sentence in pieces (text, style), with its source line."""

    pieces: Sequence[tuple[str, str]]
    source: str
    score: str = ""

    @staticmethod
    def from_marks(text: str, marks: Sequence[tuple[int, int, str]], source: str, score: str = "") -> EvidenceItem:
        """Cut a text at its marks; where marks overlap the first one counts."""
        pieces: list[tuple[str, str]] = []
        at = 0
        for start, end, style in sorted(marks):
            if start < at:
                continue
            pieces += [(text[at:start], ""), (text[start:end], style)]
            at = end
        pieces.append((text[at:], ""))
        return EvidenceItem([p for p in pieces if p[0]], source, score)


@dataclass(frozen=True)
class Evidence:
    """Sentences in their words."""

    title: str
    items: Sequence[EvidenceItem]

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {
            "kind": "evidence",
            "title": clean(self.title),
            "items": [
                {
                    "pieces": [{"text": clean(re.sub(r"\s+", " ", t)), "style": s} for t, s in i.pieces],
                    "source": clean(i.source),
                    "score": i.score,
                }
                for i in self.items
            ],
        }


@dataclass(frozen=True)
class References:
    """The list of works, formatted."""

    entries: Sequence[str]

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return {"kind": "references", "entries": [clean(e) for e in self.entries]}


Block = Heading | Paragraph | Box | Refusal | Formula | FigureBlock | TableBlock | Evidence | References


@dataclass(frozen=True)
class Report:
    """A whole report.

    Parameters
    ----------
    name, title, question, author : str
        From the config.
    facts : sequence of (label, text)
        Lines on the title page.
    summary : Box
        What this shows.
    blocks : sequence of Block
        The pages.
    tables : mapping of str to DataFrame
        Further tables that are written but not printed.
    citations : sequence of str
        Keys of the works that are cited.
    manifest : mapping
        What `run.json` holds.
    paper : str
        a4 or us-letter.
    timestamp : int
        Seconds since 1970, for the PDF; of the youngest document, so that the bytes do not depend on the day.
    """

    name: str
    title: str
    question: str
    author: str
    facts: Sequence[tuple[str, str]]
    summary: Box
    blocks: Sequence[Block]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    citations: Sequence[str] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    paper: str = "a4"
    timestamp: int = 0

    @property
    def figures(self) -> list[FigureBlock]:
        """The figures, in order."""
        return [b for b in self.blocks if isinstance(b, FigureBlock)]
