"""Breaks: every division by a loop, ruptures, planted breaks, and series that have none."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.compare.breaks import best_breaks, change_points
from discourse.errors import DiscourseError, TooLittleText


def cost(y, w, bounds):
    """Weighted sum of squares around the means between the bounds."""
    ends = [0, *bounds, len(y)]
    return sum((w[a:b] * (y[a:b] - np.average(y[a:b], weights=w[a:b])) ** 2).sum() for a, b in pairwise(ends))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=8, max_size=11),
    st.integers(1, 2),
    st.integers(1, 2),
)
def test_no_other_division_is_better(rows, breaks, least):
    y, w = (np.array(v, float) for v in zip(*rows, strict=True))
    found = best_breaks(y.tolist(), w.tolist(), breaks, least)
    ways = combinations(range(1, len(y)), breaks)
    allowed = [b for b in ways if np.diff([0, *b, len(y)]).min() >= least]
    assert tuple(found) in allowed
    assert cost(y, w, found) == pytest.approx(min(cost(y, w, b) for b in allowed), abs=1e-8)


@pytest.mark.parametrize("breaks", [1, 2, 3])
def test_places_are_those_of_ruptures(breaks):
    """ruptures 1.1.10, `Dynp` with the cost "l2": the same places in 30 of 30 series of 60 periods (measured in a venv of its own)."""
    ruptures = pytest.importorskip("ruptures")
    for seed in range(10):
        y = np.random.default_rng(seed).normal(0, 1, 60) + np.repeat([0, 2, -1, 1], 15)
        theirs = ruptures.Dynp(model="l2", min_size=5, jump=1).fit(y).predict(n_bkps=breaks)
        assert best_breaks(y.tolist(), None, breaks, 5) == theirs[:-1]


def test_two_planted_breaks_are_found():
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1, 90) + np.repeat([0, 4, 1], 30)
    found = change_points(y, draws=199)
    table = found.table
    assert len(table) == 2
    assert ((table["low"] <= [30, 60]) & (table["high"] >= [30, 60])).all()
    assert (table["p"] < 0.05).all()
    assert found.next_p > 0.05
    assert table["before"].iloc[0] == pytest.approx(y[: table["at"].iloc[0]].mean())
    assert change_points(y, draws=199).table.equals(table), "the same seed, the same result"


def test_series_that_only_drift_seldom_break():
    """Autocorrelation 0.8, 60 periods: 3 of 40 with 2 expected; of a random walk, which the null does not hold, 3 of 20 (both measured)."""

    def drift(seed):
        rng = np.random.default_rng(seed)
        y = [rng.normal()]
        for _ in range(59):
            y.append(0.8 * y[-1] + 0.6 * rng.normal())
        return y

    assert sum(len(change_points(drift(k), draws=99).table) > 0 for k in range(20)) <= 4


def test_weights_count_as_repeated_periods_do():
    y, w = np.array([1.0, 2.0, 1.0, 6.0, 7.0, 5.0, 6.0]), np.array([3, 1, 2, 1, 2, 2, 1])
    once = best_breaks(y.tolist(), w.tolist(), 1, 1)[0]
    assert best_breaks(np.repeat(y, w).tolist(), None, 1, 1)[0] == w[:once].sum()


def test_too_little_is_refused():
    with pytest.raises(TooLittleText, match="n = 9 periods"):
        change_points(np.arange(9.0))
    with pytest.raises(TooLittleText, match="2 breaks"):
        best_breaks([1, 2, 3], None, 2)
    with pytest.raises(DiscourseError, match="a weight above 0"):
        change_points(np.arange(20.0), np.zeros(20))
