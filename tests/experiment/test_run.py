"""Whole runs: what is computed, what the report folder holds, what is refused, and what mistakes are told."""

import csv
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.stance.evidence import mention_table
from discourse.errors import ConfigError, SourceError
from discourse.experiment import compute, load, resolve


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def main_row(results, key, target="Norland"):
    return results.outcomes[key, target].difference()


def test_the_planted_difference_is_found(experiment, norland):
    by_group = {False: [0, 0], True: [0, 0]}
    for row in experiment.rows:
        late = row["date"] >= "2010"
        by_group[late][0] += len(re.findall(r"\bNorland\b", row["text"]))
        by_group[late][1] += len(re.findall(r"\w+", row["text"]))
    table = norland.outcomes["salience", "Norland"].table.set_index(["contrast", "stratum"])
    for late, name in ((False, "Before the treaty"), (True, "After the treaty")):
        mentions, tokens = by_group[late]
        assert table.loc[("level", name), "y"] == mentions
        assert table.loc[("level", name), "estimate"] == pytest.approx(1e4 * mentions / tokens)
    assert main_row(norland, "evaluation")["low"] > 0, "friendly sentences were planted after the treaty"
    keyness = norland.found("frequency").keyness[1].table
    assert "norland" not in set(keyness["item"]), "the target's terms are left out of its keyness"


@pytest.mark.slow
def test_a_report_and_what_is_in_it(norland_report):
    names = set(files(norland_report))
    assert {"report.pdf", "references.bib", "run.json", "timing.json", "tables/data-dictionary.csv", "tables/figure-keyness-1.csv",
            "figures/salience.svg", "figures/panel.svg", "figures/topics.svg", "tables/mentions.csv"} <= names  # fmt: skip
    assert {Path(n).suffix for n in names if n.startswith("figures/")} == {".svg", ".csv"}, (
        "other formats are on request"
    )
    manifest = json.loads((norland_report / "run.json").read_text())
    assert manifest["config"]["inference"]["resamples"] == 300
    assert manifest["seed"] == 1
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["corpus"]["sources"][0]["sha256"])
    assert {"numpy", "typst", "python", "discourse"} <= set(manifest["versions"])
    rows = pd.read_csv(norland_report / "tables" / "mentions.csv")
    assert rows["text"].str.contains("Norland").all()
    written = "".join(p.read_text(errors="replace") for p in norland_report.rglob("*.json"))
    assert str(norland_report.parent) not in written, "no path of the machine"


def test_figures_come_in_the_formats_that_are_asked_for(small):
    small.change(add="report: {figures: [salience], formats: [png, pdf]}\n")
    folder = small.folder()
    drawn = {n: c[:4] for n, c in files(folder).items() if n.startswith("figures/")}
    assert drawn.pop("figures/alt-texts.csv")
    starts = {"pdf": b"%PDF", "png": b"\x89PNG"}
    assert drawn == {f"figures/{n}.{end}": start for n in ("answer", "salience") for end, start in starts.items()}
    assert files(folder)["report.pdf"].startswith(b"%PDF")


@pytest.mark.slow
def test_same_bytes_with_another_hash_seed_and_number_of_workers(norland_report, tmp_path, cache):
    """Computed anew by one worker in a process of its own, against the shared report of this process."""
    (config,) = norland_report.parent.glob("*.yaml")
    environment = {**os.environ, "PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    one_core = "import os\nos.cpu_count = lambda: 1\nfrom discourse.cli.main import main\nmain()"
    command = [sys.executable, "-c", one_core, "run", str(config), "--out", str(tmp_path / "there"), "--quiet"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    here, there = files(norland_report), files(tmp_path / "there")
    assert set(here) == set(there)
    assert [name for name in here if here[name] != there[name]] in ([], ["timing.json"])
    assert json.loads(there["timing.json"])["seconds"]["stance"] > 0


def test_a_second_run_uses_what_is_stored(small, made, monkeypatch):
    first = small.report()
    monkeypatch.setattr("discourse.experiment.reading.encode_corpus", lambda *a, **k: pytest.fail("encoded again"))
    small.change(("title: Norland", "title: Again Norland"))
    said: dict[str, str] = {}
    made.clear()
    compute(resolve(load(small.file)), said.setdefault)
    second = small.report()
    assert made == []
    assert "(stored)" in said["encode"]
    assert "(stored)" in said["stance"]
    assert second.title != first.title
    assert all(a.frame.equals(b.frame) for a, b in zip(first.figures, second.figures, strict=True))


def test_a_folder_that_is_current_is_left_as_it_is(small, monkeypatch):
    small.change(add="report: {figures: [salience]}\n")
    folder = small.folder()
    monkeypatch.setattr(
        importlib.import_module("discourse.experiment.run"), "prepare", lambda *a, **k: pytest.fail("run again")
    )
    before = files(folder)
    assert files(small.folder()) == before
    (folder / "tables" / "documents.csv").write_text("changed by hand")
    with pytest.raises(pytest.fail.Exception, match="run again"):
        small.folder()
    (folder / "tables" / "documents.csv").write_bytes(before["tables/documents.csv"])
    small.folder()
    small.change(("title: Norland", "title: Again Norland"))
    with pytest.raises(pytest.fail.Exception, match="run again"):
        small.folder()


def test_too_little_text_is_refused_in_words(experiment, printed):
    experiment.write(experiment.rows[16:24])
    experiment.change(("sensitivity:\n  - {name: Without the last speech, drop: [s039]}\n", ""))
    report = experiment.report()
    said = " ".join(report.summary.sentences)
    assert "too little text (n = 4 and 4 documents); it needs at least 10 documents in each group" in said
    assert "difference" not in said
    assert not any(f.name.startswith(("keyness", "stance", "topics", "sensitivity")) for f in report.figures)
    assert "passages" in " ".join(report.manifest["warnings"])
    assert '"text": "Norland", "style": "target"' in printed(report), "the evidence is printed with its target marked"


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("before: 2010-01-01", "before: 1980-01-01"), "  Before",
         r"groups.Before the treaty: no document falls into this group \(the corpus: 1990-03-01 to 2029"),
        (("from: 2010-01-01", "from: 2000-01-01"), "groups:", 'groups: the groups .* overlap: document "s010" is in both'),
        (("cluster: minister", "cluster: ministr"), "compare:",
         r'compare.cluster: there is no column "ministr"\. Did you mean "minister"\?'),
        (("by: minister", "by: who"), "breakdown:", 'breakdown.by: there is no column "who"'),
        (("drop: [s039]", "drop: [s39]"), "  - {name", r'sensitivity.1.drop: there is no document "s39"\. Did you mean "s\d+"\?'),
        (("reader: table\n", "reader: table\n  select: {minister: Minister Z}\n"), "  select:",
         r'corpus.select: no document has "Minister Z"'),
    ],
)  # fmt: skip
def test_mistakes_that_only_the_data_show(small, change, line, message):
    text = small.change(change).file.read_text()
    at = next(k for k, found in enumerate(text.splitlines(), 1) if found.startswith(line))
    with pytest.raises(ConfigError, match=rf"norland\.yaml:{at}: {message}"):
        small.compute()


def test_a_corpus_without_the_column(small):
    small.change(("{id: id", "{id: idd"))
    with pytest.raises(SourceError, match=r'no column "idd" \(corpus.options.id\)\. Did you mean "id"\?'):
        small.compute()


def test_a_target_that_is_never_mentioned(small):
    said = " ".join(small.change(("terms: [norland]", "terms: [atlantis]")).report().summary.sentences)
    assert "The home side mentions Norland in none of 40 documents: check its terms (atlantis)" in said
    assert "Mentions of" not in said
    assert "Evaluation" not in said, "no stance without a sentence"


def test_an_experiment_without_target_contrast_or_topics(small):
    assert [f.name for f in small.bare().report().figures] == ["corpus"]


def test_only_named_figures_are_printed(small):
    report = small.change(add="report: {figures: [salience]}\n").report()
    assert [f.name for f in report.figures] == ["answer", "salience"], "page 1 has its figure in any case"


def test_odd_characters_still_give_a_report(small):
    """Emoji, flags, Chinese and markup in titles and names."""
    small.write([row | {"title": f"Speech 🚀 🇷🇺 日本 $#read(1) @x {k}"} for k, row in enumerate(small.rows)])
    small.change(
        ("Before the treaty: {", "Before 🚀: {"),
        ("reference: Before the treaty", "reference: Before 🚀"),
        add="report: {figures: [corpus, salience, sensitivity]}\n",
    )
    folder = small.folder()
    assert "🚀" in (folder / "tables" / "documents.csv").read_text(encoding="utf-8"), "the tables keep what was written"
    assert (folder / "figures" / "sensitivity.svg").exists()


def test_the_tables_count_only_the_documents_of_the_groups(small):
    tables = small.change(("reader: table\n", "reader: table\n  drop: [s000, s001]\n")).report().tables
    mentions = tables["table-salience"]
    levels = mentions[mentions["contrast"] == "level"]
    assert tables["table-aliases"]["mentions"].sum() == levels["y"].sum()
    assert not tables["target-sample"]["doc_id"].isin(["s000", "s001"]).any()
    assert levels["n_documents"].sum() == 38


def test_the_flagship_on_the_speech_corpus(tmp_path, experiment):
    """The experiment of the repository on a file of that corpus's shape, with invented texts and an invented target."""
    from discourse.corpus.ussos import COLUMNS

    with (tmp_path / "corpus_v1.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for k, row in enumerate(experiment.rows):
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
    text = re.sub(r"terms: \[.*\]", "terms: [norland]", text)
    for old, new in (
        ("k: 20", "k: 2\n  iterations: 50\n  passage_size: 60"),
        ("seed: 2018", "seed: 2018\n  resamples: 300"),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "e.yaml").write_text(text, encoding="utf-8")
    results = compute(resolve(load(tmp_path / "e.yaml"), corpus=[tmp_path / "corpus_v1.csv"]))
    design = results.data.design
    assert design.names == ["Tillerson era", "Blinken era"]
    assert [len(design.documents(k)) for k in (0, 1)] == [20, 20]
    assert results.data.turns["side"].value_counts().to_dict() == {"home": 40, "press": 40}
    (target,) = {o.target for o in results.outcomes.values() if o.key == "evaluation"}
    assert main_row(results, "evaluation", target)["low"] > 0, "friendly sentences were planted in the later half"


@pytest.mark.slow
def test_several_targets_each_against_the_same_speakers(experiment, norland):
    experiment.change(
        (
            "  Norland: {terms: [norland]}",
            "  Norland: {terms: [norland]}\n  The Grain Board: {terms: [grain, market*]}",
        )
    )
    results = experiment.compute()
    assert [t for (a, t) in results.graph.results if a == "stance"] == ["Norland", "The Grain Board"]
    one, same = (r.found("stance", "Norland").stance for r in (results, norland))
    assert one.table.equals(same.table), "another target changes nothing"
    text = " ".join(row["text"] for row in experiment.rows)
    counted = results.found("salience", "The Grain Board").n_mentions
    assert counted == len(re.findall(r"\b(?:grain|market)\b", text))
    report = experiment.report()
    names = {f.name for f in report.figures} | set(report.tables)
    assert {"stance-norland", "stance-the-grain-board", "mentions-the-grain-board"} <= names
    terms = set(results.found("frequency").keyness[1].table["item"])
    assert not {"grain", "norland"} & terms, "terms of all targets are left out of keyness"


def test_shares_of_roles_acts_and_classes_by_hand(norland):
    """The mentions table says the same as the comparisons."""
    found = norland.found("stance", "Norland")
    table = mention_table(norland.data, norland.corpus, found.scored)
    stance = found.stance.table.query("contrast == 'level'").set_index(["item", "stratum"])["estimate"]
    acts = found.acts.table.query("contrast == 'level'").set_index(["item", "stratum"])["estimate"]
    compared = 0
    for group, part in table.groupby("group"):
        assert stance["evaluation", group] == pytest.approx(part["evaluation"].mean())
        for column in ("class_", "who_acts"):
            for value, share in (100 * part[column].value_counts(normalize=True)).items():
                assert stance[value, group] == pytest.approx(share)
        stated = part[~part["conditional"].astype(bool)]
        done_to = stated["who_acts"].replace({"victim": "recipient", "beneficiary": "recipient"})
        both = (100 * stated.groupby(["act", done_to]).size() / len(part)).drop("", level="act", errors="ignore")
        for (act, role), share in both.items():
            if role != "mentioned":
                assert acts[f"{act} | {role}", group] == pytest.approx(share)
                compared += 1
    assert compared > 2


def test_a_lexicon_of_ones_own_in_quantedas_format(small):
    (small.file.parent / "mine.yml").write_text("good: [help, partner]\nbad: [raids]\n")
    (small.file.parent / "mood.dic").write_text("%\n1\tglad\n%\nwelcome\t1\nthank\t1\n")
    small.change(add="stance: {lexicons: {evaluation: mine.yml, mood: mood.dic}, weights: {good: 2, bad: -2}}\n")
    results = small.compute()
    hits = results.found("stance", "Norland").scored.details["hits"]
    assert set(hits.loc[hits["category"] != "demand", "category"]) <= {"good", "bad"}
    assert np.isin(["good", "bad"], hits["category"]).all()
    assert "glad" in set(results.found("metadiscourse", "Norland").places["overall"].table["item"])


def test_weights_that_reach_no_class_are_one_message(small):
    (small.file.parent / "mine.yml").write_text("good: [help, partner]\nbad: [raids]\n")
    small.change(add="stance: {lexicons: {evaluation: mine.yml}, weights: {good: 1, bad: -1}}\n")
    with pytest.raises(
        ConfigError,
        match=r"norland.yaml:\d+: stance.weights: .*mine.yml: no term can make a mention cooperative: .*1.03",
    ):
        small.compute()


def test_a_broken_lexicon_is_one_message_with_its_line(small):
    (small.file.parent / "mine.tsv").write_text("term\tcategory\tweight\nhelp\tgood\tmuch\n")
    small.change(add="\nstance: {lexicons: {evaluation: mine.tsv}}\n")
    with pytest.raises(
        ConfigError, match=r"norland.yaml:\d+: stance.lexicons: .*mine.tsv:2: expected a number as weight"
    ):
        small.compute()
