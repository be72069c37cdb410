"""Where documents are cut into turns: by the grammar of the archive, which is chosen or recognised."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from discourse.corpus.bylines import parse_byline
from discourse.corpus.documents import Document
from discourse.corpus.grammar import GENERAL, Label, LabelGrammar, grammars
from discourse.corpus.home import AUTHOR, EVERYONE, UNITED_STATES, Home, home_named, home_of, known_homes
from discourse.corpus.label_words import plain
from discourse.corpus.labels import find_labels
from discourse.corpus.lines import lines_of
from discourse.corpus.lookalikes import named_labels, unclaimed
from discourse.corpus.names import surname
from discourse.corpus.offices import holders
from discourse.corpus.persons import Speaker
from discourse.corpus.recognise import Archives
from discourse.corpus.templates import at_lines
from discourse.errors import SettingError, did_you_mean
from discourse.types import UNKNOWN

DETECT = "detect"


@dataclass(frozen=True)
class Piece:
    """What follows a label, or stands before the first one; or what goes on behind an interjection."""

    label: Label | None
    text: str
    start: int = 0
    resumed: bool = False


@dataclass(frozen=True)
class Cut:
    """A document in pieces.

    Parameters
    ----------
    pieces : tuple of Piece
        In order.
    grammar : str
        Name of the grammar that found the labels; empty where there is none.
    table : LabelGrammar, optional
        The grammar itself, where it is a table.
    unclaimed : tuple of (line, text)
        Lines, from 1, that look like labels and are claimed by nobody.
    """

    pieces: tuple[Piece, ...]
    grammar: str = ""
    table: LabelGrammar | None = None
    unclaimed: tuple[tuple[int, str], ...] = ()


@dataclass
class Issuers:
    """Documents of each issuer, and how many of them each grammar of labels recognises.

    Examples
    --------
    >>> text = "The Secretary of State for Grain (Ms. Ann Roe): I beg to move.\\n\\nMr. Speaker: Order."
    >>> documents = [Document("a", None, "", text, issuer="X"), Document("b", None, "", "We met.", issuer="X")]
    >>> issuers, found = Issuers(), recognised(documents, DETECT)
    >>> issuers.learn(documents, found)
    >>> [g.name if g else None for g in found], [g.name for g in issuers.filled(documents, found)]
    (['hansard', None], ['hansard', 'hansard'])
    """

    n_documents: Counter[str] = field(default_factory=Counter)
    n_recognised: Counter[tuple[str, str]] = field(default_factory=Counter)

    def learn(self, documents: Sequence[Document], tables: Sequence[LabelGrammar | None]) -> None:
        """Count documents and the grammars that were recognised in them."""
        self.n_documents.update(d.issuer for d in documents if d.issuer)
        pairs = zip(documents, tables)
        self.n_recognised.update((d.issuer, g.name) for d, g in pairs if g is not None and d.issuer)

    def add(self, other: Issuers) -> None:
        """Count those of another part of the corpus, behind this one, as well."""
        self.n_documents.update(other.n_documents)
        self.n_recognised.update(other.n_recognised)

    def filled(self, documents: Sequence[Document], tables: Sequence[LabelGrammar | None]) -> list[LabelGrammar | None]:
        """The grammars of documents: a short one of an archive whose others are recognised is read as they are."""
        known = grammars()
        of_issuer = {
            issuer: known[name]
            for (issuer, name), n in sorted(self.n_recognised.items(), key=lambda x: x[1])
            if known[name].known_by(issuer, "") or n >= self.n_documents[issuer] / 2
        }
        return [
            g if g is not None or d.given or not d.issuer or d.issuer not in of_issuer else of_issuer[d.issuer]
            for d, g in zip(documents, tables)
        ]


def recognised(documents: Sequence[Document], labels: LabelGrammar | str) -> list[LabelGrammar | None]:
    """The grammar that each document shows by itself, or that of the config; None for one without a table.

    Parameters
    ----------
    documents : sequence of Document
        As a reader found them.
    labels : LabelGrammar or str
        A grammar for all of them, the name of one, or ``detect``.

    Returns
    -------
    list of (LabelGrammar or None)

    Raises
    ------
    SettingError
        For the name of a grammar that does not exist.
    """
    if isinstance(labels, LabelGrammar):
        return [labels] * len(documents)
    known = grammars()
    if labels not in (DETECT, GENERAL, *known):
        names = [DETECT, GENERAL, *known]
        raise SettingError(
            ("corpus", "labels"), f'there is no grammar of labels "{labels}". {did_you_mean(labels, names)}'
        )
    if labels != DETECT:
        return [known.get(labels)] * len(documents)
    archives = Archives(list(known.values()))
    return [None if d.given else _recognised(d, archives) for d in documents]


_OWN = 0.3  # share of labels of its own by which a grammar with dialogue is recognised


def _recognised(document: Document, archives: Archives) -> LabelGrammar | None:
    """The first grammar that finds as many labels as are found without a table."""
    possible = archives.candidates(document.text, f"{document.issuer} | {document.byline}", document.title)
    if not possible:
        return None
    others = len(find_labels(document.text, names_in(document, ()), title=document.title))
    # A grammar with dialogue takes the others' labels as well as its own.
    return next(
        (
            g
            for g, n, named in possible
            if n >= (0 if named and g.dialogue else _OWN * others if g.dialogue else others)
        ),
        None,
    )


def _words(document: Document) -> str:
    return " | ".join((document.issuer, document.byline, document.title, document.kind))


def homes_of(documents: Sequence[Document], tables: Sequence[LabelGrammar | None], home: Home | None) -> list[Home]:
    """The home side of each document: the one of the config, or what issuer, byline, title or the archive show.

    Parameters
    ----------
    documents : sequence of Document
        As a reader found them.
    tables : sequence of (LabelGrammar or None)
        Their grammars.
    home : Home, optional
        The one of the config.

    Returns
    -------
    list of Home

    Examples
    --------
    >>> documents = [Document("a", None, "", "We met.", issuer="House of Lords"), Document("b", None, "", "We met.", "Ann Roe")]
    >>> [h.country for h in homes_of(documents, [None, None], None)]
    ['United Kingdom', '']
    """
    if home is not None:
        return [home if _may_be_of(d, home) else AUTHOR for d in documents]
    return [_home(d, table) for d, table in zip(documents, tables)]


def _may_be_of(document: Document, home: Home) -> bool:
    """Whether a document may be read from the home side: its own, or of a body that is nobody's, such as a broadcaster."""
    words = _words(document)
    if not home.issuers or not words.strip(" |") or home.issued(words):
        return True
    return home in known_homes().values() and home_of(document.issuer, document.byline, document.title) is None


def _home(document: Document, table: LabelGrammar | None) -> Home:
    if table is not None and not document.given:
        return home_named(table.home) if table.home else EVERYONE
    found = home_of(document.issuer, document.byline, document.title)
    if found is not None:
        return UNITED_STATES if found.is_united_states else found
    # Where nothing says whose document it is, its labels and its beginning may.
    return UNITED_STATES if _is_american(document) else AUTHOR


# "SECRETARY ROE" in capitals; other states and bodies have ministers, and Secretaries General.
_SECRETARY = re.compile(r"[ \t*]*(?:[A-Z]+ ){0,2}SECRETARY\b(?! GENERAL|-GENERAL)[^:\n]{0,30}:")
_TITLED = re.compile(r"[ \t*]*(?:[A-Z]+\.? ){1,3}(?P<name>[A-Z’'-]+):")
_BEGINNING = 3_000  # characters in which a document says whose it is


def _is_american(document: Document) -> bool:
    text = document.text
    if not (document.byline or document.issuer) or home_of("", "", text[:_BEGINNING]) is not None:
        return True
    held = {t.surname for t in holders(document.date)}
    before_colons = lines_of(text).having(":")
    if any(surname(m["name"]) in held for m in at_lines(_TITLED, text, before_colons)):
        return True
    return any(True for _ in at_lines(_SECRETARY, text, before_colons))


def names_in(document: Document, speakers: Sequence[Speaker]) -> set[str]:
    """Surnames and aliases, in capitals, that may occur in labels of this document."""
    names = {surname(n) for n, _ in parse_byline(document.byline)}
    names |= {plain(w) for w in re.findall(r"[A-ZÀ-Þ][\w’'\-]{2,}", document.title)} - _TITLE_WORDS
    names |= aliases(speakers)
    return {n for n in names if len(n) > 2}


# Words that titles write with a capital and that name nobody.
_TITLE_WORDS = frozenset(
    """SECRETARY MINISTER PRESIDENT FOREIGN PRIME DEPUTY ASSISTANT BRIEFING PRESS DEPARTMENT REMARKS STATEMENT
    INTERVIEW WITH JOINT STATE
    NEWS CONFERENCE CALL MEETING READOUT THE AND FOR FROM BEFORE AFTER UNITED STATES DAY OFFICE SPOKESPERSON FULL
    TRANSCRIPT NATIONAL SUMMIT
    SECURITY COUNCIL AMBASSADOR UNDER SPECIAL ENVOY UKRAINE RUSSIA CHINA EUROPEAN UNION QUESTION ANSWER QUESTIONS
    ANSWERS""".split()
)


def aliases(speakers: Sequence[Speaker]) -> set[str]:
    """The words, in capitals, by which the user has named people."""
    return {plain(a) for s in speakers for a in (s.aliases or (s.name.split()[-1],))}


def cut(
    document: Document, speakers: Sequence[Speaker], table: LabelGrammar | None, not_labels: Sequence[str] = ()
) -> Cut:
    """A document in pieces: what comes before the first label, then each label with what follows it.

    Parameters
    ----------
    document : Document
        As a reader found it.
    speakers : sequence of Speaker
        People that the user has named: what begins with one of their names and a colon is a label, whatever else it is.
    table : LabelGrammar, optional
        The grammar of the archive.
    not_labels : sequence of str
        Lines, or labels, that look like labels and are none.

    Returns
    -------
    Cut

    Examples
    --------
    >>> found = cut(Document("a", None, "", "MS. ROE: Welcome.\\n\\nHon. Aker (Norhaven): Why?\\n\\nMS. ROE: Why not."), (), None)
    >>> [p.label.text for p in found.pieces], found.unclaimed
    (['MS. ROE', 'MS. ROE'], ((3, 'Hon. Aker (Norhaven)'),))
    """
    if document.given:
        return Cut(_given(document))
    text = document.text
    labels = table.find(text) if table is not None else []
    if table is None or table.dialogue:
        taken = {x.start for x in labels}
        labels += [
            x for x in find_labels(text, names_in(document, speakers), title=document.title) if x.start not in taken
        ]
    taken = {x.start for x in labels}
    labels += [x for x in named_labels(text, aliases(speakers)) if x.start not in taken]
    refused = {_bare(x) for x in not_labels}
    labels = sorted((x for x in labels if _bare(x.text) not in refused), key=lambda x: x.start)
    found = unclaimed(text, labels, table)
    lines = tuple((text.count("\n", 0, start) + 1, words) for start, words in found if _bare(words) not in refused)
    name = (table.name if table is not None else GENERAL) if labels else ""
    return Cut(_pieces(document, labels), name, table if labels else None, lines)


def _bare(label: str) -> str:
    return plain(label.strip().rstrip(":. "))


def _given(document: Document) -> tuple[Piece, ...]:
    pieces, position = [], 0
    for name, words in document.given:
        pieces.append(Piece(Label(position, position, name.strip() or UNKNOWN), words, position))
        # Readers join the turns by blank lines.
        position += len(words) + 2
    return tuple(pieces)


# Who calls into a speech: one paragraph, behind which the speaker goes on.
_INTERJECTS = re.compile(
    r"(?:Audience|Members?|Representatives?|Rep\.|Senators?|Sen\.|Hon\. Members?|Protesters?|Voices?)\b", re.I
)


def _pieces(document: Document, labels: Sequence[Label]) -> tuple[Piece, ...]:
    text = document.text
    starts = [x.start for x in labels] + [len(text)]
    before = text[: starts[0]]
    pieces = [Piece(None, before)] * bool(before.strip())
    # Whose speech has no label of its own goes on behind whoever calls into it.
    only_calls = bool(before.strip()) and all(_INTERJECTS.match(x.text) for x in labels)
    for k, label in enumerate(labels):
        end = starts[k + 1]
        call = re.compile(r"\n\s*\n?").search(text, _first_word(text, label.end)) if only_calls else None
        if call is not None and call.start() < end:
            pieces.append(Piece(label, text[label.end : call.start()], label.start))
            rest = text[call.end() : end]
            pieces += [Piece(None, rest, call.end(), resumed=True)] * bool(rest.strip())
        else:
            pieces.append(Piece(label, text[label.end : end], label.start))
    return tuple(pieces)


def _first_word(text: str, start: int) -> int:
    match = re.compile(r"\S").search(text, start)
    return match.start() if match else start
