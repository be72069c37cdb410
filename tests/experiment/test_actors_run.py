"""Other actors as outcomes: percentages by hand, three groups, refusals, what is left out, and what the report says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from discourse.analyses.actors import analysis
from discourse.analyses.say import Say
from discourse.errors import ConfigError
from discourse.experiment import compute, load, resolve, run
from discourse.experiment.document import Document

CONFIG = """name: norland
title: Norland
question: With whom?
corpus:
  reader: table
  files: [speeches.jsonl]
  options: {id: id, title: title, speaker: minister}
groups:
  Early: {before: 2000-01-01}
  Middle: {from: 2000-01-01, before: 2010-01-01}
  Late: {from: 2010-01-01}
compare: {study: Late, reference: Early, pairs: [[Middle, Early]]}
targets:
  Norland: {terms: [norland]}
actors:
  names: {Westland: [Westland], Ada Kovar: [Kovar], Sundland: [Sundland]}
stance: false
frequency: false
collocates: false
topics: false
inference: {resamples: 200}
"""
YEARS = {"Early": 1990, "Middle": 2000, "Late": 2010}
# Of twelve speeches of two sentences about Norland: how many name Westland in one of them.
WESTLAND = {"Early": 2, "Middle": 6, "Late": 11}


def speeches(n=12):
    rows = []
    for group, year in YEARS.items():
        for k in range(n):
            first = "We spoke of Norland and Westland." if k < WESTLAND[group] else "We spoke of Norland and peace."
            second = "Minister Kovar went to Norland." if k % 2 else "In the Strait of Ord the fleet of Norland waits."
            text = f"{first} {second} Sundland is not far."
            row = {"id": f"{group}-{k}", "date": f"{year + k // 2}-0{1 + k % 2}-01", "title": f"{group} {k}"}
            rows.append(row | {"minister": "Ida Kovar" if k % 2 else "Per Lind", "text": text})
    return rows


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "norland.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    write(path, speeches())
    return path


def write(path, rows):
    (path.parent / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def changed(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def found(path):
    return results(path).found("actors", "Norland")


def results(path):
    return compute(resolve(load(path)))


def test_percentages_counted_by_hand_in_three_groups(file):
    r = results(file)
    (outcome,) = (f := r.found("actors", "Norland")).outcomes
    levels = outcome.table[outcome.table["contrast"] == "level"].set_index(["item", "stratum"])["estimate"]
    for group, n in WESTLAND.items():
        assert levels["Westland", group] == pytest.approx(100 * n / 24)
        assert levels["Ada Kovar", group] == pytest.approx(25)
        assert levels["Strait of Ord", group] == pytest.approx(25)
    # Sundland is never named beside Norland.
    assert sorted(outcome.quantities.items) == ["Ada Kovar", "Strait of Ord", "Westland"]
    differences = outcome.table[outcome.table["item"] == "Westland"].set_index("stratum")["estimate"]
    assert differences["Late - Early"] == pytest.approx(100 * 9 / 24)
    tested = r.further["Middle - Early"].found("noise").items["actors", "Norland"].set_index("item").loc["Westland"]
    assert tested["estimate"] == pytest.approx(100 * 4 / 24) and 0 < tested["p"] <= tested["p_family"] <= 1
    counts = f.counts.set_index(["actor", "group"]).loc[("Westland", "Late")]
    assert counts.tolist() == ["added", 11, 11, 24]
    assert outcome.shown[0] == "Westland"


def test_the_report_shows_them_with_their_sentences(file, unexplained):
    report, _ = run(resolve(load(file)))
    assert not [column for column in unexplained(report) if "actors" in column]
    figure = next(f for f in report.figures if f.name == "actors")
    assert figure.frame["item"].iloc[0] == "Westland" and len(figure.frame) == 9
    assert len(figure.caption.split("n: ")[0].split()) <= 60 and "n: Early 12 documents" in figure.caption
    words = " ".join(report.summary.sentences)
    assert "Westland 45.8% against 8.3%" in words
    drawn = report.tables["actors-sentences"].set_index(["actor", "group"])["text"]
    assert drawn["Westland", "Late"] == "We spoke of Norland and Westland."
    assert all("Norland" in text for text in drawn) and len(drawn) == 9


def test_without_text_the_documents_are_named(file):
    document = Document(compute(resolve(load(file))).graph)
    node, result, say = next(x for x in document.found() if x[0].analysis.name == "actors")
    without = replace(say, corpus=replace(say.corpus, texts=None))
    assert isinstance(without, Say) and node.analysis is analysis
    evidence = list(analysis.section(result, without))[-1]
    assert "texts are not at hand" in evidence.title
    assert all(item.pieces[0][0].split("-")[0] in YEARS for item in evidence.items)


def test_the_same_sentences_are_drawn_each_time(file):
    assert found(file).drawn.equals(found(changed(file, ("title: Norland", "title: Norland again"))).drawn)


@pytest.mark.parametrize(
    ("setting", "items"),
    [
        ("leave_out: [Westland]", ["Ada Kovar", "Strait of Ord"]),
        ("leave_out: [added]", ["Strait of Ord"]),
        ("leave_out: speakers", ["Strait of Ord", "Westland"]),
        ("others: false", ["Ada Kovar", "Westland"]),
        ("min_documents: 19", ["Westland"]),
    ],
)
def test_what_is_left_out(file, setting, items):
    (outcome,) = found(changed(file, ("  names:", f"  {setting}\n  names:"))).outcomes
    assert sorted(outcome.quantities.items) == items


def problem(path):
    with pytest.raises(ConfigError) as error:
        compute(resolve(load(path)))
    return str(error.value)


def test_mistakes_name_the_setting(file):
    original = file.read_text(encoding="utf-8")
    said = problem(changed(file, ("  names:", "  leave_out: [Westlnd]\n  names:")))
    assert "norland.yaml:16: actors.leave_out" in said and 'Did you mean "Westland"?' in said
    file.write_text(original, encoding="utf-8")
    said = problem(changed(file, ("Sundland: [Sundland]", "Sundland: [Westland]")))
    assert '"Westland" is an alias of Westland already' in said
    file.write_text(original, encoding="utf-8")
    (file.parent / "own.tsv").write_text("name\tkind\taliases\nSund\t\tS\n", encoding="utf-8")
    said = problem(changed(file, ("  names:", "  file: own.tsv\n  names:")))
    assert "own.tsv:2: a name and a kind are needed" in said


def test_a_list_in_place_of_that_of_the_package(file):
    (file.parent / "own.tsv").write_text("name\tkind\taliases\nOrd\tplace\tStrait of Ord\n", encoding="utf-8")
    f = found(
        changed(file, ("  names: {Westland: [Westland], Ada Kovar: [Kovar], Sundland: [Sundland]}", "  file: own.tsv"))
    )
    assert f.kinds["Ord"] == "place"


def test_too_little_text_is_said_and_nothing_is_compared(file):
    rows = speeches()
    for row in rows:
        if row["id"].startswith("Early") and row["id"] != "Early-0":
            row["text"] = f"We spoke of peace in our time, says {row['id'][6:]}."
    write(file, rows)
    f = found(file)
    assert f.too_little and "n = 2 in Early and 24 in Late" in str(f.refusals[0])
    for row in rows:
        row["text"] = f"We spoke of peace in our time, says {row['id']}."
    write(file, rows)
    assert "n = 0 in Early" in str(found(file).refusals[0])


def test_no_actor_in_enough_documents(file):
    assert "too little text" in str(found(changed(file, ("  names:", "  min_documents: 30\n  names:"))).refusals[0])


def test_a_difference_is_found_and_noise_is_not(file):
    results = compute(resolve(load(file)))
    answers = results.found("verdict").items["actors", "Norland"].set_index("item")
    assert answers.loc["Westland", "p_family"] < 0.05
    assert answers.loc["Ada Kovar", "certainty"] == "inconclusive"
    assert np.isfinite(answers["estimate"]).all()
