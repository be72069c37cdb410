"""The dates of the documents of a corpus, which may be known by the day, the month or the year, or not at all.

`date` is the first day that a document may be of, for arithmetic, and is never shown. Where some document is not dated by the day
the column `date_iso` holds what is known, in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from discourse.corpus.dates import Precision, When
from discourse.corpus.offices import administration
from discourse.types import DOCUMENT_COLUMNS

COLUMN = "date_iso"


def iso_date(document: Mapping[str, object] | pd.Series) -> str:
    """The date of one document in ISO 8601, as far as it is known; empty where it has none."""
    written, date = document.get(COLUMN), document["date"]
    if isinstance(written, str):
        return written
    return "" if pd.isna(date) else f"{pd.Timestamp(date):%Y-%m-%d}"  # type: ignore[arg-type]


def iso_dates(documents: pd.DataFrame) -> pd.Series:
    """The dates of documents in ISO 8601, as far as they are known; empty where there is none.

    Examples
    --------
    >>> iso_dates(pd.DataFrame({"date": pd.to_datetime(["2018-01-24", None])})).tolist()
    ['2018-01-24', '']
    """
    if COLUMN in documents.columns:
        return documents[COLUMN].fillna("").astype(object)
    return documents["date"].dt.strftime("%Y-%m-%d").fillna("").astype(object)


def last_days(documents: pd.DataFrame) -> pd.Series:
    """The last day that each document may be of; `date` is the first.

    Examples
    --------
    >>> documents = pd.DataFrame({"date": pd.to_datetime(["1987-01-01"]), "date_iso": ["1987"]})
    >>> str(last_days(documents)[0].date())
    '1987-12-31'
    """
    if COLUMN not in documents.columns:
        return documents["date"]
    days = [When.of(x).last if x else None for x in iso_dates(documents)]
    return pd.Series(pd.to_datetime(pd.Series(days, dtype=object)).astype("datetime64[s]").to_numpy(), documents.index)


def precision(documents: pd.DataFrame) -> Precision:
    """The precision of the date of which least is known; "none" if a document has none.

    Examples
    --------
    >>> precision(pd.DataFrame({"date": pd.to_datetime(["1987-01-01", "2018-01-24"]), "date_iso": ["1987", "2018-01-24"]}))
    <Precision.YEAR: 'year'>
    """
    if documents["date"].isna().any():
        return Precision.NONE
    if COLUMN not in documents.columns:
        return Precision.DAY
    found = {When.of(x).precision for x in iso_dates(documents).unique()}
    return max(found, key=list(Precision).index, default=Precision.DAY)


def spanned(documents: pd.DataFrame) -> tuple[str, str]:
    """The earliest and the latest date in ISO 8601, as far as they are known; both empty where no document is dated.

    Examples
    --------
    >>> spanned(pd.DataFrame({"date": pd.to_datetime(["2019-01-01", "2018-01-01"]), "date_iso": ["2019", "2018/2019"]}))
    ('2018', '2019')
    """
    dated = documents[documents["date"].notna()]
    if dated.empty:
        return "", ""
    written = iso_dates(dated)
    first = written[dated["date"].idxmin()].split("/")[0]
    last = written[last_days(dated).idxmax()].split("/")[-1]
    return first, last


def before(documents: pd.DataFrame, day: object) -> tuple[np.ndarray, np.ndarray]:
    """Documents that are older than a day, and those of which this cannot be said; both bool, shape (n_documents,).

    A document without a date is in neither.

    Examples
    --------
    >>> documents = pd.DataFrame({"date": pd.to_datetime(["1986-01-01", "1987-01-01"]), "date_iso": ["1986", "1987"]})
    >>> [x.tolist() for x in before(documents, "1987-03-01")]
    [[True, False], [False, True]]
    """
    at = pd.Timestamp(day)  # type: ignore[arg-type]
    older = (last_days(documents) < at).to_numpy()
    return older, (documents["date"] < at).to_numpy() & ~older


def administrations(documents: pd.DataFrame) -> list[str]:
    """The administration of each document; empty where none, or more than one, was in office on the days that it may be of."""
    ends = [[None if pd.isna(d) else d.date() for d in days] for days in (documents["date"], last_days(documents))]
    return [a if (a := administration(first)) == administration(last) else "" for first, last in zip(*ends)]


def as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose `date` is what is known of it, in place of two columns, to be shown or stored.

    Examples
    --------
    >>> as_written(pd.DataFrame({"date": pd.to_datetime(["1987-01-01"]), "date_iso": ["1987"]})).to_dict("list")
    {'date': ['1987']}
    """
    if COLUMN not in frame.columns:
        return frame
    return frame.assign(date=iso_dates(frame)).drop(columns=COLUMN)


def from_written(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents table of what `as_written` made of it.

    Raises
    ------
    ValueError
        For what is no date.
    """
    if pd.api.types.is_datetime64_any_dtype(documents["date"]):
        # Parquet has no seconds.
        return documents.assign(date=documents["date"].astype("datetime64[s]"))
    written = documents["date"].fillna("").astype(object)
    days = pd.Series([When.of(str(x)).first if x else None for x in written], dtype=object)
    found = documents.assign(date=pd.to_datetime(days).astype("datetime64[s]").to_numpy())
    found.insert(len(DOCUMENT_COLUMNS), COLUMN, written)
    return found
