"""Who says what in documents: step by step, so that a corpus may be read in parts and people be known over all of it.

What one document says of another's people is gathered by each step and may be added up over parts: the grammars that the
documents of an issuer show, the forms of names in bylines, whom labels mean, and how often names stand in texts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from discourse.corpus.authors import author_in
from discourse.corpus.bylines import NameForms
from discourse.corpus.cores import occurrences, shortened
from discourse.corpus.cut import DETECT, Cut, Issuers, cut, homes_of, recognised
from discourse.corpus.documents import Document
from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.home import Home
from discourse.corpus.people import People
from discourse.corpus.persons import FIXED, Person, Setting, Speaker
from discourse.corpus.turns import QUOTATION_WORDS, Turn, turns_of
from discourse.types import Unclaimed


@dataclass(frozen=True)
class Rules:
    """What the user says of speakers and labels; the parameters are those of `attributed`."""

    speakers: Sequence[Speaker] = ()
    quotation_words: int = QUOTATION_WORDS
    home: Home | None = None
    labels: LabelGrammar | str = DETECT
    not_labels: Sequence[str] = ()


@dataclass
class Seen:
    """What documents show before one is cut: grammars of archives, and forms of names; may be added up over parts."""

    issuers: Issuers = field(default_factory=Issuers)
    forms: NameForms = field(default_factory=NameForms)

    def add(self, other: Seen) -> None:
        """What another part, behind this one, shows."""
        self.issuers.add(other.issuers)
        self.forms.add(other.forms)


@dataclass
class Called:
    """Documents cut at their labels, and who each label means as far as its own document says it.

    Parameters
    ----------
    cuts : list of Cut
        Documents in pieces.
    sides : list of Home
        The home side of each document.
    persons : list of dict of str to Person
        By label.
    """

    cuts: list[Cut]
    sides: list[Home]
    persons: list[dict[str, Person]]

    @property
    def labels(self) -> Counter[str]:
        """Documents with labels, by the grammar that found them."""
        return Counter(c.grammar for c in self.cuts if c.grammar)

    @property
    def homes(self) -> Counter[str]:
        """Documents by their home side."""
        return Counter("all states" if h.everyone else h.country for h in self.sides)

    def unclaimed(self, documents: Sequence[Document]) -> list[Unclaimed]:
        """Lines that look like labels and are claimed by nobody."""
        return [Unclaimed(d.doc_id, line, text) for d, c in zip(documents, self.cuts) for line, text in c.unclaimed]


def see(documents: Sequence[Document], rules: Rules) -> tuple[list[LabelGrammar | None], Seen]:
    """The grammar that each document shows by itself, and what they show of archives and names."""
    tables, seen = recognised(documents, rules.labels), Seen()
    if rules.labels == DETECT:
        seen.issuers.learn(documents, tables)
    for document in documents:
        seen.forms.learn(_byline(document))
    return tables, seen


def call(
    documents: Sequence[Document],
    tables: Sequence[LabelGrammar | None],
    issuers: Issuers,
    people: People,
    rules: Rules,
) -> Called:
    """Cut documents at their labels, and find out who is meant within each; `people` learns it for the others.

    Parameters
    ----------
    documents : sequence of Document
        As a reader found them.
    tables : sequence of (LabelGrammar or None)
        Their grammars, from `see`.
    issuers : Issuers
        Those of the whole corpus.
    people : People
        With the forms of names of the whole corpus.
    rules : Rules
        What the user says.
    """
    tables = issuers.filled(documents, tables)
    homes = homes_of(documents, tables, rules.home)
    settings = [Setting(_byline(d), d.title, d.text, d.date, h) for d, h in zip(documents, homes)]
    cuts = [cut(d, rules.speakers, table, rules.not_labels) for d, table in zip(documents, tables)]
    persons: list[dict[str, Person]] = []
    for setting, made in zip(settings, cuts):
        said: dict[str, list[str]] = {}
        order = [p.label for p in made.pieces if p.label is not None]
        for piece in made.pieces:
            if piece.label is not None:
                said.setdefault(piece.label.text, []).append(piece.text)
        joined = {label: "".join(parts) for label, parts in said.items()}
        claims = {x.text: x.claim for x in reversed(order) if x.claim is not None}
        persons.append(people.resolve_all([x.text for x in order], setting, joined, claims))
    return Called(cuts, homes, persons)


def settle(
    persons: Sequence[Mapping[str, Person]], days: Sequence[dt.date | None], people: People
) -> list[dict[str, Person]]:
    """Who each label means, once all documents of the corpus have said whom they know."""
    return [people.again(found, day) for found, day in zip(persons, days)]


def doubtful(settled: Sequence[Mapping[str, Person]]) -> list[str]:
    """Names of three and more words, which may begin with words of an office."""
    every = (p for persons in settled for p in persons.values())
    return list(dict.fromkeys(p.name for p in every if p.rule not in FIXED and p.name.count(" ") > 1))


def texts_of(documents: Sequence[Document]) -> list[str]:
    """Titles and texts."""
    return [t for d in documents for t in (d.title, d.text)]


def turns_in(
    documents: Sequence[Document],
    called: Called,
    settled: Sequence[Mapping[str, Person]],
    shorter: Mapping[str, str],
    people: People,
    rules: Rules,
) -> dict[str, list[Turn]]:
    """The turns of documents by their ids; `shorter` has the cores of names."""
    turns = {}
    for document, made, home, found in zip(documents, called.cuts, called.sides, settled):
        persons = {x: replace(p, name=shorter.get(p.name, p.name)) for x, p in found.items()}
        author = author_in(document, people, home)
        turns[document.doc_id] = turns_of(document, made, persons, author, rules.quotation_words)
    return turns


def _byline(document: Document) -> str:
    # Some feeds lose the break between an office and its bureau.
    return re.sub(r"(?<=[a-z])(?=(?:Bureau|Office) )", ", ", document.byline)


def attribute(
    documents: Sequence[Document], speakers: Sequence[Speaker] = (), *, quotation_words: int = QUOTATION_WORDS
) -> dict[str, list[Turn]]:
    """Split documents into speaker turns, with one identity for each person over all of them.

    Parameters
    ----------
    documents : sequence of Document
        As a reader found them.
    speakers : sequence of Speaker
        People that the user has named; they go before every rule.
    quotation_words : int
        Words from which a quotation is marked.

    Returns
    -------
    dict of doc_id to list of Turn

    Examples
    --------
    >>> day = dt.date(2020, 3, 3)
    >>> one = Document("a", day, "Remarks", "SECRETARY ROE: Welcome.", "Ann Roe, Secretary of State")
    >>> two = Document("b", day, "Remarks", "QUESTION: Why?\\n\\nSECRETARY ROE: Because.", "Office of the Speaker")
    >>> [(t.speaker, t.role, t.rule) for t in attribute([one, two])["b"]]
    [('Question', 'reporter', 'label'), ('Ann Roe', 'principal', 'other documents')]
    """
    return attributed(documents, speakers, quotation_words=quotation_words).turns


@dataclass(frozen=True)
class Attribution:
    """Who says what in documents, and what was not claimed.

    Parameters
    ----------
    turns : mapping of doc_id to list of Turn
        Turns of each document.
    labels : mapping of str to int
        Documents with labels, by the grammar that found them.
    homes : mapping of str to int
        Documents by their home side; "all states" for records of assemblies of states, empty where no home is known.
    unclaimed : tuple of Unclaimed
        Lines that look like labels and are claimed by nobody.
    """

    turns: dict[str, list[Turn]]
    labels: Mapping[str, int]
    homes: Mapping[str, int]
    unclaimed: tuple[Unclaimed, ...]


def attributed(
    documents: Sequence[Document],
    speakers: Sequence[Speaker] = (),
    *,
    quotation_words: int = QUOTATION_WORDS,
    home: Home | None = None,
    labels: LabelGrammar | str = DETECT,
    not_labels: Sequence[str] = (),
) -> Attribution:
    """Split documents into speaker turns; as `attribute`, and say by which grammars, and what was not claimed.

    Parameters
    ----------
    documents, speakers, quotation_words
        As in `attribute`.
    home : Home, optional
        The home side; by default that which issuer, byline and title show, document by document.
    labels : LabelGrammar or str
        Grammar of labels, or the name of one; ``detect`` chooses document by document.
    not_labels : sequence of str
        Lines, or labels, that look like labels and are none.

    Returns
    -------
    Attribution

    Raises
    ------
    SettingError
        For the name of a grammar that does not exist.

    Examples
    --------
    >>> text = "Mr. Aker (Egypt) (spoke in Arabic): We agree.\\n\\nThe President: I thank him."
    >>> found = attributed([Document("a", None, "Meeting", text, issuer="United Nations Security Council")])
    >>> found.labels, [(t.speaker, t.role) for t in found.turns["a"]]
    ({'un': 1}, [('Mr. Aker', 'principal'), ('President', 'moderator')])
    """
    rules = Rules(speakers, quotation_words, home, labels, not_labels)
    tables, seen = see(documents, rules)
    people = People(speakers, seen.forms)
    called = call(documents, tables, seen.issuers, people, rules)
    # All documents are read before any is settled: one of them may say who a label in an earlier one means.
    settled = settle(called.persons, [d.date for d in documents], people)
    names = doubtful(settled)
    shorter = shortened(names, occurrences(names, texts_of(documents)))
    return Attribution(
        turns_in(documents, called, settled, shorter, people, rules),
        dict(sorted(called.labels.items())),
        dict(sorted(called.homes.items())),
        tuple(called.unclaimed(documents)),
    )


def split_turns(
    text: str,
    byline: str,
    speakers: Sequence[Speaker] = (),
    *,
    title: str = "",
    date: dt.date | None = None,
    boilerplate: Mapping[str, str] | None = None,
) -> list[Turn]:
    """Split the text of one document into speaker turns.

    Parameters
    ----------
    text : str
        Paragraphs separated by blank lines.
    byline : str
        Whose words are those before the first label, and those of a document without labels.
    speakers : sequence of Speaker
        People that the user has named; others are resolved by byline, title and label.
    title : str
        Title of the document.
    date : date, optional
        Its date, for offices.
    boilerplate : mapping of str to str, optional
        Whole paragraphs that are nobody's words, with the reason (a disclaimer, a footnote).

    Returns
    -------
    list of Turn
        In order; label and its note are not part of the text.

    Examples
    --------
    >>> turns = split_turns("MR. ROE:  Hello.\\n\\nAgain.\\n\\nQUESTION:  Why? (Laughter.)", "Office", [Speaker("Roe")])
    >>> [(t.speaker, t.role, t.text) for t in turns]
    [('Roe', 'principal', 'Hello.\\n\\nAgain.'), ('Question', 'reporter', 'Why? (Laughter.)')]
    """
    # An unknown date is a day before all terms of office.
    document = Document("", date or dt.date.min, title, text, byline, boilerplate=boilerplate or {})
    return attribute([document], speakers)[""]
