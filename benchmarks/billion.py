"""A billion tokens on one machine: a corpus in partitions, and a comparison with intervals.

    python benchmarks/billion.py make FOLDER [--tokens 1000000000] [--seed 1]
    python benchmarks/billion.py build FOLDER [--workers 2]
    python benchmarks/billion.py run FOLDER [--workers 2]

`make` writes JSON lines: each document has the year and the state of a statement of the UN General Debate, and sentences that
are drawn, with replacement, from all statements of the same ten years and of the same half of the alphabet of states. Copies of
whole statements would be compressed, and found again, too well. `build` makes the partitions and `run` runs the experiment; both print
seconds of the clock and of the processor, peak memory of the largest process, and disk. As each sentence is drawn some thirty
times, only passages of 200 tokens or more are sought.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
FILES = 64
CONFIG = """name: billion
title: Russia before and after 1991, in a corpus of resampled sentences
question: How was Russia spoken of before and after 1991?
corpus:
  reader: {reader}
  files: [{files}]
  {options}
groups:
  Cold War: {{before: 1991-01-01}}
  After: {{from: 1991-01-01}}
compare: {{study: After, reference: Cold War}}
targets:
  Russia: {{terms: [russia*, soviet, soviets, moscow, kremlin]}}
frequency: {{ngrams: [1], min_documents: {least}}}
dictionary: {{files: {{Mood: mood.tsv}}}}
repetition: {{passage_tokens: 200}}
topics: false
collocates: false
actors: false
context: false
inference: {{seed: 1945, resamples: {resamples}}}
"""
MOOD = "term\tcategory\n" + "".join(
    f"{term}\t{category}\n"
    for category, terms in {
        "peace": ("peace*", "cooperat*", "dialogue", "agreement*"),
        "conflict": ("war", "wars", "aggress*", "attack*", "threat*"),
    }.items()
    for term in terms
)


def make(folder: Path, tokens: int, seed: int) -> None:
    """Write the corpus."""
    from discourse.encode.encoder import encode_texts

    data = Path(os.environ.get("DISCOURSE_TEST_DATA", ROOT.parent / "shared" / "data"))
    with gzip.open(data / "un_general_debate" / "ungd_1946_2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [r["text"] for r in rows]
    _, starts, ends, text_bounds, bounds, _ = encode_texts(texts)
    of_text = np.searchsorted(text_bounds, bounds[:-1], side="right") - 1
    sentences = [
        texts[t][starts[a] : ends[b - 1] + 1].replace("\n", " ")
        for t, a, b in zip(of_text.tolist(), bounds[:-1].tolist(), bounds[1:].tolist())
    ]
    sizes = np.diff(bounds)
    decade = np.array([int(r["year"]) // 10 for r in rows])
    half = np.array([str(r["iso"]) < "M" for r in rows])
    pool_of = decade * 2 + half
    pools = {p: np.flatnonzero(pool_of[of_text] == p) for p in np.unique(pool_of).tolist()}
    rng = np.random.default_rng(seed)
    total = len(starts)
    n_documents = int(len(rows) * tokens / total)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for part in range(FILES):
        with (folder / f"part-{part:03d}.jsonl").open("w", encoding="utf-8") as out:
            for d in range(part * n_documents // FILES, (part + 1) * n_documents // FILES):
                k = d % len(rows)
                pool = pools[int(pool_of[k])]
                want = int(text_bounds[k + 1] - text_bounds[k])
                # A sentence has some 25 tokens; more are drawn than are needed, and the rest is left.
                drawn = pool[rng.integers(0, len(pool), max(want // 12, 8))]
                chosen = drawn[: int(np.searchsorted(np.cumsum(sizes[drawn]), want)) + 1]
                written += int(sizes[chosen].sum())
                row = {"id": f"d{d:07d}", "year": rows[k]["year"], "iso": rows[k]["iso"], "speaker": rows[k]["iso"]}
                out.write(
                    json.dumps({**row, "text": " ".join(sentences[s] for s in chosen)}, ensure_ascii=False) + "\n"
                )
    print(f"{n_documents:,} documents, {written:,} tokens in {folder}: {size_of(folder) / 2**30:.1f} GiB")


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def timed(what: str, command: list[str], folder: Path) -> None:
    """Run a command and print what it took."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "discourse.cli.main", *command], check=True, cwd=folder)
    after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # The largest process so far, of which a later one can only be said to be no larger.
    print(
        f"{what}: {clock:,.0f} s, {processor:,.0f} s of the processor, peak of a process at most {after.ru_maxrss / 2**20:.2f} GiB",
        flush=True,
    )


def configured(folder: Path, least: int, resamples: int) -> None:
    """Write the two experiments: on texts, and on partitions."""
    (folder / "mood.tsv").write_text(MOOD, encoding="utf-8")
    options = "options: {text: text, date: year, id: id, speaker: speaker, keep: [iso]}\n  language: null"
    for name, reader, files, more in (
        ("texts.yaml", "table", "texts", options),
        ("parts.yaml", "stored", "parts", "hashtags: keep"),
    ):
        text = CONFIG.format(reader=reader, files=folder / files, options=more, least=least, resamples=resamples)
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["make", "build", "run"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokens", type=int, default=1_000_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partition-size", type=int, default=4_000_000)
    parser.add_argument("--min-documents", type=int, default=343, help="documents that must contain a term")
    parser.add_argument("--resamples", type=int, default=200)
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.step == "make":
        return make(folder / "texts", given.tokens, given.seed)
    os.environ.setdefault("DISCOURSE_CACHE", str(folder / "cache"))
    configured(folder, given.min_documents, given.resamples)
    workers = ["--workers", str(given.workers)] if given.workers else []
    if given.step == "build":
        size = str(given.partition_size)
        timed("build", ["corpus", "build", "texts.yaml", "--out", "parts", "--partition-size", size, *workers], folder)
        for name in ("texts", "parts"):
            print(f"disk: {name} {size_of(folder / name) / 2**30:.1f} GiB")
    else:
        timed("run", ["run", "parts.yaml", "--out", "report", "--yes", *workers], folder)


if __name__ == "__main__":
    main()
