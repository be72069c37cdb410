"""Members of a parliament or an assembly: one person under all forms of a label, and who answers for the government."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from discourse.corpus.cores import has_given_name
from discourse.corpus.grammar import Claim
from discourse.corpus.names import split_label, surname
from discourse.corpus.persons import Person

FORM = "form of the label"
SEATED = ("member", "minister", "asker", "delegate", "official")
"""Parts whose holders are known by surname in a document."""


@dataclass
class Roster:
    """Who sat in an assembly, and who answered as a minister, by surname and month."""

    _ministers: set[tuple[str, int, int]] = field(default_factory=set)
    _names: dict[tuple[str, int, int], set[str]] = field(default_factory=dict)

    def learn(self, people: Iterable[Person], day: dt.date | None) -> None:
        """Keep the members of a document."""
        for person in people:
            if day is None or person.rule != FORM:
                continue
            key = (surname(person.name), day.year, day.month)
            if person.role == "principal":
                self._ministers.add(key)
            if has_given_name(person.name) and not split_label(person.name)[0]:
                self._names.setdefault(key, set()).add(person.name)

    def add(self, other: Roster) -> None:
        """Keep the members in another part of the corpus as well."""
        self._ministers |= other._ministers
        for key, names in other._names.items():
            self._names.setdefault(key, set()).update(names)

    def completed(self, person: Person, day: dt.date | None) -> Person:
        """A member with the one full name and the part that other documents of the month show."""
        if day is None or person.rule != FORM:
            return person
        key = (surname(person.name), day.year, day.month)
        names = self._names.get(key, set())
        if len(names) == 1 and " " not in split_label(person.name)[1] and split_label(person.name)[0]:
            person = replace(person, name=next(iter(names)))
        return replace(person, role="principal") if person.role == "participant" and key in self._ministers else person


def seat(order: Sequence[str], found: Mapping[str, Person], claims: Mapping[str, Claim]) -> dict[str, Person]:
    """Members of one document: full names from fuller labels, ministers by office or by answering.

    Parameters
    ----------
    order : sequence of str
        Labels of the turns, in order.
    found : mapping of str to Person
        Who is meant by each label.
    claims : mapping of str to Claim
        What the form of each label shows.

    Returns
    -------
    dict of str to Person

    Examples
    --------
    >>> claims = {"2. Ms. Roe": Claim("asker", "Roe"), "Mr. Aker": Claim("member", "Aker"), "Mr. Jon Aker": Claim("member", "Jon Aker")}
    >>> found = {x: Person(c.name, "participant", "home", "", FORM) for x, c in claims.items()}
    >>> [(p.name, p.role) for p in seat(list(claims), found, claims).values()]
    [('Roe', 'participant'), ('Jon Aker', 'principal'), ('Jon Aker', 'principal')]
    """
    result = dict(found)
    seated = [x for x in dict.fromkeys(order) if x in claims and claims[x].name and claims[x].part in SEATED]
    seated = [x for x in seated if found[x].rule == FORM]
    groups: dict[tuple[str, str], list[str]] = {}
    for label in seated:
        groups.setdefault((surname(claims[label].name), claims[label].state), []).append(label)
    # "The Prime Minister (Ann Roe):" is "The Prime Minister:" afterwards.
    held = {
        claims[x].office.casefold(): found[x]
        for x in reversed(order)
        if x in claims and claims[x].name and claims[x].office
    }
    for label, claim in claims.items():
        holder = held.get(claim.office.casefold())
        if claim.part == "minister" and not claim.name and holder is not None and result[label].rule == FORM:
            result[label] = replace(holder, role="principal")
    answering = _answering(order, claims)
    for labels in groups.values():
        full = {found[x].name for x in labels if " " in claims[x].name}
        office = next((found[x] for x in labels if claims[x].part == "minister"), None)
        for label in labels:
            person = result[label]
            if len(full) == 1 and (" " not in claims[label].name):
                person = replace(person, name=next(iter(full)))
            if person.role == "participant" and (office is not None or answering in labels):
                person = replace(
                    person, role="principal", office=office.office if office is not None else person.office
                )
            result[label] = person
    return result


def _answering(order: Sequence[str], claims: Mapping[str, Claim]) -> str | None:
    """The label of the first who speaks after questions were put: the minister who answers them."""
    asked = False
    for label in order:
        part = claims[label].part if label in claims else ""
        if part == "asker":
            asked = True
        elif asked and part in ("member", "minister"):
            return label
        elif part != "chair":
            return None
    return None
