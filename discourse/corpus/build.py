"""What all readers share: what was found, left out or wrong, and the assembly of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pandas as pd

from discourse.corpus.attribution import attributed
from discourse.corpus.cut import DETECT
from discourse.corpus.dated import COLUMN, administrations
from discourse.corpus.dates import Precision, When
from discourse.corpus.files import MAX_DOCUMENT, MEGABYTE, source_record
from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.home import UNITED_STATES, Home
from discourse.corpus.known import Named, Said, known_turns
from discourse.corpus.language import other_language
from discourse.corpus.offices import changes
from discourse.corpus.turns import QUOTATION_WORDS, Document, Speaker, Turn
from discourse.corpus.unclaimed import refuse_unclaimed
from discourse.errors import SourceError, UsageError, did_you_mean
from discourse.types import DOCUMENT_COLUMNS, TURN_COLUMNS, Corpus, Exclusion, Provenance


class Attributing(TypedDict, total=False):
    """Options by which every reader says who speaks.

    Parameters
    ----------
    speakers : sequence of Speaker
        People that you name; they go before every rule.
    home : Home or None
        The state or body whose words are those of the home side; by default what issuer, byline and title show.
    labels : LabelGrammar or str
        How the archive writes labels: a grammar, the name of one, or ``detect``.
    not_labels : sequence of str
        What looks like a label and is none.
    quotation_words : int
        Words from which a quotation is marked.
    strict : bool
        Whether a document that cannot be read is an error.
    """

    speakers: Sequence[Speaker]
    home: Home | None
    labels: LabelGrammar | str
    not_labels: Sequence[str]
    quotation_words: int
    strict: bool


class Reading(Attributing, total=False):
    """Options of every reader whose texts may be in any language.

    Parameters
    ----------
    language : str or None
        Two letters of the language to keep, English by default; None keeps all.
    """

    language: str | None


MAY_LACK_DATES = ("table", "folder", "html")  # readers with an option `date`
NO_DATE = "no date"
EXPECTED = "expected 2018-01-24, 24 January 2018, January 24, 2018, May 2018, 2018-05, 2018 or 2018-2020"
_EXTRA_TURN_COLUMNS = ("label", "quoted", "office", "start", "rule")


def table(documents: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The documents table, in order of date and id, with the administration of each day.

    `date_iso` stays where a date is not known by the day; then every document has it.
    """
    frame = pd.DataFrame(list(documents))
    for column in DOCUMENT_COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    # By date and id, so that a corpus does not depend on the order of its files.
    frame = frame.sort_values(["date", "doc_id"], kind="stable", na_position="last").reset_index(drop=True)
    if COLUMN in frame.columns:
        written = frame[COLUMN].astype(object)
        frame[COLUMN] = written.where(written.notna(), frame["date"].dt.strftime("%Y-%m-%d").fillna("").astype(object))
    if "administration" not in frame.columns:
        frame["administration"] = administrations(frame)
    first = [*DOCUMENT_COLUMNS, *[c for c in (COLUMN,) if c in frame.columns]]
    return frame[[*first, *[c for c in frame.columns if c not in first]]]


def assemble(
    documents: Sequence[Mapping[str, Any]],
    turns: Mapping[str, Iterable[Turn]],
    provenance: Provenance,
    more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Corpus:
    """Build a corpus from document rows and their turns, in order of date and id.

    Parameters
    ----------
    documents : sequence of mapping
        Rows with at least `doc_id`, `date` and `title`.
    turns : mapping of doc_id to iterable of Turn
        Turns of each document.
    provenance : Provenance
        Recorded as it is.
    more : mapping of doc_id to sequence of mapping, optional
        Further columns of each turn of a document, such as the party of its speaker; None where one has no value.

    Returns
    -------
    Corpus
    """
    frame = table(documents)
    columns = [*TURN_COLUMNS, *_EXTRA_TURN_COLUMNS]
    rows = [
        (doc_id, number, *(getattr(t, c) for c in columns[2:]))
        for doc_id in frame["doc_id"]
        for number, t in enumerate(turns[doc_id])
    ]
    found = pd.DataFrame(rows, columns=columns)
    if more:
        # A document whose source says nothing more of its turns has none of these columns.
        values = [
            v for doc_id in frame["doc_id"] for v in more.get(doc_id) or [dict[str, Any]()] * len(list(turns[doc_id]))
        ]
        for column in dict.fromkeys(c for v in values for c in v):
            found[column] = pd.Series([v.get(column) for v in values], dtype=object)
    return Corpus(frame, found, provenance)


@dataclass
class Batch:
    """What a reader has found so far: documents, and all that was wrong or left out.

    Parameters
    ----------
    reader : str
        Name of the reader.
    undated : bool
        Whether documents without a date are kept.
    """

    reader: str
    undated: bool = False
    documents: list[Document] = field(default_factory=list)
    sources: list[Mapping[str, str]] = field(default_factory=list)
    inferences: list[str] = field(default_factory=list)
    excluded: list[Exclusion] = field(default_factory=list)
    bad: list[Exclusion] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    said: dict[str, Sequence[Said]] = field(default_factory=dict)
    n_found: int = 0

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        """The bytes of a file; None, and an entry among the bad ones, where it is empty or larger than the limit."""
        # The size is asked before the file is read, for one beyond the limit could fill the memory.
        size = path.stat().st_size
        if limit is not None and size > limit:
            self.fail(
                path,
                f"{size / MEGABYTE:,.0f} MB are more than the {limit // MEGABYTE} MB that one such file may have; "
                "split it",
            )
            return None
        data = path.read_bytes()
        if not data.strip():
            self.fail(path, "the file is empty")
            return None
        self.sources.append(source_record(path, data))
        return data

    def fail(self, path: Path, reason: str, place: str = "") -> None:
        """A file, or a place in it, that cannot be read."""
        self.bad.append(Exclusion(path.name, reason, place or path.name))

    def reject(self, error: SourceError, path: Path) -> None:
        """What was wrong with a file, one entry for each message, without its path twice."""
        for message in error.messages:
            rest = message.removeprefix(str(path))
            line, _, reason = rest.partition(" ")
            self.fail(path, reason, f"{path.name}{line.rstrip(':')}")

    def add(self, document: Document, day: object = None, said: Sequence[Said] = ()) -> None:
        """Take a document; one without text or date goes to the bad ones.

        Parameters
        ----------
        document : Document
            Its date may be None.
        day : object
            What was found in place of a date, for the message.
        said : sequence of Said
            Its turns, where the source says who speaks; joined, they are the text of the document.
        """
        self.n_found += 1
        if not document.text.strip() and not document.given:
            self.bad.append(Exclusion(_named(document), "no text", document.place))
        elif document.date is None and (day not in (None, "") or not self.undated):
            shown = f'"{day}" is not a date' if day not in (None, "") else NO_DATE
            self.bad.append(Exclusion(_named(document), f"{shown} ({EXPECTED})", document.place))
        elif len(document.text) > MAX_DOCUMENT:
            self.bad.append(
                Exclusion(
                    _named(document),
                    f"more than {MAX_DOCUMENT // MEGABYTE} million characters for one document",
                    document.place,
                )
            )
        elif document.doc_id in self.places:
            self.problems.append(
                f'{document.place}: the id "{document.doc_id}" occurs already at {self.places[document.doc_id]}'
            )
        else:
            self.places[document.doc_id] = document.place
            self.documents.append(document)
            if said:
                self.said[document.doc_id] = said

    def corpus(
        self,
        *,
        citation: Sequence[str] = (),
        **reading: Unpack[Reading],
    ) -> Corpus:
        """Leave out other languages, find the turns and their speakers, and assemble the corpus.

        Parameters
        ----------
        citation : sequence of str
            Keys of the references to cite for these texts.
        **reading
            As in every reader: `Reading`.

        Raises
        ------
        UsageError
            For an option that is not there.
        SourceError
            For problems with the files as a whole, for bad documents where `strict`, and where nothing is left.
        """
        unknown = sorted(set(reading) - Reading.__optional_keys__)
        if unknown:
            hint = did_you_mean(unknown[0], sorted(Reading.__optional_keys__))
            raise UsageError(f'there is no option "{unknown[0]}". {hint}')
        if self.problems:
            raise SourceError(self.problems)
        language, strict = reading.get("language", "en"), reading.get("strict", False)
        kept: list[Document] = []
        for document in self.documents:
            reason = other_language(document.text, language) if language else ""
            if reason:
                self.excluded.append(Exclusion(_named(document), reason, document.place))
            else:
                kept.append(document)
        # What was left out by design is no mistake, unless nothing else was found.
        settle(self.reader, self.n_found, len(kept), [*self.bad, *(self.excluded if not kept else [])], strict)
        named, words = reading.get("speakers", ()), reading.get("quotation_words", QUOTATION_WORDS)
        found = attributed(
            [_for_offices(d, named) for d in kept if d.doc_id not in self.said],
            named,
            quotation_words=words,
            home=reading.get("home"),
            labels=reading.get("labels", DETECT),
            not_labels=reading.get("not_labels", ()),
        )
        if found.labels:
            self.inferences += _homes(found.homes, reading.get("home"))
        if strict:
            refuse_unclaimed(found.unclaimed)
        known = {d.doc_id: d for d in kept if d.doc_id in self.said}
        turns = found.turns | {i: known_turns(self.said[i], Named(named), d.date, words) for i, d in known.items()}
        # Presidents of the United States are no administrations of other states.
        elsewhere = bool(found.homes) and not {UNITED_STATES.country, ""} & set(found.homes)
        own = {"administration": ""} if elsewhere or self.said else {}
        rows = [
            {
                "doc_id": d.doc_id,
                "date": d.date,
                "title": d.title,
                "kind": d.kind,
                "issuer": d.issuer,
                "author": d.byline,
                **own,
                **d.metadata,
            }
            for d in kept
        ]
        provenance = Provenance(
            self.reader,
            tuple(self.sources),
            tuple(self.inferences),
            (*self.excluded, *self.bad),
            tuple(citation),
            found.labels,
            found.unclaimed,
        )
        return assemble(rows, turns, provenance, {i: [s.metadata for s in self.said[i]] for i in known})


def _homes(homes: Mapping[str, int], given: Home | None) -> list[str]:
    """Whose words count as the home side's, where the config does not say it."""
    if given is not None or set(homes) <= {UNITED_STATES.country}:
        return []
    known = [f"{country or 'unknown, so that only who signs is at home'} ({n:,})" for country, n in homes.items()]
    return [f"the home side of documents, from issuer, byline, title and labels: {', '.join(known)}"]


def _named(document: Document) -> str:
    """A document as messages call it: its title, and its id where that says more."""
    title = document.title
    return f"{title} ({document.doc_id})" if title and title != document.doc_id else document.doc_id


def known_of(when: When | None) -> dict[str, str]:
    """The metadata of a document whose date is known by the month or the year only; nothing for others."""
    return {} if when is None or when.precision == Precision.DAY else {COLUMN: when.iso}


def _for_offices(document: Document, speakers: Sequence[Speaker]) -> Document:
    """The document without its date where an office changes hands on the days that it may be of."""
    if document.date is None or COLUMN not in document.metadata:
        return document
    when = When.of(document.metadata[COLUMN])
    days = [d for s in speakers for d in (s.start, s.stop) if d is not None]
    changing = changes(when.first, when.last) or any(when.first < d <= when.last for d in days)
    return replace(document, date=None) if changing else document


def issuer_of(byline: str, issuers: Mapping[str, Sequence[str]] | None) -> str | None:
    """The configured issuer that a byline names; the byline where none is configured, None where it names none."""
    if not issuers:
        return byline
    return next(
        (name for name, words in issuers.items() if any(w.casefold() in byline.casefold() for w in words)), None
    )


def settle(source: str, n_found: int, n_kept: int, bad: Sequence[Exclusion], strict: bool) -> None:
    """Raise when bad documents may not be passed over, or nothing is left."""
    if (strict and bad) or not n_kept:
        lines = [
            f"{e.source}: {e.reason}" if e.document in e.source else f"{e.source}: {e.document}: {e.reason}"
            for e in bad[:40]
        ]
        if len(bad) > 40:
            lines.append(f"... and {len(bad) - 40} more")
        if not n_kept:
            lines.append(f"{source}: none of {n_found} documents is left")
        if not n_kept and bad and all(e.reason.startswith(NO_DATE) for e in bad) and source in MAY_LACK_DATES:
            lines.append("corpus: {options: {date: null}} keeps documents without dates")
        raise SourceError(lines)
