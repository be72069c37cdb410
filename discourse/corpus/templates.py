"""Templates of speaker labels, as tables of labels and configs write them, as regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from discourse.corpus.label_words import CAPITAL, TITLES
from discourse.corpus.lines import ARTICLES, Lines, lines_of

SPACE = r"[ \t\u00a0\u202f]+"
_PARTICLES = "de|del|della|di|da|dos|du|van|von|der|den|ter|bin|bint|ibn|al|el|le|la|of|and|y|e|ap|ni"
_COURTESY = (
    "Mr Mrs Ms Miss Dr Prof Professor Sir Dame Lord Lady Baroness Baron Viscount Viscountess Earl Countess Hon Rt Madam "
    "Archbishop Bishop Cardinal Monsignor Reverend Rev Rabbi Imam Sheikh Sheikha Sayyid Shaikh Prince Princess Nana Chief "
    "Lieutenant Lt Maj Brigadier Captain Capt Commander Sergeant Father Sister Gen Sen Rep Gov Col"
).split()
# Titles as labels write them in small letters: "Prime Minister", "Secretary-General".
_TITLES = {w for t in TITLES for w in (t.title(), t)} | {w for c in _COURTESY for w in (c, c.upper())}
_TITLE = "|".join(sorted(map(re.escape, _TITLES), key=lambda w: (-len(w), w)))
_TITLE_WORDS = frozenset(w for t in _TITLES for w in re.findall(r"[^\W_]+", t)[: 2 if t.split()[0] in ARTICLES else 1])
_FIRST = rf"{CAPITAL}[\w’'.\-]*"
FIELDS = {
    "title": rf"(?:(?:{_TITLE})\b\.?)(?:{SPACE}(?:{_TITLE})\b\.?){{0,2}}",
    "name": rf"{_FIRST}(?:{SPACE}(?:(?:{_PARTICLES}){SPACE})*(?:{_FIRST}|(?<=[a-z]){_PARTICLES})){{0,5}}(?:,?{SPACE}[JS]r\.?)?",
    "surname": r"(?:(?:[A-Z]\.|[A-Z][A-Z’'\-]+|Ma?c[A-Z’']+)" + SPACE + r"){0,3}(?:Ma?c)?[A-Z][A-Z’'\-]+",
    "initialled": rf"(?:{CAPITAL}\.{SPACE[:-1]}*){{1,2}}{CAPITAL}[\w’'\-]+",
    "initials": r"[A-Z]{2,4}",
    "words": r"[^()\[\]:;,.!?\n]{2,50}?",
    "office": rf"{CAPITAL}[^():\n]{{1,140}}?",
    "state": rf"{CAPITAL}[^()\n]{{1,60}}(?:\([^()\n]{{1,60}}\)[^()\n]{{0,40}})?",
    "place": r"[^()\n]{2,70}?",
    "party": r"[^()\n]{1,60}?",
    "language": r"[A-Z]\w+(?: and [A-Z]\w+)?",
    "number": r"\d{1,7}",
    "clock": r"\d{1,2}(?:[.:·]\d{2})?",
    "dash": r"[—–-]+",
    "rest": r"[^\n]*",
    "minister": r"(?i:(?:Parliamentary )?(?:Under[- ])?Secretary of State|(?:Parliamentary |First |Economic |Financial |Exchequer |Chief )?Secretary"
    r"|Prime Minister|Deputy Prime Minister|First Minister|Minister|Chancellor|Attorney[- ]General|Solicitor[- ]General|Lord Advocate"
    r"|Lord President|Lord Privy Seal|Treasurer|Assistant Minister|Assistant Treasurer|Special Minister|Cabinet Secretary|Paymaster[- ]General|President of the Board|Leader of the House|Advocate General"
    r"|Vice-Chamberlain|Comptroller)[^():.\n]{0,110}?",
    "any": r"[^\n:]{1,90}?",
}
"""What each field of a template stands for; `{words}` is a name whose spelling does not show that it is one."""


@lru_cache(maxsize=512)
def expression(template: str) -> re.Pattern[str]:
    r"""A template of a label as a regular expression for whole lines of a text.

    Parameters
    ----------
    template : str
        Words as they stand, fields in braces (those of `FIELDS`), one of several words as ``{Question|Answer}``, optional parts
        in square brackets, and between ``<`` and ``>`` what follows the label and is no part of it. A backslash before a bracket
        means the bracket itself.

    Returns
    -------
    re.Pattern
        With a group for each field; the label is the group `label`.

    Raises
    ------
    ValueError
        For unknown fields, brackets that do not match and templates that match everything.

    Examples
    --------
    >>> m = expression("{title} {name} ({state})[ (spoke in {language})]:").search("Ms. Lind (Ostmark) (spoke in French): I thank you.")
    >>> m["label"], m["name"], m["state"], m["language"]
    ('Ms. Lind (Ostmark) (spoke in French):', 'Lind', 'Ostmark', 'French')
    """
    label, ahead = _split(template)
    _check_fields(label)
    body, begun = _expression(label, set())
    follows = f"(?={SPACE}?{_expression(ahead, begun)[0]})" if ahead else rf"(?=\s|$|{CAPITAL}|[“\"(\[—–-])"
    if not re.sub(r"{\w+}|[\[\]\s]", "", label):
        raise ValueError("it has neither a word nor a mark of its own, and would match every line")
    return re.compile(rf"(?m)^(?:[ \t\u00a0]*(?:[*_>#§]{{1,3}}[ \t]?)?)(?P<label>{body}(?:\*\*|__)?){follows}")


_OF_ANY_LENGTH = ("any", "rest", "words", "office", "minister", "place", "party", "state", "name")
_MOST_OPEN = 4  # such fields in a template; more could be divided among the words of a line in too many ways


def _check_fields(label: str) -> None:
    """Refuse templates whose fields share the words of a line in so many ways that no text would ever be read."""
    open_field = rf"{{(?:{'|'.join(_OF_ANY_LENGTH)})}}"
    if re.search(rf"{open_field}[\s\[\]]*{open_field}", label):
        raise ValueError(
            "two fields of any length follow each other; write the mark or the word that stands between them"
        )
    found = len(re.findall(open_field, label))
    if found > _MOST_OPEN:
        raise ValueError(f"it has {found} fields of any length; at most {_MOST_OPEN} can be told apart")


_HEAD = 260  # characters in which the label of a line ends
_HEAD_STOP = 90  # characters in which a label with a full stop has its first


@lru_cache(maxsize=512)
def _mark(template: str) -> str:
    """What every line that a template fits has: the last mark of the label, or the words behind it."""
    label, ahead = _split(template)
    last = re.sub(r"\[[^\[\]]*\]$", "", label)[-1:]
    words = re.match(r"[a-z]+", ahead)
    return last if last in ":.–—)" else words[0] if words else "\n" if last in "}]" else last


@lru_cache(maxsize=512)
def _needed(template: str) -> tuple[tuple[str, ...], ...]:
    """Words of which a text must have one each, where a line of it fits a template: to see soon that none does."""
    required = _required(template)
    groups = [g.split("|") for g in re.findall(r"{([^{}]*\|[^{}]*)}", required)]
    longest = [tuple(max(re.findall(r"\w+", words) or [""], key=len) for words in group) for group in groups]
    literal = max(re.findall(r"\w+", re.sub(r"{[^{}]*}", " ", required)), key=len, default="")
    return (*longest, (literal,)) if literal else tuple(longest)


def _also(template: str) -> str:
    """Marks that the label has in every line which a template fits, before its last one."""
    required = _required(template)
    return "".join(mark for mark in "(,[" if mark in re.sub(r"{[^{}]*}", " ", required))


def _required(template: str) -> str:
    """The label without its optional parts."""
    required = re.sub(r"\\.", " ", _split(template)[0])
    while (shorter := re.sub(r"\[[^\[\]]*\]", " ", required)) != required:
        required = shorter
    return required


@lru_cache(maxsize=512)
def first_words(template: str) -> frozenset[str] | None:
    """The first words, but for an article, of all lines that a template fits; None where they are open.

    Parameters
    ----------
    template : str
        As in `expression`.

    Examples
    --------
    >>> sorted(first_words("[The ]{Deputy Speaker|Chair}[ ({any})]:") or ()), first_words("{name}:")
    (['Chair', 'Deputy'], None)
    """
    return _begun(_split(template)[0])


def _begun(label: str) -> frozenset[str] | None:
    label = label.lstrip()
    if label.startswith("["):
        inner, rest = _optional(label)
        return _either(_begun(inner + rest), _begun(rest))
    field, closed, rest = label[1:].partition("}") if label.startswith("{") else ("", "", label)
    if field == "title":
        return _TITLE_WORDS
    if closed and "|" not in field:
        return None
    found: frozenset[str] | None = frozenset()
    for words in field.split("|") if closed else [""]:
        found = _either(found, _begun_by(words + rest))
    return found


def _begun_by(words: str) -> frozenset[str] | None:
    """The first word, but for an article, of a template that begins with words."""
    match = re.match(r"[^\W_]+", words)
    if match is None:
        return None
    rest = words[match.end() :]
    if match[0] in ARTICLES and rest.startswith("["):
        inner, behind = _optional(rest)
        return _either(_begun_by(match[0] + inner + behind), _begun_by(match[0] + behind))
    if match[0] in ARTICLES and rest.startswith(" "):
        return _begun(rest)
    # What may go on behind it is not the whole of a word.
    return frozenset([match[0]]) if _ends_word(rest) else None


def _either(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return one | other if one is not None and other is not None else None


def _ends_word(rest: str) -> bool:
    """Whether no letter can follow where this rest of a template begins."""
    if rest.startswith("["):
        inner, behind = _optional(rest)
        return _ends_word(inner) and _ends_word(behind)
    return rest[:1] != "" and rest[0] in " .,:;(–—/-"


def _optional(template: str) -> tuple[str, str]:
    """The optional part with which a template begins, and what stands behind it."""
    depth = 0
    for match in re.finditer(r"\\.|[\[\]]", template):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return template[1 : match.start()], template[match.end() :]
    return template[1:], ""


class _Shape(NamedTuple):
    """What shows soon that a template does not fit a line."""

    mark: str
    within: int
    also: str
    first: frozenset[str] | None
    needed: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=512)
def _shape(template: str) -> _Shape:
    mark = _mark(template)
    stopped = mark == "."
    # A full stop stands in nearly all lines; where the first words are known, they are looked at before it.
    also = _also(template) if mark not in (".", "\n") else ""
    return _Shape(mark, _HEAD_STOP if stopped else _HEAD, also, first_words(template), _needed(template))


def possible(template: str, lines: Lines) -> Sequence[int]:
    """Where the lines begin that a template may fit, by their first word, marks and other words.

    Examples
    --------
    >>> text = "Mr. Roe: Yes.\\nWe met.\\nMr. Lind: No."
    >>> list(possible("{title} {name}:", lines_of(text))), list(possible("{name}, Chair:", lines_of(text)))
    ([0, 22], [])
    """
    mark, within, also, first, needed = _shape(template)
    if first is not None:
        return lines.beginning(first) if mark in (".", "\n") else lines.beginning(first, mark, within, also)
    heads = lines.starts if mark == "\n" else lines.having(mark, within, also)
    if heads and needed:
        text = lines.text if mark == "\n" else lines.joined(mark, within)
        return heads if all(any(w in text for w in group) for group in needed) else ()
    return heads


def places(template: str, text: str) -> Iterator[re.Match[str]]:
    """Lines of a text that begin as a template says, in order.

    Examples
    --------
    >>> [m["name"] for m in places("{title} {name}:", "Mr. Roe: Yes.\\n\\nMs. Lind: No.")]
    ['Roe', 'Lind']
    """
    shape = _shape(template)
    unseen = shape.mark == "." and shape.first is not None
    for start in possible(template, lines_of(text)):
        if unseen and "." not in text[start : start + _HEAD_STOP + 1].partition("\n")[0]:
            continue
        match = expression(template).match(text, start)
        if match is not None:
            yield match


def at_lines(pattern: re.Pattern[str], text: str, starts: Sequence[int] | None = None) -> Iterator[re.Match[str]]:
    """Matches of a pattern at the beginning of lines; far quicker than a search for the beginnings in the whole text.

    Parameters
    ----------
    pattern : re.Pattern
        It begins at a line.
    text : str
        Where it is looked for.
    starts : sequence of int, optional
        The lines that it may fit; all by default.
    """
    for start in lines_of(text).starts if starts is None else starts:
        match = pattern.match(text, start)
        if match is not None:
            yield match


def _split(template: str) -> tuple[str, str]:
    """The label, and what must follow it."""
    match = re.fullmatch(r"(?P<label>[^<>]+?)\s*(?:<(?P<ahead>[^<>]+)>)?", template.strip())
    if match is None:
        raise ValueError("expected a label, and at most one part between < and > at its end")
    return match["label"], (match["ahead"] or "").strip()


def _expression(template: str, seen: set[str]) -> tuple[str, set[str]]:
    parts, depth, position = [], 0, 0
    token = re.compile(
        r"\\(?P<literal>[\[\]{}()<>\\])|{(?P<field>[^{}]*)}|(?P<open>\[)|(?P<close>\])|(?P<space>\s+)|(?P<other>.)"
    )
    for match in token.finditer(template):
        position = match.end()
        if match["literal"]:
            parts.append(re.escape(match["literal"]))
        elif match["field"] is not None:
            parts.append(_field(match["field"], seen))
        elif match["open"]:
            depth += 1
            parts.append("(?:")
        elif match["close"]:
            depth -= 1
            parts.append(")?")
        else:
            # Transcripts lose the space before a bracket.
            parts.append(
                (SPACE[:-1] + "*" if template.startswith("(", position) else SPACE)
                if match["space"]
                else re.escape(match["other"])
            )
        if depth < 0:
            break
    if depth or position < len(template):
        raise ValueError("a square bracket has no partner (write \\[ for the bracket itself)")
    return "".join(parts), seen


def _field(name: str, seen: set[str]) -> str:
    if "|" in name:
        words = sorted(name.split("|"), key=lambda w: (-len(w), w))
        return f"(?:{'|'.join(re.escape(w).replace(chr(92) + ' ', SPACE) for w in words)})"
    if name not in FIELDS:
        raise ValueError(f'there is no field "{{{name}}}"; the fields are {", ".join(f"{{{f}}}" for f in FIELDS)}')
    if name in seen:
        return f"(?:{FIELDS[name]})"
    seen.add(name)
    return f"(?P<{name}>{FIELDS[name]})"
