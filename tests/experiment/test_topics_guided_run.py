"""Topics with covariates, seeds, and words by group: the whole report, from text and from a bundle, and every mistake."""

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.topics.measure import Unstable, instability
from discourse.experiment import compute, load, resolve
from discourse.experiment.sharing import make_bundle
from discourse.figures.draw import draw

ONE_FIT = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}"
GUIDED = (
    "topics: {k: 3, engine: dmr, covariates: [group, minister, decade], iterations: 40, passage_size: 60, seeds: 2, scope: all, "
    "seeded: {Travel: [railway*, station, kraken, the], Farm: [farmer, grain]}, words_by_group: true, candidates: [2], max_share: 1}"
)
FEWER = ("frequency: {min_clusters: 2}", "frequency: false"), ("{resamples: 300}", "{resamples: 100}")


def changed(experiment, topics):
    return experiment.change((ONE_FIT, topics), *FEWER)


def test_the_report_has_seeds_covariates_and_words(experiment, printed, unexplained):
    changed(experiment, GUIDED)
    results = experiment.compute()
    found = results.found("topics")
    model = found.model
    assert {"Travel", "Farm"} < set(model.columns) and set(found.unstable) == set(model.columns)
    report = experiment.report()
    assert unexplained(report) == []
    figures = {f.name: f for f in report.figures}
    assert {"topics", "topic-priors", "topics-by-decade", "topic-words"} <= set(figures)
    for name in ("topics", "topic-priors", "topics-by-decade", "topic-words"):
        draw(figures[name].frame.assign(mark="m"), figures[name].kind)
    text, tables = printed(report), report.tables
    assert "Prevalences by minister are in the tables: no value has 5 documents of a group." in text
    assert "kraken (does not occur)" in text and "the (occurs too rarely or too often, or is a function word)" in text
    assert "Dirichlet-multinomial regression; Mimno and McCallum 2008" in text
    assert {"mimno2008", "jagarlamudi2012", "eshima2024", "monroe2008"} <= set(report.citations)
    # One prior: the difference of sums over documents, by hand.
    table = model.details["one_prior"].set_index("document")
    x = np.bincount(model.units["document"], model.units["n_tokens"], 40)
    for row in found.priors.itertuples():
        y = table[row.item].reindex(range(40)).fillna(0).to_numpy()
        after, before = (100 * y[g].sum() / x[g].sum() for g in (slice(20, 40), slice(0, 20)))
        assert row.one_prior == pytest.approx(after - before, abs=1e-4)
    # Levels of ministers: prevalence in their documents.
    levels = tables["topics-by-minister"]
    y, item = model.details["shares"].query("draw == 0").groupby("document")["Farm"].mean().to_numpy(), "Farm"
    of = [r["minister"] for r in experiment.rows]
    for row in levels[levels["panel"] == item].itertuples():
        rows = np.array([m == row.item for m in of]) & (
            np.arange(40) < 20 if row.stratum.startswith("Before") else np.arange(40) >= 20
        )
        assert row.estimate == pytest.approx(100 * y[rows].sum() / x[rows].sum(), abs=1e-3)
    assert set(tables["topic-coefficients"]["covariate"]) == {"(all)", "group", "minister", "decade"}
    assert "After the treaty" in set(tables["topic-coefficients"]["level"])
    words = tables["topic-words"]
    assert set(words["item"]) <= set(model.columns) and (words["low"] <= words["estimate"]).all()
    assert set(figures["topic-candidates"].frame["k"]) == {2, 3}


def test_from_a_bundle_it_is_the_same(experiment, tmp_path):
    changed(experiment, GUIDED.replace(" candidates: [2],", ""))
    here = experiment.compute().found("topics")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "norland.bundle.zip").write_bytes(make_bundle(resolve(load(experiment.file))))
    (tmp_path / "there" / "norland.yaml").write_bytes(experiment.file.read_bytes())
    results = compute(resolve(load(tmp_path / "there" / "norland.yaml")))
    assert results.graph.base.bundle is not None
    there = results.found("topics")
    assert np.array_equal(there.model.values, here.model.values)
    for name in ("priors", "words"):
        pd.testing.assert_frame_equal(getattr(there, name), getattr(here, name))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("covariates: [minister]", "tomotopy knows no covariates: set engine: dmr"),
        ("engine: nmf, seeded: {A: [road]}", "nmf takes no seed words: take tomotopy or dmr"),
        ("seeded: {A: [road], B: [bridge], C: [river]}", "3 topics are seeded, and k is 2"),
        ("seeded: {T1: [road]}", 'a topic cannot be called "T1"'),
        ("seeded: {A: [winter river]}", '"winter river" is not one word'),
        ("seeded: {A: []}", 'the topic "A" has no seed word'),
        ("scope: all, seeded: {A: [kraken]}", r'norland.yaml:\d+: .*no seed word of the topic "A" occurs in the passages'),
        ("scope: all, seeded: {A: [the]}", r'norland.yaml:\d+: .*"A" is a term of the model'),
        ("engine: dmr, covariates: [ministr]", r'norland.yaml:\d+: .*no covariate "ministr". Did you mean "minister"'),
        ("scope: all, engine: dmr, covariates: [issuer]", 'all passages have the same value of "issuer"'),
        ("scope: sentences, engine: dmr, covariates: [group, title]", '"title" has 40 values in'),
    ],
)  # fmt: skip
def test_mistakes_are_said(experiment, setting, message):
    import re

    changed(experiment, ONE_FIT.replace("seeds: 1", f"seeds: 1, {setting}"))
    assert re.search(message, experiment.problem(), re.DOTALL)


def test_a_difference_that_the_prior_makes_gets_no_verdict():
    topics = pd.DataFrame({"label": ["T1", "T2", "T3", "T4"], "match": [0.9, 0.9, 0.9, 0.5]})
    table = pd.DataFrame({"item": topics["label"], "contrast": "difference", "share_fits": 0.1})
    bounds = {"estimate": [4.0, 4.0, 1.0, 4.0], "low": [1.0, 1.0, -1.0, 1.0], "high": [7.0, 7.0, 3.0, 7.0]}
    priors = pd.DataFrame({"item": topics["label"], **bounds, "one_prior": [1.9, 2.1, -1.0, -4.0]})
    found = list(instability(topics, table, priors).values())
    assert found == [Unstable.PRIOR, Unstable.NO, Unstable.NO, Unstable.WORDS]


def test_plain_topics_have_none_of_it(experiment):
    report = changed(experiment, ONE_FIT).report()
    assert not {"topic-priors", "topic-words"} & {f.name for f in report.figures}
    assert not {"topic-seeds", "topic-coefficients"} & set(report.tables)
    assert not {"mimno2008", "eshima2024"} & set(report.citations)
