"""From mentions to their stance, by document and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.mentions import counted_at_home, with_counts
from discourse.analyses.outcome import Outcome, without_groups
from discourse.analyses.stance.coding import (
    check_key,
    find_key,
    fingerprint,
    load_key,
    missing_codes,
    read_codes,
    rows_of_items,
    same_items,
)
from discourse.analyses.stance.labels import check_labelled, with_labels
from discourse.analyses.stance.records import cross_validation, current_validation
from discourse.analyses.stance.settings import LABELS, StanceSettings
from discourse.analyses.stance.side_by_side import SideBySide, compare_measures
from discourse.analyses.stance.validation import Measure, Validation
from discourse.analyses.validity import in_words, validity_words
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.ratios import compare
from discourse.errors import DiscourseError, SettingError
from discourse.features.stance import (
    ACT_ROLES,
    ACTS,
    CLASSES,
    ROLES,
    Lexicon,
    Parsed,
    by_the_prior,
    calibrate,
    classify,
    read_mentions,
    weigh,
)
from discourse.features.stance.certainty import certainty_classes
from discourse.features.target import Target
from discourse.landing import put
from discourse.sealed import Entry
from discourse.types import Comparison, Features

EVALUATION = "evaluation, mean per mention"
NO_COMPARISON = Comparison(pd.DataFrame(), "")


@dataclass(frozen=True)
class StanceFound(Found):
    """Stance toward a target.

    Parameters
    ----------
    scored : Features
        Every mention with its stance; `counted` marks those on the home side in the groups, in tokens that count.
    documents : DataFrame
        Mentions, sum of the evaluations, and counts of classes and semantic roles by document.
    stance : Comparison
        Evaluation, and the shares of classes and roles in percent of the mentions.
    acts : Comparison
        Acts in percent of the mentions, by role; items are "act | role".
    validation : Validation
        How far each measure agrees with coded mentions.
    side_by_side : SideBySide, optional
        Labels from outside beside each other and beside the measure of the package.
    """

    scored: Features | None = None
    counted: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    documents: pd.DataFrame = field(default_factory=pd.DataFrame)
    stance: Comparison = NO_COMPARISON
    acts: Comparison = NO_COMPARISON
    validation: Validation = field(default_factory=Validation)
    side_by_side: SideBySide | None = None


def measure(tokens: Tokens, settings: StanceSettings, target: Target) -> Features:
    """Every mention of a target in all that somebody said, with its stance; `counts` marks those in tokens that count."""
    scored = with_counts(without_codes(tokens, settings, target), tokens)
    if settings.learns(target.name) and len(scored.units):
        scored = _learned(tokens, settings, target, scored)
    if settings.method == LABELS and len(scored.units):
        scored = with_labels(tokens, settings, target, scored)
    return scored


def without_codes(tokens: Tokens, settings: StanceSettings, target: Target) -> Features:
    """Every mention with its stance by the rules or by the prior as it is."""
    read, scored = by_the_rules(tokens, settings, target)
    return by_the_prior(read, scored) if settings.package_method == "prior" else scored


def by_the_rules(tokens: Tokens, settings: StanceSettings, target: Target) -> tuple[Parsed, Features]:
    """What was read of every mention, and its stance by the rules; sentences are read once for all weights."""
    lexicons = settings.all_lexicons()
    # Of the lexicons only these two bear on scores; weights and window are applied to what was read.
    key = (
        "read mentions",
        target,
        *(f"{k} {v.sha256}" for k, v in lexicons.items() if k in ("evaluation", "negation")),
    )
    read = tokens.memo.once(key, lambda: read_mentions(tokens.corpus, tokens.mentions(target), lexicons))
    scored = weigh(read, half_distance=settings.half_distance, scale=settings.scale, window=settings.window)
    return read, _with_certainty(scored, tokens, target, lexicons["certainty"])


def _with_certainty(scored: Features, tokens: Tokens, target: Target, lexicon: Lexicon) -> Features:
    """With `certainty`, whether the sentence of each mention is hedged or boosted."""
    sentences = scored.units["sentence"].to_numpy(np.int64)
    certainty = tokens.memo.once(
        ("certainty of mentions", target, lexicon.sha256), lambda: certainty_classes(tokens.corpus, sentences, lexicon)
    )
    return replace(scored, units=scored.units.assign(certainty=certainty))


def _learned(tokens: Tokens, settings: StanceSettings, target: Target, scored: Features) -> Features:
    """Stance by the prior or by a classifier with the coded sheet that the config names."""
    sheet = Path(settings.training[target.name])
    try:
        key, codes = load_key(find_key(sheet)), read_codes(sheet)
        missing_codes({sheet.name: codes}, partial=True)
        same_items({sheet.name: codes}, [i["item"] for i in key["items"]])
        # Codes hold under any lexicon and rule, but not for other texts or another target.
        changed = check_key(key, fingerprint(settings, target, tokens.sha256, scored), ("corpus", "target"))
        if changed:
            raise DiscourseError(
                f"{sheet.name} was drawn before {in_words(changed)} changed: draw and code a new sample"
            )
        counted = scored.units["counts"].to_numpy(bool) & tokens.home[scored.units["turn"].to_numpy(np.int64)]
        items = rows_of_items(key, tokens.corpus.turns, scored, counted, target.name)
        codes = codes.reindex(items["item"])
        some = codes["stance"].notna().to_numpy()
        rows, given = items["row"].to_numpy()[some], codes["stance"].to_numpy(object)[some]
        if settings.scored_by == "prior":
            read, rules = by_the_rules(tokens, settings, target)
            learned = calibrate(read, with_counts(rules, tokens), rows, given)
        else:
            learned, model = classify(tokens.corpus, scored, rows, given)
            entry = Entry("classifiers", str(learned.params["model"]))
            entry.fill(lambda folder: put(folder / "model.joblib", model))
    except DiscourseError as error:
        raise SettingError(("stance", "training", target.name), str(error)) from None
    return replace(learned, details={**learned.details, "coded": codes.reset_index(), "items": items})


def travels(features: Features) -> Features:
    """Mentions with their scores, roles and acts; their terms by the alphabet, without places, distances and single scores.

    The character offset of a mention stays, for coded samples know mentions by it.
    """
    hits = features.details["hits"]
    made: list[list[str]] = [[] for _ in range(len(features.units))]
    for mention, term, score in zip(hits["mention"], hits["term"], hits["score"]):
        if score:
            made[mention].append(term)
    units = features.units.assign(terms=["; ".join(sorted(terms)) for terms in made]).drop(
        columns="mention_id", errors="ignore"
    )
    # With the score or the distance of a term its place could be found.
    plain = hits[["mention", "term", "category", "weight"]].sort_values(["mention", "term", "category", "weight"])
    details = {**features.details, "hits": plain.reset_index(drop=True)}
    if "items" in details:
        details["items"] = details["items"].drop(columns="start")
    return replace(features, units=units, details=details)


def compute(data: Data, settings: StanceSettings, target: Target, features: Features) -> StanceFound:
    """Mean evaluation per mention, by document, group and speaker."""
    units = features.units
    ours = counted_at_home(data, units)
    documents = with_stance(data.documents, features, ours)
    counted = ours & (data.design.group[units["document"].to_numpy(np.int64)] >= 0)
    check_labelled(features, data, settings, counted)
    turn, n = units["turn"].to_numpy(np.int64)[ours], len(data.turns)
    q = Quantities(
        "stance",
        documents[["evaluation"]].to_numpy(float),
        documents["n_mentions"].to_numpy(float),
        ["evaluation"],
        1.0,
        "mean evaluation per mention",
        (-1.0, 1.0),
        target=target.name,
    )
    outcome = Outcome(
        "evaluation",
        q,
        unit=EVALUATION,
        title=f"Evaluation of {target.name}",
        scale="mean per mention, −1 conflictual to 1 cooperative",
        digits=2,
        cells=data.cells(np.bincount(turn, features.values[ours, 0], n), np.bincount(turn, minlength=n).astype(float)),
        min_denominator=settings.min_mentions,
        needed_documents=settings.min_documents,
    )
    return StanceFound((outcome,), (), features, counted, documents)


def with_stance(documents: pd.DataFrame, scored: Features, ours: np.ndarray) -> pd.DataFrame:
    """Documents with mentions, sentences that mention the target, the sum of the evaluations, and counts of classes and roles.

    Parameters
    ----------
    documents : DataFrame
        As in `Data`.
    scored : Features
        Every mention with its stance.
    ours : ndarray of bool, shape (n_mentions,)
        Mentions that count.
    """
    n, units = len(documents), scored.units[ours]
    where = units["document"].to_numpy(np.int64)
    first = ~units["sentence"].duplicated().to_numpy()
    documents = documents.assign(
        n_mentions=np.bincount(where, minlength=n),
        n_sentences=np.bincount(where[first], minlength=n),
        evaluation=np.bincount(where, scored.values[ours, 0], n),
    )
    for column, values in (("class_", CLASSES), ("who_acts", ROLES)):
        for value in values:
            documents[str(value)] = np.bincount(where[(units[column] == value).to_numpy()], minlength=n)
    return documents


def finish(data: Data, settings: StanceSettings, target: Target, features: Features, found: StanceFound) -> StanceFound:
    """Classes, semantic roles, acts, and what coded mentions say of the measure; nothing of a target that is never mentioned."""
    if not found.counted.any():
        return replace(found, outcomes=())
    (outcome,) = found.outcomes
    assert outcome.comparison is not None
    shares = compare(
        _shares(found.documents, target.name),
        data.design,
        outcome.allowed(data),
        min_documents=data.min_documents,
        min_denominator=settings.min_mentions,
        needed_documents=settings.min_documents,
    )
    stance = replace(outcome.comparison, table=pd.concat([outcome.comparison.table, shares.table], ignore_index=True))
    refused = outcome.refused(data)
    allowed = [c for c in data.contrasts if not {data.design.names[g] for g in c.groups} & refused]
    found = replace(found, stance=stance, acts=without_groups(_acts(data, found, target.name, allowed), refused))
    if "coded" in features.details:
        validation = cross_validation(features, found.counted, data, settings)
    else:
        validation = current_validation(features, found.counted, data, settings, target)
    found = replace(found, validation=validation)
    if "measures" in features.details:
        found = replace(found, side_by_side=compare_measures(data, settings, target, features, found.counted, allowed))
    outcome = replace(outcome, validity=validation.of(Measure.EVALUATION), corrected=validation.corrected)
    return replace(found, outcomes=(outcome,))


def _shares(documents: pd.DataFrame, target: str) -> Quantities:
    """Classes and semantic roles of the target in percent of the mentions, by document."""
    items = [str(v) for v in (*CLASSES, *ROLES)]
    y, x = documents[items].to_numpy(float), documents["n_mentions"].to_numpy(float)
    return Quantities("classes and roles", y, x, items, 100.0, "% of mentions", (0.0, 100.0), target=target)


def _acts(data: Data, found: StanceFound, target: str, contrasts: Sequence[Contrast]) -> Comparison:
    """Acts in percent of the mentions, by the role of the target; conditions do not count."""
    assert found.scored is not None
    units = found.scored.units[counted_at_home(data, found.scored.units)]
    where = units["document"].to_numpy(np.int64)
    stated = ~units["conditional"].to_numpy(bool)
    items, columns = [], []
    for role, within in ACT_ROLES.items():
        for act in ACTS:
            at = stated & (units["act"] == act).to_numpy() & units["who_acts"].isin(within).to_numpy()
            items.append(f"{act} | {role}")
            columns.append(np.bincount(where[at], minlength=len(found.documents)))
    y, x = np.column_stack(columns).astype(float), found.documents["n_mentions"].to_numpy(float)
    acts = Quantities("acts", y, x, items, 100.0, "% of mentions", (0.0, 100.0), target=target)
    return compare(acts, data.design, contrasts, min_documents=data.min_documents)


def record(found: StanceFound, settings: StanceSettings) -> Mapping[str, object]:
    """What `run.json` says: method, lexicons, validation, sheets, model."""
    if found.scored is None:
        return {}
    return {
        "method": settings.scored_by,
        "validation": {str(m): validity_words(found.validation.of(m)) for m in Measure},
        "sheets": dict(found.validation.hashes),
        "model": found.scored.params.get("model", ""),
        "labels": dict(found.scored.params.get("labels", {})),
        "lexicons": dict(found.scored.params["lexicons"]),
    }
