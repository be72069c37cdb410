from itertools import combinations

import numpy as np
import pandas as pd
import pytest

GROUPS = ["Before the treaty", "After the treaty"]


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


def _assert_readable(figure):
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


@pytest.fixture(scope="session")
def assert_readable():
    """That the texts of a figure are not cut and lie over no other."""
    return _assert_readable
