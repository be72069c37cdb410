"""Measure the differences net of the background: coverage of their intervals, and false alarms where nothing is nearer.

    python benchmarks/net.py [RUNS]

Documents have lengths from a log-normal distribution; a share of them mentions the target in some sentences, in which words have
rates of their own. What a document says of a word is a gamma variable around its rate, inside and outside the same one, so that
both are correlated within documents. In the study group every word is 1.5 times as frequent everywhere, and near the target by as
much again.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.net import Regions, compare_net
from discourse.compare.resample import Design

# Rate of the word near the target in the reference group, and shape of the gamma variable: the smaller, the burstier.
WORDS = {
    "common, even": (0.02, 20.0),
    "common, bursty": (0.02, 1.0),
    "middling, even": (0.006, 20.0),
    "middling, bursty": (0.006, 1.0),
    "rare, even": (0.002, 20.0),
}
SIZES = ((30, 30), (100, 100), (400, 400), (400, 60))
TRUTH = np.log(1.5)
SHARE = 0.02  # weight of the priors, of the tokens of the smaller group


def simulated(rng: np.random.Generator, n: tuple[int, int], factor: float) -> tuple[Regions, Design]:
    """Words near a target and elsewhere in two groups of documents that mention it, and as many that do not."""
    group = np.repeat([0, 0, 1, 1], [n[0], n[0], n[1], n[1]])
    mentions = np.repeat([True, False, True, False], [n[0], n[0], n[1], n[1]])
    tokens = np.maximum(rng.lognormal(np.log(300), 0.8, len(group)), 30)
    near = np.where(mentions, np.minimum(25 * rng.geometric(0.5, len(group)), tokens), 0.0)
    rate, shape = (np.array(x) for x in zip(*WORDS.values()))
    burst = rng.gamma(shape, 1 / shape, (len(group), len(WORDS)))
    up = np.where(group == 0, factor, 1.0)[:, None]
    inside = rng.poisson(near[:, None] * rate * up**2 * burst)
    outside = rng.poisson((tokens - near)[:, None] * rate / 2 * up * burst)
    counts = (sparse.csr_array(x.astype(float)) for x in (inside, outside))
    return Regions(*counts, near, tokens - near), Design(group, ["study", "reference"], resamples=400)


def one(arguments: tuple[tuple[int, int], int]) -> list[tuple[object, ...]]:
    """Which intervals cover, for words in at least ten documents of each group near the target; and false alarms."""
    n, run = arguments
    rng = np.random.default_rng([11, *n, run])
    regions, design = simulated(rng, n, 1.5)
    near = [float(regions.n_inside[design.documents(g)].sum()) for g in (0, 1)]
    rest = [float(regions.n_outside[design.documents(g)].sum()) for g in (0, 1)]
    found = compare_net(regions, design, alpha0=SHARE * min(near), alpha0_outside=SHARE * min(rest))
    containing = np.min([np.diff(regions.inside[design.documents(g)].tocsc().indptr) for g in (0, 1)], axis=0)
    rows: list[tuple[object, ...]] = [
        (n, name, bool(row.net_low_pointwise < TRUTH < row.net_high_pointwise))
        for name, row, k in zip(WORDS, found.itertuples(), containing)
        if k >= 10
    ]
    regions, design = simulated(rng, n, 1.0)
    null = compare_net(regions, design, alpha0=SHARE * min(near), alpha0_outside=SHARE * min(rest))
    rows.append((n, "any false alarm", bool(((null["net_low"] > 0) | (null["net_high"] < 0)).any())))
    return rows


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    jobs = [(n, run) for n in SIZES for run in range(runs)]
    with ProcessPoolExecutor() as pool:
        rows = [row for part in pool.map(one, jobs, chunksize=20) for row in part]
    frame = pd.DataFrame(rows, columns=["documents", "word", "share"])
    table = frame.groupby(["documents", "word"])["share"].agg(["mean", "size"])
    print(table["mean"].unstack().round(3).to_string())
    print(table["size"].unstack().to_string())
    words = frame[frame["word"] != "any false alarm"]
    print(f"together: {words['share'].mean():.3f} of {len(words):,}")
