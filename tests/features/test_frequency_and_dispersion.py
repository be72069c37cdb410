from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.encode import ngram_matrix
from discourse.features._examples import encoded
from discourse.features.dispersion import dispersion
from discourse.features.frequency import stop_words, term_counts, term_frequency, wanted_terms


def test_published_toy_of_gries(checks):
    case = checks["dispersion_gries_toy"]
    parts = [p.split() for p in case["parts"]]
    counts = np.array([[p.count(w) for w in case["words"]] for p in parts])
    table = dispersion(counts, np.array([len(p) for p in parts]))
    for column, name in (
        ("range", "Range"), ("sd", "SD"), ("vc", "VC"), ("juilland_d", "juilland_D"), ("rosengren_s", "rosengren_S"),
        ("dp", "DP"), ("dp_norm", "DPnorm"), ("kl", "KL"),
    ):  # fmt: skip
        assert table[column].round(3).tolist() == pytest.approx(case[name], abs=0.0011), name


def test_published_example_of_lyne(checks):
    case = checks["dispersion_lyne_allemand"]
    table = dispersion(np.array(case["subfreq"])[:, None], np.array(case["partsize"])).iloc[0]
    assert table["range"] / len(case["partsize"]) == case["Rrel"]
    assert table["juilland_d"] == pytest.approx(case["juilland_D"], abs=5e-7)
    assert table["rosengren_s"] == pytest.approx(case["rosengren_S"], abs=5e-7)
    # The file prints 1 - DP, so that 1 is an even spread.
    assert 1 - table["dp"] == pytest.approx(case["DP_gries2008_conventional"], abs=5e-7)
    assert 1 - table["dp_norm"] == pytest.approx(case["DP_lijffijt_gries2012_conventional"], abs=5e-7)


def test_published_values_of_biber150(checks, data):
    case = checks["dispersion_biber150_ice_gb_first10"]
    frame = pd.read_csv(data / "dispersion_tlda" / "biber150_ice_gb.csv", index_col=0)
    sizes = frame.loc["word_count"].to_numpy()
    for word, values in case["rows"].items():
        row = dispersion(frame.loc[word].to_numpy()[:, None], sizes).iloc[0]
        published = dict(zip(case["columns"], values))
        assert round(row["range"] / len(sizes), 2) == published["Rrel"]
        assert row["juilland_d"] == pytest.approx(published["D"], abs=0.00501), word
        assert row["rosengren_s"] == pytest.approx(published["S"], abs=0.00501), word


def test_independent_dispersion():
    rng = np.random.default_rng(1)
    counts, sizes = rng.poisson(2, (12, 30)), rng.integers(100, 900, 12)
    table = dispersion(counts, sizes)
    for k in range(30):
        f, s = counts[:, k] / counts[:, k].sum(), sizes / sizes.sum()
        assert table["dp"][k] == pytest.approx(sum(abs(a - b) for a, b in zip(f, s)) / 2, abs=1e-12)
        assert table["kl"][k] == pytest.approx(sum(a * np.log2(a / b) for a, b in zip(f, s) if a), abs=1e-12)


def test_terms_by_hand():
    corpus = encoded(["The peace of Norland and 12 ships.", "Peace, peace! The ships left.", "Nothing."])
    features = term_frequency(corpus, min_count=1, min_documents=1, leave_out=frozenset({"norland"}))
    assert dict(zip(features.columns, features.values.toarray().T.tolist())) == {
        "left": [0, 1, 0], "peace": [1, 2, 0], "ships": [1, 1, 0], "nothing": [0, 0, 1],
    }  # fmt: skip
    assert features.units["n_tokens"].tolist() == [7, 5, 1]


def test_hashtags_and_handles_are_terms():
    assert wanted_terms(["#peace", "@minroe", "#peace @minroe", "the #peace"]).tolist() == [0, 1, 2]


def test_bigrams_with_a_function_word_at_an_end_are_left_out():
    corpus = encoded(["the price of peace", "price of peace"])
    features = term_frequency(corpus, n=3, min_count=1, min_documents=1)
    assert list(features.columns) == ["price of peace"]


WRITTEN = ["The War of wars. They traded; Trade wars!", "war wars The trading war because"]


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("tokens", ["folded", "as written", "stemmed"])
def test_tokens_by_a_plain_loop(tokens, n):
    """All n-grams of the tokens in this form, without thresholds or lists."""
    from nltk.stem.snowball import SnowballStemmer

    corpus = encoded(WRITTEN)
    form = {
        "folded": str.casefold,
        "as written": str,
        "stemmed": lambda w: SnowballStemmer("english").stem(w.casefold()),
    }[tokens]
    features = term_frequency(corpus, n=n, tokens=tokens, min_count=1, min_documents=1, drop_stop_words=False)
    expected: dict[tuple[int, str], int] = {}
    words = corpus.vocabulary["form"].to_numpy()[corpus.ids]
    for a, b in zip(corpus.sentence_bounds, corpus.sentence_bounds[1:]):
        for k in range(a, b - n + 1):
            key = (int(corpus.parent("document")[k]), " ".join(map(form, words[k : k + n])))
            expected[key] = expected.get(key, 0) + 1
    counts = features.values.tocoo()
    found = {(int(d), features.columns[t]): int(v) for d, t, v in zip(*counts.coords, counts.data) if v}
    assert found == expected
    assert features.params["tokens"] == tokens


def test_lists_are_applied_to_forms_and_stems():
    corpus = encoded(WRITTEN)

    def kept(tokens, **options):
        return set(term_frequency(corpus, tokens=tokens, min_count=1, min_documents=1, **options).columns)

    assert kept("as written") == {"War", "wars", "war", "traded", "Trade", "trading"}
    assert kept("as written", leave_out=frozenset({"war"})) == {"wars", "traded", "Trade", "trading"}
    assert kept("stemmed") == {"war", "trade"}, "stems of function words are left out too (because, becaus)"
    assert kept("stemmed", leave_out=frozenset({"traded"})) == {"war"}


@pytest.mark.parametrize(
    ("tokens", "term", "expected"),
    [
        ("folded", "war", [1, 2]),
        ("folded", "wars", [2, 1]),
        ("folded", "the war", [1, 0]),
        ("folded", "trade wars", [1, 0]),
        ("folded", "trading war", [0, 1]),
        ("stemmed", "war", [3, 3]),
        ("stemmed", "trade", [2, 1]),
        ("stemmed", "the war", [1, 0]),
        ("stemmed", "trade war", [1, 1]),
        ("as written", "war", [0, 2]),
        ("as written", "The War", [1, 0]),
    ],
)
def test_one_term_by_hand(tokens, term, expected):
    corpus = encoded(WRITTEN)
    counts, terms = term_counts(corpus, term.count(" ") + 1, corpus.words(), tokens)
    assert counts[:, [list(terms).index(term)]].toarray()[:, 0].tolist() == expected


def test_all_terms_are_counted_but_those_that_are_rare_in_the_whole():
    corpus = encoded(["war war peace. War", "war"])
    mask = np.arange(corpus.n_tokens) != 1
    counts, terms = term_counts(corpus, 1, mask)
    assert dict(zip(terms, counts.toarray().T.tolist())) == {"peace": [1, 0], "war": [2, 1]}
    counts, terms = term_counts(encoded(["a b a b", "a b"]), 2, np.ones(6, bool), min_count=2)
    assert dict(zip(terms, counts.toarray().T.tolist())) == {"a b": [2, 1]}, "b a occurs once"


def test_wanted_terms_by_hand():
    terms = [
        "of",
        "of peace",
        "peace of",
        "peace of mind",
        "2022",
        "norland's",
        "norlander",
        "peace norland",
        "x",
        "x y",
    ]
    assert wanted_terms(terms, leave_out=frozenset({"norland"})).tolist() == [3, 6]
    kept = wanted_terms(terms, drop_stop_words=False, leave_out=frozenset({"peace"}))
    assert [terms[k] for k in kept] == ["of", "norland's", "norlander", "x", "x y"]


def test_stop_words_are_folded():
    assert all(w == w.casefold() and w.strip() for w in stop_words())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 4), min_count=st.integers(1, 3))
def test_ngrams_by_a_counter(seed, n, min_count):
    """Also those whose names sort otherwise than their forms: a mark may sort before a blank, or after."""
    rng = np.random.default_rng(seed)
    forms = ["a", "a'b", "ab", "b", "b-a"]
    texts = [" ".join(rng.choice(forms, rng.integers(0, 12))) for _ in range(5)]
    corpus = encoded(texts)
    mask = rng.random(corpus.n_tokens) < 0.9
    counts, names = ngram_matrix(corpus, n, mask, min_count=min_count)
    expected = [Counter() for _ in texts]
    for d, (first, last) in enumerate(pairwise(corpus.document_bounds.tolist())):
        words = corpus.folded_forms[corpus.folded_ids[first:last]].tolist()
        sentence = corpus.parent("sentence")[first:last]
        for k in range(len(words) - n + 1):
            if sentence[k] == sentence[k + n - 1] and mask[first + k : first + k + n].all():
                expected[d][" ".join(words[k : k + n])] += 1
    total = sum(expected, Counter())
    often = sorted(name for name, count in total.items() if count >= min_count)
    assert names.tolist() == often
    assert counts.toarray().tolist() == [[c[name] for name in often] for c in expected]
