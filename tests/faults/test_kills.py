"""A run is killed, or its cache damaged, and the next one gives the same bytes.

Some of all cases; `killing.py` and `damaging.py` beside this file try every one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forks")]


def found(program: str, *options: object) -> dict:
    command = [sys.executable, str(HERE / program), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("options", [(), ("--plain",)], ids=["exchange", "plain"])
def test_a_killed_run_leaves_the_earlier_report_and_the_next_one_is_right(tmp_path, options):
    said = found("killing.py", tmp_path / "x", "--few", 6, "--tables", *options)
    assert said["wrong"] == []
    assert said["kills"] >= 6 and said["operations"] > 100 and said["earlier"] > 0


def test_a_damaged_cache_gives_the_report_of_a_whole_one(tmp_path):
    said = found("damaging.py", tmp_path / "x", "--few", 8, "--tables")
    assert said["wrong"] == []
    assert said["runs"] == 8 and said["said"] > 0
