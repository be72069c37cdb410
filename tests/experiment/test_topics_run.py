import pandas as pd
import pytest

from discourse.analyses.topics.measure import Unstable, instability
from discourse.errors import DiscourseError
from discourse.report.words import number

ONE_FIT = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}"
SEVERAL = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 3, candidates: [3, 150]}"
SAMPLE = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1, sample: 40, max_share: 1, min_passages: 2}"
FEWER = ("frequency: {min_clusters: 2}", "frequency: false"), ("{resamples: 300}", "{resamples: 100}")


def test_a_model_of_a_sample_says_so(experiment, printed, unexplained):
    experiment.change((ONE_FIT, SAMPLE), *FEWER)
    found = experiment.compute().found("topics")
    assert not found.refusals, found.refusals
    model = found.model
    assert model.params["n_fitted"] == 40 < model.params["n_passages"] == len(model.units)
    report = experiment.report()
    caption = next(f for f in report.figures if f.name == "topics").caption
    assert "fitted on a sample of 40 and inferred for all" in caption
    text = printed(report)
    assert f"It is fitted on 40 of {len(model.units)} passages: a random sample in proportion to the groups" in text
    assert unexplained(report) == []
    # A sample of all passages is no sample.
    experiment.change((SAMPLE, SAMPLE.replace("sample: 40", "sample: 100_000")))
    every = experiment.compute().found("topics").model
    assert every.params["n_fitted"] == every.params["n_passages"]
    assert "sample" not in next(f for f in experiment.report().figures if f.name == "topics").caption


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("{engine: nmf, sample: 500}", "cannot be inferred by nmf: leave the sample out, or take one of the engines tomotopy, gensim"),
        ("{k: 30, sample: 500}", "500 passages are too few for 30 topics: expected at least 600"),
    ],
)  # fmt: skip
def test_a_sample_that_cannot_be_taken(experiment, setting, message):
    experiment.change((ONE_FIT, f"topics: {setting}"))
    with pytest.raises(DiscourseError, match=message):
        experiment.compute()


@pytest.mark.slow
def test_unstable_topics_are_marked_and_get_no_verdict(experiment, printed, unexplained):
    """The speeches have no topics: each fit finds others."""
    experiment.change((ONE_FIT, SEVERAL), *FEWER)
    results = experiment.compute(workers=2)
    found = results.found("topics")
    share = found.prevalence.table.set_index(["contrast", "item"]).loc["difference", "share_fits"]
    assert found.unstable["T1"] is not Unstable.NO, (found.model.details["topics"], share)
    shown = found.outcomes[0].shown if found.outcomes else []
    assert shown == [t for t, why in found.unstable.items() if why is Unstable.NO]
    if not shown:
        assert ("topics", "") not in results.found("verdict").items
    report = experiment.report()
    figures = {f.name: f for f in report.figures}
    assert set(figures["topics"].frame["unstable"]) == {str(v) for v in found.unstable.values()}
    assert "no verdict" in figures["topics"].caption
    numbers = figures["topic-candidates"]
    assert sorted(set(numbers.frame["k"])) == [2, 3]
    assert "Too few passages for 150 topics." in numbers.caption
    text = printed(report)
    assert "No verdict is given on topics that are unstable over the 3 fits" in text
    quality = found.model.details["topics"]
    assert all(number(v, 2) in text for v in quality["match"])
    assert unexplained(report) == []


def test_a_topic_without_a_comparison_is_stable_by_its_words():
    topics = pd.DataFrame({"label": ["T1", "T2"], "match": [0.69, 0.71]})
    nothing = pd.DataFrame({"item": [], "contrast": [], "share_fits": []})
    assert list(instability(topics, nothing).values()) == [Unstable.WORDS, Unstable.NO]
    one_fit = topics.assign(match=float("nan"))
    assert list(instability(one_fit, nothing).values()) == [Unstable.NO, Unstable.NO]
