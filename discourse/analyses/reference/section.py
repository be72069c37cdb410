"""What is said of words against a reference corpus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.reference.measure import ReferenceFound
from discourse.analyses.say import Say, slug
from discourse.figures.kinds import Lollipops
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import number, span

COLUMNS = {"log-odds": "estimate", "log ratio": "log_ratio", "g2": "g2"}


def section(found: ReferenceFound, say: Say) -> Iterator[Block]:
    """For each reference and group a figure and a table of the clearest words on either side."""
    if found.sources.empty:
        return
    yield Heading(say("heading"))
    for refusal in found.refusals:
        yield Refusal(str(refusal))
    for k, ((reference, group), table) in enumerate(found.tables.items()):
        source = found.sources.set_index("reference").loc[reference]
        lacking = found.lacking[(found.lacking["reference"] == reference) & (found.lacking["group"] == group)].iloc[0]
        frame = _clearest(table, say.settings.show, say.settings.measure, group, reference)
        values: dict[str, Any] = {"reference": reference, "group": group, "source": source, "lacking": lacking}
        values |= {"tested": len(table), "apart": int(((table["low"] > 0) | (table["high"] < 0)).sum())}
        name = f"reference-{slug(reference)}-{k + 1}"
        kind = Lollipops([*say.groups, reference], group, reference, say(f"unit_{slug(say.settings.measure)}"))
        alt = ", ".join(f"{r.item} {number(r.estimate, 2)}" for r in frame.itertuples())
        if len(frame):
            caption = say("figure", **values)
            yield Figure(name, frame, kind, caption, say("alt", listed=alt, **values), of="reference")
        yield Paragraph(say("lacks", **values))
        yield _table(frame, say, name, values)
    words = [t.assign(reference=r, group=g) for (r, g), t in found.tables.items()]
    if words:
        yield DataTable("reference-words", pd.concat(words, ignore_index=True))
    yield DataTable("reference-lacking", found.lacking)
    yield DataTable("reference-sources", found.sources)


def _clearest(table: pd.DataFrame, show: int, measure: str, group: str, reference: str) -> pd.DataFrame:
    """The clearest words on either side: by the end of the interval nearer to 0."""
    table = table[np.isfinite(table["low"]) & np.isfinite(table["high"])]
    more, less = table[table["estimate"] >= 0].head(show), table[table["estimate"] < 0].head(show)
    frame = pd.concat([more, less], ignore_index=True)
    bounds = {"log-odds": ("low", "high"), "log ratio": ("log_ratio_low", "log_ratio_high")}.get(measure)
    return frame.assign(
        group=np.where(frame["estimate"] >= 0, group, reference),
        shown=frame[COLUMNS[measure]],
        shown_low=frame[bounds[0]] if bounds else np.nan,
        shown_high=frame[bounds[1]] if bounds else np.nan,
    )


def _table(frame: pd.DataFrame, say: Say, name: str, values: dict[str, Any]) -> Table:
    rows = [
        [
            r.item,
            number(r.rate_study, 2),
            number(r.rate_reference, 2),
            f"{number(r.estimate, 2)} {span(r.low, r.high, 2)}",
            f"{number(r.log_ratio, 2)} {span(r.log_ratio_low, r.log_ratio_high, 2)}",
            number(r.g2, 0),
            f"{r.range:,}",
        ]
        for r in frame.itertuples()
    ]
    heads = ["Word", values["group"], values["reference"], "log-odds ratio", "Log Ratio", "G2", "Documents"]
    kept = frame.drop(columns=["shown", "shown_low", "shown_high", "group"])
    widths = [1.2, 0.9, 0.9, 1.6, 1.6, 0.7, 0.8]
    return Table(name, say("table", **values), heads, rows, kept, ["left"] + ["right"] * 6, widths)


def words(found: ReferenceFound) -> Iterator[str]:
    """The clearest words of each group."""
    for table in found.tables.values():
        yield from table.loc[table["low"] > 0, "item"].head(5)


def limits(found: ReferenceFound, say: Say) -> Iterator[str]:
    """What a reference is not."""
    if not found.sources.empty:
        yield say("limit")


def methods(found: ReferenceFound, say: Say) -> Iterator[Block]:
    """Whose counts these are, and how they are compared."""
    if found.sources.empty:
        return
    yield Heading(say("heading"), 2)
    yield Paragraph(say("methods"))
    for source in found.sources.itertuples():
        yield Paragraph(say("file", source=source))
