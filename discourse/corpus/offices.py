"""Who held which office of the United States when: facts in `discourse/lexicons/offices.tsv`."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Term:
    """One term of office: the person, the office, the first day and the first day after it."""

    name: str
    office: str
    start: dt.date
    stop: dt.date

    @property
    def surname(self) -> str:
        """Surname in capitals."""
        return self.name.split(",")[0].upper()

    @property
    def full_name(self) -> str:
        """First names and surname.

        Examples
        --------
        >>> Term("Roe, Ann", "President", dt.date(1, 1, 1), dt.date(2, 1, 1)).full_name
        'Ann Roe'
        """
        last, _, first = self.name.partition(", ")
        return f"{first} {last}".strip()


@cache
def terms() -> tuple[Term, ...]:
    """All terms of office that are known."""
    lines = files("discourse.lexicons").joinpath("offices.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")
    return tuple(
        Term(
            r["name"],
            r["office"],
            dt.date.fromisoformat(r["from"]),
            # An office that is still held has no last day.
            dt.date.fromisoformat(r["before"]) if r["before"] else dt.date.max,
        )
        for r in rows
    )


def holders(day: dt.date | None) -> Iterator[Term]:
    """Terms of office that a day falls into; none for an unknown day."""
    if day is not None:
        yield from (t for t in terms() if t.start <= day < t.stop)


# Many documents are of the same day or year.
@lru_cache(maxsize=4096)
def changes(first: dt.date, last: dt.date) -> bool:
    """Whether an office changes hands after the first and not after the last of these days.

    Examples
    --------
    >>> changes(dt.date(2021, 1, 1), dt.date(2021, 12, 31)), changes(dt.date(2018, 1, 24), dt.date(2018, 1, 24))
    (True, False)
    """
    return any(first < d <= last for t in terms() for d in (t.start, t.stop))


@cache
def administration(day: dt.date | None) -> str:
    """The President in office on a day, by the name of the administration; empty before 1789 and for an unknown day.

    Examples
    --------
    >>> administration(dt.date(2018, 1, 24)), administration(dt.date(2021, 12, 2)), administration(dt.date(2025, 3, 1))
    ('Trump (1)', 'Biden', 'Trump (2)')
    """
    for term in holders(day):
        if term.office == "President":
            return _ADMINISTRATIONS.get((term.name, term.start.year), term.name.split(",")[0])
    return ""


# Where several Presidents have one surname, or one has two terms that do not follow each other.
_ADMINISTRATIONS = {
    ("Adams, John", 1797): "J. Adams",
    ("Adams, John Quincy", 1825): "J. Q. Adams",
    ("Harrison, William Henry", 1841): "W. H. Harrison",
    ("Harrison, Benjamin", 1889): "B. Harrison",
    ("Johnson, Andrew", 1865): "A. Johnson",
    ("Johnson, Lyndon B.", 1963): "L. B. Johnson",
    ("Roosevelt, Theodore", 1901): "T. Roosevelt",
    ("Roosevelt, Franklin D.", 1933): "F. D. Roosevelt",
    ("Bush, George H. W.", 1989): "G. H. W. Bush",
    ("Bush, George W.", 2001): "G. W. Bush",
    ("Cleveland, Grover", 1885): "Cleveland (1)",
    ("Cleveland, Grover", 1893): "Cleveland (2)",
    ("Trump, Donald", 2017): "Trump (1)",
    ("Trump, Donald", 2025): "Trump (2)",
}
