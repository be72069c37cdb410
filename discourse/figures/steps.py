"""Levels over time, and the breaks between them."""

from __future__ import annotations

import textwrap

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from discourse.figures.kinds import Steps
from discourse.figures.style import GREY, LIGHT, colours, mark_ids, new_figure

ROW_MM = 44


def draw_steps(frame: pd.DataFrame, options: Steps) -> Figure:
    """A row for each series; a line ends where the level does, with the date of the break and its interval between."""
    names = list(dict.fromkeys(frame["series"]))
    figure, axes = new_figure(10 + ROW_MM * len(names), nrows=len(names), sharex=True, squeeze=False)
    palette = colours(options.groups)
    for ax, name in zip(axes[:, 0], names):
        part = frame[frame["series"] == name]
        colour = palette.get(part["group"].iloc[0], "black")
        breaks = options.breaks[options.breaks["series"] == name]
        size = 3 + 14 * np.sqrt(part["x"] / part["x"].max())
        ax.scatter(part["date"], part["value"], s=size, color=colour, alpha=0.45, linewidths=0, gid=mark_ids(part))
        for row in breaks.itertuples():
            ax.axvspan(row.low, row.high, color=LIGHT, alpha=0.6, linewidth=0, zorder=0)
            ax.axvline(row.date, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
        _levels(ax, part, sorted(breaks["date"]), colour)
        ax.set_title("\n".join(textwrap.wrap(name, 90)), fontsize=7.2, color="black", pad=3)
        ax.set_ylabel("\n".join(textwrap.wrap(options.titles.get(name, ""), 26)))
        if (part["value"] >= 0).all():
            # Room that keeps marks at 0 whole.
            ax.set_ylim(bottom=-0.03 * ax.get_ylim()[1])
    locator = mdates.AutoDateLocator(minticks=3, maxticks=9)
    axes[-1, 0].xaxis.set_major_locator(locator)
    axes[-1, 0].xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    return figure


def _levels(ax: Axes, part: pd.DataFrame, dates: list[pd.Timestamp], colour: str) -> None:
    """A horizontal line for each level, from its first period to the next break."""
    starts = [part["date"].min(), *dates]
    ends = [*dates, part["date"].max()]
    for start, end in zip(starts, ends):
        level = part.loc[part["date"] >= start, "level"].iloc[0]
        ax.plot([start, end], [level, level], color=colour, linewidth=1.8, zorder=2)
