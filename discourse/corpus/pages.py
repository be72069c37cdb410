"""Saved web pages, and folders of documents in several formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Unpack

from discourse.corpus.build import Batch, Reading, issuer_of, known_of
from discourse.corpus.dates import When, date_line, full_dates, parse_date, parse_when
from discourse.corpus.files import MAX_DOCUMENT, MAX_MARKUP, decode, distinct_stems
from discourse.corpus.formats import PLAIN_SUFFIXES, file_page, html_page, plain_page
from discourse.corpus.frontmatter import date_in_name, split_front_matter
from discourse.corpus.name_pattern import NamePattern
from discourse.corpus.rows import DOCUMENT_NAMES, further, read_rows, word
from discourse.corpus.turns import Document
from discourse.corpus.units import Desk, Planned, read_planned, runs
from discourse.corpus.web import Page
from discourse.errors import SourceError, did_you_mean
from discourse.types import Corpus, Exclusion

GUESSED = "dates of {} pages from their metadata, where the text has none"
HTML_SUFFIXES = (".html", ".htm", ".xhtml")
FOLDER_SUFFIXES = (*PLAIN_SUFFIXES, ".html", ".htm", ".docx", ".pdf")


def _first_date(text: str) -> dt.date | None:
    """The first line that is a date, or else the first full date, near the beginning of a text."""
    # Only the head of a document says when it was published; dates further down are those of what it speaks of.
    for line in text[:1500].split("\n"):
        partial = date_line(line)
        if partial and partial.year:
            return partial.in_year(partial.year)
    found = next(full_dates(text[:600]), None)
    return found.in_year(found.year) if found and found.year else None


def _stated(page: Page) -> When | None:
    """The date that a text or its file states."""
    day = _first_date(page.text) or parse_date(page.date)
    return None if day is None else When(day, day)


def read_html(
    *,
    files: Sequence[str | Path] = (),
    issuers: Mapping[str, Sequence[str]] | None = None,
    issuer: str = "",
    author: str = "",
    date: Literal["text"] | None = "text",
    **reading: Unpack[Reading],
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
    date : {"text"} or None
        None where pages need no date, and none is looked for.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        The date is that of a line of its own near the beginning of the text, or else of the page's metadata. Metadata
        columns: `url`, `file`.
    """
    asked = {"issuers": issuers, "issuer": issuer, "author": author, "date": date}
    return read_planned(plan_html({"files": files, **asked}), reading)


def plan_html(options: Mapping[str, Any], desk: Desk | None = None) -> Planned:
    """The units of what `read_html` reads with these options."""
    batch = Batch("html", undated=options.get("date", "text") is None)
    paths = batch.find(options.get("files", ()), HTML_SUFFIXES)
    stems = distinct_stems(paths)
    asked = {k: v for k, v in options.items() if k != "files"}
    return Planned(batch, [partial(_take_html, {p: stems[p] for p in run}, **asked) for run in runs(paths, desk)])


def _take_html(
    stems: Mapping[Path, str],
    batch: Batch,
    *,
    issuers: Mapping[str, Sequence[str]] | None = None,
    issuer: str = "",
    author: str = "",
    date: Literal["text"] | None = "text",
) -> None:
    """Add pages to a batch."""
    for path, stem in stems.items():
        data = batch.read(path, MAX_MARKUP)
        if data is None:
            continue
        try:
            page = html_page(path, data)
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
            continue
        stated = _first_date(page.text) if date else None
        day = stated or (parse_date(page.date) if date else None)
        batch.count(GUESSED, stated is None and day is not None)
        byline = author or page.author
        # A page without an author may name its issuer in the first lines.
        who = issuer_of(f"{byline} {page.text[:400]}", issuers)
        if who is None:
            batch.n_found += 1
            batch.excluded.append(Exclusion(page.title or path.name, "no recognised issuer", path.name))
            continue
        batch.add(
            Document(
                stem,
                day,
                page.title or stem,
                page.text,
                byline,
                "",
                who if issuers else issuer,
                path.name,
                metadata={"url": page.url, "file": path.name},
            )
        )


def read_folder(
    *,
    files: Sequence[str | Path] = (),
    names: str | None = None,
    date: Literal["text"] | None = "text",
    metadata: str | None = None,
    metadata_file: str = "file",
    keep: Sequence[str] = (),
    encoding: str = "utf-8",
    **reading: Unpack[Reading],
) -> Corpus:
    """Read a folder of documents: .txt, .md, .html, .docx, .pdf; one document a file, with YAML at the head of texts.

    Parameters
    ----------
    files : sequence of path
        Folders, or files.
    names : str, optional
        Pattern of the file names, such as ``{date}-{speaker}.txt``: `date` (2018-01-24, 20180124, 2018-01 or
        2018), `speaker`, `title`, `kind`, `issuer`; any other field becomes a metadata column.
    date : {"text"} or None
        None where documents need no date: then only names and table give one.
    metadata : str, optional
        A table (CSV, TSV, JSON lines, Excel) in the folder, or in that of the first file, with a row for each file and
        columns date, title, speaker, kind, issuer.
    metadata_file : str
        Its column with the file name, with or without folder and suffix.
    keep : sequence of str
        Further columns of it to keep.
    encoding : str
        Of text files.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        What the table says of a file goes before its front matter (YAML between two lines ``---`` at the head of .txt and
        .md files, with the keys of the table; any other key becomes a metadata column), and this before the pattern of
        names. A date that none of them gives is that in the name of the file (2018-01-24, or 20180124 at its beginning),
        or else the first date line of the text.

    Raises
    ------
    SourceError
        For a pattern without fields, a table that cannot be read, and where nothing is left.

    Notes
    -----
    Word documents are read by python-docx, PDF files by pypdf: the extra `documents` installs both.
    """
    asked = {"names": names, "date": date, "metadata": metadata, "metadata_file": metadata_file, "keep": keep}
    return read_planned(plan_folder({"files": files, "encoding": encoding, **asked}), reading)


def plan_folder(options: Mapping[str, Any], desk: Desk | None = None) -> Planned:
    """The units of what `read_folder` reads with these options."""
    files, names, metadata = options.get("files", ()), options.get("names"), options.get("metadata")
    batch = Batch("folder", undated=options.get("date", "text") is None)
    pattern = NamePattern.of(names) if names else None
    paths = batch.find(files, FOLDER_SUFFIXES)
    column = options.get("metadata_file", "file")
    sidecar = (
        _sidecar(batch, [Path(f) for f in files], metadata, column, options.get("keep", ()))
        if metadata is not None
        else None
    )
    paths = [p for p in paths if sidecar is None or p != sidecar.path]
    stems = distinct_stems(paths)
    asked = {k: options[k] for k in ("date", "encoding", "metadata_file") if k in options}
    return Planned(
        batch,
        [
            partial(
                _take_files,
                {p: stems[p] for p in run},
                names=names,
                pattern=pattern,
                sidecar=sidecar.of(run) if sidecar is not None else None,
                **asked,
            )
            for run in runs(paths, desk)
        ],
    )


def _take_files(
    stems: Mapping[Path, str],
    batch: Batch,
    *,
    names: str | None,
    pattern: NamePattern | None,
    sidecar: _Sidecar | None,
    date: Literal["text"] | None = "text",
    encoding: str = "utf-8",
    metadata_file: str = "file",
) -> None:
    """Add files to a batch."""
    for path, stem in stems.items():
        plain = path.suffix.lower() in PLAIN_SUFFIXES
        try:
            fields = _from_name(path, names, pattern) if names and pattern else {}
            row = _from_row(path, sidecar) if sidecar is not None else {}
            data = batch.read(path, MAX_DOCUMENT if plain else MAX_MARKUP)
            front, page = _page(path, data, encoding) if data is not None else ({}, None)
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
            continue
        if page is None:
            batch.n_found += 1
            continue
        batch.count("{} files say what they are at their head (YAML)", bool(front))
        # What a file says of itself counts for more than its name, and the table was made for these files.
        for more in (front, row):
            # An author here is no other than a speaker there.
            speaker = {"speaker": more["author"]} if more.get("author") and not more.get("speaker") else {}
            fields |= {k: v for k, v in more.items() if v != ""} | speaker
        given = fields.get("date")
        named = None if word(given) or not date else date_in_name(path.stem)
        when = parse_when(given) if word(given) else When(named, named) if named else _stated(page) if date else None
        inferred = not word(given) and when is not None
        batch.count("dates of {} files from their names", inferred and named is not None)
        batch.count("dates of {} files from their text, for neither name nor table gives them", inferred and not named)
        batch.add(
            Document(
                stem,
                when.first if when is not None else None,
                word(fields.get("title")) or page.title or stem,
                page.text,
                word(fields.get("speaker") or fields.get("author")) or page.author,
                word(fields.get("kind")),
                word(fields.get("issuer")),
                path.name,
                metadata={"file": path.name, **known_of(when), **_more(fields, metadata_file)},
            ),
            word(given),
        )


def _page(path: Path, data: bytes, encoding: str) -> tuple[dict[str, str], Page]:
    """The front matter of a text file, and the text below; of other files nothing and the text."""
    if path.suffix.lower() not in PLAIN_SUFFIXES:
        return {}, file_page(path, data, encoding)
    front, text = split_front_matter(path, decode(path, data, encoding))
    return front, plain_page(path, text)


def _more(fields: Mapping[str, Any], metadata_file: str) -> dict[str, Any]:
    """What names, front matter and table say of a document beyond what every document has."""
    known = ("date", "title", "speaker", "author", "kind", "issuer", metadata_file)
    return {
        k: v or ""
        for k, v in further({k: v for k, v in fields.items() if k not in known}, "own", DOCUMENT_NAMES).items()
    }


@dataclass(frozen=True)
class _Sidecar:
    """The table beside the files: its name as given, where it was found, rows by file name and by stem."""

    name: str
    path: Path
    rows: Mapping[str, dict[str, Any]]

    def of(self, paths: Sequence[Path]) -> _Sidecar:
        """The rows of some files."""
        names = (n.casefold() for p in paths for n in (p.name, p.stem))
        return replace(self, rows={n: self.rows[n] for n in names if n in self.rows})


def _from_name(path: Path, names: str, pattern: NamePattern) -> dict[str, Any]:
    """What the name of a file says of the document."""
    match = pattern.match(path.stem)
    if match is None:
        raise SourceError(f'{path}: the name does not fit the pattern "{names}"')
    return {k: v.replace("_", " ") for k, v in match.items()}


def _from_row(path: Path, sidecar: _Sidecar) -> dict[str, Any]:
    """What the row of a file in the table says of the document."""
    row = sidecar.rows.get(path.name.casefold()) or sidecar.rows.get(path.stem.casefold())
    if row is None:
        raise SourceError(f"{path}: no row for this file in {sidecar.name}")
    return {k: v for k, v in row.items() if word(v)}


def _sidecar(batch: Batch, files: Sequence[Path], metadata: str, column: str, keep: Sequence[str]) -> _Sidecar:
    """Read the table beside the files."""
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
    for number, row in rows:
        name = Path(word(row.get(column))).name.casefold()
        if not name:
            batch.fail(path, f'no file name in column "{column}"', f"{path.name}:{number}")
            continue
        table[name] = table[Path(name).stem] = {k: v for k, v in row.items() if k in kept}
    return _Sidecar(metadata, path, table)
