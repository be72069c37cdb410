"""Means and contrasts of a measure, corrected for its error by a coded sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.types import Comparison


@dataclass(frozen=True)
class CodedSample:
    """Items that were coded by hand, drawn at random within strata.

    Parameters
    ----------
    rows : ndarray of int, shape (n_coded,)
        Which items of the population are coded.
    values : ndarray of float, shape (n_coded,)
        What the coders say, on the scale of the measure; the mean where several coders differ.
    stratum : ndarray of int, shape (n_items,)
        Stratum of each item of the population, coded or not.
    """

    rows: np.ndarray
    values: np.ndarray
    stratum: np.ndarray

    def probabilities(self) -> np.ndarray:
        """Share of each coded item's stratum that is coded; float, shape (n_coded,)."""
        size = np.bincount(self.stratum)
        coded = np.bincount(self.stratum[self.rows], minlength=len(size))
        return (coded / np.maximum(size, 1))[self.stratum[self.rows]]


def corrected_values(measure: np.ndarray, sample: CodedSample, group: np.ndarray) -> np.ndarray:
    """Values whose mean over a group is the corrected mean.

    Parameters
    ----------
    measure : ndarray of float, shape (n_items,)
        The measure of every item.
    sample : CodedSample
        The coded items. Strata must lie within groups.
    group : ndarray of int, shape (n_items,)
        Group of each item; -1 for none.

    Returns
    -------
    ndarray of float, shape (n_items,)
        lambda * f + c + (R / p) * (y - lambda * f - c): f is the measure, y the code, R whether the item is coded, p the share of
        its stratum that is coded, c the mean of y - lambda * f in the stratum (which changes no mean, but takes the variation of
        how many of a stratum are coded out of the variance), widened by sqrt(n / (n - 1)) for the n coded items of the stratum.
        NaN in groups of which nothing is coded.

    Notes
    -----
    The mean of these values is the difference estimator of survey sampling (Särndal, Swensson & Wretman 1992, ch. 6), which
    Egami et al. (2023, eq. 3) use for text; lambda, in each group, is that of PPI++ (Angelopoulos, Duchi & Zrnic 2023, eq. 7),
    so that a measure that says nothing does no harm.

    Examples
    --------
    >>> sample = CodedSample(np.array([0, 1]), np.array([1.0, 0.0]), np.zeros(4, int))
    >>> float(corrected_values(np.zeros(4), sample, np.zeros(4, int)).mean())
    0.5
    """
    result = np.full(len(measure), np.nan)
    probability = sample.probabilities()
    for g in np.unique(group[group >= 0]):
        inside = np.flatnonzero(group == g)
        at = np.flatnonzero(group[sample.rows] == g)
        if not len(at):
            continue
        rows, y, p = sample.rows[at], sample.values[at], probability[at]
        f = measure[rows]
        share = _share(f, y, 1 / p, len(at) / len(inside))
        residual = y - share * f
        stratum = sample.stratum[rows]
        codes, place, counts = np.unique(stratum, return_inverse=True, return_counts=True)
        mean = np.bincount(place, residual) / counts
        # Strata of which nothing is coded take the mean of the group: `validate` merges them beforehand.
        overall = float(np.average(residual, weights=1 / p))
        centre = dict(zip(codes.tolist(), mean.tolist()))
        wide = np.sqrt(counts / np.maximum(counts - 1, 1))[place]
        result[inside] = share * measure[inside] + [centre.get(int(h), overall) for h in sample.stratum[inside]]
        result[rows] += wide / p * (residual - mean[place])
    return result


def _share(f: np.ndarray, y: np.ndarray, weights: np.ndarray, coded: float) -> float:
    """Lambda of PPI++: how much of the measure helps, between 0 and 1."""
    mean_f, mean_y = np.average(f, weights=weights), np.average(y, weights=weights)
    variance = np.average((f - mean_f) ** 2, weights=weights)
    if len(f) < 3 or variance <= 0:
        return 1.0
    covariance = np.average((f - mean_f) * (y - mean_y), weights=weights)
    return float(np.clip(covariance / ((1 + coded) * variance), 0, 1))


def cluster_mean(values: np.ndarray, cluster: np.ndarray) -> tuple[float, float, int]:
    """Mean, its standard error with clusters as the units, and the degrees of freedom (clusters minus 1).

    Notes
    -----
    The linearised variance of a ratio mean over clusters (Cochran 1977, section 9A.1), times k / (k - 1) for k clusters.

    Examples
    --------
    >>> mean, error, df = cluster_mean(np.array([0.0, 1, 0, 1]), np.array([0, 1, 2, 3]))
    >>> mean, round(error, 4), df
    (0.5, 0.2887, 3)
    """
    codes = pd.factorize(cluster)[0]
    k, n = int(codes.max(initial=-1)) + 1, len(values)
    mean = float(values.mean())
    if k < 2:
        return mean, float("nan"), 0
    total = np.bincount(codes, values - mean)
    return mean, float(np.sqrt(k / (k - 1) * (total**2).sum()) / n), k - 1


def compare_corrected(
    measure: np.ndarray,
    sample: CodedSample,
    group: np.ndarray,
    names: Sequence[str],
    cluster: np.ndarray,
    *,
    pair: tuple[int, int] | None = None,
    confidence: float = 0.95,
    scale: float = 1.0,
    title: str = "",
    min_coded: int = 30,
) -> Comparison:
    """Means by group, raw and corrected by a coded sample, and their difference.

    Parameters
    ----------
    measure : ndarray of float, shape (n_items,)
        The measure of every item (mention).
    sample : CodedSample
        The coded items.
    group : ndarray of int, shape (n_items,)
        Index into `names`; -1 for none.
    names : sequence of str
        Groups.
    cluster : ndarray, shape (n_items,)
        Unit of inference of each item: its document, or a named cluster.
    pair : (int, int), optional
        Study and reference group.
    confidence : float
        Of the intervals.
    scale : float
        Factor (100 for percentage points).
    title : str
        What the estimate is.
    min_coded : int
        Coded items that a group needs for a corrected value; with fewer, intervals are too narrow
        (`benchmarks/correction.py`).

    Returns
    -------
    Comparison
        Items "raw" and "corrected" for each group (contrast "level") and for the difference, with `n_coded`, `n_mentions` and
        `n_clusters`; `note` says why a value is missing. Intervals are those of Student's t over clusters.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.choice([-1.0, 0, 1], 400)
    >>> group = np.repeat([0, 1], 200)
    >>> measure = np.where(group == 0, -1.0, truth)  # wrong in the first group
    >>> rows = np.concatenate([rng.choice(200, 60, False), 200 + rng.choice(200, 60, False)])
    >>> result = compare_corrected(measure, CodedSample(rows, truth[rows], group), group, ["a", "b"], np.arange(400))
    >>> low, high = result.table.query("item == 'corrected' and stratum == 'a'")[["low", "high"]].iloc[0]
    >>> bool(low < truth[:200].mean() < high)
    True
    """
    from scipy import stats

    better = corrected_values(measure, sample, group)
    rows: list[dict[str, object]] = []
    found: dict[tuple[str, int], tuple[float, float, int]] = {}

    def add(item: str, contrast: str, stratum: str, value: tuple[float, float, int], extra: dict[str, object]) -> None:
        mean, error, df = value
        half = float(stats.t.ppf((1 + confidence) / 2, df)) * error if df > 0 else np.nan
        rows.append(
            {"contrast": contrast, "item": item, "stratum": stratum, "estimate": scale * mean}
            | {"low": scale * (mean - half), "high": scale * (mean + half)}
            | extra
        )

    for item, values in (("raw", measure), ("corrected", better)):
        for g, name in enumerate(names):
            inside = group == g
            n_coded = int((group[sample.rows] == g).sum())
            short = item == "corrected" and n_coded < min_coded
            value = (np.nan, np.nan, 0) if short or not inside.any() else cluster_mean(values[inside], cluster[inside])
            found[item, g] = value
            note = f"too few coded (n = {n_coded}; at least {min_coded} are needed)" if short else ""
            clusters = len(set(cluster[inside].tolist()))
            extra = {"n_mentions": int(inside.sum()), "n_coded": n_coded, "n_clusters": clusters, "note": note}
            add(item, "level", str(name), value, extra)
        if pair is not None:
            a, b = found[item, pair[0]], found[item, pair[1]]
            # Welch's degrees of freedom.
            error = float(np.hypot(a[1], b[1]))
            df = 0.0
            if error > 0 and a[2] > 0 and b[2] > 0:
                df = error**4 / (a[1] ** 4 / a[2] + b[1] ** 4 / b[2])
            both = np.isin(group, pair)
            extra = {
                "n_mentions": int(both.sum()),
                "n_coded": int(np.isin(group[sample.rows], pair).sum()),
                "n_clusters": len(set(cluster[group == pair[0]].tolist()))
                + len(set(cluster[group == pair[1]].tolist())),
                "note": "" if df else "no interval: too few coded in one of them",
            }
            name = f"{names[pair[0]]} - {names[pair[1]]}"
            add(item, "difference", name, (a[0] - b[0], error if df else np.nan, df), extra)  # type: ignore[arg-type]
    study, reference = (str(names[pair[0]]), str(names[pair[1]])) if pair else ("", "")
    return Comparison(
        pd.DataFrame(rows), title, study, reference, {"confidence": confidence, "n_coded": len(sample.rows)}
    )
