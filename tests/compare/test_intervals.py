from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from discourse.compare.influence import without_each
from discourse.compare.intervals import percentile
from discourse.compare.notes import Note, note_text
from discourse.compare.quantities import Quantities, level_of, pair
from discourse.compare.ratios import bounds_of, compare
from discourse.compare.resample import Design, stream
from discourse.compare.simultaneous import divisions, log_odds_with_error, simultaneous
from discourse.compare.terms import compare_terms
from discourse.errors import DiscourseError, TooLittleText
from discourse.features._examples import encoded
from discourse.features.frequency import term_frequency


def design(**changes):
    group = np.repeat([0, 1, -1], [8, 9, 3])
    cluster = np.array([f"s{k // 2}" for k in range(20)])
    return Design(
        group,
        ["new", "old"],
        **{
            "cluster": cluster,
            "resamples": 400,
            "seed": 7,
            "min_clusters": 2,
            "min_containing": 2,
            "interval": "percentile",
            **changes,
        },
    )


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(0)
    x = rng.integers(500, 2000, (20, 1)).astype(float)
    return rng.poisson(x * 0.004).astype(float), x


def test_weights_draw_whole_clusters():
    d = design()
    weights = d.weights(0, "cluster")
    assert weights.shape == (400, 8)
    assert (weights[:, 0] == weights[:, 1]).all()
    clusters = weights[:, [0, 2, 4, 6]]
    assert (clusters.sum(1) == 4).all(), "as many clusters are drawn as there are"
    assert (d.weights(0, "document").sum(1) == 8).all()


def test_one_cluster_has_no_interval():
    d = Design(np.zeros(5, int), ["a"], np.array(["x"] * 5), min_clusters=2)
    assert d.weights(0, "cluster") is None
    four = Design(np.zeros(4, int), ["a"], np.array(list("wxyz")))
    assert four.weights(0, "cluster") is None, "by default an interval over clusters needs five"


def test_a_document_without_a_cluster_is_an_error():
    with pytest.raises(DiscourseError, match="1 documents have no minister"):
        Design(np.array([0, 0, -1]), ["a"], np.array(["x", None, None], object), "minister")


@pytest.mark.parametrize("unit", ["cluster", "document"])
def test_equal_to_a_plain_loop(numbers, unit):
    y, x = numbers
    d = design() if unit == "cluster" else design(cluster=None)
    row = compare(Quantities("rates", y, x, ["rate"], 1e4), d, [pair(d, 0, 1)], min_documents=2).table.iloc[-1]
    weights = [d.weights(g, unit) for g in (0, 1)]
    differences = []
    for k in range(400):
        rates = []
        for g in (0, 1):
            top = bottom = 0.0
            for w, document in zip(weights[g][k], d.documents(g)):
                top += float(w) * y[document, 0]
                bottom += float(w) * x[document, 0]
            rates.append(1e4 * top / bottom)
        differences.append(rates[0] - rates[1])
    assert row["low"] == pytest.approx(np.quantile(differences, 0.025), rel=1e-6)
    assert row["high"] == pytest.approx(np.quantile(differences, 0.975), rel=1e-6)
    a, b = (1e4 * y[d.documents(g)].sum() / x[d.documents(g)].sum() for g in (0, 1))
    assert row["estimate"] == pytest.approx(a - b)


@pytest.mark.parametrize("unit", ["document", "cluster"])
@pytest.mark.parametrize("seed", range(4))
def test_sparse_counts_have_the_intervals_of_dense_ones(seed, unit):
    rng = np.random.default_rng(seed)
    n = 60
    x = rng.integers(100, 5000, n).astype(float)
    # Frequent and rare ones; one that all have in proportion to their size, one of a single document, one that nobody has.
    y = rng.poisson(np.outer(x, rng.choice([1e-4, 1e-3, 1e-2], 9)))
    y = np.column_stack([y, x // 100, np.arange(n) == 3, np.zeros(n, int)])
    d = Design(
        np.repeat([0, 1], n // 2),
        ["a", "b"],
        cluster=np.array([f"s{k // 4}" for k in range(n)]),
        resamples=199,
        min_clusters=3,
    )
    items = [f"w{k}" for k in range(y.shape[1])]
    dense, counts = (
        Quantities("terms", v, x, items, 1e4) for v in (y.astype(float), sparse.csc_array(y.astype(np.uint16)))
    )
    for contrast in (level_of(d, 0), pair(d, 0, 1)):
        for one, other in zip(bounds_of(dense, d, contrast, unit), bounds_of(counts, d, contrast, unit)):
            assert np.isnan(one).any() and not np.isnan(one).all()
            np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-12)


def test_equal_to_scipy_bootstrap_within_monte_carlo_error(numbers):
    y, x = numbers
    d = design(cluster=None, resamples=8000)
    inside = d.documents(0)
    row = compare(Quantities("rates", y, x, ["rate"], 1e4), d, min_documents=2).table.iloc[0]
    theirs = stats.bootstrap(
        (y[inside, 0], x[inside, 0]), lambda a, b, axis: 1e4 * a.sum(axis) / b.sum(axis), paired=True, vectorized=True,
        n_resamples=8000, method="percentile", rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    width = theirs.high - theirs.low
    assert row["low"] == pytest.approx(theirs.low, abs=0.06 * width)
    assert row["high"] == pytest.approx(theirs.high, abs=0.06 * width)


def test_refusal_and_missing_intervals(numbers):
    y, x = numbers
    q = Quantities("rates", y, x, ["rate"])
    table = compare(q, design(), min_denominator=1e9).table
    assert table["estimate"].isna().all()
    assert (table["note"] == Note.TOO_LITTLE_TEXT).all()
    assert note_text(table.iloc[0]) == (
        f"too little text (n = {x[:8].sum():,.0f} in 8 documents; it needs 1,000,000,000 in 1)"
    )
    table = compare(q, design(cluster=None), min_documents=100).table
    assert table["estimate"].notna().all()
    assert table["low"].isna().all()
    assert table[["note", "note_n", "note_needed"]].to_numpy().tolist() == [
        ["few units", 8, 100],
        ["few units", 9, 100],
    ]
    assert note_text(table.iloc[1], "minister") == "no interval: 9 ministers in a group, 100 needed"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((Note.NONE,), ""),
        ((Note.TOO_LITTLE_TEXT,), "too little text"),
        (
            (Note.TOO_LITTLE_TEXT, 1234.0, 2, 5000.0, 3),
            "too little text (n = 1,234 in 2 documents; it needs 5,000 in 3)",
        ),
        ((Note.FEW_UNITS, 4, np.nan, 5), "no interval: 4 presidents in a group, 5 needed"),
        ((Note.FEW_CONTAINING, 2, np.nan, 5), "no interval: 2 presidents contain it in a group, 5 needed"),
        ((Note.TOO_UNEVEN, 6), "no interval: the 6 presidents that contain it in a group are too uneven for one"),
        ((Note.FEW_CODED, 3, np.nan, 30), "too few coded (n = 3; at least 30 are needed)"),
        ((Note.FEW_CODED_IN_PART,), "no interval: too few coded in one of them"),
    ],
)
def test_notes_in_words(row, words):
    names = ("note", "note_n", "note_documents", "note_needed", "note_needed_documents")
    assert note_text(dict(zip(names, row)), "president") == words
    assert note_text(pd.Series(dict(zip(names, row))), "president") == words


def test_a_row_that_lacks_nothing_has_no_note(numbers):
    y, x = numbers
    table = compare(Quantities("rates", y, x, ["rate"]), design(), min_documents=2).table
    assert table["low"].notna().all()
    assert [note_text(row) for _, row in table.iterrows()] == ["", ""]
    assert table[["note_n", "note_documents", "note_needed", "note_needed_documents"]].isna().all(axis=None)


def test_streams_do_not_depend_on_each_other():
    one = design(cluster=None).weights(0, "document")
    group = np.where(design().group < 0, 2, design().group)
    more = Design(group, ["new", "old", "other"], resamples=400, seed=7).weights(0, "document")
    assert np.array_equal(one, more), "a third group does not change the draws of the first"
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()


def test_without_each_equals_a_loop(numbers):
    y, x = numbers
    d = design()
    table = without_each(Quantities("rate", y, x, ["rate"], 1e4), d, pair(d, 0, 1)).set_index("label")
    for left_out in range(17):
        rates = []
        for g in (0, 1):
            inside = [k for k in d.documents(g) if k != left_out]
            rates.append(1e4 * y[inside].sum() / x[inside].sum())
        assert table.loc[left_out, "estimate"] == pytest.approx(rates[0] - rates[1])
    assert table["change"].abs().is_monotonic_decreasing


def test_interval_of_undefined_resamples():
    samples = np.array([[1.0, np.nan]] * 50 + [[2.0, np.nan]] * 50)
    low, high = percentile(samples, 0.95)
    assert (low[0], high[0]) == (1.0, 2.0)
    assert np.isnan(low[1])


def bursty(rng, n_units, n_terms, sizes):
    """Counts of overdispersed units: a Dirichlet-multinomial with rare and bursty terms."""
    base = rng.dirichlet(np.full(n_terms, 0.3))
    return np.stack([rng.multinomial(n, rng.dirichlet(base * 150 + 1e-6)) for n in sizes])


def test_errors_by_a_plain_loop():
    """The linearised error of log-odds is that of a jackknife over units, where units are many."""
    rng = np.random.default_rng(5)
    sizes = rng.integers(800, 1200, 60)
    y = rng.binomial(sizes[:, None], np.array([0.02, 0.1]) * rng.gamma(6, 1 / 6, (60, 2)))
    study = np.arange(60) < 30
    prior = y.sum(0) / sizes.sum()
    estimate, error = log_odds_with_error(sparse.csr_array(y.astype(float)), sizes, study[None], prior, 50.0)

    def log_odds_of(keep):
        parts = []
        for g in (study & keep, ~study & keep):
            a = y[g].sum(0) + 50 * prior
            parts.append(np.log(a) - np.log(sizes[g].sum() + 50 - a))
        return parts[0] - parts[1]

    assert estimate[0] == pytest.approx(log_odds_of(np.ones(60, bool)), rel=1e-9)
    jackknife = np.array([log_odds_of(np.arange(60) != k) for k in range(60)])
    variance = 0.0
    for g in (study, ~study):
        part = jackknife[g]
        variance = variance + (29 / 30) * ((part - part.mean(0)) ** 2).sum(0)
    assert error[0] == pytest.approx(np.sqrt(variance), rel=0.06)


def test_the_error_is_never_smaller_than_that_of_independent_tokens():
    y = np.array([[5.0, 0.0]] * 4 + [[5.0, 3.0]] * 4)
    study = np.arange(8) < 4
    _, error = log_odds_with_error(sparse.csr_array(y), np.full(8, 100.0), study[None], np.array([0.05, 0.015]), 10.0)
    assert error[0] == pytest.approx([np.sqrt(1 / 20.5 + 1 / 20.5), np.sqrt(1 / 0.15 + 1 / 12.15)])


def test_where_groups_mean_nothing_a_term_stands_out_in_one_case_of_twenty():
    """15 bursty speakers, 6 against 9 at random: the share of runs with any interval off 0 is not above 0.05."""
    rng = np.random.default_rng(8)
    runs, wrong = 150, 0
    for run in range(runs):
        sizes = rng.integers(2000, 12000, 15)
        y = bursty(rng, 15, 120, sizes)
        keep = (y > 0).sum(0) >= 3
        study = divisions(np.arange(15) < 6, 1, rng)[0]
        prior = y[:, keep].sum(0) / sizes.sum()
        d = Design(np.where(study, 0, 1), ["a", "b"], resamples=200, seed=run)
        counts = sparse.csr_array(y[:, keep].astype(float))
        low, high, *_ = simultaneous(odds_of(counts, sizes, prior, 5000.0), study, d, "document")
        wrong += bool(((low > 0) | (high < 0)).any())
    assert stats.binomtest(wrong, runs, 0.05, alternative="greater").pvalue > 0.01, wrong


def odds_of(counts, sizes, prior, alpha0):
    """From divisions of documents to log-odds ratios and their errors."""
    return lambda d: log_odds_with_error(counts, sizes.astype(float), d, prior, alpha0)


def test_a_planted_difference_stands_out():
    rng = np.random.default_rng(9)
    sizes = np.full(20, 5000)
    y = rng.poisson(25, (20, 40)).astype(float)
    y[:10, 0] *= 4
    study = np.arange(20) < 10
    d = Design(np.where(study, 0, 1), ["a", "b"], resamples=500)
    odds = odds_of(sparse.csr_array(y), sizes, y.sum(0) / sizes.sum(), 100.0)
    low, high, *_ = simultaneous(odds, study, d, "document")
    assert low[0] > 0.5
    assert not ((low[1:] > 0) | (high[1:] < 0)).any()


@pytest.fixture(scope="module")
def terms():
    rng = np.random.default_rng(4)
    words = [f"w{chr(97 + k)}" for k in range(20)]
    texts = [" ".join(rng.choice(words, 300, p=rng.dirichlet(np.full(20, 5.0)))) for _ in range(20)]
    features = term_frequency(encoded(texts), min_count=1, min_documents=1)
    return features, design()


def test_terms_by_the_formula_and_a_loop(terms):
    features, d = terms
    table = compare_terms(features, d, alpha0=100, min_documents=1, min_clusters=1)
    table = table.table.set_index("item")
    counts = features.values.toarray()
    tokens = features.units["n_tokens"].to_numpy()
    a, b = (counts[d.documents(g)].sum(0) for g in (0, 1))
    n, m = (tokens[d.documents(g)].sum() for g in (0, 1))
    # The pooled shares of 100 tokens, and half a token for the term and for all others.
    alpha, weight = 100 * (a + b) / (n + m) + 0.5, 101

    def odds(y, z, n, m):
        return np.log((y + alpha) / (n + weight - y - alpha)) - np.log((z + alpha) / (m + weight - z - alpha))

    for k, item in enumerate(features.columns):
        assert table.loc[item, "estimate"] == pytest.approx(odds(a, b, n, m)[k], rel=1e-9)
        assert table.loc[item, "count_study"] == a[k]
    w = d.weights(0, "cluster")
    rates = [1e4 * (w[i] @ counts[d.documents(0)]) / (w[i] @ tokens[d.documents(0)]) for i in range(400)]
    for k, item in enumerate(features.columns):
        assert table.loc[item, "rate_study_high"] == pytest.approx(np.quantile(np.array(rates)[:, k], 0.975), rel=1e-6)
    # The interval of the Log Ratio is that of two rates on the logarithm (Zou & Donner 2008).
    one = table.iloc[0]
    down, up = (
        np.log2(one["rate_study"] / one["rate_study_low"]),
        np.log2(one["rate_reference_high"] / one["rate_reference"]),
    )
    assert one["log_ratio_low"] == pytest.approx(one["log_ratio"] - np.hypot(down, up), rel=1e-9)
    # Of one term alone never wider than of all.
    assert (table["low_pointwise"] >= table["low"] - 1e-12).all()
    assert (table["high_pointwise"] <= table["high"] + 1e-12).all()
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()


def test_too_few_speakers_or_terms_are_refused(terms):
    features, d = terms
    few = Design(d.group, d.names, np.where(d.group == 0, "x", "y").astype(object), "speaker")
    with pytest.raises(
        TooLittleText, match=r"n = 1 and 1 speakers\); it needs at least 8 speakers, two or more in each"
    ):
        compare_terms(features, few)
    with pytest.raises(TooLittleText, match="n = 0 terms that are frequent enough"):
        compare_terms(features, d, min_documents=99)


def test_thresholds_define_the_family(terms):
    features, d = terms
    d = replace(d, cluster=None)
    counts = sparse.csr_array(features.values).toarray()
    inside = np.concatenate([d.documents(0), d.documents(1)])
    n = (counts[inside] > 0).sum(0)
    table = compare_terms(features, d, min_documents=17, min_clusters=1)
    assert sorted(table.table["item"]) == sorted(np.array(features.columns)[n >= 17])
    assert table.params["family"] == len(table.table)


def test_no_token_level_test_is_printed(terms):
    features, d = terms
    table = compare_terms(features, replace(d, cluster=None)).table
    assert table["log_p"].min() >= np.log(1 / 401), "p-values come from divisions of the documents"
    assert not {"z", "p"} & set(table.columns)
