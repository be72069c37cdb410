import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import f1_score, precision_recall_fscore_support

from discourse.compare.corrected import CodedSample, cluster_mean, compare_corrected, corrected_values
from discourse.compare.validation import ALL, class_scores


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_corrected_mean_is_the_stratified_difference_estimator(seed):
    """Against a loop over strata: the mean of f, plus in each stratum its share times the mean of y - f of the coded."""
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


def simulate(rng, documents, n_coded):
    """Two groups with document effects; the measure errs more in one. Returns whether raw and corrected intervals cover."""
    confusion = {
        0: [[0.8, 0.15, 0.05], [0.3, 0.6, 0.1], [0.1, 0.3, 0.6]],
        1: [[0.5, 0.35, 0.15], [0.1, 0.6, 0.3], [0.05, 0.1, 0.85]],
    }
    shares = {0: np.array([0.5, 0.3, 0.2]), 1: np.array([0.4, 0.35, 0.25])}
    f, y, g, d = [], [], [], []
    for k in range(2 * documents):
        group = k % 2
        truth = rng.choice(3, 1 + rng.poisson(6), p=rng.dirichlet(shares[group] * 4))
        y += [int(t) - 1.0 for t in truth]
        f += [rng.choice(3, p=confusion[group][t]) - 1.0 for t in truth]
        g += [group] * len(truth)
        d += [k] * len(truth)
    f, y, g, d = map(np.array, (f, y, g, d))
    stratum = g * 3 + (f + 1).astype(int)
    rows = np.concatenate(
        [rng.choice(at := np.flatnonzero(stratum == h), min(len(at), n_coded // 6), False) for h in range(6)]
    )
    table = compare_corrected(f, CodedSample(rows, y[rows], stratum), g, ["a", "b"], d, pair=(0, 1)).table
    expected = (shares[0] - shares[1]) @ [-1, 0, 1]
    part = table[table["contrast"] == "difference"].set_index("item")
    return [bool(part.loc[i, "low"] <= expected <= part.loc[i, "high"]) for i in ("raw", "corrected")]


def test_the_corrected_interval_covers_where_the_raw_one_does_not():
    """100 runs; the full simulation of 1,000 is in docs/stance.md."""
    rng = np.random.default_rng(6)
    covered = np.array([simulate(rng, 30, 150) for _ in range(100)]).sum(0)
    assert stats.binomtest(int(covered[1]), 100, 0.95).pvalue > 0.01
    assert covered[0] < 50


def test_a_group_with_few_coded_items_is_refused():
    group = np.repeat([0, 1], 50)
    sample = CodedSample(np.arange(0, 55), np.zeros(55), group)
    table = compare_corrected(np.zeros(100), sample, group, ["a", "b"], np.arange(100), pair=(0, 1)).table
    row = table[(table["item"] == "corrected") & (table["stratum"] == "b")].iloc[0]
    assert np.isnan(row["estimate"])
    assert "too few coded (n = 5" in row["note"]
    assert table[(table["item"] == "corrected") & (table["contrast"] == "difference")]["low"].isna().all()


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
        resamples=200,
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
        np.array(["a", "a"]), codes, ["a", "b"], group=np.array(["g", "g"]), documents=np.arange(2), resamples=100
    )
    recall = table[(table["stratum"] == "g") & (table["measure"] == "precision")].set_index("class_")["estimate"]
    assert recall["a"] == pytest.approx(0.75)
