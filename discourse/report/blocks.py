"""What a report is made of: values only. A writer turns them into pages, files or cells; nothing is drawn before it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pandas as pd

from discourse.corpus.dated import as_written
from discourse.errors import UsageError, did_you_mean
from discourse.figures.kinds import Kind
from discourse.report.lines import Lines
from discourse.shown import brief as shown
from discourse.shown import n_of

# Words of a caption; the rest is a note on how to read.
MOST_CAPTION = 50
_SENTENCE = re.compile(r"(?<=[.?!)])\s+(?=[A-Z“])")


def caption_and_note(text: str) -> tuple[str, str]:
    """A caption of at most `MOST_CAPTION` words, and what follows as a note on how to read the figure or table.

    The caption is the question, or the first sentence, and the line on n, where there is room for it.

    Examples
    --------
    >>> caption_and_note("Which words differ? Thick lines are intervals. n: a 3 documents; b 4 documents.")
    ('Which words differ? n: a 3 documents; b 4 documents.', 'Thick lines are intervals.')
    """
    text = text.strip()
    body, mark, n = text.rpartition(" n: ")
    n = f"n: {n}" if mark else ""
    first, *rest = _SENTENCE.split(body if mark else text)
    note = " ".join(rest)
    if n and len(f"{first} {n}".split()) <= MOST_CAPTION:
        return f"{first} {n}", note
    return first, f"{note} {n}".strip()


@dataclass(frozen=True)
class Heading:
    """A section (level 1) or a part of it (level 2); where it is `settled`, all figures before it are printed before it."""

    text: str
    level: int = 1
    settled: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Box:
    """Sentences that stand out: what the report shows."""

    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Refusal:
    """A sentence in the place of a number that the data cannot support."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula with the words that explain it: by its name in `formulas.toml`, or in forms of its own (`typst`, `alt`)."""

    name: str
    text: str
    forms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A figure: its data, the kind of drawing with its options, a caption, and a text for those who cannot see it.

    Parameters
    ----------
    name : str
        Of its files.
    of : str
        Name by which a config asks for it (`report: figures`); the name by default.
    frame : DataFrame
        What is drawn.
    kind : Kind
        How.
    caption, alt : str
        Words below it, and words instead of it.
    """

    name: str
    frame: pd.DataFrame
    kind: Kind
    caption: str
    alt: str
    of: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `rows` are what is printed (text), `frame` what is written whole."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    frame: pd.DataFrame
    align: Sequence[str] = ()
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class DataTable:
    """A table that is written and not printed."""

    name: str
    frame: pd.DataFrame


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


@dataclass(frozen=True)
class References:
    """The list of works, formatted."""

    entries: Sequence[str]


@dataclass(frozen=True)
class Answer:
    """What page 1 says: the answer, its figure, how sure it is, and of which texts it is true.

    Parameters
    ----------
    text : str
        The answer, in at most sixty words.
    figure : Figure, optional
        What carries it.
    sure : sequence of str
        How sure it is and why, at most three lines.
    undecided : str
        What is inconclusive, in a line; empty where nothing is.
    corpus : str
        The corpus in a line.
    heading : str
        Above the lines on how sure it is.
    further : sequence of str
        A line for each further contrast.
    """

    text: str
    figure: Figure | None = None
    sure: Sequence[str] = ()
    undecided: str = ""
    corpus: str = ""
    heading: str = ""
    further: Sequence[str] = ()


Block = Heading | Paragraph | Box | Refusal | Formula | Figure | Table | DataTable | Evidence | References


def tables_in(blocks: Iterable[Block]) -> dict[str, pd.DataFrame]:
    """Every table of some blocks that is written, by the name of its file."""
    blocks = list(blocks)
    further = {b.name: b.frame for b in blocks if isinstance(b, DataTable)}
    figures = {f"figure-{b.name}": b.frame for b in blocks if isinstance(b, Figure)}
    every = further | figures | {f"table-{b.name}": b.frame for b in blocks if isinstance(b, Table)}
    return {name: as_written(frame) for name, frame in every.items()}


def drawn(figures: Sequence[Figure], name: str, whose: str) -> Any:
    """One of some figures as a matplotlib `Figure`: by the name of its file, or by that of `discourse list`.

    Raises
    ------
    UsageError
        If there is no such figure.
    """
    named = {f.of: f for f in reversed(figures)} | {f.name: f for f in figures}
    if name not in named:
        raise UsageError(f'{whose} has no figure "{name}". {did_you_mean(name, list(named))}')
    figure = named[name]
    return import_module("discourse.figures.draw").draw(figure.frame, figure.kind)


@dataclass(frozen=True)
class Section:
    """A section of a report, which a notebook shows with its figures."""

    title: str
    blocks: list[Block]

    def __repr__(self) -> str:
        figures = sum(isinstance(b, Figure) for b in self.blocks)
        return f"Section {self.title!r}: {n_of(len(self.blocks), 'block')}, {n_of(figures, 'figure')}"

    def _repr_html_(self) -> str:
        shown: str = import_module("discourse.report.writers.notebook").section(self)
        return shown


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
    columns : mapping of str to (str, str)
        Meaning and unit of the columns of all tables.
    citations : sequence of str
        Keys of the works that are cited.
    manifest : mapping
        What `run.json` holds.
    paper : str
        a4 or us-letter.
    timestamp : int
        Seconds since 1970, for the PDF; of the youngest document, so that the bytes do not depend on the day.
    formats : sequence of str
        In which figures are written beside the report: svg, pdf, png, tiff.
    dpi : int
        Dots per inch of png and tiff.
    width : {"double", "single"}
        Columns of a journal that these figures fill.
    tables_as : sequence of str
        Further forms of the printed tables: tex, docx.
    works : mapping of str to mapping
        Cited works that are not in `references.toml`.
    answer : Answer, optional
        The first page; the summary alone without it.
    brief : sequence of Block
        The pages after the first, where a brief report is asked for; `blocks` has them all.
    html : bool
        Whether there is a page for the screen beside the PDF.
    lines : Lines, optional
        The lines behind words and mentions, for that page.
    encoded : mapping of str to bytes, optional
        The tables as files, where they have been made already.
    """

    name: str
    title: str
    question: str
    author: str
    facts: Sequence[tuple[str, str]]
    summary: Box
    blocks: Sequence[Block]
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    citations: Sequence[str] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    paper: str = "a4"
    timestamp: int = 0
    formats: Sequence[str] = ("svg",)
    works: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answer: Answer | None = None
    brief: Sequence[Block] = ()
    dpi: int = 300
    width: str = "double"
    tables_as: Sequence[str] = ()
    html: bool = True
    lines: Lines | None = None
    encoded: Mapping[str, bytes] | None = None

    __repr__ = shown

    def _repr_html_(self) -> str:
        shown: str = import_module("discourse.report.writers.notebook").report(self)
        return shown

    @property
    def sections(self) -> list[Section]:
        """The sections: each heading of level 1 with the blocks up to the next."""
        found: list[Section] = []
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 1:
                found.append(Section(block.text, []))
            elif found:
                found[-1].blocks.append(block)
        return found

    def section(self, name: str) -> Section:
        """The section of that heading, or the first whose heading has these words.

        Raises
        ------
        UsageError
            If there is none.
        """
        titles = {s.title: s for s in self.sections}
        having = [s for title, s in titles.items() if name.casefold() in title.casefold()]
        if name not in titles and not having:
            raise UsageError(f'there is no section "{name}". {did_you_mean(name, list(titles))}')
        return titles.get(name) or having[0]

    def figure(self, name: str) -> Any:
        """A figure as a matplotlib `Figure`, drawn anew: by the name of its file, or by that of `discourse list`.

        Raises
        ------
        UsageError
            If the report has no such figure.
        """
        return drawn(self.figures, name, "the report")

    @property
    def figures(self) -> list[Figure]:
        """The figures, in order, that of the first page among them."""
        first = [self.answer.figure] if self.answer is not None and self.answer.figure is not None else []
        return [*first, *(b for b in self.blocks if isinstance(b, Figure))]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that is written, by its name: those of figures, those that are printed, and further ones."""
        first = [self.answer.figure] if self.answer is not None and self.answer.figure is not None else []
        return tables_in([*first, *self.blocks])
