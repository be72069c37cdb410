"""What may be concluded: a difference differs only where interval, test, nulls, influence and specifications agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Doubt, Judged, Outcome, Reason
from discourse.analyses.review.choices import ChoicesFound, Curve
from discourse.analyses.review.influence import InfluenceFound
from discourse.analyses.review.noise import LEAST_PLACEBO, NoiseFound
from discourse.analyses.review.serial import SerialFound
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.nulls import share_as_large
from discourse.report.blocks import Block, Paragraph
from discourse.report.words import excludes_zero

AGREE = 0.95  # share of specifications that must have the same sign
ITEM_COLUMNS = (
    "item", "estimate", "low", "high", "p", "p_family", "q", "n_documents",
    *(
        f"{null}_{end}{part}"
        for null in ("halves", "placebo")
        for end in ("study", "reference")
        for part in ("_low", "_high", "")
    ),
    "certainty", "without", "estimate_without",
)  # fmt: skip


@dataclass(frozen=True)
class VerdictFound(Found):
    """What may be concluded on each joint outcome, and on the items of the others (`certainty`)."""

    judged: Mapping[tuple[str, str], Judged] = field(default_factory=dict)
    items: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)


def compute(
    data: Data,
    settings: NoSettings,
    outcomes: Sequence[Outcome],
    noise: NoiseFound,
    influence: InfluenceFound,
    choices: ChoicesFound | None,
    serial: SerialFound,
) -> VerdictFound:
    """Judge every difference by the rule that the methods section states."""
    level = 1 - data.design.confidence
    unit, judged = data.design.cluster_name, {}
    tests = noise.tests[(noise.tests["contrast"] == "difference") & (noise.tests["unit"] == unit)]
    for o in outcomes:
        row = o.difference() if o.joint else None
        mine = tests[(tests["target"] == o.target) & (tests["item"] == o.item)]
        if row is None or mine.empty:
            continue
        judged[o.identity] = judge(
            float(row["estimate"]),
            (float(row["low"]), float(row["high"])),
            mine.iloc[0],
            noise.halves[o.identity],
            noise.placebo[o.identity],
            influence.units[o.identity],
            level,
            choices.of(o.identity) if choices is not None else None,
        )
        weeks = serial.table[(serial.table["target"] == o.target) & (serial.table["item"] == o.item)]
        if len(weeks):
            judged[o.identity] = with_weeks(judged[o.identity], weeks.iloc[0], level)
    items = {identity: _items(t, influence.items[identity], level) for identity, t in noise.items.items()}
    return VerdictFound((), (), judged, items)


def judge(
    estimate: float,
    interval: tuple[float, float],
    test: pd.Series,
    halves: Mapping[str, np.ndarray],
    placebo: Mapping[str, np.ndarray],
    influence: Mapping[str, pd.DataFrame],
    level: float,
    curve: Curve | None = None,
) -> Judged:
    """How certain a difference is, and what speaks against it.

    Parameters
    ----------
    estimate : float
        The difference.
    interval : (float, float)
        Its interval.
    test : Series
        `p` and `p_family` of its permutation test, `least_p` and `permutations`.
    halves, placebo : mapping of str to ndarray
        Differences where there is none, by group.
    influence : mapping of str to DataFrame
        `estimate` without each unit.
    level : float
        Such as 0.05.
    curve : Curve, optional
        The same difference under other choices.

    Returns
    -------
    Judged
        `DIFFERS` where the interval excludes 0, the test of the family is below the level, the difference is larger than all but
        that share of the nulls, no unit alone turns its sign, and 95% of the specifications have it; `MAY_DIFFER` where the interval
        excludes 0 or the test of the item alone is below the level; `INCONCLUSIVE` otherwise.
    """
    reasons = []
    clear = excludes_zero(*interval)
    if not clear:
        reasons.append(Reason(Doubt.INTERVAL if interval[0] == interval[0] else Doubt.NO_INTERVAL))
    if test["p_family"] != test["p_family"]:
        reasons.append(Reason(Doubt.NO_TEST))
    elif not test["p_family"] < level:
        # With 3 against 3 units there are 20 divisions, and no p is below 0.1, whatever the groups say.
        few = test.get("least_p", 0.0) >= level
        reasons.append(
            Reason(Doubt.FEW_DIVISIONS, float(test["least_p"]), float(test["permutations"]))
            if few
            else Reason(Doubt.TEST, float(test["p_family"]))
        )
    for doubt, nulls, least in ((Doubt.HALVES, halves, 0), (Doubt.PLACEBO, placebo, LEAST_PLACEBO)):
        for name, values in nulls.items():
            # An empty null has no share, and speaks against nothing.
            share = float(share_as_large(np.array([estimate]), values[:, None])[0])
            if len(values) >= least and share >= level:
                reasons.append(Reason(doubt, round(share * len(values)), len(values), name))
    for unit, table in influence.items():
        if len(table) and (np.sign(table["estimate"]) == -np.sign(estimate)).any():
            reasons.append(Reason(Doubt.INFLUENCE, name=unit))
    certainty = Certainty.DIFFERS
    if reasons:
        certainty = Certainty.MAY_DIFFER if clear or test["p"] < level else Certainty.INCONCLUSIVE
    if curve is not None:
        n, same, _, _ = curve.agreement
        if same < AGREE * n:
            reasons.append(Reason(Doubt.CHOICES, n - same, n))
            # Choices alone take certainty away; they do not make a difference inconclusive.
            certainty = Certainty.MAY_DIFFER if certainty == Certainty.DIFFERS else certainty
    return Judged(certainty, tuple(reasons))


def with_weeks(judged: Judged, weeks: pd.Series, level: float) -> Judged:
    """A verdict that weeks as the units must share: where their interval includes 0, or their test is not below the level, it may differ.

    Parameters
    ----------
    judged : Judged
        The verdict by the units of the experiment.
    weeks : Series
        `low`, `high` and `p_family` with weeks as the units.
    level : float
        Such as 0.05.
    """
    low, high, p = (float(weeks[name]) for name in ("low", "high", "p_family"))
    reasons = []
    if low == low and not excludes_zero(low, high):
        reasons.append(Reason(Doubt.WEEKS_INTERVAL))
    if not p < level:
        reasons.append(Reason(Doubt.WEEKS_TEST, p))
    lowered = reasons and judged.certainty == Certainty.DIFFERS
    return Judged(Certainty.MAY_DIFFER if lowered else judged.certainty, (*judged.reasons, *reasons))


def _items(table: pd.DataFrame, influence: pd.DataFrame, level: float) -> pd.DataFrame:
    """Items with their certainty, and the document that matters most for each."""
    observed = table["estimate"].to_numpy(float)
    shares = [
        c for c in table.columns if c in ("halves_study", "halves_reference", "placebo_study", "placebo_reference")
    ]
    largest = table[shares].max(axis=1) if shares else pd.Series(0.0, index=table.index)
    outside = (table["low"] > 0) | (table["high"] < 0)
    clear, some = outside & (table["p_family"] < level), outside | (table["q"] < level)
    certainty = np.select(
        [clear & (largest < level), some], [Certainty.DIFFERS, Certainty.MAY_DIFFER], Certainty.INCONCLUSIVE
    )
    without = influence.reindex(table["item"])
    turned = np.sign(without["estimate"].to_numpy()) == -np.sign(observed)
    certainty = np.where(turned & (certainty == Certainty.DIFFERS), Certainty.MAY_DIFFER, certainty)
    table = table.assign(
        certainty=[str(c) for c in certainty],
        without=without["label"].to_numpy(),
        estimate_without=without["estimate"].to_numpy(),
    )
    return table[[c for c in table.columns if c in ITEM_COLUMNS]]


def methods(found: VerdictFound, say: Say) -> Iterator[Block]:
    """The rule."""
    yield Paragraph(say("methods", least=LEAST_PLACEBO, agree=f"{100 * AGREE:g}%"))


analysis = Analysis(
    "verdict",
    "What may be concluded?",
    NoSettings,
    compute,
    needs=("outcomes", "noise", "influence", "multiverse", "serial"),
    contrast=True,
    methods=methods,
    columns={"certainty": ("differs, may differ or inconclusive, by the rule in the methods", "")},
)
