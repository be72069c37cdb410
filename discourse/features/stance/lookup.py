"""The n-grams and words of a model in the masked sentences of mentions, looked up by numbers: no pair of words is ever joined."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.features.stance.described import AROUND, Context, distances


@dataclass(frozen=True)
class Occurrences:
    """Where n-grams and words of a model occur.

    Parameters
    ----------
    n_mentions : int
        How many mentions.
    mention, ngram : ndarray of int64
        Each n-gram of each mention once, by mention and then by n-gram.
    word_mention, word : ndarray of int64
        Each word but the mention itself, in the order of the text.
    near : ndarray of float64
        Weight of each word by its distance from the mention, see `discourse.features.stance.described.distances`.
    """

    n_mentions: int
    mention: np.ndarray
    ngram: np.ndarray
    word_mention: np.ndarray
    word: np.ndarray
    near: np.ndarray


class Lookup:
    """N-grams, as `discourse.features.stance.described.ngrams` gives them, and words, ready to be looked up.

    Parameters
    ----------
    ngrams : sequence of str
        Words, pairs of words with a blank between, and words with their side ("<" before the mention, ">" after it).
    words : sequence of str
        Words to be found one by one.

    Examples
    --------
    >>> found = Lookup(["condemn", "we condemn", "<we"], ["we"]).find([Context(["we", "condemn", "target"], 2, [0, 0, 0])], 2.0)
    >>> found.ngram.tolist(), found.word.tolist(), found.near.tolist()
    ([0, 1, 2], [0], [0.5])
    """

    def __init__(self, ngrams: Sequence[str], words: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._n_ngrams = len(ngrams)
        single, pairs = list[tuple[str, int, int]](), list[tuple[int, int, int]]()
        for k, ngram in enumerate(ngrams):
            a, blank, b = ngram.partition(" ")
            if blank:
                pairs.append((self._number(a), self._number(b), k))
            else:
                single.append(("", self._number(ngram), k))
                if ngram[:1] in ("<", ">"):
                    single.append((ngram[0], self._number(ngram[1:]), k))
        own = [self._number(w) for w in words]
        n = len(self._numbers)
        # What each number is the number of; a further one, which the index -1 takes, stands for all other words.
        self._by_side = {side: np.full(n + 1, -1, np.int64) for side in ("", "<", ">")}
        for side, number, k in single:
            self._by_side[side][number] = k
        self._words = np.full(n + 1, -1, np.int64)
        self._words[own] = np.arange(len(words))
        keys = np.array([a * n + b for a, b, _ in pairs], np.int64)
        order = np.argsort(keys)
        # The last key is larger than that of any pair.
        self._keys = np.append(keys[order], n * n)
        self._pairs = np.append(np.array([k for *_, k in pairs], np.int64)[order], -1)

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))

    def find(self, given: Iterable[Context], half: float) -> Occurrences:
        """What occurs in some mentions.

        Parameters
        ----------
        given : iterable of Context
            The mentions; each is looked at once.
        half : float
            Pieces from the mention at which a word counts half.
        """
        numbers, flat, clauses, rows = self._numbers, array("q"), array("q"), list[tuple[int, int]]()
        for context in given:
            flat.extend([numbers.get(w, -1) for w in context.words])
            clauses.extend(context.clause)
            rows.append((len(context.words), context.at))
        word, clause = np.frombuffer(flat, np.int64), np.frombuffer(clauses, np.int64)
        sizes, places = np.array(rows, np.int64).reshape(-1, 2).T
        mention = np.repeat(np.arange(len(rows)), sizes)
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        place, at = np.arange(len(word)) - first, places[mention]
        before = (at >= 0) & (place < at) & (place >= at - AROUND)
        after = (at >= 0) & (place > at) & (place <= at + AROUND)
        pair = np.flatnonzero((mention[:-1] == mention[1:]) & (word[:-1] >= 0) & (word[1:] >= 0))
        key = word[pair] * len(numbers) + word[pair + 1]
        where = np.searchsorted(self._keys, key)
        joined = np.where(self._keys[where] == key, self._pairs[where], -1)
        ngram = np.concatenate(
            [self._by_side[""][word], self._by_side["<"][word[before]], self._by_side[">"][word[after]], joined]
        )
        row = np.concatenate([mention, mention[before], mention[after], mention[pair]])
        once = np.sort(row[ngram >= 0] * self._n_ngrams + ngram[ngram >= 0])
        once = once[np.diff(once, prepend=-1) > 0]
        known = self._words[word]
        inside = np.flatnonzero((known >= 0) & (place != at))
        same = clause[inside] == clause[first[inside] + np.maximum(at[inside], 0)]
        return Occurrences(
            len(rows),
            once // max(self._n_ngrams, 1),
            once % max(self._n_ngrams, 1),
            mention[inside],
            known[inside],
            distances(at[inside], place[inside], same, half),
        )
