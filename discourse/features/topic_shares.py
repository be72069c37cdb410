"""What a topic model says of documents: tokens of each topic, and the passages that a topic is most prevalent in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.types import Features


def topic_by_document(model: Features, n_documents: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens of each topic by document, and tokens by document: numerator and denominator of a prevalence."""
    weight = model.units["n_tokens"].to_numpy(float)
    document = model.units["document"].to_numpy(np.int64)
    y = np.stack(
        [np.bincount(document, weight * model.values[:, t], n_documents) for t in range(model.values.shape[1])], 1
    )
    return y, np.bincount(document, weight, n_documents)[:, None]


def topic_fits(model: Features, n_documents: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens of each topic by document in each fit of a model.

    Parameters
    ----------
    model : Features
        From `fit_topics`.
    n_documents : int
        Documents of the corpus.

    Returns
    -------
    means : ndarray, shape (n_fits, n_documents, n_topics)
    draws : ndarray, shape (n_fits, n_draws, n_documents, n_topics)
        Draws from the posterior.
    """
    shares = model.details["shares"]
    n_fits, n_draws = int(shares["fit"].max()) + 1, int(shares["draw"].max()) + 1
    y = np.zeros((n_fits, n_draws, n_documents, len(model.columns)))
    at = tuple(shares[c].to_numpy(np.int64) for c in ("fit", "draw", "document"))
    y[at] = shares[list(model.columns)].to_numpy(float)
    return y[:, 0], y[:, 1:]


def exemplars(model: Features, topic: int, n: int = 3) -> pd.DataFrame:
    """Passages in which a topic is most prevalent, at most one of each document.

    Parameters
    ----------
    model : Features
        From `fit_topics`.
    topic : int
        Column, from 0.
    n : int
        Number of passages.

    Returns
    -------
    DataFrame
        Rows of the passages table with `share`, the prevalence in the passage.
    """
    table = model.units.assign(share=model.values[:, topic])
    table = table.iloc[np.argsort(-table["share"].to_numpy(), kind="stable")]
    return table.drop_duplicates("document").head(n)
