"""Sentences on Israel, Ukraine, Russia and China, coded by two coders, from which neither rules nor models learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
from coded_sentences import coded
from labelled import DATA, lines
from scores import macro, show, vader
from sklearn.metrics import f1_score

from discourse.features.stance import CLASSES, by_the_prior, read_mentions, weigh
from discourse.features.stance.prior import Prior
from discourse.types import EncodedCorpus, Features

SETS = ("victims", "russia", "china")
SINCE = 2021  # the year from which a sentence belongs to the later era
NUMBERS = {c: k - 1 for k, c in enumerate(CLASSES)}


def held_out(prior: Prior) -> None:
    """Agreement on each set, F1 by class, and differences between eras and sources, as coded and as measured."""
    years = {x["id"]: int(x["date"][:4]) for x in lines(DATA / "state_department_posts" / "posts.jsonl.gz")}
    for name in SETS:
        frame = pd.concat([_scored(*part, prior) for part in coded(name)], ignore_index=True)
        later = [_year(o, i, years) >= SINCE for o, i in zip(frame["source"], frame["doc_id"])]
        frame["era"] = np.where(later, f"since {SINCE}", f"before {SINCE}")
        print(name)
        for coder in ("a", "b"):
            label = frame[f"stance_{coder}"].map(NUMBERS).to_numpy(int)
            commonest = int(np.bincount(label + 1).argmax()) - 1
            scores = {
                "discourse, prior": frame["prior"].to_numpy(int),
                "discourse, rules": frame["rules"].to_numpy(int),
                "VADER, its usual thresholds": frame["VADER"].to_numpy(int),
                "the commonest class": np.full(len(frame), commonest),
            }
            show(f"stance, macro-F1, coder {coder}", macro, label, scores)
            for column in ("prior", "rules"):
                each = f1_score(label, frame[column].to_numpy(int), average=None, labels=[-1, 0, 1])
                shown = (f"{c} {x:.2f} (n = {(label == k - 1).sum()})" for k, (c, x) in enumerate(zip(CLASSES, each)))
                print(f"    F1 by class, {column}: {', '.join(shown)}")
        frame["coders"] = (frame["stance_a"].map(NUMBERS) + frame["stance_b"].map(NUMBERS)) / 2
        for group in ("target", "era", "source"):
            _means(frame, group)


def _scored(corpus: EncodedCorpus, found: Features, codes: pd.DataFrame, prior: Prior) -> pd.DataFrame:
    """Codes of a part of a set beside the classes of rules, prior and VADER."""
    mine = found.units.iloc[codes["row"]].reset_index(drop=True)
    parsed = read_mentions(corpus, Features("mentions", np.ones((len(mine), 1)), ["mention"], mine))
    rules = weigh(parsed)
    texts = []
    assert corpus.texts is not None
    for unit in mine.itertuples():
        a, b = corpus.sentence_bounds[unit.sentence : unit.sentence + 2]
        texts.append(corpus.texts[unit.turn][corpus.starts[a] : corpus.ends[b - 1]])
    compound = vader(pd.Series(texts))
    return codes.assign(
        rules=rules.units["class_"].map(NUMBERS).to_numpy(int),
        prior=by_the_prior(parsed, rules, prior).units["class_"].map(NUMBERS).to_numpy(int),
        VADER=np.where(compound < -0.05, -1, np.where(compound > 0.05, 1, 0)),
    )


def _year(source: str, doc_id: str, posts: dict[str, int]) -> int:
    """The year of a document: sessions of the General Debate are counted from 1946; the tweets end in 2020."""
    if source == "debate":
        return 1945 + int(doc_id.split("-")[1])
    return {"state": 2022, "department_tweets": 2020}.get(source) or posts[doc_id]


def _means(frame: pd.DataFrame, group: str) -> None:
    """Means by group, -1 to 1, and how far differences between two groups are from those of the coders."""
    table = frame.groupby(group)[["coders", "prior", "rules", "VADER"]].mean()
    table.insert(0, "n", frame.groupby(group).size())
    table = table[table["n"] >= 20]
    print(f"  means by {group}, -1 conflictual to 1 cooperative")
    print("\n".join("    " + line for line in table.round(2).to_string().split("\n")))
    pairs = [(a, b) for k, a in enumerate(table.index) for b in table.index[k + 1 :]]
    for name in ("prior", "rules", "VADER"):
        for a, b in pairs:
            theirs, ours = (table.at[a, c] - table.at[b, c] for c in ("coders", name))
            print(f"    {name}: {a} minus {b} {ours:+.2f}, coders {theirs:+.2f}, off by {ours - theirs:+.2f}")
