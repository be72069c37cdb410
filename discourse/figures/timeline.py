"""Documents over time: how much text each group has, and how often each document mentions the target."""

from __future__ import annotations

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from discourse.figures.style import GREY, colours, markers, new_figure
from discourse.types import Comparison


def layout_corpus(documents: pd.DataFrame) -> pd.DataFrame:
    """Documents of the groups by date.

    Parameters
    ----------
    documents : DataFrame
        With `doc_id`, `date`, `group`, `title`, `n_tokens`; documents outside the groups have an empty group.

    Returns
    -------
    DataFrame
        `doc_id`, `date`, `group`, `title`, `value` (tokens).
    """
    inside = documents[documents["group"] != ""]
    return inside[["doc_id", "date", "group", "title"]].assign(value=inside["n_tokens"]).reset_index(drop=True)


def layout_salience(documents: pd.DataFrame) -> pd.DataFrame:
    """Mentions per 10,000 tokens by document and date; columns as in `layout_corpus`, and `n_mentions`, `n_tokens`."""
    inside = documents[(documents["group"] != "") & (documents["n_tokens"] > 0)]
    frame = inside[["doc_id", "date", "group", "title", "n_mentions", "n_tokens"]]
    return frame.assign(value=1e4 * inside["n_mentions"] / inside["n_tokens"]).reset_index(drop=True)


def layout_stance(documents: pd.DataFrame, min_sentences: int = 3) -> pd.DataFrame:
    """Mean evaluation by document with at least `min_sentences` target sentences; `n_sentences` beside."""
    inside = documents[(documents["group"] != "") & (documents["n_sentences"] >= min_sentences)]
    frame = inside[["doc_id", "date", "group", "title", "n_sentences"]]
    return frame.assign(value=inside["evaluation"] / inside["n_sentences"]).reset_index(drop=True)


def _dates(ax: Axes, frame: pd.DataFrame) -> None:
    span = (frame["date"].max() - frame["date"].min()).days
    if span > 3 * 365:
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    else:
        locator = mdates.AutoDateLocator(minticks=2, maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    ax.margins(x=0.03)


def _group_labels(ax: Axes, frame: pd.DataFrame, groups: list[str], what: str) -> None:
    """Name of each group above its documents, with n."""
    palette = colours(groups)
    shape = markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        if part.empty:
            continue
        middle = part["date"].min() + (part["date"].max() - part["date"].min()) / 2
        symbol = {"o": "●", "s": "■", "^": "▲", "D": "◆"}.get(shape[g], "●")
        ax.text(middle, 1.02, f"{symbol} {g}: n = {len(part)} {what}", transform=ax.get_xaxis_transform(), color=palette[g],
                ha="center", va="bottom", fontweight="bold")


def draw_corpus(frame: pd.DataFrame, groups: list[str]) -> Figure:
    """A stem for each document; height is its length in tokens."""
    figure, ax = new_figure(62)
    palette, shape = colours(groups), markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        ax.vlines(part["date"], 0, part["value"], color=palette[g], linewidth=0.8, alpha=0.6)
        ax.plot(part["date"], part["value"], shape[g], color=palette[g], markersize=3.2)
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
    ax.set_ylabel("tokens in the document")
    _dates(ax, frame)
    _group_labels(ax, frame, groups, "documents")
    return figure


def draw_salience(frame: pd.DataFrame, groups: list[str], rates: Comparison | None = None) -> Figure:
    """A point for each document; a line with a band for the rate of each group and its interval."""
    figure, ax = new_figure(72)
    palette, shape = colours(groups), markers(groups)
    for g in groups:
        part = frame[frame["group"] == g]
        ax.plot(part["date"], part["value"], shape[g], color=palette[g], markersize=3.4, alpha=0.85)
        if rates is None or part.empty:
            continue
        row = rates.table[(rates.table["stratum"] == g) & (rates.table["contrast"] == "level")].iloc[0]
        span = [part["date"].min(), part["date"].max()]
        ax.plot(span, [row["estimate"]] * 2, color=palette[g], linewidth=1.4)
        if row["low"] == row["low"]:
            ax.fill_between(span, row["low"], row["high"], color=palette[g], alpha=0.16, linewidth=0)
    top = frame.nlargest(3, "value")
    high = max(float(frame["value"].max()), 1.0)
    for row in top.itertuples():
        late = row.date > frame["date"].min() + 0.85 * (frame["date"].max() - frame["date"].min())
        ax.annotate(str(row.title), (row.date, row.value), xytext=(-4 if late else 4, 0), textcoords="offset points",
                    ha="right" if late else "left", va="center", fontsize=6.5, color=GREY)
    ax.set_ylim(-0.02 * high, 1.08 * high)
    ax.set_ylabel("mentions per 10,000 tokens")
    _dates(ax, frame)
    _group_labels(ax, frame, groups, "documents")
    return figure


def draw_stance(frame: pd.DataFrame, groups: list[str], levels: Comparison | None = None) -> Figure:
    """A point for each document, larger with more target sentences; a line with a band for each group."""
    figure, ax = new_figure(72)
    palette, shape = colours(groups), markers(groups)
    ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    for g in groups:
        part = frame[frame["group"] == g]
        ax.scatter(part["date"], part["value"], s=4 + 3 * part["n_sentences"], marker=shape[g], color=palette[g],
                   alpha=0.75, linewidths=0)
        if levels is None or part.empty:
            continue
        row = levels.table[(levels.table["stratum"] == g) & (levels.table["contrast"] == "level")
                           & (levels.table["item"] == "evaluation")].iloc[0]
        if row["estimate"] == row["estimate"]:
            span = [part["date"].min(), part["date"].max()]
            ax.plot(span, [row["estimate"]] * 2, color=palette[g], linewidth=1.4)
            if row["low"] == row["low"]:
                ax.fill_between(span, row["low"], row["high"], color=palette[g], alpha=0.16, linewidth=0)
    ax.set_ylim(-1.02, 1.02)
    ax.set_yticks([-1, -0.5, 0, 0.5, 1])
    ax.set_ylabel("evaluation\nconflictual (-1) to cooperative (1)")
    _dates(ax, frame)
    _group_labels(ax, frame, groups, "documents")
    return figure
