"""How strong an unmeasured kind of text would have to be: published E-values, and texts made so that it is the only difference."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.compare.decompose import Cells, kitagawa
from discourse.compare.resample import Design
from discourse.compare.unmeasured import measured_strength, needed_strength


@pytest.mark.parametrize(("ratio", "published"), [(10.73, 20.9), (3.9, 7.2), (1.8, 3.0)])
def test_published_e_values(ratio, published):
    """Smoking and lung cancer; breast feeding and respiratory deaths, with the limit of its interval (VanderWeele & Ding 2017)."""
    for levels in ((ratio, 1.0), (1.0, ratio), (7 * ratio, 7.0)):
        assert needed_strength(*levels).e_value == pytest.approx(published, abs=0.07)


@given(st.floats(0.05, 0.9), st.floats(0.0, 0.9), st.floats(0.1, 20), st.floats(0.1, 20))
def test_a_kind_of_that_strength_makes_the_difference(more, less, inside, outside):
    """Two groups that differ only in how much of a kind of text they have: what is called needed is what that kind has."""
    u1, u0 = min(less + more, 1.0), less
    levels = [u * inside + (1 - u) * outside for u in (u1, u0)]
    found = needed_strength(*levels, more=(u1 - u0,))
    assert found.needed[0] == pytest.approx(inside - outside, abs=1e-9)
    if u1 < 1 and u0 > 0 and abs(inside - outside) > 1e-6:
        # An E-value is the least that both ratios together must reach.
        assert max(u1 / u0, inside / outside, outside / inside, (1 - u0) / (1 - u1)) >= found.e_value * (1 - 1e-9)


def test_what_no_value_could_do():
    """Means between -1 and 1 differ by 2 at most: a difference of 0.5 needs a quarter of the text."""
    found = needed_strength(0.4, -0.1, (-1, 1), (0.1, 0.25, 0.5))
    assert np.isnan(found.needed[0])
    assert found.needed[1:] == pytest.approx((2.0, 1.0))
    assert found.least == pytest.approx(0.25)
    assert np.isnan(found.e_value)
    assert needed_strength(0.4, -0.1, (-1, 1), (0.5,), to=0.3).needed == pytest.approx((0.4,)), "what brings it to 0.3"


def test_a_measured_kind_that_is_all_there_is():
    """Where groups differ only in the mix of two kinds, either kind explains the whole difference."""
    x = np.array([600.0, 400, 200, 800])
    cells = Cells(np.arange(4), x * [5, 2, 5, 2], x, pd.DataFrame({"kind": ["briefing", "release"] * 2}))
    parts, strata = kitagawa(cells, Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=100), (0, 1), "kind")
    found = measured_strength(strata)
    assert found["explains"].tolist() == pytest.approx([parts["estimate"][0]] * 2)
    assert found.set_index("stratum").loc["briefing", ["more", "higher"]].tolist() == pytest.approx([0.4, 3.0])
