"""What the transformers of texts share: what they take, and what scikit-learn asks of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from discourse.encode import encode_corpus
from discourse.errors import UsageError
from discourse.types import EncodedCorpus


def texts_of(given: Any) -> pd.Series | list[str]:
    """The texts in what a pipeline hands on: a list, a Series, an array, or a table with one column.

    Examples
    --------
    >>> texts_of(pd.DataFrame({"text": ["a", "b"]})).tolist(), texts_of(np.array([["a"], ["b"]], object))
    (['a', 'b'], ['a', 'b'])
    """
    if isinstance(given, pd.DataFrame) or (isinstance(given, np.ndarray) and given.ndim == 2):
        if given.shape[1] != 1:
            raise UsageError(f"expected one column of texts, got {given.shape[1]}; ColumnTransformer chooses columns")
        given = given.iloc[:, 0] if isinstance(given, pd.DataFrame) else given[:, 0]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise UsageError(f"expected several texts, got {type(given).__name__}; put it into a list: [text]")
    # Numbered anew: ids play no part, and a training set may have each row several times.
    return given.reset_index(drop=True) if isinstance(given, pd.Series) else list(given)


def encoded(given: Any) -> EncodedCorpus:
    """The texts, encoded, a document each."""
    return encode_corpus(texts_of(given))


class OfTexts(TransformerMixin, BaseEstimator):
    """Base of the transformers of texts; each has `_names` once it is fitted."""

    _names: list[str]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns; object, shape (n_columns,)."""
        check_is_fitted(self)
        return np.array(self._names, object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        # Of scikit-learn before 1.6.
        return {"X_types": ["string"]}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_names")
