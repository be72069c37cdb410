"""The language of a document, identified offline."""

from __future__ import annotations

import math
import re

_ENGLISH = frozenset(
    "the of and to in a is that for on with as by this we our it be are was from at have has you not will".split()
)
_SAMPLE = 6_000  # characters, from the middle of the document: menus and banners are at its ends
_NAMES = {
    "ru": "Russian", "fr": "French", "es": "Spanish", "de": "German", "uk": "Ukrainian", "ar": "Arabic", "zh":
    "Chinese", "pt": "Portuguese",
    "it": "Italian", "fa": "Persian", "tr": "Turkish", "pl": "Polish", "ja": "Japanese", "ko": "Korean", "en":
    "English", "hi": "Hindi",
    "ur": "Urdu", "be": "Belarusian", "nl": "Dutch", "sv": "Swedish", "vi": "Vietnamese", "id": "Indonesian", "he":
    "Hebrew", "cs": "Czech",
}  # fmt: skip


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
    py3langid (Barbaresi; after Lui and Baldwin 2012). Lists of names are no language: a text in which one word in ten
    is a function word of English is English.

    Examples
    --------
    >>> other_language("Мы обсудили положение в регионе и договорились о встрече министров. " * 3)
    'written in Russian, not in English'
    >>> other_language("We discussed the region and agreed on a meeting of the ministers. " * 3)
    ''
    """
    middle = max(0, len(text) // 2 - _SAMPLE // 2)
    sample = text[middle : middle + _SAMPLE]
    words = re.findall(r"[^\W\d_]+", sample.casefold())
    if len(words) < 12:  # names and headings, from which no language can be inferred with confidence
        return ""
    if wanted == "en" and sum(w in _ENGLISH for w in words) >= 0.1 * len(words):
        return ""
    import py3langid

    scores = dict(py3langid.rank(sample))
    code = max(scores, key=lambda c: scores[c])
    # Scores are logarithms of probabilities: twenty to one.
    if code == wanted or scores[code] - scores.get(wanted, -math.inf) < math.log(20):
        return ""
    return f"written in {_NAMES.get(code, code)}, not in {_NAMES.get(wanted, wanted)}"
