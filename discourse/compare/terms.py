"""Keyness of many terms, with dispersion beside each and intervals over documents or clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.keyness import g2, log_odds, log_ratio
from discourse.compare.resample import Design, interval, stream
from discourse.errors import TooLittleText
from discourse.features.dispersion import dispersion
from discourse.types import Comparison, Features

MIN_UNITS = 4


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
        The error is that of sums over independent units, by linearisation (delta method): with A the frequency and B the
        rest of the tokens of a group (prior included), a unit adds y / A - (n - y) / B. It is never smaller than that of
        independent tokens, sqrt(1 / A_study + 1 / A_reference) (Monroe, Colaresi & Quinn 2008, eq. 20): a term that is
        absent from a group has no variance between its units, and is not certain for that.
    """
    parts = []
    square, product = y.multiply(y).tocsr(), y.multiply(n[:, None]).tocsr()
    for inside in (study, ~study):
        w = inside.astype(float)
        m = w.sum(1)[:, None]
        s1, s2, s3 = ((x.T @ w.T).T for x in (y, square, product))
        total, total2 = (w @ n)[:, None], (w @ n**2)[:, None]
        alpha = alpha0 * prior
        a, b = s1 + alpha, total + alpha0 - s1 - alpha
        sum_d2 = s2 / a**2 - 2 * (s3 - s2) / (a * b) + (total2 - 2 * s3 + s2) / b**2
        sum_d = s1 / a - (total - s1) / b
        variance = m / (m - 1) * np.maximum(sum_d2 - sum_d**2 / m, 0)
        parts.append((np.log(a) - np.log(b), variance, 1 / a))
    (one, v, p), (other, u, q) = parts
    return one - other, np.sqrt(np.maximum(v + u, p + q))


def divisions(n_study: int, n_units: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Random divisions of units into a study group of that size and the rest; bool, shape (n, n_units)."""
    order = np.argsort(rng.random((n, n_units)), axis=1)
    return order < n_study


def simultaneous(
    y: sparse.csr_array, n: np.ndarray, study: np.ndarray, prior: np.ndarray, alpha0: float, design: Design, unit: str
) -> tuple[np.ndarray, np.ndarray, float]:
    """Intervals of log-odds ratios that hold for all terms at once, so also for those selected by their size.

    The half-width is c * (s + s0): s is the standard error of the term, s0 the median over the terms, which keeps rare
    terms with an accidentally small error from setting the scale (Tusher, Tibshirani & Chu 2001), and c the quantile of the
    largest |estimate| / (s + s0) over all terms when the groups are divided at random over the same units (max-T; Westfall
    & Young 1993). Where the division of the units means nothing, any interval leaves out 0 in at most 1 - confidence of all
    cases, however few units there are.

    Parameters
    ----------
    y, n, study, prior, alpha0
        As in `log_odds_with_error`; `study` has one row.
    design : Design
        Resamples (used as the number of random divisions), confidence, seed.
    unit : str
        Name of the unit, for the stream of random numbers.

    Returns
    -------
    low, high : ndarray, shape (n_terms,)
    critical : float
        c.
    """
    estimate, error = (x[0] for x in log_odds_with_error(y, n, study[None], prior, alpha0))
    base = float(np.median(error))
    rng = stream(design.seed, "divisions", unit)
    largest = []
    for start in range(0, design.resamples, 250):
        random = divisions(int(study.sum()), len(n), min(250, design.resamples - start), rng)
        e, s = log_odds_with_error(y, n, random, prior, alpha0)
        largest.append((np.abs(e) / (s + np.median(s, axis=1)[:, None])).max(1))
    # The observed division is one of the possible ones.
    observed = (np.abs(estimate) / (error + base)).max()
    critical = float(np.quantile(np.append(np.concatenate(largest), observed), design.confidence, method="higher"))
    half = critical * (error + base)
    return estimate - half, estimate + half, critical


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
        term more); `low`, `high` its simultaneous interval over the family of all terms in the table, for clusters where
        the design has them; `low_document`, `high_document` the same for documents; `low_pointwise`, `high_pointwise` the
        bootstrap interval of the term alone; frequencies, and rates per 10,000 tokens with bootstrap intervals
        (clusters where the design has them); `g2` and `log_ratio`; `dp` and
        `range` over all documents of both groups, `dp_study`, `dp_reference`. Sorted by estimate.

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
    grouped = {u: _by_unit(counts, codes) for u, codes in units.items()}
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
        low, high, critical[unit] = simultaneous(grouped[unit][:, keep], n, study, prior, alpha0, design, unit)
        if unit == first:
            columns |= {"low": low, "high": high}
        if unit == "document":
            columns |= {"low_document": low, "high_document": high}
    nothing = (np.full(len(keep), np.nan),) * 2
    bounds = {"pointwise": nothing, "study": nothing, "reference": nothing}
    one, other = (
        _resampled(counts[rows], tokens[rows], design.weights(g, first)) for g, rows in enumerate((in_study, ~in_study))
    )
    if one is not None and other is not None:
        (y, n_y), (z, n_z) = one, other
        samples = log_odds(y, z, n_y, n_z, prior=prior, alpha0=alpha0)
        bounds["pointwise"] = interval(samples, design.confidence)
        bounds["study"] = interval(1e4 * y / n_y, design.confidence)
        bounds["reference"] = interval(1e4 * z / n_z, design.confidence)
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
            "low_pointwise": bounds["pointwise"][0],
            "high_pointwise": bounds["pointwise"][1],
            "n_documents": n_documents[keep],
            "n_clusters": clusters[keep],
            "n_tokens": int(n_study + n_reference),
            "count_study": a.astype(int),
            "count_reference": b.astype(int),
            "rate_study": 1e4 * a / n_study,
            "rate_study_low": bounds["study"][0],
            "rate_study_high": bounds["study"][1],
            "rate_reference": 1e4 * b / n_reference,
            "rate_reference_low": bounds["reference"][0],
            "rate_reference_high": bounds["reference"][1],
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
            "critical": critical,
            "cells": cells,
            "n_study": n_study,
            "n_reference": n_reference,
            "cluster": design.cluster_name,
            "n": features.params.get("n", 1),
        },
    )


def _by_unit(counts: sparse.csr_array, codes: np.ndarray) -> sparse.csr_array:
    shape = (int(codes.max()) + 1, len(codes))
    return sparse.csr_array(
        sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=shape) @ counts
    )


def _n_clusters(counts: sparse.csr_array, cluster: np.ndarray) -> np.ndarray:
    """Clusters that contain each term."""
    return np.diff(_by_unit(counts, pd.factorize(cluster)[0]).tocsc().indptr)


def _resampled(
    counts: sparse.csr_array, tokens: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Frequencies (resamples, n_terms) and tokens (resamples, 1) of the resamples of a group; None without weights."""
    if weights is None:
        return None
    weights = weights.astype(np.float64)
    return (counts.T @ weights.T).T, weights @ tokens[:, None]
