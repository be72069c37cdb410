import gzip
import json

import pandas as pd
import pytest

from discourse.corpus import read_table
from discourse.errors import SourceError

ROWS = [
    {"key": "a", "day": "2020-01-02", "words": "One two.", "who": "Roe"},
    {"key": "b", "day": "January 3, 2020", "words": "Three, four.", "who": "Doe"},
]


def written(tmp_path, kind, rows=ROWS):
    frame = pd.DataFrame(rows)
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "tsv":
        frame.to_csv(path, index=False, sep="\t")
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl":
        path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    else:
        path.write_bytes(gzip.compress("\n".join(json.dumps(r) for r in rows).encode()))
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet", "jsonl.gz"])
def test_formats(tmp_path, kind):
    corpus = read_table(
        files=[written(tmp_path, kind)], text="words", date="day", id="key", speaker="who", keep=["who"]
    )
    assert corpus.documents["doc_id"].tolist() == ["a", "b"]
    assert [str(d.date()) for d in corpus.documents["date"]] == ["2020-01-02", "2020-01-03"]
    assert corpus.turns["speaker"].tolist() == ["Roe", "Doe"]
    assert corpus.turns["text"].tolist() == ["One two.", "Three, four."]


def test_misspelt_columns_are_all_named(tmp_path):
    with pytest.raises(SourceError) as error:
        read_table(files=[written(tmp_path, "csv")], text="word", date="date", id="key")
    assert 'no column "word" (corpus.options.text). Did you mean "words"?' in str(error.value)
    assert 'no column "date" (corpus.options.date)' in str(error.value)


def test_duplicate_ids_name_both_rows(tmp_path):
    rows = [*ROWS, {**ROWS[0]}]
    with pytest.raises(SourceError, match=r't\.csv:4: the id "a" occurs already at t\.csv:2'):
        read_table(files=[written(tmp_path, "csv", rows)], text="words", date="day", id="key")


def test_bad_rows_are_excluded_with_their_row_or_an_error(tmp_path):
    rows = [*ROWS, {"key": "c", "day": "03/04/2020", "words": "x"}, {"key": "d", "day": "2020-01-01", "words": " "}]
    path = written(tmp_path, "jsonl", rows)
    corpus = read_table(files=[path], text="words", date="day", id="key")
    assert [(e.source, e.reason.split(" ")[0]) for e in corpus.provenance.exclusions] == [
        ("t.jsonl:3", '"03/04/2020"'),
        ("t.jsonl:4", "no"),
    ]
    with pytest.raises(SourceError) as error:
        read_table(files=[path], text="words", date="day", id="key", strict=True)
    assert "t.jsonl:3" in str(error.value)
    assert "t.jsonl:4" in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"text": 1\n[2]\n', "a.jsonl:1: not JSON.*\n.*a.jsonl:2: expected an object"),
        ("a.csv", b"text,date\nx\n", "a.csv:2: expected 2 fields, got 1"),
        ("a.csv", b"\xff\xfe\x00", "not UTF-8"),
        ("a.parquet", b"PAR1 no", "not a Parquet file"),
        ("a.jsonl.gz", b"no", "not a gzip file"),
        ("a.docx", b"x", "expected a file ending in"),
        ("a.csv", b"text,date\n", "none of 0 documents is left"),
    ],
)
def test_files_that_are_none(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read_table(files=[tmp_path / name])


def test_an_unknown_date_everywhere_is_an_error(tmp_path):
    rows = [{"text": "x", "date": "soon"}]
    with pytest.raises(SourceError, match=r'"soon" is not a date'):
        read_table(files=[written(tmp_path, "csv", rows)])


def test_a_date_is_put_together_from_columns(tmp_path):
    path = tmp_path / "speeches.jsonl"
    rows = [
        {"year": 1991, "month": "09", "text": "We welcome the talks."},
        {"year": 2024, "month": "10", "text": "We met."},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    dates = read_table(files=[path], date="{year}-{month}-20", language=None).documents["date"]
    assert [str(d)[:10] for d in dates] == ["1991-09-20", "2024-10-20"]
    with pytest.raises(SourceError, match=r'there is no column "yaer" \(corpus.options.date\)'):
        read_table(files=[path], date="{yaer}-09-20", language=None)
