"""The figure of the first page: the levels that carry the answer, with their values."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Key
from discourse.figures.style import colours, cut_at, markers, new_figure, plain_axis, range_bar, zero_line

ROW_MM = 7.5
WRAP = 96  # letters of all titles together
FAR = 2.5  # times the largest estimate, where the axis ends and intervals go on as arrows


def draw_key(frame: pd.DataFrame, options: Key) -> Figure:
    """A panel for each level, a row for each group: its name, its mark with its interval, its value."""
    groups = [g for g in options.groups if (frame["stratum"] == g).any()]
    panels = list(dict.fromkeys(frame["panel"]))
    titles = {p: textwrap.wrap(p, WRAP // len(panels) - 2 * len(panels)) for p in panels}
    height = 10 + 3.2 * max(map(len, titles.values())) + ROW_MM * len(groups)
    figure, axes = new_figure(height, ncols=len(panels), sharey=True, squeeze=False)
    palette, shape = colours(options.groups), markers(options.groups)
    for ax, panel in zip(axes[0], panels):
        part = frame[frame["panel"] == panel].set_index("stratum")
        low, high = _limits(part)
        zero_line(ax)
        for y, g in enumerate(groups):
            if g not in part.index or not np.isfinite(part.loc[g, "estimate"]):
                continue
            row = part.loc[g]
            range_bar(ax, y, row["low_document"], row["high_document"], palette[g], 3.4, alpha=0.3)
            range_bar(ax, y, row["low"], row["high"], palette[g], 1.2)
            ax.plot(row["estimate"], y, shape[g], color=palette[g], markersize=5, zorder=3, clip_on=False)
            value = f"{row['estimate']:,.{options.digits.get(panel, 1)}f}".replace("-", "\u2212")
            ax.annotate(
                value, (row["estimate"], y), xytext=(0, 4.2), textcoords="offset points", ha="center", va="bottom",
                fontsize=7.5, fontweight="bold", color=palette[g], bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            )  # fmt: skip
            cut_at(ax, y, row, (low, high), palette[g])
        ax.set_xlim(low, high)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.4g}".replace("-", "\u2212"))
        ax.set_title("\n".join(titles[panel]), color="black", pad=5)
        plain_axis(ax, y=True)
    axes[0, 0].set_yticks(range(len(groups)), ["\n".join(textwrap.wrap(g, 24)) for g in groups])
    for label, g in zip(axes[0, 0].get_yticklabels(), groups):
        label.set_color(palette[g])
        label.set_fontweight("bold")
    axes[0, 0].set_ylim(len(groups) - 0.5, -0.75)
    return figure


def _limits(part: pd.DataFrame) -> tuple[float, float]:
    """Where the axis of a panel ends: at 0 on one side where no level lies beyond, with room for marks and values at both ends."""
    largest = max(float(part["estimate"].abs().max()), 1e-9)
    ends = part[["low", "high", "low_document", "high_document", "estimate"]].to_numpy(float)
    low, high = max(float(np.nanmin(ends)), -FAR * largest), min(float(np.nanmax(ends)), FAR * largest)
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * (high - low)
    return low - room, high + room
