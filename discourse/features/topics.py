"""Topic models over passages of about 200 tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.errors import DiscourseError, TooLittleText
from discourse.features.frequency import stop_words
from discourse.types import EncodedCorpus, Features


@dataclass(frozen=True)
class TopicModel:
    """What every engine returns.

    Parameters
    ----------
    passage_topic : ndarray of float, shape (n_passages, n_topics)
        Prevalence of each topic in each passage; rows sum to 1.
    topic_term : ndarray of float, shape (n_topics, n_terms)
        Probability of each term in each topic; rows sum to 1.
    """

    passage_topic: np.ndarray
    topic_term: np.ndarray


def passages(corpus: EncodedCorpus, mask: np.ndarray, size: int = 200) -> pd.DataFrame:
    """Cut the tokens that count into passages of whole sentences, within turns.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count.
    size : int
        Tokens after which a passage ends with its sentence. A rest of less than half this size joins the passage before
        it in the same turn.

    Returns
    -------
    DataFrame
        `passage`, `start`, `stop` (token indexes), `n_tokens` (that count), `turn`, `document`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["One two three. Four five six. Seven."])
    >>> passages(corpus, corpus.words(), size=3)[["start", "stop"]].values.tolist()
    [[0, 3], [3, 7]]
    """
    before = np.concatenate([[0], np.cumsum(mask)])
    rows: list[list[int]] = []
    turns = corpus.sentence_turn
    start = None
    for s, turn in enumerate(turns):
        a, b = int(corpus.sentence_bounds[s]), int(corpus.sentence_bounds[s + 1])
        ends_turn = s + 1 == len(turns) or turns[s + 1] != turn
        if start is None:
            if before[b] == before[a]:
                continue
            start = a
        n = int(before[b] - before[start])
        if n >= size or ends_turn:
            if ends_turn and n < size / 2 and rows and rows[-1][3] == turn:
                rows[-1][1] = b
                rows[-1][2] += n
            else:
                rows.append([start, b, n, int(turn)])
            start = None
    table = pd.DataFrame(rows, columns=["start", "stop", "n_tokens", "turn"])
    table["document"] = corpus.turn_document[table["turn"]] if len(table) else []
    table.insert(0, "passage", np.arange(len(table)))
    return table


def _tomotopy(bags: Sequence[np.ndarray], n_terms: int, k: int, seed: int, iterations: int) -> TopicModel:
    import tomotopy

    model = tomotopy.LDAModel(k=k, seed=seed, alpha=50 / k / 10, eta=0.01)
    names = [str(i) for i in range(n_terms)]
    for bag in bags:
        model.add_doc([names[i] for i in bag])
    model.burn_in = iterations // 5
    model.train(iterations, workers=1)
    theta = np.array([doc.get_topic_dist() for doc in model.docs], float)
    order = [int(v) for v in model.used_vocabs]
    phi = np.zeros((k, n_terms))
    for t in range(k):
        phi[t, order] = model.get_topic_word_dist(t)
    return TopicModel(theta, phi)


def _matrix(bags: Sequence[np.ndarray], n_terms: int):  # type: ignore[no-untyped-def]
    from discourse.encode.counts import count_columns

    bounds = np.concatenate([[0], np.cumsum([len(b) for b in bags])])
    return count_columns(bounds, np.concatenate(bags), (len(bags), n_terms))


def _nmf(bags: Sequence[np.ndarray], n_terms: int, k: int, seed: int, iterations: int) -> TopicModel:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(_matrix(bags, n_terms))
    model = NMF(n_components=k, init="nndsvd", random_state=seed, max_iter=max(iterations, 400), tol=1e-4)
    w = model.fit_transform(weighted) + 1e-12
    h = model.components_ + 1e-12
    return TopicModel(w / w.sum(1, keepdims=True), h / h.sum(1, keepdims=True))


def _gensim(bags: Sequence[np.ndarray], n_terms: int, k: int, seed: int, iterations: int) -> TopicModel:
    from gensim.models import LdaModel

    corpus = []
    for bag in bags:
        ids, counts = np.unique(bag, return_counts=True)
        corpus.append(list(zip(ids.tolist(), counts.tolist())))
    model = LdaModel(
        corpus,
        num_topics=k,
        id2word={i: str(i) for i in range(n_terms)},
        random_state=seed,
        passes=max(iterations // 100, 1),
        alpha="asymmetric",
        eta="auto",
    )
    theta = np.zeros((len(bags), k))
    for row, counted in enumerate(corpus):
        for topic, value in model.get_document_topics(counted, minimum_probability=0):
            theta[row, topic] = value
    return TopicModel(theta / theta.sum(1, keepdims=True), model.get_topics().astype(float))


ENGINES: dict[str, Callable[[Sequence[np.ndarray], int, int, int, int], TopicModel]] = {
    "tomotopy": _tomotopy,
    "nmf": _nmf,
    "gensim": _gensim,
}


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
        p, q = np.log(np.maximum(topic_term, 1e-12)), np.log(np.maximum(share, 1e-12))
    return weight * p + (1 - weight) * (p - q)


def coherence(top_terms: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> list[float]:
    """Normalised pointwise mutual information of the top terms of each topic (Bouma 2009), by gensim."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    model = CoherenceModel(
        topics=[list(t) for t in top_terms],
        texts=[list(t) for t in texts],
        dictionary=Dictionary([list(t) for t in texts]),
        coherence="c_npmi",
        processes=1,
    )
    return [float(x) for x in model.get_coherence_per_topic()]


def topics(
    corpus: EncodedCorpus,
    *,
    k: int = 12,
    mask: np.ndarray | None = None,
    passage_size: int = 200,
    engine: str = "tomotopy",
    iterations: int = 1000,
    seed: int = 1,
    min_passages: int = 5,
    max_share: float = 0.4,
    top: int = 10,
    min_passages_per_topic: int = 20,
) -> Features:
    """Fit a topic model.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    k : int
        Number of topics.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count.
    passage_size : int
        Tokens in a passage, about.
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

    Returns
    -------
    Features
        Passages x topics, rows sum to 1; topics sorted by prevalence. `details["terms"]`: topic, rank, term, relevance,
        probability; `details["topics"]`: topic, label, coherence (NPMI), prevalence.

    Raises
    ------
    TooLittleText
        If there are too few passages for `k` topics.
    DiscourseError
        For an unknown engine.
    """
    if engine not in ENGINES:
        raise DiscourseError(f'unknown topic engine "{engine}"; expected one of {", ".join(ENGINES)}')
    mask = corpus.words() if mask is None else mask
    units = passages(corpus, mask, passage_size)
    if len(units) < k * min_passages_per_topic:
        raise TooLittleText(
            f"A topic model with {k} topics",
            f"n = {len(units)} passages of about {passage_size} tokens",
            f"{k * min_passages_per_topic} passages",
        )
    ids = corpus.folded_ids
    stops = stop_words()
    usable = np.array(
        [
            f not in stops and len(f) > 2 and any(c.isalpha() for c in f) and f.removesuffix("'s") not in stops
            for f in corpus.folded_forms
        ]
    )
    inside = [ids[a:b][mask[a:b] & usable[ids[a:b]]] for a, b in zip(units["start"], units["stop"])]
    n_with = np.bincount(np.concatenate([np.unique(x) for x in inside]), minlength=len(usable))
    vocabulary = np.flatnonzero(usable & (n_with >= min_passages) & (n_with <= max_share * len(units)))
    if len(vocabulary) < top:
        raise TooLittleText(
            f"A topic model with {k} topics",
            f"n = {len(vocabulary)} terms that stand in at least {min_passages} passages and at most {100 * max_share:g}% of them",
            f"{top} terms",
        )
    renumber = np.full(len(usable), -1)
    renumber[vocabulary] = np.arange(len(vocabulary))
    bags = [renumber[x][renumber[x] >= 0] for x in inside]
    full = np.array([len(b) > 0 for b in bags])
    units = units[full].reset_index(drop=True)
    bags = [b for b in bags if len(b)]
    fitted = ENGINES[engine](bags, len(vocabulary), k, seed, iterations)

    weight = units["n_tokens"].to_numpy(float)
    prevalence = weight @ fitted.passage_topic / weight.sum()
    order = np.argsort(-prevalence, kind="stable")
    theta, phi = fitted.passage_topic[:, order], fitted.topic_term[order]
    words = corpus.folded_forms[vocabulary]
    share = np.bincount(np.concatenate(bags), minlength=len(vocabulary)).astype(float)
    ranked = relevance(phi, share / share.sum())
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :top]
    rows = [(t + 1, r + 1, str(words[w]), ranked[t, w], phi[t, w]) for t in range(k) for r, w in enumerate(best[t])]
    npmi = coherence([[str(words[w]) for w in row] for row in best], [[str(words[i]) for i in b] for b in bags])
    labels = [f"T{t + 1}" for t in range(k)]
    table = pd.DataFrame(
        {"topic": range(1, k + 1), "label": labels, "coherence": npmi, "prevalence": prevalence[order]}
    )
    return Features(
        "topics",
        theta,
        labels,
        units,
        params={
            "k": k,
            "engine": engine,
            "iterations": iterations,
            "seed": seed,
            "passage_size": passage_size,
            "n_terms": len(vocabulary),
            "n_passages": len(units),
            "min_passages": min_passages,
            "max_share": max_share,
        },
        details={
            "terms": pd.DataFrame(rows, columns=["topic", "rank", "term", "relevance", "probability"]),
            "topics": table,
        },
    )


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
