"""Pages on the corpus and on salience."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.evidence import target_sample
from discourse.experiment.measures import LEAST_FOR_LEVEL
from discourse.experiment.repeated import left_out
from discourse.experiment.stages import TargetResults
from discourse.experiment.words import counted, day, number, percent, span
from discourse.features.target import alias_table
from discourse.figures import FIGURES
from discourse.figures.intervals import MOST_SPEAKERS
from discourse.figures.timeline import FEW
from discourse.report import TableBlock
from discourse.types import Comparison

SHOWN = 20  # speakers of a group, and exclusions, in the tables of the report


def corpus(pages: Pages) -> None:
    """Who speaks, how much, and what was left out."""
    results = pages.results
    documents, encoded = results.documents, results.encoded
    pages.heading("The corpus")
    frame = _speakers(pages)
    shown = documents[documents["group"] != ""]
    pages.say(
        f"{counted(len(shown), 'document')} of {counted(len(pages.groups), 'group')}, from "
        f"{day(shown['date'].min())} to {day(shown['date'].max())}. Only the words of speakers on the home side "
        "are counted as the words of a group; others are listed with their side. Stage directions, disclaimers, "
        "footnotes, headings and contact lines are not counted."
    )
    listed = _few(frame)
    pages.blocks.append(
        TableBlock(
            "speakers",
            "Who speaks: documents, turns and tokens by group and speaker"
            + (f"; of each group the {SHOWN} who speak most." if len(listed) < len(frame) else "."),
            ["Group", "Speaker", "Role", "Side", "Documents", "Turns", "Tokens"],
            [
                [
                    row.group,
                    row.speaker,
                    row.role,
                    "" if row.side == "home" else row.side,
                    f"{row.documents:,}" if row.documents else "",
                    f"{row.turns:,}",
                    f"{row.tokens:,}",
                ]
                for row in listed.itertuples()
            ],
            frame,
            ["left", "left", "left", "left", "right", "right", "right"],
            [1.5, 2.2, 1.2, 0.8, 1.0, 0.7, 0.9],
        )
    )
    frame = FIGURES["corpus"].layout(documents)
    pages.figure(
        "corpus",
        "corpus",
        frame,
        "How much text has each group, and when? Each mark is a document and its length in tokens. " + pages.n(),
        "Length of each document, by group and date. " + pages.n(),
        pages.groups,
    )
    excluded = encoded.provenance.exclusions
    if excluded or results.set_aside or encoded.provenance.inferences:
        pages.heading("What was left out, and what was inferred", 2)
        if results.set_aside:
            config = results.plan.config.corpus
            rules = [f"{k} = {v}" for k, v in config.select.items()] + [f"without {d}" for d in config.drop]
            pages.say(f"{counted(results.set_aside, 'document')} set aside by the selection ({'; '.join(rules)}).")
        for inference in encoded.provenance.inferences:
            pages.say(f"Inferred: {inference}.")
        if excluded:
            frame = pd.DataFrame(
                [(e.document, e.reason, e.source) for e in excluded], columns=["document", "reason", "source"]
            )
            reasons = frame["reason"].str.replace(r'".*?"', "…", regex=True).value_counts()
            if len(frame) > SHOWN:
                pages.say(
                    f"{counted(len(frame), 'document')} excluded: "
                    + "; ".join(f"{n:,} {reason}" for reason, n in reasons.head(8).items())
                    + f". The first {SHOWN} are listed, all stand in the tables."
                )
            pages.blocks.append(
                TableBlock(
                    "exclusions",
                    "Documents that were excluded, with the reason.",
                    ["Document", "Reason", "Source"],
                    frame.head(SHOWN).to_numpy().tolist(),
                    frame,
                    ["left", "left", "left"],
                    [3, 1.6, 1.6],
                )
            )


def _speakers(pages: Pages) -> pd.DataFrame:
    """Documents, turns and counted tokens by group and speaker; in each group the home side and those who speak most first."""
    results = pages.results
    encoded = results.encoded
    turns = encoded.turns.copy()
    counts = encoded.words(without=left_out(results.plan.config))
    turns["n"] = np.diff(np.concatenate([[0], np.cumsum(counts)])[encoded.turn_bounds])
    turns["group"] = results.documents["group"].to_numpy()[encoded.turn_document]
    table = (
        turns[turns["group"] != ""]
        .groupby(["group", "speaker", "role", "side"], sort=False)
        .agg(documents=("doc_id", "nunique"), turns=("doc_id", "size"), tokens=("n", "sum"))
        .reset_index()
    )
    table["group"] = pd.Categorical(table["group"], pages.groups, ordered=True)
    table["away"] = table["side"] != "home"
    table = table.sort_values(["group", "away", "tokens"], ascending=[True, True, False], kind="stable")
    return table.drop(columns="away").astype({"group": str}).reset_index(drop=True)


def _few(frame: pd.DataFrame) -> pd.DataFrame:
    """Of each group the speakers with the most tokens, and a line for the others together."""
    parts = []
    for name, part in frame.groupby("group", sort=False):
        if len(part) <= SHOWN + 1:
            parts.append(part)
            continue
        keep = part["tokens"].rank(method="first", ascending=False) <= SHOWN
        rest = part[~keep]
        line = {"group": name, "speaker": f"{len(rest)} others", "role": "", "side": "home", "documents": 0}
        parts += [part[keep], pd.DataFrame([{**line, "turns": rest["turns"].sum(), "tokens": rest["tokens"].sum()}])]
    return pd.concat(parts, ignore_index=True)


def salience(pages: Pages, found: TargetResults) -> None:
    """How often the target is mentioned."""
    results, measured, target = pages.results, found.measured, found.target
    pages.heading(f"How often {target.name} is mentioned")
    pages.say(
        "Salience is reported apart from stance: how often the target is mentioned says nothing on how it is spoken of."
    )
    if found.refusal:
        pages.refuse(found.refusal)
        return
    frame = FIGURES["salience"].layout(measured.documents)
    levels = measured.salience if "contrast" not in results.refusals else None
    pages.figure(
        "salience",
        "salience",
        frame,
        f"How often is {target.name} mentioned, and when? Each mark is a document. "
        + (
            "Counts beside the length of the document. "
            if len(frame) <= FEW
            else f"Lines are the rates of the groups, bands their {percent(results.design)} bootstrap intervals"
            f" ({results.design.cluster_name}s resampled); full marks the rates of each {found.periods.unit}, with intervals over documents where there are "
            f"{LEAST_FOR_LEVEL} or more. "
        )
        + ("" if levels is not None else "Too little text for the rate of a group. ")
        + pages.n(),
        f"Mentions of {target.name} per 10,000 tokens in each document over time. {pages.n()}",
        pages.groups,
        levels,
        found.periods.salience,
    )
    if "contrast" in results.refusals:
        pages.refuse(results.refusals["contrast"])
    _by_group(pages, found)
    aliases = alias_table(measured.found)
    grouped = aliases.groupby("alias", sort=False)
    rows = [
        [str(a), ", ".join(f"{f} ({n})" for f, n in zip(part["form"], part["mentions"])), f"{part['mentions'].sum():,}"]
        for a, part in sorted(grouped, key=lambda item: -item[1]["mentions"].sum())
    ]
    missing = [t for t in target.terms if t not in set(aliases["alias"])]
    pages.blocks.append(
        TableBlock(
            pages.name("aliases"),
            "Which alias hit how often, in which forms, in the documents of the groups, by speakers of all sides."
            + (f" No hit: {', '.join(missing)}." if missing else "")
            + f" A sample to check by hand whether each mention refers to the target stands in tables/{pages.name('target-sample')}.csv.",
            ["Alias", "Forms in the text", "Mentions"],
            rows,
            aliases,
            ["left", "left", "right"],
            [1.2, 4.4, 0.8],
        )
    )
    pages.table("target-sample", target_sample(results, found))
    for column, (rates, stance) in found.panels.items():
        _panel(pages, found, column, rates, stance)


def _panel(pages: Pages, found: TargetResults, column: str, rates: Comparison, stance: Comparison) -> None:
    """Salience and stance of each speaker, or of each value of a column."""
    results, target = pages.results, found.target
    frame = FIGURES["panel"].layout(rates, stance)
    names = list(dict.fromkeys(rates.table["stratum"]))
    if column == "speaker" and column not in results.documents.columns:
        names, more = names[:MOST_SPEAKERS], max(len(names) - MOST_SPEAKERS, 0)
        pages.table("speakers-stance", frame)
        frame = frame[frame["stratum"].isin(names)]
        turns = results.encoded.turns
        group = results.documents["group"].to_numpy()[results.encoded.turn_document]
        at = (group != "") & turns["speaker"].isin(names).to_numpy()
        pairs = pd.DataFrame({"name": turns["speaker"].to_numpy()[at], "group": group[at]})
        units = "In brackets: documents in which the speaker has turns."
        shown = f" {more} more speakers with as many mentions are in the tables." if more else ""
    else:
        documents = results.documents[results.documents["group"] != ""]
        values = ["(none)" if pd.isna(v) else str(v) for v in documents[column]]
        pairs = pd.DataFrame({"name": values, "group": documents["group"].to_numpy()})
        units, shown = "In brackets: documents.", ""
    first = pairs.groupby("name")["group"].agg(lambda g: g.iloc[0] if g.nunique() == 1 else "")
    settings = results.plan.config.stance
    pages.figure(
        "panel" if column == results.plan.config.report.by else "panel-speakers",
        "panel",
        frame,
        f"How does each {column} speak of {target.name}? Left: salience; right: stance, only where there are at least "
        f"{settings.min_mentions} mentions in at least {settings.min_documents} documents. {units} "
        f"Bars are {percent(results.design)} bootstrap intervals over documents, where there are at least "
        f"{LEAST_FOR_LEVEL}. Colours as in the other figures; a name in black has documents in several groups.{shown} "
        f"Stance: {found.validation.line}. " + pages.n(),
        f"Salience and evaluation of {target.name} for {len(names)} values of {column}.",
        names,
        {str(k): str(v) for k, v in first.items()},
        pages.groups,
    )


def _by_group(pages: Pages, found: TargetResults) -> None:
    """Counts and rates by group; no interval where the contrast was refused."""
    results, measured = pages.results, found.measured
    rows = []
    levels = measured.salience.table[measured.salience.table["contrast"] == "level"]
    refused = "contrast" in results.refusals
    for row in levels.itertuples():
        rows.append(
            [
                row.stratum,
                f"{int(row.n_documents):,}",
                f"{int(row.x):,}",
                f"{int(row.y):,}",
                "too little text" if refused else number(row.estimate),
                "too little text" if refused else span(row.low, row.high),
                "too little text" if refused else span(row.low_document, row.high_document),
            ]
        )
    design = results.design
    columns = [
        "Group",
        "Documents",
        "Tokens",
        "Mentions",
        "per 10,000",
        f"{design.cluster_name}s resampled",
        "documents resampled",
    ]
    table = measured.salience.table
    if design.cluster is None:
        columns.pop(5)
        rows = [r[:5] + r[6:] for r in rows]
    if refused:
        columns, rows = columns[:5], [r[:5] for r in rows]
    pages.blocks.append(
        TableBlock(
            pages.name("salience"),
            "Mentions by group, home side only" + ("." if refused else f"; intervals: {percent(design)} bootstrap."),
            columns,
            rows,
            table.drop(columns=["log_p", "q", "n_tokens"]),
            ["left"] + ["right"] * (len(columns) - 1),
        )
    )
