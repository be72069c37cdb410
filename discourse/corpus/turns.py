"""Speaker turns: who said which paragraph, and what in it nobody said."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from discourse.corpus.authors import author_in
from discourse.corpus.cores import cores
from discourse.corpus.cut import DETECT, Cut, chosen, cut, homes_of
from discourse.corpus.documents import Document
from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.home import Home
from discourse.corpus.people import People
from discourse.corpus.persons import FIXED, Person, Setting, Speaker
from discourse.corpus.spans import ATTRIBUTED, INTERPRETED, Span, boilerplate, is_heading, quotations, stage_directions
from discourse.shown import brief
from discourse.types import Unclaimed

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
    people = People(speakers)
    tables = chosen(documents, labels)
    homes = homes_of(documents, tables, home)
    # Some feeds lose the break between an office and its bureau.
    settings = [
        Setting(re.sub(r"(?<=[a-z])(?=(?:Bureau|Office) )", ", ", d.byline), d.title, d.text, d.date, h)
        for d, h in zip(documents, homes)
    ]
    people.learn(settings)
    cuts = [cut(d, speakers, table, not_labels) for d, table in zip(documents, tables)]
    # All documents are read before any is settled: one of them may say who a label in an earlier one means.
    found: list[dict[str, Person]] = []
    for setting, made in zip(settings, cuts):
        said: dict[str, list[str]] = {}
        order = [p.label for p in made.pieces if p.label is not None]
        for piece in made.pieces:
            if piece.label is not None:
                said.setdefault(piece.label.text, []).append(piece.text)
        joined = {label: "".join(parts) for label, parts in said.items()}
        claims = {x.text: x.claim for x in reversed(order) if x.claim is not None}
        found.append(people.resolve_all([x.text for x in order], setting, joined, claims))
    settled = [people.again(persons, d.date) for d, persons in zip(documents, found)]
    doubtful = [
        p.name for persons in settled for p in persons.values() if p.rule not in FIXED and p.name.count(" ") > 1
    ]
    shorter = cores(doubtful, [t for d in documents for t in (d.title, d.text)])
    settled = [{x: replace(p, name=shorter.get(p.name, p.name)) for x, p in persons.items()} for persons in settled]
    turns = {
        d.doc_id: _turns(d, made, persons, author_in(d, people, setting.home), quotation_words)
        for d, made, persons, setting in zip(documents, cuts, settled, settings)
    }
    return Attribution(
        turns,
        dict(sorted(Counter(c.grammar for c in cuts if c.grammar).items())),
        dict(sorted(Counter("all states" if h.everyone else h.country for h in homes).items())),
        tuple(Unclaimed(d.doc_id, line, text) for d, c in zip(documents, cuts) for line, text in c.unclaimed),
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


def _turns(
    document: Document, made: Cut, persons: Mapping[str, Person], author: Person, quotation_words: int
) -> list[Turn]:
    labelled = any(p.label is not None for p in made.pieces)
    separator = _paragraph_break(document.text)
    turns: list[Turn] = []
    for piece in made.pieces:
        label = piece.label
        person = persons[label.text] if label else author
        heads = label is None and not piece.resumed
        body, excluded = _body(piece.text, document, separator, made.table, heads=heads, labels=labelled)
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
                label.start if label else piece.start,
                person.rule,
            )
        )
    # The Public Papers, whose labels are not in capitals, repeat a label where nobody else spoke.
    stopped = (
        any(p.label is not None and p.label.claim is None and not p.label.text.isupper() for p in made.pieces)
        and not document.given
    )
    return _joined(turns) if stopped else turns


def covered(text: str, spans: Sequence[Span]) -> bool:
    """Whether the spans leave no letter of the text."""
    rest = list(text)
    for a, b, _ in spans:
        rest[a:b] = " " * (b - a)
    return not re.search(r"\w", "".join(rest))


def _paragraph_break(text: str) -> str:
    """What separates paragraphs: blank lines, or line ends where no line is blank and lines end like sentences."""
    if re.search(r"\n[ \t]*\n", text):
        return r"\n\s*\n"
    lines = [x.rstrip(' \u00a0"”’)*]') for x in text.split("\n") if x.strip()]
    # Most lines end like sentences where each is a paragraph, and few do where lines are broken at a width.
    ends = sum(x[-1:] in (".", "!", "?", "…", ":", "–", "—", "-", ";") for x in lines)
    return r"\n+" if ends >= 0.6 * len(lines) else r"\n\s*\n"


def _body(
    piece: str, document: Document, separator: str, table: LabelGrammar | None, *, heads: bool, labels: bool
) -> tuple[str, list[Span]]:
    """Paragraphs joined by blank lines, and the spans of those that are nobody's words."""
    body, excluded = "", list[Span]()
    known = [document.title, document.byline, *document.byline.split(", "), document.kind]
    paragraphs = [p for p in (p.strip() for p in re.split(separator, piece)) if p]
    leading = heads
    for p in paragraphs:
        reason = document.boilerplate.get(p, "") or boilerplate(p)
        attributed = ATTRIBUTED.match(p) if p[0] in "Tt" else None
        if not reason and table is not None and table.says_nobody(p):
            reason = "line of procedure"
        if leading and labels and table is not None and table.preamble:
            reason = reason or "heading"
        elif leading and not reason and not attributed:
            if (
                all(is_heading(line, known) for line in p.split("\n")) and (labels or any(map(_is_prose, paragraphs)))
            ) or (labels and not _is_prose(p)):
                reason = "heading"
            else:
                leading = False
        body += "\n\n" if body else ""
        if attributed:
            excluded.append((len(body), len(body) + attributed.end(), "attribution line"))
        elif reason:
            excluded.append((len(body), len(body) + len(p), reason))
        body += p
    return body, excluded


def _is_prose(paragraph: str) -> bool:
    """Whether a paragraph reads like prose: before the first label only that is the author's."""
    return paragraph.rstrip('"”’)*] ')[-1:] in (".", "!", "?", "…", ":") and not paragraph.isupper()


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
