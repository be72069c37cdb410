"""Word shifts: against shifterator, by hand, and by a naive loop; intervals of what two groups of the same kind show."""

import collections
import collections.abc
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.compare.shift_measures import Kind, Measure
from discourse.compare.shifts import word_shift
from discourse.errors import TooLittleText

WORDS = [f"w{k:02d}" for k in range(40)]


def corpus(seed=1, n=60, change=2.0):
    """Counts of 40 words in documents of two groups; the first ten words are more frequent in the first group."""
    rng = np.random.default_rng(seed)
    p = 1 / np.arange(1, 41)
    q = np.where(np.arange(40) < 10, p * change, p)
    rows = [
        rng.multinomial(rng.integers(50, 400), (q if k < n // 2 else p) / (q if k < n // 2 else p).sum())
        for k in range(n)
    ]
    return np.array(rows), Design(np.repeat([0, 1], n // 2), ["now", "then"], resamples=300)


@pytest.fixture
def shifterator(monkeypatch):
    """Release 0.3.0, which asks for a name that Python 3.10 has moved, is given that name."""
    if not hasattr(collections, "Mapping"):
        monkeypatch.setattr(collections, "Mapping", collections.abc.Mapping, raising=False)
    return pytest.importorskip("shifterator")


def as_systems(counts):
    """Frequencies of the reference and of the study group, as shifterator takes them: its second system is the study group."""
    half = len(counts) // 2
    return tuple({w: int(c) for w, c in zip(WORDS, part.sum(0)) if c} for part in (counts[half:], counts[:half]))


def shares(counts):
    half = len(counts) // 2
    return tuple(c.sum(0) / c.sum() for c in (counts[:half], counts[half:]))


def test_what_words_add_is_what_shifterator_says(shifterator):
    counts, design = corpus()
    counts[:30, 39] = 0  # a word of one group alone
    old, new = as_systems(counts)
    scores = np.linspace(-3, 3, 40)
    by_word = dict(zip(WORDS, scores.tolist()))
    mean = float(counts[30:].sum(0) @ scores / counts[30:].sum())
    theirs = [
        (Measure(Kind.SCORE, scores), shifterator.WeightedAvgShift(old, new, by_word, reference_value=0, stop_lens=[])),
        (
            Measure(Kind.SCORE, scores, mean),
            shifterator.WeightedAvgShift(old, new, by_word, reference_value="average", stop_lens=[]),
        ),
        (Measure(Kind.RATE), shifterator.ProportionShift(old, new)),
        (Measure(Kind.ENTROPY), shifterator.EntropyShift(old, new)),
        (Measure(Kind.ENTROPY, order=2.0), shifterator.EntropyShift(old, new, alpha=2)),
        (Measure(Kind.ENTROPY, order=0.5), shifterator.EntropyShift(old, new, alpha=0.5)),
        (Measure(Kind.DIVERGENCE), shifterator.JSDivergenceShift(old, new)),
    ]
    for measure, their in theirs:
        found = word_shift(sparse.csr_array(counts), WORDS, design, measure).table.set_index("item")["estimate"]
        expected = their.get_shift_scores(details=False)
        for word, value in expected.items():
            # Theirs are shares of the sum of absolute values.
            value = value * their.norm
            own = abs(found[word]) if measure.kind == Kind.DIVERGENCE else found[word]
            assert own == pytest.approx(value * measure.scale, abs=1e-12), (measure.kind, word)


def test_totals_are_those_of_the_formulas():
    counts, design = corpus()
    p, q = shares(counts)
    entropy = [-sum(v * log2(v) for v in x if v) for x in (p, q, (p + q) / 2)]
    assert word_shift(counts, WORDS, design, Measure(Kind.ENTROPY)).total.estimate == pytest.approx(
        entropy[0] - entropy[1]
    )
    found = word_shift(counts, WORDS, design, Measure(Kind.DIVERGENCE)).total
    assert found.estimate == pytest.approx(entropy[2] - (entropy[0] + entropy[1]) / 2)
    of_two = word_shift(counts, WORDS, design, Measure(Kind.ENTROPY, order=2.0)).total
    assert of_two.study == pytest.approx(1 - (p**2).sum())
    assert of_two.estimate == pytest.approx((q**2).sum() - (p**2).sum())
    from scipy.spatial.distance import jensenshannon

    assert found.estimate == pytest.approx(jensenshannon(p, q, 2) ** 2)


def test_a_table_counted_by_hand():
    # good 3 of 4 against 1 of 4: (1 - -0.5) * (0.75 - 0.25); bad (-1 - -0.5) * (0.25 - 0.75).
    counts = np.array([[2, 0], [1, 1], [0, 2], [1, 1]])
    design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=50)
    found = word_shift(counts, ["good", "bad"], design, Measure(Kind.SCORE, np.array([1.0, -1.0]), -0.5))
    assert dict(zip(found.table["item"], found.table["estimate"])) == {"good": 0.75, "bad": 0.25}
    assert (found.total.study, found.total.reference, found.total.estimate) == (0.5, -0.5, 1.0)
    assert found.by_kind().values.tolist() == [["above", "more", 0.75], ["below", "fewer", 0.25]]
    assert found.table["low"].isna().all(), "four documents carry no interval"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=4, max_size=10), st.floats(-2, 2))
def test_words_add_up_to_the_whole(rows, reference):
    counts = np.array(rows)
    label = np.arange(len(rows)) % 2
    scores = np.array([-2.0, -1, 0.5, 1, 3])
    design = Design(label, ["a", "b"], resamples=20)
    p, q = (counts[label == g].sum(0) for g in (0, 1))
    if not p.sum() or not q.sum():
        with pytest.raises(TooLittleText):
            word_shift(counts, WORDS[:5], design, Measure(Kind.RATE))
        return
    p, q = p / p.sum(), q / q.sum()
    found = word_shift(counts, WORDS[:5], design, Measure(Kind.SCORE, scores, reference))
    naive = {WORDS[k]: (scores[k] - reference) * (p[k] - q[k]) for k in range(5) if p[k] + q[k]}
    assert dict(zip(found.table["item"], found.table["estimate"])) == pytest.approx(naive)
    assert found.total.estimate == pytest.approx(p @ scores - q @ scores)
    assert found.table["estimate"].sum() == pytest.approx(found.total.estimate)
    assert found.total.estimate == pytest.approx(found.total.study - found.total.reference)


def test_the_interval_of_a_word_is_that_of_the_difference_of_its_shares():
    counts, design = corpus()
    n = counts.sum(1).astype(float)
    table = compare(Quantities("r", counts.astype(float), n, WORDS), design, [pair(design, 0, 1)]).table
    rates = table[table["contrast"] == "difference"].set_index("item")
    for measure in (Measure(Kind.RATE), Measure(Kind.SCORE, np.linspace(1, 2, 40)), Measure(Kind.DIVERGENCE)):
        found = word_shift(sparse.csr_array(counts), WORDS, design, measure).table.set_index("item")
        low, high = found["low"], found["high"]
        assert ((low <= found["estimate"]) & (found["estimate"] <= high)).all()
        excluded = (low > 0) | (high < 0)
        expected = (rates["low"] > 0) | (rates["high"] < 0)
        assert excluded.sort_index().equals(expected.sort_index()), measure.kind
    linear = word_shift(sparse.csr_array(counts), WORDS, design, Measure(Kind.RATE)).table.set_index("item")
    assert linear["low"].sort_index().to_numpy() == pytest.approx(1e4 * rates["low"].sort_index().to_numpy())
    assert linear["high"].sort_index().to_numpy() == pytest.approx(1e4 * rates["high"].sort_index().to_numpy())


def test_random_divisions_know_how_much_a_divergence_owes_to_little_text():
    counts, design = corpus(3, n=60, change=1.0)
    same = word_shift(sparse.csr_array(counts), WORDS, design, Measure(Kind.DIVERGENCE)).total
    assert same.null_low <= same.estimate <= same.null_high, "one population, and a divergence above 0"
    assert same.estimate > 0 and same.p > 0.05 and same.divisions == 200
    differs = word_shift(*_args(corpus(3)), Measure(Kind.DIVERGENCE)).total
    assert differs.estimate > differs.null_high and differs.p == 1 / 201


def _args(made):
    counts, design = made
    return sparse.csr_array(counts), WORDS, design


def test_the_interval_of_an_entropy_covers():
    # The difference of two large groups of the populations, in which there is next to no bias.
    big, design = corpus(100, n=4000)
    truth = word_shift(*_args((big, design)), Measure(Kind.ENTROPY)).total.estimate
    inside = []
    for seed in range(60):
        total = word_shift(*_args(corpus(seed, n=60)), Measure(Kind.ENTROPY), show=1).total
        inside.append(total.low <= truth <= total.high)
    assert sum(inside) >= 53, "of 60, at 95%"


def test_clusters_are_units_and_one_in_both_groups_is_one():
    counts, design = corpus()
    wide = word_shift(*_args((counts, design)), Measure(Kind.ENTROPY)).total
    cluster = np.array([f"s{k % 12}" for k in range(60)], object)
    both = Design(design.group, design.names, cluster, "speaker", resamples=300)
    found = word_shift(*_args((counts, both)), Measure(Kind.ENTROPY)).total
    assert found.estimate == wide.estimate and (found.low, found.high) != (wide.low, wide.high)
