"""Run the stages of a plan, from texts to comparisons."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Contrast, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.corpus.select import with_kinds
from discourse.encode import encode_corpus
from discourse.encode.encoder import fold
from discourse.encode.store import cache_folder, corpus_hash, key_of, load_encoded, save_encoded, stored
from discourse.errors import ConfigError, DiscourseError, SourceError, TooLittleText
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
from discourse.experiment.inference import COLUMNS_OF_ITEMS, Inference, infer, items_answers, term_power, with_choices
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
    with_groups,
    with_other_choices,
)
from discourse.experiment.multiverse import Curve, ask, multiverse
from discourse.experiment.plan import Plan
from discourse.experiment.repeated import LAYER, effect, left_out, published_again, with_repetition
from discourse.experiment.sample import contrasts, fail, make_design, selected
from discourse.experiment.validation import Validation, current_validation, validate
from discourse.experiment.words import listed
from discourse.features.frequency import term_frequency
from discourse.features.repetition import Repetition
from discourse.features.stance import Lexicon, classify, default_lexicons
from discourse.features.store import load_features, save_features
from discourse.features.target import Target
from discourse.features.topics import topics
from discourse.report.sheet import write_file
from discourse.types import Comparison, Corpus, EncodedCorpus, Features

Progress = Callable[[str, str], None]


@dataclass
class Clock:
    """Seconds by stage, and what the user sees meanwhile."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    _start: float = field(default_factory=time.perf_counter)

    def done(self, stage: str, count: str) -> None:
        """Record the time since the last call under this stage."""
        now = time.perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._start, 4)
        self._start = now
        self.progress(stage, count)


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
class Prepared:
    """An encoded corpus with its groups: what every analysis begins with.

    `again` marks documents that were published before and are set aside; `words` the tokens that count, on all sides; `refusals`
    says in sentences what the data cannot carry, by topic.
    """

    plan: Plan
    encoded: EncodedCorpus
    documents: pd.DataFrame
    design: Design
    corpus_sha256: str
    repeated: Repetition
    again: np.ndarray
    words: np.ndarray
    home: np.ndarray
    set_aside: int
    refusals: Mapping[str, str]

    @property
    def pair(self) -> tuple[int, int] | None:
        """Study and reference group, where the documents are enough for a contrast."""
        return self.plan.pair if "contrast" not in self.refusals else None

    @property
    def contrasts(self) -> list[Contrast]:
        """The contrast of study and reference, and the others that the config asks for, where documents are enough."""
        return contrasts(self.plan, self.design) if self.pair else []

    def lexicons(self) -> dict[str, Lexicon]:
        """The lexicons that the config names, and those of the package."""
        settings, folder = self.plan.config.stance, self.plan.loaded.file.parent
        try:
            return default_lexicons({k: folder / v for k, v in settings.lexicons.items()}, settings.weights)
        except SourceError as error:
            raise ConfigError(
                [self.plan.loaded.problem(line, "stance", "lexicons") for line in str(error).splitlines()],
                str(self.plan.loaded.file),
            ) from None


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


def read(plan: Plan) -> Corpus:
    """Read the corpus of a plan."""
    corpus = plan.reader(**plan.reader_options)
    try:
        return with_kinds(corpus, plan.config.corpus.kinds)
    except DiscourseError as error:
        raise fail(plan, error, "corpus", "kinds") from None


def encoded_corpus(corpus: Corpus, *, refresh: bool = False) -> tuple[EncodedCorpus, str, bool]:
    """Encode a corpus, or load the encoding of an earlier run.

    Returns
    -------
    encoded : EncodedCorpus
    sha256 : str
        Of the corpus.
    was_stored : bool
    """
    digest = corpus_hash(corpus)
    folder = cache_folder() / "encoded" / key_of(digest)
    encoded, was_stored = stored(
        folder, lambda: encode_corpus(corpus), save_encoded, lambda f: load_encoded(f, corpus), refresh=refresh
    )
    return encoded, digest, was_stored


def prepare(
    plan: Plan, progress: Progress = lambda stage, count: None, *, refresh: bool = False
) -> tuple[Prepared, Clock]:
    """Read and encode the corpus of a plan, and divide it into groups.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    progress : callable
        Called with the name of a stage and what it counted, when it is done.
    refresh : bool
        Do not use stored results.
    """
    clock = Clock(progress)
    corpus = read(plan)
    clock.done("read", f"{len(corpus.documents)} documents, {len(corpus.turns)} turns")
    encoded, digest, was_stored = encoded_corpus(corpus, refresh=refresh)
    clock.done(
        "encode",
        f"{encoded.n_tokens:,} tokens, {len(encoded.vocabulary):,} types" + (" (stored)" if was_stored else ""),
    )
    config = plan.config
    encoded, repeated = with_repetition(plan, encoded, digest, refresh=refresh)
    clock.done(
        "repeated",
        f"{len(repeated.duplicates)} documents published twice, {len(repeated.passages):,} passages in several documents",
    )
    keep = selected(plan, encoded.documents, config.corpus.select, config.corpus.drop, "corpus")
    again = published_again(plan, repeated, keep)
    design = make_design(plan, encoded.documents, keep & ~again)
    for k, group in enumerate(plan.groups):
        if not (design.group == k).any():
            span = encoded.documents.loc[keep, "date"]
            between = f"{span.min():%Y-%m-%d} to {span.max():%Y-%m-%d}" if len(span) else "none is selected"
            message = f"no document falls into this group (the corpus: {between})"
            excluded = encoded.provenance.exclusions
            if excluded:
                message += f"; {len(excluded)} documents were excluded, the first: {excluded[0].reason}"
            raise fail(plan, DiscourseError(message), "groups", group.name)
    home = (encoded.turns["side"] == "home").to_numpy()
    words = encoded.words(without=left_out(config))
    mask = words & np.repeat(home, np.diff(encoded.turn_bounds))
    documents = with_groups(encoded, mask, design)
    for k, group in enumerate(plan.groups):
        if documents["n_tokens"].to_numpy()[design.group == k].sum() == 0:
            raise fail(
                plan,
                DiscourseError(
                    "no words of the home side in this group; `discourse corpus show` lists the speakers, and "
                    "speakers: NAME: {side: home} counts one of them"
                ),
                "groups",
                group.name,
            )
    refusals: dict[str, str] = {}
    n = [len(design.documents(k)) for k in range(len(design.names))]
    if plan.pair is not None and min(n[k] for k in plan.pair) < config.inference.min_documents:
        refusals["contrast"] = str(
            TooLittleText(
                f"A contrast of {design.names[plan.pair[0]]} with {design.names[plan.pair[1]]}",
                "n = " + " and ".join(str(n[k]) for k in plan.pair) + " documents",
                f"at least {config.inference.min_documents} documents in each group",
            )
        )
    return Prepared(
        plan, encoded, documents, design, digest, repeated, again, words, home, int((~keep).sum()), refusals
    ), clock


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
        result["keyness"], refused = _keyness(base, mask)
        refusals |= refused
        clock.done(
            "keyness",
            ", ".join(
                f"{len(c.table):,} {k}-grams" if k > 1 else f"{len(c.table):,} terms"
                for k, c in result["keyness"].items()
            ),
        )
    items: dict[str, pd.DataFrame] = {}
    power: list[pd.DataFrame] = []
    if base.pair:
        two = _two_groups(base)
        for n, comparison in result["keyness"].items():
            items[f"terms-{n}"], shown = _terms(base, two, comparison)
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
                items["topics"] = _topic_items(base, model, result["prevalence"])
        except TooLittleText as error:
            refusals["topics"] = str(error)
    if base.pair:
        found = [t.measured for t in result.get("targets", ()) if not t.refusal]
        inference = infer(plan, encoded, base.words, design, base.contrasts, found)
        parts = [x for x in (inference.power, *power) if len(x)]
        result["inference"] = dataclasses.replace(
            inference, items=items, power=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
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
        sensitivity = with_other_choices(plan, measured)
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


def _two_groups(base: Prepared) -> Design:
    """The design of the main contrast alone: group 0 is the study group."""
    assert base.pair is not None
    group = np.full(len(base.design.group), -1)
    for k, g in enumerate(base.pair):
        group[base.design.group == g] = k
    return dataclasses.replace(base.design, group=group, names=[base.design.names[g] for g in base.pair])


def _terms(base: Prepared, two: Design, comparison: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nulls and influence of the terms, and the power for some of them by the documents that contain them."""
    table, q = comparison.table, comparison.params["quantities"]
    main = pair(two, 0, 1)
    show = base.plan.config.frequency.show
    clearest = pd.concat([table.nlargest(show, "low"), table.nsmallest(show, "high")])["item"].drop_duplicates()
    place = {item: k for k, item in enumerate(q.items)}
    some = q.only([place[i] for i in clearest])
    least = base.plan.config.inference.min_documents
    answers = items_answers(some, two, main, table.assign(p=np.exp(table["log_p"])), base.documents["date"], least)
    columns = [c for c in answers.columns if c in COLUMNS_OF_ITEMS]
    return answers[columns], term_power(comparison, two, main)


def _topic_items(base: Prepared, model: Features, prevalence: Comparison) -> pd.DataFrame:
    """Tests, nulls and influence of the topics."""
    q = prevalence_of(model, len(base.documents))
    main = base.contrasts[0]
    unit = "cluster" if base.design.cluster is not None else "document"
    tested = permutation_test([q], base.design, main, unit=unit).table.set_index("item")
    table = prevalence.table[prevalence.table["contrast"] == "difference"].set_index("item")
    table = table.assign(p=tested["p"], p_family=tested["p_family"], q=benjamini_hochberg(tested["p"].to_numpy()))
    least = base.plan.config.inference.min_documents
    answers = items_answers(q, base.design, main, table.reset_index(), base.documents["date"], least)
    return answers[[c for c in answers.columns if c in COLUMNS_OF_ITEMS]]


def _keyness(base: Prepared, mask: np.ndarray) -> tuple[dict[int, Comparison], dict[str, str]]:
    plan, encoded = base.plan, base.encoded
    config = plan.config.frequency
    two = _two_groups(base)
    group = two.group
    leave_out = frozenset(fold(w) for w in config.leave_out)
    for target in plan.targets:
        leave_out |= target.defining_forms(encoded)
    inside = mask & np.repeat(group >= 0, np.diff(encoded.document_bounds))
    result, refused = {}, {}
    for n in config.ngrams:
        features = term_frequency(
            encoded,
            n=n,
            mask=inside,
            min_count=config.min_documents,
            min_documents=config.min_documents,
            drop_stop_words=config.drop_stop_words,
            leave_out=leave_out,
        )
        tokens = features.units["n_tokens"].to_numpy(float)
        alpha0 = config.alpha0 or max(0.1 * min(tokens[group == k].sum() for k in (0, 1)), 1.0)
        try:
            result[n] = compare_terms(
                features, two, alpha0=alpha0, min_documents=config.min_documents, min_clusters=config.min_clusters
            )
        except TooLittleText as error:
            refused[f"keyness-{n}"] = str(error)
    return result, refused


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
