"""The programs beside the tests can be imported by them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def smaller_experiment(experiment_source: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """Writes the invented experiment without topics."""

    def write(folder: Path) -> Path:
        file = experiment_source(folder)
        text = file.read_text(encoding="utf-8")
        old = "topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}"
        assert old in text
        file.write_text(text.replace(old, "topics: false"), encoding="utf-8")
        return file

    return write
