"""Which characters the fonts of the report have."""

from __future__ import annotations

from functools import cache


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf").get_charmap())


def printable(text: str) -> str:
    """Text in which characters that the fonts of the report lack are replaced by a visible mark.

    Examples
    --------
    >>> printable("Жёлтый \U0001f680")
    'Жёлтый \ufffd'
    """
    # Common marks need no look at the font, which takes a third of a second to load.
    if text.isascii() or all(c.isascii() or c in "−–—“”‘’…·é×→\u00a0" for c in text):
        return text
    glyphs = _glyphs()
    return "".join(c if ord(c) in glyphs or c in "\n\t\u200b" else "\ufffd" for c in text)
