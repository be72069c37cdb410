"""Lexical diversity and readability against a package, published formulas, naive loops and hand-counted texts.

Compared once in an environment of their own, on three texts of 400 random words: MATTR, HD-D and MTLD ("mtldo", the original one) of TAALED
0.32 are ours in all of 14 digits. On the text of `test_readability_by_hand` textstat 0.7.13 has the same LIX (39.33) and RIX (2.0); its ARI is
higher by two full stops that it counts as characters, its Coleman-Liau index lower by a coefficient of 0.058 in place of 0.0588.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import UsageError
from discourse.features._examples import encoded
from discourse.features.diversity import _factors, lexical_diversity, table_of
from discourse.features.readability import READABILITY, readability, readability_sums

lexicalrichness = pytest.importorskip("lexicalrichness")
WORDS = st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=300)


def own(texts, **options):
    return table_of(lexical_diversity(encoded(texts), **options))


def theirs(words):
    return lexicalrichness.LexicalRichness(words, preprocessor=None, tokenizer=None)


def naive_mtld(words, threshold):
    """One direction, word by word with a set."""
    factors, seen, n = 0.0, set(), 0
    for word in words:
        n, seen = n + 1, seen | {word}
        ttr = len(seen) / n
        if ttr <= threshold:
            factors, seen, n = factors + 1, set(), 0
    if n:
        factors += (1 - ttr) / (1 - threshold)
    return len(words) / (factors or 1)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.integers(2, 60))
def test_as_lexicalrichness_has_it(words, window):
    found = own([" ".join(words)], window=window, draws=min(10, max(len(words), 2)), least=1).iloc[0]
    other = theirs(words)
    assert found["n_tokens"] == len(words)
    if len(words) >= window:
        assert found["mattr"] == pytest.approx(other.mattr(window_size=window), abs=1e-12)
    else:
        assert np.isnan(found["mattr"])
    assert found["k"] == pytest.approx(other.yulek, abs=1e-9)
    if len(words) >= 2:
        draws = min(10, max(len(words), 2))
        # Its hypergeometric terms are rounded as they are summed.
        assert found["hdd"] == pytest.approx(other.hdd(draws=draws), abs=1e-9)
    if len(set(words)) < len(words):
        assert found["mtld"] == pytest.approx(other.mtld(threshold=0.72), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from([0.5, 0.66, 0.72, 0.9]))
def test_as_naive_loops_have_it(texts, threshold):
    found = own([" ".join(words) for words in texts], threshold=threshold, least=1, window=5)
    for words, row in zip(texts, found.itertuples()):
        both = naive_mtld(words, threshold), naive_mtld(words[::-1], threshold)
        assert row.mtld == pytest.approx(sum(both) / 2, abs=1e-9)
        windows = [len(set(words[k : k + 5])) / 5 for k in range(len(words) - 4)]
        assert row.mattr == pytest.approx(np.mean(windows), abs=1e-12) if windows else np.isnan(row.mattr)


def test_counted_by_hand():
    """a b a b c: windows of three have 2, 2 and 3 words; pairs of equal words 4 of 20 ordered ones."""
    row = own(["a b a b c"], measures=["mattr", "hdd", "k"], window=3, draws=2, least=1).iloc[0]
    assert row["mattr"] == pytest.approx(7 / 9)
    # Two tokens of five: equal in 2 of 10 pairs, so 1.8 words are expected.
    assert row["hdd"] == pytest.approx(0.9)
    assert row["k"] == pytest.approx(1e4 * (4 + 4 + 1 - 5) / 25)


def test_words_that_do_not_count_are_left_out_and_their_neighbours_meet():
    corpus = encoded(["one two one three four"])
    mask = np.array([True, False, True, True, True])
    found = table_of(lexical_diversity(corpus, ["mattr"], mask=mask, window=2))
    assert found["mattr"].tolist() == pytest.approx([(0.5 + 1 + 1) / 3])
    assert found["n_tokens"].tolist() == [4]


def test_case_is_ignored_and_documents_are_apart():
    found = own(["Peace peace", "peace war"], measures=["mattr"], window=2)
    assert found["mattr"].tolist() == [0.5, 1.0]


def test_a_text_whose_words_are_all_different_is_one_stretch():
    assert _factors([-1, -1, -1], 0.72) == 1.0
    assert own(["a b c"], measures=["mtld"], least=1)["mtld"].tolist() == [3.0]


def test_too_short_documents_have_no_number_and_another_measure_is_refused():
    found = own(["a b", ""], window=3, draws=3, least=3)
    assert found[["mattr", "mtld", "hdd", "k"]].isna().all(axis=None)
    with pytest.raises(UsageError, match='no measure "ttr"'):
        lexical_diversity(encoded(["a"]), ["ttr"])


def scores(texts):
    found = readability(encoded(texts))
    with np.errstate(invalid="ignore"):
        return found, pd.DataFrame({m: np.divide(*readability_sums(found, m)) for m in READABILITY})


def test_readability_by_hand():
    """The formulas as quanteda.textstats documents them, on two sentences of 12 words, 4 of them of seven characters or more."""
    text = "The council discussed the treaty in Geneva. It was a difficult compromise."
    found, score = scores([text])
    words = [len(w) for w in text.replace(".", "").split()]
    assert found.values.tolist() == [[12, sum(words), 4, 2]] and sum(w >= 7 for w in words) == 4
    asl, awl = 12 / 2, sum(words) / 12
    row = score.iloc[0]
    assert row["lix"] == pytest.approx(asl + 100 * 4 / 12)
    assert row["rix"] == pytest.approx(4 / 2)
    assert row["ari"] == pytest.approx(0.5 * asl + 4.71 * awl - 21.43)
    assert row["coleman_liau"] == pytest.approx(5.88 * awl - 29.6 * 2 / 12 - 15.8)
    # Coleman and Liau's own two steps, by the estimated cloze percentage.
    cloze = 141.8401 - 0.214590 * 100 * awl + 1.079812 * 100 * 2 / 12
    assert row["coleman_liau"] == pytest.approx(-27.4004 * cloze / 100 + 23.06395, abs=0.01)
    assert (row["sentence_length"], row["word_length"]) == (asl, awl)


def test_hyphens_and_apostrophes_are_no_characters():
    found, _ = scores(["Norland's well-known U.S. friends."])
    assert found.values.tolist() == [[4, 8 + 9 + 2 + 7, 3, 1]]


def test_of_several_documents_lix_is_weighted_by_words():
    found, score = scores(
        ["Short words here.", "Extraordinary circumstances notwithstanding, we reached agreement.", ""]
    )
    y, x = readability_sums(found, "lix")
    words = found.values[:, 0]
    assert y.sum() / x.sum() == pytest.approx((score["lix"] * words)[:2].sum() / words.sum())
    assert found.values[2].tolist() == [0, 0, 0, 0] and score.iloc[2].isna().all()


def test_a_sentence_counts_where_one_of_its_words_does():
    corpus = encoded(["One two. Three four. Five."])
    mask = np.array([True, False, False, False, True])
    assert readability(corpus, mask).values.tolist() == [[2, 7, 0, 2]]
