"""Speaker turns: who said which paragraph, and what in it nobody said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from discourse.corpus.cut import Cut
from discourse.corpus.documents import Document
from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.persons import Person, Speaker
from discourse.corpus.spans import ATTRIBUTED, INTERPRETED, Span, boilerplate, is_heading, quotations, stage_directions
from discourse.shown import brief

__all__ = ["Document", "Speaker", "Turn"]

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


def turns_of(
    document: Document, made: Cut, persons: Mapping[str, Person], author: Person, quotation_words: int
) -> list[Turn]:
    """The turns of a document whose labels are cut and whose speakers are known.

    Parameters
    ----------
    document : Document
        As a reader found it.
    made : Cut
        Its pieces.
    persons : mapping of str to Person
        Who is meant by each label.
    author : Person
        Whose words are those before the first label.
    quotation_words : int
        Words from which a quotation is marked.

    Returns
    -------
    list of Turn

    Examples
    --------
    >>> from discourse.corpus.cut import cut
    >>> document = Document("a", None, "A note", "We met. (Applause.)")
    >>> [(t.speaker, t.excluded) for t in turns_of(document, cut(document, (), None), {}, Person("Roe", "", "home"), 25)]
    [('Roe', ((8, 19, 'stage direction'),))]
    """
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
