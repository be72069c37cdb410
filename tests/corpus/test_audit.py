import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import split_turns
from discourse.corpus.audit import GUIDE, LEAST, QUESTIONS, allocate, draw_turns, judge, speaker_table, wilson
from discourse.errors import SourceError, UsageError
from discourse.report.sheet import CELL, read_sheet, write_sheet
from discourse.types import Provenance


@pytest.fixture
def corpus():
    text = "SECRETARY ROE: =Yes.\n\nQUESTION: No?\n\n" * 30
    rows = [{"doc_id": x, "date": "2020-01-01", "title": x} for x in "ab"]
    return assemble(rows, {x: split_turns(text, "Office") for x in "ab"}, Provenance())


@given(st.integers(1, 200), st.integers(0, 200))
def test_wilson_is_scipys(n, k):
    k = min(k, n)
    low, high = wilson(k / n, n)
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_drawn_sample(corpus):
    strata = corpus.turns["role"].tolist()
    drawn = draw_turns(corpus, strata, 30, 7)
    assert len(drawn) == 30
    assert drawn["stratum"].value_counts().to_dict() == {"principal": 15, "reporter": 15}
    assert (drawn["weight"] * 1.0).sum() == pytest.approx(len(corpus.turns))
    assert not drawn.duplicated(["doc_id", "turn"]).any()
    assert drawn["id"].tolist() == list(range(1, 31))
    pd.testing.assert_frame_equal(drawn, draw_turns(corpus, strata, 30, 7))
    assert not drawn.equals(draw_turns(corpus, strata, 30, 8))


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.integers(1, 300))
def test_strata_get_their_share(sizes, n):
    sizes = np.array(sizes)
    got = allocate(sizes, n)
    least = min(LEAST, min(n, sizes.sum()) // (2 * len(sizes)))
    assert got.sum() == min(n, sizes.sum()), "as many as asked for, or all"
    assert (got <= sizes).all() and (got >= np.minimum(sizes, least)).all()
    quota = min(n, sizes.sum()) * sizes / sizes.sum()
    if (quota >= np.minimum(sizes, least)).all():
        assert (np.abs(got - quota) < 1).all(), "no stratum is more than one turn from its quota"


EIGHTY = assemble(
    [{"doc_id": "a", "date": "2020-01-01", "title": "a"}],
    {"a": split_turns("SECRETARY ROE: Yes.\n\nQUESTION: No?\n\n" * 40, "")},
    Provenance(),
)


@settings(max_examples=30)
@given(st.integers(1, 90), st.integers(1, 70), st.integers(0, 3))
def test_as_many_turns_as_asked_for_and_every_turn_stands_for_its_stratum(n, n_strata, seed):
    strata = [f"s{k % n_strata if k < 70 else 0}" for k in range(80)]
    drawn = draw_turns(EIGHTY, strata, n, seed)
    assert len(drawn) == min(n, 80)
    assert drawn["weight"].sum() == pytest.approx(80, abs=1e-3), "the sample stands for all turns"


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_long_turn_is_whole_up_to_what_a_cell_holds(tmp_path, ending):
    fits, longer, signs = "a" * CELL, "b" * 40_000 + "end", "c" * 30_000 + "\U0001f600" * 4_000
    write_sheet(pd.DataFrame({"id": [1, 2, 3], "text": [fits, longer, signs]}), tmp_path / f"s{ending}")
    back = read_sheet(tmp_path / f"s{ending}")["text"].tolist()
    assert back[0] == fits
    left_out = int(back[1].split("[... ")[1].split(" ")[0].replace(",", ""))
    head, tail = back[1].split(" [... ")[0], back[1].split(" characters ...] ")[1]
    assert longer.startswith(head) and longer.endswith(tail)
    assert len(head) + left_out + len(tail) == len(longer)
    assert all(len(t.encode("utf-16-le")) // 2 <= CELL for t in back)


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_sheet_comes_back_with_its_answers(corpus, tmp_path, ending):
    drawn = draw_turns(corpus, ["x"] * len(corpus.turns), 20, 1)
    write_sheet(drawn, tmp_path / f"s{ending}", GUIDE)
    back = read_sheet(tmp_path / f"s{ending}")
    assert [str(x) for x in back["text"]] == drawn["text"].tolist(), "a text that begins with = stays a text"
    with pytest.raises(SourceError, match="no row is filled in"):
        judge(back)
    with pytest.raises(UsageError, match="there is such a file already"):
        write_sheet(drawn, tmp_path / f"s{ending}")


def test_precision_and_recall_by_hand():
    """Ten turns of equal weight: nine right, one wrong; one turn missed within another; eight speakers right of nine."""
    sheet = pd.DataFrame(
        {
            "id": range(1, 11),
            "weight": 2.0,
            "turn_is_right": ["yes"] * 9 + ["No"],
            "speaker_is_right": ["y"] * 8 + ["n", ""],
            "role_is_right": [None] * 10,
            "missed_turns": [0] * 9 + ["1"],
        }
    )
    table = judge(sheet).set_index("measure")
    assert table.loc["precision of turns", ["estimate", "n"]].tolist() == [0.9, 10]
    assert table.loc["recall of turns", "estimate"] == pytest.approx(9 / 10)
    assert table.loc["speaker is right", "estimate"] == pytest.approx(8 / 9)
    assert table.loc["role and side are right", "n"] == 0
    low = binomtest(9, 10).proportion_ci(method="wilson").low
    assert table.loc["precision of turns", "low"] == pytest.approx(low)


def test_weights_count():
    sheet = pd.DataFrame(
        {"id": [1, 2], "weight": [3.0, 1.0], **{q: ["yes", "no"] for q in QUESTIONS[:3]}, "missed_turns": [0, 0]}
    )
    assert judge(sheet)["estimate"].tolist()[:3] == [0.75] * 3


def test_answers_that_are_none_are_named_together():
    sheet = pd.DataFrame(
        {
            "id": [1, 2],
            "weight": [1, "x"],
            "turn_is_right": ["maybe", "yes"],
            "speaker_is_right": "yes",
            "role_is_right": "yes",
            "missed_turns": ["-1", "two"],
        }
    )
    with pytest.raises(SourceError) as error:
        judge(sheet, "s.csv")
    assert error.value.messages == [
        's.csv: row 2: turn_is_right: expected yes or no, got "maybe"',
        's.csv: row 2: missed_turns: expected a number such as 0, got "-1"',
        's.csv: row 3: missed_turns: expected a number such as 0, got "two"',
        "s.csv: row 3: weight is not a number above 0",
    ]
    with pytest.raises(SourceError, match='no column "weight"'):
        judge(sheet.drop(columns="weight"))


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"no zip"), ("a.csv", b"\xff\xfe\x00\x01"), ("b.csv", None)])
def test_sheets_that_are_none(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name):
        read_sheet(tmp_path / name)


def test_every_label_with_its_rule(corpus):
    table = speaker_table(corpus, corpus.turns["text"].str.len().to_numpy())
    assert table[["label", "speaker", "rule", "documents", "turns"]].values.tolist() == [
        ["SECRETARY ROE", "Secretary Roe", "title in the label", 2, 60],
        ["QUESTION", "Question", "label", 2, 60],
    ]
