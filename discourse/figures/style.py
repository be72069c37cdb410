"""One typographic system for all figures: sizes, colours, markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import RLock
from typing import Any, Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontManager, fontManager, ttfFontProperty
from matplotlib.ft2font import FT2Font

from discourse.compare.quantities import REST
from discourse.figures.fonts import font_folder

MM_PER_INCH = 25.4
# Two columns of a journal; one, or one and a half, or two where less cannot be read.
WIDTHS_MM = {"double": (174.0,), "single": (88.0, 120.0, 174.0)}
_width: ContextVar[float] = ContextVar("width", default=WIDTHS_MM["double"][0])
RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    # A dollar sign in a title is no formula.
    "text.parse_math": False,
    # Text stays text: the report has the same font, and readers can search it.
    "svg.fonttype": "none",
    # The ids in an SVG are random without it.
    "svg.hashsalt": "discourse",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.unicode_minus": True,
    "figure.dpi": 100,
    "lines.solid_capstyle": "butt",
}
# Okabe & Ito (2008) without yellow, and wine (Tol 2021); ordered so that neighbours differ in grey as well.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#882255", "#E69F00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
GREY = "#6b6b6b"
LIGHT = "#d9d9d9"
_OF_DATES: Any = ("timezone", "date.epoch")  # settings that `rcdefaults` leaves as they are
_DRAWING = RLock()


def colours(groups: Sequence[str]) -> dict[str, str]:
    """The colour of each group, the same through a whole report."""
    return {g: GREY if g == REST else COLOURS[k % len(COLOURS)] for k, g in enumerate(groups)}


def markers(groups: Sequence[str]) -> dict[str, str]:
    """The marker of each group, the same through a whole report."""
    return {g: "*" if g == REST else MARKERS[k % len(MARKERS)] for k, g in enumerate(groups)}


@contextmanager
def own_settings() -> Iterator[None]:
    """Settings of the library and of `RC` alone, and the fonts that come with the library.

    What a `matplotlibrc` in the working directory, a style, the environment or the cache of fonts says of figures changes none of ours,
    and ours change none of the user's. Settings of matplotlib belong to the process: one thread draws at a time.
    """
    with _DRAWING, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**{name: mpl.rcParamsDefault[name] for name in _OF_DATES}, **RC})
        given = fontManager.ttflist, fontManager.afmlist
        fontManager.ttflist, fontManager.afmlist = _fonts(), []
        _forget_fonts()
        try:
            yield
        finally:
            fontManager.ttflist, fontManager.afmlist = given
            _forget_fonts()


@cache
def _fonts() -> list[FontEntry]:
    return [ttfFontProperty(FT2Font(str(path))) for path in sorted(font_folder().glob("*.ttf"))]


def _forget_fonts() -> None:
    FontManager._findfont_cached.cache_clear()  # type: ignore[attr-defined]


@contextmanager
def at_width(width_mm: float) -> Iterator[None]:
    """Figures that are drawn meanwhile are so wide."""
    token = _width.set(width_mm)
    try:
        yield
    finally:
        _width.reset(token)


def new_figure(
    height_mm: float, width_mm: float | None = None, layout: Literal["constrained"] | None = "constrained", **grid: Any
) -> tuple[Figure, Any]:
    """An empty figure of that size and its axes (`Figure.subplots` takes `grid`)."""
    with own_settings():
        figure = Figure(figsize=((width_mm or _width.get()) / MM_PER_INCH, height_mm / MM_PER_INCH), layout=layout)
        FigureCanvasAgg(figure)
        axes = figure.subplots(**grid)
    return figure, axes


def fills_page(figure: Figure) -> bool:
    """Whether a figure is as wide as those of the pages of a report: two columns of a journal."""
    return bool(figure.get_figwidth() == WIDTHS_MM["double"][0] / MM_PER_INCH)


def mark_ids(rows: pd.DataFrame, column: str = "") -> str:
    """The `gid` of marks that are drawn together, from the names of their rows; of those with a value in a column, where marks lack without."""
    return "_".join(rows.loc[rows[column].notna(), "mark"] if column else rows["mark"])


def place_labels(ax: Axes, at: pd.DataFrame, labels: pd.Series, marks: pd.DataFrame, farthest: float) -> None:
    """Labels beside their marks where they cover neither each other nor a mark; those without room are left out.

    Parameters
    ----------
    ax : Axes
        Whose limits do not change afterwards.
    at : DataFrame
        Two columns: where the marks with a label are.
    labels : Series of str
        Their labels.
    marks : DataFrame
        Two columns: where all marks are.
    farthest : float
        Of a label from its mark, as a share of the axes.
    """
    import textalloc

    textalloc.allocate(
        ax,
        at.iloc[:, 0].tolist(),
        at.iloc[:, 1].tolist(),
        labels.tolist(),
        x_scatter=marks.iloc[:, 0].tolist(),
        y_scatter=marks.iloc[:, 1].tolist(),
        textsize=6.6,
        linecolor=GREY,
        linewidth=0.4,
        max_distance=farthest,
        min_distance=0.008,
        nbr_candidates=400,
        draw_all=False,
    )


def plain_axis(ax: Axes, *, y: bool = False) -> None:
    """Hide an axis line that carries no scale."""
    ax.spines["left" if y else "bottom"].set_visible(False)
    ax.tick_params(axis="y" if y else "x", length=0)


def zero_line(ax: Axes, at: float = 0.0) -> None:
    """A thin vertical line at no difference."""
    ax.axvline(at, color=GREY, linewidth=0.6, zorder=0)


def range_bar(ax: Axes, y: float, low: float, high: float, colour: str, width: float = 1.2, **options: Any) -> None:
    """A horizontal interval; nothing where it is not defined."""
    if low == low and high == high:
        ax.plot([low, high], [y, y], color=colour, linewidth=width, zorder=2, **options)


def from_zero(ax: Axes, end: float | None = None) -> None:
    """An axis from 0 to an end, with room that keeps marks at 0 whole."""
    end = ax.get_xlim()[1] if end is None else end
    ax.set_xlim(-0.025 * end, end)


def cut_at(ax: Axes, y: float, row: pd.Series, limits: tuple[float, float], colour: str) -> None:
    """An arrow at the left or right end of the axis where it cuts an interval of a row."""
    ends = row.reindex(["low", "high", "low_document", "high_document"]).astype(float)
    for at, beyond, marker in ((limits[0], ends.min() < limits[0], "<"), (limits[1], ends.max() > limits[1], ">")):
        if beyond:
            ax.plot(at, y, marker, color=colour, markersize=3, clip_on=False)


def cut_marks(ax: Axes, frame: pd.DataFrame, colour: str) -> None:
    """An arrow at the upper or lower edge wherever the axis cuts the interval of a period."""
    bottom, top = ax.get_ylim()
    for edge, beyond, marker in ((top, frame["high"] > top, "^"), (bottom, frame["low"] < bottom, "v")):
        if beyond.any():
            dates = frame.loc[beyond, "date"]
            ax.plot(dates, [edge] * len(dates), marker, color=colour, markersize=3.2, clip_on=False, linestyle="none")
