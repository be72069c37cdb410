"""Resampling, permutation, nulls, influence, power and more against other people's code and plain loops."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oaxaca import OaxacaBlinder
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from discourse.compare.decompose import Cells, kitagawa, oaxaca
from discourse.compare.events import event_test
from discourse.compare.influence import without_each
from discourse.compare.intervals import bca, moments, percentile, recovered, studentised
from discourse.compare.multiple import (
    benjamini_hochberg,
    holm,
    permutation_p,
    pooled_p,
    step_down_max_t,
    step_down_min_p,
)
from discourse.compare.notes import note_text
from discourse.compare.nulls import are_eras, placebo_dates, random_halves, share_as_large
from discourse.compare.permutation import null_statistics, permutation_test, strata_in_one_part, used_strata
from discourse.compare.power import Criteria, smallest_differences
from discourse.compare.quantities import Contrast, Quantities, against_rest, level_of, pair, trend
from discourse.compare.ratios import bounds_of, compare
from discourse.compare.resample import Design
from discourse.compare.simultaneous import divisions, log_odds_with_error, simultaneous
from discourse.compare.strata import strata_of
from discourse.errors import DiscourseError, TooLittleText

N = (14, 11)


def two(n=N, **changes):
    return Design(np.repeat([0, 1], n), ["new", "old"], **{"resamples": 500, "seed": 3, "min_containing": 2, **changes})


@pytest.fixture(scope="module")
def rates():
    rng = np.random.default_rng(0)
    x = rng.integers(300, 2500, sum(N)).astype(float)
    y = rng.poisson(x[:, None] * np.array([0.004, 0.01]) * rng.gamma(4, 1 / 4, (sum(N), 2))).astype(float)
    return Quantities("rates", y, x, ["a", "b"], 1e4)


def difference(y, x, study):
    return 1e4 * (y[study].sum() / x[study].sum() - y[~study].sum() / x[~study].sum())


def studentised_difference(y, x, study):
    """By the textbook: ratio, residuals, standard error of each group, never below that of independent events."""
    parts = []
    for g in (study, ~study):
        r = y[g].sum() / x[g].sum()
        e = y[g] - r * x[g]
        n = g.sum()
        poisson = y.sum() / x.sum() / x[g].sum()
        parts.append((r, max(n / (n - 1) * (e**2).sum() / x[g].sum() ** 2, poisson)))
    return abs(parts[0][0] - parts[1][0]) / np.sqrt(parts[0][1] + parts[1][1])


# Intervals


def test_bca_equals_scipy_given_the_same_resamples(rates):
    y, x = rates.y[:, 0], rates.x[:, 0]
    i, j = np.arange(N[0]), np.arange(N[0], sum(N))

    def statistic(a, b, axis=-1):
        return 1e4 * (y[a].sum(axis) / x[a].sum(axis) - y[b].sum(axis) / x[b].sum(axis))

    theirs = stats.bootstrap(
        (i, j), statistic, n_resamples=999, method="BCa", vectorized=True, rng=np.random.default_rng(2)
    )
    influence = []
    for own, other, first in ((i, j, True), (j, i, False)):
        values = np.array(
            [statistic(*((own[own != k], other) if first else (other, own[own != k]))) for k in own], float
        )
        influence.append((values.mean() - values) * (len(own) - 1) / len(own))
    low, high = bca(
        theirs.bootstrap_distribution[:, None],
        np.array([statistic(i, j)]),
        np.concatenate(influence)[:, None],
        0.95,
    )
    assert low[0] == pytest.approx(theirs.confidence_interval.low, rel=1e-9)
    assert high[0] == pytest.approx(theirs.confidence_interval.high, rel=1e-9)


def test_bca_of_a_comparison_is_near_scipy(rates):
    d = two(interval="bca", resamples=6000)
    row = compare(rates.only([0]), d, [pair(d, 0, 1)]).table.iloc[-1]
    y, x = rates.y[:, 0], rates.x[:, 0]

    def statistic(a, b, axis=-1):
        return 1e4 * (y[a].sum(axis) / x[a].sum(axis) - y[b].sum(axis) / x[b].sum(axis))

    theirs = stats.bootstrap(
        (np.arange(N[0]), np.arange(N[0], sum(N))), statistic, n_resamples=6000, vectorized=True,
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    width = theirs.high - theirs.low
    assert row["low"] == pytest.approx(theirs.low, abs=0.08 * width)
    assert row["high"] == pytest.approx(theirs.high, abs=0.08 * width)


def test_percentile_equals_numpy():
    samples = np.random.default_rng(0).normal(size=(501, 4))
    low, high = percentile(samples, 0.9)
    assert np.allclose([low, high], np.quantile(samples, [0.05, 0.95], axis=0), rtol=1e-12)


def test_the_studentised_interval_by_a_plain_loop(rates):
    d = two()
    table = compare(rates, d).table.set_index(["stratum", "item"])
    y, x = rates.y[: N[0], 1], rates.x[: N[0], 0]

    def log_rate(w):
        r = (w * y).sum() / (w * x).sum()
        variance = N[0] / (N[0] - 1) * (w * (y - r * x) ** 2).sum() / (w * x).sum() ** 2
        return np.log(1e4 * r), np.sqrt(variance) / r

    here, error = log_rate(np.ones(N[0]))
    weights = d.draws(0, N[0], "document")
    t = sorted(abs(v - here) / s for v, s in map(log_rate, weights))
    without = np.array([log_rate(np.arange(N[0]) != k)[0] for k in range(N[0])])
    error = np.sqrt((N[0] - 1) / N[0] * ((without - without.mean()) ** 2).sum())
    half = t[int(np.ceil(0.95 * 500)) - 1] * error
    assert table.loc[("new", "b"), "low"] == pytest.approx(np.exp(here - half), rel=1e-9)
    assert table.loc[("new", "b"), "high"] == pytest.approx(np.exp(here + half), rel=1e-9)


def test_a_recovered_interval_is_newcombes():
    """From Wilson's intervals the recovered interval of a difference is Newcombe's hybrid score interval."""
    bounds = [proportion_confint(k, n, method="wilson") for k, n in ((56, 70), (48, 80))]
    low, high = recovered(
        np.array([[56 / 70], [48 / 80]]),
        np.array([[b[0]] for b in bounds]),
        np.array([[b[1]] for b in bounds]),
        np.array([1, -1]),
    )
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    assert (low[0], high[0]) == pytest.approx(theirs, abs=1e-9)
    assert (round(low[0], 4), round(high[0], 4)) == (0.0524, 0.3339), "Newcombe (1998), table II, method 10"


def test_a_resample_without_variance_counts_as_far_away():
    half = studentised(np.array([1.0]), np.array([0.04]), np.array([[1.1], [2.0]]), np.array([[0.01], [0.0]]), 0.95)
    assert np.isinf(half[0])


def test_levels_stay_within_their_bounds():
    rng = np.random.default_rng(2)
    x = np.full(25, 4.0)
    y = x * np.where(rng.random(25) < 0.6, 1, 0.4)
    q = Quantities("shares", y[:, None], x, ["s"], 100.0, bounds=(0.0, 100.0))
    row = compare(q, two()).table.iloc[0]
    assert 0 < row["low"] < row["estimate"] < row["high"] < 100


def test_thresholds_refuse_and_say_why(rates):
    d = two(min_containing=15)
    table = compare(rates, d, [pair(d, 0, 1)]).table
    assert table["estimate"].notna().all()
    assert table["low"].isna().all(), "fourteen documents contain it at most"
    assert note_text(table.iloc[-1]).endswith("documents contain it in a group, 15 needed")
    with_interval = compare(rates, two(), min_documents=12).table.set_index("stratum")["low"].notna()
    assert with_interval["new"].all()
    assert not with_interval["old"].any()
    few = compare(rates, two(), needed_documents=12).table.set_index(["stratum", "item"])
    assert note_text(few.loc[("old", "a")]).endswith(" in 11 documents; it needs 1 in 12)")
    assert np.isnan(few.loc[("old", "a"), "estimate"])


@pytest.mark.parametrize("kind", ["studentised", "percentile", "bca"])
def test_blocks_give_the_same_bounds(rates, kind):
    d = two(interval=kind)
    table = compare(rates, d, [pair(d, 0, 1)]).table
    low, high = bounds_of(replace(rates, y=sparse.csr_array(rates.y)), d, pair(d, 0, 1), "document")
    rows = table[table["contrast"] == "difference"]
    assert low == pytest.approx(rows["low"].to_numpy(), rel=1e-9)
    assert high == pytest.approx(rows["high"].to_numpy(), rel=1e-9)


def test_moments_by_a_loop(rates):
    w = np.random.default_rng(1).integers(0, 3, (5, sum(N))).astype(float)
    m = moments(sparse.csr_array(rates.y), rates.x, w)
    for r in range(5):
        for k in range(2):
            assert m.y[r, k] == pytest.approx(sum(w[r] * rates.y[:, k]))
            assert m.xy[r, k] == pytest.approx(sum(w[r] * rates.y[:, k] * rates.x[:, 0]))
            assert m.yy[r, k] == pytest.approx(sum(w[r] * rates.y[:, k] ** 2))


# Contrasts of several groups


def test_contrasts_of_several_groups(rates):
    group = np.arange(sum(N)) % 3
    d = Design(group, ["one", "two", "three"], resamples=300, min_containing=2)
    every = [pair(d, 0, 2), against_rest(d, 1, [0, 1, 2]), trend(d, [0, 1, 2])]
    table = compare(rates.only([0]), d, every, min_documents=2).table.set_index("stratum")["estimate"]
    y, x = rates.y[:, 0], rates.x[:, 0]
    level = [1e4 * y[group == g].sum() / x[group == g].sum() for g in range(3)]
    rest = 1e4 * y[group != 1].sum() / x[group != 1].sum()
    assert table["one - three"] == pytest.approx(level[0] - level[2])
    assert table["two - the rest"] == pytest.approx(level[1] - rest)
    assert table["trend from one to three, per group"] == pytest.approx(np.polyfit([0, 1, 2], level, 1)[0])


def test_a_planted_trend_is_found_and_none_is_not():
    rng = np.random.default_rng(4)
    group = np.repeat([0, 1, 2, 3], 15)
    d = Design(group, list("abcd"), resamples=400)
    x = np.full(60, 1000.0)
    for slope, found in ((0.002, True), (0.0, False)):
        y = rng.poisson(x * (0.01 + slope * group))
        q = Quantities("rate", y[:, None], x, ["w"], 1e4)
        row = permutation_test([q], d, trend(d, [0, 1, 2, 3])).table.iloc[0]
        assert (row["p"] < 0.05) == found


# Permutation tests


def test_permutation_equals_scipy_exactly_where_all_divisions_are_taken():
    rng = np.random.default_rng(3)
    x = rng.integers(200, 900, 9).astype(float)
    y = rng.poisson(x * 0.01).astype(float)
    d = Design(np.repeat([0, 1], [4, 5]), ["a", "b"], resamples=200)
    q = Quantities("rate", y[:, None], x, ["w"], 1e4)
    ours = permutation_test([q], d, pair(d, 0, 1))
    assert ours.exact
    assert ours.permutations == 126

    def statistic(i, j):
        study = np.isin(np.arange(9), i.astype(int))
        return studentised_difference(y, x, study)

    theirs = stats.permutation_test(
        (np.arange(4), np.arange(4, 9)), statistic, n_resamples=np.inf, alternative="greater", vectorized=False
    )
    assert ours.table["statistic"][0] == pytest.approx(theirs.statistic, rel=1e-9)
    assert ours.table["p"][0] == pytest.approx(theirs.pvalue, abs=1e-9)


def test_permutation_is_near_scipy_where_divisions_are_drawn(rates):
    d = two(resamples=4000)
    ours = permutation_test([rates], d, pair(d, 0, 1)).table
    y, x = rates.y[:, 1], rates.x[:, 0]

    def statistic(i, j):
        return studentised_difference(y, x, np.isin(np.arange(sum(N)), i.astype(int)))

    theirs = stats.permutation_test(
        (np.arange(N[0]), np.arange(N[0], sum(N))), statistic, n_resamples=4000, alternative="greater",
        vectorized=False, rng=np.random.default_rng(5),
    )  # fmt: skip
    error = np.sqrt(2 * theirs.pvalue * (1 - theirs.pvalue) / 4000)
    assert ours["p"][1] == pytest.approx(theirs.pvalue, abs=4 * error + 1e-3)


def test_labels_stay_within_strata(rates):
    """Where the strata explain everything, a test within them finds nothing, and one across them does."""
    rng = np.random.default_rng(6)
    group = np.r_[np.repeat([0, 1], [16, 4]), np.repeat([0, 1], [4, 16])]
    kind = np.repeat(["loud", "quiet"], 20)
    x = np.full(40, 1000.0)
    y = rng.poisson(np.where(kind == "loud", 30.0, 10.0))
    q = Quantities("rate", y[:, None], x, ["w"], 1e4)
    free = Design(group, ["a", "b"], resamples=999)
    within = replace(free, strata=kind.astype(object), strata_name="kind")
    assert permutation_test([q], free, pair(free, 0, 1)).table["p"][0] < 0.01
    assert permutation_test([q], within, pair(within, 0, 1)).table["p"][0] > 0.05


def test_a_stratum_in_one_group_is_named():
    d = Design(np.array([0, 0, 1, 1]), ["a", "b"], strata=np.array(["x", "y", "y", "y"], object), strata_name="kind")
    assert strata_in_one_part(d, pair(d, 0, 1)) == ["x"]
    apart = replace(d, strata=np.array(["x", "x", "y", "y"], object))
    q = Quantities("rate", np.ones((4, 1)), np.ones(4), ["w"])
    with pytest.raises(DiscourseError, match="no kind has documents in more than one group"):
        permutation_test([q], apart, pair(apart, 0, 1))


def test_whole_clusters_change_sides():
    """Twelve documents of four speakers: only 3 divisions of the speakers differ, so that p cannot be small."""
    d = Design(np.repeat([0, 1], 6), ["a", "b"], np.repeat(list("wxyz"), 3).astype(object), "speaker", resamples=500)
    y = np.repeat([9.0, 8.0, 2.0, 1.0], 3)
    q = Quantities("rate", y[:, None], np.full(12, 10.0), ["w"])
    assert permutation_test([q], d, pair(d, 0, 1), unit="cluster").table["p"][0] == pytest.approx(2 / 6)
    assert permutation_test([q], d, pair(d, 0, 1)).table["p"][0] < 0.02


def test_p_values_are_uniform_where_nothing_differs():
    rng = np.random.default_rng(11)
    values = []
    for run in range(200):
        d = Design(np.repeat([0, 1], [12, 20]), ["a", "b"], resamples=199, seed=run)
        x = rng.integers(300, 1500, 32).astype(float)
        y = rng.poisson(x * 0.003 * rng.gamma(2, 0.5, 32))
        q = Quantities("rate", y[:, None], x, ["w"])
        p = permutation_test([q], d, pair(d, 0, 1)).table["p"][0]
        # The p of one of 200 equally likely ranks, spread over its step.
        values.append(p - rng.random() / 200)
    assert stats.kstest(values, "uniform").pvalue > 0.01


# Many tests


@given(st.lists(st.floats(0.0001, 1.0), min_size=1, max_size=40))
def test_benjamini_hochberg_equals_statsmodels(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-9)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(3, 30))
def test_step_down_max_t_by_a_plain_loop(seed, n_tests, n_permutations):
    rng = np.random.default_rng(seed)
    observed, null = rng.normal(size=n_tests).round(1), rng.normal(size=(n_permutations, n_tests)).round(1)
    order = sorted(range(n_tests), key=lambda k: -observed[k])
    expected, before = [0.0] * n_tests, 0.0
    for place, k in enumerate(order):
        left = order[place:]
        hits = sum(max(row[j] for j in left) >= observed[k] - 1e-9 for row in null)
        before = max(before, (hits + 1) / (n_permutations + 1))
        expected[k] = before
    assert step_down_max_t(np.vstack([observed[None], null])) == pytest.approx(expected)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(40, 60))
def test_step_down_min_p_by_a_plain_loop_and_within_the_bounds_of_statsmodels(seed, n_tests, n_rows):
    """All divisions, the observed one among them: the share in which any test left has a p as small."""
    rng = np.random.default_rng(seed)
    every = (rng.normal(size=(n_rows, n_tests)) * rng.exponential(1, n_tests)).round(1)
    p = [[sum(other[k] >= row[k] for other in every) / n_rows for k in range(n_tests)] for row in every]
    order = sorted(range(n_tests), key=lambda k: p[0][k])
    expected, before = [0.0] * n_tests, 0.0
    for place, k in enumerate(order):
        hits = sum(min(row[j] for j in order[place:]) <= p[0][k] + 1e-9 for row in p)
        before = max(before, hits / n_rows)
        expected[k] = before
    ours, adjusted = step_down_min_p(every[0], every, exact=True)
    assert ours == pytest.approx(p[0])
    assert adjusted == pytest.approx(expected)
    for method in ("bonferroni", "holm"):
        assert (adjusted <= multipletests(ours, method=method)[1] + 1e-9).all()


def test_a_test_with_heavy_tails_does_not_hide_another():
    """Of two tests whose statistics are on other scales max-T sees one only; min-P both."""
    rng = np.random.default_rng(0)
    null = np.column_stack([rng.normal(size=1999), 100 * rng.normal(size=1999)])
    p, adjusted = step_down_min_p(np.array([4.0, 0.0]), null)
    assert adjusted[0] <= 2 * p[0] + 1e-9 < 0.01
    assert step_down_max_t(np.vstack([[4.0, 0.0], null]))[0] > 0.4


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(5, 40))
def test_pooled_p_by_a_loop_and_never_above_bonferroni(seed, n_tests, n_permutations):
    rng = np.random.default_rng(seed)
    scaled = rng.normal(size=(1 + n_permutations, n_tests)).round(1)
    p = pooled_p(scaled)
    values = scaled.ravel()
    assert p == pytest.approx([(values >= s).sum() / len(values) for s in scaled[0]])
    assert (step_down_max_t(scaled) <= np.minimum(n_tests * p, 1) + 1e-9).all()


def test_so_many_tests_that_each_has_its_largest_somewhere_can_still_differ():
    rng = np.random.default_rng(1)
    null = np.abs(rng.normal(size=(399, 300)))
    observed = np.abs(rng.normal(size=300))
    observed[7] = 9
    p, adjusted = step_down_min_p(observed, null)
    assert p[7] < 1e-4
    assert benjamini_hochberg(p)[7] < 0.05
    assert adjusted[7] == pytest.approx(1 / 400)


@given(st.lists(st.floats(0.0001, 1.0), min_size=1, max_size=40))
def test_holm_equals_statsmodels(p):
    assert holm(np.array(p)) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-9)


def test_p_is_never_zero():
    assert permutation_p(np.array([9.0]), np.zeros((99, 1)))[0] == pytest.approx(0.01)


def test_tests_that_are_not_defined_stay_out_of_the_family():
    null = np.tile([[3.0, np.nan], [0.0, np.nan], [1.0, np.nan]], (20, 1))
    p, adjusted = step_down_min_p(np.array([2.0, np.nan]), null)
    assert p[0] == adjusted[0] == pytest.approx(21 / 61)
    assert np.isnan(p[1])
    assert np.isnan(adjusted[1])


def test_where_nothing_differs_a_family_seldom_has_a_finding():
    """30 measures, 80 divisions at random: runs with any p (family) or q below 0.05 are not more than one in twenty."""
    rng = np.random.default_rng(12)
    by_family = by_rate = 0
    for run in range(80):
        group = rng.permutation(np.repeat([0, 1], [15, 25]))
        d = Design(group, ["a", "b"], resamples=399, seed=run)
        x = rng.integers(500, 2000, 40).astype(float)
        y = rng.poisson(x[:, None] * 0.004 * rng.gamma(3, 1 / 3, (40, 30)))
        table = permutation_test([Quantities("rates", y, x, [f"w{k}" for k in range(30)])], d, pair(d, 0, 1)).table
        by_family += bool((table["p_family"] < 0.05).any())
        by_rate += bool((benjamini_hochberg(table["p"].to_numpy()) < 0.05).any())
    for count in (by_family, by_rate):
        assert stats.binomtest(count, 80, 0.05, alternative="greater").pvalue > 0.01, count


# Nulls


def test_split_half_differences_have_the_variance_of_the_contrast():
    """All split-half divisions of a toy group of means: their rescaled variance is S2 (1 / n + 1 / m), exactly."""
    values = np.array([3.0, 8.0, 1.0, 9.0, 4.0, 6.0])
    every = [
        values[list(c)].mean() - values[[k for k in range(6) if k not in c]].mean() for c in combinations(range(6), 3)
    ]
    rescaled = np.array(every) * np.sqrt((1 / 20 + 1 / 30) / (1 / 3 + 1 / 3))
    assert rescaled.var() == pytest.approx(values.var(ddof=1) * (1 / 20 + 1 / 30))
    d = Design(np.zeros(6, int), ["a"], resamples=6000)
    q = Quantities("means", values[:, None], np.ones(6), ["v"], bounds=(-np.inf, np.inf))
    drawn = random_halves(q, d, 0, (20, 30))[:, 0]
    assert set(drawn.round(9)) <= set(rescaled.round(9))
    assert drawn.var() == pytest.approx(rescaled.var(), rel=0.06)


def test_three_units_are_not_divided(rates):
    d = Design(np.r_[np.zeros(3, int), np.full(22, -1)], ["a"])
    assert random_halves(rates, d, 0, (3, 3)).shape == (0, 2)


def test_placebo_dates_by_a_plain_loop(rates):
    d = two()
    dates = pd.Series(pd.to_datetime("2020-01-01") + pd.to_timedelta((np.arange(sum(N)) * 7) % 13, unit="D"))
    table = placebo_dates(rates, d, 0, dates, (14, 11), min_documents=4)
    expected = {}
    days = dates[: N[0]]
    for day in sorted(set(days)):
        late = np.r_[(days >= day).to_numpy(), np.zeros(N[1], bool)]
        early = np.r_[(days < day).to_numpy(), np.zeros(N[1], bool)]
        if min(late.sum(), early.sum()) >= 4:
            y, x = rates.y[:, 1], rates.x[:, 0]
            change = 1e4 * (y[late].sum() / x[late].sum() - y[early].sum() / x[early].sum())
            expected[day] = change * np.sqrt((1 / 14 + 1 / 11) / (1 / late.sum() + 1 / early.sum()))
    assert dict(zip(table["date"], table["b"])) == pytest.approx(expected)


def test_few_divisions_are_counted_as_they_are():
    """Five units have ten divisions into two and three; a difference larger than all of them is matched by 0 of 10."""
    values = np.array([3.0, 8.0, 1.0, 9.0, 4.0])
    every = [
        values[list(c)].mean() - values[[k for k in range(5) if k not in c]].mean() for c in combinations(range(5), 2)
    ]
    d = Design(np.zeros(5, int), ["a"])
    q = Quantities("means", values[:, None], np.ones(5), ["v"], bounds=(-np.inf, np.inf))
    halves = random_halves(q, d, 0, (2, 3))
    assert np.sort(halves[:, 0]) == pytest.approx(np.sort(every))
    largest = np.abs(every).max()
    assert share_as_large(np.array([largest + 0.01]), halves).tolist() == [0.0]
    assert share_as_large(np.array([-largest]), halves).tolist() == [pytest.approx(1 / 10)]


def test_placebo_dates_are_for_eras():
    dates = pd.Series(pd.date_range("2020-01-01", periods=6))
    for group, expected in (
        ([0, 0, 0, 1, 1, 1], True),
        ([1, 1, -1, 0, 0, 0], True),
        ([0, 1, 0, 1, 0, 1], False),
        ([0, 0, 0, 0, 0, 0], False),
    ):
        assert are_eras(Design(np.array(group), ["a", "b"]), (0, 1), dates) is expected
    late = dates.where(dates != dates[5])
    assert not are_eras(Design(np.array([0, 0, 0, 1, 1, 1]), ["a", "b"]), (0, 1), late), "a date is missing"


def test_the_least_p_of_few_divisions():
    """scipy's exact test of the most extreme division of 3 against 3 and of 2 against 4 units."""
    for n, m in ((3, 3), (2, 4)):
        values = np.arange(n + m, dtype=float)[::-1] ** 2
        d = Design(np.repeat([0, 1], (n, m)), ["a", "b"])
        q = Quantities("means", values[:, None], np.ones(n + m), ["v"], bounds=(-np.inf, np.inf))
        found = permutation_test([q], d, pair(d, 0, 1))
        theirs = stats.permutation_test(
            (values[:n], values[n:]),
            lambda a, b, axis: np.abs(a.mean(axis) - b.mean(axis)),
            permutation_type="independent",
            alternative="greater",
            vectorized=True,
        )
        assert found.least_p == pytest.approx(theirs.pvalue)


# Composition


@pytest.fixture(scope="module")
def composed():
    rng = np.random.default_rng(8)
    n = 300
    strata = pd.DataFrame({"kind": rng.choice(["a", "b", "c"], n), "venue": rng.choice(["x", "y"], n)})
    group = (rng.random(n) < np.where(strata["kind"] == "a", 0.7, 0.4)).astype(int)
    x = rng.integers(200, 900, n).astype(float)
    y = rng.poisson(x * np.where(strata["kind"] == "a", 0.02, 0.01) * (1 + 0.5 * group)).astype(float)
    return Cells(np.arange(n), y, x, strata), Design(group, ["old", "new"], resamples=200)


def test_kitagawa_by_hand():
    """Study: 40 in 100 and 10 in 100, shares 1/2 and 1/2; reference: 10 in 50 and 15 in 150, shares 1/4 and 3/4."""
    cells = Cells(
        np.arange(4), np.array([40.0, 10, 10, 15]), np.array([100.0, 100, 50, 150]), pd.DataFrame({"k": list("abab")})
    )
    parts, strata = kitagawa(cells, Design(np.array([0, 0, 1, 1]), ["s", "r"], resamples=100), (0, 1), "k")
    values = parts.set_index("part")["estimate"]
    assert values["difference"] == pytest.approx(0.25 - 0.125)
    assert values["mix"] == pytest.approx(0.25 * 0.3 - 0.25 * 0.1)
    assert values["within"] == pytest.approx(0.2 * 0.375)
    assert strata["mix"].sum() == pytest.approx(values["mix"])
    assert strata["within"].sum() == pytest.approx(values["within"])


def test_kitagawa_equals_statsmodels(composed):
    cells, d = composed
    parts = kitagawa(replace_x(cells), d, (1, 0), "kind")[0].set_index("part")["estimate"]
    within, mix, gap = theirs(cells, d, ["kind"])
    assert parts["difference"] == pytest.approx(gap, rel=1e-9)
    assert parts["mix"] == pytest.approx(mix, rel=1e-9)
    assert parts["within"] == pytest.approx(within, rel=1e-9)


def test_oaxaca_equals_statsmodels(composed):
    cells, d = composed
    parts = oaxaca(replace_x(cells), d, (1, 0), ["kind", "venue"]).set_index("part")["estimate"]
    within, mix, gap = theirs(cells, d, ["kind", "venue"])
    assert parts["difference"] == pytest.approx(gap, rel=1e-9)
    assert parts["mix: kind"] + parts["mix: venue"] == pytest.approx(mix, rel=1e-9)
    assert parts["within"] == pytest.approx(within, rel=1e-9)


def replace_x(cells):
    """Every document counts the same, as in ordinary least squares."""
    return replace(cells, y=cells.y / cells.x, x=np.ones(len(cells.x)))


def theirs(cells, d, columns):
    """Unexplained, explained and whole gap with the mean of the two groups' coefficients (Reimers)."""
    dummies = pd.get_dummies(cells.strata[columns], drop_first=True).astype(float)
    data = dummies.assign(group=d.group, const=1.0)
    model = OaxacaBlinder(cells.y / cells.x, data, "group", hasconst=True, swap=False)
    result = model.two_fold(two_fold_type="reimers").params
    sign = np.sign(result[2]) * np.sign(
        (cells.y / cells.x)[d.group == 1].mean() - (cells.y / cells.x)[d.group == 0].mean()
    )
    return tuple(sign * np.asarray(result))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_parts_sum_to_the_difference(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 40))
    strata = pd.DataFrame({"k": rng.choice(list("abcd"), n), "v": rng.choice(list("xy"), n)})
    group = np.r_[0, 1, rng.integers(0, 2, n - 2)]
    strata.loc[:1, ["k", "v"]] = ["a", "x"]
    cells = Cells(np.arange(n), rng.poisson(5, n).astype(float), rng.integers(1, 50, n).astype(float), strata)
    d = Design(group, ["s", "r"], resamples=100)
    whole = (
        cells.y[group == 0].sum() / cells.x[group == 0].sum() - cells.y[group == 1].sum() / cells.x[group == 1].sum()
    )
    for parts in (kitagawa(cells, d, (0, 1), "k")[0], oaxaca(cells, d, (0, 1), ["k", "v"])):
        assert parts["estimate"].iloc[0] == pytest.approx(whole, abs=1e-9)
        assert parts["estimate"].iloc[1:].sum() == pytest.approx(whole, abs=1e-9)


def test_one_column_of_oaxaca_is_kitagawa(composed):
    cells, d = composed
    one = kitagawa(cells, d, (1, 0), "kind")[0].set_index("part")
    other = oaxaca(cells, d, (1, 0), ["kind"]).set_index("part")
    assert other.loc["mix: kind", "estimate"] == pytest.approx(one.loc["mix", "estimate"], rel=1e-9)
    assert one["low"].notna().all()
    assert other.loc["within", ["low", "high"]].tolist() == pytest.approx(
        one.loc["within", ["low", "high"]].tolist(), rel=1e-6
    )


def test_groups_without_a_common_stratum_are_refused():
    cells = Cells(np.arange(4), np.ones(4), np.ones(4), pd.DataFrame({"k": list("aabb")}))
    d = Design(np.array([0, 0, 1, 1]), ["s", "r"], resamples=100)
    for run in (lambda: kitagawa(cells, d, (0, 1), "k"), lambda: oaxaca(cells, d, (0, 1), ["k"])):
        with pytest.raises(TooLittleText, match="both groups"):
            run()


# Influence


@pytest.mark.parametrize("prior", [None, np.array([0.004, 0.01])])
def test_without_each_label_by_a_plain_loop(rates, prior):
    q = replace(rates, prior=prior, alpha0=50.0)
    d = two()
    labels = np.array([f"s{k % 7}" for k in range(sum(N))], object)
    table = without_each(q, d, pair(d, 0, 1), labels).set_index(["item", "label"])

    def level(rows, k):
        y, x = q.y[rows, k].sum(), q.x[rows, 0].sum()
        if prior is None:
            return 1e4 * y / x
        a = 50 * prior[k]
        return np.log((y + a) / (x + 50 - y - a))

    for label in set(labels):
        for k, item in enumerate(q.items):
            rows = [np.flatnonzero((d.group == g) & (labels != label)) for g in (0, 1)]
            assert table.loc[(item, label), "estimate"] == pytest.approx(level(rows[0], k) - level(rows[1], k))
    assert table.loc["a", "change"].abs().is_monotonic_decreasing


# Power


def test_the_smallest_difference_of_means_is_the_textbooks():
    """Means of 300 against 300 values of spread 1: (1.96 + 0.84) sqrt(2 / 300)."""
    rng = np.random.default_rng(1)
    d = Design(np.repeat([0, 1], 300), ["a", "b"], resamples=3000)
    values = rng.normal(0, 1, 600)
    values = (values - values.mean()) / values.std(ddof=1)
    q = Quantities("means", values[:, None], np.ones(600), ["v"], bounds=(-np.inf, np.inf))
    row = smallest_differences(q, d, pair(d, 0, 1)).iloc[0]
    textbook = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * np.sqrt(2 / 300)
    assert row["smallest"] == pytest.approx(textbook, rel=0.07)
    assert row["factor"] == pytest.approx((row["smallest"] / row["estimate"]) ** 2)


def test_the_smallest_difference_needs_the_family_and_the_nulls():
    """One of 40 equal tests needs the Bonferroni quantile, nearly; a null of a known size must be passed."""
    rng = np.random.default_rng(1)
    d = Design(np.repeat([0, 1], 300), ["a", "b"], resamples=3000)
    values = rng.normal(0, 1, (600, 40))
    values = (values - values.mean(0)) / values.std(0, ddof=1)
    q = Quantities("means", values, np.ones(600), [f"v{k}" for k in range(40)], bounds=(-np.inf, np.inf))
    null = null_statistics(q, d, pair(d, 0, 1), "document")[1]
    family = smallest_differences(q.only([0]), d, pair(d, 0, 1), criteria=Criteria(others=null[:, 1:].max(1)))[
        "smallest"
    ].iloc[0]
    error = np.sqrt(2 / 300)
    assert family == pytest.approx((stats.norm.ppf(1 - 0.025 / 40) + stats.norm.ppf(0.8)) * error, rel=0.07)
    nulls = Criteria(nulls={0: np.array([5 * error])})
    assert smallest_differences(q.only([0]), d, pair(d, 0, 1), criteria=nulls)["smallest"].iloc[0] == pytest.approx(
        (5 + stats.norm.ppf(0.8)) * error, rel=0.07
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_could_not_be_is_no_smallest_difference(seed):
    """A fall below 0 and a mean above 1 do not occur, however few the documents."""
    rng = np.random.default_rng(seed)
    n = (12, 15)
    d = Design(np.repeat([0, 1], n), ["a", "b"], resamples=400)
    x = rng.integers(100, 3000, sum(n)).astype(float)
    rate = Quantities("rate", rng.negative_binomial(0.4, 0.3, (sum(n), 1)), x, ["w"], 1e4)
    mean = Quantities("mean", (rng.random((sum(n), 1)) * 0.3 + 0.7) * x[:, None], x, ["v"], bounds=(-1, 1))
    share = Quantities("share", rng.binomial(20, 0.8, (sum(n), 1)), np.full(sum(n), 20.0), ["s"], 100, bounds=(0, 100))
    for q in (rate, mean, share):
        row = smallest_differences(q, d, pair(d, 0, 1)).iloc[0]
        reference = float(q.level(moments(q.y, q.x, (d.group == 1)[None].astype(float)))[0][0, 0])
        rise, fall = (row["smallest"], row["opposite"])[:: 1 if row["estimate"] >= 0 else -1]
        assert rise > 0
        assert np.isinf(rise) or rise <= q.bounds[1] - reference
        assert np.isinf(fall) or 0 < fall <= reference - q.bounds[0]


# Events


def test_an_event_by_a_plain_loop():
    rng = np.random.default_rng(2)
    dates = pd.Series(pd.to_datetime("2022-01-01") + pd.to_timedelta(np.repeat(np.arange(100), 3), unit="D"))
    x = rng.integers(100, 300, 300).astype(float)
    y = rng.poisson(x * np.where(dates >= "2022-02-20", 0.05, 0.02)).astype(float)
    d = Design(np.zeros(300, int), ["all"])
    q = Quantities("rate", y[:, None], x, ["w"])
    table = event_test(q, d, dates, pd.Timestamp("2022-02-20").date(), days=10, min_documents=10)
    for row in table.itertuples():
        late = ((dates >= row.date) & (dates < row.date + pd.Timedelta(days=10))).to_numpy()
        early = ((dates < row.date) & (dates >= row.date - pd.Timedelta(days=10))).to_numpy()
        assert row.w == pytest.approx(y[late].sum() / x[late].sum() - y[early].sum() / x[early].sum())
    placebo = table[table["placebo"]]
    assert not ((placebo["date"] > "2022-02-10") & (placebo["date"] < "2022-03-02")).any(), (
        "none reaches across the event"
    )
    assert (placebo["w"].abs() < abs(table["w"].iloc[0])).all()


def test_an_event_that_cannot_be_tested_is_refused():
    dates = pd.Series(pd.date_range("2022-01-01", periods=40))
    d = Design(np.zeros(40, int), ["all"])
    q = Quantities("rate", np.ones((40, 1)), np.ones(40), ["w"])
    with pytest.raises(TooLittleText, match="it needs windows of 5 days or fewer"):
        event_test(q, d, dates, pd.Timestamp("2022-01-06").date(), days=10)
    with pytest.raises(TooLittleText, match="at least 10 on either side"):
        event_test(q, d, dates, pd.Timestamp("2022-01-20").date(), days=5)


def test_a_contrast_of_groups_is_named(rates):
    d = two()
    assert pair(d, 0, 1).name == "new - old"
    assert Contrast("x", [(1.0, [0, 2]), (-1.0, [1])]).groups == [0, 1, 2]


def test_a_contrast_in_words_leaves_names_as_they_are():
    names = ["Before", "After - the treaty", "Later"]
    d = Design(np.arange(3), names)
    assert pair(d, 1, 0).words(names) == "After - the treaty minus Before"
    assert against_rest(d, 1, [0, 1, 2]).words(names) == "After - the treaty minus the rest"
    assert trend(d, [0, 1, 2]).words(names) == "trend from Before to Later, per group"
    assert level_of(d, 1).words(names) == "After - the treaty"
    assert Contrast("x", [(1.0, [0, 2]), (-1.0, [1])]).words(names) == "Before and Later minus After - the treaty"
    assert trend(d, [0, 1]).words(names) == "trend from Before to After - the treaty, per group"
    found = compare(Quantities("x", np.ones((3, 1)), np.ones(3), ["x"]), d, [pair(d, 1, 0), pair(d, 2, 1)])
    assert (found.study, found.reference) == ("After - the treaty", "Before"), "from the groups, not from the name"


def test_quantities_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match="y of shape"):
        Quantities("x", np.ones((3, 2)), np.ones(3), ["only one"])


def test_an_absent_term_is_not_certain():
    """29 occurrences against none: the interval is at least that of independent tokens, and includes 0."""
    d = Design(np.repeat([0, 1], 30), ["a", "b"], resamples=300)
    x = np.full(60, 1000.0)
    y = np.r_[np.ones(29), np.zeros(31)][:, None]
    prior, alpha0 = np.array([29 / 60_000]), 100.0
    row = compare(Quantities("terms", y, x, ["w"], prior=prior, alpha0=alpha0), d, [pair(d, 0, 1)]).table.iloc[-1]
    floor = 1.96 * np.sqrt(1 / (29 + prior[0] * alpha0) + 1 / (prior[0] * alpha0))
    assert row["high"] - row["low"] >= 2 * floor * 0.999
    assert row["low"] < 0 < row["estimate"]


def test_one_unit_has_no_variance_and_no_p():
    d = Design(np.array([0, 1, 1, 1, 1]), ["one", "many"], resamples=50)
    q = Quantities("rate", np.array([[3.0], [1], [2], [2], [1]]), np.full(5, 7.0), ["w"])
    assert np.isnan(permutation_test([q], d, pair(d, 0, 1)).table["p"][0])


def test_groups_of_unequal_lengths_do_not_differ_by_chance():
    """15 whole documents against 60 short ones: p of rare events is not small more often than it says, and the test says why."""
    rng = np.random.default_rng(13)
    small, found = 0, None
    for run in range(150):
        x = np.r_[rng.lognormal(8.5, 0.6, 15), rng.lognormal(4.8, 0.6, 60)].round()
        y = rng.poisson(x * 0.001 * rng.gamma(0.7, 1 / 0.7, 75)).astype(float)
        d = Design(np.repeat([0, 1], [15, 60]), ["a", "b"], resamples=199, seed=run, tokens=x)
        found = permutation_test([Quantities("rate", y[:, None], x, ["w"])], d, pair(d, 0, 1))
        small += bool(found.table["p"][0] < 0.05)
    assert found.strata.apart
    assert stats.binomtest(small, 150, 0.05, alternative="greater").pvalue > 0.01, small


def test_lengths_are_strata_where_they_overlap_and_kinds_where_both_groups_have_them():
    rng = np.random.default_rng(14)
    group = rng.permutation(np.repeat([0, 1], 100))
    kind = np.where(rng.random(200) < 0.5, "speech", "note").astype(object)
    tokens = np.where(kind == "speech", 3000, 200) + rng.integers(0, 100, 200)
    d = Design(group, ["a", "b"], kind=kind, tokens=tokens)
    found = used_strata(d, pair(d, 0, 1), "document")
    assert found.columns == ("kind", "length")
    for code in set(found.codes):
        inside = found.codes == code
        assert len(set(kind[inside])) == 1
        assert inside.sum() >= 20
        assert len(set(group[inside])) == 2
    # The probability is that of Mann and Whitney, within strata.
    plain = replace(d, kind=None, tokens=tokens[:60], group=group[:60])
    codes, label = np.arange(60), group[:60]
    one = strata_of(replace(plain, strata=np.full(60, "x", object), strata_name="all"), codes, codes, label, "document")
    u = stats.mannwhitneyu(tokens[:60][label == 0], tokens[:60][label == 1]).statistic
    assert one.longer == pytest.approx(u / ((label == 0).sum() * (label == 1).sum()))
    only = replace(d, kind=np.where(group == 0, "speech", "note").astype(object))
    assert "kind" not in used_strata(only, pair(only, 0, 1), "document").columns


def test_clusters_in_both_groups_are_paired():
    """Speakers with a level of their own, each in both groups: a paired test sees what one of independent units does not."""
    rng = np.random.default_rng(15)
    speaker = np.tile(np.arange(12), 2)
    level = rng.gamma(1, 20, 12)[speaker]
    x = np.full(24, 1000.0)
    y = np.round(level * np.where(np.arange(24) < 12, 1.5, 1.0) + 1)
    names = np.array([f"s{k}" for k in speaker], object)
    d = Design(np.repeat([0, 1], 12), ["a", "b"], names, "speaker", resamples=2000, tokens=x)
    q = Quantities("rate", y[:, None], x, ["w"])
    paired = permutation_test([q], d, pair(d, 0, 1), unit="cluster")
    assert paired.strata.paired == 12
    assert not paired.exact
    # Every exchange within twelve pairs, as in the exact test of matched pairs.
    statistics = []
    for first in product([True, False], repeat=12):
        statistics.append(studentised_difference(y, x, np.r_[first, np.logical_not(first)]))
    exact = (np.array(statistics) >= statistics[0] - 1e-9).mean()
    assert paired.table["p"][0] == pytest.approx(exact, abs=0.005)
    assert permutation_test([q], d, pair(d, 0, 1)).table["p"][0] > 0.1


def test_ties_are_not_broken_by_rounding():
    """Six equal documents in two halves: every division gives the same statistic, so that p is 1 and never 0."""
    d = Design(np.repeat([0, 1], 3), ["a", "b"], resamples=50)
    q = Quantities("rate", np.full((6, 1), 0.1), np.full(6, 0.3), ["w"])
    assert permutation_test([q], d, pair(d, 0, 1)).table["p"][0] == 1


def test_terms_stay_within_strata():
    """Loud and quiet documents differ in a word; the groups differ only in how many of each they have."""
    rng = np.random.default_rng(3)
    kind = np.repeat(["loud", "quiet"], 30)
    study = np.r_[np.arange(30) < 24, np.arange(30) < 6]
    n = np.full(60, 500.0)
    y = np.column_stack([rng.poisson(np.where(kind == "loud", 20, 5)), rng.poisson(10, (60, 4)).T[0]]).astype(float)
    d = Design(np.where(study, 0, 1), ["a", "b"], resamples=400)
    prior = y.sum(0) / n.sum()

    def odds(d):
        return log_odds_with_error(sparse.csr_array(y), n, d, prior, 50.0)

    free = simultaneous(odds, study, d, "document")
    within = simultaneous(odds, study, d, "document", (kind == "quiet").astype(int))
    assert free.p[0] < 0.01
    assert within.p[0] > 0.05
    drawn = divisions(study, 20, rng, (kind == "quiet").astype(int))
    assert (drawn[:, :30].sum(1) == 24).all()
    assert (drawn[:, 30:].sum(1) == 6).all()


def test_where_too_few_documents_contain_an_item_nothing_can_be_shown():
    """No interval is given where fewer than ten documents of the reference have it; a study group without it may rise."""
    rng = np.random.default_rng(0)
    d = Design(np.repeat([0, 1], 20), ["a", "b"], resamples=200)
    for study, reference, shown in ((5, 0, False), (0, 5, True)):
        y = np.r_[rng.poisson(study, 20), rng.poisson(reference, 20)]
        q = Quantities("rate", y[:, None], np.full(40, 1000.0), ["w"], 1e4)
        row = smallest_differences(q, d, pair(d, 0, 1)).iloc[0]
        assert np.isfinite(row["smallest"]) == shown
        assert not shown or 0 < row["smallest"] < abs(row["estimate"])


def test_placebo_dates_keep_away_from_an_event(rates):
    d = Design(np.zeros(sum(N), int), ["all"])
    dates = pd.Series(pd.date_range("2020-01-01", periods=sum(N)))
    table = placebo_dates(rates, d, 0, dates, (10, 10), min_documents=3, event=pd.Timestamp("2020-01-11").date())
    assert (table["date"] > "2020-01-11").all(), "the later fifteen documents are more than the ten before"
    assert (table["n_before"] + table["n_after"] == 15).all()
