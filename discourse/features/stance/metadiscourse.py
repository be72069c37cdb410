"""Metadiscourse (Hyland 2005): hedges, boosters, obligation, self-mention... counted near a target and everywhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from discourse.features.frequency import document_units
from discourse.features.patterns import Hits, match_terms
from discourse.features.stance.lexicon import SCORING, Lexicon, default_lexicons
from discourse.types import EncodedCorpus, Features


def metadiscourse_categories(lexicons: Mapping[str, Lexicon]) -> list[tuple[str, str]]:
    """Dimension and category of each kind of metadiscourse, in the order of the lexicons.

    Examples
    --------
    >>> metadiscourse_categories(default_lexicons())[:2]
    [('certainty', 'weasel'), ('certainty', 'booster')]
    """
    return [
        (name, str(category))
        for name, lexicon in lexicons.items()
        if name not in SCORING
        for category in dict.fromkeys(lexicon.entries["category"])
    ]


def _label(name: str, category: str, taken: Mapping[str, Hits]) -> str:
    """Name of a category; with its dimension where another has the same."""
    return f"{name}: {category}" if category in taken else category


def metadiscourse_hits(corpus: EncodedCorpus, lexicons: Mapping[str, Lexicon], mask: np.ndarray) -> dict[str, Hits]:
    """Where the terms of each category occur.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Norland may attack."])
    >>> metadiscourse_hits(corpus, default_lexicons(), corpus.words())["hedge"].starts.tolist()
    [1]
    """
    result: dict[str, Hits] = {}
    for name, category in metadiscourse_categories(lexicons):
        entries = lexicons[name].entries
        # One category at a time, for a term may belong to several.
        result[_label(name, category, result)] = match_terms(
            corpus, entries.loc[entries["category"] == category, "term"].tolist(), mask
        )
    return result


def metadiscourse(
    corpus: EncodedCorpus,
    sentences: np.ndarray,
    lexicons: Mapping[str, Lexicon] | None = None,
    mask: np.ndarray | None = None,
) -> Features:
    """Count the kinds of metadiscourse in some sentences, and everywhere.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    sentences : ndarray of int
        Indexes of the sentences that mention the target.
    lexicons : mapping of str to Lexicon, optional
        By dimension; those of the package by default.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    Features
        One row per document. For each category a column of its count in the target sentences and, with " overall" after its
        name, in the whole document; the last two columns are the tokens: `tokens`, `tokens overall`.

    Notes
    -----
    Hedges, boosters, attitude markers, self-mention and inclusive *we* are those of Hyland (2005, Metadiscourse); obligation and
    volition those of Biber (2006, University Language, ch. 5).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = metadiscourse(encoded(["Norland may attack. We must clearly prepare."]), np.array([0]))
    >>> found.values[0, [found.columns.index(c) for c in ("hedge", "hedge overall", "obligation", "obligation overall")]].tolist()
    [1.0, 1.0, 0.0, 1.0]
    """
    lexicons = lexicons or default_lexicons()
    mask = corpus.words() if mask is None else mask
    near = np.zeros(corpus.n_tokens, bool)
    for a, b in zip(corpus.sentence_bounds[sentences], corpus.sentence_bounds[np.asarray(sentences, np.int64) + 1]):
        near[a:b] = True
    n = len(corpus.documents)
    columns, values = [], []

    def by_document(tokens: np.ndarray) -> np.ndarray:
        return np.bincount(np.searchsorted(corpus.document_bounds, tokens, side="right") - 1, minlength=n).astype(float)

    for category, hits in metadiscourse_hits(corpus, lexicons, mask).items():
        columns += [category, f"{category} overall"]
        values += [by_document(hits.starts[near[hits.starts]]), by_document(hits.starts)]
    counted = np.flatnonzero(mask)
    columns += ["tokens", "tokens overall"]
    values += [by_document(counted[near[counted]]), by_document(counted)]
    return Features(
        "metadiscourse",
        np.column_stack(values),
        columns,
        document_units(corpus, mask),
        params={"lexicons": {k: v.sha256 for k, v in lexicons.items() if k not in SCORING}},
    )
