"""Measure how often any of several contrasts finds a false difference: three groups in all pairs, five groups each against the rest.

    python benchmarks/contrasts.py [RUNS]

All groups are drawn from one population (`benchmarks/terms.py`). "Each for itself": what would be found if each contrast were tested at
the whole level.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse
from terms import RESAMPLES, Documents, drawn, simulated

from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Contrast, Quantities, against_rest, pair, two_groups
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.types import Features

LEVEL = 0.05


def contrasts(design: Design) -> list[Contrast]:
    """All pairs of three groups; each of more against the rest."""
    every = range(len(design.names))
    if len(design.names) == 3:
        return [pair(design, a, b) for a in every for b in every if a < b]
    return [against_rest(design, g, list(every)) for g in every]


def run(documents: Documents, n: int, seed: int) -> np.ndarray:
    """Whether any contrast has an interval off 0, a p (family) of terms below the level, also each for itself; the same for rates."""
    groups = len(documents.tokens) // n
    design = Design(
        np.repeat(np.arange(groups), n), list("abcde"[:groups]), resamples=RESAMPLES, seed=seed,
        kind=documents.kind, tokens=documents.tokens,
    )  # fmt: skip
    asked = contrasts(design)
    design = replace(design, contrasts=len(asked))
    keep = np.flatnonzero(np.diff(sparse.csc_array(documents.y).indptr) >= 10)
    units = pd.DataFrame({"doc_id": np.arange(len(documents.tokens)).astype(str), "n_tokens": documents.tokens})
    features = Features("frequency", sparse.csr_array(documents.y[:, keep]), [str(k) for k in keep], units)
    frequency = np.asarray(documents.y.sum(0)).ravel()
    order = np.argsort(frequency, kind="stable")
    order = order[frequency[order] > 0]
    at = [order[int(len(order) * share)] for share in (0.5, 0.7, 0.9, 0.97)]
    rates = Quantities("rates", np.asarray(documents.y[:, at].todense()), documents.tokens, list("wxyz"), 1e4)
    off, terms, measures = False, [], []
    for contrast in asked:
        table = compare_terms(
            features, two_groups(design, contrast), alpha0=100.0, min_documents=10, min_clusters=1
        ).table
        off |= bool(((table["low"] > 0) | (table["high"] < 0)).any())
        terms.append(table["p_family"].min())
        measures.append(permutation_test([rates], design, contrast).table["p_family"].min())
    alone = LEVEL * len(asked)
    return np.array([off, min(terms) < LEVEL, min(terms) < alone, min(measures) < LEVEL, min(measures) < alone], float)


def main(runs: int) -> None:
    """Print a row for each population and number of groups."""
    for groups, n in ((3, 40), (5, 30)):
        for name in ("simulated", "state"):
            found = np.zeros(5)
            for k in range(runs):
                rng = np.random.default_rng([41, groups, k])
                sizes = (n, n * (groups - 1))
                documents = (
                    simulated(rng, sizes, (800, 800)) if name == "simulated" else drawn(rng, name, sizes, differ=False)
                )
                found += run(documents, n, k)
            shares = "any interval {:.3f}; terms {:.3f}, each for itself {:.3f}; rates {:.3f}, each for itself {:.3f}"
            print(f"{name}, {groups} groups of {n}: {shares.format(*found / runs)} ({runs} runs)", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
