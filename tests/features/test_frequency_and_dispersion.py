import numpy as np
import pandas as pd
import pytest

from discourse.features._examples import encoded
from discourse.features.dispersion import dispersion
from discourse.features.frequency import count_term, stem, stop_words, term_frequency


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


@pytest.mark.parametrize("term", ["war", "wars", "the war", "trade wars", "trading war"])
def test_one_term_is_counted_as_all_are(term):
    corpus = encoded(WRITTEN)
    n = term.count(" ") + 1
    for tokens in ("folded", "stemmed"):
        every = term_frequency(corpus, n=n, tokens=tokens, min_count=1, min_documents=1, drop_stop_words=False)
        name = " ".join(map(stem, term.split(" "))) if tokens == "stemmed" else term
        column = every.values[:, [list(every.columns).index(name)]].toarray()[:, 0]
        assert count_term(corpus, term, corpus.words(), tokens).tolist() == column.tolist()
    with pytest.raises(KeyError, match="zebra"):
        count_term(corpus, "zebra", corpus.words())


def test_as_written_only_the_commonest_form_counts():
    corpus = encoded(["War war war. War", "war"])
    assert count_term(corpus, "war", corpus.words(), "as written").tolist() == [2, 1]


def test_stop_words_are_folded():
    assert all(w == w.casefold() and w.strip() for w in stop_words())
