"""Topics by group, and models with different numbers of topics."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import TopicNumbers, Topics
from discourse.figures.names import name_groups
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
)

PANELS = {
    "likelihood": "held-out log-likelihood",
    "coherence": "coherence (NPMI)",
    "exclusivity": "exclusivity (FREX)",
    "match": "match of the fits (cosine)",
}


def draw_topics(frame: pd.DataFrame, options: Topics) -> Figure:
    """A row for each topic with its words; a point and an interval for each group; unstable topics in grey, with a dagger."""
    groups = options.groups
    items = list(dict.fromkeys(frame["item"]))
    words = frame.drop_duplicates("item").set_index("item")["words"]
    unstable = set(frame.loc[frame["unstable"] != "", "item"])
    labels = [f"{i}{'†' * (i in unstable)}\u00a0 " + "\n".join(textwrap.wrap(str(words[i]), 46)) for i in items]
    row_height = max(7.6, 1.4 + 3.3 * max(label.count("\n") + 1 for label in labels))
    figure, ax = new_figure(18 + row_height * len(items))
    palette, shape = colours(groups), markers(groups)
    offset = np.linspace(-0.16, 0.16, len(groups)) if len(groups) > 1 else [0.0]
    for y, item in enumerate(items):
        part = frame[frame["item"] == item].set_index("stratum")
        if y:
            ax.axhline(y - 0.5, color=LIGHT, linewidth=0.4, zorder=0)
        for d, g in zip(offset, groups):
            row = part.loc[g]
            colour = GREY if item in unstable else palette[g]
            range_bar(ax, y + d, row["low"], row["high"], colour)
            ax.plot(
                row["estimate"], y + d, shape[g], color=colour, markersize=3.8, zorder=3,
                markerfacecolor="white" if item in unstable else colour, gid=row["mark"],
            )  # fmt: skip
    ax.set_yticks(range(len(items)), labels)
    ax.set_ylim(len(items) - 0.5, -0.5)
    from_zero(ax)
    ax.set_xlabel("prevalence, % of tokens")
    plain_axis(ax, y=True)
    name_groups(figure, groups)
    return figure


def draw_numbers(frame: pd.DataFrame, options: TopicNumbers) -> Figure:
    """A panel for each measure: a mark for each fit, a line through the means; the number of the model is marked."""
    shown = {column: title for column, title in PANELS.items() if frame[column].notna().any()}
    figure, axes = new_figure(52, ncols=len(shown), squeeze=False)
    numbers = sorted(set(frame["k"]))
    for ax, (column, title) in zip(axes[0], shown.items()):
        ax.axvline(options.chosen, color=LIGHT, linewidth=4, zorder=0)
        names = mark_ids(frame, column)
        ax.plot(frame["k"], frame[column], "o", color=GREY, markersize=2.4, alpha=0.6, zorder=2, gid=names)
        ax.plot(numbers, frame.groupby("k")[column].mean().reindex(numbers), "-o", color="black", markersize=3.2)
        ax.set_title(title)
        ax.set_xticks(numbers)
        ax.set_xlabel("topics")
        ax.yaxis.set_major_locator(MaxNLocator(4))
        ax.margins(x=0.12)
    return figure
