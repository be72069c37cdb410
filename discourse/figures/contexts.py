"""Contexts: the words nearest to each group, and cosines with words in each group beside their difference."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Cosines, Neighbours
from discourse.figures.names import name_groups
from discourse.figures.style import LIGHT, colours, markers, new_figure, plain_axis, range_bar, zero_line

COLUMNS = 3  # panels side by side
ROW = 4.2  # millimetres


def draw_neighbours(frame: pd.DataFrame, options: Neighbours) -> Figure:
    """A panel for each group with its nearest words: cosines with intervals, those in the other groups in pale marks."""
    panels = list(dict.fromkeys(frame["panel"]))
    n = int(frame.groupby("panel")["item"].nunique().max())
    ncols = min(len(panels), COLUMNS)
    nrows = -(-len(panels) // ncols)
    figure, axes = new_figure(nrows * (18 + ROW * n), nrows=nrows, ncols=ncols, sharex=True, squeeze=False)
    palette, shape = colours(options.groups), markers(options.groups)
    for ax, panel in zip(axes.flat, panels):
        part = frame[frame["panel"] == panel]
        items = list(dict.fromkeys(part["item"]))
        for y, item in enumerate(items):
            ax.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
            for row in part[part["item"] == item].itertuples():
                colour, own = palette[str(row.stratum)], row.stratum == panel
                if own:
                    range_bar(ax, y, float(row.low), float(row.high), colour)
                ax.plot(
                    row.estimate, y, shape[str(row.stratum)], color=colour, markersize=4.2 if own else 3.4,
                    fillstyle="full" if own else "none", markeredgewidth=0.8, zorder=3 if own else 2, gid=row.mark,
                )  # fmt: skip
        ax.set_yticks(range(len(items)), items)
        ax.set_ylim(n - 0.4, -0.6)
        ax.set_title(
            "\n".join(textwrap.wrap(panel, 42 // ncols)), fontsize=7.5, fontweight="bold", color=palette[panel], pad=3
        )
        _cosine_axis(ax, "cosine")
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    return figure


def draw_cosines(frame: pd.DataFrame, options: Cosines) -> Figure:
    """A row for each word: its cosine in each group, and beside it the difference with its interval."""
    block = frame.drop_duplicates("item").set_index("item")["block"]
    compared = bool(frame["contrast"].eq("difference").any())
    widths = [1.25, 1] if compared else [1]
    figure, axes = new_figure(
        28 + ROW * (len(block) + 1), ncols=len(widths), sharey=True, squeeze=False, width_ratios=widths
    )
    palette, shape = colours(options.groups), markers(options.groups)
    shown = [g for g in options.groups if g in set(frame["stratum"])]
    offset = dict(zip(shown, np.linspace(-0.2, 0.2, len(shown)) if len(shown) > 1 else [0.0]))
    # A gap between the words that were named and those that were found.
    place = {item: y + 0.7 * (name != block.iloc[0]) for y, (item, name) in enumerate(block.items())}
    left, right = axes[0, 0], axes[0, -1]
    for row in frame.itertuples():
        y = place[row.item]
        if row.contrast == "difference":
            colour = palette[options.study if row.estimate > 0 else options.reference]
            clear = bool(row.low > 0 or row.high < 0)
            range_bar(right, y, float(row.low), float(row.high), colour)
            right.plot(
                row.estimate, y, "o", color=colour, markersize=4.2, fillstyle="full" if clear else "none", zorder=3,
                gid=row.mark,
            )  # fmt: skip
            continue
        at = y + offset[row.stratum]
        range_bar(left, at, float(row.low), float(row.high), palette[row.stratum])
        colour = palette[row.stratum]
        left.plot(row.estimate, at, shape[row.stratum], color=colour, markersize=3.6, zorder=3, gid=row.mark)
    for ax in axes[0]:
        for y in place.values():
            ax.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
    _cosine_axis(left, "cosine in each group")
    left.set_yticks(list(place.values()), list(place))
    left.set_ylim(max(place.values()) + 0.6, -0.6)
    if compared:
        _cosine_axis(right, "\n".join(textwrap.wrap(f"difference: {options.study} minus {options.reference}", 46)))
    name_groups(figure, options.groups)
    return figure


def _cosine_axis(ax: Axes, label: str) -> None:
    zero_line(ax)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:g}".replace("-", "−"))
    ax.tick_params(axis="x", labelbottom=True)
    ax.set_xlabel(label)
    plain_axis(ax, y=True)
