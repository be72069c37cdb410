"""What is said of dyads: a network for each group, rates of pairs, and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.analyses.deeds import shown
from discourse.analyses.deeds.dyads import BESIDE, DyadsFound
from discourse.analyses.deeds.reading import ARROW
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.say import Say
from discourse.figures.kinds import Network
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal
from discourse.report.words import number, span


def section(found: DyadsFound, say: Say) -> Iterator[Block]:
    """The network, the rates of pairs with their numbers, and sentences."""
    if not found.outcomes:
        return
    say = replace(say, words="dyads")
    part = "dyads_about" if say.target is not None else "dyads"
    place = say("place", about=say.target is not None)
    yield Heading(say("heading"))
    frame = network(found, say)
    listed = "; ".join(
        f"{r.panel}: {r.a}{ARROW if r.directed else BESIDE}{r.b} {number(r.estimate, 2)}" for r in frame.itertuples()
    )
    caption = say("network", place=place, coded=found.coded)
    yield Figure(say.name(part), frame, Network(say.groups), caption, say("network_alt", listed=listed), of="dyads")
    for outcome in found.outcomes:
        named = outcome.key.endswith("named")
        name = part + ("_named" if named else "_acts")
        values = {
            "place": place,
            "named": named,
            "shown": len(outcome.shown or ()),
            "pairs": len(outcome.quantities.items),
        }
        items = list(outcome.shown or ())
        yield shown.rates(outcome, items, say, name, say("rates", **values))
        yield shown.table(found, outcome, items, say, name, say("table", place=place, named=named), "Pair")
        yield shown.levels(outcome, say, name + "-levels")
    for refusal in found.refusals:
        yield Refusal(str(refusal))
    yield Paragraph(say("precision"))
    yield DataTable(say.name(part + "-classes"), found.classes)
    yield from shown.evidence(found, say, part + "-sentences", say("evidence"))


def network(found: DyadsFound, say: Say) -> pd.DataFrame:
    """The edges of the network of each group: `panel`, `a`, `b`, `directed`, `estimate`, `conflict` (share), `n`."""
    counts = found.rows.set_index(["item", "group"])
    edges = []
    for outcome in found.outcomes:
        directed = not outcome.key.endswith("named")
        levels = outcome.table[outcome.table["contrast"] == "level"]
        for row in levels[levels["item"].isin(list(outcome.shown or ()))].itertuples():
            n = counts.loc[(row.item, row.stratum)]
            if row.estimate == row.estimate and n["count"] > 0:
                a, b = str(row.item).split(ARROW if directed else BESIDE)
                share = float(n["conflict"]) / float(n["count"]) if directed else np.nan
                edges.append((str(row.stratum), a, b, directed, float(row.estimate), share, int(n["count"])))
    columns = ["panel", "a", "b", "directed", "estimate", "conflict", "n"]
    return pd.DataFrame(edges, columns=columns)


def summary(found: DyadsFound, say: Say) -> Iterator[str]:
    """Which pairs differ, with their rates."""
    say = replace(say, words="dyads")
    for outcome in found.outcomes:
        yield from _differing(outcome, say)


def _differing(outcome: Outcome, say: Say) -> Iterator[str]:
    certain = say.found("verdict", "")
    answers = certain.items.get(outcome.identity) if certain is not None else None
    if answers is None:
        return
    differ = answers[answers["certainty"] == Certainty.DIFFERS]
    order = differ["estimate"].abs().sort_values(ascending=False, kind="stable").index
    levels = outcome.table[outcome.table["contrast"] == "level"].set_index(["item", "stratum"])["estimate"]
    pairs = []
    for r in differ.loc[order].head(3).itertuples():
        a, b = (number(levels[(r.item, g)], 2) for g in (say.study, say.reference))
        pairs.append(f"{r.item} ({a} against {b}, difference {number(r.estimate, 2)} {span(r.low, r.high, 2)})")
    yield say("summary", tested=len(answers), differ=len(differ), listed=pairs, name=outcome.name)


def limits(found: DyadsFound, say: Say) -> Iterator[str]:
    """That naming together is no act, and that most acts are missed."""
    if found.outcomes:
        yield say("limit")


def methods(found: DyadsFound, say: Say) -> Iterator[Block]:
    """How pairs are found, and how well."""
    if found.outcomes:
        yield Heading(say("methods_heading"), 2)
        yield Paragraph(say("methods"))
