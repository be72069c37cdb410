"""How well a measure agrees with coded items: precision, recall and F1 by class and by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from discourse.compare.intervals import percentile as interval
from discourse.compare.resample import Bootstrap, Design, stream

ALL = "all groups"
MEASURES = ("precision", "recall", "f1")
DEFAULT = Bootstrap()


def _scores(confusion: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 by class from confusion matrices (..., coded, predicted): (..., 3, n_classes)."""
    hit = np.diagonal(confusion, axis1=-2, axis2=-1)
    predicted, coded = confusion.sum(-2), confusion.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(predicted > 0, hit / predicted, 0.0)
        recall = np.where(coded > 0, hit / coded, np.nan)
        f1 = np.where(coded + predicted > 0, 2 * hit / (coded + predicted), np.nan)
    return np.stack([precision, recall, f1], axis=-2)


def class_scores(
    predicted: np.ndarray,
    codes: pd.DataFrame,
    classes: Sequence[str],
    *,
    group: np.ndarray,
    documents: np.ndarray,
    weights: np.ndarray | None = None,
    bootstrap: Bootstrap | Design = DEFAULT,
    least: float = 0,
) -> pd.DataFrame:
    """Agreement of predicted classes with the codes of one or several coders.

    Parameters
    ----------
    predicted : ndarray of str, shape (n_items,)
        Class of each item by the measure.
    codes : DataFrame, n_items rows
        A column for each coder; None where a coder has not coded an item.
    classes : sequence of str
        All classes.
    group : ndarray of str, shape (n_items,)
        Group of each item.
    documents : ndarray, shape (n_items,)
        Document of each item: the unit of the bootstrap, within groups.
    weights : ndarray of float, shape (n_items,), optional
        One over the probability with which each item was drawn; equal by default.
    bootstrap : Bootstrap or Design
        Resamples, confidence and seed.
    least : float
        Items that the coders must put into a class for it to enter "macro"; more than none by default.

    Returns
    -------
    DataFrame
        `stratum` (a group, or "all groups"), `class_` (a class, or "macro": the mean over classes that occur often enough),
        `measure` (precision, recall, f1), `estimate`, `low`, `high`, `n` (items that the coders put into the class, by
        share; all for macro).

    Notes
    -----
    Each item counts with its weight; where coders differ, each code counts for its share of the coders. A class that is
    never predicted has precision 0.

    Examples
    --------
    >>> codes = pd.DataFrame({"coder": ["a", "a", "b", "b"]})
    >>> result = class_scores(np.array(["a", "b", "b", "b"]), codes, ["a", "b"], group=np.array(["g"] * 4),
    ...                       documents=np.arange(4), bootstrap=Bootstrap(resamples=200))
    >>> result[(result["stratum"] == "g") & (result["measure"] == "f1")]["estimate"].round(3).tolist()
    [0.667, 0.8, 0.733]
    """
    n, k = len(predicted), len(classes)
    weights = np.ones(n) if weights is None else weights
    share = _shares(codes, classes)
    confusion = np.zeros((n, k, k))
    at = pd.Index(classes).get_indexer(predicted.astype(str))
    if (at < 0).any():
        raise KeyError(str(predicted[at < 0][0]))
    confusion[np.arange(n), :, at] = share * weights[:, None]
    found = []
    for name in dict.fromkeys(group.tolist()):
        inside = np.flatnonzero(group == name)
        units = pd.factorize(documents[inside])[0]
        by_unit = np.zeros((units.max() + 1, k, k))
        # add.at and not +=, which would add only once for a document with several items.
        np.add.at(by_unit, units, confusion[inside])
        # A stream for each group: another group changes nothing here.
        rng = stream(bootstrap.seed, "validation", str(name))
        times = rng.multinomial(len(by_unit), np.full(len(by_unit), 1 / len(by_unit)), size=bootstrap.resamples)
        drawn = np.tensordot(times.astype(float), by_unit, axes=1)
        found.append(_Confusion(str(name), by_unit.sum(0), drawn, share[inside].sum(0)))
    if len(found) == 1:
        found = [replace(found[0], stratum=ALL), *found]
    else:
        # Groups are resampled apart and then added, as the sample was drawn within groups.
        sums = (sum(getattr(f, name) for f in found) for name in ("whole", "drawn", "counts"))
        found.append(_Confusion(ALL, *sums))
    return pd.concat([_table(f, classes, bootstrap.confidence, least) for f in found], ignore_index=True)


@dataclass(frozen=True)
class NumberAgreement:
    """How a measure agrees with codes that are numbers.

    Parameters
    ----------
    correlation, low, high : float
        Pearson's r of measure and codes, and its interval.
    gap, gap_low, gap_high : float
        Mean of the measure minus mean of the codes, in the first group minus in the second: the part of a difference between them that is
        error; NaN without two groups.
    """

    correlation: float
    low: float
    high: float
    gap: float = float("nan")
    gap_low: float = float("nan")
    gap_high: float = float("nan")


def number_agreement(
    measure: np.ndarray,
    codes: np.ndarray,
    *,
    group: np.ndarray,
    documents: np.ndarray,
    weights: np.ndarray | None = None,
    pair: tuple[object, object] | None = None,
    bootstrap: Bootstrap | Design = DEFAULT,
) -> NumberAgreement:
    """Correlation of a measure with codes, and how differently it errs in two groups.

    Parameters
    ----------
    measure, codes : ndarray of float, shape (n_items,)
        The measure, and the mean code, of each item.
    group, documents, weights, bootstrap
        As in `class_scores`.
    pair : (object, object), optional
        Two groups.

    Returns
    -------
    NumberAgreement
        r is NaN where measure or codes do not vary.

    Examples
    --------
    >>> found = number_agreement(np.array([-1.0, 0, 1, 1]), np.array([-1.0, 0, 1, 0]), group=np.array(["g"] * 4),
    ...                          documents=np.arange(4), bootstrap=Bootstrap(resamples=200))
    >>> round(found.correlation, 3)
    0.853
    """
    w = np.ones(len(measure)) if weights is None else weights
    terms = np.column_stack([w, w * measure, w * codes, w * measure**2, w * codes**2, w * measure * codes])
    whole, drawn = {}, {}
    for name in dict.fromkeys(group.tolist()):
        inside = np.flatnonzero(group == name)
        units = pd.factorize(documents[inside])[0]
        by_unit = np.zeros((units.max() + 1, terms.shape[1]))
        np.add.at(by_unit, units, terms[inside])
        rng = stream(bootstrap.seed, "agreement of numbers", str(name))
        times = rng.multinomial(len(by_unit), np.full(len(by_unit), 1 / len(by_unit)), size=bootstrap.resamples)
        whole[name], drawn[name] = by_unit.sum(0), times @ by_unit
    estimate, samples = _correlation(sum(whole.values(), np.zeros(6))), _correlation(sum(drawn.values(), np.zeros(6)))
    found = NumberAgreement(float(estimate), *(float(x) for x in interval(samples, bootstrap.confidence)))
    if pair is None or not set(pair) <= set(whole):
        return found
    gap = _error(whole[pair[0]]) - _error(whole[pair[1]])
    ends = interval(_error(drawn[pair[0]]) - _error(drawn[pair[1]]), bootstrap.confidence)
    return replace(found, gap=float(gap), gap_low=float(ends[0]), gap_high=float(ends[1]))


def _correlation(sums: np.ndarray) -> np.ndarray:
    """Weighted correlation from sums (..., 6) of w, wf, wy, wff, wyy, wfy."""
    n, f, y, ff, yy, fy = np.moveaxis(np.asarray(sums, float), -1, 0)
    var_f, var_y = n * ff - f**2, n * yy - y**2
    # Equal values leave a rounding error, not a variance.
    known = (var_f > 1e-12 * n * ff) & (var_y > 1e-12 * n * yy)
    return np.where(known, (n * fy - f * y) / np.sqrt(np.where(known, var_f * var_y, 1)), np.nan)


def _error(sums: np.ndarray) -> np.ndarray:
    """Mean of the measure minus mean of the codes, from the same sums."""
    return (sums[..., 1] - sums[..., 2]) / sums[..., 0]


def _shares(codes: pd.DataFrame, classes: Sequence[str]) -> np.ndarray:
    """Share of the coders of each item who put it into each class; 0 throughout where nobody coded it."""
    place = {c: k for k, c in enumerate(classes)}
    share = np.zeros((len(codes), len(classes)))
    for column in codes.columns:
        for row, code in enumerate(codes[column]):
            if not pd.isna(code):
                share[row, place[str(code)]] += 1
    total = share.sum(1, keepdims=True)
    return np.divide(share, total, out=np.zeros_like(share), where=total > 0)


@dataclass(frozen=True)
class _Confusion:
    """Confusion matrices (coded, predicted) of one stratum, as observed and in each resample, and codes by class."""

    stratum: str
    whole: np.ndarray
    drawn: np.ndarray
    counts: np.ndarray


def _table(found: _Confusion, classes: Sequence[str], confidence: float, least: float) -> pd.DataFrame:
    """Scores of one stratum: for each measure those of the classes, then their mean."""
    estimate, samples = _scores(found.whole), _scores(found.drawn)
    occurs = (found.counts > 0) & (found.counts >= least)
    macro, macro_drawn = np.full(3, np.nan), np.full(samples.shape[:2], np.nan)
    if occurs.any():
        known = ~np.isnan(samples[:, :, occurs])
        macro = estimate[:, occurs].mean(1)
        # A class that occurs in the sample may be missing from a resample.
        total, n = np.nansum(samples[:, :, occurs], axis=2), known.sum(axis=2)
        np.divide(total, n, out=macro_drawn, where=n > 0)
    values = [np.column_stack([estimate, macro])]
    values += [np.column_stack(b) for b in zip(interval(samples, confidence), interval(macro_drawn, confidence))]
    counts = [round(float(c), 1) for c in (*found.counts, found.counts.sum())]
    return pd.DataFrame(
        {
            "stratum": found.stratum,
            "class_": [*classes, "macro"] * len(MEASURES),
            "measure": np.repeat(np.array(MEASURES, object), len(classes) + 1),
            **{name: v.ravel() for name, v in zip(("estimate", "low", "high"), values)},
            "n": counts * len(MEASURES),
        }
    )
