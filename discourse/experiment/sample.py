"""Which documents are compared: selection, groups, clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.compare.permutation import strata_in_one_part
from discourse.compare.quantities import Contrast, against_rest, pair, trend
from discourse.compare.resample import Design
from discourse.corpus.select import assign, matches
from discourse.errors import ConfigError, DiscourseError, did_you_mean
from discourse.experiment.plan import Plan


def fail(plan: Plan, error: Exception, *path: str | int) -> ConfigError:
    """A mistake that only the data show, at the line of its setting."""
    return ConfigError([plan.loaded.problem(str(error), *path)], str(plan.loaded.file))


def selected(
    plan: Plan, documents: pd.DataFrame, where: Mapping[str, object], drop: Sequence[str], *path: str | int
) -> np.ndarray:
    """Documents that a selection keeps; bool, shape (n_documents,)."""
    try:
        keep = matches(documents, where)
    except DiscourseError as error:
        raise fail(plan, error, *path, "select") from None
    unknown = [d for d in drop if d not in set(documents["doc_id"])]
    if unknown:
        hint = did_you_mean(unknown[0], list(documents["doc_id"]))
        raise fail(plan, DiscourseError(f'there is no document "{unknown[0]}". {hint}'), *path, "drop")
    return keep & ~documents["doc_id"].isin(list(drop)).to_numpy()


def make_design(plan: Plan, documents: pd.DataFrame, keep: np.ndarray, *, check: bool = True) -> Design:
    """Groups and clusters of the documents that are kept, and whether they can be compared."""
    config = plan.config
    try:
        group = np.where(keep, assign(documents, plan.groups), -1)
    except DiscourseError as error:
        raise fail(plan, error, "groups") from None
    settings, inference = config.compare, config.inference
    cluster, strata = (
        _column(plan, documents, getattr(settings, name) if settings else None, name) for name in ("cluster", "strata")
    )
    try:
        design = Design(
            group,
            [g.name for g in plan.groups],
            cluster,
            (settings and settings.cluster) or "document",
            inference.resamples,
            inference.confidence,
            inference.seed,
            inference.min_clusters,
            inference.interval,
            inference.min_containing,
            strata,
            (settings and settings.strata) or "",
        )
    except DiscourseError as error:
        raise fail(plan, error, "compare", "cluster") from None
    if check:
        _check_composition(plan, documents)
        _check_units(plan, design)
    return design


def _check_composition(plan: Plan, documents: pd.DataFrame) -> None:
    """Columns of the mix that the config names must be there; those of the default need not."""
    settings = plan.config.compare
    if settings is None or "composition" not in settings.model_fields_set:
        return
    known = ["speaker", *documents.columns]
    problems = [
        plan.loaded.problem(f'there is no column "{c}". {did_you_mean(c, known)}', "compare", "composition", k)
        for k, c in enumerate(settings.composition)
        if c not in known
    ]
    if problems:
        raise ConfigError(problems, str(plan.loaded.file))


def _column(plan: Plan, documents: pd.DataFrame, column: str | None, setting: str) -> np.ndarray | None:
    """Values of the column that a setting of the contrast names."""
    if not column:
        return None
    if column not in documents.columns:
        hint = did_you_mean(column, list(documents.columns))
        raise fail(plan, DiscourseError(f'there is no column "{column}". {hint}'), "compare", setting)
    values = documents[column]
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return np.array([v if pd.isna(v) else str(v) for v in values], object)


def _check_units(plan: Plan, design: Design) -> None:
    """Groups of one cluster, and strata that only one group has, cannot be compared by them."""
    if plan.pair is None or min(len(design.documents(g)) for g in plan.pair) < plan.config.inference.min_documents:
        return
    problems = []
    for g in plan.pair:
        if design.cluster is not None and len(design.documents(g)) and design.n_clusters(g) == 1:
            only = design.cluster[design.documents(g)][0]
            problems.append(
                plan.loaded.problem(
                    f'"{design.names[g]}" has one {design.cluster_name} only ({only}): what sets the groups apart cannot be told from what '
                    f"sets one {design.cluster_name} apart. Leave cluster out to take documents as the units",
                    "compare",
                    "cluster",
                )
            )
    if design.strata is not None:
        problems += [plan.loaded.problem(text, "compare", "strata") for text in _strata_problems(plan, design)]
    if problems:
        raise ConfigError(problems, str(plan.loaded.file))


def _strata_problems(plan: Plan, design: Design) -> list[str]:
    """Strata that one part of a contrast lacks, and those that cut through clusters."""
    assert design.strata is not None
    texts: list[str] = []
    for contrast in contrasts(plan, design):
        single = strata_in_one_part(design, contrast)
        if not single:
            continue
        n = int((np.isin(design.group, contrast.groups) & np.isin(design.strata.astype(str), single)).sum())
        named = ", ".join(f'"{s}"' for s in single[:5]) + (f" and {len(single) - 5} more" if len(single) > 5 else "")
        texts.append(
            f"{design.strata_name} {named} is present in one group only of {contrast.name.replace(' - ', ' minus ')} ({n} documents): labels "
            "cannot be permuted there. Leave these documents out (corpus: select), or name another column"
        )
    if design.cluster is not None:
        inside = design.group >= 0
        table = pd.DataFrame({"cluster": design.cluster[inside], "stratum": design.strata[inside].astype(str)})
        several = table.groupby("cluster")["stratum"].nunique()
        if (several > 1).any():
            texts.append(
                f'{design.cluster_name} "{several.index[several > 1][0]}" has documents of more than one {design.strata_name}: whole '
                f"{design.cluster_name}s cannot be permuted within them. Leave out cluster or strata"
            )
    return texts


def contrasts(plan: Plan, design: Design) -> list[Contrast]:
    """The contrast of study and reference first, then the others that the config asks for."""
    settings = plan.config.compare
    assert settings is not None
    assert plan.pair is not None
    names = list(design.names)
    every = list(range(len(names)))
    found = [pair(design, *plan.pair)]
    found += [replace(pair(design, names.index(a), names.index(b)), kind="pair") for a, b in settings.pairs]
    if settings.each_against_rest:
        found += [against_rest(design, g, every) for g in every]
    if settings.trend:
        found.append(trend(design, every))
    return found
