"""From results to the tables that figures draw; pandas only, so that they can be made without drawing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from discourse.compare.notes import NUMBERS
from discourse.compare.terms import clearest
from discourse.corpus.dated import COLUMN
from discourse.types import Comparison

COMPONENTS = ("evaluation", "conflictual", "cooperative")
QUANTILES = {"low": 0.025, "q10": 0.1, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9, "high": 0.975}


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
    return _of(inside, inside["n_tokens"])


def _of(documents: pd.DataFrame, value: pd.Series, *columns: str) -> pd.DataFrame:
    """What every table of documents over time has; dates also as they are known, where not by the day."""
    names = [c for c in ("doc_id", "date", COLUMN, "group", "title", *columns) if c in documents.columns]
    return documents[names].assign(value=value).reset_index(drop=True)


def layout_salience(documents: pd.DataFrame) -> pd.DataFrame:
    """Mentions per 10,000 tokens by document and date; columns as in `layout_corpus`, and `n_mentions`, `n_tokens`."""
    inside = documents[(documents["group"] != "") & (documents["n_tokens"] > 0)]
    return _of(inside, 1e4 * inside["n_mentions"] / inside["n_tokens"], "n_mentions", "n_tokens")


def layout_stance(documents: pd.DataFrame, min_mentions: int = 3) -> pd.DataFrame:
    """Mean evaluation by document with at least `min_mentions` mentions; `n_mentions` beside."""
    inside = documents[(documents["group"] != "") & (documents["n_mentions"] >= min_mentions)]
    return _of(inside, inside["evaluation"] / inside["n_mentions"], "n_mentions")


def layout_levels(comparison: Comparison, items: Sequence[str] | None = None) -> pd.DataFrame:
    """Levels of each group, one row for an item and a group.

    Parameters
    ----------
    comparison : Comparison
        From `compare`.
    items : sequence of str, optional
        Items to show, in this order.

    Returns
    -------
    DataFrame
        `item`, `stratum`, `estimate`, `low`, `high`, `low_document`, `high_document`, `n_documents`, `n_clusters`, `x`,
        `note` with its numbers.
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
        *NUMBERS,
    ]
    return table[columns].reset_index(drop=True)


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
    # Stable, so that groups keep their order within an item.
    return frame.iloc[np.argsort(frame["item"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


def layout_corrected(comparison: Comparison) -> pd.DataFrame:
    """Raw and corrected means of each group and of the difference.

    Returns
    -------
    DataFrame
        `item` (raw, corrected), `contrast`, `stratum`, `estimate`, `low`, `high`, `coder_error`, `n_mentions`, `n_coded`, `note`.
    """
    columns = ["item", "contrast", "stratum", "estimate", "low", "high", "coder_error", "n_mentions", "n_coded", "note"]
    columns += NUMBERS
    return comparison.table.reindex(columns=columns).reset_index(drop=True)


def layout_panel(panels: Mapping[str, Comparison]) -> pd.DataFrame:
    """Levels of several measures for each speaker or administration, in the order of the first.

    Parameters
    ----------
    panels : mapping of str to Comparison
        By the item that they compare.

    Returns
    -------
    DataFrame
        `measure` beside the columns of `layout_levels`.
    """
    return pd.concat([layout_levels(c, [m]).assign(measure=m) for m, c in panels.items()], ignore_index=True)


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


def layout_sensitivity(table: pd.DataFrame) -> pd.DataFrame:
    """Differences under other choices; columns `name`, `measure`, `estimate`, `low`, `high`, `low_document`,
    `high_document`, `n_documents`."""
    return table.reset_index(drop=True)


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


MEASURES = {"log-odds": "estimate", "log ratio": "log_ratio", "g2": "g2", "chi2": "chi2", "bic": "bic"}


def layout_keyness(comparison: Comparison, show: int = 12, measure: str = "log-odds") -> pd.DataFrame:
    """The clearest terms of each group (`discourse.compare.terms.clearest`).

    Parameters
    ----------
    comparison : Comparison
        From `compare_terms`.
    show : int
        Terms for each group.
    measure : {"log-odds", "log ratio", "g2", "chi2", "bic"}
        What is shown. Another than the log-odds orders the terms whose interval excludes 0, and after them the others.

    Returns
    -------
    DataFrame
        Rows of the table with `shown` and its interval `shown_low`, `shown_high` (of the log-odds only), `cautious` (the end of
        the interval nearer to 0, 0 where the interval includes 0), `cautious_document` (the same with documents as the units)
        and `group`; study group first, the clearest first.
    """
    table = comparison.table
    table = table[np.isfinite(table["low"])]
    sign = np.where(table["estimate"] < 0, -1, 1)
    cautious, by_document = (np.where(sign > 0, table[f"low{of}"], -table[f"high{of}"]) for of in ("", "_document"))
    table = table.assign(
        cautious=np.maximum(cautious, 0),
        cautious_document=np.maximum(by_document, 0),
        group=np.where(sign > 0, comparison.study, comparison.reference),
        shown=table[MEASURES[measure]] * (sign if measure == "bic" else 1),
        shown_low=table["low"] if measure == "log-odds" else np.nan,
        shown_high=table["high"] if measure == "log-odds" else np.nan,
    )
    if measure == "log-odds":
        return clearest(table, show).reset_index(drop=True)
    table = table.assign(size=table["shown"].abs(), some=table["cautious"] > 0)
    ordered = table.sort_values(["some", "size", "item"], ascending=[False, False, True])
    parts = [ordered[ordered["group"] == g].head(show) for g in (comparison.study, comparison.reference)]
    return pd.concat(parts, ignore_index=True).drop(columns=["size", "some"])


def layout_collocates(table: pd.DataFrame, shown: Mapping[str, Sequence[str]], most: int = 8) -> pd.DataFrame:
    """The closest collocates of each group with their logDice in all groups; the columns of `layout_levels`, and `panel`.

    Parameters
    ----------
    table : DataFrame
        `group`, `item`, `log_dice` with its interval, `range`.
    shown : mapping of str to sequence of str
        Collocates that are listed for each group, the closest first.
    most : int
        Of each group.
    """
    items = list(dict.fromkeys(item for listed in shown.values() for item in listed[:most]))
    part = table[table["item"].isin(items) & np.isfinite(table["log_dice"].astype(float))]
    frame = pd.DataFrame(
        {
            "item": part["item"],
            "stratum": part["group"],
            "estimate": part["log_dice"],
            "low": part["log_dice_low"],
            "high": part["log_dice_high"],
            "low_document": np.nan,
            "high_document": np.nan,
            "n_documents": part["range"],
            "panel": "",
        }
    )
    order = {item: k for k, item in enumerate(items)}
    return frame.iloc[np.argsort(frame["item"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


def layout_contrast(comparison: Comparison, label: int = 30) -> pd.DataFrame:
    """Every term with its frequency and log-odds; `label` says which are named in the figure."""
    table = comparison.table
    rate = 1e4 * (table["count_study"] + table["count_reference"]) / table["n_tokens"]
    frame = table.assign(rate=rate)[
        ["item", "estimate", "low", "high", "rate", "dp", "range", "count_study", "count_reference"]
    ]
    chosen = layout_keyness(comparison, show=max(label // 2, 1))["item"] if label else []
    return frame.assign(label=frame["item"].isin(chosen), clear=(frame["low"] > 0) | (frame["high"] < 0))


def layout_noise(
    observed: Mapping[str, tuple[float, float, float]],
    nulls: Mapping[str, Mapping[tuple[str, str], np.ndarray]],
    least: int = 4,
) -> pd.DataFrame:
    """Observed differences and the distributions of differences where there is none.

    Parameters
    ----------
    observed : mapping of str to (estimate, low, high)
        By panel.
    nulls : mapping of str to mapping of (str, str) to ndarray
        By panel: differences by the words for the null and the group within which it lies.
    least : int
        Values below which a distribution is not drawn.

    Returns
    -------
    DataFrame
        `panel`, `row`, `group`, `estimate`, `low`, `q10`, `q25`, `median`, `q75`, `q90`, `high`, `n`; of the observed difference
        `low` and `high` are the interval.
    """
    rows = []
    for panel, (estimate, low, high) in observed.items():
        rows.append(
            {"panel": panel, "row": "observed", "group": "", "estimate": estimate, "low": low, "high": high, "n": 1}
        )
        for name, values in nulls[panel].items():
            # A null that one panel has keeps its row in all, as panels share their rows.
            if not any(len(other.get(name, ())) for other in nulls.values()):
                continue
            row: dict[str, object] = {"panel": panel, "row": name[0], "group": name[1], "n": len(values)}
            if len(values) >= least:
                row |= dict(zip(QUANTILES, np.quantile(values, list(QUANTILES.values())).tolist()))
            rows.append(row)
    return pd.DataFrame(rows, columns=["panel", "row", "group", "estimate", *QUANTILES, "n"])


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
        # The largest differences of either sign.
        frame = pd.concat([frame.head(most // 2), frame.tail(most - most // 2)])
    frame = frame.assign(label=[labels.get(i, i) for i in frame["item"]])
    for end in ("study", "reference"):
        for part in ("low", "high"):
            if f"halves_{end}_{part}" not in frame:
                frame[f"halves_{end}_{part}"] = np.nan
    columns = ["item", "label", "estimate", "low", "high", "p_family", "q", "n_documents", "certainty"]
    halves = [f"halves_{end}_{part}" for end in ("study", "reference") for part in ("low", "high")]
    return frame[[*columns, *halves]].reset_index(drop=True)


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
            # Parts for strata of one group only are exactly 0 where there are none.
            table = table[(table["estimate"] != 0) | (table["part"].isin(["difference", "within"]))]
            parts.append(table.assign(measure=measure, column=column))
    if not parts:
        return pd.DataFrame(columns=["measure", "column", "part", "label", "estimate", "low", "high"])
    frame = pd.concat(parts, ignore_index=True)
    frame["label"] = [
        names.get(p, p.replace("mix: ", "mix of ") + ("s" if p.startswith("mix: ") else "")) for p in frame["part"]
    ]
    return frame[["measure", "column", "part", "label", "estimate", "low", "high"]]


def layout_event(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Differences at the event and at placebo dates, for each measure; `measure`, `date`, `placebo`, `value`, `n_before`, `n_after`."""
    parts = []
    for measure, table in tables.items():
        value = table.columns[-1]
        parts.append(table.rename(columns={value: "value"}).assign(measure=measure))
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["measure", "date", "placebo", "value"])
    )


def layout_curve(specifications: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """Specifications of one outcome in the order of their estimates.

    Parameters
    ----------
    specifications : DataFrame
        `estimate`, `low`, `high`, `configured`, and a column for each choice.
    choices : sequence of str
        Those columns.

    Returns
    -------
    DataFrame
        `rank` from 0, `estimate`, `low`, `high`, `configured`, and the choices; specifications without an estimate are left out.
    """
    frame = (
        specifications[specifications["estimate"].notna()].sort_values("estimate", kind="stable").reset_index(drop=True)
    )
    frame.insert(0, "rank", np.arange(len(frame)))
    return frame[["rank", "estimate", "low", "high", "configured", *choices]]
