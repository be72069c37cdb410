"""Keyness of many terms, with dispersion beside each and intervals over documents or clusters."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import by_unit, log_odds_level, moments
from discourse.compare.keyness import g2, log_odds, log_ratio
from discourse.compare.multiple import benjamini_hochberg, permutation_p, step_down_max_t
from discourse.compare.quantities import Quantities, level_of, pair
from discourse.compare.ratios import bounds_of
from discourse.compare.resample import Design, stream
from discourse.errors import TooLittleText
from discourse.features.dispersion import dispersion
from discourse.types import Comparison, Features

MIN_UNITS = (
    4  # a group, on average: eight units can be divided in 70 ways, six in only 20, so that p is never below .05
)


def log_odds_with_error(
    y: sparse.csr_array, n: np.ndarray, study: np.ndarray, prior: np.ndarray, alpha0: float
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratios and their standard errors for many divisions of the same units into two groups.

    Parameters
    ----------
    y : csr_array, shape (n_units, n_terms)
        Frequencies by unit (document or cluster).
    n : ndarray, shape (n_units,)
        Tokens by unit.
    study : ndarray of bool, shape (n_divisions, n_units)
        Units of the study group in each division; the others are the reference group.
    prior : ndarray, shape (n_terms,)
        Expected share of each term.
    alpha0 : float
        Weight of the prior in tokens.

    Returns
    -------
    estimate, error : ndarray, shape (n_divisions, n_terms)
        The error is that of sums over independent units, by linearisation (see `log_odds_level`).
    """
    inside = moments(y, n[:, None], study.astype(float))
    whole = moments(y, n[:, None], np.ones((1, len(n))))
    (one, v), (other, u) = (log_odds_level(m, prior, alpha0) for m in (inside, whole.minus(inside)))
    return one - other, np.sqrt(v + u)


def divisions(study: np.ndarray, n: int, rng: np.random.Generator, stratum: np.ndarray | None = None) -> np.ndarray:
    """Random divisions of units into two groups of the same sizes, within strata where there are some.

    Parameters
    ----------
    study : ndarray of bool, shape (n_units,)
        The observed division.
    n : int
        Number of divisions.
    rng : Generator
        Random numbers.
    stratum : ndarray of int, shape (n_units,), optional
        Number of the stratum of each unit.

    Returns
    -------
    ndarray of bool, shape (n, n_units)
    """
    stratum = np.zeros(len(study), int) if stratum is None else stratum
    order = np.argsort(rng.random((n, len(study))) + stratum, axis=1)
    result = np.empty((n, len(study)), bool)
    np.put_along_axis(result, order, np.broadcast_to(study[np.argsort(stratum, kind="stable")], order.shape), axis=1)
    return result


class Simultaneous(NamedTuple):
    """Intervals and tests of a family of terms: each array of shape (n_terms,)."""

    low: np.ndarray
    high: np.ndarray
    critical: tuple[np.ndarray, np.ndarray, float]
    p: np.ndarray
    p_family: np.ndarray


def simultaneous(
    y: sparse.csr_array,
    n: np.ndarray,
    study: np.ndarray,
    prior: np.ndarray,
    alpha0: float,
    design: Design,
    unit: str,
    stratum: np.ndarray | None = None,
) -> Simultaneous:
    """Intervals of log-odds ratios valid for all terms at once, so also for those selected by size; and tests.

    An interval reaches from c * q1 * (s + s0) below the estimate to c * q2 * (s + s0) above it. s is the standard error
    of the term, s0 the median over the terms, which keeps rare terms with an accidentally small error from setting the
    scale (Tusher, Tibshirani & Chu 2001). q1 and q2 are the quantiles that estimate / (s + s0) and its negative pass in
    2.5% of random divisions of the same units into groups of the same sizes: a term that is bursty, or whose
    differences are skewed because one group is small, gets a wide interval on that side without widening those of other
    terms (balanced intervals; Beran 1988, Romano & Wolf 2010). c is the quantile of the largest of these ratios over
    all terms and divisions (max-T; Westfall & Young 1993). Where the division of the units means nothing, any interval
    excludes 0 in at most 1 - confidence of all cases, however few units there are.

    Parameters
    ----------
    y, n, study, prior, alpha0
        As in `log_odds_with_error`; `study` has one row.
    design : Design
        Resamples (used as the number of random divisions), confidence, seed.
    unit : str
        Name of the unit, for the stream of random numbers.
    stratum : ndarray of int, shape (n_units,), optional
        Units are divided within strata.

    Returns
    -------
    Simultaneous
        `critical` are c * q1, c * q2 and s0; `p` is the permutation p-value of the term alone, `p_family` that of
        step-down max-T.
    """
    estimate, error = (x[0] for x in log_odds_with_error(y, n, study[None], prior, alpha0))
    base = float(np.median(error))
    rng = stream(design.seed, "divisions", unit)
    # The observed division is one of the possible ones.
    blocks = [(estimate / (error + base)).astype(np.float32)[None]]
    for start in range(0, design.resamples, 250):
        random = divisions(study, min(250, design.resamples - start), rng, stratum)
        e, s = log_odds_with_error(y, n, random, prior, alpha0)
        blocks.append((e / (s + np.median(s, axis=1)[:, None])).astype(np.float32))
    signed = np.concatenate(blocks)
    ordered = np.sort(signed, axis=0)
    beyond = int((1 - design.confidence) / 2 * len(signed))
    below, above = ordered[-1 - beyond], -ordered[beyond]
    # A term that random divisions hardly move has no scale of its own.
    below, above = (np.maximum(q, max(np.median(q) / 2, 1e-6)) for q in (below, above))
    standard = np.where(signed > 0, signed / below, -signed / above)
    largest = standard.max(1)
    critical = float(np.quantile(largest, design.confidence, method="higher"))
    reach = critical * (error + base)
    return Simultaneous(
        estimate - reach * below,
        estimate + reach * above,
        (critical * below, critical * above, base),
        permutation_p(standard[0], standard[1:]),
        step_down_max_t(standard[0], standard[1:]),
    )


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
        Weight of the prior of `log_odds`, in tokens; the prior is the pooled corpus.
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
    if len(design.names) != 2:
        raise ValueError("a comparison of terms takes two groups")
    counts = sparse.csr_array(features.values).astype(np.float64)
    tokens = features.units["n_tokens"].to_numpy(float)
    both = np.concatenate([design.documents(0), design.documents(1)])
    counts, tokens = counts[both], tokens[both]
    in_study = np.arange(len(both)) < len(design.documents(0))
    units = {"document": np.arange(len(both))}
    if design.cluster is not None:
        # A speaker with documents in both groups is one unit in each.
        named = pd.Series(design.cluster[both]) + np.where(in_study, "\0study", "\0reference")
        units = {"cluster": pd.factorize(named)[0], **units}
    for unit, codes in units.items():
        sizes = [len(set(codes[g])) for g in (in_study, ~in_study)]
        if min(sizes) < 2 or sum(sizes) < 2 * MIN_UNITS:
            name = design.cluster_name if unit == "cluster" else unit
            raise TooLittleText(
                f"Keyness of {design.names[0]} against {design.names[1]}",
                f"n = {sizes[0]} and {sizes[1]} {name}s",
                f"at least {2 * MIN_UNITS} {name}s, two or more in each group",
            )
    grouped = {u: by_unit(counts, codes) for u, codes in units.items()}
    first = next(iter(units))
    n_documents = np.diff(counts.tocsc().indptr)
    clusters = n_documents if first == "document" else _n_clusters(counts, design.cluster[both])  # type: ignore[index]
    keep = np.flatnonzero((n_documents >= min_documents) & (clusters >= min_clusters))
    if not len(keep):
        name = design.cluster_name
        raise TooLittleText(
            f"Keyness of {design.names[0]} against {design.names[1]} ({features.params.get('n', 1)}-grams)",
            "n = 0 terms that are frequent enough",
            f"terms in at least {min_documents} documents"
            + (f" of {min_clusters} {name}s" if first == "cluster" else ""),
        )
    counts = counts[:, keep]
    a, b = (np.asarray(counts[g].sum(0)).ravel() for g in (in_study, ~in_study))
    n_study, n_reference = tokens[in_study].sum(), tokens[~in_study].sum()
    prior = (a + b) / (n_study + n_reference)

    columns: dict[str, np.ndarray] = {}
    critical = {}
    for unit, codes in units.items():
        study = np.zeros(int(codes.max()) + 1, bool)
        study[codes[in_study]] = True
        n = np.bincount(codes, tokens)
        stratum = None
        if design.strata is not None:
            of_document = pd.factorize(pd.Series(design.strata[both]).astype(str), sort=True)[0]
            stratum = of_document[np.unique(codes, return_index=True)[1]]
        found = simultaneous(grouped[unit][:, keep], n, study, prior, alpha0, design, unit, stratum)
        critical[unit] = found.critical
        if unit == first:
            columns |= {"low": found.low, "high": found.high, "log_p": np.log(found.p)}
            columns |= {"q": benjamini_hochberg(found.p), "p_family": found.p_family}
        if unit == "document":
            columns |= {"low_document": found.low, "high_document": found.high}
    odds = Quantities(
        "terms",
        sparse.csr_array(features.values)[:, keep].astype(float),
        features.units["n_tokens"].to_numpy(float),
        [features.columns[int(k)] for k in keep],
        measure="log-odds",
        prior=prior,
        alpha0=alpha0,
    )
    rates = replace(odds, prior=None, scale=1e4, measure="per 10,000 tokens")
    unit = "document" if first == "document" else "cluster"
    pointwise = bounds_of(odds, design, pair(design, 0, 1), unit)
    of_group = [bounds_of(rates, design, level_of(design, g), unit) for g in (0, 1)]
    spread = {
        name: dispersion(counts[rows], np.maximum(tokens[rows], 1))
        for name, rows in (("both", in_study | True), ("study", in_study), ("reference", ~in_study))
    }
    table = pd.DataFrame(
        {
            "contrast": "keyness",
            "item": [features.columns[int(k)] for k in keep],
            "estimate": log_odds(a, b, n_study, n_reference, prior=prior, alpha0=alpha0),
            **columns,
            "low_pointwise": pointwise[0],
            "high_pointwise": pointwise[1],
            "n_documents": n_documents[keep],
            "n_clusters": clusters[keep],
            "n_tokens": int(n_study + n_reference),
            "count_study": a.astype(int),
            "count_reference": b.astype(int),
            "rate_study": 1e4 * a / n_study,
            "rate_study_low": of_group[0][0],
            "rate_study_high": of_group[0][1],
            "rate_reference": 1e4 * b / n_reference,
            "rate_reference_low": of_group[1][0],
            "rate_reference_high": of_group[1][1],
            "g2": g2(a, b, n_study, n_reference, cells=cells),
            "log_ratio": log_ratio(a, b, n_study, n_reference),
            "dp": spread["both"]["dp"],
            "range": spread["both"]["range"].astype(int),
            "dp_study": spread["study"]["dp"],
            "dp_reference": spread["reference"]["dp"],
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
            "family": len(keep),
            "cells": cells,
            "n_study": n_study,
            "n_reference": n_reference,
            "cluster": design.cluster_name,
            "n": features.params.get("n", 1),
            "permutations": design.resamples,
            "quantities": odds,
            "critical": critical,
        },
    )


def _n_clusters(counts: sparse.csr_array, cluster: np.ndarray) -> np.ndarray:
    """Clusters that contain each term."""
    return np.diff(by_unit(counts, pd.factorize(cluster)[0]).tocsc().indptr)
