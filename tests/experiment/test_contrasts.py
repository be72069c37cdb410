"""Three and more groups: which contrasts there are, what each finds, and that together they err no more often than one."""

import json
from dataclasses import replace

import numpy as np
import pytest

from discourse.analyses.outcome import Certainty
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import REST, Quantities, pair
from discourse.compare.resample import Design
from discourse.experiment import compute, load, resolve, run
from discourse.experiment.contrasts import contrasts
from discourse.experiment.settings import CompareSection
from discourse.report.blocks import Figure, Heading, Paragraph, Table

CONFIG = """name: norland
title: Norland
question: Do three states speak of Norland alike?
corpus:
  reader: table
  files: [speeches.jsonl]
  options: {id: id, title: title, speaker: minister, keep: [iso]}
groups:
  Westland: {where: {iso: W}}
  Eastland: {where: {iso: E}}
  Sundland: {where: {iso: S}}
compare: {study: Westland, reference: Eastland}
targets:
  Norland: {terms: [norland]}
stance: false
collocates: false
actors: false
topics: false
frequency: {ngrams: [1], scope: all}
inference: {resamples: 400}
"""
# Mentions in each of 14 speeches of 40 words: Sundland speaks of Norland much more often than the others, and of gardens.
MENTIONS = {"W": 1, "E": 1, "S": 5}


@pytest.fixture
def file(tmp_path):
    rng, rows = np.random.default_rng(5), []
    for iso, n in MENTIONS.items():
        for k in range(14):
            words = rng.choice(["trade", "peace", "border", "treaty", "river", "harbour"], 30).tolist()
            words += ["Norland"] * (n + int(rng.integers(2))) + ["garden"] * (4 if iso == "S" else int(rng.integers(2)))
            text = " ".join(rng.permutation(words)) + "."
            rows.append({"id": f"{iso}{k}", "date": f"{2000 + k}-0{1 + k % 9}-01", "title": f"{iso} {k}", "iso": iso})
            rows[-1] |= {"minister": f"Minister {iso}{k % 3}", "text": text}
    (tmp_path / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    path = tmp_path / "norland.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def named(settings, n):
    design = Design(np.arange(n), [f"G{k}" for k in range(n)])
    section = CompareSection.model_validate({"study": "G1", "reference": "G0"} | settings)
    return [(c.name, c.kind) for c in contrasts(section, design)]


def test_which_contrasts_there_are():
    main = ("G1 - G0", "difference")
    assert named({}, 2) == [main]
    assert named({}, 3) == [main, ("G1 - G2", "pair"), ("G0 - G2", "pair")]
    assert named({}, 4) == [main, *((f"G{k} - {REST}", "rest") for k in range(4))]
    assert named({"pairs": []}, 3) == named({"each_against_rest": False}, 5) == [main]
    assert named({"trend": True}, 3) == [main, ("trend from G0 to G2, per group", "trend")]
    assert named({"pairs": [["G2", "G1"]]}, 4) == [main, ("G2 - G1", "pair")]


def test_each_contrast_is_judged_like_the_main_one(file):
    """The verdict on the third group is that of a run in which it is the main contrast; only the family is larger."""
    plan = resolve(load(file))
    results = compute(plan)
    assert list(results.further) == ["Westland - Sundland", "Eastland - Sundland"]
    verdicts = [r.found("verdict").judged["salience", "Norland"] for r in (results, *results.further.values())]
    assert [v.certainty for v in verdicts] == [Certainty.INCONCLUSIVE, Certainty.DIFFERS, Certainty.DIFFERS]
    keyness = results.further["Westland - Sundland"].found("frequency").keyness[1].table.set_index("item")
    assert keyness.loc["garden", "high"] < 0
    text = file.read_text(encoding="utf-8").replace("reference: Eastland", "reference: Sundland, pairs: []")
    file.write_text(text, encoding="utf-8")
    alone = compute(resolve(load(file)))
    assert not alone.further
    one, three = (r.found("noise").tests.iloc[0] for r in (alone, results.further["Westland - Sundland"]))
    assert one["estimate"] == three["estimate"] and one["p"] == three["p"]
    assert three["p_family"] == pytest.approx(min(3 * one["p_family"], 1))
    wide = keyness["high"] - keyness["low"]
    narrow = alone.found("frequency").keyness[1].table.set_index("item")
    assert (wide >= narrow["high"] - narrow["low"] - 1e-9).all()


def test_one_against_the_rest_pools_the_others(file):
    text = file.read_text(encoding="utf-8").replace("Eastland}", "Eastland, each_against_rest: true}")
    file.write_text(text, encoding="utf-8")
    results = compute(resolve(load(file)))
    rest = results.further[f"Sundland - {REST}"]
    o = rest.outcomes["salience", "Norland"]
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text().splitlines()]
    words = {
        own: " ".join(r["text"] for r in rows if (r["iso"] == "S") == own).replace(".", "").split()
        for own in (True, False)
    }
    rate = {own: 1e4 * w.count("Norland") / len(w) for own, w in words.items()}
    assert o.difference()["estimate"] == pytest.approx(rate[True] - rate[False])
    assert set(rest.found("noise").halves["salience", "Norland"]) == {"Sundland", REST}


def test_the_report_says_it_for_each_contrast(file):
    report, _ = run(resolve(load(file)))
    headings = [b.text for b in report.blocks if isinstance(b, Heading) and b.level == 1]
    assert {"Westland minus Sundland", "Eastland minus Sundland"} <= set(headings)
    tests = next(b for b in report.blocks if isinstance(b, Table) and b.name == "tests")
    assert [r[1] for r in tests.rows] == [
        "Westland minus Eastland",
        "Westland minus Sundland",
        "Eastland minus Sundland",
    ]
    assert all(r[-1] for r in tests.rows), "no verdict is blank"
    assert "in 3 contrasts" in tests.caption
    figures = {b.name for b in report.blocks if isinstance(b, Figure)}
    assert {"keyness-1", "keyness-1-westland-sundland", "noise-eastland-sundland"} <= figures
    lines = [
        s for s in report.summary.sentences if s.startswith(("Westland minus Sundland", "Eastland minus Sundland"))
    ]
    assert len(lines) == 2 and all("Differs: mentions (" in line for line in lines)
    said = [b.text for b in report.blocks if isinstance(b, Paragraph) and b.text.startswith("Mentions of Norland:")]
    # At the beginning of the report and at that of its section.
    assert len(set(said)) == 3
    assert report.manifest["further_contrasts"]["Westland - Sundland"]["salience Norland"]["certainty"] == "differs"


def test_together_the_contrasts_err_no_more_often_than_one():
    """Three groups of one population: in how many corpora does any of the three pairs have a p of the family below 0.2?"""
    rng, any_false = np.random.default_rng(11), 0
    for _ in range(100):
        design = Design(
            np.repeat([0, 1, 2], 8), ["a", "b", "c"], resamples=150, contrasts=3, seed=int(rng.integers(1e6))
        )
        q = Quantities("rate", rng.poisson(6.0, (24, 2)).astype(float), np.full(24, 100.0), ["x", "y"])
        least = [
            permutation_test([q], design, pair(design, a, b)).table["p_family"].min()
            for a, b in ((0, 1), (0, 2), (1, 2))
        ]
        any_false += min(least) < 0.2
    # 20 are allowed; 4 standard errors of 100 corpora beside.
    assert any_false <= 20 + 16
    one = replace(design, contrasts=1)
    single = permutation_test([q], one, pair(one, 0, 1)).table["p_family"]
    three = permutation_test([q], design, pair(design, 0, 1)).table["p_family"]
    assert three.tolist() == pytest.approx(np.minimum(3 * single, 1).tolist())


def test_a_contrast_of_enough_documents_is_shown_beside_one_of_too_few(file):
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text().splitlines()]
    few = [r for r in rows if r["iso"] != "E" or int(r["id"][1:]) < 4]
    (file.parent / "speeches.jsonl").write_text("\n".join(map(json.dumps, few)), encoding="utf-8")
    report, _ = run(resolve(load(file)))
    text = " ".join(report.summary.sentences)
    assert "A contrast of Westland with Eastland" in text and "A contrast of Eastland with Sundland" in text
    (tests,) = (b for b in report.blocks if isinstance(b, Table) and b.name.startswith("tests"))
    assert [r[1] for r in tests.rows] == ["Westland minus Sundland"] and tests.rows[0][-1] == "differs"


def test_columns_are_called_as_the_config_says(file):
    text = file.read_text(encoding="utf-8") + "breakdown: {by: iso}\nreport: {labels: {iso: country}}\n"
    file.write_text(text.replace("stance: false\n", "mix: {columns: [iso]}\nstance: false\n"), encoding="utf-8")
    report, _ = run(resolve(load(file)))
    panel = next(f for f in report.figures if f.name == "panel")
    assert panel.caption.startswith("How does salience of Norland differ by country?")
    printed = " ".join(str(getattr(b, "text", "")) for b in report.blocks)
    assert "a country that both groups have" in printed and "their countries apart" in printed
    assert "iso" not in panel.caption and "iso" not in panel.alt
