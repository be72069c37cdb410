"""Fuzz the readers of files: `python -m tests.fuzz --cases 10000 --seed 1`.

A finding is an error that is none of ours (behind the command line it would reach the last barrier), more than ten seconds, more than a
gigabyte, or input that is lost without a word. Each case follows from its seed, its kind and its number: `--only KIND --case N` runs it alone.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from types import FrameType

SECONDS = 10.0
MEMORY = 1_500_000  # KiB that one case may add


class Slow(BaseException):
    """A case that takes too long; no reader catches it."""


def _stop(_: int, frame: FrameType | None) -> None:
    raise Slow(f"more than {SECONDS:.0f} s")


def chosen(seed: int, number: int, kinds: dict[str, tuple[int, object]]) -> str:
    """The kind of a case."""
    rng = random.Random(f"{seed} {number}")
    return rng.choices(list(kinds), [w for w, _ in kinds.values()])[0]


def run(seed: int, number: int, name: str, debug: bool = False) -> str:
    """Run one case: "ok", "refused", or what was found."""
    from discourse.errors import DiscourseError
    from tests.fuzz.kinds import KINDS, SilentLoss

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Of this process, so that a busy machine makes nothing slow; a case that waits is stopped by the clock.
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, 12 * SECONDS)
    try:
        try:
            KINDS[name][1](random.Random(f"{seed} {number} {name}"), folder)
            outcome = "ok"
        except DiscourseError as error:
            outcome = "refused"
            if len(str(error)) > 12_000:
                outcome = f"finding: a message of {len(str(error)):,} characters\n{str(error)[:300]}"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (Exception, Slow) as error:
        if debug:
            raise
        at = traceback.extract_tb(error.__traceback__)
        ours = [f for f in at if "/discourse/" in f.filename] or at
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}"
        outcome = f"finding: {type(error).__name__} at {where}: {str(error)[:200]!a}"
        if isinstance(error, SilentLoss):
            outcome = f"finding: SilentLoss {str(error)[:100]!a}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return outcome if grown < MEMORY else f"finding: {grown // 1024:,} MiB more memory ({outcome})"


def main() -> int:
    """Run the cases and count what comes of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--case", type=int, default=None)
    asked = parser.parse_args()
    from tests.fuzz.kinds import KINDS

    warnings.simplefilter("error")
    os.environ["DISCOURSE_CACHE"] = tempfile.mkdtemp(prefix="fuzz-cache-")
    # An error that nobody foresaw goes past the last barrier.
    os.environ["DISCOURSE_DEBUG"] = "1"
    signal.signal(signal.SIGALRM, _stop)
    signal.signal(signal.SIGVTALRM, _stop)
    kinds = {asked.only: KINDS[asked.only]} if asked.only else KINDS
    if asked.case is not None:
        print(run(asked.seed, asked.case, asked.only or chosen(asked.seed, asked.case, kinds), debug=True))
        return 0
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    found: dict[str, list[str]] = {}
    start = time.process_time()
    for number in range(asked.first, asked.first + asked.cases):
        name = chosen(asked.seed, number, kinds)
        outcome = run(asked.seed, number, name)
        counts[name, outcome.partition(":")[0]] += 1
        if outcome.startswith("finding"):
            key = f"{name}: {outcome.partition(': ')[2].rpartition(': ')[0] or outcome}"
            found.setdefault(key, []).append(f"{number}: {outcome}")
            if len(found[key]) == 1:
                print(f"case {number} ({name}): {outcome}", flush=True)
    shutil.rmtree(os.environ["DISCOURSE_CACHE"], ignore_errors=True)
    for name in kinds:
        print(f"{name:<16}", *(f"{o} {counts[name, o]:>6,}" for o in ("ok", "refused", "finding")))
    n = sum(len(v) for v in found.values())
    print(
        f"{asked.cases:,} cases, {n:,} findings of {len(found):,} sorts, {time.process_time() - start:.0f} s of processor time"
    )
    for key, cases in sorted(found.items()):
        print(f"{len(cases):>5}  {key[:200]}  (case {cases[0].partition(':')[0]})")
    return min(n, 1)


if __name__ == "__main__":
    sys.exit(main())
