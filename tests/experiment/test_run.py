import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from discourse.config import load
from discourse.errors import ConfigError, SourceError
from discourse.experiment import resolve, run, run_to_folder
from discourse.experiment.stages import compute


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def changed(path: Path, *pairs: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_planted_difference_is_found(experiment_file):
    results, _ = compute(resolve(load(experiment_file)))
    rows = [json.loads(line) for line in (experiment_file.parent / "speeches.jsonl").read_text().splitlines()]
    by_group = {False: [0, 0], True: [0, 0]}
    for row in rows:
        late = row["date"] >= "2010"
        by_group[late][0] += len(re.findall(r"\bNorland\b", row["text"]))
        by_group[late][1] += len(re.findall(r"\w+", row["text"]))
    table = results.targets[0].measured.salience.table.set_index(["contrast", "stratum"])
    for late, name in ((False, "Before the treaty"), (True, "After the treaty")):
        mentions, tokens = by_group[late]
        assert table.loc[("level", name), "y"] == mentions
        assert table.loc[("level", name), "estimate"] == pytest.approx(1e4 * mentions / tokens)
    evaluation = results.targets[0].measured.stance.table
    row = evaluation[(evaluation["contrast"] == "difference") & (evaluation["item"] == "evaluation")].iloc[0]
    assert row["low"] > 0, "friendly sentences were planted after the treaty"
    assert "norland" not in set(results.keyness[1].table["item"]), "the target's terms are left out of its keyness"


def test_a_report_and_what_is_in_it(experiment_file, tmp_path):
    folder = run_to_folder(resolve(load(experiment_file)), tmp_path / "out")
    names = set(files(folder))
    assert {"report.pdf", "references.bib", "run.json", "timing.json", "tables/data-dictionary.csv", "tables/figure-keyness-1.csv",
            "figures/salience.svg", "figures/panel.pdf", "figures/topics.png", "tables/mentions.csv"} <= names  # fmt: skip
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["config"]["inference"]["resamples"] == 300
    assert manifest["seed"] == 1
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["corpus"]["sources"][0]["sha256"])
    assert {"numpy", "typst", "python", "discourse"} <= set(manifest["versions"])
    rows = pd.read_csv(folder / "tables" / "mentions.csv")
    assert rows["text"].str.contains("Norland").all()
    assert str(tmp_path) not in "".join(p.read_text(errors="replace") for p in folder.rglob("*.json")), (
        "no path of the machine"
    )


@pytest.mark.parametrize(("seed", "workers"), [("1", "1"), ("77", "2")])
def test_same_bytes_with_another_hash_seed_and_number_of_workers(experiment_file, tmp_path, seed, workers):
    changed(experiment_file, ("Norland: {terms: [norland]}", "Norland: {terms: [norland]}\nmultiverse: {window: [6]}"))
    reference = run_to_folder(resolve(load(experiment_file)), tmp_path / "here")
    environment = {**os.environ, "PYTHONHASHSEED": seed, "DISCOURSE_CACHE": str(tmp_path / "fresh")}
    environment |= {"OMP_NUM_THREADS": workers, "OPENBLAS_NUM_THREADS": workers}
    command = [
        sys.executable,
        "-m",
        "discourse.cli.main",
        "run",
        str(experiment_file),
        "--out",
        str(tmp_path / "there"),
        "--quiet",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    here, there = files(reference), files(tmp_path / "there")
    assert set(here) == set(there)
    assert [name for name in here if here[name] != there[name]] in ([], ["timing.json"])


def test_a_second_run_uses_what_is_stored(experiment_file, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    stages = {}
    plan = resolve(load(experiment_file))
    first, _ = run(plan, lambda stage, count: None)
    changed(experiment_file, ("title: Norland", "title: Again Norland"))
    monkeypatch.setattr("discourse.experiment.prepare.encode_corpus", lambda *a, **k: pytest.fail("encoded again"))
    monkeypatch.setattr("discourse.experiment.stages.topics", lambda *a, **k: pytest.fail("fitted again"))
    second, _ = run(resolve(load(experiment_file)), stages.setdefault)
    assert "(stored)" in stages["encode"]
    assert second.title != first.title
    assert [f.files["svg"] for f in second.figures] == [f.files["svg"] for f in first.figures]


def test_a_damaged_store_is_made_again(experiment_file, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    plan = resolve(load(experiment_file))
    results, _ = compute(plan)
    for path in (tmp_path / "cache").rglob("*.npy"):
        path.write_bytes(b"no")
    again, _ = compute(plan)
    assert again.encoded.n_tokens == results.encoded.n_tokens


def test_too_little_text_is_refused_in_words(experiment_file):
    lines = (experiment_file.parent / "speeches.jsonl").read_text().splitlines()
    (experiment_file.parent / "speeches.jsonl").write_text("\n".join(lines[16:24]))
    changed(experiment_file, ("sensitivity:\n  - {name: Without the last speech, drop: [s039]}\n", ""))
    report, _ = run(resolve(load(experiment_file)))
    said = " ".join(report.summary.sentences)
    assert "too little text (n = 4 and 4 documents); it needs at least 10 documents in each group" in said
    assert "difference" not in said
    assert not any(f.name.startswith(("keyness", "stance", "topics", "sensitivity")) for f in report.figures)
    assert "passages" in " ".join(report.manifest["warnings"])
    text = json.dumps([b.data() for b in report.blocks])
    assert '"text": "Norland", "style": "target"' in text, "the evidence is printed with its target marked"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("before: 2010-01-01", "before: 1980-01-01"), r"groups.Before the treaty: no document falls into this group \(the corpus: 1990-03-01 to 2029"),
        (("from: 2010-01-01", "from: 2000-01-01"), 'overlap: document "s010" is in both'),
        (("cluster: minister", "cluster: ministr"), r'compare.cluster: there is no column "ministr"\. Did you mean "minister"\?'),
        (("by: minister", "by: who"), 'report.by: there is no column "who"'),
        (("drop: [s039]", "drop: [s39]"), r'sensitivity.*there is no document "s39"\. Did you mean "s\d+"\?'),
        (("reader: table\n", "reader: table\n  select: {minister: Minister Z}\n"), r'corpus.select: no document has "Minister Z"'),
    ],
)  # fmt: skip
def test_mistakes_that_only_the_data_show(experiment_file, change, message):
    with pytest.raises(ConfigError, match=message) as error:
        compute(resolve(load(changed(experiment_file, change))))
    assert re.search(r"norland\.yaml:\d+", str(error.value)), "file and line"


def test_a_corpus_without_the_column(experiment_file):
    with pytest.raises(SourceError, match=r'no column "idd" \(corpus.options.id\)\. Did you mean "id"\?'):
        compute(resolve(load(changed(experiment_file, ("{id: id", "{id: idd")))))


def test_a_target_that_is_never_mentioned(experiment_file):
    report, _ = run(resolve(load(changed(experiment_file, ("terms: [norland]", "terms: [atlantis]")))))
    said = " ".join(report.summary.sentences)
    assert "Norland is mentioned by the home side in none of 40 documents: check its terms (atlantis)" in said
    assert "Mentions of" not in said
    assert "Evaluation" not in said, "no stance without a sentence"


def test_an_experiment_without_target_contrast_or_topics(experiment_file):
    text = experiment_file.read_text()
    for key in ("compare", "targets", "sensitivity"):
        text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
    text = re.sub(r"topics: .*", "topics: false", text)
    experiment_file.write_text(text)
    report, _ = run(resolve(load(experiment_file)))
    assert [f.name for f in report.figures] == ["corpus"]


def test_only_named_figures_are_drawn(experiment_file):
    changed(experiment_file, ("by: minister", "by: minister, figures: [salience]"))
    report, _ = run(resolve(load(experiment_file)))
    assert [f.name for f in report.figures] == ["salience"]


def test_odd_characters_still_give_a_report(experiment_file, tmp_path):
    """Emoji, flags, Chinese and markup in titles and names."""
    lines = [json.loads(line) for line in (experiment_file.parent / "speeches.jsonl").read_text().splitlines()]
    for k, row in enumerate(lines):
        row["title"] = f"Speech 🚀 🇷🇺 日本 $#read(1) @x {k}"
    (experiment_file.parent / "speeches.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    changed(
        experiment_file,
        ("Before the treaty: {", "Before 🚀: {"),
        ("reference: Before the treaty", "reference: Before 🚀"),
    )
    folder = run_to_folder(resolve(load(experiment_file)), tmp_path / "o")
    assert "🚀" in (folder / "tables" / "documents.csv").read_text(encoding="utf-8"), "the tables keep what was written"


def test_the_tables_count_only_the_documents_of_the_groups(experiment_file, tmp_path):
    changed(experiment_file, ("reader: table\n", "reader: table\n  drop: [s000, s001]\n"))
    folder = run_to_folder(resolve(load(experiment_file)), tmp_path / "o")
    mentions = pd.read_csv(folder / "tables" / "table-salience.csv")
    levels = mentions[mentions["contrast"] == "level"]
    assert pd.read_csv(folder / "tables" / "table-aliases.csv")["mentions"].sum() == levels["y"].sum()
    assert not pd.read_csv(folder / "tables" / "target-sample.csv")["doc_id"].isin(["s000", "s001"]).any()
    assert levels["n_documents"].sum() == 38


def test_the_flagship_on_the_speech_corpus(tmp_path, experiment_file):
    """The experiment of the repository on a file of that corpus's shape, with invented texts and an invented target."""
    import csv

    from discourse.corpus.ussos import COLUMNS

    with (tmp_path / "corpus_v1.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        speeches = (experiment_file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()
        for k, row in enumerate(map(json.loads, speeches)):
            late = k >= 20
            name = "Blinken" if late else "Tillerson"
            writer.writerow(
                dict.fromkeys(COLUMNS, "")
                | {
                    "Row Id": k,
                    "Secretary": name,
                    "Date": f"{2022 if late else 2017}-{3 + k % 9:02d}-{1 + k % 20:02d}",
                    "Title": row["title"],
                    "Speech Type": ("Remarks", "Speech", "Remarks to the Press", "Interview")[k % 4],
                    "SOS Text": row["text"],
                    "Natural Text": f"SECRETARY {name.upper()}: {row['text']}\n\nQUESTION: Why Norland?",
                }
            )
    text = (Path(__file__).parents[2] / "experiments" / "tillerson-blinken-ussos.yaml").read_text(encoding="utf-8")
    text = re.sub(r"terms: \[.*\]", "terms: [norland]", text).replace(
        "k: 20", "k: 2\n  iterations: 50\n  passage_size: 60"
    )
    (tmp_path / "e.yaml").write_text(text, encoding="utf-8")
    results, _ = compute(resolve(load(tmp_path / "e.yaml"), corpus=[tmp_path / "corpus_v1.csv"]))
    assert results.design.names == ["Tillerson era", "Blinken era"]
    assert [len(results.design.documents(k)) for k in (0, 1)] == [20, 20]
    assert results.encoded.turns["side"].value_counts().to_dict() == {"home": 40, "press": 40}
    table = results.targets[0].measured.stance.table
    row = table[(table["contrast"] == "difference") & (table["item"] == "evaluation")].iloc[0]
    assert row["low"] > 0, "friendly sentences were planted in the later half"


def test_several_targets_each_against_the_same_speakers(experiment_file, tmp_path):
    extra = (
        "  Norland: {terms: [norland]}",
        "  Norland: {terms: [norland]}\n  The Grain Board: {terms: [grain, market*]}",
    )
    plan = resolve(load(changed(experiment_file, extra)))
    results, _ = compute(plan)
    alone, _ = compute(resolve(load(experiment_file)))
    assert [t.target.name for t in results.targets] == ["Norland", "The Grain Board"]
    one, same = results.targets[0].measured, alone.targets[0].measured
    assert one.stance.table.equals(same.stance.table), "another target changes nothing"
    text = (experiment_file.parent / "speeches.jsonl").read_text()
    counted = results.targets[1].measured.documents["n_mentions"].sum()
    assert counted == len(re.findall(r"\b(?:grain|market)\b", text))
    folder = run_to_folder(plan, tmp_path / "out")
    names = set(files(folder))
    assert {
        "figures/stance-norland.svg",
        "figures/stance-the-grain-board.svg",
        "tables/mentions-the-grain-board.csv",
    } <= names
    assert not {"grain", "norland"} & set(results.keyness[1].table["item"]), (
        "terms of all targets are left out of keyness"
    )


def test_shares_of_parts_acts_and_classes_by_hand(experiment_file):
    """The mentions table says the same as the comparisons."""
    from discourse.experiment.evidence import mention_table

    results, _ = compute(resolve(load(experiment_file)))
    measured = results.targets[0].measured
    table = mention_table(results, measured)
    stance = measured.stance.table.query("contrast == 'level'").set_index(["item", "stratum"])["estimate"]
    acts = measured.acts.table.query("contrast == 'level'").set_index(["item", "stratum"])["estimate"]
    for group, part in table.groupby("group"):
        assert stance["evaluation", group] == pytest.approx(part["evaluation"].mean())
        for column in ("class_", "who_acts"):
            for value, share in (100 * part[column].value_counts(normalize=True)).items():
                assert stance[value, group] == pytest.approx(share)
        stated = part[~part["conditional"].astype(bool)]
        both = (100 * stated.groupby(["act", "who_acts"]).size() / len(part)).drop("", level="act", errors="ignore")
        for (act, role), share in both.items():
            if role != "mentioned":
                assert acts[f"{act} | {role}", group] == pytest.approx(share)


def test_a_lexicon_of_ones_own_in_quantedas_format(experiment_file):
    (experiment_file.parent / "mine.yml").write_text("good: [help, partner]\nbad: [raids]\n")
    (experiment_file.parent / "mood.dic").write_text("%\n1\tglad\n%\nwelcome\t1\nthank\t1\n")
    section = "\nstance: {lexicons: {evaluation: mine.yml, mood: mood.dic}, weights: {good: 2, bad: -2}}\n"
    experiment_file.write_text(experiment_file.read_text() + section)
    results, _ = compute(resolve(load(experiment_file)))
    hits = results.targets[0].measured.scored.details["hits"]
    assert set(hits.loc[hits["category"] != "demand", "category"]) <= {"good", "bad"}
    manner = results.targets[0].measured.manner["overall"].table
    assert "glad" in set(manner["item"])


def test_a_broken_lexicon_is_one_message_with_its_line(experiment_file):
    (experiment_file.parent / "mine.tsv").write_text("term\tcategory\tweight\nhelp\tgood\tmuch\n")
    experiment_file.write_text(experiment_file.read_text() + "\nstance: {lexicons: {evaluation: mine.tsv}}\n")
    with pytest.raises(ConfigError, match=r"mine.tsv:2: expected a number as weight"):
        compute(resolve(load(experiment_file)))
