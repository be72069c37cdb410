"""Measure the verdict: how often it finds the difference that a corpus calls smallest, and how often it finds one where there is none.

    python benchmarks/verdict.py power [RUNS]
    python benchmarks/verdict.py power-archive [RUNS]
    python benchmarks/verdict.py power-tilted [RUNS]
    python benchmarks/verdict.py fortnights

The archive is ../shared/data/state_department_2022: releases, remarks and briefings of February to August 2022.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from inference import STANCE, TERMS, lengths

from discourse.analyses.outcome import Certainty
from discourse.analyses.review.power import RESAMPLES
from discourse.analyses.review.verdict import judge
from discourse.compare.influence import without_each
from discourse.compare.nulls import random_halves
from discourse.compare.permutation import null_statistics, permutation_test
from discourse.compare.power import Criteria, smallest_differences
from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import bounds_of, compare
from discourse.compare.resample import Design

ARCHIVE = Path(__file__).parents[2] / "shared/data/state_department_2022/docs.jsonl.gz"
COUNTRIES = set(
    "afghanistan africa algeria armenia australia azerbaijan belarus bosnia brazil britain burma canada china colombia congo cuba egypt "
    "ethiopia europe france georgia germany ghana greece haiti honduras hungary india indonesia iran iraq israel italy japan jordan kazakhstan "
    "kenya korea kosovo kuwait lebanon libya lithuania mali mexico moldova morocco nato nicaragua niger nigeria norway pakistan palestinian "
    "panama peru philippines poland qatar romania russia rwanda serbia singapore somalia spain sudan sweden syria taiwan thailand tunisia turkey "
    "ukraine venezuela vietnam yemen zambia".split()
)
FOLLOWED = ("common, even", "common, bursty", "middling, bursty")


def verdicts(family: list[Quantities], design: Design, first: int) -> list[bool]:
    """Whether each of the first members of a family, of one item each, is said to differ (specifications apart)."""
    contrast = pair(design, 0, 1)
    tests = permutation_test(family, design, contrast).table
    found = []
    for q, (_, test) in zip(family[:first], tests.iterrows()):
        row = compare(q, design, [contrast]).table.iloc[-1]
        numbers = tuple(len(q.units(design, [g], "document").x) for g in (0, 1))
        halves = {str(g): random_halves(q, design, g, numbers)[:, 0] for g in (0, 1)}
        influence = {"document": without_each(q, design, contrast)}
        judged = judge(row["estimate"], (row["low"], row["high"]), test, halves, {}, influence, 0.05)
        found.append(judged.certainty == Certainty.DIFFERS)
    return found


def smallest(family: list[Quantities], design: Design) -> list[float]:
    """The smallest rise of each that the report would print."""
    contrast, values = pair(design, 0, 1), []
    nulls = [null_statistics(q, design, contrast, "document")[1] for q in family]
    for k, q in enumerate(family):
        numbers = tuple(len(q.units(design, [g], "document").x) for g in (0, 1))
        halves = {g: np.abs(random_halves(q, design, g, numbers)) for g in (0, 1)}
        others = np.max([n.max(1) for j, n in enumerate(nulls) if j != k], axis=0)
        sizes = {g: np.quantile(h, design.confidence, axis=0, method="higher") for g, h in halves.items() if len(h)}
        criteria = Criteria(others, sizes)
        row = smallest_differences(q, design, contrast, power=RESAMPLES, criteria=criteria).iloc[0]
        values.append(float(row["smallest"] if row["estimate"] >= 0 else row["opposite"]))
    return values


def simulated(rng: np.random.Generator, n: tuple[int, int], rises: dict[str, float]) -> list[Quantities]:
    """Three terms and a stance, the study group higher by so much."""
    tokens, in_study = lengths(rng, sum(n)), np.arange(sum(n)) < n[0]
    family = []
    for name in FOLLOWED:
        a, _, precision = TERMS[name]
        rate = np.where(in_study, a + rises.get(name, 0.0) / 1e4, a)
        y = rng.binomial(tokens, rng.beta(rate * precision, (1 - rate) * precision))
        family.append(Quantities("terms", y[:, None], tokens, [name], 1e4))
    name, (a, _, share) = next(iter(STANCE.items()))
    positive = (1 + a + np.where(in_study, rises.get(name, 0.0), 0.0)) / 2
    x = np.where(rng.random(sum(n)) < share, 1 + rng.negative_binomial(0.5, 0.1, sum(n)), 0)
    y = 2 * rng.binomial(x, rng.beta(3 * positive, 3 * (1 - positive))) - x
    return [*family, Quantities("stance", y[:, None], x, [name], bounds=(-1, 1))]


def claimed_run(arguments: tuple[tuple[int, int], int]) -> list[float]:
    """What one corpus without a difference calls smallest."""
    n, run = arguments
    design = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=500, seed=run)
    return smallest(simulated(np.random.default_rng([7, *n, run]), n, {}), design)


def found_run(arguments: tuple[tuple[int, int], int, int, str, float]) -> bool:
    """Whether a corpus in which one item differs so much is said to differ in it."""
    n, run, place, name, rise = arguments
    design = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=500, seed=run)
    return verdicts(simulated(np.random.default_rng([8, *n, run, place]), n, {name: rise}), design, 4)[place]


def power(runs: int) -> None:
    """How often the difference that the corpora call smallest (their median) is said to differ; 0.8 is promised."""
    names = [*FOLLOWED, next(iter(STANCE))]
    with ProcessPoolExecutor(2) as pool:
        for n in ((20, 20), (50, 50), (200, 200), (50, 500)):
            claimed = np.median(list(pool.map(claimed_run, [(n, k) for k in range(40)])), axis=0)
            for place, (name, rise) in enumerate(zip(names, claimed)):
                if not np.isfinite(rise):
                    print(f"{n[0]} and {n[1]}  {name:<26} none")
                    continue
                found = list(pool.map(found_run, [(n, k, place, name, rise) for k in range(runs)], chunksize=10))
                print(
                    f"{n[0]} and {n[1]}  {name:<26} smallest {rise:7.2f}  differs in {np.mean(found):.3f}", flush=True
                )


def archive(least: float = 0.12) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Day, tokens and counts by document of the words that at least this share of the documents contain."""
    with gzip.open(ARCHIVE, "rt", encoding="utf-8") as lines:
        items = sorted((json.loads(line) for line in lines), key=lambda r: (r["date"], r["doc_id"]))
    counts = [Counter(re.findall(r"[a-z]+", r["text"].lower())) for r in items]
    containing = Counter(w for c in counts for w in c)
    words = sorted(w for w, n in containing.items() if n >= least * len(items) and len(w) > 1)
    y = np.array([[c[w] for w in words] for c in counts], float)
    days = np.array([r["date"] for r in items], "datetime64[D]")
    return days, np.array([max(sum(c.values()), 1) for c in counts], float), y, words


def tilted(rate: np.ndarray, tokens: np.ndarray, y: np.ndarray, level: float) -> np.ndarray | None:
    """Probabilities of the documents, larger where the word is frequent, under which its rate is this level.

    Each tenth of the documents by length keeps its share: frequent words are most frequent in short documents.
    """
    tenth = np.argsort(np.argsort(tokens, kind="stable")) * 10 // len(tokens)
    low, high = 0.0, 60.0
    for _ in range(60):
        theta = (low + high) / 2
        weights = np.exp(theta * (rate - rate.max()) / max(rate.std(), 1e-12))
        weights = weights / np.bincount(tenth, weights)[tenth] / 10
        low, high = (theta, high) if weights @ y / (weights @ tokens) < level else (low, theta)
    return weights / weights.sum() if high < 59 else None


KEPT = 0.3  # of the words of interest, where their rate is to rise in all documents alike


def archive_run(
    arguments: tuple[int, int, np.ndarray, np.ndarray, tuple[float, float], np.ndarray | None, bool],
) -> list[float] | bool:
    """Of two samples of documents: the verdict on the first of four words, or what is called smallest for it.

    The samples keep these shares of the occurrences of that word, and the first is drawn with these probabilities.
    """
    n, run, tokens, y, kept, chances, judged = arguments
    rng = np.random.default_rng([9, n, run, judged])
    rows = np.concatenate([rng.choice(len(y), n, p=chances), rng.choice(len(y), n)])
    design = Design(np.repeat([0, 1], n), ["study", "reference"], resamples=400, seed=run)
    counts = y[rows]
    counts[:, 0] = rng.binomial(counts[:, 0].astype(int), np.repeat(kept, n))
    family = [Quantities("words", counts[:, k][:, None], tokens[rows], [str(k)], 1e4) for k in range(y.shape[1])]
    return verdicts(family, design, 1)[0] if judged else smallest(family, design)[0]


def power_archive(runs: int, *, alike: bool = True) -> None:
    """The same with real documents: one word rises by what such samples call smallest, in all documents alike or in some."""
    base = KEPT if alike else 1.0
    with ProcessPoolExecutor(2) as pool:
        for n in (60, 160):
            # Words that some 18 documents of a sample contain, of which an interval needs ten; 30, where a part is kept.
            _, tokens, y, words = archive((30 if alike else 18) / n)
            draw = np.random.default_rng(1)
            shares, none = [], 0
            for four in [draw.permutation(len(words))[:4] for _ in range(12)]:
                tasks = [(n, k, tokens, y[:, four], (base, base), None, False) for k in range(12)]
                rise = np.median(list(pool.map(archive_run, tasks)))
                word = y[:, four[0]]
                level = base * word.sum() / tokens.sum() + rise / 1e4
                kept = (level / (word.sum() / tokens.sum()), base) if alike else (1.0, 1.0)
                chances = None
                if np.isfinite(rise) and not alike:
                    chances = tilted(1e4 * word / tokens, tokens, word, level)
                if kept[0] > 1 or (not alike and chances is None):
                    none += 1
                    continue
                tasks = [(n, run, tokens, y[:, four], kept, chances, True) for run in range(runs)]
                shares.append(float(np.mean(list(pool.map(archive_run, tasks, chunksize=5)))))
            print(
                f"{n} and {n} documents, {runs} samples for each of {len(shares)} words: said to differ in {np.mean(shares):.3f} "
                f"[{min(shares):.2f}, {max(shares):.2f}]; the smallest rise is more than the documents allow: {none}",
                flush=True,
            )


def power_tilted(runs: int) -> None:
    """The same where documents in which the word is frequent are drawn more often, of every length alike."""
    power_archive(runs, alike=False)


def fortnights(_: int) -> None:
    """Words of alternate fortnights, which nothing divides: p by documents, by days, by weeks and by fortnights."""
    for named, least, only in (("words", 0.12, None), ("names of countries", 0.025, COUNTRIES)):
        days, tokens, y, words = archive(least)
        chosen = [k for k, w in enumerate(words) if only is None or w in only]
        _fortnights(named, days, tokens, y[:, chosen], [words[k] for k in chosen])


def _fortnights(named: str, days: np.ndarray, tokens: np.ndarray, y: np.ndarray, words: list[str]) -> None:
    since = (days - np.datetime64("2022-01-31")).astype(int)
    q = Quantities("words", y, tokens, words, 1e4)
    for start in (0, 7):
        group = (since + start) // 14 % 2
        units = {"documents": None, "days": since, "weeks": since // 7, "fortnights": (since + start) // 14}
        for name, unit in units.items():
            cluster = None if unit is None else unit.astype(str).astype(object)
            design = Design(group, ["even", "odd"], cluster, "unit", resamples=1999)
            contrast, kind = pair(design, 0, 1), "document" if unit is None else "cluster"
            p = permutation_test([q], design, contrast, unit=kind).table["p"]
            low, high = bounds_of(q, design, contrast, kind)
            off = ((low > 0) | (high < 0))[np.isfinite(low)]
            print(
                f"{named}, fortnights from day {start}, {name:<10} {design.n_clusters(0) if unit is not None else (group == 0).sum()} and "
                f"{design.n_clusters(1) if unit is not None else (group == 1).sum()}: p < 0.05 for {np.mean(p < 0.05):.3f} of "
                f"{len(p)}; interval excludes 0 for {off.mean():.3f} of {len(off)}",
                flush=True,
            )


if __name__ == "__main__":
    np.seterr(all="ignore")
    task, argument = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    {"power": power, "power-archive": power_archive, "power-tilted": power_tilted, "fortnights": fortnights}[task](
        argument
    )
