"""Measure the inference: coverage of intervals, tests where nothing differs, power, and speed.

    python benchmarks/inference.py coverage [RUNS]
    python benchmarks/inference.py thresholds [RUNS]
    python benchmarks/inference.py clusters [RUNS]
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
import time
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse, stats

from discourse.compare.decompose import Cells, kitagawa
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import permutation_test
from discourse.compare.power import smallest_differences
from discourse.compare.quantities import Contrast, Quantities, pair
from discourse.compare.ratios import bounds_of, compare
from discourse.compare.resample import Design
from discourse.compare.simultaneous import log_odds_with_error, simultaneous

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


def coverage(runs: int, least: tuple[int, int] = (10, 10)) -> None:
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
                    if ("size", kind) in shown and shown.loc[item, ("size", kind)] > 0
                ]
                print(f"  {item:<26} {'  '.join(cells)}", flush=True)


def clusters_run(arguments: tuple[tuple[int, int], int]) -> list[tuple[str, bool]]:
    """Whether intervals over speakers cover, where each of them has a rate of their own and 3 to 10 documents."""
    n, run = arguments
    rng = np.random.default_rng([6, *n, run])
    sizes = rng.integers(3, 11, sum(n))
    speaker = np.repeat(np.arange(sum(n)), sizes)
    group = (speaker >= n[0]).astype(int)
    tokens = lengths(rng, len(speaker))
    columns, truth = [], []
    for a, b, precision in TERMS.values():
        rate = np.where(np.arange(sum(n)) < n[0], a, b)
        own = rng.beta(rate * precision, (1 - rate) * precision)[speaker]
        columns.append(rng.binomial(tokens, own))
        truth.append(1e4 * (a - b))
    design = Design(
        group, ["study", "reference"], np.array([f"s{k}" for k in speaker], object), "speaker", 1000, seed=run
    )
    q = Quantities("terms", np.stack(columns, 1), tokens, list(TERMS), 1e4)
    low, high = bounds_of(q, design, pair(design, 0, 1), "cluster")
    return [(i, bool(a <= t <= b)) for i, a, b, t in zip(TERMS, low, high, truth) if a == a]


def clusters(runs: int) -> None:
    """Coverage of intervals over few speakers."""
    for n in ((5, 5), (6, 9), (10, 10), (8, 25)):
        with ProcessPoolExecutor(2) as pool:
            rows = [r for part in pool.map(clusters_run, [(n, k) for k in range(runs)], chunksize=20) for r in part]
        table = (
            pd.DataFrame(rows, columns=["item", "covers"]).groupby("item", sort=False)["covers"].agg(["mean", "size"])
        )
        shown = ", ".join(f"{item} {r['mean']:.3f} ({int(r['size'])})" for item, r in table.iterrows())
        print(f"{n[0]} and {n[1]} speakers, {runs} runs: {shown}", flush=True)


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


def nulls_run(run: int) -> tuple[float, float, float, float]:
    """Smallest q and smallest p (family) of 200 bursty terms whose labels mean nothing; p of the first, and its spread."""
    rng = np.random.default_rng([2, run])
    n = int(rng.integers(20, 60))
    tokens = lengths(rng, n)
    rate = rng.gamma(0.5, 0.002, 200) + 1e-4
    precision = rng.choice([200.0, 2000.0], 200)
    y = rng.binomial(tokens[:, None], rng.beta(rate * precision, (1 - rate) * precision, (n, 200)))
    y = y[:, (y > 0).sum(0) >= 5]
    group = rng.permutation(np.arange(n) >= n * rng.uniform(0.25, 0.5)).astype(int)
    design = Design(group, ["study", "reference"], resamples=999, seed=run)
    q = Quantities("terms", y, tokens, [str(k) for k in range(y.shape[1])], 1e4)
    table = permutation_test([q], design, pair(design, 0, 1)).table
    found = simultaneous(
        lambda d: log_odds_with_error(
            sparse.csr_array(y.astype(float)), tokens.astype(float), d, y.sum(0) / tokens.sum(), 500.0
        ),
        group == 0,
        design,
        "document",
    )
    clear = float(((found.low > 0) | (found.high < 0)).any())
    smallest = float(benjamini_hochberg(table["p"].to_numpy()).min())
    return smallest, float(table["p_family"].min()), float(table["p"].iloc[0]), clear


def nulls(runs: int) -> None:
    """With labels shuffled: how often anything is found, and whether p-values are uniform."""
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(nulls_run, range(runs), chunksize=20)))
    names = ("any q < 0.05", "any p (family) < 0.05", "", "any simultaneous interval excludes 0")
    for k in (0, 1, 3):
        hits = int((found[:, k] < 0.05).sum() if k < 3 else found[:, k].sum())
        p = stats.binomtest(hits, runs, 0.05, alternative="greater").pvalue
        print(f"{names[k]:<40} {hits} of {runs} runs ({hits / runs:.3f}); binomial test against 0.05: p = {p:.3f}")
    spread = found[:, 2] - np.random.default_rng(0).random(runs) / 1000
    print(f"p of one term, uniform? Kolmogorov-Smirnov p = {stats.kstest(spread, 'uniform').pvalue:.3f}")


def power_run(arguments: tuple[tuple[int, int], int]) -> list[tuple[object, ...]]:
    """The smallest difference that one simulated corpus claims to show, and whether another of that difference shows it."""
    n, run = arguments
    rng = np.random.default_rng([3, *n, run])
    design = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=500, seed=run)
    found, _ = corpus(rng, n, differ=False)
    rows: list[tuple[object, ...]] = []
    for q in found:
        table = smallest_differences(q, design, pair(design, 0, 1))
        upward = table["smallest"].where(table["estimate"] >= 0, table["opposite"])
        rows += list(zip(table["item"], upward))
    return rows


def shown_run(arguments: tuple[tuple[int, int], int, dict[str, float]]) -> list[tuple[str, bool]]:
    """Whether a corpus with these differences gives p below 0.05 for each item."""
    n, run, differences = arguments
    rng = np.random.default_rng([4, *n, run])
    design = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=499, seed=run)
    tokens = lengths(rng, sum(n))
    in_study = np.arange(sum(n)) < n[0]
    columns = []
    for name, (a, _, precision) in TERMS.items():
        rate = a + np.where(in_study, differences[name] / 1e4, 0.0)
        columns.append(rng.binomial(tokens, rng.beta(rate * precision, (1 - rate) * precision)))
    q = Quantities("terms", np.stack(columns, 1), tokens, list(TERMS), 1e4)
    table = permutation_test([q], design, pair(design, 0, 1)).table
    return [(item, bool(p < 0.05)) for item, p in zip(table["item"], table["p"])]


def power(runs: int) -> None:
    """How often the difference that the corpora call smallest (their median) is found; 0.8 is promised."""
    for n in ((20, 20), (50, 50), (200, 200), (50, 500)):
        with ProcessPoolExecutor(2) as pool:
            claimed = pd.DataFrame(
                [r for rows in pool.map(power_run, [(n, k) for k in range(60)]) for r in rows],
                columns=["item", "smallest"],
            )
            typical = claimed.groupby("item")["smallest"].median()
            differences = {name: float(typical[name]) for name in TERMS if np.isfinite(typical[name])}
            every = {name: differences.get(name, 0.0) for name in TERMS}
            found = pd.DataFrame(
                [r for rows in pool.map(shown_run, [(n, k, every) for k in range(runs)], chunksize=20) for r in rows],
                columns=["item", "found"],
            )
        share = found.groupby("item")["found"].mean()
        print(f"\n{n[0]} and {n[1]} documents, {runs} runs")
        for name in differences:
            print(
                f"  {name:<20} smallest {differences[name]:7.2f} per 10,000 tokens, found in {share[name]:.3f}",
                flush=True,
            )


def decomposition_run(arguments: tuple[int, int]) -> list[tuple[str, bool]]:
    """Whether the intervals of mix and change within cover their true values."""
    n, run = arguments
    rng = np.random.default_rng([5, n, run])
    shares = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    rates = np.array([[0.006, 0.004, 0.002], [0.005, 0.002, 0.002]])
    group = np.repeat([0, 1], n)
    kind = np.array([rng.choice(3, p=shares[g]) for g in group])
    x = lengths(rng, 2 * n).astype(float)
    rate = rates[group, kind]
    y = rng.binomial(x.astype(int), rng.beta(rate * 600, (1 - rate) * 600)).astype(float)
    cells = Cells(np.arange(2 * n), y, x, pd.DataFrame({"kind": kind}))
    design = Design(group, ["study", "reference"], resamples=500, seed=run)
    parts = kitagawa(cells, design, (0, 1), "kind", scale=1e4)[0].set_index("part")
    change, level = shares[0] - shares[1], (rates[0] + rates[1]) / 2
    truth = {
        "difference": 1e4 * (shares[0] @ rates[0] - shares[1] @ rates[1]),
        "mix": 1e4 * change @ level,
        "within": 1e4 * ((rates[0] - rates[1]) * (shares[0] + shares[1]) / 2).sum(),
    }
    if parts["low"].isna().any():
        return []
    return [(part, bool(parts.loc[part, "low"] <= value <= parts.loc[part, "high"])) for part, value in truth.items()]


def decomposition(runs: int) -> None:
    """Coverage of the intervals of Kitagawa's parts."""
    for n in (15, 30, 60, 200):
        with ProcessPoolExecutor(2) as pool:
            rows = [
                r for part in pool.map(decomposition_run, [(n, k) for k in range(runs)], chunksize=20) for r in part
            ]
        table = pd.DataFrame(rows, columns=["part", "covers"]).groupby("part", sort=False)["covers"].mean()
        print(f"{n} and {n} documents, {runs} runs: " + ", ".join(f"{k} {v:.3f}" for k, v in table.items()), flush=True)


def speed(_: int) -> None:
    """The vectorised bootstrap against a plain loop in the same run, and its memory."""
    rng = np.random.default_rng(0)
    n, terms, resamples = 5000, 10_000, 2000
    tokens = lengths(rng, n)
    share = rng.dirichlet(np.full(terms, 0.1))
    y = (
        sparse.vstack([sparse.csr_array(rng.multinomial(min(t, 800), share)[None]) for t in tokens])
        .tocsr()
        .astype(np.float64)
    )
    design = Design(np.zeros(n, int), ["all"], resamples=resamples, interval="percentile", min_containing=2)
    level = Contrast("all", [(1.0, [0])])
    q = Quantities("terms", y, tokens, [str(k) for k in range(terms)], 1e4)
    for kind in ("percentile", "studentised"):
        d = replace(design, interval=kind)
        tracemalloc.start()
        start = time.perf_counter()
        bounds_of(q, d, level, "document")
        seconds = time.perf_counter() - start
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        print(
            f"{kind}: {terms:,} terms ({y.nnz:,} counts), {resamples:,} resamples, {n:,} documents: {seconds:.1f} s, {peak:,.0f} MiB",
            flush=True,
        )
        if kind == "percentile":
            fast = seconds
    weights = design.draws(0, n, "document")
    few = 40
    start = time.perf_counter()
    for r in range(few):
        rows = np.repeat(np.arange(n), weights[r].astype(int))
        _ = 1e4 * np.asarray(y[rows].sum(0)).ravel() / tokens[rows].sum()
    slow = (time.perf_counter() - start) / few * resamples
    print(
        f"a plain loop over resamples (rows drawn, then summed): {slow:.0f} s at {few} resamples timed; ratio {slow / fast:.0f}"
    )


if __name__ == "__main__":
    np.seterr(all="ignore")
    task = sys.argv[1] if len(sys.argv) > 1 else "speed"
    argument = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    tasks = {
        "coverage": coverage,
        "thresholds": thresholds,
        "clusters": clusters,
        "nulls": nulls,
        "power": power,
        "decomposition": decomposition,
    }
    {**tasks, "speed": speed}[task](argument)
