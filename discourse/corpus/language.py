"""The language of a document, identified offline."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

_ENGLISH = frozenset(
    "the of and to in a is that for on with as by this we our it be are was from at have has you not will".split()
)
_SAMPLE = 6_000  # characters, from the middle of the document: menus and banners are at its ends
_GLANCE = 1_500  # characters, which tell what is plainly English
_NAMES = {
    "ru": "Russian", "fr": "French", "es": "Spanish", "de": "German", "uk": "Ukrainian", "ar": "Arabic", "zh":
    "Chinese", "pt": "Portuguese",
    "it": "Italian", "fa": "Persian", "tr": "Turkish", "pl": "Polish", "ja": "Japanese", "ko": "Korean", "en":
    "English", "hi": "Hindi",
    "ur": "Urdu", "be": "Belarusian", "nl": "Dutch", "sv": "Swedish", "vi": "Vietnamese", "id": "Indonesian", "he":
    "Hebrew", "cs": "Czech",
}  # fmt: skip
# No words of any language: links, handles, hashtags.
_MARKED = re.compile(r"(?:https?://|www\.)\S+|[@#＃]\w+")
_WORD = re.compile(r"[^\W\d_]+")
# Words from which a language can be inferred with confidence, and words in small letters among them.
_LEAST, _LEAST_SMALL = 12, 8
_IN_LATIN_LETTERS = frozenset("cs da de en es fi fr hu id it nl no pl pt ro sv tr vi".split())
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")


def other_language(text: str, wanted: str = "en") -> str:
    """Why a document is not in the wanted language; empty when it is, or when it is too short to say.

    Parameters
    ----------
    text : str
        The document.
    wanted : str
        Two letters (ISO 639-1).

    Returns
    -------
    str
        Such as ``written in Russian, not in English``.

    Notes
    -----
    py3langid (Barbaresi; after Lui and Baldwin 2012). Links, handles and hashtags are no language: without them, a text
    of fewer than twelve words, or fewer than eight in small letters (names and headings), says nothing, unless most of
    its letters are of another script. A text in which one word in ten in small letters is a function word of English is
    English.

    Examples
    --------
    >>> other_language("Мы обсудили положение в регионе и договорились о встрече министров. " * 3)
    'written in Russian, not in English'
    >>> other_language("Слава Остмарку!"), other_language("Ada Kovar & Per Lind https://x.example/a #Norland")
    ('written in Cyrillic letters, not in English', '')
    """
    middle = max(0, len(text) // 2 - _SAMPLE // 2)
    sample = text[middle : middle + _SAMPLE]
    if wanted == "en" and _plainly_english(sample):
        return ""
    sample = _MARKED.sub(" ", sample)
    wanted_name = _NAMES.get(wanted, wanted)
    found = _WORD.findall(sample.lower() if sample.isupper() else sample)
    words = [w for w in found if w == w.lower()]
    if len(found) < _LEAST or len(words) < _LEAST_SMALL:
        letters = _other_letters(sample) if wanted in _IN_LATIN_LETTERS else ""
        return f"written in {letters}, not in {wanted_name}" if letters else ""
    if wanted == "en" and sum(w in _ENGLISH for w in words) >= 0.1 * len(words):
        return ""
    import py3langid

    scores = dict(py3langid.rank(" ".join(words)))
    code = max(scores, key=lambda c: scores[c])
    # Scores are logarithms of probabilities: twenty to one.
    if code == wanted or scores[code] - scores.get(wanted, -math.inf) < math.log(20):
        return ""
    return f"written in {_NAMES.get(code, code)}, not in {wanted_name}"


def _plainly_english(sample: str) -> bool:
    """Whether one word in five is a function word of English; a short cut, for it is true of nearly all English."""
    middle = max(0, len(sample) // 2 - _GLANCE // 2)
    words = sample[middle : middle + _GLANCE].casefold().split()
    return len(words) >= _LEAST and sum(map(_ENGLISH.__contains__, words)) >= 0.2 * len(words)


def _other_letters(text: str) -> str:
    """The letters of a text most of whose letters are not Latin; empty for others."""
    letters = [c for c in text if c.isalpha()]
    others = [c for c in letters if not _LATIN.match(c)]
    if len(others) < 4 or len(others) <= 0.5 * len(letters):
        return ""
    scripts = Counter(unicodedata.name(c, "unknown").split()[0].capitalize() for c in others)
    return f"{scripts.most_common(1)[0][0].replace('Cjk', 'Chinese')} letters"
