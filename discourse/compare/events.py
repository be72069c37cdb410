"""A change at a given date, tested against other dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from discourse.compare.quantities import Quantities
from discourse.compare.resample import Design
from discourse.errors import TooLittleText


def event_test(
    q: Quantities, design: Design, dates: pd.Series, event: dt.date, *, days: int, min_documents: int = 10
) -> pd.DataFrame:
    """What is said in the days from an event on minus that in as many days before it; the same at placebo dates.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Documents of all groups count.
    dates : Series of datetime64, shape (n_documents,)
        Date of each document.
    event : date
        First day after.
    days : int
        Length of the window on either side.
    min_documents : int
        Documents needed in each window.

    Returns
    -------
    DataFrame
        `date`, `placebo` (false for the event, which is the first row), `n_before`, `n_after`, and a column for each
        item. Placebo dates are all days whose two windows lie within the corpus and do not reach across the event.
        Windows of neighbouring days share most of their documents: there are only about span / (2 * days) separate
        ones.

    Raises
    ------
    TooLittleText
        If a window of the event lies outside the corpus or contains too few documents, or no placebo date is left.
    """
    rows = q.inside(design, sorted(set(design.group[design.group >= 0].tolist())))
    at = dates.to_numpy().astype("datetime64[D]")[rows]
    first, last, day = at.min(), at.max(), np.datetime64(event, "D")
    window = np.timedelta64(days, "D")
    # The window from d ends with day d + window - 1, which may be the last one; arange leaves out its end.
    candidates = np.arange(first + window, last - window + 2)
    candidates = candidates[(candidates + window <= day) | (candidates - window >= day)]
    every = np.concatenate([[day], candidates])
    order = np.argsort(at, kind="stable")
    at, rows = at[order], rows[order]
    # Documents are in the order of their days: a window is a range of them.
    start, middle, stop = (np.searchsorted(at, edge) for edge in (every - window, every, every + window))
    n_after, n_before = stop - middle, middle - start
    what = f"A change on {event:%Y-%m-%d} within {days} days"
    longest = int(min(day - first, last - day + 1) / np.timedelta64(1, "D"))
    if day - window < first or day + window > last + 1:
        raise TooLittleText(
            what, f"the corpus runs from {first} to {last}", f"windows of {max(longest, 0)} days or fewer"
        )
    if min(n_after[0], n_before[0]) < min_documents:
        raise TooLittleText(
            what,
            f"n = {n_before[0]} documents before and {n_after[0]} after",
            f"at least {min_documents} on either side",
        )
    keep = np.r_[True, (n_after[1:] >= min_documents) & (n_before[1:] >= min_documents)]
    if keep.sum() < 2:
        raise TooLittleText(what, "no other date has two such windows", f"at least {4 * days} days of documents")
    y = q.y[rows] if isinstance(q.y, np.ndarray) else q.y[rows].toarray()
    # Sums of a range are differences of running sums: one pass for all windows.
    sums_y, sums_x = (np.concatenate([np.zeros((1, v.shape[1])), np.cumsum(v, axis=0)]) for v in (y, q.x[rows]))
    late, early = (
        q.value(sums_y[b[keep]] - sums_y[a[keep]], sums_x[b[keep]] - sums_x[a[keep]])
        for a, b in ((middle, stop), (start, middle))
    )
    table = pd.DataFrame(
        {
            "date": every[keep],
            "placebo": np.arange(keep.sum()) > 0,
            "n_before": n_before[keep],
            "n_after": n_after[keep],
        }
    )
    return pd.concat([table, pd.DataFrame(late - early, columns=list(q.items))], axis=1)
