"""Run the stages of a plan, from texts to comparisons."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.encode.store import cache_folder, key_of, stored
from discourse.errors import DiscourseError, TooLittleText
from discourse.experiment.coding import (
    check_key,
    coded_rows,
    find_key,
    fingerprint,
    load_key,
    missing_codes,
    read_codes,
    same_items,
)
from discourse.experiment.inference import Inference, infer, with_choices
from discourse.experiment.measures import (
    Measured,
    Periods,
    by_column,
    by_period,
    by_speaker,
    only,
    prevalence_of,
    score_mentions,
    target_measures,
    with_other_choices,
)
from discourse.experiment.multiverse import Curve, ask, multiverse
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Clock, Prepared, Progress, prepare
from discourse.experiment.repeated import LAYER, effect, left_out
from discourse.experiment.sample import fail
from discourse.experiment.term_stage import (
    further_terms,
    further_topics,
    keyness_of,
    term_items,
    topic_items,
    two_groups,
)
from discourse.experiment.validation import Validation, current_validation, validate
from discourse.experiment.words import listed
from discourse.features.stance import Lexicon, classify
from discourse.features.store import load_features, save_features
from discourse.features.target import Target
from discourse.features.topics import topics
from discourse.report.sheet import write_file
from discourse.types import Comparison, EncodedCorpus, Features


@dataclass(frozen=True)
class TargetResults:
    """What was found on one target; `refusal` says why there is nothing on stance."""

    measured: Measured
    panels: Mapping[str, tuple[Comparison, Comparison]]
    periods: Periods
    sensitivity: pd.DataFrame | None
    repetition: pd.DataFrame
    validation: Validation
    refusal: str = ""

    @property
    def target(self) -> Target:
        """The target."""
        return self.measured.target


@dataclass(frozen=True)
class Results(Prepared):
    """All that a report is made of."""

    targets: tuple[TargetResults, ...] = ()
    keyness: Mapping[int, Comparison] = field(default_factory=dict)
    topics: Features | None = None
    prevalence: Comparison | None = None
    lexicon_hashes: Mapping[str, str] = field(default_factory=dict)
    inference: Inference = field(default_factory=Inference)
    curves: tuple[Curve, ...] = ()
    further_terms: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    further_topics: pd.DataFrame = field(default_factory=pd.DataFrame)


def score_target(base: Prepared, target: Target, lexicons: Mapping[str, Lexicon]) -> Features:
    """Every mention of a target with its stance by the rules, those in reused passages among them."""
    layers = [x for x in left_out(base.plan.config) if x != LAYER]
    return score_mentions(base.plan, base.encoded, target, base.encoded.words(without=layers), lexicons)


def measure_target(base: Prepared, target: Target, scored: Features, lexicons: Mapping[str, Lexicon]) -> Measured:
    """The stance toward a target where the words count."""
    counted = only(scored, base.words[scored.units["token"].to_numpy(np.int64)])
    return target_measures(base.plan, base.encoded, base.words, base.design, counted, target, lexicons, base.contrasts)


def _classified(
    base: Prepared, target: Target, scored: Features, lexicons: Mapping[str, Lexicon]
) -> tuple[Features, Validation]:
    """Stance by a classifier that is trained on the sheet that the config names, and its cross-validation."""
    plan = base.plan
    sheet = plan.loaded.file.parent / plan.config.stance.training[target.name]
    try:
        key, codes = load_key(find_key(sheet)), read_codes(sheet)
        missing_codes({sheet.name: codes}, partial=True)
        same_items({sheet.name: codes}, [i["item"] for i in key["items"]])
        changed = check_key(key, fingerprint(plan, target.name, base.corpus_sha256, scored), ("corpus", "target"))
        if changed:
            raise DiscourseError(f"{sheet.name} was drawn before {listed(changed)} changed: draw and code a new sample")
        rules = measure_target(base, target, scored, lexicons)
        items = coded_rows(key, base.encoded, rules)
        # From the mentions that count to all of them.
        place = np.flatnonzero(base.words[scored.units["token"].to_numpy(np.int64)])
        codes = codes.reindex(items["item"])
        some = codes["stance"].notna().to_numpy()
        rows = place[items["row"].to_numpy()[some]]
        classified, model = classify(base.encoded, scored, rows, codes["stance"].to_numpy(object)[some])
    except DiscourseError as error:
        raise fail(plan, error, "stance", "training", target.name) from None
    folder = cache_folder() / "classifiers"
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / f"{classified.params['model']}.joblib", model)
    measured = measure_target(base, target, classified, lexicons)
    found = validate(measured, base.design, key, items, {sheet.name: codes}, plan.pair, "cross-validated by document")
    return classified, found


def compute(
    plan: Plan, progress: Progress = lambda stage, count: None, *, refresh: bool = False, yes: bool = False
) -> tuple[Results, Clock]:
    """Run every stage but the report.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    progress : callable
        Called with the name of a stage and what it counted, when it is done.
    refresh : bool
        Do not use stored results.
    yes : bool
        Run a multiverse however long it takes.

    Returns
    -------
    results : Results
    clock : Clock
        Seconds by stage.
    """
    base, clock = prepare(plan, progress, refresh=refresh)
    encoded, design, config = base.encoded, base.design, plan.config
    mask = base.words & np.repeat(base.home, np.diff(encoded.turn_bounds))
    refusals = dict(base.refusals)
    result: dict[str, Any] = {}
    if plan.targets:
        lexicons = base.lexicons()
        result["targets"] = tuple(_target(base, target, lexicons, clock) for target in plan.targets)
        result["lexicon_hashes"] = {k: v.sha256 for k, v in lexicons.items()}
    if base.pair and config.multiverse:
        ask(base, clock.seconds.get("stance", 0.0), yes=yes)
    if base.pair:
        result["keyness"], refused = keyness_of(base, mask, base.contrasts[0], config.frequency.ngrams)
        result["further_terms"] = further_terms(base, mask)
        refusals |= refused
        clock.done(
            "keyness",
            ", ".join(
                f"{len(c.table):,} {k}-grams" if k > 1 else f"{len(c.table):,} terms"
                for k, c in result["keyness"].items()
            ),
        )
    items: dict[str, pd.DataFrame] = {}
    mixes: dict[str, pd.DataFrame] = {}
    power: list[pd.DataFrame] = []
    if base.pair:
        two = two_groups(base, base.contrasts[0])
        for n, comparison in result["keyness"].items():
            items[f"terms-{n}"], mixes[f"terms-{n}"], shown = term_items(base, two, comparison)
            power.append(shown.assign(name=f"{n}-grams" if n > 1 else "terms"))
    if config.topics:
        try:
            model, was_stored = _topics(plan, encoded, mask, design, base.corpus_sha256, refresh)
            result |= {
                "topics": model,
                "prevalence": compare(
                    prevalence_of(model, len(base.documents)),
                    design,
                    base.contrasts,
                    min_documents=config.inference.min_documents,
                ),
            }
            clock.done(
                "topics",
                f"{config.topics.k} topics over {len(model.units):,} passages" + (" (stored)" if was_stored else ""),
            )
            if base.pair:
                items["topics"], mixes["topics"] = topic_items(base, model, result["prevalence"])
                result["further_topics"] = further_topics(base, model, result["prevalence"])
        except TooLittleText as error:
            refusals["topics"] = str(error)
    if base.pair:
        found = [t.measured for t in result.get("targets", ()) if not t.refusal]
        inference = infer(plan, encoded, base.words, design, base.contrasts, found)
        parts = [x for x in (inference.power, *power) if len(x)]
        result["inference"] = dataclasses.replace(
            inference, items=items, mixes=mixes, power=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        )
        clock.done(
            "inference",
            f"{len(inference.tests)} tests of the main family, {sum(map(len, items.values())):,} of terms and topics",
        )
    if base.pair and config.multiverse:
        result["curves"] = _curves(base, result, refresh)
        result["inference"] = with_choices(result["inference"], result["curves"])
        n = sum(len(c.table) for c in result["curves"])
        clock.done("multiverse", f"{n:,} specifications of {len(result['curves'])} results")
    fields = {f.name: getattr(base, f.name) for f in dataclasses.fields(base)} | {"refusals": refusals}
    return Results(**fields, **result), clock


def _target(base: Prepared, target: Target, lexicons: Mapping[str, Lexicon], clock: Clock) -> TargetResults:
    """Everything on one target."""
    plan, encoded, design = base.plan, base.encoded, base.design
    scored = score_target(base, target, lexicons)
    validation = None
    if plan.config.stance.method == "classifier" and len(scored.units):
        scored, validation = _classified(base, target, scored, lexicons)
    measured = measure_target(base, target, scored, lexicons)
    documents = measured.documents
    inside = documents["group"] != ""
    refusal = ""
    if not measured.counted.any():
        refusal = (
            f"{target.name} is mentioned by the home side in none of {int((design.group >= 0).sum())} documents: check its terms "
            f"({', '.join(target.terms)})."
        )
    clock.done(
        "stance",
        f"{target.name}: {documents.loc[inside, 'n_mentions'].sum():,} mentions in {documents.loc[inside, 'n_sentences'].sum():,} "
        "sentences of the home side",
    )
    if validation is None:
        validation = (
            current_validation(plan, measured, design, encoded, base.corpus_sha256, base.pair)
            if not refusal
            else Validation()
        )
    panels = {}
    if plan.config.report.by:
        panels[plan.config.report.by] = by_column(plan, measured, design)
    speakers = by_speaker(plan, encoded, base.words, measured, design) if not refusal else None
    shown = {str(v) for panel, _ in panels.values() for v in panel.table["stratum"]}
    if speakers is not None and not set(speakers[0].table["stratum"]) <= shown:
        panels["speaker"] = speakers
    sensitivity = None
    if base.pair and not refusal:
        sensitivity = with_other_choices(plan, measured, base.again)
    result = TargetResults(
        measured,
        panels,
        by_period(plan, measured, design),
        sensitivity,
        effect(plan, encoded, design, scored, lexicons, base.contrasts, measured),
        validation,
        refusal,
    )
    clock.done("compare", f"{plan.config.inference.resamples:,} resamples")
    return result


def _curves(base: Prepared, result: Mapping[str, Any], refresh: bool) -> tuple[Curve, ...]:
    """The main results under every combination of the choices that the config names."""
    scored = {t.target.name: t.measured.scored for t in result.get("targets", ()) if not t.refusal}
    tokens = np.concatenate([f.units["token"].to_numpy(np.int64) for f in scored.values()] or [np.zeros(0, np.int64)])

    def fit(words: np.ndarray, k: int) -> Features:
        return _topics(base.plan, base.encoded, words, base.design, base.corpus_sha256, refresh, k)[0]

    def followed(model: Features) -> int:
        """The topic that most mentions fall into."""
        n = [
            np.count_nonzero((tokens >= a) & (tokens < b)) for a, b in model.units[["start", "stop"]].to_numpy(np.int64)
        ]
        weight = np.array(n, float) if sum(n) else model.units["n_tokens"].to_numpy(float)
        return int(np.argmax(weight @ model.values))

    return multiverse(base, scored, base.lexicons(), result["keyness"], fit, followed)


def _topics(
    plan: Plan,
    encoded: EncodedCorpus,
    mask: np.ndarray,
    design: Design,
    digest: str,
    refresh: bool,
    k: int | None = None,
) -> tuple[Features, bool]:
    """The topic model of these tokens, with another number of topics than the config's where one is given."""
    settings = plan.config.topics
    assert settings
    inside = mask & np.repeat(design.group >= 0, np.diff(encoded.document_bounds))
    arguments = {**settings.model_dump(), "seed": plan.config.inference.seed} | ({"k": k} if k else {})
    chosen = hashlib.sha256(np.packbits(inside).tobytes()).hexdigest()
    folder = cache_folder() / "topics" / key_of(digest, chosen, sorted(arguments.items()))
    return stored(
        folder, lambda: topics(encoded, mask=inside, **arguments), save_features, load_features, refresh=refresh
    )
