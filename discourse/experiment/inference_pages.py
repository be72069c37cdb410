"""Pages that answer a reviewer: is it noise, is it the mix, and what could this corpus have shown?"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.inference import DIFFERS, LEAST_PLACEBO, MAY_DIFFER, UNKNOWN, Answers, units_of
from discourse.experiment.stages import TargetResults
from discourse.experiment.words import counted, digits_of, listed, number, percent, probability, span
from discourse.figures import FIGURES
from discourse.report import TableBlock

NAMES = {"salience": "mentions", "evaluation": "evaluation"}
UNITS = {
    "salience": "mentions per 10,000 tokens",
    "evaluation": "evaluation, mean per mention",
}
ENOUGH = 0.95


def noise(pages: Pages) -> None:
    """Could this be noise? Intervals, permutation tests, and differences where there is none."""
    results = pages.results
    inference = results.inference
    if not inference.main and not inference.items:
        return
    pages.heading("Could this be noise?")
    if inference.main:
        _tests(pages)
    for found in results.targets:
        ours = [a for a in inference.main if a.target == found.target.name]
        pages.about(found.target.name)
        if ours:
            _nulls(pages, found, ours)
            _event(pages, found, ours)
    pages.about()
    _items(pages)
    _further(pages)
    _speakers(pages)
    _power(pages)


def _minus(name: str) -> str:
    """Name of a contrast in words."""
    return name.replace(" - ", " minus ")


def main_pair(pages: Pages) -> tuple[str, str]:
    """Names of the study and the reference group."""
    pair = pages.results.pair
    assert pair is not None
    return str(pages.groups[pair[0]]), str(pages.groups[pair[1]])


def _tests(pages: Pages) -> None:
    """A row for each measure and contrast: difference, interval, permutation tests, verdict."""
    results = pages.results
    inference, design = results.inference, results.design
    unit = design.cluster_name
    study, reference = main_pair(pages)
    tests = inference.tests[inference.tests["unit"] == unit]
    several = len(results.targets) > 1
    rows = []
    for test in tests.itertuples():
        found = next(f for f in results.targets if f.target.name == test.target)
        comparison = found.measured.salience if test.item == "salience" else found.measured.stance
        table = comparison.table
        at = table[
            (table["stratum"] == test.stratum) & (table["item"] == test.item) & (table["contrast"] == test.contrast)
        ]
        if at.empty or at["estimate"].isna().all():
            continue
        row, digits = at.iloc[0], digits_of(test.item)
        answers = inference.of(test.target, test.item) if test.contrast == "difference" else None
        bounds = [span(row["low"], row["high"], digits)]
        if design.cluster is not None:
            bounds.append(span(row["low_document"], row["high_document"], digits))
        rows.append(
            [
                (f"{test.target}: " if several else "") + NAMES[test.item],
                _minus(str(test.stratum)),
                number(row["estimate"], digits),
                *bounds,
                probability(test.p),
                probability(test.p_family),
                probability(test.q),
                answers.certainty if answers else "",
            ]
        )
    n = [f"{c} {counted(design.n_clusters(g), unit)}" for g, c in enumerate(pages.groups) if c in (study, reference)]
    strata = f" Labels are permuted within the same {design.strata_name}." if design.strata is not None else ""
    more = len(set(tests["stratum"])) > 1
    pages.blocks.append(
        TableBlock(
            "tests",
            f"Differences, their {percent(design)} intervals and permutation tests over {unit}s. The family that p (family) is corrected for: "
            f"{counted(inference.family, 'measure')} of {counted(len(results.targets), 'target')}"
            + (", for each contrast" if more else "")
            + f"; q (Benjamini-Hochberg) over all {counted(int(tests['p'].notna().sum()), 'test')}. {_permutations(tests)}.{strata} "
            f"The verdict follows the rule in the methods. n: {listed(n)}.",
            [
                "",
                "Contrast",
                "Difference",
                *([f"{unit}s resampled"] if design.cluster is not None else []),
                "documents resampled",
                "p",
                "p (family)",
                "q",
                "Verdict",
            ],
            rows,
            inference.tests,
            ["left", "left"] + ["right"] * (5 if design.cluster is None else 6) + ["left"],
            [1.1, 1.5, 0.9, *([1.4] if design.cluster is not None else []), 1.4, 0.6, 0.7, 0.6, 1.2],
        )
    )


def _because(answers: Answers) -> str:
    """What speaks against a difference."""
    if not answers.reasons:
        return ""
    return (", but " if answers.certainty == MAY_DIFFER else ": ") + listed(list(answers.reasons))


def _permutations(tests: pd.DataFrame) -> str:
    """How many permutations; fewer where all divisions were taken."""
    n = tests["permutations"]
    return f"{n.max():,} permutations" + (
        f", or all divisions where these are fewer ({n.min():,})" if n.min() < n.max() else ""
    )


def _nulls(pages: Pages, found: TargetResults, ours: list[Answers]) -> None:
    """The observed differences beside random halves and placebo dates."""
    design = pages.results.design
    study, reference = main_pair(pages)
    for a in ours:
        what = f"{NAMES[a.measure].capitalize()} of {a.target}: {a.certainty}"
        pages.say(f"{what}{_because(a)}.")
    nulls = {
        a.measure: {
            **{f"random halves of {g}": v for g, v in a.halves.items()},
            **{f"placebo dates within {g}": v for g, v in a.placebo.items()},
        }
        for a in ours
    }
    observed = {a.measure: (a.estimate, float(a.row["low"]), float(a.row["high"])) for a in ours}
    frame = FIGURES["noise"].layout(observed, nulls)
    unit = units_of(design)[0].replace("cluster", design.cluster_name)
    pages.figure(
        "noise",
        "noise",
        frame,
        f"Is the difference in how {found.target.name} is spoken of larger than what noise gives? Above, {study} minus {reference} with its "
        f"{percent(design)} interval; below, differences where there is none: between random halves of one group ({unit}s divided "
        f"{design.resamples:,} times, or in all possible ways where these are fewer), and between what one group says after and before dates inside its own time. All are rescaled to the "
        f"contrast's numbers of {unit}s{'' if unit == 'document' else ' or documents'}. Bars hold 50%, 80% and 95% of them; n stands beside. Neighbouring placebo dates "
        f"share most of their documents; fewer than {LEAST_PLACEBO} do not enter the verdict. {pages.n()}",
        "Observed differences and ranges of differences where there is none: "
        + "; ".join(
            f"{r.panel}, {r.row}: {number(r.estimate if r.row == 'observed' else r.median, 2)} {span(r.low, r.high, 2)}"
            for r in frame.itertuples()
        ),
        pages.groups,
        UNITS,
    )


def _event(pages: Pages, found: TargetResults, ours: list[Answers]) -> None:
    """The change at the event and at placebo dates."""
    event = pages.results.plan.config.event
    if event is None:
        return
    tables = {a.measure: a.event for a in ours if isinstance(a.event, pd.DataFrame)}
    for text in dict.fromkeys(a.event for a in ours if isinstance(a.event, str)):
        pages.refuse(text)
    if not tables:
        return
    parts = []
    for measure, table in tables.items():
        values = table.iloc[:, -1].to_numpy(float)
        placebo = values[1:][np.isfinite(values[1:])]
        larger = int((np.abs(placebo) >= abs(values[0])).sum())
        span_days = (table["date"].max() - table["date"].min()).days + 2 * event.days
        parts.append(
            f"{NAMES[measure]} {number(values[0], digits_of(measure))} (n = {table['n_after'].iloc[0]} documents after, "
            f"{table['n_before'].iloc[0]} before), as large at {larger} of {counted(len(placebo), 'placebo date')}, about "
            f"{max(span_days // (2 * event.days), 1)} of them separate"
        )
    frame = FIGURES["event"].layout(tables)
    pages.figure(
        "event",
        "event",
        frame,
        f"Did something change on {event.date.day} {event.date:%B %Y} ({event.name})? What is said of {found.target.name} in the {event.days} days from a "
        f"date on minus what is said in the {event.days} days before it: at the event (black) and at all other dates whose windows do not reach "
        f"across it (grey; the band is their range). {'; '.join(parts).capitalize()}. {pages.n()}",
        "Differences at the event and at placebo dates. " + "; ".join(parts),
        UNITS,
        event.name,
    )


def _items(pages: Pages) -> None:
    """Terms and topics beside random halves."""
    results = pages.results
    study, reference = main_pair(pages)
    design = results.design
    for name, answers in results.inference.items.items():
        topics = name == "topics"
        label = results.documents["title"].to_numpy()
        at = answers["without"].to_numpy()
        pages.tables[f"{name}-nulls"] = answers.assign(without=[label[int(k)] if k == k else "" for k in at])
        # Longer terms stand in the tables: their figure would repeat that of keyness.
        if name not in ("topics", next(iter(results.inference.items))):
            continue
        n = "" if topics else name.removeprefix("terms-")
        kind = "topics" if topics else "terms" if n == "1" else {"2": "bigrams", "3": "trigrams"}.get(n, f"{n}-grams")
        labels = {}
        if topics and results.prevalence is not None and results.topics is not None:
            words = FIGURES["topics"].layout(results.prevalence, results.topics.details["terms"], 4)
            labels = {r.item: f"{r.item}  {r.words}" for r in words.itertuples()}
        frame = FIGURES["noise_items"].layout(answers, labels)
        counts = answers["certainty"].value_counts()
        verdicts = f"{counts.get(DIFFERS, 0)} differ, {counts.get(MAY_DIFFER, 0)} may differ, of {counts.get(UNKNOWN, 0)} it cannot be told"
        family = len(answers) if topics else results.keyness[int(n)].params["family"]
        selected = (
            f"The family is all {family} topics"
            if topics
            else f"The {len(answers)} {kind} with the clearest intervals of a family of {family:,}"
        )
        unit = "prevalence, percentage points" if topics else "log-odds ratio"
        intervals = "pointwise " if topics else "simultaneous "
        pages.figure(
            f"noise-{name}",
            "noise_items",
            frame,
            f"Could the differences of {kind} be noise? Lines: {percent(design)} {intervals}intervals; pale bars: the range of 95% of the differences "
            f"between random halves of {study} (above) and of {reference} (below), rescaled to the contrast. {selected}, tested by "
            f"max-T over {design.cluster_name}s: {verdicts} (full, half-full and open marks). {pages.n()}",
            f"Differences of {kind} with ranges of random halves: "
            + "; ".join(
                f"{r.item} {number(r.estimate, 2)} {span(r.low, r.high, 2)} {r.certainty}" for r in frame.itertuples()
            ),
            study,
            reference,
            pages.groups,
            unit,
        )


def _further(pages: Pages) -> None:
    """Terms and topics in the further contrasts."""
    results = pages.results
    level = 1 - results.design.confidence
    rows = []
    for name, table in results.further_terms.items():
        pages.tables["terms-" + re.sub(r"\W+", "-", name.casefold()).strip("-")] = table
        clear = table[table["p_family"] < level]
        up, down = clear[clear["estimate"] > 0], clear[clear["estimate"] < 0].iloc[::-1]
        rows.append(
            [
                _minus(name),
                f"{len(table):,} terms",
                *(f"{len(part)}: {', '.join(part['item'].head(8))}" if len(part) else "none" for part in (up, down)),
            ]
        )
    topics = results.further_topics
    for name, table in topics.groupby("stratum", sort=False) if len(topics) else ():
        clear = table[table["p_family"] < level]
        sides = (clear[clear["estimate"] > 0], clear[clear["estimate"] < 0])
        shown = (f"{len(part)}: {', '.join(part['item'])}" if len(part) else "none" for part in sides)
        rows.append([_minus(str(name)), f"{len(table)} topics", *shown])
    if not rows:
        return
    if len(topics):
        pages.tables["topics-contrasts"] = topics
    frame = pd.DataFrame(rows, columns=["contrast", "family", "more", "less"])
    pages.blocks.append(
        TableBlock(
            "further",
            f"Terms and topics in the other contrasts: those with p (family) below {level:.2g} by max-T over all of the family, the clearest first; for a trend, "
            "those whose rate rises or falls from group to group. Everything stands in the tables.",
            ["Contrast", "Family", "More", "Less"],
            rows,
            frame,
            ["left"] * 4,
            [1.6, 0.8, 2.6, 2.6],
        )
    )


def _speakers(pages: Pages) -> None:
    """Each speaker of a group against the rest of it."""
    results = pages.results
    table = results.inference.speakers
    if table.empty:
        return
    shown = table[table["estimate"].notna()]
    several = len(results.targets) > 1
    rows = [
        [
            str(r.group),
            str(r.speaker),
            (f"{r.target}: " if several else "") + NAMES[str(r.item)],
            number(float(r.estimate), digits_of(str(r.item))),
            span(float(r.low), float(r.high), digits_of(str(r.item))),
            probability(float(r.p)),
            probability(float(r.q)),
        ]
        for r in shown.itertuples()
    ]
    pages.blocks.append(
        TableBlock(
            "speakers-within",
            f"Do speakers differ within a group? Each speaker with at least {results.plan.config.inference.min_documents} documents against the rest of "
            f"the group; {percent(results.design)} intervals and permutation tests over what a speaker says in a document. q "
            f"(Benjamini-Hochberg) over all {counted(len(shown), 'row')}.",
            ["Group", "Speaker", "", "Difference", "Interval", "p", "q"],
            rows,
            table,
            ["left", "left", "left", "right", "right", "right", "right"],
            [1.5, 1.8, 1.0, 0.9, 1.4, 0.6, 0.6],
        )
    )


def _power(pages: Pages) -> None:
    """What the corpus could have shown."""
    results = pages.results
    table = results.inference.power
    if table.empty:
        return
    unit = results.design.cluster_name
    rows = []
    several = len(results.targets) > 1
    for r in table[table["unit"] == unit].itertuples():
        if r.name in ("mentions", "stance"):
            digits = digits_of(str(r.item))
            rows.append(
                [
                    (f"{r.target}: " if several else "") + NAMES[str(r.item)],
                    _minus(str(r.stratum)),
                    f"{r.n_study:,.0f} and {r.n_reference:,.0f}",
                    number(float(r.estimate), digits),
                    number(float(r.smallest), digits) if np.isfinite(r.smallest) else "none",
                    _growth(float(r.factor)),
                ]
            )
    terms = table[~table["name"].isin(["mentions", "stance"])]
    for name, part in terms.groupby("name", sort=False):
        bins = pd.cut(part["n_documents"], [0, 20, 50, 100, 250, np.inf], labels=["20", "50", "100", "250", ""])
        for top, some in part.groupby(bins, observed=True):
            text = f"{name} in up to {top} documents" if top else f"{name} in more documents"
            sizes = f"{some['n_study'].iloc[0]:,.0f} and {some['n_reference'].iloc[0]:,.0f}"
            smallest = float(some["smallest"].median())
            rows.append([text, "", sizes, "", number(smallest, 2), ""])
    pages.blocks.append(
        TableBlock(
            "power",
            f"What could this corpus have shown? The smallest difference that a test at {100 * (1 - results.design.confidence):g}% finds with power 0.8, "
            f"in the direction of the observed one, with these {unit}s as they vary (bootstrap); for terms the median log-odds ratio that simultaneous intervals "
            "show. Last column: by how much both groups would have to grow, if the observed difference were the true one (rough).",
            ["", "Contrast", f"{unit}s", "Observed", "Smallest shown", "Growth needed"],
            rows,
            table,
            ["left", "left", "right", "right", "right", "right"],
            [1.7, 2.0, 1.2, 0.8, 1.0, 1.0],
        )
    )


def _growth(factor: float) -> str:
    """How many times as many units would do."""
    if not np.isfinite(factor):
        return "–"
    if factor <= 1:
        return "enough"
    return f"{number(factor, 1)} times" if factor < 100 else "over 100 times"
