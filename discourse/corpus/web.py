"""Text out of HTML: fragments as feeds serve them, and saved pages with menus and banners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree
from lxml import html as parser

_BLOCKS = frozenset(
    "p div section article main header footer h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr blockquote pre figure "
    "figcaption hr address"
    " form fieldset body head quote list item row".split()
)
_SKIPPED = frozenset(
    "script style noscript template iframe object svg math input button select textarea img video audio graphic".split()
)
_QUOTES = frozenset(("blockquote", "quote"))
_QUOTABLE = frozenset(("p", "blockquote", "quote", "div"))
_MARK_OF = {"br": "\n", "lb": "\n", "li": "- ", "item": "- ", "td": " ", "th": " ", "cell": " "}
MAX_DEPTH = 200  # libxml2 gives up at 256


class TooDeep(ValueError):
    """Elements are nested more deeply than any page that people write."""


class _Writer:
    """Collects the text of elements in order, with marks of blocks, quotations and list items."""

    def __init__(self, root: Any) -> None:
        self.pieces: list[str] = []
        self._root = root
        self._depth = self._quoted = self._skipping = 0

    def start(self, element: Any, tag: str) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeep(f"elements are nested more than {MAX_DEPTH} deep")
        self._skipping += tag in _SKIPPED
        if self._skipping:
            return
        if tag in _BLOCKS:
            self._line_break()
        self._quoted += tag in _QUOTES
        # Only a block that begins a paragraph gets the mark; the paragraphs within a quotation get one each.
        if self._quoted and tag in _QUOTABLE and self._at_beginning():
            self.pieces.append("> ")
        self._add(_MARK_OF.get(tag))
        self._add(element.text)

    def end(self, element: Any, tag: str) -> None:
        """An element ends; what follows it belongs to its parent."""
        self._depth -= 1
        if tag in _SKIPPED:
            self._skipping -= 1
        elif not self._skipping:
            self._quoted -= tag in _QUOTES
            if tag in _BLOCKS:
                self._line_break()
        if element is not self._root:
            self.after(element)

    def after(self, element: Any) -> None:
        """The text that follows an element, or a comment."""
        if not self._skipping:
            self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)

    def _at_beginning(self) -> bool:
        return not self.pieces or self.pieces[-1] == "\n\n"

    def _line_break(self) -> None:
        if not self._at_beginning():
            self.pieces.append("\n\n")


def block_text(root: Any) -> str:
    """Paragraphs between blank lines; block quotations begin with ``> ``, list items with ``- ``.

    Parameters
    ----------
    root : lxml element
        Of HTML, or of what trafilatura makes of it.

    Returns
    -------
    str

    Raises
    ------
    TooDeep
        For elements nested beyond `MAX_DEPTH`.
    """
    writer = _Writer(root)
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            writer.start(element, tag)
        elif event == "end":
            writer.end(element, tag)
        else:
            writer.after(element)
    return _tidy(writer.pieces)


def _tidy(pieces: Sequence[str]) -> str:
    """White space as a browser shows it, one mark of quotation a paragraph, and no empty paragraphs."""
    # Line ends within a piece are white space of the markup; those of whole pieces are line breaks.
    text = "".join(x if x in ("\n\n", "\n") else re.sub(r"[ \t\r\n\f\v]+", " ", x) for x in pieces)
    paragraphs = []
    for block in text.split("\n\n"):
        # The blanks of neighbouring pieces add up.
        lines = [re.sub(r" {3,}", "  ", x).strip(" ") for x in block.split("\n")]
        paragraph = re.sub(r"^(?:> )+", "> ", "\n".join(x for x in lines if x))
        if paragraph.strip("> -\u00a0"):
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def fragment_text(markup: str) -> str:
    """The text of an HTML fragment, all of it.

    Raises
    ------
    TooDeep
        For elements nested beyond `MAX_DEPTH`.

    Examples
    --------
    >>> fragment_text("<p>One <b>two</b>.</p><blockquote><p>Three.</p></blockquote><ul><li>Four</li></ul>")
    'One two.\\n\\n> Three.\\n\\n- Four'
    """
    # Characters that no XML may hold; lxml refuses them.
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", markup)
    if not clean.strip():
        return ""
    # Only the fragment is parsed: no network, no entities beyond those of HTML.
    root = parser.document_fromstring(f"<div>{clean}</div>", parser=parser.HTMLParser(no_network=True, encoding=None))
    return block_text(root)


@dataclass(frozen=True)
class Page:
    """What a saved page holds: its text, and what it says of itself (empty where it says nothing)."""

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    url: str = ""


@cache
def _settings() -> Any:
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    # A readout is short; below this size the library falls back to text without paragraphs.
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "20"
    config["DEFAULT"]["MIN_OUTPUT_SIZE"] = "1"
    config["DEFAULT"]["EXTRACTION_TIMEOUT"] = "0"
    return config


def read_page(data: bytes | str) -> Page | None:
    """The main text of a saved page, without menus, banners and footers, by trafilatura (Barbaresi 2021).

    Returns
    -------
    Page or None
        None where nothing is found.

    Notes
    -----
    `benchmarks/web_pages.py` compares it with other libraries.
    """
    from trafilatura import bare_extraction, load_html

    tree = load_html(data)
    if tree is None:
        return None
    found: Any = bare_extraction(
        _made_distinct(tree),
        # With its defaults the library loses the paragraphs of short pages (benchmarks/web_pages.py).
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=True,
        config=_settings(),
        # The last day that counts is fixed: by default it is today, and the result would change with the day of
        # reading.
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2100-01-01"},
    )
    if found is None or found.body is None:
        return None
    text = _MARKS.sub("", block_text(found.body))
    return Page(text, *(_MARKS.sub("", x or "") for x in (found.title, found.author, found.date, found.url)))


# Of the private use area of Unicode: no page has them, and two of them number 6,400 x 6,400 paragraphs.
_MARKS = re.compile("[\ue000-\uf8ff]+")


def _made_distinct(tree: Any) -> Any:
    """A mark at the end of each paragraph, for the library drops those that repeat an earlier one: "QUESTION: Why?"."""
    for number, element in enumerate(tree.iter("p", "li", "div", "br", "td", "blockquote")):
        mark = chr(0xE000 + number // 6400 % 6400) + chr(0xE000 + number % 6400)
        if element.tag == "br":
            element.tail = f"{element.tail}{mark}" if element.tail and element.tail.strip() else element.tail
        elif len(element):
            last = element[-1]
            if (last.tail and last.tail.strip()) or element.tag == "p":
                last.tail = f"{last.tail or ''}{mark}"
        elif element.text and element.text.strip():
            element.text += mark
    return tree


def main_text(data: bytes | str) -> str:
    """The main text of a saved page; empty where nothing is found."""
    page = read_page(data)
    return page.text if page else ""
