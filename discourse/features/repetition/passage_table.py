"""Reused passages in words, and how many documents of each group they occur in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from discourse.corpus.dated import iso_dates
from discourse.errors import NoTextError
from discourse.features.repetition.parts import P, Part, Parts, RunAll, in_order
from discourse.features.repetition.search import Repetition
from discourse.types import EncodedCorpus


def passage_table(corpus: EncodedCorpus, found: Repetition, groups: Sequence[str], group: np.ndarray) -> pd.DataFrame:
    """The reused passages with their text, and in how many documents of each group each occurs.

    Parameters
    ----------
    corpus : EncodedCorpus
        With text.
    found : Repetition
        Of the same corpus.
    groups : sequence of str
        Names of the groups.
    group : ndarray of int, shape (n_documents,)
        Index of each document's group, -1 for none.

    Returns
    -------
    DataFrame
        Columns `passage`, `n_tokens`, `n_documents`, one column for each group, `first_document`, `first_date`,
        `first_speaker`; those that repeat the most tokens first. Of passages that overlap by half where they occur
        first, only the one that comes first in this order is listed.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.
    """
    if corpus.texts is None:
        raise NoTextError("passage_table")
    documents = corpus.documents
    whole = Parts([corpus], Part, np.array([0, len(documents)]), np.array([0, corpus.n_tokens]), np.zeros(0))
    return passage_table_of_parts(whole, found, groups, group, documents)


def passage_table_of_parts(
    parts: Parts[P],
    found: Repetition,
    groups: Sequence[str],
    group: np.ndarray,
    documents: pd.DataFrame,
    run_all: RunAll = in_order,
) -> pd.DataFrame:
    """The reused passages of a corpus in parts, as `passage_table` lists them.

    Parameters
    ----------
    parts : Parts
        The corpus that was searched; `load` gives parts with text.
    found : Repetition
        What `repetition_of_parts` found in it.
    groups, group
        As in `passage_table`.
    documents : DataFrame
        Those of all parts, as in `Corpus`.
    run_all : callable
        Applies a function to each item of a list and gives the results in their order.

    Returns
    -------
    DataFrame
        As `passage_table`.

    Raises
    ------
    NoTextError
        If a part was stored without text.
    """
    listed = np.flatnonzero(_apart(found.passages))
    passages = found.passages.iloc[listed]
    spans = passages[["start", "stop"]].to_numpy(int)
    owner = np.searchsorted(parts.tokens, spans[:, 0], side="right") - 1
    each = np.unique(owner)
    items = [(parts.handles[k], spans[owner == k] - parts.tokens[k]) for k in each.tolist()]
    texts, speakers = np.empty(len(spans), object), np.empty(len(spans), object)
    for k, (said, by) in zip(each, run_all(partial(words_of_passages, load=parts.load), items)):
        texts[owner == k], speakers[owner == k] = said, by
    table = pd.DataFrame(
        {
            "passage": texts,
            "n_tokens": passages["n_tokens"].to_numpy(),
            "n_documents": passages["n_documents"].to_numpy(),
        }
    )
    places = found.places.assign(group=group[found.places["document"].to_numpy(int)])
    for k, name in enumerate(groups):
        counts = places[places["group"] == k].groupby("passage")["document"].nunique()
        table[name] = counts.reindex(listed, fill_value=0).to_numpy(int)
    first = documents.iloc[passages["document"].to_numpy(int)]
    return table.assign(
        first_document=first["doc_id"].to_numpy(), first_date=iso_dates(first).to_numpy(), first_speaker=speakers
    )


def words_of_passages(item: tuple[P, np.ndarray], *, load: Callable[[P], Part]) -> tuple[list[str], list[str]]:
    """Text and speaker of some spans of tokens of a part."""
    handle, spans = item
    corpus = load(handle).corpus
    if corpus.texts is None:
        raise NoTextError("passage_table")
    turn = np.searchsorted(corpus.turn_bounds, spans[:, 0], side="right") - 1
    texts = [" ".join(corpus.texts[t][corpus.starts[a] : corpus.ends[b - 1]].split()) for t, (a, b) in zip(turn, spans)]
    return texts, corpus.turns["speaker"].to_numpy()[turn].tolist()


def _apart(passages: pd.DataFrame) -> np.ndarray:
    """Passages of which no more than half lies in one that comes before; bool, shape (n_passages,)."""
    taken: dict[int, list[tuple[int, int]]] = {}
    keep = np.ones(len(passages), bool)
    for k, (document, a, b) in enumerate(passages[["document", "start", "stop"]].itertuples(index=False)):
        spans = taken.setdefault(document, [])
        if any(min(b, d) - max(a, c) >= 0.5 * (b - a) for c, d in spans):
            keep[k] = False
        else:
            spans.append((a, b))
    return keep
