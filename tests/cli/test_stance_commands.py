import json
import re
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from discourse.features.stance import ROLES
from discourse.report.blocks import Figure, Paragraph, Table


@pytest.fixture(scope="module")
def coded(tmp_path_factory, smaller_source):
    """An experiment with a drawn sample and a sheet that is coded by what the texts say."""
    import sys

    from discourse.cli.stance_commands import draw_sample

    folder = tmp_path_factory.mktemp("coded")
    file = smaller_source(folder)
    sys.stdout.flush()
    draw_sample(file, [], folder / "sheet.xlsx", n=60)
    sheet = pd.read_csv(folder / "sheet.csv", keep_default_na=False, dtype=object)
    friendly = sheet["text"].str.contains("thank|welcome|friend|help|agree", case=False)
    hostile = sheet["text"].str.contains("raid|condemn|attack|betray", case=False)
    sheet["stance"] = np.where(hostile, "conflictual", np.where(friendly, "cooperative", "neutral"))
    sheet["who_acts"] = np.where(sheet["text"].str.contains(r"\[\[Norland(?:'s)?\]\]"), "actor", "mentioned")
    sheet.to_csv(folder / "sheet-anna.csv", index=False)
    other = sheet.copy()
    other.loc[:4, "stance"] = "neutral"
    other.to_csv(folder / "sheet-ben.csv", index=False)
    return file


@pytest.fixture
def work(coded, tmp_path):
    """A copy that a test may change."""
    folder = tmp_path / "work"
    shutil.copytree(coded.parent, folder)
    return folder / coded.name


def test_the_sample_is_blind_and_its_key_tells_all(coded):
    folder = coded.parent
    sheet = pd.read_csv(folder / "sheet.csv", dtype=object)
    assert list(sheet.columns) == ["item", "before", "text", "after", "stance", "who_acts", "note"]
    assert sheet[["stance", "who_acts", "note"]].isna().all().all()
    assert sheet["text"].str.contains(r"\[\[.+\]\]").all()
    key = json.loads((folder / "sheet.key.json").read_text())
    items = pd.DataFrame(key["items"])
    strata = pd.DataFrame(key["strata"])
    assert sheet["item"].tolist() == items["item"].tolist()
    assert len(items) == 60
    assert items["group"].value_counts().tolist() == [30, 30]
    assert items["group"].tolist() != sorted(items["group"]), "the order is shuffled"
    # What was drawn from each stratum, and the probability that follows from it.
    drawn = items.groupby("stratum").size()
    assert (drawn == strata.set_index("stratum")["n_drawn"].reindex(drawn.index)).all()
    expected = items["stratum"].map(strata.set_index("stratum")["n_drawn"] / strata.set_index("stratum")["n_mentions"])
    assert np.allclose(items["probability"], expected)
    assert np.bincount(key["population"]).tolist() == strata["n_mentions"].tolist()
    book = openpyxl.load_workbook(folder / "sheet.xlsx")
    assert book.sheetnames == ["sheet", "codebook"]
    assert [v.formula1 for v in book["sheet"].data_validations.dataValidation] == [
        '"conflictual,neutral,cooperative"', f'"{",".join(ROLES)}"',
    ]  # fmt: skip
    assert "stance: conflictual" in [c.value for c in book["codebook"]["A"]]


def test_the_same_seed_draws_the_same_sample(coded, tmp_path, call):
    code, _, err = call("stance", "sample", coded, "-n", "60", "-o", tmp_path / "again.csv")
    assert code == 0, err
    assert (tmp_path / "again.csv").read_bytes() == (coded.parent / "sheet.csv").read_bytes()


def test_explain_prints_the_sum(coded, call, tmp_path):
    code, out, err = call("stance", "explain", coded, "--limit", "5")
    assert code == 0, err
    block = out.split("\n\n")[0].splitlines()
    assert "[[" in block[1]
    x = sum(float(line.split("=")[0]) for line in block if " x " in line)
    (shown,) = (float(line.split("by the rules")[1].split(",")[0]) for line in block if "by the rules" in line)
    assert shown == pytest.approx(x / np.sqrt(x**2 + 16), abs=0.02)
    code, out, _ = call("stance", "explain", coded, "--csv", tmp_path / "m.csv", "--search", "raids")
    table = pd.read_csv(tmp_path / "m.csv")
    assert table["text"].str.contains("raids").all()
    assert f"{len(table)} mentions" in out


def test_agreement_of_two_coders(coded, call, tmp_path):
    folder = coded.parent
    sheets = [folder / "sheet-anna.csv", folder / "sheet-ben.csv"]
    code, out, err = call("stance", "agreement", *sheets, "--csv", tmp_path / "d.csv")
    assert code == 0, err
    first, second = (pd.read_csv(s)["stance"] for s in sheets)
    from nltk.metrics.agreement import AnnotationTask

    rows = [(c, str(k), v) for c, column in (("a", first), ("b", second)) for k, v in enumerate(column)]
    assert f"nominal  {AnnotationTask(rows).alpha():.3f}" in out
    assert len(pd.read_csv(tmp_path / "d.csv")) == (first != second).sum()


@pytest.mark.slow
def test_validate_and_the_report_that_follows(work, call, tmp_path):
    folder = work.parent
    sheets = [folder / "sheet-anna.csv", folder / "sheet-ben.csv"]
    code, out, err = call("stance", "validate", work, *sheets)
    assert code == 0, err
    assert "evaluation: validated: correlation with the codes" in out
    assert "class: validated: macro-F1" in out
    assert "n = 60, 2 coders, alpha" in out
    kept = json.loads(work.with_suffix(".validation.json").read_text())["Norland"]
    assert set(kept["sheets"]) == {"sheet-anna", "sheet-ben"}
    assert not any("text" in item for item in kept["items"]), "no text is kept"
    code, _, err = call("run", work, "--out", tmp_path / "o", "--quiet")
    assert code == 0, err
    manifest = json.loads((tmp_path / "o" / "run.json").read_text())
    lines = manifest["stance"]["Norland"]["validation"]
    assert {m: lines[m] for m in kept["measures"]} == {m: v["line"] for m, v in kept["measures"].items()}
    assert lines["act"] == lines["certainty"] == "unvalidated", "no sheet asked for them"
    assert manifest["verdict"]["evaluation Norland"]["corrected"]
    assert manifest["verdict"]["salience Norland"]["validity"] is None, "mentions are what they are"
    table = pd.read_csv(tmp_path / "o" / "tables" / "figure-corrected.csv")
    assert set(table["item"]) == {"raw", "corrected"}
    assert (table["n_coded"] > 0).all()
    scores = pd.read_csv(tmp_path / "o" / "tables" / "table-validation.csv")
    macro = scores[(scores["item"] == "stance") & (scores["class_"] == "macro") & (scores["measure"] == "f1")]
    assert {"all groups", "Before the treaty", "After the treaty"} == set(macro["stratum"])
    # Another setting makes it void; another corpus makes the sample void.
    work.write_text(work.read_text() + "\nstance: {half_distance: 6}\n")
    code, _, err = call("run", work, "--out", tmp_path / "o", "--quiet")
    line = json.loads((tmp_path / "o" / "run.json").read_text())["stance"]["Norland"]["validation"]["class"]
    assert line == "unvalidated (a validation is void, for the settings of the measure has changed since)"
    code, out, err = call("stance", "validate", work, sheets[0])
    assert code == 0, err
    assert "changed after the sample was drawn" in out
    texts = folder / "speeches.jsonl"
    texts.write_text(texts.read_text().replace("Norland", "Norlandia", 1))
    code, _, err = call("stance", "validate", work, sheets[0])
    assert code == 2
    assert "the sample was drawn before the corpus changed" in err


@pytest.fixture
def asked(work, call):
    """A sheet that asks for acts and certainty as well, coded: acts by a word, certainty against all sense."""
    folder = work.parent
    code, _, err = call(
        "stance", "sample", work, "-n", "60", "--ask", "certainty", "--ask", "act", "-o", folder / "more.csv"
    )
    assert code == 0, err
    sheet = pd.read_csv(folder / "more.csv", keep_default_na=False, dtype=object)
    first = pd.read_csv(folder / "sheet-anna.csv", keep_default_na=False, dtype=object)
    assert sheet["item"].tolist() == first["item"].tolist(), "the same sample"
    act = {
        "attack": "attack",
        "violated": "violate",
        "raids": "demand",
        "welcome": "welcome",
        "thank": "welcome",
        "agreed": "agree",
    }
    words = sheet["text"].str.extract(f"({'|'.join(act)})")[0]
    coded = sheet.assign(stance=first["stance"], who_acts=first["who_acts"], act=words.map(act))
    coded["certainty"] = np.where(np.arange(60) % 2, "hedged", "boosted")
    coded.to_csv(folder / "more-anna.csv", index=False)
    return folder / "more-anna.csv"


def test_acts_and_certainty_are_asked_for_on_request(asked):
    sheet = pd.read_csv(asked.with_name("more.csv"), dtype=object)
    assert list(sheet.columns)[4:] == ["stance", "who_acts", "act", "certainty", "note"]
    book = openpyxl.load_workbook(asked.with_name("more.xlsx"))
    codes = [v.formula1 for v in book["sheet"].data_validations.dataValidation]
    assert codes[3] == '"hedged,plain,boosted"'
    assert codes[2].startswith('"agree,consult,')
    assert codes[2].endswith(',attack,none"')
    guide = [c.value for c in book["codebook"]["A"]]
    assert {"act: sanction", "certainty: hedged", "who_acts: actor"} <= set(guide)
    first = [c.value for c in openpyxl.load_workbook(asked.with_name("sheet.xlsx"))["codebook"]["A"]]
    assert "act: sanction" not in first, "a codebook of what is asked"


@pytest.mark.slow
def test_each_figure_shows_the_validity_of_its_own_measure(work, asked, call):
    from discourse.experiment import load, resolve, run

    code, out, err = call("stance", "validate", work, asked)
    assert code == 0, err
    lines = dict(line.split(": ", 1) for line in out.splitlines() if "n = 60, one coder" in line)
    assert set(lines) == {"evaluation", "class", "role", "act", "certainty"}
    assert lines["act"].startswith("validated: macro-F1")
    assert lines["certainty"].startswith("not valid (no better than calling everything the same")
    certainty = (Path(__file__).parents[2] / "discourse/lexicons/certainty.tsv").read_text(encoding="utf-8")
    (work.parent / "own.tsv").write_text(certainty, encoding="utf-8")
    work.write_text(
        work.read_text().replace(
            "[salience, corrected]", "[stance, corrected, roles, acts, stance_time, metadiscourse]"
        )
    )
    figures = {
        "corrected": lines["evaluation"],
        "stance": f"evaluation: {lines['evaluation']}; class: {lines['class']}",
        "stance-time": lines["evaluation"],
        "roles": lines["role"],
        "acts": lines["act"],
        "metadiscourse": lines["certainty"],
    }
    report = run(resolve(load(work)))[0]
    captions = {b.name: b.caption for b in report.blocks if isinstance(b, Figure)}
    for name, line in figures.items():
        assert f": {line}." in captions[name], name
    names = [b.name for b in report.blocks if isinstance(b, Figure)]
    assert names.index("corrected") < names.index("stance"), "what is corrected leads"
    first = next(k for k, s in enumerate(report.summary.sentences) if s.startswith("Evaluation of Norland"))
    assert "corrected for the error of the measure" in report.summary.sentences[first]
    assert report.summary.sentences[first + 1].startswith("Evaluation of Norland, as measured")
    # Another lexicon of certainty makes void what depends on it, and nothing else.
    (work.parent / "own.tsv").write_text(certainty + "harbour\thedge\t1\tme\t\n", encoding="utf-8")
    work.write_text(work.read_text() + "\nstance: {lexicons: {certainty: own.tsv}}\n")
    code, _, err = call("run", work, "--out", work.parent / "o", "--quiet")
    assert code == 0, err
    now = json.loads((work.parent / "o" / "run.json").read_text())["stance"]["Norland"]["validation"]
    assert now["certainty"] == "unvalidated (a validation is void, for the lexicon has changed since)"
    assert {m: now[m] for m in ("evaluation", "class", "role", "act")} == {
        m: lines[m] for m in ("evaluation", "class", "role", "act")
    }


@pytest.mark.slow
def test_without_codes_no_difference_of_stance_is_called_one(work):
    from discourse.experiment import load, resolve, run

    report = run(resolve(load(work)))[0]
    said = "differs as measured; not validated"
    assert any(s.startswith(f"Evaluation of Norland: {said};") for s in report.summary.sentences)
    table = next(b for b in report.blocks if isinstance(b, Table) and b.name == "tests")
    assert [row[-1] for row in table.rows] == ["inconclusive", said]
    assert f"Evaluation of Norland: {said}." in [b.text for b in report.blocks if isinstance(b, Paragraph)]
    assert not re.search(r"Evaluation of Norland: (may )?differs?\b(?! as measured; not validated)", repr(report))


@pytest.mark.slow
def test_other_groups_make_a_validation_void_and_stop_no_run(work, call, tmp_path):
    code, _, err = call("stance", "validate", work, work.parent / "sheet-anna.csv")
    assert code == 0, err
    work.write_text(work.read_text().replace("2010-01-01", "2008-01-01"))
    code, _, err = call("run", work, "--out", tmp_path / "o", "--quiet")
    assert code == 0, err
    line = json.loads((tmp_path / "o" / "run.json").read_text())["stance"]["Norland"]["validation"]["evaluation"]
    assert line.startswith("unvalidated (a validation is void")
    # A sample of the other groups has other items: the old sheet does not fit it.
    code, _, err = call("stance", "sample", work, "-n", "60", "-o", tmp_path / "new.csv")
    assert code == 0, err
    code, _, err = call("stance", "validate", work, work.parent / "sheet-anna.csv", "--key", tmp_path / "new.key.json")
    assert code == 1
    assert "items are not in the sample" in err


def test_codes_at_random_are_not_called_valid(work, call):
    sheet = pd.read_csv(work.parent / "sheet-anna.csv", keep_default_na=False, dtype=object)
    rng = np.random.default_rng(1)
    for name in ("x", "y"):
        sheet.assign(stance=rng.choice(["conflictual", "neutral", "cooperative"], 60)).to_csv(
            work.parent / f"sheet-{name}.csv", index=False
        )
    code, out, err = call("stance", "validate", work, work.parent / "sheet-x.csv", work.parent / "sheet-y.csv")
    assert code == 0, err
    assert "not valid (" in out


def test_sheets_as_spreadsheets_save_them(work, call):
    sheet = pd.read_csv(work.parent / "sheet-anna.csv", keep_default_na=False, dtype=object)
    empty = pd.DataFrame([dict.fromkeys(sheet.columns, "")] * 3)
    text = pd.concat([sheet, empty]).to_csv(index=False, sep=";").replace("Norland", "Norl\u00e4nd", 1)
    (work.parent / "sheet-excel.csv").write_bytes(text.encode("cp1252"))
    sheet.to_csv(work.parent / "sheet-unicode.csv", index=False, sep="\t", encoding="utf-16")
    for name in ("sheet-excel.csv", "sheet-unicode.csv"):
        code, out, err = call("stance", "validate", work, work.parent / name)
        assert code == 0, err
        assert "n = 60, one coder" in out


def test_agreement_overwrites_no_sheet(work, call):
    sheets = [work.parent / "sheet-anna.csv", work.parent / "sheet-ben.csv"]
    before = sheets[1].read_bytes()
    code, _, err = call("stance", "agreement", *sheets, "--csv", sheets[1])
    assert code == 2
    assert "there is such a file already" in err
    assert sheets[1].read_bytes() == before


@pytest.mark.slow
def test_a_classifier_from_the_coded_sheet(work, call, tmp_path):
    work.write_text(work.read_text() + "\nstance: {method: classifier, training: {Norland: sheet-anna.csv}}\n")
    for out in ("a", "b"):
        code, _, err = call("run", work, "--out", tmp_path / out, "--quiet")
        assert code == 0, err
    stance = json.loads((tmp_path / "a" / "run.json").read_text())["stance"]["Norland"]
    assert stance["method"] == "classifier"
    assert stance["validation"]["class"].startswith("cross-validated by document: macro-F1")
    assert not stance["validation"]["role"].startswith("cross-validated"), "the classifier learns no roles"
    assert len(stance["model"]) == 64
    assert (tmp_path / "a" / "tables" / "mentions.csv").read_bytes() == (
        tmp_path / "b" / "tables" / "mentions.csv"
    ).read_bytes()


@pytest.mark.slow
def test_the_prior_learns_from_the_coded_sheet(work, call, tmp_path):
    work.write_text(work.read_text() + "\nstance: {training: {Norland: sheet-anna.csv}}\n")
    code, _, err = call("run", work, "--out", tmp_path / "a", "--quiet")
    assert code == 0, err
    stance = json.loads((tmp_path / "a" / "run.json").read_text())["stance"]["Norland"]
    assert stance["method"] == "prior"
    assert stance["validation"]["class"].startswith("cross-validated by document: macro-F1")
    assert len(stance["model"]) == 64
    code, _, err = call("stance", "validate", work, work.parent / "sheet-anna.csv")
    assert code == 2
    assert "validated by `discourse run`" in err


def test_explain_shows_what_moved_the_prior(work, call):
    code, out, err = call("stance", "explain", work, "--limit", "2")
    assert code == 0, err
    assert out.count("prior: conflictual 0.") == out.count("moved most by ") == 2
    assert "in all; evaluation by the rules" in out
    work.write_text(work.read_text() + "\nstance: {method: lexicon}\n")
    code, out, err = call("stance", "explain", work, "--limit", "2")
    assert code == 0, err
    assert "prior" not in out


@pytest.mark.parametrize(
    ("stance", "message"),
    [
        ("{method: prior, lexicons: {evaluation: mine.tsv}}", "with one of your own say method: lexicon"),
        ("{method: lexicon, training: {Norland: sheet-anna.csv}}", "rules over a lexicon learn from no codes"),
    ],
)
def test_settings_that_contradict_the_prior(work, call, stance, message):
    (work.parent / "mine.tsv").write_text("term\tcategory\tweight\nhelp\taid\t2\nattack\tattack\t-2\n")
    work.write_text(work.read_text() + f"\nstance: {stance}\n")
    code, _, err = call("check", work)
    assert code == 2
    assert message in " ".join(err.split())


BAD = [
    (lambda s: s.assign(item=s["item"].str.replace("-0", "-9")), "items are not in the sample"),
    (lambda s: s.iloc[:50], "10 items of the sample are missing"),
    (
        lambda s: s.assign(stance=s["stance"].where(s.index > 2, "")),
        "3 of 60 items have no code of stance: .*--partial",
    ),
    (
        lambda s: s.assign(stance=s["stance"].where(s.index > 0, "hostile")),
        'row 2: "hostile" is not a code of stance in the codebook',
    ),
    (lambda s: pd.concat([s, s.iloc[[0]]]), "is already in row 2"),
    (lambda s: s.assign(stance="", who_acts=""), "nothing is coded"),
    (lambda s: s.drop(columns=["item"]), "expected a coding sheet with the columns item"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_sheets_that_cannot_be_used(work, call, change, message):
    sheet = pd.read_csv(work.parent / "sheet-anna.csv", keep_default_na=False, dtype=object)
    change(sheet).to_csv(work.parent / "sheet-bad.csv", index=False)
    code, _, err = call("stance", "validate", work, work.parent / "sheet-bad.csv")
    assert code == 1
    assert pd.Series([err.replace("\n", " ")]).str.contains(message).iloc[0], err
    assert "Traceback" not in err
    assert not work.with_suffix(".validation.json").exists()


def test_a_group_without_coded_items(work, call):
    sheet = pd.read_csv(work.parent / "sheet-anna.csv", keep_default_na=False, dtype=object)
    key = json.loads((work.parent / "sheet.key.json").read_text())
    group = {i["item"]: i["group"] for i in key["items"]}
    sheet.loc[sheet["item"].map(group) == "After the treaty", "stance"] = ""
    sheet.to_csv(work.parent / "sheet-half.csv", index=False)
    code, _, err = call("stance", "validate", work, work.parent / "sheet-half.csv", "--partial")
    assert code == 1
    assert "no item of After the treaty is coded" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("agreement", "sheet-anna.csv"), "needs the sheets of two coders"),
        (("agreement", "sheet-anna.csv", "sheet-anna.csv"), "is given twice"),
        (("agreement", "sheet-anna.csv", "nothing.csv"), "nothing.csv: there is no such file"),
        (("sample", "norland.yaml", "-o", "sheet.xlsx"), "there is such a file already"),
        (("sample", "norland.yaml", "-o", "sheet.pdf"), "a sheet ends in .xlsx or .csv"),
        (
            ("sample", "norland.yaml", "-o", "x.csv", "--target", "Nordland"),
            'no target "Nordland". Did you mean "Norland"',
        ),
        (("explain", "norland.yaml", "--document", "none"), 'no document "none"'),
        (("sample", "norland.yaml", "-o", "x.csv", "--ask", "acts"), 'no such variable to code. Did you mean "act"'),
        (("validate", "norland.yaml", "sheet-anna.csv", "--key", "sheet.csv"), "not the key of a coding sample"),
    ],
)
def test_what_cannot_be_asked(work, call, arguments, message, monkeypatch):
    monkeypatch.chdir(work.parent)
    code, _, err = call("stance", *arguments)
    assert code in (1, 2)
    assert message in err
    assert "Traceback" not in err


def test_a_broken_record_is_one_message(work, call, tmp_path):
    work.with_suffix(".validation.json").write_text("{")
    code, _, err = call("run", work, "--out", tmp_path / "o", "--quiet")
    assert code == 1
    assert "not a record of `discourse stance validate`" in err
    assert not (tmp_path / "o").exists()


def test_a_classifier_without_a_sheet_or_with_another(work, call):
    text = work.read_text()
    work.write_text(text + "\nstance: {method: classifier}\n")
    code, _, err = call("check", work)
    assert code == 2
    assert "the classifier needs a coded sheet for" in err
    work.write_text(text + "\nstance: {method: classifier, training: {Norland: none.csv, Nordland: sheet.csv}}\n")
    code, _, err = call("check", work)
    assert 'there is no file "none.csv"' in err
    assert 'there is no target "Nordland"' in err
