"""Keyness of many terms, with dispersion beside each and intervals over documents or clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import by_unit, recovered
from discourse.compare.keyness import bic, chi2, g2, informed_prior, log_odds, log_ratio
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import degrees
from discourse.compare.quantities import Quantities, level_of
from discourse.compare.ratios import bounds_of
from discourse.compare.resample import Design
from discourse.compare.simultaneous import LogOdds, Simultaneous, simultaneous
from discourse.compare.strata import Strata, strata_of
from discourse.compare.sums import ENTRIES, place_of, totals
from discourse.errors import TooLittleText, expect
from discourse.features.dispersion import dispersion
from discourse.types import Comparison, Features

# A group, on average: eight units can be divided evenly in 70 ways, six in only 20, which leaves no p below .05.
MIN_UNITS = 4
# Units of each group that must contain a term for an interval of its own (benchmarks/terms.py).
MIN_CONTAINING = 3


def compare_terms(
    features: Features,
    design: Design,
    *,
    alpha0: float = 500.0,
    min_documents: int = 5,
    min_clusters: int = 3,
    cells: int = 4,
) -> Comparison:
    """Compare the term frequencies of two groups.

    Parameters
    ----------
    features : Features
        Documents x terms, from `discourse.features.frequency.term_frequency`.
    design : Design
        Group 0 is the study corpus, group 1 the reference corpus.
    alpha0 : float
        Weight of the pooled shares in the prior (`discourse.compare.keyness.informed_prior`), in tokens.
    min_documents, min_clusters : int
        Documents and clusters of the two groups together that must contain a term.
    cells : {4, 2}
        Form of G2.

    Returns
    -------
    Comparison
        One row per term: `estimate` is the log-odds ratio (natural logarithm, positive where the study corpus uses the
        term more); `low`, `high` its interval, corrected for the family of all terms in the table so that no false
        difference is found in 19 of 20 corpora, for clusters where the design has them; `low_document`, `high_document`
        the same for documents; `low_pointwise`, `high_pointwise` the interval of the term alone, NaN where fewer than
        `MIN_CONTAINING` units of a group have it; `log_p` the natural logarithm of the permutation p-value, `q` after
        Benjamini & Hochberg, `p_family` after step-down max-T, for the units of `low`; frequencies, and rates per 10,000
        tokens with bootstrap intervals (clusters where the design has them); `log_ratio`, without a prior, with the
        interval that those of the rates give (Zou & Donner 2008), NaN where a group has none; `g2`; `dp` and `range` over
        all documents of both groups, `dp_study`, `dp_reference`. In the order of `by_evidence`.

    Raises
    ------
    ValueError
        If the design does not have two groups.
    TooLittleText
        If a group has fewer than two units, both together fewer than twice `MIN_UNITS`, or no term is frequent enough.
    """
    odds, found = _frequent(features, design, alpha0, min_documents, min_clusters)
    first = next(iter(found.units))
    spread = pd.concat([_spread(found, counts) for counts in found.blocks()], ignore_index=True)
    a, b = spread["count_study"].to_numpy(), spread["count_reference"].to_numpy()
    n_study, n_reference = found.tokens[found.in_study].sum(), found.tokens[~found.in_study].sum()
    assert odds.prior is not None
    prior, weight = odds.prior, odds.alpha0
    n_documents, clusters = _containing(found, design)
    tests = {unit: _family(found, unit, prior, weight, design) for unit in found.units}
    rates = _rates(odds, design, first)
    alone = spread[f"fewest_{first}"] >= MIN_CONTAINING
    table = pd.DataFrame(
        {
            "contrast": "keyness",
            "item": list(odds.items),
            "estimate": log_odds(a, b, n_study, n_reference, prior=prior, alpha0=weight),
            "low": tests[first].low,
            "high": tests[first].high,
            "log_p": np.log(tests[first].p),
            "q": benjamini_hochberg(tests[first].p),
            "p_family": tests[first].p_family,
            "low_document": tests["document"].low,
            "high_document": tests["document"].high,
            "low_pointwise": np.where(alone, tests[first].low_pointwise, np.nan),
            "high_pointwise": np.where(alone, tests[first].high_pointwise, np.nan),
            "n_documents": n_documents,
            "n_clusters": clusters,
            "n_tokens": int(n_study + n_reference),
            "count_study": a,
            "count_reference": b,
            "rate_study": 1e4 * a / n_study,
            "rate_study_low": rates[0][0],
            "rate_study_high": rates[0][1],
            "rate_reference": 1e4 * b / n_reference,
            "rate_reference_low": rates[1][0],
            "rate_reference_high": rates[1][1],
            "g2": g2(a, b, n_study, n_reference, cells=cells),
            "chi2": chi2(a, b, n_study, n_reference),
            "bic": bic(a, b, n_study, n_reference),
            "log_ratio": log_ratio(a, b, n_study, n_reference),
            **_log_ratio_interval((1e4 * a / n_study, 1e4 * b / n_reference), rates),
            **{c: spread[c].to_numpy() for c in ("dp", "range", "dp_study", "dp_reference")},
        }
    )
    return Comparison(
        by_evidence(table),
        "log-odds ratio (natural logarithm) with an informative Dirichlet prior",
        str(design.names[0]),
        str(design.names[1]),
        {
            "alpha0": alpha0,
            "resamples": design.resamples,
            "confidence": design.confidence,
            "family": len(odds.items),
            "cells": cells,
            "n_study": n_study,
            "n_reference": n_reference,
            "cluster": design.cluster_name,
            "n": features.params.get("n", 1),
            "permutations": design.resamples,
            "critical": {unit: test.critical for unit, test in tests.items()},
            "strata": _strata(found, first, design).columns,
            "apart": _strata(found, first, design).apart,
        },
    )


def by_evidence(table: pd.DataFrame) -> pd.DataFrame:
    """Terms in the order of the evidence: of the study group first, each group with the clearest first.

    By the end of the interval nearer to 0, where it excludes 0; those whose interval includes 0 by the interval over
    documents, and then by the estimate over the half of its interval on that side.

    Parameters
    ----------
    table : DataFrame
        With `item`, `estimate`, `low`, `high`, `low_document`, `high_document`.

    Examples
    --------
    >>> bounds = {"low": [0.5, -1.0, 0.1], "high": [4.0, 2.0, 0.9]}
    >>> table = pd.DataFrame({"item": ["b", "c", "a"], "estimate": [2.0, 0.5, 0.5], **bounds})
    >>> by_evidence(table.assign(low_document=table["low"], high_document=table["high"]))["item"].tolist()
    ['b', 'a', 'c']
    """
    sign = np.where(table["estimate"] < 0, -1.0, 1.0)
    near, near_document = (
        np.maximum(np.where(sign > 0, table[f"low{of}"], -table[f"high{of}"]), 0) for of in ("", "_document")
    )
    half = np.abs(table["estimate"] - np.where(sign > 0, table["low"], table["high"]))
    strength = table["estimate"].abs() / np.maximum(half, 1e-12)
    keys = pd.DataFrame(
        {"sign": -sign, "near": -near, "document": -near_document, "strength": -strength, "item": table["item"]},
        index=table.index,
    )
    return table.loc[keys.sort_values(list(keys.columns), kind="stable").index]


def clearest(table: pd.DataFrame, show: int) -> pd.DataFrame:
    """The `show` clearest terms of each group, in the order of `by_evidence`: one list for figures, text and what follows.

    Examples
    --------
    >>> bounds = {"low": [0.5, -1.0, 0.1], "high": [4.0, 2.0, 0.9]}
    >>> table = pd.DataFrame({"item": ["b", "c", "a"], "estimate": [2.0, -0.5, 0.5], **bounds})
    >>> clearest(table.assign(low_document=table["low"], high_document=table["high"]), 1)["item"].tolist()
    ['b', 'c']
    """
    ordered = by_evidence(table[np.isfinite(table["low"])])
    return pd.concat([ordered[ordered["estimate"] >= 0].head(show), ordered[ordered["estimate"] < 0].head(show)])


def term_quantities(
    features: Features, design: Design, *, alpha0: float = 500.0, min_documents: int = 5, min_clusters: int = 3
) -> Quantities:
    """The log-odds of the terms that `compare_terms` compares, by document.

    Parameters
    ----------
    features, design, alpha0, min_documents, min_clusters
        As in `compare_terms`.

    Returns
    -------
    Quantities
        One item for each term that is frequent enough; the prior is its pooled share in the two groups, and half a token.

    Raises
    ------
    ValueError, TooLittleText
        As in `compare_terms`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.frequency import term_frequency
    >>> counts = term_frequency(encoded(["Peace.", "Peace, trade."] * 4), min_count=1, min_documents=1)
    >>> q = term_quantities(counts, Design(np.repeat([0, 1], 4), ["a", "b"]), min_documents=5, min_clusters=1)
    >>> list(q.items), q.prior.round(2).tolist()
    (['peace'], [0.67])
    """
    return _frequent(features, design, alpha0, min_documents, min_clusters)[0]


def _frequent(
    features: Features, design: Design, alpha0: float, min_documents: int, min_clusters: int
) -> tuple[Quantities, _TwoGroups]:
    """The quantities of the terms that are frequent enough, and their frequencies in the two groups."""
    expect(features, Features, "discourse.term_frequency makes them of an encoded corpus")
    expect(design, Design, "discourse.Design(labels) makes one of the label of each document")
    if len(design.names) != 2:
        raise ValueError(
            f"a comparison of terms takes two groups, not {len(design.names)}; name them: Design(labels, [study, reference])"
        )
    found = _two_groups(features, design)
    title = f"Keyness of {design.names[0]} against {design.names[1]}"
    _require_units(found, design, title)
    n_documents, clusters = _containing(found, design)
    keep = np.flatnonzero((n_documents >= min_documents) & (clusters >= min_clusters))
    if not len(keep):
        raise TooLittleText(
            f"{title} ({features.params.get('n', 1)}-grams)",
            "n = 0 terms that are frequent enough",
            f"terms in at least {min_documents} documents"
            + (f" of {min_clusters} {design.cluster_name}s" if design.cluster is not None else ""),
        )
    if len(keep) < len(n_documents):
        found = replace(found, counts=found.counts[:, keep])
    total = np.concatenate([totals(counts)[0] for counts in found.blocks()])
    prior, weight = informed_prior(total[None], found.tokens, alpha0)
    odds = Quantities(
        "terms",
        found.counts,
        features.units["n_tokens"].to_numpy(float),
        [features.columns[int(k)] for k in keep],
        measure="log-odds",
        prior=prior,
        alpha0=weight,
    )
    return odds, found


@dataclass(frozen=True)
class _TwoGroups:
    """Documents of the study group, then of the reference group: their rows in the features, and their tokens.

    `counts` are those of all documents, by term. `units` numbers the units of each document of the groups from 0, by kind of unit;
    the first kind is that of `low` and `high`.
    """

    rows: np.ndarray
    counts: sparse.csc_array
    tokens: np.ndarray
    in_study: np.ndarray
    units: dict[str, np.ndarray]

    @property
    def place(self) -> np.ndarray:
        """Where each row of the counts is among `rows`; -1 for other documents."""
        return place_of(self.rows, self.counts.shape[0])

    def blocks(self) -> Iterator[sparse.csr_array]:
        """Counts of some terms at a time in the documents of the groups, so that memory does not grow with their number."""
        n_terms = self.counts.shape[1]
        bounds = np.searchsorted(self.counts.indptr, np.arange(ENTRIES, self.counts.nnz, ENTRIES))
        # Of no terms there is one block, without columns.
        for first, last in pairwise(np.unique([0, *bounds, n_terms]).tolist() if n_terms else [0, 0]):
            yield sparse.csr_array(self.counts[:, first:last])[self.rows]

    def study(self, unit: str) -> np.ndarray:
        """Whether each unit is in the study group."""
        codes = self.units[unit]
        study = np.zeros(int(codes.max()) + 1, bool)
        study[codes[self.in_study]] = True
        return study


def _two_groups(features: Features, design: Design) -> _TwoGroups:
    design.require(len(features.units), "terms")
    rows = np.concatenate([design.documents(0), design.documents(1)])
    in_study = np.arange(len(rows)) < len(design.documents(0))
    units = {"document": np.arange(len(rows))}
    if design.cluster is not None:
        # A speaker with documents in both groups is one unit in each.
        named = pd.Series(design.cluster[rows]) + np.where(in_study, "\0study", "\0reference")
        units = {"cluster": pd.factorize(named)[0], **units}
    counts = sparse.csc_array(features.values)
    return _TwoGroups(rows, counts, features.units["n_tokens"].to_numpy(float)[rows], in_study, units)


def _require_units(found: _TwoGroups, design: Design, title: str) -> None:
    """Refuse groups with too few units."""
    for unit, codes in found.units.items():
        sizes = [len(set(codes[g])) for g in (found.in_study, ~found.in_study)]
        if min(sizes) < 2 or sum(sizes) < 2 * MIN_UNITS:
            name = design.cluster_name if unit == "cluster" else unit
            raise TooLittleText(
                title,
                f"n = {sizes[0]} and {sizes[1]} {name}s",
                f"at least {2 * MIN_UNITS} {name}s, two or more in each group",
            )


def _family(found: _TwoGroups, unit: str, prior: np.ndarray, alpha0: float, design: Design) -> Simultaneous:
    """Simultaneous intervals and tests of all terms over one kind of unit."""
    codes = found.units[unit]
    study = found.study(unit)
    strata = _strata(found, unit, design)
    tokens = np.bincount(codes, found.tokens)
    df = degrees(tokens, (~study).astype(int)) if strata.apart else None
    if unit == "document":
        odds = LogOdds(found.counts, tokens, prior, alpha0, found.place)
    else:
        odds = LogOdds(sparse.hstack([by_unit(c, codes) for c in found.blocks()], "csc"), tokens, prior, alpha0)
    return simultaneous(odds, study, design, unit, strata.codes, df)


def _strata(found: _TwoGroups, unit: str, design: Design) -> Strata:
    return strata_of(design, found.rows, found.units[unit], (~found.study(unit)).astype(int), unit)


def _rates(odds: Quantities, design: Design, unit: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Bootstrap intervals of the rate of each term in study and reference group."""
    rates = replace(odds, prior=None, scale=1e4, measure="per 10,000 tokens")
    return [bounds_of(rates, design, level_of(design, g), unit) for g in (0, 1)]


def _log_ratio_interval(
    rates: tuple[np.ndarray, np.ndarray], bounds: list[tuple[np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Interval of the binary logarithm of the ratio of two rates, from theirs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values, lows, highs = (np.log2(np.stack(v)) for v in (rates, *zip(*bounds)))
        low, high = recovered(values, lows, highs, np.array([1, -1]))
    defined = np.isfinite(low) & np.isfinite(high)
    return {"log_ratio_low": np.where(defined, low, np.nan), "log_ratio_high": np.where(defined, high, np.nan)}


def _containing(found: _TwoGroups, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Documents, and clusters, of both groups that contain each term; documents are clusters where none are named."""
    if not found.counts.shape[1]:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if design.cluster is None:
        n_documents = np.concatenate([totals(counts)[1] for counts in found.blocks()])
        return n_documents, n_documents
    codes = pd.factorize(design.cluster[found.rows])[0]
    n = [(totals(counts)[1], totals(by_unit(counts, codes))[1]) for counts in found.blocks()]
    n_documents, n_clusters = (np.concatenate(v) for v in zip(*n))
    return n_documents, n_clusters


def _spread(found: _TwoGroups, counts: sparse.csr_array) -> pd.DataFrame:
    """Frequencies of some terms in each group, the units of the group with fewer that contain each, and how evenly they are spread."""
    groups = {"study": found.in_study, "reference": ~found.in_study}
    columns: dict[str, np.ndarray] = {}
    for unit, codes in found.units.items():
        y, study = by_unit(counts, codes), found.study(unit)
        columns[f"fewest_{unit}"] = np.min([totals(y[g])[1] for g in (study, ~study)], axis=0)
    for name, rows in groups.items():
        columns[f"count_{name}"] = totals(counts[rows])[0]
        columns[f"dp_{name}"] = dispersion(counts[rows], np.maximum(found.tokens[rows], 1))["dp"].to_numpy()
    both = dispersion(counts, np.maximum(found.tokens, 1))
    return pd.DataFrame({**columns, "dp": both["dp"].to_numpy(), "range": both["range"].astype(int).to_numpy()})
