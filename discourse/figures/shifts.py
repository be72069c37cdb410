"""Word shifts: what each word adds to a difference, below the sums that they make."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from discourse.figures.kinds import Shifts
from discourse.figures.style import GREY, LIGHT, colours, new_figure, plain_axis, range_bar, zero_line

ABOVE, BELOW = "#009E73", "#882255"  # words above and below the reference score: no colour of the first groups
PALE = 0.4  # of words that are less frequent in the study group
HEIGHT = 0.72  # of a bar
ROW, ENDS = 3.9, 27.0  # millimetres


def draw_shift(frame: pd.DataFrame, options: Shifts) -> Figure:
    """Bars with intervals: sums of the kinds of words above, single words below; frequencies in both groups on the right."""
    palette = colours(list(options.groups) or [options.study, options.reference])
    sums, words = (frame[frame["row"] == row].reset_index(drop=True) for row in ("sum", "word"))
    heights = {"height_ratios": [len(sums) + 0.6, max(len(words), 3)], "width_ratios": [3.2, 1.0]}
    figure, axes = new_figure(ENDS + ROW * len(frame), nrows=2, ncols=2, gridspec_kw=heights)
    (top, legend), (ax, side) = axes
    for axis, part in ((top, sums), (ax, words)):
        _bars(axis, part, palette)
    total = sums.iloc[0]
    if total["null_low"] == total["null_low"]:
        top.plot(
            [total["null_low"], total["null_high"]], [0, 0], color=LIGHT, linewidth=7, solid_capstyle="butt", zorder=1
        )
    for x, text, group, align in (
        (0.0, "◄ {}", options.reference, "left"),
        (1.0, "{} ►", options.study, "right"),
    ):
        words_of_side = options.sides[1 if align == "left" else 0] if options.sides else "more in {}"
        label = text.format(words_of_side.format(group) if "{}" in words_of_side else words_of_side)
        colour = palette[group] if not options.sides else GREY
        top.text(x, 1.02, label, transform=top.transAxes, color=colour, fontweight="bold", va="bottom", ha=align)
    ax.set_xlabel(options.unit)
    names = [textwrap.shorten(g, 18, placeholder=" …") for g in (options.study, options.reference)]
    side.text(
        0.0, 1.005, "\n".join(["count:", *names]), transform=side.get_xaxis_transform(), fontsize=6.2, va="bottom", color=GREY,
    )  # fmt: skip
    side.text(
        1.0, 1.005, "docu-\nments", transform=side.get_xaxis_transform(), fontsize=6.2, va="bottom", ha="right", color=GREY,
    )  # fmt: skip
    for y, row in enumerate(words.itertuples()):
        side.text(0.0, y, f"{row.count_study:,.0f} : {row.count_reference:,.0f}", va="center", fontsize=6.6)
        side.text(1.0, y, f"{row.documents:,.0f}", va="center", ha="right", fontsize=6.6)
    side.set_ylim(*ax.get_ylim())
    side.set_xlim(0, 1)
    for axis in (legend, side):
        axis.axis("off")
    return figure


def _bars(ax: Axes, rows: pd.DataFrame, palette: dict[str, str]) -> None:
    """A bar for each row, its interval a line; the total is a mark."""
    zero_line(ax)
    for y, row in enumerate(rows.itertuples()):
        estimate, low, high = (float(v) for v in (row.estimate, row.low, row.high))
        if row.kind == "total":
            range_bar(ax, y, low, high, "black")
            ax.plot(estimate, y, "D", color="black", markersize=4.2, zorder=3, gid=row.mark)
            continue
        colour = {"above": ABOVE, "below": BELOW}.get(str(row.kind).split(" ")[0], palette.get(str(row.group), GREY))
        pale = str(row.kind).endswith("fewer")
        ax.barh(
            y, estimate, HEIGHT, color=colour, alpha=PALE if pale else 0.85, linewidth=0, zorder=1, gid=row.mark,
        )  # fmt: skip
        range_bar(ax, y, low, high, "black", 0.9)
    ax.set_yticks(range(len(rows)), rows["label"])
    for label, low, high, kind in zip(ax.get_yticklabels(), rows["low"], rows["high"], rows["kind"]):
        if kind == "total":
            label.set_fontweight("bold")
        elif low <= 0 <= high:
            label.set_color(GREY)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    drawn = rows[["estimate", "low", "high", "null_low", "null_high"]].to_numpy(float)
    limit = 1.06 * float(np.nanmax(np.abs(drawn))) or 1.0
    ax.set_xlim(-limit, limit)
    plain_axis(ax, y=True)
