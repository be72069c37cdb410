"""Groups by their labels: as codes made by hand, by pandas, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.compare import compare
from discourse.compare.quantities import Quantities, against_rest, level_of, pair, trend
from discourse.compare.resample import Design
from discourse.errors import DiscourseError

LABELS = ["Roe", "Lind", "Kovar", "Roe", None, "Lind"]


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1).filter(any))
def test_labels_are_coded_as_pandas_codes_categories(labels):
    design = Design(labels)
    expected = pd.Categorical(labels)
    assert list(design.names) == list(expected.categories)
    assert design.group.tolist() == expected.codes.tolist()


@pytest.mark.parametrize("make", [list, np.array, pd.Series, lambda v: pd.Series(v, index=range(9, 3, -1)), pd.Index])
def test_names_choose_and_order_groups(make):
    design = Design(make(LABELS), ["Roe", "Lind"])
    assert design.group.tolist() == [0, 1, -1, 0, -1, 1]
    assert list(design.names) == ["Roe", "Lind"]


def test_categories_keep_their_order_and_empty_ones_are_no_groups():
    eras = pd.Categorical(["late", "early", "late"], categories=["early", "middle", "late"])
    assert list(Design(eras).names) == ["early", "late"]
    assert list(Design(pd.Series(eras)).group) == [1, 0, 1]


def test_numbers_without_names_are_labels():
    assert list(Design([2010, 990, 2010]).names) == ["990", "2010"]
    assert Design(np.array([True, False])).group.tolist() == [1, 0]


def test_results_carry_the_names():
    y, x = np.arange(6.0)[:, None], np.full(6, 100.0)
    q = Quantities("mentions", y, x, ["Norland"], 1e4, "per 10,000 tokens")
    labels = pd.Series(["old", "new"] * 3, index=list("abcdef"))
    design = Design(labels, ["new", "old"], cluster=pd.Series(list("uvwxyz"), index=list("abcdef")), resamples=50)
    found = compare(q, design, [pair(design, "new", "old")])
    codes = Design(np.array([1, 0] * 3), ["new", "old"], np.array(list("uvwxyz"), object), resamples=50)
    pd.testing.assert_frame_equal(found.table, compare(q, codes, [pair(codes, 0, 1)]).table)
    assert (found.study, found.reference) == ("new", "old")
    assert found.table["stratum"].tolist() == ["new", "old", "new - old"]


def test_contrasts_take_names():
    design = Design(["a", "b", "c"])
    assert against_rest(design, "b", ["a", "b", "c"]) == against_rest(design, 1, [0, 1, 2])
    assert trend(design, ["a", "b", "c"]) == trend(design, [0, 1, 2])
    assert level_of(design, "c") == level_of(design, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Design(LABELS, ["Row", "Lind"]), 'no document has the label "Row". Did you mean "Roe"'),
        (lambda: Design([None, None]), "no document has a label"),
        (lambda: Design(np.array([0, 2]), ["a", "b"]), "group 2 is not the index of one of 2 names"),
        (lambda: Design(["a", "b"], cluster=["x"]), "cluster has 1 values for 2 documents"),
        (lambda: Design(["a", "b"], cluster=["x", None], cluster_name="speaker"), "1 documents have no speaker"),
        (lambda: pair(Design(["Roe", "Lind"]), "Roe", "Lint"), 'there is no group "Lint". Did you mean "Lind"'),
        (lambda: pair(Design(["a", "b"]), 0, 2), 'there is no group "2"'),
        (
            lambda: compare(Quantities("q", np.ones((3, 1)), np.ones(3), ["i"]), Design(["a", "b"])),
            "q: 3 documents, but 2 in the design",
        ),
    ],
)
def test_mistakes_are_named(make, message):
    with pytest.raises(DiscourseError, match=message):
        make()
