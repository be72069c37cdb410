import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.corpus import read_table
from discourse.encode import encode_corpus
from discourse.features._examples import encoded
from discourse.features.repetition import duplicate_documents, passage_table, repetition, shingle_hashes

SMALL = st.lists(st.lists(st.sampled_from("a b c d".split()), min_size=1, max_size=14), min_size=1, max_size=6)


def reused_by_loops(texts, length):
    """For each token whether it lies in a run of that length that another document has too."""
    runs = [{tuple(t[k : k + length]) for k in range(len(t) - length + 1)} for t in texts]
    flags = []
    for d, text in enumerate(texts):
        mine = [False] * len(text)
        for k in range(len(text) - length + 1):
            if any(tuple(text[k : k + length]) in other for e, other in enumerate(runs) if e != d):
                mine[k : k + length] = [True] * length
        flags += mine
    return flags


@given(SMALL, st.integers(2, 5))
@settings(deadline=None, max_examples=60)
def test_reused_tokens_and_passages_against_loops(texts, length):
    distinct = list(dict.fromkeys(map(tuple, texts)))  # documents published twice are left out before
    corpus = encoded([" ".join(t) for t in distinct])
    found = repetition(corpus, passage_tokens=length, similarity=1.0, days=0)
    assert found.reused.tolist() == reused_by_loops(distinct, length)
    # Passages cover these tokens, and stand where they say.
    covered = np.zeros(corpus.n_tokens, bool)
    for row in found.places.itertuples():
        covered[row.start : row.stop] = True
        first = found.passages.iloc[row.passage]
        assert corpus.ids[row.start : row.stop].tolist() == corpus.ids[first["start"] : first["stop"]].tolist()
        assert row.stop - row.start == first["n_tokens"] >= length
    assert covered.tolist() == found.reused.tolist()
    counted = found.places.groupby("passage")["document"].nunique()
    assert counted.tolist() == found.passages["n_documents"].tolist()


def words(n, seed):
    rng = np.random.default_rng(seed)
    return [f"w{k}" for k in rng.integers(0, 3000, n)]


def test_near_duplicates_against_the_exact_index():
    base = words(300, 1)
    texts = [base]
    for k, changed in enumerate((1, 2, 4, 8, 30, 100)):
        text = list(base)
        for at in np.random.default_rng(k).choice(300, changed, replace=False):
            text[at] = f"x{k}-{at}"
        texts.append(text)
    texts.append(words(300, 99))
    corpus = encoded([" ".join(t) for t in texts])
    shingles = [{tuple(t[k : k + 5]) for k in range(len(t) - 4)} for t in texts]
    exact = [len(shingles[0] & s) / len(shingles[0] | s) for s in shingles]
    for similarity in (0.6, 0.8, 0.95):
        found = duplicate_documents(corpus, similarity=similarity, days=10_000)
        near = {k for k in range(1, len(texts)) if exact[k] >= similarity}
        assert set(found["document"]) >= near
        assert all(v >= similarity for v in found["similarity"])
        first = found[found["first"] == 0].set_index("document")["similarity"]
        assert all(abs(first[k] - exact[k]) < 1e-12 for k in first.index)


def test_short_documents_are_duplicates_only_word_for_word():
    corpus = encoded(
        ["We congratulate Norland today.", "We congratulate Westland today.", "We congratulate norland today."]
    )
    assert duplicate_documents(corpus)[["document", "first"]].values.tolist() == [[2, 0]]


def test_an_anniversary_message_of_another_year_is_another_document():
    text = "We congratulate the people of Norland on their day and wish them well for the years to come."
    corpus = encoded([text, *["Other words."] * 330, text])
    assert not (duplicate_documents(corpus, days=31)["document"] == 331).any()
    assert (duplicate_documents(corpus, days=100_000)["document"] == 331).any()


@pytest.mark.slow
def test_the_seven_texts_that_occur_twice(data):
    """The data's own README: 7 texts occur twice."""
    path = data / "state_department_2022" / "docs.jsonl.gz"
    corpus = encode_corpus(read_table(files=[path], id="doc_id", title="title", speaker="author"))
    found = duplicate_documents(corpus)
    assert len(found) == 7
    assert (found["kind"] == "same text").all()


def test_excluded_tokens_are_no_passages():
    corpus = encoded(["(Laughter) one two three four (laughter) five six.", "One two three four five six, seven."])
    found = repetition(corpus, passage_tokens=6)
    assert found.passages["n_tokens"].tolist() == [6]
    assert not found.reused[corpus.layers["excluded"]].any()


def test_the_passages_by_group():
    same = "on behalf of the people of Westland we congratulate you on your national day"
    corpus = encoded(
        [f"First {same} here.", f"Then {same}.", f"Again {same}.", "Nothing of the kind."], ["a", "a", "b", "b"]
    )
    found = repetition(corpus)
    table = passage_table(corpus, found, ["a", "b"], np.array([0, 0, 1, 1]))
    assert table[["passage", "n_tokens", "n_documents", "a", "b"]].values.tolist() == [[same, 14, 3, 2, 1]]
    assert table["first_document"].tolist() == ["d000"]


@pytest.mark.parametrize("length", [1, 3, 12])
def test_hashes_of_runs(length):
    ids = np.array(words(400, 3))
    codes = np.unique(ids, return_inverse=True)[1]
    forms = np.random.default_rng(4).integers(0, 2**64, 400, np.uint64)
    hashes = shingle_hashes(forms[codes], length)
    runs = [tuple(codes[k : k + length]) for k in range(len(codes) - length + 1)]
    assert len(set(hashes.tolist())) == len(set(runs))
    assert len(shingle_hashes(forms[: length - 1], length)) == 0


def test_a_passage_ends_where_other_documents_share_it():
    run = words(40, 11)
    texts = [run[:31], [*run[:21], *words(5, 12)], [*words(5, 13), *run[9:31]]]
    found = repetition(encoded([" ".join(t) for t in texts]), passage_tokens=12, similarity=1.0)
    assert (found.passages["n_documents"] >= 2).all()
    assert set(found.places["document"]) == {0, 1, 2}


def test_a_chain_of_copies_has_the_similarity_of_the_two():
    base = words(100, 5)
    near = [*base[:99], "other"]
    corpus = encoded([" ".join(near), *["Else."] * 3, " ".join(base), " ".join(base)])
    found = duplicate_documents(corpus, similarity=0.9).set_index("document")
    assert found.loc[5, "first"] == 0
    assert found.loc[5, "kind"] == "nearly the same text"
    assert found.loc[5, "similarity"] == pytest.approx(95 / 97)


def test_candidates_miss_few_pairs():
    """200 pairs of documents with an index of just above 0.9: MinHash proposes nearly all."""
    texts = []
    for k in range(200):
        text = words(200, 1000 + k)
        other = list(text)
        other[100] = f"x{k}"
        other[10] = f"y{k}"
        texts += [" ".join(text), " ".join(other)]
    found = duplicate_documents(encoded(texts), similarity=0.9, days=10_000)
    shingles = [{tuple(t.split()[i : i + 5]) for i in range(196)} for t in texts]
    exact = [len(a & b) / len(a | b) for a, b in zip(shingles[::2], shingles[1::2])]
    assert min(exact) >= 0.9
    assert len(found) >= 198
