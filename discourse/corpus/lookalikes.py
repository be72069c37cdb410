"""Lines that look like speaker labels: those that name whom the user has named, and those that nobody claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from discourse.corpus.grammar import Label, LabelGrammar
from discourse.corpus.label_words import contains, has_title, is_address, is_field, is_heading, plain, small_words
from discourse.corpus.labels import capitals, follows, speaks
from discourse.corpus.lines import lines_of
from discourse.corpus.templates import SPACE, at_lines, expression, places

_LONGEST = 90  # characters of a line that may be a label
_BEFORE_COLON = re.compile(
    rf"(?m)^[ \t\u00a0*_>]*(?P<label>[^\W\d_][^:\n]{{1,{_LONGEST}}}?)[ \t]*:(?:\*\*)?(?=\s|$|[A-Z“\"(\[])"
)
_LIKE = (
    "{title} {name}[ ({any})][ ({any})]:",
    "[The ]{office} ({title} {name}):",
    "{name} ({any}) ({any}):",
    "{name}, {any}:",
    "{title} {name}. {–|—}",
    "[The ]{title} {surname}. <{any}>",
)
_NO_INITIALS = ("OK", "US", "UN", "EU", "UK", "PS", "NB")
_ESTABLISHED = 4  # labels that make a dialogue
_COMMAS = 2  # at most, in a label: a name, an office and what it is for
_OF_LABEL = 8  # words at most, with an office
_WORDS = 4  # at most, of a name alone


def named_labels(text: str, aliases: Collection[str]) -> Iterator[Label]:
    """Labels that have a name which the user has given.

    Parameters
    ----------
    text : str
        A document.
    aliases : collection of str
        In capitals.

    Yields
    ------
    Label

    Examples
    --------
    >>> [x.text for x in named_labels("LIND: Yes.\\n\\nMs. Lind, Harbours: No.\\n\\nWe told Lind this: stay.", {"LIND"})]
    ['LIND', 'Ms. Lind, Harbours']
    """
    if not aliases:
        return
    for match in at_lines(_BEFORE_COLON, text, lines_of(text).having(":")):
        label = match["label"].strip(" *_")
        words = plain(re.sub(r"[(\[].*", "", label))
        if any(contains(a, words) for a in aliases) and _is_name_only(label):
            yield Label(match.start("label"), match.end(), label)


# Small words within the names of offices: "Minister of Grain", "Karel van der Roe".
_INNER = frozenset("of for the and de del della di da dos du van von der den bin bint ibn al el le la y e".split())


def _is_name_only(label: str) -> bool:
    """Whether a label is a name with its office in at most eight words."""
    words = re.findall(r"[\w’'.\-/]+", re.sub(r"[(\[].*", "", label))
    return len(words) <= _OF_LABEL and all(w in _INNER or (w[0].isupper() and not w[0].isdigit()) for w in words)


def _is_all_name(label: str) -> bool:
    """Whether all longer words begin with a capital: a name with its office, no sentence and no salutation."""
    if label.count(",") > _COMMAS or re.search(r"[—–!?;]|\b(?:I|you|we|my|our)\b", label):
        return False
    return all(not w[0].islower() for w in re.findall(r"[^\W\d_][\w’'.\-]*", label) if len(w) > 3)


def _is_small(words: str, small: Collection[str]) -> bool:
    """Whether a text has one of these words in small letters, or they are a country: no name."""
    return len(words.split()) > 1 or is_heading(words.upper(), small)


def unclaimed(text: str, labels: Sequence[Label], table: LabelGrammar | None) -> list[tuple[int, str]]:
    """Offsets and words of lines that look like labels, speak, and are no label.

    Parameters
    ----------
    text : str
        A document.
    labels : sequence of Label
        Its labels.
    table : LabelGrammar, optional
        The grammar of its archive.

    Returns
    -------
    list of (int, str)
        In order.

    Examples
    --------
    >>> text = "MR. ROE: Yes.\\n\\nVESSEL TYPE: Tanker.\\n\\nHon. Aker (Norhaven): Why do we wait?"
    >>> unclaimed(text, [Label(0, 8, "MR. ROE")], None)
    [(37, 'Hon. Aker (Norhaven)')]
    """
    taken = {x.start for x in labels}
    inside = [(x.start, x.end) for x in labels]
    found = _in_capitals(text) | _with_titles(text) | _of_initials(text)
    if len(labels) > 1:
        found = _names_alone(text, len(labels) >= _ESTABLISHED) | found
    refused = {m.start("label") for t in (table.no_labels if table else ()) for m in places(t, text)}
    return [
        (start, re.sub(SPACE, " ", found[start]).strip(" *_"))
        for start in sorted(found)
        if start not in taken
        and start not in refused
        and speaks(follows(text, start + len(found[start]) + 1))
        and not any(a <= start < b for a, b in inside)
    ]


def _in_capitals(text: str) -> dict[int, str]:
    """What is written as a label in capitals, and is no field and no heading."""
    small = small_words(text)
    found = {}
    for match in capitals(text):
        label = plain(match["label"])
        if not (
            is_field(label)
            or is_address(label)
            or len(label) < 3
            or (not has_title(label) and is_heading(label, small))
        ):
            found[match.start("label")] = match["label"]
    return found


def _with_titles(text: str) -> dict[int, str]:
    """Names with titles, offices or brackets before a colon or a stop."""
    found: dict[int, str] = {}
    for pattern in _LIKE:
        for match in places(pattern, text):
            label = match["label"].rstrip(" :.–—")
            name = plain(match.groupdict().get("name") or "")
            if _is_all_name(label) and not is_address(label) and not is_field(name):
                found.setdefault(match.start("label"), label)
    return found


def _of_initials(text: str) -> dict[int, str]:
    """Initials before a full stop that come back: "AR. We agree."."""
    lines = lines_of(text)
    found = at_lines(expression("{initials}. <{any}>"), text, lines.beginning(lines.in_capitals))
    matches = [m for m in found if m["initials"] not in _NO_INITIALS]
    times = Counter(m["initials"] for m in matches)
    return {m.start("label"): m["initials"] for m in matches if times[m["initials"]] > 1}


def _names_alone(text: str, dialogue: bool) -> dict[int, str]:
    """Names before a colon; beside a dialogue single words as well: "Agency:", "The Marshal:"."""
    small = small_words(text)
    found = {}
    for pattern in ("{name}:", "The {name}:") if dialogue else ("{name}:",):
        for match in places(pattern, text):
            label = match["label"].rstrip(":")
            words = label.removeprefix("The ")
            n = len(words.split())
            if (
                (1 < n <= _WORDS or (dialogue and n == 1 and len(words) > 2))
                and not is_field(words)
                and not is_heading(words.upper(), small)
                and not is_address(words)
            ):
                found[match.start("label")] = label
    return found
