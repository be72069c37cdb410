"""A bounded run of the fuzzer; a long one is by hand: `python -m tests.fuzz --cases 10000 --seed 1`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_some_cases_of_every_kind_give_no_finding():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--cases", "400", "--seed", "17"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
