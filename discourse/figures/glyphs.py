"""Which characters the fonts of the report have."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from discourse.gates import printed

# Latin of western and central Europe, Greek, basic Cyrillic, and common marks; a test compares them with the font.
KNOWN = re.compile("[\n\x20-\x7e\xa0-\xac\xae-\u017f\u0391-\u03a1\u03a3-\u03c9\u0400-\u045f−–—“”‘’…·×→\u200b]*")


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf").get_charmap())


def printable(text: str) -> str:
    """Text as `discourse.gates.printed` lets it through, in which characters that the fonts of the report lack are visible marks.

    Examples
    --------
    >>> printable("Жёлтый \U0001f680")
    'Жёлтый \ufffd'
    """
    # Characters that are known to be there need no look at the font, which takes half a second to load.
    if KNOWN.fullmatch(text):
        return text
    text, glyphs = printed(text), _glyphs()
    return "".join(c if ord(c) in glyphs or c in "\n\u200b" else "\ufffd" for c in text)


def drawable(text: str) -> str:
    """Text as `printable` gives it, in which no letter has a mark that is no part of its form in Unicode.

    A drawing shows such a letter as two glyphs, of which the PDF could not say what they stand for (PDF/A-2, 6.2.11.7.2).

    Examples
    --------
    >>> drawable("e\u0301 r\u0300")
    'é r'
    """
    found = printable(text)
    if text.isascii() or KNOWN.fullmatch(found):
        return found
    return "".join(c for c in unicodedata.normalize("NFC", found) if unicodedata.category(c)[0] != "M")
