import pandas as pd
import pytest

from discourse.analyses.topics.measure import Unstable, instability
from discourse.report.words import number

ONE_FIT = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}"
SEVERAL = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 3, candidates: [3, 150]}"
FEWER = ("frequency: {min_clusters: 2}", "frequency: false"), ("{resamples: 300}", "{resamples: 100}")


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
