"""How well stance agrees with labelled sentences, beside its baselines, in one run.

    python benchmarks/stance.py [--half development] [--skip-classifier] [--prior FOLDER] [--only SET]

newsmtsc: polarity toward the marked target, 3 classes, macro-F1, by the rules and by a classifier. plover_gsr: cooperation against
conflict, AUC. conll2010 without headings: uncertain or certain, macro-F1. state_department_2022: sentences that mention Russia,
coded by two coders (a provisional coding): stance in 3 classes, macro-F1, and who acts, balanced accuracy. victims, russia, china:
sentences of other sources, coded in the same way, from which nothing has learned.

The model of the package has learned from all of newsmtsc and plover_gsr: FOLDER holds what the same recipe makes of their
development halves (`python scripts/make_stance_prior.py --development FOLDER`). The sentences of the Department that are printed
(of the half "test") were shown to neither.

Each set is split once by a hash of the sentence; look at the development half only. (Of the coded sentences of the Department the
development half is a sample of its own.) Thresholds of the three classes are chosen on the development half, for all scores
alike. Intervals: bootstrap over sentences, 95%.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from coded_sentences import coded
from held_out import held_out
from labelled import DATA, encoded, half, lines, newsmtsc, plover
from scores import balanced, best_thresholds, classes, macro, show, vader
from sklearn.metrics import f1_score, roc_auc_score

from discourse.features.patterns import match_terms
from discourse.features.stance import (
    CLASSES,
    by_the_prior,
    default_lexicons,
    load_prior,
    read_mentions,
    stance,
    stance_class,
    weigh,
)
from discourse.features.stance.classifier import cross_predict, describe_mentions
from discourse.features.stance.prior import Prior, read_prior
from discourse.types import EncodedCorpus, Features

TEN_HEDGES = ("may", "might", "could", "perhaps", "possibly", "probably", "likely", "some", "often", "seem*")


def news(which: str, with_classifier: bool, prior: Prior) -> None:
    frame = newsmtsc()
    if not with_classifier:
        frame = frame[(frame["text"].map(half) == which) | (frame["text"].map(half) == "development")].reset_index(
            drop=True
        )
    corpus, found = encoded(frame)
    start = time.perf_counter()
    parsed = read_mentions(corpus, found)
    scored = weigh(parsed)
    middle = time.perf_counter()
    by_model = by_the_prior(parsed, scored, prior)
    print(
        f"newsmtsc: {len(frame)} rows read and weighed in {middle - start:.1f} s, by the prior in {time.perf_counter() - middle:.1f} s more"
    )
    learned = by_model.units["class_"].map({c: k - 1 for k, c in enumerate(CLASSES)}).to_numpy(int)
    halves, label = frame["text"].map(half).to_numpy(), frame["label"].to_numpy()
    at, development = halves == which, halves == "development"
    ours, theirs = scored.values[:, 0], vader(frame["text"])
    a, b = (best_thresholds(s[development], label[development]) for s in (ours, theirs))
    show(
        f"polarity toward the target, macro-F1; thresholds {a} and {b} from the development half",
        macro,
        label[at],
        {
            "discourse, prior": learned[at],
            "discourse, lexicon": classes(ours[at], *a),
            "VADER, thresholds chosen as ours are": classes(theirs[at], *b),
            "VADER, its usual thresholds of 0.05": classes(theirs[at], -0.05, 0.05),
        },
    )
    if not with_classifier:
        return
    # Five folds over all rows, those of one sentence together; the half is what is printed.
    codes = np.array(CLASSES, object)[label + 1]
    groups = pd.factorize(frame["text"])[0]
    start = time.perf_counter()
    described = describe_mentions(corpus, scored)
    probabilities = cross_predict(described, np.arange(len(frame)), codes, groups)
    print(f"  classifier: {time.perf_counter() - start:.1f} s")
    show(
        "the same by classifiers, grouped cross-validation",
        macro,
        label[at],
        {
            "discourse, classifier": (probabilities.argmax(1) - 1)[at],
            "TF-IDF and VADER, logistic regression": tfidf_vader(frame, theirs, label, groups)[at],
            "discourse, lexicon": classes(ours[at], *a),
        },
    )


def tfidf_vader(frame: pd.DataFrame, score: np.ndarray, label: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Words around the target and the sentiment of the sentence, by logistic regression."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    texts = [t[:a] + " target " + t[b:] for t, a, b in zip(frame["text"], frame["start"], frame["end"])]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(texts)
    table = hstack([words, csr_matrix(score[:, None])]).tocsr()
    model = LogisticRegression(max_iter=3000, class_weight="balanced")
    return np.asarray(cross_val_predict(model, table, label, groups=groups, cv=GroupKFold(5)))


def events(which: str, prior: Prior) -> None:
    frame = plover()
    corpus, found = encoded(frame)
    at = (frame["text"].map(half) == which).to_numpy()
    parsed = read_mentions(corpus, found)
    scored = weigh(parsed)
    label, ours = frame["label"].to_numpy(), scored.values[:, 0]
    by_model = by_the_prior(parsed, scored, prior).values[:, 0]
    whole = Features("mentions", found.values, found.columns, found.units.assign(length=0))
    scores = {
        "discourse, prior": by_model[at],
        "discourse, toward the acting party": ours[at],
        "discourse, whole sentence": stance(corpus, whole, half_distance=np.inf).values[at, 0],
        "VADER": vader(frame["text"])[at],
    }
    print("plover_gsr")
    show("cooperation against conflict, AUC", roc_auc_score, label[at], scores)
    show(
        "the same by the sign of the score, macro-F1",
        macro,
        label[at],
        {k: (v > 0).astype(int) for k, v in scores.items()},
    )


def uncertainty(which: str) -> None:
    frame = pd.read_csv(DATA / "conll2010" / "uncertainty-conll2010.csv", header=None, names=["label", "text"])
    # Headings: 22% of the certain class has four words or fewer.
    frame = frame[frame["text"].str.split().str.len() > 4].reset_index(drop=True)
    frame = frame.assign(start=0, end=0)
    corpus, _ = encoded(frame)
    at = (frame["text"].map(half) == which).to_numpy()
    label = frame["label"].to_numpy()
    # The weights of the lexicon say how often a term is a cue of uncertainty; half a cue is none.
    entries = default_lexicons()["certainty"].entries
    entries = entries[entries["category"].isin(["hedge", "weasel"])].reset_index(drop=True)
    hits = match_terms(corpus, entries["term"].tolist(), corpus.words())
    row = np.searchsorted(corpus.turn_bounds, hits.starts, side="right") - 1
    cues = np.bincount(row, entries["weight"].to_numpy(float)[hits.terms], len(frame))
    pattern = r"\b(?:" + "|".join(h.replace("*", r"\w*") for h in TEN_HEDGES) + r")\b"
    ten = frame["text"].str.contains(pattern, case=False, regex=True).to_numpy()
    print("conll2010 without headings")
    show(
        "uncertain or certain, macro-F1",
        macro,
        label[at],
        {
            "discourse, hedges and weasels": np.where(cues >= 1, -1, 1)[at],
            "ten hedges": np.where(ten, -1, 1)[at],
            "all uncertain": np.full(at.sum(), -1),
        },
    )


def trained(which: str) -> np.ndarray:
    """Classes by a classifier that learned from the development and the stratified sample; out of fold on the former."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for sample in ("development", "stratified", "state_department_2022"):
        for corpus, found, codes in coded(sample):
            mine = found.units.iloc[codes["row"]].reset_index(drop=True)
            scored = stance(corpus, Features("mentions", np.ones((len(mine), 1)), ["mention"], mine))
            frame = describe_mentions(corpus, scored)
            frames.setdefault(sample, []).append(
                frame.assign(code=codes["stance_a"].to_numpy(), document=codes["doc_id"].to_numpy())
            )
    tables = {k: pd.concat(v, ignore_index=True) for k, v in frames.items()}
    learn = pd.concat([tables["development"], tables["stratified"]], ignore_index=True)
    both = learn if which == "development" else pd.concat([learn, tables["state_department_2022"]], ignore_index=True)
    probabilities = cross_predict(
        both.drop(columns=["code", "document"]),
        np.arange(len(learn)),
        learn["code"].to_numpy(),
        learn["document"].to_numpy(),
    )
    rows = np.arange(len(tables["development"])) if which == "development" else np.arange(len(learn), len(both))
    return probabilities[rows].argmax(1) - 1


def department(which: str, prior: Prior, with_classifier: bool) -> None:
    parts: dict[str, list[Any]] = {}
    for sample in ("development", "state_department_2022"):
        rows = []
        for corpus, found, codes in coded(sample):
            parsed = read_mentions(corpus, found)
            scored = weigh(parsed)
            by_model = by_the_prior(parsed, scored, prior).units["class_"].iloc[codes["row"]].to_numpy()
            units = scored.units.iloc[codes["row"]].reset_index(drop=True)
            evaluation = scored.values[codes["row"].to_numpy(), 0]
            assert corpus.texts is not None
            first = _first_mention(corpus, scored, units)
            texts = []
            for unit in units.itertuples():
                a, b = corpus.sentence_bounds[unit.sentence : unit.sentence + 2]
                texts.append(corpus.texts[unit.turn][corpus.starts[a] : corpus.ends[b - 1]])
            rows.append(
                codes.assign(
                    evaluation=evaluation,
                    class_=stance_class(evaluation),
                    prior=by_model,
                    # The codebook has no other name for those who are harmed or helped.
                    part=units["who_acts"].replace({"victim": "recipient", "beneficiary": "recipient"}),
                    first=first,
                    text=texts,
                )
            )
        parts[sample] = pd.concat(rows, ignore_index=True)
    frame = parts["development" if which == "development" else "state_department_2022"]
    learn = parts["development"]
    learn_score = vader(learn["text"])
    numbers = {c: k - 1 for k, c in enumerate(CLASSES)}
    gold = learn["stance_a"].map(numbers).to_numpy()
    bounds = best_thresholds(learn["evaluation"].to_numpy(), gold)
    theirs = best_thresholds(learn_score, gold)
    print("state_department_2022, provisional coding by two coders")
    learned = {"discourse, classifier on the other samples": trained(which)} if with_classifier else {}
    for coder in ("a", "b"):
        label = frame[f"stance_{coder}"].map(numbers).to_numpy()
        show(
            f"stance, macro-F1, coder {coder}; VADER's thresholds {theirs} from the development sample",
            macro,
            label,
            {
                "discourse, prior": frame["prior"].map(numbers).to_numpy(),
                "discourse, its classes": frame["class_"].map(numbers).to_numpy(),
                f"discourse, thresholds {bounds}": classes(frame["evaluation"].to_numpy(), *bounds),
                **learned,
                "VADER": classes(vader(frame["text"]), *theirs),
                "all conflictual": np.full(len(frame), -1),
            },
        )
        for name, column in (("prior", "prior"), ("rules", "class_")):
            each = f1_score(label, frame[column].map(numbers).to_numpy(), average=None, labels=[-1, 0, 1])
            shown = (f"{c} {x:.2f} (n = {(label == k - 1).sum()})" for k, (c, x) in enumerate(zip(CLASSES, each)))
            print(f"    F1 by class, {name}: {', '.join(shown)}")
        show(
            f"who acts, balanced accuracy, coder {coder}",
            balanced,
            frame[f"who_acts_{coder}"].to_numpy(),
            {"discourse": frame["part"].to_numpy(), "the first mention acts": frame["first"].to_numpy()},
        )


def speakers() -> None:
    """Whether the measure puts speakers and eras in the order of the coders: means of the development sample, -1 to 1."""
    eras = {x["id"]: f"posts, {x['era']}" for x in lines(DATA / "state_department_tweets" / "tweets.jsonl.gz")}
    eras |= {x["doc_id"]: x["speaker"] for x in lines(DATA / "us_russia_leaders" / "docs.jsonl.gz")}
    rows = []
    for corpus, found, codes in coded("development"):
        scored = stance(corpus, found)
        units = scored.units.iloc[codes["row"]]
        assert corpus.texts is not None
        texts = [
            corpus.texts[u.turn][
                corpus.starts[corpus.sentence_bounds[u.sentence]] : corpus.ends[
                    corpus.sentence_bounds[u.sentence + 1] - 1
                ]
            ]
            for u in units.itertuples()
        ]
        numbers = {c: k - 1 for k, c in enumerate(CLASSES)}
        rows.append(
            pd.DataFrame(
                {
                    "who": [eras.get(i, "Department, 2022") for i in codes["doc_id"]],
                    "coders": (codes["stance_a"].map(numbers) + codes["stance_b"].map(numbers)) / 2,
                    "discourse": units["class_"].map(numbers).to_numpy(),
                    "VADER": classes(vader(pd.Series(texts)), -0.05, 0.05),
                }
            )
        )
    table = (
        pd.concat(rows)
        .groupby("who")
        .agg(n=("coders", "size"), **{c: (c, "mean") for c in ("coders", "discourse", "VADER")})
    )
    table = table[table["n"] >= 5].sort_values("coders")
    print("means by speaker and era, development sample, -1 conflictual to 1 cooperative")
    print("\n".join("  " + line for line in table.round(2).to_string().split("\n")))
    signs = [(a, b) for k, a in enumerate(table.index) for b in table.index[k + 1 :]]
    for name in ("discourse", "VADER"):
        right = sum(
            (table.at[a, name] - table.at[b, name]) * (table.at[a, "coders"] - table.at[b, "coders"]) > 0
            for a, b in signs
        )
        slope = np.polyfit(table["coders"], table[name], 1)[0]
        print(f"  {name}: {right} of {len(signs)} differences with the right sign, slope {slope:.2f}")


def _first_mention(corpus: EncodedCorpus, scored: Features, units: pd.DataFrame) -> np.ndarray:
    """Mention order: what is named first in the sentence acts, what comes later is acted upon."""
    forms = corpus.vocabulary["form"].to_numpy()
    result = []
    for unit in units.itertuples():
        a = int(corpus.sentence_bounds[unit.sentence])
        names = [str(forms[corpus.ids[k]]) for k in range(a + 1, int(unit.token))]
        earlier = any(n[:1].isupper() for n in names) or (str(forms[corpus.ids[a]]) in ("We", "I") and unit.token > a)
        result.append("recipient" if earlier else "actor")
    return np.array(result, object)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["development", "test"], default="test")
    parser.add_argument("--skip-classifier", action="store_true")
    parser.add_argument("--prior", type=Path, help="folder of the model that learned from the development halves")
    parser.add_argument("--only", choices=["newsmtsc", "plover", "conll", "department", "held-out"])
    arguments = parser.parse_args()
    which, prior = arguments.half, load_prior()
    if arguments.prior:
        prior = read_prior(*((arguments.prior / f"stance-prior.{s}").read_bytes() for s in ("npz", "json")))
    tasks = {
        "newsmtsc": lambda: news(which, not arguments.skip_classifier, prior),
        "plover": lambda: events(which, prior),
        "conll": lambda: uncertainty(which),
        "department": lambda: (department(which, prior, not arguments.skip_classifier), speakers()),
        "held-out": lambda: held_out(prior),
    }
    for name, task in tasks.items():
        # The three sets are for the last look.
        if arguments.only in (None, name) and not (name == "held-out" and which == "development"):
            task()


if __name__ == "__main__":
    main()
