"""Speaker labels: where in a document a speaker begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from discourse.corpus.grammar import Label
from discourse.corpus.label_words import (
    BARE_TITLES,
    CAPITAL,
    NAMELESS,
    begins_with_title,
    contains,
    has_title,
    is_address,
    is_agency,
    is_field,
    is_heading,
    plain,
    small_words,
)
from discourse.corpus.lines import lines_of
from discourse.corpus.names import split_label, surname
from discourse.corpus.stopped import before_full_stop
from discourse.corpus.templates import at_lines

Match = re.Match[str]
# A word in capitals, with the small letters of some names before it: McCORMACK, deCARVALHO; a number after an office.
_WORD = rf"(?:(?:Ma?c|[Dd][eiu]|[Ll][ae]|[Vv][ao]n|al-|el-|bin )?{CAPITAL}+|#?\d{{1,2}})"
_SPACE = r"[ \t\u00a0\u202f]"
_NOTE = rf"(?P<note>{_SPACE}*[(\[][^)\]\n]{{1,80}}[)\]])?"
_BESIDE = r"(?: \([A-Z][A-Z.\-]{0,8}\),)"  # party or rank, before an office: ROE (R-TX), COMMITTEE CHAIR
_CAPITALS = re.compile(
    rf"(?m)^[ \t\u00a0`>*_]*(?:\[?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]?{_SPACE}+)?"
    rf"(?:[(\[](?P<before>[^)\]\n]{{1,60}})[)\]]{_SPACE}*)?(?:\*\*)?"
    rf"(?P<label>{_WORD}(?:{_BESIDE}?[ \u00a0.,'’\-/&\"“”]+{_WORD})*[.\"”]?)(?:\*\*)?{_NOTE}{_SPACE}*(?:\*\*)?:(?:\*\*)?"
    r"(?=\s|$|[A-Z“\"(\[])"
)
_PARTICLE = r"(?:de|del|della|di|da|dos|du|van|von|der|den|bin|bint|ibn|al|el|le|la|of|and|the|y|e)"
_MIXED_WORD = rf"{CAPITAL}[\w.’'/\-]*"
_MIXED = re.compile(
    rf"(?m)^[ \t\u00a0`>*_]*(?:\[?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]?{_SPACE}+)?(?:\*\*)?"
    rf"(?P<label>{_MIXED_WORD}(?:{_SPACE}+(?:{_PARTICLE}{_SPACE}+)*{_MIXED_WORD}){{0,6}}"
    rf"(?:,{_SPACE}(?:[A-ZÀ-Þ][\w.’'\-]*|of|for|and|the|to)(?:{_SPACE}(?:[A-ZÀ-Þ][\w.’'\-]*|of|for|and|the"
    rf"|to)){{0,7}})?)"
    rf"(?:\*\*)?{_NOTE}{_SPACE}*(?:\*\*)?:(?:\*\*)?(?=\s|$)"
)
# The White House: a Q and white space.
_BARE_Q = re.compile(r"(?m)^[ \t\u00a0*]*(?P<label>Q)(?:\*\*)?[.:]?[ \t\u00a0]+(?=[A-Z\"“'‘(\[…—–-])")
_BARE_A = re.compile(r"(?m)^[ \t\u00a0*]*(?P<label>A)(?:\*\*)?[.:][ \t\u00a0]+(?=[A-Z\"“'‘(\[…—–-])")
_Q, _A = frozenset("Q"), frozenset("A")
_FAQ = re.compile(r"\bFAQs?\b|\bfrequently asked questions\b", re.I)
# Titles that are adjectives as well: "SPECIAL NOTICE:" heads a section.
_ADJECTIVE = re.compile(r"(?:SPECIAL|MAJOR|GENERAL|UNDER|SENIOR|PRINCIPAL|ACTING|JUSTICE) [A-Z]+$")
_LOWER_NAMELESS = {k.capitalize() for k in NAMELESS if " " not in k and k != "ALL"} | {"Answer", "A", "Ответ"}
# Prepositions that begin a line of a heading ("From: ...") as a name would.
_NO_NAMES = ("To", "From", "For", "In", "On", "As", "At", "By", "P.S")
# Shares of a label's places at which what follows must read like speech; more where nothing but repetition speaks for
# a label.
_MOSTLY, _NEARLY_ALWAYS = 0.6, 0.8
_SALUTATION = 90  # characters: "Mr President, ladies and gentlemen,"
_LONGEST = 70  # characters of a label; a longer one is a sentence in capitals
_WORDS_WITH_TITLE, _WORDS_IN_CAPITALS, _WORDS_OF_NAME = 8, 5, 4  # at most, before a comma
_ESTABLISHED = 4  # turns that make a dialogue beside which a single label may be a speaker


def speaks(text: str) -> bool:
    """Whether what follows a label reads like speech, not like an entry in a list.

    Examples
    --------
    >>> speaks("Thank you, Minister."), speaks("Crude Oil Tanker"), speaks("Yes.")
    (True, False, True)
    """
    first = re.sub(r"[*_]", "", text.strip().partition("\n\n")[0].strip())
    if len(first) < _SALUTATION and first.endswith((",", "!")) and is_address(first.rstrip(",!")):
        return True
    ends = re.search(r"[.!?…—–-][\"”’')*\]»]*$", first)
    # What begins with a bracket is a stage direction, and those occur where people speak.
    return bool(ends and any(c.islower() for c in first)) or bool(re.match(r"[(\[]", first))


def _programme(text: str) -> bool:
    """Whether what follows a label is an entry of a programme: names and headings without a full stop."""
    first = text.strip().partition("\n")[0].strip()
    if not first or re.search(r"[.!?…—–:;-][\"”’')*\]]*$", first) or re.match(r"[(\[]", first):
        return False
    # Headings, too, have articles and prepositions in small letters.
    words = [w for w in re.findall(r"[^\W\d_][\w’'.\-]*", first) if len(w) > 3]
    return not words or sum(w[0].isupper() for w in words) >= 0.6 * len(words)


def label_at(paragraph: str) -> bool:
    """Whether a paragraph begins with what looks like a speaker label, known or not."""
    return bool(_CAPITALS.match(paragraph))


def find_labels(text: str, names: Collection[str] = (), *, title: str = "") -> list[Label]:
    """Find the speaker labels of one document.

    Parameters
    ----------
    text : str
        The document.
    names : collection of str
        Surnames and other words, in capitals, that name the people of this document: from the config, the byline
        and the title.
    title : str
        Title of the document; questions and answers that an office writes itself are no turns.

    Returns
    -------
    list of Label
        In order. Labels in capitals before a colon, with or without a title; ``Name:`` in small letters where the name
        is
        known or comes back; ``Q`` before white space; and, where a document has them, names before a full stop, as
        in the Public Papers of the Presidents. Fields of lists (``VESSEL TYPE:``), entries of a programme and headings
        are none.

    Examples
    --------
    >>> [x.text for x in find_labels("MS ROE: Good day\\n\\nQUESTION: Why?\\n\\nVESSEL TYPE: Tanker\\n\\nMS ROE: Yes.")]
    ['MS ROE', 'QUESTION', 'MS ROE']
    """
    if _FAQ.search(title):
        return []
    names = {n.upper() for n in names}
    found = _in_capitals(text, names)
    found += _in_small_letters(text, names, bool(found))
    found += _by_one_letter(text, bool(found))
    found += before_full_stop(text, names)
    return _inside(text, _labels_of(found))


def _labels_of(found: Sequence[Match]) -> list[Label]:
    """Matches as labels in order; where several begin at one place, the longest."""
    longest: dict[int, Match] = {}
    for match in found:
        start = match.start("label")
        if start not in longest or match.end() > longest[start].end():
            longest[start] = match
    labels = []
    for match in sorted(longest.values(), key=lambda m: m.start("label")):
        groups = match.groupdict()
        note = " ".join(filter(None, ((groups.get("before") or ""), (groups.get("note") or "").strip(" ()[]"))))
        begins = match.end() - len(match[0].lstrip(" \t\u00a0"))
        words = re.sub(rf"{_BESIDE}", ",", match["label"].strip(" *`_").removesuffix("."))
        labels.append(Label(begins, match.end(), words, note))
    return labels


def _in_capitals(text: str, names: Collection[str]) -> list[Match]:
    """Labels in capitals: those with titles and known names, and, where people speak, others."""
    matches = capitals(text)
    if not matches:
        return []
    small = small_words(text)
    likely: dict[str, list[Match]] = {}
    possible: dict[str, list[Match]] = {}
    for match in matches:
        label = plain(match["label"])
        if _is_likely(label, names, small):
            likely.setdefault(label, []).append(match)
        elif _is_possible(label, names):
            possible.setdefault(label, []).append(match)
    found = [m for places in likely.values() if not all(_programme(_follows(text, m)) for m in places) for m in places]
    # A heading in capitals speaks only where people speak: beside names with titles and questions, or where it comes
    # back.
    people = [
        places
        for label, places in possible.items()
        if _share_of_speech(text, places) > _MOSTLY and not is_heading(label, small)
    ]
    if len(found) > 1 or any(len(places) > 1 for places in people):
        found += [m for places in people for m in places]
    return found


def _is_likely(label: str, names: Collection[str], small: Collection[str]) -> bool:
    """Whether the words of a label in capitals are those of a speaker: nameless, titled, or a known name."""
    known = _has_name(label, names)
    if (_ADJECTIVE.match(label) and not known) or label in BARE_TITLES or len(label) > _LONGEST or is_address(label):
        return False
    if label in NAMELESS or begins_with_title(label):
        return True
    return known and not is_field(label) and not is_heading(label, small)


def _has_name(label: str, names: Collection[str]) -> bool:
    """Whether one of these names stands in a label."""
    words = set(re.findall(r"[\w’'\-]+", label))
    return any(n in words or (not n.isalnum() and contains(n, label)) for n in names)


def _is_possible(label: str, names: Collection[str]) -> bool:
    """Whether a label in capitals that is not a likely one may be a speaker's, if what follows reads like speech."""
    if _ADJECTIVE.match(label) and not _has_name(label, names):
        return True
    if len(label) > _LONGEST or is_address(label):
        return False
    n_words = len(label.split(",")[0].split())
    short = len(label) > 1 and n_words <= (_WORDS_WITH_TITLE if has_title(label) else _WORDS_IN_CAPITALS)
    return label in BARE_TITLES or (short and not is_field(label))


def _share_of_speech(text: str, places: Sequence[Match]) -> float:
    """Share of the places of a label at which what follows reads like speech."""
    return sum(speaks(_follows(text, m)) for m in places) / len(places)


def _by_one_letter(text: str, others: bool) -> list[Match]:
    """Q and A, where they come back; a single Q only beside other labels."""
    lines = lines_of(text)
    questions = list(at_lines(_BARE_Q, text, lines.beginning(_Q)))
    if len(questions) < 2:
        return questions if others else []
    answers = list(at_lines(_BARE_A, text, lines.beginning(_A)))
    return [*(answers if len(answers) > 1 else ()), *questions]


def _follows(text: str, match: re.Match[str]) -> str:
    return follows(text, match.end())


def follows(text: str, end: int) -> str:
    """The paragraph behind a label that ends here; where a text has no blank lines, the line."""
    # The limit keeps each label from copying the rest of a long text.
    rest = text[end : end + 6_000].lstrip(" \t\u00a0\n:")
    return rest.split(_separator(text), 1)[0]


@lru_cache(maxsize=4)
def capitals(text: str) -> tuple[Match, ...]:
    """All that is written as a label in capitals, one of a list or a heading among them."""
    return tuple(at_lines(_CAPITALS, text, lines_of(text).having(":")))


# Asked for at each label of a text.
@lru_cache(maxsize=4)
def _separator(text: str) -> str:
    return "\n\n" if "\n\n" in text else "\n"


@dataclass(frozen=True)
class _Candidate:
    """Words before a colon, not in capitals, that may be a label."""

    label: str
    places: Sequence[Match]
    spoken: float

    @property
    def words(self) -> list[str]:
        """Words before a comma, and initials before a name."""
        return re.sub(rf"(?<=\b{CAPITAL}\.)(?={CAPITAL})", " ", self.label.split(",")[0]).split()

    @property
    def titled(self) -> bool:
        """Whether it begins with a title."""
        return begins_with_title(self.label)

    @property
    def there_for(self) -> str:
        """What the person is there for: "Moderator" in "Ann Roe, Moderator"."""
        return plain(self.label.rpartition(", ")[2]) if "," in self.label else ""


def _in_small_letters(text: str, names: Collection[str], others: bool) -> list[Match]:
    """Labels that are not in capitals: nameless ones, known names, and names that come back and speak."""
    found: dict[str, list[Match]] = {}
    for match in at_lines(_MIXED, text, lines_of(text).having(":")):
        if not match["label"].isupper() or match["label"] in ("Q", "A"):
            found.setdefault(match["label"], []).append(match)
    candidates = [
        _Candidate(label, places, _share_of_speech(text, places))
        for label, places in found.items()
        if not is_address(label) and label.split()[0] not in _NO_NAMES
    ]
    others = others or any(c.label in _LOWER_NAMELESS and len(c.places) > 1 for c in candidates)
    n_titled = sum(len(c.places) for c in candidates if c.titled)
    sure = {
        c.label
        for c in candidates
        if c.spoken > _MOSTLY
        and (
            ((c.label in _LOWER_NAMELESS or is_agency(c.label)) and (others or len(c.places) > 1 or len(found) > 1))
            or (_is_known(c, names) and (others or len(c.places) > 1))
            or (c.titled and 1 < len(c.words) <= _WORDS_WITH_TITLE and (others or len(c.places) > 1 or n_titled > 1))
        )
    }
    # Where nobody is known to speak, a name must come back more often.
    enough = 2 if others or sure else 3
    for c in candidates:  # in order of the text: each one found makes the next more credible
        comes_back = len(c.places) >= enough and c.spoken >= _NEARLY_ALWAYS and not is_field(c.label)
        if comes_back or (c.spoken > 0 and c.there_for in NAMELESS and (others or sure)):
            sure.add(c.label)
    if sum(len(c.places) for c in candidates if c.label in sure) >= _ESTABLISHED:
        small = small_words(text)
        sure |= {c.label for c in candidates if _speaks_once(c, small)}
    return [m for c in candidates if c.label in sure for m in c.places]


def _is_known(candidate: _Candidate, names: Collection[str]) -> bool:
    """Whether the last word is a known name, and the others may be a title or first names."""
    words = candidate.words
    longest = _WORDS_WITH_TITLE if has_title(candidate.label) else _WORDS_OF_NAME
    return plain(words[-1]) in names and len(words) <= longest and words[0] != "The"


def _speaks_once(candidate: _Candidate, small: Collection[str]) -> bool:
    """Whether a label beside an established dialogue is a name: two to four words never written in small letters."""
    words = candidate.words
    if candidate.words[0] == "The" or candidate.spoken <= _MOSTLY or is_field(candidate.label):
        return False
    if 1 < len(words) <= _WORDS_OF_NAME and not is_heading(candidate.label.upper(), small):
        return True
    # The words of an office may be written in small letters elsewhere, those of a name are not.
    title, name = split_label(candidate.label)
    return bool(title and name) and len(words) <= _WORDS_WITH_TITLE and not is_heading(name, small)


def _inside(text: str, labels: Sequence[Label]) -> list[Label]:
    """Add labels in capitals that occur within a paragraph, where the same label begins other paragraphs."""
    upper = [x.text for x in labels if x.text.isupper() and len(x.text) > 3]
    established = {x for x in upper if " " in x or x in NAMELESS}
    # Who was introduced by a full name is called by the surname afterwards.
    last = Counter(surname(x.split(",")[0]) for x in upper)
    full = {surname(x.split(",")[0]) for x in upper if " " in x.split(",")[0] and "," in x}
    established |= {x for x in last if len(x) > 3 and (last[x] > 1 or x in full)}
    if not established:
        return list(labels)
    taken = {x.start for x in labels}
    ends = {x.end for x in labels}
    names = "|".join(map(re.escape, sorted(established, key=len, reverse=True)))
    pattern = re.compile(rf"(?<=[.!?…)\]”\"’—–>])[ \t\u00a0]+(?P<label>{names}):(?=\s)")
    found = list(labels)
    for match in pattern.finditer(text):
        start = match.start("label")
        if start not in taken and match.end() not in ends:
            found.append(Label(start, match.end(), match["label"]))
    return sorted(found, key=lambda x: x.start)
