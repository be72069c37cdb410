"""Terms and topics: keyness in every contrast, and the answers on each term and topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.compare.influence import without_each
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.nulls import share_as_large
from discourse.compare.permutation import permutation_test
from discourse.compare.power import smallest_differences
from discourse.compare.quantities import Contrast, Quantities, pair
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.encode.encoder import fold
from discourse.errors import TooLittleText
from discourse.experiment.composition import items_composition, units_of
from discourse.experiment.inference import DIFFERS, LEAST_PLACEBO, MAY_DIFFER, UNKNOWN, nulls
from discourse.experiment.measures import prevalence_of
from discourse.experiment.prepare import Prepared
from discourse.features.frequency import term_frequency
from discourse.types import Comparison, Features

COLUMNS_OF_ITEMS = (
    "item",
    "estimate",
    "low",
    "high",
    "p",
    "p_family",
    "q",
    "n_documents",
    *(
        f"{null}_{end}{part}"
        for null in ("halves", "placebo")
        for end in ("study", "reference")
        for part in ("_low", "_high", "")
    ),
    "certainty",
    "without",
    "estimate_without",
)
MOST_TERMS = 200  # terms whose power is computed
COLUMNS_OF_TERMS = ("item", "estimate", "low", "high", "n_documents", "p", "p_family", "q")


def two_groups(base: Prepared, contrast: Contrast) -> Design:
    """The design of one contrast alone: group 0 is what it adds, group 1 what it takes away."""
    group = np.full(len(base.design.group), -1)
    names = []
    for k, (_, groups) in enumerate(contrast.parts):
        group[np.isin(base.design.group, groups)] = k
        names.append(str(base.design.names[groups[0]]) if len(groups) == 1 else "the rest")
    return replace(base.design, group=group, names=names)


def term_items(base: Prepared, two: Design, comparison: Comparison) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Nulls and influence of the clearest terms, their mix, and the power for terms by the documents that contain them."""
    table, q = comparison.table, comparison.params["quantities"]
    main = pair(two, 0, 1)
    show = base.plan.config.frequency.show
    clearest = pd.concat([table.nlargest(show, "low"), table.nsmallest(show, "high")])["item"].drop_duplicates()
    place = {item: k for k, item in enumerate(q.items)}
    some = q.only([place[i] for i in clearest])
    least = base.plan.config.inference.min_documents
    answers = items_answers(
        some, two, main, table.assign(p=np.exp(table["log_p"])), base.documents["date"], least, _event(base)
    )
    columns = [c for c in answers.columns if c in COLUMNS_OF_ITEMS]
    mix = items_composition(base.plan, base.documents, some, two, main)
    return answers[columns], mix, term_power(comparison, two, main)


def _event(base: Prepared) -> dt.date | None:
    """The date of the event, if there is one."""
    return base.plan.config.event.date if base.plan.config.event else None


def topic_items(base: Prepared, model: Features, prevalence: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tests, nulls and influence of the topics, and their mix."""
    q = prevalence_of(model, len(base.documents))
    main = base.contrasts[0]
    unit = "cluster" if base.design.cluster is not None else "document"
    tested = permutation_test([q], base.design, main, unit=unit).table.set_index("item")
    table = prevalence.table[prevalence.table["contrast"] == "difference"].set_index("item")
    table = table.assign(p=tested["p"], p_family=tested["p_family"], q=benjamini_hochberg(tested["p"].to_numpy()))
    least = base.plan.config.inference.min_documents
    answers = items_answers(q, base.design, main, table.reset_index(), base.documents["date"], least, _event(base))
    mix = items_composition(base.plan, base.documents, q, base.design, main)
    return answers[[c for c in answers.columns if c in COLUMNS_OF_ITEMS]], mix


def keyness_of(
    base: Prepared, mask: np.ndarray, contrast: Contrast, lengths: Sequence[int]
) -> tuple[dict[int, Comparison], dict[str, str]]:
    """Keyness of terms of these lengths between the two parts of a contrast, and why there is none."""
    config = base.plan.config.frequency
    two = two_groups(base, contrast)
    result, refused = {}, {}
    for n in lengths:
        features = _frequencies(base, mask, two.group, n)
        tokens = features.units["n_tokens"].to_numpy(float)
        alpha0 = config.alpha0 or max(0.1 * min(tokens[two.group == k].sum() for k in (0, 1)), 1.0)
        try:
            result[n] = compare_terms(
                features, two, alpha0=alpha0, min_documents=config.min_documents, min_clusters=config.min_clusters
            )
        except TooLittleText as error:
            refused[f"keyness-{n}"] = str(error)
    return result, refused


def _frequencies(base: Prepared, mask: np.ndarray, group: np.ndarray, n: int) -> Features:
    """Terms of the documents of some groups; those that define a target are left out."""
    config = base.plan.config.frequency
    leave_out = frozenset(fold(w) for w in config.leave_out)
    for target in base.plan.targets:
        leave_out |= target.defining_forms(base.encoded)
    return term_frequency(
        base.encoded,
        n=n,
        mask=mask & np.repeat(group >= 0, np.diff(base.encoded.document_bounds)),
        min_count=config.min_documents,
        min_documents=config.min_documents,
        drop_stop_words=config.drop_stop_words,
        leave_out=leave_out,
    )


def further_terms(base: Prepared, mask: np.ndarray) -> dict[str, pd.DataFrame]:
    """Terms in the further contrasts, by the name of the contrast.

    Returns
    -------
    dict of str to DataFrame
        `item`, `estimate`, `low`, `high` (simultaneous; none for a trend), `n_documents`, `p`, `p_family`, `q`. A difference is a
        log-odds ratio, a trend the change of the rate per 10,000 tokens from one group to the next.
    """
    found = {}
    for contrast in base.contrasts[1:]:
        if contrast.kind == "trend":
            found[contrast.name] = _trend(base, mask, contrast)
            continue
        for comparison in keyness_of(base, mask, contrast, [1])[0].values():
            table = comparison.table
            found[contrast.name] = table.assign(p=np.exp(table["log_p"]))[list(COLUMNS_OF_TERMS)]
    return found


def _trend(base: Prepared, mask: np.ndarray, contrast: Contrast) -> pd.DataFrame:
    """Trends of the rates of terms over the groups in their order, with permutation tests."""
    features = _frequencies(base, mask, base.design.group, 1)
    x = features.units["n_tokens"].to_numpy(float)
    q = Quantities("terms", features.values.astype(float), x, list(features.columns), 1e4, "per 10,000 tokens")
    unit = "cluster" if base.design.cluster is not None else "document"
    table = permutation_test([q], base.design, contrast, unit=unit).table
    inside = np.isin(base.design.group, contrast.groups)
    n = np.diff(features.values[inside].tocsc().indptr)
    table = table.assign(n_documents=n, low=np.nan, high=np.nan, q=benjamini_hochberg(table["p"].to_numpy()))
    return table.sort_values(["estimate", "item"], ascending=[False, True], kind="stable")[list(COLUMNS_OF_TERMS)]


def further_topics(base: Prepared, model: Features, prevalence: Comparison) -> pd.DataFrame:
    """Topics in the further contrasts: intervals and permutation tests; q over all of them."""
    q = prevalence_of(model, len(base.documents))
    unit = "cluster" if base.design.cluster is not None else "document"
    frames = []
    for contrast in base.contrasts[1:]:
        tested = permutation_test([q], base.design, contrast, unit=unit).table.set_index("item")
        table = prevalence.table[prevalence.table["stratum"] == contrast.name].set_index("item")
        frames.append(table.assign(p=tested["p"], p_family=tested["p_family"]).reset_index())
    if not frames:
        return pd.DataFrame()
    every = pd.concat(frames, ignore_index=True)
    every["q"] = benjamini_hochberg(every["p"].to_numpy(float))
    return every[["stratum", "contrast", *COLUMNS_OF_TERMS]]


def items_answers(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    table: pd.DataFrame,
    dates: pd.Series,
    min_documents: int,
    event: dt.date | None = None,
) -> pd.DataFrame:
    """For terms or topics: the range of random halves and placebo dates beside each difference, and the unit that matters most.

    Parameters
    ----------
    table : DataFrame
        `item`, `estimate`, `low`, `high`, `p`, `p_family`, `q` of the same items.
    """
    pair = (contrast.parts[0][1][0], contrast.parts[1][1][0])
    halves, placebo = nulls(q, design, pair, dates, min_documents, event)
    result = table.set_index("item").loc[list(q.items)].reset_index()
    tail = (1 - design.confidence) / 2
    observed = result["estimate"].to_numpy(float)
    largest = np.zeros(len(result))
    for end, g in zip(("study", "reference"), pair):
        null = halves[str(design.names[g])]
        if len(null):
            result[f"halves_{end}_low"], result[f"halves_{end}_high"] = np.quantile(null, [tail, 1 - tail], axis=0)
            result[f"halves_{end}"] = share_as_large(observed, null)
            largest = np.maximum(largest, result[f"halves_{end}"])
        dated = placebo[str(design.names[g])]
        if len(dated) >= LEAST_PLACEBO:
            result[f"placebo_{end}"] = share_as_large(observed, dated)
            largest = np.maximum(largest, result[f"placebo_{end}"])
    level = 1 - design.confidence
    clear = ((result["low"] > 0) | (result["high"] < 0)) & (result["p_family"] < level)
    some = (result["q"] < level) | (result["low"] > 0) | (result["high"] < 0)
    result["certainty"] = np.where(clear & (largest < level), DIFFERS, np.where(some, MAY_DIFFER, UNKNOWN))
    most = without_each(q, design, contrast).groupby("item", sort=False).first()
    turned = np.sign(most["estimate"].reindex(result["item"]).to_numpy()) == -np.sign(observed)
    result.loc[turned & (result["certainty"] == DIFFERS), "certainty"] = MAY_DIFFER
    result["without"] = most["label"].reindex(result["item"]).to_numpy()
    result["estimate_without"] = most["estimate"].reindex(result["item"]).to_numpy()
    return result


def term_power(comparison: Comparison, design: Design, contrast: Contrast) -> pd.DataFrame:
    """The smallest log-odds ratio that simultaneous intervals could have shown, for up to `MOST_TERMS` terms of all frequencies."""
    table, q = comparison.table, comparison.params["quantities"]
    unit = units_of(design)[0]
    order = table.sort_values(["n_documents", "item"], kind="stable").reset_index(drop=True)
    chosen = order.iloc[np.unique(np.linspace(0, len(order) - 1, min(MOST_TERMS, len(order))).round().astype(int))]
    place = {item: k for k, item in enumerate(q.items)}
    at = [place[i] for i in chosen["item"]]
    some = q.only(at)
    one, other, base = comparison.params["critical"][unit]
    found = smallest_differences(some, design, contrast, unit=unit, critical=(one[at], other[at], base))
    sizes = [len(some.units(design, list(groups), unit).x) for _, groups in contrast.parts]
    return found.assign(
        contrast=contrast.kind,
        stratum=contrast.name,
        target="",
        unit=design.cluster_name if unit == "cluster" else unit,
        n_study=sizes[0],
        n_reference=sizes[1],
        n_documents=chosen["n_documents"].to_numpy(),
    )
