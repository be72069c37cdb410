"""What a figure shows is checked on its artists: values, labels, and that no text overlaps another or leaves the page."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from discourse.compare.ratios import compare_ratios
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.features._examples import encoded
from discourse.features.frequency import term_frequency
from discourse.figures import FIGURES
from discourse.figures.style import encode_figure

GROUPS = ["Before the treaty", "After the treaty"]


def texts_of(figure):
    """Visible texts with their boxes in pixels."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = []
    for ax in figure.axes:
        candidates = list(ax.texts)
        if ax.axison:
            candidates += [ax.xaxis.label, ax.yaxis.label, ax.title, ax._left_title]
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                drawn = zip(axis.get_majorticklocs(), axis.get_majorticklabels())
                candidates += [label for at, label in drawn if low <= at <= high]
        for text in candidates:
            if text.get_visible() and text.get_text().strip():
                found.append((text.get_text(), text.get_window_extent(renderer)))
    return found


def assert_readable(figure):
    found = texts_of(figure)
    width, height = figure.canvas.get_width_height()
    for text, box in found:
        assert box.x0 >= -1, f"{text!r} is cut on the left"
        assert box.x1 <= width + 1, f"{text!r} is cut on the right"
        assert box.y0 >= -1, f"{text!r} is cut below"
        assert box.y1 <= height + 1, f"{text!r} is cut above"
    for (a, x), (b, y) in combinations(found, 2):
        shared = max(0, min(x.x1, y.x1) - max(x.x0, y.x0)) * max(0, min(x.y1, y.y1) - max(x.y0, y.y0))
        assert shared < 0.12 * min(x.width * x.height, y.width * y.height), f"{a!r} lies over {b!r}"


@pytest.fixture(scope="module")
def documents():
    rng = np.random.default_rng(0)
    n = 40
    return pd.DataFrame(
        {
            "doc_id": [f"d{k}" for k in range(n)],
            "date": pd.to_datetime([f"{1980 + k}-03-01" for k in range(n)]),
            "title": [f"Speech {k} of the minister" for k in range(n)],
            "group": [GROUPS[k >= 20] for k in range(n)],
            "n_tokens": rng.integers(500, 3000, n),
            "n_mentions": rng.poisson(4, n),
            "n_sentences": rng.integers(0, 8, n),
            "evaluation": rng.normal(0, 2, n),
        }
    )


@pytest.fixture(scope="module")
def design():
    return Design(np.repeat([0, 1], 20), GROUPS, np.array([f"Minister {k // 4}" for k in range(40)]), "minister", 200)


@pytest.fixture(scope="module")
def keyness(design):
    rng = np.random.default_rng(1)
    words = ["".join(rng.choice(list("bcdfgklmnprst"), 7)) for _ in range(120)]
    p = rng.dirichlet(np.full(120, 0.7), 2)
    texts = [" ".join(rng.choice(words, 400, p=p[k // 20])) for k in range(40)]
    features = term_frequency(encoded(texts), min_count=5)
    return compare_terms(features, design, min_documents=3, min_clusters=2)


def test_corpus_and_salience(documents):
    frame = FIGURES["corpus"].layout(documents)
    assert frame["value"].tolist() == documents["n_tokens"].tolist()
    figure = FIGURES["corpus"].render(frame, GROUPS)
    points = [line for line in figure.axes[0].lines if line.get_marker() not in ("None", None)]
    assert [len(line.get_xdata()) for line in points] == [20, 20]
    assert_readable(figure)
    frame = FIGURES["salience"].layout(documents)
    assert np.allclose(frame["value"], 1e4 * documents["n_mentions"] / documents["n_tokens"])
    assert_readable(FIGURES["salience"].render(frame, GROUPS))


def test_few_documents_are_rows_with_their_titles(documents):
    few = documents.iloc[15:25].assign(
        title="Remarks by the Minister of State at a Meeting With the Envoy of Norland and Others"
    )
    for name in ("corpus", "salience"):
        figure = FIGURES[name].render(FIGURES[name].layout(few), GROUPS)
        labels = [t.get_text().replace("\n", " ") for t in figure.axes[0].get_yticklabels()]
        assert sum("and Others (1 Mar" in label for label in labels) == 10, "no title is cut"
        assert any("Before the treaty: n = 5 documents" in label for label in labels)
        assert_readable(figure)


def test_keyness_marks_are_the_estimates(keyness):
    frame = FIGURES["keyness"].layout(keyness, 10)
    assert (frame["group"] == keyness.study).sum() == 10
    outside = keyness.table[~keyness.table["item"].isin(frame["item"])]
    study = keyness.table["estimate"] > 0
    least = frame.loc[frame["group"] == keyness.study, "cautious"].min()
    assert (outside.loc[study.reindex(outside.index), "low"] <= least + 1e-12).all(), "the clearest terms are shown"
    figure = FIGURES["keyness"].render(frame, keyness.study, keyness.reference)
    marks = [float(line.get_xdata()[0]) for line in figure.axes[0].lines if line.get_marker() in ("o", "s")]
    assert marks == pytest.approx(frame["estimate"].tolist())
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == frame["item"].tolist()
    texts = " ".join(t.get_text() for t in figure.axes[0].texts)
    assert f"more in {keyness.study}" in texts
    assert f"more in {keyness.reference}" in texts
    assert_readable(figure)


def test_labels_of_the_scatter_plot_do_not_overlap(keyness):
    frame = FIGURES["contrast"].layout(keyness, 30)
    figure = FIGURES["contrast"].render(frame, keyness.study, keyness.reference)
    shown = {t.get_text() for t in figure.axes[0].texts}
    assert len(shown & set(frame.loc[frame["label"], "item"])) >= 15
    assert not shown & set(frame.loc[~frame["label"], "item"])
    assert_readable(figure)


def test_components_and_refusals(design):
    rng = np.random.default_rng(2)
    y = rng.poisson(3, (40, 2)).astype(float)
    x = np.full((40, 1), 100.0)
    comparison = compare_ratios(y, x, ["evaluation", "conflictual"], design, scale=1.0)
    comparison.table.loc[0, ["estimate", "low", "high"]] = np.nan
    comparison.table.loc[0, "note"] = "too little text (n = 7)"
    frame = FIGURES["stance"].layout(comparison)
    figure = FIGURES["stance"].render(frame, GROUPS, {"evaluation": "evaluation", "conflictual": "conflictual"})
    assert "too little text (n = 7)" in [t.get_text() for t in figure.axes[0].texts]
    assert len(figure.axes) == 2
    assert_readable(figure)


def test_panel_says_where_there_is_too_little_text(documents):
    names = [f"Minister {k}" for k in range(8)]
    by = Design(np.arange(40) // 5, names, resamples=200)
    salience = compare_ratios(
        documents[["n_mentions"]].to_numpy(float), documents[["n_tokens"]].to_numpy(float), ["salience"], by, scale=1e4
    )
    stance = compare_ratios(
        documents[["evaluation"]].to_numpy(float),
        documents[["n_sentences"]].to_numpy(float),
        ["evaluation"],
        by,
        min_denominator=18,
    )
    frame = FIGURES["panel"].layout(salience, stance)
    figure = FIGURES["panel"].render(frame, names, {n: GROUPS[k >= 4] for k, n in enumerate(names)}, GROUPS)
    refused = stance.table["estimate"].isna().sum()
    assert 0 < refused < 8
    assert sum("too little text" in t.get_text() for t in figure.axes[1].texts) == refused
    assert_readable(figure)


def test_topics_speakers_and_sensitivity(design):
    rng = np.random.default_rng(3)
    share = rng.dirichlet(np.ones(6), 40)
    prevalence = compare_ratios(
        100 * share, np.full((40, 1), 100.0), [f"T{k}" for k in range(1, 7)], design, scale=100, differences=[(1, 0)]
    )
    terms = pd.DataFrame(
        [(t, r, f"longishword{t}{r}") for t in range(1, 7) for r in range(8)], columns=["topic", "rank", "term"]
    )
    frame = FIGURES["topics"].layout(prevalence, terms)
    assert frame["difference"].is_monotonic_decreasing
    assert_readable(FIGURES["topics"].render(frame, GROUPS))
    sentences = pd.DataFrame(
        {"speaker": ["Kovar"] * 9 + ["Lind"] * 4, "side": ["home"] * 9 + ["foreign"] * 4, "group": GROUPS[0], "doc_id": "a",
         "evaluation": np.round(rng.normal(0, 0.3, 13), 2)}
    )  # fmt: skip
    frame = FIGURES["speakers"].layout(sentences)
    figure = FIGURES["speakers"].render(frame, GROUPS)
    dots = [sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o") for ax in figure.axes]
    assert dots == [9, 4], "a dot for each sentence"
    assert_readable(figure)
    rows = pd.DataFrame(
        [
            (n, m, 1.0, -1.0, 2.0, -2.0, 3.0, 40)
            for n in ("As configured", "Without the longest speech of all")
            for m in ("salience", "evaluation")
        ],
        columns=["name", "measure", "estimate", "low", "high", "low_document", "high_document", "n_documents"],
    )
    titles = {"salience": "mentions per 10,000 tokens", "evaluation": "evaluation"}
    assert_readable(FIGURES["sensitivity"].render(FIGURES["sensitivity"].layout(rows), *GROUPS, titles))


def test_the_same_bytes_twice(documents):
    frame = FIGURES["corpus"].layout(documents)
    one, two = (encode_figure(FIGURES["corpus"].render(frame, GROUPS)) for _ in "ab")
    assert one == two
    assert set(one) == {"svg", "pdf", "png"}
    assert b"DejaVu Sans" in one["svg"]


def test_rows_hold_a_point_for_each_item_group_and_panel(design):
    rng = np.random.default_rng(3)
    x = np.full((40, 1), 100.0)
    panels = {
        name: compare_ratios(
            rng.poisson(3, (40, 3)).astype(float), x, ["agree", "accuse", "never"], design, scale=100.0
        )
        for name in ("they do it", "it is done to them")
    }
    for comparison in panels.values():
        comparison.table.loc[comparison.table["item"] == "never", "estimate"] = 0.0
    frame = FIGURES["acts"].layout(panels, ["agree", "accuse", "never"], 0.5)
    assert set(frame["item"]) == {"agree", "accuse"}, "what nowhere reaches the least is not drawn"
    figure = FIGURES["acts"].render(frame, GROUPS, {}, "% of mentions")
    for ax, panel in zip(figure.axes, panels):
        marks = sorted(float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in ("o", "s"))
        assert marks == pytest.approx(sorted(frame.loc[frame["panel"] == panel, "estimate"]))
    assert_readable(figure)


def test_raw_and_corrected_stand_side_by_side():
    frame = pd.DataFrame(
        {
            "item": ["raw", "corrected"] * 3,
            "contrast": ["level"] * 4 + ["difference"] * 2,
            "stratum": [GROUPS[0]] * 2 + [GROUPS[1]] * 2 + [f"{GROUPS[1]} - {GROUPS[0]}"] * 2,
            "estimate": [-40.0, -60, -20, np.nan, 20, np.nan],
            "low": [-50.0, -75, -30, np.nan, 10, np.nan],
            "high": [-30.0, -45, -10, np.nan, 30, np.nan],
            "n_mentions": 100,
            "n_coded": 30,
            "note": ["", "", "", "too few coded (n = 3; at least 10 are needed)", "", ""],
        }
    )
    figure = FIGURES["corrected"].render(frame, GROUPS, "percentage points")
    marks = [float(line.get_xdata()[0]) for line in figure.axes[0].lines if line.get_marker() not in ("None", None, "")]
    assert marks == [-40, -60, -20, 20]
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert "too few coded (n = 3; at least 10 are needed)" in texts
    assert_readable(figure)


def test_stance_over_time_draws_each_period_with_its_interval(documents):
    frame = FIGURES["stance_time"].layout(documents)
    assert (frame["n_mentions"] >= 3).all()
    periods = pd.DataFrame(
        {"group": [GROUPS[0]] * 2 + [GROUPS[1]], "date": documents["date"].iloc[[2, 10, 30]].to_numpy(), "label": ["a", "b", "c"],
         "estimate": [0.1, -0.2, 0.3], "low": [0.0, -0.4, np.nan], "high": [0.2, 0.0, np.nan], "n_mentions": 40, "n_documents": 6}
    )  # fmt: skip
    figure = FIGURES["stance_time"].render(frame, GROUPS, periods)
    marks = [y for line in figure.axes[0].lines if line.get_marker() in ("o", "s") for y in line.get_ydata()]
    assert marks == pytest.approx([0.1, -0.2, 0.3])
    assert_readable(figure)
