"""Counts of terms and n-grams by text, in the columns of the texts that they were fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from discourse.errors import UsageError
from discourse.features.frequency import Tokens, term_counts, term_frequency
from discourse.sklearn.texts import OfTexts, encoded
from discourse.types import EncodedCorpus


class TermCounts(OfTexts):
    """Count terms by text, as `discourse.term_frequency` does.

    Parameters
    ----------
    ngram_range : tuple of int
        Shortest and longest n-grams, in tokens.
    tokens : {"folded", "as written", "stemmed"}
        What is counted as one term.
    min_count, min_documents : int
        Leave out terms that are rarer in the texts of the fit, or occur in fewer of them.
    drop_stop_words : bool
        Leave out function words, and n-grams that begin or end with one.
    sparse_output : bool
        Give a sparse matrix; with False an array, of which `set_output` makes a DataFrame.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each term.

    Examples
    --------
    >>> counts = TermCounts().fit(["Peace and trade.", "Trade!"])
    >>> counts.get_feature_names_out().tolist(), counts.transform(["Trade, trade, war."]).toarray().tolist()
    (['and', 'peace', 'trade'], [[0, 0, 2]])
    """

    def __init__(
        self,
        *,
        ngram_range: tuple[int, int] = (1, 1),
        tokens: Tokens = "folded",
        min_count: int = 1,
        min_documents: int = 1,
        drop_stop_words: bool = False,
        sparse_output: bool = True,
    ) -> None:
        self.ngram_range = ngram_range
        self.tokens = tokens
        self.min_count = min_count
        self.min_documents = min_documents
        self.drop_stop_words = drop_stop_words
        self.sparse_output = sparse_output

    def fit(self, X: Any, y: Any = None) -> TermCounts:
        """Learn the terms of texts."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Learn the terms of texts, and count them."""
        corpus = encoded(X)
        found = [
            term_frequency(
                corpus,
                n=n,
                tokens=self.tokens,
                drop_stop_words=self.drop_stop_words,
                min_count=self.min_count,
                min_documents=self.min_documents,
            )
            for n in self._sizes()
        ]
        self._names = [str(term) for features in found for term in features.columns]
        self.vocabulary_ = {term: k for k, term in enumerate(self._names)}
        return self._given(sparse.csr_array(sparse.hstack([f.values for f in found], format="csr")))

    def transform(self, X: Any) -> Any:
        """Count the terms of the fit; others are left out.

        Returns
        -------
        csr_matrix or ndarray of int32, shape (n_texts, n_terms)
        """
        check_is_fitted(self)
        corpus = encoded(X)
        known = pd.Index(self._names, dtype=object)
        parts = [self._known(corpus, n, known) for n in self._sizes()]
        return self._given(sparse.csr_array(sum(parts[1:], parts[0])))

    def _sizes(self) -> range:
        least, most = self.ngram_range
        if not 1 <= least <= most:
            raise UsageError(f"ngram_range: expected two numbers in order, from 1, got {self.ngram_range}")
        return range(least, most + 1)

    def _known(self, corpus: EncodedCorpus, n: int, known: pd.Index) -> sparse.csr_array:
        counts, terms = term_counts(corpus, n, corpus.words(), self.tokens)
        at = known.get_indexer(pd.Index(terms, dtype=object))
        kept = np.flatnonzero(at >= 0)
        chosen = sparse.coo_array(counts[:, kept])
        row, column = chosen.coords
        shape = (counts.shape[0], len(known))
        return sparse.coo_array((chosen.data, (row, at[kept][column])), shape=shape).tocsr()

    def _given(self, counts: sparse.csr_array) -> Any:
        # A matrix, as scikit-learn's vectorizers give: older estimators know no sparse array.
        counts.sort_indices()
        return sparse.csr_matrix(counts) if self.sparse_output else counts.toarray()
