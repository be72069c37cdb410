"""Writing mentions to be labelled, and what a coded sample says of the labels that come back."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from discourse.experiment import compute, load, resolve, run
from discourse.report.dictionary import data_dictionary

LABELS = "\nstance: {method: labels, labels: {mine: mine.csv}}\n"


@pytest.fixture
def source(smaller_source, tmp_path):
    return smaller_source(tmp_path)


def test_mentions_are_written_for_scripts_and_tools(source, call, tmp_path):
    code, out, err = call("stance", "mentions", source, "--out", tmp_path / "m.csv")
    assert code == 0, err
    table = pd.read_csv(tmp_path / "m.csv", keep_default_na=False)
    assert list(table.columns) == ["mention_id", "target", "before", "text", "after"]
    assert f"{len(table)} mentions (Norland {len(table)})" in out
    assert table["mention_id"].is_unique and table["text"].str.contains(r"\[\[Norland").all()
    # A mention for each time that the speeches name it: counted in the texts.
    speeches = [json.loads(line) for line in (tmp_path / "speeches.jsonl").read_text().splitlines()]
    assert len(table) == sum(s["text"].count("Norland") for s in speeches)
    first = table["mention_id"][0].split(":")
    text = {s["id"]: s["text"] for s in speeches}[first[0]]
    assert text[int(first[2]) :].startswith("Norland")
    shown = ("--show", "date", "--show", "speaker", "--show", "group", "--show", "title", "--show", "evaluation")
    code, _, err = call("stance", "mentions", source, "-o", tmp_path / "m.jsonl", *shown)
    assert code == 0, err
    records = [json.loads(line) for line in (tmp_path / "m.jsonl").read_text().splitlines()]
    assert [r["mention_id"] for r in records] == table["mention_id"].tolist()
    assert set(records[0]) == {*table.columns, "date", "speaker", "group", "title", "evaluation"}
    assert records[0]["date"] == "1990-03-01" and -1 <= records[0]["evaluation"] <= 1


def test_those_that_are_missing(source, call, tmp_path):
    call("stance", "mentions", source, "--out", tmp_path / "m.csv")
    table = pd.read_csv(tmp_path / "m.csv", keep_default_na=False).assign(stance="neutral")
    table[5:][["mention_id", "stance"]].to_csv(tmp_path / "mine.csv", index=False)
    code, _, err = call("stance", "mentions", source, "--out", tmp_path / "rest.csv", "--missing")
    assert code == 2 and "names no labels under stance: labels:" in err
    source.write_text(source.read_text() + LABELS)
    code, _, err = call("stance", "mentions", source, "--out", tmp_path / "rest.csv", "--missing")
    assert code == 0, err
    rest = pd.read_csv(tmp_path / "rest.csv", keep_default_na=False)
    assert rest["mention_id"].tolist() == table["mention_id"][:5].tolist()
    code, _, err = call("stance", "sample", source, "-o", tmp_path / "sheet.csv")
    assert code == 2 and f"mine.csv: 5 of {len(table)} mentions of Norland that this run asks for have no label" in err
    table[["mention_id", "stance"]].to_csv(tmp_path / "mine.csv", index=False)
    code, _, err = call("stance", "mentions", source, "--out", tmp_path / "none.csv", "--missing")
    assert code == 2 and "every mention has a label" in err


def test_what_choices_bring_in_is_written_as_well(source, call, tmp_path):
    """Another selection, and passages that are repeated."""
    speeches = [json.loads(line) for line in (tmp_path / "speeches.jsonl").read_text().splitlines()]
    again = " ".join(f"Norland and its word number {k} are here to stay with us and with all of you." for k in range(9))
    for row in speeches[:2]:
        row["text"] += f" {again}"
    (tmp_path / "speeches.jsonl").write_text("\n".join(map(json.dumps, speeches)))
    text = source.read_text().replace(
        "  options: {id", "  drop: [s039]\n  select: {minister: [Minister A, Minister L]}\n  options: {id"
    )
    text = re.sub(r"(?m)^compare:.*\n", "", text)
    text = re.sub(r"(?m)^sensitivity:\n.*\n", "sensitivity: [{name: All ministers, select: {}}]\n", text)
    source.write_text(text + "repetition: {passages: drop}\n")
    code, out, err = call("stance", "mentions", source, "--out", tmp_path / "m.csv")
    assert code == 0, err
    table = pd.read_csv(tmp_path / "m.csv")
    # A document that is left out by its id is in no selection.
    assert len(table) == sum(s["text"].count("Norland") for s in speeches[:-1])
    few = [s for s in speeches[:-1] if s["minister"] in ("Minister A", "Minister L")]
    as_configured = sum(s["text"].count("Norland") for s in few) - 18
    assert f"{len(table) - as_configured} of them do not count as configured" in out
    code, out, err = call("stance", "mentions", source, "--out", tmp_path / "all.csv", "--all")
    assert len(pd.read_csv(tmp_path / "all.csv")) == sum(s["text"].count("Norland") for s in speeches)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "m.xlsx"), "a file to label ends in .csv or .jsonl"),
        (("--out", "norland.csv"), "there is such a file already"),
        (("--out", "m.csv", "--show", "sepaker"), 'Did you mean "speaker"?'),
        (("--out", "m.csv", "--target", "Nordland"), 'there is no target "Nordland". Did you mean "Norland"?'),
    ],
)
def test_what_cannot_be_asked(source, call, monkeypatch, arguments, message):
    monkeypatch.chdir(source.parent)
    (source.parent / "norland.csv").write_text("id\n")
    code, _, err = call("stance", "mentions", source, *arguments)
    assert code == 2 and message in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("stance", "message"),
    [
        ("{method: labels}", "labels need a file: `discourse stance mentions` writes what to label"),
        ("{method: labels, labels: {a: package}}", "labels need a file"),
        ("{labels: {a: m.csv}}", "nothing reads these files: say method: labels"),
        ("{method: labels, labels: {a: none.csv}}", 'there is no file "none.csv"'),
        ("{method: labels, labels: {a: m.csv}}\nmultiverse: {window: [5]}", "labels do not depend on it"),
        ("{method: lexicon}\nmultiverse: {labels: [a]}", "it needs stance: {method: labels}"),
        ("{method: labels, labels: {gpt: m.csv}}\nmultiverse: {labels: [gtp]}", 'Did you mean "gpt"?'),
    ],
)
def test_settings_that_do_not_go_together(source, call, stance, message):
    (source.parent / "m.csv").write_text("mention_id,stance\nx,neutral\n")
    source.write_text(source.read_text() + f"\nstance: {stance}\n")
    code, _, err = call("check", source)
    assert code == 2 and message in err


@pytest.mark.slow
def test_a_coded_sample_validates_labels(source, call, tmp_path):
    """Labels that are the codes agree with them fully; the rules and other labels do not."""
    call("stance", "mentions", source, "--out", tmp_path / "m.csv")
    table = pd.read_csv(tmp_path / "m.csv", keep_default_na=False)
    hostile = table["text"].str.contains("raid|condemn|attack|betray", case=False)
    friendly = table["text"].str.contains("thank|welcome|friend", case=False)
    table["stance"] = hostile.map({True: "conflictual", False: "neutral"}).mask(friendly, "cooperative")
    table[["mention_id", "stance"]].to_csv(tmp_path / "mine.csv", index=False)
    source.write_text(source.read_text() + LABELS)
    code, out, err = call("stance", "sample", source, "-n", "60", "--out", tmp_path / "sheet.csv")
    assert code == 0, err
    sheet = pd.read_csv(tmp_path / "sheet.csv", keep_default_na=False, dtype=object)
    sheet["stance"] = sheet["text"].map(dict(zip(table["text"], table["stance"])))
    sheet.to_csv(tmp_path / "sheet-anna.csv", index=False)
    code, out, err = call("stance", "validate", source, tmp_path / "sheet-anna.csv")
    assert code == 0, err
    assert "macro-F1 1.00 [1.00, 1.00], n = 60, one coder" in out
    assert "Note:" not in out, "the sample was drawn with these labels"
    # The codes judge every measure that stands beside it.
    noise = np.random.default_rng(2).permutation(table["stance"])
    table.assign(stance=noise)[["mention_id", "stance"]].to_csv(tmp_path / "noise.csv", index=False)
    with_both = source.read_text().replace("{mine: mine.csv}", "{mine: mine.csv, noise: noise.csv}")
    source.write_text(with_both + "collocates: false\nactors: false\ncontext: false\n")
    coded = compute(resolve(load(source))).found("stance", "Norland").side_by_side.coded.set_index("name")
    assert coded.index.tolist() == ["mine", "noise", "package"] and (coded["n_coded"] == 60).all()
    assert coded.loc["mine", "f1"] == 1
    key = pd.DataFrame(json.loads((tmp_path / "sheet.key.json").read_text())["items"])
    by_text = dict(zip(zip(table["mention_id"].str.rsplit(":", n=1).str[0], table["target"]), noise))
    places = [f"{i.doc_id}:{i.turn}:{i.start}" for i in key.itertuples()]
    said = [by_text[place, "Norland"] for place in places]
    expected = f1_score(sheet["stance"], said, average="macro", sample_weight=1 / key["probability"])
    assert coded.loc["noise", "f1"] == pytest.approx(expected)
    # Labels that are the codes need no correction, and the correction of others is about as large as they are wrong.
    number = table["stance"].map({"conflictual": -1, "neutral": 0, "cooperative": 1})
    late = table["mention_id"].str[1:4].astype(int) >= 20
    assert coded.loc["mine", "estimate"] == pytest.approx(number[late].mean() - number[~late].mean())
    assert coded.loc["noise", "low"] < coded.loc["mine", "estimate"] < coded.loc["noise", "high"]
    report = run(resolve(load(source)))[0]
    (printed,) = (b for b in report.blocks if getattr(b, "name", "") == "measures-coded")
    assert printed.rows[0][:3] == ["mine", "60", "1.00 [1.00, 1.00]"]
    described = data_dictionary({"table-measures-coded": printed.frame}, report.columns)
    assert (described["meaning"].str.len() > 0).all()
    # Other labels make the validation void.
    shutil.copy(source.with_suffix(".validation.json"), tmp_path / "kept.json")
    table.assign(stance="neutral")[["mention_id", "stance"]].to_csv(tmp_path / "mine.csv", index=False)
    code, out, err = call("stance", "validate", source, tmp_path / "sheet-anna.csv")
    assert "the settings of the measure changed after the sample was drawn" in out
    assert "not valid" in out
    code, out, err = call("stance", "explain", source, "--limit", "1")
    assert "These are the scores of the package; the report replaces them by the labels of mine." in out


def test_the_scripts_of_the_page(source, call, tmp_path, monkeypatch):
    """The one that needs nothing is run, and its labels are taken; the one that needs a transformer is only read."""
    page = Path(__file__).parents[2] / "docs" / "labels.md"
    scripts = re.findall(r"(?ms)^```python3\n(.*?)^```$", page.read_text(encoding="utf-8"))
    code = [compile(script, page.name, "exec") for script in scripts]
    assert ["transformers" in s for s in scripts] == [False, True]
    monkeypatch.chdir(tmp_path)
    call("stance", "mentions", source, "--out", "mentions.csv")
    exec(code[0], {})
    source.write_text(source.read_text() + LABELS.replace("mine.csv", "labels/words.csv"))
    status, _, err = call("stance", "sample", source, "-o", "sheet.csv")
    assert status == 0, err
