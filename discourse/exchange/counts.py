"""A corpus as counts, with the names of its rows and columns: what most other programs take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.corpus.dated import as_written
from discourse.encode import document_term_matrix
from discourse.shown import brief
from discourse.types import EncodedCorpus


@dataclass(frozen=True)
class Counts:
    """Counts of terms by document.

    Parameters
    ----------
    values : csr_array of int32, shape (n_documents, n_terms)
        How often each term occurs.
    terms : list of str
        Case-folded forms, sorted.
    documents : DataFrame
        The documents, with `n_tokens`.
    """

    values: sparse.csr_array
    terms: list[str]
    documents: pd.DataFrame

    __repr__ = brief


def counts_of(corpus: EncodedCorpus, keep: np.ndarray | None = None) -> Counts:
    """Count the terms of some documents: all words that somebody said, function words among them.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    keep : ndarray of bool, shape (n_documents,), optional
        Documents to take; all by default.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = counts_of(encoded(["Peace and trade.", "Trade, trade."]))
    >>> found.terms, found.values.toarray().tolist()
    (['and', 'peace', 'trade'], [[1, 1, 1], [0, 0, 2]])
    """
    EncodedCorpus.require(corpus)
    values, terms = document_term_matrix(corpus, corpus.words())
    rows = np.arange(len(corpus.documents)) if keep is None else np.flatnonzero(keep)
    values = sparse.csr_array(values[rows])
    there = np.flatnonzero(np.bincount(values.indices, minlength=len(terms)))
    values = sparse.csr_array(values[:, there])
    values.sort_indices()
    documents = as_written(corpus.documents.iloc[rows].reset_index(drop=True))
    n_tokens = np.asarray(values.sum(1)).ravel()
    return Counts(values, [str(t) for t in terms[there]], documents.assign(n_tokens=n_tokens))
