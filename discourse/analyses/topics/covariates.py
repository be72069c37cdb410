"""Covariates of the prevalence of topics: what passages have, and how much of a difference the covariates themselves create."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data, named
from discourse.analyses.outcome import Outcome
from discourse.compare.composition import Fits, composed, spread_of
from discourse.compare.resample import stream
from discourse.errors import SettingError, did_you_mean
from discourse.features.topic_inference import Trained, infer
from discourse.features.topic_shares import topic_by_document
from discourse.features.topics import train
from discourse.figures.frames import layout_levels
from discourse.types import Features

PREFIX = "covariate: "  # before the name of a covariate among the columns of the passages
LEAST = 5  # passages that a level needs on average
FEW = 5  # documents for an interval of a level
OF_DATE: Mapping[str, Callable[[pd.Series], pd.Series]] = {
    "year": lambda date: date.dt.year,
    "decade": lambda date: date.dt.year // 10 * 10,
}


def column_of(name: str) -> str:
    """The column of the passages that holds a covariate."""
    return PREFIX + name


def with_covariates(bags: Features, data: Data, names: Sequence[str]) -> Features:
    """The passages with a column for each covariate: group, speaker of the turn, year, decade, or a column of the documents.

    Raises
    ------
    SettingError
        For a covariate that does not exist, has one value only, or too many.
    """
    units, inside = bags.units, data.fitted[bags.units["document"].to_numpy(np.int64)]
    document, turn = (units[c].to_numpy(np.int64) for c in ("document", "turn"))
    columns: dict[str, Any] = {}
    for number, name in enumerate(names):
        path = ("topics", "covariates", number) if len(names) > 1 else ("topics", "covariates")
        if name == "group":
            # By number: what a group is called changes no model.
            values = pd.Series(data.configured[document] + 1)
        elif name == "speaker":
            values = data.turns["speaker"].iloc[turn]
        elif name in OF_DATE or name in data.documents.columns:
            values = _of_documents(data, name).iloc[document]
        else:
            known = ["group", "speaker", *OF_DATE, *data.documents.columns]
            raise SettingError(path, f'there is no covariate "{name}". {did_you_mean(name, known)}')
        column = named(values.reset_index(drop=True))
        n = column[inside].nunique()
        if n < 2:
            raise SettingError(path, f'all passages have the same value of "{name}": it can explain nothing')
        if n * LEAST > inside.sum():
            raise SettingError(
                path, f'"{name}" has {n:,} values in {inside.sum():,} passages: expected at least {LEAST} of each'
            )
        columns[column_of(name)] = column.to_numpy(object)
    return replace(bags, units=units.assign(**columns))


def beside(
    trained: Trained, bags: Features, data: Data, keep: np.ndarray, options: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """How much of a difference the covariates create: the same topics under one prior, and models of shuffled documents.

    Parameters
    ----------
    trained : Trained
        The model.
    bags : Features
        All passages, with the covariates.
    data : Data
        Documents and groups.
    keep : ndarray of bool, shape (n_passages,)
        Passages that the model is fitted on.
    options : mapping
        What the model was fitted with, `keep` among it.

    Returns
    -------
    dict of str to DataFrame
        `coefficients`: `covariate`, `level`, `item`, `coefficient` (mean over the fits), `sd_fits`. `one_prior`: tokens of each topic by
        `document`, means over the fits. `shuffled`: by `run` and `number` of the topic the mean absolute difference between two
        groups in percentage points, by the prior of the `covariates` and by `one_prior`.
    """
    ids, inside = data.documents["doc_id"].tolist(), data.fitted[bags.units["document"].to_numpy(np.int64)]
    plain = infer(trained.with_one_prior(), bags, ids, keep=inside)
    shares = plain.details["shares"].query("draw == 0").groupby("document", sort=True)[list(plain.columns)].mean()
    rows, runs = [], int(trained.model.params["seeds"])
    for run in range(runs):
        rng = stream(data.design.seed, f"topics, shuffled covariates {run}")
        shuffled, group = _shuffled(bags, data, keep, rng)
        model = train(shuffled, **{**options, "seeds": 1, "seed": data.design.seed + run, "workers": 1})
        without = infer(model.with_one_prior(), shuffled, ids, keep=keep)
        values = [_between_groups(m, group) for m in (model.model, without)]
        rows += [(run + 1, t + 1, a, b) for t, (a, b) in enumerate(zip(*values))]
    return {
        "coefficients": _coefficients(trained),
        "one_prior": shares.reset_index(),
        "shuffled": pd.DataFrame(rows, columns=["run", "number", "covariates", "one_prior"]),
    }


def differences_of_prior(data: Data, model: Features, outcome: Outcome) -> pd.DataFrame:
    """The main difference of each topic by the model, and with its topics under one prior for all passages.

    Returns
    -------
    DataFrame
        `item`, `estimate`, `low`, `high`, `one_prior`, in percentage points; empty where the model has no covariates, or nothing is
        compared.
    """
    if "one_prior" not in model.details or not data.contrasts:
        return pd.DataFrame()
    q, table = outcome.quantities, model.details["one_prior"]
    y = np.zeros((len(data.documents), len(q.items)))
    y[table["document"].to_numpy(np.int64)] = table[list(q.items)].to_numpy(float)
    plain = spread_of(q, Fits(y[None], y[None, None]), data.design, data.main).by_fit[0]
    rows = outcome.table[outcome.table["contrast"] == "difference"].set_index("item").loc[list(q.items)]
    return rows[["estimate", "low", "high"]].assign(one_prior=plain).reset_index()


def by_covariates(data: Data, names: Sequence[str], outcome: Outcome, fits: Fits) -> dict[str, pd.DataFrame]:
    """Prevalence of each topic by level of a covariate within each group, with intervals over documents.

    Parameters
    ----------
    data : Data
        Documents and groups.
    names : sequence of str
        Covariates; of the group itself the report says enough.
    outcome : Outcome
        The topics.
    fits : Fits
        Their numerators in each fit.

    Returns
    -------
    dict of str to DataFrame
        By covariate, as `layout_levels` has it: `item` (the level), `panel` (the topic), `stratum` (the group). A document is at the
        level of the speaker who says most of it. Levels are in the order of their first document.
    """
    found = {}
    for name in (n for n in names if n != "group"):
        values = named(_of_documents(data, name)).to_numpy(object)
        inside = np.flatnonzero((data.design.group >= 0) & (outcome.quantities.x[:, 0] > 0))
        cells = list(dict.fromkeys((str(values[d]), int(data.design.group[d])) for d in inside))
        number = {cell: k for k, cell in enumerate(cells)}
        group = np.full(len(values), -1)
        group[inside] = [number[str(values[d]), int(data.design.group[d])] for d in inside]
        design = replace(
            data.design, group=group, names=[str(k) for k in range(len(cells))], cluster=None, cluster_name="document",
            strata=None, kind=None, tokens=None, contrasts=1, min_containing=min(data.design.min_containing, FEW),
        )  # fmt: skip
        frame = layout_levels(composed(outcome.quantities, fits, design, [], min_documents=FEW))
        of = [cells[int(k)] for k in frame["stratum"]]
        frame = frame.rename(columns={"item": "panel"})
        found[name] = frame.assign(item=[v for v, _ in of], stratum=[str(data.design.names[g]) for _, g in of])
    return found


def _of_documents(data: Data, name: str) -> pd.Series:
    """A covariate of the documents."""
    return OF_DATE[name](data.documents["date"]).astype("Int64") if name in OF_DATE else data.documents[name]


def _shuffled(bags: Features, data: Data, keep: np.ndarray, rng: np.random.Generator) -> tuple[Features, np.ndarray]:
    """Bags whose documents have the covariates of others, and the groups of the documents that go with them."""
    document = bags.units["document"].to_numpy(np.int64)
    some, first = np.unique(document[keep], return_index=True)
    first = np.flatnonzero(keep)[first]
    giver = np.arange(len(data.documents))
    # A document that gives is known by its first passage, as speakers are those of a turn.
    order = rng.permutation(len(some))
    giver[some] = some[order]
    passage = np.zeros(len(data.documents), np.int64)
    passage[some] = first[order]
    columns = [c for c in bags.units.columns if c.startswith(PREFIX)]
    taken = {c: np.where(keep, bags.units[c].to_numpy(object)[passage[document]], bags.units[c]) for c in columns}
    return replace(bags, units=bags.units.assign(**taken)), data.configured[giver]


def _between_groups(model: Features, group: np.ndarray) -> np.ndarray:
    """Mean absolute difference of the prevalence between two groups, in percentage points; shape (n_topics,)."""
    y, x = topic_by_document(model, len(group))
    names = [g for g in np.unique(group[group >= 0]) if x[group == g].sum() > 0]
    levels = [100 * y[group == g].sum(0) / x[group == g].sum() for g in names]
    pairs = [np.abs(a - b) for a, b in combinations(levels, 2)]
    return np.asarray(np.mean(pairs, axis=0)) if pairs else np.zeros(y.shape[1])


def _coefficients(trained: Trained) -> pd.DataFrame:
    """The coefficients of the levels, means over the fits."""
    mean, spread = trained.coefficients.mean(0), trained.coefficients.std(0, ddof=min(1, len(trained.coefficients) - 1))
    levels = [("(all)", ""), *((name.removeprefix(PREFIX), level) for name, level in trained.levels)]
    rows = [
        (name, level, item, mean[row, t], spread[row, t])
        for row, (name, level) in enumerate(levels)
        for t, item in enumerate(trained.model.columns)
    ]
    return pd.DataFrame(rows, columns=["covariate", "level", "item", "coefficient", "sd_fits"])
