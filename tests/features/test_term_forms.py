"""What a term is: lemmas, word classes, phrases of a list, trigrams; against NLTK, by hand, and as a CoNLL-U file says.

Lemmas were compared with LemmInflect 0.2.3 (which is not among the test dependencies) on the forms of the State of the Union addresses since 1946, for the
class that the form has here: the same for 99.8% of the nouns by tokens (147,072), 97.2% of the verbs (99,577; modals are lemmas of their own here), 95.0% of
the adjectives (51,328; "more" is one here), and 99.9% of the adverbs.
"""

import gzip
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.tokenize import MWETokenizer
from nltk.util import ngrams

from discourse.analyses.terms.settings import FrequencySettings, word_list
from discourse.errors import SourceError
from discourse.features._examples import encoded
from discourse.features.frequency import term_counts, wanted_terms
from discourse.features.lemmas import Annotations, lemma, read_annotations, word_class
from discourse.features.term_forms import TermForms

# Read by hand.
LEMMAS = """
policies policy, nations nation, taxes tax, classes class, churches church, wolves wolf, heroes hero, crises crisis, analyses analysis, men man, children child,
countries country, buses bus, houses house, causes cause, series series, news news, status status, this this, his his, as as, was be, are be, has have, does do,
went go, said say, thought think, built build, met meet, agreed agree, tried try, stopped stop, planned plan, needed need, hoped hope, used use, passed pass,
making make, running run, trying try, seeing see, building building, bringing bring, facing face, meeting meeting, bigger big, largest large, happier happy, better good,
quickly quickly, Norland's norland, peace peace, united unite, need need, bring bring, freed free, dying die, gentlemen gentleman, specimen specimen
"""
WORDS = st.lists(st.sampled_from(["united", "nations", "new", "york", "peace", "city"]), min_size=1, max_size=12)


@pytest.mark.parametrize("pair", [p.split() for p in LEMMAS.replace("\n", " ").split(",")])
def test_lemmas_by_hand(pair):
    assert lemma(pair[0]) == pair[1]


def test_classes_by_hand():
    expected = {"Nations": "noun", "Putin": "name", "America's": "name", "agree": "verb", "free": "adjective", "often": "adverb",
                "the": "other", "1991": "other", "WE": "other", "would": "verb"}  # fmt: skip
    assert {form: word_class(form) for form in expected} == expected


def counts(corpus, mask, n=1):
    matrix, terms = term_counts(corpus, n, mask)
    return {t: int(v) for t, v in zip(terms, matrix.sum(0)) if v}


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(1, 3))
def test_phrases_and_trigrams_are_those_of_nltk(sentences, n):
    phrases = ["united nations", "new york", "new york city"]
    tokenizer = MWETokenizer([tuple(p.split()) for p in phrases])
    corpus = encoded([" ".join(s).capitalize() + "." for s in sentences])
    expected = Counter(" ".join(g) for s in sentences for g in ngrams(tokenizer.tokenize(s), n))
    made, mask = TermForms(phrases=tuple(phrases)).of(corpus, corpus.words())
    assert counts(made, mask, n) == dict(expected)


def test_a_phrase_of_which_a_part_does_not_count_is_none():
    corpus = encoded(["We met the United Nations there."])
    mask = corpus.words()
    mask[4] = False
    made, counted = TermForms(phrases=("united nations",)).of(corpus, mask)
    assert counts(made, counted) == {"we": 1, "met": 1, "the": 1, "there": 1}


def test_terms_of_a_class_with_their_lemmas_and_phrases():
    corpus = encoded(["The United Nations met free nations in 1991.", "Policies of a policy."])
    made, mask = TermForms("lemmas", ("noun",), ("united nations",)).of(corpus, corpus.words())
    assert counts(made, mask) == {"united_nations": 1, "nation": 1, "policy": 2}
    # None crosses a word that does not count.
    assert counts(made, mask, 2) == {}
    assert TermForms().plain and TermForms("stemmed").plain and not TermForms(classes=("noun",)).plain


def test_lemmas_and_classes_of_a_file(tmp_path):
    file = tmp_path / "a.conllu"
    rows = [
        ("Leaves", "leaf", "NOUN"),
        ("leaves", "leave", "VERB"),
        ("leaves", "leaf", "NOUN"),
        ("fell", "fall", "VERB"),
    ]
    lines = (
        ["# text = x"]
        + ["\t".join([str(k), *row, *"______"]) for k, row in enumerate(rows, 1)]
        + ["1-2\tdu\t_\t_" + "\t_" * 6, ""]
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    found = read_annotations(file)
    assert (found.lemma("leaves"), found.word_class("Leaves"), found.lemma("fell")) == ("leaf", "noun", "fall")
    assert found.lemma("wars") == "war" and "du" not in found.classes, "what it does not have is as without it"
    corpus = encoded(["The leaves fell."])
    made, mask = TermForms("lemmas", ("noun",), (), found).of(corpus, corpus.words())
    assert counts(made, mask) == {"leaf": 1}
    assert counts(*TermForms("lemmas", ("noun",), (), Annotations()).of(corpus, corpus.words())) == {}
    (tmp_path / "bad.conllu").write_text("1\tone\n")
    with pytest.raises(SourceError, match=r"bad.conllu:1: expected the ten columns of CoNLL-U, got 2"):
        read_annotations(tmp_path / "bad.conllu")


def test_function_words_of_ones_own_and_lemmas_of_those_that_are_left_out():
    terms = ["war", "be", "hereby", "state", "the"]
    kept = [terms[k] for k in wanted_terms(terms, "lemmas", leave_out=frozenset({"states"}))]
    assert kept == ["war", "hereby"]
    own = [terms[k] for k in wanted_terms(terms, stops=frozenset({"hereby"}))]
    assert own == ["war", "be", "state", "the"]


def test_lists_and_files_of_words(tmp_path):
    (tmp_path / "words.txt").write_text("# Our own.\nHereby\n\nUnited  Nations # the organisation\n", encoding="utf-8")
    assert (
        word_list(str(tmp_path / "words.txt"))
        == ("hereby", "united nations")
        == word_list(["Hereby", "united nations"])
    )
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(SourceError, match=r"empty.txt: there is no word in it"):
        word_list(str(tmp_path / "empty.txt"))


def test_what_is_not_set_changes_no_fingerprint():
    # Bundles that were made before these settings were there are asked for by the others alone.
    assert set(FrequencySettings().used("measure")) == {
        "ngrams", "tokens", "min_documents", "scope", "leave_out", "drop_stop_words",
    }  # fmt: skip
    assert FrequencySettings(classes=["noun"]).used("measure")["classes"] == ["noun"]


def test_counts_in_some_tokens_are_never_more_than_in_all():
    corpus = encoded(["Peace and the United Nations and united nations.", "United we stand."])
    every, some = corpus.words(), corpus.words()
    some[[3, 7]] = False
    forms = TermForms("lemmas", phrases=("united nations",))
    whole, part = (counts(*forms.of(corpus, m)) for m in (every, some))
    assert all(n <= whole[t] for t, n in part.items()) and np.sum(list(part.values())) < np.sum(list(whole.values()))


def test_a_docbin_of_spacy_says_lemma_and_class(tmp_path):
    """The DocBin is made and written by spaCy, without a model; spaCy is no dependency."""
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import Doc, DocBin

    nlp = spacy.blank("en")
    words, lemmas, pos = (
        ["Leaves", "fall", "leaves", "leaves"],
        ["leaf", "fall", "leaf", "leave"],
        ["NOUN", "VERB", "NOUN", "VERB"],
    )
    DocBin(attrs=["LEMMA", "POS"], docs=[Doc(nlp.vocab, words=words, lemmas=lemmas, pos=pos)]).to_disk(
        tmp_path / "a.spacy"
    )
    found = read_annotations(tmp_path / "a.spacy")
    assert (found.lemma("leaves"), found.word_class("Leaves"), found.word_class("fall")) == ("leaf", "noun", "verb")
    (tmp_path / "b.spacy").write_bytes(b"no DocBin")
    with pytest.raises(SourceError, match="no DocBin of spaCy"):
        read_annotations(tmp_path / "b.spacy")


def test_a_docbin_without_spacy_and_a_damaged_gzip_are_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    (tmp_path / "a.spacy").write_bytes(b"")
    with pytest.raises(SourceError, match="pip install spacy, or write CoNLL-U"):
        read_annotations(tmp_path / "a.spacy")
    (tmp_path / "a.conllu.gz").write_bytes(gzip.compress(b"1\tA\ta\tNOUN\n" * 999)[:-9])
    with pytest.raises(SourceError, match="ends early"):
        read_annotations(tmp_path / "a.conllu.gz")
