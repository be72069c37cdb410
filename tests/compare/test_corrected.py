import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import f1_score, precision_recall_fscore_support

from discourse.compare.corrected import CodedSample, cluster_mean, compare_corrected, corrected_values
from discourse.compare.notes import note_text
from discourse.compare.resample import Bootstrap
from discourse.compare.validation import ALL, class_scores, number_agreement

_spec = importlib.util.spec_from_file_location("correction", Path(__file__).parents[2] / "benchmarks" / "correction.py")
simulation = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(simulation)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_corrected_mean_is_the_stratified_difference_estimator(seed):
    """By a loop over strata: the mean of f, plus in each stratum its share times the mean of y - f of the coded."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 120))
    stratum = rng.integers(0, 3, n)
    measure, truth = rng.normal(size=n), rng.normal(size=n)
    rows = np.concatenate([rng.choice(np.flatnonzero(stratum == h), 4, False) for h in range(3)])
    sample = CodedSample(rows, truth[rows], stratum)
    values = corrected_values(measure, sample, np.zeros(n, int))
    # With the lambda that the function chose, read off two uncoded items of one stratum.
    uncoded = [np.setdiff1d(np.flatnonzero(stratum == h), rows) for h in range(3)]
    pair = next(u[:2] for u in uncoded if len(u) > 1)
    share = (values[pair[0]] - values[pair[1]]) / (measure[pair[0]] - measure[pair[1]])
    assert -1e-9 <= share <= 1 + 1e-9
    expected = share * measure.mean()
    for h in range(3):
        coded = rows[stratum[rows] == h]
        expected += (stratum == h).mean() * (truth[coded] - share * measure[coded]).mean()
    assert values.mean() == pytest.approx(expected, abs=1e-9)


def test_all_coded_is_the_mean_of_the_codes():
    rng = np.random.default_rng(3)
    truth = rng.choice([-1.0, 0, 1], 50)
    sample = CodedSample(np.arange(50), truth, np.arange(50) % 2)
    values = corrected_values(rng.normal(size=50), sample, np.zeros(50, int))
    assert values.mean() == pytest.approx(truth.mean())


def test_cluster_mean_of_single_items_is_the_textbook_one():
    x = np.random.default_rng(4).normal(size=30)
    mean, error, df = cluster_mean(x, np.arange(30))
    assert (mean, error, df) == (pytest.approx(x.mean()), pytest.approx(stats.sem(x)), 29)


def test_raw_intervals_are_those_of_a_t_test():
    rng = np.random.default_rng(5)
    x, group = rng.normal(size=60), np.repeat([0, 1], 30)
    sample = CodedSample(np.arange(60), x, group)
    table = compare_corrected(x, sample, group, ["a", "b"], np.arange(60), pair=(0, 1)).table.set_index(
        ["item", "stratum"]
    )
    welch = stats.ttest_ind(x[:30], x[30:], equal_var=False).confidence_interval(0.95)
    row = table.loc[("raw", "a - b")]
    assert (row["low"], row["high"]) == (pytest.approx(welch.low), pytest.approx(welch.high))


def test_the_corrected_interval_covers_where_the_raw_one_does_not():
    """100 runs; the full simulation of 1,000 is in docs/stance.md."""
    found = [simulation.simulate(np.random.default_rng([6, k]), 30, 150) for k in range(100)]
    covered = {item: sum(run[item, "a - b"][0] for run in found) for item in ("raw", "corrected")}
    assert stats.binomtest(covered["corrected"], 100, 0.95).pvalue > 0.01
    assert covered["raw"] < 50


def test_a_group_with_few_coded_items_is_refused():
    group = np.repeat([0, 1], 50)
    sample = CodedSample(np.arange(0, 55), np.zeros(55), group)
    table = compare_corrected(np.zeros(100), sample, group, ["a", "b"], np.arange(100), pair=(0, 1)).table
    row = table[(table["item"] == "corrected") & (table["stratum"] == "b")].iloc[0]
    assert np.isnan(row["estimate"])
    assert note_text(row) == "too few coded (n = 5; at least 30 are needed)"
    difference = table[(table["item"] == "corrected") & (table["contrast"] == "difference")].iloc[0]
    assert np.isnan(difference["low"])
    assert note_text(difference) == "no interval: too few coded in one of them"


def test_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(7)
    classes = ["a", "b", "c"]
    truth = rng.choice(classes, 200)
    predicted = np.where(rng.random(200) < 0.6, truth, rng.choice(classes, 200))
    weights = rng.random(200) + 0.2
    group = np.where(np.arange(200) < 80, "g", "h")
    table = class_scores(
        predicted,
        pd.DataFrame({"x": truth}),
        classes,
        group=group,
        documents=np.arange(200) // 3,
        weights=weights,
        bootstrap=Bootstrap(resamples=200),
    )
    for name, at in ((ALL, np.ones(200, bool)), ("g", group == "g"), ("h", group == "h")):
        part = table[table["stratum"] == name].pivot(index="class_", columns="measure", values="estimate")
        theirs = precision_recall_fscore_support(truth[at], predicted[at], labels=classes, sample_weight=weights[at])
        for k, measure in enumerate(("precision", "recall", "f1")):
            assert part.loc[classes, measure].tolist() == pytest.approx(theirs[k].tolist())
        macro = f1_score(truth[at], predicted[at], average="macro", sample_weight=weights[at])
        assert part.loc["macro", "f1"] == pytest.approx(macro)
    shown = table.dropna()
    assert ((shown["low"] <= shown["estimate"] + 1e-9) & (shown["estimate"] <= shown["high"] + 1e-9)).all()


def test_two_coders_count_half_each():
    codes = pd.DataFrame({"x": ["a", "a"], "y": ["a", "b"]})
    table = class_scores(
        np.array(["a", "a"]),
        codes,
        ["a", "b"],
        group=np.array(["g", "g"]),
        documents=np.arange(2),
        bootstrap=Bootstrap(resamples=100),
    )
    recall = table[(table["stratum"] == "g") & (table["measure"] == "precision")].set_index("class_")["estimate"]
    assert recall["a"] == pytest.approx(0.75)


def test_thin_strata_join_the_next_period_with_the_same_score():
    from discourse.analyses.stance.validation import merge_thin

    described = [{"stratum": h, "period": h // 2, "band": "ab"[h % 2]} for h in range(6)]
    stratum = np.repeat(np.arange(6), 10)
    place = np.concatenate([10 * h + np.arange(k) for h, k in enumerate([4, 4, 1, 4, 4, 4])])
    merged = merge_thin(stratum, place, np.zeros(60, int), described)
    assert sorted(set(merged.tolist())) == [0, 1, 3, 4, 5]
    assert (merged[stratum == 2] == 0).all(), "period 1, band a, joins period 0, band a"


def test_few_codes_in_many_strata_still_cover():
    """Nine strata a group and 30 codes in each: the least that is corrected."""
    found = [simulation.simulate(np.random.default_rng([7, k]), 40, 60)["corrected", "a - b"][0] for k in range(100)]
    assert stats.binomtest(sum(found), 100, 0.95).pvalue > 0.01


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_coders_widen_the_interval_by_the_variance_between_them(seed):
    """By a loop over coders: the variance of their differences between the groups, each item weighted as it was drawn."""
    rng = np.random.default_rng(seed)
    n, m = 160, int(rng.integers(2, 4))
    group = np.repeat([0, 1], n // 2)
    stratum = 2 * group + rng.integers(0, 2, n)
    rows = np.concatenate([rng.choice(np.flatnonzero(group == g), 40, False) for g in (0, 1)])
    codes = rng.choice([-1.0, 0, 1], (80, m))
    measure = rng.normal(size=n)
    sample = CodedSample(rows, codes.mean(axis=1), stratum, codes)
    alone = CodedSample(rows, codes.mean(axis=1), stratum)
    tables = [
        compare_corrected(measure, s, group, ["a", "b"], np.arange(n), pair=(0, 1)).table.set_index(["item", "stratum"])
        for s in (sample, alone)
    ]
    differences = []
    for c in range(m):
        means = []
        for g in (0, 1):
            total = weight = 0.0
            for k, row in enumerate(rows):
                if group[row] == g:
                    w = (stratum == stratum[row]).sum() / (stratum[rows] == stratum[row]).sum()
                    total, weight = total + w * codes[k, c], weight + w
            means.append(total / weight)
        differences.append(means[0] - means[1])
    between = np.var(differences, ddof=1) / m
    row, without = (t.loc[("corrected", "a - b")] for t in tables)
    assert row["estimate"] == without["estimate"]
    assert row["coder_error"] == pytest.approx(np.sqrt(between))
    assert np.isnan(without["coder_error"])
    # W from the interval without coders, by Welch's degrees of freedom.
    values = corrected_values(measure, sample, group)
    parts = [cluster_mean(values[group == g], np.arange(n // 2)) for g in (0, 1)]
    w = sum(e**2 for _, e, _ in parts)
    df_w = w**2 / sum(e**4 / d for _, e, d in parts)
    df = (w + between) ** 2 / (w**2 / df_w + between**2 / (m - 1))
    assert row["high"] - row["estimate"] == pytest.approx(stats.t.ppf(0.975, df) * np.sqrt(w + between))


def test_two_coders_who_differ_are_covered_and_ignoring_that_is_not():
    """100 runs of the simulation, of which docs/stance.md has 1,000."""
    found = [
        simulation.simulate(np.random.default_rng([8, k]), 30, 150, 0.06)["corrected", "a - b"][0] for k in range(100)
    ]
    assert stats.binomtest(sum(found), 100, 0.95).pvalue > 0.01


def test_a_mean_is_within_its_bounds():
    group = np.repeat([0, 1], 40)
    y = np.where(np.arange(80) % 20 == 0, 0.0, 1.0)
    sample = CodedSample(np.arange(80), y, group)
    found = compare_corrected(y, sample, group, ["a", "b"], np.arange(80), pair=(0, 1), bounds=(0.0, 0.96))
    table = found.table[found.table["contrast"] == "level"]
    assert (table["high"] == 0.96).all()
    assert (table["low"] < 0.95).all()


def test_the_correlation_with_the_codes_is_the_textbook_one():
    """Weighted, by statsmodels; unweighted, by numpy."""
    from statsmodels.stats.weightstats import DescrStatsW

    rng = np.random.default_rng(11)
    y = rng.choice([-1.0, 0, 1], 200)
    f, w = 0.4 * y + rng.normal(size=200), rng.random(200) + 0.3
    where = {"group": np.repeat(["g", "h"], 100), "documents": np.arange(200) // 2}
    few = Bootstrap(resamples=400)
    assert number_agreement(f, y, **where, bootstrap=few).correlation == pytest.approx(np.corrcoef(f, y)[0, 1])
    found = number_agreement(f, y, **where, weights=w, pair=("g", "h"), bootstrap=few)
    assert found.correlation == pytest.approx(DescrStatsW(np.column_stack([f, y]), w).corrcoef[0, 1])
    assert found.low < found.correlation < found.high
    error = [np.average((f - y)[part], weights=w[part]) for part in (slice(0, 100), slice(100, 200))]
    assert found.gap == pytest.approx(error[0] - error[1])
    assert found.gap_low < found.gap < found.gap_high
    # An error of the same size in both groups is none of their difference.
    assert number_agreement(f + 5, y, **where, weights=w, pair=("g", "h"), bootstrap=few).gap == pytest.approx(
        found.gap
    )


def test_codes_that_do_not_vary_have_no_correlation():
    found = number_agreement(
        np.arange(10.0), np.full(10, 0.1), group=np.array(["g"] * 10), documents=np.arange(10),
        bootstrap=Bootstrap(resamples=50),
    )  # fmt: skip
    assert np.isnan([found.correlation, found.low, found.high, found.gap]).all()


def test_rare_classes_do_not_enter_the_mean():
    truth = np.array(["a"] * 10 + ["b"] * 6 + ["c"] * 2)
    predicted = np.array(["a"] * 9 + ["b"] * 9)
    table = class_scores(
        predicted, pd.DataFrame({"x": truth}), ["a", "b", "c"], group=np.array(["g"] * 18), documents=np.arange(18),
        bootstrap=Bootstrap(resamples=50), least=5,
    )  # fmt: skip
    macro = table[(table["class_"] == "macro") & (table["measure"] == "f1")]["estimate"]
    assert macro.iloc[0] == pytest.approx(f1_score(truth, predicted, average="macro", labels=["a", "b"]))
