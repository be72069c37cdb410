"""Rates and scores by text: the stance toward a target, metadiscourse, the categories of a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from discourse.features.dictionary import Dictionary, dictionary_rates
from discourse.features.stance import CLASSES, metadiscourse, stance
from discourse.features.target import Target, mentions
from discourse.sklearn.texts import OfTexts, encoded, texts_of
from discourse.types import EncodedCorpus

NO_TEXTS = ["nothing"]  # of which the names of the columns are known


class _Measured(OfTexts):
    """A transformer that learns nothing from texts: what it measures of one does not depend on the others."""

    missing: float

    def fit(self, X: Any, y: Any = None) -> Any:
        """Learn the names of the columns; nothing is learnt from the texts."""
        texts_of(X)
        self._names = self._measured(encoded(NO_TEXTS))[0]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Measure texts.

        Returns
        -------
        ndarray of float, shape (n_texts, n_columns)
        """
        check_is_fitted(self)
        values = self._measured(encoded(X))[1]
        return np.where(np.isnan(values), self.missing, values)

    def _measured(self, corpus: EncodedCorpus) -> tuple[list[str], np.ndarray]:
        raise NotImplementedError


class MentionStance(_Measured):
    """How often a text mentions a target, and how it speaks of it, as `discourse.stance` scores mentions.

    Columns are the number of `mentions`, the mean `evaluation` of them (-1 conflictual to 1 cooperative), and the shares of them that are
    `conflictual`, `neutral` and `cooperative`.

    Parameters
    ----------
    target : Target or str
        Aliases and exclusions; or the only alias.
    missing : float
        Evaluation and shares of a text that does not mention the target; `nan` leaves them to an imputer.

    Examples
    --------
    >>> scores = MentionStance("norland").fit_transform(["We condemn the attack by Norland.", "Nothing new."])
    >>> scores.round(2).tolist()
    [[1.0, -0.74, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]]
    """

    def __init__(self, target: Target | str, *, missing: float = 0.0) -> None:
        self.target = target
        self.missing = missing

    def _measured(self, corpus: EncodedCorpus) -> tuple[list[str], np.ndarray]:
        scores, n = stance(corpus, mentions(corpus, self.target)), len(corpus.documents)
        document = scores.units["document"].to_numpy(np.int64)
        found = np.bincount(document, minlength=n).astype(float)
        of_class = scores.units["class_"].to_numpy(object)
        weights = [scores.values[:, 0], *(of_class == name for name in CLASSES)]
        sums = np.column_stack([np.bincount(document, w.astype(float), n) for w in weights])
        means = np.divide(sums, found[:, None], out=np.full(sums.shape, np.nan), where=found[:, None] > 0)
        return ["mentions", "evaluation", *CLASSES], np.column_stack([found, means])


class Metadiscourse(_Measured):
    """Hedges, boosters, obligation, self-mention... per 10,000 tokens, as the report counts them.

    Parameters
    ----------
    target : Target or str, optional
        Count in the sentences that mention it; everywhere by default.
    missing : float
        Rate of a text without a token that counts; `nan` leaves it to an imputer.

    Examples
    --------
    >>> kinds = Metadiscourse().set_output(transform="pandas").fit_transform(["We must act.", "Norland may attack."])
    >>> kinds[["hedge", "obligation"]].round().values.tolist()
    [[0.0, 3333.0], [3333.0, 0.0]]
    """

    def __init__(self, target: Target | str | None = None, *, missing: float = 0.0) -> None:
        self.target = target
        self.missing = missing

    def _measured(self, corpus: EncodedCorpus) -> tuple[list[str], np.ndarray]:
        units = None if self.target is None else mentions(corpus, self.target).units
        sentences = np.zeros(0, np.int64) if units is None else units["sentence"].drop_duplicates().to_numpy(np.int64)
        found = metadiscourse(corpus, sentences)
        # Columns alternate: in these sentences, and everywhere; the last two are the tokens.
        chosen = np.asarray(found.values, float)[:, (1 if units is None else 0) :: 2]
        counts, tokens = chosen[:, :-1], chosen[:, -1:]
        rates = np.divide(1e4 * counts, tokens, out=np.full(counts.shape, np.nan), where=tokens > 0)
        return [str(c) for c in found.columns[:-2:2]], rates


class DictionaryRates(_Measured):
    """Rate of each category of a dictionary per 10,000 tokens, as `discourse.dictionary_rates` gives it.

    Parameters
    ----------
    dictionary : Dictionary, mapping or path
        The dictionary, its patterns by category, or its file.
    missing : float
        Rate in a text without a token that counts; `nan` leaves it to an imputer.

    Examples
    --------
    >>> DictionaryRates({"up": ["glad*"], "down": ["sad"]}).fit_transform(["A glad and gladder day.", ""]).tolist()
    [[4000.0, 0.0], [0.0, 0.0]]
    """

    def __init__(
        self, dictionary: Dictionary | Mapping[str, Sequence[str]] | str | Path, *, missing: float = 0.0
    ) -> None:
        self.dictionary = dictionary
        self.missing = missing

    def _measured(self, corpus: EncodedCorpus) -> tuple[list[str], np.ndarray]:
        found = dictionary_rates(corpus, self.dictionary)
        return [str(c) for c in found.columns], np.asarray(found.values, float)
