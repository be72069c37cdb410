"""Lexical diversity and readability as outcomes: every reviewer, about a target, in parts and from a bundle; nothing ignored."""

import json
import re

import numpy as np
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

BOTH = "diversity: {window: 10, draws: 10, min_tokens: 20}\nreadability: {}\n"
ABOUT = (
    "diversity: {window: 5, draws: 5, min_tokens: 5, scope: sentences, measures: [mattr]}\n"
    "readability: {scope: sentences, measures: [lix, sentence_length]}\n"
)
GROUPS = {"Before the treaty": range(0, 20), "After the treaty": range(20, 40)}


@pytest.fixture
def write(experiment_file):
    """The experiment with lexical diversity and readability, and lines of the file replaced."""

    def change(*pairs, add=BOTH, without=()):
        text = experiment_file.read_text(encoding="utf-8").replace("frequency: {min_clusters: 2}\n", "")
        small = ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n", "topics: false\nfrequency: false\n")
        for old, new in (small, ("resamples: 300", "resamples: 100"), *pairs):
            assert old in text, old
            text = text.replace(old, new)
        for key in ("sensitivity", *without):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        experiment_file.write_text(text + "stance: false\nactors: false\ncollocates: false\n" + add, encoding="utf-8")
        return experiment_file

    return change


def speeches(file):
    """Sentences of each speech as lists of words."""
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    return [[re.findall(r"\w+", s) for s in r["text"].split(".") if s.strip()] for r in rows]


def levels(outcome):
    rows = outcome.table[outcome.table["contrast"] == "level"]
    return rows.set_index("stratum")["estimate"].to_dict()


def test_levels_are_those_of_a_naive_loop(write):
    file = write()
    results = compute(resolve(load(file)))
    diversity = {o.item: levels(o) for o in results.found("diversity").outcomes}
    readability = {o.item: levels(o) for o in results.found("readability").outcomes}
    assert list(diversity) == ["mattr", "mtld", "hdd", "k"] and len(readability) == 6
    texts = speeches(file)
    for group, inside in GROUPS.items():
        windows, squares = [], []
        for k in inside:
            words = [w.casefold() for s in texts[k] for w in s]
            windows += [len(set(words[j : j + 10])) / 10 for j in range(len(words) - 9)]
            counts = pd.Series(words).value_counts().to_numpy()
            if len(words) >= 20:
                squares.append(1e4 * ((counts**2).sum() - len(words)) / len(words) ** 2)
        assert diversity["mattr"][group] == pytest.approx(np.mean(windows), abs=1e-9)
        assert diversity["k"][group] == pytest.approx(np.mean(squares), abs=1e-9)
        sentences = [s for k in inside for s in texts[k]]
        words = [w for s in sentences for w in s]
        assert readability["sentence_length"][group] == pytest.approx(len(words) / len(sentences))
        assert readability["word_length"][group] == pytest.approx(sum(map(len, words)) / len(words))
        assert readability["rix"][group] == pytest.approx(sum(len(w) > 6 for w in words) / len(sentences))


def test_a_report_with_every_reviewer(write):
    report, _ = run(resolve(load(write())))
    names = {f.name for f in report.figures}
    assert {"diversity", "diversity_time", "readability", "readability_time"} <= names
    assert {"diversity_mattr", "readability_lix"} <= set(report.tables["table-power"]["name"])
    known = data_dictionary(report.tables, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    assert {"covington2010", "mccarthy2010", "bjornsson1968"} <= set(report.citations)
    documents = report.tables["diversity-documents"]
    assert len(documents) == 40 and documents["mattr"].between(0, 1).all()
    for figure in report.figures:
        if figure.of in ("diversity", "diversity_time", "readability", "readability_time"):
            draw(figure.frame, figure.kind)
            assert "n: Before the treaty 20 documents" in figure.caption


def test_about_a_target(write):
    report, _ = run(resolve(load(write(add=ABOUT))))
    figures = {f.name: f for f in report.figures}
    assert {"diversity_about", "readability_about"} <= set(figures)
    assert "in the sentences that mention Norland" in figures["readability_about"].caption
    table = report.tables["table-readability_about"]
    assert set(table["item"]) == {"lix", "sentence_length"}


def test_without_target_and_contrast_and_of_many_documents(write, monkeypatch):
    from discourse.analyses.style import section

    monkeypatch.setattr(section, "MANY", 10)
    report, _ = run(resolve(load(write(without=("compare", "targets")))))
    (figure,) = [f for f in report.figures if f.of == "readability_time"]
    assert figure.frame["n_documents"].sum() == 6 * 40
    draw(figure.frame, figure.kind)
    assert set(report.tables["table-diversity"]["contrast"]) == {"level"}


def test_three_groups(write):
    thirds = (
        "  After the treaty: {from: 2010-01-01}\n",
        "  After the treaty: {from: 2010-01-01, before: 2020-01-01}\n  Of late: {from: 2020-01-01}\n",
    )
    report, _ = run(resolve(load(write(thirds))))
    assert set(report.tables["table-diversity"]["stratum"]) >= {"Before the treaty", "After the treaty", "Of late"}


def test_texts_that_are_too_short_are_refused(write):
    report, _ = run(resolve(load(write(add="diversity: {window: 5000, measures: [mattr]}\n"))))
    (refusal,) = [b.text for b in report.blocks if isinstance(b, Refusal) and "Lexical" in b.text]
    assert refusal.startswith(
        "Lexical diversity cannot be measured: in no group are 3 documents long enough (5000 tokens"
    )


def test_a_multiverse_changes_what_a_choice_can_change(write):
    add = BOTH + "multiverse: {diversity_window: [5], diversity_threshold: [0.66, 0.75]}\n"
    curves = {c.outcome: c for c in compute(resolve(load(write(add=add)))).found("multiverse").curves}
    assert {k: len(c.table) for k, c in curves.items() if "diversity" in k} == {
        "diversity_mattr": 2,
        "diversity_mtld": 3,
    }


def test_parts_and_a_bundle_give_the_same(write, monkeypatch, tmp_path):
    file = write(add=ABOUT)
    plan = resolve(load(file))
    whole = prepare(plan, Clock(lambda stage, said: None))
    monkeypatch.setattr(reading, "LEAST", 8)

    class Cutting(Here):
        cuts, workers = True, 2

    parted = prepare(plan, Clock(lambda stage, said: None), engine=Cutting())
    named = [a for a in plan.analyses.values() if a.section_name in ("diversity", "readability")]
    jobs = [Job(a, plan.config.section(a.section_name), plan.targets[0] if a.per_target else None) for a in named]
    assert len(jobs) == 4 and len(parted.parted.parts) > 1
    for job, found in zip(jobs, measure_in_parts(parted.parted, counting(parted, plan.config), jobs, Here())):
        one = job.analysis.measure(tokens_of(whole, plan.config), *job.given)
        assert one.values.tobytes() == np.asarray(found.values).tobytes()
        pd.testing.assert_frame_equal(one.units, found.units)
    (tmp_path / "b.zip").write_bytes(make_bundle(plan))
    from_text = compute(plan)
    from_counts = compute(resolve(load(file), bundle=tmp_path / "b.zip"))
    for name in ("diversity", "readability"):
        for one, other in zip(from_text.found(name).outcomes, from_counts.found(name).outcomes, strict=True):
            pd.testing.assert_frame_equal(one.table, other.table)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("diversity: {measures: [ttr]}", r"diversity.measures.1: the type-token ratio of a whole text falls with its length.*take mattr"),
        ("diversity: {measures: [mtdl]}", r'there is no measure "mtdl". Did you mean "mtld"'),
        ("diversity: {measures: []}", r"diversity.measures: which measures\?"),
        ("readability: {measures: [lix, lix]}", r'readability.measures.2: "lix" is named twice'),
        ("readability: {measures: [flesch]}", r'there is no measure "flesch"'),
        ("readability: {scope: {window: 3}}", r"readability.scope"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_at_their_lines(write, settings, message):
    with pytest.raises(ConfigError, match=message):
        resolve(load(write(add=settings + "\n")))


def test_a_scope_of_no_target_is_a_mistake(write):
    with pytest.raises(ConfigError, match=r"diversity.scope: there is no target"):
        resolve(load(write(add="diversity: {scope: sentences}\n", without=("compare", "targets"))))
