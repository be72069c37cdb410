"""Where the level of an outcome breaks over time, beside the breaks of series without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Settings
from discourse.compare.breaks import Breaks, change_points
from discourse.corpus.dates import Precision
from discourse.errors import SettingError, TooLittleText
from discourse.features.target import Target
from discourse.figures.kinds import Steps
from discourse.report.blocks import Block, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import number, probability

UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
NEEDED = {"day": Precision.DAY, "week": Precision.DAY, "month": Precision.MONTH, "quarter": Precision.MONTH}
FILLED = 0.8  # share of the periods that must have text for the finest unit to be taken
MOST_PERIODS = 400  # of a series: with more, a coarser unit is taken


class ChangesSettings(Settings):
    """Breaks in the level of an outcome over time."""

    switch: ClassVar[str] = "{}"

    period: Literal["auto", "day", "week", "month", "quarter", "year"] = Field(
        "auto", description="Periods of the series; auto takes the finest of which four in five have text"
    )
    most: int = Field(3, ge=1, le=8, description="Breaks of a series at most")
    least: int = Field(5, ge=2, le=100, description="Periods between two breaks")
    draws: int = Field(999, ge=99, le=20_000, description="Series without a break that each is set beside")


@dataclass(frozen=True)
class ChangesFound(Found):
    """Breaks by outcome and series.

    Parameters
    ----------
    unit : str
        Of the periods.
    series : DataFrame
        `outcome`, `group` ("" for all), `date` (first day of the period), `label`, `value`, `level`, `x` (sum of the denominator),
        `n_documents`.
    breaks : DataFrame
        `outcome`, `group`, `date`, `label` (first period after), `low`, `high` (dates), `low_label`, `high_label`, `before`, `after`,
        `p`.
    tested : DataFrame
        A row for each series: `outcome`, `group`, `n_periods`, `autocorrelation`, `next_label`, `next_p` (the largest break that is none).
    """

    unit: str = ""
    series: pd.DataFrame = field(default_factory=pd.DataFrame)
    breaks: pd.DataFrame = field(default_factory=pd.DataFrame)
    tested: pd.DataFrame = field(default_factory=pd.DataFrame)


def compute(data: Data, settings: ChangesSettings, target: Target, outcomes: Sequence[Outcome]) -> ChangesFound:
    """Breaks of each outcome of one item, in all groups together where these follow each other, else in each."""
    inside = (data.design.group >= 0) & (data.documents["n_tokens"] > 0).to_numpy()
    known = data.known(inside)
    if known == Precision.NONE:
        raise TooLittleText("Breaks over time", "not all documents have a date", "a date of each")
    unit = _unit(settings.period, data.documents["date"][inside], known)
    parts: dict[str, list[Any]] = {"series": [], "breaks": [], "tested": []}
    refusals = []
    for outcome in outcomes:
        if not outcome.joint or len(outcome.quantities.items) != 1:
            continue
        for group, rows in _groups(data, inside).items():
            table = _series(outcome, data, rows, unit)
            try:
                found = change_points(
                    table["value"], table["x"], most=settings.most, least=settings.least, draws=settings.draws,
                    confidence=data.design.confidence, seed=data.design.seed,
                )  # fmt: skip
            except TooLittleText as error:
                of = f"{error.what} in {outcome.name}" + (f", {group}" if group else "")
                refusals.append(TooLittleText(of, f"{error.have} by {unit} with text", error.need))
                continue
            named = {"outcome": outcome.key, "group": group}
            parts["series"].append(table.assign(**named, level=found.levels * outcome.quantities.scale))
            parts["breaks"].append(_dated(found, table, outcome).assign(**named))
            parts["tested"].append(pd.DataFrame([{**named, **_tested(found, table)}]))
    if not parts["series"]:
        return ChangesFound((), refusals, unit)
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    series = tables["series"].assign(value=tables["series"]["shown"]).drop(columns="shown")
    return ChangesFound((), refusals, unit, series, tables["breaks"], tables["tested"])


def _unit(wanted: str, dates: pd.Series, known: Precision) -> str:
    """The unit of the config, or the finest of which enough periods have text."""
    if wanted != "auto":
        if known.coarser_than(NEEDED.get(wanted, Precision.RANGE)):
            said = f'documents are dated by the {known} only: there is no "{wanted}" of them; take year'
            raise SettingError(("changes", "period"), said)
        return wanted
    for name, code in UNITS.items():
        if known.coarser_than(NEEDED.get(name, Precision.RANGE)):
            continue
        periods = dates.dt.to_period(code)
        span = periods.max().ordinal - periods.min().ordinal + 1
        if span <= MOST_PERIODS and periods.nunique() >= FILLED * span:
            return name
    return "year"


def _groups(data: Data, inside: np.ndarray) -> Mapping[str, np.ndarray]:
    """Documents of each series: of all groups where none begins before another has ended, else of each group."""
    dates = data.documents["date"]
    rows = [np.flatnonzero(inside & (data.design.group == g)) for g in range(len(data.design.names))]
    spans = sorted((dates.iloc[r].min(), dates.iloc[r].max()) for r in rows if len(r))
    if all(before[1] <= after[0] for before, after in pairwise(spans)):
        return {"": np.flatnonzero(inside)}
    return {str(name): r for name, r in zip(data.design.names, rows) if len(r)}


def _series(outcome: Outcome, data: Data, rows: np.ndarray, unit: str) -> pd.DataFrame:
    """Sums by period, of those with some of the denominator."""
    q = outcome.quantities
    y = q.y if isinstance(q.y, np.ndarray) else q.y.toarray()
    period = data.documents["date"].iloc[rows].dt.to_period(UNITS[unit])
    sums = pd.DataFrame({"period": period.to_numpy(), "y": y[rows, 0], "x": q.x[rows, 0]})
    table = sums.groupby("period").agg(y=("y", "sum"), x=("x", "sum"), n_documents=("y", "size")).reset_index()
    table = table[table["x"] > 0].reset_index(drop=True)
    value = table["y"] / table["x"]
    return pd.DataFrame(
        {
            "date": [p.start_time for p in table["period"]],
            "label": [_label(p, unit) for p in table["period"]],
            "value": value,
            "shown": value * q.scale,
            "x": table["x"],
            "n_documents": table["n_documents"],
        }
    )


def _label(period: pd.Period, unit: str) -> str:
    return str(period.start_time.date()) if unit == "week" else str(period)


def _dated(found: Breaks, table: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """The breaks with the dates of their periods."""
    breaks, scale = found.table, outcome.quantities.scale
    at = {"date": "at", "low": "low", "high": "high"}
    columns: dict[str, Any] = {name: table["date"].to_numpy()[breaks[c].to_numpy(int)] for name, c in at.items()}
    texts = {
        ("label" if n == "date" else f"{n}_label"): table["label"].to_numpy()[breaks[c].to_numpy(int)]
        for n, c in at.items()
    }
    return pd.DataFrame(
        {**columns, **texts, "before": breaks["before"] * scale, "after": breaks["after"] * scale, "p": breaks["p"]}
    )


def _tested(found: Breaks, table: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_periods": len(table),
        "autocorrelation": found.autocorrelation,
        "next_label": table["label"].iloc[found.next_at],
        "next_p": found.next_p,
    }


def section(found: ChangesFound, say: Say) -> Iterator[Block]:
    """A row for each series with its levels and breaks, and a table."""
    yield Heading(say("heading"))
    for text in dict.fromkeys(str(refusal) for refusal in found.refusals):
        yield Refusal(text)
    if found.series.empty:
        return
    outcomes = {o.key: o for o in say.outcomes}
    frame = found.series.assign(series=[_named(r, outcomes) for r in found.series.itertuples()])
    breaks = found.breaks.assign(series=[_named(r, outcomes) for r in found.breaks.itertuples()])
    titles = {str(r.series): outcomes[r.outcome].unit for r in frame.drop_duplicates("series").itertuples()}
    said = [_sentence(r, found, outcomes, say) for r in found.tested.itertuples()]
    columns = ["series", "outcome", "group", "date", "label", "value", "level", "x", "n_documents"]
    caption = say(
        "figure", found=found, listed=said, periods=int(found.tested["n_periods"].sum()), several=len(found.tested)
    )
    kind = Steps(say.groups, titles, breaks[["series", "group", "date", "low", "high"]])
    yield Figure(say.name("changes"), frame[columns], kind, caption, say("alt", listed=said), of="changes")
    yield _table(found, outcomes, say)


def _named(row: Any, outcomes: Mapping[str, Outcome]) -> str:
    name = outcomes[row.outcome].title
    return f"{name}, {row.group}" if row.group else name


def _sentence(row: Any, found: ChangesFound, outcomes: Mapping[str, Outcome], say: Say) -> str:
    """The breaks of one series, or that there is none."""
    outcome = outcomes[row.outcome]
    mine = found.breaks[(found.breaks["outcome"] == row.outcome) & (found.breaks["group"] == row.group)]
    return say(
        "series",
        name=say.named(outcome),
        group=row.group,
        row=row,
        digits=outcome.digits,
        breaks=list(mine.itertuples()),
        unit=found.unit,
        next_p=probability(row.next_p),
    )


def _table(found: ChangesFound, outcomes: Mapping[str, Outcome], say: Say) -> Table:
    rows = []
    for series in found.tested.itertuples():
        mine = found.breaks[(found.breaks["outcome"] == series.outcome) & (found.breaks["group"] == series.group)]
        digits = outcomes[series.outcome].digits
        head = [_named(series, outcomes), f"{series.n_periods}", number(series.autocorrelation, 2)]
        for b in mine.itertuples():
            interval = f"{b.low_label} to {b.high_label}"
            rows.append(
                [*head, b.label, interval, f"{number(b.before, digits)} to {number(b.after, digits)}", probability(b.p)]
            )
        rows.append([*head, say("none", label=series.next_label, found=len(mine)), "", "", probability(series.next_p)])
    heads = [
        say("outcome"),
        say("periods", unit=found.unit),
        say("autocorrelation"),
        say("first"),
        say("common.interval"),
        say("levels"),
        "p",
    ]
    frame = found.breaks.merge(found.tested, how="outer", on=["outcome", "group"], sort=True)
    frame = frame.drop(columns=["date", "low", "high"])
    align = ["left", "right", "right", "left", "left", "right", "right"]
    return Table(say.name("changes"), say("table"), heads, rows, frame, align, [1.8, 0.6, 0.9, 1.6, 1.5, 1.2, 0.6])


def summary(found: ChangesFound, say: Say) -> Iterator[str]:
    """Breaks of each series."""
    if found.series.empty:
        return
    outcomes = {o.key: o for o in say.outcomes}
    yield say("summary", listed=[_sentence(r, found, outcomes, say) for r in found.tested.itertuples()])


def limits(found: ChangesFound, say: Say) -> Iterator[str]:
    """That a break is no cause."""
    if not found.series.empty:
        yield say("limit")


def methods(found: ChangesFound, say: Say) -> Iterator[Block]:
    """How breaks are found and tested."""
    if not found.series.empty:
        yield Heading(say("heading_methods"), 2)
        yield Paragraph(say("methods", found=found))


analysis = Analysis(
    "changes",
    "When does what is said about the target change?",
    ChangesSettings,
    compute,
    section,
    needs=("outcomes",),
    per_target=True,
    on=False,
    brief=("changes",),
    figures={"changes": "When does what is said about the target change?"},
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("auger1989", "bai1998"),
    columns={
        "changes: after": ("level after the break", "as the outcome"),
        "changes: autocorrelation": (
            "correlation of neighbouring periods around the levels, upper end of its interval",
            "-1 to 1",
        ),
        "changes: before": ("level before the break", "as the outcome"),
        "changes: date": ("first day of the period", "ISO 8601"),
        "changes: group": ("group whose series it is; empty for all", ""),
        "changes: label": ("period; of a break the first one after it", ""),
        "changes: p": ("share of series without this break that show one as large", "0 to 1"),
        "changes: x": ("sum of the denominator in the period", "tokens, mentions or sentences"),
        "changes: high_label": ("last period of the interval of the break", ""),
        "changes: level": ("level between two breaks", "as the outcome"),
        "changes: low_label": ("first period of the interval of the break", ""),
        "changes: n_periods": ("periods with text", "periods"),
        "changes: next_label": ("period of the largest further break, which is none", ""),
        "changes: next_p": ("its p-value", "0 to 1"),
        "changes: series": ("outcome, and the group where each has a series", ""),
    },
)
