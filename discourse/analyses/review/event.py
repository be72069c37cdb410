"""Did something change on one day? The difference at an event beside those at other dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Day, Settings
from discourse.compare.events import event_test
from discourse.errors import DatesTooCoarse, TooLittleText
from discourse.figures.frames import layout_event
from discourse.figures.kinds import Dates
from discourse.report.blocks import Block, Figure, Paragraph, Refusal
from discourse.report.words import number


class EventSettings(Settings):
    """A date at which something may have changed."""

    date: Day = Field(description="First day after")
    name: str = Field("the event", description="What happened")
    days: int = Field(60, ge=3, le=36_500, description="Days on either side that are compared")


@dataclass(frozen=True)
class EventFound(Found):
    """The date, and for each outcome the change there and at placebo dates."""

    day: dt.date | None = None
    tables: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)


def compute(data: Data, settings: EventSettings, outcomes: Sequence[Outcome]) -> EventFound:
    """Compare the days after the event with those before it, and do the same at all dates whose windows do not reach across it."""
    known = data.known(data.design.group >= 0)
    if known != "day":
        return EventFound((), [DatesTooCoarse(f"A change on {settings.date}", known)], settings.date)
    tables, refusals = {}, []
    for o in outcomes:
        if not o.joint or o.difference() is None:
            continue
        try:
            tables[o.identity] = event_test(
                o.quantities,
                data.design,
                data.documents["date"],
                settings.date,
                days=settings.days,
                min_documents=data.min_documents,
            )
        except TooLittleText as error:
            refusals.append(error)
    return EventFound((), refusals, settings.date, tables)


def at_event(table: pd.DataFrame) -> tuple[float, int, int]:
    """The change at the event, at how many placebo dates it is as large, and of how many."""
    values = table.iloc[:, -1].to_numpy(float)
    placebo = values[1:][np.isfinite(values[1:])]
    return float(values[0]), int((np.abs(placebo) >= abs(values[0])).sum()), len(placebo)


def section(found: EventFound, say: Say) -> Iterator[Block]:
    """A figure for each target."""
    for text in dict.fromkeys(str(refusal) for refusal in found.refusals):
        yield Refusal(text)
    for target in dict.fromkeys(target for _, target in found.tables):
        about = say.about(target) if target else say
        yield _figure(
            {o: found.tables[o.identity] for o in say.outcomes if o.identity in found.tables and o.target == target},
            about,
        )
    opposite = _opposite(found, say)
    if opposite:
        yield Paragraph(say("opposite", listed=opposite))


def _opposite(found: EventFound, say: Say) -> list[str]:
    """Outcomes whose change at the event has the other sign than the difference between the groups, with both numbers."""
    texts = []
    for o in say.outcomes:
        row = o.difference() if o.identity in found.tables else None
        if row is None:
            continue
        change, difference = at_event(found.tables[o.identity])[0], float(row["estimate"])
        # What prints as 0 has no sign.
        signs = [np.sign(round(value, o.digits)) for value in (change, difference)]
        if signs[0] * signs[1] < 0:
            texts.append(say("opposite_part", outcome=o, change=change, difference=difference))
    return texts


def _figure(tables: Mapping[Outcome, pd.DataFrame], say: Say) -> Figure:
    settings: EventSettings = say.settings
    parts = []
    for outcome, table in tables.items():
        value, larger, dates = at_event(table)
        # Neighbouring windows share most documents: what counts as evidence are those that do not overlap.
        window = 2 * settings.days
        apart = max(((table["date"].max() - table["date"].min()).days + window) // window, 1)
        parts.append(
            say(
                "part",
                name=say.named(outcome),
                value=number(value, outcome.digits),
                after=int(table["n_after"].iloc[0]),
                before=int(table["n_before"].iloc[0]),
                larger=larger,
                dates=dates,
                apart=apart,
            )
        )
    listed = "; ".join(parts)
    frame = layout_event({o.item: t for o, t in tables.items()})
    kind = Dates(say.groups, {o.item: o.unit for o in tables}, settings.name)
    caption = say("event", listed=listed[0].upper() + listed[1:], day=settings.date)
    return Figure(say.reviewed("event"), frame, kind, caption, say("event_alt", listed=listed), of="event")


def summary(found: EventFound, say: Say) -> Iterator[str]:
    """The change at the event itself."""
    for target in dict.fromkeys(target for _, target in found.tables):
        parts = []
        for o in say.outcomes:
            if o.identity in found.tables and o.target == target:
                value, larger, dates = at_event(found.tables[o.identity])
                sign = "+" if value > 0 else ""
                parts.append(
                    say(
                        "summary_part",
                        name=say.named(o),
                        value=sign + number(value, o.digits),
                        larger=larger,
                        dates=dates,
                    )
                )
        yield say("summary", listed="; ".join(parts))
    opposite = _opposite(found, say)
    if opposite:
        yield say("opposite", listed=opposite)


analysis = Analysis(
    "event",
    "Did something change on this day?",
    EventSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    on=False,
    chapter="noise",
    figures={"event": "Did something change on this day?"},
    summary=summary,
    columns={
        "n_after": ("documents in the window after the date", "documents"),
        "n_before": ("documents in the window before the date", "documents"),
        "placebo": ("whether the date is a placebo date", ""),
    },
)
