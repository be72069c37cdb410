"""What is resampled: documents or clusters within groups, and the random numbers for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DiscourseError, did_you_mean
from discourse.shown import block, n_of

SHOWN_GROUPS = 3  # at a prompt
DRAWN = 50  # resamples drawn at once


def stream(seed: int, *names: str) -> np.random.Generator:
    """Random numbers that belong to one consumer: adding another does not change them.

    Parameters
    ----------
    seed : int
        The seed of the experiment.
    *names : str
        Name of the consumer.

    Examples
    --------
    >>> bool(stream(1, "keyness").random() == stream(1, "keyness").random())
    True
    """
    # A separator that no name holds: ("a b", "c") is another consumer than ("a", "b c").
    words = np.frombuffer(hashlib.sha256("\0".join(names).encode()).digest(), np.uint32)
    # PCG64 by name, as the generator behind `default_rng` may change between versions of numpy.
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *map(int, words)])))


FEW = 2**23  # weights that are kept in double precision
BLOCK, LEAST, NUMBERS = 250, 16, 2**24  # divisions at a time: as many, or fewer of many units


def at_a_time(n: int, most: int = BLOCK) -> int:
    """How many divisions of `n` units are made at a time, so that memory grows neither with their number nor with that of the units.

    Examples
    --------
    >>> at_a_time(1000), at_a_time(10**9)
    (250, 16)
    """
    return max(min(most, NUMBERS // max(n, 1)), LEAST)


def _draws(seed: int, unit: str, group: str, n: int, resamples: int) -> np.ndarray:
    """Bootstrap weights in double precision, the same for every quantity of as many units."""
    if n * resamples > FEW:
        return _drawn(seed, unit, group, n, resamples).astype(float)
    return _few_draws(seed, unit, group, n, resamples)


# Only the last ones are kept: 2,000 resamples of 1,000 units are 16 MB in double precision, and 2 MB as they are stored.
@lru_cache(maxsize=6)
def _few_draws(seed: int, unit: str, group: str, n: int, resamples: int) -> np.ndarray:
    drawn = _drawn(seed, unit, group, n, resamples).astype(float)
    # Shared by all who ask: a change by one would reach the others.
    drawn.setflags(write=False)
    return drawn


@lru_cache(maxsize=48)
def _drawn(seed: int, unit: str, group: str, n: int, resamples: int) -> np.ndarray:
    """How often each unit is drawn, in the smallest type that holds it."""
    rng, parts = stream(seed, "bootstrap", unit, group), [np.zeros((0, n), np.uint8)]
    for start in range(0, resamples, DRAWN) if n else ():
        part = rng.multinomial(n, np.full(n, 1 / n), size=min(DRAWN, resamples - start))
        parts.append(part.astype(np.min_scalar_type(part.max())))
    return np.concatenate(parts) if n else np.zeros((resamples, 0), np.uint8)


@dataclass(frozen=True)
class Bootstrap:
    """How often something is resampled, the confidence of the intervals, and the seed."""

    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 1


@dataclass(frozen=True)
class Design:
    """Which documents are in which group, and what is resampled.

    Parameters
    ----------
    group : ndarray of int, or sequence of labels, shape (n_documents,)
        Index into `names`, -1 for documents outside; or the label of each document, which becomes such an index: text, a
        Series or a Categorical. Documents without a label, or with one that is not among `names`, are outside.
    names : sequence of str
        Groups; the first is the study group where there are two. Where none are given: the labels in the order of their
        categories, or of the alphabet.
    cluster : ndarray or sequence of str, shape (n_documents,), optional
        Cluster of each document (the speaker, for instance).
    cluster_name : str
        What a cluster is.
    resamples : int
        Bootstrap resamples.
    confidence : float
        Of the intervals.
    seed : int
        Seed of the experiment.
    min_clusters : int
        Clusters that a group needs for an interval over clusters.
    interval : {"studentised", "percentile", "bca"}
        Kind of the intervals (see `discourse.compare.intervals`).
    min_containing : int
        Units of a group that must contain what is counted, for an interval.
    strata : ndarray of str, shape (n_documents,), optional
        Group labels are permuted only among documents of the same stratum.
    strata_name : str
        What a stratum is.
    kind, tokens : ndarray, shape (n_documents,), optional
        Kind (str) and length of each document: where no strata are named, labels are permuted among documents that are
        alike in them (`discourse.compare.strata`).
    contrasts : int
        Contrasts of the experiment: what is corrected for a family of items is corrected for all contrasts as well, by Bonferroni's
        inequality, which holds however the contrasts depend on each other (they share groups).

    Raises
    ------
    DiscourseError
        If a document of a group has no cluster, a name occurs among no labels, an index is not one of a name, or not all
        have a value for each document.

    Examples
    --------
    >>> print(Design(["Roe", "Lind", "Roe", None]))
    Design of 2 groups, 3 of 4 documents
      Lind: 1 document
      Roe: 2 documents
      intervals: 95% studentised, 2,000 resamples over documents
    >>> Design(["Roe", "Lind", "Roe"], ["Roe", "Lind"]).group.tolist()
    [0, 1, 0]
    """

    group: np.ndarray
    names: Sequence[str] = ()
    cluster: np.ndarray | None = None
    cluster_name: str = "document"
    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 1
    min_clusters: int = 5
    interval: str = "studentised"
    min_containing: int = 10
    strata: np.ndarray | None = None
    strata_name: str = ""
    kind: np.ndarray | None = None
    tokens: np.ndarray | None = None
    contrasts: int = 1

    def __post_init__(self) -> None:
        group, names = _codes(self.group, self.names)
        object.__setattr__(self, "group", group)
        object.__setattr__(self, "names", names)
        for name in ("cluster", "strata", "kind", "tokens"):
            values = getattr(self, name)
            if values is not None and not isinstance(values, np.ndarray):
                values = np.asarray(pd.Series(values), float if name == "tokens" else object)
                object.__setattr__(self, name, values)
            if values is not None and len(values) != len(group):
                raise DiscourseError(f"Design: {name} has {len(values):,} values for {len(group):,} documents")
        if self.cluster is not None and pd.isna(self.cluster[self.group >= 0]).any():
            raise DiscourseError(
                f"{int(pd.isna(self.cluster[self.group >= 0]).sum())} documents have no {self.cluster_name}"
            )

    @property
    def family_confidence(self) -> float:
        """Confidence of one contrast's family, so that all contrasts together err no more often than the confidence allows.

        Examples
        --------
        >>> round(Design(np.array([0, 1, 2]), ["a", "b", "c"], contrasts=5).family_confidence, 3)
        0.99
        """
        return 1 - (1 - self.confidence) / self.contrasts

    def __repr__(self) -> str:
        n = [len(self.documents(g)) for g in range(len(self.names))]
        title = f"Design of {n_of(len(n), 'group')}, {sum(n):,} of {n_of(len(self.group), 'document')}"
        clusters = [
            "" if self.cluster is None else f", {n_of(self.n_clusters(g), self.cluster_name)}" for g in range(len(n))
        ]
        lines = [(str(self.names[g]), n_of(n[g], "document") + clusters[g]) for g in range(len(n))]
        more = [("...", n_of(len(n) - SHOWN_GROUPS, "more group"))] if len(n) > SHOWN_GROUPS else []
        unit = "document" if self.cluster is None else self.cluster_name
        drawn = f"{100 * self.confidence:g}% {self.interval}, {self.resamples:,} resamples over {unit}s"
        return block(title, [*lines[:SHOWN_GROUPS], *more, ("intervals", drawn)])

    def number(self, group: int | str) -> int:
        """The index of a group, from its name or the index itself.

        Raises
        ------
        DiscourseError
            For a name or an index that is not there.

        Examples
        --------
        >>> Design(["Roe", "Lind"]).number("Roe")
        1
        """
        names = [str(n) for n in self.names]
        if isinstance(group, str) and group in names:
            return names.index(group)
        if isinstance(group, int | np.integer) and 0 <= group < len(names):
            return int(group)
        raise DiscourseError(f'there is no group "{group}". {did_you_mean(str(group), names)}')

    def require(self, n_documents: int, what: str) -> None:
        """Refuse what does not have a value for each document of this design."""
        if n_documents != len(self.group):
            raise DiscourseError(
                f"{what}: {n_documents:,} documents, but {len(self.group):,} in the design. Take the groups from the "
                "documents of the corpus (corpus.documents), which may lack some of those that were read"
            )

    def needed_containing(self, unit: str) -> int:
        """Units of a group that must contain an item for an interval; of clusters no more than a group must have."""
        return min(self.min_containing, self.min_clusters) if unit == "cluster" else self.min_containing

    def documents(self, g: int) -> np.ndarray:
        """Indexes of the documents of a group."""
        return np.flatnonzero(self.group == g)

    def n_clusters(self, g: int) -> int:
        """Number of clusters in a group; of documents where no cluster is named."""
        inside = self.documents(g)
        return len(inside) if self.cluster is None else len(set(self.cluster[inside]))

    def units(self, rows: np.ndarray, unit: str) -> np.ndarray:
        """Number of the unit of each of these documents, from 0; a cluster in two groups is a unit in each."""
        if unit == "document" or self.cluster is None:
            return np.arange(len(rows))
        return pd.factorize(pd.Series(list(zip(self.group[rows].tolist(), self.cluster[rows]))))[0]

    @cached_property
    def memo(self) -> dict[tuple[Any, ...], Any]:
        """What follows from the design and is asked for again and again, by what was asked."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        # What is kept for a while is not stored.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @cached_property
    def overlapping(self) -> frozenset[str]:
        """Clusters with documents in more than one group: people who speak in both eras."""
        if self.cluster is None:
            return frozenset()
        inside = self.group >= 0
        pairs = set(zip(self.cluster[inside].astype(str).tolist(), self.group[inside].tolist()))
        n_groups = Counter(name for name, _ in pairs)
        return frozenset(name for name, n in n_groups.items() if n > 1)

    def clusters_of(self, rows: np.ndarray, codes: np.ndarray) -> list[str]:
        """Name of the cluster of each unit, from its documents and their units."""
        assert self.cluster is not None
        return [str(c) for c in self.cluster[rows[np.unique(codes, return_index=True)[1]]]]

    def drawn_of(self, g: int, rows: np.ndarray, codes: np.ndarray, unit: str) -> np.ndarray:
        """How often each unit of a group is drawn; the smallest unsigned integers, shape (resamples, n_units).

        For percentile and BCa intervals a cluster in several groups is drawn in all of them at once: clusters are then drawn
        from those of all groups together. (The studentised interval takes each level alone, and the correlation of levels
        from their values.)

        Parameters
        ----------
        g : int
            The group.
        rows, codes : ndarray of int
            Its documents, and the number of the unit of each.
        unit : {"document", "cluster"}
            What is drawn.
        """
        n = int(codes.max(initial=-1)) + 1
        if unit == "document" or self.interval == "studentised" or not self.overlapping:
            return _drawn(self.seed, unit, str(self.names[g]), n, self.resamples)
        names = sorted(set(self.cluster[self.group >= 0].astype(str)))  # type: ignore[index]
        every = _drawn(self.seed, "cluster", "\0all groups", len(names), self.resamples)
        place = {name: k for k, name in enumerate(names)}
        return every[:, [place[name] for name in self.clusters_of(rows, codes)]]

    def draws(self, g: int, n: int, unit: str) -> np.ndarray:
        """How often each of `n` units of a group is drawn; float64, shape (resamples, n)."""
        return _draws(self.seed, unit, str(self.names[g]), n, self.resamples)

    def drawn(self, g: int, n: int, unit: str) -> np.ndarray:
        """`draws` in the smallest unsigned integers."""
        return _drawn(self.seed, unit, str(self.names[g]), n, self.resamples)

    def weights(self, g: int, unit: str) -> np.ndarray | None:
        """How often each document of a group is drawn; float64, shape (resamples, n_documents of the group).

        None where a group has fewer than two documents, or fewer clusters than `min_clusters`: so few units do not show
        their sampling variation.
        """
        codes = self.units(self.documents(g), unit)
        n = int(codes.max(initial=-1)) + 1
        if n < (2 if unit == "document" or self.cluster is None else self.min_clusters):
            return None
        return self.draws(g, n, unit)[:, codes]


def _codes(group: Any, names: Sequence[Any]) -> tuple[np.ndarray, Sequence[Any]]:
    """Index of the group of each document, and the names of the groups."""
    codes = group if isinstance(group, np.ndarray) else np.asarray(pd.Series(group))
    if len(names) and codes.dtype.kind in "iu":
        outside = codes[(codes < -1) | (codes >= len(names))]
        if len(outside):
            raise DiscourseError(
                f"Design: group {outside[0]} is not the index of one of {len(names)} names, counted from 0 (-1: outside)"
            )
        return codes, names
    labels = pd.Series(group)
    wanted, present = [str(n) for n in names], _labels(labels)
    missing = [n for n in wanted if n not in present]
    if missing:
        raise DiscourseError(f'Design: no document has the label "{missing[0]}". {did_you_mean(missing[0], present)}')
    if not present:
        raise DiscourseError("Design: no document has a label")
    place = {name: g for g, name in enumerate(wanted or present)}
    return np.array([-1 if pd.isna(v) else place.get(str(v), -1) for v in labels], np.int64), wanted or present


def _labels(values: pd.Series) -> list[str]:
    """The labels that occur, in the order of their categories, or else sorted."""
    found = set(values.dropna())
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [str(c) for c in values.dtype.categories if c in found]
    try:
        return [str(v) for v in sorted(found)]
    except TypeError:  # text and numbers
        return sorted(map(str, found))
