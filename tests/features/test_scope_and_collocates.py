"""Words in the scope of a target and places around it: against loops over tokens, NLTK, and counts by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramCollocationFinder
from nltk.metrics import BigramAssocMeasures

from discourse.compare.association import association
from discourse.features._examples import encoded
from discourse.features.collocates import at_place, sorted_by_context
from discourse.features.concordance import kwic
from discourse.features.passages import passages
from discourse.features.scope import in_scope
from discourse.features.target import Target, mentions

TEXTS = st.lists(
    st.lists(st.sampled_from(["Norland", "met", "envoys.", "They", "left.", "peace", "(Applause.)"]), max_size=25),
    min_size=1,
    max_size=4,
)


def found(corpus, mask):
    units = mentions(corpus, Target("Norland", ("norland",))).units
    at, n = units["token"].to_numpy(), units["length"].to_numpy()
    return at[mask[at]], n[mask[at]]


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, size=st.integers(1, 6), seed=st.integers(0, 99))
def test_scopes_by_a_loop_over_tokens(texts, size, seed):
    corpus = encoded([" ".join(["Roe", *words]) for words in texts])
    mask = np.random.default_rng(seed).random(corpus.n_tokens) < 0.8
    starts, lengths = found(corpus, mask)
    counted = np.flatnonzero(mask)
    turn, sentence, document = (corpus.parent(u) for u in ("turn", "sentence", "document"))

    def near(token):
        """Whether at most `size` counted tokens of the same turn lie between it and a node."""
        for a, n in zip(starts, lengths):
            between = [t for t in counted if turn[t] == turn[a] and min(token, a + n - 1) < t < max(token, a)]
            if turn[token] == turn[a] and (a <= token < a + n or len(between) < size):
                return True
        return False

    assert in_scope(corpus, starts, lengths, size, mask).tolist() == [
        bool(mask[t]) and near(t) for t in range(len(mask))
    ]
    for unit, parent in (("sentences", sentence), ("documents", document)):
        hit = set(parent[starts])
        assert in_scope(corpus, starts, lengths, unit, mask).tolist() == [
            bool(mask[t]) and parent[t] in hit for t in range(len(mask))
        ]
    assert in_scope(corpus, starts, lengths, "all", mask).tolist() == mask.tolist()
    cut = passages(corpus, mask, 4)
    within = [any(a <= s < b for s in starts) for a, b in zip(cut["start"], cut["stop"])]
    expected = np.zeros(len(mask), bool)
    for (a, b), ok in zip(cut[["start", "stop"]].to_numpy(), within):
        expected[a:b] |= ok
    assert in_scope(corpus, starts, lengths, "passages", mask, passage_size=4).tolist() == (expected & mask).tolist()


def test_a_window_ends_with_its_turn_and_passes_sentences():
    corpus = encoded(["One two. Norland three. Four five.", "Six Norland seven."])
    inside = in_scope(corpus, np.array([2, 7]), np.array([1, 1]), 2)
    forms = corpus.vocabulary["form"].to_numpy()[corpus.ids[inside]]
    assert forms.tolist() == ["One", "two", "Norland", "three", "Four", "Six", "Norland", "seven"]


def test_places_by_hand():
    corpus = encoded(["The envoys of Port Norland met us in Norland."])
    starts, lengths = np.array([3, 8]), np.array([2, 1])
    forms = [*corpus.vocabulary["form"].to_numpy()[corpus.ids], None]
    at = {p: [forms[t] for t in at_place(corpus, starts, lengths, p)] for p in ("L3", "L1", "R1", "R3")}
    assert at == {"L3": ["The", "met"], "L1": ["of", "in"], "R1": ["met", None], "R3": ["in", None]}


def test_a_concordance_is_sorted_by_its_places():
    corpus = encoded(["Norland won again. Norland agreed. Old Norland agreed at last. Norland"])
    lines = kwic(corpus, "norland", sort=["R1", "L1"])
    words = [(line.left.split(" ")[-1], line.right.split(" ")[0]) for line in lines.itertuples()]
    assert [right for _, right in words] == ["", "agreed.", "agreed", "won"]
    assert words[2][0] == "Old"
    assert sorted_by_context(corpus, np.zeros(0, int), np.zeros(0, int), ["R1"]).tolist() == []


@given(near=st.integers(1, 50), rest=st.integers(1, 500), others=st.integers(1, 400), far=st.integers(600, 9000))
def test_association_equals_nltk(near, rest, others, far):
    n_near, total, n = near + others, near + rest, near + rest + others + far
    table = association(np.array([near]), n_near, np.array([total]), n).iloc[0]
    given_ = (near, (n_near, total), n)
    assert table["mi"] == pytest.approx(BigramAssocMeasures.pmi(*given_), rel=1e-9, abs=1e-9)
    assert table["t"] == pytest.approx(BigramAssocMeasures.student_t(*given_), rel=1e-9, abs=1e-9)
    # NLTK adds a small constant to each cell, and has no sign.
    assert abs(table["g2"]) == pytest.approx(BigramAssocMeasures.likelihood_ratio(*given_), rel=1e-6, abs=1e-6)
    assert 2 ** (table["log_dice"] - 14) == pytest.approx(BigramAssocMeasures.dice(*given_), rel=1e-9)
    assert 2 ** table["mi3"] == pytest.approx(near**3 / (n_near * total / n), rel=1e-9)


def test_delta_p_by_hand():
    """Ten of 100 tokens near the node are the word, and 10 of 900 elsewhere: 0.1 - 0.0111; 10 of 20 against 90 of 980."""
    table = association(np.array([10]), 100, np.array([20]), 1000).iloc[0]
    assert table["delta_p_collocate"] == pytest.approx(0.1 - 10 / 900)
    assert table["delta_p_node"] == pytest.approx(10 / 20 - 90 / 980)
    assert table["expected"] == 2


def test_adjacent_pairs_are_those_of_nltk():
    """Words one token after the node, counted as NLTK's finder counts its bigrams."""
    text = "Norland met us . Norland met them . we met Norland today and Norland left us"
    corpus = encoded([text])
    words = [w for w in text.split() if w != "."]
    finder = BigramCollocationFinder.from_words(words)
    starts = np.flatnonzero([w == "Norland" for w in words])
    at = at_place(corpus, starts, np.ones(len(starts), int), "R1")
    forms = corpus.vocabulary["form"].to_numpy()[corpus.ids]
    counts = {w: int((forms[at] == w).sum()) for w in set(forms[at])}
    assert counts == {b: n for (a, b), n in finder.ngram_fd.items() if a == "Norland"}
