"""Measure the intervals of cosines: coverage where the truth is known, beside the usual bootstrap; and time.

    python benchmarks/contexts.py coverage [RUNS]
    python benchmarks/contexts.py posts [POSTS.jsonl.gz]

`coverage` draws documents with the package's vectors: each mention is the mean of the vectors of twelve words that are drawn around a topic of its
document. The truth is the mean of many. It prints the bias of the plain and of the corrected cosine, how often intervals cover one word, and all words
together; "usual" is the percentile interval of the plain cosine, as it is commonly reported. `posts` times the flagship's question on the posts of the State Department.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.compare.contexts import MeanVectors, compare_contexts, cosines
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design
from discourse.features.vectors import load_vectors

WORDS = "aggression invasion dialogue cooperation sanctions war brutal unprovoked peace nuclear".split()
ALIASES = ("russia", "russian", "russians", "kremlin", "moscow", "putin", "lavrov")
SIZES = ((10, 10), (15, 15), (20, 20), (40, 40), (100, 100), (20, 200))
TOPICS = (("war", "aggression", "ukraine", "sanctions"), ("dialogue", "cooperation", "meeting", "treaty"))
AROUND = 300  # words that a topic draws from
RESAMPLES = 400


class World:
    """Two groups of documents whose mentions are drawn around one of two topics, in other proportions."""

    def __init__(self) -> None:
        vectors = load_vectors()
        assert vectors.transform is not None
        unit = vectors.values / np.linalg.norm(vectors.values, axis=1, keepdims=True)
        self.pools = []
        for topic in TOPICS:
            near = unit @ unit[[vectors.index[w] for w in topic]].mean(0)
            self.pools.append(vectors.values[np.argsort(-near)[:AROUND]] @ vectors.transform.T)
        self.everything = vectors.values @ vectors.transform.T
        self.words = unit[[vectors.index[w] for w in WORDS]].astype(float)
        rng = np.random.default_rng(0)
        self.truth = []
        for g in (0, 1):
            y, n = self.documents(rng, g, 20_000)
            mean = y.sum(0) / n.sum()
            self.truth.append(self.words @ mean / np.linalg.norm(mean))

    def documents(self, rng: np.random.Generator, g: int, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Sums of context vectors, and number of mentions, of some documents of a group."""
        n = 1 + rng.poisson(1.0, size)
        share = rng.beta(1, 2, size) if g else rng.beta(2, 1, size)
        rows = np.repeat(np.arange(size), n)
        means = np.zeros((len(rows), self.words.shape[1]))
        for _ in range(12):
            kind = np.where(rng.random(len(rows)) < 0.5, 2, np.where(rng.random(len(rows)) < share[rows], 0, 1))
            for k, pool in enumerate((*self.pools, self.everything)):
                at = np.flatnonzero(kind == k)
                means[at] += pool[rng.integers(0, len(pool), len(at))]
        sums = np.zeros((size, means.shape[1]))
        np.add.at(sums, rows, means / 12)
        return sums, n


def coverage(runs: int) -> None:
    """Print bias and coverage by size of the groups."""
    world = World()
    difference = world.truth[1] - world.truth[0]
    rows = []
    for sizes in SIZES:
        found: dict[str, list[float]] = {}
        rng = np.random.default_rng(sizes)
        for run in range(runs):
            parts = [world.documents(rng, g, size) for g, size in enumerate(sizes)]
            y, n = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
            q = Quantities("contexts", y, n, [str(k) for k in range(y.shape[1])], bounds=(-np.inf, np.inf))
            design = Design(np.repeat([0, 1], sizes), ["a", "b"], resamples=RESAMPLES, seed=run)
            together = cosines(q, design, [pair(design, 1, 0)], WORDS, world.words).table
            one = cosines(q, design, [pair(design, 1, 0)], WORDS[:1], world.words[:1]).table
            for name, stratum, true in (("level", "a", world.truth[0]), ("difference", "b - a", difference)):
                table, single = (t[t["stratum"] == stratum] for t in (together, one))
                numbers = {
                    "bias": (table["estimate"] - true).mean(),
                    "plain bias": (table["plain"] - true).mean(),
                    "one word": covered(single, true[:1]),
                    "all words": covered(table, true),
                    "no interval": float(table["low"].isna().any()),
                    "half-width": ((table["high"] - table["low"]) / 2).median(),
                }
                for key, value in numbers.items():
                    found.setdefault(f"{name}: {key}", []).append(float(value))
            usual = MeanVectors(*(v[: sizes[0]] for v in (y, n)), design.draws(0, sizes[0], "document"), 0.0)
            low, high = np.quantile(usual.cosines(world.words)[0], [0.025, 0.975], axis=0)
            found.setdefault("usual: one word", []).append(
                float(np.mean((low <= world.truth[0]) & (world.truth[0] <= high)))
            )
        rows.append({"documents": f"{sizes[0]} and {sizes[1]}"} | {k: np.nanmean(v) for k, v in found.items()})
    table = pd.DataFrame(rows).set_index("documents").T
    print(f"{runs} runs, {RESAMPLES} resamples, {len(WORDS)} words\n{table.round(3).to_string()}")


def covered(table: pd.DataFrame, true: np.ndarray) -> float:
    """Whether all intervals hold the truth; NaN where there is none."""
    if table["low"].isna().any():
        return np.nan
    return float(((table["low"] <= true) & (true <= table["high"])).all())


def posts(file: Path) -> None:
    """Print the flagship's answer and what it takes."""
    from discourse import Target, context_vectors, encode_corpus, read_table

    corpus = encode_corpus(read_table(files=[file], text="text", date="date", id="id"))
    start = time.perf_counter()
    found = context_vectors(corpus, Target("Russia", ALIASES))
    middle = time.perf_counter()
    date = pd.to_datetime(corpus.documents["date"])
    group = np.where(date < "2018-03-14", 0, np.where((date >= "2021-01-26") & (date < "2025-01-21"), 1, -1))
    day = date.dt.strftime("%Y-%m-%d").to_numpy(object)
    design = Design(group, ["Tillerson", "Blinken"], day, "day")
    result = compare_contexts(found, design, [pair(design, 1, 0)], WORDS, unit="cluster")
    print(
        f"{len(found.units):,} mentions: {middle - start:.2f} s; {len(WORDS)} words: {time.perf_counter() - middle:.2f} s"
    )
    columns = ["stratum", "item", "estimate", "low", "high", "plain", "n_mentions", "n_documents", "n_clusters"]
    print(result.cosines.table[columns].round(3).to_string(index=False))
    print(result.distances.to_string(index=False))


if __name__ == "__main__":
    if sys.argv[1] == "coverage":
        coverage(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
    else:
        shared = Path(__file__).parents[2] / "shared" / "data" / "state_department_posts" / "posts.jsonl.gz"
        posts(Path(sys.argv[2]) if len(sys.argv) > 2 else shared)
