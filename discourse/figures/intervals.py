"""Points with intervals: groups, speakers, sensitivity analyses."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.compare.notes import note_text
from discourse.figures.kinds import REACH, Choices, Components, Corrected, Rows
from discourse.figures.names import name_groups
from discourse.figures.style import (
    GREY,
    LIGHT,
    colours,
    from_zero,
    markers,
    new_figure,
    plain_axis,
    range_bar,
    zero_line,
)


def draw_rows(frame: pd.DataFrame, options: Rows) -> Figure:
    """A row for each item, a column for each panel; a point and intervals for each group."""
    groups, labels, unit = options.groups, options.labels, options.unit
    items, panels = list(dict.fromkeys(frame["item"])), list(dict.fromkeys(frame["panel"]))
    # So many millimetres for each row: text has one size, however many rows there are.
    height = 2.4 + 3.0 * len(groups)
    figure, axes = new_figure(22 + height * len(items), ncols=len(panels), sharey=True, squeeze=False)
    palette, shape = colours(groups), markers(groups)
    offset = np.linspace(-0.28, 0.28, len(groups)) if len(groups) > 1 else [0.0]
    for ax, panel in zip(axes[0], panels):
        part = frame[frame["panel"] == panel].set_index(["item", "stratum"])
        end = REACH * part["estimate"].max()
        for y, item in enumerate(items):
            if y:
                ax.axhline(y - 0.5, color=LIGHT, linewidth=0.4, zorder=0)
            for d, g in zip(offset, groups):
                row = part.loc[(item, g)] if (item, g) in part.index else None
                if row is None or row["estimate"] != row["estimate"]:
                    continue
                range_bar(ax, y + d, row["low_document"], row["high_document"], palette[g], 2.6, alpha=0.3)
                range_bar(ax, y + d, row["low"], row["high"], palette[g], 1.0)
                # What never occurs takes no attention from what does.
                never = row["estimate"] == 0
                ax.plot(
                    row["estimate"], y + d, shape[g], color=palette[g], markersize=2.4 if never else 3.6, zorder=3,
                    fillstyle="none" if never else "full", markeredgewidth=0.6, clip_on=False, gid=row["mark"],
                )  # fmt: skip
                if max(row["high"], row["high_document"]) > end:
                    ax.plot(end, y + d, ">", color=palette[g], markersize=3, clip_on=False)
        # One interval of a rare item would press all others together.
        from_zero(ax, end if part[["high", "high_document"]].max().max() > end > 0 else None)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.4g}")
        ax.set_xlabel(unit)
        ax.set_title("\n".join(textwrap.wrap(panel, 34)), fontsize=7.2, color="black", pad=3)
        plain_axis(ax, y=True)
    axes[0, 0].set_yticks(range(len(items)), [labels.get(i, i) for i in items])
    axes[0, 0].set_ylim(len(items) - 0.5, -0.5)
    # A mark at 0 is no part of the label beside it.
    axes[0, 0].tick_params(axis="y", pad=5)
    name_groups(figure, groups)
    return figure


def draw_corrected(frame: pd.DataFrame, options: Corrected) -> Figure:
    """Two rows for each group and for the difference: as measured, and corrected by the coded sample."""
    groups, unit = options.groups, options.unit
    strata = list(dict.fromkeys(frame["stratum"]))
    figure, ax = new_figure(16 + 10.5 * len(strata))
    palette, shape = colours(groups), markers(groups)
    zero_line(ax)
    ticks, names = [], []
    for k, stratum in enumerate(strata):
        if k:
            ax.axhline(2.4 * k - 0.7, color=LIGHT, linewidth=0.4, zorder=0)
        for j, item in enumerate(("corrected", "raw")):
            y = 2.4 * k + j
            part = frame[(frame["stratum"] == stratum) & (frame["item"] == item)]
            ticks.append(y)
            names.append(f"{stratum}, {'as measured' if item == 'raw' else 'corrected'}")
            if part.empty:
                continue
            row = part.iloc[0]
            if row["estimate"] != row["estimate"]:
                ax.text(0, y, note_text(row) or "too little text", color=GREY, ha="center", va="center", fontsize=6.5)
                continue
            colour = palette.get(stratum, "black")
            range_bar(ax, y, row["low"], row["high"], colour, 1.1, alpha=0.5 if item == "raw" else 1.0)
            ax.plot(
                row["estimate"], y, shape.get(stratum, "o"), color=colour, markersize=4.4, zorder=3,
                markerfacecolor="white" if item == "raw" else colour, gid=row["mark"],
            )  # fmt: skip
    ax.set_yticks(ticks, names)
    ax.set_ylim(2.4 * len(strata) - 0.9, -0.8)
    ax.set_xlabel(unit)
    plain_axis(ax, y=True)
    return figure


def draw_components(frame: pd.DataFrame, options: Components) -> Figure:
    """A small panel for each component; thin dark bars resample clusters, wide pale ones documents."""
    groups, labels = options.groups, options.labels
    items = list(dict.fromkeys(frame["item"]))
    figure, axes = new_figure(8 + (6.8 + 3.4 * len(groups)) * len(items), nrows=len(items), squeeze=False)
    palette, shape = colours(groups), markers(groups)
    for ax, item in zip(axes[:, 0], items):
        part = frame[frame["item"] == item]
        # The axis runs upwards, and the first group is to be on top.
        for y, g in enumerate(reversed(groups)):
            row = part[part["stratum"] == g].iloc[0]
            ax.text(
                -0.012,
                y,
                g,
                transform=ax.get_yaxis_transform(),
                color=palette[g],
                ha="right",
                va="center",
                fontsize=6.8,
            )
            if row["estimate"] != row["estimate"]:
                ax.text(
                    0.5, y, note_text(row), transform=ax.get_yaxis_transform(), color=GREY, ha="center", va="center"
                )
                continue
            range_bar(ax, y, row["low_document"], row["high_document"], palette[g], 3.2, alpha=0.3)
            range_bar(ax, y, row["low"], row["high"], palette[g], 1.1)
            ax.plot(row["estimate"], y, shape[g], color=palette[g], markersize=4.2, zorder=3, gid=row["mark"])
        ax.set_ylim(-0.6, len(groups) - 0.4)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_title(labels.get(item, item), fontsize=7.2, color="black", pad=2)
        ax.margins(x=0.12)
        if item == "evaluation" or part[["estimate", "low", "low_document"]].min().min() < 0:
            zero_line(ax)
        elif options.zero:
            # An axis from 0 to 0 cannot be drawn.
            from_zero(ax, None if part[["estimate", "high", "high_document"]].max().max() > 0 else 1)
    return figure


def draw_sensitivity(frame: pd.DataFrame, options: Choices) -> Figure:
    """A row for each choice, a column for each measure; bars as in the stance figure."""
    study, reference, titles = options.study, options.reference, options.titles
    names = list(dict.fromkeys(frame["name"]))
    measures = [m for m in titles if m in set(frame["measure"])]
    figure, axes = new_figure(22 + 8 * len(names), ncols=len(measures), sharey=True, squeeze=False)
    for ax, measure in zip(axes[0], measures):
        part = frame[frame["measure"] == measure].set_index("name")
        zero_line(ax)
        for y, name in enumerate(names):
            if name not in part.index:
                continue
            row = part.loc[name]
            if row["estimate"] != row["estimate"]:
                ax.text(0, y, "too little text", color=GREY, ha="center", va="center", fontsize=6.5)
                continue
            range_bar(ax, y, row["low_document"], row["high_document"], "black", 3.2, alpha=0.22)
            range_bar(ax, y, row["low"], row["high"], "black", 1.1)
            size = 4.2 if y else 5.2
            ax.plot(row["estimate"], y, "o", color="black", markersize=size, zorder=3, gid=row["mark"])
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        # Names of groups may be long, and columns narrow.
        below = textwrap.wrap(f"{study} minus {reference}", 90 // len(measures))
        ax.set_xlabel("\n".join([titles[measure], *below]))
        plain_axis(ax, y=True)
    n_of = frame.drop_duplicates("name").set_index("name")["n_documents"]
    axes[0, 0].set_yticks(
        range(len(names)), ["\n".join(textwrap.wrap(f"{n} (n\u00a0=\u00a0{n_of[n]})", 34)) for n in names]
    )
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return figure
