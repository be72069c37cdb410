"""The pages on other actors: figure, table, sentences, and what the first page and the methods say."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from discourse.analyses.actors.measure import LEAST_UNLISTED, ActorsFound
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.say import Say, slug
from discourse.corpus.dated import iso_date
from discourse.features.concordance import sentence
from discourse.figures.frames import layout_rows
from discourse.figures.kinds import Rows
from discourse.report.blocks import Block, DataTable, Evidence, EvidenceItem, Figure, Heading, Paragraph, Table
from discourse.report.words import day, listed, number, span
from discourse.types import UNKNOWN

IN_SUMMARY = 4


def section(found: ActorsFound, say: Say) -> Iterator[Block]:
    """The figure, the table of counts, and a sentence for each leading actor and group."""
    (outcome,) = found.outcomes
    assert outcome.comparison is not None and outcome.shown is not None
    yield Heading(say("heading"))
    frame = layout_rows({"": outcome.comparison}, outcome.shown)
    values = {"shown": len(outcome.shown), "actors": len(outcome.quantities.items), "sorted": bool(say.data.contrasts)}
    values["least"] = say.data.design.needed_containing(say.data.units[0])
    alt = "; ".join(f"{r.item} {r.stratum} {number(r.estimate)}%" for r in frame.itertuples())
    kind = Rows(say.groups, {i: outcome.labels[i] for i in outcome.shown}, say("axis"))
    yield Figure(say.name("actors"), frame, kind, say("figure", **values), say("figure_alt", listed=alt), of="actors")
    yield _table(found, outcome, say)
    yield DataTable(say.name("actors-levels"), outcome.table.drop(columns=["log_p", "q", "n_tokens"]))
    for further in found.further:
        yield DataTable(say.name(f"actors-{slug(further.contrast.name)}"), further.table)
    yield from _evidence(found, say)


def _table(found: ActorsFound, outcome: Outcome, say: Say) -> Table:
    """Percentages and counts of the actors that are shown, and their differences; all are in the file."""
    counts = found.counts.set_index(["actor", "group"])
    table = outcome.table
    levels = table[table["contrast"] == "level"].set_index(["item", "stratum"])["estimate"]
    differences = table[table["contrast"] == "difference"].set_index("item")
    answers = _answers(say)
    verdicts = {} if answers is None else dict(zip(answers["item"], answers["certainty"]))
    rows = []
    for actor in outcome.shown or ():
        cells = [actor, found.kinds[actor]]
        for group in say.groups:
            row, level = counts.loc[(actor, group)], levels[(actor, group)]
            share = say("too_little") if level != level else f"{number(level)}%"
            cells.append(f"{share} ({row['named']:,}; {row['named_in']:,})")
        if len(differences):
            d = differences.loc[actor]
            cells += [number(d["estimate"]), span(d["low"], d["high"])]
            cells.append(str(verdicts.get(actor, "")))
        rows.append(cells)
    more = [say("difference"), say("common.interval"), say("verdict")] if len(differences) else []
    columns = [say("actor"), say("kind"), *say.groups, *more]
    sentences = found.counts.drop_duplicates("group")["of_sentences"]
    of = listed([f"{n:,} in {g}" for g, n in zip(say.groups, sentences)])
    return Table(
        say.name("actors"),
        say("table", of=of),
        columns,
        rows,
        found.counts,
        ["left", "left", *["right"] * (len(columns) - 3), "left" if more else "right"],
        [1.5, 1.1, *[1.3] * len(say.groups), *([0.8, 1.2, 1.0] if more else [])],
    )


def _evidence(found: ActorsFound, say: Say) -> Iterator[Block]:
    """The sentences that were drawn, with their sources; without text the documents in which they stand."""
    items, every = [], []
    for row in found.drawn.itertuples():
        record = say.data.documents.iloc[int(row.document)]
        pieces, text, speaker = [(say.link(record), "")], "", str(record["speaker"])
        if say.corpus.texts is not None:
            mark = (int(row.token), int(row.length), "target")
            shown = sentence(say.corpus, int(row.sentence), [mark])
            pieces = list(EvidenceItem.from_marks(shown.text, shown.marks, "").pieces)
            text, speaker = " ".join(shown.text.split()), str(say.data.turns["speaker"].iloc[shown.turn])
        when = iso_date(record)
        who = {"speaker": speaker, "known": speaker != UNKNOWN}
        source = say(
            "source", actor=row.actor, group=row.group, date=day(when) if when else "", title=record["title"], **who
        )
        items.append(EvidenceItem(pieces, source))
        every.append((row.actor, row.group, record["doc_id"], when, speaker, text))
    if items:
        columns = ["actor", "group", "doc_id", "date", "speaker", "text"]
        yield DataTable(say.name("actors-sentences"), pd.DataFrame(every, columns=columns))
        yield Evidence(say("evidence", texts=say.corpus.texts is not None), items)


def summary(found: ActorsFound, say: Say) -> Iterator[str]:
    """The actors whose share differs, with their shares."""
    answers = _answers(say)
    if answers is None:
        return
    (outcome,) = found.outcomes
    levels = outcome.table[outcome.table["contrast"] == "level"].set_index(["item", "stratum"])["estimate"]
    answers = answers.reindex(answers["estimate"].abs().sort_values(ascending=False, kind="stable").index)

    def named(certainty: Certainty) -> list[str]:
        return [
            say("summary_part", row=r, a=levels[(r.item, say.study)], b=levels[(r.item, say.reference)])
            for r in answers[answers["certainty"] == certainty].itertuples()
        ]

    differ, may = named(Certainty.DIFFERS), named(Certainty.MAY_DIFFER)
    shown = {"differ": "; ".join(differ[:IN_SUMMARY]), "may": "; ".join(may[:IN_SUMMARY])}
    yield say("summary", n_differ=len(differ), n_may=len(may), actors=len(answers), **shown)


def _answers(say: Say) -> pd.DataFrame | None:
    """What may be concluded on each actor that is shown, where there is a contrast."""
    judged = say.found("verdict", "")
    assert say.target is not None
    return judged.items.get(("actors", say.target.name)) if judged is not None else None


def methods(found: ActorsFound, say: Say) -> Iterator[Block]:
    """How actors are found and counted; once for all targets."""
    if say.target == say.targets[0]:
        yield Heading(say("methods_heading"), 2)
        yield Paragraph(say("methods", least=max(say.settings.min_documents, LEAST_UNLISTED)))
