"""The answers to a reviewer: what is noise, what is the mix, what one document does, and what the corpus could have shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.compare.decompose import Cells
from discourse.compare.events import event_test
from discourse.compare.influence import without_each
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.nulls import placebo_dates, random_halves, share_as_large
from discourse.compare.permutation import permutation_test
from discourse.compare.power import smallest_differences
from discourse.compare.quantities import Contrast, Quantities, against_rest
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.errors import TooLittleText
from discourse.experiment.composition import Composition, composition, text_cells, units_of
from discourse.experiment.measures import Measured, evaluation_of, salience_of
from discourse.experiment.multiverse import Curve
from discourse.experiment.plan import Plan
from discourse.types import Comparison, EncodedCorpus

MEASURES = ("salience", "evaluation")
LEAST_PLACEBO = 20  # placebo dates below which they do not speak
AGREE = 0.95  # share of specifications that must have the same sign
MOST_SPEAKERS = 12  # speakers that are set against the rest of their group
DIFFERS, MAY_DIFFER, UNKNOWN = "differs", "may differ", "cannot be told with this corpus"


@dataclass(frozen=True)
class Answers:
    """What the inference says on one measure of one target in the main contrast."""

    target: str
    measure: str
    row: pd.Series
    tests: pd.DataFrame
    halves: Mapping[str, np.ndarray]
    placebo: Mapping[str, np.ndarray]
    influence: Mapping[str, pd.DataFrame]
    composition: Composition
    event: pd.DataFrame | str | None
    certainty: str
    reasons: tuple[str, ...]

    @property
    def estimate(self) -> float:
        """The difference."""
        return float(self.row["estimate"])


@dataclass(frozen=True)
class Inference:
    """All answers; `items` are those of terms and topics, `tests` the permutation tests of the main family."""

    main: tuple[Answers, ...] = ()
    tests: pd.DataFrame = field(default_factory=pd.DataFrame)
    items: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    mixes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    power: pd.DataFrame = field(default_factory=pd.DataFrame)
    speakers: pd.DataFrame = field(default_factory=pd.DataFrame)
    family: int = 0

    def of(self, target: str, measure: str) -> Answers | None:
        """The answers on one measure of one target."""
        return next((a for a in self.main if (a.target, a.measure) == (target, measure)), None)


def infer(
    plan: Plan,
    encoded: EncodedCorpus,
    words: np.ndarray,
    design: Design,
    contrasts: Sequence[Contrast],
    measured: Sequence[Measured],
) -> Inference:
    """Answer for mentions of and stance toward all targets.

    Parameters
    ----------
    words : ndarray of bool, shape (n_tokens,)
        Tokens that count, on all sides.
    contrasts : sequence of Contrast
        The main one first.
    measured : sequence of Measured
        One for each target.
    """
    quantities: list[Quantities] = []
    for m in measured:
        quantities.append(salience_of(m.target.name, m.documents))
        if _differs_at_all(m.stance):
            quantities.append(evaluation_of(m.target.name, m.documents))
    if not quantities:
        return Inference()
    least = plan.config.inference.min_documents
    tests = _tests(quantities, design, contrasts, least)
    dates = encoded.documents["date"]
    of_target = {m.target.name: m for m in measured}
    main = []
    for q in quantities:
        m = of_target[q.target]
        comparison = m.salience if q.name == "mentions" else m.stance
        table = comparison.table
        row = table[(table["contrast"] == "difference") & (table["item"] == q.items[0])].iloc[0]
        tested = (
            (tests["target"] == q.target) & (tests["item"] == q.items[0]) & (tests["contrast"] == "difference")
        ).any()
        if row["estimate"] == row["estimate"] and tested:
            main.append(_answers(plan, encoded, words, design, contrasts[0], m, q, row, tests, dates))
    return Inference(
        tuple(main),
        tests,
        {},
        {},
        _power(quantities, design, contrasts, least),
        _speakers(plan, encoded, words, design, measured),
        len(quantities),
    )


def _differs_at_all(stance: Comparison) -> bool:
    table = stance.table
    return bool(
        table.loc[(table["contrast"] == "difference") & (table["item"] == "evaluation"), "estimate"].notna().any()
    )


def enough(q: Quantities, design: Design, contrast: Contrast, unit: str, min_documents: int) -> bool:
    """Whether each part of a contrast has units enough for a test: documents, or two clusters."""
    documents = [len(q.inside(design, list(groups))) for _, groups in contrast.parts]
    units = [len(q.units(design, list(groups), unit).x) for _, groups in contrast.parts]
    return min(documents) >= min_documents and min(units) >= 2


def _tests(
    quantities: Sequence[Quantities], design: Design, contrasts: Sequence[Contrast], min_documents: int
) -> pd.DataFrame:
    """Permutation tests of the main family, for each contrast and unit; q over all contrasts."""
    parts = []
    for unit in units_of(design):
        frames = []
        for contrast in contrasts:
            family = [q for q in quantities if enough(q, design, contrast, unit, min_documents)]
            if not family:
                continue
            found = permutation_test(family, design, contrast, unit=unit)
            targets = [q.target for q in family for _ in q.items]
            frames.append(
                found.table.assign(
                    contrast=contrast.kind,
                    stratum=contrast.name,
                    target=targets,
                    unit=design.cluster_name if unit == "cluster" else unit,
                    permutations=found.permutations,
                )
            )
        if frames:
            table = pd.concat(frames, ignore_index=True)
            parts.append(table.assign(q=benjamini_hochberg(table["p"].to_numpy())))
    columns = [
        "contrast",
        "stratum",
        "target",
        "item",
        "unit",
        "n_units",
        "estimate",
        "statistic",
        "p",
        "p_family",
        "q",
    ]
    if not parts:
        return pd.DataFrame(columns=[*columns, "permutations"])
    return pd.concat(parts, ignore_index=True)[[*columns, "permutations"]]


def _answers(
    plan: Plan,
    encoded: EncodedCorpus,
    words: np.ndarray,
    design: Design,
    contrast: Contrast,
    measured: Measured,
    q: Quantities,
    row: pd.Series,
    tests: pd.DataFrame,
    dates: pd.Series,
) -> Answers:
    """Every answer on one quantity."""
    unit = units_of(design)[0]
    pair = (contrast.parts[0][1][0], contrast.parts[1][1][0])
    event_day = plan.config.event.date if plan.config.event else None
    halves, placebo = nulls(q, design, pair, dates, plan.config.inference.min_documents, event_day)
    ours = tests[(tests["target"] == q.target) & (tests["item"] == q.items[0]) & (tests["contrast"] == "difference")]
    cells = text_cells(encoded, words, measured, q.items[0])
    influence = _influence(q, design, contrast, cells, encoded)
    event = _event(plan, design, q, dates)
    certainty, reasons = judge(
        float(row["estimate"]),
        (float(row["low"]), float(row["high"])),
        ours[ours["unit"] == (design.cluster_name if unit == "cluster" else unit)].iloc[0],
        {k: v[:, 0] for k, v in halves.items()},
        {k: v[:, 0] for k, v in placebo.items()},
        influence,
        1 - design.confidence,
    )
    return Answers(
        q.target,
        q.items[0],
        row,
        ours,
        {k: v[:, 0] for k, v in halves.items()},
        {k: v[:, 0] for k, v in placebo.items()},
        influence,
        composition(plan, design, pair, cells, q),
        event,
        certainty,
        tuple(reasons),
    )


def nulls(
    q: Quantities,
    design: Design,
    pair: tuple[int, int],
    dates: pd.Series,
    min_documents: int,
    event: dt.date | None = None,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Random halves and placebo dates of the two groups by name, rescaled to the contrast; each of shape (n, n_items)."""
    unit = units_of(design)[0]
    numbers, documents = (
        (len(q.units(design, [pair[0]], u).x), len(q.units(design, [pair[1]], u).x)) for u in (unit, "document")
    )
    halves, placebo = {}, {}
    for g in pair:
        name = str(design.names[g])
        halves[name] = random_halves(q, design, g, numbers, unit=unit)
        table = placebo_dates(q, design, g, dates, documents, min_documents=min_documents, event=event)
        placebo[name] = table[list(q.items)].to_numpy(float).reshape(len(table), len(q.items))
    return halves, placebo


def judge(
    estimate: float,
    interval: tuple[float, float],
    test: pd.Series,
    halves: Mapping[str, np.ndarray],
    placebo: Mapping[str, np.ndarray],
    influence: Mapping[str, pd.DataFrame],
    level: float,
) -> tuple[str, list[str]]:
    """How certain a difference is, by the rule that the methods section states, and what speaks against it.

    Parameters
    ----------
    estimate : float
        The difference.
    interval : (float, float)
        Its interval.
    test : Series
        `p` and `p_family` of its permutation test.
    halves, placebo : mapping of str to ndarray
        Differences where there is none, by group.
    influence : mapping of str to DataFrame
        `estimate` without each unit.
    level : float
        Such as 0.05.

    Returns
    -------
    certainty : str
        `DIFFERS` where the interval leaves out 0, the test of the family is below the level, the difference is larger than all but
        that share of the random halves and placebo dates, and no unit alone turns its sign; `MAY_DIFFER` where the interval
        leaves out 0 or the test of the item alone is below the level; `UNKNOWN` otherwise.
    reasons : list of str
        What is not so.
    """
    against = []
    low, high = interval
    clear = low > 0 or high < 0
    if not clear:
        against.append("the interval holds 0" if low == low else "there is too little text for an interval")
    if test["p_family"] != test["p_family"]:
        against.append("the permutation test is not defined")
    elif not test["p_family"] < level:
        against.append(f"the permutation test gives p = {test['p_family']:.3f} for the family")
    for name, values in halves.items():
        share = float(share_as_large(np.array([estimate]), values[:, None])[0])
        if share >= level:
            against.append(f"{100 * share:.0f}% of random halves of {name} differ as much")
    for name, values in placebo.items():
        share = float(share_as_large(np.array([estimate]), values[:, None])[0])
        if len(values) >= LEAST_PLACEBO and share >= level:
            against.append(f"{100 * share:.0f}% of placebo dates within {name} differ as much")
    for what, table in influence.items():
        if len(table) and (np.sign(table["estimate"]) == -np.sign(estimate)).any():
            against.append(f"without one {what} the sign turns")
    if not against:
        return DIFFERS, []
    return (MAY_DIFFER if clear or test["p"] < level else UNKNOWN), against


def with_choices(inference: Inference, curves: Sequence[Curve]) -> Inference:
    """The same with verdicts that know of other choices: a sign that fewer than 95% of the specifications share may differ only."""
    main = []
    for a in inference.main:
        curve = next((c for c in curves if (c.outcome, c.target) == (a.measure, a.target)), None)
        if curve is not None:
            n, same, _, _ = curve.agreement
            if same < AGREE * n:
                weaker = MAY_DIFFER if a.certainty == DIFFERS else a.certainty
                reason = f"{n - same:,} of {n:,} specifications have the other sign"
                a = replace(a, certainty=weaker, reasons=(*a.reasons, reason))
        main.append(a)
    return replace(inference, main=tuple(main))


def _influence(
    q: Quantities, design: Design, contrast: Contrast, cells: Cells, encoded: EncodedCorpus
) -> dict[str, pd.DataFrame]:
    """Without each document, speaker, day and cluster in turn."""
    found = {"document": without_each(q, design, contrast)}
    of_cell = replace(design, group=design.group[cells.document], cluster=None, strata=None)
    by_cell = replace(q, y=cells.y[:, None], x=cells.x)
    inside = np.isin(of_cell.group, contrast.groups) & (cells.x > 0)
    speakers = cells.strata["speaker"].to_numpy(object)
    if len(set(speakers[inside])) > 1:
        found["speaker"] = without_each(by_cell, of_cell, contrast, speakers)
    days = encoded.documents["date"].dt.strftime("%Y-%m-%d").to_numpy(object)
    if len(set(days[np.isin(design.group, contrast.groups)])) < np.isin(design.group, contrast.groups).sum():
        found["day"] = without_each(q, design, contrast, days)
    if design.cluster is not None:
        clusters = without_each(q, design, contrast, design.cluster.astype(object))
        if "speaker" in found and np.array_equal(found["speaker"]["estimate"].round(9), clusters["estimate"].round(9)):
            del found["speaker"]
        found[design.cluster_name] = clusters
    return found


def _event(plan: Plan, design: Design, q: Quantities, dates: pd.Series) -> pd.DataFrame | str | None:
    """The change at the event and at placebo dates, or why there is none."""
    event = plan.config.event
    if event is None:
        return None
    try:
        least = plan.config.inference.min_documents
        return event_test(q, design, dates, event.date, days=event.days, min_documents=least)
    except TooLittleText as error:
        return str(error)


def _power(
    quantities: Sequence[Quantities], design: Design, contrasts: Sequence[Contrast], min_documents: int
) -> pd.DataFrame:
    """The smallest difference of each quantity and contrast that could have been shown."""
    rows = []
    for unit in units_of(design):
        for contrast in contrasts:
            for q in quantities:
                if not enough(q, design, contrast, unit, min_documents):
                    continue
                table = smallest_differences(q, design, contrast, unit=unit)
                sizes = [len(q.units(design, list(groups), unit).x) for _, groups in contrast.parts]
                rows.append(
                    table.assign(
                        name=q.name,
                        target=q.target,
                        contrast=contrast.kind,
                        stratum=contrast.name,
                        unit=design.cluster_name if unit == "cluster" else unit,
                        n_study=sizes[0],
                        n_reference=sizes[-1],
                    )
                )
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _speakers(
    plan: Plan, encoded: EncodedCorpus, words: np.ndarray, design: Design, measured: Sequence[Measured]
) -> pd.DataFrame:
    """Each speaker of a group against the rest of the group; the unit is what a speaker says in a document."""
    least = plan.config.inference.min_documents
    frames = []
    for m in measured:
        for item in MEASURES:
            cells = text_cells(encoded, words, m, item)
            base = (
                salience_of(m.target.name, m.documents)
                if item == "salience"
                else evaluation_of(m.target.name, m.documents)
            )
            q = replace(base, y=cells.y[:, None], x=cells.x)
            speaker = cells.strata["speaker"].to_numpy(object)
            for g, group in enumerate(design.names):
                inside = (design.group[cells.document] == g) & (cells.x > 0)
                counts = pd.Series(speaker[inside]).value_counts()
                names = list(counts.index[counts >= least][:MOST_SPEAKERS])
                if not names or len(counts) < 2 or inside.sum() - counts[names].max() < least:
                    continue
                code = {n: k for k, n in enumerate(names)}
                of_cell = np.array([code.get(s, len(names)) if ok else -1 for s, ok in zip(speaker, inside)])
                some = len(counts) > len(names)
                within = replace(
                    design, group=of_cell, names=[*names, "others"][: len(names) + some], cluster=None, strata=None
                )
                every = list(range(len(within.names)))
                if len(every) < 2:
                    continue
                contrasts = [against_rest(within, k, every) for k in range(len(names))]
                needs = (
                    (plan.config.stance.min_mentions, plan.config.stance.min_documents)
                    if item == "evaluation"
                    else (0, 1)
                )
                table = compare(
                    q, within, contrasts, min_documents=least, min_denominator=needs[0], needed_documents=needs[1]
                ).table
                table = table[table["contrast"] == "rest"].reset_index(drop=True)
                p = [
                    permutation_test([q], within, c).table["p"].iloc[0] if low == low else np.nan
                    for c, low in zip(contrasts, table["low"])
                ]
                frames.append(table.assign(group=group, speaker=names, p=p, target=m.target.name))
    if not frames:
        return pd.DataFrame()
    every_row = pd.concat(frames, ignore_index=True)
    every_row["q"] = benjamini_hochberg(every_row["p"].to_numpy(float))
    columns = ["target", "item", "group", "speaker", "estimate", "low", "high", "n_documents", "p", "q", "note"]
    return every_row[columns]
