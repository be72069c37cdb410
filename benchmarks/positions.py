"""Measure the intervals of positions: how often they cover the position that a unit has in very many documents.

    python benchmarks/positions.py [RUNS]

Twelve units have positions on a line; documents of 1,500 tokens scatter around the position of their unit and have one of eight subjects, which
moves the same 600 terms. The truth is the fit on 120 documents of each unit.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy import sparse

from discourse.compare.placed import Fit, Texts, intervals, resampled
from discourse.compare.positions import Start, correspondence, wordfish

UNITS, TERMS, TOKENS, MANY = 12, 600, 1500, 120
DOCUMENTS = (3, 4, 5, 8)


def world(rng: np.random.Generator, documents: int) -> tuple[Texts, np.ndarray]:
    """Counts of some documents of each unit, and the sums of very many."""
    weights, base = rng.normal(0, 0.35, TERMS), np.log(rng.zipf(1.3, TERMS).clip(1, 200) / 10)
    truth, subjects = np.linspace(-1.7, 1.7, UNITS), rng.normal(0, 0.5, (8, TERMS))

    def document(position: float) -> np.ndarray:
        shares = np.exp(base + weights * (position + rng.normal(0, 0.5)) + 0.5 * subjects[rng.integers(8)])
        return rng.multinomial(TOKENS, shares / shares.sum())

    counts = np.array([document(p) for p in truth for _ in range(documents)])
    large = np.array([sum(document(p) for _ in range(MANY)) for p in truth], float)
    unit = np.repeat(np.arange(UNITS), documents)
    texts = Texts(sparse.csr_array(counts), unit, [str(k) for k in range(UNITS)])
    kept = np.flatnonzero((texts.summed() > 0).sum(0) >= 2)
    return Texts(sparse.csr_array(counts[:, kept]), unit, texts.names), large[:, kept]


def fits(method: str, counts: np.ndarray) -> tuple[np.ndarray, Fit]:
    """Positions, and the fit of resampled counts."""
    if method == "correspondence":
        return correspondence(counts, 1).estimate[:, 0], lambda c: correspondence(c, 1).estimate
    first = wordfish(counts)
    start = Start.of(first)

    def again(c: np.ndarray) -> np.ndarray:
        some = c.sum(0) > 0
        begin = Start(start.theta, start.alpha, start.beta[some], start.psi[some])
        return wordfish(c[:, some], begin, tolerance=1e-3).estimate[:, None]

    return first.estimate, again


def main(runs: int) -> None:
    """Print a row for each method and number of documents."""
    for method in ("wordfish", "correspondence"):
        for documents in DOCUMENTS:
            inside = 0
            for run in range(runs):
                texts, large = world(np.random.default_rng([run, documents]), documents)
                estimate, again = fits(method, texts.summed())
                truth = fits(method, large)[0]
                truth = truth * np.sign(np.corrcoef(truth, estimate)[0, 1])
                draws = resampled(texts, again, estimate[:, None], resamples=100, seed=run)[:, :, 0]
                low, high = intervals(estimate, draws, texts.n_documents, 0.95)
                inside += int(((low <= truth) & (truth <= high)).sum())
            n = runs * UNITS
            print(f"{method}, {documents} documents: covered {inside / n:.3f} (n = {n} units)", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
