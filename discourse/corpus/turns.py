"""Speaker turns: who said which paragraph, and what in it nobody said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from discourse.corpus.bylines import parse_byline
from discourse.corpus.label_words import plain
from discourse.corpus.labels import Label, find_labels
from discourse.corpus.names import split_label, surname
from discourse.corpus.people import People
from discourse.corpus.persons import Person, Setting, Speaker
from discourse.corpus.spans import ATTRIBUTED, INTERPRETED, Span, boilerplate, is_heading, quotations, stage_directions
from discourse.shown import brief
from discourse.types import UNKNOWN

__all__ = ["Document", "Speaker", "Turn", "attribute", "split_turns"]

QUOTATION_WORDS = 25  # more than a title, a slogan or a phrase that a speaker takes up in passing


@dataclass(frozen=True)
class Turn:
    """What one speaker says until the next label.

    Parameters
    ----------
    label : str
        The label as written; empty for words before any label.
    speaker, role, side, office : str
        Who is meant.
    interpreted : bool
        Whether the words are an interpreter's.
    text : str
        Without the label.
    excluded : tuple of (start, end, reason)
        Character spans of `text` that nobody said.
    quoted : tuple of (start, end, kind)
        Character spans of `text` that quote somebody at length.
    start : int
        Character offset in the document at which the label, or the text without one, begins.
    rule : str
        How the speaker was identified.
    """

    label: str
    speaker: str
    role: str
    side: str
    interpreted: bool
    text: str
    excluded: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()
    office: str = ""
    start: int = 0
    rule: str = ""

    __repr__ = brief


@dataclass(frozen=True)
class Document:
    """A document as a reader found it, before anyone asked who speaks.

    Parameters
    ----------
    doc_id, title, text : str
        The text has paragraphs between blank lines; block quotations begin with ``> ``.
    date : date
        Of publication or delivery.
    byline : str
        Authors, as the source gives them; whose words they are where there is no label.
    kind, issuer : str
        As the source gives them.
    place : str
        File and line or row, for messages.
    given : tuple of (label, text)
        Turns as the source itself separates them; then no labels are looked for in `text`.
    boilerplate : mapping of str to str
        Whole paragraphs that are nobody's words, with the reason.
    metadata : mapping
        Further columns of the documents table.
    """

    doc_id: str
    date: dt.date | None
    title: str
    text: str
    byline: str = ""
    kind: str = ""
    issuer: str = ""
    place: str = ""
    given: tuple[tuple[str, str], ...] = ()
    boilerplate: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)

    __repr__ = brief


def _names(document: Document, speakers: Sequence[Speaker]) -> set[str]:
    """Surnames and aliases, in capitals, that may occur in labels of this document."""
    names = {surname(n) for n, _ in parse_byline(document.byline)}
    names |= {plain(w) for w in re.findall(r"[A-ZÀ-Þ][\w’'\-]{2,}", document.title)} - _TITLE_WORDS
    for speaker in speakers:
        names |= {plain(a) for a in (speaker.aliases or (speaker.name.split()[-1],))}
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
    people = People(speakers)
    # Some feeds lose the break between an office and its bureau.
    settings = [
        Setting(re.sub(r"(?<=[a-z])(?=(?:Bureau|Office) )", ", ", d.byline), d.title, d.text, d.date) for d in documents
    ]
    people.learn(settings)
    cut = [_cut(d, _names(d, speakers)) for d in documents]
    # All documents are read before any is settled: one of them may say who a label in an earlier one means.
    found: list[dict[str, Person]] = []
    for setting, pieces in zip(settings, cut):
        said: dict[str, list[str]] = {}
        for label, words in pieces:
            if label is not None:
                said.setdefault(label.text, []).append(words)
        joined = {label: "".join(parts) for label, parts in said.items()}
        found.append(people.resolve_all([x.text for x, _ in pieces if x is not None], setting, joined))
    return {
        d.doc_id: _turns(d, pieces, people.again(persons), people, quotation_words)
        for d, pieces, persons in zip(documents, cut, found)
    }


def _cut(document: Document, names: set[str]) -> list[tuple[Label | None, str]]:
    """A document in pieces: what comes before the first label, then each label with what follows it."""
    if document.given:
        pieces: list[tuple[Label | None, str]] = []
        position = 0
        for name, words in document.given:
            pieces.append((Label(position, position, name.strip() or UNKNOWN), words))
            # Readers join the turns by blank lines.
            position += len(words) + 2
        return pieces
    text = document.text
    labels = find_labels(text, names, title=document.title)
    starts = [x.start for x in labels] + [len(text)]
    before = text[: starts[0]]
    return [(None, before)] * bool(before.strip()) + [(x, text[x.end : starts[k + 1]]) for k, x in enumerate(labels)]


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


def _turns(
    document: Document,
    pieces: Sequence[tuple[Label | None, str]],
    persons: Mapping[str, Person],
    people: People,
    quotation_words: int,
) -> list[Turn]:
    labelled = any(label is not None for label, _ in pieces)
    separator = _paragraph_break(document.text)
    turns: list[Turn] = []
    for label, piece in pieces:
        person = persons[label.text] if label else _author(document, people)
        body, excluded = _body(piece, document, separator, heads=label is None, labels=labelled)
        if not body or (label is None and labelled and covered(body, excluded)):
            continue
        note = label.note if label else ""
        excluded += [s for s in stage_directions(body) if not any(a <= s[0] < b for a, b, _ in excluded)]
        begins = re.match(r"\s*[(\[][^)\]]*" + INTERPRETED.pattern, body, re.I)
        turns.append(
            Turn(
                label.text if label else "",
                person.name,
                person.role,
                person.side,
                bool(INTERPRETED.search(note) or begins),
                body,
                tuple(sorted(excluded)),
                tuple(quotations(body, quotation_words)),
                person.office,
                label.start if label else 0,
                person.rule,
            )
        )
    # The Public Papers, whose labels are not in capitals, repeat a label where nobody else spoke.
    stopped = any(label is not None and not label.text.isupper() for label, _ in pieces) and not document.given
    return _joined(turns) if stopped else turns


def covered(text: str, spans: Sequence[Span]) -> bool:
    """Whether the spans leave no letter of the text."""
    rest = list(text)
    for a, b, _ in spans:
        rest[a:b] = " " * (b - a)
    return not re.search(r"\w", "".join(rest))


def _author(document: Document, people: People) -> Person:
    """The author: whom an attribution line names, or the byline."""
    # The line belongs to the head of a statement; further down it would introduce somebody else's words.
    for paragraph in document.text[:1500].split("\n"):
        match = ATTRIBUTED.match(paragraph.strip())
        if match:
            who = re.sub(r"\s+", " ", match["who"].replace("\u00a0", " ")).strip()
            title, name = split_label(who.upper())
            words = who.split()
            shown = " ".join(words[len(words) - len(name.split()) :]) if name else who
            person = people.author(who, document.date)
            if person.rule == "config":
                return person
            role = "spokesperson" if "SPOKES" in title else "principal"
            return Person(people.canonical(shown), role, "home", title.title(), "attribution line")
    return people.author(document.byline, document.date)


def _paragraph_break(text: str) -> str:
    """What separates paragraphs: blank lines, or line ends where no line is blank and lines end like sentences."""
    if re.search(r"\n[ \t]*\n", text):
        return r"\n\s*\n"
    lines = [x.rstrip(' \u00a0"”’)*]') for x in text.split("\n") if x.strip()]
    # Most lines end like sentences where each is a paragraph, and few do where lines are broken at a width.
    ends = sum(x[-1:] in (".", "!", "?", "…", ":", "–", "—", "-", ";") for x in lines)
    return r"\n+" if ends >= 0.6 * len(lines) else r"\n\s*\n"


def _body(piece: str, document: Document, separator: str, *, heads: bool, labels: bool) -> tuple[str, list[Span]]:
    """Paragraphs joined by blank lines, and the spans of those that are nobody's words."""
    body, excluded = "", list[Span]()
    known = [document.title, document.byline, *document.byline.split(", "), document.kind]
    paragraphs = [p for p in (p.strip() for p in re.split(separator, piece)) if p]
    leading = heads
    # Before the first label only what reads like prose is the author's.
    prose = [p.rstrip('"”’)*] ')[-1:] in (".", "!", "?", "…", ":") and not p.isupper() for p in paragraphs]
    for p, reads in zip(paragraphs, prose):
        reason = document.boilerplate.get(p, "") or boilerplate(p)
        if leading and not reason and not ATTRIBUTED.match(p):
            if (all(is_heading(line, known) for line in p.split("\n")) and (any(prose) or labels)) or (
                labels and not reads
            ):
                reason = "heading"
            else:
                leading = False
        body += "\n\n" if body else ""
        attributed = ATTRIBUTED.match(p)
        if attributed:
            excluded.append((len(body), len(body) + attributed.end(), "attribution line"))
        elif reason:
            excluded.append((len(body), len(body) + len(p), reason))
        body += p
    return body, excluded


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """Join turns of one speaker in a row: the Public Papers repeat the label after each interruption."""
    result: list[Turn] = []
    for turn in turns:
        if (
            result
            and result[-1].label == turn.label
            and turn.label
            and result[-1].speaker == turn.speaker
            # Two questions in a row may be two reporters'.
            and turn.role != "reporter"
        ):
            previous = result.pop()
            shift = len(previous.text) + 2

            # The default binds the value of this round of the loop.
            def moved(spans: Sequence[Span], shift: int = shift) -> tuple[Span, ...]:
                return tuple((a + shift, b + shift, r) for a, b, r in spans)

            turn = replace(
                turn,
                interpreted=previous.interpreted or turn.interpreted,
                text=f"{previous.text}\n\n{turn.text}",
                excluded=previous.excluded + moved(turn.excluded),
                quoted=previous.quoted + moved(turn.quoted),
                start=previous.start,
            )
        result.append(turn)
    return result
