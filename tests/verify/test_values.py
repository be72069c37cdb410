"""Single values and tables, against scipy, simulation and a plain loop."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from discourse.verify.tables import compare_tables
from discourse.verify.texts import compare_texts
from discourse.verify.topics import match_topics
from discourse.verify.values import Rule, Rules, error_of_limit, error_of_share, number, same_ranking


@given(st.permutations("abcdefgh"), st.floats(-1, 1))
def test_rankings_agree_as_kendall_says(order, least):
    tau = kendalltau(range(8), [order.index(c) for c in "abcdefgh"]).statistic
    if abs(tau - least) > 1e-9:
        assert same_ranking("abcdefgh", order, least) == (tau >= least)


def test_monte_carlo_errors_are_those_of_simulation():
    rng = np.random.default_rng(7)
    limits = np.quantile(rng.normal(3, 2, (800, 1000)), [0.025, 0.975], axis=1)
    low, high = limits.mean(axis=1)
    assert error_of_limit(low, high, 0.95, 1000) == pytest.approx(limits[0].std(), rel=0.15)
    shares = rng.binomial(2000, 0.03, 4000) / 2000
    assert error_of_share(0.03, 2000) == pytest.approx(shares.std(), rel=0.05)


@given(st.integers(-(10**9), 10**9), st.integers(0, 5))
def test_printed_numbers_are_read(value, decimals):
    assert number(f"{value:,.{decimals}f}".replace("-", "−")) == value


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\ufeff"), max_size=6)
numbers = st.one_of(st.integers(-5000, 5000).map(str), st.floats(-9, 9, width=16).map(lambda x: f"{x:.6g}"), cells)


def written(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([["item", "x", "y"], *rows])
    return stream.getvalue().encode()


@settings(max_examples=200)
@given(st.data())
def test_differing_cells_are_those_of_a_plain_loop(data):
    rows = data.draw(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=8))
    others = [tuple(data.draw(numbers) if data.draw(st.booleans()) else c for c in row) for row in rows]
    expected = {
        (c, a, b) for row, other in zip(rows, others) for c, a, b in zip(("item", "x", "y"), row, other) if a != b
    }
    found = compare_tables("t.csv", written(rows), written(others))
    assert {(d.column, d.expected, d.found) for d in found} == expected
    assert not any(d.holds for d in found)


def test_rows_that_are_missing_or_new_are_told():
    rows = [("a", "1", "2"), ("b", "3", "4"), ("c", "5", "6")]
    [gone] = compare_tables("t.csv", written(rows), written(rows[:1] + rows[2:]))
    assert (gone.row, gone.expected, gone.found) == ("b", "a row", "")
    [new] = compare_tables("t.csv", written(rows[:2]), written(rows))
    assert (new.row, new.found) == ("c", "a row")


def test_another_seed_may_move_what_is_simulated_and_nothing_else():
    head = "item,estimate,low,high,p\n"
    one = (head + "war,1.5,1.00,2.00,0.03\n").encode()
    rules = Rules(seed=True, resamples=2000)
    near, far = head + "war,1.5,1.02,1.97,0.035\n", head + "war,1.5,1.3,2.00,0.2\n"
    assert {(d.rule, d.holds) for d in compare_tables("t", one, near.encode(), rules)} == {(Rule.SIMULATED, True)}
    assert [d.column for d in compare_tables("t", one, far.encode(), rules) if not d.holds] == ["low", "p"]
    [moved] = compare_tables("t", one, one.replace(b"1.5", b"1.6"), rules)
    assert not moved.holds


def test_topics_are_matched_in_any_order_and_by_their_words_alone():
    rng = np.random.default_rng(3)
    words, shares = rng.dirichlet(np.full(40, 0.1), 6), rng.dirichlet(np.ones(6), 2).T * 100
    order = rng.permutation(6)
    matched = match_topics(words, words[order], shares, shares[order])
    assert matched.same and (order[matched.partners] == np.arange(6)).all()
    assert not match_topics(words, words[order], shares, shares[order] + 1.5).same
    assert not match_topics(words, rng.dirichlet(np.full(40, 0.1), 6), shares, shares).same


@given(st.lists(st.sampled_from(["war", "82%", "1,204", "(0.5)", "−3", "."]), max_size=30), st.data())
def test_texts_that_differ_are_found(words, data):
    others = list(words)
    if words:
        others[data.draw(st.integers(0, len(words) - 1))] = "7"
    assert not compare_texts("t", " ".join(words), " ".join(words))
    assert bool(compare_texts("t", " ".join(words), " ".join(others))) == (words != others)
