"""What is repeated in the UN General Debate: seconds, memory, and how both grow with the number of tokens.

    python benchmarks/repetition.py [--parts]

Each size (a sixteenth, a quarter and all of the statements) in a process of its own. Seconds are of the processor; memory is
the peak above what the encoded corpus takes. With `--parts` the same is found in parts that are written to disk and loaded one
after the other, and compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import pickle
import resource
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd


def corpus_of(step: int):
    """Every so-manieth statement as a document of one turn, encoded."""
    from discourse.encode import encode_corpus
    from discourse.types import Corpus

    folder = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
    with gzip.open(folder / "un_general_debate" / "ungd_1946_2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, step)]
    frame = pd.DataFrame(rows)
    frame = frame.assign(
        doc_id=[f"d{k}" for k in range(len(frame))],
        date=pd.to_datetime(frame["year"].astype(str) + "-09-20"),
        **dict.fromkeys(("title", "kind", "issuer", "role"), ""),
        turn=0,
        speaker=frame["iso"],
        side="home",
        interpreted=False,
        excluded=[()] * len(frame),
    )
    documents = frame[["doc_id", "date", "title", "kind", "issuer"]]
    turns = frame[["doc_id", "turn", "speaker", "role", "side", "interpreted", "text", "excluded"]]
    return encode_corpus(Corpus(documents, turns), keep_text=False)


def load(path: str):
    with open(path, "rb") as stream:
        return pickle.load(stream)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(step: int, in_parts: bool) -> dict[str, float]:
    import datasketch  # noqa: F401  what is imported on the first call is no part of the work

    from discourse.features.repetition import repetition, repetition_of_parts
    from discourse.features.repetition.parts import Parts, parts_in_memory, temporary_folder

    corpus = corpus_of(step)
    if Path("/proc/self/clear_refs").exists():
        # What encoding took is forgotten, so that the peak is that of the search.
        Path("/proc/self/clear_refs").write_text("5")
    memory, start = peak(), seconds()
    found = repetition(corpus)
    result = {
        "tokens": corpus.n_tokens,
        "seconds": seconds() - start,
        "MiB": peak() - memory,
        "passages": len(found.passages),
    }
    if in_parts:
        with temporary_folder() as folder:
            cut = parts_in_memory(corpus)
            paths = [str(folder / f"part-{k}") for k in range(len(cut.handles))]
            for handle, path in zip(cut.handles, paths):
                Path(path).write_bytes(pickle.dumps(cut.load(handle)))
            start = seconds()
            parts = Parts(paths, load, cut.documents, cut.tokens, cut.dates)
            again, layers = repetition_of_parts(parts, folder=folder)
            result["seconds in parts"] = seconds() - start
            assert np.array_equal(np.concatenate([np.load(x) for x in layers]), found.reused)
        for name in ("duplicates", "passages", "places"):
            pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.parts)))
        return
    before = None
    for step in (16, 4, 1):
        command = [sys.executable, __file__, "--measure", str(step), *(["--parts"] if given.parts else [])]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        result = json.loads(done.stdout)
        growth = ""
        if before:
            ratio = math.log(result["seconds"] / before["seconds"]) / math.log(result["tokens"] / before["tokens"])
            growth = f"; seconds grow with the tokens to the power of {ratio:.2f}"
        print(
            ", ".join(f"{value:,.1f} {name}".replace(".0 ", " ") for name, value in result.items()) + growth, flush=True
        )
        before = result


if __name__ == "__main__":
    main()
