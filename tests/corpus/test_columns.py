import json

import pandas as pd
import pytest

from discourse.corpus import read_table
from discourse.corpus.select import matches
from discourse.errors import DiscourseError, SourceError

SPEECH = {"body": "We met the envoy of Norland.", "Day": "2020-01-02", "President": "Ada Kovar", "Party": "Harbour"}


def written(tmp_path, *rows, name="t.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def said(corpus):
    return " | ".join(corpus.provenance.inferences)


@pytest.mark.parametrize(
    ("column", "option"),
    [
        ("Full Text", "text"),
        ("full_text", "text"),
        ("TWEET", "text"),
        ("createdAt", "date"),
        ("Pub-Date", "date"),
        ("Speaker Name", "speaker"),
        ("headline", "title"),
        ("Document_ID", "id"),
        ("permalink", "url"),
        ("Speech Type", "kind"),
        ("agency", "issuer"),
    ],
)
def test_usual_names_in_any_case(tmp_path, column, option):
    row = {"text": "Words.", "date": "2020-01-02"}
    row = {k: v for k, v in row.items() if k != option} | {column: "2020-01-03" if option == "date" else "It"}
    corpus = read_table(files=[written(tmp_path, row)], language=None)
    assert f'{option} from "{column}"' in said(corpus)
    where = {"id": "doc_id"}.get(option, option)
    found = corpus.turns["text"][0] if option == "text" else str(corpus.documents[where][0])
    assert found.startswith("2020-01-03" if option == "date" else "It")


def test_it_says_what_it_took_and_keeps_the_rest(tmp_path):
    corpus = read_table(files=[written(tmp_path, SPEECH)])
    row = corpus.documents.loc[0, ["doc_id", "speaker", "President", "Party"]].tolist()
    assert row == ["1", "Ada Kovar", "Ada Kovar", "Harbour"]
    assert corpus.turns["speaker"].tolist() == ["Ada Kovar"]
    assert "body" not in corpus.documents.columns
    assert 'text from "body", date from "Day", speaker from "President"' in said(corpus)
    assert 'kept as metadata: "Day", "President", "Party"' in said(corpus)
    assert "numbered by row" in said(corpus)


def test_what_is_told_wins_and_null_takes_none(tmp_path):
    row = {"text": "Words.", "note": "Other words.", "date": "2020-01-02", "author": "someone"}
    corpus = read_table(files=[written(tmp_path, row)], text="note", speaker=None)
    assert corpus.turns["text"].tolist() == ["Other words."]
    assert corpus.documents["author"].tolist() == [""]
    assert corpus.documents["table_author"].tolist() == ["someone"]
    assert 'renamed: "author" to "table_author"' in said(corpus)
    assert "speaker" not in said(corpus).partition("kept")[0]


def test_nothing_is_said_where_all_was_told(tmp_path):
    path = written(tmp_path, {"text": "Words.", "date": "2020-01-02", "id": "a", "title": "T"})
    corpus = read_table(files=[path], text="text", date="date", id="id", title="title")
    assert corpus.provenance.inferences == ()
    core = {"doc_id", "date", "title", "kind", "issuer", "author", "file", "administration"}
    assert not {"id", "text"} & set(corpus.documents.columns)
    assert core <= set(corpus.documents.columns)


def test_of_two_columns_that_fit_both_are_named(tmp_path):
    rows = [{"content": "", "body": "Words.", "message": "Others.", "date": "2020-01-02"}]
    corpus = read_table(files=[written(tmp_path, *rows)])
    assert corpus.turns["text"].tolist() == ["Words."], "an empty column is none"
    assert 'text from "body" (not from "message")' in said(corpus)


def test_a_user_id_is_no_speaker_and_no_id(tmp_path):
    corpus = read_table(files=[written(tmp_path, SPEECH | {"user_id": "u7"})])
    assert corpus.documents[["doc_id", "user_id"]].values.tolist() == [["1", "u7"]]


def test_columns_that_are_not_found(tmp_path):
    with pytest.raises(SourceError) as error:
        read_table(files=[written(tmp_path, {"txt": "Words.", "when": "2020-01-02"})])
    assert 'no column "text", nor one with another usual name' in str(error.value)
    assert 'Did you mean "txt"?' in str(error.value)
    assert "corpus.options.date, or null where there are no dates" in str(error.value)


@pytest.mark.parametrize(
    ("first", "second", "ids", "reason"),
    [
        ({"id": "x"}, {"id": "y"}, ["x", "y"], ""),
        ({"id": "x"}, {"id": "x"}, ["1", "2"], '"id" is no id: its values repeat'),
        ({"id": "x"}, {"id": ""}, ["1", "2"], '"id" is no id: some rows have none'),
        (
            {"doc_id": "x", "guid": "g"},
            {"doc_id": "x", "guid": "h"},
            ["g", "h"],
            '"doc_id" is no id: its values repeat',
        ),
    ],
)
def test_ids_are_own_or_numbers(tmp_path, first, second, ids, reason):
    rows = [SPEECH | first, SPEECH | {"body": "We left."} | second]
    for name in ("t.jsonl", "renamed.jsonl"):
        corpus = read_table(files=[written(tmp_path, *rows, name=name)])
        assert corpus.documents["doc_id"].tolist() == ids
        assert reason in said(corpus)


def test_ids_over_several_files(tmp_path):
    a = written(tmp_path, SPEECH | {"id": "1"}, name="a.jsonl")
    b = written(tmp_path, SPEECH | {"id": "1"}, name="b.jsonl")
    assert read_table(files=[a, b]).documents["doc_id"].tolist() == ["a-1", "b-1"]
    b = written(tmp_path, SPEECH | {"id": "2"}, name="b.jsonl")
    assert read_table(files=[a, b]).documents["doc_id"].tolist() == ["1", "2"]


def test_what_is_no_metadata_is_said(tmp_path):
    row = SPEECH | {"meta": {"venue": "Council"}, "tags": ["a"], "translation": "word " * 200, "day": "Thursday", "": 1}
    path = written(tmp_path, row)
    corpus = read_table(files=[path], date="Day")
    for part in (
        '(objects or lists): "meta", "tags"',
        '(texts of more than 500 characters): "translation"',
        '(no name): ""',
        'renamed: "day" to "table_day"',
    ):
        assert part in said(corpus)
    # The day by which documents are clustered is that of the date.
    assert "day" not in corpus.documents.columns
    corpus = read_table(files=[path], date="Day", keep=["meta.venue"])
    assert corpus.documents["meta.venue"].tolist() == ["Council"]
    assert "Party" not in corpus.documents.columns


def test_numbers_stay_numbers_where_every_document_has_one(tmp_path):
    values = {
        "year": (1990, 1991),
        "session": ("1", "2"),
        "score": (1, 0.5),
        "gaps": (3, None),
        "code": ("007", "008"),
        "mixed": (1, "b"),
    }
    rows = [SPEECH | {c: v[k] for c, v in values.items()} for k in (0, 1)]
    documents = read_table(files=[written(tmp_path, *rows)]).documents
    numbers = {c: documents[c].tolist() for c in ("year", "session", "score")}
    assert numbers == {"year": [1990, 1991], "session": [1, 2], "score": [1.0, 0.5]}
    assert documents["code"].tolist() == ["007", "008"]
    assert documents["gaps"][0] == "3"
    for column, wanted in (
        ("year", 1990),
        ("year", "1990"),
        ("score", 1),
        ("score", "1"),
        ("gaps", 3),
        ("session", [1]),
    ):
        assert matches(documents, {column: wanted}).tolist() == [True, False], column
    assert matches(documents, {"score": 0.5}).tolist() == [False, True]
    with pytest.raises(DiscourseError, match='no document has "1989"'):
        matches(documents, {"year": 1989})


def test_the_same_table_in_four_formats(tmp_path):
    rows = [SPEECH | {"year": 1990 + k, "share": k / 4, "code": f"0{k}"} for k in range(3)]
    frame = pd.DataFrame(rows)
    written(tmp_path, *rows)
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    jsonl, *others = [read_table(files=[tmp_path / f"t.{x}"]).documents for x in ("jsonl", "csv", "parquet", "xlsx")]
    for other in others:
        pd.testing.assert_frame_equal(jsonl.drop(columns="file"), other.drop(columns="file"))


def test_tables_of_turns_keep_what_describes_documents(tmp_path):
    rows = [
        {"debate": "d1", "date": "2020-01-02", "speaker": "Kovar", "text": "We met.", "venue": "Council", "n": 1},
        {"debate": "d1", "date": "2020-01-02", "speaker": "Lind", "text": "", "venue": "Council", "n": 2},
        {"debate": "d1", "date": "2020-01-02", "speaker": "Lind", "text": "We left.", "venue": "Council", "n": 3},
    ]
    corpus = read_table(files=[written(tmp_path, *rows)], document="debate")
    assert corpus.documents[["doc_id", "venue"]].values.tolist() == [["d1", "Council"]]
    assert corpus.turns["text"].tolist() == ["We met.", "We left."]
    assert [(e.source, e.reason) for e in corpus.provenance.exclusions] == [("t.jsonl:2", 'no text in column "text"')]
    assert 'not kept (differs within documents): "n"' in said(corpus)


def test_files_with_other_columns_are_told_apart(tmp_path):
    a = written(tmp_path, {"text": "Words.", "date": "2020-01-02", "n": 1}, name="a.jsonl")
    b = written(tmp_path, {"body": "Words.", "date": "2020-01-02"}, name="b.jsonl")
    corpus = read_table(files=[a, b], language=None)
    assert "a.jsonl: columns taken" in said(corpus)
    assert 'b.jsonl: columns taken by their names: text from "body"' in said(corpus)
    assert corpus.documents["n"].isna().tolist() == [False, True]
