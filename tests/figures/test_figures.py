"""What a figure shows is checked on its artists: values, labels, and that no text overlaps another or leaves the page."""

import importlib

import numpy as np
import pandas as pd
import pytest

from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.compare.terms import compare_terms
from discourse.features._examples import encoded
from discourse.features.frequency import term_frequency
from discourse.figures import frames, glyphs, kinds
from discourse.figures.draw import draw, encode
from discourse.figures.style import COLOURS, GREY

GROUPS = ["Before the treaty", "After the treaty"]


def compared(y, x, items, design, contrasts=(), scale=1.0, **needs):
    return compare(Quantities("test", np.asarray(y, float), x, items, scale), design, contrasts, **needs)


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


def test_keyness_marks_are_the_estimates(keyness, assert_readable):
    frame = frames.layout_keyness(keyness, 10)
    assert (frame["group"] == keyness.study).sum() == 10
    outside = keyness.table[~keyness.table["item"].isin(frame["item"])]
    study = keyness.table["estimate"] > 0
    least = frame.loc[frame["group"] == keyness.study, "cautious"].min()
    assert (outside.loc[study.reindex(outside.index), "low"] <= least + 1e-12).all(), "the clearest terms are shown"
    figure = draw(frame, kinds.Lollipops(GROUPS, keyness.study, keyness.reference))
    marks = [float(line.get_xdata()[0]) for line in figure.axes[0].lines if line.get_marker() in ("o", "s")]
    assert marks == pytest.approx(frame["estimate"].tolist())
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == frame["item"].tolist()
    texts = " ".join(t.get_text() for t in figure.axes[0].texts)
    assert f"more in {keyness.study}" in texts
    assert f"more in {keyness.reference}" in texts
    assert_readable(figure)


def test_labels_of_the_scatter_plot_do_not_overlap(keyness, assert_readable):
    frame = frames.layout_contrast(keyness, 30)
    figure = draw(frame, kinds.Scatter(GROUPS, keyness.study, keyness.reference))
    shown = {t.get_text() for t in figure.axes[0].texts}
    assert len(shown & set(frame.loc[frame["label"], "item"])) >= 15
    assert not shown & set(frame.loc[~frame["label"], "item"])
    assert_readable(figure)


def test_components_and_refusals(design, assert_readable):
    rng = np.random.default_rng(2)
    y = rng.poisson(3, (40, 2)).astype(float)
    x = np.full((40, 1), 100.0)
    comparison = compared(y, x, ["evaluation", "conflictual"], design)
    comparison.table.loc[0, ["estimate", "low", "high"]] = np.nan
    why = {"note": "too little text", "note_n": 7, "note_documents": 2, "note_needed": 30, "note_needed_documents": 5}
    comparison.table.loc[0, list(why)] = list(why.values())
    frame = frames.layout_components(comparison)
    figure = draw(frame, kinds.Components(GROUPS, {"evaluation": "mean of e", "conflictual": "share below 0"}))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["mean of e", "share below 0"]
    shown = [t.get_text() for t in figure.axes[0].texts]
    assert "too little text (n = 7 in 2 documents; it needs 30 in 5)" in shown
    assert len(figure.axes) == 2
    assert_readable(figure)


def test_panel_says_where_there_is_too_little_text(documents, assert_readable):
    names = [f"Minister {k}" for k in range(8)]
    by = Design(np.arange(40) // 5, names, resamples=200)
    n_mentions, n_tokens = documents[["n_mentions"]], documents[["n_tokens"]].to_numpy(float)
    salience = compared(n_mentions, n_tokens, ["salience"], by, scale=1e4)
    n_sentences = documents[["n_sentences"]].to_numpy(float)
    stance = compared(documents[["evaluation"]], n_sentences, ["evaluation"], by, min_denominator=18)
    frame = frames.layout_panel({"salience": salience, "evaluation": stance})
    kind = kinds.Panel(
        GROUPS,
        names,
        {n: GROUPS[k >= 4] for k, n in enumerate(names)},
        {"salience": "mentions per 10,000 tokens"},
        {"evaluation": (-1, 1)},
    )
    figure = draw(frame, kind)
    assert [ax.get_xlabel() for ax in figure.axes] == ["mentions per 10,000 tokens", "evaluation"]
    low = [ax.get_xlim()[0] for ax in figure.axes]
    assert -5 < low[0] < 0 and -1.1 < low[1] < -1, "from 0 and from -1, with room for marks there"
    refused = stance.table["estimate"].isna().sum()
    assert 0 < refused < 8
    assert sum("too little text" in t.get_text() for t in figure.axes[1].texts) == refused
    assert_readable(figure)


def test_topics_speakers_and_sensitivity(design, assert_readable):
    rng = np.random.default_rng(3)
    share = rng.dirichlet(np.ones(6), 40)
    labels = [f"T{k}" for k in range(1, 7)]
    prevalence = compared(100 * share, np.full((40, 1), 100.0), labels, design, [pair(design, 1, 0)], scale=100)
    terms = pd.DataFrame(
        [(t, r, f"longishword{t}{r}") for t in range(1, 7) for r in range(8)], columns=["topic", "rank", "term"]
    )
    frame = frames.layout_topics(prevalence, terms)
    frame["unstable"] = np.where(frame["item"] == "T2", "words", "")
    assert frame["difference"].is_monotonic_decreasing
    figure = draw(frame, kinds.Topics(GROUPS))
    assert_readable(figure)
    assert [t.get_text()[:3] for t in figure.axes[0].get_yticklabels() if "†" in t.get_text()] == ["T2†"]
    numbers = pd.DataFrame(
        [(k, f, -7 - 1 / k, 0.1, 0.5, np.nan if f == 1 else 0.8) for k in (4, 8, 12) for f in (1, 2)],
        columns=["k", "fit", "likelihood", "coherence", "exclusivity", "match"],
    )
    assert_readable(draw(numbers, kinds.TopicNumbers(GROUPS, 8)))
    one_fit = draw(numbers.assign(match=np.nan), kinds.TopicNumbers(GROUPS, 8))
    assert len(one_fit.axes) == 3
    sentences = pd.DataFrame(
        {"speaker": ["Kovar"] * 9 + ["Lind"] * 4, "side": ["home"] * 9 + ["foreign"] * 4, "group": GROUPS[0], "doc_id": "a",
         "evaluation": np.round(rng.normal(0, 0.3, 13), 2)}
    )  # fmt: skip
    frame = frames.layout_speakers(sentences)
    figure = draw(frame, kinds.Marks(GROUPS))
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
    figure = draw(frames.layout_sensitivity(rows), kinds.Choices(GROUPS, *GROUPS, titles))
    assert [ax.get_xlabel() for ax in figure.axes] == [f"{t}\n{GROUPS[0]} minus {GROUPS[1]}" for t in titles.values()]
    assert_readable(figure)


def test_the_same_bytes_twice(documents):
    frame = frames.layout_corpus(documents)
    one, two = (encode(draw(frame, kinds.Lengths(GROUPS)), ["svg", "pdf", "png"]) for _ in "ab")
    assert one == two
    assert encode(draw(frame, kinds.Lengths(GROUPS))) == {"svg": one["svg"]}, "whatever other formats are asked for"
    assert set(one) == {"svg", "pdf", "png"}
    assert b"DejaVu Sans" in one["svg"]


def test_rows_hold_a_point_for_each_item_group_and_panel(design, assert_readable):
    rng = np.random.default_rng(3)
    x = np.full((40, 1), 100.0)
    panels = {
        name: compared(rng.poisson(3, (40, 3)), x, ["agree", "accuse", "never"], design, scale=100.0)
        for name in ("they do it", "it is done to them")
    }
    for comparison in panels.values():
        comparison.table.loc[comparison.table["item"] == "never", "estimate"] = 0.0
    frame = frames.layout_rows(panels, ["agree", "accuse", "never"], 0.5)
    assert set(frame["item"]) == {"agree", "accuse"}, "what nowhere reaches the least is not drawn"
    figure = draw(frame, kinds.Rows(GROUPS, {}, "% of mentions"))
    for ax, panel in zip(figure.axes, panels):
        marks = sorted(float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in ("o", "s"))
        assert marks == pytest.approx(sorted(frame.loc[frame["panel"] == panel, "estimate"]))
    assert_readable(figure)


def test_raw_and_corrected_stand_side_by_side(assert_readable):
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
            "note": ["", "", "", "few coded", "", "few coded in part"],
            "note_n": [np.nan] * 3 + [3, np.nan, np.nan],
            "note_documents": np.nan,
            "note_needed": [np.nan] * 3 + [10, np.nan, np.nan],
            "note_needed_documents": np.nan,
        }
    )
    figure = draw(frame, kinds.Corrected(GROUPS, "percentage points"))
    marks = [float(line.get_xdata()[0]) for line in figure.axes[0].lines if line.get_marker() not in ("None", None, "")]
    assert marks == [-60, -40, -20, 20], "what is corrected comes first"
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert "too few coded (n = 3; at least 10 are needed)" in texts
    assert "no interval: too few coded in one of them" in texts
    assert_readable(figure)


def test_each_kind_has_a_drawing():
    every = [
        c for c in vars(kinds).values() if isinstance(c, type) and issubclass(c, kinds.Kind) and c is not kinds.Kind
    ]
    drawings = [c.drawing.split(":") for c in every]
    assert all(callable(getattr(importlib.import_module(module), name)) for module, name in drawings)
    assert len({name for _, name in drawings}) == len(every) > 10


def numbers(ax, marker):
    """Places of the marks of this kind, along x."""
    return [float(x) for line in ax.lines if line.get_marker() == marker for x in line.get_xdata()]


def test_nulls_lie_below_the_difference_in_the_colour_of_their_group(assert_readable):
    rng = np.random.default_rng(4)
    observed = {"salience": (3.0, 1.0, 5.0), "evaluation": (-0.2, np.nan, np.nan)}
    drawn = {p: {(f"random halves of {g}", g): rng.normal(size=200) for g in GROUPS} for p in observed}
    drawn["evaluation"]["other dates", GROUPS[0]] = np.array([1.0, 2.0])
    for row in ("other dates", "no such"):
        drawn["salience"][row, GROUPS[0]] = np.array([])
    frame = frames.layout_noise(observed, drawn)
    halves = frame[(frame["panel"] == "salience") & (frame["row"] == f"random halves of {GROUPS[1]}")].iloc[0]
    values = np.sort(drawn["salience"][f"random halves of {GROUPS[1]}", GROUPS[1]])
    assert halves["median"] == pytest.approx((values[99] + values[100]) / 2)
    assert (values < halves["low"]).sum() == 5, "2.5% of 200 lie below"
    assert "no such" not in set(frame["row"]), "a row that is empty everywhere is not drawn"
    figure = draw(frame, kinds.Nulls(GROUPS, {"salience": "mentions per 10,000 tokens"}))
    assert [numbers(ax, "o") for ax in figure.axes] == [[3.0], [-0.2]]
    colours = {line.get_color() for line in figure.axes[0].lines} - {"black", GREY}
    assert colours == set(COLOURS[:2])
    shown = [t.get_text() for t in figure.axes[1].texts]
    assert "too few (n = 2)" in shown and "n = 200" in shown
    assert [ax.get_xlabel() for ax in figure.axes] == ["mentions per 10,000 tokens", "evaluation"]
    assert_readable(figure)


def test_marks_of_items_say_how_certain_a_difference_is(assert_readable):
    n = 30
    answers = pd.DataFrame(
        {"item": [f"T{k}" for k in range(n)], "estimate": np.linspace(-2, 2, n), "low": np.linspace(-3, 1, n), "high": np.linspace(-1, 3, n),
         "p_family": 0.5, "q": 0.5, "n_documents": 40, "certainty": ["differs", "may differ", "inconclusive"] * 10,
         "halves_study_low": -0.5, "halves_study_high": 0.5}
    )  # fmt: skip
    frame = frames.layout_items(answers, {"T29": "a topic with words of its own"}, most=8)
    assert frame["item"].tolist() == ["T29", "T28", "T27", "T26", "T3", "T2", "T1", "T0"], "those at both ends"
    assert frame["label"].tolist()[:2] == ["a topic with words of its own", "T28"]
    figure = draw(frame, kinds.Items(GROUPS, GROUPS[1], GROUPS[0], "percentage points"))
    ax = figure.axes[0]
    assert numbers(ax, "o") == pytest.approx(frame["estimate"])
    fill = {"differs": "full", "may differ": "left", "inconclusive": "none"}
    assert [m.get_fillstyle() for m in ax.lines if m.get_marker() == "o"] == frame["certainty"].map(fill).tolist()
    assert ax.get_xlabel() == "percentage points: After the treaty minus Before the treaty"
    assert_readable(figure)


def test_parts_of_a_difference_stand_below_it(assert_readable):
    names = ["difference", "mix", "within", "only study", "only reference"]
    one = pd.DataFrame({"part": names, "estimate": [3.0, 1.0, 2.0, 0.0, 0.0], "low": -1.0, "high": 4.0})
    both = pd.DataFrame({"part": ["difference", "mix: kind", "mix: speaker", "within"], "estimate": [3.0, 0.5, 1.5, 1.0],
                         "low": np.nan, "high": np.nan})  # fmt: skip
    splits = {"salience": {"speaker": one, "speaker and kind": both}}
    frame = frames.layout_composition(splits, {"difference": "After minus before", "within": "change within"})
    assert frame["label"].tolist() == [
        "After minus before", "mix", "change within", "After minus before", "mix of kinds", "mix of speakers", "change within",
    ]  # fmt: skip
    figure = draw(frame, kinds.Parts(GROUPS, {"salience": "mentions per 10,000 tokens"}))
    ax = figure.axes[0]
    assert numbers(ax, "D") == [3.0, 3.0]
    assert numbers(ax, "o") == [1.0, 2.0, 0.5, 1.5, 1.0]
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names[:2] == ["by speaker", "by speaker and kind"]
    assert_readable(figure)


def test_the_date_of_the_event_is_named_among_the_others(assert_readable):
    dates = pd.date_range("2001-01-01", periods=30, freq="30D")
    table = pd.DataFrame(
        {
            "date": dates,
            "placebo": [k != 14 for k in range(30)],
            "n_before": 9,
            "n_after": 9,
            "e": np.sin(np.arange(30.0)),
        }
    )
    frame = frames.layout_event({"evaluation": table, "salience": table.rename(columns={"e": "rate"})})
    assert frame["value"].tolist() == table["e"].tolist() * 2
    figure = draw(frame, kinds.Dates(GROUPS, {"evaluation": "evaluation"}, "The treaty"))
    for ax in figure.axes:
        (mark,) = (line for line in ax.lines if line.get_marker() == "D")
        assert list(mark.get_ydata()) == [np.sin(14.0)]
        assert sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == ".") == 29
        assert [t.get_text() for t in ax.texts] == ["The treaty"]
    assert_readable(figure)


def test_a_specification_curve_is_in_order_and_shows_the_options_of_each(assert_readable):
    table = pd.DataFrame(
        {"estimate": [2.0, -1.0, np.nan, 1.0], "low": [1.0, -2.0, np.nan, -1.0], "high": [3.0, 0.5, np.nan, 3.0],
         "configured": [True, False, False, False], "tokens": ["folded", "folded", "stemmed", "stemmed"], "topics": ["10", "20", "10", "20"]}
    )  # fmt: skip
    frame = frames.layout_curve(table, ["tokens", "topics"])
    assert frame["estimate"].tolist() == [-1.0, 1.0, 2.0]
    figure = draw(frame, kinds.Curve(GROUPS, ["tokens", "topics"], {"topics": "number of topics"}, "log-odds ratio"))
    above, below = figure.axes
    points = {
        x: (y, line.get_color()) for line in above.lines if line.get_marker() == "o" for x, y in line.get_xydata()
    }
    assert points == {0: (-1.0, GREY), 1: (1.0, GREY), 2: (2.0, COLOURS[0])}, "blue where the interval excludes 0"
    assert [line.get_xydata().tolist() for line in above.lines if line.get_marker() == "D"] == [[[2.0, 2.0]]]
    names = [t.get_text() for t in below.get_yticklabels()]
    assert names == ["tokens: folded", "tokens: stemmed", "number of topics: 20", "number of topics: 10"]
    assert [line.get_xdata().tolist() for line in below.lines if line.get_marker() == "|"] == [[0, 2], [1], [0, 1], [2]]
    assert_readable(figure)


def test_characters_that_the_fonts_lack_become_visible(documents):
    few = frames.layout_corpus(documents.head(3).assign(title=["Плaн", "\U0001f680 launch", "$x$"]))
    figure = draw(few, kinds.Lengths(GROUPS))
    labels = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    assert [label.split(" (")[0] for label in labels[1:]] == ["Плaн", "\ufffd launch", "$x$"]


def test_characters_that_are_known_are_in_the_font():
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    there = set(FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf").get_charmap())
    known = {c for c in map(chr, range(0xA0, 0x3000)) if glyphs.KNOWN.fullmatch(c)} - {"\u200b"}
    assert {"é", "Ñ", "ř", "Ж", "α", "−"} <= known
    assert known <= set(map(chr, there))


def cosines_of(words, groups, seed=0):
    """Rows as the analysis of contexts shows them."""
    rng = np.random.default_rng(seed)
    rows = []
    for k, word in enumerate(words):
        for g in groups:
            value = float(rng.uniform(-0.2, 0.9))
            rows.append(("named" if k < 2 else "moved", "level", word, g, value, value - 0.1, value + 0.1))
        value = 0.6 - 0.1 * k
        name = f"{groups[1]} - {groups[0]}"
        rows.append(("named" if k < 2 else "moved", "difference", word, name, value, value - 0.15, value + 0.15))
    return pd.DataFrame(rows, columns=["block", "contrast", "item", "stratum", "estimate", "low", "high"])


def test_cosines_show_each_group_and_the_difference(assert_readable):
    words = ["aggression", "dialogue", "unprovoked", "under-secretary-general", "secretary", "chair", "grain", "robert"]
    frame = cosines_of(words, GROUPS)
    figure = draw(frame, kinds.Cosines(GROUPS, GROUPS[1], GROUPS[0]))
    assert_readable(figure)
    left, right = figure.axes
    assert [t.get_text() for t in left.get_yticklabels()] == words
    points = [line for line in right.lines if line.get_marker() == "o"]
    assert [round(float(p.get_xdata()[0]), 2) for p in points] == [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0, -0.1]
    # Filled where the interval excludes 0, in the colour of the group that has more.
    assert [p.get_fillstyle() for p in points] == ["full"] * 5 + ["none"] * 3
    assert points[0].get_color() == COLOURS[1] and points[-1].get_color() == COLOURS[0]
    levels = [line for line in left.lines if line.get_marker() in ("o", "s")]
    assert len(levels) == 16


def test_cosines_without_a_contrast_have_one_panel(assert_readable):
    frame = cosines_of(["aggression", "dialogue"], GROUPS)
    figure = draw(frame[frame["contrast"] == "level"], kinds.Cosines(GROUPS))
    assert_readable(figure)
    assert len(figure.axes) == 1


@pytest.mark.parametrize("groups", [GROUPS, ["Tall", "Small", "Middling ministers of the coast", "Last"]])
def test_neighbours_have_a_panel_for_each_group(groups, assert_readable):
    rng, rows = np.random.default_rng(1), []
    for panel in groups:
        for rank, word in enumerate(["aggression", "under-secretary-general", "harbour", "treaty", "grain"], 1):
            for g in groups:
                value = 0.9 - 0.1 * rank if g == panel else float(rng.uniform(0, 0.3))
                rows.append((panel, rank, f"{word}", g, value, value - 0.1, value + 0.1))
    frame = pd.DataFrame(rows, columns=["panel", "rank", "item", "stratum", "estimate", "low", "high"])
    figure = draw(frame, kinds.Neighbours(groups))
    assert_readable(figure)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert len(shown) == len(groups)
    filled = [line for line in shown[0].lines if line.get_marker() == "o" and line.get_fillstyle() == "full"]
    assert [round(float(p.get_xdata()[0]), 2) for p in filled] == [0.8, 0.7, 0.6, 0.5, 0.4]


def test_one_long_interval_does_not_press_the_others_together():
    numbers = {"low": 1.0, "low_document": 1.0}
    rows = [
        {"panel": "p", "item": i, "stratum": "A", "estimate": 2.0, "high": high, "high_document": high, **numbers}
        for i, high in (("usual", 3.0), ("rare", 900.0))
    ]
    (ax,) = draw(pd.DataFrame(rows), kinds.Rows(["A"], {}, "per 10,000 tokens")).axes
    assert ax.get_xlim()[1] == 2.0 * kinds.REACH and -1 < ax.get_xlim()[0] < 0
    assert [line.get_marker() for line in ax.lines].count(">") == 1
    (ax,) = draw(pd.DataFrame(rows[:1]), kinds.Rows(["A"], {}, "per 10,000 tokens")).axes
    assert ax.get_xlim()[1] < 4 and ">" not in [line.get_marker() for line in ax.lines]


def test_the_figure_of_page_1_names_groups_and_values(assert_readable):
    panels = [
        "conflictual, % of the mentions of Norland",
        "mentions per 10,000 words",
        "“war”, per 10,000 words in sentences",
    ]
    rows = [
        {"panel": p, "stratum": g, "estimate": x, "low": 0.8 * x, "high": 30 * x if k == 1 else 1.2 * x}
        for k, p in enumerate(panels)
        for g, x in zip(GROUPS, (30.4 + k, 0.0 if k == 2 else 60.6))
    ]
    frame = pd.DataFrame(rows).assign(low_document=np.nan, high_document=np.nan)
    figure = draw(frame, kinds.Key(GROUPS, digits=dict.fromkeys(panels, 0)))
    assert_readable(figure)
    texts = [t.get_text() for ax in figure.axes for t in ax.texts]
    assert texts == ["30", "61", "31", "61", "32", "0"]
    arrows = [line for ax in figure.axes for line in ax.lines if line.get_marker() == ">"]
    assert len(arrows) == 2, "two intervals go on beyond their axis"
