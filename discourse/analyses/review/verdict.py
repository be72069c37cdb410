"""What may be concluded: a difference differs only where interval, test, nulls, influence and specifications agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Doubt, Judged, Outcome, Reason
from discourse.analyses.review.choices import ChoicesFound, Curve
from discourse.analyses.review.influence import InfluenceFound
from discourse.analyses.review.noise import LEAST_PLACEBO, NoiseFound
from discourse.analyses.review.serial import SerialFound
from discourse.analyses.review.units import UnitsFound
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.analyses.validity import Validity
from discourse.compare.corrected import MIN_CODED
from discourse.compare.influence import without_each
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
    """What may be concluded on each joint outcome, on the items of the others (`certainty`), and on trends of the joint outcomes."""

    judged: Mapping[tuple[str, str], Judged] = field(default_factory=dict)
    items: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    trends: Mapping[tuple[str, str], Judged] = field(default_factory=dict)


def compute(
    data: Data,
    settings: NoSettings,
    outcomes: Sequence[Outcome],
    noise: NoiseFound,
    influence: InfluenceFound,
    choices: ChoicesFound | None,
    serial: SerialFound,
    units: UnitsFound,
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
        measured = judge(
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
            measured = with_weeks(measured, weeks.iloc[0], level)
        measured = over_speakers(measured, units.over(o.identity))
        judged[o.identity] = by_the_codes(measured, o)
    # One report has several families of items, each tested for itself: together they err no more often than one.
    each = level / max(len(noise.items), 1)
    items = {identity: _items(t, influence.items[identity], level, each) for identity, t in noise.items.items()}
    return VerdictFound((), (), judged, items, _trends(data, outcomes, noise, level))


def _trends(
    data: Data, outcomes: Sequence[Outcome], noise: NoiseFound, level: float
) -> Mapping[tuple[str, str], Judged]:
    """Judge trends by interval, test and influence: a trend has no nulls and no specifications."""
    tests, judged = noise.tests[noise.tests["unit"] == data.design.cluster_name], {}
    for contrast in data.trends:
        for o in outcomes:
            row = o.difference("trend", contrast.name) if o.joint else None
            mine = tests[
                (tests["stratum"] == contrast.name) & (tests["target"] == o.target) & (tests["item"] == o.item)
            ]
            if row is None or mine.empty:
                continue
            without = {"document": without_each(o.quantities, data.design, contrast)}
            bounds = (float(row["low"]), float(row["high"]))
            found = judge(float(row["estimate"]), bounds, mine.iloc[0], {}, {}, without, level)
            judged[o.identity] = replace(found, validity=None if o.validity is None else o.validity.status)
    return judged


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


def by_the_codes(measured: Judged, outcome: Outcome) -> Judged:
    """The verdict on a measure that codes can check.

    Parameters
    ----------
    measured : Judged
        The verdict on the difference as measured.
    outcome : Outcome
        With `validity` and `corrected`.

    Returns
    -------
    Judged
        Where coded items correct the difference, and the coders agree, the verdict on the corrected one: its interval takes
        the place of the other, and it has the same sign; `MAY_DIFFER` where the interval excludes 0 and another criterion fails. Otherwise
        that of the difference as measured, with the validity of its measure.
    """
    if outcome.validity is None:
        return measured
    status, row, raw = outcome.validity.status, outcome.corrected_difference(), outcome.difference()
    if row is None or raw is None or status == Validity.DISAGREED:
        return replace(measured, validity=status)
    # The raw interval leaves out the error of the measure.
    reasons = [r for r in measured.reasons if r.doubt not in (Doubt.INTERVAL, Doubt.NO_INTERVAL)]
    clear = excludes_zero(float(row["low"]), float(row["high"]))
    if not clear:
        reasons.insert(0, Reason(Doubt.CORRECTED))
    elif np.sign(row["estimate"]) != np.sign(raw["estimate"]):
        reasons.insert(0, Reason(Doubt.REVERSED))
    certainty = Certainty.INCONCLUSIVE
    if clear:
        certainty = Certainty.MAY_DIFFER if reasons else Certainty.DIFFERS
    return Judged(certainty, tuple(reasons), status, True)


def record(found: VerdictFound, settings: NoSettings) -> Mapping[str, object]:
    """What `run.json` says: each verdict, what it is about, and what speaks against it."""
    return {
        " ".join(filter(None, identity)): {
            "certainty": str(j.certainty),
            "corrected": j.corrected,
            "validity": None if j.validity is None else str(j.validity),
            "against": [str(r.doubt) for r in j.reasons],
        }
        for identity, j in found.judged.items()
    }


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


def over_speakers(judged: Judged, alike: pd.DataFrame) -> Judged:
    """The same where documents of one speaker do not resemble each other, or the interval over speakers excludes 0 as well.

    Parameters
    ----------
    judged : Judged
        With documents as units.
    alike : DataFrame
        Columns by which documents resemble each other: `column`, `effect`, `low`, `high`.
    """
    for row in alike.itertuples():
        if not excludes_zero(float(row.low), float(row.high)):
            certainty = Certainty.MAY_DIFFER if judged.certainty == Certainty.DIFFERS else judged.certainty
            reason = Reason(Doubt.UNITS, float(row.effect), float(row.low == row.low), name=str(row.column))
            return Judged(certainty, (*judged.reasons, reason))
    return judged


def _items(table: pd.DataFrame, influence: pd.DataFrame, level: float, each: float) -> pd.DataFrame:
    """Items with their certainty, and the document that matters most for each; `each` is the level divided by the number of families."""
    observed = table["estimate"].to_numpy(float)
    shares = [
        c for c in table.columns if c in ("halves_study", "halves_reference", "placebo_study", "placebo_reference")
    ]
    largest = table[shares].max(axis=1) if shares else pd.Series(0.0, index=table.index)
    outside = (table["low"] > 0) | (table["high"] < 0)
    clear = outside & (table["p_family"] < each)
    some = (outside & (table["p_family"] < 2 * each)) | (table["q"] < each)
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
    families = max(len(found.items), 1)
    each = f"{(1 - say.data.design.confidence) / families:.2g}"
    values = {"least_coded": MIN_CODED, "agree": f"{100 * AGREE:g}%", "families": families, "each": each}
    yield Paragraph(say("methods", least=LEAST_PLACEBO, **values))


analysis = Analysis(
    "verdict",
    "What may be concluded?",
    NoSettings,
    compute,
    needs=("outcomes", "noise", "influence", "multiverse", "serial", "units"),
    contrast=True,
    methods=methods,
    record=record,
    columns={"certainty": ("differs, may differ or inconclusive, by the rule in the methods", "")},
)
