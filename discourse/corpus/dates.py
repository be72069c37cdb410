"""Dates as they are written in press releases and tables."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

# Not from the module calendar, whose names depend on the locale.
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?P<weekday>Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_FULL = (
    re.compile(rf"{_WEEKDAY}\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.I),
    re.compile(rf"{_WEEKDAY}\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", re.I),
)
_DAY_MONTH = re.compile(rf"^{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?$", re.I)
_MONTH_DAY = re.compile(rf"^{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})$", re.I)


@dataclass(frozen=True)
class PartialDate:
    """A day and month, with a year and a weekday (0 is Monday) where they are given."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """The date in that year, or None where there is none or the weekday does not fit."""
        try:
            date = dt.date(year, self.month, self.day)
        except (ValueError, OverflowError):
            return None
        return date if self.weekday is None or date.weekday() == self.weekday else None


def _month(name: str) -> int:
    # Three letters are enough for every abbreviation: "Sept.", "Tues."
    return next(i for i, m in enumerate(MONTHS, 1) if m.startswith(name[:3].lower()))


def _partial(match: re.Match[str]) -> PartialDate:
    month = _month(match["month"])
    weekday = next(
        (i for i, w in enumerate(WEEKDAYS) if match["weekday"] and w.startswith(match["weekday"][:3].lower())), None
    )
    year = int(match["year"]) if match["year"] else None
    return PartialDate(int(match["day"]), month, year, weekday)


def date_line(line: str) -> PartialDate | None:
    """Read a line that is nothing but a date.

    Examples
    --------
    >>> date_line("2 Dec")
    PartialDate(day=2, month=12, year=None, weekday=None)
    >>> date_line("January 24, 2018").year
    2018
    >>> date_line("2 December was cold") is None
    True
    """
    # In Markdown a date line may be bold or in italics.
    text = line.strip().strip("*_ ")
    match = _DAY_MONTH.match(text) or _MONTH_DAY.match(text)
    return _partial(match) if match else None


def full_dates(text: str) -> Iterator[PartialDate]:
    """Yield every full date in a text; a date whose weekday contradicts it is passed over.

    Examples
    --------
    >>> [d.year for d in full_dates("On Thursday, December 2, 2021, after 1999 and 3 May 2020.")]
    [2021, 2020]
    """
    for pattern in _FULL:
        for match in pattern.finditer(text):
            partial = _partial(match)
            if partial.year is not None and partial.in_year(partial.year):
                yield partial


def parse_date(value: object) -> dt.date | None:
    """Read one date of a table: ISO, ``24 January 2018`` or ``January 24, 2018``; None when it is none of them.

    Ambiguous numeric dates such as 03/04/2018 are not guessed.

    Examples
    --------
    >>> parse_date("2018-01-24"), parse_date("January 24, 2018"), parse_date("03/04/2018")
    (datetime.date(2018, 1, 24), datetime.date(2018, 1, 24), None)
    """
    # Before dates, for a datetime is a date as well.
    if isinstance(value, dt.datetime):
        return None if value != value else value.date()  # NaT is not equal to itself
    if isinstance(value, dt.date):
        return value
    text = str(value).strip()
    iso = re.match(r"^\d{4}-\d{2}-\d{2}(?=$|[T ])", text)
    try:
        if iso:
            return dt.date.fromisoformat(iso[0])
        if re.fullmatch(r"\d{8}", text):
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    partial = date_line(text)
    return partial.in_year(partial.year) if partial and partial.year else None


class Precision(StrEnum):
    """How much of a date is known, from the finest to the coarsest."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"
    NONE = "none"

    def coarser_than(self, other: Precision) -> bool:
        """Whether less is known.

        Examples
        --------
        >>> Precision.YEAR.coarser_than(Precision.MONTH), Precision.DAY.coarser_than(Precision.DAY)
        (True, False)
        """
        order = list(Precision)
        return order.index(self) > order.index(other)


@dataclass(frozen=True)
class When:
    """A date as far as the source gives it: the first and the last day that it may be.

    Examples
    --------
    >>> When(dt.date(1987, 1, 1), dt.date(1987, 12, 31)).precision
    <Precision.YEAR: 'year'>
    """

    first: dt.date
    last: dt.date

    @cached_property
    def precision(self) -> Precision:
        """Day, month or year; a range where it is none of these."""
        if self.first == self.last:
            return Precision.DAY
        whole_months = self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]
        if not whole_months or self.first.year != self.last.year:
            return Precision.RANGE
        if self.first.month == self.last.month:
            return Precision.MONTH
        return Precision.YEAR if (self.first.month, self.last.month) == (1, 12) else Precision.RANGE

    @cached_property
    def iso(self) -> str:
        """The date as ISO 8601 writes it, no more of it than is known.

        Examples
        --------
        >>> When.of("1987-05").iso, When.of("1946/1950").iso
        ('1987-05', '1946/1950')
        """
        letters = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
        if self.precision in letters:
            return self.first.isoformat()[: letters[self.precision]]
        for n in (4, 7):
            start, end = (d.isoformat()[:n] for d in (self.first, self.last))
            if When.of(f"{start}/{end}") == self:
                return f"{start}/{end}"
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @classmethod
    def of(cls, iso: str) -> When:
        """Read a day, month, year or range in ISO 8601.

        Raises
        ------
        ValueError
            For anything else.

        Examples
        --------
        >>> When.of("2018-02").last, When.of("1946/1950").first
        (datetime.date(2018, 2, 28), datetime.date(1946, 1, 1))
        """
        parts = [_ISO.fullmatch(p) for p in iso.split("/")]
        # 0 where a month or a day is not given.
        ends = [[int(m[x] or 0) for x in ("year", "month", "day")] for m in parts if m]
        if len(ends) < len(parts) or len(ends) > 2:
            raise ValueError(f'"{iso}" is not a date')
        (year, month, day), (last_year, last_month, last_day) = ends[0], ends[-1]
        first = dt.date(year, month or 1, day or 1)
        last_month = last_month or 12
        last = dt.date(last_year, last_month, last_day or monthrange(last_year, last_month)[1])
        if last < first:
            raise ValueError(f'"{iso}" ends before it begins')
        return cls(first, last)


_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
_MONTH_YEAR = re.compile(rf"{_MONTH},?\s+(?P<year>\d{{4}})", re.I)
_YEAR = re.compile(r"([12]\d{3})(?:\.0)?")  # a column of years with a gap holds decimals
_YEARS = re.compile(r"([12]\d{3})\s*[-–/]\s*([12]\d{3})")
_DECADE = re.compile(r"([12]\d{2}0)s")


def parse_when(value: object) -> When | None:
    """Read a date of a table as far as it is known; None when it is no date.

    Beside what `parse_date` reads: months (``2018-05``, ``May 2018``), years (``1987``), and ranges (``1946-1950``, ``2018/2019``,
    ``1990s``, and any two of these dates in ISO 8601 with a slash between them). Years of two digits (``2004/05``) are not guessed.

    Examples
    --------
    >>> [parse_when(x).iso for x in ("2018-01-24", "May 1987", 1987.0, "1946-1950", "1990s")]
    ['2018-01-24', '1987-05', '1987', '1946/1950', '1990/1999']
    >>> parse_when("2004/05") is None
    True
    """
    day = parse_date(value)
    if day is not None:
        return When(day, day)
    text = str(value).strip()
    if found := _YEAR.fullmatch(text):
        text = found[1]
    elif found := _MONTH_YEAR.fullmatch(text):
        text = f"{found['year']}-{_month(found['month']):02d}"
    elif found := _YEARS.fullmatch(text):
        text = f"{found[1]}/{found[2]}"
    elif found := _DECADE.fullmatch(text):
        text = f"{found[1]}/{int(found[1]) + 9}"
    try:
        when = When.of(text)
    except ValueError:
        return None
    # Four digits with a nought before them are a number of something else.
    return when if when.first.year >= 1000 else None


def shown_date(iso: str, *, short: bool = False) -> str:
    """A date in words, no more of it than is known; the one place where dates become words.

    Parameters
    ----------
    iso : str
        In ISO 8601, as in the column `date_iso` of the documents; empty where there is no date.
    short : bool
        Months in three letters.

    Examples
    --------
    >>> [shown_date(x) for x in ("2018-01-04", "2018-05", "1987", "1946/1950", "2018-11/2019-02", "")]
    ['4 January 2018', 'May 2018', '1987', '1946–1950', 'November 2018 to February 2019', 'undated']
    """
    if not iso:
        return "undated"
    ends = []
    for part in iso.split("/"):
        year, month, day = [int(x) for x in part.split("-")] + [0] * (2 - part.count("-"))
        name = MONTHS[month - 1].capitalize()[: 3 if short else None] if month else ""
        ends.append(" ".join(filter(None, (str(day or ""), name, str(year)))))
    years = all(e.isdigit() for e in ends)
    return ("–" if years else " to ").join(ends)
