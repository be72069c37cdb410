"""Bootstrap weights over documents or clusters, and intervals from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.errors import DiscourseError


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
    words = np.frombuffer(hashlib.sha256("\0".join(names).encode()).digest(), np.uint32)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *map(int, words)])))


@dataclass(frozen=True)
class Design:
    """Which documents stand in which group, and what is resampled.

    Parameters
    ----------
    group : ndarray of int, shape (n_documents,)
        Index into `names`; -1 for documents outside.
    names : sequence of str
        Groups.
    cluster : ndarray of str, shape (n_documents,), optional
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

    Raises
    ------
    DiscourseError
        If a document of a group has no cluster.
    """

    group: np.ndarray
    names: Sequence[str]
    cluster: np.ndarray | None = None
    cluster_name: str = "document"
    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 1
    min_clusters: int = 5

    def __post_init__(self) -> None:
        if self.cluster is not None and pd.isna(self.cluster[self.group >= 0]).any():
            raise DiscourseError(
                f"{int(pd.isna(self.cluster[self.group >= 0]).sum())} documents have no {self.cluster_name}"
            )

    def documents(self, g: int) -> np.ndarray:
        """Indexes of the documents of a group."""
        return np.flatnonzero(self.group == g)

    def n_clusters(self, g: int) -> int:
        """Number of clusters in a group; of documents where no cluster is named."""
        inside = self.documents(g)
        return len(inside) if self.cluster is None else len(set(self.cluster[inside]))

    def weights(self, g: int, unit: str) -> np.ndarray | None:
        """How often each document of a group is drawn; float32, shape (resamples, n_documents of the group).

        None where a group has fewer than two documents, or fewer clusters than `min_clusters`: so few units do not show
        their sampling variation.
        """
        inside = self.documents(g)
        if unit == "document" or self.cluster is None:
            codes = np.arange(len(inside))
        else:
            codes = pd.factorize(self.cluster[inside])[0]
        n = int(codes.max(initial=-1)) + 1
        if n < (2 if unit == "document" or self.cluster is None else self.min_clusters):
            return None
        rng = stream(self.seed, "bootstrap", unit, str(self.names[g]))
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=self.resamples)
        return drawn[:, codes].astype(np.float32)


def interval(samples: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval along the first axis; NaN where fewer than nine in ten resamples are defined.

    Parameters
    ----------
    samples : ndarray, shape (resamples, ...)
        Bootstrap values.
    confidence : float
        Such as 0.95.

    Returns
    -------
    low, high : ndarray, shape (...)

    Examples
    --------
    >>> low, high = interval(np.arange(101.0)[:, None], 0.9)
    >>> round(float(low[0]), 6), round(float(high[0]), 6)
    (5.0, 95.0)
    """
    defined = np.isfinite(samples).mean(0) >= 0.9
    tail = (1 - confidence) / 2
    clean = np.where(np.isfinite(samples), samples, np.nan)
    with np.errstate(all="ignore"):
        safe = np.where(defined, clean, 0.0)
        low, high = np.nanquantile(safe, [tail, 1 - tail], axis=0)
    return np.where(defined, low, np.nan), np.where(defined, high, np.nan)
