"""Dates as they are written in press releases and tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

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
        except ValueError:
            return None
        return date if self.weekday is None or date.weekday() == self.weekday else None


def _partial(match: re.Match[str]) -> PartialDate:
    # Three letters are enough for every abbreviation: "Sept.", "Tues."
    month = next(i for i, m in enumerate(MONTHS, 1) if m.startswith(match["month"][:3].lower()))
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
