"""What is said of word shifts: the difference, the words that move it, and what that does not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.say import Say, slug
from discourse.analyses.settings import Window
from discourse.analyses.shifts.measure import ShiftsFound
from discourse.analyses.shifts.settings import OWN, ShiftsSettings
from discourse.compare.shift_measures import Kind
from discourse.compare.shifts import Shift
from discourse.figures.kinds import Shifts
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal
from discourse.report.words import number, probability, span

MOST_CATEGORIES = 6  # with a figure of their own
MOST_NAMED = 4  # words of a side in a sentence
DIGITS = {Kind.SCORE: 3, Kind.RATE: 1, Kind.ENTROPY: 3, Kind.DIVERGENCE: 4}
KINDS = (("above", "more"), ("above", "fewer"), ("below", "more"), ("below", "fewer"))
ARROWS = {"more": "↑", "fewer": "↓"}


def section(found: ShiftsFound, say: Say) -> Iterator[Block]:
    """A figure for each difference, its table, and what has too little text."""
    say = replace(say, words="shifts")
    settings: ShiftsSettings = say.settings
    if say.target is not None and settings.scope == "all":
        return
    if not (found.shifts or found.refused or found.outcomes):
        return
    yield Heading(say("heading_about", place=_place(say)) if say.target is not None else say("heading"))
    if say.target is not None and "score" in found.shifts and settings.scores == OWN:
        yield Paragraph(say("no_model"))
    for error in found.refused:
        yield Refusal(str(error))
    for outcome in found.outcomes:
        yield replace(say.table(outcome), name=say.name("word_score_about" if say.target is not None else "word_score"))
    rates = [name for name, shift in found.shifts.items() if shift.kind == Kind.RATE]
    for name, shift in found.shifts.items():
        file = say.name(f"shift-{'about-' if say.target is not None else ''}{slug(name)}")
        yield DataTable(file, shift.table)
        if name not in rates[MOST_CATEGORIES:]:
            yield _figure(name, shift, file, say)


def _place(say: Say) -> str:
    """Which words: "in the sentences that mention Norland"."""
    scope = say.settings.scope
    if say.target is None:
        return say("scope_all")
    window = scope.window if isinstance(scope, Window) else 0
    return say(f"scope_{'window' if window else scope}", tokens=window)


def _figure(name: str, shift: Shift, file: str, say: Say) -> Figure:
    kind, total = shift.kind, shift.total
    shown = shift.table.head(shift.params["show"])
    frame = _layout(shift, shown, say)
    digits = DIGITS[kind]
    values: dict[str, Any] = {
        "what": say(f"what_{kind}", name=name),
        "kind": str(kind),
        "total": total,
        "unit_of_it": "" if kind == Kind.SCORE else say(f"unit_{kind}", order=shift.params["order"]),
        "estimate": number(total.estimate, digits),
        "interval": span(total.low, total.high, digits) if total.low == total.low else "",
        "null": span(total.null_low, total.null_high, digits) if total.divisions else "",
        "null_mean": number(total.null_mean, digits) if total.divisions else "",
        "p": probability(total.p) if total.divisions else "",
        "levels": [] if kind == Kind.DIVERGENCE else [number(v, digits) for v in (total.study, total.reference)],
        "zero": number(shift.params["reference"], digits),
        "own": say.settings.reference == "reference group",
        "shown": len(shown),
        "words": len(shift.table),
        "without": int(shown["low"].isna().sum()),
        "file": say.file(file),
        "place": _place(say),
        "counted": say("counted_score" if kind == Kind.SCORE else "counted_other"),
        "groups": (shift.study, shift.reference),
    }
    alt = "; ".join(
        f"{r.item} {number(r.estimate, digits + 1)} {span(r.low, r.high, digits + 1)}" for r in shown.itertuples()
    )
    signed = kind in (Kind.SCORE, Kind.ENTROPY)
    sides = (say(f"raises_{kind}", **values), say(f"lowers_{kind}", **values)) if signed else ()
    options = Shifts(say.palette, shift.study, shift.reference, say(f"axis_{kind}", order=shift.params["order"]), sides)
    return Figure(file, frame, options, say("caption", **values), say("alt", listed=alt, **values), of="shifts")


def _layout(shift: Shift, shown: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Rows of the figure: the total, sums by kind, words."""
    total = shift.total
    nothing = {"low": np.nan, "high": np.nan, "null_low": np.nan, "null_high": np.nan}
    rows: list[dict[str, Any]] = [
        {
            "row": "sum",
            "item": "total",
            "label": say("label_total"),
            "kind": "total",
            "group": "",
            "estimate": total.estimate,
            "low": total.low,
            "high": total.high,
            "null_low": total.null_low,
            "null_high": total.null_high,
        }
    ]
    sums = shift.by_kind().set_index(["score", "direction"])["estimate"]
    for score, direction in KINDS if shift.kind == Kind.SCORE else (("", "more"), ("", "fewer")):
        group = shift.study if direction == "more" else shift.reference
        label = say(f"label_{score or 'words'}_{direction}", group=group)
        rows.append(
            {"row": "sum", "item": label, "label": label, "kind": f"{score} {direction}".strip(), "group": group}
            | {"estimate": float(sums.get((score, direction), 0.0))}
            | nothing
        )
    for r in shown.itertuples():
        above = "above" if r.score > shift.params["reference"] else "below"
        label = (
            f"{'+' if above == 'above' else '−'}{ARROWS[r.direction]} {r.item}" if shift.kind == Kind.SCORE else r.item
        )
        rows.append(
            {
                "row": "word",
                "item": r.item,
                "label": label,
                "kind": f"{above} {r.direction}" if shift.kind == Kind.SCORE else r.direction,
                "group": shift.study if r.direction == "more" else shift.reference,
                "estimate": r.estimate,
                **nothing,
                "low": r.low,
                "high": r.high,
                "count_study": r.count_study,
                "count_reference": r.count_reference,
                "documents": r.documents,
            }
        )
    frame = pd.DataFrame(rows)
    # Colours of single words go by their groups where these have no kind.
    if shift.kind != Kind.SCORE:
        frame.loc[frame["kind"] == "fewer", "kind"] = "more in the other"
    return frame


def summary(found: ShiftsFound, say: Say) -> Iterator[str]:
    """The words that add most to the difference of the mean score, on either side."""
    say = replace(say, words="shifts")
    shift = found.shifts.get("score")
    if shift is None:
        return
    clear = shift.table[(shift.table["low"] > 0) | (shift.table["high"] < 0)]
    sides = [clear[clear["estimate"] * sign > 0].head(MOST_NAMED) for sign in (1, -1)]
    yield say(
        "summary",
        place=_place(say),
        estimate=number(shift.total.estimate, 3),
        interval=span(shift.total.low, shift.total.high, 3) if shift.total.low == shift.total.low else "",
        groups=(shift.study, shift.reference),
        raised=[_moved(r) for r in sides[0].itertuples()],
        lowered=[_moved(r) for r in sides[1].itertuples()],
    )


def _moved(row: Any) -> str:
    """A word with what it adds: “peace” (+0.031)."""
    text = number(float(row.estimate), 3)
    return f"“{row.item}” ({text if text.startswith('−') else '+' + text})"


def words(found: ShiftsFound) -> Iterator[str]:
    """Words that add most, of each difference."""
    for shift in found.shifts.values():
        yield from shift.table["item"].head(shift.params["show"])


def limits(found: ShiftsFound, say: Say) -> Iterator[str]:
    """That a shift is arithmetic on frequencies, and no reason."""
    if found.shifts:
        yield replace(say, words="shifts")("limit")


def methods(found: ShiftsFound, say: Say) -> Iterator[Block]:
    """Formulas, scores, intervals; once for all targets."""
    if not found.shifts:
        return
    say = replace(say, words="shifts")
    yield Heading(say("methods_heading"), 2)
    kinds = {shift.kind for shift in found.shifts.values()}
    divisions = max(shift.total.divisions for shift in found.shifts.values())
    yield Paragraph(
        say(
            "methods",
            kinds=[str(k) for k in kinds],
            order=say.settings.order,
            divisions=divisions,
            own=say.settings.scores == OWN,
            found=found,
        )
    )
