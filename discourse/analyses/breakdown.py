"""Every outcome of a target by a column, by speaker and over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data, named
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Settings
from discourse.analyses.validity import validity_words
from discourse.compare.quantities import Quantities
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.corpus.dated import COLUMN, administrations, precision, spanned
from discourse.corpus.dates import Precision
from discourse.errors import SettingError, did_you_mean
from discourse.features.target import Target
from discourse.figures.frames import layout_panel
from discourse.figures.kinds import MOST_SPEAKERS, Panel
from discourse.report.blocks import Block, DataTable, Figure
from discourse.types import Comparison

# Documents, and documents with mentions, for the interval of a speaker or period. Levels of so few are covered in 0.93 to 0.95 of
# simulated corpora (docs/inference.md); differences need more.
LEAST_FOR_LEVEL = 5
MOST_PERIODS = 30
WELL_FILLED = 20  # documents in the median period: then times without any document do not count among the periods


class BreakdownSettings(Settings):
    """Panels by a column, and periods over time."""

    by: str | None = Field(None, description="Column for the panel that shows each speaker or administration")
    period: Literal["auto", "month", "quarter", "year", "decade", "administration"] = Field(
        "auto", description="Periods of the figures over time; auto takes the finest that gives at most 30"
    )


@dataclass(frozen=True)
class Periods:
    """Outcomes by period; tables of `group`, `date` (middle of the period), `label`, `estimate`, `low`, `high`, `y`, `x`,
    `n_documents`. Periods with too little text are left out."""

    unit: str = ""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def of(self, key: str) -> pd.DataFrame:
        """The table of an outcome."""
        columns = ["group", "date", "label", "estimate", "low", "high", "y", "x", "n_documents"]
        return self.tables.get(key, pd.DataFrame(columns=columns))


@dataclass(frozen=True)
class BreakdownFound(Found):
    """`panels`: comparisons of the outcomes by key, for each column; `periods`: the same over time."""

    panels: Mapping[str, Mapping[str, Comparison]] = field(default_factory=dict)
    periods: Periods = field(default_factory=Periods)
    units: Mapping[str, str] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    least: int = LEAST_FOR_LEVEL


def compute(data: Data, settings: BreakdownSettings, target: Target, outcomes: Sequence[Outcome]) -> BreakdownFound:
    """Levels of each outcome of one item by the column of the config, by speaker, and by period."""
    outcomes = [o for o in outcomes if o.joint]
    documents = data.documents
    panels: dict[str, Mapping[str, Comparison]] = {}
    if settings.by:
        if settings.by not in documents.columns:
            hint = did_you_mean(settings.by, list(documents.columns))
            raise SettingError(("breakdown", "by"), f'there is no column "{settings.by}". {hint}')
        values = named(documents[settings.by]).to_numpy(object)
        if outcomes:
            panels[settings.by] = _levels(outcomes, values, data.design.group >= 0, data.design)
    speakers = _speakers(data, outcomes)
    # A column that names the same speakers needs no second panel.
    shown = {str(v) for panel in panels.values() for c in panel.values() for v in c.table["stratum"]}
    if speakers and not set(next(iter(speakers.values())).table["stratum"]) <= shown:
        panels["speaker"] = speakers
    return BreakdownFound(
        (),
        (),
        panels,
        _periods(data, settings.period, outcomes),
        {o.item: o.unit for o in outcomes},
        {o.item: o.quantities.bounds for o in outcomes},
    )


def _levels(
    outcomes: Sequence[Outcome], values: np.ndarray, inside: np.ndarray, design: Design, names: Sequence[str] = ()
) -> dict[str, Comparison]:
    """Levels of outcomes for each label of their rows."""
    names = list(names) or list(dict.fromkeys(values[inside]))
    index = {n: k for k, n in enumerate(names)}
    # Documents are the units: of one speaker, or in one month, there is often a single cluster.
    by = replace(
        design,
        group=np.array([index.get(v, -1) if ok else -1 for v, ok in zip(values, inside)]),
        names=names,
        cluster=None,
        cluster_name="document",
        strata=None,
        kind=None,
        tokens=None,
        min_containing=min(design.min_containing, LEAST_FOR_LEVEL),
    )
    return {
        o.key: compare(
            replace(o.quantities, target=""),
            by,
            min_documents=LEAST_FOR_LEVEL,
            min_denominator=o.min_denominator,
            needed_documents=o.needed_documents if o.min_denominator else 1,
        )
        for o in outcomes
    }


def _speakers(data: Data, outcomes: Sequence[Outcome]) -> dict[str, Comparison]:
    """The same for each speaker of the home side with enough text for every outcome; empty where there are fewer than two.

    The unit is all that a speaker says in a document.
    """
    if not outcomes or any(o.cells is None for o in outcomes):
        return {}
    cells = [o.cells for o in outcomes if o.cells is not None]
    inside = data.design.group[cells[0].document] >= 0
    speaker = cells[0].strata["speaker"].to_numpy(object)
    first = _in_order_of_turns(data)
    enough: pd.Index | None = None
    total = pd.Series(dtype=float)
    for outcome, part in zip(outcomes, cells):
        # Only a threshold on the text says which speakers have enough of it.
        if outcome.min_denominator <= 0:
            continue
        rows = pd.DataFrame({"speaker": speaker, "x": part.x})[inside]
        total = rows.groupby("speaker", sort=False)["x"].sum().reindex(first).dropna()
        documents = rows[rows["x"] > 0].groupby("speaker", sort=False).size().reindex(total.index).fillna(0)
        some = total.index[(total >= outcome.min_denominator) & (documents >= outcome.needed_documents)]
        enough = some if enough is None else enough.intersection(some, sort=False)
    if enough is None or len(enough) < 2:
        return {}
    order = total[enough].sort_values(ascending=False, kind="stable").index.tolist()
    # Units in the order in which speakers take their first turn, as sums of bootstrap weights depend on it.
    place = _turn_order(data, cells[0].document, speaker)
    by_speaker = [
        replace(o, quantities=_of_cells(o.quantities, c.y[place], c.x[place])) for o, c in zip(outcomes, cells)
    ]
    chosen = inside[place] & np.isin(speaker[place], order)
    return _levels(by_speaker, speaker[place], chosen, data.design, order)


def _of_cells(q: Quantities, y: np.ndarray, x: np.ndarray) -> Quantities:
    return replace(q, y=y[:, None], x=x)


def _in_order_of_turns(data: Data) -> list[str]:
    """Speakers of the home side in the order of their first turns in the groups."""
    inside = data.home & (data.design.group[data.turns["document"].to_numpy()] >= 0)
    return list(dict.fromkeys(named(data.turns["speaker"]).to_numpy(object)[inside]))


def _turn_order(data: Data, document: np.ndarray, speaker: np.ndarray) -> np.ndarray:
    """Cells in the order of the first turn of a speaker in a document."""
    turns = data.turns
    keys = pd.MultiIndex.from_arrays([turns["document"], named(turns["speaker"])])
    first = pd.Series(np.arange(len(turns)), index=keys)[~keys.duplicated()]
    at = first.reindex(pd.MultiIndex.from_arrays([document, speaker])).to_numpy(float)
    return np.argsort(np.nan_to_num(at, nan=len(turns)), kind="stable")


def _periods(data: Data, period: str, outcomes: Sequence[Outcome]) -> Periods:
    """Outcomes by the period that the config names, or the finest that gives few enough."""
    documents = data.documents
    inside = (data.design.group >= 0) & (documents["n_tokens"] > 0).to_numpy()
    if not inside.any():
        return Periods()
    known = precision(documents[inside])
    _check(period, known)
    if known == Precision.NONE:
        return Periods()
    unit = _finest(documents["date"][inside], known) if period == "auto" else period
    if unit == "administration":
        labels = [a or "(none)" for a in administrations(documents)]
    else:
        labels = period_labels(documents["date"], unit)
    # The separator occurs in no name, so that the two can be parted again.
    values = np.array([f"{g}\0{label}" for g, label in zip(documents["group"], labels)], object)
    found = _levels(outcomes, values, inside, data.design) if outcomes else {}
    return Periods(unit, {key: _over_time(c.table, values, inside, documents) for key, c in found.items()})


# The coarsest date that a period can be told from; a range of years goes by its first.
_NEEDED = {"month": Precision.MONTH, "quarter": Precision.MONTH}


def _check(period: str, known: Precision) -> None:
    """A period that the config names can be told from the dates."""
    if period != "auto" and known == Precision.NONE:
        raise SettingError(("breakdown", "period"), f'not all documents have a date: there is no "{period}" of them')
    elif known != Precision.NONE and known.coarser_than(_NEEDED.get(period, Precision.RANGE)):
        shown = "a range of years" if known == Precision.RANGE else f"the {known}"
        raise SettingError(
            ("breakdown", "period"), f"documents are dated by {shown} only; take year, decade or administration"
        )


def _finest(dates: pd.Series, known: Precision = Precision.DAY) -> str:
    """The finest unit that gives few enough periods, of those that can be told from the dates."""
    days = (dates.max() - dates.min()).days if len(dates) else 0
    for name, size in (("month", 31), ("quarter", 92), ("year", 366)):
        if known.coarser_than(_NEEDED.get(name, Precision.RANGE)):
            continue
        documents = pd.Series(period_labels(dates, name), dtype=object).value_counts()
        if days / size <= MOST_PERIODS or (len(documents) <= MOST_PERIODS and documents.median() >= WELL_FILLED):
            return name
    return "decade"


def period_labels(dates: pd.Series, unit: str) -> list[str]:
    """The period of each date: month, quarter, year or decade."""
    if unit == "decade":
        return [f"{int(y) // 10 * 10}s" if y == y else "" for y in dates.dt.year]
    return dates.dt.to_period({"month": "M", "quarter": "Q", "year": "Y"}[unit]).astype(str).tolist()


def _over_time(table: pd.DataFrame, values: np.ndarray, inside: np.ndarray, documents: pd.DataFrame) -> pd.DataFrame:
    """Levels of periods in the order of time, those with too little text left out."""
    table = table[table["estimate"].notna()]
    by = documents[inside].assign(stratum=values[inside]).groupby("stratum")
    middle = by["date"].agg(lambda d: d.min() + (d.max() - d.min()) / 2)
    names = table["stratum"].str.split("\0", regex=False)
    frame = table[["estimate", "low", "high", "y", "x", "n_documents"]].reset_index(drop=True)
    frame.insert(0, "group", [n[0] for n in names])
    frame.insert(1, "date", middle.reindex(table["stratum"]).to_numpy())
    frame.insert(2, "label", [n[1] for n in names])
    if COLUMN in documents.columns:
        # The middle of dates that are not known by the day is a place in the figure, and no date.
        ends = {name: dict.fromkeys(spanned(part)) for name, part in by}
        frame[COLUMN] = ["/".join(ends[s]) for s in table["stratum"]]
    return frame.sort_values(["date", "group"], kind="stable").reset_index(drop=True)


def section(found: BreakdownFound, say: Say) -> Iterator[Block]:
    """A panel for the column of the config, and one of speakers."""
    for column, panel in found.panels.items():
        yield from _panel(found, column, panel, say)


def _panel(found: BreakdownFound, column: str, panel: Mapping[str, Comparison], say: Say) -> Iterator[Block]:
    """Every outcome for each speaker, or for each value of a column."""
    documents = say.data.documents
    own = column == say.settings.by
    by_key = {str(c.table["item"].iloc[0]): c for c in panel.values()}
    frame = layout_panel(by_key)
    names = list(dict.fromkeys(frame["stratum"]))
    more = 0
    if column == "speaker" and not own:
        names, more = names[:MOST_SPEAKERS], max(len(names) - MOST_SPEAKERS, 0)
        yield DataTable(say.name("speakers-stance"), frame)
        frame = frame[frame["stratum"].isin(names)]
        group = documents["group"].to_numpy()[say.data.turns["document"]]
        at = (group != "") & say.data.turns["speaker"].isin(names).to_numpy()
        pairs = pd.DataFrame({"name": say.data.turns["speaker"].to_numpy()[at], "group": group[at]})
    else:
        shown = documents[documents["group"] != ""]
        pairs = pd.DataFrame({"name": named(shown[column]).to_numpy(), "group": shown["group"].to_numpy()})
    first = pairs.groupby("name")["group"].agg(lambda g: g.iloc[0] if g.nunique() == 1 else "")
    caption = say(
        "panel",
        column=column,
        speakers=not own,
        least=found.least,
        more=more,
        stance=say.sections.get("stance"),
        validity="; ".join(validity_words(o.validity) for o in say.outcomes if o.validity),
    )
    kind = Panel(say.groups, names, {str(k): str(v) for k, v in first.items()}, dict(found.units), dict(found.bounds))
    name = "panel" if own else "panel-speakers"
    yield Figure(say.name(name), frame, kind, caption, say("panel_alt", column=column, values=len(names)), of="panel")


analysis = Analysis(
    "breakdown",
    "How do speakers, administrations and periods differ?",
    BreakdownSettings,
    compute,
    section,
    needs=("outcomes",),
    per_target=True,
    figures={"panel": "How do speakers or administrations differ?"},
)
