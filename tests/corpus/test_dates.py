"""Dates as far as a source gives them: parsed, ordered, cut by groups, stored, and never finer than they are known."""

import calendar
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus.assemble import assemble
from discourse.corpus.dated import administrations, as_written, from_written, iso_dates, last_days, precision, spanned
from discourse.corpus.dates import Precision, When, parse_when, shown_date
from discourse.corpus.pages import read_folder
from discourse.corpus.select import Group, across, assign
from discourse.corpus.stored import read_stored, save_corpus
from discourse.corpus.table import read_table
from discourse.corpus.turns import Speaker
from discourse.errors import DiscourseError, SourceError
from discourse.types import Provenance


def table_of(*dates):
    rows = []
    for k, d in enumerate(dates):
        when = parse_when(d) if d else None
        rows.append({"doc_id": f"d{k}", "date": when and when.first, "date_iso": when.iso if when else "", "title": ""})
    return assemble(rows, {r["doc_id"]: [] for r in rows}, Provenance()).documents.sort_values("doc_id")


@pytest.mark.parametrize(
    ("value", "iso", "known"),
    [
        ("2018-01-24", "2018-01-24", "day"),
        ("24 January 2018", "2018-01-24", "day"),
        (pd.Timestamp("2018-01-24"), "2018-01-24", "day"),
        ("2018-01", "2018-01", "month"),
        ("May 1987", "1987-05", "month"),
        ("Sept. 1987", "1987-09", "month"),
        ("1987", "1987", "year"),
        (1987, "1987", "year"),
        (1987.0, "1987", "year"),
        (np.int64(1987), "1987", "year"),
        ("1946-1950", "1946/1950", "range"),
        ("1946–1950", "1946/1950", "range"),
        ("2018/2019", "2018/2019", "range"),
        ("1990s", "1990/1999", "range"),
        ("2018-03-01/2018-03-05", "2018-03-01/2018-03-05", "range"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(value, iso, known):
    when = parse_when(value)
    assert when.iso == iso and when.precision == known


@pytest.mark.parametrize(
    "value", ["2004/05", "03/04/2018", "2018-13", "soon", "", None, 1987.5, float("nan"), pd.NaT, "1950-1946", "0099"]
)
def test_what_could_be_several_dates_is_none(value):
    assert parse_when(value) is None


@given(st.dates(dt.date(1000, 1, 1), dt.date(2900, 1, 1)), st.dates(dt.date(1000, 1, 1), dt.date(2900, 1, 1)))
def test_iso_texts_and_dates_are_the_same(one, other):
    when = When(min(one, other), max(one, other))
    assert When.of(when.iso) == when


@given(st.integers(1000, 2900), st.integers(1, 12))
def test_months_and_years_have_the_days_of_the_calendar(year, month):
    assert When.of(f"{year}-{month:02d}").last.day == calendar.monthrange(year, month)[1]
    assert (When.of(str(year)).last - When.of(str(year)).first).days == 364 + calendar.isleap(year)


def test_words_have_no_day_that_the_date_has_not():
    assert [shown_date(x) for x in ("1987", "1987-05", "1946/1950", "")] == ["1987", "May 1987", "1946–1950", "undated"]
    assert shown_date("2018-01-04", short=True) == "4 Jan 2018"


def test_tables_of_years_months_ranges_and_nothing(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,when,text\na,1987,One.\nb,May 1986,Two.\nc,1946-1950,Three.\nd,1988-02-03,Four.\n"
    )
    documents = read_table(files=[tmp_path / "a.csv"], id="id", date="when", language=None).documents
    assert documents["doc_id"].tolist() == ["c", "b", "a", "d"]
    assert iso_dates(documents).tolist() == ["1946/1950", "1986-05", "1987", "1988-02-03"]
    assert precision(documents) == Precision.RANGE and precision(documents[1:]) == Precision.YEAR
    assert spanned(documents) == ("1946", "1988-02-03")
    undated = read_table(files=[tmp_path / "a.csv"], id="id", date=None, language=None).documents
    assert undated["doc_id"].tolist() == ["a", "b", "c", "d"] and undated["date"].isna().all()
    assert spanned(undated) == ("", "") and precision(undated) == Precision.NONE


def test_rows_without_a_date_are_excluded_and_said(tmp_path):
    (tmp_path / "a.csv").write_text("date,text\n1987,One.\n,Two.\n2004/05,Three.\n")
    corpus = read_table(files=[tmp_path / "a.csv"], language=None)
    reasons = [e.reason for e in corpus.provenance.exclusions]
    assert len(corpus.documents) == 1
    assert reasons[0].startswith("no date") and reasons[1].startswith('"2004/05" is not a date')


def test_folders_of_years_and_of_nothing(tmp_path):
    (tmp_path / "1987_Roe.txt").write_text("We met on 3 March 1986.")
    documents = read_folder(files=[tmp_path], names="{date}_{speaker}.txt", language=None).documents
    assert iso_dates(documents).tolist() == ["1987"]
    (tmp_path / "1987_Roe.txt").write_text("We met.")
    with pytest.raises(SourceError, match="date: null"):
        read_folder(files=[tmp_path], language=None)
    assert read_folder(files=[tmp_path], language=None, date=None).documents["date"].isna().all()


def test_groups_take_whole_years():
    eras = [Group("old", None, dt.date(1990, 1, 1)), Group("new", dt.date(1990, 1, 1))]
    assert assign(table_of("1989", "1990", "1991-03"), eras).tolist() == [0, 1, 1]
    with pytest.raises(DiscourseError, match=r'1989-11-09, but of the document "d0" only 1989 is known'):
        assign(table_of("1989"), [Group("old", None, dt.date(1989, 11, 9))])
    with pytest.raises(DiscourseError, match="none of its 2 documents has a date"):
        assign(table_of("", ""), eras)


def test_ranges_that_a_group_divides_are_in_none():
    documents = table_of("1985/1994", "1980/1985", "1991/1995")
    eras = [Group("old", None, dt.date(1990, 1, 1)), Group("new", dt.date(1990, 1, 1))]
    assert assign(documents, eras).tolist() == [-1, 0, 1] and across(documents, eras) == 1


@given(st.lists(st.tuples(st.integers(1985, 1995), st.integers(0, 12)), min_size=1), st.integers(1986, 1994))
def test_groups_agree_with_day_by_day(dates, year):
    documents = table_of(*[f"{y}-{m:02d}" if m else str(y) for y, m in dates])
    found = assign(documents, [Group("since", dt.date(year, 1, 1))])
    naive = {f"d{k}": 0 if y >= year else -1 for k, (y, _) in enumerate(dates)}
    assert dict(zip(documents["doc_id"], found.tolist())) == naive


def test_an_administration_needs_the_whole_year():
    documents = table_of("2010", "2009", "2009-02", "", "2010/2011")
    assert administrations(documents) == ["Obama", "", "Obama", "", "Obama"]


def test_offices_are_not_told_from_a_year_in_which_they_change(tmp_path):
    def speaker(date, **options):
        (tmp_path / "a.csv").write_text(f'date,text\n{date},"THE SECRETARY: We met."\n')
        return read_table(files=[tmp_path / "a.csv"], language=None, **options).turns["speaker"].tolist()

    assert speaker("2021-03-01") == speaker("2021-03") == ["Antony J. Blinken"] != speaker("2021")
    # Somebody named by the user may have been in office in a part of the year.
    assert speaker("2021", speakers=[Speaker("Ada Kovar", ("Secretary",), start=dt.date(2021, 6, 1))]) == ["Ada Kovar"]


def test_what_is_stored_has_no_days_either(tmp_path):
    (tmp_path / "a.csv").write_text("date,text\n1987,One.\n1987-03-04,Two.\n")
    corpus = read_table(files=[tmp_path / "a.csv"], language=None)
    (tmp_path / "built").mkdir()
    save_corpus(corpus, tmp_path / "built", {})
    assert pd.read_parquet(tmp_path / "built" / "documents.parquet")["date"].tolist() == ["1987", "1987-03-04"]
    pd.testing.assert_frame_equal(read_stored(files=[tmp_path / "built"]).documents, corpus.documents)


def test_written_dates_come_back():
    documents = table_of("1987", "", "1990/1999").reset_index(drop=True)
    pd.testing.assert_frame_equal(from_written(as_written(documents)), documents)
    assert [d if pd.isna(d) else str(d.date()) for d in last_days(documents)][::2] == ["1987-12-31", "1999-12-31"]
