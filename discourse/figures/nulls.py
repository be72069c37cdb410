"""Differences beside what noise looks like, what the mix explains, and other dates."""

from __future__ import annotations

import textwrap

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Dates, Items, Nulls, Parts
from discourse.figures.style import (
    COLOURS,
    GREY,
    LIGHT,
    colours,
    mark_ids,
    new_figure,
    plain_axis,
    range_bar,
    zero_line,
)

FILL = {"differs": "full", "may differ": "left"}
ABREAST, WRAPPED = 4, 3  # panels that stand side by side; columns of more
TALLEST = 200  # mm, so that a caption has room below on a page


def _panels(height_mm: float, n: int) -> tuple[Figure, list[Axes], int]:
    """A figure with a panel for each of n measures, of which rows share their axis; and how many ticks a panel has room for."""
    columns = n if n <= ABREAST else WRAPPED
    rows = -(-n // columns)
    height = height_mm if rows == 1 else min(height_mm * rows, TALLEST)
    figure, axes = new_figure(height, nrows=rows, ncols=columns, sharey=True, squeeze=False)
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    return figure, list(axes.flat[:n]), 5 if n <= ABREAST else 4


def draw_noise(frame: pd.DataFrame, options: Nulls) -> Figure:
    """A column for each measure; the observed difference above, the distributions of noise below it."""
    groups, titles = options.groups, options.titles
    panels = list(dict.fromkeys(frame["panel"]))
    rows = list(dict.fromkeys(frame["row"]))
    figure, axes, ticks = _panels(20 + 9 * len(rows), len(panels))
    palette = colours(groups)
    for ax, panel in zip(axes, panels):
        part = frame[frame["panel"] == panel].set_index("row")
        zero_line(ax)
        observed = part.loc["observed"]
        ax.axvline(observed["estimate"], color="black", linewidth=0.6, linestyle=(0, (3, 2)), zorder=0)
        for y, name in enumerate(rows):
            if name not in part.index:
                continue
            row = part.loc[name]
            if name == "observed":
                range_bar(ax, y, row["low"], row["high"], "black", 1.2)
                ax.plot(row["estimate"], y, "o", color="black", markersize=5, zorder=3, gid=row["mark"])
                continue
            if row["low"] != row["low"]:
                ax.text(0, y, f"too few (n = {int(row['n'])})", color=GREY, ha="center", va="center", fontsize=6.5)
                continue
            ax.text(
                1.0, y - 0.32, f"n = {int(row['n']):,}", transform=ax.get_yaxis_transform(), ha="right", va="center",
                color=GREY, fontsize=6.2,
            )  # fmt: skip
            colour = palette.get(row["group"], GREY)
            for low, high, width in (("low", "high", 1.2), ("q10", "q90", 3.6), ("q25", "q75", 7.0)):
                range_bar(ax, y, row[low], row[high], colour, width, alpha=0.45)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks))
        ax.set_xlabel(_label(titles.get(panel, panel), len(panels)))
        plain_axis(ax, y=True)
    names = ["the difference" if r == "observed" else "\n".join(textwrap.wrap(r, 30)) for r in rows]
    axes[0].set_yticks(range(len(rows)), names)
    axes[0].set_ylim(len(rows) - 0.5, -0.5)
    return figure


def _label(title: str, n: int) -> str:
    """The title of one of n panels, in lines where there are many."""
    return title if n <= ABREAST else "\n".join(textwrap.wrap(title, 34))


def draw_items(frame: pd.DataFrame, options: Items) -> Figure:
    """A row for each item: the difference with its interval, and the two ranges of random halves behind it."""
    study, reference, groups, unit = options.study, options.reference, options.groups, options.unit
    labels = ["\n".join(textwrap.wrap(str(label), 44)) for label in frame["label"]]
    lines = [label.count("\n") + 1 for label in labels]
    height = max(4.4, 1.2 + 3.2 * max(lines))
    figure, ax = new_figure(20 + height * len(frame))
    palette = colours(groups)
    zero_line(ax)
    for y, row in enumerate(frame.itertuples()):
        for offset, end, group in ((-0.2, "study", study), (0.2, "reference", reference)):
            low, high = getattr(row, f"halves_{end}_low"), getattr(row, f"halves_{end}_high")
            range_bar(ax, y + offset, low, high, palette[group], 2.8, alpha=0.35)
        colour = palette[study if row.estimate > 0 else reference]
        range_bar(ax, y, row.low, row.high, colour, 1.1)
        ax.plot(
            row.estimate, y, "o", color=colour, markersize=4.4, zorder=3, markeredgecolor=colour,
            fillstyle=FILL.get(row.certainty, "none"), markerfacecoloralt="white", gid=row.mark,
        )  # fmt: skip
    ax.set_yticks(range(len(frame)), labels)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.set_xlabel(f"{unit}: {study} minus {reference}")
    plain_axis(ax, y=True)
    return figure


def draw_composition(frame: pd.DataFrame, options: Parts) -> Figure:
    """A block of rows for each way to divide the text, a column for each measure."""
    titles = options.titles
    measures = list(dict.fromkeys(frame["measure"]))
    rows = list(dict.fromkeys(zip(frame["column"], frame["label"])))
    blocks = list(dict.fromkeys(frame["column"]))
    figure, axes, room = _panels(18 + 5.2 * len(rows) + 7 * len(blocks), len(measures))
    place: dict[tuple[str, str], float] = {}
    heads: dict[str, float] = {}
    y = 0.0
    for block in blocks:
        heads[block] = y
        y += 0.9
        for column, label in rows:
            if column == block:
                place[column, label] = y
                y += 0.8
        y += 0.3
    for ax, measure in zip(axes, measures):
        zero_line(ax)
        for row in frame[frame["measure"] == measure].itertuples():
            at = place[row.column, row.label]
            whole = row.part == "difference"
            colour = (
                "black"
                if whole
                else COLOURS[1]
                if row.part.startswith("mix")
                else COLOURS[0]
                if row.part == "within"
                else GREY
            )
            range_bar(ax, at, row.low, row.high, colour, 1.2)
            ax.plot([0, row.estimate], [at, at], color=colour, linewidth=4.5, alpha=0.3, zorder=1)
            ax.plot(row.estimate, at, "D" if whole else "o", color=colour, markersize=4.2, zorder=3, gid=row.mark)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=room))
        ax.set_xlabel(_label(titles.get(measure, measure), len(measures)))
        plain_axis(ax, y=True)
    ticks = [*heads.values(), *place.values()]
    axes[0].set_yticks(ticks, [*(f"by {b}" for b in heads), *(label for _, label in place)])
    for ax in axes:
        for label in ax.get_yticklabels()[: len(heads)]:
            label.set_fontweight("bold")
    axes[0].set_ylim(y - 0.6, -0.6)
    return figure


def draw_event(frame: pd.DataFrame, options: Dates) -> Figure:
    """A row for each measure: the difference at each date, that of the event marked."""
    titles, event = options.titles, options.event
    measures = list(dict.fromkeys(frame["measure"]))
    figure, axes = new_figure(12 + 42 * len(measures), nrows=len(measures), sharex=True, squeeze=False)
    for ax, measure in zip(axes[:, 0], measures):
        part = frame[frame["measure"] == measure]
        placebo, real = part[part["placebo"]], part[~part["placebo"]].iloc[0]
        ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
        ax.plot(placebo["date"], placebo["value"], ".", color=GREY, markersize=3, alpha=0.8, gid=mark_ids(placebo))
        ax.axhspan(placebo["value"].min(), placebo["value"].max(), color=LIGHT, alpha=0.4, linewidth=0, zorder=0)
        ax.plot(real["date"], real["value"], "D", color="black", markersize=5, zorder=3, gid=real["mark"])
        ax.annotate(
            event, (real["date"], real["value"]), xytext=(7, 0), textcoords="offset points", va="center", fontsize=6.8
        )
        ax.set_ylabel("\n".join(textwrap.wrap(titles.get(measure, measure), 26)))
        _months(ax)
    return figure


def _months(ax: Axes) -> None:
    locator = mdates.AutoDateLocator(minticks=2, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    ax.margins(x=0.04)
