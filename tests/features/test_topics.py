import ast
import os
import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from discourse.errors import DiscourseError, TooLittleText
from discourse.features import topic_engine, topic_process
from discourse.features._examples import encoded
from discourse.features.passages import join_bags, passage_bags, passages
from discourse.features.store import load_features, save_features
from discourse.features.topic_candidates import candidates
from discourse.features.topic_fits import match_fits, matched, seeds_of, shares_by_document
from discourse.features.topic_process import TopicModel
from discourse.features.topic_quality import exclusivity, held_out_likelihood
from discourse.features.topics import (
    ENGINES,
    coherence,
    exemplars,
    fit_in_process,
    fit_topics,
    topic_by_document,
    topic_fits,
    topics,
)

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


@pytest.fixture(scope="module", params=list(ENGINES))
def model(request, corpus):
    return topics(corpus, k=2, engine=request.param, passage_size=25, iterations=200, **SMALL)


def test_two_planted_topics_are_found(model):
    assert np.allclose(model.values.sum(1), 1, atol=1e-6)
    found = model.details["terms"].groupby("topic")["term"].agg(lambda t: set(list(t)[:8]))
    assert {frozenset(t) for t in found} == {frozenset(SEA), frozenset(LAND)}
    y, x = topic_by_document(model, 60)
    assert np.allclose(y.sum(1), x[:, 0])
    share = y / x
    best = int(share[1].argmax())
    assert (share[1::2, best] > 0.8).all()
    assert (share[0::2, best] < 0.2).all()


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


def test_exemplars_come_from_different_documents(model):
    best = exemplars(model, 0, 3)
    assert best["document"].nunique() == 3
    assert best["share"].is_monotonic_decreasing


def test_coherence_by_hand():
    # Two terms that always occur together have NPMI 1 with each other.
    counts = sparse.csr_array(np.array([[1, 3, 0, 0], [1, 1, 0, 0], [0, 0, 2, 1], [0, 0, 1, 1]]))
    assert coherence(np.array([[0, 1]]), counts)[0] == pytest.approx(1.0, abs=1e-9)
    everywhere = sparse.csr_array(np.ones((4, 2), int))
    assert coherence(np.array([[0, 1]]), everywhere) == [0.0]


def test_coherence_equals_gensim_over_whole_passages():
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    rng = np.random.default_rng(3)
    counts = rng.poisson(0.4, (80, 15))
    counts[0] = 1
    texts = [[f"w{j}" for j in np.repeat(np.arange(15), row)] for row in counts]
    texts = [t for t in texts if t]
    best = np.array([rng.choice(15, 6, replace=False) for _ in range(4)])
    theirs = CoherenceModel(
        topics=[[f"w{j}" for j in row] for row in best],
        texts=texts,
        dictionary=Dictionary(texts),
        coherence="c_npmi",
        window_size=1000,
        processes=1,
    ).get_coherence_per_topic()
    ours = coherence(best, sparse.csr_array(counts[counts.sum(1) > 0]))
    assert ours == pytest.approx(theirs, abs=1e-9)


def shuffled(corpus, size, seed):
    """The same corpus with the tokens of each passage in another order."""
    rng = np.random.default_rng(seed)
    ids = corpus.ids.copy()
    for a, b in passages(corpus, corpus.words(), size)[["start", "stop"]].to_numpy():
        ids[a:b] = rng.permutation(ids[a:b])
    assert not np.array_equal(ids, corpus.ids)
    return replace(corpus, ids=ids)


def test_the_same_on_each_run_whatever_the_order_of_words_in_a_passage(model, corpus):
    again = topics(
        shuffled(corpus, 25, 1), k=2, engine=model.params["engine"], passage_size=25, iterations=200, **SMALL
    )
    assert np.array_equal(again.values, model.values)
    for name in ("terms", "topics"):
        assert again.details[name].equals(model.details[name])


def test_bags_count_what_the_passages_hold(corpus):
    mask = corpus.words() & (np.arange(corpus.n_tokens) % 3 > 0)
    bags = passage_bags(corpus, mask, 25)
    for row, (a, b) in enumerate(bags.units[["start", "stop"]].to_numpy()):
        inside = corpus.folded_ids[a:b][mask[a:b]]
        assert np.array_equal(bags.values[[row]].toarray()[0], np.bincount(inside, minlength=len(bags.columns)))
    assert bags.values.sum() == mask.sum() == bags.units["n_tokens"].sum()


def test_topics_are_bags_then_a_fit(corpus):
    settings = {"k": 2, "iterations": 30, **SMALL}
    whole = topics(corpus, passage_size=25, **settings)
    bags = passage_bags(corpus, size=25)
    assert np.array_equal(fit_topics(bags, **settings).values, whole.values)
    # Leaving out documents of the bags is leaving out their tokens.
    documents = np.arange(60) >= 20
    mask = corpus.words() & documents[corpus.parent("document")]
    some = fit_topics(bags, keep=documents[bags.units["document"]], **settings)
    masked = topics(corpus, mask=mask, passage_size=25, **settings)
    assert np.array_equal(some.values, masked.values)
    assert some.details["terms"].equals(masked.details["terms"])
    assert some.units["start"].tolist() == masked.units["start"].tolist()


def test_bags_of_parts_are_the_bags_of_the_whole():
    texts = [f"Alpha {w} beta. Then {w} {w} left." for w in ("zeta", "wheat", "anchor", "fleet", "barn")]
    whole = passage_bags(encoded(texts), size=3)
    joined = join_bags([passage_bags(encoded(texts[:2]), size=3), passage_bags(encoded(texts[2:]), size=3)])
    assert joined.columns == whole.columns
    assert (joined.values != whole.values).nnz == 0
    assert joined.units.astype(int).equals(whole.units.astype(int))
    assert dict(joined.params) == dict(whole.params)


def test_a_dead_engine_is_one_clear_error(tmp_path, monkeypatch):
    script = tmp_path / "engine.py"
    script.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", encoding="utf-8")
    monkeypatch.setattr(topic_process, "_SCRIPT", script)
    counts = sparse.csr_array(np.ones((4, 2), int))
    with pytest.raises(DiscourseError, match=r"the topic engine tomotopy ended with signal 11 \(Segmentation fault\)"):
        fit_in_process(counts, 2, 1, 10, "tomotopy")
    script.write_text("raise ValueError('no such thing')\n", encoding="utf-8")
    with pytest.raises(DiscourseError, match=r"the topic engine nmf failed: ValueError: no such thing$"):
        fit_in_process(counts, 2, 1, 10, "nmf")


def python(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


def test_tomotopy_runs_in_one_build_on_every_processor():
    code = f"import runpy; print(runpy.run_path({topic_engine.__file__!r})['pinned_tomotopy']().isa)"
    done = python(code, TOMOTOPY_ISA="avx2")
    assert done.stdout.strip() == "sse2", done.stderr
    late = "import os; os.environ['TOMOTOPY_ISA'] = 'avx2'; import tomotopy; " + code
    assert 'RuntimeError: tomotopy was imported in its build for "avx2" before' in python(late).stderr


def test_a_model_is_the_same_whatever_build_the_environment_asks_for(monkeypatch):
    """Without the pin these two differ in the seventh digit."""
    rng = np.random.default_rng(2)
    counts = sparse.csr_array(np.stack([np.bincount(rng.zipf(1.3, 80) % 100, minlength=100) for _ in range(60)]))
    fitted = []
    for build in ("sse2", "avx2"):
        monkeypatch.setenv("TOMOTOPY_ISA", build)
        fitted.append(fit_in_process(counts, k=5, seed=1, iterations=100, engine="tomotopy"))
    assert np.array_equal(fitted[0].passage_topic, fitted[1].passage_topic)
    assert np.array_equal(fitted[0].topic_term, fitted[1].topic_term)


def test_tomotopy_is_given_the_tokens_of_each_passage(monkeypatch):
    """Against its own documents, added one by one; zeros that a matrix stores are no tokens."""
    tomotopy = topic_engine.pinned_tomotopy()
    rng = np.random.default_rng(7)
    dense = rng.poisson(0.8, (30, 12))
    dense[:, 0] += 1
    theirs = tomotopy.LDAModel(k=3, seed=5, alpha=topic_engine.ALPHA, eta=topic_engine.ETA)
    for row in dense:
        theirs.add_doc([str(i) for i in np.repeat(np.arange(12), row)])
    theirs.burn_in = 30 // 12
    theirs.train(30, workers=1)
    counts = sparse.csr_array(dense)
    stored = sparse.csr_array(
        (np.append(counts.data, 0), np.append(counts.indices, 3), counts.indptr + np.r_[[0] * 30, 1])
    )
    monkeypatch.setattr(topic_engine, "STATES", 1)
    for given in (counts, stored):
        arrays = topic_engine.Counts(given.indptr, given.indices, given.data, 12)
        model = topic_engine.ENGINES["tomotopy"](arrays, 3, 5, 30)
        assert model.fit == theirs.ll_per_word
        assert np.array_equal(model.prior, theirs.alpha)
        assert np.array_equal(
            model.concentration[0], np.array([d.get_topic_dist(normalize=False) for d in theirs.docs], float)
        )


def test_the_engine_imports_nothing_of_the_package():
    names = set()
    for node in ast.walk(ast.parse(Path(topic_engine.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).split(".")[0])
    assert not names & {"discourse", "pandas"}


def test_store(model, tmp_path):
    save_features(model, tmp_path)
    again = load_features(tmp_path)
    assert np.array_equal(again.values, model.values)
    assert again.details["terms"].equals(model.details["terms"])
    assert dict(again.params) == dict(model.params)


def test_a_model_needs_no_text_and_no_tokens(corpus, tmp_path):
    bags = passage_bags(corpus, size=60)
    save_features(bags, tmp_path)
    model, again = (fit_topics(b, k=2, iterations=20, **SMALL) for b in (bags, load_features(tmp_path)))
    assert np.array_equal(again.values, model.values)
    assert again.details["topics"].equals(model.details["topics"])


def test_too_little_and_unknown(corpus):
    with pytest.raises(TooLittleText, match=r"n = 60 passages.*it needs 400 passages"):
        topics(corpus, k=20, passage_size=60)
    with pytest.raises(DiscourseError, match="unknown topic engine"):
        topics(corpus, engine="magic")
    with pytest.raises(TooLittleText, match="terms that occur in at least 5 passages and at most 40%"):
        topics(corpus, k=2, passage_size=60)


def test_matching_is_the_best_of_all_assignments():
    rng = np.random.default_rng(4)
    a, b = rng.dirichlet(np.ones(7), 4), rng.dirichlet(np.ones(7), 4)
    cosine = [[x @ y / np.linalg.norm(x) / np.linalg.norm(y) for y in b] for x in a]
    best = max(permutations(range(4)), key=lambda order: sum(cosine[i][j] for i, j in enumerate(order)))
    order, found = matched(a, b)
    assert tuple(order) == best
    assert found.tolist() == pytest.approx([cosine[i][j] for i, j in enumerate(best)])


def test_fits_in_another_order_of_topics_are_one_model():
    rng = np.random.default_rng(5)
    theta, phi = rng.dirichlet(np.ones(3), 9), rng.dirichlet(np.full(8, 0.2), 3)
    concentration, prior = rng.random((2, 9, 3)), rng.random(3)
    fits = []
    for order, fit in (([0, 1, 2], -7.0), ([2, 0, 1], -6.5), ([1, 2, 0], -6.9)):
        fits.append(TopicModel(theta[:, order], phi[order], concentration[:, :, order], prior[order], fit))
    found = match_fits(fits)
    assert found.reference == 1
    assert np.allclose(found.match, 1)
    assert np.allclose(found.passage_topic, theta[:, [2, 0, 1]])
    assert np.allclose(found.topic_term, phi[[2, 0, 1]])
    assert all(np.array_equal(f.prior, prior[[2, 0, 1]]) for f in found.fits)
    assert all(np.array_equal(f.concentration, concentration[:, :, [2, 0, 1]]) for f in found.fits)


def test_exclusivity_by_hand():
    """Term 0 is all of topic 0's own: first of 4 by share and by probability; term 3 of topic 1, too."""
    phi = np.array([[0.4, 0.3, 0.3, 0.0], [0.0, 0.3, 0.3, 0.4]])
    assert exclusivity(phi, top=1) == [1.0, 1.0]
    # Terms 1 and 2 are tied in both: ranks 2.5 of 4.
    assert exclusivity(phi, top=3)[0] == pytest.approx((1 + 2 * 0.625) / 3)


def test_held_out_likelihood_is_that_of_a_loop():
    rng = np.random.default_rng(6)
    theta, phi = rng.dirichlet(np.ones(3), 5), rng.dirichlet(np.ones(6), 3)
    held = [rng.integers(0, 6, n) for n in (0, 3, 1, 4, 2)]
    logs = [np.log(sum(theta[d, k] * phi[k, w] for k in range(3))) for d in range(5) for w in held[d]]
    assert held_out_likelihood(theta, phi, held) == pytest.approx(np.mean(logs))


def test_the_number_that_was_planted_has_the_likeliest_held_out_tokens(corpus):
    bags = passage_bags(corpus, size=25)
    found = candidates(bags, [2, 3, 90], seeds=2, iterations=100, **SMALL)
    assert found["k"].tolist() == [2, 2, 3, 3], "there are too few passages for 90"
    means = found.groupby("k")[["likelihood", "match"]].mean()
    assert means["likelihood"].idxmax() == 2
    # Words of each of the two topics are equally likely, others never occur.
    assert np.log(1 / 8) - 0.25 < means.loc[2, "likelihood"] < np.log(1 / 8) + 0.05
    assert means.loc[2, "match"] > 0.98
    again = candidates(bags, [2, 3, 90], seeds=2, iterations=100, workers=2, **SMALL)
    assert again.equals(found)


@pytest.mark.parametrize("engine", list(ENGINES))
def test_several_fits_and_their_draws(engine, corpus):
    settings = {"k": 2, "engine": engine, "passage_size": 25, "iterations": 60, **SMALL}
    model = topics(corpus, seeds=3, **settings)
    means, draws = topic_fits(model, 60)
    n = 1 if engine == "nmf" else 3
    assert means.shape == (n, 60, 2) and len(model.details["fits"]) == n == model.params["seeds"]
    y, x = topic_by_document(model, 60)
    assert np.allclose(means.mean(0), y, atol=1e-3)
    assert np.allclose(means.sum(2), x[:, 0], atol=1e-3)
    # Draws scatter around the expectation.
    if engine != "nmf":
        assert np.allclose(draws.sum(3), x[:, 0], atol=1e-3)
        assert np.abs(draws.mean((0, 1)) - y).max() < 10
        assert (draws.var(1) > 0).any()
    assert model.details["fits"]["reference"].sum() == 1
    side_by_side = topics(corpus, seeds=3, workers=3, **settings)
    assert np.array_equal(side_by_side.values, model.values)
    for name, table in model.details.items():
        assert side_by_side.details[name].equals(table)


def test_draws_have_the_variance_of_a_dirichlet_distribution():
    units = pd.DataFrame({"document": [0, 0, 3], "n_tokens": [10, 30, 5]})
    alpha = np.array([[2.0, 6.0], [8.0, 8.0], [1.0, 1.0]])
    states = np.repeat(alpha[None], 3000, axis=0)
    fit = TopicModel(alpha / alpha.sum(1, keepdims=True), np.eye(2), states, np.ones(2), 0.0)
    table = shares_by_document([fit], units, seed=1)
    assert sorted(set(table["document"])) == [0, 3]
    drawn = table[(table["document"] == 0) & (table["draw"] > 0)]["T1"]
    variance = 100 * stats.beta(2, 6).var() + 900 * stats.beta(8, 8).var()
    assert drawn.mean() == pytest.approx(10 * 0.25 + 30 * 0.5, rel=0.02)
    assert drawn.var() == pytest.approx(variance, rel=0.1)


def test_seeds_of_neighbours_do_not_overlap():
    every = [s for seed in range(40) for s in seeds_of(seed, 8)[1:]]
    assert len(set(every)) == len(every)
    assert all(0 <= s < 2**31 for s in every)
