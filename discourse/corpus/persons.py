"""People as the user names them, people as they are found, and what a document says of its people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from discourse.corpus.home import UNITED_STATES, Home
from discourse.corpus.label_words import contains

OUTSIDE = "config, outside the term"
FIXED = ("config", OUTSIDE, "label")  # rules that nothing said elsewhere changes
OPEN = ("conduct", "title in the label")  # rules that do not say which person it is: other places may


# What may follow a surname that ends a name.
_GOES_ON = r"(?:and|of|for|to|in|at|via|as|with|jr|sr|ii|iii|iv|delivers|on|from|before|hosts)\b"


@dataclass(frozen=True)
class Speaker:
    """A person or an office that the user has named, by the name that figures show.

    Parameters
    ----------
    name : str
        Name in figures.
    aliases : tuple of str
        Words that identify the speaker in a label or a byline; the last word of the name by default.
    role : str
        principal, counterpart, spokesperson, reporter, moderator...
    side : str
        home (counted as the group's words), foreign, press or other.
    office : str
        Office held in the term.
    start, stop : date, optional
        First day of the term, and first day after it. Where two people share an alias, the one in office is meant.
    """

    name: str
    aliases: tuple[str, ...] = ()
    role: str = "principal"
    side: str = "home"
    office: str = ""
    start: dt.date | None = None
    stop: dt.date | None = None

    def matches(self, words: str) -> bool:
        """Whether one of the aliases occurs in these words, as whole words, case ignored.

        Examples
        --------
        >>> Speaker("Ada Kovar").matches("FOREIGN MINISTER KOVAR"), Speaker("Ada Kovar").matches("MS. KOVARIN")
        (True, False)
        """
        if self.aliases:
            return any(contains(a, words) for a in self.aliases)
        # A surname that goes on is another's: Taylor in "Marjorie Taylor Greene".
        last = re.escape(self.name.split()[-1])
        return re.search(rf"(?<!\w){last}(?!\w)(?!\s+(?!{_GOES_ON})\w)", words, re.I) is not None

    def in_office(self, day: dt.date | None) -> bool:
        """Whether the day falls into the term; an unknown day and a term without days always do."""
        return day is None or ((self.start is None or self.start <= day) and (self.stop is None or day < self.stop))


@dataclass(frozen=True)
class Person:
    """Who is meant, and by which rule that was concluded."""

    name: str
    role: str
    side: str
    office: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Setting:
    """What a document says of its people.

    Parameters
    ----------
    byline : str
        Authors, as the source gives them.
    title : str
        Title of the document.
    text : str
        Its text, where names are introduced.
    day : date, optional
        Its date.
    home : Home
        The home side of the document.
    """

    byline: str = ""
    title: str = ""
    text: str = ""
    day: dt.date | None = None
    home: Home = UNITED_STATES


def named(speakers: Sequence[Speaker], words: str, day: dt.date | None) -> Person | None:
    """The person whom the user has named by these words; of several, the one in office on the day.

    Parameters
    ----------
    speakers : sequence of Speaker
        People that the user has named.
    words : str
        A label or a byline.
    day : date, optional
        Day of the document.

    Returns
    -------
    Person or None
        None where the words name nobody, or somebody who is out of office by a surname that others may have as well.
    """
    found = [s for s in speakers if s.matches(words)]
    # George W. Bush before George Bush, where both are named and both have the alias Bush.
    found.sort(key=lambda s: -max((len(a) for a in (s.name, *s.aliases) if contains(a, words)), default=0))
    chosen = next((s for s in found if s.in_office(day)), None)
    if chosen is not None:
        return Person(chosen.name, chosen.role, chosen.side, chosen.office, "config")
    if found:
        full = next(
            (s for s in found if any(" " in a and re.search(re.escape(a), words, re.I) for a in (*s.aliases, s.name))),
            None,
        )
        if full is not None:
            return Person(full.name, full.role, full.side, "", OUTSIDE)
    return None
