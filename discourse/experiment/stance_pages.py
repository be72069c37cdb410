"""Pages on stance, its evidence, and on other choices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.errors import NoTextError
from discourse.experiment.builder import Pages
from discourse.experiment.evidence import evidence_item, sentence_table
from discourse.experiment.stages import Results
from discourse.experiment.words import counted, number, percent, span
from discourse.figures import FIGURES
from discourse.figures.intervals import MOST_SPEAKERS
from discourse.report import Evidence, TableBlock

SHORT = {
    "evaluation": "evaluation, mean per sentence",
    "cooperative": "cooperative terms",
    "conflictual": "conflictual terms",
    "hedges": "hedges",
    "boosters": "boosters",
    "obligation": "obligation",
}
COMPONENTS = {
    "evaluation": "evaluation, mean per target sentence: conflictual (−1) to cooperative (1)",
    "cooperative": "cooperative terms per 10,000 tokens of target sentences",
    "conflictual": "conflictual terms per 10,000 tokens of target sentences",
    "hedges": "hedges per 10,000 tokens of target sentences",
    "boosters": "boosters per 10,000 tokens of target sentences",
    "obligation": "obligation (must, should, call on) per 10,000 tokens of target sentences",
}

MOST_IN_WORDS = 8  # speakers whose sentences are printed where no contrast is


def stance(pages: Pages) -> None:
    """How the target is spoken of, and in which words."""
    results = pages.results
    target = results.plan.target
    if target is None or results.stance is None or results.components is None or "target" in results.refusals:
        return
    table = sentence_table(results)
    pages.heading(f"How {target.name} is spoken of")
    pages.say(
        "Unvalidated: the score counts words of cooperation and conflict near the target, with negation. It does not know who "
        "does what to whom, and it has not been checked against a hand-coded sample of this corpus. Its error on labelled "
        "news sentences is in the project's documentation."
    )
    inside = table[table["group"] != ""]
    home = inside[inside["side"] == "home"]
    n = f"{counted(len(home), 'target sentence')} in {counted(int(home['doc_id'].nunique()), 'document')}"
    if "contrast" not in results.refusals:
        frame = FIGURES["stance"].layout(results.components)
        pages.figure(
            "stance",
            "stance",
            frame,
            f"How does the stance toward {target.name} differ between the groups? {pages.bars()} {n}. Measure: unvalidated. "
            f"{pages.n()}",
            "Components of stance by group, with intervals. " + _levels_in_words(results),
            pages.groups,
            COMPONENTS,
        )
        _component_table(pages)
        frame = FIGURES["stance_time"].layout(results.documents)
        pages.figure(
            "stance-time",
            "stance_time",
            frame,
            f"Does the stance toward {target.name} move over time? Each mark is a document with at least three target "
            "sentences, larger with more of them; lines are the means of the groups over all target sentences, bands their "
            f"{percent(results.design)} intervals ({results.design.cluster_name}s resampled). {n}. Measure: unvalidated.",
            f"Mean evaluation of {target.name} by document over time.",
            pages.groups,
            results.components,
        )
    else:
        pages.refuse(results.refusals["contrast"])
        frame = FIGURES["speakers"].layout(inside)
        more = int(inside["speaker"].nunique()) - MOST_SPEAKERS
        pages.figure(
            "speakers",
            "speakers",
            frame,
            f"Who spoke of {target.name}, sentence by sentence? Each mark is a sentence that mentions it, at its score in steps of "
            "0.05 (bars count them where there are many); open marks are speakers who are not counted as the group's words. No "
            f"mean and no interval: sentences of {counted(int(inside['doc_id'].nunique()), 'document')} are not independent "
            "observations. "
            + (f"{MOST_SPEAKERS} of {MOST_SPEAKERS + more} speakers are shown. " if more > 0 else "")
            + f"Measure: unvalidated. {pages.n()}",
            "Marks for each target sentence by speaker: "
            + "; ".join(f"{s} {counted(int(k), 'sentence')}" for s, k in inside["speaker"].value_counts().items()),
            pages.groups,
        )
    pages.tables["target-sentences"] = inside
    hits = results.stance.details["hits"]
    pages.tables["stance-terms"] = hits[hits["sentence"].isin(inside["sentence"])].drop(
        columns=["token", "length", "row"]
    )
    _evidence(pages, table)


def _component_table(pages: Pages) -> None:
    """Differences of the stance components, for bars of two groups cannot be compared by eye."""
    components, design = pages.results.components, pages.results.design
    assert components is not None
    table = components.table[components.table["contrast"] == "difference"]
    if table.empty:
        return
    rows = []
    for row in table.itertuples():
        digits = 2 if row.item == "evaluation" else 0
        cells = [SHORT[str(row.item)], number(float(row.estimate), digits)]
        if design.cluster is not None:
            cells.append(span(float(row.low), float(row.high), digits))
        rows.append([*cells, span(float(row.low_document), float(row.high_document), digits)])
    columns = ["Component", "Difference", "documents resampled"]
    if design.cluster is not None:
        columns.insert(2, f"{design.cluster_name}s resampled")
    pages.blocks.append(
        TableBlock(
            "stance-differences",
            f"Differences of the components, {components.study} minus {components.reference}; {percent(design)} bootstrap intervals, "
            "not corrected for their number. Terms per 10,000 tokens of target sentences. Measure: unvalidated.",
            columns,
            rows,
            table.drop(columns=["log_p", "q", "n_tokens"]),
        )
    )


def _levels_in_words(results: Results) -> str:
    assert results.components is not None
    rows = results.components.table[results.components.table["contrast"] == "level"]
    return (
        "; ".join(
            f"{r.item} in {r.stratum}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in rows.itertuples()
        )
        + "."
    )


def _evidence(pages: Pages, table: pd.DataFrame) -> None:
    results = pages.results
    show = results.plan.config.report.evidence
    if not show or "concordance" not in results.plan.figures:
        return
    pages.heading("In their words")
    pages.say(
        "The target is bold. Underlined terms made the score: + cooperative and − conflictual, as they count after negation, h hedge, b booster, "
        "o obligation. All target sentences stand in tables/target-sentences.csv, every term that counted in "
        "tables/stance-terms.csv."
    )
    inside = table[table["group"] != ""]
    try:
        if "contrast" in results.refusals:
            sizes = inside.groupby(["group", "speaker"], sort=False).size()
            shown = set(sizes.sort_values(ascending=False, kind="stable").head(MOST_IN_WORDS).index)
            if len(sizes) > len(shown):
                pages.say(f"The {len(shown)} speakers of {len(sizes)} with the most sentences are shown.")
            for (group, speaker), part in inside.groupby(["group", "speaker"], sort=False):
                if (group, speaker) not in shown:
                    continue
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


def sensitivity(pages: Pages) -> None:
    """The main results with other choices."""
    results = pages.results
    if results.sensitivity is None or not results.influence:
        return
    pages.heading("Does it depend on what is counted?")
    pair = results.plan.pair
    assert pair is not None
    study, reference = (results.design.names[g] for g in pair)
    frame = FIGURES["sensitivity"].layout(results.sensitivity)
    if not results.plan.config.sensitivity:
        frame = frame.iloc[:0]
    pages.figure(
        "sensitivity",
        "sensitivity",
        frame,
        f"Does the difference between {study} and {reference} depend on what is counted? {pages.bars()} In brackets: documents.",
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
