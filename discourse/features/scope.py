"""Words about a target: the tokens in the sentences, passages or documents that mention it, or within some tokens of it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from discourse.features.passages import passages
from discourse.types import EncodedCorpus

Place = Literal["all", "sentences", "passages", "documents"]


def in_scope(
    corpus: EncodedCorpus,
    starts: np.ndarray,
    lengths: np.ndarray,
    scope: Place | int,
    mask: np.ndarray | None = None,
    *,
    passage_size: int = 200,
) -> np.ndarray:
    """Tokens in the scope of some mentions.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    starts, lengths : ndarray of int, shape (n_mentions,)
        First token and number of tokens of each mention.
    scope : {"all", "sentences", "passages", "documents"} or int
        All tokens; those of the sentences, passages or documents with a mention; or those at most so many tokens before
        the first or after the last token of a mention. A window may cross the end of a sentence, not that of a turn.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default. Tokens that do not count take no place in a window.
    passage_size : int
        Tokens of a passage, as in `discourse.features.passages.passages`.

    Returns
    -------
    ndarray of bool, shape (n_tokens,)
        Of the tokens that count; those of the mentions are among them.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["We met early. Norland left the talks. All went home."])
    >>> for scope in ("sentences", 1):
    ...     print(in_scope(corpus, np.array([3]), np.array([1]), scope).nonzero()[0].tolist())
    [3, 4, 5, 6]
    [2, 3, 4]
    """
    mask = corpus.words() if mask is None else mask
    starts, lengths = np.asarray(starts, np.int64), np.asarray(lengths, np.int64)
    if scope == "all":
        return mask.copy()
    if isinstance(scope, int):
        return _window(corpus, starts, lengths, scope, mask)
    if scope == "passages":
        cut = passages(corpus, mask, passage_size)
        bounds = np.append(cut["start"].to_numpy(np.int64), corpus.n_tokens)
    else:
        bounds = corpus.sentence_bounds if scope == "sentences" else corpus.document_bounds
    hit = np.zeros(len(bounds), bool)
    hit[np.searchsorted(bounds, starts, side="right") - 1] = True
    # The last bound is the end, and tokens before the first passage belong to none.
    inside = np.repeat(hit[:-1], np.diff(bounds))
    return mask & np.concatenate([np.zeros(corpus.n_tokens - len(inside), bool), inside])


def covered(n_tokens: int, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Tokens that belong to a mention; bool, shape (n_tokens,).

    Examples
    --------
    >>> covered(5, np.array([1]), np.array([2])).tolist()
    [False, True, True, False, False]
    """
    edges = np.zeros(n_tokens + 1, np.int64)
    np.add.at(edges, starts, 1)
    np.add.at(edges, np.asarray(starts) + lengths, -1)
    return np.cumsum(edges)[:-1] > 0


def _window(corpus: EncodedCorpus, starts: np.ndarray, lengths: np.ndarray, size: int, mask: np.ndarray) -> np.ndarray:
    """Tokens that count at most `size` tokens before or after a mention, in its turn."""
    counted = np.flatnonzero(mask)
    turn = np.searchsorted(corpus.turn_bounds, starts, side="right") - 1
    # Places among the tokens that count: the window is measured in those.
    first, last = np.searchsorted(counted, starts), np.searchsorted(counted, starts + lengths)
    low, high = (np.searchsorted(counted, corpus.turn_bounds[turn + k]) for k in (0, 1))
    edges = np.zeros(len(counted) + 1, np.int64)
    np.add.at(edges, np.maximum(first - size, low), 1)
    np.add.at(edges, np.minimum(last + size, high), -1)
    inside = np.zeros(corpus.n_tokens, bool)
    inside[counted[np.cumsum(edges)[:-1] > 0]] = True
    return inside
