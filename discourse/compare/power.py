"""The smallest difference that a corpus can show, and the documents that an observed one would need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare.intervals import Moments, from_scale, moments, to_scale
from discourse.compare.levels import as_observed, resampled
from discourse.compare.permutation import null_statistics
from discourse.compare.quantities import Contrast, Quantities, Units
from discourse.compare.resample import Design

MOST = np.log(40)  # the largest change that is tried, on the logarithm or logit
STEPS = np.linspace(0, 1, 17)[1:] ** 2  # shares of it that are tried first
HALVINGS = 8  # of the step that is found, for more digits


@dataclass(frozen=True)
class Criteria:
    """What a difference must pass to be called one, beside its interval and its own test.

    Parameters
    ----------
    others : ndarray, shape (n_permutations,), optional
        The largest statistic of the other members of its family under each permutation (max-T).
    nulls : mapping of int to ndarray, shape (n_items,)
        By part of the contrast: the difference that its nulls (halves, placebo dates) reach in the share of the level.
    """

    others: np.ndarray | None = None
    nulls: Mapping[int, np.ndarray] = field(default_factory=dict)


def smallest_differences(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    *,
    unit: str = "document",
    power: float = 0.8,
    critical: tuple[np.ndarray, np.ndarray, float] | None = None,
    criteria: Criteria | None = None,
) -> pd.DataFrame:
    """The smallest contrast that would be called a difference in a corpus of this kind and size.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, confidence.
    contrast : Contrast
        What is set against what.
    unit : {"document", "cluster"}
        The unit.
    power : float
        Share of corpora in which it is to be found.
    critical : (ndarray, ndarray, float), optional
        c1, c2 of shape (n_items,) and s0 of a criterion contrast > c1 (standard error + s0) or contrast < -c2 (standard
        error + s0), such as that of simultaneous intervals, in the place of all else.
    criteria : Criteria, optional
        What else a difference must pass; its interval and its own permutation test by default.

    Returns
    -------
    DataFrame
        `item`, `estimate`, `smallest` (in the unit of the estimate and its direction), `opposite` (in the other
        direction), `factor`: by how much both groups would have to grow to show the observed contrast with this power,
        units taken to be as variable (1 or less where they suffice). Infinite where no possible difference is found: a
        fall cannot be larger than the level of the reference, and where too few units contain the item no interval is given.

    Notes
    -----
    Of two groups the second is left as it is. The level of the first is moved away from that of the second, on the
    scale of the intervals (logarithm of a rate, logit of a share or an evaluation), and with it the level, the standard
    error and the bounds of every bootstrap resample, until the interval excludes 0, the statistic passes the critical
    value of the permutations of counts so changed, and the nulls are smaller, in the share `power` of the resamples.
    Where the level moves towards a bound the relative error grows as that of counts does, and nowhere does it shrink:
    what is printed errs on the side of too large a difference.

    Trends, log-odds and items that one group lacks are shifted: with e the error of a bootstrap resample (its contrast
    minus the observed one) and s its standard error, a true contrast d would be found in it if d + e > c s, so that d
    must reach the quantile `power` of c s - e; for a negative one, of c s + e.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> rng = np.random.default_rng(1)
    >>> design = Design(np.repeat([0, 1], 200), ["a", "b"], resamples=500)
    >>> q = Quantities("means", rng.normal(0, 1, (400, 1)), np.ones(400), ["x"], bounds=(-np.inf, np.inf))
    >>> float(smallest_differences(q, design, pair(design, 0, 1))["smallest"][0].round(1))  # (1.96 + 0.84) * 0.1
    0.3
    """
    parts = [_part(q, design, groups, unit) for _, groups in contrast.parts]
    observed = contrast([p.value for p in parts])
    coefficients = [c for c, _ in contrast.parts]
    ways = _shifted(q, design, contrast, unit, parts, power, critical)
    if critical is None and q.prior is None and coefficients == [1.0, -1.0]:
        moved = _moved(q, design, contrast, unit, parts, power, criteria or Criteria())
        ways = [np.where(np.isnan(m), w, m) for m, w in zip(moved, ways)]
    if q.prior is None:
        ways = _possible(q, contrast, parts, ways)
    up = observed >= 0
    smallest, opposite = np.where(up, *ways), np.where(up, *ways[::-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        # Standard errors shrink with the square root of the number of units.
        factor = (smallest / np.abs(observed)) ** 2
    return pd.DataFrame(
        {"item": list(q.items), "estimate": observed, "smallest": smallest, "opposite": opposite, "factor": factor}
    )


class _Part(NamedTuple):
    """One part of a contrast: as observed, each of shape (n_items,), and in each resample, (resamples, n_items).

    `at` and `spread` are level and standard error on the scale of the intervals, which reach from `below` standard errors below the level
    to `above` above it. `interval`: whether as many units of the resample contain the item as an interval needs.
    """

    value: np.ndarray
    variance: np.ndarray
    at: np.ndarray
    spread: np.ndarray
    below: np.ndarray
    above: np.ndarray
    levels: np.ndarray
    variances: np.ndarray
    ats: np.ndarray
    spreads: np.ndarray
    interval: np.ndarray


def _scale_bounds(q: Quantities) -> tuple[float, float]:
    # Log-odds are on the scale already.
    return q.bounds if q.prior is None else (-np.inf, np.inf)


def _part(q: Quantities, design: Design, groups: Sequence[int], unit: str) -> _Part:
    """One part of a contrast."""
    bounds = _scale_bounds(q)
    units = [q.units(design, [g], unit) for g in groups]
    drawn = [moments(u.y, u.x, design.draws(g, len(u.x), unit)) for g, u in zip(groups, units)]
    value, variance = (v[0] for v in q.level(as_observed(units)))
    levels, variances = q.level(reduce(Moments.plus, drawn))
    level = resampled(q, design, units, drawn, unit)
    at, square = to_scale(value, variance, bounds)
    ats, squares = to_scale(levels, variances, bounds)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (to_scale(end, variance, bounds)[0] for end in (level.low, level.high))
        spread, spreads = np.sqrt(square), np.sqrt(squares)
        reach = ((at - low) / spread, (high - at) / spread)
    containing = [_containing(q, u, design.draws(g, len(u.x), unit)) for g, u in zip(groups, units)]
    interval = np.sum(containing, axis=0) >= design.needed_containing(unit)
    return _Part(value, variance, at, spread, *reach, levels, variances, ats, spreads, interval)


def _containing(q: Quantities, units: Units, drawn: np.ndarray) -> np.ndarray:
    """Units that contain each item in each resample, as `Quantities.containing` counts them."""
    y = units.y if isinstance(units.y, np.ndarray) else units.y.toarray()
    low, high = (b / q.scale for b in q.bounds)
    if not np.isfinite(low) or q.prior is not None:
        return drawn.sum(1)[:, None]
    above, below = (drawn @ side.astype(float) for side in (y > low * units.x, y < high * units.x))
    return np.asarray(np.minimum(above, below) if np.isfinite(high) else above)


def _shifted(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    unit: str,
    parts: Sequence[_Part],
    power: float,
    critical: tuple[np.ndarray, np.ndarray, float] | None,
) -> list[np.ndarray]:
    """The smallest contrast either way, where the errors are those around the observed one."""
    if critical is None:
        # An observed value of the null, as in the test, not one between two.
        null = null_statistics(q, design, contrast, unit)[1]
        passes = np.quantile(null, design.family_confidence, axis=0, method="higher")
        critical = (passes, passes, 0.0)
    with np.errstate(invalid="ignore"):
        error = contrast([p.levels for p in parts]) - contrast([p.value for p in parts])
        squares = sum(c * c * p.variances for (c, _), p in zip(contrast.parts, parts))
        spread = np.sqrt(squares) + critical[2]
        return [_quantile(critical[0] * spread - error, power), _quantile(critical[1] * spread + error, power)]


def _possible(
    q: Quantities, contrast: Contrast, parts: Sequence[_Part], ways: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Infinite where no level could differ so much from that of the last part; a trend, from the first part on."""
    steps = 1 if len(parts) == 2 else len(parts) - 1
    start = parts[-1 if len(parts) == 2 else 0].value
    room = (q.bounds[1] - start, start - q.bounds[0])
    with np.errstate(invalid="ignore"):
        return [np.where(way * steps <= r, way, np.inf) for way, r in zip(ways, room)]


def _moved(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    unit: str,
    parts: Sequence[_Part],
    power: float,
    criteria: Criteria,
) -> list[np.ndarray]:
    """The smallest difference upward and downward where the first part is moved away from the second.

    Infinite where none is found, NaN where the first part is at its bound (has none of the item), so that it has no error to move.
    """
    study, reference = parts
    most = np.full(len(q.items), MOST)
    if not np.isfinite(q.bounds[0]):
        most = 40 * np.sqrt(study.spread**2 + reference.spread**2)
    still = _Moved(q, reference, reference.at)
    # More units contain what is more frequent, so that the study group counts for falls only.
    given = (reference.interval, reference.interval & study.interval)
    first = _passes(q, design, contrast, unit, study, still.target, criteria)
    ways = []
    with np.errstate(invalid="ignore"):
        for sign, interval in zip((1.0, -1.0), given):
            criterion = _Criterion(q, study, still, sign, first, criteria.nulls, interval)
            at = _first(criterion, most, power)
            # The critical value changes with the counts that are changed: it is taken anew at what is found.
            target = from_scale(reference.at + sign * np.minimum(at, most), q.bounds)
            passes = _passes(q, design, contrast, unit, study, target, criteria)
            at = _first(replace(criterion, passes=passes), most, power)
            difference = np.abs(from_scale(reference.at + sign * at, q.bounds) - reference.value)
            found = np.where(np.isfinite(at) & np.isfinite(reference.at), difference, np.inf)
            ways.append(np.where(np.isfinite(study.at) | ~np.isfinite(reference.at), found, np.nan))
    return ways


class _Moved:
    """A part whose level is another: level, variance and bounds in each resample."""

    def __init__(self, q: Quantities, part: _Part, at: np.ndarray) -> None:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            self.at = at
            self.target = from_scale(at, q.bounds)
            # Towards a bound the variance of a mean of counts is in proportion to its distance; away from it the relative error stays, as
            # documents that are richer in an item differ more in it (`benchmarks/verdict.py`).
            wider = np.sqrt(np.maximum(_room(q, part.value) / _room(q, self.target), 1.0))
            place, spread = at + wider * (part.ats - part.at), wider * part.spreads
            self.level = from_scale(place, q.bounds)
            self.variance = (_slope(q, self.level) * spread) ** 2
            self.low = from_scale(place - part.below * spread, q.bounds)
            self.high = from_scale(place + part.above * spread, q.bounds)
            self.growth = np.sqrt(self.variance / part.variance)


def _room(q: Quantities, level: np.ndarray) -> np.ndarray:
    low, high = q.bounds
    below = level - low if np.isfinite(low) else np.ones_like(level)
    return below * (high - level) if np.isfinite(high) else below


def _slope(q: Quantities, level: np.ndarray) -> np.ndarray:
    """By how much the level changes with its place on the scale."""
    low, high = q.bounds
    return _room(q, level) / (high - low) if np.isfinite(high) and np.isfinite(low) else _room(q, level)


@dataclass(frozen=True)
class _Criterion:
    """Whether a difference is found: the study part is moved up (1) or down (-1) from the reference, which stays."""

    q: Quantities
    study: _Part
    reference: _Moved
    sign: float
    passes: np.ndarray
    nulls: Mapping[int, np.ndarray]
    interval: np.ndarray

    def share(self, change: np.ndarray) -> np.ndarray:
        """Share of the resamples in which all criteria are met; what is not defined is not met."""
        reference, at = self.reference, self.reference.at + self.sign * change
        study = _Moved(self.q, self.study, at)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            difference = self.sign * (study.level - reference.level)
            ends = (study.low, reference.high) if self.sign > 0 else (study.high, reference.low)
            # As in `recovered`: the distances from the levels to the bounds that face each other.
            reach = np.sqrt((study.level - ends[0]) ** 2 + (reference.level - ends[1]) ** 2)
            statistic = difference / np.sqrt(study.variance + reference.variance)
            met = self.interval & (difference > reach) & (statistic > self.passes)
            for k, size in self.nulls.items():
                met &= difference > size * (study, reference)[k].growth
        return np.asarray(met.mean(0))


def _passes(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    unit: str,
    study: _Part,
    target: np.ndarray,
    criteria: Criteria,
) -> np.ndarray:
    """Critical value of the permutation test, of the family where there is one, with the first part's counts moved to a level."""
    ours = np.isin(design.group, contrast.parts[0][1])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if q.bounds[0] == 0:
            factor = target / study.value
            y = np.asarray(q.y * np.where(ours & np.isfinite(factor), factor, 1.0))
        else:
            y = np.asarray(q.y + np.where(ours, (target - study.value) * q.x / q.scale, 0.0))
    # Documents may pass the bound on the way.
    bounds = (0.0, np.inf) if q.bounds[0] == 0 else (-np.inf, np.inf)
    null = null_statistics(replace(q, y=y, bounds=bounds), design, contrast, unit)[1]
    if criteria.others is not None and len(criteria.others) == len(null):
        null = np.fmax(null, criteria.others[:, None])
    # An observed value of the null, as in the test, not one between two.
    return np.asarray(np.quantile(null, design.family_confidence, axis=0, method="higher"))


def _first(criterion: _Criterion, most: np.ndarray, power: float) -> np.ndarray:
    """The smallest change that is found often enough; infinite where none is."""
    low, high = np.zeros(len(most)), np.full(len(most), np.inf)
    for step in STEPS:
        seeking = ~np.isfinite(high)
        if not seeking.any():
            break
        enough = criterion.share(step * most) >= power
        high = np.where(seeking & enough, step * most, high)
        low = np.where(seeking & ~enough, step * most, low)
    reached = np.isfinite(high)
    high = np.where(reached, high, most)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = criterion.share(middle) >= power
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(reached, high, np.inf)


def _quantile(values: np.ndarray, share: float) -> np.ndarray:
    """Quantile along the first axis; resamples that are not defined show nothing, however large the difference."""
    return np.quantile(np.where(np.isfinite(values), values, np.inf), share, axis=0, method="higher")
