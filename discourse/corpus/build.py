"""What all readers share: what was found, left out or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import Rules, attributed
from discourse.corpus.cut import DETECT
from discourse.corpus.dated import COLUMN
from discourse.corpus.dates import Precision, When
from discourse.corpus.files import MAX_DOCUMENT, MEGABYTE, find_files, source_record
from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.home import UNITED_STATES, Home
from discourse.corpus.known import Named, Said, known_turns
from discourse.corpus.language import other_language
from discourse.corpus.offices import changes
from discourse.corpus.turns import QUOTATION_WORDS, Document, Speaker, Turn
from discourse.corpus.unclaimed import refuse_unclaimed
from discourse.door import MOST, read_bytes, shown
from discourse.errors import SourceError, UsageError, did_you_mean
from discourse.types import Corpus, Exclusion, Provenance, Unclaimed


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


@dataclass
class Batch:
    """What a reader has found so far: documents, and all that was wrong or left out.

    Parameters
    ----------
    reader : str
        Name of the reader.
    undated : bool
        Whether documents without a date are kept.
    taken : list of (str, str)
        Ids of documents that can be read, those that repeat among them, and where each stands.
    counts : dict of str to int
        What was inferred so many times, in words with a place for the number.
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
    taken: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    n_found: int = 0

    def find(self, paths: Sequence[str | Path], suffixes: Sequence[str]) -> list[Path]:
        """The files of `find_files`; those that cannot be read, and folders, go to the bad ones."""
        found = find_files(paths, suffixes)
        for path, reason in found.unread:
            self.n_found += 1
            self.bad.append(Exclusion(shown(path.name), reason, shown(path)))
        return list(found.files)

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        """The bytes of a file; None, and an entry among the bad ones, where it is empty, larger than the limit, or cannot be read."""
        try:
            data = read_bytes(path, MOST if limit is None else limit)
        except SourceError as error:
            self.reject(error, path)
            return None
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
        else:
            self.taken.append((document.doc_id, document.place))
            if self.takes(document.doc_id, document.place):
                self.documents.append(document)
                if said:
                    self.said[document.doc_id] = said

    def takes(self, doc_id: str, place: str) -> bool:
        """Whether an id is new; one that was there already is a problem."""
        if doc_id in self.places:
            self.problems.append(f'{place}: the id "{doc_id}" occurs already at {self.places[doc_id]}')
            return False
        self.places[doc_id] = place
        return True

    def count(self, what: str, n: int = 1) -> None:
        """Something inferred, such as ``{:,} dates from names``; it is said once, with the number of all."""
        self.counts[what] = self.counts.get(what, 0) + n

    @property
    def said_of_counts(self) -> list[str]:
        """What was inferred how many times."""
        return [what.format(n) for what, n in self.counts.items() if n]

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
        check_options(reading)
        if self.problems:
            raise SourceError(self.problems)
        kept, foreign = self.in_language(reading.get("language", "en"))
        self.excluded += foreign
        self.settle(len(kept), reading.get("strict", False))
        rules = rules_of(reading)
        found = attributed(
            [for_offices(d, rules.speakers) for d in kept if d.doc_id not in self.said],
            rules.speakers,
            quotation_words=rules.quotation_words,
            home=rules.home,
            labels=rules.labels,
            not_labels=rules.not_labels,
        )
        if reading.get("strict", False):
            refuse_unclaimed(found.unclaimed)
        known = {d.doc_id: d for d in kept if d.doc_id in self.said}
        turns = found.turns | self.known_turns(known.values(), rules)
        own = own_columns(found.homes, said=bool(self.said))
        provenance = self.provenance(found.labels, found.homes, found.unclaimed, reading, citation)
        more = {i: [s.metadata for s in self.said[i]] for i in known}
        return assemble([document_row(d, own) for d in kept], turns, provenance, more)

    def in_language(self, language: str | None) -> tuple[list[Document], list[Exclusion]]:
        """The documents in a language (all where it is None), and the others, with the reason."""
        kept: list[Document] = []
        foreign: list[Exclusion] = []
        for document in self.documents:
            reason = other_language(document.text, language) if language else ""
            if reason:
                foreign.append(Exclusion(_named(document), reason, document.place))
            else:
                kept.append(document)
        return kept, foreign

    def settle(self, n_kept: int, strict: bool) -> None:
        """Raise where bad documents may not be passed over, or nothing is left."""
        # What was left out by design is no mistake, unless nothing else was found.
        settle(self.reader, self.n_found, n_kept, [*self.bad, *(self.excluded if not n_kept else [])], strict)

    def known_turns(self, documents: Iterable[Document], rules: Rules) -> dict[str, list[Turn]]:
        """Turns of documents whose source says who speaks."""
        people = Named(rules.speakers)
        return {d.doc_id: known_turns(self.said[d.doc_id], people, d.date, rules.quotation_words) for d in documents}

    def provenance(
        self,
        labels: Mapping[str, int],
        homes: Mapping[str, int],
        unclaimed: Sequence[Unclaimed],
        reading: Reading,
        citation: Sequence[str],
    ) -> Provenance:
        """Where the corpus comes from; labels, homes and unclaimed lines are those of `attributed`."""
        inferences = (*self.inferences, *self.said_of_counts)
        if labels:
            inferences += tuple(_homes(homes, reading.get("home")))
        excluded = (*self.excluded, *self.bad)
        return Provenance(
            self.reader, tuple(self.sources), inferences, excluded, tuple(citation), labels, tuple(unclaimed)
        )


def check_options(reading: Mapping[str, object]) -> None:
    """UsageError for an option that no reader has."""
    unknown = sorted(set(reading) - Reading.__optional_keys__)
    if unknown:
        hint = did_you_mean(unknown[0], sorted(Reading.__optional_keys__))
        raise UsageError(f'there is no option "{unknown[0]}". {hint}')


def rules_of(reading: Reading) -> Rules:
    """What the options of a reader say of speakers and labels."""
    return Rules(
        reading.get("speakers", ()),
        reading.get("quotation_words", QUOTATION_WORDS),
        reading.get("home"),
        reading.get("labels", DETECT),
        reading.get("not_labels", ()),
    )


def own_columns(homes: Mapping[str, int], *, said: bool) -> dict[str, str]:
    """Columns that a corpus has of its own: presidents of the United States are no administrations of other states.

    Parameters
    ----------
    homes : mapping of str to int
        Documents by their home side.
    said : bool
        Whether the source of any document says who speaks.
    """
    elsewhere = bool(homes) and not {UNITED_STATES.country, ""} & set(homes)
    return {"administration": ""} if elsewhere or said else {}


def document_row(document: Document, own: Mapping[str, str]) -> dict[str, Any]:
    """A row of the documents table; `own` are columns of the corpus."""
    return {
        "doc_id": document.doc_id,
        "date": document.date,
        "title": document.title,
        "kind": document.kind,
        "issuer": document.issuer,
        "author": document.byline,
        **own,
        **document.metadata,
    }


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


def for_offices(document: Document, speakers: Sequence[Speaker]) -> Document:
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
