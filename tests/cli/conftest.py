"""The command line, called in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from discourse.cli.main import main

SMALLER = {
    "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}": "topics: false\nreport: {figures: [salience, corrected]}",
    "frequency: {min_clusters: 2}": "frequency: {min_clusters: 2, ngrams: [1]}",
}


@pytest.fixture(scope="session")
def smaller_source(experiment_source: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """Writes the invented experiment without topics and bigrams, with two figures."""

    def write(folder: Path) -> Path:
        file = experiment_source(folder)
        text = file.read_text(encoding="utf-8")
        for old, new in SMALLER.items():
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def call(monkeypatch, capsys):
    """Exit code, standard output and standard error of a call in this process."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["discourse", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run
