"""Front matter and dates in file names, as the reader of folders takes them."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus import read_folder
from discourse.corpus.frontmatter import date_in_name, split_front_matter
from discourse.errors import SourceError

HEAD = """---
# what this is
title: "On Grain: a speech"
Date: 2020-03-04
author: [Ana Žagar, Per Lind]
kind: speech
country: NO
venue: Порт
empty:
tags: [grain, 7]
---
**Grain** is dear this year.

# A heading
"""


def written(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", ".").replace("_", "-")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(folder, **options):
    corpus = read_folder(files=[folder], language=None, **options)
    days = corpus.documents.assign(date=corpus.documents["date"].dt.strftime("%Y-%m-%d"))
    return corpus, days.set_index("doc_id").to_dict("index")


def test_a_file_says_what_it_is(tmp_path):
    corpus, documents = read(written(tmp_path, **{"1999_01_01_a__md": HEAD, "b__txt": HEAD.replace("\n", "\r\n")}))
    for doc_id in ("1999-01-01-a", "b"):
        found = documents[doc_id]
        # In YAML 1.1 the country NO would be false.
        wanted = {
            "title": "On Grain: a speech",
            "date": "2020-03-04",
            "author": "Ana Žagar, Per Lind",
            "kind": "speech",
        }
        assert {k: found[k] for k in wanted} == wanted
        assert (found["country"], found["venue"], found["tags"], "empty" in found) == ("NO", "Порт", "grain, 7", False)
    assert corpus.turns["text"].tolist()[0] == "Grain is dear this year.\n\nA heading"
    assert corpus.provenance.inferences == ("2 files say what they are at their head (YAML)",)


def test_dates_in_names_need_no_pattern(tmp_path):
    text = "The fair was held on March 9, 2001, in the harbour.\n\nGrain is dear."
    files = {"2018_01_24_x__txt": text, "20180125x__txt": text, "20189999__txt": text, "plain__txt": text}
    files["20180126__txt"] = "---\ndate: January 27, 2018\n---\n" + text
    corpus, documents = read(written(tmp_path, **files))
    assert {k: v["date"] for k, v in documents.items()} == {
        "2018-01-24-x": "2018-01-24",
        "20180125x": "2018-01-25",
        "20180126": "2018-01-27",
        "20189999": "2001-03-09",
        "plain": "2001-03-09",
    }
    assert corpus.provenance.inferences == (
        "1 files say what they are at their head (YAML)",
        "dates of 2 files from their names",
        "dates of 2 files from their text, for neither name nor table gives them",
    )


def test_table_before_front_matter_before_pattern(tmp_path):
    written(
        tmp_path,
        **{"2019_01_01_Roe__txt": "---\nspeaker: Lind\nkind: talk\n---\nGrain.", "2019_01_02_Roe__txt": "Oats."},
    )
    _, documents = read(tmp_path, names="{date}-{speaker}.txt")
    assert [(d["author"], d["date"], d["kind"]) for d in documents.values()] == [
        ("Lind", "2019-01-01", "talk"),
        ("Roe", "2019-01-02", ""),
    ]
    (tmp_path / "list.csv").write_text("file,date,kind\n2019-01-01-Roe,2020-05-05,\n2019-01-02-Roe,,answer\n")
    _, documents = read(tmp_path, names="{date}-{speaker}.txt", metadata="list.csv")
    assert [(d["author"], d["date"], d["kind"]) for d in documents.values()] == [
        ("Roe", "2019-01-02", "answer"),
        ("Lind", "2020-05-05", "talk"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "---\nA rule.\n---\nText.",
        "---\ntitle: not closed\nText.",
        "Text.\n---\ntitle: x\n---\n",
        "---\n- a\n---\nText.",
        "--\na: b\n--\n",
    ],
)
def test_rules_in_a_text_are_no_front_matter(text):
    assert split_front_matter(Path("a.md"), text) == ({}, text)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("title: a\nkind: [b\nissuer: c", r"a.txt:4: front matter that is not YAML"),
        ("title: a\nplace: {city: b}", 'a.txt:1: front matter: "place" holds further keys'),
        ("a: &a [x]\nb: &b [*a, *a]", 'front matter: "b" holds further keys or lists'),
        ("a: " + "[" * 5000, "front matter that is not YAML"),
        ("date: soon", '"soon" is not a date'),
    ],
)
def test_bad_front_matter_is_one_message(tmp_path, head, message):
    with pytest.raises(SourceError, match=message) as caught:
        read(written(tmp_path, a__txt=f"---\n{head}\n---\nGrain."))
    assert len(caught.value.messages) == 2  # and that nothing is left


@given(st.dates(dt.date(1000, 1, 1)), st.sampled_from(["", "-x", "_remarks", " 7"]))
def test_any_date_in_a_name(day, rest):
    assert date_in_name(f"{day:%Y-%m-%d}{rest}".rjust(10, "0")) == day
    assert date_in_name(f"speech {day.isoformat()}{rest}") == day
    assert date_in_name(day.isoformat().replace("-", "") + rest) == day
