"""What a result would be without each document, speaker or event."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.compare.intervals import by_unit
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design


def without_each(q: Quantities, design: Design, contrast: Contrast, labels: np.ndarray | None = None) -> pd.DataFrame:
    """The contrast of each item without each document, or without all documents of each label, in turn.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups.
    contrast : Contrast
        What is set against what.
    labels : ndarray, shape (n_documents,), optional
        Speaker, event, day... of each document; a label in several groups is left out of all. Documents by default.

    Returns
    -------
    DataFrame
        `item`, `label` (the index of the document by default), `estimate` without it, `change` against the whole; of
        each item the largest change first. What leaves a group without text is left out.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"])
    >>> q = Quantities("means", np.array([[4], [0], [1], [1.0]]), np.ones(4), ["x"])
    >>> without_each(q, design, pair(design, 0, 1)).head(1).values.tolist()
    [['x', 0, -1.0, -2.0]]
    """
    rows = q.inside(design, contrast.groups)
    values = rows if labels is None else labels[rows]
    codes, names = pd.factorize(pd.Series(values), sort=labels is None)
    whole, without = [], []
    for _, groups in contrast.parts:
        at = np.isin(design.group[rows], groups)
        weight = at.astype(float)[:, None]
        y = q.y[rows].multiply(weight).tocsr() if not isinstance(q.y, np.ndarray) else q.y[rows] * weight
        x = q.x[rows] * weight
        each = by_unit(y, codes)
        each = each if isinstance(each, np.ndarray) else each.toarray()
        sum_y, sum_x = each.sum(0), x.sum(0)
        whole.append(q.value(sum_y, sum_x))
        # Sums without a unit are the whole minus its own: one pass for all units.
        rest = sum_x - by_unit(x, codes)
        # Where nothing is left, subtraction leaves rounding errors rather than 0.
        without.append(np.where(rest > 1e-9, q.value(sum_y - each, np.where(rest > 1e-9, rest, 1.0)), np.nan))
    estimate, change = contrast(without), contrast(without) - contrast(whole)
    # An outcome of many items may show none.
    parts = [pd.DataFrame(columns=["item", "label", "estimate", "change"])] if not len(q.items) else []
    for k, item in enumerate(q.items):
        order = np.argsort(-np.abs(change[:, k]), kind="stable")
        order = order[np.isfinite(change[order, k])]
        parts.append(
            pd.DataFrame(
                {
                    "item": item,
                    "label": np.asarray(names)[order],
                    "estimate": estimate[order, k],
                    "change": change[order, k],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
