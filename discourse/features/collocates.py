"""Places around a node: which tokens are near it, and what comes first, second, third before and after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from discourse.types import EncodedCorpus

PLACES = ("L3", "L2", "L1", "R1", "R2", "R3")


def at_place(
    corpus: EncodedCorpus, starts: np.ndarray, lengths: np.ndarray, place: str, mask: np.ndarray | None = None
) -> np.ndarray:
    """The token at a place before or after each node; int64, shape (n_nodes,), -1 where there is none in the turn.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    starts, lengths : ndarray of int, shape (n_nodes,)
        First token and number of tokens of each node.
    place : str
        L1 is the token before the node, R2 the second after it.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count, the only ones that take a place; all that are not excluded by default.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["We met Norland today."])
    >>> [at_place(corpus, np.array([2]), np.array([1]), p).tolist() for p in ("L2", "L1", "R1", "R2")]
    [[0], [1], [3], [-1]]
    """
    mask = corpus.words() if mask is None else mask
    starts, lengths = np.asarray(starts, np.int64), np.asarray(lengths, np.int64)
    turn = np.searchsorted(corpus.turn_bounds, starts, side="right") - 1
    # Tokens of other turns take no place.
    near = spans(*(corpus.turn_bounds[np.unique(turn) + k] for k in (0, 1)))
    counted = near[mask[near]]
    steps = int(place[1:])
    if place[0] == "L":
        at = np.searchsorted(counted, starts) - steps
    else:
        at = np.searchsorted(counted, starts + lengths) + steps - 1
    inside = (at >= 0) & (at < len(counted))
    token = np.full(len(starts), -1)
    token[inside] = counted[at[inside]]
    same = (token >= corpus.turn_bounds[turn]) & (token < corpus.turn_bounds[turn + 1])
    return np.where(same, token, -1)


def spans(starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """The numbers in some ranges, one range after another; int64.

    Examples
    --------
    >>> spans(np.array([1, 7]), np.array([3, 9])).tolist()
    [1, 2, 7, 8]
    """
    sizes = stops - starts
    return np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)


def sorted_by_context(
    corpus: EncodedCorpus, starts: np.ndarray, lengths: np.ndarray, places: Sequence[str]
) -> np.ndarray:
    """The order of nodes by the words at some places, as a concordance is sorted; int64, shape (n_nodes,).

    Parameters
    ----------
    corpus, starts, lengths
        As in `at_place`.
    places : sequence of str
        The first decides, then the second...; "R1", "R2". "N" is the node itself. Nodes without a word there come first.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Norland won. Norland agreed. Norland"])
    >>> sorted_by_context(corpus, np.array([0, 2, 4]), np.ones(3, int), ["R1"]).tolist()
    [2, 1, 0]
    """
    keys = []
    for place in places:
        at = np.asarray(starts, np.int64) if place == "N" else at_place(corpus, starts, lengths, place)
        # Forms are sorted: their numbers are in the order of the alphabet.
        keys.append(np.where(at >= 0, corpus.folded_ids[at].astype(np.int64), -1))
    return np.lexsort(keys[::-1]) if keys else np.arange(len(starts))
