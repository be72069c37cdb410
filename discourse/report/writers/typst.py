"""Set a report as PDF: blocks become plain data for a constant template."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from functools import cache, singledispatch
from importlib.resources import files
from pathlib import Path
from typing import Any

from discourse.errors import DiscourseError
from discourse.figures.glyphs import printable
from discourse.gates import json_text
from discourse.report.blocks import (
    Answer,
    Box,
    DataTable,
    Evidence,
    Figure,
    Formula,
    Heading,
    Paragraph,
    References,
    Refusal,
    Report,
    Table,
    caption_and_note,
)
from discourse.report.references import formatted

# Addresses and hashes would run over the margin without a place to break.
_LONG = re.compile(r"\S{41,}")


def clean(text: object) -> str:
    """Text that is safe to print: control and bidirectional characters become visible, long chunks can break.

    Examples
    --------
    >>> clean("a\\u202eb\\x07")
    'a\\ufffdb\\ufffd'
    """
    result = printable(str(text))
    return _LONG.sub(lambda m: "\u200b".join(m[0][k : k + 20] for k in range(0, len(m[0]), 20)), result)


@cache
def formulas() -> dict[str, dict[str, str]]:
    """The formulas by name: `typst` and `alt`."""
    return tomllib.loads(files("discourse.report").joinpath("formulas.toml").read_text(encoding="utf-8"))


@singledispatch
def plain(block: Any) -> dict[str, Any] | None:
    """A block as plain data for the template; None for what is not printed."""
    raise TypeError(f"the PDF writer does not know {type(block).__name__}")


@plain.register
def _(block: Heading) -> dict[str, Any]:
    return {"kind": "heading", "text": clean(block.text), "level": block.level, "settled": block.settled}


@plain.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"kind": "paragraph", "text": clean(block.text)}


@plain.register
def _(block: Box) -> dict[str, Any]:
    return {"kind": "box", "title": clean(block.title), "sentences": [clean(s) for s in block.sentences]}


@plain.register
def _(block: Refusal) -> dict[str, Any]:
    return {"kind": "refusal", "text": clean(block.text)}


@plain.register
def _(block: Formula) -> dict[str, Any]:
    return {"kind": "formula", "text": clean(block.text), **(block.forms or formulas()[block.name])}


@plain.register
def _(block: Figure) -> dict[str, Any]:
    caption, note = caption_and_note(block.caption)
    # The list of figures shows the question alone.
    question, mark, _ = caption.partition("?")
    return {
        "kind": "figure",
        "name": block.name,
        "caption": clean(caption),
        "note": clean(note),
        "alt": clean(block.alt),
        "short": clean(question + mark),
    }


@plain.register
def _(block: Table) -> dict[str, Any]:
    caption, note = caption_and_note(block.caption)
    return {
        "kind": "table",
        "caption": clean(caption),
        "note": clean(note),
        "columns": [clean(c) for c in block.columns],
        "rows": [[clean(c) for c in r] for r in block.rows],
        "align": list(block.align) or ["left"] + ["right"] * (len(block.columns) - 1),
        "widths": list(block.widths),
    }


@plain.register
def _(block: DataTable) -> None:
    return None


@plain.register
def _(block: Evidence) -> dict[str, Any]:
    items = [
        {
            "pieces": [{"text": clean(re.sub(r"\s+", " ", t)), "style": s} for t, s in i.pieces],
            "source": clean(i.source),
            "score": i.score,
        }
        for i in block.items
    ]
    return {"kind": "evidence", "title": clean(block.title), "items": items}


@plain.register
def _(block: Answer) -> dict[str, Any]:
    return {
        "kind": "answer",
        "text": clean(block.text),
        "figure": None if block.figure is None else plain(block.figure),
        "sure": [clean(s) for s in block.sure],
        "undecided": clean(block.undecided),
        "corpus": clean(block.corpus),
        "further": [clean(s) for s in block.further],
        "heading": block.heading,
    }


@plain.register
def _(block: References) -> dict[str, Any]:
    return {"kind": "references", "entries": [clean(e) for e in block.entries]}


def compile_pdf(report: Report, drawings: Mapping[str, bytes]) -> bytes:
    """Set the report as a tagged PDF (PDF/A-2a and PDF/UA-1).

    Parameters
    ----------
    report : Report
        The report.
    drawings : mapping of str to bytes
        The figures as SVG, by name.

    Returns
    -------
    bytes
        The same for the same report.
    """
    import typst

    from discourse.figures.fonts import font_folder

    brief = bool(report.brief)
    printed = report.brief or [*report.blocks, References(formatted(report.citations, report.works))]
    blocks = [b for b in map(plain, printed) if b is not None]
    data = {
        "title": clean(report.title),
        "question": clean(report.question),
        "author": clean(report.author),
        "facts": [[clean(a), clean(b)] for a, b in report.facts],
        "answer": plain(report.answer or Answer(" ".join(report.summary.sentences))),
        "brief": brief,
        "blocks": blocks,
        "paper": report.paper,
        "has_figures": bool(report.figures),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "figures").mkdir()
        for name, drawing in drawings.items():
            (root / "figures" / f"{name}.svg").write_bytes(drawing)
        (root / "data.json").write_bytes(json_text(json.dumps(data, ensure_ascii=False)))
        (root / "main.typ").write_bytes(files("discourse.report.writers").joinpath("template.typ").read_bytes())
        try:
            pdf = typst.compile(
                root / "main.typ",
                root=root,
                font_paths=[font_folder()],
                # The same fonts, and so the same pages, on every machine.
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["a-2a", "ua-1"],
                timestamp=report.timestamp,
            )
        except typst.TypstError as error:
            raise DiscourseError(f"the report could not be set: {error.message} {error.diagnostic[:400]}") from None
    if not isinstance(pdf, bytes):
        raise DiscourseError("the report could not be set: no single PDF came back")
    return pdf


def files_of(report: Report, drawings: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """`report.pdf`."""
    return {"report.pdf": compile_pdf(report, {name: drawn["svg"] for name, drawn in drawings.items()})}
