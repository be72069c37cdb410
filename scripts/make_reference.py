"""Make the reference counts of the package, `discourse/models/ungd-counts.tsv.gz`, from the UN General Debate corpus (CC0).

    python scripts/make_reference.py ../shared/data/un_general_debate/ungd_1946_2024.jsonl.gz discourse/models/ungd-counts.tsv.gz

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
    head = [
        "# UN General Debate, 1946-2024 (Baturo, Dasandi & Mikhaylov 2017; CC0): words by decade",
        f"# documents: {len(rows)}",
        "# tokens: " + "\t".join(map(str, tokens.tolist())),
        f"# least documents: {LEAST}",
        "\t".join(["term", "documents", *(f"{d}s" for d in names.tolist())]),
    ]
    lines = ["\t".join([word, str(documents[word]), *map(str, counts[word].tolist())]) for word in kept]
    # Without a time in it: the same texts give the same bytes.
    target.write_bytes(gzip.compress("\n".join([*head, *lines, ""]).encode(), 9, mtime=0))
    print(
        f"{len(rows):,} texts, {int(tokens.sum()):,} tokens, {len(documents):,} words, {len(kept):,} in {LEAST}",
        end=" ",
    )
    print(f"documents or more, which are {share:.1%} of the tokens; {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
