"""Is a difference the mix? What another mix of speakers, kinds and venues explains, and what changed within them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data, named
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Settings, columns_missing
from discourse.compare.decompose import Cells, kitagawa, oaxaca
from discourse.errors import SettingErrors, TooLittleText
from discourse.figures.frames import layout_composition
from discourse.figures.kinds import Parts
from discourse.report.blocks import Block, Figure, Paragraph, Refusal, Table
from discourse.report.words import number, span

# Share of the text of each group in strata that both have, below which the mix and the change cannot be separated.
LEAST_COMMON = 0.2
MOST_STRATA = 6
ADDED = ["common_study", "common_reference", "mix", "within"]  # what strata have that can be added up
DEFAULT = ["speaker", "kind", "venue", "issuer"]


class MixSettings(Settings):
    """What a difference is split by."""

    columns: list[str] = Field(
        DEFAULT, description="What the mix may consist of: columns of documents, and speaker; those that exist are used"
    )


@dataclass(frozen=True)
class TooLittleInCommon:
    """Why a column cannot split a difference: the shares of the text in strata that both groups have."""

    column: str
    study: float
    reference: float


@dataclass(frozen=True)
class Composition:
    """A difference split into mix and change: by each column alone, by all together, and why there is none for others."""

    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    strata: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    refusals: Mapping[str, TooLittleInCommon | TooLittleText] = field(default_factory=dict)


@dataclass(frozen=True)
class MixFound(Found):
    """Compositions of the joint outcomes; of the others the parts of each item that is shown."""

    compositions: Mapping[tuple[str, str], Composition] = field(default_factory=dict)
    items: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)


def compute(data: Data, settings: MixSettings, outcomes: Sequence[Outcome]) -> MixFound:
    """Split every difference by the columns that the config names."""
    # Default columns are used where they exist; those that a config names must.
    if settings.columns != DEFAULT:
        errors = columns_missing(settings.columns, ["speaker", *data.documents.columns], "mix", "columns")
        if errors:
            raise SettingErrors(errors)
    joint = {o.identity: _composition(o, data, settings) for o in outcomes if o.joint and o.difference() is not None}
    items = {o.identity: _items(o, data, settings) for o in outcomes if not o.joint}
    return MixFound((), (), joint, items)


def _composition(outcome: Outcome, data: Data, settings: MixSettings) -> Composition:
    """The difference by the mix of each column, and by all of them together."""
    parts: dict[str, pd.DataFrame] = {}
    strata: dict[str, pd.DataFrame] = {}
    refusals: dict[str, TooLittleInCommon | TooLittleText] = {}
    design, q, cells = data.design, outcome.quantities, outcome.in_cells(data.documents)
    pair = (data.main.parts[0][1][0], data.main.parts[1][1][0])
    inside = np.isin(design.group[cells.document], pair) & (cells.x > 0)
    options: dict[str, Any] = {"scale": q.scale, "bounds": q.bounds, "unit": data.units[0]}
    usable = []
    for column in settings.columns:
        if column not in cells.strata.columns:
            continue
        values = cells.strata[column].astype(str)
        if values[inside].nunique() < 2:
            continue
        common = _common(values.to_numpy(), design.group[cells.document], cells.x, pair)
        if min(common) < LEAST_COMMON:
            refusals[column] = TooLittleInCommon(column, *common)
            continue
        try:
            parts[column], strata[column] = kitagawa(cells, design, pair, column, **options)
            usable.append(column)
        except TooLittleText as error:
            refusals[column] = error
    if len(usable) > 1:
        try:
            parts[" and ".join(usable)] = oaxaca(cells, design, pair, usable, **options)
        except TooLittleText as error:
            refusals["all"] = error
    return Composition(parts, strata, refusals)


def _items(outcome: Outcome, data: Data, settings: MixSettings) -> pd.DataFrame:
    """The differences of items split by the columns of documents; `item`, `column`, `part`, `estimate`, `low`, `high`."""
    design, contrast, documents = outcome.design_of(data), outcome.contrast_of(data), data.documents
    pair = (contrast.parts[0][1][0], contrast.parts[1][1][0])
    place = {item: k for k, item in enumerate(outcome.quantities.items)}
    q = outcome.quantities.only([place[i] for i in (outcome.shown if outcome.shown is not None else place)])
    # A log-odds is no sum of parts; the rate behind it is.
    rates = replace(q, prior=None, scale=1e4, bounds=(0.0, np.inf)) if q.prior is not None else q
    x, frames = rates.x[:, 0], []
    for column in settings.columns:
        if column not in documents.columns:
            continue
        values = named(documents[column]).to_numpy()
        inside = np.isin(design.group, pair) & (x > 0)
        if len(set(values[inside])) < 2 or min(_common(values, design.group, x, pair)) < LEAST_COMMON:
            continue
        for k, item in enumerate(q.items):
            y = rates.only([k]).y
            y = y if isinstance(y, np.ndarray) else y.toarray()
            cells = Cells(np.arange(len(documents)), y[:, 0], x, pd.DataFrame({column: values}))
            options: dict[str, Any] = {"scale": rates.scale, "bounds": rates.bounds, "unit": data.units[0]}
            frames.append(kitagawa(cells, design, pair, column, **options)[0].assign(item=item, column=column))
    columns = ["item", "column", "part", "estimate", "low", "high"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _common(values: np.ndarray, group: np.ndarray, x: np.ndarray, pair: tuple[int, int]) -> tuple[float, float]:
    """Share of x of each group in strata that both have."""
    sums = [pd.Series(x[group == g]).groupby(values[group == g]).sum() for g in pair]
    both = sums[0].index[sums[0] > 0].intersection(sums[1].index[sums[1] > 0])
    return float(sums[0][both].sum() / sums[0].sum()), float(sums[1][both].sum() / sums[1].sum())


def section(found: MixFound, say: Say) -> Iterator[Block]:
    """The parts of the differences of each target, and how far the mix explains those of items."""
    for target in dict.fromkeys(target for _, target in found.compositions):
        about = say.about(target) if target else say
        ours = [o for o in about.outcomes if o.identity in found.compositions and o.target == target]
        yield from _target(found, ours, about)
    yield from _items_table(found, say)


def _target(found: MixFound, outcomes: Sequence[Outcome], say: Say) -> Iterator[Block]:
    """The figure of the parts, what cannot be split, and the strata that add most."""
    compositions = {o.item: found.compositions[o.identity] for o in outcomes}
    frame = layout_composition({i: dict(c.parts) for i, c in compositions.items()}, _part_names(say))
    frame["column"] = frame["column"].map(say.column)
    refusals: dict[str, TooLittleInCommon | TooLittleText] = {}
    for composition in compositions.values():
        for column, refusal in composition.refusals.items():
            refusals.setdefault(column, refusal)
    if frame.empty and not refusals:
        yield Paragraph(say("no_column"))
        return
    if not frame.empty:
        alt = "; ".join(
            f"{r.measure} by {r.column}, {r.label}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}"
            for r in frame.itertuples()
        )
        kind = Parts(say.palette, {o.item: o.unit for o in outcomes})
        text = say("parts_alt", listed=alt)
        yield Figure(say.reviewed("composition"), frame, kind, say("parts"), text, of="composition")
    for refusal in refusals.values():
        common = isinstance(refusal, TooLittleInCommon)
        yield Refusal(say("too_little_in_common", refusal=refusal) if common else str(refusal))
    tables = [
        table.assign(measure=item, column=column)
        for item, composition in compositions.items()
        for column, table in composition.strata.items()
    ]
    if tables:
        yield _strata(pd.concat(tables, ignore_index=True), outcomes[0], say)


def _part_names(say: Say) -> dict[str, str]:
    keys = {"difference": "difference", "mix": "mix", "within": "within"}
    keys |= {"only study": "only_study", "only reference": "only_reference"}
    return {part: say(f"part_{key}") for part, key in keys.items()}


def _strata(every: pd.DataFrame, outcome: Outcome, say: Say) -> Table:
    """What adds most to the parts of the difference of the first outcome; the other strata together, and the sum."""
    ends = ("study", "reference")
    names = [*(f"{what}_{end}" for what in ("share", "common") for end in ends), *ends, "mix", "within", "mean"]
    every = every[["measure", "column", "stratum", *names]]
    # Only strata that both groups have are part of the mix.
    first = every[(every["measure"] == outcome.item) & every["common_study"].notna()]
    rows, means = [], []
    for column, part in first.groupby("column", sort=False):
        size = part[["mix", "within"]].abs().sum(axis=1)
        largest = part.loc[size.nlargest(MOST_STRATA, keep="first").index]
        rest = part.drop(largest.index)
        rows += [[say.column(str(column)), *_stratum(str(r["stratum"]), r, outcome)] for _, r in largest.iterrows()]
        # With the other strata and the sum a reader can add up what is printed.
        if len(rest):
            rows.append(
                [say.column(str(column)), *_stratum(say("other_strata", n=len(rest)), rest[ADDED].sum(), outcome)]
            )
        rows.append([say.column(str(column)), *_stratum(say("all_strata"), part[ADDED].sum(), outcome)])
        means.append(say("mean_level", column=column, mean=number(float(part["mean"].iloc[0]), outcome.digits + 1)))
    heads = [f"{what}, {group}" for what in ("share", "value") for group in (say.study, say.reference)]
    return Table(
        say.reviewed("composition"),
        say("strata", name=outcome.name, means=means),
        ["", "", *heads, "mix", "within"],
        rows,
        every,
        ["left", "left"] + ["right"] * 6,
        [0.8, 2.0, 1, 1, 1, 1, 0.8, 0.8],
    )


def _stratum(name: str, row: pd.Series, outcome: Outcome) -> list[str]:
    """Cells of one stratum, or of a sum over some.

    Shares and values have a decimal more than the parts, so that whoever multiplies them finds the printed part.
    """
    return [
        name,
        *(f"{number(100 * float(row[f'common_{end}']), 2)}%" for end in ("study", "reference")),
        *(number(float(row.get(end, np.nan)), outcome.digits + 1) for end in ("study", "reference")),
        *(number(float(row[part]), outcome.digits) for part in ("mix", "within")),
    ]


def _items_table(found: MixFound, say: Say) -> Iterator[Block]:
    """How far the mix explains the differences of items."""
    judged = say.found("verdict").items
    rows, frames = [], []
    for identity, table in found.items.items():
        if table.empty:
            continue
        outcome = next(o for o in say.outcomes if o.identity == identity)
        frames.append(table.assign(name=outcome.key))
        known = judged[identity].set_index("item")["certainty"]
        for column, part in table.groupby("column", sort=False):
            wide = part.pivot(index="item", columns="part", values="estimate")
            wide = wide[wide.index.map(known) != Certainty.INCONCLUSIVE]
            if wide.empty:
                continue
            turned = wide.index[np.sign(wide["within"]) != np.sign(wide["difference"])]
            mostly = wide.index[(wide["mix"] / wide["difference"] > 0.5)].difference(turned)
            shown = [f"{len(w)}: {', '.join(w[:6])}" if len(w) else "none" for w in (mostly, turned)]
            rows.append([f"{outcome.name} by {say.column(str(column))}", f"{len(wide)}", *shown])
    if rows:
        yield Table(
            "items-mix",
            say("items"),
            ["", "n", "more than half is the mix", "within, none or the other way"],
            rows,
            pd.concat(frames, ignore_index=True),
            ["left", "right", "left", "left"],
            [1.4, 0.5, 3, 3],
        )


def methods(found: MixFound, say: Say) -> Iterator[Block]:
    """How a difference is split."""
    if any(c.parts for c in found.compositions.values()):
        yield Paragraph(say("methods"))


analysis = Analysis(
    "mix",
    "Is it the mix of speakers, kinds and venues?",
    MixSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    chapter="mix",
    figures={"composition": "Is it the mix of speakers, kinds and venues?"},
    methods=methods,
    cites=("kitagawa1955", "oaxaca1973", "blinder1973", "nopo2008"),
    columns={
        "common_reference": (
            "share of the stratum in the text of the reference group that both groups' strata have",
            "0 to 1",
        ),
        "common_study": ("share of the stratum in the text of the study group that both groups' strata have", "0 to 1"),
        "column": ("column by which the text is divided (speaker, kind, venue...)", ""),
        "composition: mean": (
            "mean value over the strata that both groups have, which the mix is measured from",
            "as the estimate",
        ),
        "mix": (
            "what the other share of the stratum in the text adds to the difference: difference of the common shares times (mean of the "
            "two values minus `mean`)",
            "as the estimate",
        ),
        "part": ("part of the difference: difference (the whole), mix, within, only study, only reference", ""),
        "reference": ("value of the stratum in the reference group", "as the estimate"),
        "share_reference": ("share of the stratum in the reference group", "0 to 1"),
        "share_study": ("share of the stratum in the study group", "0 to 1"),
        "study": ("value of the stratum in the study group", "as the estimate"),
        "within": (
            "what the change within the stratum adds to the difference: difference of the values times the mean of the common shares",
            "as the estimate",
        ),
    },
)
