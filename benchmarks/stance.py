"""How well the stance score agrees with labelled sentences, beside VADER, in one run.

    python benchmarks/stance.py [--half development]

newsmtsc: polarity toward the marked target, 3 classes, macro-F1. plover_gsr: cooperation against conflict, AUC.
Each set is split once by a hash of the sentence; look at the development half only. Thresholds of the three classes are
chosen on the development half, for both scores alike. Intervals: bootstrap over sentences, 95%.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from discourse.corpus.build import assemble
from discourse.corpus.turns import Turn
from discourse.encode import encode_corpus
from discourse.features.stance import stance
from discourse.types import Features, Provenance

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
COOPERATION = {"AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "YIELD"}
LEFT_OUT = {"DEMAND", "REQUEST", "INVESTIGATE"}


def half(sentence: str) -> str:
    return "development" if hashlib.sha256(sentence.encode()).digest()[0] < 128 else "test"


def lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def newsmtsc() -> pd.DataFrame:
    rows = []
    for item in lines(DATA / "newsmtsc" / "train.jsonl.gz"):
        for t in item["targets"]:
            rows.append((item["sentence_normalized"], t["from"], t["to"], int(np.sign(t["polarity"] - 4))))
    return pd.DataFrame(rows, columns=["text", "start", "end", "label"])


def plover() -> pd.DataFrame:
    rows = [
        (x["text"], 0, 0, int(x["event"] in COOPERATION))
        for x in lines(DATA / "plover_gsr" / "gsr.jsonl.gz")
        if x["event"] not in LEFT_OUT
    ]
    return pd.DataFrame(rows, columns=["text", "start", "end", "label"])


def scores(frame: pd.DataFrame) -> tuple[np.ndarray, Features]:
    """Evaluation of each row toward the span that is marked, or of the whole sentence where none is."""
    ids = [f"{k:06d}" for k in range(len(frame))]
    rows = [{"doc_id": i, "date": "2020-01-01", "title": i} for i in ids]
    # One paragraph, one turn: the row is the unit even where it holds two sentences.
    turns = {i: [Turn("", "", "", "home", False, " ".join(t.split()))] for i, t in zip(ids, frame["text"])}
    corpus = encode_corpus(assemble(rows, turns, Provenance()))
    object.__setattr__(corpus, "sentence_bounds", corpus.turn_bounds)
    units = []
    for k, (start, end) in enumerate(zip(frame["start"], frame["end"])):
        a, b = corpus.turn_bounds[k : k + 2]
        if end > start:
            inside = a + np.flatnonzero((corpus.starts[a:b] < end) & (corpus.ends[a:b] > start))
            units.append((inside[0], len(inside), k) if len(inside) else (a, 1, k))
        else:
            units.append((a, 0, k))
    table = pd.DataFrame(units, columns=["token", "length", "sentence"]).assign(turn=0, document=0)
    whole = (frame["end"] <= frame["start"]).all()
    found = Features("mentions", np.ones((len(table), 1)), ["mention"], table)
    result = stance(corpus, found, half_distance=np.inf) if whole else stance(corpus, found)
    return result.values[:, 0], result


def vader(texts: pd.Series) -> np.ndarray:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return np.array([analyser.polarity_scores(t)["compound"] for t in texts])


def classes(score: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.where(score < low, -1, np.where(score > high, 1, 0))


def best_thresholds(score: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    grid = np.round(np.arange(-0.9, 0.91, 0.05), 2).tolist()
    pairs = [(a, b) for a in grid for b in grid if a <= b]
    return max(pairs, key=lambda p: f1_score(label, classes(score, *p), average="macro"))


def bootstrap(metric, seed: int, *arrays: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = len(arrays[0])
    return np.array([metric(*(a[index] for a in arrays)) for index in (rng.integers(0, n, n) for _ in range(1000))])


def macro(label: np.ndarray, predicted: np.ndarray) -> float:
    return float(f1_score(label, predicted, average="macro"))


def report(name: str, n: int, metric, label: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> None:
    def interval(x: np.ndarray) -> str:
        return f"[{np.quantile(x, 0.025):.3f}, {np.quantile(x, 0.975):.3f}]"

    a, b = bootstrap(metric, 1, label, ours), bootstrap(metric, 1, label, theirs)
    x, y = metric(label, ours), metric(label, theirs)
    print(
        f"{name}, n = {n}: discourse {x:.3f} {interval(a)}, VADER {y:.3f} {interval(b)}, "
        f"difference {x - y:+.3f} {interval(a - b)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["development", "test"], default="test")
    which = parser.parse_args().half
    for name, frame in (("newsmtsc", newsmtsc()), ("plover_gsr", plover())):
        halves = frame["text"].map(half)
        start = time.perf_counter()
        ours = scores(frame)[0]
        seconds = time.perf_counter() - start
        theirs = vader(frame["text"])
        label = frame["label"].to_numpy()
        at = (halves == which).to_numpy()
        print(f"{name}: {len(frame)} rows scored in {seconds:.1f} s")
        if name == "plover_gsr":
            report("  AUC, cooperation against conflict", int(at.sum()), roc_auc_score, label[at], ours[at], theirs[at])
            continue
        development = (halves == "development").to_numpy()
        a = best_thresholds(ours[development], label[development])
        b = best_thresholds(theirs[development], label[development])
        report(
            f"  macro-F1, thresholds {a} and {b} from the development half",
            int(at.sum()),
            macro,
            label[at],
            classes(ours[at], *a),
            classes(theirs[at], *b),
        )
        report(
            "  macro-F1, VADER with its usual thresholds of 0.05",
            int(at.sum()),
            macro,
            label[at],
            classes(ours[at], *a),
            classes(theirs[at], -0.05, 0.05),
        )


if __name__ == "__main__":
    main()
