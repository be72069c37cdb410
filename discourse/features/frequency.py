"""Term frequencies by document."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from discourse.encode import document_term_matrix, ngram_matrix
from discourse.types import EncodedCorpus, Features


@cache
def stop_words() -> frozenset[str]:
    """Function words of English that are left out of term lists by default (see `discourse/lexicons`).

    Examples
    --------
    >>> "the" in stop_words(), "russia" in stop_words()
    (True, False)
    """
    text = files("discourse.lexicons").joinpath("stopwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def document_units(corpus: EncodedCorpus, mask: np.ndarray | None = None) -> pd.DataFrame:
    """Table of documents with the number of tokens that count in each (`n_tokens`)."""
    mask = corpus.words() if mask is None else mask
    before = np.concatenate([[0], np.cumsum(mask)])
    return corpus.documents.assign(n_tokens=np.diff(before[corpus.document_bounds]))


def term_frequency(
    corpus: EncodedCorpus,
    *,
    n: int = 1,
    mask: np.ndarray | None = None,
    min_count: int = 5,
    min_documents: int = 3,
    drop_stop_words: bool = True,
    drop_numbers: bool = True,
    leave_out: frozenset[str] = frozenset(),
) -> Features:
    """Count terms or n-grams of case-folded forms by document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    n : int
        Length of the n-grams in tokens; 1 counts single terms. None crosses a sentence boundary.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.
    min_count, min_documents : int
        Leave out terms that are rarer, or stand in fewer documents.
    drop_stop_words : bool
        Leave out function words, and n-grams that begin or end with one.
    drop_numbers : bool
        Leave out terms without a letter.
    leave_out : frozenset of str
        Case-folded terms that no term may contain (those that define a target, for instance).

    Returns
    -------
    Features
        Documents x terms, counts as a CSR matrix; `units` has `n_tokens`, all tokens that count, stop words among
        them.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> features = term_frequency(encoded(["Peace and trade.", "Trade, trade."]), min_count=1, min_documents=1)
    >>> list(features.columns), features.values.toarray().tolist(), features.units["n_tokens"].tolist()
    (['peace', 'trade'], [[1, 1], [0, 2]], [3, 2])
    """
    mask = corpus.words() if mask is None else mask
    counts, terms = document_term_matrix(corpus, mask) if n == 1 else ngram_matrix(corpus, n, mask, min_count=min_count)
    total = np.asarray(counts.sum(0)).ravel()
    documents = np.diff(counts.tocsc().indptr)
    keep = (total >= min_count) & (documents >= min_documents)
    at = np.flatnonzero(keep)
    stops = stop_words() if drop_stop_words else frozenset()
    chosen = []
    for k in at.tolist():
        words = terms[k].split(" ")
        bare = [w.removesuffix("'s").removesuffix("'") for w in words]
        if words[0] in stops or words[-1] in stops or _holds(words, leave_out) or _holds(bare, leave_out):
            continue
        if drop_numbers and not all(any(c.isalpha() for c in w) for w in words):
            continue
        if drop_stop_words and all(len(w) < 2 for w in words):
            continue
        chosen.append(k)
    params = {
        "n": n,
        "min_count": min_count,
        "min_documents": min_documents,
        "drop_stop_words": drop_stop_words,
        "left_out": sorted(leave_out),
    }
    return Features(
        "frequency", counts[:, chosen], [terms[k] for k in chosen], document_units(corpus, mask), params=params
    )


def _holds(words: list[str], terms: frozenset[str]) -> bool:
    """Whether one of the terms stands in these words, as a whole."""
    n = len(words)
    return any(" ".join(words[a:b]) in terms for a in range(n) for b in range(a + 1, n + 1))
