"""Covariates and seeds of topics: the priors of tomotopy, planted topics and differences, and loops that are obviously right.

Signs and sizes beside structural-topic-model 1.0.0 (Python 3.12 only, so that it is no test dependency) were measured with
`benchmarks/topics_dmr.py`; they are in docs/topics.md.
"""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from discourse.errors import UsageError
from discourse.features._examples import encoded
from discourse.features.passages import passage_bags
from discourse.features.topic_candidates import candidates
from discourse.features.topic_fits import matched
from discourse.features.topic_guide import NONE, coded, levels_of, seeds_in
from discourse.features.topic_inference import FORGOTTEN, KEPT, Trained, fold_in, infer
from discourse.features.topic_words import LEAST, words_by_document
from discourse.features.topics import TopicSettings, fit_topics, topic_by_document, topics, train
from discourse.types import Features

SEA = "harbour fleet sailor anchor captain island vessel storm".split()
LAND = "farmer wheat tractor harvest village meadow cattle barn".split()
SMALL = {"min_passages_per_topic": 5, "max_share": 1.0, "top": 8, "iterations": 100, "seeds": 2}


def said(share, n=60, seed=1, words=12):
    """Texts of one passage each; `share[k]` of the words of the k-th are of the sea."""
    rng = np.random.default_rng(seed)
    return [
        " ".join(rng.choice(SEA if rng.random() < share[k] else LAND) for _ in range(words)) + "." for k in range(n)
    ]


def bags_of(share, groups, **options):
    bags = passage_bags(encoded(said(share, len(share), **options)), size=20)
    return replace(bags, units=bags.units.assign(party=np.array(groups, object)[bags.units["document"]]))


@pytest.fixture(scope="module")
def two() -> tuple[Features, Trained]:
    groups = ["a", "b"] * 40
    bags = bags_of([0.8 if g == "a" else 0.2 for g in groups], groups)
    return bags, train(bags, k=2, engine="dmr", covariates=["party"], **SMALL)


def sea(model):
    """The column of the topic of the sea."""
    first = model.details["terms"].groupby("topic")["term"].agg(lambda t: len(set(list(t)[:6]) & set(SEA)))
    return int(first.to_numpy().argmax())


def test_planted_prevalences_are_found_and_the_coefficients_have_their_sign(two):
    bags, found = two
    t = sea(found.model)
    y, x = topic_by_document(found.model, 80)
    a, b = (y[k::2, t].sum() / x[k::2].sum() for k in (0, 1))
    assert (a, b) == pytest.approx((0.8, 0.2), abs=0.06)
    assert found.levels == [("party", "a"), ("party", "b")]
    by_level = found.coefficients.mean(0)
    assert by_level[1, t] - by_level[2, t] > 0.2 > -0.2 > by_level[1, 1 - t] - by_level[2, 1 - t]
    again = train(bags, k=2, engine="dmr", covariates=["party"], **SMALL, workers=2)
    assert np.array_equal(again.model.values, found.model.values)
    assert np.array_equal(again.coefficients, found.coefficients)


def test_priors_are_those_of_tomotopy():
    """Of the last state of a sampler the prior by our coefficients is what tomotopy says of a passage with these values."""
    code = """
import numpy as np
from discourse.features import topic_engine as e
t = e.pinned_tomotopy()
rng = np.random.default_rng(1)
counts = e.Counts(np.arange(0, 301, 5), np.concatenate([rng.choice(20, 5, replace=False) for _ in range(60)]), np.ones(300, int), 20,
    np.column_stack([np.arange(60) % 2, 2 + np.arange(60) % 3]), 6)
kept = []
original = t.DMRModel
class Spy(original):
    def __init__(self, **options):
        super().__init__(**options)
        kept.append(self)
t.DMRModel = Spy
e._dmr(counts, 3, 1, 60)
model = kept[0]
ours = e._coefficients(model, counts)
for a in (0, 1):
    for b in (2, 3, 4):
        theirs = np.array(model.get_topic_prior(multi_metadata=[str(a), str(b)]))
        assert np.allclose(np.exp(ours[0] + ours[1 + a] + ours[1 + b]), theirs, rtol=1e-3), (a, b)
# No passage has the sixth level: its coefficient is the mean of the prior.
assert np.allclose(ours[6], np.log(e._centre(counts))) and np.isclose(e._centre(counts) ** 3, e.ALPHA)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_passages_outside_are_inferred_with_the_prior_of_their_covariates(two):
    _, found = two
    # One word of each topic: only the prior can tell.
    texts = ["Harbour wheat."] * 60
    bags = passage_bags(encoded(texts), size=20)
    ids = [f"d{k}" for k in range(60)]
    bags = replace(bags, units=bags.units.assign(party=np.repeat(["a", "b", "never"], 20).astype(object)))
    t = sea(found.model)
    values = infer(found, bags, ids).values[:, t].reshape(3, 20).mean(1)
    assert values[0] > values[2] > values[1]
    plain = infer(found.with_one_prior(), bags, ids).values[:, t].reshape(3, 20).mean(1)
    assert np.ptp(plain) < np.ptp(values) / 2


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**16), st.integers(2, 4))
def test_one_prior_for_all_is_the_same_prior_for_each(seed, k):
    rng = np.random.default_rng(seed)
    counts = sparse.csr_array(rng.poisson(1.0, (6, 5)) + np.eye(6, 5, dtype=int) + (np.arange(6) == 5)[:, None])
    phi, prior = rng.dirichlet(np.ones(5), k), rng.gamma(1.0, size=k) + 0.01
    uniform = rng.random((int(counts.sum()), 1 + FORGOTTEN + KEPT))
    one, each = fold_in(counts, phi, prior, uniform), fold_in(counts, phi, np.tile(prior, (6, 1)), uniform)
    assert all(np.array_equal(a, b) for a, b in zip(one, each))
    # And a prior of its own moves only the passage that has it.
    other = np.tile(prior, (6, 1))
    other[2, 0] += 50.0
    mean = fold_in(counts, phi, other, uniform)[0]
    rows = np.arange(6) != 2
    assert np.array_equal(mean[rows], one[0][rows]) and mean[2, 0] > one[0][2, 0]


@given(st.lists(st.sampled_from(["x", "y", "", None]), min_size=1, max_size=8))
def test_levels_are_numbered_through(values):
    units = pd.DataFrame({"one": values, "two": [str(k % 2) for k in range(len(values))]})
    levels = levels_of(units, ["one", "two"])
    for (one, two), codes in zip(zip(values, units["two"]), coded(units, levels)):
        assert [levels[c] for c in codes] == [("one", one or NONE), ("two", two)]


def test_a_seeded_topic_is_the_one_with_its_seeds_in_every_fit():
    bags = bags_of(np.random.default_rng(2).random(80), ["a"] * 80)
    for seeds, own in ((["wheat", "harv*"], LAND), (["fleet", "sailor", "kraken"], SEA)):
        model = fit_topics(bags, k=2, seeded={"Mine": seeds}, **SMALL)
        at = list(model.columns).index("Mine")
        terms = model.details["terms"]
        assert set(terms.loc[terms["topic"] == at + 1, "term"]) == set(own)
        table = model.details["seeds"]
        assert table.loc[table["seed"] == "kraken", ["term", "count"]].values.tolist() == [["", 0]] * (
            "kraken" in seeds
        )
        hits = table[table["term"] != ""]
        counts = dict(zip(bags.columns, np.asarray(bags.values.sum(0))))
        assert hits["count"].tolist() == [counts[t] for t in hits["term"]]
        probability = terms[terms["topic"] == at + 1].set_index("term")["probability"]
        assert hits["probability"].tolist() == pytest.approx([probability[t] for t in hits["term"]])
        assert list(model.details["shares"].columns[3:]) == list(model.columns)


def test_seeds_pull_a_topic_where_the_words_alone_would_find_another():
    """Four words in four pairs: each pair could be a topic; the seeds say which two belong together."""
    rng = np.random.default_rng(4)
    pairs = [SEA[:2], SEA[2:4], LAND[:2], LAND[2:4]]
    texts = [" ".join(rng.choice(pairs[k % 4], 8)) + "." for k in range(160)]
    bags = passage_bags(encoded(texts), size=20)
    together = {"One": [SEA[0], LAND[0]], "Other": [SEA[2], LAND[2]]}
    model = fit_topics(bags, k=2, seeded=together, **SMALL)
    for name, words in together.items():
        terms = model.details["terms"].set_index("term")
        part = terms[terms["topic"] == list(model.columns).index(name) + 1]["probability"]
        assert part[words].sum() > 0.3, name


def test_seeded_topics_are_matched_to_themselves():
    a = np.eye(4)[[0, 1, 2, 3]] + 0.01
    b = a[[1, 0, 3, 2]]
    assert matched(a, b)[0].tolist() == [1, 0, 3, 2]
    assert matched(a, b, 2)[0].tolist() == [0, 1, 3, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"covariates": ["party"]}, "tomotopy knows no covariates"),
        ({"engine": "nmf", "seeded": {"A": ["wheat"]}}, "nmf takes no seed words"),
        ({"seeded": {"A": ["a"], "B": ["b"], "C": ["c"]}}, "3 topics are seeded, and the model has 2"),
        ({"engine": "dmr", "covariates": ["parti"]}, 'no column "parti". Did you mean "party"'),
        ({"seeded": {"A": ["kraken"]}}, 'no seed word of the topic "A" is a term of the model'),
    ],
)
def test_what_cannot_be_asked_for(two, options, message):
    with pytest.raises(UsageError, match=message):
        fit_topics(two[0], k=2, **{**SMALL, **options})


def test_candidates_have_the_covariates_and_seeds_of_the_model(two):
    bags, _ = two
    seeded = {"Sea": ["fleet"], "Land": ["wheat"], "Else": ["barn"]}
    found = candidates(bags, [2, 3], engine="dmr", covariates=["party"], seeded=seeded, **{**SMALL, "seeds": 1})
    assert found["k"].tolist() == [3], "two topics cannot hold three seeded ones"
    assert np.isfinite(found[["likelihood", "coherence", "exclusivity"]].to_numpy()).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**16))
def test_words_by_document_are_those_of_a_naive_loop(seed):
    rng = np.random.default_rng(seed)
    n, k, terms = 7, 3, list("abcdef")
    counts = rng.poisson(1.5, (n, len(terms)))
    phi, theta = rng.dirichlet(np.ones(len(terms)), (2, k)), rng.dirichlet(np.ones(k), n)
    document = np.sort(rng.integers(0, 4, n))
    units = pd.DataFrame({"passage": range(n), "document": document, "n_tokens": counts.sum(1)})
    bags = Features("passages", sparse.csr_array(counts), terms, units)
    model = Features("topics", theta, ["T1", "T2", "T3"], units)
    found = words_by_document(Trained(model, terms, phi, np.ones((2, k))), model, bags)
    expected, total, mean = {}, {}, phi.mean(0)
    for p in range(n):
        for w, term in enumerate(terms):
            of_all = sum(theta[p, t] * mean[t, w] for t in range(k))
            for t in range(k):
                share = counts[p, w] * theta[p, t] * mean[t, w] / of_all
                key = (t + 1, int(document[p]), term)
                expected[key] = expected.get(key, 0.0) + share
                total[(int(document[p]), t)] = total.get((int(document[p]), t), 0.0) + share
    kept = {key: v for key, v in expected.items() if v >= LEAST}
    rows = found["topic_words"].set_index(["topic", "document", "term"])["count"].to_dict()
    assert rows == pytest.approx(kept)
    tokens = found["topic_tokens"].set_index("document")
    assert {(d, t): tokens.loc[d, f"T{t + 1}"] for d, t in total} == pytest.approx(total)
    assert sum(total.values()) == pytest.approx(counts.sum())


def test_seed_patterns():
    terms = ["jobs", "state", "state's", "states", "u.s."]
    assert [s.terms.tolist() for s in seeds_in(terms, {"A": ["state"], "B": ["State*", "none"]})] == [
        [1, 2],
        [1, 2, 3],
        [],
    ]
    assert TopicSettings(seeded={"A": ["x"]}).engine == "tomotopy"


def test_a_column_of_the_documents_is_a_covariate():
    groups = ["a", "b"] * 30
    corpus = encoded(said([0.9 if g == "a" else 0.1 for g in groups]), groups)
    options = {**SMALL, "k": 2, "engine": "dmr", "covariates": ["group"], "iterations": 50}
    bags = passage_bags(corpus, size=20)
    bags = replace(bags, units=bags.units.assign(group=np.array(groups, object)[bags.units["document"]]))
    assert np.array_equal(topics(corpus, passage_size=20, **options).values, fit_topics(bags, **options).values)
