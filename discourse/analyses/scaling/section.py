"""What is said of positions: a row for each unit, the words that make the dimension, and a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.say import Say
from discourse.analyses.scaling.measure import SEVERAL, ScalingFound
from discourse.analyses.settings import Window
from discourse.compare.placed import LEAST_FOR_INTERVAL, LEAST_FOR_REGION
from discourse.figures.kinds import Map, Standing
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Table
from discourse.report.words import number, span

MOST = 40  # units in a figure of rows
MOST_LABELS = 60  # in a map
NOTABLE = 0.6  # correlation by ranks from which a dimension may be time, or length


def _scaled(found: Found | None) -> bool:
    return isinstance(found, ScalingFound) and not found.positions.empty


def _place(say: Say) -> str:
    """Which words are scaled: "in the sentences that mention Norland"."""
    scope = say.settings.scope
    if say.target is None:
        return say("scope_all")
    window = scope.window if isinstance(scope, Window) else 0
    return say(f"scope_{'window' if window else scope}", tokens=window)


def section(found: ScalingFound, say: Say) -> Iterator[Block]:
    """Positions from all words; the figure only where none is about a target."""
    if not _scaled(found):
        return
    yield Heading(say("heading"))
    drawn = any(_scaled(say.found("scaling_about", t.name)) for t in say.targets)
    yield from _said(found, say, {} if drawn else {say("scope_all"): found})


def section_about(found: ScalingFound, say: Say) -> Iterator[Block]:
    """Positions from the words about a target, beside those from all words."""
    if not _scaled(found):
        return
    say = replace(say, words="scaling")
    yield Heading(say("heading_about", place=_place(say)))
    panels = {_place(say): found}
    every = say.found("scaling", "")
    if _scaled(every):
        panels[say("scope_all")] = every
    yield from _said(found, say, panels)


def _said(found: ScalingFound, say: Say, panels: Mapping[str, ScalingFound]) -> Iterator[Block]:
    part = "scaling" if say.target is None else "scaling_about"
    if panels:
        yield _standing(found, say, panels, say.name(part))
    yield Paragraph(_checked(found, say))
    yield _words(found, say, say.name(f"{part}_words"))
    yield _map(found, say, say.name(f"{part}_map"))
    yield _table(found, say, say.name(f"{part}_positions"))
    if not found.left_out.empty:
        yield DataTable(say.name(f"{part}_left_out"), found.left_out)


def _standing(found: ScalingFound, say: Say, panels: Mapping[str, ScalingFound], name: str) -> Figure:
    """Rows in the order of the positions; of many those with the most tokens."""
    most = found.positions.nlargest(MOST, "n_tokens", keep="first")["unit"]
    order = [u for u in found.positions["unit"] if u in set(most)]
    parts = []
    for panel, other in panels.items():
        table = other.positions.set_index("unit")
        parts.append(table.loc[[u for u in order if u in table.index]].reset_index().assign(panel=panel))
    frame = pd.concat(parts, ignore_index=True)[
        ["panel", "unit", "group", "estimate", "low", "high", "given", "n_documents", "n_tokens"]
    ]
    caption = say(
        "standing",
        found=found,
        place=_place(say),
        units=_units(say),
        shown=len(order),
        of=len(found.positions),
        panels=len(panels),
        several=SEVERAL in set(found.positions["group"]),
        by_words=_tokens(found),
        least=LEAST_FOR_INTERVAL,
    )
    alt = "; ".join(f"{r.unit} {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in frame.itertuples())
    return Figure(name, frame, Standing(say.groups, _axis(say)), caption, say("standing_alt", listed=alt), of="scaling")


def _tokens(found: ScalingFound) -> str:
    return f"{int(found.positions['n_tokens'].sum()):,}"


def _axis(say: Say) -> str:
    return say(f"axis_{say.settings.method}", rescale=say.settings.rescale)


def _units(say: Say) -> str:
    """What has a position, in words."""
    return " and ".join(say.column(name) for name in say.settings.by)


def _checked(found: ScalingFound, say: Say) -> str:
    """What the dimension goes together with, and the difference of the groups."""
    checks = found.checks
    return say(
        "checked",
        checks=checks,
        n=len(found.positions),
        notable={k: abs(v) >= NOTABLE for k, v in checks.items()},
        difference=found.difference,
        sides=[int((found.positions["group"] == g).sum()) for g in (say.study, say.reference)],
        units=_units(say),
    )


def _words(found: ScalingFound, say: Say, name: str) -> Table:
    """The words that pull most to either side."""
    n = min(say.settings.words, len(found.words) // 2)
    left, right = found.words.head(n), found.words.tail(n).iloc[::-1]
    rows = [
        [say(key), ", ".join(f"{t} ({c:,})" for t, c in zip(part["term"], part["count"]))]
        for key, part in (("left", left), ("right", right))
    ]
    return Table(
        name, say("words", place=_place(say)), ["", say("word")], rows, found.words, ["left", "left"], [0.6, 5]
    )


def _map(found: ScalingFound, say: Say, name: str) -> Figure:
    labelled = set(found.positions.nlargest(MOST_LABELS, "n_tokens", keep="first")["unit"])
    frame = found.map.assign(label=found.map["unit"].isin(labelled))
    across, up = (say("dimension", k=k + 1, share=100 * s) for k, s in enumerate(found.inertia))
    few = int(frame["wide"].isna().sum())
    caption = say(
        "map",
        place=_place(say),
        units=_units(say),
        n_units=len(frame),
        few=few,
        n_terms=found.n_terms,
        least=LEAST_FOR_REGION,
    )
    alt = "; ".join(f"{r.unit} {number(r.x, 2)}, {number(r.y, 2)}" for r in frame.itertuples())
    return Figure(name, frame, Map(say.groups, across, up), caption, say("map_alt", listed=alt), of="scaling_map")


def _table(found: ScalingFound, say: Say, name: str) -> Table:
    """Positions with both uncertainties."""
    rows = []
    shown = found.positions.nlargest(MOST, "n_tokens", keep="first").index
    for row in found.positions.loc[np.sort(shown)].itertuples():
        interval = span(row.low, row.high, 2) if row.low == row.low else say("no_interval")
        numbers = [number(row.estimate, 2), interval, number(row.se, 2), f"{row.n_documents:,}", f"{row.n_tokens:,}"]
        rows.append([row.unit, row.group or say("several"), *numbers])
    heads = [
        _units(say).capitalize(),
        say("group"),
        say("position"),
        say("common.interval"),
        say("model"),
        "documents",
        "tokens",
    ]
    frame = found.positions.assign(date=found.positions["date"].dt.strftime("%Y-%m-%d"))
    caption = say("table", place=_place(say), shown=len(rows), of=len(found.positions), left_out=len(found.left_out))
    return Table(
        name, caption, heads, rows, frame, ["left", "left"] + ["right"] * 5, [1.6, 1.3, 0.8, 1.5, 0.8, 0.9, 0.8]
    )


def summary(found: ScalingFound, say: Say) -> Iterator[str]:
    """The units at the ends, and the difference of the groups."""
    if not _scaled(found):
        return
    say = replace(say, words="scaling")
    first, last = found.positions.iloc[0], found.positions.iloc[-1]
    yield say(
        "summary",
        place=_place(say),
        n_units=len(found.positions),
        first=first,
        last=last,
        difference=found.difference,
        checks=found.checks,
    )


def limits(found: ScalingFound, say: Say) -> Iterator[str]:
    """That the dimension may be something else than position."""
    about = [say.found("scaling_about", t.name) for t in say.targets]
    if _scaled(found) or any(_scaled(f) for f in about):
        yield say("limit")


def methods(found: ScalingFound, say: Say) -> Iterator[Block]:
    """How positions are estimated."""
    yield Heading(say("heading"), 2)
    yield Paragraph(say("methods", units=_units(say)))
