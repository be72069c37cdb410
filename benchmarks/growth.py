"""How the stages of a run grow with the corpus: an experiment on the whole UN General Debate, on a quarter and on a sixteenth.

    python benchmarks/growth.py [--shares 16 4 1] [--workers N]

Each share is every n-th statement of each state. Prints seconds of the clock by stage, peak memory, and exponents of the growth (slope of the least
squares line of log seconds over log tokens); stages below two seconds on the whole corpus have none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
LEAST = 2.0


def measured(share: int, workers: int) -> tuple[dict[str, float], float, float]:
    """Seconds by stage; seconds of the clock and peak memory in GiB of the whole run."""
    data = Path(os.environ.get("DISCOURSE_TEST_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copy(ROOT / "benchmarks" / "un-russia.yaml", folder)
        source = data / "un_general_debate" / "ungd_1946_2024.jsonl.gz"
        with (
            gzip.open(source, "rt", encoding="utf-8") as lines,
            (folder / "texts.jsonl").open("w", encoding="utf-8") as out,
        ):
            spoken = Counter[str]()
            for line in lines:
                state = json.loads(line)["iso"]
                if spoken[state] % share == 0:
                    out.write(line)
                spoken[state] += 1
        command = [
            sys.executable,
            "-m",
            "discourse.cli.main",
            "run",
            "un-russia.yaml",
            "--out",
            "report",
            "--yes",
            "--quiet",
        ]
        if workers:
            command += ["--workers", str(workers)]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, env={**os.environ, "DISCOURSE_CACHE": f"{folder}/cache"})
        clock = time.perf_counter() - start
        timing = json.loads((folder / "report" / "timing.json").read_text(encoding="utf-8"))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    return {k: float(v) for k, v in timing["seconds"].items()}, clock, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shares", type=int, nargs="+", default=[16, 4, 1])
    parser.add_argument("--workers", type=int, default=0)
    given = parser.parse_args()
    found = {}
    for share in sorted(given.shares, reverse=True):
        found[share] = measured(share, given.workers)
        print(f"1/{share}: {found[share][1]:.0f} s, peak {found[share][2]:.2f} GiB", flush=True)
    largest = found[min(found)][0]
    for stage, seconds in sorted(largest.items(), key=lambda item: -item[1]):
        row = [found[s][0].get(stage, float("nan")) for s in found]
        if seconds >= LEAST and len(row) > 1:
            slope = np.polyfit(np.log([1 / s for s in found]), np.log(np.maximum(row, 1e-3)), 1)[0]
            print(f"{stage:<16} {' '.join(f'{x:8.1f}' for x in row)} s, exponent {slope:.2f}")
        else:
            print(f"{stage:<16} {' '.join(f'{x:8.1f}' for x in row)} s")


if __name__ == "__main__":
    main()
