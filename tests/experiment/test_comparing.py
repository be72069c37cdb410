"""Comparisons asked for in Python: the numbers that the command writes, and messages for what goes wrong."""

import copy
import json
import pickle

import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure

import discourse
from discourse.errors import ConfigError, UsageError
from discourse.experiment.comparing import named_targets
from discourse.report.writers.records import tables_of

SECTIONS = ("frequency", "topics", "sensitivity", "inference", "breakdown")


@pytest.fixture(scope="module")
def given(experiment_source, tmp_path_factory):
    file = experiment_source(tmp_path_factory.mktemp("given"))
    lines = (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()
    frame = pd.DataFrame([json.loads(line) for line in lines])
    return file, frame, yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def corpus(given):
    columns = {"speaker": "minister", "date": "date", "id": "id", "title": "title"}
    return discourse.Corpus.from_dataframe(given[1], **columns)


@pytest.fixture(scope="module")
def found(given, corpus):
    config = given[2]
    contrast = config["compare"] | {"by": config["groups"], "target": {"Norland": ["norland"]}}
    return corpus.compare(**contrast, **{name: config[name] for name in SECTIONS})


def test_the_tables_are_those_that_the_command_writes(given, found, tmp_path):
    """The bytes of each CSV of `discourse run` on the file with the same rows."""
    report = discourse.run_to_folder(discourse.resolve(discourse.load(given[0])), tmp_path / "report")
    written = {f"tables/{p.name}": p.read_bytes() for p in (report / "tables").glob("*.csv")}
    assert tables_of(found.report) == written
    parts = {name: t for part in found.parts.values() for name, t in part.tables.items()}
    for name, table in parts.items():
        # As pandas reads a CSV: six digits of what the part holds whole.
        read = pd.read_csv(report / "tables" / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(read.columns) == list(table.columns)
        for column in table.select_dtypes("number"):
            pd.testing.assert_series_equal(
                read[column].astype(float), table[column].astype(float).reset_index(drop=True), rtol=1e-5, atol=1e-300
            )
    assert len(parts) > 40


def test_results_by_name(found):
    table = found.salience.table.set_index("stratum")
    assert table.loc["Before the treaty", "y"] == 67
    assert found.keyness.table is not found.keyness.table and found.keyness.table.equals(found.frequency.table)
    assert set(found.stance.table["item"]) >= {"cooperative", "conflictual"}
    assert {"salience", "stance", "keyness", "topics", "report"} <= set(dir(found))
    assert found.stance["Norland"].table.equals(found.stance.table)
    assert isinstance(found.stance.plot(), Figure) and isinstance(found.plot("keyness"), Figure)
    assert len(found.plot().axes) == len(found.report.figure("answer").axes)
    assert "<svg" in found.salience._repr_html_() and "Norland" in found._repr_html_()
    assert repr(found.topics).startswith("topics: Topics")
    with pytest.raises(AttributeError, match=r'no analysis "stanc".*Did you mean "stance"'):
        found.stanc  # noqa: B018
    with pytest.raises(UsageError, match='has no figure "rolls"'):
        found.stance.plot("rolls")
    with pytest.raises(UsageError, match='no target "Norlnd"'):
        found.stance["Norlnd"]
    with pytest.raises(UsageError, match="power has no figure"):
        found.power.plot()


def test_copies_ask_for_no_analysis(found):
    assert copy.copy(found).graph is found.graph
    with pytest.raises(AttributeError):
        pickle.loads(pickle.dumps(object.__new__(type(found)))).stance  # noqa: B018


def test_the_same_experiment_as_a_file(given, found, tmp_path):
    """What `experiment` gives is a file: with a reader and its files in the place of the frame it is the same run."""
    config = yaml.safe_load(found.experiment)
    config["corpus"] = given[2]["corpus"]
    file = tmp_path / "same.yaml"
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    (tmp_path / "speeches.jsonl").write_bytes((given[0].parent / "speeches.jsonl").read_bytes())
    again = discourse.experiment(file).run()
    pd.testing.assert_frame_equal(again.stance.table, found.stance.table)


def test_a_report_from_python(found, tmp_path):
    folder = found.to_folder(tmp_path / "report")
    assert (folder / "report.pdf").stat().st_size > 30_000


FRAME = pd.DataFrame(
    {
        "text": ["We welcome Norland and the harbour."] * 24,
        "party": ["Reds"] * 10 + ["Blues"] * 10 + ["Greens"] * 4,
        "year": [1990] * 12 + [2000] * 12,
    }
)
OFF = dict.fromkeys(["topics", "context", "actors", "collocates", "dictionary"], False)
OFF["repetition"] = {"documents": "all", "passages": "keep"}


def test_groups_by_the_values_of_a_column():
    corpus = discourse.Corpus.from_dataframe(FRAME)
    found = corpus.compare("party", "Reds", "Blues", target="Norland", **OFF)
    assert found.data.design.names == ("Reds", "Blues")
    table = found.salience.table
    assert table[["stratum", "y", "x"]].values.tolist()[:2] == [["Reds", 10, 60], ["Blues", 10, 60]]
    by_year = corpus.compare("year", target="Norland", **OFF)
    assert by_year.data.design.names == ("1990", "2000")
    assert by_year.salience.table["y"].tolist()[:2] == [12, 12]
    assert corpus.compare("year", reference="1990", **OFF).graph.config.compare.study == "2000"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"by": "party"}, UsageError, "name two groups to compare, study and reference, of: Blues, Greens, Reds"),
        ({"by": "partie"}, UsageError, 'there is no column "partie". Did you mean "party"'),
        ({"by": "party", "study": "Red", "reference": "Blues"}, UsageError, 'no document has "Red" in column "party"'),
        ({"by": "year", "speakers": {"Roe": {}}}, UsageError, "has been read, so that speakers would do nothing"),
        ({"by": "year", "corpus": {"language": "de"}}, UsageError, "corpus: language would do nothing"),
        ({"by": "year", "topic": {"k": 3}}, ConfigError, r'topic: unknown setting. Did you mean "topics"'),
        ({"by": "year", "topics": {"k": "x"}}, ConfigError, r"topics.k: expected a whole number"),
        ({"by": "year", "target": [3]}, UsageError, "expected Target, got int"),
    ],
)
def test_what_is_wrong_is_named(options, error, message):
    with pytest.raises(error, match=message):
        discourse.Corpus.from_dataframe(FRAME).compare(**options)


def test_targets_in_each_form():
    one = {"Norland": {"terms": ["Norland"]}}
    assert named_targets("Norland") == named_targets(["Norland"]) == named_targets({"Norland": "Norland"}) == one
    longer = discourse.Target("Norland", ["norland*"], ["norland road"], compounds=False)
    assert named_targets(longer) == {
        "Norland": {"terms": ["norland*"], "exclude": ["norland road"], "compounds": "leave out"}
    }
