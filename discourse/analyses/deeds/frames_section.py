"""What is said of narrative frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from discourse.analyses.deeds import shown
from discourse.analyses.deeds.reading import UNIT, DeedsFound, clearest, commonest
from discourse.analyses.outcome import Certainty
from discourse.analyses.say import Say
from discourse.report.blocks import Block, Heading, Paragraph
from discourse.report.words import number, span


def section(found: DeedsFound, say: Say) -> Iterator[Block]:
    """Figures of the commonest and the most distinctive triples, their numbers, and sentences."""
    if not found.outcomes:
        return
    say = replace(say, words="frames")
    (outcome,) = found.outcomes
    part = "frames_about" if say.target is not None else "frames"
    place = say("place", about=say.target is not None)
    yield Heading(say("heading"))
    first = commonest(outcome, say.settings.show)
    values = {"place": place, "triples": len(outcome.quantities.items), "coded": found.coded}
    yield shown.rates(outcome, first, say, part, say("commonest", shown=len(first), **values))
    distinct = clearest(outcome, say.settings.show)
    if distinct:
        text = say("distinctive", shown=len(distinct), place=place)
        yield shown.rates(outcome, distinct, say, part + "_distinctive", text)
    items = list(outcome.shown or first)
    yield shown.table(found, outcome, items, say, part, say("table", place=place), "Triple")
    yield Paragraph(say("precision"))
    yield shown.levels(outcome, say, part + "-levels")
    yield from shown.evidence(found, say, part + "-sentences", say("evidence"))


def summary(found: DeedsFound, say: Say) -> Iterator[str]:
    """Which triples differ, with their rates."""
    say = replace(say, words="frames")
    certain = say.found("verdict", "")
    for outcome in found.outcomes:
        answers = certain.items.get(outcome.identity) if certain is not None else None
        if answers is None:
            continue
        differ = answers[answers["certainty"] == Certainty.DIFFERS]
        order = differ["estimate"].abs().sort_values(ascending=False, kind="stable").index
        levels = outcome.table[outcome.table["contrast"] == "level"].set_index(["item", "stratum"])["estimate"]
        named = []
        for r in differ.loc[order].head(3).itertuples():
            a, b = (number(levels[(r.item, g)], 2) for g in (say.study, say.reference))
            named.append(
                f"{r.item} ({a} against {b} {UNIT}, difference {number(r.estimate, 2)} {span(r.low, r.high, 2)})"
            )
        place = say("place", about=say.target is not None)
        yield say("summary", tested=len(answers), differ=len(differ), named=named, place=place)


def limits(found: DeedsFound, say: Say) -> Iterator[str]:
    """That a triple is what was said, not what was done."""
    if found.outcomes:
        yield say("limit")


def methods(found: DeedsFound, say: Say) -> Iterator[Block]:
    """How clauses are read."""
    if found.outcomes:
        yield Heading(say("methods_heading"), 2)
        yield Paragraph(say("methods"))
