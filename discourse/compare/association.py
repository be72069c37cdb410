"""Association of words that occur near each other: measures of collocation, vectorised over collocates.

All take the same four numbers: how often the collocate occurs near the node (`near`), how many tokens there are near the
node (`n_near`), how often the collocate occurs in all (`total`), and how many tokens there are in all (`n`). That is the
contingency table of surface co-occurrence (Evert 2008, section 4), with spans that overlap counted once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.compare.keyness import g2
from discourse.encode.counts import document_term_matrix
from discourse.features.frequency import wanted_terms
from discourse.features.scope import covered, in_scope
from discourse.features.target import Target, mentions
from discourse.types import EncodedCorpus


def association(
    near: np.ndarray, n_near: float, total: np.ndarray, n: float, n_nodes: float | None = None
) -> pd.DataFrame:
    """Measures of association between a node and its collocates.

    Parameters
    ----------
    near : ndarray, shape (n_terms,)
        Frequency of each collocate near the node.
    n_near : float
        Tokens near the node.
    total : ndarray, shape (n_terms,)
        Frequency of each collocate in all.
    n : float
        Tokens in all.
    n_nodes : float, optional
        Occurrences of the node, for logDice; `n_near` by default, which is right for adjacent pairs.

    Returns
    -------
    DataFrame, n_terms rows
        `expected` frequency near the node under independence; `log_dice`, 14 plus the binary logarithm of the Dice
        coefficient of node and collocate (Rychly 2008); `mi`, the binary logarithm of observed over expected (Church &
        Hanks 1990); `mi3`, the same with the cube of the observed (Daille 1994); `t` (Church et al. 1991); `g2`, the
        log-likelihood ratio over four cells (Dunning 1993), signed; `delta_p_collocate`, how much more probable the
        collocate is near the node than elsewhere, and `delta_p_node`, how much more probable the place near the node is
        for the collocate than for other tokens (Gries 2013). -inf for the logarithms of what does not occur.

    Examples
    --------
    >>> association(np.array([10]), 100, np.array([20]), 10_000)[["expected", "mi"]].round(3).values.tolist()
    [[0.2, 5.644]]
    """
    near, total = np.asarray(near, float), np.asarray(total, float)
    expected = n_near * total / n
    nodes = n_near if n_nodes is None else n_nodes
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "expected": expected,
                "log_dice": 14 + np.log2(2 * near / (nodes + total)),
                "mi": np.log2(near / expected),
                "mi3": np.log2(near**3 / expected),
                "t": np.where(near > 0, (near - expected) / np.sqrt(near), -np.inf),
                "g2": g2(near, total - near, n_near, n - n_near),
                "delta_p_collocate": near / n_near - (total - near) / (n - n_near),
                "delta_p_node": near / total - (n_near - near) / (n - total),
            }
        )


def collocates(
    corpus: EncodedCorpus,
    node: Target | str,
    *,
    span: int = 5,
    min_count: int = 3,
    drop_stop_words: bool = True,
    mask: np.ndarray | None = None,
) -> pd.DataFrame:
    """Words that occur near a node: those at most `span` tokens before or after it, in its turn.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    node : Target or str
        What they are near; ``*`` matches any letters.
    span : int
        Tokens before and after. Spans that overlap count once, and tokens of the node not at all.
    min_count : int
        Leave out words that are near the node less often.
    drop_stop_words : bool
        List no function words; they count among the tokens near the node all the same.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    DataFrame
        One row for each collocate, by logDice: `item`, `near` (its frequency near the node), `total` (in all), `n_documents`
        (in which it is near the node), and the measures of `association`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Trade with Norland grew.", "Norland wants trade.", "Trade and peace."])
    >>> collocates(corpus, "norland", min_count=2)[["item", "near", "total"]].values.tolist()
    [['trade', 2, 3]]
    """
    found = mentions(corpus, node, mask)
    mask = corpus.words() if mask is None else mask
    at, length = (found.units[c].to_numpy(np.int64) for c in ("token", "length"))
    own = covered(corpus.n_tokens, at, length)
    around = in_scope(corpus, at, length, span, mask) & ~own
    counts, terms = document_term_matrix(corpus, around)
    near = np.asarray(counts.sum(0)).ravel()
    total = np.asarray(document_term_matrix(corpus, mask & ~own)[0].sum(0)).ravel()
    often = np.flatnonzero(near >= max(min_count, 1))
    kept = often[wanted_terms(terms[often], drop_stop_words=drop_stop_words)]
    table = pd.DataFrame(
        {
            "item": terms[kept],
            "near": near[kept],
            "total": total[kept],
            "n_documents": np.diff(counts.tocsc().indptr)[kept],
        }
    )
    measures = association(near[kept], around.sum(), total[kept], (mask & ~own).sum(), len(at))
    table = pd.concat([table, measures], axis=1)
    return table.sort_values(["log_dice", "item"], ascending=[False, True], kind="stable").reset_index(drop=True)
