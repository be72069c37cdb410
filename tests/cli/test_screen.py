"""Reports on the screen: which page a name means, and runs that follow changes."""

from __future__ import annotations

import pytest

from discourse.cli import screen


@pytest.fixture
def shown(monkeypatch):
    """What the browser is asked for."""
    pages = []
    monkeypatch.setattr("webbrowser.open", pages.append)
    return pages


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """Two reports in a folder, one without a page."""
    monkeypatch.chdir(tmp_path)
    for name, files in {
        "norland": ("report.html", "report.pdf", "run.json"),
        "old": ("report.pdf", "run.json"),
    }.items():
        for file in files:
            (tmp_path / "reports" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "reports" / name / file).write_text("{}")
    (tmp_path / "n.yaml").write_text("name: norland\n")
    return tmp_path / "reports"


@pytest.mark.parametrize("name", ["norland", "n.yaml", "reports/norland", "reports/norland/report.html"])
def test_a_report_opens_by_name_file_or_folder(call, reports, shown, name):
    assert call("open", name)[0] == 0
    assert shown == [(reports / "norland" / "report.html").as_uri()]


def test_without_a_page_the_pdf_opens(call, reports, shown):
    call("open", "old")
    assert shown == [(reports / "old" / "report.pdf").as_uri()]


def test_a_file_that_is_not_there_is_not_waited_for(call, reports):
    code, _, err = call("run", "--watch", "missing.yaml")
    assert code == 2 and "missing.yaml: there is no such file" in err


def test_a_wrong_name_is_answered_with_those_there_are(call, reports, shown):
    code, _, err = call("open", "norlnd")
    assert code == 2 and 'Did you mean "norland"' in err and not shown
    code, _, err = call("open", "missing.yaml")
    assert code == 2 and "Traceback" not in err


def test_watching_runs_again_after_a_change_and_waits_out_mistakes(call, reports, shown, monkeypatch, tmp_path):
    runs, changes = [], iter(["name: norland\n# more\n", "name: [\n", "name: norland\n"])

    def run(asked, out, where, *, quiet, yes):
        runs.append(asked.file.read_text())
        if "[" in runs[-1]:
            raise screen.UsageError("a mistake in line 1")

    def wait(asked, before):
        text = next(changes, None)
        if text is None:
            raise KeyboardInterrupt
        asked.file.write_text(text)
        assert screen.stamps(before) != before, "the change is seen"

    monkeypatch.setattr("discourse.cli.commands.run_experiment", run)
    monkeypatch.setattr(screen, "wait_for_change", wait)
    code, out, _ = call("run", tmp_path / "n.yaml", "--watch")
    assert code == 0
    assert [len(r) for r in runs] == [14, 21, 8, 14] or runs == [
        "name: norland\n",
        "name: norland\n# more\n",
        "name: [\n",
        "name: norland\n",
    ]
    assert "a mistake in line 1" in out
    assert shown == [(reports / "norland" / "report.html").as_uri() + "?watch"], "opened once"


def test_files_that_a_config_names_are_watched(tmp_path, experiment_file):
    from discourse.cli.commands import Asked

    files = screen.files_of(Asked(experiment_file))
    assert {experiment_file, experiment_file.parent / "speeches.jsonl"} <= set(files)
    before = screen.stamps(files)
    assert screen.stamps(files) == before
    (experiment_file.parent / "speeches.jsonl").write_text("{}")
    assert screen.stamps(files) != before
