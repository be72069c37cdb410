"""Levels of groups with their bootstrap intervals, and those of contrasts from the levels of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy import sparse
from scipy.special import ndtri

from discourse.compare.intervals import (
    Matrix,
    Moments,
    bca,
    from_scale,
    moments,
    percentile,
    recovered,
    studentised,
    to_scale,
)
from discourse.compare.quantities import Contrast, Quantities, Units
from discourse.compare.resample import Design

WIDEST = np.log(100)  # half-width on the logarithm or logit beyond which an interval says nothing


@dataclass(frozen=True)
class Bootstrapped:
    """The level of some groups: estimate and interval, each of shape (n_items,), and the level in each resample."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    samples: np.ndarray
    influence: np.ndarray


def as_observed(units: Sequence[Units]) -> Moments:
    """Sums over all units of some groups; one row."""
    return reduce(Moments.plus, (moments(u.y, u.x, np.ones((1, len(u.x)))) for u in units))


def resampled(
    q: Quantities, design: Design, units: Sequence[Units], drawn: Sequence[Moments], unit: str
) -> Bootstrapped:
    """The level of some groups together, with its interval of the kind that the design names.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Kind of interval and confidence.
    units : sequence of Units
        One for each group.
    drawn : sequence of Moments
        Sums of the resamples of each group.
    unit : {"document", "cluster"}
        What is resampled. Over documents the studentised interval is symmetric on the logarithm or logit; over clusters,
        which are few, on the level itself: a logarithm would reach to many times the highest of them.
    """
    both, whole = reduce(Moments.plus, drawn), as_observed(units)
    value, variance = (v[0] for v in q.level(whole))
    samples, variances = q.level(both)
    influence = np.zeros((0, len(value)))
    if design.interval == "studentised":
        free = q.prior is not None or unit == "cluster"
        bounds = (-np.inf, np.inf) if free else q.bounds
        wide = None if q.prior is not None else _jackknife(q, whole, units, bounds)
        low, high = _symmetric(q, design.confidence, (value, variance), (samples, variances), bounds, wide)
        if q.prior is None:
            low, high = _inside(q, units, low, high)
    elif design.interval == "bca":
        influence = np.concatenate([_influence(_without(q, whole, u)) for u in units])
        low, high = bca(samples, value, influence, design.confidence)
    else:
        low, high = percentile(samples, design.confidence)
    return Bootstrapped(value, low, high, samples, influence)


def _symmetric(
    q: Quantities,
    confidence: float,
    observed: tuple[np.ndarray, np.ndarray],
    drawn: tuple[np.ndarray, np.ndarray],
    bounds: tuple[float, float],
    jackknife: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Studentised interval, symmetric on the scale that the bounds give, from levels and their variances.

    The quantile of the resamples is that of linearised standard errors; it is multiplied by the jackknife's, where given,
    which does not fall short where a few units hold much (`benchmarks/populations.py`).
    """
    at, spread = to_scale(*observed, bounds)
    half = studentised(at, spread if jackknife is None else jackknife, *to_scale(*drawn, bounds), confidence)
    if q.prior is not None:
        # A term that few units contain hardly varies in the resamples, and is not certain for that.
        half = np.maximum(half, ndtri((1 + confidence) / 2) * np.sqrt(spread))
    half = np.where(half > (WIDEST if np.isfinite(bounds[0]) else np.finfo(float).max), np.nan, half)
    return from_scale(at - half, bounds), from_scale(at + half, bounds)


def _without(q: Quantities, whole: Moments, units: Units) -> np.ndarray:
    """The level without each unit of a group; shape (n_units, n_items)."""
    return q.value(whole.y - _dense(units.y), whole.x - units.x)


def _dense(values: Matrix) -> np.ndarray:
    return values if isinstance(values, np.ndarray) else np.asarray(values.toarray(order="C"))


def _influence(values: np.ndarray) -> np.ndarray:
    """Mean of the values without each unit of a group minus each of them, times (n - 1) / n."""
    n = len(values)
    return (values.mean(0) - values) * (n - 1) / n


def _jackknife(q: Quantities, whole: Moments, units: Sequence[Units], bounds: tuple[float, float]) -> np.ndarray:
    """Jackknife variance of a level on the scale of its interval (Efron & Tibshirani 1993, eq. 11.5); shape (n_items,)."""
    variance = np.zeros(len(q.items))
    for u in units:
        if sparse.issparse(u.y) and bounds == (0, np.inf):
            variance += _jackknife_of_rates(whole, u)
            continue
        values = to_scale(_without(q, whole, u), np.zeros(len(q.items)), bounds)[0]
        n = len(values)
        with np.errstate(invalid="ignore"):
            variance += (n - 1) / n * ((values - values.mean(0)) ** 2).sum(0)
    return variance


def _jackknife_of_rates(whole: Moments, units: Units) -> np.ndarray:
    """`_jackknife` of the logarithms of ratios of sparse counts over units of one group, from the counts that are stored.

    Without a unit the logarithm is log(Y - y) - log(X - x) and a constant: what x takes away is the same for all items, and what y
    takes away is 0 where a unit has none.
    """
    counts = sparse.csc_array(units.y)
    n, n_items = counts.shape
    column = np.repeat(np.arange(n_items), np.diff(counts.indptr))
    with np.errstate(divide="ignore", invalid="ignore"):
        without_y = np.log1p(-counts.data / whole.y[0][column])
        without_x = np.log(whole.x[0, 0] - units.x[:, 0])
        without_x -= without_x.mean()
        of_y, of_both, squares = (
            np.bincount(column, v, n_items)
            for v in (without_y, without_y * without_x[counts.indices], without_y * without_y)
        )
        squares = squares - of_y**2 / n - 2 * of_both + (without_x**2).sum()
        return np.asarray((n - 1) / n * np.where(whole.y[0] > 0, np.maximum(squares, 0), np.nan))


def _inside(q: Quantities, units: Sequence[Units], low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval within what the documents show: a ratio of their sums is never above the highest of them."""
    least, most = (np.stack(v) for v in zip(*(_extremes(q, u) for u in units)))
    return np.maximum(low, least.min(0)), np.minimum(high, most.max(0))


def _extremes(q: Quantities, units: Units) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest level of a document of some units; each of shape (n_items,)."""
    if not sparse.issparse(q.y):
        values = q.value(q.y[units.rows], q.x[units.rows])
        return values.min(0), values.max(0)
    counts = sparse.csr_array(q.y)[units.rows]
    size = np.repeat(q.x[units.rows, 0], np.diff(counts.indptr))
    # Of counts: a document without the item is at 0.
    rates = sparse.csr_array((q.scale * counts.data / size, counts.indices, counts.indptr), shape=counts.shape)
    return rates.min(axis=0).toarray().ravel(), rates.max(axis=0).toarray().ravel()


def correlation(q: Quantities, design: Design, contrast: Contrast, of_group: Mapping[int, Units]) -> np.ndarray:
    """Correlation of the levels of the parts of a contrast that share clusters, by linearisation.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Its clusters.
    contrast : Contrast
        Of two parts or more.
    of_group : mapping of int to Units
        Sums by cluster of each group.

    Returns
    -------
    ndarray, shape (n_parts, n_parts, n_items)
        A cluster adds d = (y - r x) / X to a level r = Y / X (with a prior, that of `log_odds_level`); the correlation is
        that of the d of the same cluster in two parts, which is 0 where a cluster is in one of them only.
    """
    names = sorted(design.overlapping)
    values = np.zeros((len(contrast.parts), len(names), len(q.items)))
    spread = np.zeros((len(contrast.parts), len(q.items)))
    for k, (_, groups) in enumerate(contrast.parts):
        whole = as_observed([of_group[g] for g in groups])
        for g in groups:
            u = of_group[g]
            d = _added(q, whole, _dense(u.y), u.x)
            spread[k] += (d**2).sum(0)
            place = {str(name): i for i, name in enumerate(design.clusters_of(u.rows, u.codes))}
            both = [i for i, name in enumerate(names) if name in place]
            values[k, both] += d[[place[names[i]] for i in both]]
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.einsum("ick,jck->ijk", values, values) / np.sqrt(spread[:, None] * spread[None])
    r = np.clip(np.nan_to_num(r), -1, 1)
    r[np.arange(len(r)), np.arange(len(r))] = 1
    return r


def _added(q: Quantities, whole: Moments, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What each unit adds to a level by linearisation, up to a factor."""
    if q.prior is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(y - whole.y / whole.x * x)
    alpha = q.alpha0 * q.prior
    a, b = whole.y + alpha, whole.x + q.alpha0 - whole.y - alpha
    return np.asarray(y / a - (x - y) / b)


def combined(
    contrast: Contrast, parts: Sequence[Bootstrapped], design: Design, correlation: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a contrast from the levels of its parts; that of the level itself where it has one part.

    `correlation` is that of the parts where they share clusters; the samples of the other kinds of interval are drawn
    jointly then.
    """
    if len(parts) == 1:
        return parts[0].low, parts[0].high
    if design.interval == "studentised":
        values, lows, highs = (np.stack([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
        return recovered(values, lows, highs, np.array([c for c, _ in contrast.parts]), correlation)
    samples = contrast([p.samples for p in parts])
    if design.interval == "bca":
        influence = np.concatenate([c * p.influence for (c, _), p in zip(contrast.parts, parts)])
        return bca(samples, contrast([p.value for p in parts]), influence, design.confidence)
    return percentile(samples, design.confidence)
