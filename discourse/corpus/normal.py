"""Text as a corpus holds it: without characters that nobody sees, and each letter written in one way.

`Document`, `Said` and `Speaker` pass all that they are given through `normalised`, so that no reader has to think of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

MOST_MARKS = 30  # on one letter: the Stream-Safe Text Format (Unicode Standard Annex #15, section 13)

# Controls, and what else is never shown or cannot be stored. Line ends and tabs are text.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f"
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # of direction
_UNSEEN = "\xad\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
_TAGS = "\U000e0001\U000e0020-\U000e007f"
_NO_CHARACTER = "\ufdd0-\ufdef" + "".join(f"{chr(0x10000 * k + 0xFFFE)}{chr(0x10000 * k + 0xFFFF)}" for k in range(17))
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,8}\U000e007f"  # of England, Scotland, Wales

# What most texts are made of: ASCII, and characters that are in normal form whatever stands before or behind them.
_COMMON = bytes([9, 10, *range(32, 127)])
_PLAIN = re.compile(
    "[\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u052f\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2100-\u2125"
    "\u212c-\u2328\u232b-\u2adb\u2add-\u2bff\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*"
)
_FOUND = re.compile(
    rf"\r\n|{_FLAG}|\u200b+"
    rf"|[{_CONTROLS}\x80-\x9f\u200c\u200d\u2028\u2029{_MARKS}{_UNSEEN}{_TAGS}{_NO_CHARACTER}]"
)
_MANY_MARKS = re.compile(rf"[^\x00-\u02ff\s]{{{MOST_MARKS},}}")
# Joiners are part of the spelling from Arabic to Mongolian, in the scripts of India and beyond.
_JOINED = re.compile(
    "[\u0600-\u061b\u061d-\u1aff\ua800-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
_PICTURE = re.compile("[\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]")
_REPLACED: dict[str, str] = {
    **dict.fromkeys("\r\n|\r|\x0b|\x0c|\u2028".split("|"), "\n"),
    "\u2029": "\n\n",
    **dict.fromkeys("\x1c\x1d\x1e\x1f", " "),
}


def _c1(character: str) -> str:
    """What a C1 control is in truth: a character of Windows-1252 that was read as Latin-1."""
    return bytes([ord(character)]).decode("cp1252", "ignore")


_REPLACED |= {chr(k): _c1(chr(k)) for k in range(0x80, 0xA0)}
_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs
_LOST = re.compile(f"[{_NO_CHARACTER}]")  # something stood here


def normalised(text: str) -> str:
    r"""A text in Unicode's normal form C, without characters that are never seen.

    Parameters
    ----------
    text : str
        As a source has it.

    Returns
    -------
    str
        Separators of lines, paragraphs and pages are line ends (U+2029 two). C1 controls are the characters of Windows-1252 that
        they stand for in text that was read as Latin-1 (WHATWG, HTML, 13.2.5.80). Other controls, marks of direction, soft hyphens, byte order marks,
        word joiners and tags are removed; zero-width joiners and non-joiners too, except where they are part of
        a spelling (Persian, Hindi) or of an emoji. A zero-width space within a word is a blank. Halves of surrogate pairs and
        noncharacters are U+FFFD. A letter has at most 30 combining marks.

    Notes
    -----
    Normal form C: Unicode Standard Annex #15. A text that has none of these characters is returned as it is, and
    ``normalised(normalised(text)) == normalised(text)``.

    Examples
    --------
    >>> normalised("\ufeffco\u00adoperation\r\ncafe\u0301"), normalised("don\x92t\u200b")
    ('cooperation\ncafé', 'don’t')
    """
    if text.isascii() and text.isprintable():
        return text
    # One quick pass over bytes leaves little to look at.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _COMMON).decode("utf-8", "surrogatepass")
    if _PLAIN.fullmatch(rest):
        return text
    if _HALVES.search(rest):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _FOUND.sub(_replaced, text)
    if _MANY_MARKS.search(text):
        text = _MANY_MARKS.sub(_fewer_marks, text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _replaced(found: re.Match[str]) -> str:
    given = found[0]
    if given in _REPLACED:
        return _REPLACED[given]
    if given[0] in "\u200b\u200c\u200d":
        before = found.string[max(found.start() - 1, 0) : found.start()]
        after = found.string[found.end() : found.end() + 1]
        if given[0] == "\u200b":
            return " " if before.isalnum() and after.isalnum() else ""
        joins = _PICTURE.match(before) and _PICTURE.match(after) and given == "\u200d"
        return given if joins or _JOINED.match(before) else ""
    if len(given) > 1:
        return given
    return "\ufffd" if _LOST.match(given) else ""


def _fewer_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in found[0]:
        marks = marks + len(unicodedata.normalize("NFD", character)) if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def normalised_spans(text: str, spans: Iterable[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    r"""Character spans of a text as spans of the normalised one.

    Parameters
    ----------
    text : str
        As a source has it.
    spans : iterable of (start, end, ...)
        In it.

    Examples
    --------
    >>> normalised_spans("a\u00adb [noise]", [(4, 11, "noise")])
    ((3, 10, 'noise'),)
    """
    return tuple((len(normalised(text[:start])), len(normalised(text[:end])), *rest) for start, end, *rest in spans)


def normalised_values(values: Any, stays: Callable[[str], bool] = lambda text: False) -> Any:
    r"""The same with every text in it normalised: mappings, sequences, and what is no text as it is.

    Parameters
    ----------
    values : object
        Nested or not.
    stays : callable
        Whether a text stays as it is.

    Examples
    --------
    >>> normalised_values({"party": "Re\u00adds", "seats": [3, "\ufeffx"]})
    {'party': 'Reds', 'seats': [3, 'x']}
    """
    if isinstance(values, str):
        text = normalised(values)
        return values if text != values and stays(values) else text
    if isinstance(values, Mapping):
        return {normalised_values(k, stays): normalised_values(v, stays) for k, v in values.items()}
    if type(values) in (list, tuple):
        return type(values)(normalised_values(v, stays) for v in values)
    return values
