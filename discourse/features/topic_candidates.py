"""Models with different numbers of topics beside each other, for a choice of that number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.features.topic_fits import fits_of, match_fits
from discourse.features.topic_quality import coherence, exclusivity, held_out_likelihood
from discourse.features.topics import TopicSettings, counted, fitter, guided, kept, seeds_for
from discourse.types import Features

COLUMNS = ("k", "fit", "likelihood", "coherence", "exclusivity", "match")
HELD = 0.25  # share of the passages half of whose tokens are held out


def candidates(
    bags: Features, numbers: Sequence[int], *, keep: np.ndarray | None = None, workers: int = 1, **settings: Any
) -> pd.DataFrame:
    """How good models with different numbers of topics are: for a choice of that number.

    Parameters
    ----------
    bags : Features
        From `passage_bags`.
    numbers : sequence of int
        Numbers of topics.
    keep : ndarray of bool, shape (n_passages,), optional
        Passages that count; all by default.
    workers : int
        Fits that run side by side; the result does not depend on it.
    **settings
        As in `TopicSettings`; `k` is not used.

    Returns
    -------
    DataFrame
        A row for each number and fit: `k`, `fit`, `likelihood` (of half of the tokens of a quarter of the passages,
        which the models have not seen; natural logarithm per token), `coherence` and `exclusivity` (means over the
        topics), `match` (mean cosine with the topics of the fit that fits best; NaN for that one). Numbers for which
        there are too few passages, or fewer topics than seeded ones, are left out.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.passages import passage_bags
    >>> bags = passage_bags(encoded(["Fleet, anchor, anchor!", "Wheat, barn, barn, barn!"] * 10))
    >>> found = candidates(bags, [2, 9], engine="nmf", max_share=1, top=2, min_passages_per_topic=5)
    >>> found["k"].tolist(), found["coherence"].round(2).tolist()
    ([2], [1.0])
    """
    chosen, bags = TopicSettings(**settings), kept(bags, keep)
    least = chosen.min_passages_per_topic
    # The smallest number decides on the terms, which do not depend on it.
    usable_numbers = [k for k in numbers if k * least <= len(bags.units) and k >= len(chosen.seeded)]
    if not usable_numbers:
        return pd.DataFrame(columns=list(COLUMNS))
    bags = counted(bags, replace(chosen, k=min(usable_numbers)))
    seen, held = _split(bags.values, np.random.Generator(np.random.PCG64(np.random.SeedSequence([chosen.seed, 2]))))
    rows = []
    for k in usable_numbers:
        of_k = replace(chosen, k=k)
        fits = fits_of(fitter(seen, of_k, guided(bags, of_k)), seeds_for(chosen), workers)
        found = match_fits(fits, len(chosen.seeded))
        for number, fit in enumerate(found.fits):
            best = np.argsort(-fit.topic_term, axis=1, kind="stable")[:, : chosen.top]
            rows.append(
                {
                    "k": k,
                    "fit": number + 1,
                    "likelihood": held_out_likelihood(fit.passage_topic, fit.topic_term, held),
                    "coherence": float(np.mean(coherence(best, bags.values))),
                    "exclusivity": float(np.mean(exclusivity(fit.topic_term, chosen.top))),
                    "match": np.nan if number == found.reference else float(found.cosine[number].mean()),
                }
            )
    return pd.DataFrame(rows)


def _split(counts: sparse.csr_array, rng: np.random.Generator) -> tuple[sparse.csr_array, list[np.ndarray]]:
    """The counts without half of the tokens of some passages, and these tokens by passage (none in the others)."""
    chosen = rng.random(counts.shape[0]) < HELD
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    out = np.where(chosen[row], rng.binomial(counts.data, 0.5), 0)
    # Something must be left to infer the topics from.
    out[np.bincount(row, counts.data - out, counts.shape[0])[row] == 0] = 0
    seen = sparse.csr_array((counts.data - out, counts.indices, counts.indptr), shape=counts.shape)
    held = np.split(np.repeat(counts.indices, out), np.cumsum(np.bincount(row, out, counts.shape[0]).astype(int))[:-1])
    return seen, held
