"""Topic models over passages of about 200 tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.errors import DiscourseError, TooLittleText, UsageError, did_you_mean
from discourse.features import topic_engine
from discourse.features.frequency import stop_words
from discourse.features.passages import passage_bags, passages
from discourse.features.topic_fits import FIXED, Matched, fits_of, in_order, match_fits, seeds_of, shares_by_document
from discourse.features.topic_guide import guide_of, levels_of, seed_table, seeds_in
from discourse.features.topic_inference import Trained
from discourse.features.topic_process import Guide, TopicModel, fit_in_process
from discourse.features.topic_quality import coherence, exclusivity, relevance
from discourse.features.topic_shares import exemplars, topic_by_document, topic_fits
from discourse.types import EncodedCorpus, Features

__all__ = [
    "ENGINES",
    "TopicModel",
    "TopicSettings",
    "coherence",
    "exemplars",
    "fit_in_process",
    "fit_topics",
    "passage_bags",
    "passages",
    "relevance",
    "topic_by_document",
    "topic_fits",
    "topics",
    "train",
    "usable",
]

REGRESSION = ("dmr",)  # engines that know covariates
SEEDED = ("tomotopy", "dmr")  # engines that take seed words
ENGINES: dict[str, Callable[..., TopicModel]] = {
    name: partial(fit_in_process, engine=name) for name in topic_engine.ENGINES
}


@dataclass(frozen=True)
class TopicSettings:
    """What a topic model is fitted with.

    Parameters
    ----------
    k : int
        Number of topics.
    engine : {"tomotopy", "nmf", "gensim", "dmr"}
        Collapsed Gibbs sampling LDA (the default), NMF on tf-idf, online LDA; LDA whose prior of the shares in a passage depends on
        covariates (Dirichlet-multinomial regression, Mimno & McCallum 2008).
    iterations : int
        Iterations of the sampler; one worker, so that the result is the same on each run.
    seed : int
        Seed.
    seeds : int
        Fits from different starts of the sampler; their topics are matched, and the model is their mean. nmf has one.
    min_passages : int
        Leave out terms in fewer passages.
    max_share : float
        Leave out terms in a larger share of passages.
    top : int
        Terms kept for each topic in `details["terms"]`.
    min_passages_per_topic : int
        Fewer passages than this times `k` are refused.
    covariates : sequence of str
        For dmr: columns of the units of the bags; each value of a column is a level.
    seeded : mapping of str to sequence of str
        For tomotopy and dmr: seed words of topics by their names, with ``*`` for any letters. The prior of a seed in its topic is
        higher by a tenth of its frequency.

    Raises
    ------
    DiscourseError
        For an unknown engine, or what an engine cannot do.
    """

    k: int = 12
    engine: str = "tomotopy"
    iterations: int = 1000
    seed: int = 1
    seeds: int = 5
    min_passages: int = 5
    max_share: float = 0.4
    top: int = 10
    min_passages_per_topic: int = 20
    covariates: Sequence[str] = ()
    seeded: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise DiscourseError(f'unknown topic engine "{self.engine}"; expected one of {", ".join(ENGINES)}')
        if self.covariates and self.engine not in REGRESSION:
            raise UsageError(f"{self.engine} knows no covariates: name the engine dmr")
        if self.seeded and self.engine not in SEEDED:
            raise UsageError(f"{self.engine} takes no seed words: name one of the engines {', '.join(SEEDED)}")
        if len(self.seeded) > self.k:
            raise UsageError(f"{len(self.seeded)} topics are seeded, and the model has {self.k}")


def topics(
    corpus: EncodedCorpus,
    *,
    mask: np.ndarray | None = None,
    passage_size: int = 200,
    workers: int = 1,
    **settings: Any,
) -> Features:
    """Fit a topic model to the passages of a corpus: `passage_bags`, then `fit_topics`.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count.
    passage_size : int
        Tokens in a passage, about.
    workers : int
        Fits that run side by side; the result does not depend on it.
    **settings
        As in `TopicSettings`; covariates may be columns of the documents.

    Returns
    -------
    Features
        As `fit_topics` returns.
    """
    bags = passage_bags(corpus, mask, passage_size)
    named = [c for c in settings.get("covariates", ()) if c in corpus.documents.columns and c not in bags.units.columns]
    document = bags.units["document"].to_numpy(np.int64)
    columns = {c: corpus.documents[c].to_numpy(object)[document] for c in named}
    return fit_topics(replace(bags, units=bags.units.assign(**columns)), workers=workers, **settings)


def fit_topics(bags: Features, *, keep: np.ndarray | None = None, workers: int = 1, **settings: Any) -> Features:
    """Fit a topic model to counts of terms by passage; it does not depend on the order of words in a passage.

    Parameters
    ----------
    bags : Features
        From `passage_bags`.
    keep : ndarray of bool, shape (n_passages,), optional
        Passages that count; all by default. Those of some documents are `documents[bags.units["document"]]`.
    workers : int
        Fits that run side by side; the result does not depend on it.
    **settings
        As in `TopicSettings`.

    Returns
    -------
    Features
        Passages x topics, rows sum to 1, means over the fits; topics sorted by prevalence; `units` are the passages
        that count and contain a term. `details["terms"]`: topic, rank, term, relevance, probability;
        `details["topics"]`: topic, label, coherence (NPMI over passages), exclusivity (FREX), match (mean cosine of its
        terms in the other fits with those in the one that fits best), prevalence; `details["fits"]`: fit, seed, fit of
        the model, whether it is the reference; `details["shares"]`: as `shares_by_document` returns.

    Raises
    ------
    TooLittleText
        If there are too few passages for `k` topics, or too few terms.
    DiscourseError
        For an unknown engine, or one that fails.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> bags = passage_bags(encoded(["Fleet, anchor, anchor!", "Wheat, barn, barn, barn!"] * 10))
    >>> model = fit_topics(bags, k=2, engine="nmf", max_share=1, top=2, min_passages_per_topic=5)
    >>> model.details["terms"]["term"].tolist(), model.details["topics"]["prevalence"].round(2).tolist()
    (['barn', 'wheat', 'anchor', 'fleet'], [0.57, 0.43])
    """
    return train(bags, keep=keep, workers=workers, **settings).model


def train(bags: Features, *, keep: np.ndarray | None = None, workers: int = 1, **settings: Any) -> Trained:
    """Fit a topic model, and keep what the topics of other passages are inferred from.

    Parameters
    ----------
    bags, keep, workers, **settings
        As in `fit_topics`, whose result is `model`.

    Returns
    -------
    Trained

    Raises
    ------
    TooLittleText, DiscourseError
        As `fit_topics`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> bags = passage_bags(encoded(["Fleet, anchor, anchor!", "Wheat, barn, barn, barn!"] * 10))
    >>> found = train(bags, k=2, iterations=20, seeds=3, max_share=1, top=2, min_passages_per_topic=5)
    >>> found.terms, found.topic_term.shape, found.prior.shape
    (['anchor', 'barn', 'fleet', 'wheat'], (3, 2, 4), (3, 2))
    """
    known = list(TopicSettings.__dataclass_fields__)
    for name in settings:
        if name not in known:
            raise UsageError(f'there is no setting "{name}" of topics. {did_you_mean(name, known)}')
    chosen = TopicSettings(**settings)
    bags = counted(kept(bags, keep), chosen)
    seeds = seeds_for(chosen)
    fits = fits_of(fitter(bags.values, chosen, guided(bags, chosen)), seeds, workers)
    return _model(bags, match_fits(fits, len(chosen.seeded)), seeds, chosen)


def seeds_for(settings: TopicSettings) -> list[int]:
    """The seed of each fit under some settings.

    Examples
    --------
    >>> seeds_for(TopicSettings(seed=3, engine="nmf"))
    [3]
    """
    return seeds_of(settings.seed, 1 if settings.engine in FIXED else settings.seeds)


def fitter(
    counts: sparse.csr_array, settings: TopicSettings, guide: Guide | None = None
) -> Callable[[int], TopicModel]:
    """From a seed to a model of these counts by passage (passages x terms)."""
    engine = ENGINES[settings.engine]
    more = {} if guide is None else {"guide": guide}
    return lambda seed: engine(counts, settings.k, seed, settings.iterations, **more)


def guided(bags: Features, settings: TopicSettings) -> Guide | None:
    """What a model of these bags is told beside the counts."""
    counts = np.asarray(bags.values.sum(0))
    return guide_of(bags.columns, counts, bags.units, settings.k, settings.covariates, settings.seeded)


def kept(bags: Features, rows: np.ndarray | None) -> Features:
    """Some of the passages (all where none are named); they keep their numbers in the column `passage`."""
    if rows is None:
        return bags
    rows = np.asarray(rows, bool)
    return replace(bags, values=sparse.csr_array(bags.values)[rows], units=bags.units[rows].reset_index(drop=True))


def counted(bags: Features, settings: TopicSettings) -> Features:
    """The passages with the terms that a model takes up, and at least one of them."""
    n_passages, k = len(bags.units), settings.k
    if n_passages < k * settings.min_passages_per_topic:
        raise TooLittleText(
            f"A topic model with {k} topics",
            f"n = {n_passages} passages of about {bags.params['passage_size']} tokens",
            f"{k * settings.min_passages_per_topic} passages",
        )
    vocabulary = _vocabulary(bags, settings)
    bags = replace(
        bags, values=sparse.csr_array(bags.values)[:, vocabulary], columns=[bags.columns[v] for v in vocabulary]
    )
    # A passage without any of these terms says nothing of its topics.
    return kept(bags, np.diff(bags.values.indptr) > 0)


def _model(bags: Features, found: Matched, seeds: Sequence[int], settings: TopicSettings) -> Trained:
    """The mean of the fits, its topics sorted by prevalence."""
    units, k = bags.units, settings.k
    # Passages differ in length: weighted by it, prevalences are shares of tokens.
    weight = units["n_tokens"].to_numpy(float)
    mean = found.passage_topic
    prevalence = weight @ mean / weight.sum()
    order = np.argsort(-prevalence, kind="stable")
    # Seeded topics are the first ones of every fit.
    names = list(settings.seeded)
    topic_term = found.topic_term[order]
    terms, npmi = _top_terms(topic_term, bags, settings.top)
    labels = [names[o] if o < len(names) else f"T{t + 1}" for t, o in enumerate(order)]
    table = {
        "topic": range(1, k + 1),
        "label": labels,
        "coherence": npmi,
        "exclusivity": exclusivity(topic_term, settings.top),
        "match": found.match[order],
        "prevalence": prevalence[order],
    }
    sorted_fits = [in_order(f, order) for f in found.fits]
    fits = {
        "fit": range(1, len(seeds) + 1),
        "seed": seeds,
        "likelihood": [f.fit for f in found.fits],
        "reference": np.arange(len(seeds)) == found.reference,
    }
    model = Features(
        "topics",
        mean[:, order],
        labels,
        units,
        params={
            "k": k,
            "engine": settings.engine,
            "iterations": settings.iterations,
            "seed": settings.seed,
            "seeds": len(seeds),
            "passage_size": bags.params["passage_size"],
            "n_terms": len(bags.columns),
            "n_passages": len(units),
            "n_fitted": len(units),
            "min_passages": settings.min_passages,
            "max_share": settings.max_share,
        },
        details={
            "terms": terms,
            "topics": pd.DataFrame(table),
            "fits": pd.DataFrame(fits),
            "shares": shares_by_document(sorted_fits, units, settings.seed, labels),
            **_seeds(bags, found.topic_term, settings),
        },
    )
    topic_terms, priors = (np.stack([getattr(f, name) for f in sorted_fits]) for name in ("topic_term", "prior"))
    trained = Trained(model, [str(c) for c in bags.columns], topic_terms, priors)
    if not settings.covariates:
        return trained
    # The last row is that of a level without a passage, which has the mean of the prior of a coefficient.
    last = np.full((1, k), np.log(topic_engine.ALPHA) / (1 + len(settings.covariates)))
    coefficients = np.stack([np.concatenate([f.coefficients, last]) for f in sorted_fits])
    return replace(trained, levels=levels_of(units, settings.covariates), coefficients=coefficients)


def _seeds(bags: Features, topic_term: np.ndarray, settings: TopicSettings) -> dict[str, pd.DataFrame]:
    """The table of seeds, where topics are seeded; topics in the order of the seeds."""
    if not settings.seeded:
        return {}
    seeds = seeds_in(bags.columns, settings.seeded)
    counts = np.asarray(bags.values.sum(0))
    return {"seeds": seed_table(seeds, list(settings.seeded), bags.columns, topic_term, counts)}


def usable(terms: Sequence[str]) -> np.ndarray:
    """Terms that a model may hold whatever its settings: neither function words nor too short; bool, shape (n_terms,).

    Examples
    --------
    >>> usable(["harbour", "the", "2020", "it's"]).tolist()
    [True, False, False, False]
    """
    stops = stop_words()
    found = [
        f not in stops and len(f) > 2 and any(c.isalpha() for c in f) and f.removesuffix("'s") not in stops
        for f in terms
    ]
    return np.array(found, bool)


def _vocabulary(bags: Features, settings: TopicSettings) -> np.ndarray:
    """Columns of the terms of a model: words that are no function words, neither too rare nor too frequent."""
    may = usable(bags.columns)
    n_with = np.bincount(bags.values.indices, minlength=len(may))
    chosen = np.flatnonzero(may & (n_with >= settings.min_passages) & (n_with <= settings.max_share * len(bags.units)))
    if len(chosen) < settings.top:
        raise TooLittleText(
            f"A topic model with {settings.k} topics",
            f"n = {len(chosen)} terms that occur in at least {settings.min_passages} passages and at most "
            f"{100 * settings.max_share:g}% of them",
            f"{settings.top} terms",
        )
    return chosen


def _top_terms(topic_term: np.ndarray, bags: Features, top: int) -> tuple[pd.DataFrame, list[float]]:
    """The most relevant terms of each topic, and their coherence."""
    share = np.asarray(bags.values.sum(0), float)
    ranked = relevance(topic_term, share / share.sum())
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :top]
    rows = [
        (t + 1, r + 1, str(bags.columns[w]), ranked[t, w], topic_term[t, w])
        for t, row in enumerate(best)
        for r, w in enumerate(row)
    ]
    table = pd.DataFrame(rows, columns=["topic", "rank", "term", "relevance", "probability"])
    return table, coherence(best, bags.values)
