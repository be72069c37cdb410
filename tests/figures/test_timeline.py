"""Documents over time: as rows with titles, as marks, as periods."""

import numpy as np
import pandas as pd
import pytest

from discourse.figures import frames, kinds
from discourse.figures.draw import draw, encode
from discourse.figures.periods import finest_period, layout_spread

GROUPS = ["Before the treaty", "After the treaty"]


def test_corpus_and_salience(documents, assert_readable):
    frame = frames.layout_corpus(documents)
    assert frame["value"].tolist() == documents["n_tokens"].tolist()
    figure = draw(frame, kinds.Lengths(GROUPS))
    points = [line for line in figure.axes[0].lines if line.get_marker() not in ("None", None)]
    assert [len(line.get_xdata()) for line in points] == [20, 20]
    assert_readable(figure)
    frame = frames.layout_salience(documents)
    assert np.allclose(frame["value"], 1e4 * documents["n_mentions"] / documents["n_tokens"])
    rates = pd.DataFrame({"stratum": GROUPS, "estimate": [11.0, 22.0], "low": [9.0, np.nan], "high": [13.0, np.nan]})
    figure = draw(frame, kinds.Rates(GROUPS, rates))
    levels = {tuple(line.get_ydata()) for line in figure.axes[0].lines if line.get_marker() == "None"}
    assert levels == {(11.0, 11.0), (22.0, 22.0)}, "a line for each group"
    assert len(figure.axes[0].collections) == 1, "a band where there is an interval"
    assert_readable(figure)


@pytest.fixture(scope="module")
def posts():
    """1,200 short documents over five years, several on each day, none in the second year."""
    rng = np.random.default_rng(5)
    days = pd.date_range("2017-01-01", "2021-12-31", freq="D")
    date = np.sort(rng.choice(days[days.year != 2018].to_numpy(), 1200))
    group = np.where(date < np.datetime64("2019-01-01"), *GROUPS)
    n_tokens = rng.integers(5, 60, 1200)
    frame = pd.DataFrame(
        {"date": date, "group": group, "title": "Post", "n_tokens": n_tokens, "n_mentions": rng.poisson(0.1, 1200)}
    )
    return frame.assign(doc_id=[f"p{k}" for k in range(1200)])


def test_lengths_by_month_against_a_loop(posts):
    assert finest_period(posts["date"]) == "month"
    assert finest_period(pd.Series(pd.date_range("1990-01-15", "2014-12-15", freq="MS"))) == "quarter"
    assert finest_period(pd.Series(pd.date_range("1900-01-15", "2014-12-15", freq="YS"))) == "year"
    table = layout_spread(posts, "month")
    assert len(table) == 48 and table["date"].is_monotonic_increasing
    for row in table.itertuples():
        inside = posts[(posts["date"].dt.strftime("%Y-%m") == row.label) & (posts["group"] == row.group)]
        assert row.tokens_median == np.median(inside["n_tokens"])
        assert row.tokens_q90 == pytest.approx(np.quantile(inside["n_tokens"], 0.9))
        assert (row.n_documents, row.n_tokens) == (len(inside), inside["n_tokens"].sum())
        assert inside["date"].min() <= row.date <= inside["date"].max()


def size(figure):
    return len(encode(figure)["svg"]) / 1024


def test_many_documents_are_drawn_as_periods(posts, assert_readable):
    table = layout_spread(posts, "month")
    figure = draw(table, kinds.Spread(GROUPS))
    marks = [y for line in figure.axes[0].lines for y in line.get_ydata()]
    assert sorted(marks) == sorted(table["tokens_median"])
    assert [t.get_text().split(": ")[1] for t in figure.texts] == [
        f"n = {(posts['group'] == g).sum():,} documents" for g in GROUPS
    ]
    assert_readable(figure)
    assert size(figure) < 300
    n = len(table)
    periods = table[["group", "date", "label", "n_documents"]].assign(
        estimate=np.arange(n), low=np.arange(n) - 1.0, high=np.where(np.arange(n) % 7, np.arange(n) + 1.0, np.nan)
    )
    rates = pd.DataFrame({"stratum": GROUPS, "estimate": [11.0, 22.0], "low": [9.0, 20.0], "high": [13.0, 24.0]})
    figure = draw(frames.layout_salience(posts), kinds.Rates(GROUPS, rates, periods))
    (ax,) = figure.axes
    marks = [y for line in ax.lines if line.get_marker() in ("o", "s") for y in line.get_ydata()]
    assert marks == list(range(n)), "a mark for each period, none for a document"
    assert not ax.texts, "no title is written"
    assert_readable(figure)
    assert size(figure) < 300
    figure = draw(periods.assign(estimate=0.1), kinds.OverTime(GROUPS, periods.assign(estimate=0.1), marks=False))
    assert figure.texts[0].get_text().split(": ")[1] == f"n = {(posts['group'] == GROUPS[0]).sum():,} documents"
    assert_readable(figure)


def test_documents_of_one_day_stand_side_by_side(documents):
    days = pd.date_range("2015-01-01", periods=10, freq="150D")
    alike = documents.assign(date=days[np.arange(40) // 4])
    for frame, kind in (
        (frames.layout_corpus(alike), kinds.Lengths(GROUPS)),
        (frames.layout_salience(alike), kinds.Rates(GROUPS)),
    ):
        figure = draw(frame, kind)
        years = [t.get_text() for t in figure.axes[0].get_xticklabels()]
        assert len(years) == len(set(years))
        at = np.concatenate([line.get_xdata() for line in figure.axes[0].lines if line.get_marker() in ("o", "s")])
        assert len(np.unique(at)) == 40
        moved = np.abs(pd.DatetimeIndex(at) - pd.DatetimeIndex(frame["date"]))
        assert moved.max() <= 0.01 * (frame["date"].max() - frame["date"].min()), "by a hair"


def test_few_documents_are_rows_with_their_titles(documents, assert_readable):
    few = documents.iloc[15:25].assign(
        title="Remarks by the Minister of State at a Meeting With the Envoy of Norland and Others"
    )
    for layout, kind in ((frames.layout_corpus, kinds.Lengths), (frames.layout_salience, kinds.Rates)):
        figure = draw(layout(few), kind(GROUPS))
        labels = [t.get_text().replace("\n", " ") for t in figure.axes[0].get_yticklabels()]
        assert sum("and Others (1 Mar" in label for label in labels) == 10, "no title is cut"
        assert any("Before the treaty: n = 5 documents" in label for label in labels)
        assert_readable(figure)


def test_stance_over_time_draws_each_period_with_its_interval(documents, assert_readable):
    frame = frames.layout_stance(documents)
    assert (frame["n_mentions"] >= 3).all()
    periods = pd.DataFrame(
        {"group": [GROUPS[0]] * 2 + [GROUPS[1]], "date": documents["date"].iloc[[2, 10, 30]].to_numpy(), "label": ["a", "b", "c"],
         "estimate": [0.1, -0.2, 0.3], "low": [0.0, -0.4, np.nan], "high": [0.2, 0.0, np.nan], "n_mentions": 40, "n_documents": 6}
    )  # fmt: skip
    figure = draw(frame, kinds.OverTime(GROUPS, periods))
    marks = [y for line in figure.axes[0].lines if line.get_marker() in ("o", "s") for y in line.get_ydata()]
    assert marks == pytest.approx([0.1, -0.2, 0.3])
    assert_readable(figure)


@pytest.mark.parametrize("n", [40, 400])
def test_an_interval_that_the_axis_cuts_has_an_arrow(n):
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2000-01-01", periods=n, freq="W"),
            "group": GROUPS[0],
            "title": "Speech",
            "doc_id": [f"d{k}" for k in range(n)],
            "n_tokens": 1000,
            "n_mentions": 1,
        }
    )
    periods = pd.DataFrame(
        {
            "group": GROUPS[0],
            "date": frame["date"].iloc[[5, 20]].to_numpy(),
            "estimate": [8.0, 9.0],
            "low": [7.0, 2.7],
            "high": [10.0, 175.7],
            "n_documents": n // 2,
        }
    )
    rates = pd.DataFrame({"stratum": GROUPS, "estimate": [10.0, np.nan], "low": [9.0, np.nan], "high": [10.5, np.nan]})
    ax = draw(frames.layout_salience(frame), kinds.Rates(GROUPS, rates, periods)).axes[0]
    arrows = [line for line in ax.lines if line.get_marker() == "^"]
    assert len(arrows) == 1 and len(arrows[0].get_xdata()) == 1, "one interval goes on beyond the axis"
    assert arrows[0].get_ydata()[0] == ax.get_ylim()[1] < 175.7
