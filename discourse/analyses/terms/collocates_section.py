"""What the report says of the collocates of a target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from discourse.analyses.say import Say
from discourse.analyses.terms.collocates import CollocatesFound
from discourse.analyses.terms.section import net_numbers
from discourse.corpus.dated import iso_dates
from discourse.features.collocates import PLACES, sorted_by_context
from discourse.features.concordance import in_context
from discourse.figures.frames import layout_collocates, layout_keyness
from discourse.figures.kinds import Lollipops, Rows
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import day, number, span

PRINTED = 8  # collocates of each group in the figure
WIDTH = 48  # characters on each side of a concordance line


def section(found: CollocatesFound, say: Say) -> Iterator[Block]:
    """Collocates of each group, their difference net of the background, their places, and a concordance."""
    if found.table.empty:
        return
    yield Heading(say("heading"))
    yield Paragraph(say("opening", nodes=found.nodes))
    frame = layout_collocates(found.table, found.shown, PRINTED)
    kind = Rows(say.groups, {}, "logDice")
    alt = "; ".join(
        f"{r.item}, {r.stratum}: {number(r.estimate)}" for r in frame.itertuples() if r.estimate == r.estimate
    )
    caption = say("association", shown=PRINTED)
    yield Figure(say.name("collocates"), frame, kind, caption, say("association_alt", listed=alt), of="collocates")
    for group in say.groups:
        yield from _of_group(found, group, say)
    yield from _difference(found, say)
    yield DataTable(say.name("collocates"), found.table)
    yield from _concordance(found, say)


def _of_group(found: CollocatesFound, group: str, say: Say) -> Iterator[Block]:
    """The collocates of one group, and the words at each place."""
    table = found.table[found.table["group"] == group].set_index("item")
    rows, placed = [], PLACES[0] in table
    for item in found.shown[group]:
        r = table.loc[item]
        dice = f"{number(r['log_dice'])} {span(r['log_dice_low'], r['log_dice_high'])}"
        counts = [f"{int(r['near']):,}", f"{int(r['range']):,}", dice]
        measures = [number(r[c], d) for c, d in (("mi", 1), ("mi3", 1), ("t", 1), ("g2", 0), ("delta_p_collocate", 3))]
        rows.append([item, *counts, *measures, number(r["dp"], 2), *([_sides(r)] if placed else [])])
    name = say.name("collocates") + f"-{say.groups.index(group) + 1}"
    if not rows:
        yield Refusal(say("none", group=group, nodes=found.nodes[group]))
        return
    heads = ["near", "documents", "logDice", "MI", "MI3", "t", "G²", "ΔP", "DP", *(["L : R"] if placed else [])]
    listed = table.loc[found.shown[group]].reset_index()
    caption = say("table", group=group, nodes=found.nodes[group], placed=placed)
    align, widths = ["left", *["right"] * len(heads)], [1.8, 0.7, 1.1, 1.9, *[0.7] * 6, *([0.9] if placed else [])]
    yield Table(name, caption, ["", *heads], rows, listed, align, widths)
    if not placed:
        return
    part = found.places[found.places["group"] == group]
    words = {(r.place, r.order): f"{r.item} {r.frequency}" for r in part.itertuples()}
    ranks = range(1, int(part["order"].max()) + 1) if len(part) else ()
    rows = [[words.get((p, k), "") for p in PLACES] for k in ranks]
    caption = say("places", group=group)
    yield Table(f"{name}-places", caption, list(PLACES), rows, part, ["left"] * len(PLACES))


def _sides(row: pd.Series) -> str:
    """How often a word stands before and after the mention."""
    left, right = (int(row[[p for p in PLACES if p[0] == side]].sum()) for side in "LR")
    return f"{left} : {right}"


def _difference(found: CollocatesFound, say: Say) -> Iterator[Block]:
    """Which words are nearer to the target in one group, net of the background."""
    for refusal in found.refusals:
        yield Refusal(str(refusal))
    comparison = found.comparison
    if comparison is None:
        return
    frame = layout_keyness(comparison, say.settings.show)
    kind = Lollipops(say.palette, comparison.study, comparison.reference)
    table = comparison.table
    clear = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    caption = say("difference", clear=clear, family=len(table), **net_numbers(table))
    alt = say("difference_alt", terms=len(frame))
    name = say.name("collocates-difference")
    yield Figure(name, frame, kind, caption, alt, of="collocates_difference")
    yield DataTable(name, table.drop(columns=["log_p", "q"]))


def _concordance(found: CollocatesFound, say: Say) -> Iterator[Block]:
    """A sample of mentions of each group, sorted by what stands beside them; ids and dates where there is no text."""
    if found.lines.empty:
        return
    starts, lengths = (found.lines[c].to_numpy(np.int64) for c in ("token", "length"))
    documents = say.data.documents.iloc[found.lines["document"].to_numpy(np.int64)]
    lines = pd.DataFrame(
        {
            "group": found.lines["group"].to_numpy(),
            "doc_id": documents["doc_id"].to_numpy(),
            "date": iso_dates(documents).to_numpy(),
        }
    )
    if say.corpus.texts is None:
        yield DataTable(say.name("concordance"), lines.assign(speaker="", left="", node="", right=""))
        return
    context = in_context(say.corpus, starts, lengths, width=WIDTH)
    lines = lines.join(context[["speaker", "left", "node", "right"]])
    order = sorted_by_context(say.corpus, starts, lengths, say.settings.sort)
    for k, group in enumerate(say.groups):
        at = [i for i in order if lines["group"].iloc[i] == group]
        part = lines.iloc[at].reset_index(drop=True)
        if part.empty:
            continue
        rows = [[r.left, r.node, r.right, day(r.date) if r.date else ""] for r in part.itertuples()]
        caption = say("concordance", group=group, lines=len(part), sort=", ".join(say.settings.sort))
        name = say.name("concordance") + f"-{k + 1}"
        yield Table(
            name, caption, ["", "", "", ""], rows, part, ["right", "left", "left", "right"], [4.2, 0.9, 4.2, 1.7]
        )


def words(found: CollocatesFound) -> Iterator[str]:
    """The collocates that are listed, then those at the places beside mentions, then all others."""
    for items in found.shown.values():
        yield from items
    for table in (found.places, found.table):
        yield from table.get("item", ())


def summary(found: CollocatesFound, say: Say) -> Iterator[str]:
    """The closest collocates of each group."""
    groups = {g: items[:5] for g, items in found.shown.items() if items}
    if groups:
        yield say("summary", groups=groups)


def methods(found: CollocatesFound, say: Say) -> Iterator[Block]:
    """What is near, and how association is measured."""
    if found.table.empty:
        return
    yield Heading(say("heading"), 2)
    yield Paragraph(say("methods"))


COLUMNS = {
    "L1": ("how often the word is the one before the mention", "tokens"),
    "L2": ("how often it is the second before", "tokens"),
    "L3": ("how often it is the third before", "tokens"),
    "R1": ("how often the word is the one after the mention", "tokens"),
    "R2": ("how often it is the second after", "tokens"),
    "R3": ("how often it is the third after", "tokens"),
    "delta_p_collocate": ("probability of the word near the mentions minus that elsewhere (Gries 2013)", "-1 to 1"),
    "delta_p_node": ("probability of the place near a mention for this word minus that for other tokens", "-1 to 1"),
    "expected": ("frequency near the mentions if the word were spread evenly", "tokens"),
    "log_dice": ("logDice of target and word (Rychly 2008)", "14 plus a binary logarithm"),
    "log_dice_high": ("upper end of its bootstrap interval", "14 plus a binary logarithm"),
    "log_dice_low": ("lower end of its bootstrap interval", "14 plus a binary logarithm"),
    "mi": ("mutual information: observed over expected frequency", "binary logarithm"),
    "mi3": ("the same with the cube of the observed frequency (Daille 1994)", "binary logarithm"),
    "frequency": ("how often the word is at this place", "tokens"),
    "near": ("frequency near the mentions", "tokens"),
    "place": ("place before (L) or after (R) the mention", ""),
    "order": ("place in the order of frequency, 1 for the most frequent", ""),
    "t": ("observed minus expected frequency, over the square root of the observed", ""),
    "total": ("frequency in all words of the group but the mentions", "tokens"),
}
