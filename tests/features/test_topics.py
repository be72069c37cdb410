import numpy as np
import pytest

from discourse.errors import DiscourseError, TooLittleText
from discourse.features._examples import encoded
from discourse.features.store import load_features, save_features
from discourse.features.topics import ENGINES, coherence, exemplars, passages, topic_by_document, topics

SEA = "harbour fleet sailor anchor captain island vessel storm".split()
SMALL = {"min_passages_per_topic": 5, "max_share": 1.0, "top": 8}
LAND = "farmer wheat tractor harvest village meadow cattle barn".split()


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(2)
    texts = []
    for k in range(60):
        words = SEA if k % 2 else LAND
        texts.append(" ".join("The " + " ".join(rng.choice(words, 9)) + " came." for _ in range(6)))
    return encoded(texts)


@pytest.mark.parametrize("engine", list(ENGINES))
def test_two_planted_topics_are_found(corpus, engine):
    model = topics(corpus, k=2, engine=engine, passage_size=60, iterations=200, **SMALL)
    assert np.allclose(model.values.sum(1), 1, atol=1e-6)
    found = model.details["terms"].groupby("topic")["term"].agg(lambda t: set(list(t)[:8]))
    assert {frozenset(t) for t in found} == {frozenset(SEA), frozenset(LAND)}
    y, x = topic_by_document(model, 60)
    assert np.allclose(y.sum(1), x[:, 0])
    share = y / x
    best = int(share[1].argmax())
    assert (share[1::2, best] > 0.8).all()
    assert (share[0::2, best] < 0.2).all()


@pytest.mark.parametrize("engine", ["tomotopy", "nmf"])
def test_the_same_on_each_run(corpus, engine):
    one, two = (topics(corpus, k=3, engine=engine, passage_size=60, iterations=50, **SMALL) for _ in "ab")
    assert np.array_equal(one.values, two.values)
    assert one.details["terms"].equals(two.details["terms"])


def test_passages_stay_within_turns_and_lose_no_token(corpus):
    table = passages(corpus, corpus.words(), 25)
    assert table["n_tokens"].sum() == corpus.n_tokens
    assert (np.diff(table["start"]) > 0).all()
    turns = np.searchsorted(corpus.turn_bounds, table["start"], side="right")
    assert (turns == np.searchsorted(corpus.turn_bounds, table["stop"] - 1, side="right")).all()


def test_uncounted_sentences_do_not_glue_turns_together():
    corpus = encoded(["One two three four. (Laughter.)", "Five six seven."])
    mask = corpus.words() & ~corpus.layers["excluded"]
    table = passages(corpus, mask, 50)
    assert table[["start", "n_tokens", "document"]].to_numpy().tolist() == [[0, 4, 0], [5, 3, 1]]


def test_exemplars_come_from_different_documents(corpus):
    model = topics(corpus, k=2, passage_size=20, iterations=50, **SMALL)
    best = exemplars(model, 0, 3)
    assert best["document"].nunique() == 3
    assert best["share"].is_monotonic_decreasing


def test_coherence_by_hand():
    # Two words that always stand together have NPMI 1 with each other.
    texts = [["a", "b"], ["a", "b"], ["c", "d"], ["c", "d"]]
    assert coherence([["a", "b"]], texts)[0] == pytest.approx(1.0, abs=0.05)


def test_store(corpus, tmp_path):
    model = topics(corpus, k=2, passage_size=60, iterations=20, **SMALL)
    save_features(model, tmp_path)
    again = load_features(tmp_path)
    assert np.array_equal(again.values, model.values)
    assert again.details["terms"].equals(model.details["terms"])
    assert dict(again.params) == dict(model.params)


def test_too_little_and_unknown(corpus):
    with pytest.raises(TooLittleText, match=r"n = 60 passages.*it needs 400 passages"):
        topics(corpus, k=20, passage_size=60)
    with pytest.raises(DiscourseError, match="unknown topic engine"):
        topics(corpus, engine="magic")
    with pytest.raises(TooLittleText, match="terms that stand in at least 5 passages and at most 40%"):
        topics(corpus, k=2, passage_size=60)
