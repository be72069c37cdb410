"""The box "what this shows": sentences with numbers and intervals, or what the data cannot say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.experiment.inference import DIFFERS, LEAST_PLACEBO, MAY_DIFFER, UNKNOWN, Answers
from discourse.experiment.stages import Results, TargetResults
from discourse.experiment.words import (
    contrast_sentence,
    counted,
    digits_of,
    listed,
    number,
    percent,
    probability,
    span,
    verdict,
)
from discourse.figures import FIGURES
from discourse.report import Box

MOST_NAMED = 6  # speakers in the sentence that counts them


def summary(results: Results) -> Box:
    """The sentences on the title page.

    Parameters
    ----------
    results : Results
        From `compute`.

    Returns
    -------
    Box
        Never a claim without a number and its interval or n.
    """
    design = results.design
    sentences: list[str] = []
    if "contrast" in results.refusals:
        sentences.append(results.refusals["contrast"] + " What follows are counts and words, not a comparison.")
    for found in results.targets:
        name = found.target.name
        if found.refusal:
            sentences.append(found.refusal)
            continue
        line = contrast_sentence(
            found.measured.salience,
            "salience",
            f"Mentions of {name}",
            " per 10,000 tokens",
            design,
            judged=results.inference.of(name, "salience") is not None,
        )
        if line:
            sentences += [
                line,
                *_certain(results, name, "salience"),
                *_mix(results, name, "salience"),
                *_sensitive(found, "salience"),
                *_influence(results, found),
            ]
        else:
            sentences += _counts(results, found)
        corrected = _corrected(found)
        sentences += corrected
        measured = "; as measured, without the error of the measure" if corrected else ""
        line = contrast_sentence(
            found.measured.stance,
            "evaluation",
            f"Evaluation of {name} per mention (−1 conflictual, 1 cooperative; {found.validation.line}{measured})",
            "",
            design,
            2,
            judged=results.inference.of(name, "evaluation") is not None,
        )
        if line:
            sentences += [
                line,
                *_certain(results, name, "evaluation"),
                *_mix(results, name, "evaluation"),
                *_sensitive(found, "evaluation"),
            ]
    for found in results.targets:
        sentences += [*_trends(results, found), *_event(results, found)]
    refused = [text for key, text in sorted(results.refusals.items()) if key.startswith("keyness")]
    sentences += dict.fromkeys(refused)
    for n, comparison in results.keyness.items():
        table = comparison.table
        up, down = table[table["low"] > 0], table[table["high"] < 0]
        kind = "terms" if n == 1 else "bigrams" if n == 2 else f"{n}-grams"
        text = (
            f"{len(up) + len(down)} of {len(table):,} {kind} differ at simultaneous {percent(design)} intervals over {design.cluster_name}s: "
            f"{len(up)} more frequent in {comparison.study}, {len(down)} in {comparison.reference}"
        )
        answers = results.inference.items.get(f"terms-{n}")
        if answers is not None:
            clear = answers[answers["certainty"] == DIFFERS]
            sides = (clear.loc[clear["estimate"] > 0, "item"].head(4), clear.loc[clear["estimate"] < 0, "item"].head(4))
            named = "; ".join(", ".join(w) for w in sides if len(w))
            text += (
                f". Beyond random halves and, where there are enough, other dates, among the clearest: {named}"
                if named
                else ""
            )
        if design.cluster is not None:
            n_documents = int(((table["low_document"] > 0) | (table["high_document"] < 0)).sum())
            text += f". With documents as the units {n_documents} differ; these may be single {design.cluster_name}s"
        sentences.append(text + ".")
    if results.prevalence is not None:
        answers = results.inference.items.get("topics")
        if answers is not None:
            counts = answers["certainty"].value_counts()
            differ = answers[answers["certainty"] == DIFFERS]
            assert results.topics is not None
            words = FIGURES["topics"].layout(results.prevalence, results.topics.details["terms"], 4)
            labels = words.drop_duplicates("item").set_index("item")["words"]
            shown = "; ".join(
                f"{r.item} ({labels[r.item]}) {number(r.estimate)} points {span(r.low, r.high)}"
                for r in differ.reindex(differ["estimate"].abs().sort_values(ascending=False).index)
                .head(3)
                .itertuples()
            )
            sentences.append(
                f"Of {counted(len(answers), 'topic')}, {counts.get(DIFFERS, 0)} differ in prevalence, {counts.get(MAY_DIFFER, 0)} may differ, and of "
                f"{counts.get(UNKNOWN, 0)} it cannot be told (max-T over all topics, random halves, other dates), conditional on the fitted model"
                + (f": {shown}." if shown else ".")
            )
    return Box("What this shows", sentences)


def _certain(results: Results, target: str, measure: str) -> list[str]:
    """The verdict on a difference, and what speaks against it."""
    answers = results.inference.of(target, measure)
    if answers is None:
        return []
    what = {"salience": f"How often {target} is mentioned", "evaluation": f"The evaluation of {target} as measured"}[
        measure
    ]
    if answers.certainty == DIFFERS:
        p = probability(float(answers.tests["p_family"].iloc[0]))
        return [
            f"{what} differs: permutation p = {p}, corrected for {counted(results.inference.family, 'measure')}; not accounted for by "
            f"{' or '.join(_asked(results, answers))}."
        ]
    reasons = listed(list(answers.reasons))
    text = (
        f"may differ, but {reasons}"
        if answers.certainty == MAY_DIFFER
        else f"cannot be told to differ with this corpus: {reasons}"
    )
    return [f"{what} {text}."]


def _mix(results: Results, target: str, measure: str) -> list[str]:
    """What another mix explains, where it can be told; who speaks, where it cannot."""
    answers = results.inference.of(target, measure)
    if answers is None:
        return []
    digits = digits_of(measure)
    texts = []
    for column, table in answers.composition.parts.items():
        if "mix" not in set(table["part"]):
            continue
        part = table.set_index("part")
        mix, within = part.loc["mix"], part.loc["within"]
        texts.append(
            f"by {column} {number(mix['estimate'], digits)} {span(mix['low'], mix['high'], digits)} is another mix and "
            f"{number(within['estimate'], digits)} {span(within['low'], within['high'], digits)} change within"
        )
    what = {"salience": "mentions", "evaluation": "evaluation"}[measure]
    sentences = [f"Of the difference in {what}, {'; '.join(texts)}."] if texts else []
    if "speaker" in answers.composition.refusals and results.design.cluster is None and measure == "salience":
        sentences.append("The groups have hardly a speaker in common: what differs between them may be the speakers.")
    return sentences


def _event(results: Results, found: TargetResults) -> list[str]:
    """The change at the event itself."""
    event = results.plan.config.event
    if event is None:
        return []
    parts = []
    for measure, what in (("salience", "mentions"), ("evaluation", "evaluation")):
        answers = results.inference.of(found.target.name, measure)
        if answers is None or not isinstance(answers.event, pd.DataFrame):
            continue
        values = answers.event.iloc[:, -1].to_numpy(float)
        other = values[1:][np.isfinite(values[1:])]
        larger = int((np.abs(other) >= abs(values[0])).sum())
        parts.append(
            f"{what} {'+' if values[0] > 0 else ''}{number(values[0], digits_of(measure))}, as large at {larger} of {len(other)} other dates"
        )
    if not parts:
        return []
    return [
        f"Around the event itself ({event.name}), the {event.days} days from it against the {event.days} days before: {'; '.join(parts)} (most of these windows overlap)."
    ]


def _trends(results: Results, found: TargetResults) -> list[str]:
    """The trends that the config asks for."""
    tests = results.inference.tests
    if tests.empty:
        return []
    texts = []
    for row in tests[(tests["contrast"] == "trend") & (tests["target"] == found.target.name)].itertuples():
        if row.unit != results.design.cluster_name:
            continue
        comparison = found.measured.salience if row.item == "salience" else found.measured.stance
        at = comparison.table[(comparison.table["contrast"] == "trend") & (comparison.table["item"] == row.item)].iloc[
            0
        ]
        digits = digits_of(row.item)
        what = "mentions" if row.item == "salience" else "evaluation"
        texts.append(
            f"{what} {number(at['estimate'], digits)} {span(at['low'], at['high'], digits)} from one group to the next, permutation p = {probability(row.p)}, "
            f"{probability(row.p_family)} corrected for all measures"
        )
    return [f"Trend of {found.target.name} over the groups in their order: {'; '.join(texts)}."] if texts else []


def _asked(results: Results, answers: Answers) -> list[str]:
    """The other accounts of a difference that were looked into."""
    asked = ["random halves of one group"] if any(len(v) for v in answers.halves.values()) else []
    asked += ["other dates"] if any(len(v) >= LEAST_PLACEBO for v in answers.placebo.values()) else []
    asked.append("any one " + " or ".join(answers.influence))
    followed = any((c.outcome, c.target) == (answers.measure, answers.target) for c in results.curves)
    return asked + (["other choices"] if followed else [])


def _sensitive(found: TargetResults, measure: str) -> list[str]:
    """What the analyses that the config names change."""
    table = found.sensitivity
    if table is None:
        return []
    what, digits = {"salience": ("mentions", 1), "evaluation": ("evaluation", 2)}[measure]
    part = table[(table["measure"] == measure) & (table["name"] != "As configured") & table["estimate"].notna()]
    if part.empty:
        return []
    shown, clear = [], []
    for name, value, low, high in part[["name", "estimate", "low", "high"]].itertuples(index=False):
        shown.append(f"{name} {number(value, digits)} {span(low, high, digits)}")
        if low > 0 or high < 0:
            clear.append(name)
    return [
        f"The difference in {what} with other choices: {'; '.join(shown)}. "
        + (f"The interval leaves out 0 for: {'; '.join(clear)}." if clear else "All these intervals hold 0.")
    ]


def _corrected(found: TargetResults) -> list[str]:
    """The difference after correction for the error of the measure."""
    comparison = found.validation.corrected
    if comparison is None:
        return []
    table = comparison.table[comparison.table["contrast"] == "difference"].set_index("item")
    if table.empty or table["estimate"].isna().any():
        return []
    raw, corrected = table.loc["raw"], table.loc["corrected"]
    return [
        f"Cooperative minus conflictual mentions of {found.target.name}, {comparison.study} minus {comparison.reference}: "
        f"{number(raw['estimate'])} percentage points {span(raw['low'], raw['high'])} as measured, {number(corrected['estimate'])} "
        f"{span(corrected['low'], corrected['high'])} corrected for the error of the measure: {verdict(corrected['low'], corrected['high'])}."
    ]


def _influence(results: Results, found: TargetResults) -> list[str]:
    """The document that matters most for the difference in mentions."""
    answers = results.inference.of(found.target.name, "salience")
    if answers is None or answers.influence["document"].empty:
        return []
    first = answers.influence["document"].iloc[0]
    documents = found.measured.documents
    document = documents.iloc[int(first["label"])]
    group = document["group"]
    inside = documents[documents["group"] == group]
    share = 100 * document["n_mentions"] / max(inside["n_mentions"].sum(), 1)
    return [
        f"The document that matters most for the difference in mentions is {document['title']}: it holds {number(share, 0)}% "
        f"of the mentions in {group}; without it the difference is {number(first['estimate'])}."
    ]


def _counts(results: Results, found: TargetResults) -> list[str]:
    """Counts by speaker where no contrast is printed."""
    encoded, target = results.encoded, found.target
    units = found.measured.scored.units.drop_duplicates("sentence")
    speaker = encoded.turns["speaker"].to_numpy()[units["turn"]]
    sides = encoded.turns["side"].to_numpy()[units["turn"]]
    group = results.documents["group"].to_numpy()[units["document"]]
    parts = []
    inside = pd.Series(speaker[group != ""], dtype=object).value_counts(sort=False)
    most = inside.sort_values(ascending=False, kind="stable").head(MOST_NAMED).index
    for name in dict.fromkeys(speaker):
        at = (speaker == name) & (group != "")
        if name in most:
            side = str(sides[speaker == name][0])
            aside = "" if side == "home" else f", {side} side and not counted in the group"
            parts.append(
                f"{name} {counted(int(at.sum()), 'sentence')} in "
                f"{counted(int(units['document'][at].nunique()), 'document')} ({', '.join(dict.fromkeys(group[at]))}{aside})"
            )
    if len(inside) > len(most):
        parts.append(f"{len(inside) - len(most)} other speakers {counted(int(inside.drop(most).sum()), 'sentence')}")
    documents = found.measured.documents
    inside = documents[documents["group"] != ""]
    mentioning, total = int((inside["n_mentions"] > 0).sum()), len(inside)
    return [
        f"{target.name} is mentioned by the home side in {mentioning} of {counted(total, 'document')}. Sentences that mention it: "
        f"{listed(parts)}.",
        "Who said what, in their words and with the terms that the score counts, stands in the section "
        "“In their words”.",
    ]
