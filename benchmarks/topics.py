"""Topic engines on the same passages, in one run: seconds, held-out perplexity, coherence, and whether a second run is equal.

    python benchmarks/topics.py [--k 20] [--iterations 1000]

Passages of about 200 tokens of the State of the Union addresses since 1946. Perplexity is by document completion: each engine
sees every second token of a passage and predicts the others; lower is better. Coherence is the mean NPMI, over whole passages,
of the ten most probable words. scikit-learn's batch LDA is run for comparison; it is not an engine of the package.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy import sparse

from discourse.corpus import read_sotu
from discourse.encode import encode_corpus
from discourse.features.frequency import stop_words
from discourse.features.passages import passages
from discourse.features.topic_process import TopicModel
from discourse.features.topics import ENGINES, coherence


def counted(bags, n_terms: int) -> sparse.csr_array:
    """Passages x terms."""
    rows = np.repeat(np.arange(len(bags)), [len(b) for b in bags])
    return sparse.csr_array((np.ones(len(rows), int), (rows, np.concatenate(bags))), shape=(len(bags), n_terms))


def sklearn_lda(bags, n_terms: int, k: int, seed: int, iterations: int) -> TopicModel:
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, max_iter=max(iterations // 50, 10), random_state=seed, learning_method="batch")
    theta = model.fit_transform(counted(bags, n_terms))
    return TopicModel(theta, model.components_ / model.components_.sum(1, keepdims=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=1000)
    arguments = parser.parse_args()
    corpus = encode_corpus(read_sotu(since=1946))
    mask = corpus.words()
    units = passages(corpus, mask)
    stops = stop_words()
    usable = np.array([f not in stops and len(f) > 2 and f.isalpha() for f in corpus.folded_forms])
    ids = corpus.folded_ids
    inside = [ids[a:b][usable[ids[a:b]] & mask[a:b]] for a, b in zip(units["start"], units["stop"])]
    n_with = np.bincount(np.concatenate([np.unique(x) for x in inside]), minlength=len(usable))
    vocabulary = np.flatnonzero((n_with >= 5) & (n_with <= 0.4 * len(inside)))
    renumber = np.full(len(usable), -1)
    renumber[vocabulary] = np.arange(len(vocabulary))
    bags = [renumber[x][renumber[x] >= 0] for x in inside]
    bags = [b for b in bags if len(b) > 3]
    seen, held = [b[0::2] for b in bags], [b[1::2] for b in bags]
    words = corpus.folded_forms[vocabulary]
    counts = counted(bags, len(words))
    print(f"{sum(map(len, bags)):,} tokens of {len(words):,} terms in {len(bags):,} passages, K = {arguments.k}")
    for name, engine in {**ENGINES, "scikit-learn LDA": sklearn_lda}.items():
        start = time.perf_counter()
        model = engine(seen, len(words), arguments.k, 1, arguments.iterations)
        seconds = time.perf_counter() - start
        log_p, n = 0.0, 0
        for theta, tokens in zip(model.passage_topic, held):
            log_p += float(np.log(np.maximum(theta @ model.topic_term[:, tokens], 1e-12)).sum())
            n += len(tokens)
        top = np.argsort(-model.topic_term, axis=1, kind="stable")[:, :10]
        npmi = float(np.mean(coherence(top, counts)))
        again = engine(seen, len(words), arguments.k, 1, arguments.iterations)
        equal = np.array_equal(model.topic_term, again.topic_term)
        print(
            f"  {name:18} {seconds:6.1f} s, held-out perplexity {np.exp(-log_p / n):8,.0f}, NPMI {npmi:5.2f}, "
            f"second run {'equal' if equal else 'different'}"
        )


if __name__ == "__main__":
    main()
