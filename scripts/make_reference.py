"""Make the reference counts of the package, `discourse/models/ungd-counts.npz`, from the UN General Debate corpus (CC0).

    python scripts/make_reference.py ../shared/data/un_general_debate/ungd_1946_2024.jsonl.gz discourse/models/ungd-counts.npz

What it prints stands in the card, `discourse/models/ungd-counts.md`. Texts are cut as the program cuts all texts.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np

from discourse.encode.encoder import encode_texts, fold

LEAST = 60  # documents that contain a word


def main(source: Path, target: Path) -> None:
    """Texts to counts by decade."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    decade = np.array([int(row["year"]) // 10 * 10 for row in rows])
    names, of_document = np.unique(decade, return_inverse=True)
    # A few texts at a time: the counts need far less memory than the tokens.
    counts: dict[str, np.ndarray] = {}
    documents: dict[str, int] = {}
    tokens = np.zeros(len(names), np.int64)
    for first in range(0, len(rows), 500):
        texts = [row["text"] for row in rows[first : first + 500]]
        ids, _, _, bounds, _, forms = encode_texts(texts)
        folded = [fold(form) for form in forms]
        for k in range(len(texts)):
            mine = of_document[first + k]
            inside = ids[bounds[k] : bounds[k + 1]]
            tokens[mine] += len(inside)
            by_word: dict[str, int] = {}
            for form, n in zip(*np.unique(inside, return_counts=True)):
                by_word[folded[form]] = by_word.get(folded[form], 0) + int(n)
            for word, n in by_word.items():
                counts.setdefault(word, np.zeros(len(names), np.int64))[mine] += n
                documents[word] = documents.get(word, 0) + 1
    kept = sorted(word for word, n in documents.items() if n >= LEAST)
    share = sum(int(counts[word].sum()) for word in kept) / int(tokens.sum())
    np.savez_compressed(
        target,
        words=np.frombuffer("\n".join(kept).encode(), np.uint8),
        counts=np.stack([counts[word] for word in kept]).astype(np.uint32),
        tokens=tokens,
        documents=len(rows),
        least=LEAST,
    )
    print(
        f"{len(rows):,} texts, {int(tokens.sum()):,} tokens, {len(documents):,} words, {len(kept):,} in {LEAST}",
        end=" ",
    )
    print(f"documents or more, which are {share:.1%} of the tokens; {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
