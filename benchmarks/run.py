"""The works of a comparison: seconds, memory and growth, against an earlier version and against other libraries.

    python benchmarks/run.py [--share 1/16] [--before FOLDER] [--peers] [--only WORK ...]

On the UN General Debate, or every so-manieth statement of it. Each work is done in a process of its own, once. FOLDER is a checkout
of an earlier version (`git worktree add --detach FOLDER COMMIT`), run by the same interpreter with the same libraries. Printed are
seconds of the processor (user and system, all threads and processes) and the peak memory above what the input takes, in MiB; a
ratio is the seconds of the other side over those of now. Aims hold for all of the data. numba compiles before anything is measured; that
it starts is part of a work. `--peers` measures other libraries, and names those that are not installed. The extra `benchmark` has polars and duckdb;
scattertext asks for a scipy before 1.14, and ConvoKit brings torch: install them without what they ask for, in an environment of their own
(`pip install --no-deps scattertext convokit`, then `pip install flashtext six statsmodels spacy pymongo dill unidecode clean-text msgpack-numpy`).
The terms of our keyness leave function words out and have intervals and p-values, over documents; those of the two have none. Growth is the
exponent of a power of the tokens, fitted over a sixteenth, a quarter and all of the share by least squares on logarithms.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
from peers import PEERS
from works import ENGINE, FIGURES, ITERATIONS, WORKS, K, data_file

HERE = Path(__file__).parent
ROOT = HERE.parent
PARTS = (16, 4, 1)  # a sixteenth, a quarter and all of the share
COMPILE = """
from discourse.encode import count_terms, encode_corpus
count_terms(["a b"], compiled=True), encode_corpus(["a b"], compiled=True)
"""


class Row(NamedTuple):
    """A line of the table: a work, on a part of the data, and who else can do it."""

    title: str
    work: str
    part: int
    aim: str = ""
    peers: tuple[str, ...] = ()


ROWS = (
    Row("text to document-term matrix", "count", 1, "8 times CountVectorizer", ("count_vectorizer", "polars", "duckdb")),
    Row("texts to counts in a pipeline (`TermCounts`)", "term_counts", 1, "CountVectorizer's", ("count_vectorizer",)),
    Row("full encoding", "encode", 1, "3 s, +300 MiB"),
    Row("reading by `table`", "table", 1, "4 s"),
    Row("repetition", "repeated", 1, "10 s, 1,536 MiB"),
    Row("keyness with intervals", "keyness", 16, "ratio 4"),
    Row("keyness with intervals", "keyness", 4, "ratio 4"),
    Row("stance", "stance", 1, "12 s"),
    Row(f"topics, K = {K}, {ITERATIONS} iterations", "topics", 4, "the engine's own", ("tomotopy", "gensim", "scikit_learn")),
    Row(f"first {FIGURES} figures, SVG and PDF", "figures", 1, "4 s"),
    Row("keyness with intervals, from text", "keyness_from_text", 16, "", ("scattertext", "convokit")),
    Row("concordance of one word", "concordance", 4, "", ("nltk_concordance",)),
    Row("bigrams that occur ten times", "bigrams", 4, "", ("nltk_bigrams",)),
)  # fmt: skip
GROWTH = {
    "count": "text to document-term matrix", "encode": "full encoding", "repeated": "repetition",
    "keyness": "keyness with intervals", "stance": "stance",
}  # fmt: skip


class Measured(NamedTuple):
    """What a process took, or why there is nothing: `failed` says so."""

    seconds: float = float("nan")
    memory: float = float("nan")
    number: float = 0.0
    unit: str = ""
    failed: str = ""

    @property
    def found(self) -> str:
        """What was found, in words."""
        return f"{self.number:,.2f} {self.unit}" if self.unit == ENGINE else f"{self.number:,.0f} {self.unit}"


class Session:
    """Processes that measure, each work of each side at most once."""

    def __init__(self, checkouts: dict[str, Path], folder: Path, base: int) -> None:
        self.checkouts, self.folder, self.base = checkouts, folder, base
        self._done: dict[tuple[str, str, int], Measured] = {}

    def environment(self, side: str) -> dict[str, str]:
        path = os.pathsep.join([str(self.checkouts[side]), *filter(None, [os.environ.get("PYTHONPATH")])])
        cache = str(self.folder / side / "cache")
        return {**os.environ, "PYTHONPATH": path, "DISCOURSE_CACHE": cache, "OPENBLAS_NUM_THREADS": "1"}

    def measure(self, side: str, work: str, part: int, script: str = "works.py") -> Measured:
        """A work of one side on a part of the share."""
        key = side, work, part
        if key not in self._done:
            self._done[key] = self._measure(side, work, part, script)
            print(f"{side} {work} 1/{self.base * part}: {cell(self._done[key])}", file=sys.stderr, flush=True)
        return self._done[key]

    def _measure(self, side: str, work: str, part: int, script: str) -> Measured:
        folder = self.folder / side
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(HERE / script), work, str(self.base * part), str(folder)],
            capture_output=True,
            text=True,
            env=self.environment(side),
            cwd=self.checkouts[side],
        )
        if done.returncode == 0:
            return Measured(**json.loads(done.stdout.splitlines()[-1]))
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        if script == "peers.py" and last.startswith(("ModuleNotFoundError", "ImportError")):
            return Measured(failed=f"not installed ({last.split(': ', 1)[-1]})")
        return Measured(failed=f"failed: {last}")


def cell(one: Measured) -> str:
    """Seconds and memory."""
    if one.failed:
        return one.failed
    own = f" ({one.found})" if one.unit == ENGINE else ""
    return f"{one.seconds:.2f} s{own}, +{one.memory:,.0f} MiB"


def line_of(row: Row, session: Session, peers: bool) -> list[str]:
    """A row of the table."""
    now = session.measure("now", row.work, row.part)
    before = session.measure("before", row.work, row.part) if "before" in session.checkouts else None
    title = row.title
    if row.work != "figures":
        title += f", 1/{session.base * row.part} of the data" if session.base * row.part > 1 else ", all of the data"
    if now.unit not in ("", ENGINE):
        title += f" ({now.found})"
    ratio = "" if before is None or before.failed or now.failed else f"{before.seconds / now.seconds:.1f}"
    if ratio and before is not None and now.unit != ENGINE and before.number != now.number:
        ratio += f" (before: {before.found})"
    others = []
    for name in row.peers if peers else ():
        other = session.measure("now", name, row.part, "peers.py")
        times = "" if other.failed or now.failed else f", ratio {other.seconds / now.seconds:.1f}"
        differs = f" ({other.found})" if other.unit and (other.number, other.unit) != (now.number, now.unit) else ""
        others.append(f"{name} {cell(other)}{times}{differs}")
    return [title, "" if before is None else cell(before), cell(now), ratio, row.aim, "; ".join(others)]


def growth_of(work: str, session: Session) -> str:
    """How the seconds of a work grow with the tokens."""
    tokens = [session.measure("now", "encode", part).number for part in PARTS]
    taken = [session.measure("now", work, part) for part in PARTS]
    if any(one.failed for one in taken):
        return "; ".join(one.failed for one in taken if one.failed)
    seconds = [one.seconds for one in taken]
    exponent = np.polyfit(np.log(tokens), np.log(seconds), 1)[0]
    last = np.log(seconds[-1] / seconds[-2]) / np.log(tokens[-1] / tokens[-2])
    said = ", ".join(f"{s:.2f} s for {n / 1e6:.2f}M tokens" for s, n in zip(seconds, tokens))
    return f"{exponent:.2f} (last step {last:.2f}): {said}"


def share(text: str) -> int:
    """The number of shares of "1/16"."""
    value = Fraction(text)
    if value.numerator != 1 or value > 1:
        raise argparse.ArgumentTypeError("1, or one part of some, such as 1/16")
    return value.denominator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=share, default=1, help="of the data, such as 1/16")
    parser.add_argument("--before", type=Path, help="checkout of an earlier version")
    parser.add_argument("--peers", action="store_true", help=", ".join(PEERS))
    parser.add_argument("--only", nargs="+", choices=WORKS, default=list(WORKS), metavar="WORK", help=", ".join(WORKS))
    given = parser.parse_args()
    checkouts = {"now": ROOT} | ({"before": given.before.resolve()} if given.before else {})
    for checkout in checkouts.values():
        if not (checkout / "discourse" / "__init__.py").exists():
            parser.error(f"{checkout} is no checkout of discourse")
    os.environ["DISCOURSE_TEST_DATA"] = str(data_file().resolve().parents[1])
    with tempfile.TemporaryDirectory(prefix="discourse-benchmark-") as folder:
        session = Session(checkouts, Path(folder), given.share)
        # Without numba there is nothing to compile.
        subprocess.run([sys.executable, "-c", COMPILE], env=session.environment("now"), capture_output=True)
        lines = [line_of(row, session, given.peers) for row in ROWS if row.work in given.only]
        growth = {title: growth_of(work, session) for work, title in GROWTH.items() if work in given.only}
    print("| work | before | now | ratio | aim | peers |\n|---|---|---|---|---|---|")
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print("\nExponents of growth, now; aim: at most 1.1")
    for title, said in growth.items():
        print(f"- {title}: {said}")


if __name__ == "__main__":
    main()
