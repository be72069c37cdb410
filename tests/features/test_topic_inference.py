"""A sample of passages, and the topics of all: against enumeration, and however a corpus is cut."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from discourse.features._examples import encoded
from discourse.features.passages import passage_bags
from discourse.features.topic_inference import FORGOTTEN, KEPT, Trained, fold_in, infer, inferred
from discourse.features.topic_sample import LEAST, choose, shares_of_sample
from discourse.features.topics import topic_by_document, topic_fits, train

SEA = "harbour fleet sailor anchor captain island vessel storm".split()
LAND = "farmer wheat tractor harvest village meadow cattle barn".split()
IDS = [f"speech-{k}" for k in range(40)]


def texts(seed, n=40):
    rng = np.random.default_rng(seed)
    return [
        " ".join("The " + " ".join(rng.choice(SEA if rng.random() < k / n else LAND, 9)) + " came." for _ in range(6))
        for k in range(n)
    ]


@pytest.fixture(scope="module")
def found() -> tuple[list[str], Trained]:
    said = texts(1)
    bags = passage_bags(encoded(said), size=20)
    mask = choose(bags.units, IDS, np.zeros(40, int), 60, seed=1)
    options = {"k": 2, "iterations": 100, "seeds": 2, "max_share": 1.0, "top": 4, "min_passages_per_topic": 5}
    return said, train(bags, keep=mask, **options)


def exact(row, phi, prior):
    """Expected prevalences and variances of the numbers of tokens, over all topics that the tokens may have."""
    tokens = np.repeat(np.arange(len(row)), row)
    k, mean, square, total = len(prior), 0.0, 0.0, 0.0
    for z in product(range(k), repeat=len(tokens)):
        weight, n = 1.0, prior.copy()
        for token, topic in zip(tokens, z):
            weight *= phi[topic, token] * n[topic]  # the sampling scheme of Polya's urn
            n[topic] += 1
        total += weight
        mean = mean + weight * n
        square = square + weight * n * n
    return mean / total / n.sum(), square / total - (mean / total) ** 2


def test_sampled_topics_have_the_posterior_that_enumeration_gives():
    rng = np.random.default_rng(3)
    phi, prior = rng.dirichlet(np.full(4, 0.5), 3), np.array([0.2, 0.5, 0.9])
    rows = np.array([[2, 1, 0, 1], [0, 0, 3, 0], [1, 1, 1, 1]])
    times = 4000
    counts = sparse.csr_array(np.repeat(rows, times, axis=0))
    uniform = rng.random((int(counts.sum()), 1 + FORGOTTEN + KEPT))
    mean, states = fold_in(counts, phi, prior, uniform)
    assert np.allclose(mean.sum(1), 1)
    for k, row in enumerate(rows):
        expected, variance = exact(row, phi, prior)
        some = slice(k * times, (k + 1) * times)
        assert mean[some].mean(0) == pytest.approx(expected, abs=0.01)
        for state in states[:, some]:
            assert state.var(0) == pytest.approx(variance, abs=0.08)


@settings(max_examples=12, deadline=None)
@given(st.sets(st.integers(1, 39), max_size=5), st.booleans())
def test_topics_are_the_same_however_the_corpus_is_cut(found, cuts, some):
    said, model = found
    inside = np.arange(40) % 3 > 0 if some else np.ones(40, bool)

    def part(a, b):
        bags = passage_bags(encoded(said[a:b]), size=20)
        keep = inside[a:b][bags.units["document"].to_numpy(np.int64)]
        return infer(model, bags, IDS[a:b], keep=keep)

    bounds = [0, *sorted(cuts), 40]
    whole = inferred(model, [part(0, 40)])
    joined = inferred(model, [part(a, b) for a, b in pairwise(bounds)])
    assert np.array_equal(joined.values, whole.values)
    assert joined.units.astype(int).equals(whole.units.astype(int))
    for name, table in whole.details.items():
        pd.testing.assert_frame_equal(joined.details[name], table, check_exact=True)
    assert dict(joined.params) == dict(whole.params)


def test_blocks_do_not_change_the_result(found, monkeypatch):
    said, model = found
    bags = passage_bags(encoded(said), size=20)
    once = infer(model, bags, IDS)
    monkeypatch.setattr("discourse.features.topic_inference.BLOCK", 7)
    again = infer(model, bags, IDS)
    assert np.array_equal(again.values, once.values)
    assert again.details["shares"].equals(once.details["shares"])


def test_planted_topics_are_inferred_of_documents_that_the_model_has_not_seen(found):
    _, model = found
    said = [*texts(9)[:20], "Nothing that it knows."]
    bags = passage_bags(encoded(said), size=20)
    whole = inferred(model, [infer(model, bags, [f"new-{k}" for k in range(21)])])
    assert (whole.units["document"] < 20).all(), "a passage without a term of the model has no topics"
    sea = int(np.isin(np.array(model.terms)[np.argsort(-model.topic_term[0], 1)[:, :4]], SEA).all(1).argmax())
    y, x = topic_by_document(whole, 21)
    planted = np.array([sum(w in SEA for w in t.split()) / sum(w in SEA + LAND for w in t.split()) for t in said[:20]])
    assert np.abs(y[:20, sea] / x[:20, 0] - planted).max() < 0.1
    means, draws = topic_fits(whole, 21)
    assert np.allclose(means.mean(0), y, atol=1e-3)
    assert np.allclose(draws.sum(3), x[:, 0], atol=1e-2)
    assert whole.params["n_passages"] == len(whole.units) and whole.params["n_fitted"] == len(model.model.units)
    prevalence = np.average(whole.values, axis=0, weights=whole.units["n_tokens"])
    assert whole.details["topics"]["prevalence"].to_numpy() == pytest.approx(prevalence)


def test_a_part_without_passages_adds_nothing(found):
    said, model = found
    parts = [passage_bags(encoded(t), size=20) for t in (said[:20], ["Nothing of it."], said[20:])]
    ids = [IDS[:20], ["none"], IDS[20:]]
    joined = inferred(model, [infer(model, bags, named) for bags, named in zip(parts, ids)])
    assert sorted(set(joined.units["document"])) == [*range(20), *range(21, 41)]
    assert joined.units["start"].is_monotonic_increasing and joined.units["passage"].is_unique


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(1, 300))
def test_each_group_has_its_share_of_a_sample(available, size):
    taken = shares_of_sample(available, size)
    n = np.array(available)
    assert taken.sum() == min(size, n.sum())
    assert (taken <= n).all() and (taken >= 0).all()
    if size < n.sum():
        least = np.minimum(n, int(LEAST * size / (n > 0).sum()))
        assert (taken >= least).all()
        exact_share = size * n / n.sum()
        # Where all have the least in proportion, the shares are proportional.
        if (exact_share >= least).all():
            assert (np.abs(taken - exact_share) < 1).all()


@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 6)), min_size=1, max_size=30), st.randoms())
def test_a_sample_is_the_same_in_another_order_of_documents(documents, random):
    def chosen(order):
        group = np.array([documents[k][0] for k in order])
        units = pd.DataFrame(
            {"document": [at for at, k in enumerate(order) for _ in range(documents[k][1])]}, dtype=int
        )
        mask = choose(units, [f"d{k}" for k in order], group, 20, seed=5)
        place = units.groupby("document").cumcount()
        return {(order[d], p) for d, p in zip(units["document"][mask], place[mask])}

    order = list(range(len(documents)))
    first = chosen(order)
    assert all(documents[d][0] >= 0 for d, _ in first)
    assert len(first) == min(20, sum(n for g, n in documents if g >= 0))
    random.shuffle(order)
    assert chosen(order) == first


def test_another_seed_is_another_sample():
    units = pd.DataFrame({"document": np.repeat(np.arange(40), 5)})
    a, b = (choose(units, IDS, np.zeros(40, int), 100, seed) for seed in (1, 2))
    assert a.sum() == b.sum() == 100
    assert 20 < (a & b).sum() < 80
