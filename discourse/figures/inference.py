"""Differences beside what noise looks like, what the mix explains, and other dates."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.style import COLOURS, GREY, LIGHT, colours, new_figure, plain_axis, range_bar, zero_line

QUANTILES = {"low": 0.025, "q10": 0.1, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9, "high": 0.975}
FILL = {"differs": "full", "may differ": "left"}


def layout_noise(
    observed: Mapping[str, tuple[float, float, float]], nulls: Mapping[str, Mapping[str, np.ndarray]], least: int = 4
) -> pd.DataFrame:
    """Observed differences and the distributions of differences where there is none.

    Parameters
    ----------
    observed : mapping of str to (estimate, low, high)
        By panel.
    nulls : mapping of str to mapping of str to ndarray
        By panel and name of the null: differences.
    least : int
        Values below which a distribution is not drawn.

    Returns
    -------
    DataFrame
        `panel`, `row`, `estimate`, `low`, `q10`, `q25`, `median`, `q75`, `q90`, `high`, `n`; of the observed difference `low` and
        `high` are the interval.
    """
    rows = []
    for panel, (estimate, low, high) in observed.items():
        rows.append({"panel": panel, "row": "observed", "estimate": estimate, "low": low, "high": high, "n": 1})
        for name, values in nulls[panel].items():
            if not any(len(other.get(name, ())) for other in nulls.values()):
                continue
            row: dict[str, object] = {"panel": panel, "row": name, "n": len(values)}
            if len(values) >= least:
                row |= dict(zip(QUANTILES, np.quantile(values, list(QUANTILES.values())).tolist()))
            rows.append(row)
    return pd.DataFrame(rows, columns=["panel", "row", "estimate", *QUANTILES, "n"])


def draw_noise(frame: pd.DataFrame, groups: Sequence[str], titles: Mapping[str, str]) -> Figure:
    """A column for each measure; the observed difference above, the distributions of noise below it."""
    panels = list(dict.fromkeys(frame["panel"]))
    rows = list(dict.fromkeys(frame["row"]))
    figure, axes = new_figure(20 + 9 * len(rows), ncols=len(panels), sharey=True, squeeze=False)
    palette = colours(groups)
    for ax, panel in zip(axes[0], panels):
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
                ax.plot(row["estimate"], y, "o", color="black", markersize=5, zorder=3)
                continue
            if row["low"] != row["low"]:
                ax.text(0, y, f"too few (n = {int(row['n'])})", color=GREY, ha="center", va="center", fontsize=6.5)
                continue
            ax.text(
                1.0, y - 0.32, f"n = {int(row['n']):,}", transform=ax.get_yaxis_transform(), ha="right", va="center",
                color=GREY, fontsize=6.2,
            )  # fmt: skip
            colour = next((palette[g] for g in sorted(groups, key=len, reverse=True) if name.endswith(g)), GREY)
            for low, high, width in (("low", "high", 1.2), ("q10", "q90", 3.6), ("q25", "q75", 7.0)):
                range_bar(ax, y, row[low], row[high], colour, width, alpha=0.45)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.set_xlabel(titles.get(panel, panel))
        plain_axis(ax, y=True)
    names = ["the difference" if r == "observed" else "\n".join(textwrap.wrap(r, 30)) for r in rows]
    axes[0, 0].set_yticks(range(len(rows)), names)
    axes[0, 0].set_ylim(len(rows) - 0.5, -0.5)
    return figure


def layout_items(answers: pd.DataFrame, labels: Mapping[str, str], most: int = 24) -> pd.DataFrame:
    """Terms or topics with their intervals and the ranges of random halves; the largest difference first.

    Parameters
    ----------
    answers : DataFrame
        `item`, `estimate`, `low`, `high`, `certainty`, `halves_study_low`...
    labels : mapping of str to str
        What the figure calls the items; the items themselves by default.
    most : int
        Rows to show.
    """
    frame = answers.reindex(answers["estimate"].sort_values(ascending=False, kind="stable").index)
    if len(frame) > most:
        frame = pd.concat([frame.head(most // 2), frame.tail(most - most // 2)])
    frame = frame.assign(label=[labels.get(i, i) for i in frame["item"]])
    for end in ("study", "reference"):
        for part in ("low", "high"):
            if f"halves_{end}_{part}" not in frame:
                frame[f"halves_{end}_{part}"] = np.nan
    columns = ["item", "label", "estimate", "low", "high", "p_family", "q", "n_documents", "certainty"]
    halves = [f"halves_{end}_{part}" for end in ("study", "reference") for part in ("low", "high")]
    return frame[[*columns, *halves]].reset_index(drop=True)


def draw_items(frame: pd.DataFrame, study: str, reference: str, groups: Sequence[str], unit: str) -> Figure:
    """A row for each item: the difference with its interval, and the two ranges of random halves behind it."""
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
            fillstyle=FILL.get(row.certainty, "none"), markerfacecoloralt="white",
        )  # fmt: skip
    ax.set_yticks(range(len(frame)), labels)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.set_xlabel(f"{unit}: {study} minus {reference}")
    plain_axis(ax, y=True)
    return figure


def layout_composition(splits: Mapping[str, Mapping[str, pd.DataFrame]], names: Mapping[str, str]) -> pd.DataFrame:
    """The parts of a difference, for each measure and each way to divide the text.

    Parameters
    ----------
    splits : mapping of str to mapping of str to DataFrame
        By measure and column: `part`, `estimate`, `low`, `high`.
    names : mapping of str to str
        What a part is called.
    """
    parts = []
    for measure, columns in splits.items():
        for column, table in columns.items():
            table = table[(table["estimate"] != 0) | (table["part"].isin(["difference", "within"]))]
            parts.append(table.assign(measure=measure, column=column))
    if not parts:
        return pd.DataFrame(columns=["measure", "column", "part", "label", "estimate", "low", "high"])
    frame = pd.concat(parts, ignore_index=True)
    frame["label"] = [
        names.get(p, p.replace("mix: ", "mix of ") + ("s" if p.startswith("mix: ") else "")) for p in frame["part"]
    ]
    return frame[["measure", "column", "part", "label", "estimate", "low", "high"]]


def draw_composition(frame: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """A block of rows for each way to divide the text, a column for each measure."""
    measures = list(dict.fromkeys(frame["measure"]))
    rows = list(dict.fromkeys(zip(frame["column"], frame["label"])))
    blocks = list(dict.fromkeys(frame["column"]))
    figure, axes = new_figure(18 + 5.2 * len(rows) + 7 * len(blocks), ncols=len(measures), sharey=True, squeeze=False)
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
    for ax, measure in zip(axes[0], measures):
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
            ax.plot(row.estimate, at, "D" if whole else "o", color=colour, markersize=4.2, zorder=3)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.set_xlabel(titles.get(measure, measure))
        plain_axis(ax, y=True)
    ticks = [*heads.values(), *place.values()]
    axes[0, 0].set_yticks(ticks, [*(f"by {b}" for b in heads), *(label for _, label in place)])
    for label in axes[0, 0].get_yticklabels()[: len(heads)]:
        label.set_fontweight("bold")
    axes[0, 0].set_ylim(y - 0.6, -0.6)
    return figure


def layout_event(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Differences at the event and at placebo dates, for each measure; `measure`, `date`, `placebo`, `value`, `n_before`, `n_after`."""
    parts = []
    for measure, table in tables.items():
        value = table.columns[-1]
        parts.append(table.rename(columns={value: "value"}).assign(measure=measure))
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["measure", "date", "placebo", "value"])
    )


def draw_event(frame: pd.DataFrame, titles: Mapping[str, str], event: str) -> Figure:
    """A row for each measure: the difference at each date, that of the event marked."""
    measures = list(dict.fromkeys(frame["measure"]))
    figure, axes = new_figure(12 + 42 * len(measures), nrows=len(measures), sharex=True, squeeze=False)
    for ax, measure in zip(axes[:, 0], measures):
        part = frame[frame["measure"] == measure]
        placebo, real = part[part["placebo"]], part[~part["placebo"]].iloc[0]
        ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
        ax.plot(placebo["date"], placebo["value"], ".", color=GREY, markersize=3, alpha=0.8)
        ax.axhspan(placebo["value"].min(), placebo["value"].max(), color=LIGHT, alpha=0.4, linewidth=0, zorder=0)
        ax.plot(real["date"], real["value"], "D", color="black", markersize=5, zorder=3)
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
