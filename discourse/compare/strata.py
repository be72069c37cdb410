"""Within which strata labels are permuted, and whether what is permuted is alike at all.

A permutation test asks whether labels matter among units that would be alike without them. Documents of another kind or
length are not: their counts vary more or less, so that a test that exchanges them finds differences where there are none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare.resample import Design

SHARED = 0.8  # share of the units of each part in kinds that all parts have, for the kinds to be strata
LEAST = 20  # units in a stratum of length
LEFT = (
    0.7  # share of the variance of the labels that strata must leave within them, for something to be left to permute
)
MOST = 4  # strata of length
APART = 0.8  # probability that a unit of one part is longer than one of the other, from which they are not exchangeable


class Strata(NamedTuple):
    """Strata of the units of a contrast.

    Parameters
    ----------
    codes : ndarray of int, shape (n_units,)
        Number of the stratum of each unit.
    columns : tuple of str
        What is the same within a stratum; empty where all units are exchanged with all.
    paired : int
        Clusters that are in several parts, each a stratum of its own.
    longer : float
        Probability that a unit of the first part is longer than one of the second in its stratum (Mann & Whitney 1947).
    apart : bool
        Whether lengths of two parts hardly overlap, so that their units are not exchangeable.
    """

    codes: np.ndarray
    columns: tuple[str, ...]
    paired: int
    longer: float
    apart: bool


def strata_of(design: Design, rows: np.ndarray, codes: np.ndarray, label: np.ndarray, unit: str) -> Strata:
    """Strata within which the labels of units are permuted.

    A cluster that is in several parts is a stratum: its labels are exchanged with each other (a paired test). The others
    are permuted within the column that the design names (`Design.strata`), else within kinds of documents and within
    strata of length, as far as these leave something to permute.

    Parameters
    ----------
    design : Design
        Clusters, strata, and the kind and tokens of each document, as far as they are known.
    rows : ndarray of int, shape (n_documents,)
        Documents of the contrast.
    codes : ndarray of int, shape (n_documents,)
        Number of the unit of each, from 0.
    label : ndarray of int, shape (n_units,)
        Part of the contrast to which each unit belongs.
    unit : {"document", "cluster"}
        What a unit is.

    Examples
    --------
    >>> tokens = np.r_[np.arange(100, 140), np.arange(100, 140)]
    >>> design = Design(np.repeat([0, 1], 40), ["a", "b"], tokens=tokens)
    >>> found = strata_of(design, np.arange(80), np.arange(80), design.group, "document")
    >>> np.bincount(found.codes).tolist(), found.columns, found.apart
    ([20, 20, 20, 20], ('length',), False)
    >>> longer = Design(design.group, design.names, tokens=tokens + 100 * design.group)
    >>> strata_of(longer, np.arange(80), np.arange(80), design.group, "document").apart
    True
    """
    first = np.unique(codes, return_index=True)[1]
    strata, columns = np.zeros(len(label), np.int64), []
    paired = _paired(design, rows, codes, label, unit)
    free = ~paired
    tokens = None if design.tokens is None else np.bincount(codes, design.tokens[rows])
    if design.strata is not None:
        strata = pd.factorize(pd.Series(design.strata[rows][first]).astype(str), sort=True)[0]
        columns.append(design.strata_name)
    else:
        kinds = _kinds(design, rows, codes, label)
        if kinds is not None:
            strata, columns = kinds, ["kind"]
        if tokens is not None:
            lengths = _lengths(tokens, label, np.where(free, strata, -1))
            if lengths.any():
                strata = pd.factorize(strata * MOST + lengths, sort=True)[0]
                columns.append("length")
    n_paired = 0
    if paired.any():
        # After the strata of the others, one of its own for each cluster.
        own = pd.factorize(pd.Series(design.cluster[rows][first][paired]).astype(str))[0]  # type: ignore[index]
        strata = strata.copy()
        strata[paired] = own + strata.max(initial=0) + 1
        n_paired = int(own.max()) + 1
        columns = columns if free.any() else []
    longer = 0.5 if tokens is None else _longer(tokens, label, strata)
    return Strata(strata, tuple(columns), n_paired, longer, not 1 - APART <= longer <= APART)


def kish(x: np.ndarray) -> float:
    """Effective number of units of unequal weights: the square of their sum over the sum of their squares (Kish 1965).

    Examples
    --------
    >>> kish(np.array([1, 1, 1, 1])), kish(np.array([1, 0, 0, 0]))
    (4.0, 1.0)
    """
    x = np.asarray(x, float)
    return float(x.sum() ** 2 / (x**2).sum())


def _paired(design: Design, rows: np.ndarray, codes: np.ndarray, label: np.ndarray, unit: str) -> np.ndarray:
    """Units of clusters that are in several parts; documents as the units are in one."""
    if design.cluster is None or unit == "document":
        return np.zeros(len(label), bool)
    first = np.unique(codes, return_index=True)[1]
    table = pd.DataFrame({"cluster": design.cluster[rows][first], "label": label})
    return (table.groupby("cluster")["label"].transform("nunique") > 1).to_numpy()


def _kinds(design: Design, rows: np.ndarray, codes: np.ndarray, label: np.ndarray) -> np.ndarray | None:
    """Kinds of the units where each part has most of its units in kinds that all parts have; others are one kind."""
    if design.kind is None:
        return None
    table = pd.DataFrame({"unit": codes, "kind": pd.Series(design.kind[rows]).astype(str)})
    # Clusters of documents of several kinds have none.
    if (table.groupby("unit")["kind"].nunique() > 1).any():
        return None
    kind = table.groupby("unit")["kind"].first()
    parts = pd.crosstab(kind, label)
    shared = (parts > 0).all(axis=1)
    if shared.sum() < 2 or (parts[shared].sum() < SHARED * parts.sum()).any():
        return None
    kinds = pd.factorize(kind.where(kind.map(shared), ""), sort=True)[0]
    return kinds if _left(label, kinds) >= LEFT else None


def _lengths(tokens: np.ndarray, label: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Number of the stratum of length of each unit within its stratum (-1 is none); as many as leave all parts in each."""
    result = np.zeros(len(label), np.int64)
    parts = len(set(label.tolist()))
    for stratum in set(strata[strata >= 0].tolist()):
        inside = np.flatnonzero(strata == stratum)
        # Units of the same length may fall on either side of a bound: in the order of the corpus.
        rank = tokens[inside].argsort(kind="stable").argsort()
        for n in range(min(MOST, len(inside) // LEAST), 1, -1):
            part = rank * n // len(inside)
            if len(set(label[inside].tolist())) == parts and _left(label[inside], part) >= LEFT:
                result[inside] = part
                break
    return result


def _left(label: np.ndarray, strata: np.ndarray) -> float:
    """Share of the variance of the labels that is within strata: 1 where each has all labels in the same proportions."""
    counts = pd.crosstab(strata, label).to_numpy().astype(float)
    n, every = counts.sum(1), counts.sum(0)
    within = n.sum() - (counts**2 / n[:, None]).sum()
    whole = every.sum() - (every**2).sum() / every.sum()
    return float(within / whole) if whole > 0 else 0.0


def _longer(tokens: np.ndarray, label: np.ndarray, strata: np.ndarray) -> float:
    """Probability that a unit of the first of two parts is longer than one of the second in its stratum."""
    if len(set(label.tolist())) != 2:
        return 0.5
    wins, pairs = 0.0, 0
    for stratum in set(strata.tolist()):
        one, other = (tokens[(strata == stratum) & (label == k)] for k in (0, 1))
        if len(one) and len(other):
            ranks = pd.Series(np.concatenate([one, other])).rank().to_numpy()[: len(one)]
            wins += float(ranks.sum() - len(one) * (len(one) + 1) / 2)
            pairs += len(one) * len(other)
    return wins / pairs if pairs else 0.5
