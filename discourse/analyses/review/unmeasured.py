"""Could something that was not measured explain a difference? How strong it would have to be, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.review.mix import MixFound
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.unmeasured import measured_strength, needed_strength
from discourse.report.blocks import Block, Paragraph, Table
from discourse.report.words import excludes_zero, number

MORE = (0.1, 0.25, 0.5)


@dataclass(frozen=True)
class UnmeasuredFound(Found):
    """What would suffice, a row for each outcome whose interval excludes 0; and what the measured strata explain, by outcome."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    measured: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome], mix: MixFound) -> UnmeasuredFound:
    """The kind of text that would explain each difference away, and the strongest of the kinds that were measured."""
    rows, measured = [], {}
    for o in outcomes:
        row = o.difference() if o.joint else None
        if row is None or not excludes_zero(float(row["low"]), float(row["high"])):
            continue
        study, reference = (
            float(o.level(str(data.design.names[groups[0]]))["estimate"]) for _, groups in data.main.parts
        )
        bounds = o.quantities.bounds
        estimate, near = float(row["estimate"]), min((float(row["low"]), float(row["high"])), key=abs)
        whole = needed_strength(study, reference, bounds, MORE)
        interval = needed_strength(study, reference, bounds, MORE, to=estimate - near)
        composition = mix.compositions.get(o.identity)
        tables = [
            measured_strength(strata).assign(column=column)
            for column, strata in (composition.strata if composition is not None else {}).items()
        ]
        strongest = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["explains"])
        if len(strongest):
            # Only what would explain a part of the difference, not what would make it larger.
            strongest = strongest[strongest["explains"] * estimate > 0]
            strongest = strongest.loc[strongest["explains"].abs().sort_values(ascending=False, kind="stable").index]
        measured[o.identity] = strongest.reset_index(drop=True)
        values = dict(zip([f"needed_{100 * m:.0f}" for m in MORE], whole.needed))
        values |= dict(zip([f"interval_{100 * m:.0f}" for m in MORE], interval.needed))
        rows.append(
            {
                "target": o.target,
                "item": o.item,
                "estimate": estimate,
                "e_value": whole.e_value,
                "least": whole.least,
                **values,
                "times": estimate / strongest["explains"].iloc[0] if len(strongest) else np.nan,
            }
        )
    return UnmeasuredFound(table=pd.DataFrame(rows), measured=measured)


def section(found: UnmeasuredFound, say: Say) -> Iterator[Block]:
    """A row for each outcome, and in words what the strongest measured kind of text explains."""
    if found.table.empty:
        return
    outcomes, rows, sentences = {(o.target, o.item): o for o in say.outcomes if o.joint}, [], []
    for r in found.table.to_dict("records"):
        outcome = outcomes[r["target"], r["item"]]
        name = say.labelled(outcome)
        needed = [number(float(r[f"needed_{100 * m:.0f}"]), outcome.digits) for m in MORE]
        least = say("any") if r["least"] == 0 else f"{number(100 * float(r['least']), 0)} points"
        e_value = f"{number(float(r['e_value']), 1)}" if r["e_value"] == r["e_value"] else "–"
        rows.append([name, number(float(r["estimate"]), outcome.digits), *needed, least, e_value])
        strongest = found.measured[outcome.identity]
        if len(strongest):
            first = strongest.iloc[0].to_dict()
            sentences.append(say("strongest", outcome=outcome, name=name, first=first, times=float(r["times"])))
    yield Table(
        "unmeasured",
        say("caption", example=say("example", row=rows[0])),
        ["", "Difference", *(f"{100 * m:.0f} points more" for m in MORE), "at least", "E-value"],
        rows,
        found.table,
        ["left"] + ["right"] * 6,
        [1.4, 0.9, 1.1, 1.1, 1.1, 0.9, 0.8],
    )
    mix = say.found("mix", "")
    columns = mix is not None and any(c.parts for c in mix.compositions.values())
    yield Paragraph(" ".join(sentences) if sentences else say("nothing_measured", columns=columns))


def methods(found: UnmeasuredFound, say: Say) -> Iterator[Block]:
    """The formula."""
    if len(found.table):
        yield Paragraph(say("methods"))


analysis = Analysis(
    "unmeasured",
    "Could something that was not measured explain it?",
    NoSettings,
    compute,
    section,
    needs=("outcomes", "mix"),
    contrast=True,
    chapter="mix",
    methods=methods,
    cites=("bross1966", "vanderweele2017"),
    columns={
        "e_value": ("E-value of the ratio of the two rates (VanderWeele and Ding 2017)", ""),
        "least": (
            "smallest difference of shares that could explain the difference, given the bounds of the measure",
            "0 to 1",
        ),
        "times": ("how many times as strong as the strongest measured kind of text it would have to be", ""),
        **{
            f"{what}_{100 * m:.0f}": (
                f"by how much the level in a kind of text that makes up {100 * m:.0f} more percentage points of the study group would have "
                f"to exceed that of other text, to explain {of}",
                "as the estimate",
            )
            for what, of in (("needed", "the difference"), ("interval", "so much that the interval reaches 0"))
            for m in MORE
        },
    },
)
