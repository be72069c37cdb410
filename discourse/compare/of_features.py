"""From features to what can be compared: the ratios of sums over documents that reports compare, for a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy import sparse

from discourse.compare.quantities import Quantities
from discourse.errors import UsageError, did_you_mean, expect
from discourse.features.frequency import document_units
from discourse.features.target import count_by_document
from discourse.features.topics import topic_by_document
from discourse.types import EncodedCorpus, Features

PER_TOKENS = "per 10,000 tokens"


def quantities_of(features: Features, corpus: EncodedCorpus, mask: np.ndarray | None = None) -> Quantities:
    """What `discourse.compare.compare` compares, from features.

    Parameters
    ----------
    features : Features
        From `mentions` (compared as mentions per 10,000 tokens), `stance` (mean evaluation per mention, -1 to 1),
        `term_frequency` and `dictionary_rates` (per 10,000 tokens), or `topics` (prevalence, % of tokens).
    corpus : EncodedCorpus
        Of which they are.
    mask : ndarray of bool, shape (n_tokens,), optional
        The tokens that counted; all that are not excluded by default.

    Returns
    -------
    Quantities
        A row for each document.

    Raises
    ------
    UsageError
        For other features.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import mentions
    >>> corpus = encoded(["Norland left.", "Norland, Norland and we met."])
    >>> q = quantities_of(mentions(corpus, "norland"), corpus)
    >>> q.y.tolist(), q.x.tolist(), q.measure
    ([[1.0], [2.0]], [[2.0], [5.0]], 'mentions per 10,000 tokens')
    """
    expect(features, Features, "discourse.mentions and discourse.stance make them of an encoded corpus")
    EncodedCorpus.require(corpus)
    if features.name not in _MAKE:
        raise UsageError(f'there is no comparison of "{features.name}". {did_you_mean(features.name, _MAKE)}')
    n_tokens = document_units(corpus, mask)["n_tokens"].to_numpy(float)
    return _MAKE[features.name](features, n_tokens)


def _of_mentions(found: Features, n_tokens: np.ndarray) -> Quantities:
    y = count_by_document(found, len(n_tokens))[:, None]
    return Quantities("mentions", y, n_tokens, [found.target], 1e4, f"mentions {PER_TOKENS}", target=found.target)


def _of_stance(scores: Features, n_tokens: np.ndarray) -> Quantities:
    document, n = scores.units["document"].to_numpy(np.int64), len(n_tokens)
    evaluation = np.asarray(scores.values)[:, list(scores.columns).index("evaluation")]
    y, x = np.bincount(document, evaluation, n)[:, None], np.bincount(document, minlength=n)
    measure = "mean evaluation per mention"
    return Quantities("stance", y, x, ["evaluation"], 1.0, measure, (-1.0, 1.0), target=scores.target)


def _of_terms(counts: Features, n_tokens: np.ndarray) -> Quantities:
    y = sparse.csr_array(counts.values).astype(float)
    return Quantities("terms", y, counts.units["n_tokens"].to_numpy(float), list(counts.columns), 1e4, PER_TOKENS)


def _of_dictionary(rates: Features, n_tokens: np.ndarray) -> Quantities:
    if sparse.issparse(rates.values):
        raise UsageError("these are counts of forms; discourse.dictionary_rates gives categories")
    x = rates.units["n_tokens"].to_numpy(float)
    # A document without tokens has no rate.
    y = np.rint(np.nan_to_num(rates.values) * x[:, None] / 1e4)
    return Quantities("dictionary", y, x, list(rates.columns), 1e4, PER_TOKENS)


def _of_topics(model: Features, n_tokens: np.ndarray) -> Quantities:
    y, x = topic_by_document(model, len(n_tokens))
    return Quantities("topics", y, x, list(model.columns), 100.0, "prevalence, % of tokens", (0.0, 100.0))


_MAKE: Mapping[str, Callable[[Features, np.ndarray], Quantities]] = {
    "mentions": _of_mentions,
    "stance": _of_stance,
    "frequency": _of_terms,
    "dictionary": _of_dictionary,
    "topics": _of_topics,
}
