"""Run the stages of a plan, from texts to comparisons."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.ratios import compare_ratios, without_each
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.encode import encode_corpus
from discourse.encode.encoder import fold
from discourse.encode.store import cache_folder, corpus_hash, key_of, load_encoded, save_encoded, stored
from discourse.errors import DiscourseError, TooLittleText
from discourse.experiment.measures import by_column, target_measures, with_groups, with_other_choices
from discourse.experiment.plan import Plan
from discourse.experiment.repeated import effect, left_out, published_again, with_repetition
from discourse.experiment.sample import fail, make_design, selected
from discourse.features.frequency import term_frequency
from discourse.features.repetition import Repetition
from discourse.features.stance import default_lexicons
from discourse.features.store import load_features, save_features
from discourse.features.topics import topic_by_document, topics
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
class Results:
    """All that a report is made of.

    `refusals` says in sentences what the data cannot carry, by topic; `again` marks the documents that were published before
    and are set aside; `repetition` holds the main results with and without reused passages.
    """

    plan: Plan
    encoded: EncodedCorpus
    documents: pd.DataFrame
    design: Design
    corpus_sha256: str
    repeated: Repetition
    again: np.ndarray
    repetition: pd.DataFrame | None = None
    found: Features | None = None
    stance: Features | None = None
    salience: Comparison | None = None
    components: Comparison | None = None
    panel: tuple[Comparison, Comparison | None] | None = None
    keyness: Mapping[int, Comparison] = field(default_factory=dict)
    topics: Features | None = None
    prevalence: Comparison | None = None
    sensitivity: pd.DataFrame | None = None
    influence: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lexicons: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    set_aside: int = 0


def read(plan: Plan) -> Corpus:
    """Read the corpus of a plan."""
    return plan.reader(**plan.reader_options)


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


def compute(
    plan: Plan, progress: Progress = lambda stage, count: None, *, refresh: bool = False
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

    Returns
    -------
    results : Results
    clock : Clock
        Seconds by stage.
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
    result: dict[str, Any] = {}
    n = [len(design.documents(k)) for k in range(len(design.names))]
    contrast = plan.pair is not None and min(n[k] for k in plan.pair) >= config.inference.min_documents
    if plan.pair is not None and not contrast:
        refusals["contrast"] = str(
            TooLittleText(
                f"A contrast of {design.names[plan.pair[0]]} with {design.names[plan.pair[1]]}",
                "n = " + " and ".join(str(n[k]) for k in plan.pair) + " documents",
                f"at least {config.inference.min_documents} documents in each group",
            )
        )
    differences = [plan.pair] if contrast and plan.pair else []
    if plan.target is not None:
        lexicons = default_lexicons({k: plan.loaded.file.parent / v for k, v in config.stance.lexicons.items()})
        measured = target_measures(plan, encoded, words, design, lexicons, differences)
        found, documents, salience, components = (
            measured.found,
            measured.documents,
            measured.salience,
            measured.components,
        )
        if found.units.empty:
            refusals["target"] = (
                f"{plan.target.name} is mentioned in none of {int((design.group >= 0).sum())} documents: check its terms "
                f"({', '.join(plan.target.terms)})."
            )
        result |= {
            "found": found,
            "stance": measured.scored,
            "salience": salience,
            "components": components,
            "lexicons": {k: v.sha256 for k, v in lexicons.items()},
        }
        inside = documents["group"] != ""
        clock.done(
            "stance",
            f"{documents.loc[inside, 'n_mentions'].sum():,} mentions in {documents.loc[inside, 'n_sentences'].sum():,} "
            "sentences of the home side",
        )
        if config.report.by:
            result["panel"] = by_column(plan, documents, design)
        if contrast and plan.pair and "target" not in refusals:
            result["influence"] = {
                "salience": without_each(
                    documents["n_mentions"].to_numpy(), documents["n_tokens"].to_numpy(float), design, plan.pair, 1e4
                )
            }
            table = components.table
            if (table["contrast"] == "difference").any():
                result["influence"]["evaluation"] = without_each(
                    documents["evaluation"].to_numpy(), documents["n_sentences"].to_numpy(), design, plan.pair
                )
            result["sensitivity"] = with_other_choices(plan, documents, salience, components)
        result["repetition"] = effect(plan, encoded, design, lexicons, differences, measured)
        clock.done("compare", f"{config.inference.resamples:,} resamples")
    if contrast and plan.pair:
        result["keyness"], refused = _keyness(plan, encoded, mask, design)
        refusals |= refused
        clock.done(
            "keyness",
            ", ".join(
                f"{len(c.table):,} {k}-grams" if k > 1 else f"{len(c.table):,} terms"
                for k, c in result["keyness"].items()
            ),
        )
    if config.topics:
        try:
            model, was_stored = _topics(plan, encoded, mask, design, digest, refresh)
            y, x = topic_by_document(model, len(documents))
            result |= {
                "topics": model,
                "prevalence": compare_ratios(
                    y,
                    x,
                    list(model.columns),
                    design,
                    scale=100.0,
                    measure="prevalence, % of tokens",
                    differences=differences,
                ),
            }
            clock.done(
                "topics",
                f"{config.topics.k} topics over {len(model.units):,} passages" + (" (stored)" if was_stored else ""),
            )
        except TooLittleText as error:
            refusals["topics"] = str(error)
    return Results(
        plan,
        encoded,
        documents,
        design,
        digest,
        repeated,
        again,
        refusals=refusals,
        set_aside=int((~keep).sum()),
        **result,
    ), clock


def _keyness(
    plan: Plan, encoded: EncodedCorpus, mask: np.ndarray, design: Design
) -> tuple[dict[int, Comparison], dict[str, str]]:
    config = plan.config.frequency
    assert plan.pair is not None
    group = np.full(len(design.group), -1)
    for k, g in enumerate(plan.pair):
        group[design.group == g] = k
    pair = Design(
        group,
        [design.names[g] for g in plan.pair],
        design.cluster,
        design.cluster_name,
        design.resamples,
        design.confidence,
        design.seed,
    )
    leave_out = frozenset(fold(w) for w in config.leave_out)
    if plan.target is not None:
        leave_out |= plan.target.defining_forms(encoded)
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
                features, pair, alpha0=alpha0, min_documents=config.min_documents, min_clusters=config.min_clusters
            )
        except TooLittleText as error:
            refused[f"keyness-{n}"] = str(error)
    return result, refused


def _topics(
    plan: Plan, encoded: EncodedCorpus, mask: np.ndarray, design: Design, digest: str, refresh: bool
) -> tuple[Features, bool]:
    settings = plan.config.topics
    assert settings
    inside = mask & np.repeat(design.group >= 0, np.diff(encoded.document_bounds))
    arguments = {**settings.model_dump(), "seed": plan.config.inference.seed}
    chosen = ",".join(map(str, np.flatnonzero(design.group >= 0)))
    folder = cache_folder() / "topics" / key_of(digest, chosen, sorted(arguments.items()))
    return stored(
        folder, lambda: topics(encoded, mask=inside, **arguments), save_features, load_features, refresh=refresh
    )
