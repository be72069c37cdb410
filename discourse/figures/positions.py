"""Where units stand: a row for each with its interval, and a map of two dimensions with ellipses."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Map, Standing
from discourse.figures.names import name_groups
from discourse.figures.style import (
    GREY,
    LIGHT,
    colours,
    mark_ids,
    markers,
    new_figure,
    place_labels,
    plain_axis,
    range_bar,
    zero_line,
)

ROW_MM = 4.4
WIDE = 1.55  # width of the axes of a map over their height


def draw_standing(frame: pd.DataFrame, options: Standing) -> Figure:
    """A row for each unit in the order of the first panel, a column for each panel; units of several groups in black."""
    panels, units = list(dict.fromkeys(frame["panel"])), list(dict.fromkeys(frame["unit"]))
    figure, axes = new_figure(22 + ROW_MM * len(units), ncols=len(panels), sharey=True, squeeze=False)
    palette, shape = colours(options.groups), markers(options.groups)
    for ax, panel in zip(axes[0], panels):
        part = frame[frame["panel"] == panel].set_index("unit")
        zero_line(ax)
        for y, unit in enumerate(units):
            ax.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
            if unit not in part.index:
                continue
            row = part.loc[unit]
            colour = palette.get(row["group"], "black")
            range_bar(ax, y, row["low"], row["high"], colour, 1.2)
            given = row["given"] == row["given"]
            ax.plot(
                row["estimate"], y, shape.get(row["group"], "o"), color=colour, markersize=4.2, zorder=3,
                fillstyle="none" if given else "full", gid=row["mark"],
            )  # fmt: skip
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.set_xlabel(options.unit)
        ax.set_title("\n".join(textwrap.wrap(panel, 40)), fontsize=7.2, color="black", pad=3)
        plain_axis(ax, y=True)
    first = frame.drop_duplicates("unit").set_index("unit")
    axes[0, 0].set_yticks(range(len(units)), [f"{u} ({int(first.loc[u, 'n_documents'])})" for u in units])
    for label, unit in zip(axes[0, 0].get_yticklabels(), units):
        label.set_color(palette.get(first.loc[unit, "group"], "black"))
    axes[0, 0].set_ylim(len(units) - 0.4, -0.6)
    name_groups(figure, options.groups)
    return figure


def _limits(frame: pd.DataFrame, side: str) -> tuple[float, float]:
    """Ends of an axis: all marks, and ellipses as far as they do not press the marks together."""
    values, reach = frame[side], frame["wide"].fillna(0)
    room = 0.6 * float(values.max() - values.min())
    return max(float((values - reach).min()), float(values.min()) - room), min(
        float((values + reach).max()), float(values.max()) + room
    )


def draw_map(frame: pd.DataFrame, options: Map) -> Figure:
    """A mark for each unit with its ellipse, on axes of the same scale; labels where none overlaps another."""
    figure, ax = new_figure(118)
    palette, shape = colours(options.groups), markers(options.groups)
    ax.axhline(0, color=LIGHT, linewidth=0.6, zorder=0)
    ax.axvline(0, color=LIGHT, linewidth=0.6, zorder=0)
    for row in frame.itertuples():
        if row.wide == row.wide:
            colour = palette.get(row.group, GREY)
            ax.add_patch(
                Ellipse(
                    (row.x, row.y), 2 * row.wide, 2 * row.tall, angle=row.angle, facecolor=colour, edgecolor=colour,
                    alpha=0.12, linewidth=0.5, zorder=1,
                )
            )  # fmt: skip
    for group, part in frame.groupby("group", sort=False):
        ax.plot(
            part["x"], part["y"], shape.get(group, "o"), color=palette.get(group, "black"), markersize=4.2, zorder=3,
            linestyle="none", gid=mark_ids(part),
        )  # fmt: skip
    low, high = _limits(frame, "x"), _limits(frame, "y")
    # One scale for both, so that distances are distances: the axes are that much wider than high.
    scale = max((low[1] - low[0]) / WIDE, high[1] - high[0])
    ax.set_xlim(np.mean(low) - scale * WIDE / 2, np.mean(low) + scale * WIDE / 2)
    ax.set_ylim(np.mean(high) - scale / 2, np.mean(high) + scale / 2)
    ax.set_aspect("equal")
    ax.set_xlabel(options.across)
    ax.set_ylabel(options.up)
    name_groups(figure, options.groups)
    engine = figure.get_layout_engine()
    assert engine is not None
    # Labels are placed for good, so that the axes may not move afterwards.
    engine.execute(figure)
    figure.set_layout_engine(None)
    named = frame[frame["label"]]
    place_labels(ax, named[["x", "y"]], named["unit"], frame[["x", "y"]], farthest=0.15)
    return figure
