"""What a run costs: cold, again with nothing changed, and with only the prose changed; before against after.

    python benchmarks/runs.py experiments/russia.yaml [--before FOLDER]

FOLDER is a checkout of an earlier version with a virtual environment in `.venv`. Both are measured in turn, so that they meet
the same machine. Seconds are of the processor, of the command and its children (user and system), the least of `--times` runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROSE = Path("discourse/report/prose/salience.toml")


def spent(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float]:
    """Seconds of the processor and of the clock."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start


def measure(checkout: Path, python: Path, experiment: str) -> dict[str, tuple[float, float]]:
    """Seconds of each kind of run of a copy of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "main"
        for name in ("discourse", "experiments"):
            shutil.copytree(checkout / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shared = checkout.resolve().parent / "shared"
        if shared.is_dir():
            (Path(folder) / "shared").symlink_to(shared)
        environment = {**os.environ, "PYTHONPATH": str(copy), "DISCOURSE_CACHE": f"{folder}/cache"}
        command = [
            str(python),
            "-m",
            "discourse.cli.main",
            "run",
            experiment,
            "--yes",
            "--quiet",
            "--out",
            f"{folder}/report",
        ]
        # Compiling the modules is part of an installation, not of a run.
        subprocess.run([str(python), "-m", "compileall", "-q", "discourse"], cwd=copy, check=True)
        result = {"cold": spent(command, environment, copy), "nothing changed": spent(command, environment, copy)}
        if (copy / PROSE).exists():
            text = (copy / PROSE).read_text(encoding="utf-8")
            (copy / PROSE).write_text(text.replace('heading = "', 'heading = "Again: '), encoding="utf-8")
            result["only prose changed"] = spent(command, environment, copy)
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", nargs="?", default="experiments/russia.yaml")
    parser.add_argument("--before", type=Path, help="checkout of an earlier version")
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    sides = {"after": (ROOT, Path(sys.executable))}
    if given.before:
        sides = {"before": (given.before, given.before / ".venv" / "bin" / "python"), **sides}
    for side, (checkout, python) in sides.items():
        runs = [measure(checkout, python, given.experiment) for _ in range(given.times)]
        for kind in runs[0]:
            processor, clock = min(run[kind] for run in runs)
            print(f"{side:<7} {kind:<19} {processor:7.1f} s of the processor, {clock:7.1f} s", flush=True)


if __name__ == "__main__":
    main()
