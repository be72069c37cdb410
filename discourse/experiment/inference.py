"""The answers to a reviewer: what is noise, what is the mix, what one document does, and what the corpus could have shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.compare.decompose import Cells, kitagawa, oaxaca
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
from discourse.experiment.measures import Measured, evaluation_of, salience_of
from discourse.experiment.multiverse import Curve
from discourse.experiment.plan import Plan
from discourse.types import Comparison, EncodedCorpus

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
MEASURES = ("salience", "evaluation")
LEAST_COMMON = 0.2  # share of the text in strata that both groups have, below which a mix is not told
LEAST_PLACEBO = 20  # placebo dates below which they do not speak
AGREE = 0.95  # share of specifications that must have the same sign
MOST_TERMS = 200  # terms whose power is computed
MOST_SPEAKERS = 12  # speakers that are set against the rest of their group
DIFFERS, MAY_DIFFER, UNKNOWN = "differs", "may differ", "cannot be told with this corpus"


@dataclass(frozen=True)
class Composition:
    """A difference split into mix and change: by each column alone, by all together, and why there is none for others."""

    parts: Mapping[str, pd.DataFrame]
    strata: Mapping[str, pd.DataFrame]
    refusals: Mapping[str, str]


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


def units_of(design: Design) -> list[str]:
    """The unit of inference first: clusters where there are some, then documents."""
    return ["document"] if design.cluster is None else ["cluster", "document"]


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
        _composition(plan, design, pair, cells, q),
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


def text_cells(encoded: EncodedCorpus, words: np.ndarray, measured: Measured, item: str) -> Cells:
    """Mentions and tokens, or evaluations and mentions, of the home side by document and speaker, with the document's columns."""
    turns = encoded.turns
    home = (turns["side"] == "home").to_numpy()
    at = measured.scored.units["turn"].to_numpy(np.int64)[measured.counted]
    n_mentions = np.bincount(at, minlength=len(turns)).astype(float)
    if item == "salience":
        y, x = n_mentions, np.diff(np.concatenate([[0], np.cumsum(words)])[encoded.turn_bounds]).astype(float)
    else:
        y = np.bincount(at, measured.scored.values[measured.counted, 0], len(turns))
        x = n_mentions
    speaker = _named(turns["speaker"])
    rows = pd.DataFrame({"document": encoded.turn_document, "speaker": speaker, "y": y, "x": x})[home]
    cells = rows.groupby(["document", "speaker"], sort=True, as_index=False).sum()
    document = cells["document"].to_numpy()
    columns = encoded.documents.iloc[document].reset_index(drop=True)
    strata = columns.drop(columns=["doc_id", "title", "date"], errors="ignore").apply(_named)
    strata = strata.assign(speaker=cells["speaker"])
    return Cells(document, cells["y"].to_numpy(float), cells["x"].to_numpy(float), strata)


def _named(values: pd.Series) -> pd.Series:
    """Values as text; missing and empty ones are "(none)", a stratum of their own."""
    return pd.Series(
        ["(none)" if pd.isna(v) or str(v) == "" else str(v) for v in values], index=values.index, dtype=object
    )


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


def _composition(plan: Plan, design: Design, pair: tuple[int, int], cells: Cells, q: Quantities) -> Composition:
    """The difference by the mix of each column, and by all of them together."""
    settings = plan.config.compare
    parts: dict[str, pd.DataFrame] = {}
    strata: dict[str, pd.DataFrame] = {}
    refusals: dict[str, str] = {}
    inside = np.isin(design.group[cells.document], pair) & (cells.x > 0)
    unit = units_of(design)[0]
    usable = []
    for column in settings.composition if settings else []:
        if column not in cells.strata.columns:
            continue
        values = cells.strata[column].astype(str)
        if values[inside].nunique() < 2:
            continue
        common = _common(values.to_numpy(), design.group[cells.document], cells.x, pair)
        if min(common) < LEAST_COMMON:
            names = [design.names[g] for g in pair]
            refusals[column] = (
                f"By {column}: {100 * common[0]:.0f}% of {names[0]} and {100 * common[1]:.0f}% of {names[1]} come from a {column} that both "
                f"have. What sets the groups apart cannot be told from what sets their {column}s apart."
            )
            continue
        try:
            parts[column], strata[column] = kitagawa(
                cells, design, pair, column, scale=q.scale, bounds=q.bounds, unit=unit
            )
            usable.append(column)
        except TooLittleText as error:
            refusals[column] = str(error)
    if len(usable) > 1:
        try:
            parts[" and ".join(usable)] = oaxaca(cells, design, pair, usable, scale=q.scale, bounds=q.bounds, unit=unit)
        except TooLittleText as error:
            refusals["all"] = str(error)
    return Composition(parts, strata, refusals)


def items_composition(
    plan: Plan, documents: pd.DataFrame, q: Quantities, design: Design, contrast: Contrast
) -> pd.DataFrame:
    """The differences of terms or topics split by the columns of documents; `item`, `column`, `part`, `estimate`, `low`, `high`."""
    pair = (contrast.parts[0][1][0], contrast.parts[1][1][0])
    settings = plan.config.compare
    rates = replace(q, prior=None, scale=1e4, bounds=(0.0, np.inf)) if q.prior is not None else q
    frames = []
    for column in settings.composition if settings else []:
        if column not in documents.columns:
            continue
        values = _named(documents[column])
        inside = np.isin(design.group, pair) & (rates.x[:, 0] > 0)
        if (
            values[inside].nunique() < 2
            or min(_common(values.to_numpy(), design.group, rates.x[:, 0], pair)) < LEAST_COMMON
        ):
            continue
        for k, item in enumerate(q.items):
            y = rates.only([k]).y
            y = y if isinstance(y, np.ndarray) else y.toarray()
            cells = Cells(np.arange(len(documents)), y[:, 0], rates.x[:, 0], pd.DataFrame({column: values.to_numpy()}))
            parts = kitagawa(
                cells, design, pair, column, scale=rates.scale, bounds=rates.bounds, unit=units_of(design)[0]
            )[0]
            frames.append(parts.assign(item=item, column=column))
    columns = ["item", "column", "part", "estimate", "low", "high"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _common(values: np.ndarray, group: np.ndarray, x: np.ndarray, pair: tuple[int, int]) -> tuple[float, float]:
    """Share of x of each group in strata that both have."""
    sums = [pd.Series(x[group == g]).groupby(values[group == g]).sum() for g in pair]
    both = sums[0].index[sums[0] > 0].intersection(sums[1].index[sums[1] > 0])
    return float(sums[0][both].sum() / sums[0].sum()), float(sums[1][both].sum() / sums[1].sum())


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
