"""The box on the title page: for whatever is compared, its numbers, how certain they are, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.review.noise import LEAST_PLACEBO
from discourse.analyses.review.sensitivity import sentence
from discourse.analyses.say import Say
from discourse.analyses.validity import Validity, validity_words
from discourse.report.words import excludes_zero

LEAST_CHANGE = 0.05  # of a difference, by leaving out one document


def results(say: Say) -> Iterator[str]:
    """Every joint outcome, with its verdict: never a claim without a number and its interval or n.

    Parameters
    ----------
    say : Say
        With the prose file "summary".
    """
    if say.data.refusal is not None:
        yield say("no_contrast", refusal=str(say.data.refusal))
    for outcome in [o for o in say.outcomes if o.joint and o.difference() is not None]:
        about = say.about(outcome.target) if outcome.target else say
        if _corrects(outcome):
            yield _corrected_numbers(outcome, about)
        yield _numbers(outcome, about)
        yield from _certainty(outcome, about)


def further(say: Say) -> Iterator[str]:
    """A line for each further contrast: what differs in it, by how much, what may differ, and what is inconclusive."""
    for contrast, view in say.contrasts[1:]:
        verdict = view.found("verdict", "")
        told: dict[str, list[str]] = {}
        for outcome in view.outcomes:
            judged = verdict.judged.get(outcome.identity) if verdict is not None else None
            if judged is None:
                continue
            row = outcome.corrected_difference() if judged.corrected else outcome.difference()
            decided = judged.certainty != Certainty.INCONCLUSIVE
            part = say("further_part", name=say.of_target(outcome), row=row, digits=outcome.digits, decided=decided)
            told.setdefault(say.verdict(judged), []).append(part)
        if told:
            # What differs comes first.
            order = sorted(told, key=lambda words: [words.startswith(c) for c in Certainty], reverse=True)
            yield say(
                "further", contrast=contrast.words(view.groups), verdicts=[(words, told[words]) for words in order]
            )
    for view in say.further:
        if view.data.refusal is not None:
            yield str(view.data.refusal)


def checks(say: Say) -> Iterator[str]:
    """What was looked into for every joint outcome: the mix, other selections, influence; trends."""
    joint = [o for o in say.outcomes if o.joint and o.difference() is not None]
    for k, outcome in enumerate(joint):
        about = say.about(outcome.target) if outcome.target else say
        first = k == 0 or joint[k - 1].target != outcome.target
        yield from _mix(outcome, about, first=first)
        sensitivity = say.found("sensitivity", "")
        if sensitivity is not None:
            yield from sentence(sensitivity, outcome, about)
        if first:
            yield from _influence(outcome, about)
    for target in dict.fromkeys(o.target for o in joint):
        yield from _trend([o for o in joint if o.target == target], say.about(target) if target else say)


def _corrects(outcome: Outcome) -> bool:
    """Whether coded items correct the difference: then it leads, and the one as measured follows."""
    found = outcome.validity
    return found is not None and found.status != Validity.DISAGREED and outcome.corrected_difference() is not None


def _scale(outcome: Outcome) -> str:
    """What the numbers mean, and how far the measure has been checked."""
    checked = [] if outcome.validity is None else [validity_words(outcome.validity)]
    return "; ".join(filter(None, [outcome.scale, *checked]))


def _corrected_numbers(outcome: Outcome, say: Say) -> str:
    """The levels and the difference after correction for the error of the measure."""
    levels = [outcome.corrected_row(g) for g in (say.study, say.reference)]
    row = outcome.corrected_difference()
    assert row is not None
    clear = excludes_zero(float(row["low"]), float(row["high"]))
    return say("corrected", outcome=outcome, scale=_scale(outcome), a=levels[0], b=levels[1], row=row, clear=clear)


def _numbers(outcome: Outcome, say: Say) -> str:
    """The levels, the difference and its intervals; what they allow to say, where no verdict follows."""
    row = outcome.difference()
    assert row is not None
    verdict = say.found("verdict", "")
    judged = verdict is not None and outcome.identity in verdict.judged
    low, high = float(row["low"]), float(row["high"])
    key = "no_interval" if low != low else "excludes" if excludes_zero(low, high) else "includes"
    return say(
        "difference",
        outcome=outcome,
        scale="" if _corrects(outcome) else _scale(outcome),
        corrected=_corrects(outcome),
        a=outcome.level(say.study),
        b=outcome.level(say.reference),
        within_study=say.within(say.study),
        within_reference=say.within(say.reference),
        row=row,
        judged=judged,
        interval=say(key),
    )


def _certainty(outcome: Outcome, say: Say) -> Iterator[str]:
    """The verdict on a difference, and what speaks against it or was looked into."""
    verdict = say.found("verdict", "")
    judged = verdict.judged.get(outcome.identity) if verdict is not None else None
    if judged is None:
        return
    if judged.certainty != Certainty.DIFFERS:
        reasons = [say.reason(r) for r in judged.reasons]
        yield say("doubtful", outcome=outcome, verdict=judged, words=say.verdict(judged), reasons=reasons)
        return
    noise = say.found("noise", "")
    tests = noise.tests[(noise.tests["target"] == outcome.target) & (noise.tests["item"] == outcome.item)]
    p = float(tests.loc[tests["contrast"] == "difference", "p_family"].iloc[0])
    yield say(
        "differs", outcome=outcome, words=say.verdict(judged), p=p, family=noise.family, asked=_asked(outcome, say)
    )


def _asked(outcome: Outcome, say: Say) -> list[str]:
    """The other accounts of a difference that were looked into."""
    noise, choices = say.found("noise", ""), say.found("multiverse", "")
    asked = [say("asked_halves")] if any(len(v) for v in noise.halves[outcome.identity].values()) else []
    if any(len(v) >= LEAST_PLACEBO for v in noise.placebo[outcome.identity].values()):
        asked.append(say("asked_placebo"))
    asked.append(say("asked_units", asked_of=list(say.found("influence", "").units[outcome.identity])))
    if choices is not None and choices.of(outcome.identity) is not None:
        asked.append(say("asked_choices"))
    return asked


def _mix(outcome: Outcome, say: Say, *, first: bool) -> Iterator[str]:
    """What another mix explains, where it can be inferred; who speaks, where it cannot."""
    found = say.found("mix", "")
    composition = found.compositions.get(outcome.identity) if found is not None else None
    if composition is None:
        return
    parts = []
    for column, table in composition.parts.items():
        if "mix" in set(table["part"]):
            part = table.set_index("part")
            values = {"mix": part.loc["mix"], "within": part.loc["within"], "digits": outcome.digits}
            parts.append(say("mix.summary_part", column=column, **values))
    if parts:
        yield say("mix.summary", name=say.named(outcome), listed="; ".join(parts))
    if first and "speaker" in composition.refusals and say.data.design.cluster is None:
        yield say("mix.summary_speakers")


def _influence(outcome: Outcome, say: Say) -> Iterator[str]:
    """The document that matters most for the difference."""
    found = say.found("influence", "")
    table = found.units[outcome.identity]["document"] if found is not None and outcome.identity in found.units else None
    if table is None or table.empty:
        return
    first, documents = table.iloc[0], say.data.documents
    row = outcome.difference()
    # One document among many that changes next to nothing is no news for the first page.
    if row is None or abs(float(first["estimate"]) - float(row["estimate"])) < LEAST_CHANGE * abs(
        float(row["estimate"])
    ):
        return
    at = int(first["label"])
    group = documents["group"].iloc[at]
    y = outcome.quantities.y[:, 0]
    values = {
        "name": say.of_target(outcome),
        "title": say.called(documents.iloc[at]),
        "estimate": float(first["estimate"]),
    }
    values["digits"] = outcome.digits
    # A share of a sum of counts means something; one of a sum of scores or of ratios does not.
    if outcome.quantities.bounds == (0.0, np.inf):
        share = 100 * y[at] / max(y[(documents["group"] == group).to_numpy()].sum(), 1e-12)
        yield say("influence.summary", share=share, within=say.within(str(group)), **values)
    else:
        yield say("influence.summary_plain", **values)


def _trend(outcomes: list[Outcome], say: Say) -> Iterator[str]:
    """The trends that the config asks for."""
    noise = say.found("noise", "")
    if noise is None or noise.tests.empty:
        return
    tests = noise.tests
    tests = tests[(tests["contrast"] == "trend") & (tests["unit"] == say.data.design.cluster_name)]
    parts = []
    for outcome in outcomes:
        for test in tests[(tests["target"] == outcome.target) & (tests["item"] == outcome.item)].itertuples():
            row = outcome.difference("trend")
            if row is not None:
                parts.append(say("trend_part", name=say.named(outcome), digits=outcome.digits, row=row, test=test))
    if parts:
        yield say("trend", listed="; ".join(parts))
