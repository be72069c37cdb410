"""How well a measure agrees with coded items: precision, recall and F1 by class and by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.compare.intervals import percentile as interval
from discourse.compare.resample import stream

ALL = "all groups"


def _scores(confusion: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 of each class from confusion matrices (..., coded, predicted); shape (..., 3, n_classes)."""
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
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 1,
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
    resamples, confidence, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        `stratum` (a group, or "all groups"), `class_` (a class, or "macro": the mean over classes that occur), `measure`
        (precision, recall, f1), `estimate`, `low`, `high`, `n` (items that the coders put into the class, by share; all for macro).

    Notes
    -----
    Each item counts with its weight; where coders differ, each code counts for its share of the coders. A class that is never
    predicted has precision 0.

    Examples
    --------
    >>> codes = pd.DataFrame({"coder": ["a", "a", "b", "b"]})
    >>> result = class_scores(np.array(["a", "b", "b", "b"]), codes, ["a", "b"], group=np.array(["g"] * 4),
    ...                       documents=np.arange(4), resamples=200)
    >>> result[(result["stratum"] == "g") & (result["measure"] == "f1")]["estimate"].round(3).tolist()
    [0.667, 0.8, 0.733]
    """
    place = {c: k for k, c in enumerate(classes)}
    n, k = len(predicted), len(classes)
    weights = np.ones(n) if weights is None else weights
    share = np.zeros((n, k))
    for column in codes.columns:
        for row, code in enumerate(codes[column]):
            if code is not None and code == code:
                share[row, place[str(code)]] += 1
    total = share.sum(1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    table = np.zeros((n, k, k))
    table[np.arange(n), :, [place[str(p)] for p in predicted]] = share * weights[:, None]
    rows: list[tuple[object, ...]] = []
    drawn_all, whole_all = np.zeros((resamples, k, k)), np.zeros((k, k))
    n_all = np.zeros(k)
    names = list(dict.fromkeys(group.tolist()))

    def add(stratum: str, whole: np.ndarray, drawn: np.ndarray, counts: np.ndarray) -> None:
        estimate, samples = _scores(whole), _scores(drawn)
        with np.errstate(invalid="ignore"):
            occurs = whole.sum(-1) > 0
            macro, macro_drawn = estimate[:, occurs].mean(1), np.nanmean(samples[:, :, occurs], axis=2)
        bounds = interval(samples, confidence)
        macro_bounds = interval(macro_drawn, confidence)
        for m, measure in enumerate(("precision", "recall", "f1")):
            for c, name in enumerate(classes):
                rows.append(
                    (
                        stratum,
                        name,
                        measure,
                        estimate[m, c],
                        bounds[0][m, c],
                        bounds[1][m, c],
                        round(float(counts[c]), 1),
                    )
                )
            rows.append(
                (
                    stratum,
                    "macro",
                    measure,
                    macro[m],
                    macro_bounds[0][m],
                    macro_bounds[1][m],
                    round(float(counts.sum()), 1),
                )
            )

    for name in names:
        inside = np.flatnonzero(group == name)
        units = pd.factorize(documents[inside])[0]
        by_unit = np.zeros((units.max() + 1, k, k))
        np.add.at(by_unit, units, table[inside])
        rng = stream(seed, "validation", str(name))
        times = rng.multinomial(len(by_unit), np.full(len(by_unit), 1 / len(by_unit)), size=resamples)
        drawn = np.tensordot(times.astype(float), by_unit, axes=1)
        whole, counts = by_unit.sum(0), share[inside].sum(0)
        add(str(name), whole, drawn, counts)
        drawn_all, whole_all, n_all = drawn_all + drawn, whole_all + whole, n_all + counts
    if len(names) > 1:
        add(ALL, whole_all, drawn_all, n_all)
    else:
        rows = [(ALL, *r[1:]) for r in rows] + rows
    return pd.DataFrame(rows, columns=["stratum", "class_", "measure", "estimate", "low", "high", "n"])
