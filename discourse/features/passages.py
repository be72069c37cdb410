"""Passages of about 200 tokens, and the terms in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.counts import count_columns
from discourse.types import EncodedCorpus, Features


def passages(corpus: EncodedCorpus, mask: np.ndarray, size: int = 200) -> pd.DataFrame:
    """Cut the tokens that count into passages of whole sentences, within turns.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count.
    size : int
        Tokens after which a passage ends with its sentence. A rest of less than half this size joins the passage before
        it in the same turn.

    Returns
    -------
    DataFrame
        `passage`, `start`, `stop` (token indexes), `n_tokens` (that count), `turn`, `document`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["One two three. Four five six. Seven."])
    >>> passages(corpus, corpus.words(), size=3)[["start", "stop"]].values.tolist()
    [[0, 3], [3, 7]]
    """
    before = np.concatenate([[0], np.cumsum(mask)])
    rows: list[list[int]] = []
    turns = corpus.sentence_turn
    start = None
    for s, turn in enumerate(turns):
        a, b = int(corpus.sentence_bounds[s]), int(corpus.sentence_bounds[s + 1])
        ends_turn = s + 1 == len(turns) or turns[s + 1] != turn
        if start is None:
            if before[b] == before[a]:
                continue
            start = a
        n = int(before[b] - before[start])
        if n >= size or ends_turn:
            if ends_turn and n < size / 2 and rows and rows[-1][3] == turn:
                rows[-1][1] = b
                rows[-1][2] += n
            else:
                rows.append([start, b, n, int(turn)])
            start = None
    table = pd.DataFrame(rows, columns=["start", "stop", "n_tokens", "turn"])
    table["document"] = corpus.turn_document[table["turn"]] if len(table) else []
    table.insert(0, "passage", np.arange(len(table)))
    return table


def passage_bags(corpus: EncodedCorpus, mask: np.ndarray | None = None, size: int = 200) -> Features:
    """Count the terms of each passage: all that a topic model needs of a text.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.
    size : int
        As in `passages`.

    Returns
    -------
    Features
        Passages x case-folded forms (all of the corpus, stop words among them), counts as a CSR matrix; `units` is the
        table of `passages`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> bags = passage_bags(encoded(["One two two. Four five six."]), size=3)
    >>> list(bags.columns), bags.values.toarray().tolist()
    (['five', 'four', 'one', 'six', 'two'], [[0, 0, 1, 0, 2], [1, 1, 0, 1, 0]])
    """
    EncodedCorpus.require(corpus)
    mask = corpus.words() if mask is None else mask
    units = passages(corpus, mask, size)
    before = np.concatenate([[0], np.cumsum(mask)])
    # Between two passages there are only tokens that do not count.
    bounds = np.append(before[units["start"].to_numpy(np.int64)], before[-1])
    counts = count_columns(bounds, corpus.folded_ids[mask], (len(units), len(corpus.folded_forms)))
    params = {
        "passage_size": size,
        "n_tokens": corpus.n_tokens,
        "n_turns": len(corpus.turns),
        "n_documents": len(corpus.documents),
    }
    return Features("passages", counts, corpus.folded_forms.tolist(), units, params=params)


def join_bags(parts: Sequence[Features]) -> Features:
    """Bags of a corpus from those of its parts, in their order; what `passage_bags` of the whole corpus returns.

    Parameters
    ----------
    parts : sequence of Features
        From `passage_bags`, of whole documents each.

    Returns
    -------
    Features
        Tokens, turns and documents are numbered on from part to part; columns are the sorted forms of all parts.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> joined = join_bags([passage_bags(encoded(["Peace."])), passage_bags(encoded(["Trade, peace."]))])
    >>> list(joined.columns), joined.values.toarray().tolist(), joined.units["document"].tolist()
    (['peace', 'trade'], [[1, 0], [1, 1]], [0, 1])
    """
    forms = sorted(set().union(*(p.columns for p in parts)))
    place = pd.Index(forms, dtype=object)
    counts, units = [], []
    n = dict.fromkeys(("n_tokens", "n_turns", "n_documents"), 0)
    for part in parts:
        # Both lists of forms are sorted, so that the columns of a row stay in order.
        values = sparse.csr_array(part.values)
        columns = place.get_indexer(pd.Index(part.columns, dtype=object))[values.indices]
        counts.append(sparse.csr_array((values.data, columns, values.indptr), shape=(len(part.units), len(forms))))
        moved = part.units.copy()
        moved[["start", "stop"]] += n["n_tokens"]
        moved["turn"] += n["n_turns"]
        moved["document"] += n["n_documents"]
        units.append(moved)
        n = {name: total + part.params[name] for name, total in n.items()}
    table = pd.concat(units, ignore_index=True)
    table["passage"] = np.arange(len(table))
    joined = sparse.csr_array(sparse.vstack(counts, format="csr"))
    return Features("passages", joined, forms, table, params={"passage_size": parts[0].params["passage_size"], **n})
