"""Dictionaries as outcomes: rates of a naive loop, every reviewer, with and without target and contrast, nothing ignored."""

import json
import re

import pytest

from discourse.errors import ConfigError
from discourse.experiment import compute, load, resolve, run
from discourse.figures.draw import draw
from discourse.report.blocks import Refusal
from discourse.report.dictionary import data_dictionary

SMALL = ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n", "topics: false\nfrequency: false\n")
FEW = ("resamples: 300", "resamples: 100")
DICTIONARY = "dictionary: {files: {Mood: mood.yml}, min_tokens: 100}\n"
MOOD = "place:\n  - harbour\n  - s*\n  - water: [river, winter summer]\nfriendly: [welcome, partner, help, agreed]\n"
MOOD += "village: [village, teacher*, doctor, railway, forest]\nsnow: [snow*]\n"
FRIENDLY = re.compile(r"welcome|partner|help|agreed")
GROUPS = {"Before the treaty": range(0, 20), "After the treaty": range(20, 40)}


@pytest.fixture
def write(experiment_file):
    """The experiment with a dictionary, and lines of the file replaced."""

    def change(*pairs, add=DICTIONARY, without=()):
        (experiment_file.parent / "mood.yml").write_text(MOOD)
        text = experiment_file.read_text(encoding="utf-8").replace("frequency: {min_clusters: 2}\n", "")
        for old, new in (SMALL, FEW, *pairs):
            assert old in text, old
            text = text.replace(old, new)
        text += "" if "stance:" in add else "stance: false\n"
        for key in ("sensitivity", *without):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        experiment_file.write_text(text + add, encoding="utf-8")
        return experiment_file

    return change


def speeches(file):
    """Sentences of each speech as lists of folded words, by group."""
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    sentences = [[re.findall(r"\w+", s.casefold()) for s in r["text"].split(".") if s.strip()] for r in rows]
    return {g: [sentences[k] for k in inside] for g, inside in GROUPS.items()}


def test_rates_are_those_of_a_naive_loop(write):
    file = write()
    results = compute(resolve(load(file)))
    (overall,), (about,) = results.found("dictionary").outcomes, results.found("dictionary_about", "Norland").outcomes
    assert (overall.joint, overall.target, about.target) == (False, "", "Norland")
    for group, documents in speeches(file).items():
        every = [s for d in documents for s in d]
        for outcome, scope in ((overall, every), (about, [s for s in every if "norland" in s])):
            words = [w for s in scope for w in s]
            pairs = sum(s[k : k + 2] == ["winter", "summer"] for s in scope for k in range(len(s)))
            # A phrase is one hit; "summer" in it begins with s, and is counted with it.
            starred = sum(w.startswith("s") for w in words) - pairs
            counts = {
                "place": words.count("harbour") + starred + words.count("river") + pairs,
                "place/water": words.count("river") + pairs,
                "village": sum(w in ("village", "teacher", "doctor", "railway", "forest") for w in words),
                "friendly": sum(bool(FRIENDLY.fullmatch(w)) for w in words),
            }
            table = outcome.table[(outcome.table["contrast"] == "level") & (outcome.table["stratum"] == group)]
            rates = table.set_index("item")["estimate"].to_dict()
            assert rates == pytest.approx({c: 1e4 * n / len(words) for c, n in counts.items() if c in rates}, abs=1e-9)
            assert "snow" not in rates, "no group has such a word"
            assert not any(counts[c] for c in set(counts) - set(rates))


def test_a_report_with_every_reviewer(write):
    report, _ = run(resolve(load(write(add=DICTIONARY + "stance: {evidence: 2}\n"))))
    tables = report.tables
    names = {f.name for f in report.figures}
    assert "dictionary_about-mood" in names and "dictionary-mood" not in names, "one figure with both panels"
    assert {"noise-dictionary_mood", "noise-about_dictionary_mood"} <= names
    assert tables["figure-dictionary_about-mood"]["panel"].nunique() == 2
    assert {"categories of Mood", "categories of Mood about Norland"} <= set(tables["table-power"]["name"])
    words = tables["table-dictionary_words-mood"]
    assert set(words.loc[words["category"] == "friendly", "form"]) == {"welcome", "partner", "help", "agreed"}
    (first,) = [s for s in report.summary.sentences if "dictionary Mood in all words" in s]
    row = tables["table-dictionary-mood"].set_index(["item", "contrast"]).loc[("village", "difference")]
    assert first.startswith("Of 4 categories of the dictionary Mood in all words of the groups, ")
    assert f"difference {row['estimate']:,.1f} [{row['low']:,.1f}, {row['high']:,.1f}]" in first
    known = data_dictionary(tables, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    assert {"grimmer2013", "benoit2018"} <= set(report.citations)
    text = json.dumps([getattr(b, "text", "") for b in report.blocks])
    assert re.search(
        r"mood\.yml \(SHA-256 [0-9a-f]{16}\), 5 categories with 14 entries, of which 1\d are counted", text
    )
    draw(*next((f.frame, f.kind) for f in report.figures if f.of == "dictionary"))


def test_without_target_and_contrast(write):
    report, _ = run(resolve(load(write(without=("compare", "targets")))))
    (figure,) = [f for f in report.figures if f.of == "dictionary"]
    assert (figure.name, figure.frame["panel"].unique().tolist()) == ("dictionary-mood", ["in all words of the groups"])
    assert set(report.tables["table-dictionary-mood"]["contrast"]) == {"level"}
    assert not any("dictionary" in s for s in report.summary.sentences)


def test_three_groups_and_a_category_that_one_of_them_has_alone(write):
    thirds = (
        "  After the treaty: {from: 2010-01-01}\n",
        "  After the treaty: {from: 2010-01-01, before: 2020-01-01}\n  Of late: {from: 2020-01-01}\n",
    )
    file = write(thirds)
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[-1]["text"] += " Snow and snowfall."
    (file.parent / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report, _ = run(resolve(load(file)))
    table = report.tables["table-dictionary-mood"]
    snow = table[(table["item"] == "snow") & (table["contrast"] == "level")].set_index("stratum")["y"]
    assert snow.to_dict() == {"Before the treaty": 0, "After the treaty": 0, "Of late": 2}
    nulls = report.tables["dictionary_mood-nulls"].set_index("item")["certainty"]
    assert nulls["snow"] == "inconclusive"


def test_too_few_words_about_a_target_have_no_rate(write):
    file = write(add="dictionary: {files: {Mood: mood.yml}, scope: {window: 1}, min_tokens: 100000}\n")
    results = compute(resolve(load(file)))
    found = results.found("dictionary_about", "Norland")
    assert not found.outcomes and not results.found("dictionary").outcomes
    assert found.refused[0].table["estimate"].isna().all()
    report, _ = run(resolve(load(file)))
    rows = [b.rows for b in report.blocks if getattr(b, "name", "") == "dictionary_about-mood" and hasattr(b, "rows")]
    assert "too little text (n = " in rows[0][0][1]
    assert not [s for s in report.summary.sentences if "dictionary" in s]


def test_several_targets_and_no_word(write):
    two = ("  Norland: {terms: [norland]}\n", "  Norland: {terms: [norland]}\n  Village: {terms: [village]}\n")
    report, _ = run(resolve(load(write(two, add=DICTIONARY[:-2] + ", categories: [snow, 'PLACE*']}\n"))))
    assert {"about_dictionary_mood-norland-nulls", "about_dictionary_mood-village-nulls"} <= set(report.tables)
    assert set(report.tables["table-dictionary-mood"]["item"]) == {"place", "place/water"}


def test_a_dictionary_of_which_no_word_occurs(write):
    file = write(add=DICTIONARY[:-2] + ", categories: [snow]}\n")
    report, _ = run(resolve(load(file)))
    said = [b.text for b in report.blocks if isinstance(b, Refusal) and "No word" in b.text]
    place = "in the sentences that mention Norland", "in all words of the groups"
    assert said == [f"No word of the dictionary Mood occurs {p}." for p in place]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{files: {Mood: moody.yml}}", r'norland.yaml:\d+: dictionary.files.Mood: there is no file "moody.yml"'),
        ("{scope: documents}", r"dictionary.files: which dictionaries\? Name their files"),
        ("{files: {'?!': mood.yml}}", r'dictionary.files.\?!: "\?!" has no letter'),
        ("{files: {Mood!: mood.yml, Mood: mood.yml}}", r'"Mood" differs from "Mood!" in signs only'),
        ("{files: {Mood: mood.yml}, categories: [frendly]}", r'categories.1: no dictionary has a category "frendly". Did you mean "fr'),
        ("{files: {Mood: mood.yml}, scope: {windw: 3}}", r"dictionary.scope"),
        ("{files: {Bad: bad.dic}}", r"dictionary.files.Bad: .*bad.dic:4: category 2 is used here and not defined"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_at_their_lines(write, settings, message):
    file = write(add=f"dictionary: {settings}\n")
    (file.parent / "bad.dic").write_text("%\n1\tup\n%\nglad\t2\n")
    with pytest.raises(ConfigError, match=message):
        resolve(load(file))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "stance: {lexicons: {mood: mood.yml}}",
            r"stance.lexicons: there is no target.* name it under dictionary: files",
        ),
        ("stance: {evidence: 2}", r"stance.evidence: there is no target"),
        ("dictionary: {files: {Mood: mood.yml}, scope: sentences}", r"dictionary.scope: there is no target"),
    ],
)
def test_nothing_is_ignored_without_a_target(write, settings, message):
    file = write(add=settings + "\n", without=("compare", "targets"))
    with pytest.raises(ConfigError, match=message):
        resolve(load(file))


def test_a_choice_without_a_target_is_a_mistake(write):
    file = write(add="multiverse: {window: [3]}\nstance: {}\n", without=("targets",))
    with pytest.raises(ConfigError, match=r"multiverse.window: there is no target"):
        resolve(load(file))


def test_a_multiverse_follows_the_clearest_category(write):
    file = write(add=DICTIONARY + "multiverse: {unit: [document]}\n")
    results = compute(resolve(load(file)))
    curves = {(c.outcome, c.target): c for c in results.found("multiverse").curves}
    curve, (outcome,) = curves["dictionary_mood", ""], results.found("dictionary").outcomes
    table = outcome.table[outcome.table["contrast"] == "difference"].set_index("item")
    clearest = (table["estimate"].abs() / (table["high"] - table["low"])).idxmax()
    assert curve.label == f"Mood: {clearest}"
    assert curve.table["estimate"].tolist() == [table.loc[clearest, "estimate"]] * 2
