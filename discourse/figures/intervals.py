"""Points with intervals: groups, speakers, topics, sensitivity analyses."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.style import (
    GREY,
    LIGHT,
    colours,
    markers,
    new_figure,
    plain_axis,
    range_bar,
    zero_line,
)
from discourse.figures.timeline import SYMBOL
from discourse.types import Comparison

MOST_SPEAKERS = 12


def layout_levels(comparison: Comparison, items: Sequence[str] | None = None) -> pd.DataFrame:
    """Levels of each group, one row for an item and a group.

    Parameters
    ----------
    comparison : Comparison
        From `compare_ratios`.
    items : sequence of str, optional
        Items to show, in this order.

    Returns
    -------
    DataFrame
        `item`, `stratum`, `estimate`, `low`, `high`, `low_document`, `high_document`, `n_documents`, `n_clusters`, `x`,
        `note`.
    """
    table = comparison.table[comparison.table["contrast"] == "level"]
    if items is not None:
        table = table[table["item"].isin(items)]
        table = table.iloc[np.argsort([list(items).index(i) for i in table["item"]], kind="stable")]
    columns = [
        "item",
        "stratum",
        "estimate",
        "low",
        "high",
        "low_document",
        "high_document",
        "n_documents",
        "n_clusters",
        "x",
        "note",
    ]
    return table[columns].reset_index(drop=True)


COMPONENTS = ("evaluation", "conflictual", "cooperative")


def layout_components(comparison: Comparison) -> pd.DataFrame:
    """Levels of evaluation and of the shares of classes, as `layout_levels`."""
    return layout_levels(comparison, COMPONENTS)


def layout_rows(panels: Mapping[str, Comparison], items: Sequence[str], least: float = 0.0) -> pd.DataFrame:
    """Levels of several comparisons side by side.

    Parameters
    ----------
    panels : mapping of str to Comparison
        Titles and comparisons with the same items.
    items : sequence of str
        Items, in this order.
    least : float
        Items are left out that nowhere reach this estimate.

    Returns
    -------
    DataFrame
        `panel` beside the columns of `layout_levels`.
    """
    frame = pd.concat([layout_levels(c, items).assign(panel=title) for title, c in panels.items()], ignore_index=True)
    most = frame.groupby("item")["estimate"].max()
    frame = frame[frame["item"].map(most).fillna(0) >= least]
    order = {i: k for k, i in enumerate(items)}
    return frame.iloc[np.argsort(frame["item"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


def draw_rows(frame: pd.DataFrame, groups: Sequence[str], labels: Mapping[str, str], unit: str) -> Figure:
    """A row for each item, a column for each panel; a point and intervals for each group."""
    items, panels = list(dict.fromkeys(frame["item"])), list(dict.fromkeys(frame["panel"]))
    height = 2.4 + 3.0 * len(groups)
    figure, axes = new_figure(22 + height * len(items), ncols=len(panels), sharey=True, squeeze=False)
    palette, shape = colours(groups), markers(groups)
    offset = np.linspace(-0.28, 0.28, len(groups)) if len(groups) > 1 else [0.0]
    for ax, panel in zip(axes[0], panels):
        part = frame[frame["panel"] == panel].set_index(["item", "stratum"])
        for y, item in enumerate(items):
            if y:
                ax.axhline(y - 0.5, color=LIGHT, linewidth=0.4, zorder=0)
            for d, g in zip(offset, groups):
                row = part.loc[(item, g)] if (item, g) in part.index else None
                if row is None or row["estimate"] != row["estimate"]:
                    continue
                range_bar(ax, y + d, row["low_document"], row["high_document"], palette[g], 2.6, alpha=0.3)
                range_bar(ax, y + d, row["low"], row["high"], palette[g], 1.0)
                ax.plot(row["estimate"], y + d, shape[g], color=palette[g], markersize=3.6, zorder=3)
        ax.set_xlim(0, None)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.4g}")
        ax.set_xlabel(unit)
        ax.set_title("\n".join(textwrap.wrap(panel, 34)), fontsize=7.2, color="black", pad=3)
        plain_axis(ax, y=True)
    axes[0, 0].set_yticks(range(len(items)), [labels.get(i, i) for i in items])
    axes[0, 0].set_ylim(len(items) - 0.5, -0.5)
    _group_line(figure, groups)
    return figure


def _group_line(figure: Figure, groups: Sequence[str]) -> None:
    """Names of the groups with their marks, above the panels."""
    palette, shape = colours(groups), markers(groups)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0, 0, 1, 1 - 5.5 / (25.4 * figure.get_figheight())))  # type: ignore[call-arg]
    for k, g in enumerate(groups):
        figure.text(
            0.02 + 0.98 * k / len(groups),
            0.995,
            f"{SYMBOL.get(shape[g], '●')} {g}",
            color=palette[g],
            fontweight="bold",
            fontsize=7.2,
            va="top",
        )


def layout_corrected(comparison: Comparison) -> pd.DataFrame:
    """Raw and corrected means of each group and of the difference.

    Returns
    -------
    DataFrame
        `item` (raw, corrected), `contrast`, `stratum`, `estimate`, `low`, `high`, `n_mentions`, `n_coded`, `note`.
    """
    columns = ["item", "contrast", "stratum", "estimate", "low", "high", "n_mentions", "n_coded", "note"]
    return comparison.table[columns].reset_index(drop=True)


def draw_corrected(frame: pd.DataFrame, groups: Sequence[str], unit: str) -> Figure:
    """Two rows for each group and for the difference: as measured, and corrected by the coded sample."""
    strata = list(dict.fromkeys(frame["stratum"]))
    figure, ax = new_figure(16 + 10.5 * len(strata))
    palette, shape = colours(groups), markers(groups)
    zero_line(ax)
    ticks, names = [], []
    for k, stratum in enumerate(strata):
        if k:
            ax.axhline(2.4 * k - 0.7, color=LIGHT, linewidth=0.4, zorder=0)
        for j, item in enumerate(("raw", "corrected")):
            y = 2.4 * k + j
            part = frame[(frame["stratum"] == stratum) & (frame["item"] == item)]
            ticks.append(y)
            names.append(f"{stratum}, {'as measured' if item == 'raw' else 'corrected'}")
            if part.empty:
                continue
            row = part.iloc[0]
            if row["estimate"] != row["estimate"]:
                ax.text(0, y, row["note"] or "too little text", color=GREY, ha="center", va="center", fontsize=6.5)
                continue
            colour = palette.get(stratum, "black")
            range_bar(ax, y, row["low"], row["high"], colour, 1.1, alpha=0.5 if item == "raw" else 1.0)
            ax.plot(
                row["estimate"], y, shape.get(stratum, "o"), color=colour, markersize=4.4, zorder=3,
                markerfacecolor="white" if item == "raw" else colour,
            )  # fmt: skip
    ax.set_yticks(ticks, names)
    ax.set_ylim(2.4 * len(strata) - 0.9, -0.8)
    ax.set_xlabel(unit)
    plain_axis(ax, y=True)
    return figure


def draw_components(frame: pd.DataFrame, groups: Sequence[str], labels: Mapping[str, str]) -> Figure:
    """A small panel for each component; thin dark bars resample clusters, wide pale ones documents."""
    items = list(dict.fromkeys(frame["item"]))
    figure, axes = new_figure(8 + (6.8 + 3.4 * len(groups)) * len(items), nrows=len(items), squeeze=False)
    palette, shape = colours(groups), markers(groups)
    for ax, item in zip(axes[:, 0], items):
        part = frame[frame["item"] == item]
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
                ax.text(0.5, y, row["note"], transform=ax.get_yaxis_transform(), color=GREY, ha="center", va="center")
                continue
            range_bar(ax, y, row["low_document"], row["high_document"], palette[g], 3.2, alpha=0.3)
            range_bar(ax, y, row["low"], row["high"], palette[g], 1.1)
            ax.plot(row["estimate"], y, shape[g], color=palette[g], markersize=4.2, zorder=3)
        ax.set_ylim(-0.6, len(groups) - 0.4)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_title(labels.get(item, item), fontsize=7.2, color="black", pad=2)
        if item == "evaluation":
            zero_line(ax)
        ax.margins(x=0.12)
        if item != "evaluation":
            ax.set_xlim(0, None if part[["estimate", "high", "high_document"]].max().max() > 0 else 1)
    return figure


def layout_panel(salience: Comparison, stance: Comparison | None) -> pd.DataFrame:
    """Salience and stance of each speaker or administration, in the order of the comparison.

    Returns
    -------
    DataFrame
        `measure` (salience or evaluation) beside the columns of `layout_levels`.
    """
    frames = [layout_levels(salience).assign(measure="salience")]
    if stance is not None:
        frames.append(layout_levels(stance, ["evaluation"]).assign(measure="evaluation"))
    return pd.concat(frames, ignore_index=True)


def draw_panel(frame: pd.DataFrame, order: Sequence[str], group_of: Mapping[str, str], groups: Sequence[str]) -> Figure:
    """A row for each speaker; salience on the left, evaluation on the right or the reason why there is none."""
    both = (frame["measure"] == "evaluation").any()
    figure, axes = new_figure(
        18 + 5.6 * len(order),
        ncols=2 if both else 1,
        sharey=True,
        squeeze=False,
        gridspec_kw={"width_ratios": [1.25, 1]} if both else None,
    )
    palette, shape = colours(groups), markers(groups)
    titles = {"salience": "mentions per 10,000 tokens", "evaluation": "evaluation, conflictual (-1) to cooperative (1)"}
    for ax, measure in zip(axes[0], ["salience", "evaluation"]):
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
                    f"too little text ({n} mentions in {int(row['n_documents'])} documents)",
                    va="center",
                    ha="center",
                    fontsize=6.2,
                    color=GREY,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
                )
                continue
            range_bar(ax, y, row["low_document"], row["high_document"], colour, 1.2)
            ax.plot(row["estimate"], y, shape.get(group_of.get(name, ""), "o"), color=colour, markersize=4.2, zorder=3)
        ax.set_xlabel(titles[measure])
        if measure == "evaluation":
            ax.set_xlim(-1, 1)
            zero_line(ax)
        else:
            ax.set_xlim(0, None)
    left = frame[frame["measure"] == "salience"].set_index("stratum")
    axes[0, 0].set_yticks(range(len(order)), [f"{n} ({int(left.loc[n, 'n_documents'])})" for n in order])
    for label, name in zip(axes[0, 0].get_yticklabels(), order):
        label.set_color(palette.get(group_of.get(name, ""), "black"))
    axes[0, 0].invert_yaxis()
    for ax in axes[0]:
        plain_axis(ax, y=True)
    return figure


def layout_topics(prevalence: Comparison, terms: pd.DataFrame, n_words: int = 8) -> pd.DataFrame:
    """Prevalence of each topic in each group, with its top words; sorted by the difference.

    Parameters
    ----------
    prevalence : Comparison
        Items are topic labels.
    terms : DataFrame
        `details["terms"]` of the model.
    n_words : int
        Words in the label.

    Returns
    -------
    DataFrame
        The columns of `layout_levels`, and `words`, `difference`, `difference_low`, `difference_high`.
    """
    words = {f"T{t}": ", ".join(part.sort_values("rank")["term"].head(n_words)) for t, part in terms.groupby("topic")}
    frame = layout_levels(prevalence)
    frame["words"] = frame["item"].map(words)
    change = prevalence.table[prevalence.table["contrast"] == "difference"].set_index("item")
    for column, name in (("estimate", "difference"), ("low", "difference_low"), ("high", "difference_high")):
        frame[name] = frame["item"].map(change[column]) if len(change) else np.nan
    key = frame["difference"] if len(change) else frame["estimate"]
    return frame.iloc[np.argsort(-key.to_numpy(), kind="stable")].reset_index(drop=True)


def draw_topics(frame: pd.DataFrame, groups: Sequence[str]) -> Figure:
    """A row for each topic with its words; a point and an interval for each group."""
    items = list(dict.fromkeys(frame["item"]))
    words = frame.drop_duplicates("item").set_index("item")["words"]
    labels = [f"{i}  " + "\n".join(textwrap.wrap(str(words[i]), 46)) for i in items]
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
            range_bar(ax, y + d, row["low"], row["high"], palette[g])
            ax.plot(row["estimate"], y + d, shape[g], color=palette[g], markersize=3.8, zorder=3)
    ax.set_yticks(range(len(items)), labels)
    ax.set_ylim(len(items) - 0.5, -0.5)
    ax.set_xlim(0, None)
    ax.set_xlabel("prevalence, % of tokens")
    plain_axis(ax, y=True)
    for k, g in enumerate(groups):
        ax.text(
            0.0 + 0.5 * k,
            1.01,
            f"{SYMBOL.get(shape[g], '●')} {g}",
            transform=ax.transAxes,
            color=palette[g],
            fontweight="bold",
            va="bottom",
        )
    return figure


def layout_sensitivity(table: pd.DataFrame) -> pd.DataFrame:
    """Differences under other choices; columns `name`, `measure`, `estimate`, `low`, `high`, `low_document`,
    `high_document`, `n_documents`."""
    return table.reset_index(drop=True)


def draw_sensitivity(frame: pd.DataFrame, study: str, reference: str, titles: Mapping[str, str]) -> Figure:
    """A row for each choice, a column for each measure; bars as in the stance figure."""
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
            ax.plot(row["estimate"], y, "o", color="black", markersize=4.2 if y else 5.2, zorder=3)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.set_xlabel(f"{titles[measure]}\n{study} minus {reference}")
        plain_axis(ax, y=True)
    n_of = frame.drop_duplicates("name").set_index("name")["n_documents"]
    axes[0, 0].set_yticks(
        range(len(names)), ["\n".join(textwrap.wrap(f"{n} (n\u00a0=\u00a0{n_of[n]})", 34)) for n in names]
    )
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return figure


def layout_speakers(mentions: pd.DataFrame) -> pd.DataFrame:
    """Mentions by each speaker with their evaluation; the most frequent speaker first.

    Parameters
    ----------
    mentions : DataFrame
        `speaker`, `side`, `group`, `evaluation`, `doc_id`.
    """
    order = mentions["speaker"].value_counts()
    frame = mentions[["speaker", "side", "group", "doc_id", "evaluation"]].copy()
    frame["n"] = frame["speaker"].map(order)
    return frame.sort_values(["n", "speaker", "evaluation"], ascending=[False, True, True]).reset_index(drop=True)


def draw_speakers(frame: pd.DataFrame, groups: Sequence[str]) -> Figure:
    """A mark for each mention, stacked in steps of 0.05; bars of counts where a stack would be higher than twelve."""
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
