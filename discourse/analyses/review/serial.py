"""Are documents independent in time? Intervals and tests with weeks as the units, beside those of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.permutation import permutation_test
from discourse.compare.ratios import contrasted
from discourse.compare.resample import Design
from discourse.report.blocks import Block, Paragraph, Table
from discourse.report.words import number, plural, probability, span

DENSE = 2.0  # units a week, in each group, from which on neighbours in time are many
MOST_SHARED = 0.2  # share of the documents in weeks in which both groups speak


class Weeks(StrEnum):
    """Whether weeks can be the units, and why not."""

    EXAMINED = "examined"
    CLUSTERED = "clustered"
    SPARSE = "sparse"
    SHARED = "shared"
    FEW = "few"
    UNDATED = "undated"


@dataclass(frozen=True)
class SerialFound(Found):
    """A row for each joint outcome where weeks can be the units: `low`, `high`, `p`, `p_family` by weeks, `n_study`, `n_reference`."""

    weeks: Weeks = Weeks.CLUSTERED
    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["target", "item"]))


def by_week(data: Data) -> tuple[Design, Weeks]:
    """The groups with weeks as clusters, and whether these can be the units.

    Weeks are examined where the unit is the document or the day, each group has two or more of them in a week, and hardly any week
    has documents of both groups: what a week brings to both is no part of their difference, and would be counted as such. Documents
    that are not dated by the day have no week.
    """
    design, pair = data.design, (data.main.parts[0][1][0], data.main.parts[1][1][0])
    if "week" not in data.documents.columns:
        return replace(design, cluster=None), Weeks.UNDATED
    week = data.documents["week"].to_numpy(object)
    of_groups = [week[design.documents(g)] for g in pair]
    weekly = replace(design, cluster=None)
    if design.cluster_name not in ("document", "day") or any(pd.isna(w).any() for w in of_groups):
        return weekly, Weeks.CLUSTERED
    # Documents outside the groups have no part in it, with a date or without.
    weekly = replace(design, cluster=np.where(pd.isna(week), "", week).astype(object), cluster_name="week")
    numbers = [len(set(w)) for w in of_groups]
    if any(design.n_clusters(g) < DENSE * n for g, n in zip(pair, numbers)):
        return weekly, Weeks.SPARSE
    both = list(set(of_groups[0]) & set(of_groups[1]))
    if np.isin(np.concatenate(of_groups), both).mean() > MOST_SHARED:
        return weekly, Weeks.SHARED
    return weekly, Weeks.EXAMINED if min(numbers) >= design.min_clusters else Weeks.FEW


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome]) -> SerialFound:
    """Interval and permutation test of every joint outcome with weeks as the units."""
    weekly, weeks = by_week(data)
    joint = [o for o in outcomes if o.joint and o.difference() is not None]
    joint = [o for o in joint if min(o.quantities.n_units(weekly, list(g), "cluster") for _, g in data.main.parts) >= 2]
    if weeks != Weeks.EXAMINED or not joint:
        return SerialFound(weeks=weeks)
    tests = permutation_test([o.quantities for o in joint], weekly, data.main, unit="cluster").table
    rows = []
    for o, test in zip(joint, tests.itertuples()):
        estimate, low, high = contrasted(o.quantities, weekly, data.main, min_documents=data.min_documents)
        units = [o.quantities.n_units(weekly, list(g), "cluster") for _, g in data.main.parts]
        numbers = (float(estimate[0]), float(low[0]), float(high[0]), test.p, test.p_family, *units)
        rows.append((o.target, o.item, *numbers))
    names = ["target", "item", "estimate", "low", "high", "p", "p_family", "n_study", "n_reference"]
    return SerialFound(weeks=weeks, table=pd.DataFrame(rows, columns=names))


def section(found: SerialFound, say: Say) -> Iterator[Block]:
    """Intervals and tests of both units side by side, or why there is one unit only."""
    if found.table.empty:
        if found.weeks in (Weeks.SHARED, Weeks.FEW):
            yield Paragraph(say(f"not_{found.weeks}"))
        return
    tests = say.found("noise").tests
    tests = tests[(tests["contrast"] == "difference") & (tests["unit"] == say.data.design.cluster_name)]
    tests = tests.set_index(["target", "item"])["p_family"]
    outcomes, rows = {(o.target, o.item): o for o in say.outcomes if o.joint}, []
    for r in found.table.itertuples():
        outcome = outcomes[r.target, r.item]
        row = outcome.difference()
        assert row is not None
        rows.append(
            [
                say.labelled(outcome),
                number(float(r.estimate), outcome.digits),
                span(float(row["low"]), float(row["high"]), outcome.digits),
                probability(float(tests.get((r.target, r.item), np.nan))),
                span(float(r.low), float(r.high), outcome.digits),
                probability(float(r.p_family)),
                f"{r.n_study:,} and {r.n_reference:,}",
            ]
        )
    unit = plural(say.unit)
    yield Table(
        "serial",
        say("caption"),
        ["", "Difference", f"{unit} resampled", "p (family)", "weeks resampled", "p (family)", "weeks"],
        rows,
        found.table,
        ["left"] + ["right"] * 6,
        [1.2, 0.9, 1.4, 0.8, 1.4, 0.8, 1.0],
    )


def methods(found: SerialFound, say: Say) -> Iterator[Block]:
    """Why weeks."""
    if len(found.table):
        yield Paragraph(say("methods"))


analysis = Analysis(
    "serial",
    "Are documents independent in time?",
    NoSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    chapter="noise",
    methods=methods,
    columns={
        "serial: high": ("upper bound of the interval with weeks resampled", "as the estimate"),
        "serial: low": ("lower bound of the interval with weeks resampled", "as the estimate"),
        "serial: n_reference": ("weeks of the reference group", "weeks"),
        "serial: n_study": ("weeks of the study group", "weeks"),
        "serial: p": ("permutation p with weeks as the units", "0 to 1"),
        "serial: p_family": ("the same, corrected for all outcomes", "0 to 1"),
    },
)
