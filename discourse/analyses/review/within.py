"""Do speakers differ within a group? Each against the rest of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import against_rest
from discourse.compare.ratios import compare
from discourse.report.blocks import Block, Table
from discourse.report.words import number, probability, span

MOST_SPEAKERS = 12  # speakers that are compared with the rest of their group
COLUMNS = ("target", "item", "group", "speaker", "estimate", "low", "high", "n_documents", "p", "q", "note")


@dataclass(frozen=True)
class WithinFound(Found):
    """A row for each outcome, group and speaker; the unit is what a speaker says in a document."""

    speakers: pd.DataFrame = field(default_factory=pd.DataFrame)


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome]) -> WithinFound:
    """Compare each speaker with the rest of the group, for outcomes that are known by speaker."""
    frames = [
        frame
        for o in outcomes
        if o.joint and o.cells is not None
        for g in range(len(data.design.names))
        if (frame := _group(o, data, g)) is not None
    ]
    if not frames:
        return WithinFound()
    rows = pd.concat(frames, ignore_index=True)
    rows["q"] = benjamini_hochberg(rows["p"].to_numpy(float))
    return WithinFound(speakers=rows[list(COLUMNS)])


def _group(outcome: Outcome, data: Data, g: int) -> pd.DataFrame | None:
    """The speakers of one group with enough documents; None where there are too few to compare."""
    cells, design, least = outcome.cells, data.design, data.min_documents
    assert cells is not None
    speaker = cells.strata["speaker"].to_numpy(object)
    inside = (design.group[cells.document] == g) & (cells.x > 0)
    counts = pd.Series(speaker[inside]).value_counts()
    names = list(counts.index[counts >= least][:MOST_SPEAKERS])
    # Without the most frequent speaker the rest of the group is smallest, and must still suffice.
    if not names or len(counts) < 2 or inside.sum() - counts[names].max() < least:
        return None
    code = {n: k for k, n in enumerate(names)}
    of_cell = np.array([code.get(s, len(names)) if ok else -1 for s, ok in zip(speaker, inside)])
    labels = [*names, "others"][: len(names) + (len(counts) > len(names))]
    if len(labels) < 2:
        return None
    # With clusters such as speakers, each would be a single unit here.
    within = replace(design, group=of_cell, names=labels, cluster=None, strata=None, kind=None, tokens=None)
    contrasts = [against_rest(within, k, list(range(len(labels)))) for k in range(len(names))]
    q = replace(outcome.quantities, y=cells.y[:, None], x=cells.x)
    table = compare(
        q,
        within,
        contrasts,
        min_documents=least,
        min_denominator=outcome.min_denominator,
        needed_documents=outcome.needed_documents if outcome.min_denominator else 1,
    ).table
    table = table[table["contrast"] == "rest"].reset_index(drop=True)
    p = [
        permutation_test([q], within, c).table["p"].iloc[0] if low == low else np.nan
        for c, low in zip(contrasts, table["low"])
    ]
    return table.assign(group=str(design.names[g]), speaker=names, p=p, target=outcome.target)


def section(found: WithinFound, say: Say) -> Iterator[Block]:
    """A table of the speakers that can be compared."""
    table = found.speakers
    if table.empty:
        return
    shown = table[table["estimate"].notna()]
    outcomes = {(o.item, o.target): o for o in say.outcomes if o.joint}
    rows = []
    for r in shown.itertuples():
        outcome = outcomes[r.item, r.target]
        rows.append(
            [
                str(r.group),
                str(r.speaker),
                say.labelled(outcome),
                number(float(r.estimate), outcome.digits),
                span(float(r.low), float(r.high), outcome.digits),
                probability(float(r.p)),
                probability(float(r.q)),
            ]
        )
    yield Table(
        "speakers-within",
        say("caption", least=say.data.min_documents, rows=len(shown)),
        ["Group", "Speaker", "", "Difference", "Interval", "p", "q"],
        rows,
        table,
        ["left", "left", "left", "right", "right", "right", "right"],
        [1.5, 1.8, 1.0, 0.9, 1.4, 0.6, 0.6],
    )


analysis = Analysis(
    "within",
    "Do speakers differ within a group?",
    NoSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    chapter="noise",
)
