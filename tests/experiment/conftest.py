"""An experiment that a test may change, and what came out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from discourse.errors import DiscourseError
from discourse.experiment import Results, compute, load, resolve, run, run_to_folder
from discourse.experiment.sharing import make_bundle
from discourse.experiment.store import Store
from discourse.report.blocks import Report
from discourse.report.dictionary import data_dictionary
from discourse.report.writers.typst import plain

TOPICS = ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}", "topics: false")
FREQUENCY = ("frequency: {min_clusters: 2}", "frequency: {min_clusters: 2, ngrams: [1]}")


@dataclass
class Experiment:
    """An experiment file with its speeches."""

    file: Path

    def change(self, *pairs: tuple[str, str], add: str = "") -> Experiment:
        """Replace words of the file, which must be there, and add lines."""
        text = self.file.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        self.file.write_text(text + add, encoding="utf-8")
        return self

    def smaller(self) -> Experiment:
        """Without topics and bigrams."""
        return self.change(TOPICS, FREQUENCY)

    def bare(self) -> Experiment:
        """Without contrast, target and sensitivity."""
        text = self.file.read_text(encoding="utf-8")
        for key in ("compare", "targets", "sensitivity"):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        self.file.write_text(text, encoding="utf-8")
        return self

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The speeches."""
        text = (self.file.parent / "speeches.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def write(self, rows: list[dict[str, Any]]) -> Experiment:
        """Other speeches."""
        (self.file.parent / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return self

    def column(self, name: str, of: Callable[[int, dict[str, Any]], Any]) -> Experiment:
        """Write a column of the speeches anew; one that is new is kept as metadata."""
        if name not in self.rows[0]:
            self.change(("keep: [minister", f"keep: [minister, {name}"))
        return self.write([row | {name: of(k, row)} for k, row in enumerate(self.rows)])

    def compute(self, **options: Any) -> Results:
        """Run it."""
        return compute(resolve(load(self.file)), **options)

    def report(self) -> Report:
        """Its report, undrawn."""
        return run(resolve(load(self.file)))[0]

    def folder(self) -> Path:
        """Its report as files."""
        return run_to_folder(resolve(load(self.file)), self.file.parent / "report")

    def problem(self) -> str:
        """What stops it."""
        with pytest.raises(DiscourseError) as error:
            self.compute()
        return str(error.value)


@pytest.fixture
def experiment(experiment_file: Path) -> Experiment:
    return Experiment(experiment_file)


@pytest.fixture
def small(experiment: Experiment) -> Experiment:
    return experiment.smaller()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A store of its own, empty."""
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the store did not have, in the order in which it was made: "results/topics", "features/stance"..."""
    kinds: list[str] = []
    once = Store.once

    def watched(self: Store, kind: str, key: str, make: Callable[[], Any]) -> tuple[Any, bool]:
        value, was_stored = once(self, kind, key, make)
        if not was_stored:
            kinds.append(kind)
        return value, was_stored

    monkeypatch.setattr(Store, "once", watched)
    return kinds


def words_of(report: Report) -> str:
    """All that a report prints, figures aside, as JSON."""
    every = [{"facts": list(report.facts)}, *map(plain, [report.answer, *report.blocks, *report.brief])]
    return json.dumps([b for b in every if b is not None], ensure_ascii=False)


@pytest.fixture(scope="session")
def printed() -> Callable[[Report], str]:
    return words_of


@pytest.fixture(scope="session")
def experiment_at() -> type[Experiment]:
    """For experiments that several tests share."""
    return Experiment


@pytest.fixture(scope="session")
def unexplained() -> Callable[[Report], list[str]]:
    """Columns of the tables of a report that its data dictionary does not explain."""

    def find(report: Report) -> list[str]:
        dictionary = data_dictionary(report.tables, report.columns)
        empty = dictionary[dictionary["meaning"] == ""]
        return sorted(set(empty["table"] + ": " + empty["column"]))

    return find


# --- Bundles

PASSAGE = "The council of the harbour met on the first day of the year and heard what the envoys had to say. "


@pytest.fixture(scope="session")
def there(tmp_path_factory, experiment_source, experiment_at):
    """An experiment with texts: a repeated passage, an address for each."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("there")))
    experiment.change(("{resamples: 300}", "{resamples: 100}"), ("k: 2", "k: 2, min_passages: 3"))
    experiment.column("url", lambda k, row: f"https://example.org/speeches/{k}")
    rows = [r | {"text": PASSAGE + r["text"]} if k % 9 == 0 else r for k, r in enumerate(experiment.rows)]
    experiment.write(rows)
    experiment.change(add="multiverse: {window: [6]}\nbundle: {licence: CC0-1.0, citation: Speeches of ministers}\n")
    return experiment


@pytest.fixture(scope="session")
def bundled(there):
    return make_bundle(resolve(load(there.file)))


@pytest.fixture
def here(there, bundled, tmp_path, experiment_at):
    """The same experiment with its bundle and without texts; a test may change it."""
    file = tmp_path / "norland.yaml"
    file.write_bytes(there.file.read_bytes())
    (tmp_path / "norland.bundle.zip").write_bytes(bundled)
    return experiment_at(file)


@pytest.fixture(scope="session")
def small_there(tmp_path_factory, experiment_source, experiment_at):
    """An experiment without topics and bigrams, with a title that begins its speech, and its bundle."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("small"))).smaller()
    rows = experiment.rows
    rows[3]["title"] = " ".join(rows[3]["text"].split()[:12])
    experiment.write(rows)
    experiment.change(("{resamples: 300}", "{resamples: 100}"))
    return experiment, make_bundle(resolve(load(experiment.file)))


@pytest.fixture
def small_pair(small_there, tmp_path, experiment_at):
    """The experiment with texts, and a copy with its bundle that a test may change."""
    experiment, data = small_there
    file = tmp_path / "norland.yaml"
    file.write_bytes(experiment.file.read_bytes())
    file.with_suffix(".bundle.zip").write_bytes(data)
    return experiment, experiment_at(file)
