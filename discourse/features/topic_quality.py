"""How good the topics of a model are: relevance of their terms, coherence, exclusivity, likelihood of held-out tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.stats import rankdata


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
    if not len(first):
        # One term alone has no pair.
        return [float("nan")] * len(top_terms)
    return npmi[place[:, first], place[:, second]].mean(1).tolist()


def exclusivity(topic_term: np.ndarray, top: int = 10, weight: float = 0.7) -> list[float]:
    """Mean FREX of the most probable terms of each topic: how frequent they are in it, and how rare in the others.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        Probability of each term in each topic.
    top : int
        Terms of each topic.
    weight : float
        Of exclusivity against frequency, 0 to 1.

    Returns
    -------
    list of float
        0 to 1. FREX is the harmonic mean of the rank of a term by its probability in the topic, and of that by its
        share of the term's probability in all topics, both as shares of the terms (Bischof & Airoldi 2012, eq. 6; as in
        the R package stm).

    Examples
    --------
    >>> exclusive, shared = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]), np.array([[0.7, 0.2, 0.1], [0.7, 0.1, 0.2]])
    >>> [[round(v, 2) for v in exclusivity(m, top=1)] for m in (exclusive, shared)]
    [[1.0, 1.0], [0.74, 0.74]]
    """
    share = topic_term / np.maximum(topic_term.sum(0), 1e-300)
    n_terms = topic_term.shape[1]
    exclusive, frequent = (rankdata(m, axis=1) / n_terms for m in (share, topic_term))
    frex = 1 / (weight / exclusive + (1 - weight) / frequent)
    best = np.argsort(-topic_term, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(frex, best, axis=1).mean(1).tolist()


def held_out_likelihood(passage_topic: np.ndarray, topic_term: np.ndarray, held: Sequence[np.ndarray]) -> float:
    """Mean log-likelihood of tokens that a model has not seen (document completion; Wallach et al. 2009).

    Parameters
    ----------
    passage_topic : ndarray, shape (n_passages, n_topics)
        Prevalence of each topic in the part of each passage that the model has seen.
    topic_term : ndarray, shape (n_topics, n_terms)
        Probability of each term in each topic.
    held : sequence of ndarray of int
        The terms of each passage that it has not seen.

    Returns
    -------
    float
        Natural logarithm, per token.

    Examples
    --------
    >>> theta, phi = np.array([[0.5, 0.5]]), np.array([[0.8, 0.2], [0.2, 0.8]])
    >>> bool(np.isclose(held_out_likelihood(theta, phi, [np.array([0, 1])]), np.log(0.5)))
    True
    """
    total, n = 0.0, 0
    for theta, terms in zip(passage_topic, held):
        # The small number keeps the logarithm of 0 finite (nmf).
        total += float(np.log(np.maximum(theta @ topic_term[:, terms], 1e-12)).sum())
        n += len(terms)
    return total / n
