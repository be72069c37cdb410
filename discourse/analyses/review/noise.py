"""Could a difference be noise? Permutation tests, and differences where there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.review.event import EventFound
from discourse.analyses.review.together import joint_tests
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.nulls import are_eras, placebo_dates, random_halves, share_as_large
from discourse.compare.permutation import permutation_test, used_strata
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design
from discourse.figures.frames import layout_items, layout_noise
from discourse.figures.kinds import Items, Nulls
from discourse.report.blocks import Block, DataTable, Figure, Paragraph, Table
from discourse.report.words import number, plural, probability, span

# Neighbouring placebo dates share most of their documents: fewer than 20 of them are hardly more than one.
LEAST_PLACEBO = 20
Identity = tuple[str, str]
TEST_COLUMNS = (
    "contrast", "stratum", "target", "item", "unit", "n_units", "estimate", "statistic", "p", "p_family", "q", "permutations",
    "least_p",
)  # fmt: skip


@dataclass(frozen=True)
class NoiseFound(Found):
    """Tests of the joint outcomes, nulls of each, and both for the items of the others.

    Parameters
    ----------
    tests : DataFrame
        Permutation tests of the joint outcomes, for each contrast and unit.
    family : int
        Number of joint outcomes.
    halves, placebo : mapping of (key, target) to mapping of group to ndarray
        Differences between halves of one group, and at placebo dates inside it, rescaled to the contrast; of groups that are not
        eras there is no placebo.
    eras : bool
        Whether date divides the groups.
    items : mapping of (key, target) to DataFrame
        For outcomes of many items: difference, test and share of the nulls that are as large, for each item that is shown.
    """

    tests: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TEST_COLUMNS))
    family: int = 0
    halves: Mapping[Identity, Mapping[str, np.ndarray]] = field(default_factory=dict)
    placebo: Mapping[Identity, Mapping[str, np.ndarray]] = field(default_factory=dict)
    items: Mapping[Identity, pd.DataFrame] = field(default_factory=dict)
    eras: bool = True


def compute(data: Data, settings: NoSettings, outcomes: Sequence[Outcome], event: EventFound | None) -> NoiseFound:
    """Test the outcomes, and find what their differences look like where there is none."""
    joint = [o for o in outcomes if o.joint and o.difference() is not None]
    day = event.day if event is not None else None
    halves, placebo = {}, {}
    for o in joint:
        every = _nulls(o.quantities, data, data.design, data.main, day)
        halves[o.identity], placebo[o.identity] = ({k: v[:, 0] for k, v in kind.items()} for kind in every)
    items = {o.identity: _items(o, data, day) for o in outcomes if not o.joint}
    eras = are_eras(data.design, _pair(data.main), *data.dates)
    return NoiseFound((), (), _tests(joint, data), len(joint), halves, placebo, items, eras)


def _pair(contrast: Contrast) -> tuple[int, int]:
    """Study and reference group."""
    return contrast.parts[0][1][0], contrast.parts[1][1][0]


def enough(q: Quantities, design: Design, contrast: Contrast, unit: str, min_documents: int) -> bool:
    """Whether each part of a contrast has units enough for a test: documents, or two clusters."""
    documents = [len(q.inside(design, list(groups))) for _, groups in contrast.parts]
    units = [q.n_units(design, list(groups), unit) for _, groups in contrast.parts]
    return min(documents) >= min_documents and min(units) >= 2


def _tests(joint: Sequence[Outcome], data: Data) -> pd.DataFrame:
    """Permutation tests of the joint family, for each contrast and unit; q over all contrasts."""
    parts = []
    for unit in data.units:
        frames = []
        for contrast in data.contrasts:
            # Each contrast has a family of its own: what has enough units there.
            family = [
                o.quantities for o in joint if enough(o.quantities, data.design, contrast, unit, data.min_documents)
            ]
            if not family:
                continue
            found = permutation_test(family, data.design, contrast, unit=unit)
            frames.append(
                found.table.assign(
                    contrast=contrast.kind,
                    stratum=contrast.name,
                    target=[q.target for q in family for _ in q.items],
                    unit=data.design.cluster_name if unit == "cluster" else unit,
                    permutations=found.permutations,
                    least_p=found.least_p,
                )
            )
        if frames:
            table = pd.concat(frames, ignore_index=True)
            parts.append(table.assign(q=benjamini_hochberg(table["p"].to_numpy())))
    if not parts:
        return pd.DataFrame(columns=TEST_COLUMNS)
    return pd.concat(parts, ignore_index=True)[list(TEST_COLUMNS)]


def _nulls(
    q: Quantities, data: Data, design: Design, contrast: Contrast, event: dt.date | None
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Split-half nulls and placebo dates of the two groups by name, rescaled to the contrast; each of shape (n, n_items).

    No placebo dates where the groups are not eras: what changes within a party or a country with time is no null of the difference
    between two.
    """
    pair = _pair(contrast)
    unit, dates = data.units[0], data.documents["date"]
    # Dates divide documents, whatever the unit: a speaker may have some on either side.
    numbers, documents = (
        (q.n_units(design, [pair[0]], u), q.n_units(design, [pair[1]], u)) for u in (unit, "document")
    )
    halves, placebo = {}, {}
    eras = are_eras(design, pair, *data.dates)
    for g in pair:
        name = str(design.names[g])
        halves[name] = random_halves(q, design, g, numbers, unit=unit)
        if not eras:
            continue
        table = placebo_dates(q, design, g, dates, documents, min_documents=data.min_documents, event=event)
        placebo[name] = table[list(q.items)].to_numpy(float).reshape(len(table), len(q.items))
    return halves, placebo


def _items(outcome: Outcome, data: Data, event: dt.date | None) -> pd.DataFrame:
    """For the items of one outcome: their test, and the range of nulls beside each difference."""
    design, contrast = outcome.design_of(data), outcome.contrast_of(data)
    table = outcome.table
    if "p_family" in table.columns:
        table = table.assign(p=np.exp(table["log_p"]))
    else:
        tested = permutation_test([outcome.quantities], design, contrast, unit=data.units[0]).table.set_index("item")
        table = table[table["contrast"] == "difference"].set_index("item")
        q = benjamini_hochberg(tested["p"].to_numpy())
        table = table.assign(p=tested["p"], p_family=tested["p_family"], q=q).reset_index()
    place = {item: k for k, item in enumerate(outcome.quantities.items)}
    items = list(outcome.shown if outcome.shown is not None else outcome.quantities.items)
    q_shown = outcome.quantities.only([place[i] for i in items])
    halves, placebo = _nulls(q_shown, data, design, contrast, event)
    result = table.set_index("item").loc[items].reset_index()
    tail = (1 - design.confidence) / 2
    observed = result["estimate"].to_numpy(float)
    for end, (_, groups) in zip(("study", "reference"), contrast.parts):
        name = str(design.names[groups[0]])
        if len(halves[name]):
            quantiles = np.quantile(halves[name], [tail, 1 - tail], axis=0)
            result[f"halves_{end}_low"], result[f"halves_{end}_high"] = quantiles
            result[f"halves_{end}"] = share_as_large(observed, halves[name])
        if len(placebo.get(name, ())) >= LEAST_PLACEBO:
            result[f"placebo_{end}"] = share_as_large(observed, placebo[name])
    return result


def section(found: NoiseFound, say: Say) -> Iterator[Block]:
    """Tests, nulls of each target's outcomes, and nulls of items."""
    judged = say.found("verdict")
    if len(joint_tests(say)):
        yield _tests_table(found, say)
    for target in dict.fromkeys(target for _, target in judged.judged):
        about = say.about(target) if target else say
        yield from _nulls_figure(found, [o for o in say.outcomes if o.target == target], about)
    for identity, answers in judged.items.items():
        yield from _items_figure(identity, answers, say)


def _tests_table(found: NoiseFound, say: Say) -> Table:
    """A row for each outcome and contrast: difference, interval, permutation tests, verdict."""
    design, every = say.data.design, joint_tests(say)
    clustered = design.cluster is not None
    tests = every[every["unit"] == design.cluster_name]
    words = {c.name: say.contrast(c) for c in [*say.data.contrasts, *say.data.further]}
    views = {c.name: view for c, view in say.contrasts}
    rows = []
    for test in tests.itertuples():
        view, trend = views.get(str(test.stratum), say), test.contrast == "trend"
        outcome = next(o for o in view.outcomes if o.joint and (o.item, o.target) == (test.item, test.target))
        row = outcome.difference("trend" if trend else "difference", str(test.stratum))
        if row is None:
            continue
        judged = view.found("verdict", "")
        verdict = (judged.trends if trend else judged.judged).get(outcome.identity)
        bounds = [span(row["low"], row["high"], outcome.digits)] if clustered else []
        rows.append(
            [
                say.labelled(outcome),
                words[test.stratum],
                number(row["estimate"], outcome.digits),
                *bounds,
                span(row["low_document"], row["high_document"], outcome.digits),
                probability(test.p),
                probability(test.p_family),
                probability(test.q),
                say.verdict(verdict) if verdict is not None else "",
            ]
        )
    n = [
        say("n_units", group=g, count=design.n_clusters(say.groups.index(g)))
        for g in sorted(say.compared, key=say.groups.index)
    ]
    caption = say(
        "tests",
        family=found.family,
        targets=len(say.targets),
        contrasts=design.contrasts,
        tested=int(tests["p"].notna().sum()),
        most=int(tests["permutations"].max()),
        fewest=int(tests["permutations"].min()),
        groups=n,
        **_exchanged(say),
    )
    named = [f"{plural(say.unit)} resampled"] if clustered else []
    return Table(
        "tests",
        caption,
        ["", "Contrast", "Difference", *named, "documents resampled", "p", "p (family)", "q", "Verdict"],
        rows,
        every,
        ["left", "left"] + ["right"] * (6 if clustered else 5) + ["left"],
        [1.1, 1.5, 0.9, *([1.4] if clustered else []), 1.4, 0.6, 0.7, 0.6, 1.2],
    )


def _exchanged(say: Say) -> dict[str, Any]:
    """Within what labels of the main contrast are permuted, and whether the lengths of the groups hardly overlap."""
    found = used_strata(say.data.design, say.data.main, say.data.units[0])
    return {
        "strata": [say.column(c) for c in found.columns],
        "apart": found.apart,
        "longer": max(found.longer, 1 - found.longer),
    }


def _nulls_figure(found: NoiseFound, outcomes: Sequence[Outcome], say: Say) -> Iterator[Block]:
    """The verdicts, and the observed differences beside split-half nulls and placebo dates."""
    judged = say.found("verdict").judged
    shown = [o for o in outcomes if o.identity in judged]
    for outcome in shown:
        verdict = judged[outcome.identity]
        yield Paragraph(
            say(
                "verdict",
                outcome=outcome,
                verdict=verdict,
                words=say.verdict(verdict),
                reasons=[say.reason(r) for r in verdict.reasons],
            )
        )
    nulls, observed = {}, {}
    for o in shown:
        row = o.difference()
        assert row is not None
        halves, placebo = found.halves[o.identity], found.placebo[o.identity]
        nulls[o.item] = {
            **{(say("halves", group=g), g): v for g, v in halves.items()},
            **{(say("placebo", group=g), g): v for g, v in placebo.items()},
        }
        observed[o.item] = (float(row["estimate"]), float(row["low"]), float(row["high"]))
    frame = layout_noise(observed, nulls)
    alt = "; ".join(
        f"{r.panel}, {r.row}: {number(r.estimate if r.row == 'observed' else r.median, 2)} {span(r.low, r.high, 2)}"
        for r in frame.itertuples()
    )
    few = _few_divisions(found, {o: observed[o.item][0] for o in shown}, say)
    dated = say.data.known(say.data.design.group >= 0) != "none"
    made = {"resamples": say.data.design.resamples, "least": LEAST_PLACEBO, "eras": found.eras, "dated": dated}
    caption = say("nulls", few=few, **made)
    kind = Nulls(say.palette, {o.item: o.unit for o in shown})
    # Beside the figure of a target that of what is about none has a name of its own.
    yield Figure(say.reviewed("noise"), frame, kind, caption, say("nulls_alt", listed=alt), of="noise")


def _few_divisions(found: NoiseFound, observed: Mapping[Outcome, float], say: Say) -> list[str]:
    """Groups that can be divided in so few ways that the share of the level in which a null may be as large is below one division."""
    texts = []
    for outcome, value in observed.items():
        for group, halves in found.halves[outcome.identity].items():
            n = len(halves)
            if 0 < n < 1 / (1 - say.data.design.confidence):
                hits = round(float(share_as_large(np.array([value]), halves[:, None])[0]) * n)
                texts.append(say("few_halves", name=outcome.name, group=group, divisions=n, hits=hits))
    return texts


def _items_figure(identity: Identity, answers: pd.DataFrame, say: Say) -> Iterator[Block]:
    """Items of one outcome beside split-half nulls."""
    outcome = next(o for o in say.outcomes if o.identity == identity)
    about = say.about(outcome.target) if outcome.target else say
    name = about.name(outcome.key)
    documents = say.data.documents
    named = answers.assign(
        without=[say.called(documents.iloc[int(k)]) if k == k else "" for k in answers["without"].to_numpy()]
    )
    yield DataTable(f"{name}-nulls", named)
    # Of terms of several lengths only the first is drawn: the figures of the others would repeat those of keyness.
    family = outcome.key.partition("-")[0]
    if outcome.key != next(o.key for o in about.outcomes if o.key.partition("-")[0] == family):
        return
    counts = answers["certainty"].value_counts()
    frame = layout_items(answers, outcome.labels)
    comparison = outcome.comparison
    assert comparison is not None
    caption = say(
        "items",
        outcome=outcome,
        shown=len(answers),
        family=comparison.params.get("family", len(outcome.quantities.items)),
        counts=[int(counts.get(c, 0)) for c in Certainty],
        corrected="family" in comparison.params,
    )
    alt = "; ".join(
        f"{r.item} {number(r.estimate, 2)} {span(r.low, r.high, 2)} {r.certainty}" for r in frame.itertuples()
    )
    kind = Items(say.palette, say.study, say.reference, outcome.unit)
    text = say("items_alt", outcome=outcome, listed=alt)
    yield Figure(f"noise-{name}", frame, kind, caption, text, of="noise_items")


def methods(found: NoiseFound, say: Say) -> Iterator[Block]:
    """How tests and nulls are made."""
    yield Paragraph(
        say(
            "methods_tests",
            family=found.family,
            least_p=f"{1 / (say.data.design.resamples + 1):.2g}",
            **_exchanged(say),
        )
    )
    yield Paragraph(say("methods_nulls", min_documents=say.data.min_documents, eras=found.eras))


analysis = Analysis(
    "noise",
    "Could a difference be noise?",
    NoSettings,
    compute,
    section,
    needs=("outcomes", "event"),
    contrast=True,
    each_contrast=True,
    chapter="noise",
    appendix=("noise_items",),
    figures={
        "noise": "Could a difference be noise?",
        "noise_items": "Could the differences of terms and topics be noise?",
    },
    methods=methods,
    cites=("westfall1993", "benjamini1995", "phipson2010", "janssen1997", "storey2003", "kish1965"),
    columns={
        "halves_reference": ("share of split-half differences of the reference group that are as large", "0 to 1"),
        "halves_reference_high": ("{high} quantile of these differences", "as the estimate"),
        "halves_reference_low": ("{low} quantile of these differences", "as the estimate"),
        "halves_study": ("share of split-half differences of the study group that are as large", "0 to 1"),
        "halves_study_high": ("{high} quantile of these differences", "as the estimate"),
        "halves_study_low": ("{low} quantile of these differences", "as the estimate"),
        "median": ("median", "as the estimate"),
        "n_units": ("units that are permuted", "units"),
        "least_p": ("smallest p (family) that so many permutations, or so few divisions, can give", "0 to 1"),
        "permutations": ("number of permutations", ""),
        "placebo_reference": (
            "share of differences at placebo dates within the reference group that are as large",
            "0 to 1",
        ),
        "placebo_study": ("share of differences at placebo dates within the study group that are as large", "0 to 1"),
        "q10": ("10% quantile", "as the estimate"),
        "q25": ("25% quantile", "as the estimate"),
        "q75": ("75% quantile", "as the estimate"),
        "q90": ("90% quantile", "as the estimate"),
        "row": ("observed, or the name of the distribution", ""),
        "statistic": ("absolute difference over its standard error", ""),
    },
)
