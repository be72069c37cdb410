"""What is said of dictionaries: rates by category and group, and the words that made them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.dictionary.measure import UNIT, DictionaryFound, by_clarity
from discourse.analyses.dictionary.settings import DictionarySettings
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.say import Say, slug
from discourse.analyses.settings import Window
from discourse.figures.frames import layout_rows
from discourse.figures.kinds import REACH, Rows
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import number, probability, span
from discourse.types import Comparison

MOST = 16  # categories in a figure and in printed tables
MOST_WORDS = 6  # of a category and a group in print
MOST_NAMED = 3  # categories in a sentence of the first page
MOST_SKIPPED = 5  # entries that are named in the methods
WIDTH = 30  # letters of a label of the figure in a line


def section(found: DictionaryFound, say: Say) -> Iterator[Block]:
    """Rates in all words of the groups; the figure only where none about a target has them."""
    if found.sources.empty:
        return
    yield Heading(say("heading"))
    drawn = bool(say.targets) and say.settings.scope != "all"
    for name in found.sources["dictionary"]:
        yield from _dictionary(name, found, say, {} if drawn else {say("scope_all"): found})
    yield DataTable("dictionary_sources", found.sources)
    yield DataTable("dictionary_skipped", found.skipped)


def section_about(found: DictionaryFound, say: Say) -> Iterator[Block]:
    """Rates in the words about a target, beside those in all words."""
    if found.sources.empty:
        return
    say = replace(say, words="dictionary")
    yield Heading(say("heading_about", place=_place(say)))
    for name in found.sources["dictionary"]:
        panels = {_place(say): found, say("scope_all"): say.found("dictionary", "")}
        yield from _dictionary(name, found, say, panels)


def _place(say: Say) -> str:
    """Which words are counted: "in the sentences that mention Norland"."""
    scope = say.settings.scope
    if say.target is None:
        return say("scope_all")
    window = scope.window if isinstance(scope, Window) else 0
    return say(f"scope_{'window' if window else scope}", tokens=window)


def _dictionary(name: str, found: DictionaryFound, say: Say, panels: Mapping[str, DictionaryFound]) -> Iterator[Block]:
    """The figure and the tables of one dictionary."""
    outcome = found.outcome(name)
    if outcome is None:
        yield Refusal(say("nothing", name=name, place=_place(say)))
        return
    part = "dictionary_about" if say.target is not None else "dictionary"
    items = _shown(outcome)
    compared: dict[str, Comparison] = {}
    for title, other in panels.items():
        beside = other.outcome(name)
        if beside is not None and beside.comparison is not None:
            compared[title] = beside.comparison
    values: dict[str, Any] = {"name": name, "shown": len(items), "categories": len(outcome.quantities.items)}
    values["in_scope"] = _in_scope(outcome, say) if say.target is not None else []
    if compared:
        frame = layout_rows(compared, items)
        labels = {i: "\n".join(textwrap.wrap(i, WIDTH)) for i in items}
        alt = "; ".join(
            f"{r.item} {r.stratum} {r.panel} {number(r.estimate)} {span(r.low, r.high)}" for r in frame.itertuples()
        )
        yield Figure(
            say.name(f"{part}-{slug(name)}"),
            frame,
            Rows(say.groups, labels, UNIT),
            say("rates", by=_order(outcome, say), arrows=_arrows(frame), **values),
            say("rates_alt", name=name, listed=alt),
            of="dictionary",
        )
    yield _rates(outcome, items, say, say.name(f"{part}-{slug(name)}"), values)
    yield _words(found.words[found.words["dictionary"] == name], items, say, f"{part}_words-{slug(name)}")


def _in_scope(outcome: Outcome, say: Say) -> list[str]:
    """Tokens in scope and the documents that have some, by group."""
    levels = (outcome.level(g) for g in say.groups)
    return [say("in_scope", group=r["stratum"], tokens=int(r["x"]), documents=int(r["n_documents"])) for r in levels]


def _arrows(frame: pd.DataFrame) -> bool:
    """Whether an interval goes beyond the end of its axis."""
    ends = REACH * frame.groupby("panel")["estimate"].transform("max")
    return bool((frame[["high", "high_document"]].max(axis=1) > ends).any())


def _order(outcome: Outcome, say: Say) -> str:
    """How the categories that are shown were chosen, in words."""
    return say("by_difference") if by_clarity(outcome) else say("by_rate")


def _shown(outcome: Outcome) -> list[str]:
    """Categories in the order of the dictionary; of many those with the clearest difference, or the highest rates."""
    items = [str(i) for i in outcome.quantities.items]
    table = outcome.table[outcome.table["contrast"] == "level"]
    rates = table.groupby("item")["estimate"].max().sort_values(ascending=False, kind="stable")
    chosen = list(dict.fromkeys([*by_clarity(outcome), *rates.index]))[:MOST]
    return [i for i in items if i in chosen]


def _rates(outcome: Outcome, items: Sequence[str], say: Say, table: str, values: Mapping[str, Any]) -> Table:
    """A row for each category: rates of the groups, the main difference with its test, and the verdict."""
    rows = []
    certain = say.found("verdict", "")
    answers = certain.items.get(outcome.identity) if certain is not None else None
    judged = answers.set_index("item") if answers is not None else None
    by_item = {item: part.set_index("contrast") for item, part in outcome.table.groupby("item")}
    for item in items:
        part = by_item[item]
        levels = part.loc[["level"]].set_index("stratum")
        cells = [item, *(_with_interval(levels.loc[g], outcome, say) for g in say.groups)]
        if judged is not None:
            row = part.loc[["difference"]].iloc[0]
            answer = judged.loc[item]
            cells += [_with_interval(row, outcome, say), probability(answer["p_family"]), str(answer["certainty"])]
        rows.append(cells)
    heads = ["Category", *say.groups]
    heads += [f"{say.study} minus {say.reference}", "p (family)", "Verdict"] if judged is not None else []
    frame = say.with_further(outcome).drop(columns=["log_p", "q", "n_tokens"])
    caption = say("table", place=_place(say), judged=judged is not None, **values)
    widths = [1.6] + [1.3] * len(say.groups) + ([1.4, 0.6, 0.9] if judged is not None else [])
    return Table(table, caption, heads, rows, frame, ["left"] + ["right"] * (len(heads) - 1), widths)


def _with_interval(row: pd.Series, outcome: Outcome, say: Say) -> str:
    """An estimate with its interval, or why there is none."""
    if row["estimate"] != row["estimate"]:
        return say.note(row)
    return f"{number(row['estimate'], outcome.digits)} {span(row['low'], row['high'], outcome.digits)}"


def _words(words: pd.DataFrame, items: Sequence[str], say: Say, table: str) -> Table:
    """The most frequent words of each category in each group: what was counted."""
    rows = []
    for item in items:
        mine = words[words["category"] == item]
        cells = []
        for g in say.groups:
            part = mine[mine["group"] == g].head(MOST_WORDS)
            cells.append(", ".join(f"{form} ({n:,})" for form, n in zip(part["form"], part["count"])) or "–")
        rows.append([item, *cells])
    caption = say("words", place=_place(say))
    widths, align = [1.2] + [3.0] * len(say.groups), ["left"] * (1 + len(say.groups))
    return Table(
        say.name(table), caption, ["Category", *say.groups], rows, words.drop(columns="dictionary"), align, widths
    )


def summary(found: DictionaryFound, say: Say) -> Iterator[str]:
    """How many categories of each dictionary differ or may differ, and the clearest of them with their numbers."""
    say = replace(say, words="dictionary")
    certain = say.found("verdict", "")
    for name in found.sources.get("dictionary", ()):
        outcome = found.outcome(name)
        answers = certain.items.get(outcome.identity) if certain is not None and outcome is not None else None
        if outcome is None or answers is None:
            continue
        # Where a group has hardly a word there is no interval, and the test alone speaks.
        order = answers.iloc[np.lexsort((-answers["estimate"].abs(), answers["p_family"]))].set_index("item")[
            "certainty"
        ]
        items = [[str(i) for i in order.index[order == c]] for c in Certainty]
        yield say(
            "summary",
            name=name,
            place=_place(say),
            categories=len(answers),
            differ=len(items[0]),
            may=len(items[1]),
            unclear=len(items[2]),
            named=[_numbers(outcome, item, say) for item in items[0][:MOST_NAMED]],
            named_may=[_numbers(outcome, item, say) for item in items[1][:MOST_NAMED]],
        )


def _numbers(outcome: Outcome, item: str, say: Say) -> str:
    """A category with its rates and their difference."""
    table = outcome.table[outcome.table["item"] == item]
    level = table[table["contrast"] == "level"].set_index("stratum")["estimate"]
    row = table[table["contrast"] == "difference"].iloc[0]
    return say("summary_part", item=item, a=level[say.study], b=level[say.reference], row=row, digits=outcome.digits)


def limits(found: DictionaryFound, say: Say) -> Iterator[str]:
    """That words are counted, and not what is meant."""
    if not found.sources.empty:
        yield say("limit")


def methods(found: DictionaryFound, say: Say) -> Iterator[Block]:
    """Which files, how they are counted, and what of them was not."""
    if found.sources.empty:
        return
    settings: DictionarySettings = say.settings
    yield Heading(say("heading"), 2)
    yield Paragraph(say("methods", needed=f"{settings.min_tokens:,}"))
    for row in found.sources.itertuples():
        skipped = found.skipped[found.skipped["dictionary"] == row.dictionary]
        empty = skipped.loc[skipped["why"] == "empty", "entry"].tolist()
        left_out = skipped[skipped["why"] != "empty"]
        named = [
            say("left_out", entry=r.entry, why=say(f"why_{r.why.replace(' ', '_')}")) for r in left_out.itertuples()
        ]
        yield Paragraph(
            say(
                "file",
                source=row,
                never=100 * (1 - row.matched / row.entries) if row.entries else 0.0,
                empty=empty,
                left_out=len(named),
                named=named[:MOST_SKIPPED],
            )
        )
