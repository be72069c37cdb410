"""Digests: several press releases and transcripts pasted one after another into one file."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Unpack

from discourse.corpus.build import Batch, Reading, issuer_of
from discourse.corpus.dates import PartialDate, date_line, full_dates
from discourse.corpus.files import decode, slug
from discourse.corpus.labels import label_at
from discourse.corpus.normal import normalised
from discourse.corpus.turns import Document
from discourse.errors import SourceError
from discourse.shown import clipped
from discourse.types import Corpus, Exclusion

_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_RULE = re.compile(r"^(?:-{3,}|\*{3,}|_{3,})$")
_KINDS = (
    "Readout",
    "Press Statement",
    "Remarks",
    "Fact Sheet",
    "Media Note",
    "Statement",
    "Press Briefing",
    "Joint Statement",
    "Interview",
    "Speech",
    "Notice to the Press",
    "Department Press Briefing",
)


@dataclass
class _Item:
    line: int
    title: str
    date: PartialDate
    header: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


def _plain(line: str) -> str:
    """Markdown of one line to plain text."""
    if not line or line.isspace():
        return ""
    line = re.sub(r"<sup>\s*\[\d+\]\s*</sup>", "", line)
    # The bounds keep a bracket that is never closed from being searched to the end of a long line.
    line = re.sub(r"!?\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)", r"\1", line)
    line = re.sub(r"\*\*(.+?)\*\*", r"\1", line)
    return line.rstrip()


def _is_header(line: str) -> bool:
    text = line.strip()
    # Initials and short titles may come last: "Washington, D.C.", "John Roe, Jr."
    core = re.sub(r"(?:\b(?:[A-Z]\.)+|\b[JS]r\.)$", "", text)
    return bool(text) and len(text) <= 90 and not re.search(r"[.!?:;…]$", core)


def _markdown_items(lines: Sequence[str]) -> list[_Item]:
    """Items that begin with headings, a block of short lines, and a full date."""
    items: list[tuple[int, int, _Item]] = []
    for number, line in enumerate(lines):
        date = date_line(line) if line else None
        if date is None or date.year is None:
            continue
        header: list[str] = []
        start = number - 1
        # A heading reaches back over a few lines only; without a limit a long text is searched again for each date.
        earliest = max(0, number - 60)
        while start >= earliest and (
            not lines[start].strip()
            or (_is_header(lines[start]) and not _HEADING.match(lines[start]) and not _RULE.match(lines[start].strip()))
        ):
            if lines[start].strip():
                header.insert(0, lines[start].strip())
            start -= 1
        headings: list[str] = []
        while start >= earliest and (not lines[start].strip() or _HEADING.match(lines[start])):
            match = _HEADING.match(lines[start])
            if match:
                headings.insert(0, _plain(match["text"]).strip())
                first = start
            start -= 1
        if headings:
            items.append((first, number, _Item(first + 1, " ".join(headings), date, header)))
    for k, (_, number, item) in enumerate(items):
        end = items[k + 1][0] if k + 1 < len(items) else len(lines)
        item.body = [_HEADING.sub(lambda m: m["text"], x) for x in lines[number + 1 : end]]
    return [item for _, _, item in items]


def _plain_items(lines: Sequence[str]) -> list[_Item]:
    """Items that begin with a title line and a line with day and month."""
    starts: list[tuple[int, int, PartialDate]] = []
    title = -1  # the last line that is not empty
    for number, line in enumerate(lines):
        if not line or line.isspace():
            continue
        date = date_line(line)
        # A date below another without a line between them has no title: it belongs to the item above.
        if date is not None and title >= 0 and (not starts or title > starts[-1][1]):
            starts.append((title, number, date))
        title = number
    items = []
    for k, (title, number, date) in enumerate(starts):
        end = starts[k + 1][0] if k + 1 < len(starts) else len(lines)
        item = _Item(title + 1, lines[title].strip(), date)
        position = number + 1
        while position < end and len(item.header) < 5 and (not lines[position].strip() or _is_header(lines[position])):
            if lines[position].strip():
                item.header.append(lines[position].strip())
            position += 1
        item.body = list(lines[position:end])
        items.append(item)
    return items


def _paragraphs(item: _Item) -> list[str]:
    """Paragraphs of an item as plain text; those that a page break cut in two are joined again."""
    result: list[list[str]] = []
    for block in re.split(r"\n[ \t]*\n", "\n".join("" if _RULE.match(x.strip()) else _plain(x) for x in item.body)):
        text = block.strip()
        if not text:
            continue
        broken = (
            result
            # A short block without a full stop is a heading or an entry of a list, not half a paragraph.
            and (len(result[-1]) > 1 or len(result[-1][0]) > 150)
            and not re.search(r"[.!?:;…\"”’)\]*—–-]$", result[-1][-1][-3:])
            and not re.match(r"[-*\[#]", text)
            and not label_at(text)
        )
        if broken:
            result[-1].append(text)
        else:
            result.append([text])
    return [" ".join(parts) for parts in result]


def _infer_year(path: Path, items: Sequence[_Item], text: str, year: int | None) -> tuple[int | None, list[str]]:
    """Year of the items that give none, from full dates in the same file."""
    open_items = [i for i in items if i.date.year is None]
    if not open_items:
        return None, []
    if year is not None:
        return year, []
    evidence = Counter(
        d.year
        for d in full_dates(text)
        for i in {(i.date.day, i.date.month): i for i in open_items}.values()
        if (d.day, d.month) == (i.date.day, i.date.month) and d.year is not None and i.date.in_year(d.year)
    )
    place = f"{path}:{open_items[0].line}"
    if not evidence:
        raise SourceError(
            f'{place}: the date of "{open_items[0].title[:60]}" has no year, and no full date in the file '
            "falls on the day of an item. Add the year to the config: corpus.options.year: 2021 "
            f"(or corpus.options.year: {{{path.name}: 2021}} for this file only)."
        )
    # No majority: a wrong year could move documents into another group.
    if len(evidence) > 1:
        found = ", ".join(f"{y} ({n} dates)" for y, n in sorted(evidence.items()))
        raise SourceError(
            f"{place}: items without a year, and full dates in the file that fit several years: {found}. "
            f"Add the year to the config: corpus.options.year: {{{path.name}: {max(evidence)}}}."
        )
    ((found_year, n),) = evidence.items()
    return found_year, [
        f"{path.name}: year {found_year} for {len(open_items)} items, from {n} full "
        f"date{'s' if n > 1 else ''} in the text on the day of an item"
    ]


def read_digest(
    *,
    files: Sequence[str | Path] = (),
    issuers: Mapping[str, Sequence[str]] | None = None,
    year: int | Mapping[str, int] | None = None,
    **reading: Unpack[Reading],
) -> Corpus:
    """Read digests of press releases and transcripts, plain text or Markdown.

    Parameters
    ----------
    files : sequence of path
        Files, or folders of .txt and .md files.
    issuers : mapping of str to sequence of str, optional
        Issuers and the words by which a byline names them. Documents of no configured issuer are excluded;
        without this setting all documents are kept.
    year : int or mapping of file name to int, optional
        Year of items that give day and month only; inferred from full dates in the same file by default.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus

    Raises
    ------
    SourceError
        For files that are missing, empty, not UTF-8 or without items, and for years that cannot be inferred.
    """
    for given in year.values() if isinstance(year, Mapping) else () if year is None else (year,):
        if not 1000 <= given <= 2999:
            raise SourceError(f"corpus.options.year: expected a year from 1000 to 2999, got {clipped(given)}")
    batch = Batch("digest")
    paths = batch.find(files, (".txt", ".md", ".markdown"))
    for path in paths:
        data = batch.read(path)
        if data is None:
            continue
        try:
            text = normalised(decode(path, data))
            lines = text.split("\n")
            # Markdown first: read as plain text, its items would have the line above the date as title.
            items = _markdown_items(lines) or _plain_items(lines)
            if not items:
                raise SourceError(
                    f"{path}: no documents found. Expected a title followed by a line with the date "
                    '("2 Dec" or "January 24, 2018") for each.'
                )
        except SourceError as error:
            batch.reject(error, path)
            continue
        try:
            file_year, inferred = _infer_year(
                path, items, text, year.get(path.name) if isinstance(year, Mapping) else year
            )
        except SourceError as error:
            # Only the user can give the year; without it no file is passed over.
            batch.problems += error.messages
            continue
        batch.inferences += inferred
        _take(batch, path, items, file_year, issuers)
    return batch.corpus(**reading)


def _id(batch: Batch, date: dt.date, title: str) -> str:
    """Day and title, which stay when a file is renamed or text is put before them; with a number where they repeat."""
    plain = f"{date.isoformat()}-{slug(title)}".rstrip("-")
    numbered = (plain if n == 1 else f"{plain}-{n}" for n in count(1))
    return next(x for x in numbered if x not in batch.places)


def _take(
    batch: Batch,
    path: Path,
    items: Sequence[_Item],
    file_year: int | None,
    issuers: Mapping[str, Sequence[str]] | None,
) -> None:
    """The items of one file as documents."""
    paragraphs = [_paragraphs(item) for item in items]
    repeated = Counter(p for ps in paragraphs for p in set(ps))
    for item, body in zip(items, paragraphs):
        title = re.sub(r"^Press Releases?:\s*", "", item.title)
        place = f"{path.name}:{item.line}"
        kinds = [h for h in item.header if h in _KINDS]
        byline = [h for h in item.header if h not in _KINDS]
        issuer = issuer_of(" / ".join(byline), issuers)
        wanted = item.date.year or file_year
        date: dt.date | None = item.date.in_year(wanted) if wanted else None
        if issuer is None:
            batch.n_found += 1
            batch.excluded.append(Exclusion(title, "no recognised issuer", place))
            continue
        if date is None:
            batch.n_found += 1
            batch.bad.append(
                Exclusion(
                    title,
                    f"{item.date.day}/{item.date.month} is not a day of {wanted}, or its weekday does not fit",
                    place,
                )
            )
            continue
        # A paragraph in italics is a disclaimer only where another item repeats it.
        disclaimers = {
            p: "repeated disclaimer" for p in body if p.startswith("*") and p.endswith("*") and repeated[p] > 1
        }
        batch.add(
            Document(
                _id(batch, date, title),
                date,
                title,
                "\n\n".join(body),
                " / ".join(byline[:1]),
                ", ".join(kinds),
                issuer,
                place,
                boilerplate=disclaimers,
                metadata={"place": ", ".join(byline[1:]), "file": path.name, "line": item.line},
            )
        )
