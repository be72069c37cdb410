"""Are the units right, and enough? Documents of one speaker resemble each other; a few speakers are pooled partially beside."""

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
from discourse.compare.design_effect import ALIKE, design_effect
from discourse.compare.pooled import FEW, difference, pooled
from discourse.compare.ratios import contrasted
from discourse.report.blocks import Block, DataTable, Paragraph, Table
from discourse.report.words import number, span

NO_LABELS = {"doc_id", "title", "date", "date_iso", "day", "kind", "n_tokens", "group", "url", "source_url", "text"}
COLUMNS = ("target", "key", "measure", "column", "labels", "correlation", "effect", "estimate", "low", "high")

TYPICAL = ("target", "measure", "stratum", "n_clusters", "estimate", "low", "high", "spread")


@dataclass(frozen=True)
class UnitsFound(Found):
    """The design effect of each column on each joint outcome, with the interval over the values of the column.

    Where clusters are few: `typical` has the typical cluster of each group and their difference, `clusters` each cluster.
    """

    effects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    typical: pd.DataFrame = field(default_factory=pd.DataFrame)
    clusters: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def alike(self) -> pd.DataFrame:
        """Rows whose interval over documents is too narrow."""
        return self.effects[self.effects["effect"] > ALIKE]

    def over(self, identity: tuple[str, str]) -> pd.DataFrame:
        """Those of one outcome, by key and target."""
        key, target = identity
        return self.alike[(self.alike["key"] == key) & (self.alike["target"] == target)]


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome]) -> UnitsFound:
    """Design effects where documents are the units; partial pooling where the clusters that the config names are few."""
    if data.design.cluster is not None:
        return _few(data, outcomes)
    rows = []
    for column, labels in _labels(data).items():
        for o in outcomes:
            if not o.joint or o.difference() is None:
                continue
            found = design_effect(o.quantities, data.design, data.main, labels)
            if found is None or not np.isfinite(found.effect[0]):
                continue
            named = np.array([f"\0{k}" if v is None else v for k, v in enumerate(labels)], object)
            over = replace(data.design, cluster=named, cluster_name=column)
            estimate, low, high = (v[0] for v in contrasted(o.quantities, over, data.main))
            values = (found.labels, found.correlation[0], found.effect[0], estimate, low, high)
            rows.append((o.target, o.key, o.item, column, *values))
    return UnitsFound((), (), pd.DataFrame(rows, columns=list(COLUMNS)))


def _few(data: Data, outcomes: Sequence[Outcome]) -> UnitsFound:
    """The typical cluster of each group of the main contrast, and their difference; empty where there are many clusters."""
    design, groups = data.design, [g for _, groups in data.main.parts for g in groups]
    if min(design.n_clusters(g) for g in groups) >= FEW:
        return UnitsFound()
    typical, clusters = [], []
    for o in outcomes:
        if not o.joint or o.difference() is None:
            continue
        found = {g: pooled(o.quantities, design, g) for g in groups}
        for g, p in found.items():
            if p is None:
                continue
            name = str(design.names[g])
            spread = float(np.sqrt(p.effects.between))
            typical.append((o.target, o.item, name, len(p.clusters), p.effects.mean, p.low, p.high, spread))
            clusters.append(p.clusters.assign(target=o.target, measure=o.item, group=name))
        one, other = (found[g] for g in groups[:2])
        # People in both groups are no independent parts.
        if len(groups) == 2 and one is not None and other is not None and not design.overlapping:
            values = difference(one, other, design.confidence)
            n = min(len(one.clusters), len(other.clusters))
            typical.append((o.target, o.item, data.main.name, n, *values, np.nan))
    if not typical:
        return UnitsFound()
    return UnitsFound((), (), UnitsFound().effects, pd.DataFrame(typical, columns=list(TYPICAL)), pd.concat(clusters))


def _labels(data: Data) -> dict[str, np.ndarray]:
    """Columns whose values have several documents each, the speaker first; each division of the documents once."""
    documents, seen, found = data.documents, set(), {}
    inside = data.design.group >= 0
    columns = [c for c in documents.columns if c not in NO_LABELS]
    for column in sorted(columns, key=lambda c: c != "speaker"):
        values = documents[column]
        labels = np.array([None if pd.isna(v) or str(v) == "" else str(v) for v in values], object)
        division = tuple(pd.factorize(pd.Series(labels[inside]))[0])
        if division not in seen and len(set(division)) < inside.sum():
            seen.add(division)
            found[column] = labels
    return found


def section(found: UnitsFound, say: Say) -> Iterator[Block]:
    """A table of design effects, or of typical clusters beside the levels."""
    if len(found.typical):
        yield _typical(found, say)
        yield DataTable("units-clusters", found.clusters)
    if found.effects.empty:
        return
    outcomes = {(o.item, o.target): o for o in say.outcomes if o.joint}
    rows = []
    for r in found.effects.itertuples():
        o = outcomes[r.measure, r.target]
        documents = o.difference()
        assert documents is not None
        rows.append(
            [
                say.labelled(o),
                str(r.column),
                f"{int(r.labels)}",
                number(float(r.correlation), 2),
                number(float(r.effect), 1),
                span(float(documents["low"]), float(documents["high"]), o.digits),
                span(float(r.low), float(r.high), o.digits),
            ]
        )
    yield Table(
        "units",
        say("caption", alike=f"{ALIKE:g}"),
        ["", "Column", "Values", "Correlation", "Design effect", "Over documents", "Over values"],
        rows,
        found.effects,
        ["left", "left", "right", "right", "right", "right", "right"],
        [1.4, 1.0, 0.7, 0.9, 0.9, 1.4, 1.4],
    )


def _typical(found: UnitsFound, say: Say) -> Table:
    """The level of all that a group says, and that of its typical cluster."""
    outcomes = {(o.item, o.target): o for o in say.outcomes if o.joint}
    names = {say.data.main.name: say.contrast(say.data.main)}
    rows = []
    for r in found.typical.itertuples():
        o = outcomes[r.measure, r.target]
        whole = o.table[(o.table["item"] == o.item) & (o.table["stratum"] == r.stratum)].iloc[0]
        rows.append(
            [
                say.labelled(o),
                names.get(str(r.stratum), str(r.stratum)),
                f"{int(r.n_clusters)}",
                f"{number(float(whole['estimate']), o.digits)} {span(float(whole['low']), float(whole['high']), o.digits)}",
                f"{number(float(r.estimate), o.digits)} {span(float(r.low), float(r.high), o.digits)}",
                number(float(r.spread), o.digits) if r.spread == r.spread else "",
            ]
        )
    return Table(
        "units-typical",
        say("typical", unit=say.data.design.cluster_name),
        [
            "",
            "",
            f"{say.data.design.cluster_name}s",
            "All words",
            f"Typical {say.data.design.cluster_name}",
            "SD between",
        ],
        rows,
        found.typical,
        ["left", "left", "right", "right", "right", "right"],
        [1.0, 1.6, 0.7, 1.6, 1.6, 0.8],
    )


def warning(found: UnitsFound, say: Say) -> Iterator[str]:
    """The column by which documents resemble each other most."""
    if found.alike.empty:
        return
    worst = found.alike.sort_values("effect", ascending=False, kind="stable").iloc[0]
    outcome = next(o for o in say.outcomes if (o.item, o.target) == (worst["measure"], worst["target"]))
    names = [str(c) for c in dict.fromkeys(found.alike["column"])]
    yield say(
        "warning",
        name=say.of_target(outcome),
        column=worst["column"],
        times=float(np.sqrt(worst["effect"])),
        names=names,
    )


def methods(found: UnitsFound, say: Say) -> Iterator[Block]:
    """How design effects, or typical clusters, are estimated."""
    yield Paragraph(say("methods_pooled" if say.data.design.cluster is not None else "methods"))


analysis = Analysis(
    "units",
    "Do documents of one speaker resemble each other?",
    NoSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    chapter="noise",
    summary=warning,
    methods=methods,
    cites=("donner1980", "hartung2001", "kish1965", "paule1982"),
    columns={
        "cluster": ("name of the cluster", ""),
        "level": ("ratio of sums of the cluster", "as the estimate"),
        "pooled": ("level of the cluster drawn toward the mean of the clusters of its group", "as the estimate"),
        "spread": ("standard deviation between clusters of the group", "as the estimate"),
        "units: column": ("column whose values may be the units", ""),
        "correlation": ("intraclass correlation of documents with the same value", "up to 1"),
        "effect": ("variance of the difference over these values by its variance over documents", "ratio"),
        "key": ("key of the outcome", ""),
        "labels": ("values of the column, in the group with fewer", ""),
        "units: low": ("lower end of the interval that resamples these values", "as the estimate"),
        "units: high": ("upper end of the interval that resamples these values", "as the estimate"),
    },
)
