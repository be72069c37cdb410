"""Dispersion: how evenly a term is spread over the parts of a corpus."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.errors import UsageError
from discourse.types import Features


def dispersion(counts: Any, sizes: np.ndarray | None = None) -> pd.DataFrame:
    """Measure the dispersion of each term over the parts of a corpus.

    Parameters
    ----------
    counts : ndarray or scipy.sparse matrix, shape (n_parts, n_terms); or Features
        Frequency of each term in each part; or what `term_frequency` gave.
    sizes : ndarray, shape (n_parts,)
        Tokens in each part; Features bring their own.

    Returns
    -------
    DataFrame, n_terms rows, named by the terms for Features
        `range`, parts that contain the term; `sd`, `vc`, standard deviation (of the population) and variation
        coefficient of the frequencies; `juilland_d`, from the relative frequencies (Juilland et al. 1970);
        `rosengren_s` (Rosengren 1971); `dp`, deviation of proportions (Gries 2008: half the sum of absolute differences
        between observed and expected proportions; 0 is an even spread); `dp_norm`, DP divided by its maximum
        1 - min(expected) (Lijffijt & Gries 2012); `kl`, Kullback-Leibler divergence in bits; `dkl`,
        1 - 2**-KL (Gries 2024; 0 is an even spread). NaN for a term that does not occur.

    Notes
    -----
    Some papers print 1 - DP, so that 1 is an even spread. Here 0 is.

    Examples
    --------
    >>> table = dispersion(np.array([[2], [0]]), np.array([50, 50]))
    >>> table.loc[0, ["range", "dp", "dp_norm", "kl"]].tolist()
    [1.0, 0.5, 1.0, 1.0]
    """
    if isinstance(counts, Features):
        return dispersion(counts.values, counts.units["n_tokens"].to_numpy()).set_axis(list(counts.columns))
    if sizes is None:
        raise UsageError("dispersion needs the sizes of the parts (tokens in each), or the Features of term_frequency")
    matrix = sparse.csc_array(counts).astype(float)
    sizes = np.asarray(sizes, float)
    n_parts, n_terms = matrix.shape
    expected = sizes / sizes.sum()
    total = np.asarray(matrix.sum(0)).ravel()
    column = np.repeat(np.arange(n_terms), np.diff(matrix.indptr))
    row, value = matrix.indices, matrix.data
    # Terms that do not occur divide 0 by 0; the table has NaN for them.
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = value / total[column]
        # Parts without the term add their expected proportion.
        dp = 0.5 * (1 + np.bincount(column, np.abs(observed - expected[row]) - expected[row], n_terms))
        kl = np.bincount(column, np.where(value > 0, observed * np.log2(observed / expected[row]), 0.0), n_terms)
        mean = total / n_parts
        # Rounding can leave a variance just below 0.
        sd = np.sqrt(np.maximum(np.bincount(column, value**2, n_terms) / n_parts - mean**2, 0))
        relative = value / sizes[row]
        r_mean = np.bincount(column, relative, n_terms) / n_parts
        r_sd = np.sqrt(np.maximum(np.bincount(column, relative**2, n_terms) / n_parts - r_mean**2, 0))
        d = 1 - r_sd / r_mean / np.sqrt(n_parts - 1)
        s = np.bincount(column, np.sqrt(expected[row] * value), n_terms) ** 2 / total
        present = np.where(total > 0, 1.0, np.nan)
        # A part without tokens cannot contain the term, so that it does not bound DP.
        positive = expected[expected > 0]
        return pd.DataFrame(
            {
                "range": np.bincount(column, value > 0, n_terms),
                "sd": sd * present,
                "vc": sd / mean,
                "juilland_d": d,
                "rosengren_s": s,
                "dp": dp * present,
                "dp_norm": dp * present / (1 - positive.min()),
                "kl": kl * present,
                "dkl": (1 - 2.0**-kl) * present,
            }
        )
