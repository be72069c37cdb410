"""Topics by group, and models with different numbers of topics."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import TopicNumbers, TopicPriors, Topics, TopicWords
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
    zero_line,
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


def draw_priors(frame: pd.DataFrame, options: TopicPriors) -> Figure:
    """A filled mark with its interval for the difference of the model, a hollow one with one prior; grey is what shuffled covariates make."""
    items = list(frame["item"])
    labels = [f"{r.item}\u00a0 " + "\n".join(textwrap.wrap(str(r.words), 40)) for r in frame.itertuples()]
    figure, ax = new_figure(22 + 7.6 * len(items))
    ax.axvspan(-options.shuffled, options.shuffled, color=LIGHT, linewidth=0, zorder=0)
    zero_line(ax)
    for y, row in enumerate(frame.itertuples()):
        range_bar(ax, y - 0.14, float(row.low), float(row.high), "black")
        ax.plot(row.estimate, y - 0.14, "o", color="black", markersize=4.0, zorder=3, gid=row.mark)
        ax.plot(row.one_prior, y + 0.2, "D", color="black", markersize=3.6, zorder=4, markerfacecolor="white")
    ax.set_yticks(range(len(items)), labels)
    ax.set_ylim(len(items) - 0.5, -0.5)
    ends = np.abs(frame[["estimate", "low", "high", "one_prior"]].to_numpy(float))
    limit = 1.08 * max(float(np.nanmax(ends)), options.shuffled)
    ax.set_xlim(-limit, limit)
    _directions(ax, options)
    ax.set_xlabel("difference in prevalence, percentage points")
    plain_axis(ax, y=True)
    return figure


def draw_words(frame: pd.DataFrame, options: TopicWords) -> Figure:
    """Words under the name of their topic; filled where the interval excludes 0."""
    palette, shape = colours(options.groups), markers(options.groups)
    topics = list(dict.fromkeys(frame["item"]))
    figure, ax = new_figure(18 + 3.9 * (len(frame) + 1.3 * len(topics)))
    zero_line(ax)
    places, y = [], 0.0
    for item in topics:
        part = frame[frame["item"] == item]
        ax.text(
            0.0, y, f"{item}  {part['words'].iloc[0]}", transform=ax.get_yaxis_transform(), fontsize=6.8,
            fontweight="bold", va="center", ha="left", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
        for row in part.itertuples():
            y += 1
            group = options.study if row.estimate >= 0 else options.reference
            range_bar(ax, y, float(row.low), float(row.high), palette[group])
            fill = palette[group] if row.low > 0 or row.high < 0 else "white"
            ax.plot(
                row.estimate, y, shape[group], color=palette[group], markersize=3.9, zorder=3, markerfacecolor=fill,
                gid=row.mark,
            )  # fmt: skip
            places.append((y, f"{row.term} ({row.count_study:,.0f} : {row.count_reference:,.0f})"))
        y += 1.3
    ax.set_yticks([at for at, _ in places], [label for _, label in places])
    ax.set_ylim(y - 0.6, -0.9)
    limit = max(1.05 * float(np.nanmax(np.abs(frame[["estimate", "low", "high"]].to_numpy(float)))), 0.1)
    ax.set_xlim(-limit, limit)
    _directions(ax, options)
    ax.set_xlabel("log-odds ratio (natural logarithm) within the topic")
    plain_axis(ax, y=True)
    return figure


def _directions(ax: Axes, options: TopicPriors | TopicWords) -> None:
    """Which side of 0 is whose, above the axes."""
    palette = colours(options.groups)
    for x, text, group, align in (
        (0.0, "◄ more in {}", options.reference, "left"),
        (1.0, "more in {} ►", options.study, "right"),
    ):
        ax.text(
            x, 1.01, text.format(group), transform=ax.transAxes, color=palette[group], fontweight="bold", va="bottom",
            ha=align,
        )  # fmt: skip
