"""Keyness of many terms, with dispersion beside each and intervals over documents or clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.keyness import g2, log_odds, log_ratio
from discourse.compare.resample import Design, interval, simultaneous
from discourse.features.dispersion import dispersion
from discourse.types import Comparison, Features


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
        term more); `low`, `high` its simultaneous interval over the family of all terms in the table, resampling
        clusters where the design has them; `low_pointwise`, `high_pointwise` the interval of the term alone;
        `low_document`, `high_document` the simultaneous interval that resamples documents; counts and rates per 10,000
        tokens; `g2` and `log_ratio`; `dp` and `range` over all documents of both groups, `dp_study`, `dp_reference`.
        Sorted by estimate.

    Raises
    ------
    ValueError
        If the design does not have two groups.
    """
    if len(design.names) != 2:
        raise ValueError("a comparison of terms takes two groups")
    counts = sparse.csr_array(features.values).astype(np.float64)
    tokens = features.units["n_tokens"].to_numpy(float)
    study, reference = design.documents(0), design.documents(1)
    both = np.concatenate([study, reference])
    present = sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)[both]
    n_documents = np.asarray(present.sum(0)).ravel()
    if design.cluster is None:
        n_clusters = n_documents
    else:
        codes = pd.factorize(design.cluster[both])[0]
        by_cluster = sparse.csr_array((np.ones(len(both)), (codes, np.arange(len(both))))) @ present
        n_clusters = np.asarray((by_cluster > 0).sum(0)).ravel()
    keep = np.flatnonzero((n_documents >= min_documents) & (n_clusters >= min(min_clusters, len(both))))
    counts = counts[:, keep]
    a, b = (np.asarray(counts[rows].sum(0)).ravel() for rows in (study, reference))
    n_study, n_reference = tokens[study].sum(), tokens[reference].sum()
    prior = (a + b) / (n_study + n_reference)
    estimate = log_odds(a, b, n_study, n_reference, prior=prior, alpha0=alpha0)

    def resampled(unit: str) -> np.ndarray | None:
        drawn = []
        for g, rows in enumerate((study, reference)):
            weights = design.weights(g, unit)
            if weights is None:
                return None
            weights = weights.astype(np.float64)
            drawn.append(((counts[rows].T @ weights.T).T, weights @ tokens[rows][:, None]))
        (y, n), (z, m) = drawn
        return log_odds(y, z, n, m, prior=prior, alpha0=alpha0)

    nothing = np.full(len(keep), np.nan)
    columns: dict[str, np.ndarray] = {}
    critical = {}
    for unit in ["document"] if design.cluster is None else ["cluster", "document"]:
        samples = resampled(unit)
        if samples is None:
            low = high = low_one = high_one = nothing
        else:
            low, high, critical[unit] = simultaneous(estimate, samples, design.confidence)
            low_one, high_one = interval(samples, design.confidence)
        if "low" not in columns:
            columns |= {"low": low, "high": high, "low_pointwise": low_one, "high_pointwise": high_one}
        if unit == "document":
            columns |= {"low_document": low, "high_document": high}
    spread = {
        name: dispersion(counts[rows], np.maximum(tokens[rows], 1))
        for name, rows in (("both", both), ("study", study), ("reference", reference))
    }
    table = pd.DataFrame(
        {
            "contrast": "keyness",
            "item": [features.columns[int(k)] for k in keep],
            "estimate": estimate,
            **columns,
            "n_documents": n_documents[keep].astype(int),
            "n_clusters": n_clusters[keep].astype(int),
            "n_tokens": n_study + n_reference,
            "count_study": a.astype(int),
            "count_reference": b.astype(int),
            "rate_study": 1e4 * a / n_study,
            "rate_reference": 1e4 * b / n_reference,
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
