"""Word shifts in a report: sums of a naive loop, scores of one's own, from a bundle, too little text, mistakes at their lines."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest

from discourse.errors import ConfigError
from discourse.experiment import compute, load, resolve, run
from discourse.experiment.sharing import make_bundle
from discourse.figures.draw import draw
from discourse.report.blocks import Refusal
from discourse.report.dictionary import data_dictionary

SCORES = {"welcome": 8, "partner": 7.5, "help": 7, "attack": 2, "condemn": 2.5, "harbour": 5, "winter summer": 3}
MOOD = "place: [harbour, river]\nfriendly: [welcome, partner, help]\n"
OWN = "shifts: {scores: scores.tsv, categories: mood.yml, min_words: 20}\n"
GROUPS = {"Before the treaty": range(0, 20), "After the treaty": range(20, 40)}


@pytest.fixture
def write(experiment_file):
    """The experiment with word shifts, and lines of the file replaced."""

    def change(*pairs, add=OWN, without=()):
        folder = experiment_file.parent
        rows = "".join(f"{w}\t{s}\n" for w, s in SCORES.items())
        (folder / "scores.tsv").write_text("word\thappiness\n" + rows)
        (folder / "mood.yml").write_text(MOOD)
        text = experiment_file.read_text(encoding="utf-8").replace("frequency: {min_clusters: 2}\n", "")
        small = (
            ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n", "topics: false\nfrequency: false\n"),
            ("resamples: 300", "resamples: 100"),
        )
        for old, new in (*small, *pairs):
            assert old in text, old
            text = text.replace(old, new)
        text += "stance: false\ncollocates: false\nactors: false\ncontext: false\n"
        for key in ("sensitivity", "breakdown", *without):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        experiment_file.write_text(text + add, encoding="utf-8")
        return experiment_file

    return change


def sentences(file):
    """Sentences of the speeches of each group as lists of folded words."""
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    cut = [[re.findall(r"\w+", s.casefold()) for s in r["text"].split(".") if s.strip()] for r in rows]
    return {g: [s for k in inside for s in cut[k]] for g, inside in GROUPS.items()}


def scored(words):
    """How often each entry of `SCORES` occurs in sentences; the phrase once."""
    found = {w: sum(s.count(w) for s in words) for w in SCORES if " " not in w}
    found["winter summer"] = sum(s[k : k + 2] == ["winter", "summer"] for s in words for k in range(len(s)))
    return found


def test_shifts_are_those_of_a_naive_loop(write):
    file = write()
    results = compute(resolve(load(file)))
    for name, target in (("shifts", ""), ("shifts_about", "Norland")):
        found = results.found(name, target)
        counts = {g: scored([s for s in ss if not target or "norland" in s]) for g, ss in sentences(file).items()}
        share = {g: {w: n / sum(c.values()) for w, n in c.items()} for g, c in counts.items()}
        mean = {g: sum(SCORES[w] * p for w, p in s.items()) for g, s in share.items()}
        (outcome,) = found.outcomes
        levels = outcome.table[outcome.table["contrast"] == "level"].set_index("stratum")["estimate"]
        assert levels.to_dict() == pytest.approx(mean)
        p, q = share["After the treaty"], share["Before the treaty"]
        table = found.shifts["score"].table
        expected = {w: (SCORES[w] - mean["Before the treaty"]) * (p[w] - q[w]) for w in SCORES if p[w] + q[w]}
        assert table.set_index("item")["estimate"].to_dict() == pytest.approx(expected)
        assert table["estimate"].sum() == pytest.approx(found.shifts["score"].total.estimate)
        row = outcome.difference()
        total = found.shifts["score"].total
        assert (total.estimate, total.low, total.high) == pytest.approx(
            (row["estimate"], row["low"], row["high"]), nan_ok=True
        )
    words = [w for s in sentences(file)["After the treaty"] for w in s]
    rate = results.found("shifts").shifts["rate of friendly"].total
    assert rate.study == pytest.approx(1e4 * sum(w in ("welcome", "partner", "help") for w in words) / len(words))
    shares = pd.Series(words).value_counts(normalize=True)
    entropy = results.found("shifts").shifts["entropy"].total.study
    assert entropy == pytest.approx(-(shares * np.log2(shares)).sum())


def test_a_report_with_every_reviewer(write):
    report, _ = run(resolve(load(write(add=OWN + "multiverse: {neutral_scores: [[4, 6]]}\n"))))
    figures = {f.name: f for f in report.figures if f.of == "shifts"}
    kinds = ("score", "rate-of-place", "rate-of-friendly", "entropy", "divergence")
    # No word of the category "place" stands in a sentence about Norland.
    assert set(figures) == {f"shift-{k}" for k in kinds} | {f"shift-about-{k}" for k in kinds if k != "rate-of-place"}
    for figure in figures.values():
        draw(figure.frame, figure.kind)
        assert figure.frame["row"].tolist()[0] == "sum" and "n: After the treaty 20 documents" in figure.caption
    own = {n: t for n, t in report.tables.items() if "multiverse" not in n}
    known = data_dictionary(own, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    assert {"gallagher2021", "lin1991"} <= set(report.citations)
    names = set(report.tables["table-power"]["name"])
    assert "word score" in names
    curves = [f for f in report.figures if f.of == "multiverse"]
    assert any("all scores" in str(f.frame.values) and "4 to 6 left out" in str(f.frame.values) for f in curves)
    assert any(
        s.startswith("Mean score of words in the sentences that mention Norland") for s in report.summary.sentences
    )
    text = json.dumps([getattr(b, "text", "") for b in report.blocks])
    assert "scores.tsv, SHA-256" in text and "weighs" not in text, "no word of stance about scores of one's own"


def test_words_in_a_neutral_range_do_not_count(write):
    found = compute(resolve(load(write(add=OWN[:-2] + ", neutral: [4, 6], reference: 5}\n")))).found("shifts")
    table = found.shifts["score"].table
    assert "harbour" not in set(table["item"]) and found.entries == len(SCORES) - 1
    assert found.shifts["score"].params["reference"] == 5.0


def test_the_lexicon_of_the_package_and_what_it_is_not(write):
    report, _ = run(resolve(load(write(add="shifts: {of: [score], min_words: 5}\n"))))
    text = json.dumps([getattr(b, "text", "") for b in report.blocks])
    assert "It is not the stance of this report" in text
    with report.figures and open("discourse/lexicons/evaluation.tsv", encoding="utf-8") as file:
        weights = {r["term"]: float(r["weight"]) for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    table = report.tables["shift-about-score"].set_index("item")
    assert table.loc["welcome", "score"] == weights["welcome"]


def test_three_groups_have_a_figure_for_each_contrast(write):
    thirds = (
        "  After the treaty: {from: 2010-01-01}\n",
        "  After the treaty: {from: 2010-01-01, before: 2020-01-01}\n  Of late: {from: 2020-01-01}\n",
    )
    report, _ = run(resolve(load(write(thirds))))
    names = [f.name for f in report.figures if f.of == "shifts" and f.name.startswith("shift-score")]
    assert len(names) > 1
    table = report.tables["table-word_score"]
    assert set(table[table["contrast"] == "level"]["stratum"]) == {"Before the treaty", "After the treaty", "Of late"}


def test_the_same_from_a_bundle(write, tmp_path):
    file = write(add=OWN + "bundle: {licence: CC0-1.0}\n")
    plan = resolve(load(file))
    text, _ = run(plan)
    there = tmp_path / "counts"
    there.mkdir()
    for name in ("norland.yaml", "scores.tsv", "mood.yml"):
        (there / name).write_bytes((file.parent / name).read_bytes())
    (there / "norland.bundle.zip").write_bytes(make_bundle(plan))
    counts, _ = run(resolve(load(there / "norland.yaml")))
    names = [n for n in text.tables if "shift" in n or "word_score" in n]
    assert len(names) > 15
    for name in names:
        pd.testing.assert_frame_equal(text.tables[name], counts.tables[name])


def test_too_little_text_is_refused_in_a_sentence(write):
    report, _ = run(resolve(load(write(add="shifts: {scores: scores.tsv, min_words: 100000}\n"))))
    said = [b.text for b in report.blocks if isinstance(b, Refusal) and "What moves" in b.text]
    assert len(said) == 6 and re.search(
        r"What moves the entropy \(.*\): too little text \(n = .* words in 20 doc", said[1]
    )
    assert not [f for f in report.figures if f.of == "shifts"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{scores: score.tsv}", r'norland.yaml:\d+: shifts.scores: there is no file "score.tsv"'),
        ("{scores: bad.tsv}", r'shifts.scores: .*bad.tsv:2: expected a number as score, got "x"\n.*bad.tsv:4: "good" has a score'),
        ("{scores: head.tsv}", r"shifts.scores: .*head.tsv:1: expected a header with the columns term and score, got a, b"),
        ("{scores: scores.tsv, neutral: [0, 9]}", r"shifts.neutral: the scores of scores.tsv outside 0 to 9 are all the same"),
        ("{neutral: [6, 4]}", r"shifts.neutral: expected two scores, the lower first"),
        ("{of: [entropy], reference: 5}", r"shifts.reference: has no effect without of: \[score\]"),
        ("{of: [score], order: 2}", r"shifts.order: has no effect without of: \[entropy\]"),
        ("{of: [scores]}", r"shifts.of"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_at_their_lines(write, settings, message):
    file = write(add=f"shifts: {settings}\n")
    (file.parent / "bad.tsv").write_text("term\tscore\ngood\tx\nGood\t1\ngood\t2\n")
    (file.parent / "head.tsv").write_text("a\tb\ngood\t1\n")
    with pytest.raises(ConfigError, match=message):
        resolve(load(file))


def test_without_a_contrast_nothing_moves(write):
    with pytest.raises(
        ConfigError, match=r"shifts: words move a difference: name the groups to compare under compare:"
    ):
        resolve(load(write(without=("compare",))))
