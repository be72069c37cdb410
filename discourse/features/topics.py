"""Topic models over passages of about 200 tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.errors import DiscourseError, TooLittleText
from discourse.features import topic_engine
from discourse.features.frequency import stop_words
from discourse.features.passages import passage_bags, passages
from discourse.features.topic_process import TopicModel, fit_in_process
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
    "topics",
    "usable",
]

ENGINES: dict[str, Callable[[Sequence[np.ndarray], int, int, int, int], TopicModel]] = {
    name: partial(fit_in_process, engine=name) for name in topic_engine.ENGINES
}


@dataclass(frozen=True)
class TopicSettings:
    """What a topic model is fitted with.

    Parameters
    ----------
    k : int
        Number of topics.
    engine : {"tomotopy", "nmf", "gensim"}
        Collapsed Gibbs sampling LDA (the default), NMF on tf-idf, online LDA.
    iterations : int
        Iterations of the sampler; one worker, so that the result is the same on each run.
    seed : int
        Seed.
    min_passages : int
        Leave out terms in fewer passages.
    max_share : float
        Leave out terms in a larger share of passages.
    top : int
        Terms kept for each topic in `details["terms"]`.
    min_passages_per_topic : int
        Fewer passages than this times `k` are refused.

    Raises
    ------
    DiscourseError
        For an unknown engine.
    """

    k: int = 12
    engine: str = "tomotopy"
    iterations: int = 300
    seed: int = 1
    min_passages: int = 5
    max_share: float = 0.4
    top: int = 10
    min_passages_per_topic: int = 20

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise DiscourseError(f'unknown topic engine "{self.engine}"; expected one of {", ".join(ENGINES)}')


def relevance(topic_term: np.ndarray, share: np.ndarray, weight: float = 0.6) -> np.ndarray:
    """Relevance of terms to topics (Sievert & Shirley 2014, eq. 1).

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        Probability of each term in each topic.
    share : ndarray, shape (n_terms,)
        Share of each term in the corpus.
    weight : float
        Lambda: 1 ranks by probability, 0 by lift.

    Returns
    -------
    ndarray, shape (n_topics, n_terms)

    Examples
    --------
    >>> relevance(np.array([[0.5, 0.5]]), np.array([0.9, 0.1])).round(2).tolist()
    [[-0.65, 0.23]]
    """
    with np.errstate(divide="ignore"):
        # The small number keeps the logarithm of 0 finite.
        p, q = np.log(np.maximum(topic_term, 1e-12)), np.log(np.maximum(share, 1e-12))
    return weight * p + (1 - weight) * (p - q)


def coherence(top_terms: np.ndarray, counts: sparse.csr_array) -> list[float]:
    """Normalised pointwise mutual information of the top terms of each topic (Bouma 2009).

    Parameters
    ----------
    top_terms : ndarray of int, shape (n_topics, n_top)
        Columns of the top terms of each topic.
    counts : csr_array, shape (n_passages, n_terms)
        Frequencies; two terms occur together where both occur in the same passage.

    Returns
    -------
    list of float
        For each topic the mean over all pairs of its terms: about -1 where two never occur together, 0 where they do as
        often as by chance, 1 where they always do.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[1, 2, 0, 0], [3, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]))
    >>> [round(v, 2) for v in coherence(np.array([[0, 1], [0, 2]]), counts)]
    [1.0, -0.92]
    """
    terms, place = np.unique(top_terms, return_inverse=True)
    place = place.reshape(len(top_terms), -1)
    occurs = sparse.csr_array(counts)[:, terms] > 0
    together = (occurs.T.astype(float) @ occurs.astype(float)).toarray() / counts.shape[0]
    single = np.diagonal(together)
    # The small number keeps the logarithm of 0 finite (as in gensim's c_npmi).
    joint = np.minimum(together + 1e-12, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(joint / np.outer(single, single)) / -np.log(joint)
    # Terms of every passage occur together as often as by chance.
    npmi = np.where(together < 1, npmi, 0.0)
    first, second = np.triu_indices(len(top_terms[0]), 1)
    return npmi[place[:, first], place[:, second]].mean(1).tolist()


def topics(
    corpus: EncodedCorpus, *, mask: np.ndarray | None = None, passage_size: int = 200, **settings: Any
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
    **settings
        As in `TopicSettings`.

    Returns
    -------
    Features
        As `fit_topics` returns.
    """
    chosen = TopicSettings(**settings)
    return _fit(passage_bags(corpus, mask, passage_size), chosen)


def fit_topics(bags: Features, *, keep: np.ndarray | None = None, **settings: Any) -> Features:
    """Fit a topic model to counts of terms by passage; it does not depend on the order of words in a passage.

    Parameters
    ----------
    bags : Features
        From `passage_bags`.
    keep : ndarray of bool, shape (n_passages,), optional
        Passages that count; all by default. Those of some documents are `documents[bags.units["document"]]`.
    **settings
        As in `TopicSettings`.

    Returns
    -------
    Features
        Passages x topics, rows sum to 1; topics sorted by prevalence; `units` are the passages that count and contain a
        term. `details["terms"]`: topic, rank, term, relevance, probability; `details["topics"]`: topic, label,
        coherence (NPMI over passages), prevalence.

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
    return _fit(bags if keep is None else _kept(bags, np.asarray(keep, bool)), TopicSettings(**settings))


def _kept(bags: Features, rows: np.ndarray) -> Features:
    """Some of the passages; they keep their numbers in the column `passage`."""
    return replace(bags, values=sparse.csr_array(bags.values)[rows], units=bags.units[rows].reset_index(drop=True))


def _fit(bags: Features, settings: TopicSettings) -> Features:
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
    bags = _kept(bags, np.diff(bags.values.indptr) > 0)
    units, counts = bags.units, bags.values
    repeated = np.split(np.repeat(counts.indices, counts.data), np.cumsum(counts.sum(1))[:-1])
    fitted = ENGINES[settings.engine](repeated, len(vocabulary), k, settings.seed, settings.iterations)

    # Passages differ in length: weighted by it, prevalences are shares of tokens.
    weight = units["n_tokens"].to_numpy(float)
    prevalence = weight @ fitted.passage_topic / weight.sum()
    order = np.argsort(-prevalence, kind="stable")
    terms, npmi = _top_terms(fitted.topic_term[order], bags, settings.top)
    labels = [f"T{t + 1}" for t in range(k)]
    table = {"topic": range(1, k + 1), "label": labels, "coherence": npmi, "prevalence": prevalence[order]}
    return Features(
        "topics",
        fitted.passage_topic[:, order],
        labels,
        units,
        params={
            "k": k,
            "engine": settings.engine,
            "iterations": settings.iterations,
            "seed": settings.seed,
            "passage_size": bags.params["passage_size"],
            "n_terms": len(vocabulary),
            "n_passages": len(units),
            "min_passages": settings.min_passages,
            "max_share": settings.max_share,
        },
        details={"terms": terms, "topics": pd.DataFrame(table)},
    )


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


def topic_by_document(model: Features, n_documents: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens of each topic by document, and tokens by document: numerator and denominator of a prevalence."""
    weight = model.units["n_tokens"].to_numpy(float)
    document = model.units["document"].to_numpy(np.int64)
    y = np.stack(
        [np.bincount(document, weight * model.values[:, t], n_documents) for t in range(model.values.shape[1])], 1
    )
    return y, np.bincount(document, weight, n_documents)[:, None]


def exemplars(model: Features, topic: int, n: int = 3) -> pd.DataFrame:
    """Passages in which a topic is most prevalent, at most one of each document.

    Parameters
    ----------
    model : Features
        From `topics`.
    topic : int
        Column, from 0.
    n : int
        Number of passages.

    Returns
    -------
    DataFrame
        Rows of the passages table with `share`, the prevalence in the passage.
    """
    table = model.units.assign(share=model.values[:, topic])
    table = table.iloc[np.argsort(-table["share"].to_numpy(), kind="stable")]
    return table.drop_duplicates("document").head(n)
