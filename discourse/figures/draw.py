"""Draw a figure of a report from its frame and kind, and encode it."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from discourse.figures import style
from discourse.figures.from_svg import converted
from discourse.figures.glyphs import drawable
from discourse.figures.kinds import Kind
from discourse.figures.legible import legible

# Without date and version, so that the same figure has the same bytes.
METADATA = {"Date": None, "Creator": None}


def draw(frame: pd.DataFrame, kind: Kind, width: str = "double") -> Figure:
    """Draw in the style of the report; characters that its fonts lack become visible marks.

    Parameters
    ----------
    frame, kind
        Of the figure.
    width : {"double", "single"}
        Two columns of a journal (174 mm); or one (88 mm), or as much more as it takes for its texts to be read (120 or 174 mm).
    """
    module, _, function = kind.drawing.partition(":")
    drawing = getattr(importlib.import_module(module), function)
    options = replace(kind, **{f.name: marked(_printable(getattr(kind, f.name)), f.name) for f in fields(kind)})
    widths = style.WIDTHS_MM[width]
    for width_mm in widths:
        with style.own_settings(), style.at_width(width_mm), warnings.catch_warnings():
            figure: Figure = drawing(marked(_printable(frame), "frame"), options)
            if width_mm == widths[-1]:
                break
            # What cannot be laid out in one column is drawn in more.
            warnings.filterwarnings("ignore", message="constrained_layout not applied")
            _settle(figure)
            if legible(figure):
                break
    return figure


def _settle(figure: Figure) -> None:
    """Lay a figure out for good: one that has a layout engine is laid out again whenever it is drawn."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)


def encode(figure: Figure, formats: Sequence[str] = ("svg",), dpi: int = 300) -> dict[str, bytes]:
    """The figure in these formats (svg, pdf, png, tiff), the same bytes on each run: one drawing as SVG, from which the others are made."""
    with style.own_settings():
        _settle(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata=METADATA)
    svg = buffer.getvalue()
    return {name: svg if name == "svg" else converted(svg, name, dpi) for name in formats}


def marked(value: Any, name: str) -> Any:
    """A table with the name of each of its rows in `mark` ("frame.3"), which drawings give to the marks of the row; what is no table as it is."""
    return value.assign(mark=[f"{name}.{k}" for k in range(len(value))]) if isinstance(value, pd.DataFrame) else value


def _printable(value: Any) -> Any:
    """Text in a value or table, as `drawable` gives it; a wide gap stays one, as SVG shows one space where there are several."""
    if isinstance(value, str):
        return drawable(value).replace("  ", "\u00a0 ")
    if isinstance(value, list | tuple):
        return type(value)(_printable(v) for v in value)
    if isinstance(value, dict):
        return {_printable(k): _printable(v) for k, v in value.items()}
    if isinstance(value, pd.DataFrame):
        text = value.select_dtypes(exclude=["number", "datetime", "bool"]).columns
        return value.assign(**{c: value[c].map(_printable) for c in text})
    return value
