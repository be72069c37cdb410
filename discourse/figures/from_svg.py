"""A figure for print, from its SVG: one drawing, whatever formats are asked for."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any, Literal

from discourse.errors import DiscourseError
from discourse.figures.fonts import font_folder

# A page as large as the drawing, without a date.
PAGE = b"""#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
INCH = 0.0254  # metres
_HEAD = 33  # bytes of a PNG before what may be said of its pixels: the signature and the header


def converted(svg: bytes, kind: str, dpi: int = 300) -> bytes:
    """A drawing in another format: the same bytes for the same SVG.

    Parameters
    ----------
    svg : bytes
        As `discourse.figures.draw.encode` gives it.
    kind : {"pdf", "png", "tiff"}
        PDF with its text as text and its fonts (TrueType) inside; PNG; TIFF without transparency, compressed without loss.
    dpi : int
        Dots per inch of png and tiff, which say so themselves.

    Returns
    -------
    bytes

    Raises
    ------
    DiscourseError
        If the SVG cannot be read.

    Examples
    --------
    >>> svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36"><path d="M 0 0 L 9 9"/></svg>'
    >>> converted(svg, "pdf")[:5]
    b'%PDF-'
    >>> import struct
    >>> struct.unpack(">II", converted(svg, "png", 100)[16:24])
    (100, 50)
    """
    if kind == "pdf":
        return _set(svg, "pdf")
    png = _with_dpi(_set(svg, "png", dpi), dpi)
    return _tiff(png, dpi) if kind == "tiff" else png


@cache
def _fonts() -> Any:
    import typst

    # The same fonts, and so the same drawing, on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])


def _set(svg: bytes, kind: Literal["pdf", "png"], dpi: int | None = None) -> bytes:
    import typst

    inputs = {"svg": svg.decode("utf-8")}
    try:
        made = typst.compile(PAGE, sys_inputs=inputs, font_paths=_fonts(), format=kind, ppi=dpi, pdf_tags=False)
    except typst.TypstError as error:
        raise DiscourseError(f"a figure could not be set as {kind}: {error.message}") from None
    if not isinstance(made, bytes):
        raise DiscourseError(f"a figure could not be set as {kind}: no single page came back")
    return made


def _with_dpi(png: bytes, dpi: int) -> bytes:
    """A PNG that says how large its pixels are (chunk pHYs: W3C, PNG Specification, 3rd ed., 11.3.4.3)."""
    per_metre = round(dpi / INCH)
    content = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return png[:_HEAD] + chunk + png[_HEAD:]


def _tiff(png: bytes, dpi: int) -> bytes:
    """A picture as printers want it: without transparency, compressed without loss."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(buffer, format="TIFF", compression="tiff_lzw", dpi=(dpi, dpi))
    return buffer.getvalue()
