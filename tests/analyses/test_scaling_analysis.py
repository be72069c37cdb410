"""Positions in an experiment: counts of a naive loop, every block, from a bundle and in parts, and what is refused."""

import json
import re
from collections import Counter

import numpy as np
import pytest

from discourse.compare.positions import wordfish
from discourse.errors import ConfigError, SettingError
from discourse.experiment import compute, load, reading, resolve, run
from discourse.experiment.engine import Here
from discourse.experiment.nodes import Clock
from discourse.experiment.parts import Job, measure_in_parts
from discourse.experiment.prepare import counting, tokens_of
from discourse.experiment.run import prepare
from discourse.experiment.sharing import make_bundle
from discourse.features.frequency import stop_words
from discourse.figures.draw import draw
from discourse.report.blocks import Refusal
from discourse.report.dictionary import data_dictionary

OFF = "stance: false\ncollocates: false\ncontext: false\nactors: false\n"
SMALL = (
    ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n", "topics: false\n"),
    ("frequency: {min_clusters: 2}\n", "frequency: false\n"),
    ("resamples: 300", "resamples: 100"),
)
SCALING = "scaling: {scope: {window: 40}, min_tokens: 40, min_documents: 3, resamples: 20}\n"


@pytest.fixture
def write(experiment_file):
    """The experiment with little beside positions, and lines of the file replaced."""

    def change(*pairs, add=SCALING, without=()):
        text = experiment_file.read_text(encoding="utf-8")
        for old, new in (*SMALL, *pairs):
            assert old in text, old
            text = text.replace(old, new)
        for key in ("sensitivity", *without):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        off = OFF if "targets" not in without else "stance: false\n"
        experiment_file.write_text(text + off + add, encoding="utf-8")
        return experiment_file

    return change


def counts_of(file):
    """Words of each minister that are no function words, by a loop over the speeches."""
    counts, texts = {}, Counter()
    for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        words = [w for w in re.findall(r"\w+", row["text"].casefold()) if w not in stop_words() | {"norland"}]
        counts.setdefault(row["minister"], Counter()).update(words)
        texts.update(set(words))
    terms = sorted(w for w, n in texts.items() if n >= 3 and sum(w in c for c in counts.values()) >= 2)
    return sorted(counts), np.array([[counts[m][w] for w in terms] for m in sorted(counts)], float)


def test_positions_are_those_of_naive_counts(write):
    file = write()
    results = compute(resolve(load(file)))
    found, about = results.found("scaling"), results.found("scaling_about", "Norland")
    names, counts = counts_of(file)
    table = found.positions.set_index("unit").loc[names]
    mine = wordfish(counts).estimate
    np.testing.assert_allclose(np.abs(table["estimate"]), np.abs(mine), atol=1e-4)
    assert (table["low"] <= table["estimate"]).all()
    assert set(table["group"]) == {"Before the treaty", "After the treaty"}
    # What is later is to the right, and the words about Norland are fewer.
    assert found.checks["date"] > 0.5
    assert found.difference["estimate"] > 0
    assert about.positions["n_tokens"].sum() < found.positions["n_tokens"].sum()
    assert "norland" not in set(about.words["term"])


def test_a_report_says_what_the_dimension_may_be(write):
    report, _ = run(resolve(load(write())))
    figures = {f.name: f for f in report.figures}
    assert {"scaling_about", "scaling_about_map", "scaling_map"} <= set(figures)
    assert figures["scaling_about"].frame["panel"].nunique() == 2
    for name in ("scaling_about", "scaling_map"):
        draw(figures[name].frame, figures[name].kind)
    text = " ".join(getattr(b, "text", "") for b in report.blocks)
    assert "the position goes together with the mean date at" in text
    assert "A scaling finds the dimension on which vocabularies differ most" in text
    assert {"slapin2008", "greenacre2017"} <= set(report.citations)
    known = data_dictionary(report.tables, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    assert [s for s in report.summary.sentences if "furthest to the left" in s]


def test_the_same_from_a_bundle_and_in_parts(write, monkeypatch, tmp_path):
    file = write()
    plan = resolve(load(file))
    first = compute(plan).found("scaling")
    base, silent = prepare(plan, Clock(lambda stage, said: None)), Clock(lambda stage, said: None)
    monkeypatch.setattr(reading, "LEAST", 8)
    engine = type("Cutting", (Here,), {"cuts": True, "workers": 1})()
    parted = prepare(plan, silent, engine=engine)
    assert len(parted.parted.parts) > 2
    for name in ("scaling", "scaling_about"):
        analysis = plan.analyses[name]
        settings = plan.config.section("scaling")
        target = plan.targets[0] if analysis.per_target else None
        whole = analysis.measure(tokens_of(base, plan.config, analysis), settings, *([target] if target else []))
        job = Job(analysis, settings, target)
        (cut,) = measure_in_parts(parted.parted, counting(parted, plan.config), [job], parted.engine, lambda text: None)
        assert list(cut.columns) == list(whole.columns)
        assert cut.units.equals(whole.units)
        assert (cut.values != whole.values).nnz == 0
    file.with_suffix(".bundle.zip").write_bytes(make_bundle(plan))
    again = compute(resolve(load(file), bundle=file.with_suffix(".bundle.zip"))).found("scaling")
    assert again.positions.equals(first.positions)


def test_wordscores_of_two_ministers(write):
    scores = "scaling: {method: wordscores, references: {Minister A: -1, Minister L: 1}, scope: all, min_tokens: 200, min_documents: 3, "
    file = write(add=scores + "rescale: martin-vanberg, resamples: 20}\n")
    table = compute(resolve(load(file))).found("scaling").positions.set_index("unit")
    assert table.loc[["Minister A", "Minister L"], "estimate"].tolist() == pytest.approx([-1, 1])
    assert table.loc["Minister A", ["low", "high"]].isna().all()
    assert (
        table.loc["Minister B":"Minister F", "estimate"].max() < table.loc["Minister G":"Minister K", "estimate"].min()
    )


def test_few_units_are_refused(write):
    report, _ = run(resolve(load(write(add="scaling: {by: group, scope: all}\n", without=("compare", "targets")))))
    said = [b.text for b in report.blocks if isinstance(b, Refusal) and b.text.startswith("Positions")]
    assert said == ["Positions: too little text (n = 2 units with 500 tokens); it needs 5 units."]


def test_two_columns_make_a_unit_of_each_combination(write):
    settings = "scaling: {by: [group, decade], method: correspondence, scope: all, resamples: 20}\n"
    found = compute(resolve(load(write(add=settings)))).found("scaling")
    expected = [
        "After the treaty, 2010s",
        "After the treaty, 2020s",
        "Before the treaty, 1990s",
        "Before the treaty, 2000s",
    ]
    assert sorted(found.positions["unit"]) == expected
    assert found.positions["n_documents"].tolist() == [10] * 4


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{method: wordscores}", r"norland.yaml:\d+: scaling.references: wordscores needs two reference units"),
        ("{references: {a: 1, b: 2}}", r"scaling.references: has no effect with method: wordfish"),
        ("{direction: [a]}", r"scaling.direction: expected two units"),
    ],
)
def test_mistakes_are_reported_at_their_lines(write, settings, message):
    with pytest.raises(ConfigError, match=message):
        resolve(load(write(add=f"scaling: {settings}\n")))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{by: ministr}", r'there is no column "ministr"\. Did you mean "minister"\?'),
        ("{direction: [Minister A, Minster B], min_tokens: 50}", r'there is no unit "Minster B" with 50 tokens\. Did you mean "Minister B"'),
    ],
)  # fmt: skip
def test_what_only_the_data_show_is_a_setting_error(write, settings, message):
    with pytest.raises((ConfigError, SettingError), match=message):
        compute(resolve(load(write(add=f"scaling: {settings}\n"))))
