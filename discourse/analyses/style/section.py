"""What is said of lexical diversity and readability: levels, documents over time, a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.analyses.claims import Claim, claims_of
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Window
from discourse.analyses.style.measure import StyleFound
from discourse.analyses.style.settings import SHOWN
from discourse.figures.frames import layout_levels
from discourse.figures.kinds import MANY, Components, Scores
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import number, span

FIRST = ("mattr", "lix", "sentence_length")  # measures that page 1 speaks of where they are measured


def section_diversity(found: StyleFound, say: Say) -> Iterator[Block]:
    """Lexical diversity of all words."""
    yield from _section(found, say, "diversity")


def section_diversity_about(found: StyleFound, say: Say) -> Iterator[Block]:
    """Lexical diversity of the words about a target."""
    if found.every:
        yield from _section(found, replace(say, words="diversity"), "diversity")


def section_readability(found: StyleFound, say: Say) -> Iterator[Block]:
    """Readability of all sentences."""
    yield from _section(found, say, "readability")


def section_readability_about(found: StyleFound, say: Say) -> Iterator[Block]:
    """Readability of the sentences about a target."""
    if found.every:
        yield from _section(found, replace(say, words="readability"), "readability")


def _section(found: StyleFound, say: Say, name: str) -> Iterator[Block]:
    yield Heading(say("heading", place=_place(say)))
    base = f"{name}_about" if say.target is not None else name
    enough = [o for o in found.every if _has_level(o)]
    short = _short(found)
    if not enough:
        yield Refusal(say("nothing", place=_place(say)))
        return
    frame = pd.concat([layout_levels(o.comparison) for o in enough if o.comparison is not None], ignore_index=True)
    labels = {o.item: _label(o, say) for o in enough}
    alt = "; ".join(
        f"{labels[r.item]} {r.stratum} {_number(r.estimate, r.item)} {_span(r.low, r.high, r.item)}"
        for r in frame.itertuples()
    )
    caption = say("levels", place=_place(say), measures=[o.item for o in enough], short=short)
    kind = Components(say.groups, labels, zero=False)
    yield Figure(say.name(base), frame, kind, caption, say("levels_alt", listed=alt, place=_place(say)), of=name)
    over_time = _over_time(found, enough)
    if len(over_time):
        yield _time(over_time, enough, say, base, name)
    yield _table(enough, say, base)
    yield DataTable(say.name(f"{base}-documents"), found.documents)
    yield DataTable(say.name(f"{base}-short"), found.lacking)


def _has_level(outcome: Outcome) -> bool:
    return bool(outcome.table.loc[outcome.table["contrast"] == "level", "estimate"].notna().any())


def _place(say: Say) -> str:
    """Which words: "in the sentences that mention Norland"; empty for all."""
    if say.target is None:
        return ""
    return say("place", window=isinstance(say.settings.scope, Window))


def _label(outcome: Outcome, say: Say) -> str:
    """A measure on its axis, with the size of its window."""
    key = f"label_{outcome.item}"
    return say(key) if say.has(key) else outcome.unit


def _short(found: StyleFound) -> list[dict[str, object]]:
    """Measures for which documents are too short, and how many of each group."""
    some = found.lacking[found.lacking["short"] > 0]
    return [
        {"measure": SHOWN[str(m)].name, "groups": part.to_dict("records")}
        for m, part in some.groupby("measure", sort=False)
    ]


def _over_time(found: StyleFound, enough: list[Outcome]) -> pd.DataFrame:
    """A row for each document and measure, where all are dated; of many documents one for each year of a group."""
    documents = found.documents
    if documents["date"].isna().any():
        return pd.DataFrame()
    many = len(documents) > MANY
    parts = []
    for o in enough:
        part = documents.drop(columns=[m for m in SHOWN if m in documents]).assign(
            measure=o.item, value=documents[o.item]
        )
        part = part[np.isfinite(part["value"])]
        if many:
            # A year is the mean of its documents.
            year = part["date"].dt.year
            by = part.groupby(["group", year.rename("year")])
            part = by.agg(value=("value", "mean"), n_documents=("value", "size")).reset_index()
            part["date"] = pd.to_datetime(part.pop("year").astype(str) + "-07-01")
            part["measure"] = o.item
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    return frame if frame["date"].nunique() > 1 else pd.DataFrame()


def _time(frame: pd.DataFrame, enough: list[Outcome], say: Say, base: str, name: str) -> Figure:
    levels = pd.concat([o.table[o.table["contrast"] == "level"] for o in enough], ignore_index=True)
    kind = Scores(say.groups, {o.item: o.unit for o in enough}, levels)
    caption = say("time", many=len(frame) and "n_documents" in frame, place=_place(say))
    return Figure(say.name(f"{base}_time"), frame, kind, caption, say("time_alt"), of=f"{name}_time")


def _table(outcomes: list[Outcome], say: Say, base: str) -> Table:
    """A row for each measure: levels of the groups, the main difference and the verdict on it."""
    certain = say.found("verdict", "")
    judged = certain.judged if certain is not None else {}
    with_difference = any(o.difference() is not None for o in outcomes)
    rows, frames = [], []
    for o in outcomes:
        cells = [_label(o, say)]
        for g in say.groups:
            cells.append(_cell(o.level(g), o, say))
        if with_difference:
            row = o.difference()
            verdict = judged.get(o.identity)
            cells += [
                _cell(row, o, say) if row is not None else "",
                say.verdict(verdict) if verdict is not None else _of_items(o, say),
            ]
        rows.append(cells)
        frames.append(say.with_further(o).drop(columns=["log_p", "q", "n_tokens"]))
    heads = ["Measure", *say.groups] + ([f"{say.study} minus {say.reference}", "Verdict"] if with_difference else [])
    widths = [1.5] + [1.4] * len(say.groups) + ([1.4, 0.9] if with_difference else [])
    align = ["left"] + ["right"] * (len(heads) - 1)
    caption = say("table", place=_place(say))
    return Table(say.name(base), caption, heads, rows, pd.concat(frames, ignore_index=True), align, widths)


def _of_items(outcome: Outcome, say: Say) -> str:
    """The verdict on an outcome that is judged by its items, as those about a target are."""
    certain = say.found("verdict", "")
    answers = None if certain is None else certain.items.get(outcome.identity)
    return "" if answers is None or answers.empty else str(answers["certainty"].iloc[0])


def _cell(row: pd.Series, outcome: Outcome, say: Say) -> str:
    if row["estimate"] != row["estimate"]:
        return say.note(row)
    return f"{number(row['estimate'], outcome.digits)} {span(row['low'], row['high'], outcome.digits)}"


def _number(value: float, item: str) -> str:
    return number(value, SHOWN[item].digits) if value == value else "-"


def _span(low: float, high: float, item: str) -> str:
    return span(low, high, SHOWN[item].digits)


def claims(found: StyleFound, say: Say) -> Iterator[Claim]:
    """One measure for page 1: the others say nearly the same in other units."""
    chosen = [o for o in found.outcomes if o.item in FIRST] or list(found.outcomes[:1])
    yield from claims_of(replace(found, outcomes=tuple(chosen)), say)


def limits(found: StyleFound, say: Say) -> Iterator[str]:
    """What neither of the two measures."""
    if found.every:
        yield say("limit")


def methods(found: StyleFound, say: Say) -> Iterator[Block]:
    """How each measure is computed, and which documents have none."""
    if found.every:
        measures = [o.item for o in found.every]
        yield Heading(say("heading", place=""), 2)
        parts = [say("methods"), *(say(f"method_{m}") for m in measures)]
        yield Paragraph(" ".join(p for p in parts if p))
