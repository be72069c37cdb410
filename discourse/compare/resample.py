"""Bootstrap weights over documents or clusters, and intervals from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


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
    """

    group: np.ndarray
    names: Sequence[str]
    cluster: np.ndarray | None = None
    cluster_name: str = "document"
    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 1
    params: dict[str, object] = field(default_factory=dict)

    def documents(self, g: int) -> np.ndarray:
        """Indexes of the documents of a group."""
        return np.flatnonzero(self.group == g)

    def n_clusters(self, g: int) -> int:
        """Number of clusters in a group; of documents where no cluster is named."""
        inside = self.documents(g)
        return len(inside) if self.cluster is None else len(set(self.cluster[inside]))

    def weights(self, g: int, unit: str) -> np.ndarray | None:
        """How often each document of a group is drawn; float32, shape (resamples, n_documents of the group).

        None where a group has fewer than two units: one unit has no sampling variation to show.
        """
        inside = self.documents(g)
        if unit == "document" or self.cluster is None:
            codes = np.arange(len(inside))
        else:
            codes = pd.factorize(self.cluster[inside])[0]
        n = int(codes.max(initial=-1)) + 1
        if n < 2:
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


def simultaneous(estimate: np.ndarray, samples: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Intervals that hold for all items at once, so also for those selected by their size.

    The half-width is the standard error of each item times one critical value: the quantile of the largest
    studentised deviation over the family (max-t; Westfall & Young 1993, section 2.6, with the bootstrap).

    Parameters
    ----------
    estimate : ndarray, shape (n_items,)
        Estimates.
    samples : ndarray, shape (resamples, n_items)
        Bootstrap values.
    confidence : float
        Such as 0.95.

    Returns
    -------
    low, high : ndarray, shape (n_items,)
    critical : float
        The critical value, to be compared with 1.96 for a single item.
    """
    error = samples.std(0, ddof=1)
    usable = error > 1e-12
    if not usable.any():
        return np.full_like(estimate, np.nan), np.full_like(estimate, np.nan), float("nan")
    deviation = np.abs(samples[:, usable] - samples[:, usable].mean(0)) / error[usable]
    critical = float(np.quantile(deviation.max(1), confidence))
    half = np.where(usable, critical * error, np.nan)
    return estimate - half, estimate + half, critical
