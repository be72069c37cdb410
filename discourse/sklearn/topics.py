"""Shares of topics in rows of counts."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from discourse.features.topic_inference import infer
from discourse.features.topics import train
from discourse.types import Features


class TopicShares(TransformerMixin, BaseEstimator):
    """Shares of topics in each row of counts: the topics that `discourse.fit_topics` finds, inferred row by row.

    Where columns have names, function words and short words are no terms of the topics, as in the report.

    Parameters
    ----------
    k : int
        Number of topics.
    iterations : int
        Iterations of the sampler.
    seeds : int
        Fits that are matched and averaged.
    random_state : int
        Seed of the first fit.
    min_rows : int
        Leave out terms that occur in fewer rows.
    max_share : float
        Leave out terms that occur in a larger share of rows.
    top : int
        Terms of a topic that are listed.

    Attributes
    ----------
    terms_ : DataFrame
        `topic`, `rank`, `term`, `relevance`, `probability`.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.array([[3, 2, 0, 0], [0, 0, 2, 3]] * 10)
    >>> shares = TopicShares(k=2, iterations=50, seeds=1, min_rows=1, top=2).fit_transform(counts)
    >>> shares.shape, bool((shares.argmax(1)[::2] != shares.argmax(1)[1::2]).all())
    ((20, 2), True)
    """

    def __init__(
        self,
        k: int = 12,
        *,
        iterations: int = 1000,
        seeds: int = 5,
        random_state: int = 1,
        min_rows: int = 5,
        max_share: float = 1.0,
        top: int = 10,
    ) -> None:
        self.k = k
        self.iterations = iterations
        self.seeds = seeds
        self.random_state = random_state
        self.min_rows = min_rows
        self.max_share = max_share
        self.top = top

    def fit(self, X: Any, y: Any = None) -> TopicShares:
        """Fit topics to rows of counts."""
        counts = self._whole(validate_data(self, X, accept_sparse="csr", dtype=float, ensure_min_samples=2))
        given = getattr(self, "feature_names_in_", None)
        # A name of its own for each column, so that none looks like a function word.
        terms = [f"term{k}" for k in range(counts.shape[1])] if given is None else [str(t) for t in given]
        self._terms = terms
        settings: dict[str, Any] = {
            "k": self.k,
            "iterations": self.iterations,
            "seeds": self.seeds,
            "seed": self.random_state,
            "min_passages": self.min_rows,
            "max_share": self.max_share,
            "top": self.top,
            "min_passages_per_topic": 1,
        }
        self._trained = train(self._bags(counts), **settings)
        self.terms_ = self._trained.model.details["terms"]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Infer the topics of rows of counts.

        Returns
        -------
        ndarray of float, shape (n_rows, n_topics)
            Rows sum to 1; of a row without a term of the topics all are equal.
        """
        check_is_fitted(self)
        counts = self._whole(validate_data(self, X, accept_sparse="csr", dtype=float, reset=False))
        # Random numbers follow from what is in a row, so that its topics are the same whatever rows are beside it.
        rows = [counts.indices[a:b].tobytes() + counts.data[a:b].tobytes() for a, b in _bounds(counts)]
        found = infer(self._trained, self._bags(counts), [hashlib.sha256(row).hexdigest() for row in rows])
        shares = np.full((counts.shape[0], self.k), 1 / self.k)
        shares[found.units["document"].to_numpy(np.int64)] = found.values
        return shares

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the topics: T1, T2...; object, shape (n_topics,)."""
        check_is_fitted(self)
        return np.array(list(self._trained.model.columns), object)

    def _whole(self, X: Any) -> sparse.csr_array:
        counts = sparse.csr_array(X)
        counts.sum_duplicates()
        counts.eliminate_zeros()
        if (counts.data < 0).any():
            # In the words of scikit-learn, whose checks look for them.
            raise ValueError("Negative values in data passed to TopicShares: expected counts")
        if (counts.data != np.floor(counts.data)).any():
            raise ValueError("expected counts, got numbers with a fraction; topics are fitted before weights are given")
        return counts.astype(np.int32)

    def _bags(self, counts: sparse.csr_array) -> Features:
        n = counts.shape[0]
        tokens = np.asarray(counts.sum(1), np.int64).ravel()
        row, stop = np.arange(n), np.cumsum(tokens)
        units = pd.DataFrame({"passage": row, "start": stop - tokens, "stop": stop, "n_tokens": tokens, "turn": row})
        params = {"passage_size": 0, "n_tokens": int(tokens.sum()), "n_turns": n, "n_documents": n}
        return Features("passages", counts, self._terms, units.assign(document=row), params=params)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_trained")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


def _bounds(counts: sparse.csr_array) -> Any:
    return zip(counts.indptr[:-1].tolist(), counts.indptr[1:].tolist())
