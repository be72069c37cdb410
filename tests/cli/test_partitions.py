"""Building a corpus in partitions, and running an experiment on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


@pytest.fixture
def file(smaller_source, tmp_path):
    return smaller_source(tmp_path)


def reading(file: Path, folder: Path) -> Path:
    """The experiment on a corpus that was built."""
    text = re.sub(r"(?ms)^corpus:.*?^(?=\w)", f"corpus: {{reader: stored, files: [{folder}]}}\n", file.read_text())
    other = file.with_name("built.yaml")
    other.write_text(text)
    return other


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Files of a report, but for the one that says how long it took."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "timing.json")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_a_corpus_in_partitions_gives_the_report_of_one_in_one_piece(call, file, tmp_path):
    reports = []
    for size in (1_000_000, 3_000):
        folder = tmp_path / "corpus"
        code, out, err = call("corpus", "build", file, "--out", folder, "--partition-size", size)
        assert code == 0, err
        n = len(list(folder.glob("0*")))
        assert f"in {n} partitions" in out and (n > 4) == (size == 3_000)
        assert "reader: stored" in out
        code, out, err = call("run", reading(file, folder), "--out", tmp_path / "report", "--force")
        assert code == 0, err
        assert f"{n} partitions" in out
        reports.append(bytes_of(tmp_path / "report"))
    assert set(reports[0]) == set(reports[1])
    assert [name for name, data in reports[0].items() if data != reports[1][name]] == []


def test_a_damaged_partition_is_one_message_and_what_was_there_stays(call, file, tmp_path):
    folder, report = tmp_path / "corpus", tmp_path / "report"
    assert call("corpus", "build", file, "--out", folder, "--partition-size", 5_000)[0] == 0
    assert call("run", reading(file, folder), "--out", report)[0] == 0
    before = bytes_of(report)
    path = folder / "0001" / "starts.npy"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    code, _, err = call("run", reading(file, folder), "--out", report, "--force")
    assert code == 1
    assert err.count("\n") == 1 and "0001/starts.npy: damaged" in err
    path.unlink()
    code, _, err = call("run", reading(file, folder), "--out", report, "--force")
    assert code == 1
    assert err.count("\n") == 1 and "0001/starts.npy: missing" in err
    assert bytes_of(report) == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--workers", 2), "--workers, --scheduler and --memory need --partition-size"),
        (("--partition-size", 5000, "--to", "convokit"), "convokit has no partitions"),
        (("--partition-size", 10), "should be greater than or equal to 1000"),
        (("--partition-size", 5000, "--workers", 0), "should be greater than or equal to 1"),
        (("--partition-size", 5000, "--scheduler", "nowhere"), "no scheduler answers there"),
    ],
)
def test_what_cannot_be_built_so_is_said(call, file, tmp_path, more, message, monkeypatch):
    monkeypatch.setattr("discourse.experiment.engine.PATIENCE", "1s")
    code, _, err = call("corpus", "build", file, "--out", tmp_path / "corpus", *more)
    assert code == 2
    assert message in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "corpus").exists()


def test_a_folder_of_somebody_else_is_not_replaced_and_one_of_ours_is(call, file, tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    code, _, err = call("corpus", "build", file, "--out", folder, "--partition-size", 5_000)
    assert code == 2 and "not empty" in err
    (folder / "notes.txt").unlink()
    for size in (5_000, 9_000):
        assert call("corpus", "build", file, "--out", folder, "--partition-size", size)[0] == 0
    assert not list(tmp_path.glob(".*")), "nothing is left beside it"
    code, _, err = call("corpus", "build", reading(file, folder), "--out", folder, "--partition-size", 5_000)
    assert code == 2 and "the corpus is read from there" in err
    code, out, err = call("corpus", "show", reading(file, folder))
    assert code == 0 and "40 documents" in out, err
