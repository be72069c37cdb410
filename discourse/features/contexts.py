"""A la carte vectors of contexts: what stands around each mention of a target, as a point among the vectors of words."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.features.target import Target, as_target, mentions
from discourse.features.vectors import Vectors, alc_matrix, cooccurrences, load_vectors
from discourse.types import EncodedCorpus, Features


def token_rows(corpus: EncodedCorpus, vectors: Vectors) -> np.ndarray:
    """Row of the vector of each token, -1 where it has none; int64, shape (n_tokens,)."""
    rows: np.ndarray = vectors.rows(corpus.folded_forms)[corpus.folded_ids]
    return rows


def context_means(
    corpus: EncodedCorpus,
    rows: np.ndarray,
    units: pd.DataFrame,
    values: np.ndarray,
    window: int,
    mask: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Mean vector of the words around each mention, without the a la carte transformation.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    rows : ndarray of int, shape (n_tokens,)
        Row of the vector of each token; -1 for a token that takes its place in a window and adds nothing.
    units : DataFrame
        Mentions: `token` and `length`.
    values : ndarray, shape (n_words, n_dimensions)
        Vectors of words.
    window : int
        Tokens on either side. A window may cross the end of a sentence, not that of a turn.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that take a place in windows; all that are not excluded by default.

    Returns
    -------
    means : ndarray of float64, shape (n_mentions, n_dimensions)
        0 where no word has a vector.
    n_words : ndarray of int64, shape (n_mentions,)
        Words with a vector.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Peace and war: Norland wants peace."])
    >>> units, values = pd.DataFrame({"token": [3], "length": [1]}), np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> means, n = context_means(corpus, token_rows(corpus, Vectors(("peace", "war"), values)), units, values, 2)
    >>> means.tolist(), n.tolist()
    ([[0.5, 0.5]], [2])
    """
    mask = corpus.words() if mask is None else mask
    counted = np.flatnonzero(mask)
    start, length = units["token"].to_numpy(np.int64), units["length"].to_numpy(np.int64)
    turn = np.searchsorted(corpus.turn_bounds, start, side="right") - 1
    # Places among the tokens that count: windows are measured in those.
    first, last = np.searchsorted(counted, start), np.searchsorted(counted, start + length)
    low, high = (np.searchsorted(counted, corpus.turn_bounds[turn + k]) for k in (0, 1))
    step = np.arange(window)
    places = np.concatenate([first[:, None] - window + step, last[:, None] + step], axis=1)
    inside = (places >= low[:, None]) & (places < high[:, None])
    found = np.full(places.shape, -1, np.int64)
    found[inside] = rows[counted[places[inside]]]
    mention, column = np.nonzero(found >= 0)
    n_words = np.bincount(mention, minlength=len(units))
    near = sparse.csr_array((1 / n_words[mention], (mention, found[mention, column])), shape=(len(units), len(values)))
    return np.asarray(near @ np.asarray(values, float)), n_words


def own_words(corpus: EncodedCorpus, units: pd.DataFrame) -> np.ndarray:
    """Tokens of mentions; bool, shape (n_tokens,)."""
    edges = np.zeros(corpus.n_tokens + 1, np.int64)
    start = units["token"].to_numpy(np.int64)
    np.add.at(edges, start, 1)
    np.add.at(edges, start + units["length"].to_numpy(np.int64), -1)
    return np.cumsum(edges)[:-1] > 0


def learnt_transform(corpus: EncodedCorpus, rows: np.ndarray, values: np.ndarray, window: int) -> np.ndarray:
    """The a la carte transformation of a corpus (see `alc_matrix`); float64, shape (n_dimensions, n_dimensions)."""
    counts = cooccurrences(rows, corpus.turn_bounds, len(values), window)
    return alc_matrix(counts, values, np.bincount(rows[rows >= 0], minlength=len(values)))


def context_vectors(
    corpus: EncodedCorpus,
    target: Target | str,
    vectors: Vectors | None = None,
    *,
    window: int = 6,
    mask: np.ndarray | None = None,
) -> Features:
    """A la carte vector of the context of each mention of a target (Khodak et al. 2018).

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    target : Target or str
        Its mentions; its own words are left out of every context.
    vectors : Vectors, optional
        Vectors of words; those of the package by default. Where they bring no transformation, it is learnt from this corpus.
    window : int
        Tokens on either side of a mention, within its turn.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count, mentions and contexts; all that are not excluded by default.

    Returns
    -------
    Features
        One row a mention with at least one word in its context that has a vector: A times the mean of the vectors of these words;
        `units` as of `mentions`, with `n_words`.

    Raises
    ------
    TooLittleText
        If the transformation has to be learnt from too few words.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["The aggression of Norland was condemned.", "Norland's leaders asked for a dialogue."])
    >>> found = context_vectors(corpus, Target("Norland", ("norland",)))
    >>> found.values.shape, found.units["n_words"].tolist()
    ((2, 100), [5, 5])
    """
    target = as_target(target)
    vectors = load_vectors() if vectors is None else vectors
    found = mentions(corpus, target, mask)
    rows = token_rows(corpus, vectors)
    transform = vectors.transform
    if transform is None:
        transform = learnt_transform(corpus, rows, vectors.values, window)
    rows = np.where(own_words(corpus, found.units), -1, rows)
    means, n_words = context_means(corpus, rows, found.units, vectors.values, window, mask)
    used = n_words > 0
    units = found.units[used].assign(n_words=n_words[used]).reset_index(drop=True)
    return Features(
        "contexts",
        means[used] @ transform.T,
        [f"v{k + 1}" for k in range(len(transform))],
        units,
        target=target.name,
        params={"window": window, "vectors": vectors.name},
    )
