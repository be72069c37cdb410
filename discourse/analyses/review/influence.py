"""What one document, speaker, day or cluster does to a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.influence import without_each
from discourse.report.blocks import Block, Table
from discourse.report.words import number


@dataclass(frozen=True)
class InfluenceFound(Found):
    """Each difference without each unit in turn, by outcome and unit; of outcomes of many items, without the document that matters most."""

    units: Mapping[tuple[str, str], Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    items: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome]) -> InfluenceFound:
    """Leave out each document, speaker, day and cluster in turn."""
    joint = {o.identity: _units(o, data) for o in outcomes if o.joint and o.difference() is not None}
    items = {}
    for o in outcomes:
        if not o.joint:
            place = {item: k for k, item in enumerate(o.quantities.items)}
            shown = o.quantities.only([place[i] for i in (o.shown if o.shown is not None else o.quantities.items)])
            table = without_each(shown, o.design_of(data), o.contrast_of(data))
            # `without_each` puts the largest change first.
            items[o.identity] = table.groupby("item", sort=False).first()
    return InfluenceFound((), (), joint, items)


def _units(outcome: Outcome, data: Data) -> dict[str, pd.DataFrame]:
    """Without each document, speaker, day and cluster in turn."""
    q, design, contrast = outcome.quantities, data.design, data.main
    found = {"document": without_each(q, design, contrast)}
    cells = outcome.in_cells(data.documents)
    of_cell = replace(design, group=design.group[cells.document], cluster=None, strata=None, kind=None, tokens=None)
    inside = np.isin(of_cell.group, contrast.groups) & (cells.x > 0)
    speakers = cells.strata["speaker"].to_numpy(object)
    if len(set(speakers[inside])) > 1:
        by_cell = replace(q, y=cells.y[:, None], x=cells.x)
        found["speaker"] = without_each(by_cell, of_cell, contrast, speakers)
    days = data.documents["date"].dt.strftime("%Y-%m-%d").to_numpy(object)
    among = np.isin(design.group, contrast.groups)
    # With one document a day the table would be that of documents.
    if data.known(among) == "day" and len(set(days[among])) < among.sum():
        found["day"] = without_each(q, design, contrast, days)
    if design.cluster is not None:
        clusters = without_each(q, design, contrast, design.cluster.astype(object))
        # Where each cluster is one speaker a second table would say the same.
        if "speaker" in found and np.array_equal(found["speaker"]["estimate"].round(9), clusters["estimate"].round(9)):
            del found["speaker"]
        found[design.cluster_name] = clusters
    return found


def section(found: InfluenceFound, say: Say) -> Iterator[Block]:
    """A table for each target."""
    for target in dict.fromkeys(target for _, target in found.units):
        about = say.about(target) if target else say
        yield _table(
            {o: found.units[o.identity] for o in about.outcomes if o.identity in found.units and o.target == target},
            about,
        )


def _table(units: Mapping[Outcome, Mapping[str, pd.DataFrame]], say: Say) -> Table:
    """Without which unit each difference would change most."""
    documents = say.data.documents
    # Each is called by a name once, for all measures.
    called = np.array(say.all_called(documents), object)
    rows, frames = [], []
    for outcome, tables in units.items():
        # One more decimal than elsewhere: what a single unit changes is small.
        digits = outcome.digits + 1 if outcome.digits > 1 else outcome.digits
        for what, table in tables.items():
            named = table.drop(columns="item").assign(measure=outcome.item, unit=what)
            if what == "document":
                at = table["label"].to_numpy(int)
                named["label"] = called[at]
                named["doc_id"] = documents["doc_id"].to_numpy()[at]
            frames.append(named)
            for row in named.head(3 if what == "document" else 1).itertuples():
                values = (number(float(v), digits) for v in (row.estimate, row.change))
                rows.append([outcome.name, what, str(row.label), *values])
    frame = pd.concat(frames, ignore_index=True)
    return Table(
        say.reviewed("influence"),
        say("caption"),
        ["Measure", "Left out: one", "Which", "Difference without it", "Change"],
        rows,
        frame.reindex(columns=["measure", "unit", "doc_id", "label", "estimate", "change"]),
        ["left", "left", "left", "right", "right"],
        [0.9, 0.9, 2.8, 1.1, 0.8],
    )


analysis = Analysis(
    "influence",
    "What does one document, speaker or day do?",
    NoSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    chapter="mix",
    columns={
        "change": ("change of the difference when the unit is left out", "as the estimate"),
        "estimate_without": ("the estimate without the document that matters most", "as the estimate"),
        "influence: label": ("name of the unit", ""),
        "without": ("document without which the estimate would change most", ""),
    },
)
