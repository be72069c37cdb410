"""Misspelt surnames in labels."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from discourse.corpus.bylines import describe
from discourse.corpus.names import split_label, surname
from discourse.corpus.persons import Person, Setting

_SHORTEST = 5  # letters of a surname; shorter ones that are nearly alike are mostly two names: Lee and Lea
_ALIKE = 0.86  # of the letters match: one left out or doubled, or one of eight wrong
_NEARLY_ALIKE = 0.8  # one of five wrong; enough only where nothing else has this spelling, and it is as much rarer:
_RARER = 5
_SURE = ("config", "byline", "title", "office on the day")


class Spelling:
    """The surnames of one document.

    Parameters
    ----------
    setting : Setting
        What the document says of its people.
    counts : mapping of str to int
        Turns under each label.
    """

    def __init__(self, setting: Setting, counts: Mapping[str, int]) -> None:
        self._setting = setting
        self._counts = counts
        # Each surname is compared with every other, and to look for it is to read the whole text.
        self._seen: dict[str, bool] = {}
        self._others: dict[str, list[tuple[str, str]]] = {}
        for label in counts:
            last = surname(split_label(label)[1])
            if len(last) >= _SHORTEST:
                self._others.setdefault(last[0], []).append((last, label))

    def right(self, label: str, people: Mapping[str, Person]) -> Person | None:
        """The person of this document whose surname is nearly that in the label.

        Of two spellings the right one is that which title or text have as well; where neither or both have it, that
        which
        labels have more often.

        Parameters
        ----------
        label : str
            A label that may be misspelt.
        people : mapping of str to Person
            Who is meant by each label of the document.

        Returns
        -------
        Person or None
        """
        last = surname(split_label(label)[1])
        best: Person | None = None
        nearest = 0.0
        if len(last) < _SHORTEST:
            return None
        for other, other_label in self._others.get(last[0], ()):
            person = people[other_label]
            # The two bounds are cheap, and few pairs of names are alike.
            if other == last or 2 * min(len(last), len(other)) < _NEARLY_ALIKE * (len(last) + len(other)):
                continue
            matcher = difflib.SequenceMatcher(None, last, other)
            if matcher.quick_ratio() < _NEARLY_ALIKE:
                continue
            ratio = matcher.ratio()
            if ratio > nearest and self._is_slip(last, other, ratio, label, other_label, person):
                nearest, best = ratio, person
        return best

    def _mentioned(self, last: str) -> bool:
        """Whether byline, title or text have this surname apart from labels."""
        if last not in self._seen:
            texts = (self._setting.byline, self._setting.title, self._setting.text)
            self._seen[last] = any(next(iter(describe(last, text)), None) for text in texts)
        return self._seen[last]

    def _is_slip(self, last: str, other: str, ratio: float, label: str, other_label: str, person: Person) -> bool:
        """Whether one surname is a slip for the other, the person's, with this share of letters alike."""
        if ratio < _NEARLY_ALIKE:
            return False
        here = self._mentioned(last)
        sure = person.rule in _SURE or self._mentioned(other)
        count, other_count = self._counts[label], self._counts[other_label]
        more = other_count > count
        # A surname that occurs nowhere but in one label is more likely a slip than a person.
        near = ratio >= _ALIKE or (not here and other_count >= _RARER * count)
        return near and (more and sure if here else more or sure)
