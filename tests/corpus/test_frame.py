"""A DataFrame or a list of texts as a corpus: as the reader of tables reads the same rows, and what is refused."""

import re

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.corpus.table import read_table
from discourse.errors import SourceError, UsageError
from discourse.types import Corpus

SPOKEN = "MINISTER ROE: Good morning to all of you.\n\nQUESTION: What of Ostmark?\n\nMINISTER ROE: We talk. (Laughter.)"
TEXTS = ["Norland welcomes the talks.", SPOKEN, "Ostmark left the talks."]


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "body": TEXTS,
            "day": ["2020-03-01", "2020-01-01", "2020-02-01"],
            "who": ["Ann Roe", "Office of the Speaker", "Per Lind"],
            "party": pd.Categorical(["Reds", None, "Blues"]),
            "seats": [10, 20, 30],
        },
        index=["x", "y", "z"],
    )


def test_rows_are_read_as_the_reader_of_tables_reads_them(frame, tmp_path):
    file = tmp_path / "posts.csv"
    frame.rename_axis("key").to_csv(file)
    options = {"text": "body", "date": "day", "speaker": "who"}
    read = read_table(files=[file], id="key", keep=["party"], **options)
    made = Corpus.from_dataframe(frame, keep=["party"], **options)
    same = ["doc_id", "date", "title", "kind", "issuer", "author", "speaker", "administration"]
    in_order = made.documents.sort_values("date").reset_index(drop=True)
    pd.testing.assert_frame_equal(in_order[same], read.documents[same])
    pd.testing.assert_frame_equal(
        made.turns.sort_values(["doc_id", "turn"]).reset_index(drop=True),
        read.turns.sort_values(["doc_id", "turn"]).reset_index(drop=True),
    )


def test_documents_keep_the_order_and_the_columns_of_the_frame(frame):
    corpus = Corpus.from_dataframe(frame, "body", date="day", speaker="who")
    assert corpus.documents["doc_id"].tolist() == ["x", "y", "z"]
    assert corpus.documents["date"].dt.strftime("%m").tolist() == ["03", "01", "02"]
    assert corpus.documents["seats"].tolist() == [10, 20, 30]
    assert corpus.documents["seats"].dtype.kind == "i"
    assert list(corpus.documents["party"].cat.categories) == ["Blues", "Reds"]
    assert corpus.turns["doc_id"].tolist() == ["x", "y", "y", "y", "z"]
    assert corpus.turns["text"].tolist()[3].startswith("We talk.")


def test_without_a_date_documents_are_undated(frame):
    corpus = Corpus.from_dataframe(frame.drop(columns="day"), text="body")
    assert corpus.documents["date"].isna().all()
    assert "dates: none" in repr(corpus)
    encoded = discourse.encode_corpus(corpus)
    assert (discourse.kwic(encoded, "norland")["date"] == "").all()


def test_columns_of_the_usual_names_are_taken():
    frame = pd.DataFrame(
        {"text": TEXTS, "date": pd.date_range("2020-01-01", periods=3, tz="UTC"), "title": list("abc")}
    )
    documents = Corpus.from_dataframe(frame).documents
    assert documents["title"].tolist() == ["a", "b", "c"]
    assert documents["date"].dt.day.tolist() == [1, 2, 3]


def test_rows_may_be_turns():
    frame = pd.DataFrame(
        {
            "debate": [7, 7, 5, 7],
            "speaker": ["Roe", "Lind", "Roe", None],
            "text": ["We agree.", "Not at all.", "Welcome.", "Order."],
            "year": [2001, 2001, 2002, 2001],
        }
    )
    corpus = Corpus.from_dataframe(frame, document="debate")
    assert corpus.documents["doc_id"].tolist() == ["7", "5"]
    assert corpus.documents["year"].tolist() == [2001, 2002]
    assert corpus.turns[["doc_id", "turn", "text"]].to_numpy().tolist() == [
        ["7", 0, "We agree."],
        ["7", 1, "Not at all."],
        ["7", 2, "Order."],
        ["5", 0, "Welcome."],
    ]


def test_rows_that_are_left_out_are_said():
    frame = pd.DataFrame({"text": ["Welcome.", None, pd.NA, np.nan, "  "], "date": ["2020-01-01", *["2020-01-02"] * 4]})
    corpus = Corpus.from_dataframe(frame)
    assert len(corpus.documents) == 1
    assert [e.reason for e in corpus.provenance.exclusions] == ["no text"] * 4
    assert "left out: 4 documents: no text (4)" in repr(corpus)
    with pytest.raises(SourceError, match="row 1: no text"):
        Corpus.from_dataframe(frame, strict=True)


def test_the_frame_of_the_user_stays_as_it_is(frame):
    before = frame.copy(deep=True)
    Corpus.from_dataframe(frame, "body")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"text": "bdy"}, 'there is no column "bdy" (text=...). Did you mean "body"'),
        ({}, {"text": "body", "speaker": "whom"}, 'there is no column "whom" (speaker=...)'),
        ({}, {"text": "body", "keep": ["seat"]}, 'there is no column "seat" (keep=...). Did you mean "seats"'),
        ({}, {"text": "body", "date": "seats"}, 'row 0: x: "10" is not a date'),
        ({"id": ["a", "b", "a"]}, {"text": "body", "id": "id"}, 'row 2: the id "a" occurs already at row 0'),
        ({}, {"text": "body", "langauge": None}, 'there is no option "langauge". Did you mean "language"'),
        ({"body": [""] * 3}, {"text": "body"}, "none of 3 documents is left"),
        ({"body": ["Мы обсудили положение в регионе и договорились о встрече министров. " * 3] * 3}, {"text": "body"}, "language=None"),
    ],
)  # fmt: skip
def test_mistakes_are_named(frame, change, options, message):
    with pytest.raises(discourse.DiscourseError, match=re.escape(message)):
        Corpus.from_dataframe(frame.assign(**change), **options)


@pytest.mark.parametrize(
    "wrong", [[1], None, "text", pd.DataFrame(), pd.DataFrame([["a", "b"]], columns=["text", "text"])]
)
def test_what_is_no_frame_with_rows_is_refused(wrong):
    with pytest.raises(UsageError, match="DataFrame"):
        Corpus.from_dataframe(wrong)


def test_many_mistakes_are_not_all_printed():
    with pytest.raises(SourceError) as error:
        Corpus.from_dataframe(pd.DataFrame({"text": ["Welcome."] * 500, "date": "soon"}))
    assert len(str(error.value).splitlines()) <= 8


@pytest.mark.parametrize("make", [list, tuple, np.array, pd.Series, pd.Index])
def test_texts_are_documents_in_their_order(make):
    texts = [*TEXTS[::2], "", "Привет всем, кто нас слышит."]
    encoded = discourse.encode_corpus(make(texts))
    assert encoded.documents["doc_id"].tolist() == ["0", "1", "2", "3"]
    assert np.diff(encoded.document_bounds).tolist() == [4, 4, 0, 5]


def test_a_series_names_its_texts():
    encoded = discourse.encode_corpus(pd.Series(TEXTS[::2] * 6, index=[f"d{k}" for k in range(12)]))
    assert encoded.documents["doc_id"].tolist() == [f"d{k}" for k in range(12)]
    twice = discourse.encode_corpus(pd.Series(TEXTS[::2], index=["d", "d"]))
    assert twice.documents["doc_id"].tolist() == ["0", "1"]


def test_a_frame_is_encoded_as_its_corpus(frame):
    encoded = discourse.encode_corpus(frame, text="body", speaker="who")
    corpus = discourse.encode_corpus(Corpus.from_dataframe(frame, text="body", speaker="who"))
    assert encoded.ids.tolist() == corpus.ids.tolist()
    pd.testing.assert_frame_equal(encoded.documents, corpus.documents)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (3, "expected a Corpus, a DataFrame, or a list or Series of texts; got int"),
        (None, "got NoneType"),
        ("one text", r"put it into a list: \[text\]"),
        (["one", None], "expected texts, got None at 1"),
        ([1, 2], "expected texts, got int at 0"),
        ([], "there are no texts"),
        (discourse.encode_corpus(["one"]), "encoded already"),
    ],
)
def test_what_cannot_be_encoded_is_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        discourse.encode_corpus(wrong)


def test_options_are_for_frames():
    with pytest.raises(UsageError, match="date: these options are for a DataFrame, not for list"):
        discourse.encode_corpus(["one"], date="day")
