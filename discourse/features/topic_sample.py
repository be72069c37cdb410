"""Which passages of a large corpus a topic model is fitted on: a sample in proportion to the groups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

LEAST = 0.5  # of an equal share of the sample: what each group has at least


def words_of(identity: str) -> list[int]:
    """An identity as numbers: what a stream of random numbers of its own is seeded with.

    Examples
    --------
    >>> len(words_of("speech-1")), words_of("speech-1") == words_of("speech-2")
    (8, False)
    """
    return np.frombuffer(hashlib.sha256(identity.encode()).digest(), np.uint32).tolist()


def shares_of_sample(available: Sequence[int] | np.ndarray, size: int) -> np.ndarray:
    """How many passages of each group a sample takes: in proportion, but of no group less than half of an equal share.

    Parameters
    ----------
    available : sequence of int
        Passages of each group.
    size : int
        Passages of the sample.

    Returns
    -------
    ndarray of int64
        By group; together `size`, or all where there are no more. What is left over in rounding goes to the largest
        remainders.

    Examples
    --------
    >>> shares_of_sample([9000, 900, 100], 300).tolist()
    [200, 50, 50]
    >>> shares_of_sample([9000, 900, 10], 300).tolist()
    [240, 50, 10]
    """
    n = np.asarray(available, np.int64)
    if n.sum() <= size:
        return n
    least = np.minimum(n, int(size * LEAST / max((n > 0).sum(), 1)))
    # Groups that a proportional share would leave below the least are given it; the others share the rest.
    low = np.zeros(len(n), bool)
    while True:
        rest = size - least[low].sum()
        exact = np.where(low, least, rest * n / n[~low].sum())
        more = ~low & (exact < least)
        if not more.any():
            break
        low |= more
    taken = np.floor(exact).astype(np.int64)
    left = np.argsort(taken - exact, kind="stable")[: size - taken.sum()]
    taken[left] += 1
    return taken


def choose(units: pd.DataFrame, documents: Sequence[str], group: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Choose the passages that a model is fitted on.

    Parameters
    ----------
    units : DataFrame
        The passages, in the order of the corpus: `document`, a number.
    documents : sequence of str
        Id of each document.
    group : ndarray of int, shape (n_documents,)
        Group of each document, from 0; -1 outside: none of its passages is taken.
    size : int
        Passages to be taken; all where there are no more.
    seed : int
        Seed of the experiment.

    Returns
    -------
    ndarray of bool, shape (n_passages,)
        As many passages of each group as `shares_of_sample` says: those with the lowest random numbers. The number of a
        passage depends on the seed, the id of its document, and its place in the document alone, so that the same
        passages are taken however a corpus is cut into parts.

    Examples
    --------
    >>> units = pd.DataFrame({"document": [0, 0, 0, 1, 1, 2]})
    >>> choose(units, ["a", "b", "c"], np.array([0, 0, -1]), 3, seed=1).sum()
    np.int64(3)
    """
    document = units["document"].to_numpy(np.int64)
    stratum = np.asarray(group, np.int64)[document]
    number = np.zeros(len(units), np.float64)
    order = np.argsort(document, kind="stable")
    bounds = np.flatnonzero(np.diff(document[order], prepend=-1, append=-1))
    for start, stop in pairwise(bounds):
        rows = order[start:stop]
        stream = np.random.SeedSequence([seed, 3, *words_of(str(documents[document[rows[0]]]))])
        number[rows] = np.random.Generator(np.random.PCG64(stream)).random(len(rows))
    chosen = np.zeros(len(units), bool)
    n_groups = int(stratum.max(initial=-1)) + 1
    taken = shares_of_sample(np.bincount(stratum[stratum >= 0], minlength=n_groups), size)
    for g, n in enumerate(taken):
        rows = np.flatnonzero(stratum == g)
        chosen[rows[np.argsort(number[rows], kind="stable")[:n]]] = True
    return chosen
