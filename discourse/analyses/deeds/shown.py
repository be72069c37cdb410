"""What sections on triples and pairs have in common: figures, the table of numbers, and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from discourse.analyses.deeds.reading import UNIT, DeedsFound
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.corpus.dated import iso_date
from discourse.features.concordance import sentence
from discourse.figures.frames import layout_rows
from discourse.figures.kinds import Rows
from discourse.report.blocks import Block, DataTable, Evidence, EvidenceItem, Figure, Table
from discourse.report.words import day, number, probability, span
from discourse.types import UNKNOWN


def rates(outcome: Outcome, items: Sequence[str], say: Say, name: str, caption: str) -> Figure:
    """Rates of some items by group."""
    assert outcome.comparison is not None
    frame = layout_rows({"": outcome.comparison}, items)
    alt = "; ".join(
        f"{r.item} {r.stratum} {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in frame.itertuples()
    )
    return Figure(say.name(name), frame, Rows(say.groups, {}, UNIT), caption, alt, of=name.replace("_about", ""))


def table(
    found: DeedsFound, outcome: Outcome, items: Sequence[str], say: Say, name: str, caption: str, first: str
) -> Table:
    """A row for each item: rates of the groups with counts and documents, the main difference with its test, and the verdict."""
    counts = found.rows.set_index(["item", "group"])
    certain = say.found("verdict", "")
    answers = certain.items.get(outcome.identity) if certain is not None else None
    judged = answers.set_index("item") if answers is not None else None
    rows = []
    by_item = {item: part.set_index("contrast") for item, part in outcome.table.groupby("item")}
    for item in items:
        part = by_item[item]
        levels = part.loc[["level"]].set_index("stratum")
        cells = [item]
        for g in say.groups:
            n = counts.loc[(item, g)]
            level = levels.loc[g]
            shown = say.note(level) if level["estimate"] != level["estimate"] else number(level["estimate"], 2)
            cells.append(f"{shown} ({int(n['count']):,}; {int(n['documents']):,})")
        if judged is not None and item in judged.index and "difference" in part.index:
            row, answer = part.loc[["difference"]].iloc[0], judged.loc[item]
            cells += [
                f"{number(row['estimate'], 2)} {span(row['low'], row['high'], 2)}",
                probability(answer["p_family"]),
            ]
            cells.append(str(answer["certainty"]))
        elif judged is not None:
            cells += ["", "", ""]
        rows.append(cells)
    heads = [first, *say.groups]
    heads += [f"{say.study} minus {say.reference}", "p (family)", "Verdict"] if judged is not None else []
    widths = [2.0] + [1.1] * len(say.groups) + ([1.3, 0.6, 0.9] if judged is not None else [])
    return Table(say.name(name), caption, heads, rows, found.rows, ["left"] + ["right"] * (len(heads) - 1), widths)


def levels(outcome: Outcome, say: Say, name: str) -> DataTable:
    """All levels and differences, as a file."""
    return DataTable(say.name(name), say.with_further(outcome).drop(columns=["log_p", "q", "n_tokens"]))


def evidence(found: DeedsFound, say: Say, name: str, title: str) -> Iterator[Block]:
    """The sentences that were drawn, with their sources; without text the documents in which they stand."""
    items, every = [], []
    for row in found.drawn.itertuples():
        record = say.data.documents.iloc[int(row.document)]
        pieces, text, speaker = [(say.link(record), "")], "", str(record["speaker"])
        if say.corpus.texts is not None:
            shown = sentence(say.corpus, int(row.sentence))
            text, speaker = " ".join(shown.text.split()), str(say.data.turns["speaker"].iloc[shown.turn])
            pieces = [(text, "")]
        when = iso_date(record)
        named = "" if when and record["title"] == record["doc_id"] else str(record["title"])
        who = [speaker if speaker != UNKNOWN else "", day(when) if when else "", named if speaker not in named else ""]
        items.append(EvidenceItem(pieces, f"{row.item}, {row.group}: {', '.join(filter(None, who))}"))
        every.append((row.item, row.group, record["doc_id"], when, speaker, text))
    if items:
        columns = ["item", "group", "doc_id", "date", "speaker", "text"]
        yield DataTable(say.name(name), pd.DataFrame(every, columns=columns))
        yield Evidence(title, items)
