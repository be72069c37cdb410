"""Stance by the model of the package: a logistic regression over masked words, the rules' findings and word vectors.

`scripts/make_stance_prior.py` trains it; `discourse/models/stance-prior.md` is its card. The means of word vectors enter linearly, so
that a word has one score for each class in place of its vector, and a prediction is a sum that can be shown word by word.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from discourse.features.stance.described import Context, contexts, rule_numbers, rule_outcome
from discourse.features.stance.lookup import Lookup
from discourse.features.stance.reading import Parsed
from discourse.features.stance.score import CLASSES
from discourse.types import Features

_FILE = "stance-prior"


@dataclass(frozen=True)
class Prior:
    """The model, as it is stored.

    Parameters
    ----------
    ngrams : tuple of str
        Words and pairs of words, as `discourse.features.stance.described.ngrams` gives them.
    idf : ndarray, shape (n_ngrams,)
        Inverse document frequency of each.
    ngram_scores : ndarray, shape (n_ngrams, 3)
        Coefficients, in the order of `CLASSES`.
    words : tuple of str
        Words that have a vector.
    weights : ndarray, shape (n_words,)
        a / (a + p) for a word of frequency p (Arora, Liang & Ma 2017).
    mean_scores, near_scores : ndarray, shape (n_words, 3)
        What a word adds in the weighted mean of the sentence, and in that weighted by distance from the mention.
    numbers : mapping of str to tuple of float
        Coefficients of what the rules found, by the name that `rule_numbers` gives it.
    intercept : tuple of float
    rules : tuple of tuple of float
        Map from `rule_outcome` (and 1) to log-odds; shape (6, 3).
    mix : float
        Share of the rules' own probabilities.
    half : float
        Pieces from the mention at which a word counts half in the second mean.
    sha256 : str
        Of the files.
    """

    ngrams: tuple[str, ...]
    idf: np.ndarray
    ngram_scores: np.ndarray
    words: tuple[str, ...]
    weights: np.ndarray
    mean_scores: np.ndarray
    near_scores: np.ndarray
    numbers: Mapping[str, tuple[float, ...]]
    intercept: tuple[float, ...]
    rules: tuple[tuple[float, ...], ...]
    mix: float
    half: float
    sha256: str = ""

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self.ngrams, self.words)

    def parts(self, given: Iterable[Context]) -> Parts:
        """What the words of each mention add to its log-odds, one row for each n-gram and word."""
        found = self._lookup.find(given, self.half)
        n = found.n_mentions
        at, word, at_word, word_of = found.mention, found.ngram, found.word_mention, found.word
        idf = self.idf[word]
        # bincount adds in the order of the text, so that a row does not depend on those computed with it.
        length = np.sqrt(np.bincount(at, idf**2, n))
        share = idf / length[at] if len(at) else idf
        by_ngram = share[:, None] * self.ngram_scores[word]
        weight = self.weights[word_of]
        weight_near = weight * found.near
        by_word = np.zeros((len(at_word), len(CLASSES)))
        for w, scores in ((weight, self.mean_scores), (weight_near, self.near_scores)):
            total = np.bincount(at_word, w, n)
            by_word += (w / total[at_word])[:, None] * scores[word_of]
        return Parts(at, word, by_ngram, at_word, word_of, by_word)

    def log_odds(self, given: Iterable[Context], names: Sequence[str], numbers: np.ndarray) -> np.ndarray:
        """Linear predictors of the classes without the share of the rules; float64, shape (n_mentions, 3)."""
        parts, n = self.parts(given), len(numbers)
        result = np.tile(np.array(self.intercept), (n, 1))
        for c in range(len(CLASSES)):
            result[:, c] += np.bincount(parts.mention, parts.by_ngram[:, c], n)
            result[:, c] += np.bincount(parts.word_mention, parts.by_word[:, c], n)
        for name, column in zip(names, numbers.T):
            # Column by column and not as a product of matrices, whose last digits depend on how many rows there are.
            if name in self.numbers:
                result += column[:, None] * np.array(self.numbers[name])
        return result

    def mixed(self, log_odds: np.ndarray, outcome: np.ndarray) -> np.ndarray:
        """Probabilities of the classes: those of the model with a share of those of the rules; shape (n_mentions, 3)."""
        rules = np.tile(np.array(self.rules[-1]), (len(outcome), 1))
        for column, row in zip(outcome.T, self.rules):
            rules += column[:, None] * np.array(row)
        return (1 - self.mix) * softmax(log_odds) + self.mix * softmax(rules)


@dataclass(frozen=True)
class Parts:
    """What n-grams and words add to the log-odds of the classes, each with its mention."""

    mention: np.ndarray
    ngram: np.ndarray
    by_ngram: np.ndarray
    word_mention: np.ndarray
    word: np.ndarray
    by_word: np.ndarray


def softmax(x: np.ndarray) -> np.ndarray:
    """Probabilities from log-odds, row by row.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0, np.log(2)]])).tolist()
    [[0.25, 0.25, 0.5]]
    """
    e = np.exp(x - x.max(axis=1, keepdims=True))
    # Sum of three columns in this order, whatever the number of rows.
    return np.asarray(e / (e[:, 0] + e[:, 1] + e[:, 2])[:, None])


def prior_probabilities(parsed: Parsed, scored: Features, prior: Prior | None = None) -> np.ndarray:
    """Probabilities of the classes of each mention; float64, shape (n_mentions, 3), in the order of `CLASSES`.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    scored : Features
        From `weigh`.
    prior : Prior, optional
        The model of the package by default.
    """
    prior = prior or load_prior()
    names, numbers = rule_numbers(parsed, scored)
    return prior.mixed(prior.log_odds(contexts(parsed), names, numbers), rule_outcome(scored))


def by_the_prior(parsed: Parsed, scored: Features, prior: Prior | None = None) -> Features:
    """Replace the evaluation of the rules by that of the model.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    scored : Features
        From `weigh`.
    prior : Prior, optional
        The model of the package by default.

    Returns
    -------
    Features
        As `scored`; `evaluation` is the probability of *cooperative* minus that of *conflictual*, `class_` the most probable class;
        terms, roles and acts are those of the rules. `params` has `model`, the hash of the model.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance import read_mentions, weigh
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn Norland's brutal war.", "We welcome our good cooperation with Norland."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> by_the_prior(parsed, weigh(parsed)).units["class_"].tolist()
    ['conflictual', 'cooperative']
    """
    prior = prior or load_prior()
    return with_probabilities(scored, prior_probabilities(parsed, scored, prior), method="prior", model=prior.sha256)


def with_probabilities(scored: Features, probabilities: np.ndarray, **params: Any) -> Features:
    """Scores with the evaluation and the class of some probabilities."""
    values = scored.values.copy()
    values[:, 0] = probabilities[:, CLASSES.index("cooperative")] - probabilities[:, CLASSES.index("conflictual")]
    classes = np.array(CLASSES, object)[probabilities.argmax(1)] if len(probabilities) else np.zeros(0, object)
    return replace(scored, values=values, units=scored.units.assign(class_=classes), params={**scored.params, **params})


# --- Files.


@cache
def load_prior() -> Prior:
    """The model of the package.

    Examples
    --------
    >>> prior = load_prior()
    >>> len(prior.ngrams) > 1000, "condemn" in prior.words
    (True, True)
    """
    folder = files("discourse.models")
    return read_prior(folder.joinpath(f"{_FILE}.npz").read_bytes(), folder.joinpath(f"{_FILE}.json").read_bytes())


def read_prior(arrays: bytes, settings: bytes) -> Prior:
    """A model from the content of its two files."""
    given = json.loads(settings)
    with np.load(BytesIO(arrays), allow_pickle=False) as found:
        ngram_texts, words = (tuple(found[k].tobytes().decode().split("\n")) for k in ("ngrams", "words"))
        wide = {k: found[k].astype(float) for k in found.files if k not in ("ngrams", "words")}
    return Prior(
        ngrams=ngram_texts,
        words=words,
        **wide,
        numbers={k: tuple(v) for k, v in given["numbers"].items()},
        intercept=tuple(given["intercept"]),
        rules=tuple(map(tuple, given["rules"])),
        mix=given["mix"],
        half=given["half"],
        sha256=hashlib.sha256(arrays + settings).hexdigest(),
    )


def write_prior(prior: Prior, folder: Path, notes: Mapping[str, Any]) -> None:
    """Write a model as .npz (scores in half precision) and .json, the same bytes each time; `notes` go into the latter."""
    arrays: dict[str, np.ndarray] = {
        "ngrams": np.frombuffer("\n".join(prior.ngrams).encode(), np.uint8),
        "words": np.frombuffer("\n".join(prior.words).encode(), np.uint8),
        "idf": prior.idf.astype(np.float32),
        "weights": prior.weights.astype(np.float16),
        "ngram_scores": prior.ngram_scores.astype(np.float16),
        "mean_scores": prior.mean_scores.astype(np.float16),
        "near_scores": prior.near_scores.astype(np.float16),
    }
    with zipfile.ZipFile(folder / f"{_FILE}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            # A date of its own, so that the same model is the same bytes.
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED)
    given = {
        **notes,
        "mix": prior.mix,
        "half": prior.half,
        "intercept": [round(x, 4) for x in prior.intercept],
        "rules": [[round(x, 4) for x in row] for row in prior.rules],
        "numbers": {k: [round(x, 4) for x in v] for k, v in prior.numbers.items()},
    }
    (folder / f"{_FILE}.json").write_text(json.dumps(given, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# --- Explanation.


@dataclass(frozen=True)
class Contribution:
    """What moved a mention.

    Parameters
    ----------
    what : str
        A word or words, or what the rules found.
    from_rules : bool
        Whether it is what the rules found.
    amount : float
        What it adds to the log-odds of *cooperative* against *conflictual*.
    """

    what: str
    from_rules: bool
    amount: float


@dataclass(frozen=True)
class Explained:
    """A mention by the model: probabilities in the order of `CLASSES`, and what moved it most, the largest first."""

    probabilities: tuple[float, ...]
    contributions: tuple[Contribution, ...]


def explain_prior(
    parsed: Parsed, scored: Features, mentions: Sequence[int], prior: Prior | None = None, most: int = 5
) -> list[Explained]:
    """Probabilities of some mentions and what made them: n-grams and vectors of words, what the rules found.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    scored : Features
        From `weigh`: the scores of the rules.
    mentions : sequence of int
        Rows of the mentions.
    prior : Prior, optional
        The model of the package by default.
    most : int
        How many contributions.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance import read_mentions, weigh
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn Norland's brutal war."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> by = explain_prior(parsed, weigh(parsed), [0])[0]
    >>> by.probabilities[0] > 0.5, len(by.contributions)
    (True, 5)
    """
    prior = prior or load_prior()
    rows = np.asarray(mentions, np.int64)
    names, numbers = rule_numbers(parsed, scored)
    log_odds = prior.log_odds(contexts(parsed, rows), names, numbers[rows])
    probabilities = prior.mixed(log_odds, rule_outcome(scored)[rows])
    return [
        Explained(
            tuple(by.tolist()),
            tuple(
                _largest(_sums(prior, prior.parts(contexts(parsed, [k])), dict(zip(names, numbers[k].tolist()))), most)
            ),
        )
        for k, by in zip(rows.tolist(), probabilities)
    ]


def _sums(prior: Prior, parts: Parts, numbers: Mapping[str, float]) -> dict[tuple[str, bool], float]:
    """What each word and each finding of the rules adds to *cooperative* against *conflictual*."""
    sums: dict[tuple[str, bool], float] = {}
    conflictual, cooperative = CLASSES.index("conflictual"), CLASSES.index("cooperative")

    def add(what: str, from_rules: bool, scores: Sequence[float]) -> None:
        key = (what, from_rules)
        sums[key] = sums.get(key, 0.0) + float(scores[cooperative] - scores[conflictual])

    for k, scores in zip(parts.ngram.tolist(), parts.by_ngram.tolist()):
        add(prior.ngrams[k].lstrip("<>"), False, scores)
    for k, scores in zip(parts.word.tolist(), parts.by_word.tolist()):
        add(prior.words[k], False, scores)
    for name, value in numbers.items():
        if value and name in prior.numbers:
            add(name, True, [value * x for x in prior.numbers[name]])
    return sums


def _largest(sums: Mapping[tuple[str, bool], float], most: int) -> Iterator[Contribution]:
    for (what, from_rules), amount in sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]:
        yield Contribution(what, from_rules, amount)
