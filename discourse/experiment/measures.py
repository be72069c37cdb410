"""Salience and stance by group, by a column, and with other choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.compare.ratios import compare_ratios
from discourse.compare.resample import Design
from discourse.errors import DiscourseError, did_you_mean
from discourse.experiment.plan import Plan
from discourse.experiment.sample import fail, make_design, selected
from discourse.features.frequency import document_units
from discourse.features.stance import STANCE_COLUMNS, Lexicon, stance
from discourse.features.target import count_by_document, mentions
from discourse.types import Comparison, EncodedCorpus, Features

SALIENCE = "mentions per 10,000 tokens"
EVALUATION = "mean evaluation of target sentences"
MIN_DOCUMENTS_FOR_INTERVAL = 5


def only(features: Features, keep: np.ndarray) -> Features:
    """Rows of features."""
    return Features(
        features.name,
        features.values[keep],
        features.columns,
        features.units[keep].reset_index(drop=True),
        features.target,
        features.params,
    )


@dataclass(frozen=True)
class Measured:
    """Mentions of the target and stance toward it, by document and by group.

    `found` holds the mentions in the groups on all sides, `scored` the target sentences; `documents` and the comparisons count
    the home side only.
    """

    found: Features
    scored: Features
    documents: pd.DataFrame
    salience: Comparison
    components: Comparison


def with_groups(encoded: EncodedCorpus, mask: np.ndarray, design: Design) -> pd.DataFrame:
    """Documents with the number of their tokens that count, and the name of their group."""
    documents = document_units(encoded, mask)
    documents["group"] = np.array([*design.names, ""], object)[design.group]
    return documents


def compare_salience(
    plan: Plan,
    documents: pd.DataFrame,
    design: Design,
    differences: Sequence[tuple[int, int]],
    needed_documents: int,
) -> Comparison:
    """Mentions of the target per 10,000 tokens by group, and the differences that are asked for."""
    return compare_ratios(
        documents[["n_mentions"]].to_numpy(float),
        documents[["n_tokens"]].to_numpy(float),
        ["salience"],
        design,
        scale=1e4,
        measure=SALIENCE,
        target=plan.target.name if plan.target else "",
        differences=differences,
        min_documents=5,
        needed_documents=needed_documents,
    )


def target_measures(
    plan: Plan,
    encoded: EncodedCorpus,
    words: np.ndarray,
    design: Design,
    lexicons: Mapping[str, Lexicon],
    differences: Sequence[tuple[int, int]],
) -> Measured:
    """Salience and stance where these words count.

    Parameters
    ----------
    words : ndarray of bool, shape (n_tokens,)
        Tokens that count, on all sides.
    """
    assert plan.target is not None
    config = plan.config
    home = (encoded.turns["side"] == "home").to_numpy()
    documents = with_groups(encoded, words & np.repeat(home, np.diff(encoded.turn_bounds)), design)
    everywhere = mentions(encoded, plan.target, words)
    found = only(everywhere, home[everywhere.units["turn"].to_numpy(np.int64)])
    chosen = np.repeat(design.group >= 0, np.diff(encoded.document_bounds))
    in_groups = only(everywhere, chosen[everywhere.units["token"].to_numpy(np.int64)])
    scored = stance(encoded, everywhere, lexicons, half_distance=config.stance.half_distance, scale=config.stance.scale)
    documents = with_stance(documents, found, scored, home[scored.units["turn"].to_numpy(np.int64)])
    salience = compare_salience(
        plan, documents, design, differences, config.inference.min_documents if plan.pair else 1
    )
    components = components_by_group(documents, design, plan, differences)
    return Measured(in_groups, scored, documents, salience, components)


def with_stance(documents: pd.DataFrame, found: Features, scored: Features, keep: np.ndarray) -> pd.DataFrame:
    """Documents with mentions, target sentences, and sums of the stance columns."""
    n = len(documents)
    where = scored.units["document"].to_numpy(np.int64)[keep]
    documents = documents.assign(
        n_mentions=count_by_document(found, n),
        n_sentences=np.bincount(where, minlength=n),
        target_tokens=np.bincount(where, scored.units["n_tokens"].to_numpy(float)[keep], n),
    )
    for k, column in enumerate(STANCE_COLUMNS):
        documents[column] = np.bincount(where, scored.values[keep, k], n)
    return documents


def components_by_group(
    documents: pd.DataFrame, design: Design, plan: Plan, differences: Sequence[tuple[int, int]]
) -> Comparison:
    """Mean evaluation per target sentence, and rates of the other components per 10,000 tokens of target sentences."""
    config = plan.config.stance
    name = plan.target.name if plan.target else ""
    enough = [
        g
        for g, _ in enumerate(design.names)
        if (documents["n_sentences"].to_numpy()[design.documents(g)] > 0).sum() >= config.min_documents
    ]
    needed = config.min_sentences
    sentences = documents[["n_sentences"]].to_numpy(float)
    allowed = [
        d
        for d in differences
        if set(d) <= set(enough) and all(sentences[design.documents(g)].sum() >= needed for g in d)
    ]
    evaluation = compare_ratios(
        documents[["evaluation"]].to_numpy(float),
        sentences,
        ["evaluation"],
        design,
        measure=EVALUATION,
        target=name,
        differences=allowed,
        min_documents=5,
        min_denominator=needed,
        needed_documents=config.min_documents,
    )
    ok = evaluation.table.loc[evaluation.table["contrast"] == "level", "estimate"].notna().to_numpy()
    rates = compare_ratios(
        documents[list(STANCE_COLUMNS[1:])].to_numpy(float),
        documents[["target_tokens"]].to_numpy(float),
        list(STANCE_COLUMNS[1:]),
        design,
        scale=1e4,
        measure="per 10,000 tokens of target sentences",
        target=name,
        differences=allowed,
        min_documents=5,
        needed_documents=config.min_documents,
    )
    table = rates.table.copy()
    refused = [n for n, fine in zip(design.names, ok) if not fine]
    table.loc[table["stratum"].isin(refused), ["estimate", "low", "high", "low_document", "high_document"]] = np.nan
    table.loc[table["stratum"].isin(refused), "note"] = "too little text"
    return Comparison(
        pd.concat([evaluation.table, table], ignore_index=True),
        EVALUATION,
        evaluation.study,
        evaluation.reference,
        evaluation.params,
    )


def by_column(plan: Plan, documents: pd.DataFrame, design: Design) -> tuple[Comparison, Comparison | None]:
    """Salience and evaluation for each value of the column `report.by`, in the order of their first documents."""
    column = plan.config.report.by or ""
    if column not in documents.columns:
        raise fail(
            plan,
            DiscourseError(f'there is no column "{column}". {did_you_mean(column, list(documents.columns))}'),
            "report",
            "by",
        )
    inside = design.group >= 0
    values = ["(none)" if pd.isna(v) else str(v) for v in documents[column]]
    names = list(dict.fromkeys(v for v, ok in zip(values, inside) if ok))
    index = {n: k for k, n in enumerate(names)}
    group = np.array([index[v] if ok else -1 for v, ok in zip(values, inside)])
    by = Design(group, names, None, "document", design.resamples, design.confidence, design.seed)
    settings = plan.config.stance
    salience = compare_ratios(
        documents[["n_mentions"]].to_numpy(float),
        documents[["n_tokens"]].to_numpy(float),
        ["salience"],
        by,
        scale=1e4,
        measure=SALIENCE,
        min_documents=MIN_DOCUMENTS_FOR_INTERVAL,
    )
    evaluation = compare_ratios(
        documents[["evaluation"]].to_numpy(float),
        documents[["n_sentences"]].to_numpy(float),
        ["evaluation"],
        by,
        measure=EVALUATION,
        min_documents=MIN_DOCUMENTS_FOR_INTERVAL,
        min_denominator=settings.min_sentences,
        needed_documents=settings.min_documents,
    )
    return salience, evaluation


def with_other_choices(
    plan: Plan, documents: pd.DataFrame, salience: Comparison, components: Comparison
) -> pd.DataFrame:
    """The differences in salience and evaluation under each choice of the config."""
    config = plan.config
    rows = [_differences("As configured", salience, components)]
    for k, item in enumerate(config.sensitivity):
        where = config.corpus.select if item.select is None else item.select
        keep = selected(plan, documents, where, [*config.corpus.drop, *item.drop], "sensitivity", k)
        design = make_design(plan, documents, keep)
        assert plan.pair is not None
        enough = min(len(design.documents(g)) for g in plan.pair) >= config.inference.min_documents
        again = compare_salience(plan, documents, design, [plan.pair], config.inference.min_documents)
        rows.append(
            _differences(item.name, again, components_by_group(documents, design, plan, [plan.pair] if enough else []))
        )
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
