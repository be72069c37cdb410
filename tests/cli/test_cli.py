import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reported(tmp_path_factory, smaller_source):
    """An experiment file beside its report."""
    from discourse.experiment import load, resolve, run_to_folder

    file = smaller_source(tmp_path_factory.mktemp("reported"))
    run_to_folder(resolve(load(file)), file.parent / "o")
    return file


@pytest.mark.slow
def test_run_check_show_and_kwic(call, experiment_file, tmp_path):
    experiment_file.write_text(experiment_file.read_text() + "report: {figures: [salience, stance]}\n")
    code, out, _ = call("check", experiment_file)
    assert (code, "in order" in out) == (0, True)
    code, out, err = call("run", experiment_file, "--out", tmp_path / "o")
    assert code == 0, err
    stages = [line.split()[0] for line in out.splitlines()]
    assert {"read", "encode", "stance", "topics", "sections", "report", "done"} <= set(stages)
    assert "3 figures" in out
    assert (tmp_path / "o" / "report.pdf").stat().st_size > 20_000
    code, out, _ = call("run", experiment_file, "--out", tmp_path / "o", "--quiet")
    assert (code, out) == (0, "")
    code, out, _ = call("run", experiment_file, "--out", tmp_path / "o")
    assert "nothing has changed" in out
    code, out, _ = call("corpus", "show", experiment_file)
    assert code == 0
    assert "40 documents" in out
    assert "Minister A" in out
    code, out, _ = call("kwic", "norland", experiment_file, "--limit", "3")
    assert code == 0
    assert "; 3 of " in out
    code, out, _ = call("kwic", "stop its raids", experiment_file, "--csv", tmp_path / "k.csv")
    rows = list(csv.DictReader((tmp_path / "k.csv").read_text(encoding="utf-8").splitlines()))
    assert f"{len(rows)} lines" in out
    assert rows
    assert all(r["node"] == "stop its raids" for r in rows)


def test_kwic_keeps_to_the_selection(call, experiment_file, tmp_path):
    text = experiment_file.read_text().replace("reader: table\n", "reader: table\n  select: {minister: Minister A}\n")
    experiment_file.write_text(text)
    code, _, err = call("kwic", "norland", experiment_file, "--csv", tmp_path / "k.csv")
    assert code == 0, err
    rows = list(csv.DictReader((tmp_path / "k.csv").read_text(encoding="utf-8").splitlines()))
    assert {r["speaker"] for r in rows} == {"Minister A"}


def test_list_names_every_part(call):
    from discourse.analyses import analyses
    from discourse.corpus import READERS

    code, out, _ = call("list")
    assert code == 0
    figures = [figure for analysis in analyses().values() for figure in analysis.figures]
    assert {"salience", "stance_time", "keyness", "multiverse"} <= set(figures)
    for name in (*READERS, *analyses(), *figures, "kwic", "log_odds", "permutation_test", "stance"):
        assert f"  {name} " in out or f"  {name}\n" in out, name
    for analysis in analyses().values():
        assert analysis.question in out, analysis.name


def test_list_shows_one_kind_and_the_settings_of_one(call):
    code, out, err = call("list", "analyses")
    lines = out.splitlines()
    assert code == 0, err
    assert len([line for line in lines if line.startswith("salience ")]) == 1
    assert not any(line.startswith("sotu") for line in lines)
    _, out, _ = call("list", "stance")
    assert "half_distance: 12.0 " in out and "Tokens from the mention at which a term counts half" in out
    _, out, _ = call("list", "neighbours")
    assert out.startswith("context: ")
    _, out, _ = call("list", "table")
    assert "text='auto'" in out
    code, _, err = call("list", "stanse")
    assert code == 2 and 'Did you mean "stance"?' in err


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (("title: Norland", "titel: Norland"), 2, 'unknown setting. Did you mean "title"?'),
        (("before: 2010-01-01", "before: 1950-01-01"), 2, "no document falls into this group"),
        (("speeches.jsonl", "speches.jsonl"), 1, "there is no such file"),
        (("{id: id", "{id: idd"), 1, 'Did you mean "id"?'),
    ],
)
def test_exit_codes_and_one_message(call, reported, tmp_path, change, code, message):
    shutil.copytree(reported.parent, tmp_path / "copy")
    file, old = tmp_path / "copy" / reported.name, tmp_path / "copy" / "o"
    before = (old / "report.pdf").read_bytes()
    text = file.read_text()
    assert change[0] in text
    file.write_text(text.replace(*change))
    got, out, err = call("run", file, "--out", old)
    assert got == code
    assert message in err
    assert "Traceback" not in out + err
    assert (old / "report.pdf").read_bytes() == before, "nothing is overwritten"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run"], 2),
        (["run", "none.yaml"], 2),
        (["kwic", "*", "x.yaml"], 2),
        (["dance"], 2),
        (["run", "."], 2),
        (["--version"], 0),
    ],
)
def test_usage(call, tmp_path, arguments, code, monkeypatch):
    monkeypatch.chdir(tmp_path)
    got, out, err = call(*arguments)
    assert got == code
    assert out or err
    assert "Traceback" not in out + err


def test_corpus_paths_replace_those_of_the_config(call, experiment_file, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "speeches.jsonl").rename(tmp_path / "elsewhere" / "s.jsonl")
    code, out, _ = call("corpus", "show", experiment_file, "--corpus", tmp_path / "elsewhere")
    assert code == 0
    assert "40 documents" in out


def test_strict_makes_a_bad_document_an_error(call, experiment_file, tmp_path):
    with (tmp_path / "speeches.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"id": "bad", "date": "someday", "title": "B", "minister": "M", "text": "Words."}\n')
    code, out, _ = call("corpus", "show", experiment_file)
    assert code == 0
    assert "excluded: speeches.jsonl:41" in out
    code, _, err = call("corpus", "show", experiment_file, "--strict")
    assert code == 1
    assert '"someday"' in err


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['discourse', '--help']\nfrom discourse.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('numpy', 'pandas', 'sklearn', 'matplotlib', 'nltk', 'gensim', 'scipy', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_check_reads_no_text(call, experiment_file, monkeypatch):
    from discourse.corpus import READERS

    monkeypatch.setitem(
        READERS,
        "table",
        lambda *, files=(), id=None, title=None, speaker=None, keep=(), speakers=(), strict=False: 1 / 0,
    )
    monkeypatch.setattr("discourse.experiment.plan._fits", lambda value, hint: True)
    monkeypatch.setattr("typing.get_type_hints", lambda f: dict.fromkeys(("id", "title", "speaker", "keep")))
    code, out, err = call("check", experiment_file)
    assert code == 0, err
    assert "in order" in out


def test_a_bundle_overwrites_nothing_that_it_is_made_from(call, experiment_file, tmp_path):
    config = experiment_file.read_bytes()
    (texts,) = (p for p in experiment_file.parent.iterdir() if p.suffix == ".jsonl")
    words = texts.read_bytes()
    for out in (experiment_file, texts):
        code, _, err = call("bundle", experiment_file, "--out", out)
        assert (code, "is read by the experiment" in err) == (2, True)
    code, _, err = call("bundle", experiment_file, "--out", tmp_path)
    assert (code, "is a folder" in err) == (2, True)
    assert (experiment_file.read_bytes(), texts.read_bytes()) == (config, words)


@pytest.mark.slow
def test_what_a_user_has_is_never_lost(call, reported, tmp_path):
    shutil.copytree(reported.parent, tmp_path / "copy")
    file, folder = tmp_path / "copy" / reported.name, tmp_path / "copy" / "o"
    (folder / "notes.txt").write_text("mine")
    config = file.read_bytes()
    for path, message in (
        (file, "is read by the experiment"),
        (file.parent / "speeches.jsonl", "is read by the experiment"),
        (folder, "is a folder"),
        (tmp_path / "no" / "k.csv", "there is no folder"),
    ):
        code, _, err = call("kwic", "norland", file, "--csv", path)
        assert (code, err.count("\n")) == (2, 1) and message in err
    assert file.read_bytes() == config
    file.write_text(file.read_text().replace("title: Norland in", "title: Again Norland in"))
    code, _, err = call("run", file, "--out", folder)
    assert (code, err) == (0, "")
    assert (folder / "notes.txt").read_text() == "mine"
    code, out, _ = call("run", file, "--out", folder)
    assert "nothing has changed" in out
    code, _, err = call("run", file, "--out", file.parent / "speeches.jsonl")
    assert code == 2 and "is a file; name a folder" in err
    # What is damaged in the cache is said, and made again.
    for path in Path(os.environ["DISCOURSE_CACHE"]).glob("encoded/*/ids.npy"):
        path.write_bytes(path.read_bytes()[:-1])
    code, _, err = call("kwic", "norland", file, "--csv", tmp_path / "k.csv")
    assert code == 0 and err.startswith("discourse: damaged, and made again: ") and err.count("\n") == 1
