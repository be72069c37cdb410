import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import NoTextError
from discourse.features._examples import encoded
from discourse.features.concordance import kwic, sentence, sentence_texts
from discourse.features.patterns import match_terms, wildcard
from discourse.features.target import Target, alias_table, mentions

WORDS = st.lists(st.sampled_from(["a", "ab", "abc", "b", "ba"]), min_size=1, max_size=25)


# One corpus holds many cases: to encode it takes longer than to search it. No term reaches across documents.
@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, min_size=1, max_size=12),
    st.lists(st.sampled_from(["a", "ab*", "a b", "b a b", "*a", "ab a"]), min_size=1, max_size=4, unique=True),
)
def test_terms_equal_a_naive_search(texts, terms):
    hits = match_terms(encoded([" ".join(words) for words in texts]), terms)
    patterns = [[re.compile(".*".join(map(re.escape, w.split("*")))) for w in t.split()] for t in terms]
    expected, before = [], 0
    for words in texts:
        k = 0
        while k < len(words):
            best = 0
            for parts in patterns:
                inside = words[k : k + len(parts)]
                if len(inside) == len(parts) and all(p.fullmatch(w) for p, w in zip(parts, inside)):
                    best = max(best, len(parts))
            if best:
                expected.append((before + k, best))
            k += best or 1
        before += len(words)
    assert list(zip(hits.starts.tolist(), hits.lengths.tolist())) == expected


def test_target_forms_exclusions_and_possessives():
    text = (
        "Norland's fleet. NORLAND. Norlandic envoys. The Norland Street market. Norland-speaking towns. The Nor land."
    )
    found = mentions(encoded([text]), Target("Norland", ("norland", "norlandic"), ("norland street",)))
    assert found.units["form"].tolist() == ["Norland's", "NORLAND", "Norlandic", "Norland-speaking"]
    assert alias_table(found)["mentions"].sum() == 4


COMPOUNDS = "Norland-backed, anti-Norland’s, Sino‑Norlandic; pre-Norland-era, Norlander-made, norland-speaking, Inland-Nor land."


@pytest.mark.parametrize(
    ("terms", "exclude", "compounds", "expected"),
    [
        (["norland"], [], True, "Norland-backed anti-Norland’s pre-Norland-era norland-speaking"),
        (["norland"], [], False, ""),
        (["norland*"], [], True, "Norland-backed anti-Norland’s Sino‑Norlandic pre-Norland-era Norlander-made norland-speaking"),
        (["*-norland*"], [], False, "anti-Norland’s Sino‑Norlandic pre-Norland-era"),
        (["norland", "norlandic"], ["norland-speaking"], True, "Norland-backed anti-Norland’s Sino‑Norlandic pre-Norland-era"),
        (["norland"], ["*-speaking", "anti-norland"], True, "Norland-backed pre-Norland-era"),
        (["norland"], ["norland-era"], True, "Norland-backed anti-Norland’s norland-speaking"),
    ],
)  # fmt: skip
def test_a_part_of_a_compound_is_a_mention_unless_it_is_excluded(terms, exclude, compounds, expected):
    found = mentions(encoded([COMPOUNDS]), Target("N", tuple(terms), tuple(exclude), compounds))
    assert found.units["form"].tolist() == expected.split()


def test_terms_of_several_words_take_in_compounds_at_their_ends():
    corpus = encoded(
        ["The ex-North Union, the North Union-led talks, North-led Union and non-North Union.", "Ex-Port Norland."]
    )
    target = Target("N", ("north union", "norland"), ("port norland",))
    assert mentions(corpus, target).units["form"].tolist() == ["ex-North Union", "North Union-led", "non-North Union"]
    forms = {"north union", "norland", "ex-north union", "north union-led", "non-north union"}
    assert target.defining_forms(corpus) == forms


def test_only_targets_are_found_in_compounds():
    corpus = encoded(["A Norland-backed fleet."])
    assert len(match_terms(corpus, ["norland"]).starts) == 0
    assert kwic(corpus, "norland").empty
    assert Target("N", ("norland", "#norland*")).defining_forms(encoded(["#NorlandTalks"])) >= {"#norlandtalks"}


def test_hashtags_and_handles_are_terms_of_their_own():
    corpus = encoded(["#NorlandTalks: .@MinRoe met Norland. #Norland's @MinRoe, see t.co/Norland"])
    found = {
        t: len(match_terms(corpus, [t]).starts) for t in ("norland", "#norland*", "#norland", "@minroe", "*norland*")
    }
    assert found == {"norland": 1, "#norland*": 2, "#norland": 1, "@minroe": 2, "*norland*": 3}
    assert kwic(corpus, "#NORLAND*")["node"].tolist() == ["#NorlandTalks", "#Norland's"]


def test_excluded_tokens_are_no_mentions():
    corpus = encoded(["Norland (laughter) Norland"])
    mask = np.array([True, False, False])
    assert len(mentions(corpus, Target("Norland", ("norland",)), mask).units) == 1


def test_a_multi_word_alias_is_left_out_as_a_whole():
    corpus = encoded(["The North Union met a labour union. Norland's"])
    target = Target("N", ("north union", "norland"))
    assert target.defining_forms(corpus) == {"north union", "norland", "norland's"}


def test_kwic_equals_nltk_on_the_node_positions():
    from nltk.text import ConcordanceIndex

    text = "peace and war and peace or trade and peace at last in peace"
    words = text.split()
    offsets = ConcordanceIndex(words).offsets("peace")
    lines = kwic(encoded([text]), "peace", width=200)
    assert [" ".join(words[:o]) for o in offsets] == lines["left"].tolist()
    assert [" ".join(words[o + 1 :]) for o in offsets] == lines["right"].tolist()


def test_kwic_keeps_to_the_width_and_to_whole_words():
    lines = kwic(encoded(["one two three four five six seven eight nine ten"]), "five", width=9)
    assert lines[["left", "right"]].to_numpy().tolist() == [["four", "six"]]


def test_sentence_marks_point_at_their_words():
    corpus = encoded(["First one. He said: “We met Norland's envoy (again)!” Then silence."])
    shown = sentence(corpus, 1, [(6, 1, "target")])
    assert shown.text == "He said: “We met Norland's envoy (again)!”"
    assert [shown.text[a:b] for a, b, _ in shown.marks] == ["Norland's"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ab .!?“”()\n", max_size=30), min_size=1, max_size=4))
def test_texts_of_many_sentences_are_those_of_each(texts):
    corpus = encoded(texts)
    sentences = np.flatnonzero(np.diff(corpus.sentence_bounds))
    each = [" ".join(sentence(corpus, int(k)).text.split()) for k in sentences]
    assert sentence_texts(corpus, sentences) == each
    assert sentence_texts(corpus, sentences[::-1]) == each[::-1]


def test_without_text_there_is_no_concordance():
    from dataclasses import replace

    with pytest.raises(NoTextError, match="needs the text"):
        kwic(replace(encoded(["a"]), texts=None), "a")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(WORDS, min_size=10, max_size=14),
    st.lists(st.sampled_from(["a", "ab*", "a b", "b a b", "*a", "ab a"]), min_size=1, max_size=4, unique=True),
    st.integers(0, 9),
)
def test_a_term_is_found_alike_in_one_document_of_many_and_in_this_alone(texts, terms, k):
    corpus, alone = encoded([" ".join(words) for words in texts]), encoded([" ".join(texts[k])])
    first, stop = corpus.document_bounds[k], corpus.document_bounds[k + 1]
    mask = np.zeros(corpus.n_tokens, bool)
    mask[first:stop] = True
    found, expected = match_terms(corpus, terms, mask), match_terms(alone, terms)
    assert (found.starts - first).tolist() == expected.starts.tolist()
    assert found.lengths.tolist() == expected.lengths.tolist()
    assert found.terms.tolist() == expected.terms.tolist()


def fits(pattern, text):
    """Whether a text fits a pattern with `*`, by trying every place for each piece."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[k:]) for k in range(len(text) + 1))
    return text[:1] == pattern[0] and fits(pattern[1:], text[1:])


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10), st.booleans())
def test_wildcards_fit_as_if_every_place_were_tried(pattern, text, inside):
    found = wildcard(pattern, inside=inside).fullmatch(text) is not None
    assert found == fits(f"*{pattern}*" if inside else pattern, text)


def test_many_wildcards_take_no_time():
    assert wildcard("a*" * 1000 + "b").fullmatch("a" * 5000) is None
    assert wildcard("a*" * 1000 + "b").fullmatch("a" * 5000 + "b") is not None
