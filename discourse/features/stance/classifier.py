"""Stance by a classifier that is trained on sentences coded by hand: words, word order and the rules' own findings."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import TooLittleText
from discourse.features.stance.lexicon import ACTS
from discourse.features.stance.roles import ROLES
from discourse.features.stance.score import CLASSES
from discourse.features.stance.syntax import read_sentences
from discourse.types import EncodedCorpus, Features

FOLDS = 5
AROUND = 6  # pieces on each side of the mention that keep their place
EVALUATIVE = (*ACTS, "positive evaluation", "negative evaluation")


def describe_mentions(corpus: EncodedCorpus, scored: Features) -> pd.DataFrame:
    """What the classifier sees of each mention.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    scored : Features
        From `discourse.features.stance.stance`.

    Returns
    -------
    DataFrame
        `text` (the sentence with the mention as "target"), `around` (pieces with their side), `clause`, and numbers that the
        rules found: evaluation, counts, roles, acts, sums by category.
    """
    units = scored.units
    sentences = np.unique(units["sentence"].to_numpy(np.int64))
    read = dict(zip(sentences.tolist(), read_sentences(corpus, sentences)))
    rows = []
    for unit in units.itertuples():
        s = read[int(unit.sentence)]
        beyond = unit.token + unit.length
        inside = [k for k, w in enumerate(s.words) if w != "," and unit.token <= s.token(k) < beyond]
        start, stop = (inside[0], inside[-1] + 1) if inside else (0, 0)
        left = " ".join(f"l_{w}" for w in s.words[max(0, start - AROUND) : start])
        right = " ".join(f"r_{w}" for w in s.words[stop : stop + AROUND])
        clause = " ".join(w for w, c in zip(s.words, s.clause) if c == s.clause[start]) if s.words else ""
        # The target is masked: the model is to learn from the words about it, not from its name.
        rows.append((" ".join([*s.words[:start], "target", *s.words[stop:]]), f"{left} target {right}", clause))
    frame = pd.DataFrame(rows, columns=["text", "around", "clause"])
    evaluation = scored.values[:, 0]
    frame["evaluation"] = evaluation
    frame["friendly"], frame["hostile"] = (evaluation > 0.1).astype(float), (evaluation < -0.1).astype(float)
    frame["n_friendly"], frame["n_hostile"] = scored.values[:, 1], scored.values[:, 2]
    for role in ROLES:
        frame[f"role {role}"] = (units["who_acts"] == role).to_numpy(float)
    for act in ACTS:
        frame[f"act {act}"] = (units["act"] == act).to_numpy(float)
    hits = scored.details["hits"]
    mention, category = hits["mention"].to_numpy(np.int64), hits["category"].to_numpy()
    for name in EVALUATIVE:
        at = category == name
        frame[f"sum {name}"] = np.bincount(mention[at], hits["score"].to_numpy(float)[at] / 3, len(frame))
        frame[f"count {name}"] = np.bincount(mention[at], minlength=len(frame)) / 2
    return frame


def make_pipeline(columns: list[str], C: float = 1.0) -> Any:
    """The scikit-learn pipeline: TF-IDF of words, places, clause and letters, with the rules' numbers; logistic regression."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    # A word of a single sentence shows nothing about others.
    word = {"sublinear_tf": True, "token_pattern": r"(?u)\S+", "min_df": 2}
    numbers = [c for c in columns if c not in ("text", "around", "clause")]
    features = ColumnTransformer(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), **word), "text"),
            ("around", TfidfVectorizer(ngram_range=(1, 3), **word), "around"),
            ("clause", TfidfVectorizer(**word), "clause"),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True), "text"),
            ("rules", "passthrough", numbers),
        ]
    )
    return Pipeline(
        # Balanced, for classes are seldom equally frequent, and the rare ones count as much.
        [("features", features), ("model", LogisticRegression(C=C, max_iter=3000, class_weight="balanced"))]
    )


def cross_predict(
    frame: pd.DataFrame, rows: np.ndarray, codes: np.ndarray, groups: np.ndarray, folds: int = FOLDS
) -> np.ndarray:
    """Probabilities of the classes, out of fold for the coded rows, the mean of the folds' models for the others.

    Parameters
    ----------
    frame : DataFrame
        From `describe_mentions`.
    rows : ndarray of int, shape (n_coded,)
        Rows that are coded.
    codes : ndarray of str, shape (n_coded,)
        Their classes.
    groups : ndarray, shape (n_coded,)
        Documents: those of one document are in one fold.
    folds : int
        Number of folds.

    Returns
    -------
    ndarray, shape (n_rows, 3)
        In the order of `CLASSES`.

    Raises
    ------
    TooLittleText
        Where there are fewer documents than folds, or only one class.
    """
    from sklearn.model_selection import GroupKFold

    if len(set(groups.tolist())) < folds or len(set(codes.tolist())) < 2:
        raise TooLittleText(
            "A classifier",
            f"n = {len(rows)} coded mentions of {len(set(codes.tolist()))} classes in {len(set(groups.tolist()))} documents",
            f"at least two classes and {folds} documents",
        )
    result = np.zeros((len(frame), len(CLASSES)))
    # Sentences of one document resemble each other: in two folds they would flatter the model.
    for train, test in GroupKFold(folds).split(rows, codes, groups):
        if len(set(codes[train].tolist())) < 2:
            raise TooLittleText("A classifier", "one class in a fold", "more documents with each class")
        model = make_pipeline(list(frame.columns)).fit(frame.iloc[rows[train]], codes[train])
        # A fold may lack a class, and scikit-learn sorts them by name.
        place = np.array([CLASSES.index(c) for c in model.classes_])
        probabilities = model.predict_proba(frame)
        others = np.ones(len(frame), bool)
        others[rows] = False
        result[np.ix_(np.flatnonzero(others), place)] += probabilities[others] / folds
        result[np.ix_(rows[test], place)] = probabilities[rows[test]]
    return result


def classify(
    corpus: EncodedCorpus, scored: Features, rows: np.ndarray, codes: np.ndarray, folds: int = FOLDS
) -> tuple[Features, bytes]:
    """Replace the evaluation of the rules by that of a classifier trained on coded mentions.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    scored : Features
        From `discourse.features.stance.stance`.
    rows : ndarray of int, shape (n_coded,)
        Rows of `scored` that are coded.
    codes : ndarray of str, shape (n_coded,)
        Their classes.
    folds : int
        Of the cross-validation by document.

    Returns
    -------
    features : Features
        As `scored`; `evaluation` is the probability of *cooperative* minus that of *conflictual*, out of fold for the coded
        mentions; `params` has `model` (hash) and `cross_validated` (macro-F1).
    model : bytes
        The model that was fitted to all coded mentions, as joblib writes it.

    Raises
    ------
    TooLittleText
        See `cross_predict`.
    """
    import joblib
    from sklearn.metrics import f1_score

    frame = describe_mentions(corpus, scored)
    documents = scored.units["document"].to_numpy()[rows]
    probabilities = cross_predict(frame, rows, codes, documents, folds)
    predicted = np.array(CLASSES, object)[probabilities.argmax(1)]
    values = scored.values.copy()
    values[:, 0] = probabilities[:, CLASSES.index("cooperative")] - probabilities[:, CLASSES.index("conflictual")]
    stream = io.BytesIO()
    joblib.dump(make_pipeline(list(frame.columns)).fit(frame.iloc[rows], codes), stream)
    # Of what the model was trained on: its bytes depend on the versions of the libraries.
    training = "\n".join(f"{r} {c}" for r, c in zip(rows.tolist(), codes.tolist()))
    digest = hashlib.sha256((training + "".join(frame["text"].iloc[rows])).encode()).hexdigest()
    params = {
        **scored.params,
        "method": "classifier",
        "model": digest,
        "n_coded": len(rows),
        "cross_validated": float(f1_score(codes.astype(str), predicted[rows].astype(str), average="macro")),
    }
    return (
        replace(
            scored,
            values=values,
            units=scored.units.assign(class_=predicted),
            params=params,
        ),
        stream.getvalue(),
    )
