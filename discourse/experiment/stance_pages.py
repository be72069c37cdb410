"""Pages on stance: how a target is evaluated, who acts, which acts, how it is said, the evidence, and other choices."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from discourse.compare.validation import ALL
from discourse.errors import NoTextError
from discourse.experiment.builder import Pages
from discourse.experiment.evidence import evidence_item, manner_marks, mention_table
from discourse.experiment.measures import LEAST_FOR_LEVEL
from discourse.experiment.stages import TargetResults
from discourse.experiment.words import counted, number, percent, span
from discourse.features.stance import ACTS, CLASSES, ROLES
from discourse.figures import FIGURES
from discourse.figures.intervals import MOST_SPEAKERS
from discourse.report import Evidence, EvidenceItem, TableBlock
from discourse.types import Comparison

COMPONENTS = {
    "evaluation": "evaluation, mean per mention: conflictual (−1) to cooperative (1)",
    "conflictual": "conflictual mentions, %",
    "cooperative": "cooperative mentions, %",
}
SHORT = {
    "evaluation": "evaluation, mean per mention",
    "conflictual": "conflictual, % of mentions",
    "neutral": "neutral, % of mentions",
    "cooperative": "cooperative, % of mentions",
    "actor": "acts, % of mentions",
    "recipient": "is acted upon, % of mentions",
    "partner": "acts together with others, % of mentions",
    "mentioned": "only mentioned, % of mentions",
}
AS_MEASURED = "As measured: the error of the measure is not in these intervals. "
MANNERS = {
    "weasel": "weasels: vague quantity or source",
    "booster": "boosters",
    "hedge": "hedges",
    "volition": "volition: will, want to",
    "obligation": "obligation: must, should",
    "attitude": "attitude markers",
    "self-mention": "self-mention: I, my",
    "we": "we, us, our",
    "inclusive we": "inclusive we",
}
MOST_IN_WORDS = 8  # speakers whose sentences are printed where no contrast is
LEAST_CODED = 10  # coded mentions of a class below which no F1 is printed
LEAST_ACT = 0.5  # % of mentions that an act needs somewhere to be drawn


def stance(pages: Pages, found: TargetResults) -> None:
    """How the target is spoken of, and in which words."""
    results, measured, target = pages.results, found.measured, found.target
    if found.refusal:
        return
    table = mention_table(results, measured)
    line = found.validation.line
    pages.heading(f"How {target.name} is spoken of")
    pages.say(_what_is_measured(pages, found))
    home = table[table["side"] == "home"]
    n = f"{counted(len(home), 'mention')} in {counted(int(home['doc_id'].nunique()), 'document')}"
    if "contrast" not in results.refusals:
        pages.figure(
            "stance",
            "stance",
            FIGURES["stance"].layout(measured.stance),
            f"How does the stance toward {target.name} differ between the groups? {pages.bars()} {n}. Measure: {line}. {pages.n()}",
            "Evaluation and classes by group, with intervals. " + _levels_in_words(measured.stance),
            pages.groups,
            COMPONENTS,
        )
        _difference_table(pages, found)
        _corrected(pages, found)
        _validation_table(pages, found)
        _who_acts(pages, found, n)
        periods = found.periods
        pages.figure(
            "stance-time",
            "stance_time",
            FIGURES["stance_time"].layout(measured.documents),
            f"Does the stance toward {target.name} move over time? Pale marks are documents with at least three mentions, larger with "
            f"more of them; full marks are the means of each {periods.unit} with at least {results.plan.config.stance.min_mentions} mentions in "
            f"{results.plan.config.stance.min_documents} documents, with {percent(results.design)} bootstrap intervals over documents where "
            f"there are {LEAST_FOR_LEVEL} or more. {n}. Measure: {line}.",
            f"Mean evaluation of {target.name} by document and {periods.unit} over time.",
            pages.groups,
            periods.evaluation,
        )
        pages.table("stance-periods", periods.evaluation)
        pages.table("salience-periods", periods.salience)
        _manner(pages, found)
    else:
        pages.refuse(results.refusals["contrast"])
        frame = FIGURES["speakers"].layout(table)
        more = int(table["speaker"].nunique()) - MOST_SPEAKERS
        pages.figure(
            "speakers",
            "speakers",
            frame,
            f"Who spoke of {target.name}, mention by mention? Each mark is a mention, at its score in steps of "
            "0.05 (bars count them where there are many); open marks are speakers who are not counted as the group's words. No "
            f"mean and no interval: mentions in {counted(int(table['doc_id'].nunique()), 'document')} are not independent "
            "observations. "
            + (f"{MOST_SPEAKERS} of {MOST_SPEAKERS + more} speakers are shown. " if more > 0 else "")
            + f"Measure: {line}. {pages.n()}",
            "Marks for each mention by speaker: "
            + "; ".join(f"{s} {counted(int(k), 'mention')}" for s, k in table["speaker"].value_counts().items()),
            pages.groups,
        )
        _validation_table(pages, found)
    pages.table("mentions", table)
    hits = measured.scored.details["hits"]
    pages.table("stance-terms", hits[hits["mention"].isin(table["mention"])].drop(columns=["token", "length"]))
    _evidence(pages, found, table)


def _what_is_measured(pages: Pages, found: TargetResults) -> str:
    method = pages.results.plan.config.stance.method
    how = (
        "Each mention of the target is scored by the words of cooperation and conflict in its sentence: whether the target does them or "
        "receives them, whether they stand in its clause, are negated, asked for, conditional or in its own words."
        if method == "lexicon"
        else "Each mention of the target is scored by a classifier that was trained on a hand-coded sample, out of fold for the coded mentions."
    )
    line = found.validation.line
    if line.startswith("unvalidated"):
        reason = line.removeprefix("unvalidated").strip(" ()")
        return (
            f"Unvalidated{': ' + reason if reason else ''}. {how} It has not been checked against a hand-coded sample of this corpus: "
            "`discourse stance sample` draws one, `discourse stance validate` reads it back. Its error on labelled sentences of other kinds is "
            "in the project's documentation."
        )
    return f"{line[0].upper()}{line[1:]}. {how} Error by class and by group stands in the table below."


def _difference_table(pages: Pages, found: TargetResults) -> None:
    """Differences of evaluation, classes and parts, for bars of two groups cannot be compared by eye."""
    comparison, design = found.measured.stance, pages.results.design
    table = comparison.table[comparison.table["contrast"] == "difference"]
    if table.empty:
        return
    rows = []
    for row in table.itertuples():
        digits = 2 if row.item == "evaluation" else 1
        cells = [SHORT[str(row.item)], number(float(row.estimate), digits)]
        if design.cluster is not None:
            cells.append(span(float(row.low), float(row.high), digits))
        rows.append([*cells, span(float(row.low_document), float(row.high_document), digits)])
    columns = ["", "Difference", "documents resampled"]
    if design.cluster is not None:
        columns.insert(2, f"{design.cluster_name}s resampled")
    pages.blocks.append(
        TableBlock(
            pages.name("stance-differences"),
            f"Differences, {comparison.study} minus {comparison.reference}; {percent(design)} bootstrap intervals, not corrected for their "
            f"number. {AS_MEASURED if found.validation.corrected is not None else ''}Measure: {found.validation.line}.",
            columns,
            rows,
            table.drop(columns=["log_p", "q", "n_tokens"]),
        )
    )


def _corrected(pages: Pages, found: TargetResults) -> None:
    """Raw and corrected means side by side, where there is a coded sample."""
    comparison = found.validation.corrected
    if comparison is None:
        return
    frame = FIGURES["corrected"].layout(comparison)
    design = pages.results.design
    levels = frame[(frame["item"] == "corrected") & (frame["contrast"] == "level")]
    coded = ", ".join(f"{r.stratum} n = {int(r.n_coded)}" for r in levels.itertuples())
    pages.figure(
        "corrected",
        "corrected",
        frame,
        "What remains of the difference after correction for the error of the measure? Open marks: as measured; full marks: corrected by the "
        f"coded sample ({coded}). Cooperative minus conflictual mentions in percentage points. Bars are {percent(design)} "
        f"intervals with {design.cluster_name}s as the units. Measure: {found.validation.line}. {pages.n()}",
        "; ".join(
            f"{r.stratum}, {r.item}: {number(float(r.estimate))} {span(float(r.low), float(r.high))}"
            for r in frame.itertuples()
        ),
        pages.groups,
        "cooperative minus conflictual mentions, percentage points",
    )


def _validation_table(pages: Pages, found: TargetResults) -> None:
    """Precision, recall and F1 by class and by group."""
    scores = found.validation.scores
    if scores is None:
        return
    rows = []
    strata = [ALL, *pages.groups]
    for variable, title in (("stance", "stance"), ("who_acts", "who acts")):
        part = scores[scores["item"] == variable]
        for name in [*(CLASSES if variable == "stance" else ROLES), "macro"]:
            cells = [f"{title}: {name}"]
            for stratum in strata:
                at = part[(part["class_"] == name) & (part["stratum"] == stratum)].set_index("measure")
                if at.empty:
                    cells.append("")
                    continue
                f1 = at.loc["f1"]
                enough = f1["estimate"] == f1["estimate"] and f1["n"] >= LEAST_CODED
                shown = f"{number(f1['estimate'], 2)} {span(f1['low'], f1['high'], 2)}" if enough else "too few"
                cells.append(f"{shown} ({f1['n']:g})")
            if any(cells[1:]):
                rows.append(cells)
    pages.blocks.append(
        TableBlock(
            pages.name("validation"),
            f"How well the measure agrees with the coded sample: F1 with {percent(pages.results.design)} bootstrap intervals over documents, in brackets "
            f"the mentions that the coders put there; below {LEAST_CODED} none is printed. Precision and recall stand in the tables.",
            ["", *strata],
            rows,
            scores,
        )
    )


def _who_acts(pages: Pages, found: TargetResults, n: str) -> None:
    """The parts of the target, and the acts."""
    measured, name = found.measured, found.target.name
    pages.figure(
        "roles",
        "roles",
        FIGURES["roles"].layout({f"the part of {name} in its clause": measured.stance}, ROLES),
        f"Does {name} act, or is it acted upon? Shares of the mentions, told by word order. {pages.bars()} {n}. Measure: {found.validation.line}.",
        "Shares of mentions by part and group.",
        pages.groups,
        {
            "actor": "acts",
            "recipient": "is acted upon",
            "partner": "acts together with others",
            "mentioned": "is only mentioned",
        },
        "% of mentions",
    )
    titles = {
        "actor": f"{name} does it",
        "recipient": f"it is done to {name}",
        "partner": f"{name} and others together",
    }
    table = measured.acts.table
    panels = {}
    for role, title in titles.items():
        end = f" | {role}"
        part = table[table["item"].str.endswith(end)]
        panels[title] = Comparison(part.assign(item=part["item"].str.removesuffix(end)), measured.acts.measure)
    frame = FIGURES["acts"].layout(panels, list(ACTS), LEAST_ACT)
    if not frame.empty:
        pages.figure(
            "acts",
            "acts",
            frame,
            f"Which acts are {name}'s, which are done to it, which do both share? Shares of the mentions; conditions and negated acts are left out, and acts "
            f"that nowhere reach {LEAST_ACT:g}% are not drawn. The panels have scales of their own. Acts after PLOVER, from cooperation (above) to conflict (below). {pages.bars()} {n}. "
            f"Measure: {found.validation.line}.",
            "Shares of mentions by act, part and group.",
            pages.groups,
            {a: a for a in ACTS},
            "% of mentions",
        )
    pages.table("acts", table.drop(columns=["log_p", "q", "n_tokens"]))


def _manner(pages: Pages, found: TargetResults) -> None:
    """How it is said, near the target and overall."""
    name = found.target.name
    panels = {
        (f"in sentences that mention {name}" if place == "target sentences" else "in all their words"): c
        for place, c in found.measured.manner.items()
    }
    first = next(iter(panels.values())).table
    items = list(dict.fromkeys(first["item"]))
    frame = FIGURES["manner"].layout(panels, items)
    pages.figure(
        "manner",
        "manner",
        frame,
        f"How is it said? Hedges, boosters, attitude markers, self-mention and inclusive we after Hyland (2005), obligation and volition after Biber "
        f"(2006), weasels after Ganter and Strube (2009), per 10,000 tokens. {pages.bars()} {pages.n()}",
        "Rates of manners of speaking by group, near the target and overall.",
        pages.groups,
        {i: MANNERS.get(i, i) for i in items},
        "per 10,000 tokens",
    )


def _levels_in_words(comparison: Comparison) -> str:
    rows = comparison.table[comparison.table["contrast"] == "level"]
    return (
        "; ".join(
            f"{r.item} in {r.stratum}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in rows.itertuples()
        )
        + "."
    )


def _evidence(pages: Pages, found: TargetResults, table: pd.DataFrame) -> None:
    results = pages.results
    show = results.plan.config.report.evidence
    if not show or "concordance" not in results.plan.figures:
        return
    made = "made the score" if results.plan.config.stance.method == "lexicon" else "are those that the rules found"
    pages.heading("In their words" if not pages.name("") else f"In their words: {found.target.name}")
    pages.say(
        f"The mention is bold. Underlined terms {made}: + cooperative and − conflictual, as they count after the rules; h hedge, b booster, "
        f"o obligation. After the source: the part of the target and the act. All mentions stand in tables/{pages.name('mentions')}.csv with "
        f"the words and rules that made their scores, every term in tables/{pages.name('stance-terms')}.csv."
    )
    lexicons = results.lexicons()

    def items(rows: Iterable[int]) -> list[EvidenceItem]:
        at = [int(k) for k in rows]
        manners = manner_marks(results.encoded, table["sentence"].iloc[at], lexicons)
        return [evidence_item(results, found, k, table, manners) for k in at]

    try:
        if "contrast" in results.refusals:
            sizes = table.groupby(["group", "speaker"], sort=False).size()
            shown = set(sizes.sort_values(ascending=False, kind="stable").head(MOST_IN_WORDS).index)
            if len(sizes) > len(shown):
                pages.say(f"The {len(shown)} speakers of {len(sizes)} with the most mentions are shown.")
            once = table[~table["sentence"].duplicated()]
            for (group, speaker), part in once.groupby(["group", "speaker"], sort=False):
                if (group, speaker) not in shown:
                    continue
                side = part["side"].iloc[0]
                note = "" if side == "home" else f", {side} side"
                more = f"; {show} of {len(part)}" if len(part) > show else ""
                pages.blocks.append(
                    Evidence(
                        f"{speaker}, {group}{note}: {counted(len(part), 'sentence')}{more}",
                        items(part.index[:show]),
                    )
                )
            return
        for group in pages.groups:
            part = table[(table["group"] == group) & (table["side"] == "home")]
            order = part.iloc[np.lexsort((part["mention"], -part["evaluation"]))]
            half = min(show, order["text"].nunique() // 2)
            for title, rows in (
                (f"{group}: the {half} highest scores", order.drop_duplicates("text").head(half)),
                (
                    f"{group}: the {half} lowest scores",
                    order.drop_duplicates("text", keep="last").tail(half).iloc[::-1],
                ),
            ):
                if half:
                    pages.blocks.append(Evidence(title, items([int(k) for k in rows.index])))  # type: ignore[arg-type]
    except NoTextError as error:
        pages.refuse(str(error))


def sensitivity(pages: Pages, found: TargetResults) -> None:
    """The main results with other choices."""
    results = pages.results
    if found.sensitivity is None or not results.plan.config.sensitivity:
        return
    pair = results.plan.pair
    assert pair is not None
    study, reference = (results.design.names[g] for g in pair)
    frame = FIGURES["sensitivity"].layout(found.sensitivity)
    pages.figure(
        "sensitivity",
        "sensitivity",
        frame,
        f"Does the difference between {study} and {reference} depend on what is counted? {pages.bars()} In brackets: documents. "
        f"Evaluation: {found.validation.line}.",
        "Differences under other choices: "
        + "; ".join(
            f"{r.name_}: {r.measure} {number(r.estimate, 2)} {span(r.low, r.high, 2)}"
            for r in frame.rename(columns={"name": "name_"}).itertuples()
        ),
        study,
        reference,
        {"salience": "mentions per 10,000 tokens", "evaluation": "evaluation"},
    )
