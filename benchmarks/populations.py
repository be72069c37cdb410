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
from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design, stream
from discourse.corpus import read_sotu
from discourse.corpus.build import assemble
from discourse.corpus.turns import Turn
from discourse.encode import encode_corpus
from discourse.features.frequency import term_frequency
from discourse.features.passages import passage_bags
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.features.topics import fit_topics, topic_by_document
from discourse.types import Corpus, EncodedCorpus, Provenance

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
RUSSIA = Target("Russia", ("russia", "russian", "russians", "soviet*", "ussr", "u.s.s.r.", "kremlin", "moscow", "putin"))
CHINA = Target("China", ("china", "chinese", "beijing", "prc"))
UKRAINE = Target("Ukraine", ("ukraine", "ukrainian*", "kyiv"))
ISRAEL = Target("Israel", ("israel", "israeli*", "jerusalem"))
BRITAIN = Target("Britain", ("britain", "british", "england", "united kingdom"))
MEXICO = Target("Mexico", ("mexico", "mexican*"))
RANKS = (5, 15, 40, 100, 200, 400, 800, 1600)  # of the terms, by frequency
SIZES = ((20, 20), (50, 50), (20, 200))
SPEAKERS = ((6, 6), (8, 8), (10, 10), (15, 15), (8, 25))


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
        {"doc_id": f"{r['iso']}-{r['year']}", "date": f"{r['year']}-09-20", "title": r["iso"], "by": r["iso"], "text": r["text"]}
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


def main() -> None:
    for name in SOURCES:
        found = population(name)
        print(name, len(found.half), found.half.mean(), len(set(found.speaker)), [q.items for q in found.quantities])


if __name__ == "__main__":
    main()
