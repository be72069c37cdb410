"""Words of a topic by group: log-odds by hand, a planted word, refusals."""

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.data import Data
from discourse.analyses.topics.words import words_by_group
from discourse.compare.quantities import pair
from discourse.compare.resample import Design
from discourse.types import Features

N = 24  # documents, half of them in each group


def model_of(counts):
    """A model of topics whose words occur as often as is said, by topic: documents x terms."""
    rows = [
        (t + 1, d, f"w{w}", float(n)) for t, table in enumerate(counts) for (d, w), n in np.ndenumerate(table) if n > 0
    ]
    tokens = {f"T{t + 1}": table.sum(1) for t, table in enumerate(counts)}
    details = {
        "topic_words": pd.DataFrame(rows, columns=["topic", "document", "term", "count"]),
        "topic_tokens": pd.DataFrame({"document": range(N), **tokens}),
    }
    return Features("topics", np.zeros((0, len(counts))), list(tokens), pd.DataFrame(), details=details)


def data_of(contrasts=1):
    design = Design(np.repeat([0, 1], N // 2), ["a", "b"], resamples=400, seed=3, contrasts=contrasts)
    documents = pd.DataFrame({"doc_id": [f"d{k}" for k in range(N)]})
    return Data(documents, pd.DataFrame(), design, [pair(design, 0, 1)], pair=(0, 1))


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(1)
    first, second = rng.poisson(6.0, (2, N, 8))
    # In the first topic the groups use the first two words unlike; in the second none.
    first[:, 0] = rng.poisson(np.repeat([9.0, 3.0], N // 2))
    first[:, 1] = rng.poisson(np.repeat([3.0, 9.0], N // 2))
    return first, second


def test_log_odds_by_hand_and_the_planted_words(counts):
    table, refusals = words_by_group(data_of(), model_of(counts), ["T1", "T2"])
    assert refusals == [] and table.groupby("item").size().to_dict() == {"T1": 8, "T2": 8}
    found = table.set_index(["item", "term"])
    for item, part in zip(("T1", "T2"), counts):
        a, b = part[: N // 2].sum(0), part[N // 2 :].sum(0)
        weight = min(100.0, 0.02 * min(a.sum(), b.sum()))
        shares = (weight * (a + b) / (a.sum() + b.sum()) + 0.5) / (weight + 1)
        alpha, total = (weight + 1) * shares, weight + 1
        ours = np.log((a + alpha) / (a.sum() + total - a - alpha)) - np.log((b + alpha) / (b.sum() + total - b - alpha))
        assert found.loc[item, "estimate"].loc[[f"w{w}" for w in range(8)]].tolist() == pytest.approx(list(ours))
        assert found.loc[item, "count_study"].loc["w3"] == a[3]
    clear = table[(table["low"] > 0) | (table["high"] < 0)]
    assert set(zip(clear["item"], clear["term"])) == {("T1", "w0"), ("T1", "w1")}


def test_intervals_are_corrected_for_all_topics(counts):
    one = words_by_group(data_of(), model_of(counts), ["T1"])[0]
    both = words_by_group(data_of(), model_of(counts), ["T1", "T2"])[0].iloc[: len(one)]
    wide, narrow = (t.set_index("term").eval("high - low") for t in (both, one))
    assert (wide >= narrow - 1e-12).all() and (wide > narrow).any()


def test_a_topic_in_too_few_documents_is_refused(counts):
    first = counts[0].copy()
    first[4:] = 0
    table, (refusal,) = words_by_group(data_of(), model_of([first, counts[1]]), ["T1", "T2"])
    assert set(table["item"]) == {"T2"}
    assert str(refusal).startswith("The words of the topic T1 by group: too little text")
