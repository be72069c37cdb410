"""Which documents are compared: selection, groups, clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

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


def make_design(plan: Plan, documents: pd.DataFrame, keep: np.ndarray) -> Design:
    """Groups and clusters of the documents that are kept."""
    config = plan.config
    try:
        group = np.where(keep, assign(documents, plan.groups), -1)
    except DiscourseError as error:
        raise fail(plan, error, "groups") from None
    cluster = None
    if config.compare and config.compare.cluster:
        column = config.compare.cluster
        if column not in documents.columns:
            raise fail(
                plan,
                DiscourseError(f'there is no column "{column}". {did_you_mean(column, list(documents.columns))}'),
                "compare",
                "cluster",
            )
        cluster = documents[column].to_numpy(object)
    inference = config.inference
    try:
        return Design(
            group,
            [g.name for g in plan.groups],
            cluster,
            (config.compare and config.compare.cluster) or "document",
            inference.resamples,
            inference.confidence,
            inference.seed,
            inference.min_clusters,
        )
    except DiscourseError as error:
        raise fail(plan, error, "compare", "cluster") from None
