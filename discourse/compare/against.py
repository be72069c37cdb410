"""One group against fixed counts: keyness where the reference has no documents of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import stdtrit

from discourse.compare.intervals import by_unit, log_odds_level, moments, ratio
from discourse.compare.keyness import g2, informed_prior, log_odds, log_ratio
from discourse.compare.resample import Design
from discourse.compare.terms import MIN_CONTAINING
from discourse.errors import TooLittleText
from discourse.features.dispersion import dispersion
from discourse.types import Features

MIN_UNITS = 5  # of the group: with fewer, Student's t says nothing on many words together


def compare_with_reference(
    features: Features,
    design: Design,
    group: int | str,
    counts: np.ndarray,
    n_reference: float,
    *,
    alpha0: float = 100.0,
    min_documents: int = 10,
) -> pd.DataFrame:
    """Keyness of one group against fixed counts of a reference corpus.

    The reference is taken as it is: intervals are over the documents (or clusters) of the group alone. They hold for all terms of the table
    together (Bonferroni), by Student's t with one degree of freedom less than there are units.

    Parameters
    ----------
    features : Features
        Documents x terms, from `discourse.features.frequency.term_frequency`; all documents of the design.
    design : Design
        With the group.
    group : int or str
        Which group.
    counts : ndarray of int, shape (n_terms,)
        Frequencies in the reference; terms with -1 are left out, as it does not say how often they occur.
    n_reference : float
        Tokens of the reference.
    alpha0 : float
        Weight of the pooled shares in the prior (`discourse.compare.keyness.informed_prior`), in tokens.
    min_documents : int
        Documents of the group that must contain a term, where the reference has it less often; terms of which the group has fewer are left
        out.

    Returns
    -------
    DataFrame
        One row a term: `item`, `estimate` (log-odds ratio, positive where the group has more of it) with `low`, `high` (clusters where
        the design has them) and `low_document`, `high_document`; `log_ratio` with its interval, `g2`, `count_study`, `count_reference`,
        `rate_study`, `rate_reference` (per 10,000 tokens), `dp`, `range` (documents of the group). In the order of the
        evidence: by the end of the interval nearer to 0.

    Raises
    ------
    TooLittleText
        If the group has fewer than `MIN_UNITS` units, or no term is frequent enough.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.frequency import term_frequency
    >>> texts = ["Peace and peace.", "Peace, trade."] * 6
    >>> found = term_frequency(encoded(texts), min_count=1, min_documents=1)
    >>> table = compare_with_reference(found, Design(["a"] * 12), "a", np.array([10, 500]), 1000, min_documents=5)
    >>> table[["item", "count_study", "count_reference"]].values.tolist()
    [['peace', 18, 10], ['trade', 6, 500]]
    """
    g = design.number(group)
    title = f"Keyness of {design.names[g]} against a reference"
    rows = design.documents(g)
    tokens = features.units["n_tokens"].to_numpy(float)[rows]
    rows, tokens = rows[tokens > 0], tokens[tokens > 0]
    kinds = (["cluster"] if design.cluster is not None else []) + ["document"]
    units = {kind: design.units(rows, kind) for kind in kinds}
    for kind, codes in units.items():
        n = len(np.unique(codes))
        if n < MIN_UNITS:
            name = design.cluster_name if kind == "cluster" else kind
            raise TooLittleText(title, f"n = {n} {name}s", f"at least {MIN_UNITS} {name}s")
    matrix = sparse.csr_array(features.values)[rows]
    documents = np.diff(matrix.tocsc().indptr)
    kept = np.flatnonzero((documents >= min_documents) & (np.asarray(counts) >= 0))
    if not len(kept):
        need = f"words in at least {min_documents} documents that the reference has"
        raise TooLittleText(title, "n = 0 words that are frequent enough", need)
    y, b = sparse.csr_array(matrix[:, kept]).astype(float), np.asarray(counts, float)[kept]
    a, n_study = np.asarray(y.sum(0)).ravel(), float(tokens.sum())
    prior, weight = informed_prior(np.stack([a, b]), np.array([n_study, n_reference]), alpha0)
    estimate = log_odds(a, b, n_study, n_reference, prior=prior, alpha0=weight)
    ratios = log_ratio(a, b, n_study, n_reference)
    table: dict[str, Any] = {"item": [features.columns[int(k)] for k in kept], "estimate": estimate}
    for k, kind in enumerate(kinds):
        wide, of_ratio = _half_widths(y, tokens, units[kind], prior, weight, design.confidence)
        if k == 0:
            table |= {"low": estimate - wide, "high": estimate + wide}
            table |= {"log_ratio": ratios, "log_ratio_low": ratios - of_ratio, "log_ratio_high": ratios + of_ratio}
        if kind == "document":
            table |= {"low_document": estimate - wide, "high_document": estimate + wide}
    spread = dispersion(sparse.csr_array(y), tokens)
    frame = pd.DataFrame(
        {
            **table,
            "g2": g2(a, b, n_study, n_reference),
            "count_study": a.astype(np.int64),
            "count_reference": b.astype(np.int64),
            "rate_study": 1e4 * a / n_study,
            "rate_reference": 1e4 * b / n_reference,
            "dp": spread["dp"].to_numpy(),
            "range": documents[kept],
        }
    )
    sign = np.where(frame["estimate"] < 0, -1.0, 1.0)
    near = np.where(sign > 0, frame["low"], -frame["high"])
    order = np.lexsort((frame["item"], -frame["estimate"].abs(), -near, -sign))
    return frame.iloc[order].reset_index(drop=True)


def _half_widths(
    y: sparse.csr_array, x: np.ndarray, codes: np.ndarray, prior: np.ndarray, weight: float, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Half of the intervals of log-odds and binary log ratios for all terms together; those of a term in few units are infinite."""
    codes = np.unique(codes, return_inverse=True)[1]
    sums, size = by_unit(y, codes), np.bincount(codes, x)[:, None]
    m = moments(sums, size, np.ones((1, len(size))))
    _, variance = log_odds_level(m, prior, weight)
    value, of_rate = ratio(m)
    df, terms = len(size) - 1, y.shape[1]
    t = -stdtrit(df, (1 - confidence) / (2 * terms))
    few = np.diff(sparse.csc_array(sums).indptr) < MIN_CONTAINING
    wide = np.where(few, np.inf, t * np.sqrt(variance[0]))
    relative = np.sqrt(of_rate[0]) / value[0] / np.log(2)
    return wide, np.where(few, np.inf, t * relative)
