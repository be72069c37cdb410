"""Keyness against a reference: counts of a naive loop, parts and bundles, nothing ignored."""

import json
import re

import pandas as pd
import pytest

from discourse.errors import ConfigError
from discourse.experiment import compute, load, reading, resolve, run
from discourse.experiment.engine import Here
from discourse.experiment.nodes import Clock
from discourse.experiment.parts import Job, measure_in_parts
from discourse.experiment.prepare import counting, tokens_of
from discourse.experiment.run import prepare
from discourse.experiment.sharing import make_bundle
from discourse.figures.draw import draw
from discourse.report.blocks import Refusal
from discourse.report.dictionary import data_dictionary

OWN = "reference: {files: {General: general.csv}, min_documents: 3}\n"
GROUPS = {"Before the treaty": range(0, 20), "After the treaty": range(20, 40)}


@pytest.fixture
def write(experiment_file):
    """The experiment with a reference corpus, and lines of the file replaced."""

    def change(add=OWN, *, least=0):
        head = f"# tokens: 100000\n# least documents: {least}\n" if least else ""
        (experiment_file.parent / "general.csv").write_text(head + "term,count\nthe,6000\nharbour,2\nvillage,900\n")
        text = experiment_file.read_text(encoding="utf-8").replace("frequency: {min_clusters: 2}\n", "")
        small = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n"
        assert small in text
        text = text.replace(small, "topics: false\nfrequency: false\n").replace("resamples: 300", "resamples: 100")
        text = re.sub(r"(?m)^sensitivity:.*\n(?:  .*\n)*", "", text)
        experiment_file.write_text(text + "stance: false\nactors: false\ncollocates: false\n" + add, encoding="utf-8")
        return experiment_file

    return change


def words_of(file):
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    return [re.findall(r"\w+", r["text"].casefold()) for r in rows]


def test_counts_are_those_of_a_naive_loop_and_a_report_says_them(write):
    file = write()
    report, _ = run(resolve(load(file)))
    table = report.tables["reference-words"]
    texts = words_of(file)
    for group, inside in GROUPS.items():
        mine = table[table["group"] == group].set_index("item")
        words = [w for k in inside for w in texts[k]]
        for word in ("harbour", "village"):
            if word in mine.index:
                assert mine.loc[word, "count_study"] == words.count(word)
                assert mine.loc[word, "rate_study"] == pytest.approx(1e4 * words.count(word) / len(words))
        lacking = report.tables["reference-lacking"].set_index("group").loc[group]
        assert lacking["tokens"] == len(words)
        assert lacking["lacking_tokens"] == sum(w not in ("the", "harbour", "village") for w in words)
    known = data_dictionary(report.tables, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    figures = [f for f in report.figures if f.of == "reference"]
    assert len(figures) == 2
    for figure in figures:
        draw(figure.frame, figure.kind)
    assert {"monroe2008", "dunning1993"} <= set(report.citations)


def test_words_that_a_short_list_lacks_are_not_compared(write):
    results = compute(resolve(load(write(least=5))))
    found = results.found("reference")
    for table in found.tables.values():
        assert set(table["item"]) <= {"harbour", "village"}
    assert (found.lacking["lacking"] > 0).all()


def test_parts_and_a_bundle_give_the_same(write, monkeypatch, tmp_path):
    file = write()
    plan = resolve(load(file))
    whole = prepare(plan, Clock(lambda stage, said: None))
    monkeypatch.setattr(reading, "LEAST", 8)

    class Cutting(Here):
        cuts, workers = True, 2

    parted = prepare(plan, Clock(lambda stage, said: None), engine=Cutting())
    job = Job(plan.analyses["reference"], plan.config.section("reference"), None)
    (found,) = measure_in_parts(parted.parted, counting(parted, plan.config), [job], Here())
    one = job.analysis.measure(tokens_of(whole, plan.config), *job.given)
    assert list(one.columns) == list(found.columns)
    assert (one.values != found.values).nnz == 0
    pd.testing.assert_frame_equal(one.units, found.units)
    for name in one.details:
        pd.testing.assert_frame_equal(one.details[name], found.details[name])
    (tmp_path / "b.zip").write_bytes(make_bundle(plan))
    from_text = compute(plan).found("reference")
    from_counts = compute(resolve(load(file), bundle=tmp_path / "b.zip")).found("reference")
    for key, table in from_text.tables.items():
        pd.testing.assert_frame_equal(table, from_counts.tables[key])


def test_few_documents_are_refused(write):
    report, _ = run(resolve(load(write("reference: {files: {General: general.csv}, min_documents: 40}\n"))))
    said = [b.text for b in report.blocks if isinstance(b, Refusal) and "reference" in b.text]
    assert len(said) == 2 and "n = 0 words that are frequent enough" in said[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{files: {General: generl.csv}}", r'reference.files.General: there is no file "generl.csv"'),
        ("{files: {}}", r"reference.files: which reference\?"),
        ("{files: {UN: un-general-debate 1990}}", r'Did you mean "un-general-debate 1990s"'),
        ("{files: {Bad: bad.csv}}", r'reference.files.Bad: bad.csv:2: "x" is no number'),
        ("{files: {After the treaty: general.csv}}", r'a group is called "After the treaty" as well'),
    ],
)
def test_mistakes_are_reported_at_their_lines(write, settings, message):
    file = write(f"reference: {settings}\n")
    (file.parent / "bad.csv").write_text("term,count\na,x\n")
    with pytest.raises(ConfigError, match=message):
        resolve(load(file))
