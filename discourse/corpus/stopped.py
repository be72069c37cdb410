"""Labels before a full stop, as the Public Papers of the Presidents and the American Presidency Project write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from discourse.corpus.label_words import NAMELESS, begins_with_title, is_address
from discourse.corpus.lines import lines_of
from discourse.corpus.templates import at_lines

# A name with a full stop, then speech.
_STOPPED = re.compile(
    r"(?m)^(?P<label>The (?:Vice )?President|The Chairman|The Prime Minister|The Chancellor|Audience members?|Q"
    r"|Moderator|Interpreter|Reporters?"
    r"|(?:(?:Deputy|Assistant|Acting|Vice|Under) )*(?:President|Prime Minister|Chancellor|Secretary(?: General)?"
    r"|Secretary of [A-Z]\w+(?:(?: and)? [A-Z]\w+){0,3}|Press Secretary|Foreign Minister|Members?(?: of [A-Z]\w+)?"
    r"|Minister|Senator|Representative|Rep\.|Sen\.|Gov\.|Gen\.|Speaker|Justice|General|Ambassador|Governor|Mayor|King|Queen"
    r"|Mr\.|Mrs\.|Ms\.|Miss|Dr\.)"
    r"(?: (?:de|van|von|bin|al|[A-Z]\.)| [A-ZÀ-Þ][\w’'\-]+){1,4}|Members?(?: of [A-Z]\w+)?)\.(?= ?[A-ZÀ-Þ\[“\"—(])"
)
# Its first words, but for an article.
_STOPPED_FIRST = frozenset(
    """Chairman Audience Q Moderator Interpreter Reporter Reporters Deputy Assistant Acting Vice Under President Prime
    Chancellor Secretary Press Foreign Member Members Minister Senator Representative Rep Sen Gov Gen Speaker Justice
    General Ambassador Governor Mayor King Queen Mr Mrs Ms Miss Dr""".split()
)
# A body before the title: "Harbour Forum President Ann Roe." introduces who is called "President Roe." afterwards.
_STOPPED_BODY = re.compile(
    r"(?m)^(?P<label>(?:[A-ZÀ-Þ][\w’'\-]+ ){1,5}(?:President|Chairman|Chairwoman|Secretary|Director|Minister|Chancellor|Premier)"
    r"(?: [A-Z]\.| [A-ZÀ-Þ][\w’'\-]+){1,4})\.(?= [A-ZÀ-Þ\[“\"—(])"
)
# As the Public Papers wrote them before 1981.
_STOPPED_CAPITALS = re.compile(
    r"(?m)^(?P<label>[A-Z][A-Z’'\-]+\.?(?: (?:[A-Z]\.|[A-Z][A-Z’'\-]+)){0,4})\.(?= ?[A-Z\[“\"—(])"
)
_STOPPED_NAME = re.compile(r"(?m)^(?P<label>[A-ZÀ-Þ][\w’'\-]+(?: [A-ZÀ-Þ][\w’'\-]+){0,2})\.(?= [A-ZÀ-Þ\[“\"])")


def before_full_stop(text: str, names: Collection[str]) -> list[re.Match[str]]:
    """Labels before a full stop; sentences begin so as well, and therefore there must be several that come back.

    Parameters
    ----------
    text : str
        A document.
    names : collection of str
        Surnames, in capitals, that name the people of this document.

    Examples
    --------
    >>> [m["label"] for m in before_full_stop("The President. We met.\\n\\nMr. Roe. We did.", ())]
    ['The President', 'Mr. Roe']
    """
    lines = lines_of(text)
    found = [
        m
        for m in at_lines(_STOPPED, text, lines.beginning(_STOPPED_FIRST))
        if not _is_initial(m["label"]) and not is_address(m["label"])
    ]
    found += [
        m
        for m in at_lines(_STOPPED_CAPITALS, text, lines.beginning(lines.in_capitals))
        if (begins_with_title(m["label"]) or m["label"] in NAMELESS or m["label"] == "THE PRESIDENT")
        and not _is_initial(m["label"])
        and not is_address(m["label"])
    ]
    counts = Counter(m["label"] for m in found)
    if (
        counts["The President"]
        or counts["THE PRESIDENT"]
        or (len(found) > 2 and max(counts.values()) > 1 and len(counts) > 1)
    ):
        surnames = {m["label"].split()[-1] for m in found}
        found += [m for m in at_lines(_STOPPED_BODY, text) if m["label"].split()[-1] in surnames]
        named = [m for m in at_lines(_STOPPED_NAME, text) if m["label"].split()[-1].upper() in names]
        return found + [m for m in named if len(m["label"]) > 1]
    return []


def _is_initial(label: str) -> bool:
    """Whether a label ends in an initial, after which a name goes on: "President John F. Kennedy"."""
    last = label.split()[-1].strip(".")
    return label != "Q" and (
        len(last) == 1 or last in ("Mr", "Mrs", "Ms", "Dr", "Rep", "Sen", "Gov", "Gen", "St", "Jr")
    )
