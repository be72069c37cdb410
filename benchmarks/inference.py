"""Measure the inference: coverage of intervals, tests where nothing differs, power, and speed.

    python benchmarks/inference.py coverage [RUNS]
    python benchmarks/inference.py thresholds [RUNS]
    python benchmarks/inference.py nulls [RUNS]
    python benchmarks/inference.py power [RUNS]
    python benchmarks/inference.py decomposition [RUNS]
    python benchmarks/inference.py speed

Documents have lengths from a log-normal distribution (mean 1,500 tokens, standard deviation of the logarithm 0.8). Each term is a margin of
a Dirichlet-multinomial: its share in a document is a beta variable around the rate of its group, and the fewer the precision,
the burstier the term. Mentions of a target come from a negative binomial with many zeros; their stance has a mean of its own in each document.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design

# Rate in the study and in the reference group, and precision of the Dirichlet.
TERMS = {
    "common, even": (0.004, 0.002, 2000.0),
    "common, bursty": (0.004, 0.002, 300.0),
    "middling, even": (0.0008, 0.0004, 1000.0),
    "middling, bursty": (0.0008, 0.0004, 150.0),
    "rare, even": (0.0002, 0.0001, 1000.0),
    "rare, bursty": (0.0002, 0.0002, 200.0),
}
# Mean stance (-1 to 1) in the two groups, and share of documents with mentions.
STANCE = {"stance, in most documents": (-0.2, 0.1, 0.8), "stance, in a third": (-0.4, -0.4, 0.33)}
SIZES = [(10, 10), (15, 15), (20, 20), (30, 30), (50, 50), (100, 100), (500, 500), (10, 50), (20, 200), (174, 1263)]
KINDS = ("studentised", "percentile", "bca")


def lengths(rng: np.random.Generator, n: int) -> np.ndarray:
    """Tokens of each document."""
    return np.maximum(rng.lognormal(np.log(1500) - 0.32, 0.8, n), 50).astype(np.int64)


def corpus(
    rng: np.random.Generator, n: tuple[int, int], *, differ: bool = True
) -> tuple[list[Quantities], dict[str, float]]:
    """Quantities of a simulated corpus, and the true difference of each item."""
    tokens = lengths(rng, sum(n))
    in_study = np.arange(sum(n)) < n[0]
    columns, truth = [], {}
    for name, (a, b, precision) in TERMS.items():
        rate = np.where(in_study, a, b if differ else a)
        columns.append(rng.binomial(tokens, rng.beta(rate * precision, (1 - rate) * precision)))
        truth[name] = 1e4 * (a - b) if differ else 0.0
    found = [Quantities("terms", np.stack(columns, 1), tokens, list(TERMS), 1e4)]
    for name, (a, b, share) in STANCE.items():
        mean = np.where(in_study, a, b if differ else a)
        x = np.where(rng.random(sum(n)) < share, 1 + rng.negative_binomial(0.5, 0.1, sum(n)), 0)
        positive = (1 + mean) / 2
        y = 2 * rng.binomial(x, rng.beta(3 * positive, 3 * (1 - positive))) - x
        found.append(Quantities("stance", y[:, None], x, [name], bounds=(-1, 1)))
        truth[name] = a - b if differ else 0.0
    return found, truth


def token_interval(q: Quantities, n: int) -> np.ndarray:
    """Interval of a difference of rates that takes every token for an observation; shape (n_items, 2)."""
    parts = [(q.y[:n].sum(0), q.x[:n].sum()), (q.y[n:].sum(0), q.x[n:].sum())]
    rates = [y / x for y, x in parts]
    error = np.sqrt(sum(r * (1 - r) / x for r, (_, x) in zip(rates, parts)))
    return np.stack([rates[0] - rates[1] - 1.96 * error, rates[0] - rates[1] + 1.96 * error], 1) * q.scale


def one_coverage(n: tuple[int, int], run: int, least: tuple[int, int]) -> list[tuple[object, ...]]:
    """Whether each interval of one simulated corpus covers."""
    rng = np.random.default_rng([1, *n, run])
    found, truth = corpus(rng, n)
    base = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=1000, seed=run, min_containing=least[1])
    rows: list[tuple[object, ...]] = []
    for q in found:
        for kind in KINDS:
            design = replace(base, interval=kind)
            table = compare(q, design, [pair(design, 0, 1)], min_documents=least[0]).table
            for row in table[table["contrast"] == "difference"].itertuples():
                printed = row.low == row.low
                covers = bool(row.low <= truth[row.item] <= row.high) if printed else None
                rows.append((row.item, kind, covers, row.n_containing, row.high - row.low))
        if q.name == "terms":
            for item, (low, high) in zip(q.items, token_interval(q, n[0])):
                rows.append((item, "tokens", bool(low <= truth[item] <= high), 0, high - low))
    return rows


def coverage_cell(arguments: tuple[tuple[int, int], int, tuple[int, int]]) -> pd.DataFrame:
    """All runs of one size."""
    n, runs, least = arguments
    rows = [row for run in range(runs) for row in one_coverage(n, run, least)]
    return pd.DataFrame(rows, columns=["item", "kind", "covers", "containing", "width"]).assign(
        documents=f"{n[0]} and {n[1]}"
    )


def coverage(runs: int, least: tuple[int, int] = (10, 8)) -> None:
    """Coverage of the 95% intervals that a report would print, by size, item and kind."""
    with ProcessPoolExecutor(2) as pool:
        for frame in pool.map(coverage_cell, [(n, runs, least) for n in SIZES]):
            printed = frame[frame["covers"].notna()].astype({"covers": float})
            shown = printed.groupby(["item", "kind"], sort=False)["covers"].agg(["mean", "size"]).unstack()
            print(f"\n{frame['documents'].iloc[0]} documents, {runs} runs")
            for item in shown.index:
                cells = [
                    f"{kind} {shown.loc[item, ('mean', kind)]:.3f} ({int(shown.loc[item, ('size', kind)]):>4})"
                    for kind in (*KINDS, "tokens")
                    if shown.loc[item, ("size", kind)] == shown.loc[item, ("size", kind)]
                ]
                print(f"  {item:<26} {'  '.join(cells)}", flush=True)


def thresholds(runs: int) -> None:
    """Coverage of studentised intervals by the number of units that contain the item in the group with fewer."""
    sizes = [(5, 5), (6, 9), (8, 8), *SIZES[:-3], (10, 50), (20, 200), (60, 600)]
    bins = [2, 4, 6, 8, 10, 12, 15, 20, 30, 10_000]
    with ProcessPoolExecutor(2) as pool:
        frames = list(pool.map(coverage_cell, [(n, runs, (2, 2)) for n in sizes]))
    table = pd.concat(frames)
    table = table[(table["kind"] == "studentised") & table["covers"].notna()]
    table = table.astype({"covers": float})
    table["containing"] = pd.cut(table["containing"], bins, right=False)
    shown = table.groupby(["documents", "item", "containing"], sort=False, observed=True)["covers"].agg(
        ["mean", "count"]
    )
    shown = shown[shown["count"] >= 100].reset_index()
    wide = shown.pivot_table(
        index=["documents", "item"], columns="containing", values="mean", sort=False, observed=True
    )
    print(wide.round(3).to_string())
    together = table.groupby(["containing"], observed=True)["covers"].agg(["mean", "count"])
    print(together.round(3).to_string())


if __name__ == "__main__":
    np.seterr(all="ignore")
    task = sys.argv[1] if len(sys.argv) > 1 else "speed"
    argument = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    {"coverage": coverage, "thresholds": thresholds}[task](argument)
