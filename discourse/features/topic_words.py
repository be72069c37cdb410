"""The words of each topic by document: how many of the tokens of a word a topic is expected to account for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.features.topic_inference import Trained
from discourse.types import Features

TOP = 100  # words of a topic that are kept
LEAST = 0.5  # expected tokens in a document, below which it is not said to have the word in the topic
BLOCK = 2**20  # numbers at a time


def words_by_document(trained: Trained, model: Features, bags: Features) -> dict[str, pd.DataFrame]:
    """Expected frequencies of the words of each topic in each document.

    A token of word w in passage p is of topic t with the probability theta[p, t] * phi[t, w], divided by its sum over the topics
    (its responsibility); expected frequencies are sums of these.

    Parameters
    ----------
    trained : Trained
        The model; probabilities of words are means over its fits.
    model : Features
        Shares of topics by passage: `trained.model`, or of all passages (`inferred`).
    bags : Features
        The passages that the units of the model are numbered in.

    Returns
    -------
    dict of str to DataFrame
        `topic_words`: `topic`, `document`, `term`, `count`, for the `TOP` most frequent words of each topic, where a document has
        `LEAST` or more tokens. `topic_tokens`: `document`, and the tokens of each topic, of all words of the model.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.passages import passage_bags
    >>> from discourse.features.topics import train
    >>> bags = passage_bags(encoded(["Fleet, anchor, anchor!", "Wheat, barn, barn, barn!"] * 10))
    >>> found = train(bags, k=2, iterations=50, seeds=1, max_share=1, top=2, min_passages_per_topic=5)
    >>> words = words_by_document(found, found.model, bags)["topic_words"]
    >>> words.groupby(["topic", "term"])["count"].sum().round().tolist()
    [30.0, 10.0, 20.0, 10.0]
    """
    counts = _of_terms(bags, trained.terms)[model.units["passage"].to_numpy(np.int64)]
    phi, theta = trained.topic_term.mean(0), model.values
    documents, code = np.unique(model.units["document"].to_numpy(np.int64), return_inverse=True)
    passage = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    of_all = _sums(theta, phi, passage, counts.indices)
    shape, parts, tokens = (len(documents), len(trained.terms)), [], {}
    for t, label in enumerate(model.columns):
        expected = counts.data * theta[passage, t] * phi[t, counts.indices] / of_all
        by_document = sparse.csr_array((expected, (code[passage], counts.indices)), shape=shape)
        tokens[label] = np.asarray(by_document.sum(1)).ravel()
        top = np.argsort(-np.asarray(by_document.sum(0)).ravel(), kind="stable")[:TOP]
        kept = sparse.coo_array(by_document[:, np.sort(top)])
        enough = kept.data >= LEAST
        row, column = kept.row[enough], np.sort(top)[kept.col[enough]]
        terms = np.array(trained.terms, object)[column]
        parts.append(
            pd.DataFrame({"topic": t + 1, "document": documents[row], "term": terms, "count": kept.data[enough]})
        )
    table = pd.concat(parts, ignore_index=True).sort_values(["topic", "document", "term"], ignore_index=True)
    return {"topic_words": table, "topic_tokens": pd.DataFrame({"document": documents, **tokens})}


def _of_terms(bags: Features, terms: list[str]) -> sparse.csr_array:
    """Frequencies of some terms, in their order."""
    place = pd.Index([str(c) for c in bags.columns], dtype=object).get_indexer(pd.Index(terms, dtype=object))
    return sparse.csr_array(sparse.csr_array(bags.values)[:, place])


def _sums(theta: np.ndarray, phi: np.ndarray, passage: np.ndarray, term: np.ndarray) -> np.ndarray:
    """Probability of each term in its passage."""
    result, step, by_term = np.empty(len(term)), max(BLOCK // theta.shape[1], 1), np.ascontiguousarray(phi.T)
    for start in range(0, len(term), step):
        some = slice(start, start + step)
        result[some] = np.einsum("nk,nk->n", theta[passage[some]], by_term[term[some]])
    return np.maximum(result, 1e-300)
