"""The font of the figures as a page carries it: only the characters that occur."""

from __future__ import annotations

import base64
import io
import logging
from functools import cache

from discourse.figures.fonts import font_folder

FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


def font_faces(text: str) -> str:
    """Rules of style that carry the font of figures with the characters of a text, as WOFF; the same bytes on each run."""
    characters = "".join(sorted(set(text) - {"\n"}))
    if not characters:
        return ""
    faces = (
        f'@font-face {{ font-family: "DejaVu Sans"; font-weight: {weight}; '
        f'src: url(data:font/woff;base64,{_subset(file, characters)}) format("woff"); }}\n'
        for weight, file in FACES.items()
    )
    return "".join(faces)


@cache
def _subset(file: str, characters: str) -> str:
    from fontTools import subset

    # It warns of tables that a browser does not need.
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff", hinting=False, layout_features=["kern"], notdef_outline=True)
    options.recalc_timestamp = False
    font = subset.load_font(str(font_folder() / file), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    font.close()
    return base64.b64encode(buffer.getvalue()).decode()
