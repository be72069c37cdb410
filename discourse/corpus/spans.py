"""Spans of a text that are nobody's words, or somebody else's: stage directions, notes, boilerplate, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Span = tuple[int, int, str]

_INTERPRETER = r"(?:via|through|as)\s+(?:an?\s+)?(?:interpret|translat)"
INTERPRETED = re.compile(rf"{_INTERPRETER}", re.I)
# Lists of words, not all that is in brackets: speakers and editors use brackets as well.
_STAGE_ROUND = re.compile(
    r"\((?:laughter[^)\n]{0,20}|applause[^)\n]{0,20}|boos|booing|chuckling|chanting|speaks in [^)\n]{3,20}"
    r"|translated from [^)\n]{3,20}|inaudible|crosstalk|cross-talk|cross talk|off-mike|off mike|off-mic|off mic|pause"
    r"|silence|in progress|no response"
    rf"|{_INTERPRETER}[^)\n]*|in (?:russian|french|spanish|arabic|german|ukrainian|hebrew|japanese|korean|chinese"
    rf"|portuguese|turkish)[^)\n]{{0,20}}"
    r"|gesturing|simultaneous[^)\n]*|break(?: in audio)?|sneezes|coughs|sighs|laughs|laughing|chuckles|cheers"
    r"|cheers and applause|unintelligible|indiscernible"
    r"|audio (?:break|gap|difficult)[^)\n]*|technical difficult[^)\n]*|music[^)\n]{0,20}|via video[^)\n]*|video (?:clip"
    r"|plays|shown)[^)\n]*|a video [^)\n]*"
    r"|begin video[^)\n]*|end video[^)\n]*|commercial break|ph|sic|multiple speakers[^)\n]*"
    r"|speaking [a-z ]{0,20}in [^)\n]{3,20}|moment of silence[^)\n]*"
    r"|the (?:press )?(?:briefing|event|conference|meeting|session|interview|remarks)[^)\n]{0,60}(?:conclu|end|adjourn"
    r"|began|beg[iu]n|over)[^)\n]{0,40})\.?\)",
    re.I,
)
_STAGE_SQUARE = re.compile(
    r"\[\s*(?:laughter|applause|inaudible|crosstalk|moment of silence|at (?:this|his|her) point|delivered|as delivered"
    r"|released (?:in|on|by|as)"
    r"|read before|members?(?: of \w+(?: \w+)?)? |representatives? |senators? |audience members?|there was a|several |some |at his point|in (?:millions|billions)|see app"
    r"|before speaking"
    r"|the (?:president|first lady) (?!of)\w|a military aide|democratic congress|ph(?=\])|sic(?=\])|unintelligible"
    r"|via (?:interpret|translat)|music"
    r"|video (?:is|was|played|clip)|cheers)[^\[\]\n]{0,300}\]",
    re.I,
)
_CORRECTION = re.compile(r"; White House correction(?=\])")
ATTRIBUTED = re.compile(
    r"^The\s(?:following|below)(?:\s+(?:statement|readout|text|is|was|may be|can be))*\s+attribut(?:able"
    r"|ed)\s+to\s+(?P<who>[^:\n]{3,80}?)\s*(?::(?=\s|$)|$)",
    re.I,
)
# Most patterns have a greatest length, for a long paragraph that begins like one of these is somebody's words.
_PARAGRAPHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?:[#*_=–—-]\s*){2,}$"), "mark of the end"),
    (
        re.compile(
            r"^(?:END|End of (?:text|transcript|document)|\(?end\)?)\.?(?:\s+\d{1,2}:\d{2}[ \w.]{2,14})?$", re.I
        ),
        "mark of the end",
    ),
    (re.compile(r"^\[\d{1,2}\]\s+\S"), "footnote"),
    (
        re.compile(
            r"^\*{1,2}\s?(?:(?:as |this |the )?(?:corrected|transcript)\b|(?:the |this )?(?:secretary|president"
            r"|spokesperson)[^\n]{0,40}(?:meant|misspoke)"
            r"|editor['’]s note)[^\n]{0,300}$",
            re.I,
        ),
        "note of the transcript",
    ),
    (
        re.compile(
            r"^(?:For (?:(?:more|further|additional) (?:information|details)|(?:more|further) questions)\b.{0,400}"
            r"|(?:Media|Press) (?:contacts?|inquiries|enquiries)\s*[:(].{0,200}"
            r"|Contacts?: .{0,200}|(?:To|Please) (?:learn more|RSVP|register)\b.{0,300}"
            r"|Unless otherwise indicated, events are open\b.{0,200}"
            r"|Follow (?:us|@\w+) on\b.{0,150}|E-?mail: \S+@\S+.{0,80})$",
            re.I | re.S,
        ),
        "contact line",
    ),
    (re.compile(r"^\(?\[?\d{1,2}[:.]\d{2}\s*[ap]\.?\s?m\.?(?:\s+[(A-Z][\w() ]{1,24})?\.?\)?\]?$", re.I), "clock time"),
    (
        re.compile(
            r"^(?:\W?(?:Please )?[Cc]heck against delivery\b|The Office of Website Management|Note: This (?:page|content)|This site is managed by"
            r"|External links to other Internet sites"
            r"|This (?:text|transcript|translation) is (?:a rush|an unofficial|provided)|View the (?:full )?(?:video"
            r"|transcript)|Watch (?:the )?(?:video|remarks) (?:at|here|on)\b"
            r"|An official website of|Official websites use|Secure \.?\w* ?websites use"
            r"|Share sensitive information only).{0,400}$",
            re.S,
        ),
        "disclaimer",
    ),
)


def stage_directions(text: str) -> list[Span]:
    """Character spans that nobody said: laughter, applause, notes of the transcript.

    Editorial insertions in square brackets, such as ``[the Congress]``, are words of the transcript and stay.

    Examples
    --------
    >>> stage_directions("Well (laughter) and [Applause] and [sunset].")
    [(5, 15, 'stage direction'), (20, 30, 'stage direction')]
    """
    spans: list[Span] = []
    for bracket, pattern in (("(", _STAGE_ROUND), ("[", _STAGE_SQUARE)):
        if bracket in text:
            spans += [(*m.span(), "stage direction") for m in pattern.finditer(text)]
    if "White House correction" in text:
        spans += [(*m.span(), "note of the transcript") for m in _CORRECTION.finditer(text)]
    return sorted(spans)


def boilerplate(paragraph: str) -> str:
    """Why a paragraph is nobody's words; empty when it is somebody's.

    Examples
    --------
    >>> boilerplate("###"), boilerplate("For further information, please contact Ida Roth."), boilerplate("Peace.")
    ('mark of the end', 'contact line', '')
    """
    text = paragraph.strip()
    # The longest that any pattern allows: most paragraphs are longer, and somebody's words.
    if (len(text) > _LONGEST and not text.startswith("[")) or not _MAY_BEGIN.match(text):
        return ""
    return next((reason for pattern, reason in _PARAGRAPHS if pattern.match(text)), "")


# How the patterns begin: most paragraphs begin otherwise.
_MAY_BEGIN = re.compile(
    r"\W|\d|end\b|for |media|press|contact|to |please|unless|follow|e-?mail|the office of w|note|this |external|view|watch|an off"
    r"|official|secure|share|check",
    re.I,
)
_LONGEST = 600  # characters of a paragraph, but a footnote, that is nobody's words
_MIN_CLAUSES = 3  # two paragraphs in a row that begin with a participle and end in a comma occur in speeches
_OPERATIVE = re.compile(
    r"^(?:“|\"|\d{1,2}\.\s+|[a-z]\)\s+|>\s+)*(?:Recall|Reaffirm|Not|Welcom|Express|Emphasi[sz]|Stress|Act|Recogni[sz]"
    r"|Deplor|Condemn|Underlin|Determin|"
    r"Bear|Guid|Reiterat|Tak|Decid|Demand|Urg|Call|Request|Encourag|Affirm|Having|Alarm|Concern|Mindful|Conscious|Invit"
    r"|Remain)(?:ing|es?|s|ed|ing up|)\b"
)


_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def _paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """Character spans of the paragraphs that are not blank."""
    start = 0
    for match in _BLANK_LINES.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    # A line end at the end of a text is part of no paragraph.
    last = len(text) - text.endswith("\n")
    if text[start:last].strip():
        yield start, last


def quotations(text: str, min_words: int = 25) -> list[Span]:
    """Character spans that quote somebody at length.

    Parameters
    ----------
    text : str
        Paragraphs separated by blank lines.
    min_words : int
        Words below which a quotation in quotation marks is not marked.

    Returns
    -------
    list of (start, end, kind)
        `quotation` for text in quotation marks, over paragraphs where each opens with a mark and only the last closes;
        `block quotation` for paragraphs that begin with ``> ``; `resolution` for three or more paragraphs in a row that
        recall, reaffirm, decide... and end in a comma or semicolon.

    Examples
    --------
    >>> quotations("He said: “We will come back to the harbour.” Then he left.", min_words=5)
    [(9, 44, 'quotation')]
    """
    # Most turns are short and quote nobody.
    if text.count("\n") < _MIN_CLAUSES and not any(mark in text for mark in '“">'):
        return []
    paragraphs = list(_paragraph_spans(text))
    blocks = [(a, b, "block quotation") for a, b in paragraphs if text.startswith(">", a)]
    resolutions = _resolutions(text, paragraphs) if len(paragraphs) >= _MIN_CLAUSES else ()
    marked = _marked(text, paragraphs, min_words) if "“" in text or '"' in text else ()
    return sorted([*resolutions, *blocks, *marked])


def _resolutions(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Runs of operative clauses that end in a comma or semicolon, and the clause with a full stop after them."""
    clauses: list[tuple[int, int]] = []
    for start, end in [*paragraphs, (len(text), len(text))]:  # the empty paragraph ends a run at the end of the text
        part = text[start:end]
        operative = _OPERATIVE.match(part)
        if operative and re.search(r"[,;]\s*(?:and)?\s*$", part):
            clauses.append((start, end))
            continue
        if len(clauses) >= _MIN_CLAUSES:
            yield clauses[0][0], end if operative else clauses[-1][1], "resolution"
        clauses = []


def _marked(text: str, paragraphs: Sequence[tuple[int, int]], min_words: int) -> Iterator[Span]:
    """Quotations in quotation marks; one that goes on over paragraphs is a span in each, whatever its length."""
    goes_on = False
    for k, (start, end) in enumerate(paragraphs):
        part = text[start:end]
        if part.startswith(">") or not (goes_on or "“" in part or '"' in part):
            continue
        # Each paragraph of a long quotation opens with a mark, and only the last one closes.
        goes_on = goes_on and re.match(r"\s*[“\"]", part) is not None
        position = 0
        if goes_on:
            position = part.find("”") + 1
            yield start, start + position if position else end, "quotation"
            if not position:
                continue
            goes_on = False
        for a, b, closed in _pairs(part, position):
            if closed and len(re.findall(r"\w+", part[a:b])) >= min_words:
                yield start + a, start + b, "quotation"
            # A mark that is never closed is a slip, unless the next paragraph opens with one.
            elif not closed and re.match(r"\s*“", _paragraph(text, paragraphs, k + 1)):
                yield start + a, end, "quotation"
                goes_on = True


def _paragraph(text: str, paragraphs: Sequence[tuple[int, int]], k: int) -> str:
    return text[slice(*paragraphs[k])] if k < len(paragraphs) else ""


_MARK = re.compile('[“"]')


def _pairs(text: str, position: int) -> Iterator[tuple[int, int, bool]]:
    """Opening and closing marks of quotations in one paragraph; the last may be open."""
    for match in _MARK.finditer(text, position):
        start = match.start()
        if start < position or not (match[0] == "“" or _opens(text, start)):
            continue
        close = text.find("”" if match[0] == "“" else '"', start + 1)
        if close < 0:
            yield start, len(text), False
            return
        yield start, close + 1, True
        position = close + 1


def _opens(text: str, at: int) -> bool:
    """Whether a straight mark opens: they look alike at both ends; one that opens has no letter before it and one behind it."""
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    return (behind == "[" or _is_letter(behind)) and not (before in ("”", '"') or _is_letter(before))


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def is_heading(paragraph: str, known: Sequence[str] = ()) -> bool:
    """Whether a paragraph at the beginning of a document is a line of its heading: byline, place, kind, date.

    Examples
    --------
    >>> is_heading("Harbour Hall"), is_heading("Thank you."), is_heading("Ann Roe, Jr.", ["Ann Roe, Jr."])
    (True, False, True)
    """
    text = paragraph.strip()
    # A whole speech is none; folded, what is known has at most three times as many letters.
    if len(text) > 90 and len(text) > 3 * max(map(len, known), default=0):
        return False
    if any(text.casefold() == k.strip().casefold() for k in known if k.strip()):
        return True
    core = re.sub(r"(?:\b(?:[A-Z]\.)+|\b[JS]r\.)$", "", text.rstrip('"”’)*] '))
    return (
        bool(text)
        and len(text) <= 90
        and "\n" not in text
        and not re.search(r"[.!?:;,…”\"–—-]$", core)
        and not re.match(r"[-•*>]", text)
    )
