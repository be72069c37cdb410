"""Speakers and administrations: a row or a panel for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import MOST_SPEAKERS, REACH, Marks, Panel
from discourse.figures.style import (
    GREY,
    LIGHT,
    colours,
    from_zero,
    mark_ids,
    markers,
    new_figure,
    plain_axis,
    range_bar,
    zero_line,
)


def draw_panel(frame: pd.DataFrame, options: Panel) -> Figure:
    """A row for each speaker; salience on the left, evaluation on the right or the reason why there is none."""
    order, group_of, groups = options.order, options.group_of, options.groups
    measures = list(dict.fromkeys(frame["measure"]))
    figure, axes = new_figure(
        18 + 5.6 * len(order),
        ncols=len(measures),
        sharey=True,
        squeeze=False,
        gridspec_kw={"width_ratios": [1.25, *[1.0] * (len(measures) - 1)]},
    )
    palette, shape = colours(groups), markers(groups)
    for ax, measure in zip(axes[0], measures):
        part = frame[frame["measure"] == measure].set_index("stratum")
        for y, name in enumerate(order):
            row = part.loc[name]
            colour = palette.get(group_of.get(name, ""), GREY)
            ax.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
            if row["estimate"] != row["estimate"]:
                n = int(row["x"])
                ax.text(
                    0.0,
                    y,
                    f"too little text (n = {n} in {int(row['n_documents'])} documents)",
                    va="center",
                    ha="center",
                    fontsize=6.2,
                    color=GREY,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
                )
                continue
            range_bar(ax, y, row["low_document"], row["high_document"], colour, 1.2)
            mark = shape.get(group_of.get(name, ""), "o")
            ax.plot(row["estimate"], y, mark, color=colour, markersize=4.2, zorder=3, gid=row["mark"])
        ax.set_xlabel(options.titles.get(measure, measure))
        low, high = options.bounds.get(measure, (0.0, np.inf))
        if np.isfinite(high):
            # The axis must not cut the marks at its ends.
            ax.set_xlim(low - 0.025 * (high - low), high + 0.025 * (high - low))
        elif low == 0:
            from_zero(ax)
        if not np.isfinite(high):
            _capped(ax, part.loc[order], [palette.get(group_of.get(name, ""), GREY) for name in order])
        if low < 0:
            zero_line(ax)
    left = frame[frame["measure"] == measures[0]].set_index("stratum")
    axes[0, 0].set_yticks(range(len(order)), [f"{n} ({int(left.loc[n, 'n_documents'])})" for n in order])
    for label, name in zip(axes[0, 0].get_yticklabels(), order):
        label.set_color(palette.get(group_of.get(name, ""), "black"))
    axes[0, 0].invert_yaxis()
    for ax in axes[0]:
        plain_axis(ax, y=True)
    return figure


def _capped(ax: Axes, rows: pd.DataFrame, palette: Sequence[str]) -> None:
    """End the axis where one long interval would press all others together; an arrow stands where an interval goes on."""
    end = REACH * float(rows["estimate"].max())
    beyond = (rows["high_document"] > end).to_numpy()
    if end > 0 and beyond.any():
        ax.set_xlim(ax.get_xlim()[0], end)
        for y in np.flatnonzero(beyond).tolist():
            ax.plot(end, y, ">", color=palette[y], markersize=3.2, clip_on=False)


def draw_speakers(frame: pd.DataFrame, options: Marks) -> Figure:
    """A mark for each mention, stacked in steps of 0.05; bars of counts where a stack would be higher than twelve."""
    groups = options.groups
    speakers = list(dict.fromkeys(frame["speaker"]))[:MOST_SPEAKERS]
    bins = np.round(frame["evaluation"] / 0.05).astype(int)
    counts = {name: bins[frame["speaker"] == name].value_counts() for name in speakers}
    heights = [max(min(int(c.max()), 12), 4) for c in counts.values()]
    figure, axes = new_figure(
        16 + 2.5 * sum(heights) + 3 * len(speakers),
        nrows=len(speakers),
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": heights},
    )
    palette, shape = colours(groups), markers(groups)
    for ax, name in zip(axes[:, 0], speakers):
        part = frame[frame["speaker"] == name]
        here = bins[part.index]
        home = part["side"].iloc[0] == "home"
        zero_line(ax)
        many = int(counts[name].max()) > 12
        level = here.groupby(here).cumcount()
        base: dict[int, int] = {}
        for g in dict.fromkeys(part["group"]):
            colour = palette.get(g, GREY)
            at = part["group"] == g
            if many:
                for k, n in here[at].value_counts(sort=False).items():
                    ax.bar(0.05 * k, n, 0.042, base.get(k, 0), color=colour if home else "white", edgecolor=colour)
                    base[k] = base.get(k, 0) + n
            else:
                ax.plot(
                    0.05 * here[at],
                    level[at],
                    shape.get(g, "o"),
                    color=colour,
                    markersize=4.4,
                    linestyle="none",
                    markerfacecolor=colour if home else "white",
                    markeredgewidth=0.9,
                    gid=mark_ids(part[at]),
                )
        if many:
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=3))
        else:
            ax.set_ylim(-0.9, max(int(counts[name].max()), 4) - 0.2)
            ax.set_yticks([])
            ax.spines["left"].set_visible(False)
        side = "" if home else f", {part['side'].iloc[0]}"
        n, documents = len(part), part["doc_id"].nunique()
        label = (
            f"{name}\n{', '.join(dict.fromkeys(part['group']))}{side}\n{n} mention{'s' * (n != 1)}, "
            f"{documents} document{'s' * (documents != 1)}"
        )
        ax.text(-0.03 if many else -0.01, 0.5, label, transform=ax.transAxes, ha="right", va="center", fontsize=6.8)
    axes[-1, 0].set_xlim(-1.05, 1.05)
    axes[-1, 0].set_xlabel("evaluation, conflictual (-1) to cooperative (1)")
    return figure
