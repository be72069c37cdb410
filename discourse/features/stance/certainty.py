"""How certain a sentence sounds: hedged, plain or boosted (Hyland 2005)."""

from __future__ import annotations

import numpy as np

from discourse.features.patterns import match_terms
from discourse.features.stance.lexicon import Lexicon, load_lexicon
from discourse.types import EncodedCorpus

CERTAINTY = ("hedged", "plain", "boosted")
# Categories of the lexicon of certainty, by what they do to a sentence.
DIRECTIONS = {"hedge": -1, "weasel": -1, "booster": 1}


def certainty_classes(corpus: EncodedCorpus, sentences: np.ndarray, lexicon: Lexicon | None = None) -> np.ndarray:
    """Whether sentences are hedged or boosted.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    sentences : ndarray of int
        Indexes of sentences, such as those of the mentions of a target.
    lexicon : Lexicon, optional
        Of certainty; that of the package by default.

    Returns
    -------
    ndarray of str, shape of `sentences`
        "hedged" where there are more hedges and weasels than boosters, "boosted" where there are fewer, else "plain".

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Norland may attack. We must clearly prepare. Norland voted."])
    >>> certainty_classes(corpus, np.array([0, 1, 2])).tolist()
    ['hedged', 'boosted', 'plain']
    """
    entries = (lexicon or load_lexicon("certainty")).entries
    inside = np.zeros(len(corpus.sentence_bounds) - 1, bool)
    inside[sentences] = True
    mask = corpus.words() & np.repeat(inside, np.diff(corpus.sentence_bounds))
    balance = np.zeros(len(inside), np.int64)
    for category, direction in DIRECTIONS.items():
        hits = match_terms(corpus, entries.loc[entries["category"] == category, "term"].tolist(), mask)
        at = np.searchsorted(corpus.sentence_bounds, hits.starts, side="right") - 1
        balance += direction * np.bincount(at, minlength=len(balance))
    return np.asarray(CERTAINTY, object)[np.sign(balance[sentences]) + 1]
