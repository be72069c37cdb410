"""Keyness against fixed counts: published numbers, hand-made tables, and how often intervals are wrong for any of many words."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import discourse
from discourse.compare.against import compare_with_reference
from discourse.errors import SourceError, TooLittleText
from discourse.features._examples import encoded
from discourse.features.reference import UNGD, read_reference, reference_counts
from discourse.types import Features

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def features(counts, tokens):
    names = [f"w{k}" for k in range(counts.shape[1])]
    return Features("frequency", sparse.csr_array(counts), names, pd.DataFrame({"n_tokens": tokens}), params={"n": 1})


def one_group(n, **options):
    return discourse.Design(["a"] * n, **options)


def spread(total, n):
    """A frequency over n documents, as evenly as it goes."""
    return np.diff(np.linspace(0, total, n + 1).astype(int))


@pytest.fixture
def quanteda():
    file = DATA / "worked_examples" / "checks.json"
    if not file.exists():
        pytest.skip(f"there is no {file}")
    return json.loads(file.read_text(encoding="utf-8"))["keyness_chi2_quanteda_postwar"]


def test_counts_and_statistics_are_those_of_quanteda(quanteda):
    """Its table of 20 words of inaugural addresses, from 1945 on against before; chi-squared from the same counts, and G2 by the public function."""
    rows = [r for r in quanteda["rows"] if r[0].isalpha()]
    n, m = quanteda["n_target_total"], quanteda["n_reference_total"]
    counts = np.column_stack([spread(r[2], 19) for r in rows])
    reference = np.array([r[3] for r in rows])
    table = compare_with_reference(
        features(counts, spread(n, 19)), one_group(19), "a", reference, m, min_documents=1
    ).set_index("item")
    for k, (_, chi2, a, b) in enumerate(rows):
        row = table.loc[f"w{k}"]
        assert (row["count_study"], row["count_reference"]) == (a, b)
        assert discourse.chi2(a, b, n, m)[0] == pytest.approx(chi2, rel=1e-5)
        assert row["g2"] == pytest.approx(discourse.g2(a, b, n, m)[0])
        assert row["log_ratio"] == pytest.approx(np.log2(a / n / (b / m)))
        assert np.sign(row["estimate"]) == np.sign(chi2)


def test_the_prior_is_worked_out_by_hand():
    """5 of 100 tokens against 10 of 900: shares 15 / 1000, prior 100 x .015 + .5 = 2 of 101 tokens."""
    counts = np.array([[1]] * 5 + [[0]] * 5)
    found = compare_with_reference(features(counts, [10] * 10), one_group(10), 0, np.array([10]), 900, min_documents=1)
    expected = np.log(7 / (100 + 101 - 7)) - np.log(12 / (900 + 101 - 12))
    assert found["estimate"].tolist() == pytest.approx([expected])
    assert found["low"][0] < expected < found["high"][0]
    assert found["high"][0] - expected == pytest.approx(expected - found["low"][0])


def test_clusters_are_the_units_where_there_are_some():
    rng = np.random.default_rng(1)
    counts = np.repeat(rng.poisson(5, (10, 1)), 4, axis=0)
    design = one_group(40, cluster=np.repeat(list("abcdefghij"), 4))
    found = compare_with_reference(features(counts, [100] * 40), design, "a", np.array([50]), 1000)
    # Documents of a cluster are alike: over clusters the interval is wider.
    assert found["high"][0] > found["high_document"][0]


def test_words_that_are_not_listed_and_rare_words_have_no_comparison():
    counts = np.ones((12, 3), int)
    counts[2:, 2] = 0
    found = compare_with_reference(features(counts, [10] * 12), one_group(12), "a", np.array([5, -1, 5]), 100)
    assert found["item"].tolist() == ["w0"]
    few = compare_with_reference(
        features(counts, [10] * 12), one_group(12), "a", np.array([5, 5, 5]), 100, min_documents=2
    ).set_index("item")
    assert np.isinf(few.loc["w2", "high"]) and np.isfinite(few.loc["w0", "high"])


@pytest.mark.parametrize("n", [4, 12])
def test_too_little_is_refused(n):
    with pytest.raises(TooLittleText, match="n = 4 documents" if n == 4 else "n = 0 words"):
        compare_with_reference(features(np.zeros((n, 1), int), [10] * n), one_group(n), "a", np.array([3]), 100)


def test_of_corpora_without_a_difference_few_have_any_word_that_differs():
    """Bursty words (negative binomial, shape 1) of the reference's own shares: 120 corpora of 30 documents of 50 to 800 tokens, 100 words."""
    rng, wrong = np.random.default_rng(5), 0
    share = 0.3 * rng.dirichlet(np.full(100, 0.7))
    reference = np.round(share * 1e7).astype(int)
    for _ in range(120):
        tokens = rng.integers(50, 800, 30)
        counts = rng.poisson(rng.gamma(1.0, 1.0, (30, 100)) * share * tokens[:, None])
        found = compare_with_reference(features(counts, tokens), one_group(30), "a", reference, 1e7)
        wrong += bool(((found["low"] > 0) | (found["high"] < 0)).any())
    # 11 with the numpy of today: with 30 documents the intervals are a little too narrow for 5%.
    assert wrong <= 15, f"a word differs in {wrong} of 120 corpora in which none does"


def test_tables_are_read_as_they_are_written(tmp_path):
    (tmp_path / "a.csv").write_text("Term,COUNT,documents\nPeace,3,2\npeace,1,1\nwar,2,2\n")
    found = read_reference(tmp_path / "a.csv")
    assert (found.counts.to_dict(), found.tokens, found.summed) == ({"peace": 4, "war": 2}, 6, True)
    assert found.of(["war", "trade"]).tolist() == [2, 0]
    text = '# tokens: 100\n# documents: 9\n# least documents: 2\nterm\tcount\n"\t3\nwar\t2\n'
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(text.encode()))
    found = read_reference(tmp_path / "b.tsv.gz")
    assert (found.tokens, found.documents, found.least, found.summed) == (100, 9, 2, False)
    assert found.of(["war", "trade"]).tolist() == [2, -1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word,count\na,1\n", 'no column "term"'),
        ("term,count\na,1\nb,many\n", r'x.csv:3: "many" is no number'),
        ("term,count\n" + "a,?\n" * 8, "and 3 more such lines"),
        ("term,count\na,0\n", "no word occurs"),
        ("# tokens: 3\nterm,count\na,5\n", "less than the sum"),
        ("# tokens: x\nterm,count\na,5\n", "no whole number"),
        ("", "an empty table"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(tmp_path, text, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(SourceError, match=message):
        read_reference(tmp_path / "x.csv")


def test_counts_of_a_corpus_are_read_again(tmp_path):
    reference_counts(encoded(["Peace and trade.", "Peace."])).to_csv(tmp_path / "r.csv", index=False)
    assert read_reference(tmp_path / "r.csv").counts.to_dict() == {"and": 1, "peace": 2, "trade": 1}


def test_the_counts_of_the_package():
    whole, nineties = read_reference(UNGD), read_reference(f"{UNGD} 1990s")
    assert whole.documents == 10_952 and 31e6 < whole.tokens < 33e6
    assert 0.9 < whole.counts.sum() / whole.tokens < 1
    decades = [read_reference(f"{UNGD} {d}0s") for d in range(194, 203)]
    assert sum(d.tokens for d in decades) == whole.tokens
    assert sum(d.counts.get("peace", 0) for d in decades) == whole.counts["peace"] > nineties.counts["peace"]
    # Peace is more frequent there than in any general corpus of English, by far.
    assert whole.counts["peace"] / whole.tokens > 0.002
