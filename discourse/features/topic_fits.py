"""Several fits of one topic model, from different starts of the sampler, with their topics matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from discourse.features.topic_process import TopicModel

# Engines whose model does not depend on the seed: one fit is all that there is.
FIXED = ("nmf",)


def seeds_of(seed: int, n: int) -> list[int]:
    """Seeds of several fits: the first is that of the experiment, the others follow from it.

    Examples
    --------
    >>> seeds_of(7, 3)[0], len({*seeds_of(7, 3), *seeds_of(8, 3)})
    (7, 6)
    """
    # Not 7, 8, 9: an experiment with the seed 8 would share fits with this one.
    others = [int(np.random.SeedSequence([seed, k]).generate_state(1)[0] >> 1) for k in range(1, n)]
    return [seed, *others]


def fits_of(fit: Callable[[int], TopicModel], seeds: Sequence[int], workers: int = 1) -> list[TopicModel]:
    """Fits by seed, as many at a time as there are workers: each runs in a process of its own."""
    if workers <= 1:
        return [fit(s) for s in seeds]
    with ThreadPoolExecutor(min(workers, len(seeds))) as pool:
        return list(pool.map(fit, seeds))


def matched(reference: np.ndarray, other: np.ndarray, fixed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The topics of one model that are most like those of another, each taken once.

    Parameters
    ----------
    reference, other : ndarray, shape (n_topics, n_terms)
        Probability of each term in each topic.
    fixed : int
        The first topics, which are the same ones in both (seeded topics).

    Returns
    -------
    order : ndarray of int, shape (n_topics,)
        The topic of `other` for each of `reference`: the assignment with the largest sum of cosines (Kuhn 1955).
    cosine : ndarray, shape (n_topics,)
        Cosine of each pair.

    Examples
    --------
    >>> order, cosine = matched(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [0.6, 0.8]]))
    >>> order.tolist(), cosine.round(1).tolist()
    ([1, 0], [0.6, 1.0])
    """
    a, b = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (reference, other))
    cosine = a @ b.T
    order = np.concatenate([np.arange(fixed), fixed + linear_sum_assignment(-cosine[fixed:, fixed:])[1]])
    return order, cosine[np.arange(len(order)), order]


@dataclass(frozen=True)
class Matched:
    """Fits with the topics of each in the order of the one that fits best.

    Parameters
    ----------
    fits : sequence of TopicModel
        In the order of their seeds.
    reference : int
        Index of the fit with the highest likelihood.
    cosine : ndarray, shape (n_fits, n_topics)
        Cosine of the terms of each topic with those of the same topic in the reference.
    """

    fits: Sequence[TopicModel]
    reference: int
    cosine: np.ndarray

    @property
    def passage_topic(self) -> np.ndarray:
        """Mean prevalence over the fits."""
        return np.mean([f.passage_topic for f in self.fits], axis=0)

    @property
    def topic_term(self) -> np.ndarray:
        """Mean probability of the terms over the fits."""
        return np.mean([f.topic_term for f in self.fits], axis=0)

    @property
    def match(self) -> np.ndarray:
        """Mean cosine of each topic with the same topic of the reference, over the other fits; NaN where there is none."""
        others = np.delete(self.cosine, self.reference, axis=0)
        return others.mean(0) if len(others) else np.full(self.cosine.shape[1], np.nan)


def in_order(fit: TopicModel, order: np.ndarray) -> TopicModel:
    """A fit with its topics in another order."""
    return TopicModel(
        fit.passage_topic[:, order],
        fit.topic_term[order],
        fit.concentration[:, :, order],
        fit.prior[order],
        fit.fit,
        fit.coefficients[:, order] if fit.coefficients.size else fit.coefficients,
    )


def match_fits(fits: Sequence[TopicModel], fixed: int = 0) -> Matched:
    """Match the topics of all fits to those of the fit with the highest likelihood.

    Parameters
    ----------
    fits : sequence of TopicModel
        Of the same passages.
    fixed : int
        The first topics, which are the same ones in all fits (seeded topics).

    Returns
    -------
    Matched
    """
    reference = int(np.argmax([f.fit for f in fits]))
    result, cosines = [], []
    for f in fits:
        order, cosine = matched(fits[reference].topic_term, f.topic_term, fixed)
        cosines.append(cosine)
        result.append(in_order(f, order))
    return Matched(result, reference, np.stack(cosines))


def shares_by_document(
    fits: Sequence[TopicModel], units: pd.DataFrame, seed: int, labels: Sequence[str] = ()
) -> pd.DataFrame:
    """Tokens of each topic by document in each fit: expected ones, and draws from the posterior.

    Parameters
    ----------
    fits : sequence of TopicModel
        With matched topics.
    units : DataFrame
        The passages: `document`, `n_tokens`.
    seed : int
        Seed of the experiment.
    labels : sequence of str, optional
        Names of the topics; T1, T2... by default.

    Returns
    -------
    DataFrame
        `fit`, `draw` (0 is the expectation), `document`, and a column of numbers of tokens for each topic: T1, T2...
        Each draw takes the shares of each passage from its Dirichlet distribution in one state of the sampler.
    """
    documents, code = np.unique(units["document"].to_numpy(np.int64), return_inverse=True)
    weight = units["n_tokens"].to_numpy(float)
    by_document = sparse.csr_array((weight, (code, np.arange(len(code)))), shape=(len(documents), len(code)))
    parts = []
    for number, fit in enumerate(fits):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number, 1])))
        drawn = [fit.passage_topic]
        for concentration in fit.concentration:
            theta = rng.standard_gamma(np.maximum(concentration, 1e-12))
            # All of a passage's numbers can be 0 where its parameters are tiny.
            drawn.append(np.maximum(theta, 1e-300) / np.maximum(theta, 1e-300).sum(1, keepdims=True))
        for draw, theta in enumerate(drawn):
            table = pd.DataFrame((by_document @ theta).astype(np.float32))
            table.columns = list(labels) or [f"T{t + 1}" for t in range(theta.shape[1])]
            table.insert(0, "document", documents)
            table.insert(0, "draw", draw)
            table.insert(0, "fit", number)
            parts.append(table)
    return pd.concat(parts, ignore_index=True)
