"""What is said of the operational code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from discourse.analyses.deeds.vics import SELF, VicsFound
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.features.deeds import CATEGORIES
from discourse.figures.frames import layout_levels
from discourse.figures.kinds import Components
from discourse.report.blocks import Block, Figure, Heading, Paragraph, Table
from discourse.report.words import listed, number, span

LEAST = 0.7  # accuracy below which an index is marked
# Of 100 verbs that were read (tests/features/deeds_coded/vics.tsv): right in what an index rests on, of 27 verbs of others, 73 of self, or
# all; of deeds those of 12 coded as such.
WHO, SELF_SIGN, OTHER_SIGN, DEEDS = 89 / 100, 64 / 73, 22 / 27, 4 / 12
KEYS = {
    item: item.replace("-", "_") for item in ("P-1", "P-2", "P-3", "P-4", "P-5", "I-1", "I-2", "I-3", "I-4a", "I-4b")
}
ACCURACY = {
    "P-1": OTHER_SIGN,
    "P-2": 21 / 27,
    "P-3": 21 / 27,
    "P-4": WHO,
    "P-5": 21 / 27,
    "I-1": SELF_SIGN,
    "I-2": 61 / 73,
    "I-3": 61 / 73,
    "I-4a": SELF_SIGN,
    "I-4b": DEEDS,
}


def label(item: str, say: Say) -> str:
    """An index with its name, marked where the codes it rests on are too often wrong."""
    mark = say("unvalid", accuracy=ACCURACY[item]) if ACCURACY.get(item, 1.0) < LEAST else ""
    return f"{item}, {say(f'index_{KEYS[item]}')}{mark}"


def section(found: VicsFound, say: Say) -> Iterator[Block]:
    """The indices by group with intervals, the verbs they are made of, and how accurate they are."""
    if not found.outcomes:
        return
    say = replace(say, words="vics")
    part = "vics_about" if say.target is not None else "vics"
    place = say("place", about=say.target is not None)
    yield Heading(say("heading"))
    single = [o for o in found.outcomes if len(o.quantities.items) == 1]
    frame = pd.concat([layout_levels(o.comparison) for o in single if o.comparison is not None], ignore_index=True)
    alt = "; ".join(
        f"{r.item} {r.stratum} {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in frame.itertuples()
    )
    kind = Components(say.groups, {o.item: label(o.item, say) for o in single})
    n = _n(found, say)
    yield Figure(
        say.name(part), frame, kind, say("figure", place=place, verbs=n), say("figure_alt", listed=alt), of="vics"
    )
    yield _indices(found, single, say, part, place)
    yield _verbs(found, say, part, place)
    yield Paragraph(say("accuracy", who=WHO, self_sign=SELF_SIGN, other_sign=OTHER_SIGN, deeds=DEEDS))


def _n(found: VicsFound, say: Say) -> str:
    total = found.verbs.groupby(["group", "who"])["count"].sum()
    return listed([f"{g} {total[(g, SELF)]:,} of self and {total[(g, 'others')]:,} of others" for g in say.groups])


def _indices(found: VicsFound, single: list[Outcome], say: Say, part: str, place: str) -> Table:
    """All indices by group, and the differences of those that are compared."""
    rows = []
    for o in single:
        levels = o.table[o.table["contrast"] == "level"].set_index("stratum")
        cells = [label(o.item, say)]
        for g in say.groups:
            row = levels.loc[g]
            empty = row["estimate"] != row["estimate"]
            cells.append(say.note(row) if empty else f"{number(row['estimate'], 2)} {span(row['low'], row['high'], 2)}")
        difference = o.difference()
        if say.study:
            text = (
                f"{number(difference['estimate'], 2)} {span(difference['low'], difference['high'], 2)}"
                if difference is not None
                else ""
            )
            cells.append(text)
        rows.append(cells)
    derived = found.derived.set_index(["item", "group"])
    for item in dict.fromkeys(found.derived["item"]):
        cells = [label(str(item), say)]
        for g in say.groups:
            row = derived.loc[(item, g)]
            empty = row["estimate"] != row["estimate"]
            cells.append(
                say("too_little") if empty else f"{number(row['estimate'], 2)} {span(row['low'], row['high'], 2)}"
            )
        rows.append([*cells, ""] if say.study else cells)
    heads = [say("index"), *say.groups, *([f"{say.study} minus {say.reference}"] if say.study else [])]
    widths = [2.0] + [1.2] * (len(heads) - 1)
    caption = say("indices", place=place)
    return Table(say.name(part), caption, heads, rows, found.derived, ["left"] + ["right"] * (len(heads) - 1), widths)


def _verbs(found: VicsFound, say: Say, part: str, place: str) -> Table:
    """Verbs by category; of self as percentages with intervals (I-5)."""
    utility = next(o for o in found.outcomes if len(o.quantities.items) > 1)
    table = utility.table[utility.table["contrast"] == "level"].set_index(["item", "stratum"])
    counts = found.verbs.set_index(["group", "who", "category"])["count"]
    rows = []
    for category in CATEGORIES:
        cells = [category]
        for g in say.groups:
            row = table.loc[(category, g)]
            empty = row["estimate"] != row["estimate"]
            share = say("too_little") if empty else f"{number(row['estimate'])}% {span(row['low'], row['high'])}"
            cells += [f"{share} ({counts[(g, SELF, category)]:,})", f"{counts[(g, 'others', category)]:,}"]
        rows.append(cells)
    heads = [
        say("category"),
        *(text for g in say.groups for text in (say("of_self", group=g), say("of_others", group=g))),
    ]
    widths = [1.0] + [1.6, 0.9] * len(say.groups)
    caption = say("verbs", place=place)
    return Table(
        say.name(part + "_verbs"), caption, heads, rows, found.verbs, ["left"] + ["right"] * (len(heads) - 1), widths
    )


def limits(found: VicsFound, say: Say) -> Iterator[str]:
    """That the codes are those of rules."""
    if found.outcomes:
        yield say("limit")


def methods(found: VicsFound, say: Say) -> Iterator[Block]:
    """Formulas, and what counts as self."""
    if found.outcomes:
        yield Heading(say("methods_heading"), 2)
        yield Paragraph(say("methods"))
