"""Levels of groups and their contrasts, with bootstrap intervals over documents or clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from scipy.stats import norm

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
from discourse.compare.quantities import Contrast, Quantities, Units, pair
from discourse.compare.resample import Design
from discourse.types import Comparison

BLOCK = 256  # items resampled at a time
WIDEST = np.log(100)  # half-width on the logarithm or logit beyond which an interval says nothing


@dataclass(frozen=True)
class Bootstrapped:
    """The level of a set of groups: the estimate and its interval, each of shape (n_items,), and that of each resample."""

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
    bounds = q.bounds if q.prior is None else (-np.inf, np.inf)
    influence = np.zeros((0, len(value)))
    if design.interval == "studentised":
        at, spread = to_scale(value, variance, bounds)
        half = studentised(at, spread, *to_scale(samples, variances, bounds), design.confidence)
        if q.prior is not None:
            # A term that few units contain hardly varies in the resamples, and is not certain for that.
            half = np.maximum(half, norm.ppf((1 + design.confidence) / 2) * np.sqrt(spread))
        if np.isfinite(bounds[0]):
            half = np.where(half > WIDEST, np.nan, half)
        low, high = from_scale(at - half, bounds), from_scale(at + half, bounds)
    elif design.interval == "bca":
        influence = np.concatenate([_influence(q, whole, u) for u in units])
        low, high = bca(samples, value, influence, design.confidence)
    else:
        low, high = percentile(samples, design.confidence)
    return Bootstrapped(value, low, high, samples, influence)


def _influence(q: Quantities, whole: Moments, units: Units) -> np.ndarray:
    """Mean of the values without each unit of a group minus each of them, times (n - 1) / n."""
    y = units.y if isinstance(units.y, np.ndarray) else units.y.toarray()
    values = q.value(whole.y - y, whole.x - units.x)
    n = len(values)
    return (values.mean(0) - values) * (n - 1) / n


def bounds_of(q: Quantities, design: Design, contrast: Contrast, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Interval of one contrast, or of one group, for many items; in blocks, so that memory does not grow with them.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, kind of the interval.
    contrast : Contrast
        Of one part for a level.
    unit : {"document", "cluster"}
        What is resampled.

    Returns
    -------
    low, high : ndarray, shape (n_items,)
        NaN where a group has fewer units than `Design.min_clusters`, or fewer than `Design.min_containing` of them contain the
        item.
    """
    of_group = {g: q.units(design, [g], unit) for g in contrast.groups}
    least = design.min_clusters if unit == "cluster" else 2
    low, high = np.full(len(q.items), np.nan), np.full(len(q.items), np.nan)
    if min(len(u.x) for u in of_group.values()) < least:
        return low, high
    weights = {g: design.draws(g, len(u.x), unit) for g, u in of_group.items()}
    needed = min(design.min_containing, design.min_clusters) if unit == "cluster" else design.min_containing
    for start in range(0, len(q.items), BLOCK):
        items = np.arange(start, min(start + BLOCK, len(q.items)))
        part = q.only(items)
        units = {g: Units(u.y[:, items], u.x, u.group, u.rows, u.codes) for g, u in of_group.items()}
        drawn = {g: moments(u.y, u.x, weights[g], squares=design.interval == "studentised") for g, u in units.items()}
        levels = [
            resampled(part, design, [units[g] for g in groups], [drawn[g] for g in groups])
            for _, groups in contrast.parts
        ]
        one = len(levels) == 1
        at = (levels[0].low, levels[0].high) if one else combined(contrast, levels, design)
        counts = [sum(part.containing(units[g]) for g in groups) for _, groups in contrast.parts]
        enough = (
            (np.min(np.stack([np.asarray(c) for c in counts]), axis=0) >= needed)
            & np.isfinite(at[0])
            & np.isfinite(at[1])
        )
        low[items], high[items] = (np.where(enough, b, np.nan) for b in at)
    return low, high


def combined(contrast: Contrast, parts: Sequence[Bootstrapped], design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a contrast from the levels of its parts."""
    if design.interval == "studentised":
        values, lows, highs = (np.stack([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
        return recovered(values, lows, highs, np.array([c for c, _ in contrast.parts]))
    samples = contrast([p.samples for p in parts])
    if design.interval == "bca":
        influence = np.concatenate([c * p.influence for (c, _), p in zip(contrast.parts, parts)])
        return bca(samples, contrast([p.value for p in parts]), influence, design.confidence)
    return percentile(samples, design.confidence)


def compare(
    q: Quantities,
    design: Design,
    contrasts: Sequence[Contrast] = (),
    *,
    min_documents: int = 10,
    min_denominator: float = 0.0,
    needed_documents: int = 1,
) -> Comparison:
    """Estimate the levels of all groups and their contrasts, with bootstrap intervals over documents or clusters.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, kind of the intervals.
    contrasts : sequence of Contrast
        What is set against what.
    min_documents : int
        Documents with a positive denominator that a group needs for an interval. (An interval over clusters needs
        `Design.min_clusters` of them; both need `Design.min_containing` units that contain the item.)
    min_denominator : float
        Sum of the denominator that a group needs for an estimate; below it the estimate is NaN and `note` says why.
    needed_documents : int
        Documents with a positive denominator that a group needs for an estimate.

    Returns
    -------
    Comparison
        A row for each group and item (contrast "level") and for each contrast and item (its kind); `stratum` is the group, or
        the name of the contrast. `low` and `high` resample clusters where the design has them, `low_document` and
        `high_document` documents. `y` and `x` are the sums, `n_containing` the units of the group with the fewest that contain
        the item. A contrast has what all of its groups have: no estimate where one is refused, no interval where one has none.

    Notes
    -----
    The studentised interval of a level is the symmetric bootstrap-t (Hall 1988) on the logarithm for rates and the logit for
    shares and evaluations; that of a contrast is recovered from those of its parts (Zou & Donner 2008). In simulated
    corpora with bursty terms (`benchmarks/inference.py`) it covers where percentile and BCa intervals do not.

    Examples
    --------
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=200)
    >>> q = Quantities("mentions", np.array([[1], [3], [0], [0.0]]), np.full(4, 100.0), ["Norland"], 10_000)
    >>> compare(q, design, [pair(design, 0, 1)]).table[["stratum", "estimate"]].values.tolist()
    [['a', 200.0], ['b', 0.0], ['a - b', 200.0]]
    """
    units = ["document"] if design.cluster is None else ["cluster", "document"]
    levels = [Contrast(str(name), [(1.0, [g])]) for g, name in enumerate(design.names)]
    needed = {"document": min_documents, "cluster": design.min_clusters}
    containing_needed = {"document": design.min_containing, "cluster": min(design.min_containing, design.min_clusters)}
    sets = {tuple(groups) for c in [*levels, *contrasts] for _, groups in c.parts}
    nothing = np.full(len(q.items), np.nan)
    found: dict[tuple[str, tuple[int, ...]], Bootstrapped] = {}
    of_group: dict[str, list[Units]] = {}
    for unit in units:
        of_group[unit] = [q.units(design, [g], unit) for g in range(len(design.names))]
        drawn = {
            g: moments(u.y, u.x, design.draws(g, len(u.x), unit)) for g, u in enumerate(of_group[unit]) if len(u.x) > 1
        }
        for groups in sets:
            if all(g in drawn for g in groups):
                parts = [of_group[unit][g] for g in groups]
                found[unit, groups] = resampled(q, design, parts, [drawn[g] for g in groups])
    rows: list[dict[str, object]] = []
    for contrast in [*levels, *contrasts]:
        sets_of = [tuple(groups) for _, groups in contrast.parts]
        sums = [(_sums(q, of_group["document"], groups)) for groups in sets_of]
        estimate = contrast([v for v, _, _ in sums])
        bounds: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        containing: dict[str, np.ndarray] = {}
        fewest: dict[str, int] = {}
        for unit in units:
            counts = [sum(q.containing(of_group[unit][g]) for g in groups) for groups in sets_of]
            containing[unit] = np.min(np.stack([np.asarray(c) for c in counts]), axis=0)
            fewest[unit] = min(sum(len(of_group[unit][g].x) for g in groups) for groups in sets_of)
            if all((unit, groups) in found for groups in sets_of) and fewest[unit] >= needed[unit]:
                parts_found = [found[unit, groups] for groups in sets_of]
                at = (parts_found[0].low, parts_found[0].high)
                if contrast not in levels:
                    at = combined(contrast, parts_found, design)
                enough = (containing[unit] >= containing_needed[unit]) & np.isfinite(at[0]) & np.isfinite(at[1])
                bounds[unit] = (np.where(enough, at[0], np.nan), np.where(enough, at[1], np.nan))
            else:
                bounds[unit] = (nothing, nothing)
        n = [sum(len(of_group["document"][g].x) for g in groups) for groups in sets_of]
        clusters = [sum(len(of_group[units[0]][g].x) for g in groups) for groups in sets_of]
        need = f"it needs {max(min_denominator, 1):,.0f} in {needed_documents}"
        refused = [
            f"too little text (n = {x:,.0f} in {len_} documents; {need})"
            for (_, _, x), len_ in zip(sums, n)
            if x < max(min_denominator, 1e-12) or len_ < needed_documents
        ]
        for k, item in enumerate(q.items):
            row: dict[str, object] = {"contrast": "level" if contrast in levels else contrast.kind}
            row |= {"item": item, "target": q.target, "stratum": contrast.name}
            row["estimate"] = np.nan if refused else estimate[k]
            for suffix, unit in (("", units[0]), ("_document", "document")):
                for name, bound in zip(("low", "high"), bounds[unit]):
                    row[name + suffix] = np.nan if refused else bound[k]
            rows.append(
                row
                | {"n_documents": sum(n), "n_clusters": sum(clusters), "y": sum(y[k] for _, y, _ in sums)}
                | {"x": sum(x for _, _, x in sums), "n_containing": int(containing[units[0]][k])}
                | {"note": refused[0] if refused else ""}
            )
            if not refused and np.isnan(bounds[units[0]][0][k]):
                name, first_unit = design.cluster_name, units[0]
                few = fewest[first_unit] < needed[first_unit]
                rows[-1]["note"] = (
                    f"no interval: {fewest[first_unit]} {name}s in a group, {needed[first_unit]} needed"
                    if few
                    else f"no interval: {containing[first_unit][k]} {name}s contain it in a group, {containing_needed[first_unit]} needed"
                )
    first = next((c for c in contrasts if c.kind == "difference"), None)
    return Comparison(
        pd.DataFrame(rows),
        q.measure,
        str(design.names[first.parts[0][1][0]]) if first else "",
        str(design.names[first.parts[1][1][0]]) if first else "",
        {
            "resamples": design.resamples,
            "confidence": design.confidence,
            "interval": design.interval,
            "unit": units[0],
            "cluster": design.cluster_name,
            "scale": q.scale,
        },
    )


def _sums(q: Quantities, units: Sequence[Units], groups: Sequence[int]) -> tuple[np.ndarray, np.ndarray, float]:
    """Level of some groups together, sum of y by item, and sum of x."""
    both = as_observed([units[g] for g in groups])
    return q.level(both)[0][0], both.y[0], float(both.x[0, 0])


def compare_ratios(
    y: np.ndarray,
    x: np.ndarray,
    items: Sequence[str],
    design: Design,
    *,
    scale: float = 1.0,
    bounds: tuple[float, float] = (0.0, np.inf),
    measure: str = "",
    target: str = "",
    differences: Sequence[tuple[int, int]] = (),
    min_documents: int = 10,
    min_denominator: float = 0.0,
    needed_documents: int = 1,
) -> Comparison:
    """`compare` for arrays and pairs of group numbers.

    Parameters
    ----------
    y : ndarray, shape (n_documents, n_items)
        Numerators by document.
    x : ndarray, shape (n_documents, 1)
        Denominators by document (tokens, sentences...).
    items, scale, bounds, measure, target
        As in `Quantities`.
    design : Design
        As in `compare`.
    differences : sequence of (study, reference)
        Pairs of group numbers to contrast.
    min_documents, min_denominator, needed_documents
        As in `compare`.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=200)
    >>> compare_ratios(np.array([[1], [3], [0], [0.0]]), np.full((4, 1), 100.0), ["Norland"], design).table["estimate"].tolist()
    [0.02, 0.0]
    """
    q = Quantities("ratios", np.asarray(y, float), x, items, scale, measure, bounds, target=target)
    return compare(
        q,
        design,
        [pair(design, *d) for d in differences],
        min_documents=min_documents,
        min_denominator=min_denominator,
        needed_documents=needed_documents,
    )
