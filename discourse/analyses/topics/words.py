"""The words that groups use for the same topic: log-odds of its words, with intervals over documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.data import Data
from discourse.compare.quantities import two_groups
from discourse.compare.terms import compare_terms
from discourse.errors import TooLittleText
from discourse.types import Features

PRIOR, PRIOR_SHARE = 100.0, 0.02  # tokens of the pooled shares in the prior; of the smaller group's tokens at most
COLUMNS = (
    "estimate",
    "low",
    "high",
    "low_document",
    "high_document",
    "p_family",
    "n_documents",
    "count_study",
    "count_reference",
)


def words_by_group(data: Data, model: Features, topics: Sequence[str]) -> tuple[pd.DataFrame, list[TooLittleText]]:
    """Log-odds of the words of each topic between study and reference, of the tokens that the topic accounts for.

    Parameters
    ----------
    data : Data
        Documents, groups, and the main contrast.
    model : Features
        With the details of `words_by_document`.
    topics : sequence of str
        The topics whose words are the same ones in all fits.

    Returns
    -------
    table : DataFrame
        `item` (the topic), `term`, and the columns of `compare_terms`. Intervals are those of the family of all words in all of
        the topics.
    refusals : list of TooLittleText
        Topics with too few documents.
    """
    words, tokens = model.details["topic_words"], model.details["topic_tokens"]
    two, tables, refusals = two_groups(data.design, data.main), [], []
    two = replace(two, contrasts=two.contrasts * max(len(topics), 1))
    for item in topics:
        part = words[words["topic"] == list(model.columns).index(item) + 1]
        n = np.zeros(len(data.documents))
        n[tokens["document"].to_numpy(np.int64)] = tokens[item].to_numpy(float)
        code, terms = pd.factorize(part["term"], sort=True)
        at = (part["document"].to_numpy(np.int64), code)
        counts = sparse.csr_array((part["count"].to_numpy(float), at), shape=(len(n), len(terms)))
        units = pd.DataFrame({"doc_id": data.documents["doc_id"].to_numpy(), "n_tokens": n})
        smaller = min(n[two.group == g].sum() for g in (0, 1))
        alpha0 = max(min(PRIOR, PRIOR_SHARE * smaller), 1.0)
        try:
            found = compare_terms(Features("topic words", counts, list(terms), units), two, alpha0=alpha0)
        except TooLittleText as refusal:
            refusals.append(_of_topic(refusal, item))
            continue
        table = found.table.rename(columns={"item": "term"})[["term", *COLUMNS]]
        table.insert(0, "item", item)
        tables.append(table)
    every = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["item", "term", *COLUMNS])
    return every, refusals


def _of_topic(refusal: TooLittleText, item: str) -> TooLittleText:
    """The refusal of a comparison of terms, as one of the words of a topic."""
    return TooLittleText(f"The words of the topic {item} by group", refusal.have, refusal.need)
