"""Tables of bundles come back as they were; what they give away of a text is found."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from discourse.errors import DiscourseError
from discourse.experiment.bundle.disclosure import chains, quotations
from discourse.experiment.bundle.tables import from_long_form, long_form, read_table, write_table
from discourse.features._examples import encoded


def test_tables_come_back_as_they_were():
    frame = pd.DataFrame(
        {
            "int": np.array([1, -2, 2**40], np.int64),
            "small": np.array([1, 2, 3], np.int8),
            "float": [0.1 + 0.2, np.nan, -0.0],
            "bool": [True, False, True],
            "text": pd.Series(["a", None, "ü"], dtype=object),
            "nan": pd.Series(["a", np.nan, ""], dtype=object),
            "mixed": pd.Series([1, "a", [1, 2]], dtype=object),
            "day": pd.to_datetime(["2020-01-01", None, "1946-01-21"]).astype("datetime64[s]"),
            "moment": [pd.Timestamp(f"202{k}-01-01 12:00:00.000000001", tz="UTC") for k in range(3)],
        }
    )
    back = read_table(*write_table(frame, "a table"))
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    assert np.signbit(back["float"].iloc[2])
    assert back["text"].iloc[1] is None and back["nan"].iloc[1] != back["nan"].iloc[1]
    empty = frame.head(0)
    pd.testing.assert_frame_equal(read_table(*write_table(empty, "a table")), empty, check_index_type=False)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [object()]}), "column a: values of type object cannot be written"),
        (pd.DataFrame({"a": pd.Categorical(["x"])}), "column a: values of type category cannot be written"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns have the same name"),
        (pd.DataFrame({1: [2]}), "the name of a column must be text, got 1"),
    ],
)
def test_what_no_table_can_hold_is_said(frame, message):
    with pytest.raises(DiscourseError, match=message):
        write_table(frame, "a table")


def test_matrices_come_back_in_the_order_in_which_they_were_held():
    matrix = sparse.csr_array(
        (np.array([0.1, 0.0, 3.0]), np.array([4, 1, 2], np.int32), np.array([0, 2, 2, 3], np.int32)), shape=(3, 5)
    )
    frame, index = long_form(matrix)
    back = from_long_form(read_table(*write_table(frame, "values")), (3, 5), index)
    for name in ("data", "indices", "indptr"):
        one, other = getattr(matrix, name), getattr(back, name)
        assert one.tolist() == other.tolist() and one.dtype == other.dtype
    with pytest.raises(ValueError, match="outside"):
        from_long_form(frame, (3, 4), index)
    with pytest.raises(ValueError, match="order"):
        from_long_form(frame.iloc[::-1], (3, 5), index)


def test_words_in_a_row_are_found_by_the_naive_way_as_well():
    rng = np.random.default_rng(3)
    source = [" ".join(rng.choice(list("abc"), 60)) for _ in range(5)]
    texts = [" ".join(rng.choice(list("abc"), 9)) for _ in range(400)]
    windows = {tuple(s.split()[k : k + 8]) for s in source for k in range(53)}
    want = {t for t in texts if tuple(t.split()[:8]) in windows or tuple(t.split()[1:]) in windows}
    assert 0 < len(want) < len(set(texts))
    assert quotations(texts, source) == want


def test_chains_are_those_of_a_naive_loop():
    rng = np.random.default_rng(4)
    texts = [" ".join(rng.choice(["peace", "trade", "grain", "road"], 30)) + "." for _ in range(4)]
    grams = ["peace trade", "trade grain", "grain road peace"]
    pairs = {("peace", "trade"), ("trade", "grain"), ("grain", "road"), ("road", "peace")}
    linked, total, longest = 0, sum(len(t.split()) for t in texts) - 1, 0
    for text in texts:
        words, run_ = text.strip(".").split(), 1
        for pair in pairwise(words):
            linked += pair in pairs
            run_ = run_ + 1 if pair in pairs else 1
            longest = max(longest, run_)
    share, most = chains(encoded(texts), grams)
    assert share == pytest.approx(linked / total)
    assert most == longest


def huge_table():
    """A table of many more rows than its few bytes would let one think."""
    return write_table(pd.DataFrame({"n_tokens": np.zeros(3_000_000, np.int64)}), "t")[0]


def test_a_table_of_too_many_rows_is_not_read(monkeypatch):
    monkeypatch.setattr("discourse.experiment.bundle.tables.MOST_CELLS", 1_000_000)
    assert len(huge_table()) < 10_000
    with pytest.raises(ValueError, match="3,000,000 rows are more than a bundle has"):
        read_table(huge_table(), {"n_tokens": "int64"})
