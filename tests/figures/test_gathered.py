"""Terms that share a mark: none is lost, none far from its mark, and the page knows the marks of single terms."""

import re
from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.figures.draw import draw, encode
from discourse.figures.gathered import CELLS, MOST_CLEAR, MOST_MARKS, gathered
from discourse.figures.kinds import Scatter
from discourse.report.writers.inline_svg import inline


def terms(n, seed=0, clear=0.1, named=20):
    rng = np.random.default_rng(seed)
    estimate = np.round(rng.normal(0, 1, n), 3)
    return pd.DataFrame(
        {
            "item": [f"w{k}" for k in range(n)],
            "rate": np.round(10 ** rng.normal(0, 0.5, n), 3) + 0.001,
            "estimate": estimate,
            "clear": (rng.random(n) < clear) & (estimate != 0),
            "label": rng.permutation(n) < named,
        }
    )


@given(n=st.integers(MOST_MARKS + 1, 3000), clear=st.sampled_from([0.0, 0.3, 0.9]), seed=st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_each_term_is_in_the_mark_of_its_cell(n, clear, seed):
    """Against a loop over terms with a dictionary of cells."""
    frame = terms(n, seed, clear)
    x, y = np.log10(frame["rate"]), frame["estimate"]
    cells = {}
    single = frame["clear"].sum() <= MOST_CLEAR
    for k, row in enumerate(frame.itertuples()):
        side = int(np.sign(row.estimate)) if row.clear else 0
        place = [
            min(int(many * ((v[k] - v.min()) / (v.max() - v.min()))), many - 1)
            for v, many in ((x, CELLS[0]), (y, CELLS[1]))
        ]
        alone = row.label or (side != 0 and single)
        cells.setdefault((*place, side, k if alone else -1), []).append(k)
    marks = gathered(frame)
    assert marks["n"].sum() == n
    assert sorted(marks["row"]) == sorted(rows[0] for rows in cells.values())
    of = {rows[0]: (key[2], rows) for key, rows in cells.items()}
    for mark in marks.itertuples():
        side, rows = of[mark.row]
        assert (mark.side, mark.n) == (side, len(rows))
        assert mark.estimate == pytest.approx(y[rows].mean(), abs=1e-12)
        assert mark.rate == pytest.approx(10 ** x[rows].mean(), rel=1e-12)


def test_up_to_2000_terms_have_a_mark_each():
    frame = terms(MOST_MARKS)
    marks = gathered(frame)
    assert marks[["rate", "estimate"]].equals(frame[["rate", "estimate"]])
    assert set(marks["n"]) == {1}


def test_one_place_for_all():
    frame = terms(MOST_MARKS + 1, clear=0, named=0).assign(rate=2.0, estimate=0.0)
    (mark,) = gathered(frame).to_dict("records")
    assert mark == {"rate": pytest.approx(2.0), "estimate": 0.0, "side": 0, "n": MOST_MARKS + 1, "row": 0}


@pytest.mark.parametrize("n", [300, 6000])
def test_the_page_names_the_marks_of_single_terms(n):
    """Those that stand for several have no title; the number of marks is that of `gathered`."""
    frame = terms(n)
    figure = draw(frame, Scatter(["g", "h"], "h", "g"))
    marks = gathered(frame)
    drawn = sum(len(c.get_offsets()) for c in figure.axes[0].collections)
    assert drawn == len(marks) < MOST_MARKS
    sizes = Counter(s for c in figure.axes[0].collections for s in c.get_sizes())
    assert max(sizes) <= 36
    page = inline(encode(figure)["svg"], "f-", "", lambda name: (f"term {name}", {}), lambda text: "")
    titles = set(re.findall(r"<title>term frame\.(\d+)</title>", page))
    assert titles == {str(k) for k in marks.loc[marks["n"] == 1, "row"]}
    assert set(map(int, titles)) >= set(np.flatnonzero(frame["label"] | frame["clear"]))


def test_marks_of_many_terms_do_not_hide_their_neighbours():
    """Centres of marks of one colour are further apart than a tenth of a cell, in most cases by a half."""
    frame = terms(20_000, clear=0, named=0)
    marks = gathered(frame)
    x = CELLS[0] * np.log10(marks["rate"]) / np.ptp(np.log10(frame["rate"]))
    y = CELLS[1] * marks["estimate"] / np.ptp(frame["estimate"])
    big = np.flatnonzero(marks["n"] > 20)[:60]
    apart = [np.hypot(x[a] - x[b], y[a] - y[b]) for a, b in combinations(big, 2)]
    assert min(apart) > 0.1
    assert np.mean(np.array(apart) > 0.5) > 0.99
