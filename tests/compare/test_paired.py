"""People with documents in both groups: their contrast has a covariance."""

from dataclasses import replace

import numpy as np
import pytest

from discourse.compare.intervals import recovered
from discourse.compare.levels import correlation
from discourse.compare.notes import Note
from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design


@pytest.fixture(scope="module")
def debate():
    """30 states; 20 speak in both halves, five in each half only; each state has a rate of its own."""
    rng = np.random.default_rng(8)
    group, state = [], []
    for g, states in ((0, range(25)), (1, range(5, 30))):
        for s in states:
            n = rng.integers(2, 5)
            group += [g] * n
            state += [f"s{s:02}"] * n
    group, state = np.array(group), np.array(state, object)
    own = dict(zip(sorted(set(state)), rng.gamma(3, 0.001, 30)))
    x = rng.integers(800, 3000, len(group)).astype(float)
    y = rng.poisson(x * np.array([own[s] for s in state]))
    q = Quantities("mentions", y[:, None].astype(float), x, ["Norland"], 1e4)
    return q, Design(group, ["late", "early"], state, "state", resamples=2000, seed=5)


def joint_loop(q, d, times):
    """Levels of both groups where whole states are drawn, with all that they say in both: a plain loop."""
    rng = np.random.default_rng(3)
    names = sorted(set(d.cluster))
    levels = []
    for _ in range(times):
        sums = np.zeros((2, 2))
        for name in rng.choice(names, len(names)):
            for g in (0, 1):
                at = (d.cluster == name) & (d.group == g)
                sums[g] += q.y[at, 0].sum(), q.x[at, 0].sum()
        levels.append(1e4 * sums[:, 0] / sums[:, 1])
    return np.array(levels)


def test_the_correlation_is_that_of_a_plain_loop(debate):
    q, d = debate
    of_group = {g: q.units(d, [g], "cluster") for g in (0, 1)}
    r = correlation(q, d, pair(d, 0, 1), of_group)
    assert r.shape == (2, 2, 1)
    assert r[0, 0, 0] == r[1, 1, 0] == 1
    theirs = np.corrcoef(joint_loop(q, d, 1500).T)[0, 1]
    assert theirs > 0.4
    assert r[0, 1, 0] == pytest.approx(theirs, abs=0.08)


def test_the_interval_of_a_paired_contrast_is_that_of_a_plain_loop(debate):
    q, d = debate
    levels = joint_loop(q, d, 1500)
    low, high = np.quantile(levels[:, 0] - levels[:, 1], [0.025, 0.975])
    gain = (levels[:, 0] - levels[:, 1]).std() / np.hypot(*levels.std(0))
    assert gain < 0.8
    alone = np.array([f"{s} {g}" for s, g in zip(d.cluster, d.group)], object)
    for kind in ("percentile", "bca", "studentised"):
        row, apart = (
            compare(q, replace(d, interval=kind, cluster=c), [pair(d, 0, 1)]).table.iloc[-1] for c in (d.cluster, alone)
        )
        width = row["high"] - row["low"]
        assert row["estimate"] == apart["estimate"]
        assert width / (apart["high"] - apart["low"]) == pytest.approx(gain, abs=0.1), kind
        if kind != "studentised":
            assert width == pytest.approx(high - low, rel=0.15), kind


def test_parts_without_a_shared_cluster_are_independent(debate):
    _, d = debate
    assert len(d.overlapping) == 20
    assert not replace(d, group=np.where(d.group == 0, 0, -1)).overlapping
    assert not replace(d, cluster=None).overlapping


def test_correlated_parts_have_the_variance_of_their_difference():
    """Symmetric intervals: the recovered one is that of a difference with the variance a2 + b2 - 2 r a b."""
    a, b, r = 2.0, 3.0, 0.6
    estimates = np.array([[10.0], [4.0]])
    reach = 1.96 * np.array([[a], [b]])
    matrix = np.array([[1, r], [r, 1]])[:, :, None]
    low, high = recovered(estimates, estimates - reach, estimates + reach, np.array([1, -1]), matrix)
    half = 1.96 * np.sqrt(a * a + b * b - 2 * r * a * b)
    assert (low[0], high[0]) == pytest.approx((6 - half, 6 + half))


def test_an_interval_stays_within_what_the_speakers_show():
    """Six presidents, one of whom says most of it: no level is above his own."""
    speaker = np.repeat([f"p{k}" for k in range(12)], 3).astype(object)
    group = np.repeat([0, 1], 18)
    x = np.full(36, 1000.0)
    y = np.repeat([19, 4, 3, 3, 5, 3, 4, 5, 6, 5, 4, 6], 3).astype(float)
    q = Quantities("mentions", y[:, None], x, ["Norland"], 1e4)
    d = Design(group, ["late", "early"], speaker, "president", resamples=500)
    table = compare(q, d, [pair(d, 0, 1)]).table
    assert table["low"].iloc[0] == 30 and table["high"].iloc[0] == 190
    assert table["low"].iloc[1] >= 40 and table["high"].iloc[1] <= 60


def test_units_that_are_too_uneven_are_not_called_too_few():
    y = np.array([400, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1.0])
    q = Quantities("mentions", y[:, None], np.r_[1e3, np.full(11, 1e6)], ["Norland"], 1e4)
    d = Design(np.repeat([0, 1], 6), ["late", "early"], resamples=300, min_containing=4)
    late = compare(q, d, [pair(d, 0, 1)], min_documents=2).table.iloc[0]
    assert np.isnan(late["low"]) and late["note"] == Note.TOO_UNEVEN and late["note_n"] == 4


def test_over_clusters_the_interval_is_symmetric_on_the_level_by_a_plain_loop():
    rng = np.random.default_rng(2)
    speaker = np.repeat([f"p{k}" for k in range(14)], 4).astype(object)
    x = rng.integers(500, 3000, 56).astype(float)
    y = rng.poisson(x * 0.01).astype(float)
    q = Quantities("mentions", y[:, None], x, ["Norland"], 1e4)
    d = Design(np.repeat([0, 1], 28), ["late", "early"], speaker, "president", resamples=400)
    row = compare(q, d).table.iloc[0]
    of = [(y[4 * k : 4 * k + 4].sum(), x[4 * k : 4 * k + 4].sum()) for k in range(7)]

    def level(w):
        rate = sum(n * a for n, (a, _) in zip(w, of)) / (total := sum(n * b for n, (_, b) in zip(w, of)))
        return rate, np.sqrt(7 / 6 * sum(n * (a - rate * b) ** 2 for n, (a, b) in zip(w, of))) / total

    here = level(np.ones(7))[0]
    t = sorted(abs(rate - here) / error for rate, error in map(level, d.draws(0, 7, "cluster")))
    without = np.array([level(np.arange(7) != k)[0] for k in range(7)])
    half = t[int(np.ceil(0.95 * 400)) - 1] * np.sqrt(6 / 7 * ((without - without.mean()) ** 2).sum())
    assert (row["low"], row["high"]) == pytest.approx((1e4 * (here - half), 1e4 * (here + half)), rel=1e-9)
