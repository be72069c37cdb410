"""Association of words that occur near each other: measures of collocation, vectorised over collocates.

All take the same four numbers: how often the collocate occurs near the node (`near`), how many tokens there are near the
node (`n_near`), how often the collocate occurs in all (`total`), and how many tokens there are in all (`n`). That is the
contingency table of surface co-occurrence (Evert 2008, section 4), with spans that overlap counted once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.compare.keyness import g2


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
