"""Draw a figure of a report from its frame and kind, and encode it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from discourse.figures import style
from discourse.figures.glyphs import printable
from discourse.figures.kinds import Kind

# Without dates and versions, so that the same figure has the same bytes.
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"metadata": {"Date": None, "Creator": None}},
    "pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
    "png": {"dpi": 300, "metadata": {"Software": None}},
}


def draw(frame: pd.DataFrame, kind: Kind) -> Figure:
    """Draw in the style of the report; characters that its fonts lack become visible marks."""
    module, _, function = kind.drawing.partition(":")
    drawing = getattr(importlib.import_module(module), function)
    options = replace(kind, **{f.name: marked(_printable(getattr(kind, f.name)), f.name) for f in fields(kind)})
    with mpl.rc_context(style.RC):
        figure: Figure = drawing(marked(_printable(frame), "frame"), options)
    return figure


def encode(figure: Figure, formats: Sequence[str] = ("svg",)) -> dict[str, bytes]:
    """The figure in these formats (svg, pdf, png at 300 dpi), the same bytes on each run."""
    result = {}
    with mpl.rc_context(style.RC):
        # Settled here once: while a figure has a layout engine, each format draws it twice.
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
            figure.set_layout_engine(None)
        for name in formats:
            buffer = io.BytesIO()
            figure.savefig(buffer, format=name, **METADATA[name])
            result[name] = buffer.getvalue()
    return result


def marked(value: Any, name: str) -> Any:
    """A table with the name of each of its rows in `mark` ("frame.3"), which drawings give to the marks of the row; what is no table as it is."""
    return value.assign(mark=[f"{name}.{k}" for k in range(len(value))]) if isinstance(value, pd.DataFrame) else value


def _printable(value: Any) -> Any:
    """Text in a value or table, as `printable` gives it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return type(value)(_printable(v) for v in value)
    if isinstance(value, dict):
        return {_printable(k): _printable(v) for k, v in value.items()}
    if isinstance(value, pd.DataFrame):
        text = value.select_dtypes(exclude=["number", "datetime", "bool"]).columns
        return value.assign(**{c: value[c].map(_printable) for c in text})
    return value
