"""Word shifts: how much each word adds to a difference (Gallagher et al. 2021).

Differences of a mean score, of a rate, of an entropy and a divergence are all sums over words of something that depends on
two shares of a word: p in the study group, q in the reference group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import stdtrit

from discourse.compare.permutation import degrees, random_labels, used_strata
from discourse.compare.quantities import Contrast, Quantities, pair, two_groups
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.compare.shift_measures import Kind, Measure
from discourse.compare.sums import Sums, Weights, product, totals
from discourse.errors import TooLittleText, UsageError
from discourse.shown import brief

DIVISIONS = 200  # random divisions beside which an entropy or a divergence is set


@dataclass(frozen=True)
class Total:
    """A difference as a whole.

    Parameters
    ----------
    estimate, low, high : float
        With its interval.
    study, reference : float
        Levels of the groups; NaN for a divergence.
    n_study, n_reference : int
        Tokens of which the shares are.
    documents_study, documents_reference : int
        Documents with some.
    divisions : int
        Random divisions of the same units into groups of the same numbers; 0 for a score and a rate, which have tests as other
        outcomes do.
    null_mean, null_low, null_high : float
        What these show where there is no difference: mean, and quantiles by the confidence.
    p : float
        Share of them (with the observed one) that are as far from their mean.
    """

    estimate: float
    low: float
    high: float
    study: float
    reference: float
    n_study: int
    n_reference: int
    documents_study: int
    documents_reference: int
    divisions: int = 0
    null_mean: float = np.nan
    null_low: float = np.nan
    null_high: float = np.nan
    p: float = np.nan


@dataclass(frozen=True)
class Shift:
    """What each word adds to a difference.

    Parameters
    ----------
    kind : Kind
        What differs.
    table : DataFrame
        All words, what adds most first: `item`, `estimate`, `low`, `high` (of this word alone; NaN where there is none), `direction`
        ("more" or "fewer" in the study group), `score`, `count_study`, `count_reference`, `documents`.
    total : Total
        The sum.
    study, reference : str
        Names of the groups.

    Notes
    -----
    The intervals of a word come from those of its share (`discourse.compare.ratios.compare`): the two shares that lie at the ends of
    the interval of their difference, moved from their estimates in proportion to their variances (Zou & Donner 2008), are put into the
    formula. It grows with p and falls with q, so that the interval of a word includes 0 where that of the difference of its shares does.
    The reference score is taken as given. The interval of an entropy and of a divergence is linearised (infinitesimal jackknife over
    documents or clusters, Student's t); both depend on how much text there is, so that random divisions stand beside them.
    """

    kind: Kind
    table: pd.DataFrame
    total: Total
    study: str = ""
    reference: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    __repr__ = brief

    def by_kind(self) -> pd.DataFrame:
        """Sums of what words add: by sign of their score and direction for a score, else by direction (`score`, `direction`, `estimate`)."""
        t = self.table
        sign = np.where(t["score"] > self.params["reference"], "above", "below")
        if self.kind != Kind.SCORE:
            sign = np.full(len(t), "")
        return t.groupby([pd.Series(sign, t.index, name="score"), "direction"])["estimate"].sum().reset_index()


def word_shift(
    counts: Any,
    words: Sequence[str],
    design: Design,
    measure: Measure | str | Mapping[str, float],
    contrast: Contrast | None = None,
    *,
    n_tokens: np.ndarray | None = None,
    show: int = 40,
    min_documents: int = 10,
) -> Shift:
    """Which words move a difference between two groups, and how much each.

    Parameters
    ----------
    counts : sparse array of int, shape (n_documents, n_words)
        Of words by document.
    words : sequence of str
        Their names.
    design : Design
        Groups, units, resamples.
    measure : Measure, str or mapping of str to float
        What differs; "rate", "entropy" or "divergence"; or scores of words: those without one are left out, and a word raises the mean
        where its score is above the mean of the second group.
    contrast : Contrast, optional
        Of two groups; the first minus the second by default.
    n_tokens : ndarray, shape (n_documents,), optional
        Tokens of which words are a share; the sum of the counts by default.
    show : int
        Words that have an interval: those that add most.
    min_documents : int
        Documents that a group needs for an interval.

    Raises
    ------
    TooLittleText
        Where a group has none of the words.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[3, 1], [2, 2], [1, 3], [0, 4]]))
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=50)
    >>> found = word_shift(counts, ["good", "bad"], design, {"good": 1, "bad": -1})
    >>> found.total.estimate, dict(zip(found.table["item"], found.table["estimate"].tolist()))
    (1.0, {'good': 0.875, 'bad': 0.125})
    """
    design = two_groups(design, contrast or pair(design, 0, 1))
    counts = sparse.csr_array(counts)
    if not isinstance(measure, Measure):
        counts, words, measure = _measure(counts, words, design, measure)
    n = counts.sum(1) if n_tokens is None else np.asarray(n_tokens, float)
    if counts.shape != (len(design.group), len(words)) or len(n) != len(design.group):
        raise UsageError(
            f"word_shift: counts of shape {counts.shape} for {len(design.group)} documents and {len(words)} words"
        )
    count, size = [], []
    for g in (0, 1):
        rows = design.documents(g)
        count.append(totals(counts[rows])[0].astype(float))
        size.append(float(n[rows].sum()))
        if not size[g]:
            raise TooLittleText(f"What moves the {measure.kind} ({design.names[g]})", "no word that counts", "some")
    if not any(c.sum() for c in count):
        raise TooLittleText(f"What moves the {measure.kind}", "none of its words in either group", "some")
    p, q = count[0] / size[0], count[1] / size[1]
    parts = measure(p, q)
    # What adds the same is in the order of the alphabet.
    order = np.lexsort((np.asarray(words, object).astype(str), -np.abs(parts).round(15)))
    order = order[(count[0] + count[1])[order] > 0]
    scores = np.full(len(words), np.nan) if measure.scores is None else measure.scores
    table = pd.DataFrame(
        {
            "item": [str(words[k]) for k in order],
            "estimate": parts[order],
            "low": np.nan,
            "high": np.nan,
            "direction": np.where(p[order] > q[order], "more", "fewer"),
            "score": scores[order],
            "count_study": count[0][order].astype(np.int64),
            "count_reference": count[1][order].astype(np.int64),
            "documents": totals(counts[design.group >= 0])[1][order],
        }
    )
    shown = order[:show]
    table.loc[: len(shown) - 1, ["low", "high"]] = _intervals(counts, n, shown, words, design, measure, min_documents)
    total = _total(counts, n, design, measure, (p, q), min_documents)
    params = {"reference": measure.reference, "order": measure.order, "show": len(shown)}
    return Shift(measure.kind, table, total, str(design.names[0]), str(design.names[1]), params)


def _measure(
    counts: sparse.csr_array, words: Sequence[str], design: Design, given: str | Mapping[str, float]
) -> tuple[sparse.csr_array, Sequence[str], Measure]:
    """Counts and names of the words that count, and how they do."""
    if isinstance(given, str):
        if given not in (Kind.RATE, Kind.ENTROPY, Kind.DIVERGENCE):
            raise UsageError(f'word_shift: expected scores, "rate", "entropy" or "divergence", got "{given}"')
        return counts, words, Measure(Kind(given))
    at = [k for k, w in enumerate(words) if w in given]
    scores = np.array([given[words[k]] for k in at], float)
    counts = counts[:, at]
    total = totals(counts[design.documents(1)])[0].astype(float)
    mean = float(total @ scores / total.sum()) if total.sum() else 0.0
    return counts, [words[k] for k in at], Measure(Kind.SCORE, scores, mean)


def _intervals(
    counts: Any, n: np.ndarray, at: np.ndarray, words: Sequence[str], design: Design, measure: Measure, least: int
) -> np.ndarray:
    """Ends of what some words add, shape (n_words, 2): NaN where the share of the word has no interval."""
    q = Quantities("shift", counts[:, at].astype(float), n, [str(words[k]) for k in at], bounds=(0.0, np.inf))
    found = compare(q, design, [pair(design, 0, 1)], min_documents=least).table
    level = [found[(found["contrast"] == "level") & (found["stratum"] == str(name))] for name in design.names]
    (a, low_a, high_a), (b, low_b, high_b) = (t[["estimate", "low", "high"]].to_numpy(float).T for t in level)
    difference = found[found["contrast"] == "difference"][["estimate", "low", "high"]].to_numpy(float).T
    some = measure.of(at)
    ends = []
    for change, move_a, move_b in (
        (difference[1] - difference[0], a - low_a, high_b - b),
        (difference[2] - difference[0], high_a - a, b - low_b),
    ):
        squares = move_a**2 + move_b**2
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(squares > 0, move_a**2 / squares, 0.5)
        # No share is below 0, also where one cluster is in both groups.
        first, second = np.maximum(a + change * part, 0), np.maximum(b - change * (1 - part), 0)
        ends.append(some(first, second))
    bounds = np.stack(ends, axis=1)
    bounds[np.isnan(difference[1])] = np.nan
    return np.sort(bounds, axis=1)


def _total(
    counts: Any, n: np.ndarray, design: Design, measure: Measure, shares: tuple[np.ndarray, np.ndarray], least: int
) -> Total:
    p, q = shares
    own = [n[design.documents(g)] for g in (0, 1)]
    made = Total(
        float(measure.total(p, q)),
        np.nan,
        np.nan,
        measure.level(p),
        measure.level(q),
        int(own[0].sum()),
        int(own[1].sum()),
        int((own[0] > 0).sum()),
        int((own[1] > 0).sum()),
    )
    contrast = pair(design, 0, 1)
    estimate = made.estimate
    if measure.kind in (Kind.SCORE, Kind.RATE):
        by = np.full(counts.shape[1], measure.scale) if measure.scores is None else measure.scores
        bounds = (float(by.min()), float(by.max())) if measure.scores is not None else (0.0, np.inf)
        found = compare(
            Quantities("shift", (counts @ by)[:, None], n, ["total"], bounds=bounds),
            design,
            [contrast],
            min_documents=least,
        )
        row = found.table[found.table["contrast"] == "difference"].iloc[0]
        return replace(made, low=float(row["low"]), high=float(row["high"]))
    low, high = _linearised(counts, n, design, measure, shares, estimate, least)
    null = _divided(counts, n, design, contrast, measure)
    middle = float(null.mean())
    tail = 50 * (1 - design.confidence)
    far = np.abs(null - middle) if measure.kind == Kind.ENTROPY else null
    observed = abs(estimate - middle) if measure.kind == Kind.ENTROPY else estimate
    as_large = int((far >= observed * (1 - 1e-9)).sum())
    return replace(
        made,
        low=low,
        high=high,
        divisions=len(null),
        null_mean=middle,
        null_low=float(np.percentile(null, tail)),
        null_high=float(np.percentile(null, 100 - tail)),
        p=(1 + as_large) / (1 + len(null)),
    )


def _linearised(
    counts: Any,
    n: np.ndarray,
    design: Design,
    measure: Measure,
    shares: tuple[np.ndarray, np.ndarray],
    estimate: float,
    least: int,
) -> tuple[float, float]:
    """Interval of an entropy's difference or a divergence: the sum of what each unit adds to the linear part of it."""
    unit = "document" if design.cluster is None else "cluster"
    needed = least if unit == "document" else design.min_clusters
    rows = np.flatnonzero((design.group >= 0) & (n > 0))
    label = design.group[rows]
    added = np.zeros(len(rows))
    for g, sign in ((0, 1.0), (1, -1.0 if measure.kind == Kind.ENTROPY else 1.0)):
        slope = measure.slope(shares[g], shares[1 - g])
        mine = label == g
        size = n[rows[mine]]
        added[mine] = sign * (counts[rows[mine]] @ slope - size * (shares[g] @ slope)) / size.sum()
    codes = design.units(rows, unit)
    first = np.unique(codes, return_index=True)[1]
    groups, sizes = label[first], np.bincount(codes, n[rows])
    if min(np.bincount(groups, minlength=2)) < needed:
        return np.nan, np.nan
    # Someone who speaks in both groups is one cluster.
    whole = codes if unit == "document" else pd.factorize(pd.Series(np.asarray(design.cluster, object)[rows]))[0]
    by_unit = np.bincount(whole, added)
    error = np.sqrt((by_unit**2).sum() * len(by_unit) / (len(by_unit) - 1))
    reach = float(stdtrit(degrees(sizes, groups), (1 + design.confidence) / 2) * error)
    low = estimate - reach
    return (max(low, 0.0) if measure.kind == Kind.DIVERGENCE else low), estimate + reach


def _divided(counts: Any, n: np.ndarray, design: Design, contrast: Contrast, measure: Measure) -> np.ndarray:
    """The total in random divisions of the units, within the strata of the permutation tests; shape (n_divisions,)."""
    unit = "document" if design.cluster is None else "cluster"
    few = replace(design, resamples=min(DIVISIONS, design.resamples))
    units = Quantities("shift", counts, n, [""] * counts.shape[1]).units(few, contrast.groups, unit)
    strata = used_strata(few, contrast, unit)
    blocks = random_labels(few, contrast, units, contrast.label(units.group), unit, strata)
    first = np.concatenate([labels == 0 for labels in blocks]).astype(np.uint8)
    weights, size = Weights(first), first @ units.x[:, 0]
    rest = units.x.sum() - size
    result = np.zeros(len(first))
    sums = Sums(units.y)
    for columns, block in sums.blocks(len(first)):
        y = product(block, weights, whole=sums.whole)
        every = np.add.reduceat(np.append(block.values, 0.0), block.bounds[:-1]) * (np.diff(block.bounds) > 0)
        result += measure.of(columns).total(y / size, (every[:, None] - y) / rest)
    return result
