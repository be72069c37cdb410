"""Keyness of many terms, with dispersion beside each and intervals over documents or clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import by_unit
from discourse.compare.keyness import bic, chi2, g2, informed_prior, log_odds, log_ratio
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.quantities import Quantities, level_of, pair
from discourse.compare.ratios import bounds_of
from discourse.compare.resample import Design
from discourse.compare.simultaneous import Simultaneous, log_odds_with_error, simultaneous
from discourse.errors import TooLittleText
from discourse.features.dispersion import dispersion
from discourse.types import Comparison, Features

# A group, on average: eight units can be divided evenly in 70 ways, six in only 20, which leaves no p below .05.
MIN_UNITS = 4


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
        term more); `low`, `high` its simultaneous interval over the family of all terms in the table, for clusters
        where the design has them; `low_document`, `high_document` the same for documents; `low_pointwise`,
        `high_pointwise` the bootstrap interval of the term alone; `log_p` the natural logarithm of the permutation
        p-value, `q` after Benjamini & Hochberg, `p_family` after step-down max-T, for the units of `low`; frequencies,
        and rates per 10,000 tokens with bootstrap intervals (clusters where the design has them); `g2` and `log_ratio`;
        `dp` and `range` over all documents of both groups, `dp_study`, `dp_reference`. Sorted by estimate.

    Raises
    ------
    ValueError
        If the design does not have two groups.
    TooLittleText
        If a group has fewer than two units, both together fewer than twice `MIN_UNITS`, or no term is frequent enough.
    """
    odds, found = _frequent(features, design, alpha0, min_documents, min_clusters)
    first = next(iter(found.units))
    a, b = (np.asarray(found.counts[g].sum(0)).ravel() for g in (found.in_study, ~found.in_study))
    n_study, n_reference = found.tokens[found.in_study].sum(), found.tokens[~found.in_study].sum()
    assert odds.prior is not None
    prior, weight = odds.prior, odds.alpha0
    # Stored entries are documents that contain the term: counts store no zeros.
    n_documents = np.diff(found.counts.tocsc().indptr)
    clusters = n_documents if design.cluster is None else _n_clusters(found.counts, design.cluster[found.rows])
    tests = {unit: _family(found, unit, prior, weight, design) for unit in found.units}
    alone = _pointwise(odds, design, first)
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
            "low_pointwise": alone["odds"][0],
            "high_pointwise": alone["odds"][1],
            "n_documents": n_documents,
            "n_clusters": clusters,
            "n_tokens": int(n_study + n_reference),
            "count_study": a.astype(int),
            "count_reference": b.astype(int),
            "rate_study": 1e4 * a / n_study,
            "rate_study_low": alone["study"][0],
            "rate_study_high": alone["study"][1],
            "rate_reference": 1e4 * b / n_reference,
            "rate_reference_low": alone["reference"][0],
            "rate_reference_high": alone["reference"][1],
            "g2": g2(a, b, n_study, n_reference, cells=cells),
            "chi2": chi2(a, b, n_study, n_reference),
            "bic": bic(a, b, n_study, n_reference),
            "log_ratio": log_ratio(a, b, n_study, n_reference),
            **_dispersions(found),
        }
    )
    table = table.sort_values(["estimate", "item"], ascending=[False, True], kind="stable")
    return Comparison(
        table,
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
        },
    )


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
    if len(design.names) != 2:
        raise ValueError("a comparison of terms takes two groups")
    found = _two_groups(features, design)
    title = f"Keyness of {design.names[0]} against {design.names[1]}"
    _require_units(found, design, title)
    n_documents = np.diff(found.counts.tocsc().indptr)
    clusters = n_documents if design.cluster is None else _n_clusters(found.counts, design.cluster[found.rows])
    keep = np.flatnonzero((n_documents >= min_documents) & (clusters >= min_clusters))
    if not len(keep):
        raise TooLittleText(
            f"{title} ({features.params.get('n', 1)}-grams)",
            "n = 0 terms that are frequent enough",
            f"terms in at least {min_documents} documents"
            + (f" of {min_clusters} {design.cluster_name}s" if design.cluster is not None else ""),
        )
    found = replace(found, counts=found.counts[:, keep])
    prior, weight = informed_prior(found.counts, found.tokens, alpha0)
    odds = Quantities(
        "terms",
        sparse.csr_array(features.values)[:, keep].astype(float),
        features.units["n_tokens"].to_numpy(float),
        [features.columns[int(k)] for k in keep],
        measure="log-odds",
        prior=prior,
        alpha0=weight,
    )
    return odds, found


@dataclass(frozen=True)
class _TwoGroups:
    """Documents of the study group, then of the reference group: their rows in the features, frequencies and tokens.

    `units` numbers the units of each document from 0, by kind of unit; the first kind is that of `low` and `high`.
    """

    rows: np.ndarray
    counts: sparse.csr_array
    tokens: np.ndarray
    in_study: np.ndarray
    units: dict[str, np.ndarray]


def _two_groups(features: Features, design: Design) -> _TwoGroups:
    rows = np.concatenate([design.documents(0), design.documents(1)])
    in_study = np.arange(len(rows)) < len(design.documents(0))
    units = {"document": np.arange(len(rows))}
    if design.cluster is not None:
        # A speaker with documents in both groups is one unit in each.
        named = pd.Series(design.cluster[rows]) + np.where(in_study, "\0study", "\0reference")
        units = {"cluster": pd.factorize(named)[0], **units}
    counts = sparse.csr_array(features.values).astype(np.float64)[rows]
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
    study = np.zeros(int(codes.max()) + 1, bool)
    study[codes[found.in_study]] = True
    stratum = None
    if design.strata is not None:
        of_document = pd.factorize(pd.Series(design.strata[found.rows]).astype(str), sort=True)[0]
        # A cluster is in the stratum of its first document.
        stratum = of_document[np.unique(codes, return_index=True)[1]]
    tokens = np.bincount(codes, found.tokens)
    y = by_unit(found.counts, codes)
    return simultaneous(lambda d: log_odds_with_error(y, tokens, d, prior, alpha0), study, design, unit, stratum)


def _pointwise(odds: Quantities, design: Design, unit: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Bootstrap intervals of each term alone: of its log-odds ratio, and of its rate in each group."""
    rates = replace(odds, prior=None, scale=1e4, measure="per 10,000 tokens")
    return {
        "odds": bounds_of(odds, design, pair(design, 0, 1), unit),
        "study": bounds_of(rates, design, level_of(design, 0), unit),
        "reference": bounds_of(rates, design, level_of(design, 1), unit),
    }


def _dispersions(found: _TwoGroups) -> dict[str, np.ndarray]:
    """How evenly each term is spread over the documents of both groups, and of each."""
    spread = {
        name: dispersion(found.counts[rows], np.maximum(found.tokens[rows], 1))
        for name, rows in (("both", found.in_study | True), ("study", found.in_study), ("reference", ~found.in_study))
    }
    return {
        "dp": spread["both"]["dp"].to_numpy(),
        "range": spread["both"]["range"].astype(int).to_numpy(),
        "dp_study": spread["study"]["dp"].to_numpy(),
        "dp_reference": spread["reference"]["dp"].to_numpy(),
    }


def _n_clusters(counts: sparse.csr_array, cluster: np.ndarray) -> np.ndarray:
    """Clusters that contain each term."""
    return np.diff(by_unit(counts, pd.factorize(cluster)[0]).tocsc().indptr)
