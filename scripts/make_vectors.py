"""Make the word vectors of the package, `discourse/models/ungd-100.npz`, from the UN General Debate corpus (CC0).

    python scripts/make_vectors.py ../shared/data/un_general_debate/ungd_1946_2024.jsonl.gz discourse/models/ungd-100.npz

It takes some two minutes and 3 GB. What it prints stands in the model card, `discourse/models/ungd-100.md`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
from scipy import sparse

from discourse.encode.encoder import encode_texts, fold
from discourse.features.vectors import Vectors, alc_matrix, cooccurrences, plain, save_vectors

WINDOW, DIMENSIONS, LEAST, SMOOTHING = 6, 100, 50, 0.75
URL = re.compile(r"\S*(?:https?://|www\.)\S*")
WORD = re.compile(r"[^\W\d_]+(?:['&-][^\W\d_]+)*")  # letters alone, with inner hyphens and apostrophes


def main(source: Path, target: Path) -> None:
    """Texts to vectors."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        texts = [URL.sub(" ", json.loads(line)["text"]) for line in lines]
    ids, _, _, bounds, _, forms = encode_texts(texts)
    names, codes = np.unique([plain(fold(form)) for form in forms], return_inverse=True)
    frequency = np.bincount(codes[ids], minlength=len(names))
    kept = (frequency >= LEAST) & np.array([WORD.fullmatch(name) is not None for name in names])
    number = np.full(len(names), -1, np.int32)
    number[kept] = np.arange(kept.sum())
    words, frequency = names[kept].tolist(), frequency[kept]
    print(
        f"{len(texts):,} texts, {len(ids):,} tokens, {len(words):,} words, {frequency.sum() / len(ids):.1%} of the tokens"
    )
    counts = cooccurrences(number[codes[ids]], bounds, len(words), WINDOW)
    values = ppmi_svd(counts).astype(np.float16).astype(np.float32)
    transform = alc_matrix(counts, values, frequency)
    save_vectors(Vectors(tuple(words), values, transform), target)
    print(f"{target}: {target.stat().st_size:,} bytes")
    worth(words, values, np.asarray(counts @ values) / counts.sum(1)[:, None] @ transform.T)


def ppmi_svd(counts: sparse.csr_array) -> np.ndarray:
    """Truncated SVD of the positive pointwise mutual information (Levy, Goldberg & Dagan 2015): U times the root of S."""
    from scipy.sparse.linalg import svds

    total = np.asarray(counts.sum(1)).ravel()
    smoothed = total**SMOOTHING
    pairs = counts.tocoo()
    value = np.log(pairs.data * smoothed.sum() / (total[pairs.row] * smoothed[pairs.col]))
    positive = value > 0
    matrix = sparse.csr_array((value[positive], (pairs.row[positive], pairs.col[positive])), shape=counts.shape)
    # A fixed start, so that each run finds the same.
    left, size, _ = svds(matrix, k=DIMENSIONS, solver="arpack", v0=np.ones(len(total)))
    order = np.argsort(-size)
    left, size = left[:, order], size[order]
    # The sign of a dimension is arbitrary: its largest entry is positive.
    sign = np.sign(left[np.abs(left).argmax(0), np.arange(DIMENSIONS)])
    return np.asarray(sign * left * np.sqrt(size))


def worth(words: list[str], values: np.ndarray, induced: np.ndarray) -> None:
    """Print what the vectors are worth: reconstruction, word similarity, neighbours."""
    from gensim.test.utils import datapath
    from scipy.stats import spearmanr

    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    cosine = (unit * induced).sum(1) / np.linalg.norm(induced, axis=1)
    print(f"reconstruction: mean cosine {cosine.mean():.3f}, median {np.median(cosine):.3f}")
    index = {word: k for k, word in enumerate(words)}
    lines = Path(datapath("wordsim353.tsv")).read_text(encoding="utf-8").splitlines()
    pairs = [line.casefold().split("\t") for line in lines if not line.startswith("#")]
    known = [(index[a], index[b], float(score)) for a, b, score in pairs if a in index and b in index]
    rho = spearmanr([unit[a] @ unit[b] for a, b, _ in known], [score for *_, score in known])[0]
    print(
        f"WordSim-353: rho {rho:.3f}, n = {len(known)} of {len(pairs)}, {1 - len(known) / len(pairs):.0%} out of vocabulary"
    )
    for word in ("aggression", "dialogue", "russia", "sanctions"):
        near = np.argsort(-(unit @ unit[index[word]]))[1:9]
        print(f"{word}: {', '.join(words[k] for k in near)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
