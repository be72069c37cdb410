"""The topic engines, run as a process of their own: `topic_engine.py ENGINE COUNTS.npz MODEL.npz`.

An engine that is written in C++ can end its whole process: here that costs one model. Nothing of `discourse` is
imported, so that the process starts fast.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np


class Counts(NamedTuple):
    """Frequencies by passage, as a CSR matrix has them: passage `p` holds `terms[bounds[p] : bounds[p + 1]]`, in order.

    `levels` (passages x covariates) holds the number of the level of each covariate, numbered through; `seeded` (terms x topics) is
    what the prior of a term in a topic has more, in tokens. Both are empty where there are none.
    """

    bounds: np.ndarray
    terms: np.ndarray
    times: np.ndarray
    n_terms: int
    levels: np.ndarray = np.zeros((0, 0), np.int64)
    n_levels: int = 0
    seeded: np.ndarray = np.zeros((0, 0))


class Fitted(NamedTuple):
    """What an engine returns: as `TopicModel` in `topic_process.py`."""

    passage_topic: np.ndarray
    topic_term: np.ndarray
    concentration: np.ndarray
    prior: np.ndarray
    fit: float
    coefficients: np.ndarray = np.zeros((0, 0))


Engine = Callable[[Counts, int, int, int], Fitted]

# Priors of the sampler; alpha is optimised from here on. On passages of the State of the Union (K = 12, two seeds) the
# mean coherence (NPMI) is .195 after 300 iterations and .195 after 400, against .179 after 1,000 with alpha = 5 / k and
# eta = 0.01.
ALPHA, ETA = 0.1, 0.05
# States of the sampler that are kept, from the last part of its run; what the model is, is their mean.
STATES, APART = 5, 15
SIGMA = 1.0  # standard deviation of the prior of a coefficient of dmr, in natural logarithms


def _tomotopy(counts: Counts, k: int, seed: int, iterations: int) -> Fitted:
    tomotopy = pinned_tomotopy()
    return _sampled(tomotopy, tomotopy.LDAModel(k=k, seed=seed, alpha=ALPHA, eta=ETA), counts, iterations)


def _dmr(counts: Counts, k: int, seed: int, iterations: int) -> Fitted:
    """The prior of a passage is the exponential of a sum: a coefficient of the topic, and one for each level that it has."""
    tomotopy = pinned_tomotopy()
    model = tomotopy.DMRModel(k=k, seed=seed, alpha=_centre(counts), eta=ETA, sigma=SIGMA)
    return _sampled(tomotopy, model, counts, iterations)


def _sampled(tomotopy: Any, model: Any, counts: Counts, iterations: int) -> Fitted:
    """Run a sampler, and take means over the states at its end."""
    k, regression = model.k, isinstance(model, tomotopy.DMRModel)
    for term in np.flatnonzero(counts.seeded.any(1)):
        model.set_word_prior(str(term), (ETA + counts.seeded[term]).tolist())
    # Through a corpus: adding documents to the model one by one takes twice as long.
    corpus = tomotopy.utils.Corpus()
    for number, words in enumerate(_words(counts)):
        if regression:
            corpus.add_doc(words, multi_metadata=[str(v) for v in counts.levels[number]])
        else:
            corpus.add_doc(words)
    model.add_corpus(corpus)
    model.burn_in = iterations // 12
    step = max(iterations // APART, 1)
    documents: list[Any] = []
    states, fits, priors, coefficients, phi = [], [], [], [], np.zeros((k, counts.n_terms))
    for state in range(STATES):
        # One worker: with several the result depends on how they are scheduled.
        model.train(step if state else max(iterations - (STATES - 1) * step, 1), workers=1)
        # Not normalised these are the counts of the topics in a passage and the prior.
        documents = documents or list(model.docs)
        states.append(np.array([doc.get_topic_dist(normalize=False) for doc in documents], float))
        fits.append(model.ll_per_word)
        if regression:
            coefficients.append(_coefficients(model, counts))
        else:
            priors.append(np.array(model.alpha, float))
        order = [int(v) for v in model.used_vocabs]  # known when training has begun
        for t in range(k):
            phi[t, order] += model.get_topic_word_dist(t)
    concentration = np.stack(states)
    theta = (concentration / concentration.sum(2, keepdims=True)).mean(0)
    phi /= phi.sum(1, keepdims=True)
    fit = float(np.mean(fits))
    if not regression:
        return Fitted(theta, phi, concentration, np.mean(priors, 0), fit)
    mean = np.mean(coefficients, 0)
    prior = np.exp(mean[0] + mean[1 + counts.levels].sum(1)).mean(0)
    return Fitted(theta, phi, concentration, prior, fit, mean)


def _coefficients(model: Any, counts: Counts) -> np.ndarray:
    """That of the topics, then those of each level; shape (1 + n_levels, k). A level without a passage has the mean of the prior."""
    found = np.array(model.lambda_, float)[:, 0].T
    result = np.full((1 + counts.n_levels, model.k), np.log(_centre(counts)))
    result[[0, *(1 + int(v) for v in model.multi_metadata_dict)]] = found
    return result


def _centre(counts: Counts) -> float:
    """The exponential of the mean of the prior of every coefficient, so that the prior of a passage is around ALPHA."""
    return float(ALPHA ** (1 / (1 + counts.levels.shape[1])))


def _words(counts: Counts) -> Iterator[list[str]]:
    """The tokens of each passage, their numbers as words."""
    names = np.array([str(i) for i in range(counts.n_terms)], object)
    words = names[np.repeat(counts.terms, counts.times)].tolist()
    ends = np.concatenate([[0], np.cumsum(counts.times)])[counts.bounds].tolist()
    for start, stop in pairwise(ends):
        yield words[start:stop]


def pinned_tomotopy() -> Any:
    """The module tomotopy in its build for SSE2, which every x86-64 processor runs: others round sums in another order.

    Raises
    ------
    RuntimeError
        If it was imported before in another build.
    """
    intel = platform.machine().lower() in ("x86_64", "amd64")
    if intel:
        # Not "none" or "avx", for which the library silently takes the build for AVX-512.
        os.environ["TOMOTOPY_ISA"] = "sse2"  # read once, when the module is imported
    import tomotopy

    if intel and tomotopy.isa != "sse2":
        raise RuntimeError(
            f'tomotopy was imported in its build for "{tomotopy.isa}" before, and its models differ from those of the '
            'build for "sse2"'
        )
    return tomotopy


def _nmf(counts: Counts, k: int, seed: int, iterations: int) -> Fitted:
    from scipy import sparse
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    shape = (len(counts.bounds) - 1, counts.n_terms)
    matrix = sparse.csr_array((counts.times, counts.terms, counts.bounds), shape=shape)
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
    # This start is a singular value decomposition, not random factors: another seed gives the same model.
    model = NMF(n_components=k, init="nndsvd", random_state=seed, max_iter=max(iterations, 400), tol=1e-4)
    # A passage without any of the topics would have no shares.
    w = model.fit_transform(weighted) + 1e-12
    h = model.components_ + 1e-12
    none = np.zeros((0, shape[0], k))
    theta, phi = w / w.sum(1, keepdims=True), h / h.sum(1, keepdims=True)
    return Fitted(theta, phi, none, np.zeros(k), -float(model.reconstruction_err_))


def _gensim(counts: Counts, k: int, seed: int, iterations: int) -> Fitted:
    from gensim.models import LdaModel

    pairs = list(zip(counts.terms.tolist(), counts.times.tolist()))
    bounds = counts.bounds.tolist()
    corpus = [pairs[start:stop] for start, stop in pairwise(bounds)]
    model = LdaModel(
        corpus,
        num_topics=k,
        id2word={i: str(i) for i in range(counts.n_terms)},
        random_state=seed,
        passes=max(iterations // 100, 1),
        alpha="asymmetric",
        eta="auto",
    )
    # Its posterior of the shares: the variational Dirichlet distribution.
    gamma = np.asarray(model.inference(corpus)[0], float)
    theta = gamma / gamma.sum(1, keepdims=True)
    fit = float(model.log_perplexity(corpus))
    states = np.repeat(gamma[None], STATES, axis=0)
    return Fitted(theta, model.get_topics().astype(float), states, np.asarray(model.alpha, float), fit)


ENGINES: dict[str, Engine] = {"tomotopy": _tomotopy, "nmf": _nmf, "gensim": _gensim, "dmr": _dmr}


def main(arguments: Sequence[str]) -> None:
    """Fit the model that a file describes, and write it to another: arrays, no pickle."""
    engine, source, target = arguments
    with np.load(source, allow_pickle=False) as given:
        n_terms, k, seed, iterations, n_levels = (int(v) for v in given["numbers"])
        counts = Counts(
            given["bounds"], given["terms"], given["times"], n_terms, given["levels"], n_levels, given["seeded"]
        )
    np.savez(target, **ENGINES[engine](counts, k, seed, iterations)._asdict())


if __name__ == "__main__":
    main(sys.argv[1:])
