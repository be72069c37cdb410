"""What a topic model is told beside the counts: covariates of the passages, and seed words of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.encode.encoder import fold
from discourse.errors import UsageError, did_you_mean
from discourse.features.patterns import bare, wildcard
from discourse.features.topic_process import Guide

# What the prior of a seed in its topic has more than that of other terms: a share of its frequency, in tokens.
WEIGHT = 0.1
NONE = "(none)"  # the level of a passage whose covariate is not known

Level = tuple[str, str]  # a covariate and its value


class Seed(NamedTuple):
    """A word that a topic is seeded with: number of the topic, the word as it was given, columns of the terms that it matches."""

    topic: int
    word: str
    terms: np.ndarray


def seeds_in(terms: Sequence[str], seeded: Mapping[str, Sequence[str]]) -> list[Seed]:
    """The terms that seed words match, with their possessives; ``*`` stands for any letters.

    Parameters
    ----------
    terms : sequence of str
        Case-folded terms.
    seeded : mapping of str to sequence of str
        Seed words of each topic, by its name.

    Examples
    --------
    >>> terms = ["jobs", "ukraine", "ukraine's", "ukrainian"]
    >>> [(s.word, s.terms.tolist()) for s in seeds_in(terms, {"Ukraine": ["Ukrain*", "kyiv"], "Work": ["jobs"]})]
    [('Ukrain*', [1, 2, 3]), ('kyiv', []), ('jobs', [0])]
    """
    plain = [bare(t) for t in terms]
    found = []
    for topic, words in enumerate(seeded.values()):
        for word in words:
            pattern = wildcard(fold(word))
            hits = [k for k, pair in enumerate(zip(terms, plain)) if any(map(pattern.fullmatch, pair))]
            found.append(Seed(topic, word, np.array(hits, np.int64)))
    return found


def prior_of_seeds(seeds: Sequence[Seed], counts: np.ndarray, k: int) -> np.ndarray:
    """What the prior of each term in each topic has more than usual, in tokens; shape (n_terms, k).

    Parameters
    ----------
    seeds : sequence of Seed
        The first topics are the seeded ones.
    counts : ndarray, shape (n_terms,)
        Frequencies of the terms.
    k : int
        Number of topics.

    Examples
    --------
    >>> prior_of_seeds([Seed(1, "jobs", np.array([0]))], np.array([50, 9]), 2).tolist()
    [[0.0, 5.0], [0.0, 0.0]]
    """
    prior = np.zeros((len(counts), k))
    for seed in seeds:
        prior[seed.terms, seed.topic] = np.maximum(WEIGHT * counts[seed.terms], 1.0)
    return prior


def levels_of(units: pd.DataFrame, covariates: Sequence[str]) -> list[Level]:
    """The levels of covariates: every value that a passage has, sorted.

    Raises
    ------
    UsageError
        If the passages have no such column.

    Examples
    --------
    >>> levels_of(pd.DataFrame({"party": ["R", "D", None]}), ["party"])
    [('party', '(none)'), ('party', 'D'), ('party', 'R')]
    """
    for name in covariates:
        if name not in units.columns:
            raise UsageError(f'the passages have no column "{name}". {did_you_mean(name, list(units.columns))}')
    return [(name, value) for name in covariates for value in sorted(set(_values(units[name])))]


def coded(units: pd.DataFrame, levels: Sequence[Level]) -> np.ndarray:
    """Number of the level of each passage in each covariate; of one that is not among the levels their number.

    Examples
    --------
    >>> coded(pd.DataFrame({"party": ["R", "X"]}), [("party", "D"), ("party", "R")]).tolist()
    [[1], [2]]
    """
    number = {level: k for k, level in enumerate(levels)}
    names = list(dict.fromkeys(name for name, _ in levels))
    columns = [[number.get((name, v), len(levels)) for v in _values(units[name])] for name in names]
    return np.array(columns, np.int64).reshape(len(names), len(units)).T


def _values(column: pd.Series) -> list[str]:
    return [NONE if pd.isna(v) or str(v) == "" else str(v) for v in column]


def guide_of(
    terms: Sequence[str],
    counts: np.ndarray,
    units: pd.DataFrame,
    k: int,
    covariates: Sequence[str] = (),
    seeded: Mapping[str, Sequence[str]] | None = None,
) -> Guide | None:
    """What an engine is told: levels of the passages, and the prior of the seeds; None where there is neither.

    Parameters
    ----------
    terms : sequence of str
        The terms of the model.
    counts : ndarray, shape (n_terms,)
        Their frequencies.
    units : DataFrame
        The passages, with the covariates as columns.
    k : int
        Number of topics.
    covariates : sequence of str
        Columns.
    seeded : mapping of str to sequence of str, optional
        Seed words of topics, by their names.

    Raises
    ------
    UsageError
        For a covariate that is no column, and a topic without a seed among the terms.
    """
    if not covariates and not seeded:
        return None
    levels = levels_of(units, covariates)
    guide = Guide(coded(units, levels), len(levels))
    if not seeded:
        return guide
    seeds = seeds_in(terms, seeded)
    for topic, name in enumerate(seeded):
        if not any(len(s.terms) for s in seeds if s.topic == topic):
            raise UsageError(
                f'no seed word of the topic "{name}" is a term of the model: they are too rare, too frequent, or function words'
            )
    return Guide(guide.levels, guide.n_levels, prior_of_seeds(seeds, counts, k))


def seed_table(
    seeds: Sequence[Seed], names: Sequence[str], terms: Sequence[str], topic_term: np.ndarray, counts: np.ndarray
) -> pd.DataFrame:
    """The seeds in a model: how frequent they are, and how much of their topic they make.

    Parameters
    ----------
    seeds : sequence of Seed
        From `seeds_in`.
    names : sequence of str
        Names of the seeded topics.
    terms : sequence of str
        Terms of the model.
    topic_term : ndarray, shape (n_topics, n_terms)
        Probability of each term in each topic; the seeded topics first.
    counts : ndarray, shape (n_terms,)
        Frequencies.

    Returns
    -------
    DataFrame
        `item` (the topic), `seed` (as given), `term` (empty for a seed that matches none), `count`, `probability` (in the topic).
    """
    rows: list[tuple[str, str, str, int, float]] = []
    for seed in seeds:
        name = names[seed.topic]
        rows += [(name, seed.word, str(terms[w]), int(counts[w]), float(topic_term[seed.topic, w])) for w in seed.terms]
        if not len(seed.terms):
            rows.append((name, seed.word, "", 0, 0.0))
    return pd.DataFrame(rows, columns=["item", "seed", "term", "count", "probability"])
