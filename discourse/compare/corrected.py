"""Means and contrasts of a measure, corrected for its error by a coded sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from discourse.compare.notes import Note
from discourse.types import Comparison

MIN_CODED = 30  # with fewer coded items in a group intervals are too narrow (`benchmarks/correction.py`)


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
    coders : ndarray of float, shape (n_coded, n_coders), optional
        What each coder says; NaN where a coder has not coded an item.
    """

    rows: np.ndarray
    values: np.ndarray
    stratum: np.ndarray
    coders: np.ndarray | None = None

    def probabilities(self) -> np.ndarray:
        """Share of each coded item's stratum that is coded; float, shape (n_coded,)."""
        size = np.bincount(self.stratum)
        coded = np.bincount(self.stratum[self.rows], minlength=len(size))
        # Merged strata leave numbers without items.
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
        lambda * f + c + (R / p) * (y - lambda * f - c): f is the measure, y the code, R whether the item is coded, p
        the share of its stratum that is coded, c the mean of y - lambda * f in the stratum (which changes no mean, but
        takes the variation of how many of a stratum are coded out of the variance), widened by sqrt(n / (n - 1)) for
        the n coded items of the stratum. NaN in groups of which nothing is coded.

    Notes
    -----
    The mean of these values is the difference estimator of survey sampling (Särndal, Swensson & Wretman 1992, ch. 6),
    which Egami et al. (2023, eq. 3) use for text; lambda, in each group, is that of PPI++ (Angelopoulos, Duchi & Zrnic
    2023, eq. 7), so that a measure that says nothing does no harm.

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
    # Thin strata are drawn more densely: weights make the coded items like all items.
    mean_f, mean_y = np.average(f, weights=weights), np.average(y, weights=weights)
    variance = np.average((f - mean_f) ** 2, weights=weights)
    # Lambda 1 is the plain difference estimator, which needs no estimate of it.
    if len(f) < 3 or variance <= 0:
        return 1.0
    covariance = np.average((f - mean_f) * (y - mean_y), weights=weights)
    return float(np.clip(covariance / ((1 + coded) * variance), 0, 1))


def coder_deviations(sample: CodedSample, group: np.ndarray, g: int) -> np.ndarray:
    """How far the mean of each coder is from that of all coders, on the items of a group that several of them coded.

    Returns
    -------
    ndarray of float, shape (n_coders,)
        Weighted as the sample was drawn; NaN for a coder who shares no item. Empty where codes are not known by coder.

    Examples
    --------
    >>> coders = np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> sample = CodedSample(np.array([0, 1]), coders.mean(axis=1), np.zeros(4, int), coders)
    >>> coder_deviations(sample, np.zeros(4, int), 0).tolist()
    [0.25, -0.25]
    """
    if sample.coders is None:
        return np.zeros(0)
    shared = (group[sample.rows] == g) & ((~np.isnan(sample.coders)).sum(axis=1) > 1)
    codes, weights = sample.coders[shared], 1 / sample.probabilities()[shared]
    away = codes - sample.values[shared][:, None]
    total = np.where(np.isnan(away), 0.0, weights[:, None]).sum(axis=0)
    return np.divide(
        np.nansum(weights[:, None] * away, axis=0), total, out=np.full(codes.shape[1], np.nan), where=total > 0
    )


def cluster_mean(values: np.ndarray, cluster: np.ndarray) -> tuple[float, float, int]:
    """Mean, its standard error with clusters as the units, and the degrees of freedom (clusters minus 1).

    Notes
    -----
    The linearised variance of a ratio mean over clusters (Cochran 1977, section 9A.1), times k / (k - 1) for k
    clusters.

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
    bounds: tuple[float, float] = (-np.inf, np.inf),
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
    bounds : (float, float)
        Least and largest mean that there can be: intervals end there.

    Returns
    -------
    Comparison
        Items "raw" and "corrected" for each group (contrast "level") and for the difference, with `n_coded`,
        `n_mentions` and `n_clusters`; `note` says why a value is missing (`discourse.compare.notes`): a group needs
        `MIN_CODED` coded items for a corrected value. Intervals are those of Student's t over clusters; `coder_error` is
        the part of the standard error that comes from the disagreement of coders.

    Notes
    -----
    With several coders the truth is the mean code of all who might have coded by this codebook. The variance of a corrected
    value is W + B / m: W is that of the mean codes over clusters, B the variance between the values of the m coders on the items that they
    share (the between-imputation variance of Rubin 1987, eq. 3.1.4, with each coder as an imputation; B / m and not (1 + 1/m) B, for the
    truth is the mean of coders and not the code of one more). Degrees of freedom are those of Satterthwaite (1946), B having m - 1.

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
    n_coded = np.array([int((group[sample.rows] == g).sum()) for g in range(len(names))])
    rows: list[dict[str, object]] = []
    widest = (bounds[0] - bounds[1], bounds[1] - bounds[0])
    for item, values in (("raw", measure), ("corrected", corrected_values(measure, sample, group))):
        means = []
        for g, name in enumerate(names):
            inside = group == g
            short = item == "corrected" and n_coded[g] < MIN_CODED
            mean = _Mean() if short or not inside.any() else _Mean(*cluster_mean(values[inside], cluster[inside]))
            if item == "corrected" and not short:
                mean = replace(mean, coders=coder_deviations(sample, group, g))
            means.append(mean)
            rows.append(
                {"contrast": "level", "item": item, "stratum": str(name)}
                | mean.interval(confidence, bounds)
                | {"n_mentions": int(inside.sum()), "n_coded": int(n_coded[g])}
                | {"n_clusters": len(set(cluster[inside].tolist()))}
                | (_note(Note.FEW_CODED, int(n_coded[g]), MIN_CODED) if short else _note(Note.NONE))
            )
        if pair is not None:
            sides = [group == g for g in pair]
            difference = means[pair[0]].minus(means[pair[1]])
            rows.append(
                {"contrast": "difference", "item": item, "stratum": f"{names[pair[0]]} - {names[pair[1]]}"}
                | difference.interval(confidence, widest)
                | {"n_mentions": int(sum(s.sum() for s in sides)), "n_coded": int(n_coded[list(pair)].sum())}
                | {"n_clusters": sum(len(set(cluster[s].tolist())) for s in sides)}
                | _note(Note.NONE if difference.df else Note.FEW_CODED_IN_PART)
            )
    study, reference = (str(names[pair[0]]), str(names[pair[1]])) if pair else ("", "")
    return Comparison(pd.DataFrame(rows), "", study, reference, {"confidence": confidence, "n_coded": len(sample.rows)})


@dataclass(frozen=True)
class _Mean:
    """A mean or difference of means, its standard error and degrees of freedom, and how far each coder is from it; by default nothing is known."""

    value: float = float("nan")
    error: float = float("nan")
    df: float = 0
    coders: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def minus(self, other: _Mean) -> _Mean:
        """The difference of two independent means, with Welch's degrees of freedom."""
        error, df = float(np.hypot(self.error, other.error)), 0.0
        if error > 0 and self.df > 0 and other.df > 0:
            df = _satterthwaite((self.error**2, self.df), (other.error**2, other.df))
        coders = self.coders - other.coders if len(self.coders) == len(other.coders) else np.zeros(0)
        return _Mean(self.value - other.value, error if df else float("nan"), df, coders)

    def interval(self, confidence: float, bounds: tuple[float, float]) -> dict[str, float]:
        """Estimate, interval of Student's t within bounds, and the error that comes from the coders."""
        known = self.coders[~np.isnan(self.coders)]
        between = float(known.var(ddof=1)) / len(known) if len(known) > 1 else 0.0
        df = _satterthwaite((self.error**2, self.df), (between, len(known) - 1)) if between and self.df else self.df
        half = float(stdtrit(df, (1 + confidence) / 2)) * float(np.sqrt(self.error**2 + between)) if df > 0 else np.nan
        return {
            "estimate": self.value,
            # The estimate itself is not bounded, and lies in its interval.
            "low": max(self.value - half, min(bounds[0], self.value)) if half == half else np.nan,
            "high": min(self.value + half, max(bounds[1], self.value)) if half == half else np.nan,
            "coder_error": float(np.sqrt(between)) if len(known) > 1 else np.nan,
        }


def _satterthwaite(*parts: tuple[float, float]) -> float:
    """Degrees of freedom of a sum of variances, each with its own (Satterthwaite 1946)."""
    return sum(v for v, _ in parts) ** 2 / sum(v**2 / df for v, df in parts)


def _note(note: Note, n: float = float("nan"), needed: float = float("nan")) -> dict[str, object]:
    return {"note": note.value, "note_n": n, "note_needed": needed}
