"""Figures for one column: as wide as it takes to read them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from discourse.figures.draw import draw
from discourse.figures.kinds import Rows
from discourse.figures.legible import legible
from discourse.figures.style import COLOURS, MARKERS, colours, markers, new_figure


def rows(groups, panels):
    rng = np.random.default_rng(2)
    values = [
        (f"a rather long label of item {k}", g, p, *sorted(rng.uniform(1, 9, 5)))
        for k in range(3)
        for g in groups
        for p in panels
    ]
    columns = ["item", "stratum", "panel", "low_document", "low", "estimate", "high", "high_document"]
    return pd.DataFrame(values, columns=columns)


@pytest.mark.parametrize(("n", "panels", "width"), [(2, 1, 88), (8, 1, 88), (2, 3, 174)])
def test_a_figure_is_as_wide_as_it_takes_to_read_it(n, panels, width, assert_readable):
    """Names of eight groups take several lines above one column; three panels with long titles take two columns."""
    groups = [f"a group with a name of its own {k}" for k in range(n)]
    frame = rows(groups, [f"what is said of the harbour in panel {k}" for k in range(panels)])
    figure = draw(frame, Rows(groups, {}, "per 10,000 tokens"), "single")
    assert figure.get_figwidth() * 25.4 == pytest.approx(width)
    assert legible(figure)
    assert_readable(figure)
    assert [t.get_text()[2:] for t in figure.texts] == groups


def test_a_text_that_is_cut_is_not_legible():
    figure, ax = new_figure(40)
    text: Text = ax.text(0.5, 0.5, "inside")
    assert legible(figure)
    text.set_position((1.2, 0.5))
    assert not legible(figure)
    text.set_visible(False)
    assert legible(figure)


def test_eight_groups_have_each_a_colour_and_a_mark():
    """Also in grey neighbours differ, and each from white."""
    groups = [f"g{k}" for k in range(8)]
    assert len(set(colours(groups).values())) == len(set(markers(groups).values())) == 8
    assert len(COLOURS) == len(MARKERS) == 8
    grey = [np.array([int(c[k : k + 2], 16) for k in (1, 3, 5)]) @ [0.299, 0.587, 0.114] / 255 for c in COLOURS]
    assert np.abs(np.diff(grey)).min() > 0.05
    assert max(grey) < 0.8
