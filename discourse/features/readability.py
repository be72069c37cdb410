"""Readability from characters, words and sentences; no syllables, which would need a dictionary of how words are spoken."""

from __future__ import annotations

from typing import Literal

import numpy as np

from discourse.features.frequency import document_units
from discourse.types import EncodedCorpus, Features

Readability = Literal["lix", "rix", "ari", "coleman_liau", "sentence_length", "word_length"]
READABILITY: tuple[Readability, ...] = ("lix", "rix", "ari", "coleman_liau", "sentence_length", "word_length")
LONG = 7  # characters of a long word: more than six (Björnsson 1968)


def readability(corpus: EncodedCorpus, mask: np.ndarray | None = None) -> Features:
    """Words, characters, long words and sentences of each document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default. A sentence counts where one of its tokens does.

    Returns
    -------
    Features
        A row for each document; columns `words`, `characters` (letters and digits of all words), `long` (words of seven
        characters or more), `sentences`. `readability_sums` makes scores of them.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = readability(encoded(["We met in Norland's capital. It rained."]))
    >>> dict(zip(found.columns, found.values[0].tolist()))
    {'words': 7.0, 'characters': 30.0, 'long': 2.0, 'sentences': 2.0}
    """
    EncodedCorpus.require(corpus)
    mask = corpus.words() if mask is None else mask
    units = document_units(corpus, mask)
    # Hyphens and apostrophes within a word are no characters of it.
    size = np.array([sum(map(str.isalnum, str(form))) for form in corpus.vocabulary["form"]], np.int64)[corpus.ids]
    before = np.concatenate([[0], np.cumsum(mask)])
    counted = np.diff(before[corpus.sentence_bounds]) > 0
    document = np.searchsorted(corpus.document_bounds, corpus.sentence_bounds[:-1], side="right") - 1
    sums = [
        units["n_tokens"].to_numpy(float),
        _by_document(np.where(mask, size, 0), corpus),
        _by_document(mask & (size >= LONG), corpus),
        np.bincount(document[counted], minlength=len(units)).astype(float),
    ]
    return Features("readability", np.column_stack(sums), ["words", "characters", "long", "sentences"], units)


def _by_document(values: np.ndarray, corpus: EncodedCorpus) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    return np.diff(total[corpus.document_bounds]).astype(float)


def readability_sums(features: Features, measure: Readability) -> tuple[np.ndarray, np.ndarray]:
    """What a score of a group divides: numerators and denominators by document.

    Parameters
    ----------
    features : Features
        From `readability`.
    measure : {"lix", "rix", "ari", "coleman_liau", "sentence_length", "word_length"}
        lix: words per sentence and % of long words (Björnsson 1968). rix: long words per sentence (Anderson 1983). ari: 4.71 characters per
        word + 0.5 words per sentence - 21.43 (Senter & Smith 1967). coleman_liau: 5.88 characters per word - 29.6 sentences per word
        - 15.8 (Coleman & Liau 1975). LIX and ARI are sums of two ratios: of several documents they are the mean of those of
        each, weighted by its words. The others are ratios of sums.

    Returns
    -------
    y, x : ndarray of float, shape (n_documents,)
        Both 0 for a document without a word that counts.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> y, x = readability_sums(readability(encoded(["We met in Norland's capital. It rained."])), "lix")
    >>> round(float(y[0] / x[0]), 2)
    32.07
    """
    words, characters, long, sentences = np.asarray(features.values, float).T
    # Per sentence, for each word; without a sentence there is no word.
    squares = words * words / np.maximum(sentences, 1)
    sums = {
        "lix": (squares + 100 * long, words),
        "rix": (long, sentences),
        "ari": (4.71 * characters + 0.5 * squares - 21.43 * words, words),
        "coleman_liau": (5.88 * characters - 29.6 * sentences - 15.8 * words, words),
        "sentence_length": (words, sentences),
        "word_length": (characters, words),
    }
    return sums[measure]
