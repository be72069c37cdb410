"""Documents over time: how much text each group has, and how often each document mentions the target."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.corpus.dated import iso_date, precision
from discourse.corpus.dates import Precision, shown_date
from discourse.figures.kinds import FEW, MANY, REACH, Lengths, OverTime, Rates, Spread
from discourse.figures.names import SYMBOL, name_groups
from discourse.figures.style import GREY, colours, cut_marks, mark_ids, markers, new_figure


def _draw_rows(frame: pd.DataFrame, groups: list[str], column: str, label: str) -> Figure:
    """A row for each document under the name of its group, in order of date, with title and date."""
    present = [g for g in groups if (frame["group"] == g).any()]
    palette, shape = colours(groups), markers(groups)
    rows: list[tuple[str, str, float, str, str]] = []
    for g in present:
        part = frame[frame["group"] == g].sort_values(["date", "title"])
        rows.append(
            (
                g,
                f"{SYMBOL.get(shape[g], '●')} {g}: n = {len(part)} document{'s' * (len(part) != 1)}",
                float("nan"),
                "",
                "",
            )
        )
        for row in part.to_dict("records"):
            when = iso_date(row)
            dated = f" ({shown_date(when, short=True)})" if when else ""
            title = "\n".join(textwrap.wrap(row["title"] + dated, 62))
            beside = f" in {row['n_tokens']:,} tokens" if column != "value" else ""
            rows.append((g, title, float(row[column]), f"{row[column]:,.0f}{beside}", row["mark"]))
    lines = [name.count("\n") + 1 for _, name, *_ in rows]
    figure, ax = new_figure(11 + 3.3 * sum(lines) + 1.2 * len(rows))
    position, y = [], 0.0
    for n, (g, _, value, text, mark) in zip(lines, rows):
        y += n / 2
        position.append(y)
        if value == value:
            ax.plot([0, value], [y, y], color=palette[g], linewidth=1.0, alpha=0.6)
            ax.plot(value, y, shape[g], color=palette[g], markersize=4, clip_on=False, gid=mark)
            ax.annotate(text, (value, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=6.5)
        y += n / 2 + 0.35
    ax.set_yticks(position, [name for _, name, *_ in rows], fontsize=6.8)
    for tick, (g, _, value, *_) in zip(ax.get_yticklabels(), rows):
        tick.set_color(palette[g])
        tick.set_fontweight("normal" if value == value else "bold")
    ax.set_ylim(y, -0.3)
    # Room for the numbers beside the longest bar.
    ax.set_xlim(0, max(float(frame[column].max()) * 1.22, 1))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
    ax.set_xlabel(label)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return figure


def dates(ax: Axes, frame: pd.DataFrame) -> None:
    """Years or months below an axis, as far as the dates of the frame are known."""
    span = (frame["date"].max() - frame["date"].min()).days
    known = precision(frame)
    # Months of more than three years would run together.
    if span > 3 * 365 or known.coarser_than(Precision.MONTH):
        # Left to itself, the axis of a few years has a mark for each half.
        if span < 9 * 365:
            ax.xaxis.set_major_locator(mdates.YearLocator())
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    else:
        # No mark for a day where none is known.
        few_months = known == Precision.MONTH and span < 200
        locator = mdates.MonthLocator() if few_months else mdates.AutoDateLocator(minticks=2, maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    ax.margins(x=0.03)


def group_labels(ax: Axes, frame: pd.DataFrame, groups: list[str]) -> None:
    """Names of the groups above the plot, with the number of documents: rows, or the sum over periods."""
    n_documents = frame["n_documents"] if "n_documents" in frame else pd.Series(1, frame.index)
    present = [g for g in groups if (frame["group"] == g).any()]
    of = {g: int(n_documents[frame["group"] == g].sum()) for g in present}
    figure = ax.get_figure(root=True)
    assert figure is not None
    name_groups(figure, groups, {g: f"{g}: n = {n:,} document{'s' * (n != 1)}" for g, n in of.items()})


def apart(frame: pd.DataFrame) -> pd.Series:
    """Dates, those that are alike moved apart by a hair, so that marks of one day do not hide each other."""
    days = frame.groupby("date")["date"]
    place, n = days.cumcount(), days.transform("size")
    span = frame["date"].max() - frame["date"].min()
    # All marks of a day within a fiftieth of the axis.
    step = (0.02 / n).clip(upper=0.006) * span
    return frame["date"] + (place - (n - 1) / 2) * step


def draw_corpus(frame: pd.DataFrame, options: Lengths) -> Figure:
    """A stem for each document, its height its length in tokens; a bar with its title where there are few."""
    groups = list(options.groups)
    if len(frame) <= FEW:
        return _draw_rows(frame, groups, "value", "tokens in the document")
    figure, ax = new_figure(62)
    palette, shape = colours(groups), markers(groups)
    frame = frame.assign(date=apart(frame))
    for g in groups:
        part = frame[frame["group"] == g]
        ax.vlines(part["date"], 0, part["value"], color=palette[g], linewidth=0.8, alpha=0.6)
        ax.plot(part["date"], part["value"], shape[g], color=palette[g], markersize=3.2, gid=mark_ids(part))
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
    ax.set_ylabel("tokens in the document")
    dates(ax, frame)
    group_labels(ax, frame, groups)
    return figure


def draw_spread(frame: pd.DataFrame, options: Spread) -> Figure:
    """Above: the median length of the documents of each period and the band of the middle 80%; below: their number."""
    groups = list(options.groups)
    figure, (above, below) = new_figure(76, nrows=2, sharex=True, height_ratios=[2, 1])
    palette, shape = colours(groups), markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        above.vlines(part["date"], part["tokens_q10"], part["tokens_q90"], color=palette[g], linewidth=2.6, alpha=0.25)
        names = mark_ids(part, "tokens_median")
        above.plot(part["date"], part["tokens_median"], shape[g], color=palette[g], markersize=3.2, gid=names)
        below.vlines(part["date"], 0, part["n_documents"], color=palette[g], linewidth=2.6, alpha=0.6)
    above.set_ylabel("tokens in a document")
    below.set_ylabel("documents")
    for ax in (above, below):
        ax.set_ylim(0, None)
        ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
    dates(below, frame)
    group_labels(above, frame, groups)
    return figure


def draw_salience(frame: pd.DataFrame, options: Rates) -> Figure:
    """A pale point for each document, a line with a band for each group, a point with its interval for each of its periods; a bar with
    its title for each document where there are few, no document where there are many."""
    # Where a group has no rate, its periods have none.
    groups, periods = list(options.groups), options.periods if options.rates is not None else None
    if len(frame) <= FEW:
        return _draw_rows(frame, groups, "n_mentions", "mentions in the document")
    figure, ax = new_figure(72)
    palette, shape = colours(groups), markers(groups)
    many = len(frame) > MANY
    for g in groups:
        part = frame[frame["group"] == g]
        if options.rates is not None and len(part):
            level(ax, part, options.rates[options.rates["stratum"] == g].iloc[0], palette[g])
            if periods is not None:
                _means(ax, periods[periods["group"] == g], palette[g], shape[g])
    if many:
        top = ax.get_ylim()[1]
        # One interval of a period with little text would press all others together; the axis must not cut the marks at 0.
        if periods is not None and len(periods):
            top = min(top, REACH * float(periods["estimate"].max()) or top)
        ax.set_ylim(-0.02 * top, top)
    else:
        _documents(ax, frame.assign(date=apart(frame)), groups)
    if periods is not None:
        for g in groups:
            cut_marks(ax, periods[periods["group"] == g], palette[g])
    ax.set_ylabel("mentions per 10,000 tokens")
    dates(ax, frame)
    group_labels(ax, frame, groups)
    return figure


def level(ax: Axes, part: pd.DataFrame, row: pd.Series, colour: str) -> None:
    """The rate of a group as a line over its time, its interval as a band."""
    span = [part["date"].min(), part["date"].max()]
    ax.plot(span, [row["estimate"]] * 2, color=colour, linewidth=1.4)
    if row["low"] == row["low"]:
        ax.fill_between(span, row["low"], row["high"], color=colour, alpha=0.16, linewidth=0)


def _documents(ax: Axes, frame: pd.DataFrame, groups: list[str]) -> None:
    """A pale mark for each document, the three highest with their titles."""
    palette, shape = colours(groups), markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        style: Any = {"color": palette[g], "markersize": 3.0, "alpha": 0.4, "zorder": 1.9}
        ax.plot(part["date"], part["value"], shape[g], gid=mark_ids(part, "value"), **style)
    for row in frame.nlargest(3, "value").itertuples():
        # A title near the right edge would leave the figure.
        late = row.date > frame["date"].min() + 0.85 * (frame["date"].max() - frame["date"].min())
        ax.annotate(
            textwrap.shorten(str(row.title), 60, placeholder=" …"),
            (row.date, row.value),
            xytext=(-4 if late else 4, 0),
            textcoords="offset points",
            ha="right" if late else "left",
            va="center",
            fontsize=6.5,
            color=GREY,
        )
    # The axis must not cut the marks at 0.
    high = max(float(frame["value"].max()), 1.0)
    ax.set_ylim(-0.02 * high, 1.08 * high)


def _means(ax: Axes, line: pd.DataFrame, colour: str, marker: str) -> None:
    """Means of periods with their intervals, joined by a line."""
    if line.empty:
        return
    ax.plot(line["date"], line["estimate"], color=colour, linewidth=0.7, alpha=0.7)
    ax.vlines(line["date"], line["low"], line["high"], color=colour, linewidth=1.2)
    ax.plot(
        line["date"],
        line["estimate"],
        marker,
        color=colour,
        markersize=4.4,
        linestyle="none",
        markeredgecolor="white",
        markeredgewidth=0.5,
        gid=mark_ids(line, "estimate"),
    )


def draw_stance(frame: pd.DataFrame, options: OverTime) -> Figure:
    """A point with its interval for each period of a group; a pale point for each document, larger with more mentions, where they are
    marked."""
    groups, periods = list(options.groups), options.periods
    figure, ax = new_figure(76)
    palette, shape = colours(groups), markers(groups)
    ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    if options.marks:
        _by_mentions(ax, frame.assign(date=apart(frame)), groups)
    for g in groups:
        _means(ax, periods[periods["group"] == g], palette[g], shape[g])
    # The axis must not cut the marks at its ends.
    ax.set_ylim(-1.02, 1.02)
    ax.set_yticks([-1, -0.5, 0, 0.5, 1])
    ax.set_ylabel("evaluation\nconflictual (-1) to cooperative (1)")
    dates(ax, frame)
    group_labels(ax, frame, groups)
    return figure


def _by_mentions(ax: Axes, frame: pd.DataFrame, groups: list[str]) -> None:
    """A pale mark for each document, larger with more mentions."""
    palette, shape = colours(groups), markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        ax.scatter(
            part["date"],
            part["value"],
            s=3 + 1.5 * part["n_mentions"].clip(upper=40),
            marker=shape[g],
            color=palette[g],
            alpha=0.3,
            linewidths=0,
            gid=mark_ids(part, "value"),
        )
