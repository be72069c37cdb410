"""What a difference looks like where there is none: split-half divisions of one group, and placebo dates inside it."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from discourse.compare.intervals import moments
from discourse.compare.quantities import Quantities
from discourse.compare.resample import Design, at_a_time, stream

MOST_PLACEBO_DATES = 200  # neighbouring dates share most of their documents: more would add little


def rescaling(parts: tuple[np.ndarray | float, np.ndarray | float], numbers: tuple[int, int]) -> np.ndarray:
    """Factor from differences between parts of these sizes to differences between groups of these numbers of units.

    The variance of a difference of two means is that of one unit times (1 / n + 1 / m). The random halves of a
    split-half division of n units, drawn without replacement, have a difference of exactly the variance S2 (1 / (n / 2)
    + 1 / (n / 2)), so that no other correction is needed.

    Examples
    --------
    >>> float(rescaling((50, 50), (100, 100)).round(4))
    0.7071
    """
    a, b = (np.asarray(p, float) for p in parts)
    return np.sqrt((1 / numbers[0] + 1 / numbers[1]) / (1 / a + 1 / b))


def random_halves(
    q: Quantities, design: Design, group: int, numbers: tuple[int, int], *, unit: str = "document"
) -> np.ndarray:
    """Split-half differences of one group, divided at random, rescaled to a contrast's numbers of units.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups; `resamples` is the number of divisions.
    group : int
        The group that is divided.
    numbers : (int, int)
        Units of the two groups of the contrast.
    unit : {"document", "cluster"}
        What is divided.

    Returns
    -------
    ndarray, shape (n_divisions, n_items)
        All divisions where they are no more than the resamples. Empty where the group has fewer than four units.

    Examples
    --------
    >>> design = Design(np.zeros(8, int), ["a"], resamples=3)
    >>> q = Quantities("rate", np.full((8, 1), 2.0), np.full(8, 10.0), ["x"])
    >>> random_halves(q, design, 0, (8, 8)).tolist()
    [[0.0], [0.0], [0.0]]
    """
    u = q.units(design, [group], unit)
    n = len(u.x)
    if n < 4:
        return np.zeros((0, len(q.items)))
    rng = stream(design.seed, "halves", unit, str(design.names[group]))
    half = n // 2
    values = []
    # With so few units all divisions can be listed; random ones would only repeat them.
    if comb(n, half) <= design.resamples:
        chosen = np.array(list(combinations(range(n), half)))
        every = np.zeros((len(chosen), n), bool)
        np.put_along_axis(every, chosen, True, axis=1)
        blocks = [every]
    else:
        step = at_a_time(n)
        sizes = [min(step, design.resamples - start) for start in range(0, design.resamples, step)]
        blocks = [np.argsort(rng.random((size, n)), axis=1) < half for size in sizes]
    for first in blocks:
        one, other = (q.level(u.moments(w))[0] for w in (first, ~first))
        values.append(one - other)
    return np.concatenate(values) * rescaling((half, n - half), numbers)


def placebo_dates(
    q: Quantities,
    design: Design,
    group: int,
    dates: pd.Series,
    numbers: tuple[int, int],
    *,
    min_documents: int = 10,
    event: dt.date | None = None,
) -> pd.DataFrame:
    """What one group says after a date minus before it, for dates at which nothing is known to change.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups.
    group : int
        The group whose time is divided.
    dates : Series of datetime64, shape (n_documents,)
        Date of each document.
    numbers : (int, int)
        Documents of the two groups of the contrast, to which the differences are rescaled.
    min_documents : int
        Documents needed on either side.
    event : date, optional
        A date at which something did change: where it lies inside the group, only the side with more documents counts.

    Returns
    -------
    DataFrame
        `date` (first day of the later part), `n_before`, `n_after`, and a column for each item. At most
        `MOST_PLACEBO_DATES` dates, evenly spaced over the documents. Differences of neighbouring dates share most of
        their documents.
    """
    rows = q.inside(design, [group])
    days = dates.to_numpy().astype("datetime64[D]")[rows]
    order = np.argsort(days, kind="stable")
    rows, days = rows[order], days[order]
    # One side only: a date before a real change would carry a part of it.
    if event is not None:
        late = days >= np.datetime64(event, "D")
        side = late if 2 * late.sum() >= len(late) else ~late
        rows, days = rows[side], days[side]
    # A date divides the documents before its first one from the rest.
    first = np.flatnonzero(np.r_[False, days[1:] > days[:-1]])
    first = first[(first >= min_documents) & (len(rows) - first >= min_documents)]
    if len(first) > MOST_PLACEBO_DATES:
        first = first[np.linspace(0, len(first) - 1, MOST_PLACEBO_DATES).round().astype(int)]
    if not len(first):
        return pd.DataFrame(columns=["date", "n_before", "n_after", *q.items])
    after = np.arange(len(rows)) >= first[:, None]
    late, early = (q.level(moments(q.y[rows], q.x[rows], w.astype(float)))[0] for w in (after, ~after))
    scaled = (late - early) * rescaling((len(rows) - first, first), numbers)[:, None]
    table = pd.DataFrame({"date": days[first], "n_before": first, "n_after": len(rows) - first})
    return pd.concat([table, pd.DataFrame(scaled, columns=list(q.items))], axis=1)


def share_as_large(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Share of null differences at least as large as the observed one, either way; NaN where there is none.

    Parameters
    ----------
    observed : ndarray, shape (n_items,)
        Differences.
    null : ndarray, shape (n, n_items)
        From `random_halves` or `placebo_dates`.

    Returns
    -------
    ndarray, shape (n_items,)
        A count over n, and no p-value: the observed difference is not one of the divisions.

    Examples
    --------
    >>> share_as_large(np.array([2.0]), np.array([[-2.0], [1.0], [3.0], [0.5]])).tolist()
    [0.5]
    """
    if not len(null):
        return np.full(np.shape(observed), np.nan)
    # Differences that are equal may differ in their last bits.
    return np.asarray((np.abs(null) >= np.abs(observed) * (1 - 1e-9)).mean(0))


def are_eras(design: Design, pair: tuple[int, int], dates: pd.Series, last: pd.Series | None = None) -> bool:
    """Whether two groups are divided by date: one ends (on the same day at the latest) before the other begins.

    Only then is a date inside one group, at which nothing is known to change, a placebo for what divides the two.

    Parameters
    ----------
    design : Design
        Groups.
    pair : (int, int)
        Two of them.
    dates : Series of datetime64, shape (n_documents,)
        Date of each document.
    last : Series of datetime64, shape (n_documents,), optional
        The last day that a document may be of, where its date is known by the month or the year.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]))
    >>> [are_eras(Design(np.array(g), ["a", "b"]), (0, 1), dates) for g in ([1, 1, 0, 0], [0, 1, 0, 1])]
    [True, False]
    """
    ends = dates if last is None else last
    spans = [[days.to_numpy()[design.documents(g)].astype("datetime64[D]") for days in (dates, ends)] for g in pair]
    if not all(len(begins) for begins, _ in spans):
        return False
    (first, first_end), (second, second_end) = ((begins.min(), stops.max()) for begins, stops in spans)
    # A missing date compares as neither before nor after.
    return bool(first_end <= second or second_end <= first)
