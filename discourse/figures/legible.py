"""Whether the texts of a drawing can be read: none is cut, none lies over another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

SHARED = 0.12  # of the smaller of two boxes that may lie over the other: letters leave white above and below
SLACK = 1.0  # pixels by which a box may leave the figure


def legible(figure: Figure) -> bool:
    """Whether no text is cut and none lies over another, once the figure is laid out.

    Parameters
    ----------
    figure : Figure
        With a canvas of Agg.

    Examples
    --------
    >>> from discourse.figures.style import new_figure
    >>> figure, ax = new_figure(40)
    >>> _ = ax.text(0.5, 0.5, "a word")
    >>> before = legible(figure)
    >>> _ = ax.text(0.5, 0.5, "another")
    >>> before, legible(figure)
    (True, False)
    """
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    # Places of texts are those of the last drawing.
    figure.draw_without_rendering()
    width, height = canvas.get_width_height()
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in _texts(figure)]
    page = Bbox.from_bounds(-SLACK, -SLACK, width + 2 * SLACK, height + 2 * SLACK)
    inside = all(page.contains(b.x0, b.y0) and page.contains(b.x1, b.y1) for b in boxes)
    return inside and all(_shared(a, b) < SHARED for a, b in combinations(boxes, 2))


def _texts(figure: Figure) -> Iterator[Text]:
    """Texts that are seen; of the ticks those within the view."""
    for text in (t for ax in figure.axes for t in _of_axes(ax)):
        if text.get_visible() and text.get_text().strip():
            yield text
    yield from figure.texts


def _of_axes(ax: Axes) -> Iterator[Text]:
    yield from ax.texts
    if not ax.axison:
        return
    yield from (ax.xaxis.label, ax.yaxis.label)
    # A title may stand on either side; what is not named is empty.
    yield from (t for t in ax.get_children() if isinstance(t, Text) and t not in ax.texts)
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        places = axis.get_majorticklocs()
        yield from (label for at, label in zip(places, axis.get_majorticklabels()) if low <= at <= high)


def _shared(a: Bbox, b: Bbox) -> float:
    """Share of the smaller box that lies over the other."""
    wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    smaller = min(a.width * a.height, b.width * b.height)
    return max(wide, 0.0) * max(high, 0.0) / smaller if smaller > 0 else 0.0
