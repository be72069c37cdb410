"""Levels of groups with their bootstrap intervals, and those of contrasts from the levels of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy.special import ndtri

from discourse.compare.intervals import (
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


def resampled(q: Quantities, design: Design, units: Sequence[Units], drawn: Sequence[Moments]) -> Bootstrapped:
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
    """
    both, whole = reduce(Moments.plus, drawn), as_observed(units)
    value, variance = (v[0] for v in q.level(whole))
    samples, variances = q.level(both)
    influence = np.zeros((0, len(value)))
    if design.interval == "studentised":
        low, high = _symmetric(q, design.confidence, (value, variance), (samples, variances))
    elif design.interval == "bca":
        influence = np.concatenate([_influence(q, whole, u) for u in units])
        low, high = bca(samples, value, influence, design.confidence)
    else:
        low, high = percentile(samples, design.confidence)
    return Bootstrapped(value, low, high, samples, influence)


def _symmetric(
    q: Quantities, confidence: float, observed: tuple[np.ndarray, np.ndarray], drawn: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Studentised interval, symmetric on the logarithm or logit, from levels and their variances."""
    # Log-odds are on the scale already.
    bounds = q.bounds if q.prior is None else (-np.inf, np.inf)
    at, spread = to_scale(*observed, bounds)
    half = studentised(at, spread, *to_scale(*drawn, bounds), confidence)
    if q.prior is not None:
        # A term that few units contain hardly varies in the resamples, and is not certain for that.
        half = np.maximum(half, ndtri((1 + confidence) / 2) * np.sqrt(spread))
    if np.isfinite(bounds[0]):
        half = np.where(half > WIDEST, np.nan, half)
    return from_scale(at - half, bounds), from_scale(at + half, bounds)


def _influence(q: Quantities, whole: Moments, units: Units) -> np.ndarray:
    """Mean of the values without each unit of a group minus each of them, times (n - 1) / n."""
    y = units.y if isinstance(units.y, np.ndarray) else units.y.toarray()
    values = q.value(whole.y - y, whole.x - units.x)
    n = len(values)
    return (values.mean(0) - values) * (n - 1) / n


def combined(contrast: Contrast, parts: Sequence[Bootstrapped], design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a contrast from the levels of its parts; that of the level itself where it has one part."""
    if len(parts) == 1:
        return parts[0].low, parts[0].high
    if design.interval == "studentised":
        values, lows, highs = (np.stack([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
        return recovered(values, lows, highs, np.array([c for c, _ in contrast.parts]))
    samples = contrast([p.samples for p in parts])
    if design.interval == "bca":
        influence = np.concatenate([c * p.influence for (c, _), p in zip(contrast.parts, parts)])
        return bca(samples, contrast([p.value for p in parts]), influence, design.confidence)
    return percentile(samples, design.confidence)
