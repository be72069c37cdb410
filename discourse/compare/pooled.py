"""Partial pooling over few clusters: what a typical speaker does, and each speaker's level drawn toward it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare.intervals import by_unit
from discourse.compare.quantities import Quantities
from discourse.compare.resample import Design

FEW = 15  # clusters of a group below which the report shows partial pooling beside the interval over clusters
REPEATS = 100  # steps of Newton's method; a few suffice


class RandomEffects(NamedTuple):
    """Mean of the distribution of effects, its standard error (Hartung-Knapp), degrees of freedom, variance between effects."""

    mean: float
    error: float
    df: int
    between: float


def random_effects(effect: np.ndarray, variance: np.ndarray) -> RandomEffects:
    """A random-effects mean: variance between by Paule & Mandel (1982), error by Hartung & Knapp (2001).

    Parameters
    ----------
    effect, variance : ndarray, shape (n,)
        Estimates, and the variance of each around what it estimates.

    Returns
    -------
    RandomEffects
        The mean divided by `error` has a t distribution with `df` = n - 1 degrees of freedom.

    Examples
    --------
    >>> found = random_effects(np.array([1.0, 2.0, 4.0, 3.0]), np.array([0.1, 0.2, 0.3, 0.1]))
    >>> [round(v, 4) for v in (found.mean, found.error, found.between)]
    [2.4637, 0.6416, 1.4755]
    """
    n, between = len(effect), 0.0
    for _ in range(REPEATS):
        # Newton's method on Q(between) = n - 1 (DerSimonian & Kacker 2007).
        weight = 1 / (variance + between)
        mean = (weight * effect).sum() / weight.sum()
        excess = (weight * (effect - mean) ** 2).sum() - (n - 1)
        slope = (weight**2 * (effect - mean) ** 2).sum()
        if slope == 0 or (excess < 0 and between == 0) or abs(excess) < 1e-12 * n:
            break
        between = max(between + excess / slope, 0.0)
    weight = 1 / (variance + between)
    mean = (weight * effect).sum() / weight.sum()
    error = np.sqrt((weight * (effect - mean) ** 2).sum() / (n - 1) / weight.sum())
    return RandomEffects(float(mean), float(error), n - 1, float(between))


class Pooled(NamedTuple):
    """The level of a typical cluster of a group with its interval, and a row for each cluster."""

    effects: RandomEffects
    low: float
    high: float
    clusters: pd.DataFrame


def pooled(q: Quantities, design: Design, group: int) -> Pooled | None:
    """Partial pooling of the clusters of one group, for quantities of one item.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups and clusters.
    group : int
        The group.

    Returns
    -------
    Pooled or None
        A cluster's level r = y / x has the variance s2 / x around its own expectation, with s2 = sum of (y - r x)^2 / x over
        documents by their number minus that of clusters: the spread of documents around their cluster. The expectations
        are draws from a distribution whose mean is that of a typical cluster (each counts alike, however much it says).
        `clusters` has `cluster`, `n_documents`, `level`, and `pooled`, `low`, `high`: the level drawn toward the mean (Efron &
        Morris 1975), with the error of the mean. All within the bounds of the quantities. None where there are
        fewer than three clusters, or no cluster has two documents.

    Examples
    --------
    >>> design = Design(np.zeros(6, int), ["a"], np.array(list("uuvvww"), object), "speaker")
    >>> q = Quantities("rate", np.array([[1], [3], [9], [11], [4], [6.0]]), np.full(6, 100.0), ["x"], 100)
    >>> found = pooled(q, design, 0)
    >>> round(found.effects.mean, 1), found.clusters["pooled"].round(1).tolist()
    (5.7, [2.2, 9.7, 5.0])
    """
    u = q.units(design, [group], "cluster")
    n, documents = len(u.x), len(u.rows)
    if design.cluster is None or n < 3 or documents == n:
        return None
    y, x = q.y[u.rows], q.x[u.rows]
    y = (y if isinstance(y, np.ndarray) else y.toarray())[:, 0]
    sums, size = by_unit(y[:, None], u.codes)[:, 0], u.x[:, 0]
    level = sums / size
    spread = ((y - level[u.codes] * x[:, 0]) ** 2 / x[:, 0]).sum() / (documents - n)
    # Where documents do not differ within clusters at all, each is known, but not to more than rounding.
    variance = np.maximum(spread / size, 1e-12 * (np.abs(level).max() ** 2 + 1e-300))
    found = random_effects(level, variance)
    kept = found.between / (found.between + variance)
    drawn = kept * level + (1 - kept) * found.mean
    error = np.sqrt(kept * variance + ((1 - kept) * found.error) ** 2)
    t = stats.t.ppf((1 + design.confidence) / 2, found.df)

    def inside(value: np.ndarray | float) -> np.ndarray:
        return np.clip(np.asarray(q.scale * value, float), *q.bounds)

    table = pd.DataFrame(
        {
            "cluster": design.clusters_of(u.rows, u.codes),
            "n_documents": np.bincount(u.codes),
            "level": q.scale * level,
            "pooled": inside(drawn),
            "low": inside(drawn - t * error),
            "high": inside(drawn + t * error),
        }
    )
    s = q.scale
    scaled = RandomEffects(s * found.mean, s * found.error, found.df, s * s * found.between)
    reach = t * found.error
    return Pooled(scaled, float(inside(found.mean - reach)), float(inside(found.mean + reach)), table)


def difference(one: Pooled, other: Pooled, confidence: float) -> tuple[float, float, float]:
    """The difference of two typical clusters and its interval (Welch 1947); for groups without a cluster in common.

    Examples
    --------
    >>> nobody = pd.DataFrame()
    >>> a, b = (Pooled(RandomEffects(m, 1.0, 9, 1.0), 0.0, 0.0, nobody) for m in (5.0, 2.0))
    >>> [round(v, 2) for v in difference(a, b, 0.95)]
    [3.0, 0.03, 5.97]
    """
    parts = (one.effects, other.effects)
    error = float(np.hypot(parts[0].error, parts[1].error))
    df = error**4 / sum(p.error**4 / p.df for p in parts) if error > 0 else 1.0
    reach = float(stats.t.ppf((1 + confidence) / 2, df) * error)
    estimate = one.effects.mean - other.effects.mean
    return estimate, estimate - reach, estimate + reach
