"""Feeds: RSS and Atom, and their items as JSON lines."""

from __future__ import annotations

import calendar
import codecs
import datetime as dt
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Unpack

from discourse.corpus.build import Batch, Reading, issuer_of
from discourse.corpus.dates import parse_date
from discourse.corpus.files import MAX_MARKUP, refuse_entities, slug, unpack
from discourse.corpus.rows import read_rows, word
from discourse.corpus.turns import Document
from discourse.corpus.web import TooDeep, fragment_text
from discourse.errors import SourceError
from discourse.shown import clipped
from discourse.types import Corpus, Exclusion

SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".jsonl", ".ndjson", ".gz")


def _feed(batch: Batch, path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """Items of a feed with the place of each; what cannot be read goes to the bad ones."""
    data = batch.read(path, MAX_MARKUP)
    if data is None:
        return []
    data, wrong = unpack(path, data, MAX_MARKUP)
    if wrong:
        batch.fail(path, wrong)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
        # Its declaration would name an encoding that the bytes no longer have.
        data = re.sub(r"<\?xml[^>]*\?>", "", text, count=1).encode()
    refuse_entities(path, data)
    import feedparser

    try:
        found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # what hostile markup raises inside the library
        raise SourceError(f"{path}: not a feed that can be read ({clipped(error)})") from None
    entries = list(found.entries)
    trouble = found.get("bozo_exception")
    # Of these two feedparser only warns: the feed was read in full.
    if trouble is not None and not isinstance(
        trouble, (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    ):
        at = getattr(trouble, "getLineNumber", lambda: None)()
        place = f"{path.name}:{at}" if at else path.name
        reason = re.sub(r"\s+", " ", str(getattr(trouble, "getMessage", lambda: trouble)()))[:160]
        if entries and at:
            closed = len(re.findall(rb"</(?:\w+:)?(?:item|entry)\s*>", data))
            batch.fail(path, f"not well-formed XML ({reason}); an item that does not end is left out", place)
            entries = entries[:closed]
        else:
            batch.fail(path, f"not a feed ({reason})", place)
    elif not entries:
        batch.fail(path, "no items: expected an RSS or Atom feed")
    items: list[tuple[str, Mapping[str, Any]]] = []
    for number, entry in enumerate(entries, 1):
        content = entry.get("content") or []
        # Some feeds have the whole text as content, some as summary; the longest is the whole.
        bodies = [c.get("value", "") for c in content] + [entry.get("summary", "")]
        authors = [a.get("name", "") for a in entry.get("authors", []) if a.get("name")] or [entry.get("author", "")]
        # feedparser warns where one date is given for another.
        plain = dict(entry)
        parsed = plain.get("published_parsed") or plain.get("updated_parsed")
        written = plain.get("published") or plain.get("updated") or ""
        items.append(
            (
                f"{path.name}: item {number}",
                {
                    "guid": entry.get("id") or entry.get("link") or "",
                    "title": entry.get("title", ""),
                    "link": entry.get("link", ""),
                    "author": ", ".join(dict.fromkeys(authors)),
                    # The day where it was published, not the day in Greenwich.
                    "pub": _day(written) or _greenwich(parsed),
                    "pub_text": written,
                    "content": max(bodies, key=len),
                    "kind": ", ".join(t.get("term") or "" for t in entry.get("tags", [])),
                },
            )
        )
    return items


def _greenwich(parsed: Any) -> dt.date | None:
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC).date() if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    text = word(value)
    day = parse_date(text)
    if day is not None:
        return day
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def read_rss(
    *,
    files: Sequence[str | Path] = (),
    issuers: Mapping[str, Sequence[str]] | None = None,
    **reading: Unpack[Reading],
) -> Corpus:
    """Read RSS and Atom feeds, or their items as JSON lines.

    Parameters
    ----------
    files : sequence of path
        Feeds (.xml, .rss, .atom), JSON lines with the fields guid, title, link, author, pub and content, either of them
        compressed by gzip, or folders of them.
    issuers : mapping of str to sequence of str, optional
        Issuers and the words by which an author names them; items of others are excluded.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        Metadata columns: `link`, `file`. The id is the number at the end of an item's guid, or the last part of its
        link.

    Raises
    ------
    SourceError
        Where nothing can be read.

    Notes
    -----
    Feeds are read by feedparser. Nothing is fetched; a feed that declares entities or an external document type is
    refused.
    """
    batch = Batch("rss")
    guids: dict[str, str] = {}
    for path in batch.find(files, SUFFIXES):
        name = path.name.lower().removesuffix(".gz")
        if name.endswith((".jsonl", ".ndjson")):
            found = read_rows(batch, path)
            rows = found[1] if found else []
            items: list[tuple[str, Mapping[str, Any]]] = [(f"{path.name}:{n}", row) for n, row in rows]
        else:
            try:
                items = _feed(batch, path)
            except SourceError as error:
                batch.reject(error, path)
                continue
        for place, item in items:
            _take(batch, path, place, item, issuers, guids)
    return batch.corpus(**reading)


def _take(
    batch: Batch,
    path: Path,
    place: str,
    item: Mapping[str, Any],
    issuers: Mapping[str, Sequence[str]] | None,
    guids: dict[str, str],
) -> None:
    title = re.sub(r"<[^<>]{1,200}>", "", word(item.get("title"))).strip()
    author = word(item.get("author"))
    issuer = issuer_of(author, issuers)
    if issuer is None:
        batch.n_found += 1
        batch.excluded.append(Exclusion(title, "no recognised issuer", place))
        return
    try:
        text = fragment_text(str(item.get("content") or item.get("description") or item.get("summary") or ""))
    except (TooDeep, ValueError) as error:
        batch.n_found += 1
        batch.bad.append(Exclusion(title, f"HTML that cannot be read ({error})", place))
        return
    day = item.get("pub")
    name = word(item.get("guid")) or word(item.get("link")) or _own_name(title, text, item)
    doc_id = _identifier(name)
    # Other items may end in the same number: part of a hash of the guid distinguishes them.
    if guids.setdefault(doc_id, name) != name:
        doc_id = f"{doc_id}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
        guids.setdefault(doc_id, name)
    if doc_id in batch.places:
        # Feeds repeat their items from one day to the next; the same item counts once.
        batch.n_found += 1
        batch.excluded.append(Exclusion(title, f"the item occurs already at {batch.places[doc_id]}", place))
        return
    batch.add(
        Document(
            doc_id,
            _day(day),
            title,
            text,
            author,
            word(item.get("kind")),
            issuer if issuers else "",
            place,
            metadata={"link": word(item.get("link")), "file": path.name},
        ),
        word(item.get("pub_text") or day),
    )


def _own_name(title: str, text: str, item: Mapping[str, Any]) -> str:
    """What stands for the guid of an item that has none: its day, its title, and part of a hash of its text."""
    day = _day(item.get("pub"))
    return "-".join(filter(None, (str(day or ""), slug(title), hashlib.sha256(text.encode()).hexdigest()[:6])))


def _identifier(name: str) -> str:
    """A short id: the number at the end of a guid, or the last part of a link.

    Examples
    --------
    >>> _identifier("https://x.example/?page_id=3657"), _identifier("https://x.example/a/harbour-day/")
    ('3657', 'harbour-day')
    """
    digits = re.search(r"[=/](\d{3,})/?$", name)
    if digits:
        return digits[1]
    last = re.sub(r"[^\w.-]+", "-", name.rstrip("/").rpartition("/")[2]).strip("-")
    return last[:80] or hashlib.sha256(name.encode()).hexdigest()[:12]
