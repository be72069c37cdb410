"""Counts of terms by document and speaker: who uses which words in which text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.features.frequency import term_counts
from discourse.types import EncodedCorpus


def speaker_cells(corpus: EncodedCorpus, mask: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
    """Who says something in which document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count.

    Returns
    -------
    cell : ndarray of int64, shape (n_turns,)
        Number of the cell of each turn; -1 for turns without a token that counts.
    cells : DataFrame
        `document` (index), `speaker` ("" where unknown), `n_tokens` (that count): in the order of documents, and of first turns.
    """
    n = np.diff(np.concatenate([[0], np.cumsum(mask)])[corpus.turn_bounds])
    some = np.flatnonzero(n)
    document = np.searchsorted(corpus.document_bounds, corpus.turn_bounds[some], side="right") - 1
    keys = pd.DataFrame({"document": document, "speaker": _speakers(corpus.turns, some)})
    code, first = pd.factorize(pd.MultiIndex.from_frame(keys))
    cell = np.full(len(corpus.turns), -1, np.int64)
    cell[some] = code
    cells = pd.DataFrame(list(first), columns=["document", "speaker"]).astype({"document": np.int64, "speaker": object})
    return cell, cells.assign(n_tokens=np.bincount(code, n[some], len(cells)).astype(np.int64))


def _speakers(turns: pd.DataFrame, at: np.ndarray) -> Sequence[str]:
    if "speaker" not in turns.columns:
        return [""] * len(at)
    return ["" if pd.isna(v) else str(v) for v in turns["speaker"].iloc[at]]


def speaker_counts(
    corpus: EncodedCorpus, mask: np.ndarray, *, among: np.ndarray | None = None
) -> tuple[sparse.csr_array, np.ndarray, pd.DataFrame]:
    """Count case-folded terms by document and speaker.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count.
    among : ndarray of uint64, optional
        Hashes of the terms to count, from `term_totals`; all by default.

    Returns
    -------
    counts : csr_array of int32, shape (n_cells, n_terms)
    terms : ndarray of str, shape (n_terms,)
        Sorted.
    cells : DataFrame
        As `speaker_cells` gives them.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Peace and trade.", "Trade, trade."])
    >>> counts, terms, cells = speaker_counts(corpus, corpus.words())
    >>> terms.tolist(), counts.toarray().tolist(), cells["n_tokens"].tolist()
    (['and', 'peace', 'trade'], [[1, 1, 1], [0, 0, 2]], [3, 2])
    """
    cell, cells = speaker_cells(corpus, mask)
    by_turn, terms = term_counts(
        replace(corpus, documents=corpus.turns, document_bounds=corpus.turn_bounds), 1, mask, among=among
    )
    said = np.flatnonzero(cell >= 0)
    adding = sparse.csr_array((np.ones(len(said), np.int32), (cell[said], said)), shape=(len(cells), len(cell)))
    return sparse.csr_array(adding @ by_turn), terms, cells
