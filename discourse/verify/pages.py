"""Where in a report a number is printed: page, figure, table."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from discourse.errors import UsageError

_FIGURE = re.compile(r'<figure[^>]*\bdata-of="([^"]+)".*?<figcaption>(.*?)</figcaption>', re.DOTALL)
_LABEL = re.compile(r"<b>(.*?)\.</b>(.*?)(?:<span|$)", re.DOTALL)
# So much of a caption tells it from the others.
_CAPTION = 60


@dataclass(frozen=True)
class Place:
    """Page of report.pdf, from 1 (0: only in report.html), and number of the figure or table there."""

    page: int
    item: str


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page of a PDF.

    Raises
    ------
    UsageError
        Where the package pypdf is missing.
    ValueError
        For what is no PDF.
    """
    try:
        import pypdf
    except ImportError:
        raise UsageError("reading a PDF needs the package pypdf: pip install 'discourse-analytics[archive]'") from None
    try:
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    except Exception as error:  # pypdf raises anything for a damaged file
        raise ValueError(str(error)[:100]) from None


def places(folder: Path, pages: list[str]) -> Mapping[str, Place]:
    """Where the figures and tables of a report stand, by the name of the table behind them (`figure-stance`)."""
    page = folder / "report.html"
    text = page.read_text(encoding="utf-8", errors="replace") if page.is_file() else ""
    flat = [" ".join(p.split()) for p in pages]
    found: dict[str, Place] = {}
    for name, caption in _FIGURE.findall(text):
        label = _LABEL.search(caption)
        if label is None:
            found[name] = Place(1, "Figure on page 1")
            continue
        kind, words = label[1].split()[0], _plain(label[2])
        printed = re.compile(rf"({re.escape(kind)} \d+)\. {re.escape(words[:_CAPTION])}")
        at = next(((k, m[1]) for k, t in enumerate(flat, 1) if (m := printed.search(t))), None)
        found.setdefault(name, Place(*at) if at else Place(0, label[1]))
    return found


def _plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())
