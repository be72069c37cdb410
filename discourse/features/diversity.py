"""Lexical diversity by document: measures that do not fall with the length of a text as its type-token ratio does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import gammaln

from discourse.errors import UsageError
from discourse.features.frequency import document_units
from discourse.types import EncodedCorpus, Features

Diversity = Literal["mattr", "mtld", "hdd", "k"]
DIVERSITY: tuple[Diversity, ...] = ("mattr", "mtld", "hdd", "k")


def lexical_diversity(
    corpus: EncodedCorpus,
    measures: Sequence[Diversity] = DIVERSITY,
    *,
    mask: np.ndarray | None = None,
    window: int = 50,
    threshold: float = 0.72,
    draws: int = 42,
    least: int = 100,
) -> Features:
    """Lexical diversity of each document: what can be added up over documents, and divided.

    Words are equal whatever their case. They follow each other as they stand in the document, those that do not count left out.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    measures : sequence of {"mattr", "mtld", "hdd", "k"}
        mattr: the mean type-token ratio of all windows of `window` successive tokens (Covington & McFall 2010). mtld: the mean length in
        tokens of stretches whose type-token ratio stays above `threshold`, forwards and backwards (McCarthy & Jarvis 2010). hdd: the
        expected type-token ratio of `draws` tokens drawn at random (McCarthy & Jarvis 2007). k: Yule's K, 10,000 times the
        chance that two tokens are the same word (Yule 1944): higher is less diverse.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.
    window, threshold, draws
        As above.
    least : int
        Tokens below which a document has no MTLD and no K; it has no MATTR below `window`, and no HD-D below `draws`.

    Returns
    -------
    Features
        A row for each document; for each measure a column with its sum, and one (``"mattr: n"``) with what to divide it by: windows of
        MATTR, and for the others 1, or 0 where the document is too short. `units` has `n_tokens`.

    Raises
    ------
    UsageError
        For another measure.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = lexical_diversity(encoded(["Peace and trade and peace."]), ["mattr", "k"], window=3, least=5)
    >>> dict(zip(found.columns, found.values[0].round(3).tolist()))
    {'mattr': 2.667, 'mattr: n': 3.0, 'k': 1600.0, 'k: n': 1.0}
    """
    EncodedCorpus.require(corpus)
    unknown = [m for m in measures if m not in DIVERSITY]
    if unknown:
        raise UsageError(f'there is no measure "{unknown[0]}" of lexical diversity; take {", ".join(DIVERSITY)}')
    units = document_units(corpus, mask)
    sizes = units["n_tokens"].to_numpy(np.int64)
    ids = corpus.folded_ids[corpus.words() if mask is None else mask]
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    document = np.repeat(np.arange(len(sizes)), sizes)
    before = _previous(ids, document, len(corpus.folded_forms)) if {"mattr", "mtld"} & set(measures) else ids
    values, columns = [], []
    for measure in measures:
        if measure == "mattr":
            y, x = _mattr(before, bounds, document, window)
        elif measure == "mtld":
            x = (sizes >= least).astype(float)
            y = _mtld(before, bounds, x > 0, threshold)
        else:
            x = (sizes >= (draws if measure == "hdd" else least)).astype(float)
            where, count = _counts(ids, document, len(corpus.folded_forms))
            y = _hdd(where, count, sizes, draws) if measure == "hdd" else _yule(where, count, sizes)
        values += [np.where(x > 0, y, 0.0), x]
        columns += [measure, f"{measure}: n"]
    params = {"window": window, "threshold": threshold, "draws": draws, "least": least}
    return Features("diversity", np.column_stack(values), columns, units, params=params)


def _previous(ids: np.ndarray, document: np.ndarray, n_types: int) -> np.ndarray:
    """Place of the previous token of the same word in the same document, -1 where there is none; int64, shape (n_tokens,)."""
    order = np.argsort(document * np.int64(n_types) + ids, kind="stable")
    same = (ids[order[1:]] == ids[order[:-1]]) & (document[order[1:]] == document[order[:-1]])
    previous = np.full(len(ids), -1, np.int64)
    previous[order[1:][same]] = order[:-1][same]
    return previous


def _counts(ids: np.ndarray, document: np.ndarray, n_types: int) -> tuple[np.ndarray, np.ndarray]:
    """Document and frequency of each word of each document."""
    keys, count = np.unique(document * np.int64(n_types) + ids, return_counts=True)
    return keys // n_types, count


def _mattr(before: np.ndarray, bounds: np.ndarray, document: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the type-token ratios of all windows of each document, and their number."""
    first = bounds[:-1][document]
    at = np.arange(len(before))
    # A token is the first of its word in the windows that begin after the previous one, and not before its own reach.
    earliest = np.maximum(np.maximum(before + 1, at - window + 1), first)
    latest = np.minimum(at, bounds[1:][document] - window)
    types = np.bincount(document, np.maximum(latest - earliest + 1, 0), len(bounds) - 1)
    return types / window, np.maximum(np.diff(bounds) - window + 1, 0).astype(float)


def _mtld(before: np.ndarray, bounds: np.ndarray, wanted: np.ndarray, threshold: float) -> np.ndarray:
    """MTLD of the wanted documents: the mean of that of their words forwards and backwards."""
    after = np.full(len(before), len(before), np.int64)
    later = np.flatnonzero(before >= 0)
    after[before[later]] = later
    found = np.zeros(len(bounds) - 1)
    for d in np.flatnonzero(wanted).tolist():
        start, end = int(bounds[d]), int(bounds[d + 1])
        forwards = _factors((before[start:end] - start).tolist(), threshold)
        # Read from its end, a word was met before where it stands again later.
        backwards = _factors((end - 1 - after[start:end][::-1]).tolist(), threshold)
        found[d] = (end - start) * (1 / forwards + 1 / backwards) / 2
    return found


def _factors(before: list[int], threshold: float) -> float:
    """Stretches in which the type-token ratio falls to the threshold, and the part of one at the end.

    A text whose words are all different has no stretch; it counts as one, so that its MTLD is its length.
    """
    factors, start, repeated, at = 0, 0, 0, -1
    share = 1 - threshold
    for at, earlier in enumerate(before):
        if earlier >= start:
            repeated += 1
            n = at - start + 1
            if (n - repeated) / n <= threshold:
                factors, start, repeated = factors + 1, at + 1, 0
    n = at + 1 - start
    return (factors + (repeated / n / share if n else 0.0)) or 1.0


def _hdd(where: np.ndarray, count: np.ndarray, sizes: np.ndarray, draws: int) -> np.ndarray:
    """Expected type-token ratio of some tokens drawn without replacement."""
    size = sizes[where].astype(float)
    rest = size - count
    with np.errstate(invalid="ignore"):
        # Hypergeometric chance that none of the draws is this word.
        none = gammaln(rest + 1) - gammaln(rest - draws + 1) - gammaln(size + 1) + gammaln(size - draws + 1)
    drawn = np.where((rest >= draws) & (size >= draws), 1 - np.exp(none), 1.0)
    return np.bincount(where, drawn, len(sizes)) / draws


def _yule(where: np.ndarray, count: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Yule's K: 10,000 (sum of squared frequencies - tokens) / tokens squared."""
    squares = np.bincount(where, count.astype(float) ** 2, len(sizes))
    return 1e4 * (squares - sizes) / np.maximum(sizes, 1).astype(float) ** 2


def table_of(features: Features) -> pd.DataFrame:
    """The measures of each document beside `units`; not a number where it is too short.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> table_of(lexical_diversity(encoded(["One and one.", "One."]), ["hdd"], draws=2))["hdd"].round(3).tolist()
    [0.833, nan]
    """
    values = np.asarray(features.values)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {c: values[:, k] / values[:, k + 1] for k, c in enumerate(features.columns) if not c.endswith(": n")}
    return features.units.assign(**columns)
