"""Names of the groups with their marks, above a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from discourse.figures.style import colours, markers

# The marks as characters, for names in running text.
SYMBOL = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼", "P": "✚", "X": "✖", "<": "◀", "*": "★"}
LINE_MM = 3.6
ABOVE_MM, SIDE_MM, GAP_MM = 0.5, 1.5, 5.0


def name_groups(figure: Figure, groups: Sequence[str], said: Mapping[str, str] | None = None) -> None:
    """Write the names of groups above the panels, in as many lines as they take; the figure grows by the further lines.

    Parameters
    ----------
    figure : Figure
        With a layout engine, which knows panels only.
    groups : sequence of str
        All groups, in the order of colours.
    said : mapping of str to str, optional
        What is written of each group that is named; its name by default.
    """
    engine, canvas = figure.get_layout_engine(), figure.canvas
    assert engine is not None and isinstance(canvas, FigureCanvasAgg)
    palette, shape = colours(groups), markers(groups)
    width, height = (25.4 * size for size in figure.get_size_inches())
    placed: list[tuple[Text, float, int]] = []
    at, line = SIDE_MM, 0
    for g, name in (said or {g: g for g in groups}).items():
        text = figure.text(
            0, 0, f"{SYMBOL.get(shape[g], '●')} {name}", color=palette[g], fontweight="bold", fontsize=7.2, va="top"
        )
        long = 25.4 * text.get_window_extent(canvas.get_renderer()).width / figure.dpi
        if placed and at + long > width - SIDE_MM:
            at, line = SIDE_MM, line + 1
        placed.append((text, at, line))
        at += long + GAP_MM
    height += LINE_MM * line
    figure.set_figheight(height / 25.4)
    for text, x, k in placed:
        text.set_position((x / width, 1 - (ABOVE_MM + LINE_MM * k) / height))
    strip = ABOVE_MM + LINE_MM * (line + 1) + 1.4
    engine.set(rect=(0, 0, 1, 1 - strip / height))  # type: ignore[call-arg]
