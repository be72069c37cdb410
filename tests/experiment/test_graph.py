"""The graph of analyses: what is computed again, what is found again, and runs under other settings."""

import re

import pandas as pd
import pytest

from discourse.analyses import analyses
from discourse.analyses.base import Analysis, Found
from discourse.analyses.settings import NoSettings
from discourse.errors import DiscourseError
from discourse.experiment.nodes import nodes_of
from discourse.features.frequency import stem
from discourse.features.target import Target
from discourse.figures.draw import draw, encode
from discourse.report.dictionary import data_dictionary


def results_of(made):
    """Analyses that were computed, without the features and models that they needed."""
    return {kind.partition("/")[2] for kind in made if kind.startswith("results/")}


@pytest.fixture(scope="module")
def reviewers():
    """Analyses that take every outcome, as their records say."""
    return {a.name for a in analyses().values() if "outcomes" in a.needs and not a.per_target}


@pytest.mark.parametrize(
    "change",
    [
        ("title: Norland", "title: Another title"),
        ("question: Do", "question: Why do"),
        ("name: norland", "name: other\nauthor: Somebody"),
        ("{before: 2010-01-01}", '{before: 2010-01-01, label: "before the treaty was signed"}'),
        ("frequency: {min_clusters: 2}", "frequency: {min_clusters: 2, label: 3}"),
        ("breakdown: {by: minister}", "breakdown: {by: minister}\nstance: {evidence: 1}\nrepetition: {show: 1}"),
        ("breakdown: {by: minister}", "breakdown: {by: minister}\nreport: {paper: us-letter, notes: [A note.]}"),
    ],
    ids=lambda pair: pair[1].split("\n")[-1],
)
def test_what_is_only_displayed_recomputes_nothing(norland, experiment, made, change):
    results = experiment.change(change).compute()
    assert made == []
    assert set(results.graph.results) == set(norland.graph.results)


def test_the_number_of_topics_recomputes_topics_and_who_looks_at_them(norland, experiment, made, reviewers):
    results = experiment.change(("k: 2", "k: 4")).compute()
    assert results_of(made) == {"topics"} | (reviewers & {a for a, _ in norland.graph.results})
    assert {"noise", "influence", "verdict", "sensitivity"} <= results_of(made)
    assert [k for k in made if not k.startswith("results/")] == ["models/topics"], "passages are counted once"
    assert len(results.found("topics").outcomes[0].quantities.items) == 4
    for key in (("salience", "Norland"), ("evaluation", "Norland"), ("terms-1", "")):
        assert results.outcomes[key].table.equals(norland.outcomes[key].table), key


def test_a_threshold_measures_nothing_again(norland, small, made):
    small.compute()
    made.clear()
    small.change(add="stance: {min_mentions: 30}\n").compute()
    assert not [k for k in made if not k.startswith("results/")]
    assert {"stance", "metadiscourse", "noise"} <= results_of(made)
    assert not {"salience", "frequency"} & results_of(made)


def test_another_window_measures_stance_alone_again(norland, small, made):
    small.compute()
    made.clear()
    small.change(add="stance: {window: 3}\n").compute()
    assert "features/stance" in made
    assert not {"features/salience", "features/frequency", "results/salience", "results/frequency"} & set(made)


def test_other_groups_compute_all_and_measure_nothing(small, cache, made):
    small.compute()
    made.clear()
    results = small.change(("2010-01-01", "2008-01-01")).compute()
    assert results_of(made) == {a for a, _ in results.graph.results}
    assert not [k for k in made if k.startswith("features/")]


def test_refresh_computes_all_again(small, made):
    first = small.compute()
    made.clear()
    again = small.compute(refresh=True)
    assert results_of(made) == {a for a, _ in again.graph.results}
    for key, outcome in first.outcomes.items():
        assert again.outcomes[key].table.equals(outcome.table), key


DAMAGE = (  # truncated, emptied, one bit turned
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: data[:-1] + bytes([data[-1] ^ 1]),
)


@pytest.mark.slow
def test_a_damaged_store_is_made_again(small, cache, made):
    first = small.compute()
    whole = sorted(made)
    stored = [p for p in cache.rglob("*") if p.is_file()]
    assert {"results", "features"} <= {p.relative_to(cache).parts[0] for p in stored}
    for k, path in enumerate(sorted(stored, key=lambda p: (p.suffix, p.parent.name, p.stat().st_size))):
        path.write_bytes(DAMAGE[k % 3](path.read_bytes()))
    made.clear()
    again = small.compute()
    assert sorted(made) == whole, "nothing damaged was believed"
    assert again.corpus.n_tokens == first.corpus.n_tokens
    for key, outcome in first.outcomes.items():
        assert again.outcomes[key].table.equals(outcome.table), key
    made.clear()
    small.compute()
    assert made == [], "and it is whole again"


def test_a_store_that_cannot_be_written_stops_no_run(small, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "file"))
    assert small.bare().compute().found("corpus_pages") is not None


@pytest.mark.slow
def test_one_worker_and_two_find_the_same(norland, experiment):
    one = experiment.compute(refresh=True, workers=1)
    assert list(one.graph.results) == list(norland.graph.results), "in the order of the report"
    assert set(one.outcomes) == set(norland.outcomes)
    for key, outcome in norland.outcomes.items():
        pd.testing.assert_frame_equal(one.outcomes[key].table, outcome.table, check_exact=True)
    assert one.found("noise").tests.equals(norland.found("noise").tests)
    assert one.found("verdict").judged == norland.found("verdict").judged


CHOICES = """multiverse:
  exclusions: {without two: [s000, s021]}
  unit: [document]
  window: [2]
  half_distance: [6]
  stop_words: [drop]
  tokens: [stemmed]
  prior: [100]
"""


@pytest.fixture(scope="module")
def multiverse(tmp_path_factory, experiment_source, experiment_at):
    """Curves of salience, evaluation and two terms, by outcome."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("multiverse"))).smaller()
    found = experiment.change(add=CHOICES).compute().found("multiverse")
    return {
        outcome: [c for c in found.curves if c.outcome == outcome] for outcome in ("salience", "evaluation", "words")
    }


def specification(curve, **options):
    """The row of one specification; choices that are not named are as configured."""
    table = curve.table
    configured = table[table["configured"]].iloc[0]
    for choice in curve.choices:
        table = table[table[choice] == options.get(choice, configured[choice])]
    assert set(options) <= set(curve.choices)
    assert len(table) == 1
    return table.iloc[0]


DIRECTLY = [
    ({"exclusions": "without two"}, ("reader: table\n", "reader: table\n  drop: [s000, s021]\n"), ("salience", "evaluation")),
    ({"unit": "document"}, (", cluster: minister", ""), ("salience", "evaluation")),
    ({"window": "2 tokens"}, ("breakdown:", "stance: {window: 2}\nbreakdown:"), ("evaluation",)),
    ({"half_distance": "6 tokens"}, ("breakdown:", "stance: {half_distance: 6}\nbreakdown:"), ("evaluation",)),
    ({"window": "2 tokens", "half_distance": "6 tokens"},
     ("breakdown:", "stance: {window: 2, half_distance: 6}\nbreakdown:"), ("evaluation",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "change", "outcomes"), DIRECTLY, ids=lambda v: str(v) if isinstance(v, dict) else ""
)
def test_a_specification_equals_the_experiment_that_is_configured_so(multiverse, small, options, change, outcomes):
    results = small.change(change).compute()
    for outcome in outcomes:
        (curve,) = multiverse[outcome]
        row, same = specification(curve, **options), results.outcomes[outcome, "Norland"].difference()
        assert not row["configured"]
        assert row[["estimate", "low", "high"]].tolist() == same[["estimate", "low", "high"]].tolist()
        first = curve.table.iloc[0]
        assert row[["estimate", "low", "high"]].tolist() != first[["estimate", "low", "high"]].tolist(), "it matters"


@pytest.mark.parametrize(
    ("options", "frequency"),
    [
        ({"stop_words": "drop"}, "stop_words: drop, alpha0: {alpha0!r}"),
        ({"tokens": "stemmed"}, "tokens: stemmed"),
        ({"prior": "100 tokens"}, "alpha0: 100"),
        ({"prior": "100 tokens", "tokens": "stemmed", "stop_words": "drop"}, "alpha0: 100, tokens: stemmed, stop_words: drop"),
    ],
)  # fmt: skip
def test_a_specification_of_a_term_equals_the_experiment_that_is_configured_so(
    multiverse, norland, small, options, frequency
):
    """What is not chosen stays as configured: so does the weight of the prior, though it follows from the number of tokens."""
    said = frequency.format(alpha0=float(norland.found("words", "Norland").alpha0))
    small.change(("ngrams: [1]}", f"ngrams: [1], {said}}}"))
    keyness = small.compute().found("words", "Norland").keyness[1].table.set_index("item")
    assert len(multiverse["words"]) == 2
    for curve in multiverse["words"]:
        term = re.search(r"\((\w+), of the terms", curve.label)[1]
        same = keyness.loc[stem(term) if "tokens" in options else term]
        assert specification(curve, **options)["estimate"] == same["estimate"]


def test_the_configured_specification_is_the_result_itself(multiverse, norland):
    for outcome in ("salience", "evaluation"):
        (curve,) = multiverse[outcome]
        first, row = curve.table.iloc[0], norland.outcomes[outcome, "Norland"].difference()
        assert first["configured"]
        assert first[["estimate", "low", "high"]].tolist() == row[["estimate", "low", "high"]].tolist()


@pytest.mark.slow
def test_every_column_that_is_written_is_explained(norland_report):
    dictionary = pd.read_csv(norland_report / "tables" / "data-dictionary.csv", keep_default_na=False)
    explained = dictionary[dictionary["meaning"] != ""].groupby("table")["column"].agg(set).to_dict()
    tables = [p for p in (norland_report / "tables").glob("*.csv") if p.stem != "data-dictionary"]
    assert len(tables) > 20
    for path in tables:
        columns = set(pd.read_csv(path, nrows=0).columns)
        assert columns <= explained.get(path.stem, set()), path.name


def test_a_column_that_nobody_explains_is_written_all_the_same():
    found = data_dictionary({"t": pd.DataFrame({"low": [0.0], "odd": [1]})}, {})
    assert dict(zip(found["column"], found["meaning"] != "")) == {"low": True, "odd": False}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory, experiment_source, experiment_at):
    """A group with a dash in its name, a label for running text, and another confidence."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("renamed"))).smaller()
    experiment.change(
        ("After the treaty: {from: 2010-01-01}", 'After - the treaty: {from: 2010-01-01, label: "once it was signed"}'),
        ("study: After the treaty", "study: After - the treaty"),
        ("{resamples: 300}", "{resamples: 300, confidence: 0.8}"),
    )
    return experiment.compute(), experiment.report()


def test_a_dash_in_a_name_is_part_of_the_name(renamed, printed):
    _, report = renamed
    text = printed(report)
    assert "After - the treaty minus Before the treaty" in text
    assert "After minus the treaty" not in text
    assert "the treaty minus the treaty" not in text
    (figure,) = [f for f in report.figures if f.name == "sensitivity"]
    drawn = encode(draw(figure.frame, figure.kind), ["svg"])["svg"].decode()
    assert "After - the treaty" in " ".join(re.findall(r">([^<]+)<", drawn)).replace("\u2212", "-")
    assert "After minus" not in drawn


def test_labels_are_the_groups_in_running_text(renamed, norland):
    _, report = renamed
    first = report.summary.sentences[0]
    assert re.search(r"per 10,000 tokens once it was signed, \d+\.\d per 10,000 tokens in Before the treaty", first)
    assert "in After - the treaty" not in " ".join(report.summary.sentences)


def test_quantiles_are_those_of_the_confidence(renamed):
    results, report = renamed
    dictionary = data_dictionary(report.tables, report.columns)
    meaning = dictionary.set_index("column")["meaning"].groupby(level=0).first()
    assert meaning["halves_study_low"].startswith("10% quantile")
    assert meaning["halves_study_high"].startswith("90% quantile")
    halves = results.found("noise").items["terms-1", ""]
    assert (halves["halves_study_low"] < halves["halves_study_high"]).all()
    assert not dictionary["meaning"].str.contains(r"2\.5%|97\.5%").any()


def test_no_text_names_quantiles_of_another_confidence(renamed, printed):
    text = printed(renamed[1])
    assert "80%" in text
    assert not re.search(r"\b97\.5%|\b2\.5%|\b95% (?:interval|bootstrap|confidence)", text)


def test_nodes_are_in_the_order_of_the_report():
    one, two = (Target(n, (n,)) for n in ("A", "B"))
    names = [n.identity for n in nodes_of(analyses(), [one, two])]
    assert names[:3] == [("corpus_pages", ""), ("salience", "A"), ("breakdown", "A")]
    assert names.index(("metadiscourse", "A")) < names.index(("salience", "B")) < names.index(("frequency", ""))
    assert len(set(names)) == len(names)


def test_two_analyses_of_one_name_are_refused():
    from discourse.analyses import table

    other = Analysis("topics", "?", NoSettings, lambda data, settings: Found())
    with pytest.raises(DiscourseError, match='two analyses are called "topics"'):
        table([other])
