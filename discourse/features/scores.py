"""Scores of words: read from a file, and found in texts with the place of each hit."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.door import MOST_LEXICON, read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SourceError
from discourse.features.dictionary import forms_of
from discourse.features.patterns import match_terms, words_of
from discourse.features.stance.lexicon import package_lexicon
from discourse.shown import brief
from discourse.types import EncodedCorpus

SHOWN = 20  # mistakes in one message
_TERM, _SCORE = ("term", "word"), ("score", "weight", "happiness", "valence")


@dataclass(frozen=True)
class WordScores:
    """A score for each of some words.

    Parameters
    ----------
    scores : mapping of str to float
        By pattern: a word or a phrase, case folded, with ``*`` for any letters.
    source : str
        Name of the file, or of the lexicon.
    sha256 : str
        Of its bytes.

    Examples
    --------
    >>> WordScores({"good": 1, "bad": -1}).bounds
    (-1.0, 1.0)
    """

    scores: Mapping[str, float]
    source: str = ""
    sha256: str = ""

    __repr__ = brief

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", {fold(term): float(score) for term, score in self.scores.items()})

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest score."""
        return min(self.scores.values()), max(self.scores.values())

    def without(self, low: float, high: float) -> WordScores:
        """Without the scores from `low` to `high`, both included: the neutral words of a scale (Dodds et al. 2011)."""
        kept = {term: score for term, score in self.scores.items() if not low <= score <= high}
        return WordScores(kept, self.source, self.sha256)


@cache
def evaluation_scores() -> WordScores:
    """The weights of the package's lexicon of evaluation, from -3 to 3; the trained model of stance is something else.

    Examples
    --------
    >>> evaluation_scores().scores["abuse"]
    -3.0
    """
    lexicon = package_lexicon("evaluation")
    scores = dict(zip(lexicon.entries["term"], lexicon.entries["weight"]))
    return WordScores(scores, "evaluation", lexicon.sha256)


def read_scores(path: str | Path) -> WordScores:
    """Read scores of words: a table with a header, separated by tabs or commas.

    Parameters
    ----------
    path : path
        Columns `term` (or `word`) and `score` (or `weight`, `happiness`, `valence`); others are not read.

    Raises
    ------
    SourceError
        Naming every line that is wrong, up to 20 of them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "scores.tsv")
    ...     _ = file.write_text("word\\tscore\\nGood\\t1\\nbad\\t-1.5\\n")
    ...     dict(read_scores(file).scores)
    {'good': 1.0, 'bad': -1.5}
    """
    path = Path(path)
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file")
    data = read_bytes(path, MOST_LEXICON)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path}: the scores are not UTF-8") from None
    tabs = "\t" in text.split("\n", 1)[0]
    file = io.StringIO(text)
    # A quotation mark belongs to its word where tabs separate columns.
    reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(file)
    problems, scores = list[str](), dict[str, float]()
    try:
        head = [c.strip().casefold() for c in next(reader, [])]
        at = [next((head.index(name) for name in names if name in head), -1) for names in (_TERM, _SCORE)]
        if min(at) < 0:
            raise SourceError(f"{path}:1: expected a header with the columns term and score, got {', '.join(head)}")
        for row in reader:
            if not any(row):
                continue
            term, written = (row[k].strip() if k < len(row) else "" for k in at)
            problem = _problem(fold(" ".join(term.split())), written, scores)
            problems += [f"{path}:{reader.line_num}: {problem}"] if problem else []
    except csv.Error as error:
        raise SourceError(f"{path}:{reader.line_num + 1}: not a table ({error})") from None
    if not problems and len(set(scores.values())) < 2:
        problems.append(f"{path}: all words have the same score, of which no mean can differ")
    if problems:
        raise SourceError(problems[:SHOWN])
    return WordScores(scores, path.name, hashlib.sha256(data).hexdigest())


def _problem(term: str, written: str, scores: dict[str, float]) -> str:
    """What is wrong with a line; where nothing is, the score is added."""
    try:
        score = float(written)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        return f'expected a number as score, got "{written}"'
    if not words_of(term) or not term.replace("*", "").strip():
        return f'"{term}" is no word'
    if term in scores:
        return f'"{term}" has a score already'
    scores[term] = score
    return ""


@dataclass(frozen=True)
class Scored:
    """Words with a score in some texts.

    Parameters
    ----------
    counts : csr_array of int64, shape (n_documents, n_forms)
        How often each form occurs.
    forms : DataFrame
        `form`, `pattern`, `score` of each column, by form.
    turns : DataFrame
        `turn`, `score` (sum) and `n` (scored words) of the turns that have some.
    """

    counts: sparse.csr_array
    forms: pd.DataFrame
    turns: pd.DataFrame


def scored_words(corpus: EncodedCorpus, scores: WordScores, mask: np.ndarray | None = None) -> Scored:
    """Find the words that have a score; a phrase counts once, and of two that begin at the same word the longer.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    scores : WordScores
        From `read_scores`.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = scored_words(encoded(["Good, good.", "A bad day."]), WordScores({"good": 1, "bad": -1}))
    >>> found.forms["form"].tolist(), found.counts.toarray().tolist(), found.turns["score"].tolist()
    (['bad', 'good'], [[0, 2], [1, 0]], [2.0, -1.0])
    """
    mask = corpus.words() if mask is None else mask
    patterns = list(scores.scores)
    value = np.array([scores.scores[p] for p in patterns], float)
    hits = match_terms(corpus, patterns, mask)
    forms, first, code = np.unique(forms_of(corpus, hits), return_index=True, return_inverse=True)
    document = np.searchsorted(corpus.document_bounds, hits.starts, side="right") - 1
    shape = (len(corpus.documents), len(forms))
    counts = sparse.coo_array((np.ones(len(code), np.int64), (document, code)), shape=shape).tocsr()
    of_form = hits.terms[first].astype(int)
    table = pd.DataFrame(
        {
            "form": np.asarray(forms, object),
            "pattern": np.array([patterns[k] for k in of_form], object),
            "score": value[of_form] if len(of_form) else np.zeros(0),
        }
    )
    turn, of_turn = np.unique(np.searchsorted(corpus.turn_bounds, hits.starts, side="right") - 1, return_inverse=True)
    sums = np.bincount(of_turn, value[hits.terms] if len(hits.terms) else None, len(turn))
    turns = pd.DataFrame(
        {"turn": turn, "score": sums.astype(float), "n": np.bincount(of_turn, minlength=len(turn)).astype(float)}
    )
    return Scored(sparse.csr_array(counts), table, turns)
