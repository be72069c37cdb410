"""An analysis of another package: installed by its entry point, it has settings, a section, a figure and all reviewers."""

import json
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from discourse.analyses import analyses
from discourse.errors import ConfigError, DiscourseError
from discourse.experiment import compute, load, resolve, run_to_folder
from discourse.experiment.settings import experiment_model, sections
from discourse.experiment.template import template

PLUGIN = Path(__file__).parent / "plugin"
SMALL = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}\n"


def forget() -> None:
    """Look for packages anew."""
    for cached in (analyses, experiment_model, sections):
        getattr(cached, "cache_clear", lambda: None)()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """What an installer makes of the example package: its module on the path, and its entry point."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))
    info = tmp_path / "site" / "discourse_mattr-0.1.0.dist-info"
    info.mkdir(parents=True)
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project["project"]["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['project']['name']}\nVersion: 0.1.0\n")
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.syspath_prepend(str(info.parent))
    forget()
    yield info
    monkeypatch.undo()
    forget()


def with_mattr(file, window=20):
    text = file.read_text(encoding="utf-8").replace(SMALL, "topics: false\n")
    file.write_text(text + f"mattr: {{window: {window}}}\n", encoding="utf-8")
    return file


def test_it_counts_what_a_naive_loop_counts(installed, experiment_file):
    results = compute(resolve(load(with_mattr(experiment_file))))
    (outcome,) = results.found("mattr").outcomes
    sums = {"Before the treaty": [0.0, 0], "After the treaty": [0.0, 0]}
    for line in (experiment_file.parent / "speeches.jsonl").read_text().splitlines():
        row = json.loads(line)
        words = re.findall(r"\w+", row["text"].lower())
        total = sums["After the treaty" if row["date"] >= "2010" else "Before the treaty"]
        for k in range(len(words) - 19):
            total[0] += len(set(words[k : k + 20])) / 20
            total[1] += 1
    for group, (ratios, windows) in sums.items():
        assert outcome.level(group)["estimate"] == pytest.approx(ratios / windows, abs=1e-12)


def test_it_has_settings_section_figure_and_every_reviewer(installed, experiment_file, tmp_path):
    file = with_mattr(experiment_file)
    file.write_text(file.read_text() + "report: {length: full}\n")
    folder = run_to_folder(resolve(load(file)), tmp_path / "out")
    tables = {p.stem: pd.read_csv(p) for p in (folder / "tables").glob("*.csv")}
    assert (folder / "figures" / "mattr.svg").stat().st_size > 1000
    for name in ("table-tests", "table-power", "table-influence-overall", "figure-sensitivity", "figure-noise-overall"):
        assert tables[name].eq("mattr").any(axis=None), name
    text = "".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)
    verdict = re.search(r"Lexical diversity \(MATTR\)\S*: (differs|may differ|inconclusive)", " ".join(text.split()))
    assert verdict, "the first page has its verdict"
    assert "matters most for the difference in lexical" in " ".join(text.split())
    assert not re.search(r"\d% of the lexical", " ".join(text.split())), "no document has a share of a sum of ratios"
    assert json.loads((folder / "run.json").read_text())["config"]["mattr"] == {"window": 20}
    assert "Covington" in (folder / "references.bib").read_text()
    assert "window: 50" in template()


def test_it_runs_only_where_a_config_names_it(installed, experiment_file, norland):
    results = compute(resolve(load(experiment_file)))
    assert ("mattr", "") not in results.graph.results
    assert set(results.outcomes) == set(norland.outcomes)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("mattr: {window: 1}", r"norland.yaml:\d+: mattr.window: .*2"),
        ("mattr: {windw: 9}", r'norland.yaml:\d+: mattr.windw: .*Did you mean "window"\?'),
        ("matr: {window: 9}", r'norland.yaml:\d+: matr: .*Did you mean "mattr"\?'),
    ],
)
def test_its_mistakes_are_reported_like_ours(installed, experiment_file, section, message):
    experiment_file.write_text(experiment_file.read_text() + section + "\n")
    with pytest.raises(ConfigError, match=message):
        resolve(load(experiment_file))


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ("salience = discourse.analyses.salience:analysis", 'two analyses are called "salience"'),
        ("broken = discourse.analyses.salience:compute", '"broken" of discourse.analyses is function, not an Analysis'),
    ],
)
def test_a_package_that_is_wrong_is_named(installed, points, message):
    (installed / "entry_points.txt").write_text(f"[discourse.analyses]\n{points}\n")
    forget()
    with pytest.raises(DiscourseError, match=message):
        analyses()
