"""Marks of a scatter plot: one for each row, or for rows that lie together where there are too many; pandas only, as `frames`."""

from __future__ import annotations

import numpy as np
import pandas as pd

MOST_MARKS = 2_000  # of a figure; more are a cloud, and a page that is slow to draw
MOST_CLEAR = 1_000  # coloured marks, as long as each is a term
CELLS = (60, 33)  # columns and rows in which the terms of a figure of 174 by 98 mm are gathered: 2.5 mm each


def gathered(frame: pd.DataFrame) -> pd.DataFrame:
    """The marks of terms by frequency and difference: those of one colour within a cell share one, but named terms.

    Parameters
    ----------
    frame : DataFrame
        `discourse.figures.frames.layout_contrast`: `rate` (of 10,000 tokens), `estimate`, `clear` and `label`.

    Returns
    -------
    DataFrame
        `rate` and `estimate` (means over the terms of a mark, of rates the geometric one), `side` (1 and -1 for terms that are clearly
        more frequent in the study and in the reference group, 0 for others), `n` terms, `row` of the first of them in the frame. With up
        to 2,000 terms each has a mark of its own; with more, each clear one where these are up to 1,000.

    Examples
    --------
    >>> rate = np.repeat([1.0, 10.0], 1500)
    >>> frame = pd.DataFrame({"rate": rate, "estimate": np.log(rate), "clear": rate > 1, "label": False})
    >>> gathered(frame).round(2).to_dict("records")
    [{'rate': 1.0, 'estimate': 0.0, 'side': 0, 'n': 1500, 'row': 0}, {'rate': 10.0, 'estimate': 2.3, 'side': 1, 'n': 1500, 'row': 1500}]
    """
    rate, estimate = frame["rate"].to_numpy(float), frame["estimate"].to_numpy(float)
    side = np.where(frame["clear"], np.sign(estimate), 0).astype(int)
    rows = np.arange(len(frame))
    if len(frame) <= MOST_MARKS:
        return pd.DataFrame({"rate": rate, "estimate": estimate, "side": side, "n": 1, "row": rows})
    x = np.log10(rate)
    own = frame["label"].to_numpy(bool) | ((side != 0) & (np.count_nonzero(side) <= MOST_CLEAR))
    cells = np.stack([_cell(x, CELLS[0]), _cell(estimate, CELLS[1]), side, np.where(own, rows, -1)])
    _, first, cell, n = np.unique(cells, axis=1, return_index=True, return_inverse=True, return_counts=True)
    means = [np.bincount(cell.ravel(), values) / n for values in (x, estimate)]
    alone = n == 1
    marks = {
        "rate": np.where(alone, rate[first], 10 ** means[0]),
        "estimate": np.where(alone, estimate[first], means[1]),
        "side": side[first],
        "n": n,
        "row": first,
    }
    return pd.DataFrame(marks).sort_values("row", ignore_index=True)


def _cell(values: np.ndarray, cells: int) -> np.ndarray:
    """Number of the cell in which each value lies, of so many between the least and the largest."""
    low, span = values.min(), max(float(np.ptp(values)), np.finfo(float).tiny)
    return np.minimum((cells * ((values - low) / span)).astype(int), cells - 1)
