"""What could this corpus have shown? The smallest differences that a test finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.review.noise import LEAST_PLACEBO, NoiseFound, enough
from discourse.analyses.review.serial import Weeks, by_week
from discourse.analyses.review.together import over_contrasts
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.permutation import null_statistics
from discourse.compare.power import Criteria, smallest_differences
from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.report.blocks import Block, Paragraph, Table
from discourse.report.words import number, plural

# Share of the resamples in which a difference is to be found, for 0.8 of corpora: these vary more than the resamples of one of them
# (`benchmarks/verdict.py`).
RESAMPLES = 0.9
MOST_ITEMS = 200  # items of a family whose power is computed, of all frequencies
ENDS = ("study", "reference")
BINS = (0, 20, 50, 100, 250, np.inf)


@dataclass(frozen=True)
class PowerFound(Found):
    """A row for each joint outcome, contrast and unit, and for items of families with simultaneous intervals."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome], noise: NoiseFound) -> PowerFound:
    """The smallest difference of each outcome that the verdict would find with these units as they vary."""
    parts: list[pd.DataFrame] = []
    joint = [o for o in outcomes if o.joint and o.difference() is not None]
    for unit in data.units:
        for contrast in data.contrasts:
            parts += _joint(joint, data, contrast, unit, noise)
    for o in outcomes:
        if not o.joint and enough(
            o.quantities, o.design_of(data), o.contrast_of(data), data.units[0], data.min_documents
        ):
            parts.append(_items(o, data, noise))
    parts = [p for p in parts if len(p)]
    return PowerFound(table=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame())


def _joint(
    joint: Sequence[Outcome], data: Data, contrast: Contrast, unit: str, noise: NoiseFound
) -> Iterator[pd.DataFrame]:
    """The smallest differences of the joint outcomes in one contrast, each tested beside all others."""
    design = data.design
    family = [o for o in joint if enough(o.quantities, design, contrast, unit, data.min_documents)]
    # Nulls and weeks are those of the main contrast and of the unit of the verdict.
    verdict = contrast.kind == "difference" and unit == data.units[0]
    nulls = [_nulls(o, data, noise) if verdict else {} for o in family]
    frames = _smallest(family, design, contrast, unit, nulls)
    weekly, weeks = by_week(data) if verdict else (design, Weeks.CLUSTERED)
    if weeks == Weeks.EXAMINED:
        for frame, other in zip(frames, _smallest(family, weekly, contrast, "cluster", [{}] * len(family))):
            for name in ("smallest", "opposite", "factor"):
                frame[name] = np.fmax(frame[name], other[name])
    for o, frame in zip(family, frames):
        sizes = [o.quantities.n_units(design, list(g), unit) for _, g in contrast.parts]
        yield frame.assign(
            name=o.quantities.name,
            target=o.target,
            contrast=contrast.kind,
            stratum=contrast.name,
            unit=design.cluster_name if unit == "cluster" else unit,
            n_study=sizes[0],
            n_reference=sizes[-1],
        )


def _smallest(
    family: Sequence[Outcome],
    design: Design,
    contrast: Contrast,
    unit: str,
    nulls: Sequence[dict[int, np.ndarray]],
) -> list[pd.DataFrame]:
    """The smallest differences over one kind of unit."""
    tested = [null_statistics(o.quantities, design, contrast, unit)[1] for o in family]
    frames = []
    for k, o in enumerate(family):
        others = [t.max(1) for j, t in enumerate(tested) if j != k and len(t) == len(tested[k])]
        criteria = Criteria(np.fmax.reduce(others) if others else None, nulls[k])
        frames.append(
            smallest_differences(o.quantities, design, contrast, unit=unit, power=RESAMPLES, criteria=criteria)
        )
    return frames


def _nulls(outcome: Outcome, data: Data, noise: NoiseFound) -> dict[int, np.ndarray]:
    """By part of the main contrast: the difference that fewer than the level of its halves and placebo dates reach."""
    sizes = {}
    for k, (_, groups) in enumerate(data.main.parts):
        name = str(data.design.names[groups[0]])
        halves = noise.halves[outcome.identity].get(name, np.zeros(0))
        placebo = noise.placebo[outcome.identity].get(name, np.zeros(0))
        enough_of = [v for v, least in ((halves, 1), (placebo, LEAST_PLACEBO)) if len(v) >= least]
        reached = [np.quantile(np.abs(v), data.design.confidence, method="higher") for v in enough_of]
        if reached:
            sizes[k] = np.array([max(reached)])
    return sizes


def _items(outcome: Outcome, data: Data, noise: NoiseFound) -> pd.DataFrame:
    """The smallest difference that simultaneous intervals, or interval, family and halves, could have shown, for items of all frequencies."""
    assert outcome.comparison is not None
    design, contrast, unit = outcome.design_of(data), outcome.contrast_of(data), data.units[0]
    criteria = outcome.comparison.params.get("critical")
    table = outcome.table if criteria else outcome.table[outcome.table["contrast"] == "difference"]
    order = table.sort_values(["n_documents", "item"], kind="stable").reset_index(drop=True)
    # Evenly over the order of frequency, on which power depends.
    chosen = order.iloc[np.unique(np.linspace(0, len(order) - 1, min(MOST_ITEMS, len(order))).round().astype(int))]
    place = {item: k for k, item in enumerate(outcome.quantities.items)}
    at = [place[i] for i in chosen["item"]]
    some = outcome.quantities.only(at)
    if criteria:
        one, other, base = criteria[unit]
        found = smallest_differences(some, design, contrast, unit=unit, critical=(one[at], other[at], base))
    else:
        others = null_statistics(some, design, contrast, unit)[1].max(1)
        halves = noise.items[outcome.identity].set_index("item").reindex(some.items)
        ends = {
            k: [c for c in (f"halves_{end}_low", f"halves_{end}_high") if c in halves] for k, end in enumerate(ENDS)
        }
        nulls = {k: halves[c].abs().max(axis=1).fillna(0.0).to_numpy() for k, c in ends.items() if c}
        found = smallest_differences(
            some, design, contrast, unit=unit, power=RESAMPLES, criteria=Criteria(others, nulls)
        )
    sizes = [some.n_units(design, list(groups), unit) for _, groups in contrast.parts]
    return found.assign(
        contrast=contrast.kind,
        stratum=contrast.name,
        target="",
        unit=design.cluster_name if unit == "cluster" else unit,
        n_study=sizes[0],
        n_reference=sizes[1],
        n_documents=chosen["n_documents"].to_numpy(),
        name=outcome.name,
    )


def section(found: PowerFound, say: Say) -> Iterator[Block]:
    """A table: observed and smallest differences, and the growth that the observed one would need."""
    if found.table.empty:
        return
    unit = say.data.design.cluster_name
    words = {c.name: say.contrast(c) for c in [*say.data.contrasts, *say.data.further]}
    views = {c.name: view for c, view in say.contrasts}
    every, rows, families = over_contrasts(say, "power", "table"), [], []
    for r in every[every["unit"] == unit].itertuples():
        of = views.get(str(r.stratum), say).outcomes
        outcome = next((o for o in of if o.joint and (o.item, o.target) == (r.item, r.target)), None)
        if outcome is None:
            continue
        rows.append(
            [
                say.labelled(outcome),
                words[r.stratum],
                f"{r.n_study:,.0f} and {r.n_reference:,.0f}",
                number(float(r.estimate), outcome.digits),
                number(float(r.smallest), outcome.digits) if np.isfinite(r.smallest) else _none(r, outcome, say),
                _growth(float(r.factor), say),
            ]
        )
    families = [o for o in say.outcomes if not o.joint]
    for family in families:
        part = found.table[found.table["name"] == family.name]
        if part.empty or family.comparison is None:
            continue
        if "critical" not in family.comparison.params:
            sizes = f"{part['n_study'].iloc[0]:,.0f} and {part['n_reference'].iloc[0]:,.0f}"
            middle = float(part["smallest"].median())
            median = number(middle, family.digits) if np.isfinite(middle) else say("none_of_most")
            rows.append([say("median", name=family.name), "", sizes, "", median, ""])
            continue
        bins = pd.cut(part["n_documents"], list(BINS), labels=[*map(str, BINS[1:-1]), ""])
        for top, some in part.groupby(bins, observed=True):
            sizes = f"{some['n_study'].iloc[0]:,.0f} and {some['n_reference'].iloc[0]:,.0f}"
            text = say("up_to", name=family.name, top=top)
            rows.append([text, "", sizes, "", number(float(some["smallest"].median()), family.digits), ""])
    yield Table(
        "power",
        say("caption"),
        ["", "Contrast", plural(say.unit), "Observed", "Smallest shown", "Growth needed"],
        rows,
        every,
        ["left", "left", "right", "right", "right", "right"],
        [1.7, 2.0, 1.2, 0.8, 1.0, 1.0],
    )


def _none(row: Any, outcome: Outcome, say: Say) -> str:
    """That no possible difference would be shown, and why."""
    falls, bounds = row.estimate < 0, outcome.quantities.bounds
    end = bounds[0] if falls else bounds[1]
    known = outcome.difference("trend" if row.contrast == "trend" else "difference", row.stratum)
    return say(
        "none",
        falls=falls,
        end=number(end, 0) if np.isfinite(end) else "",
        trend=row.contrast == "trend",
        few=known is not None and known["low"] != known["low"],
    )


def _growth(factor: float, say: Say) -> str:
    """How many times as many units would do."""
    if not np.isfinite(factor):
        return "–"
    if factor <= 1:
        return say("enough")
    return say("times", factor=number(factor, 1)) if factor < 100 else say("many_times")


def methods(found: PowerFound, say: Say) -> Iterator[Block]:
    """How power is computed."""
    yield Paragraph(say("methods"))


analysis = Analysis(
    "power",
    "What could this corpus have shown?",
    NoSettings,
    compute,
    section,
    needs=("outcomes", "noise"),
    contrast=True,
    chapter="noise",
    methods=methods,
    columns={
        "power: factor": ("growth of both groups that the difference would need", ""),
        "n_reference": ("units of the reference group", "units"),
        "n_study": ("units of the study group", "units"),
        "opposite": ("the same in the other direction", "as the estimate"),
        "smallest": (
            "smallest difference, in the direction of the estimate, that interval, test and nulls find with power 0.8; infinite where none "
            "that is possible would be found",
            "as the estimate",
        ),
    },
)
