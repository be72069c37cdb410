"""Salience of a target and stance toward it by group, by a column, by speaker, over time, and with other choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.compare.quantities import Contrast, Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.corpus.offices import administration
from discourse.errors import DiscourseError, did_you_mean
from discourse.experiment.plan import Plan
from discourse.experiment.sample import fail, make_design, selected
from discourse.features.frequency import document_units
from discourse.features.stance import ACTS, CLASSES, ROLES, Lexicon, metadiscourse, stance
from discourse.features.target import Target, count_by_document, mentions
from discourse.features.topics import topic_by_document
from discourse.types import Comparison, EncodedCorpus, Features

LEAST_FOR_LEVEL = 5  # documents, and documents with mentions, for the interval of a speaker or period
SALIENCE = "mentions per 10,000 tokens"
EVALUATION = "mean evaluation per mention"
_NO_NUMBERS = ["estimate", "low", "high", "low_document", "high_document"]


def only(features: Features, keep: np.ndarray) -> Features:
    """Rows of features; records of the mentions that stay are numbered anew."""
    details = {}
    for name, table in features.details.items():
        place = np.cumsum(keep) - 1
        inside = keep[table["mention"].to_numpy(np.int64)]
        details[name] = (
            table[inside].assign(mention=place[table["mention"].to_numpy(np.int64)[inside]]).reset_index(drop=True)
        )
    units = features.units[keep].reset_index(drop=True)
    return replace(features, values=features.values[keep], units=units, details=details)


@dataclass(frozen=True)
class Measured:
    """Mentions of a target and stance toward it, by document and by group.

    `found` holds the mentions in the groups on all sides, `scored` every mention with its stance; `counted` marks the rows of
    `scored` on the home side in the groups, which `documents` and the comparisons count.
    """

    target: Target
    found: Features
    scored: Features
    counted: np.ndarray
    documents: pd.DataFrame
    salience: Comparison
    stance: Comparison
    acts: Comparison
    manner: Mapping[str, Comparison] = field(default_factory=dict)


def with_groups(encoded: EncodedCorpus, mask: np.ndarray, design: Design) -> pd.DataFrame:
    """Documents with the number of their tokens that count, and the name of their group."""
    documents = document_units(encoded, mask)
    documents["group"] = np.array([*design.names, ""], object)[design.group]
    return documents


def salience_of(target: str, documents: pd.DataFrame) -> Quantities:
    """Mentions of the target per 10,000 tokens, by document."""
    y, x = documents[["n_mentions"]].to_numpy(float), documents["n_tokens"].to_numpy(float)
    return Quantities("mentions", y, x, ["salience"], 1e4, SALIENCE, target=target)


def evaluation_of(target: str, documents: pd.DataFrame) -> Quantities:
    """Mean evaluation of the mentions, by document."""
    y, x = documents[["evaluation"]].to_numpy(float), documents["n_mentions"].to_numpy(float)
    return Quantities("stance", y, x, ["evaluation"], 1.0, EVALUATION, (-1.0, 1.0), target=target)


def shares_of(target: str, documents: pd.DataFrame) -> Quantities:
    """Classes and parts of the target in percent of the mentions, by document."""
    items = [*CLASSES, *ROLES]
    y, x = documents[items].to_numpy(float), documents["n_mentions"].to_numpy(float)
    return Quantities("classes and parts", y, x, items, 100.0, "% of mentions", (0.0, 100.0), target=target)


def prevalence_of(model: Features, n_documents: int) -> Quantities:
    """Prevalence of each topic in percent of the tokens, by document."""
    y, x = topic_by_document(model, n_documents)
    return Quantities("topics", y, x, list(model.columns), 100.0, "prevalence, % of tokens", (0.0, 100.0))


def stacked(first: Comparison, *others: Comparison) -> Comparison:
    """Comparisons of the same groups as one, under the measure of the first."""
    table = pd.concat([first.table, *(c.table for c in others)], ignore_index=True)
    return replace(first, table=table)


def score_mentions(
    plan: Plan, encoded: EncodedCorpus, target: Target, words: np.ndarray, lexicons: Mapping[str, Lexicon]
) -> Features:
    """Every mention of a target among these words, with its stance by the rules."""
    settings = plan.config.stance
    found = mentions(encoded, target, words)
    return stance(encoded, found, lexicons, half_distance=settings.half_distance, scale=settings.scale)


def target_measures(
    plan: Plan,
    encoded: EncodedCorpus,
    words: np.ndarray,
    design: Design,
    scored: Features,
    target: Target,
    lexicons: Mapping[str, Lexicon],
    contrasts: Sequence[Contrast],
) -> Measured:
    """Salience of a target and stance toward it where these words count.

    Parameters
    ----------
    words : ndarray of bool, shape (n_tokens,)
        Tokens that count, on all sides.
    scored : Features
        Mentions among these words, with their stance.
    """
    config = plan.config
    home = (encoded.turns["side"] == "home").to_numpy()
    mask = words & np.repeat(home, np.diff(encoded.turn_bounds))
    documents = with_groups(encoded, mask, design)
    units = scored.units
    chosen = design.group[units["document"].to_numpy(np.int64)] >= 0
    ours = home[units["turn"].to_numpy(np.int64)]
    documents = with_stance(documents, only(scored, ours))
    spoken = metadiscourse(encoded, np.unique(units["sentence"].to_numpy(np.int64)[ours]), lexicons, mask)
    least = config.inference.min_documents
    salience = compare(
        salience_of(target.name, documents),
        design,
        contrasts,
        min_documents=least,
        needed_documents=least if plan.pair else 1,
    )
    evaluated = stance_by_group(documents, design, plan, target.name, contrasts)
    refused = _refused(evaluated)
    allowed = [c for c in contrasts if not {design.names[g] for g in c.groups} & refused]
    return Measured(
        target,
        only(scored, chosen),
        scored,
        chosen & ours,
        documents,
        salience,
        evaluated,
        _without(acts_by_group(documents, only(scored, ours), design, plan, target.name, allowed), refused),
        {k: _without(c, refused) for k, c in manner_by_group(spoken, design, plan, target.name, allowed).items()},
    )


def with_stance(documents: pd.DataFrame, scored: Features) -> pd.DataFrame:
    """Documents with mentions, sentences that mention the target, the sum of the evaluations, and counts of classes and parts."""
    n = len(documents)
    units = scored.units
    where = units["document"].to_numpy(np.int64)
    first = ~units["sentence"].duplicated().to_numpy()
    documents = documents.assign(
        n_mentions=count_by_document(scored, n),
        n_sentences=np.bincount(where[first], minlength=n),
        evaluation=np.bincount(where, scored.values[:, 0], n),
    )
    for column, values in (("class_", CLASSES), ("who_acts", ROLES)):
        for value in values:
            documents[value] = np.bincount(where[(units[column] == value).to_numpy()], minlength=n)
    return documents


def _refused(comparison: Comparison) -> set[str]:
    """Groups of which nothing can be said."""
    levels = comparison.table[(comparison.table["contrast"] == "level") & (comparison.table["item"] == "evaluation")]
    return set(levels.loc[levels["estimate"].isna(), "stratum"])


def _without(comparison: Comparison, refused: set[str]) -> Comparison:
    """The comparison with "too little text" for the groups that are refused."""
    table = comparison.table.copy()
    at = table["stratum"].isin(refused)
    table.loc[at, _NO_NUMBERS] = np.nan
    table.loc[at, "note"] = "too little text"
    return Comparison(table, comparison.measure, comparison.study, comparison.reference, comparison.params)


def stance_by_group(
    documents: pd.DataFrame, design: Design, plan: Plan, target: str, contrasts: Sequence[Contrast]
) -> Comparison:
    """Mean evaluation per mention, and the shares of classes and of parts in percent of the mentions."""
    settings = plan.config.stance
    n = documents["n_mentions"].to_numpy(float)
    allowed = [
        c
        for c in contrasts
        if all(
            n[design.documents(g)].sum() >= settings.min_mentions
            and (n[design.documents(g)] > 0).sum() >= settings.min_documents
            for g in c.groups
        )
    ]
    evaluation, shares = (
        compare(
            q,
            design,
            allowed,
            min_documents=plan.config.inference.min_documents,
            min_denominator=settings.min_mentions,
            needed_documents=settings.min_documents,
        )
        for q in (evaluation_of(target, documents), shares_of(target, documents))
    )
    return stacked(evaluation, shares)


def acts_by_group(
    documents: pd.DataFrame,
    scored: Features,
    design: Design,
    plan: Plan,
    target: str,
    contrasts: Sequence[Contrast],
) -> Comparison:
    """Acts in percent of the mentions, by the part of the target; items are "act | part". Conditions do not count."""
    units = scored.units
    where = units["document"].to_numpy(np.int64)
    stated = ~units["conditional"].to_numpy(bool)
    items, columns = [], []
    for role in ROLES[:3]:
        for act in ACTS:
            at = stated & (units["act"] == act).to_numpy() & (units["who_acts"] == role).to_numpy()
            items.append(f"{act} | {role}")
            columns.append(np.bincount(where[at], minlength=len(documents)))
    y, x = np.column_stack(columns).astype(float), documents["n_mentions"].to_numpy(float)
    acts = Quantities("acts", y, x, items, 100.0, "% of mentions", (0.0, 100.0), target=target)
    return compare(acts, design, contrasts, min_documents=plan.config.inference.min_documents)


def manner_by_group(
    spoken: Features, design: Design, plan: Plan, target: str, contrasts: Sequence[Contrast]
) -> dict[str, Comparison]:
    """Hedges, boosters... per 10,000 tokens, in the target sentences and overall."""
    columns = list(spoken.columns)
    items = columns[:-2:2]
    result = {}
    for first, place in enumerate(("target sentences", "overall")):
        y, x = (np.asarray(v, float) for v in (spoken.values[:, first:-2:2], spoken.values[:, first - 2]))
        q = Quantities("manner", y, x, items, 1e4, f"per 10,000 tokens, {place}", target=target)
        result[place] = compare(q, design, contrasts, min_documents=plan.config.inference.min_documents)
    return result


def by_column(plan: Plan, measured: Measured, design: Design) -> tuple[Comparison, Comparison]:
    """Salience and evaluation for each value of the column `report.by`, in the order of their first documents."""
    column, documents = plan.config.report.by or "", measured.documents
    if column not in documents.columns:
        raise fail(
            plan,
            DiscourseError(f'there is no column "{column}". {did_you_mean(column, list(documents.columns))}'),
            "report",
            "by",
        )
    values = np.array(["(none)" if pd.isna(v) else str(v) for v in documents[column]], object)
    return _by(plan, values, design.group >= 0, documents, design)


def by_speaker(
    plan: Plan, encoded: EncodedCorpus, words: np.ndarray, measured: Measured, design: Design
) -> tuple[Comparison, Comparison] | None:
    """Salience and evaluation for each speaker of the home side with enough mentions; None where there are fewer than two.

    The unit is all that a speaker says in a document.
    """
    settings = plan.config.stance
    turns = encoded.turns
    tokens = np.diff(np.concatenate([[0], np.cumsum(words)])[encoded.turn_bounds])
    home = (turns["side"] == "home").to_numpy()
    document = encoded.turn_document
    keep = home & (design.group[document] >= 0)
    units = pd.DataFrame(
        {"document": document, "speaker": turns["speaker"], "n_tokens": tokens, "turn": np.arange(len(turns))}
    )[keep]
    units["unit"] = units.groupby(["document", "speaker"], sort=False).ngroup()
    rows = units.groupby("unit").agg(
        document=("document", "first"), speaker=("speaker", "first"), n_tokens=("n_tokens", "sum")
    )
    of_turn = np.full(len(turns), -1)
    of_turn[units["turn"]] = units["unit"]
    scored = measured.scored.units["turn"].to_numpy(np.int64)[measured.counted]
    at = of_turn[scored]
    rows["n_mentions"] = np.bincount(at, minlength=len(rows))
    rows["evaluation"] = np.bincount(at, measured.scored.values[measured.counted, 0], len(rows))
    total = rows.groupby("speaker", sort=False).agg(
        n_mentions=("n_mentions", "sum"), documents=("n_mentions", lambda n: int((n > 0).sum()))
    )
    enough = total[(total["n_mentions"] >= settings.min_mentions) & (total["documents"] >= settings.min_documents)]
    if len(enough) < 2:
        return None
    order = enough.sort_values("n_mentions", ascending=False, kind="stable").index
    return _by(
        plan, rows["speaker"].to_numpy(object), rows["speaker"].isin(order).to_numpy(), rows, design, list(order)
    )


def _by(
    plan: Plan,
    values: np.ndarray,
    inside: np.ndarray,
    rows: pd.DataFrame,
    design: Design,
    names: list[str] | None = None,
) -> tuple[Comparison, Comparison]:
    """Salience and evaluation of units by a label."""
    names = names or list(dict.fromkeys(values[inside]))
    index = {n: k for k, n in enumerate(names)}
    group = np.array([index.get(v, -1) if ok else -1 for v, ok in zip(values, inside)])
    least = LEAST_FOR_LEVEL
    settings = plan.config.stance
    by = replace(
        design,
        group=group,
        names=names,
        cluster=None,
        cluster_name="document",
        strata=None,
        min_containing=min(design.min_containing, least),
    )
    salience = compare(salience_of("", rows), by, min_documents=least)
    evaluation = compare(
        evaluation_of("", rows),
        by,
        min_documents=least,
        min_denominator=settings.min_mentions,
        needed_documents=settings.min_documents,
    )
    return salience, evaluation


@dataclass(frozen=True)
class Periods:
    """Salience and evaluation by period; tables of `group`, `date` (middle of the period), `label`, `estimate`, `low`, `high`, `y`, `x`,
    `n_documents`. Periods with too little text are left out."""

    unit: str
    salience: pd.DataFrame
    evaluation: pd.DataFrame


def by_period(plan: Plan, measured: Measured, design: Design) -> Periods:
    """Salience and mean evaluation by the period that the config names, or the finest that gives at most 30."""
    documents = measured.documents
    inside = (design.group >= 0) & (documents["n_tokens"] > 0).to_numpy()
    dates = documents["date"]
    unit: str = plan.config.report.period
    if unit == "auto":
        days = (dates[inside].max() - dates[inside].min()).days if inside.any() else 0
        sizes = (("month", 31), ("quarter", 92), ("year", 366))
        unit = next((name for name, size in sizes if days / size <= 30), "decade")
    labels = _period_labels(dates, unit)
    values = np.array([f"{g}\0{label}" for g, label in zip(documents["group"], labels)], object)
    salience, evaluation = (
        _periods(c.table, values, inside, documents) for c in _by(plan, values, inside, documents, design)
    )
    return Periods(unit, salience, evaluation)


def _period_labels(dates: pd.Series, unit: str) -> list[str]:
    if unit == "administration":
        return [administration(d.date()) or "(none)" for d in dates]
    if unit == "decade":
        return [f"{int(y) // 10 * 10}s" for y in dates.dt.year]
    return dates.dt.to_period({"month": "M", "quarter": "Q", "year": "Y"}[unit]).astype(str).tolist()


def _periods(table: pd.DataFrame, values: np.ndarray, inside: np.ndarray, documents: pd.DataFrame) -> pd.DataFrame:
    """Levels of periods in the order of time, those with too little text left out."""
    table = table[table["estimate"].notna()]
    middle = (
        documents[inside]
        .assign(stratum=values[inside])
        .groupby("stratum")["date"]
        .agg(lambda d: d.min() + (d.max() - d.min()) / 2)
    )
    names = table["stratum"].str.split("\0", regex=False)
    frame = table[["estimate", "low", "high", "y", "x", "n_documents"]].reset_index(drop=True)
    frame.insert(0, "group", [n[0] for n in names])
    frame.insert(1, "date", middle.reindex(table["stratum"]).to_numpy())
    frame.insert(2, "label", [n[1] for n in names])
    return frame.sort_values(["date", "group"], kind="stable").reset_index(drop=True)


def with_other_choices(plan: Plan, measured: Measured, again: np.ndarray) -> pd.DataFrame:
    """The differences in salience and evaluation under each choice of the config; `again` marks documents published before."""
    config, documents, target = plan.config, measured.documents, measured.target.name
    rows = [_differences("As configured", measured.salience, measured.stance)]
    for k, item in enumerate(config.sensitivity):
        where = config.corpus.select if item.select is None else item.select
        keep = selected(plan, documents, where, [*config.corpus.drop, *item.drop], "sensitivity", k)
        design = make_design(plan, documents, keep & ~again, check=False)
        assert plan.pair is not None
        enough = min(len(design.documents(g)) for g in plan.pair) >= config.inference.min_documents
        mentioned = compare(
            salience_of(target, documents),
            design,
            [pair(design, *plan.pair)],
            min_documents=config.inference.min_documents,
            needed_documents=config.inference.min_documents,
        )
        evaluated = stance_by_group(documents, design, plan, target, [pair(design, *plan.pair)] if enough else [])
        rows.append(_differences(item.name, mentioned, evaluated))
    return pd.concat(rows, ignore_index=True)


def _differences(name: str, *comparisons: Comparison) -> pd.DataFrame:
    parts = []
    for comparison in comparisons:
        table = comparison.table
        table = table[(table["contrast"] == "difference") & table["item"].isin(["salience", "evaluation"])]
        parts.append(
            table[
                ["item", "estimate", "low", "high", "low_document", "high_document", "n_documents", "n_clusters"]
            ].rename(columns={"item": "measure"})
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "name", name)
    return frame
