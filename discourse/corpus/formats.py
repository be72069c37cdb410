"""Text out of saved pages, Word documents and PDF files, each of them checked before it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from discourse.corpus.archive import check_zip
from discourse.corpus.files import decode
from discourse.corpus.hostile import pdf_pages, word_paragraphs
from discourse.corpus.web import Page, TooDeep, read_page
from discourse.errors import SourceError

PLAIN_SUFFIXES = (".txt", ".md")


def file_page(path: Path, data: bytes, encoding: str = "utf-8") -> Page:
    """The text of a file, by its suffix; of pages also what they say of themselves.

    Parameters
    ----------
    path : Path
        A file ending in .txt, .md, .docx or .pdf; anything else is read as HTML.
    data : bytes
        What is in it.
    encoding : str
        Of text files.

    Returns
    -------
    Page

    Raises
    ------
    SourceError
        For a file that cannot be read or that holds no text.
    """
    suffix = path.suffix.lower()
    if suffix in PLAIN_SUFFIXES:
        return plain_page(path, decode(path, data, encoding))
    if suffix == ".docx":
        return Page(word_text(path, data))
    if suffix == ".pdf":
        return Page(pdf_text(path, data))
    return html_page(path, data)


def plain_page(path: Path, text: str) -> Page:
    """Text as it is; of Markdown without its marks."""
    return Page(_without_markdown(text) if path.suffix.lower() == ".md" else text)


def _without_markdown(text: str) -> str:
    """Markdown without the marks that would hide a speaker label: bold type and headings."""
    return re.sub(r"(?m)^#{1,6}\s+", "", re.sub(r"\*\*(.+?)\*\*", r"\1", text))


def html_page(path: Path, data: bytes) -> Page:
    """The main text of a saved page; SourceError for what is no page, or none that can be read."""
    # Entities that hold entities make gigabytes of a small file.
    if re.search(rb"<!ENTITY", data[:100_000], re.I):
        raise SourceError(f"{path}: declares entities; such files are not read")
    if b"<" not in data[:100_000]:
        raise SourceError(f"{path}: not HTML (no tag in its first 100 kB)")
    try:
        page = read_page(data)
    except TooDeep as error:
        raise SourceError(f"{path}: not HTML that can be read ({error})") from None
    except (RecursionError, ValueError, TypeError, AttributeError, AssertionError) as error:
        # What hostile markup raises inside the libraries.
        raise SourceError(f"{path}: not HTML that can be read ({type(error).__name__})") from None
    if page is None or not page.text.strip():
        raise SourceError(f"{path}: no text found in this page")
    return page


def word_text(path: Path, data: bytes) -> str:
    """The paragraphs of a Word document, with its tables; SourceError for what is none."""
    check_zip(path, data, "a Word document", "word/document.xml")
    if find_spec("docx") is None:
        raise SourceError(
            f"{path}: reading Word documents needs the package python-docx: "
            "pip install 'discourse-analytics[documents]'"
        )
    return "\n\n".join(p.strip() for p in word_paragraphs(path, data) if p.strip())


def pdf_text(path: Path, data: bytes) -> str:
    """The paragraphs of a PDF file; SourceError for what is none, and for a scan without text."""
    if b"%PDF-" not in data[:1024]:
        raise SourceError(f"{path}: not a PDF file (it does not begin with %PDF-)")
    if find_spec("pypdf") is None:
        raise SourceError(
            f"{path}: reading PDF files needs the package pypdf: pip install 'discourse-analytics[documents]'"
        )
    pages = pdf_pages(path, data)
    if pages is None:
        raise SourceError(f"{path}: the PDF file is encrypted")
    text = join_pages(pages)
    if not text.strip():
        raise SourceError(f"{path}: no text in the PDF file; a scan needs optical character recognition first")
    return text


def join_pages(pages: Sequence[str]) -> str:
    """Lines of PDF pages to paragraphs: page numbers and running heads go, broken lines and words are joined.

    Examples
    --------
    >>> join_pages(["Head\\nThe harbour is a long-\\nstanding cause of\\npeace.\\n1", "Head\\nNext.\\n2"])
    'The harbour is a long-standing cause of peace.\\n\\nNext.'
    """
    lines_of = [[x.strip() for x in page.split("\n") if x.strip()] for page in pages]
    # A first or last line that more than half of the pages share is a running head or foot.
    heads = {x for lines in lines_of for x in {*lines[:1], *lines[-1:]}} if len(pages) > 1 else set()
    heads = {h for h in heads if sum(h in (lines[:1] + lines[-1:]) for lines in lines_of) > max(1, len(pages) // 2)}
    lines = [
        x for page in lines_of for x in page if x not in heads and not re.fullmatch(r"(?:Page )?\d{1,4}(?: of \d+)?", x)
    ]
    if not lines:
        return ""
    # The width of a full line: four lines in five are no longer. A line well short of it that ends a sentence ends a
    # paragraph, for PDF files keep no other trace of paragraphs.
    width = sorted(map(len, lines))[int(0.8 * (len(lines) - 1))]
    result: list[str] = []
    short = True
    for line in lines:
        begins = short or re.match(r"(?:[A-Z][A-Z.’' -]{2,40}:|Q[:.]? |[•*-] )", line)
        if result and not begins:
            joined = result[-1]
            # The hyphen stays, as in "long-standing": nothing distinguishes it from one that only breaks a word.
            result[-1] = joined + line if joined.endswith("-") else f"{joined} {line}"
        else:
            result.append(line)
        short = len(line) < 0.7 * width and bool(re.search(r"[.!?:”\")]$", line))
    return "\n\n".join(result)
