"""Positions: published numbers of Laver, Benoit and Garry, Greenacre and quanteda, and naive loops."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from discourse.compare.placed import Texts, ellipses, group_difference, intervals, resampled
from discourse.compare.positions import SPREAD, correspondence, rescaled, wordfish, wordscores
from discourse.errors import DiscourseError, TooLittleText

NONE = float("nan")
# Five reference texts and one to be scored, of 1,000 words each: Laver, Benoit and Garry (2003), table 1.
BELL = [2, 3, 10, 22, 45, 78, 115, 146, 158, 146, 115, 78, 45, 22, 10, 3, 2]
LBG = np.zeros((6, 37))
for _row, _first in enumerate((0, 5, 10, 15, 20, 7)):
    LBG[_row, _first : _first + 17] = BELL
GIVEN = [-1.5, -0.75, 0.0, 0.75, 1.5, NONE]
SMOKERS = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]


def test_wordscores_of_the_published_example():
    found = wordscores(LBG, GIVEN)
    assert (round(float(found.estimate[5]), 4), round(float(found.se[5]), 4)) == (-0.4481, 0.0119)


def test_scores_are_stretched_to_those_that_were_given():
    found = wordscores(LBG, GIVEN)
    moved, _ = rescaled(found, GIVEN, "martin-vanberg")
    assert moved[[0, 4]].tolist() == pytest.approx([-1.5, 1.5])
    two = [*GIVEN[:4], NONE, NONE]
    scored = wordscores(LBG, two)
    spread, se = rescaled(scored, two, "lbg")
    assert spread[:4].tolist() == two[:4]
    assert np.isnan(se[:4]).all()
    assert np.std(spread[4:], ddof=1) == pytest.approx(np.std(two[:4], ddof=1))
    assert spread[4:].mean() == pytest.approx(scored.estimate[4:].mean())
    with pytest.raises(TooLittleText, match="n = 1 scored texts"):
        rescaled(found, GIVEN, "lbg")
    with pytest.raises(TooLittleText, match="two with different scores"):
        wordscores(LBG, [1.0, 1.0, NONE, NONE, NONE, NONE])
    with pytest.raises(TooLittleText, match="shares no word"):
        wordscores([[1, 0, 0], [0, 1, 0], [0, 0, 4]], [0, 1, NONE])


@given(st.lists(st.lists(st.integers(1, 9), min_size=4, max_size=4), min_size=3, max_size=5))
def test_wordscores_are_those_of_a_naive_loop(rows):
    found = wordscores(rows, [0, 2, *[NONE] * (len(rows) - 2)])
    for text in rows:
        total = 0.0
        for w, n in enumerate(text):
            shares = [rows[r][w] / sum(rows[r]) for r in (0, 1)]
            total += n / sum(text) * 2 * shares[1] / sum(shares)
        assert float(found.estimate[rows.index(text)]) == pytest.approx(total)


def test_inertias_of_the_smokers():
    """Greenacre (1984; 2017, ch. 8): .07476, .01002; `prince` 0.23 gives the same coordinates to 1e-12 (measured in a venv of its own)."""
    found = correspondence(SMOKERS)
    assert found.inertia.round(5).tolist() == [0.07476, 0.01002]
    assert found.total_inertia == pytest.approx(0.08519, abs=5e-6)
    # Of the staff groups on the first dimension (Greenacre 1984, table 3.5; the sign is arbitrary).
    side = np.sign(found.estimate[0, 0]) * -1
    assert (side * found.estimate[:, 0]).round(3).tolist() == [-0.066, 0.259, -0.381, 0.233, -0.201]


def test_coordinates_are_those_of_prince():
    prince, pd = pytest.importorskip("prince"), pytest.importorskip("pandas")
    table = pd.DataFrame(SMOKERS)
    ca = prince.CA(n_components=2).fit(table)
    found = correspondence(SMOKERS)
    np.testing.assert_allclose(np.abs(found.estimate), np.abs(ca.row_coordinates(table).to_numpy()), atol=1e-10)
    np.testing.assert_allclose(np.abs(found.terms), np.abs(ca.column_coordinates(table).to_numpy()), atol=1e-10)


@given(st.lists(st.lists(st.integers(1, 20), min_size=6, max_size=6), min_size=4, max_size=6, unique_by=tuple))
def test_distances_are_those_of_chi_squared(rows):
    x = np.array(rows, float)
    try:
        found = correspondence(x, dimensions=len(x) - 1)
    except TooLittleText:
        profiles = x / x.sum(1, keepdims=True)
        assert np.allclose(profiles, profiles[0])
        return
    profiles, mass = x / x.sum(1, keepdims=True), x.sum(0) / x.sum()
    for a in range(len(x)):
        for b in range(len(x)):
            far = ((profiles[a] - profiles[b]) ** 2 / mass).sum()
            assert ((found.estimate[a] - found.estimate[b]) ** 2).sum() == pytest.approx(far, abs=1e-8)


def criterion(x, found):
    """Log-likelihood with the prior, by a loop over units and terms."""
    total = -sum(float(b) ** 2 / (2 * SPREAD**2) for b in found.terms)
    for i, theta in enumerate(found.estimate):
        log_mean = found.levels[i] + found.frequency + found.terms * theta
        total += float((x[i] * log_mean - np.exp(log_mean)).sum())
    return total


def test_wordfish_is_at_a_maximum_and_finds_what_was_planted():
    rng = np.random.default_rng(3)
    truth, weights = np.linspace(-1.5, 1.5, 9), rng.normal(0, 0.4, 250)
    x = rng.poisson(np.exp(0.5 + rng.normal(0, 1, 250) + np.outer(truth, weights))).astype(float)
    x = x[:, x.sum(0) > 0]
    found = wordfish(x)
    assert abs(np.corrcoef(found.estimate, truth)[0, 1]) > 0.99
    assert (found.estimate.mean(), found.estimate.std(ddof=1)) == pytest.approx((0, 1), abs=1e-9)
    best = criterion(x, found)
    for _ in range(20):
        theta = found.estimate + rng.normal(0, 0.02, 9)
        theta = (theta - theta.mean()) / theta.std(ddof=1)
        moved = wordfish(x, tolerance=1e-3)
        moved.estimate[:] = theta
        # The other parameters as they are, or moved as well: nothing is better.
        moved.terms[:] = found.terms + rng.normal(0, 0.01, len(found.terms))
        moved.levels[:], moved.frequency[:] = found.levels, found.frequency
        assert criterion(x, moved) < best


def test_wordfish_of_the_irish_budget_debate(data, checks):
    """quanteda's positions of 14 speakers (tutorials.quanteda.io).

    Its program stops at the first round that does not raise its criterion, which is not the maximum: a loop of its rounds stopped where it
    stops meets the published numbers (correlation .9998, largest distance .057, the rest being other tokens). Ours is the maximum, so that positions
    agree in order and size and not in each decimal.
    """
    published = checks["wordfish_irish2010"]["theta"]
    rows = (data / "worked_examples" / "irishbudget2010.jsonl").read_text(encoding="utf-8").splitlines()
    counts = {name: Counter() for name in published}
    for row in map(json.loads, rows):
        counts[row["docid_"]].update(re.findall(r"[a-z0-9€£%]+(?:[-'’.,][a-z0-9]+)*", row["text"].lower()))
    terms = sorted(set().union(*counts.values()))
    x = np.array([[c[w] for w in terms] for c in counts.values()], float)
    found = wordfish(x)
    theirs = np.array(list(published.values()))
    r = np.corrcoef(found.estimate, theirs)[0, 1]
    assert abs(r) > 0.97
    assert np.abs(np.sign(r) * found.estimate - theirs).max() < 0.4
    # Government (Fianna Fáil, Greens) against opposition, but for one Green between them.
    right = np.sign(r) * found.estimate
    side = np.array([("(FF)" in n) or ("(Green)" in n) for n in published])
    assert right[side].min() > right[~side].max()


def test_too_little_is_refused():
    with pytest.raises(TooLittleText, match="n = 4 units"):
        wordfish(np.ones((4, 9)))
    with pytest.raises(DiscourseError, match="occurs in no unit"):
        wordfish(np.eye(6, 9) + np.eye(6, 9, 1))
    with pytest.raises(TooLittleText, match="all units use the terms alike"):
        correspondence(np.ones((4, 3)))
    with pytest.raises(DiscourseError, match="units in rows"):
        correspondence([[-1, 2], [1, 1], [3, 1]])


def test_resampled_fits_are_turned_to_the_first():
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.exp(1 + np.outer(np.repeat(np.linspace(-1, 1, 4), 6), rng.normal(0, 0.8, 40))))
    texts = Texts(sparse.csr_array(counts), np.repeat(np.arange(4), 6), list("abcd"))
    first = correspondence(texts.summed()).estimate

    def upside_down(x):
        # The side that a fit comes out with is arbitrary.
        return correspondence(x).estimate * rng.choice([-1, 1], 2)

    draws = resampled(texts, upside_down, first, resamples=60)
    assert draws.shape == (60, 4, 2)
    assert np.abs(draws.mean(0) - first)[:, 0].max() < 0.1
    low, high = intervals(first[:, 0], draws[:, :, 0], texts.n_documents, 0.95)
    reach = draws[:, :, 0].std(0, ddof=1) * np.sqrt(6 / 5) * stats.t.ppf(0.975, 5)
    np.testing.assert_allclose([low, high], [first[:, 0] - reach, first[:, 0] + reach])
    regions = ellipses(first, draws, texts.n_documents, 0.95)
    assert (regions["wide"] >= regions["tall"]).all()
    one = group_difference(first[:, 0], draws[:, :, 0], (np.array([0, 1]), np.array([2, 3])), texts.n_documents, 0.95)
    assert one["estimate"] == pytest.approx(first[:2, 0].mean() - first[2:, 0].mean())
    assert np.isnan(one["low"])
    assert one["low_document"] < one["estimate"] < one["high_document"]


def test_no_interval_from_two_documents():
    low, _ = intervals(np.zeros(2), np.random.default_rng(1).normal(size=(50, 2)), np.array([2, 9]), 0.95)
    assert np.isnan(low).tolist() == [True, False]
