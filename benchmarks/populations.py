"""Measure the intervals on samples of real documents, whose whole archive is the truth.

    python benchmarks/populations.py documents [RUNS]
    python benchmarks/populations.py speakers [RUNS]

Populations, each divided in two real halves: items of the State Department's feed of 2022 (before and after its median date), State of
the Union addresses since 1790 (to 1913 and since) and since 1946 (to 1991 and since), statements of the UN General Debate 2013 to 2024 (to 2018 and
since), documents of American and Russian leaders. Of each: mentions of two targets per 10,000 tokens, mean evaluation of them by the
lexicons, terms of eight ranks of frequency, and the shares of eight topics. Documents, or speakers with all their documents, are drawn
with replacement from each half; the truth is the difference of the two halves. A share of intervals is of those that `compare` prints.
Sums by document are kept in the folder that DISCOURSE_POPULATIONS names (or the current cache).
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.cache import cache_folder
from discourse.compare.design_effect import ALIKE, design_effect
from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import contrasted
from discourse.compare.resample import Design, stream
from discourse.corpus import read_sotu
from discourse.corpus.assemble import assemble
from discourse.corpus.turns import Turn
from discourse.encode import encode_corpus
from discourse.features.frequency import term_frequency
from discourse.features.passages import passage_bags
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.features.topics import fit_topics, topic_by_document
from discourse.types import Corpus, EncodedCorpus, Provenance

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
RUSSIA = Target(
    "Russia", ("russia", "russian", "russians", "soviet*", "ussr", "u.s.s.r.", "kremlin", "moscow", "putin")
)
CHINA = Target("China", ("china", "chinese", "beijing", "prc"))
UKRAINE = Target("Ukraine", ("ukraine", "ukrainian*", "kyiv"))
ISRAEL = Target("Israel", ("israel", "israeli*", "jerusalem"))
BRITAIN = Target("Britain", ("britain", "british", "england", "united kingdom"))
MEXICO = Target("Mexico", ("mexico", "mexican*"))
RANKS = (5, 15, 40, 100, 200, 400, 800, 1600)  # of the terms, by frequency
SIZES = ((20, 20), (50, 50), (20, 200))
SPEAKERS = ((5, 5), (6, 6), (8, 8), (12, 12), (8, 25))
DOMINANT = 0.4  # share of the variance of an item in a half of an archive


@dataclass(frozen=True)
class Population:
    """Documents with their sums: half (0 or 1), speaker, and quantities."""

    name: str
    half: np.ndarray
    speaker: np.ndarray
    quantities: list[Quantities]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _corpus(rows: list[dict[str, Any]]) -> Corpus:
    """Documents of one turn each."""
    turns = {r["doc_id"]: [Turn("", "", "", "home", False, r.pop("text"))] for r in rows}
    return assemble(rows, turns, Provenance())


def _state() -> tuple[Corpus, str, tuple[Target, Target], str]:
    keys = ("doc_id", "date", "title", "text")
    rows = [{k: r[k] for k in keys} | {"by": r["author"]} for r in _lines(DATA / "state_department_2022/docs.jsonl.gz")]
    return _corpus(rows), "by", (RUSSIA, UKRAINE), "median"


def _debate() -> tuple[Corpus, str, tuple[Target, Target], str]:
    rows = [
        {
            "doc_id": f"{r['iso']}-{r['year']}",
            "date": f"{r['year']}-09-20",
            "title": r["iso"],
            "by": r["iso"],
            "text": r["text"],
        }
        for r in _lines(DATA / "un_general_debate/ungd_1946_2024.jsonl.gz")
        if int(r["year"]) >= 2013
    ]
    return _corpus(rows), "by", (ISRAEL, UKRAINE), "2019-01-01"


def _leaders() -> tuple[Corpus, str, tuple[Target, Target], str]:
    rows = [
        {"doc_id": r["doc_id"], "date": "2000-01-01", "title": "Biden" if "Biden" in r["speaker"] else "others",
         "by": r["speaker"], "text": r["text"]}
        for r in _lines(DATA / "us_russia_leaders/docs.jsonl.gz")
        if r["lang"] == "en"
    ]  # fmt: skip
    return _corpus(rows), "by", (RUSSIA, UKRAINE), "title"


def _addresses(since: int, until: str, targets: tuple[Target, Target]) -> Any:
    return lambda: (read_sotu(since=since), "president", targets, until)


SOURCES = {
    "State Department 2022": _state,
    "State of the Union 1790-": _addresses(1790, "1914-01-01", (BRITAIN, MEXICO)),
    "State of the Union 1946-": _addresses(1946, "1991-12-26", (RUSSIA, CHINA)),
    "UN General Debate 2013-": _debate,
    "leaders": _leaders,
}


def _measured(corpus: EncodedCorpus, targets: tuple[Target, Target]) -> dict[str, np.ndarray]:
    """Arrays of sums by document."""
    n = len(corpus.documents)
    terms = term_frequency(corpus, min_count=20, min_documents=10)
    order = np.argsort(-np.asarray(terms.values.sum(0)).ravel(), kind="stable")
    chosen = [int(order[r]) for r in RANKS if r < len(order)]
    out = {
        "tokens": terms.units["n_tokens"].to_numpy(float),
        "terms": terms.values[:, chosen].toarray().astype(float),
        "term names": np.array([terms.columns[k] for k in chosen]),
    }
    for k, target in enumerate(targets):
        found = stance(corpus, mentions(corpus, target))
        at = found.units["document"].to_numpy(np.int64)
        out[f"mentions {k}"] = np.bincount(at, minlength=n).astype(float)
        out[f"evaluation {k}"] = np.bincount(at, found.values[:, 0], n)
    model = fit_topics(passage_bags(corpus), k=8, iterations=150)
    out["topics"], out["topic tokens"] = topic_by_document(model, n)
    return out


def population(name: str) -> Population:
    """A population, measured once."""
    folder = Path(os.environ.get("DISCOURSE_POPULATIONS") or cache_folder() / "populations")
    path = folder / f"{name.replace(' ', '-')}.npz"
    corpus, by, targets, until = None, "", (RUSSIA, CHINA), ""
    if not path.exists():
        corpus, by, targets, until = SOURCES[name]()
        encoded = encode_corpus(corpus)
        documents = encoded.documents
        split = documents["date"].median() if until == "median" else until
        late = documents["title"] == "Biden" if until == "title" else documents["date"] >= pd.Timestamp(split)
        arrays = _measured(encoded, targets)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            half=late.to_numpy().astype(int),
            speaker=documents[by].astype(str).to_numpy(str),
            targets=np.array([t.name for t in targets]),
            **arrays,
        )
    with np.load(path) as file:
        a = {k: file[k] for k in file.files}
    x = a["tokens"]
    names = [str(t) for t in a["targets"]]
    found = [
        Quantities("mentions", np.stack([a["mentions 0"], a["mentions 1"]], 1), x, names, 1e4),
        *(Quantities("evaluation", a[f"evaluation {k}"][:, None], a[f"mentions {k}"], [names[k]], bounds=(-1, 1)) for k in (0, 1)),
        Quantities("terms", a["terms"], x, [str(t) for t in a["term names"]], 1e4),
        Quantities("topics", a["topics"], a["topic tokens"], [f"topic {k}" for k in range(8)], 100.0, bounds=(0.0, 100.0)),
    ]  # fmt: skip
    return Population(name, a["half"], a["speaker"], found)


def of_rows(q: Quantities, rows: np.ndarray) -> Quantities:
    """The quantities of some documents, some of them several times."""
    return replace(q, y=q.y[rows], x=q.x[rows])


def truth(q: Quantities, halves: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Difference of the levels of two sets of documents."""
    late, early = (q.value(q.y[rows].sum(0), q.x[rows].sum()) for rows in halves)
    return np.asarray(late - early)


def dominated(q: Quantities, halves: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Items of which one document holds more than `DOMINANT` of the variance in a half of the archive: a sample without it does not know."""
    shares = []
    for rows in halves:
        y, x = q.y[rows], q.x[rows]
        d = (y - y.sum(0) / x.sum() * x) ** 2
        shares.append(d.max(0) / d.sum(0))
    return np.asarray(np.max(shares, axis=0) > DOMINANT)


def covered(
    q: Quantities, rows: np.ndarray, group: np.ndarray, true: np.ndarray, seed: int, cluster: np.ndarray | None = None
) -> list[float]:
    """For each item 1 where the interval that is printed covers, 0 where it does not, NaN where none is printed."""
    name = "document" if cluster is None else "speaker"
    design = Design(group, ["late", "early"], cluster, name, resamples=1000, seed=seed)
    _, low, high = contrasted(of_rows(q, rows), design, pair(design, 0, 1))
    return [float(a <= t <= b) if a == a else np.nan for a, b, t in zip(low, high, true)]


def documents_run(found: Population, n: tuple[int, int], run: int) -> list[tuple[Any, ...]]:
    """Documents drawn from each half."""
    rng = stream(run, "documents", found.name, str(n))
    halves = (np.flatnonzero(found.half == 1), np.flatnonzero(found.half == 0))
    rows = np.concatenate([rng.choice(h, k) for h, k in zip(halves, n)])
    out: list[tuple[Any, ...]] = []
    for q in found.quantities:
        got = covered(q, rows, np.repeat([0, 1], n), truth(q, halves), run)
        out += [(q.name, i, c, d) for i, c, d in zip(q.items, got, dominated(q, halves))]
    return out


def speakers_run(
    found: Population, halves: tuple[np.ndarray, np.ndarray], n: tuple[int, int], run: int
) -> list[tuple[Any, ...]]:
    """Speakers drawn from each half, with all their documents; or, where n has one number, from both halves at once."""
    rng = stream(run, "speakers", found.name, str(n))
    rows, labels, groups = [], [], []
    paired = n[1] == 0
    names = sorted(set(found.speaker[np.concatenate(halves)])) if paired else []
    chosen = rng.choice(names, n[0]) if paired else np.empty(0)
    for g, half in enumerate(halves):
        drawn = chosen if paired else rng.choice(sorted(set(found.speaker[half])), n[g])
        for k, name in enumerate(drawn):
            at = half[found.speaker[half] == name]
            rows.append(at)
            labels += [f"{k}" if paired else f"{g} {k}"] * len(at)
            groups += [g] * len(at)
    at, cluster, group = np.concatenate(rows), np.array(labels, object), np.array(groups)
    out: list[tuple[Any, ...]] = []
    design = Design(group, ["late", "early"])
    for q in found.quantities:
        true = truth(q, halves)
        over = covered(q, at, group, true, run, cluster)
        alone = covered(q, at, group, true, run)
        effect = design_effect(of_rows(q, at), design, pair(design, 0, 1), cluster)
        warned = np.full(len(q.items), np.nan) if effect is None else (effect.effect > ALIKE).astype(float)
        out += list(zip([q.name] * len(over), q.items, over, alone, warned, dominated(q, halves)))
    return out


def documents(runs: int) -> None:
    """Coverage by archive and size."""
    for name in SOURCES:
        found = population(name)
        for n in SIZES:
            rows = [r for k in range(runs) for r in documents_run(found, n, k)]
            table = pd.DataFrame(rows, columns=["quantity", "item", "covers", "dominated"]).dropna()
            rest = table[~table["dominated"]]
            kinds = ", ".join(f"{k} {v:.3f}" for k, v in rest.groupby("quantity", sort=False)["covers"].mean().items())
            print(
                f"{name:<26} {n[0]:>3} and {n[1]:<4} {runs} runs: all {table['covers'].mean():.3f} ({len(table):,} intervals); "
                f"without items that one document holds {rest['covers'].mean():.3f} ({len(rest):,}): {kinds}; {_items(rest, runs)}",
                flush=True,
            )


def _items(table: pd.DataFrame, runs: int) -> str:
    """How many items are covered in at least 0.93, of those with an interval in a third of the runs."""
    each = table.groupby(["quantity", "item"])["covers"].agg(["mean", "size"])
    each = each[each["size"] >= runs / 3]
    return f"items {len(each)}, below 0.93: {(each['mean'] < 0.93).sum()}, lowest {each['mean'].min():.3f}"


def speakers(runs: int) -> None:
    """Coverage where speakers are drawn: with speakers as units, with documents as units, and how often the report warns of the latter."""
    for name in SOURCES:
        if name == "leaders" or name.startswith("State Dep"):
            continue
        found = population(name)
        late = found.speaker >= "M" if name.startswith("UN") else found.half == 1
        sizes = [(found, (np.flatnonzero(late), np.flatnonzero(~late)), n) for n in SPEAKERS]
        if name.startswith("UN"):
            halves = (np.flatnonzero(found.half == 1), np.flatnonzero(found.half == 0))
            sizes += [(found, halves, (n, 0)) for n in (10, 30)]
        for _, halves, n in sizes:
            rows = [r for k in range(runs) for r in speakers_run(found, halves, n, k)]
            table = pd.DataFrame(rows, columns=["quantity", "item", "speakers", "documents", "warned", "dominated"])
            rest = table[~table["dominated"]]
            printed = rest.dropna(subset="speakers")
            which = f"{n[0]} in both" if n[1] == 0 else f"{n[0]} and {n[1]}"
            print(
                f"{name:<26} {which:<10} speakers, {runs} runs: speakers as units {printed['speakers'].mean():.3f} "
                f"({len(printed):,}; all items {table['speakers'].mean():.3f}), documents as units "
                f"{rest['documents'].mean():.3f}; warned in {rest['warned'].mean():.3f}, where documents fail in "
                f"{rest.loc[rest['documents'] == 0, 'warned'].mean():.3f}; "
                f"{_items(printed.rename(columns={'speakers': 'covers'}), runs)}",
                flush=True,
            )


if __name__ == "__main__":
    np.seterr(all="ignore")
    tasks = {"documents": documents, "speakers": speakers}
    tasks[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 300)
