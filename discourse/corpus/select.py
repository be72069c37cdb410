"""Selection of documents and their groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from discourse.corpus.dated import before, iso_date, iso_dates
from discourse.corpus.dates import Precision, When
from discourse.corpus.rows import word
from discourse.errors import DiscourseError, did_you_mean
from discourse.types import Corpus


@dataclass(frozen=True)
class Group:
    """Documents from a day on, before a day, and with these values.

    Parameters
    ----------
    name : str
        Name in figures.
    start, stop : date, optional
        First day, and first day that is no longer in the group.
    where : mapping of str to list, optional
        Values of metadata columns.
    """

    name: str
    start: dt.date | None = None
    stop: dt.date | None = None
    where: Mapping[str, object] = field(default_factory=dict)


def matches(documents: pd.DataFrame, where: Mapping[str, object]) -> np.ndarray:
    """Documents whose columns hold one of these values; bool, shape (n_documents,).

    Raises
    ------
    DiscourseError
        For a column that is not there, or a value that occurs in no document.
    """
    keep = np.ones(len(documents), bool)
    for column, wanted in where.items():
        if column not in documents.columns:
            raise DiscourseError(f'there is no column "{column}". {did_you_mean(column, list(documents.columns))}')
        # As text, for a config may write 2018 where the table has a number, and the reverse; 2 and 2.0 are one number.
        as_text = word if is_numeric_dtype(documents[column]) else str
        values = [as_text(v) for v in (wanted if isinstance(wanted, list | tuple) else [wanted])]
        present = documents[column].map(as_text).astype(str)
        for value in values:
            if not (present == value).any():
                raise DiscourseError(
                    f'no document has "{value}" in column "{column}". {did_you_mean(value, sorted(present.unique()))}'
                )
        keep &= present.isin(values).to_numpy()
    return keep


def with_kinds(corpus: Corpus, kinds: Mapping[str, Sequence[str]]) -> Corpus:
    """Infer kinds of documents from their titles.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    kinds : mapping of str to sequence of str
        Kinds and the patterns of their titles, in which * means any letters and case is ignored; the first that fits
        counts.
        Documents that none fits keep the kind of the source; where it gives none they are "other".

    Raises
    ------
    DiscourseError
        For a pattern that fits no title.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "date": pd.Timestamp("2020-01-01"), "issuer": "", "kind": "",
    ...                           "title": ["Press Briefing - 4 May", "On the Elections"]})
    >>> turns = pd.DataFrame(columns=["doc_id", "turn", "speaker", "role", "side", "interpreted", "text", "excluded"])
    >>> with_kinds(Corpus(documents, turns), {"briefing": ["press briefing*"]}).documents["kind"].tolist()
    ['briefing', 'other']
    """
    return replace(corpus, documents=kinds_of(corpus.documents, kinds)) if kinds else corpus


def kinds_of(documents: pd.DataFrame, kinds: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The documents of `with_kinds`."""
    titles = documents["title"].astype(str).str.casefold()
    kind = documents["kind"].fillna("").astype(object).where(lambda k: k != "", "other")
    found = np.zeros(len(titles), bool)
    for name, patterns in kinds.items():
        for pattern in patterns:
            # A bracket opens a set of letters in such patterns; in titles it is a bracket.
            wanted = pattern.casefold().replace("[", "[[]")
            # Not fnmatch, which respects case on some systems only.
            fits = np.array([fnmatchcase(title, wanted) for title in titles], bool)
            if not fits.any():
                raise DiscourseError(f'no title fits "{pattern}" of the kind "{name}"')
            kind[fits & ~found] = name
            found |= fits
    return documents.assign(kind=kind)


def assign(documents: pd.DataFrame, groups: Sequence[Group]) -> np.ndarray:
    """Group of each document.

    Parameters
    ----------
    documents : DataFrame
        With `date` and the columns that the groups name.
    groups : sequence of Group
        Groups that do not overlap.

    Returns
    -------
    ndarray of int, shape (n_documents,)
        Index of the group, -1 for none. A document without a date is in no group that has a first or last day, and neither is one
        whose range of years such a day divides.

    Raises
    ------
    DiscourseError
        If groups overlap, if no document of a group with a first or last day has a date, and if such a day lies within the year or
        the month by which a document is dated.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": ["a", "b"], "date": pd.to_datetime(["1990-01-01", "2000-01-01"])})
    >>> assign(table, [Group("new", dt.date(1995, 1, 1)), Group("old", None, dt.date(1995, 1, 1))]).tolist()
    [1, 0]
    """
    result = np.full(len(documents), -1)
    for k, group in enumerate(groups):
        inside = matches(documents, group.where)
        inside &= between(documents, group.start, group.stop, inside, f'the group "{group.name}"')
        both = inside & (result >= 0)
        if both.any():
            other = groups[int(result[both][0])].name
            raise DiscourseError(
                f'the groups "{other}" and "{group.name}" overlap: document '
                f'"{documents["doc_id"].to_numpy()[both][0]}" is in both'
            )
        result[inside] = k
    return result


def between(
    documents: pd.DataFrame, start: dt.date | None, stop: dt.date | None, among: np.ndarray, what: str
) -> np.ndarray:
    """Documents from a day on and before another; bool, shape (n_documents,).

    Parameters
    ----------
    documents : DataFrame
        With `date`, and `date_iso` where dates are not known by the day.
    start, stop : date, optional
        First day, and first day that is no longer inside.
    among : ndarray of bool, shape (n_documents,)
        Documents in question.
    what : str
        What begins and ends there, for messages.

    Raises
    ------
    DiscourseError
        If none of the documents in question has a date, or one of these days lies within the month or year of one.
    """
    inside = np.ones(len(documents), bool)
    dated = documents["date"].notna().to_numpy()
    if (start or stop) and among.any() and not (among & dated).any():
        raise DiscourseError(f"{what} has a first or last day, but none of its {among.sum()} documents has a date")
    for day, wanted in ((start, False), (stop, True)):
        if day is None:
            continue
        older, unknown = before(documents, day)
        inside &= dated & ~unknown & (older == wanted)
        for k in np.flatnonzero(among & unknown):
            date = iso_date(documents.iloc[k])
            # Of a range it was never said when within it a document is from.
            if When.of(date).precision != Precision.RANGE:
                raise DiscourseError(
                    f'{what} is divided at {day}, but of the document "{documents["doc_id"].iloc[k]}" only {date} is known; '
                    f"name a day on which a {When.of(date).precision} begins"
                )
    return inside


def across(documents: pd.DataFrame, groups: Sequence[Group]) -> int:
    """How many documents are in no group because the first or last day of one divides the years of their date.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": ["a"], "date": pd.to_datetime(["1990-01-01"]), "date_iso": ["1990/1999"]})
    >>> across(table, [Group("new", dt.date(1995, 1, 1)), Group("old", None, dt.date(1995, 1, 1))])
    1
    """
    result = np.zeros(len(documents), bool)
    for group in groups:
        for day in filter(None, (group.start, group.stop)):
            result |= before(documents, day)[1] & matches(documents, group.where)
    return int((result & (iso_dates(documents) != "").to_numpy() & (assign(documents, groups) < 0)).sum())
