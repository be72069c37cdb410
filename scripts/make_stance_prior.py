"""Train the stance model of the package, `discourse/models/stance-prior.npz` and `.json`, from labelled sentences.

    python scripts/make_stance_prior.py [--development FOLDER] [--out FOLDER]

It takes some two minutes and 4 GB, needs `../shared/data` (or DISCOURSE_TEST_DATA), and writes to discourse/models unless `--out` says
otherwise. With `--development` it writes a second model, which learns from the development halves of newsmtsc and plover_gsr only, so
that `benchmarks/stance.py --prior FOLDER` can show what the same recipe is worth on sentences that it has not seen. It never reads the
codes of victims.tsv, russia.tsv, china.tsv and state_department_2022.tsv.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

from coded_sentences import coded  # noqa: E402
from labelled import DATA, encoded, half, invented, lines, newsmtsc, plover  # noqa: E402
from make_vectors import URL, WORD, ppmi_svd  # noqa: E402

from discourse.encode.encoder import encode_texts, fold  # noqa: E402
from discourse.features.stance import CLASSES, default_lexicons, read_mentions, weigh  # noqa: E402
from discourse.features.stance.described import (  # noqa: E402
    Context,
    contexts,
    distances,
    ngrams,
    rule_numbers,
    rule_outcome,
)
from discourse.features.stance.prior import Prior, write_prior  # noqa: E402
from discourse.features.vectors import cooccurrences, plain  # noqa: E402
from discourse.types import EncodedCorpus, Features  # noqa: E402

CODED = ("development", "stratified", "partners", "others", "ukraine")
NUMBERS = {c: k for k, c in enumerate(CLASSES)}
# Rows of news are many; events and sentences of diplomacy are what the model is for. In nearly all sentences on Ukraine somebody else
# attacks: with more weight the words of attack would be no sign of hostility. Rows without a mention say little of a target.
WEIGHTS = {"newsmtsc": 1.0, "plover_gsr": 3.0, **dict.fromkeys(CODED, 3.0), "ukraine": 1.0, "invented": 1.0}
WITHOUT_MENTION = 0.5
C, MIX, HALF = 0.5, 0.2, 5.0  # of the regression; share of the rules' probabilities; pieces at which a word counts half
LEAST_ROWS = 3  # rows that an n-gram must occur in, so that no sentence can be read off the file
VECTOR_SHARE = 0.06  # standard deviation of a dimension of the vectors beside the rules' numbers
WINDOW, LEAST, SIF = 3, 25, 1e-3
PIECE = re.compile(
    r"[^\W\d_]+(?:['.&-][^\W\d_]+)*\.?|'\w+|,|0"
)  # a word, a clitic, a mark, a numeral; no address or handle
NOT_WORDS = frozenset(("norland", "ostmark", "westland"))  # names of the invented sentences
ABROAD = {"Putin", "Vladimir Putin", "Igor Ivanov", "Sergey Lavrov"}


@dataclass(frozen=True)
class Rows:
    """Labelled mentions of one data set."""

    name: str
    contexts: list[Context]
    numbers: tuple[list[str], np.ndarray]
    outcome: np.ndarray
    labels: np.ndarray  # in the order of CLASSES
    weights: np.ndarray
    test_half: bool = False


def rows_of(name: str, corpus: EncodedCorpus, found: Features, labels: Sequence[int], share: float = 1.0) -> Rows:
    """Mentions as the model sees them, with their labels and weights."""
    parsed = read_mentions(corpus, found)
    scored = weigh(parsed)
    length = found.units["length"].to_numpy()
    weights = np.where(length > 0, WEIGHTS[name], WITHOUT_MENTION) * share
    given = list(contexts(parsed))
    return Rows(name, given, rule_numbers(parsed, scored), rule_outcome(scored), np.asarray(labels, int), weights)


def labelled() -> Iterator[Rows]:
    """All that a model may learn from; test halves are told apart."""
    for name, frame in (("newsmtsc", newsmtsc()), ("plover_gsr", plover().assign(label=lambda t: 2 * t["label"] - 1))):
        for which in ("development", "test"):
            part = frame[frame["text"].map(half) == which].reset_index(drop=True)
            rows = rows_of(name, *encoded(part), part["label"].to_numpy() + 1)
            yield replace(rows, test_half=which == "test")
    frame = invented()
    yield rows_of("invented", *encoded(frame), frame["label"].to_numpy() + 1)
    for sample in CODED:
        for corpus, found, codes in coded(sample):
            mine = found.units.iloc[codes["row"]].reset_index(drop=True)
            part = Features("mentions", np.ones((len(mine), 1)), ["mention"], mine)
            coders = [c for c in ("stance_a", "stance_b") if c in codes.columns]
            for coder in coders:
                yield rows_of(sample, corpus, part, codes[coder].map(NUMBERS).to_numpy(), 1 / len(coders))


def texts_for_vectors() -> Iterator[str]:
    """Texts without labels: the General Debate, the Department, its posts, US leaders, the development half of newsmtsc."""
    for folder, file in (
        ("un_general_debate", "ungd_1946_2024"),
        ("state_department_2022", "docs"),
        ("state_department_posts", "posts"),
        ("state_department_tweets", "tweets"),
        ("us_russia_leaders", "docs"),
    ):
        for x in lines(DATA / folder / f"{file}.jsonl.gz"):
            if x.get("lang", "en") == "en" and x.get("speaker") not in ABROAD and not x.get("is_rt"):
                yield x["text"]
    yield from (t for t in newsmtsc()["text"].drop_duplicates() if half(t) == "development")


def vectors() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Words, their vectors, and a / (a + p) for their relative frequency p."""
    ids, _, _, bounds, _, forms = encode_texts([URL.sub(" ", text) for text in texts_for_vectors()])
    names, codes = np.unique([plain(fold(form)) for form in forms], return_inverse=True)
    frequency = np.bincount(codes[ids], minlength=len(names))
    kept = (frequency >= LEAST) & np.array([WORD.fullmatch(name) is not None for name in names])
    number = np.full(len(names), -1, np.int32)
    number[kept] = np.arange(kept.sum())
    values = ppmi_svd(cooccurrences(number[codes[ids]], bounds, int(kept.sum()), WINDOW))
    share = frequency[kept] / frequency[kept].sum()
    print(f"vectors: {len(ids):,} tokens, {int(kept.sum()):,} words", flush=True)
    return names[kept].tolist(), values.astype(np.float32), (SIF / (SIF + share)).astype(np.float16).astype(float)


def means(given: Sequence[Context], index: dict[str, int], values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of the vectors of each sentence, and the one weighted by distance; NaN where no word is known."""
    size = values.shape[1]
    result = np.full((len(given), 2 * size), np.nan)
    for k, context in enumerate(given):
        places = [p for p, w in enumerate(context.words) if w in index and p != context.at]
        if places:
            known = [index[context.words[p]] for p in places]
            clause = np.array(context.clause)
            near = distances(np.array(context.at), np.array(places), clause[places] == clause[context.at], HALF)
            for j, w in enumerate((weights[known], weights[known] * near)):
                result[k, j * size : (j + 1) * size] = w @ values[known] / w.sum()
    return result


def vocabulary(found: Sequence[set[str]]) -> list[str]:
    """N-grams of words, marks and numerals that occur in enough rows."""
    counts = Counter(g for row in found for g in row)
    frequent = sorted(g for g, n in counts.items() if n >= LEAST_ROWS)
    return [g for g in frequent if all(PIECE.fullmatch(w) and w not in NOT_WORDS for w in g.lstrip("<>").split(" "))]


def train(parts: Sequence[Rows], words: list[str], values: np.ndarray, sif: np.ndarray) -> Prior:
    """Fit the regression, and fold the vectors into one score for each word and class."""
    from sklearn.linear_model import LogisticRegression

    given = [c for p in parts for c in p.contexts]
    labels, weights = (np.concatenate([getattr(p, a) for p in parts]) for a in ("labels", "weights"))
    names, numbers = parts[0].numbers[0], np.vstack([p.numbers[1] for p in parts])
    found = [ngrams(c) for c in given]
    grams = vocabulary(found)
    table, idf = ngram_table(found, grams)
    vectors_of = means(given, {w: k for k, w in enumerate(words)}, values, sif)
    mean, deviation = np.nanmean(vectors_of, axis=0), np.nanstd(vectors_of, axis=0)
    dense = np.nan_to_num((vectors_of - mean) / deviation) * VECTOR_SHARE
    X = sparse.csr_array(sparse.hstack([table, sparse.csr_array(dense), sparse.csr_array(numbers)]))
    model = LogisticRegression(C=C, max_iter=2000).fit(X, labels, sample_weight=weights)
    outcome = np.vstack([p.outcome for p in parts])
    rules = LogisticRegression(max_iter=2000).fit(outcome, labels, sample_weight=weights)
    a, b = len(grams), len(grams) + dense.shape[1]
    by_dimension = model.coef_[:, a:b] * VECTOR_SHARE / deviation
    size = values.shape[1]
    mean_scores, near_scores = ((values - mean[s]) @ by_dimension[:, s].T for s in (slice(size), slice(size, None)))
    return Prior(
        ngrams=tuple(grams),
        idf=idf,
        ngram_scores=model.coef_[:, :a].T,
        words=tuple(words),
        weights=sif,
        mean_scores=mean_scores,
        near_scores=near_scores,
        numbers={n: tuple(row) for n, row in zip(names, model.coef_[:, b:].T.tolist()) if any(row)},
        intercept=tuple(model.intercept_.tolist()),
        rules=tuple(map(tuple, np.vstack([rules.coef_.T, rules.intercept_]).tolist())),
        mix=MIX,
        half=HALF,
    )


def ngram_table(found: Sequence[set[str]], grams: Sequence[str]) -> tuple[sparse.csr_array, np.ndarray]:
    """TF-IDF of n-grams, each counted once in a row, rows of length 1; and the inverse document frequencies."""
    index = {g: k for k, g in enumerate(grams)}
    columns = [sorted(index[g] for g in row if g in index) for row in found]
    row = np.repeat(np.arange(len(found)), [len(c) for c in columns])
    column = np.concatenate([np.array(c, int) for c in columns])
    idf = (np.log(len(found) / np.bincount(column, minlength=len(grams))) + 1).astype(np.float32).astype(float)
    length = np.sqrt(np.bincount(row, idf[column] ** 2, len(found)))
    return sparse.csr_array((idf[column] / length[row], (row, column)), shape=(len(found), len(grams))), idf


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--development", metavar="FOLDER", type=Path)
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=ROOT / "discourse" / "models")
    arguments = parser.parse_args()
    parts, given = list(labelled()), vectors()
    if arguments.development:
        make("development", [p for p in parts if not p.test_half], given, arguments.development)
    make("all", parts, given, arguments.out)


def make(name: str, parts: Sequence[Rows], given: tuple[list[str], np.ndarray, np.ndarray], folder: Path) -> None:
    """Train a model and write it."""
    counts = {
        n: [int(sum((p.labels == k).sum() for p in parts if p.name == n)) for k in range(len(CLASSES))] for n in WEIGHTS
    }
    prior = train(parts, *given)
    folder.mkdir(parents=True, exist_ok=True)
    lexicons = default_lexicons()
    notes = {
        "trained_on": name,
        "rows": counts,
        "lexicons": {k: lexicons[k].sha256 for k in ("evaluation", "negation")},
    }
    write_prior(prior, folder, notes)
    size = (folder / "stance-prior.npz").stat().st_size
    print(f"{name}: rows by class {counts}; {len(prior.ngrams):,} n-grams, {len(prior.words):,} words; {size:,} bytes")


if __name__ == "__main__":
    main()
