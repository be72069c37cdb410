"""What `run.py` measures, each in a process of its own: `works.py NAME STEP FOLDER` prints seconds, memory and what was found.

STEP names the data: every so-manieth statement of the UN General Debate. FOLDER holds what the works of a session share. A work
prepares its input and returns the step that is measured. It runs on an earlier version of the package as well.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from encode import PATTERN, peak

ROOT = Path(__file__).parents[1]
LAST_YEAR = 1990  # of the first of the two groups that are compared
K, ITERATIONS = 20, 100
FIGURES = 15
ENGINE = "s of the engine's own"
RUSSIA = ("russia*", "soviet", "moscow")

Act = Callable[[], Any]


def data_file() -> Path:
    """The statements of the UN General Debate."""
    folder = Path(os.environ.get("DISCOURSE_TEST_DATA", ROOT.parent / "shared" / "data"))
    return folder / "un_general_debate" / "ungd_1946_2024.jsonl.gz"


def statements(step: int) -> list[dict[str, Any]]:
    """Every so-manieth statement: `text`, `year`, `iso`, `session`."""
    with gzip.open(data_file(), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, 0, None, step)]


def texts_of(step: int) -> list[str]:
    return [row["text"] for row in statements(step)]


def corpus_of(step: int):
    from discourse.encode import encode_corpus

    return encode_corpus(texts_of(step))


def groups_of(rows: list[dict[str, Any]]) -> np.ndarray:
    """0 for the statements to 1990, 1 for those since."""
    return np.array([0 if int(row["year"]) <= LAST_YEAR else 1 for row in rows])


def count(step: int, folder: Path) -> Act:
    from discourse.encode import count_terms

    texts = texts_of(step)
    return lambda: count_terms(texts, PATTERN)[0]


def term_counts(step: int, folder: Path) -> Act:
    from discourse.sklearn import TermCounts

    texts = texts_of(step)
    return lambda: TermCounts().fit_transform(texts)


def encode(step: int, folder: Path) -> Act:
    from discourse.corpus.frame import from_texts
    from discourse.encode import encode_corpus

    corpus = from_texts(texts_of(step))
    return lambda: encode_corpus(corpus)


def table(step: int, folder: Path) -> Act:
    from discourse.corpus import read_table

    path = data_file()
    if step > 1:
        path = folder / f"share-{step}.jsonl.gz"
        if not path.exists():
            with gzip.open(path, "wt", encoding="utf-8") as out:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in statements(step))
    return lambda: read_table(files=[path], text="text", date="year", keep=["iso", "session"])


def repeated(step: int, folder: Path) -> Act:
    import datasketch  # noqa: F401  what is imported on the first call is no part of the work
    from repetition import corpus_of as dated_corpus_of

    from discourse.features.repetition import repetition

    corpus = dated_corpus_of(step)
    return lambda: repetition(corpus)


def _compared(corpus: Any, group: np.ndarray):
    from discourse.compare.resample import Design
    from discourse.compare.terms import compare_terms
    from discourse.features.frequency import term_frequency

    features = term_frequency(corpus, min_count=10, min_documents=10)
    return partial(compare_terms, features, Design(group, ["to 1990", "since"]), min_documents=10)


def keyness(step: int, folder: Path) -> Act:
    import scipy.stats  # noqa: F401

    rows = statements(step)
    from discourse.encode import encode_corpus

    return _compared(encode_corpus([row["text"] for row in rows]), groups_of(rows))


def keyness_from_text(step: int, folder: Path) -> Act:
    import scipy.stats  # noqa: F401

    from discourse.encode import encode_corpus

    rows = statements(step)
    texts, group = [row["text"] for row in rows], groups_of(rows)
    return lambda: _compared(encode_corpus(texts), group)()


def stance(step: int, folder: Path) -> Act:
    from discourse.features.stance import by_the_prior, default_lexicons, load_prior, read_mentions, weigh
    from discourse.features.target import Target, mentions

    corpus = corpus_of(step)
    found = mentions(corpus, Target("Russia", RUSSIA))
    default_lexicons(), load_prior()

    def act():
        parsed = read_mentions(corpus, found)
        return by_the_prior(parsed, weigh(parsed))

    return act


def topics(step: int, folder: Path) -> Act:
    from discourse.features import topic_process
    from discourse.features.passages import passage_bags
    from discourse.features.topics import fit_topics

    bags = passage_bags(corpus_of(step))
    os.environ["TIMED_ENGINE"] = str(topic_process._SCRIPT)
    os.environ["TIMED_SECONDS"] = str(folder / "train.txt")
    topic_process._SCRIPT = Path(__file__).with_name("timed_engine.py")

    def act():
        fit_topics(bags, k=K, iterations=ITERATIONS, seeds=1)
        return float((folder / "train.txt").read_text())

    return act


def concordance(step: int, folder: Path) -> Act:
    from discourse.features.concordance import kwic

    corpus = corpus_of(step)
    return lambda: kwic(corpus, "russia")


def bigrams(step: int, folder: Path) -> Act:
    from discourse.features.frequency import term_frequency

    corpus = corpus_of(step)
    return lambda: term_frequency(corpus, n=2, min_count=10, min_documents=1, drop_stop_words=False)


def save_figures(path: Path) -> None:
    """Run the experiment on Russia, and keep what its figures are drawn from."""
    from discourse.experiment import load, resolve, run

    checkout = Path(sys.modules["discourse"].__file__ or "").parents[1]
    report, _ = run(resolve(load(checkout / "experiments" / "russia.yaml")), yes=True)
    path.write_bytes(pickle.dumps(list(report.figures)[:FIGURES]))


def figures(step: int, folder: Path) -> Act:
    path = folder / "figures.pkl"
    if not path.exists():
        # In a process of its own, so that nothing that is drawn with is loaded here.
        subprocess.run([sys.executable, __file__, "--figures", str(path)], check=True, stdout=subprocess.DEVNULL)
    some = pickle.loads(path.read_bytes())
    from discourse.report.writers.drawings import make

    return lambda: [make(figure, ["pdf"], 300, "double") for figure in some]


WORKS: dict[str, Callable[[int, Path], Act]] = {
    work.__name__: work
    for work in (
        count, term_counts, encode, table, repeated, keyness, keyness_from_text, stance, topics, concordance, bigrams, figures,
    )
}  # fmt: skip

# What a work finds: a number, and of what.
FOUND: dict[str, tuple[Callable[[Any], float], str]] = {
    "count": (lambda matrix: int(matrix.sum()), "tokens"),
    "term_counts": (lambda matrix: int(matrix.sum()), "tokens"),
    "encode": (lambda corpus: corpus.n_tokens, "tokens"),
    "table": (lambda corpus: len(corpus.documents), "documents"),
    "repeated": (lambda found: len(found.passages), "passages"),
    "keyness": (lambda found: len(found.table), "terms"),
    "keyness_from_text": (lambda found: len(found.table), "terms"),
    "stance": (lambda scored: len(scored.units), "mentions"),
    "topics": (lambda seconds: seconds, ENGINE),
    "concordance": (len, "lines"),
    "bigrams": (lambda found: found.values.shape[1], "bigrams"),
    "figures": (len, "figures"),
}


def spent() -> float:
    """Seconds of the processor, of this process and of those it started that have ended."""
    some = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in some)


def largest_child() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def measured(act: Act) -> tuple[Any, dict[str, float]]:
    """What a step returns, its seconds of the processor, and its peak memory in MiB above what its input takes."""
    gc.collect()
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        # What preparing the input took is forgotten.
        reset.write_text("5")
    memory, children, start = peak(), largest_child(), spent()
    result = act()
    seconds = spent() - start
    # Of a process that the step starts all memory counts.
    child = largest_child() if largest_child() > children else 0.0
    return result, {"seconds": seconds, "memory": max(peak() - memory, child)}


def main(works: dict[str, Callable[[int, Path], Act]], found: dict[str, tuple[Callable[[Any], float], str]]) -> None:
    name, step, folder = sys.argv[1:]
    result, figures = measured(works[name](int(step), Path(folder)))
    number, unit = found.get(name, (lambda _: 0, ""))
    print(json.dumps({**figures, "number": number(result), "unit": unit}))


if __name__ == "__main__":
    if sys.argv[1] == "--figures":
        save_figures(Path(sys.argv[2]))
    else:
        main(WORKS, FOUND)
