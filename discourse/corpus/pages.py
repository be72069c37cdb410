"""Saved web pages, and folders of documents in several formats."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from discourse.corpus.archive import check_zip
from discourse.corpus.build import MAX_DOCUMENT, MAX_MARKUP, Batch, decode, distinct_stems, find_files, issuer_of
from discourse.corpus.dates import date_line, full_dates, parse_date
from discourse.corpus.rows import read_rows, word
from discourse.corpus.turns import QUOTATION_WORDS, Document, Speaker
from discourse.corpus.web import Page, TooDeep, read_page
from discourse.errors import SourceError, did_you_mean
from discourse.types import Corpus, Exclusion

HTML_SUFFIXES = (".html", ".htm", ".xhtml")
FOLDER_SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf")


def _html(path: Path, data: bytes) -> Page:
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


def _word_file(path: Path, data: bytes) -> str:
    check_zip(path, data, "a Word document", "word/document.xml")
    try:
        import docx
    except ImportError:
        raise SourceError(
            f"{path}: reading Word documents needs the package python-docx: pip install 'discourse-analytics[documents]'"
        ) from None
    try:
        document = docx.Document(io.BytesIO(data))
        parts: list[str] = []
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                parts += [" ".join(dict.fromkeys(c.text.strip() for c in row.cells)) for row in block.rows]
            else:
                quoted = "quote" in (block.style.name or "").lower() if block.style is not None else False
                parts.append(f"> {block.text}" if quoted and block.text.strip() else block.text)
        return "\n\n".join(p.strip() for p in parts if p.strip())
    except Exception as error:  # python-docx raises what lxml and zipfile raise
        raise SourceError(f"{path}: not a Word document that can be read ({_first(error)})") from None


def _pdf(path: Path, data: bytes) -> str:
    if b"%PDF-" not in data[:1024]:
        raise SourceError(f"{path}: not a PDF file (it does not begin with %PDF-)")
    try:
        import logging

        from pypdf import PdfReader
    except ImportError:
        raise SourceError(
            f"{path}: reading PDF files needs the package pypdf: pip install 'discourse-analytics[documents]'"
        ) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{path}: the PDF file is encrypted")
        pages = [page.extract_text() or "" for page in reader.pages]
    except SourceError:
        raise
    except Exception as error:  # hostile files raise anything
        raise SourceError(f"{path}: not a PDF file that can be read ({_first(error)})") from None
    text = _paragraphs_of_pages(pages)
    if not text.strip():
        raise SourceError(f"{path}: no text in the PDF file; a scan needs optical character recognition first")
    return text


def _first(error: Exception) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__


def _paragraphs_of_pages(pages: Sequence[str]) -> str:
    """Lines of PDF pages to paragraphs: page numbers and running heads go, broken lines and words are joined.

    Examples
    --------
    >>> _paragraphs_of_pages(["Head\\nThe harbour is a long-\\nstanding and very well known cause of\\npeace.\\n1", "Head\\nNext.\\n2"])
    'The harbour is a long-standing and very well known cause of peace.\\n\\nNext.'
    """
    lines_of = [[x.strip() for x in page.split("\n") if x.strip()] for page in pages]
    heads = {x for lines in lines_of for x in {*lines[:1], *lines[-1:]}} if len(pages) > 1 else set()
    heads = {h for h in heads if sum(h in (lines[:1] + lines[-1:]) for lines in lines_of) > max(1, len(pages) // 2)}
    lines = [
        x for page in lines_of for x in page if x not in heads and not re.fullmatch(r"(?:Page )?\d{1,4}(?: of \d+)?", x)
    ]
    if not lines:
        return ""
    width = sorted(map(len, lines))[int(0.8 * (len(lines) - 1))]
    result: list[str] = []
    short = True
    for line in lines:
        begins = short or re.match(r"(?:[A-Z][A-Z.’' -]{2,40}:|Q[:.]? |[•*-] )", line)
        if result and not begins:
            joined = result[-1]
            result[-1] = joined + line if joined.endswith("-") else f"{joined} {line}"
        else:
            result.append(line)
        short = len(line) < 0.7 * width and bool(re.search(r"[.!?:”\")]$", line))
    return "\n\n".join(result)


def _first_date(text: str) -> dt.date | None:
    """The first line that is a date, or else the first full date, near the beginning of a text."""
    for line in text[:1500].split("\n"):
        partial = date_line(line)
        if partial and partial.year:
            return partial.in_year(partial.year)
    found = next(full_dates(text[:600]), None)
    return found.in_year(found.year) if found and found.year else None


def read_html(
    *,
    files: Sequence[str | Path] = (),
    issuers: Mapping[str, Sequence[str]] | None = None,
    issuer: str = "",
    author: str = "",
    speakers: Sequence[Speaker] = (),
    language: str | None = "en",
    quotation_words: int = QUOTATION_WORDS,
    strict: bool = False,
) -> Corpus:
    """Read saved web pages; menus, banners and footers are left out.

    Parameters
    ----------
    files : sequence of path
        HTML files, or folders of them.
    issuers : mapping of str to sequence of str, optional
        Issuers and the words by which an author names them; pages of others are excluded.
    issuer, author : str
        For all pages, where they do not say it themselves.
    speakers, language, quotation_words, strict
        As in every reader.

    Returns
    -------
    Corpus
        The date is that of a line of its own near the beginning of the text, or else of the page's metadata. Metadata
        columns: `url`, `file`.
    """
    batch = Batch("html")
    paths = find_files(files, HTML_SUFFIXES)
    stems = distinct_stems(paths)
    guessed = 0
    for path in paths:
        data = batch.read(path, MAX_MARKUP)
        if data is None:
            continue
        try:
            page = _html(path, data)
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
            continue
        stated = _first_date(page.text)
        guessed += stated is None and bool(page.date)
        byline = author or page.author
        who = issuer_of(f"{byline} {page.text[:400]}", issuers)
        if who is None:
            batch.n_found += 1
            batch.excluded.append(Exclusion(page.title or path.name, "no recognised issuer", path.name))
            continue
        batch.add(
            Document(
                stems[path],
                stated or parse_date(page.date),
                page.title or stems[path],
                page.text,
                byline,
                "",
                who if issuers else issuer,
                path.name,
                metadata={"url": page.url, "file": path.name},
            )
        )
    if guessed:
        batch.inferences.append(f"dates of {guessed} pages from their metadata, where the text has none")
    return batch.corpus(speakers=speakers, language=language, quotation_words=quotation_words, strict=strict)


def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern for file names, such as ``{date}-{speaker}``, as a regular expression."""
    fields = re.findall(r"\{(\w+)\}", pattern)
    if not fields or len(set(fields)) < len(fields):
        raise SourceError(
            f'corpus.options.names: "{pattern}" needs at least one field in braces, each once, such as "{{date}}-{{speaker}}.txt"'
        )
    stem = re.sub(r"\.(?:\*|[a-z]{2,4})$", "", pattern)
    parts = re.split(r"\{(\w+)\}", stem)
    expression = ""
    for k, part in enumerate(parts):
        if k % 2 == 0:
            expression += re.escape(part)
        else:
            inner = r"\d{4}-\d{2}-\d{2}|\d{8}" if part == "date" else ".+" if k == len(parts) - 2 else ".+?"
            expression += f"(?P<{part}>{inner})"
    return re.compile(expression + "$")


def read_folder(
    *,
    files: Sequence[str | Path] = (),
    names: str | None = None,
    metadata: str | None = None,
    metadata_file: str = "file",
    keep: Sequence[str] = (),
    encoding: str = "utf-8",
    speakers: Sequence[Speaker] = (),
    language: str | None = "en",
    quotation_words: int = QUOTATION_WORDS,
    strict: bool = False,
) -> Corpus:
    """Read a folder of documents: .txt, .md, .html, .docx, .pdf; one document a file.

    Parameters
    ----------
    files : sequence of path
        Folders, or files.
    names : str, optional
        Pattern of the file names, such as ``{date}-{speaker}.txt``: `date` (2018-01-24 or 20180124), `speaker`, `title`,
        `kind`, `issuer`; any other field becomes a metadata column.
    metadata : str, optional
        A table (CSV, TSV, JSON lines, Excel) in the folder, or in that of the first file, with a row for each file and
        columns date, title, speaker, kind, issuer.
    metadata_file : str
        Its column with the file name, with or without folder and suffix.
    keep : sequence of str
        Further columns of it to keep.
    encoding : str
        Of text files.
    speakers, language, quotation_words, strict
        As in every reader.

    Returns
    -------
    Corpus
        A date that neither name nor table gives is the first date line of the text.

    Raises
    ------
    SourceError
        For a pattern without fields, a table that cannot be read, and where nothing is left.

    Notes
    -----
    Word documents are read by python-docx, PDF files by pypdf: the extra `documents` installs both.
    """
    batch = Batch("folder")
    pattern = _pattern(names) if names else None
    paths = find_files(files, FOLDER_SUFFIXES)
    sidecar, rows = _sidecar(batch, [Path(f) for f in files], metadata, metadata_file, keep)
    paths = [p for p in paths if p != sidecar]
    stems = distinct_stems(paths)
    dated = 0
    for path in paths:
        fields: dict[str, Any] = {}
        if pattern is not None:
            match = pattern.match(path.stem)
            if match is None:
                batch.n_found += 1
                batch.fail(path, f'the name does not fit the pattern "{names}"')
                continue
            fields = {k: v.replace("_", " ") for k, v in match.groupdict().items()}
        if rows is not None:
            row = rows.get(path.name.casefold()) or rows.get(path.stem.casefold())
            if row is None:
                batch.n_found += 1
                batch.fail(path, f"no row for this file in {metadata}")
                continue
            fields |= {k: v for k, v in row.items() if word(v)}
        data = batch.read(path, MAX_DOCUMENT if path.suffix.lower() in (".txt", ".md") else MAX_MARKUP)
        if data is None:
            batch.n_found += 1
            continue
        page = Page("")
        try:
            suffix = path.suffix.lower()
            if suffix in (".txt", ".md"):
                text = decode(path, data, encoding)
                text = re.sub(r"\*\*(.+?)\*\*", r"\1", text) if suffix == ".md" else text
                text = re.sub(r"(?m)^#{1,6}\s+", "", text) if suffix == ".md" else text
            elif suffix == ".docx":
                text = _word_file(path, data)
            elif suffix == ".pdf":
                text = _pdf(path, data)
            else:
                page = _html(path, data)
                text = page.text
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
            continue
        given = fields.get("date")
        day = parse_date(given) if word(given) else _first_date(text) or parse_date(page.date)
        dated += not word(given) and day is not None
        known = ("date", "title", "speaker", "author", "kind", "issuer", metadata_file)
        batch.add(
            Document(
                stems[path],
                day,
                word(fields.get("title")) or page.title or stems[path],
                text,
                word(fields.get("speaker") or fields.get("author")) or page.author,
                word(fields.get("kind")),
                word(fields.get("issuer")),
                path.name,
                metadata={"file": path.name, **{k: word(v) for k, v in fields.items() if k not in known}},
            ),
            word(given),
        )
    if dated:
        batch.inferences.append(f"dates of {dated} files from their text, for neither name nor table gives them")
    return batch.corpus(speakers=speakers, language=language, quotation_words=quotation_words, strict=strict)


def _sidecar(
    batch: Batch, files: Sequence[Path], metadata: str | None, column: str, keep: Sequence[str]
) -> tuple[Path | None, dict[str, dict[str, Any]] | None]:
    """The table beside the files: rows by file name and by stem."""
    if metadata is None:
        return None, None
    folders = [f if f.is_dir() else f.parent for f in files]
    path = next((f / metadata for f in folders if (f / metadata).is_file()), None)
    if path is None:
        raise SourceError(f'there is no table "{metadata}" in {", ".join(map(str, folders))} (corpus.options.metadata)')
    found = read_rows(batch, path)
    if found is None:
        raise SourceError([f"{e.source}: {e.reason}" for e in batch.bad])
    columns, rows = found
    missing = [c for c in (column, *keep) if c not in columns]
    if missing:
        raise SourceError([f'{path}: there is no column "{c}". {did_you_mean(c, columns)}' for c in missing])
    kept = {"date", "title", "speaker", "author", "kind", "issuer", *keep}
    table: dict[str, dict[str, Any]] = {}
    for _, row in rows:
        name = Path(word(row[column])).name.casefold()
        table[name] = table[Path(name).stem] = {k: v for k, v in row.items() if k in kept}
    return path, table
