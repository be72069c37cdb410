"""Measures of documents over time, a panel for each."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Scores
from discourse.figures.style import colours, mark_ids, markers, new_figure
from discourse.figures.timeline import apart, dates, group_labels, level


def draw_scores(frame: pd.DataFrame, options: Scores) -> Figure:
    """A pale mark for each document, or larger ones for the documents of a year, and the level of each group with its interval."""
    groups, levels = list(options.groups), options.levels
    measures = [m for m in options.titles if (frame["measure"] == m).any()]
    figure, axes = new_figure(12 + 30 * len(measures), nrows=len(measures), sharex=True, squeeze=False)
    palette, shape = colours(groups), markers(groups)
    many = "n_documents" in frame
    for ax, measure in zip(axes[:, 0], measures):
        rows = frame[frame["measure"] == measure]
        rows = rows.assign(date=apart(rows))
        for g in groups:
            part = rows[rows["group"] == g]
            if part.empty:
                continue
            found = levels[(levels["item"] == measure) & (levels["stratum"] == g)]
            if len(found) and found["estimate"].notna().all():
                level(ax, part, found.iloc[0], palette[g])
            ax.plot(
                part["date"], part["value"], shape[g], color=palette[g], markersize=3.0, alpha=0.8 if many else 0.45,
                markeredgewidth=0, zorder=1.9, gid=mark_ids(part, "value"),
            )  # fmt: skip
        ax.yaxis.set_major_locator(MaxNLocator(nbins=4))
        ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.4g}")
        ax.margins(y=0.08)
        ax.set_ylabel("\n".join(textwrap.wrap(options.titles[measure], 20)))
        dates(ax, frame)
    group_labels(axes[0, 0], frame[frame["measure"] == measures[0]], groups)
    return figure
