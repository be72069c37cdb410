"""Who is who in a ParlaMint corpus: the list of persons, their parties and offices on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from discourse.types import UNKNOWN

# Roles by which the makers of ParlaMint count somebody to a party or a parliamentary group.
_MEMBER = frozenset(("member", "MP", "candidateMP", "president", "vicePresident", "secretary", "representative"))
_GROUP = ("parliamentaryGroup", "politicalGroup")  # the second in version 2


@dataclass(frozen=True)
class Member:
    """A speaker as he was on the day of a sitting.

    Parameters
    ----------
    name : str
        First names before the surname.
    key : str
        Identifier of the person in the corpus.
    party, party_name : str
        Abbreviation and name of the parliamentary group, or else of the party; several are joined by semicolons.
    party_status : str
        coalition or opposition; empty where the corpus does not say.
    gender : str
        As the corpus has it: F, M, U.
    minister : bool
        Whether he belonged to the government.
    office : str
        In the government, in the words of the corpus.
    """

    name: str = UNKNOWN
    key: str = ""
    party: str = ""
    party_name: str = ""
    party_status: str = ""
    gender: str = ""
    minister: bool = False
    office: str = ""


@dataclass(frozen=True)
class _Period:
    """Days between two dates, which may be years or months only; both are included, and either may be open."""

    first: str
    last: str

    def includes(self, day: str) -> bool:
        return day[: len(self.first)] >= self.first and (not self.last or day[: len(self.last)] <= self.last)


@dataclass(frozen=True)
class _Affiliation:
    role: str
    organisation: str
    office: str
    period: _Period


@dataclass(frozen=True)
class _Person:
    names: tuple[tuple[str, _Period], ...]
    gender: str
    affiliations: tuple[_Affiliation, ...]


@dataclass(frozen=True)
class _Organisation:
    role: str
    names: tuple[tuple[str, str, _Period], ...]  # abb, init or yes; the name; when

    def name(self, kinds: tuple[str, ...], day: str) -> str:
        return next((name for kind, name, when in self.names if kind in kinds and when.includes(day)), "")


@dataclass
class Registry:
    """Persons, organisations and coalitions, gathered from the files of a corpus.

    Examples
    --------
    >>> from lxml import etree
    >>> registry = Registry()
    >>> registry.take(etree.fromstring('''<person xml:id="RoeAnn"><persName><surname>Roe</surname>
    ...   <forename>Ann</forename></persName><sex value="F"/>
    ...   <affiliation role="member" ref="#party.NP" from="2019" to="2020-06"/></person>'''))
    >>> registry.take(etree.fromstring('''<org xml:id="party.NP" role="politicalParty">
    ...   <orgName full="yes">Norland Party</orgName><orgName full="abb">NP</orgName></org>'''))
    >>> member = registry.member("RoeAnn", "2020-06-30")
    >>> member.name, member.party, member.gender, registry.member("RoeAnn", "2020-07-01").party
    ('Ann Roe', 'NP', 'F', '')
    """

    persons: dict[str, _Person] = field(default_factory=dict)
    organisations: dict[str, _Organisation] = field(default_factory=dict)
    relations: list[tuple[str, frozenset[str], _Period]] = field(default_factory=list)
    _members: dict[tuple[str, str], Member | None] = field(default_factory=dict)

    def take(self, element: Any) -> None:
        """A person, an organisation or a relation, as an lxml element."""
        tag = element.tag.rpartition("}")[2]
        key = element.get("{http://www.w3.org/XML/1998/namespace}id", "")
        if tag == "person":
            self.persons[key] = _Person(
                tuple((_full_name(n), _period(n)) for n in element.findall("{*}persName")),
                next((s.get("value", "") for s in element.findall("{*}sex")), ""),
                tuple(_affiliations(element)),
            )
        elif tag == "org":
            names = ((n.get("full", ""), _words(n), _period(n)) for n in element.findall("{*}orgName"))
            self.organisations[key] = _Organisation(element.get("role", ""), tuple(names))
        elif tag == "relation" and element.get("name") in ("coalition", "opposition"):
            parties = element.get("mutual") if element.get("name") == "coalition" else element.get("active")
            self.relations.append((element.get("name"), frozenset((parties or "").split()), _period(element)))

    def add(self, other: Registry) -> None:
        """The persons, organisations and relations of a further file."""
        self.persons |= other.persons
        self.organisations |= other.organisations
        self.relations += other.relations

    def member(self, key: str, day: str) -> Member | None:
        """A person on a day (ISO); None for one who is not in the list."""
        if (key, day) not in self._members:
            person = self.persons.get(key)
            self._members[key, day] = None if person is None else self._described(key, person, day)
        return self._members[key, day]

    def _described(self, key: str, person: _Person, day: str) -> Member:
        name = next((n for n, when in person.names if n and when.includes(day)), "")
        held = [a for a in person.affiliations if a.period.includes(day)]
        belongs = [a.organisation for a in held if a.role in _MEMBER]
        # As the makers of ParlaMint do: the parliamentary group, and only without one the party.
        groups = self._of_role(belongs, *_GROUP) or self._of_role(belongs, "politicalParty")
        offices = [a for a in held if a.role == "minister" or self._role(a.organisation) == "government"]
        found = (
            s for s, parties, when in self.relations if when.includes(day) and parties & {f"#{b}" for b in belongs}
        )
        return Member(
            name or next((n for n, _ in person.names if n), key),
            key,
            ";".join(self._short(g, day) for g in groups),
            ";".join(self.organisations[g].name(("yes",), day) or self._short(g, day) for g in groups),
            next(found, ""),
            person.gender,
            bool(offices),
            next((a.office for a in offices if a.office), offices[0].role if offices else ""),
        )

    def _short(self, organisation: str, day: str) -> str:
        # Without an abbreviation the identifier serves, which ends in one: party.NP.
        return (
            self.organisations[organisation].name(("abb", "init"), day)
            or organisation.partition(".")[2]
            or organisation
        )

    def _role(self, organisation: str) -> str:
        return self.organisations[organisation].role if organisation in self.organisations else ""

    def _of_role(self, organisations: list[str], *roles: str) -> list[str]:
        return [o for o in dict.fromkeys(organisations) if self._role(o) in roles]


def _affiliations(person: Any) -> Iterator[_Affiliation]:
    for a in person.findall("{*}affiliation"):
        office = next((_words(n) for n in a.findall("{*}roleName")), "")
        yield _Affiliation(a.get("role", ""), a.get("ref", "").removeprefix("#"), office, _period(a))


def _period(element: Any) -> _Period:
    when = element.get("when", "")
    # Times of the day are cut off.
    return _Period(element.get("from", when)[:10], element.get("to", when)[:10])


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _full_name(name: Any) -> str:
    """First names, patronyms, surnames with the words that link them; the whole where it is not divided."""
    first = [_words(n) for n in name.findall("{*}forename")]
    patronyms = [_words(n) for n in name.findall("{*}surname") if n.get("type") == "patronym"]
    last = [
        _words(n) for n in name if n.tag.rpartition("}")[2] in ("surname", "nameLink") and n.get("type") != "patronym"
    ]
    return " ".join(w for w in (*first, *patronyms, *last) if w) or _words(name)
