import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics import interval_distance
from nltk.metrics.agreement import AnnotationTask

from discourse.compare.agreement import agreement, krippendorff_alpha
from discourse.errors import TooLittleText

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C: four observers, twelve units, missing
# values.
FOUR = np.array(
    [
        [1, 1, np.nan, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [np.nan, 5, 5, 5],
        [np.nan, np.nan, 1, 1],
        [np.nan, np.nan, 3, np.nan],
    ]
)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_published_alphas(level, published):
    assert krippendorff_alpha(FOUR, level) == pytest.approx(published, abs=0.0006)


CODES = st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.0])] * 3), min_size=2, max_size=15)


@given(CODES)
@settings(deadline=None)
def test_nltks_alpha(rows):
    table = np.array(rows)
    data = [(f"c{c}", f"i{i}", table[i, c]) for i in range(len(table)) for c in range(3)]
    if len(np.unique(table)) < 2:
        assert np.isnan(krippendorff_alpha(table, "nominal"))
        return
    assert krippendorff_alpha(table, "nominal") == pytest.approx(AnnotationTask(data).alpha(), abs=1e-9)
    by_interval = AnnotationTask(data, distance=interval_distance).alpha()
    assert krippendorff_alpha(table, "interval") == pytest.approx(by_interval, abs=1e-9)


def frame(*rows):
    return pd.DataFrame(rows, columns=["ann", "bo", "cy"], index=[f"i{k}" for k in range(len(rows))])


def test_confusion_and_items_to_discuss_by_hand():
    codes = frame(("-", "-", None), ("-", "+", "0"), ("+", "+", "+"), ("0", "-", None), (None, "+", None))
    found = agreement(codes, ["-", "0", "+"], variable="stance", level="ordinal", resamples=200)
    assert (found.n_items, found.n_coders) == (4, 3)
    pair = found.confusion[(found.confusion["first"] == "ann") & (found.confusion["second"] == "bo")]
    assert {(r.code_first, r.code_second): r.n for r in pair.itertuples()} == {
        ("-", "-"): 1,
        ("-", "+"): 1,
        ("+", "+"): 1,
        ("0", "-"): 1,
    }
    assert found.discuss.index.tolist() == ["i1", "i3"]
    assert found.low <= found.alpha <= found.high


def test_intervals_narrow_with_more_items_and_come_again():
    rng = np.random.default_rng(1)

    def coded(n):
        true = rng.integers(0, 3, n)
        other = np.where(rng.random(n) < 0.8, true, rng.integers(0, 3, n))
        return pd.DataFrame({"a": true.astype(str), "b": other.astype(str)})

    few, many = coded(40), coded(640)
    first, second = (agreement(x, ["0", "1", "2"], resamples=300) for x in (few, many))
    assert second.high - second.low < 0.5 * (first.high - first.low)
    again = agreement(few, ["0", "1", "2"], resamples=300)
    assert (again.low, again.high) == (first.low, first.high)


def test_too_few_items():
    with pytest.raises(TooLittleText, match="n = 1 items with two codes"):
        agreement(frame(("-", "+", None), ("-", None, None)), ["-", "+"])
