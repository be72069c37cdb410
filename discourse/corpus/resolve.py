"""Who is meant by a byline, or by a label within its document: the first rule that applies counts."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from discourse.corpus.bylines import NameForms, describe, introduced, parse_byline
from discourse.corpus.grammar import ROLES, Claim
from discourse.corpus.home import AUTHOR, UNITED_STATES, Home
from discourse.corpus.initials import are_initials, initials, named_by
from discourse.corpus.label_words import NAMELESS, TITLES, has_title, plain
from discourse.corpus.members import FORM
from discourse.corpus.names import BODY, display, shown, spelt, split_label, surname
from discourse.corpus.offices import Term
from discourse.corpus.persons import Person, Setting, Speaker, named
from discourse.corpus.roles import GUEST, OUTLET, SPOKES, office_side, once_in_office, person_in_office, title_side
from discourse.types import UNKNOWN

# Titles that say nothing of an office; the empty one is that of a bare name.
COURTESY = ("MR", "MS", "MRS", "MISS", "DR", "")
# Officials who speak "on background" and are not to be named.
_UNNAMED_OFFICIAL = re.compile(
    r"(?:A )?SENIOR (?:STATE |DEFENSE |ADMINISTRATION |DEPARTMENT |U ?S |AMERICAN |WHITE HOUSE |TREASURY )+.*OFFICIAL"
    r"|(?:STATE DEPARTMENT|ADMINISTRATION|DEFENSE|U ?S|AMERICAN|SENIOR) OFFICIAL\b"
)
_OF_ANOTHER_STATE = re.compile(r"MINISTER|CHANCELLOR|FOREIGN SECRETARY|SECRETARY[- ]GENERAL|HIGH REP")
_MENTIONS = 6  # of a surname in a text that are looked at: who somebody is, is said where he is introduced


def author_of(
    byline: str, day: dt.date | None, speakers: Sequence[Speaker], forms: NameForms, home: Home = UNITED_STATES
) -> Person:
    """The author of a document without labels: the first person of its byline, or the body.

    Parameters
    ----------
    byline : str
        Authors, as the source gives them.
    day : date, optional
        Day of the document.
    speakers : sequence of Speaker
        People that the user has named; they go before every rule.
    forms : NameForms
        The forms of names in the corpus.
    home : Home
        The home side of the document: an author whose office is another side's is no part of it.

    Returns
    -------
    Person

    Examples
    --------
    >>> author_of("Ada Kovar, Secretary of State", None, (), NameForms())
    Person(name='Ada Kovar', role='principal', side='home', office='Secretary of State', rule='byline')
    """
    byline = byline.strip()
    person = named(speakers, byline, day)
    if person is not None:
        return person
    people = parse_byline(byline)
    if not people:
        return Person(UNKNOWN, "issuer", "home", "", "no byline")
    name, office = people[0]
    if len(people) > 1 and all(surname(n) for n, _ in people):
        name = " / ".join(forms.canonical(n) for n, _ in people)
    elif not BODY.search(name):
        name = forms.canonical(name)
    shown_role, side = office_side(office, home) if office and home != AUTHOR else ("", "")
    if side in ("foreign", "press", "other"):
        return Person(name, shown_role or "participant", side, office, "byline")
    role = "spokesperson" if SPOKES.search(f"{name} {office}") else "issuer" if BODY.search(name) else "principal"
    # The byline names whose document it is.
    return Person(name, role, "home", office, "byline")


def resolve(
    label: str, setting: Setting, speakers: Sequence[Speaker], forms: NameForms, claim: Claim | None = None
) -> Person:
    """Who is meant by a label in a document, by the first rule that applies.

    Parameters
    ----------
    label : str
        As written.
    setting : Setting
        What the document says of its people.
    speakers : sequence of Speaker
        People that the user has named; they go before every rule but those for labels without a name.
    forms : NameForms
        The forms of names in the corpus.
    claim : Claim, optional
        What the form of the label shows.

    Returns
    -------
    Person
        With the rule ``unknown`` where none applies.
    """
    case = _Case(label, setting, speakers, forms, claim)
    found = (rule(case) for rule in _RULES)
    return next((p for p in found if p is not None), Person(display(label), "", "", "", "unknown"))


@dataclass(frozen=True)
class _Case:
    """A label in its document."""

    label: str
    setting: Setting
    speakers: Sequence[Speaker]
    forms: NameForms
    claim: Claim | None = None

    @cached_property
    def words(self) -> str:
        return plain(self.label)

    @cached_property
    def title(self) -> str:
        return split_label(self.label)[0]

    @cached_property
    def name(self) -> str:
        return split_label(self.label)[1]

    @cached_property
    def last(self) -> str:
        return surname(self.name)

    @cached_property
    def term(self) -> Term | None:
        return person_in_office(self.title, self.last, self.setting.day) if self.home.is_united_states else None

    @property
    def home(self) -> Home:
        return self.setting.home

    @property
    def author(self) -> Person:
        return author_of(self.setting.byline, self.setting.day, self.speakers, self.forms, self.setting.home)

    def full(self, other: str) -> str:
        """The longer of the name in the label and the name as written elsewhere, in its commonest form."""
        return self.forms.canonical(other if len(other.split()) >= len(self.name.split()) else shown(self.name))


def _two_speakers(case: _Case) -> Person | None:
    """Two people with titles or first names: SECRETARY ROE AND MINISTER KOVAR."""
    halves = re.split(r"\s+(?:AND|&)\s+", case.words)
    if len(halves) == 2 and has_title(halves[1]) and not has_title(halves[0]) and _named_by_user(case):
        return None  # one office of two things, of whom the user has named
    if case.claim is None and len(halves) == 2 and all(" " in h for h in halves):
        return Person(shown(case.label), "joint", "other", "", "two speakers")
    return None


def _nameless(case: _Case) -> Person | None:
    """A label that names no person: QUESTION."""
    return Person(*NAMELESS[case.words], "", "label") if case.words in NAMELESS else None


def _named_by_user(case: _Case) -> Person | None:
    """Whom the user has named."""
    return named(case.speakers, case.label, case.setting.day)


def _by_form(case: _Case) -> Person | None:
    """A part that the form of the label shows: the chair, a delegate, a member, a minister."""
    claim = case.claim
    if claim is None or (claim.part not in ROLES and claim.part != "author"):
        return None
    if claim.part == "author":
        return replace(case.author, rule="answer of the author")
    role, side = ROLES[claim.part]
    if claim.nameless:
        return Person(claim.name, role, side, "", "label")
    office = claim.office or (f"Representative of {claim.state}" if claim.state else "")
    if claim.part == "official" and not claim.office:
        office = next((o for _, o in describe(case.last, case.setting.text) if o), "")
        if GUEST.search(f"{claim.title} {office or introduced(case.last, case.setting.text)}"):
            role, side = ROLES["guest"]
    at_home = (
        case.home.everyone
        or case.home == AUTHOR
        or case.home.is_named_in(claim.state)
        or (claim.part == "official" and case.home.has_office(case.label))
    )
    if claim.part in ("delegate", "official") and side == "home" and not at_home:
        role, side = "counterpart", "foreign"
    name = claim.name or claim.office
    if " " not in name:
        # "Senator" is a word of the form, "Mr." a title; what stands in brackets is no part of a name.
        name = f"{claim.title} {name}" if claim.title else display(re.sub(r"[(\d].*", "", case.label) or name)
    return Person(spelt(shown(name)), role, side, office, FORM)


def _unnamed_official(case: _Case) -> Person | None:
    """An official on background: SENIOR STATE DEPARTMENT OFFICIAL."""
    if case.home.is_united_states and _UNNAMED_OFFICIAL.match(case.words):
        return Person(shown(case.label), "principal", "home", "", "label")
    return None


def _answering(case: _Case) -> Person | None:
    """Who answers questions is the author."""
    return replace(case.author, rule="answer of the author") if case.words in ("ANSWER", "A", "ОТВЕТ") else None


def _the_president(case: _Case) -> Person | None:
    """THE PRESIDENT in a document of one author is the author, whatever the day."""
    if case.words == "THE PRESIDENT" and case.setting.byline and len(parse_byline(case.setting.byline)) == 1:
        author = case.author
        return replace(author, rule="byline") if author.role == "principal" else None
    return None


def _described(case: _Case) -> Person | None:
    """Whom byline, title or text describe, brought together with the title in the label and the office on the day."""
    found = _description(case)
    # "Ambassador" before a surname in running text may be another person's title; Mr and Ms do not confirm it.
    if found is None or (found.rule == "text" and found.office == "Ambassador" and case.title in COURTESY):
        return None
    if (
        case.home.is_united_states
        and _OF_ANOTHER_STATE.search(case.title)
        and not (found.rule == "byline" and found.side == "home")
    ):
        found = replace(found, role="counterpart", side="foreign")
    term = case.term
    if term is not None and found.rule == "text":
        return None  # the public record of offices counts for more than the text
    if term is not None and (found.side in ("", "home") or found.office.endswith("President")):
        # The title or the byline names the holder of an office of the United States.
        role = "spokesperson" if SPOKES.search(f"{found.office} {term.office}") else "principal"
        name = found.name if " " in found.name else term.full_name
        return Person(case.forms.canonical(name), role, "home", found.office or term.office, found.rule)
    role, side = title_side(case.title, case.home)
    if found.role and not (found.role == "reporter" and role):
        return found
    return replace(found, role=role, side=side) if role else replace(found, role="", side="", rule="unknown")


def _was_in_office(case: _Case) -> Person | None:
    """A former President of the United States, who keeps the title."""
    term = (
        once_in_office(case.title, case.last, case.setting.day)
        if case.home.is_united_states and case.term is None
        else None
    )
    if term is None or any(
        " " in full and full.split()[-2:] != term.full_name.split()[-2:]
        for full, _ in describe(case.last, case.setting.title)
    ):
        return None
    return Person(
        case.forms.canonical(term.full_name), "participant", "other", f"Former {term.office}", "office on the day"
    )


def _in_office(case: _Case) -> Person | None:
    """Who holds the office in the label on the day of the document."""
    if case.term is None:
        return None
    role = "spokesperson" if SPOKES.search(case.term.office) else "principal"
    return Person(case.forms.canonical(case.term.full_name), role, "home", case.term.office, "office on the day")


def _by_initials(case: _Case) -> Person | None:
    """The initials of the author, or of whom the title names: AR."""
    if not are_initials(case.label):
        return None
    letters = case.label.strip(" .")
    author = case.author
    if initials(author.name) == letters:
        return author
    in_title = named_by(letters, case.setting.title)
    return None if in_title is None else resolve(in_title, case.setting, case.speakers, case.forms)


def _by_title(case: _Case) -> Person | None:
    """The title in the label alone."""
    role, side = title_side(case.title, case.home)
    return Person(display(case.label), role, side, "", "title in the label") if role else None


def _by_office_behind(case: _Case) -> Person | None:
    """An office behind the name in the label: KARO, PORT AUTHORITY DIRECTOR."""
    who, _, office = case.label.partition(",")
    if not office:
        return None
    role, side = NAMELESS.get(plain(office), ("", *office_side(office.strip().title(), case.home)))[1:]
    return Person(shown(who), role, side, office.strip().title(), "label") if role else None


def _by_outlet(case: _Case) -> Person | None:
    """A newspaper or a station in place of a name."""
    if OUTLET.search(case.label) and not case.title:
        return Person(shown(case.label), "reporter", "press", "", "label")
    return None


# What the label itself settles goes first, then the user's word, then what the document says of its people, then the
# public record of offices, and last the title alone, which says the role and not the person.
_RULES = (
    _two_speakers,
    _named_by_user,
    _by_form,
    _nameless,
    _unnamed_official,
    _answering,
    _the_president,
    _was_in_office,
    _described,
    _in_office,
    _by_initials,
    _by_office_behind,
    _by_title,
    _by_outlet,
)


def _description(case: _Case) -> Person | None:
    """What byline, title or text say of the surname in a label: the first mention with a role, or else the first."""
    if len(case.last) < 2:
        return None
    author = _first_author(case)
    if author is not None:
        return author
    nearest: Person | None = None
    for person in _mentions(case):
        if person.role:
            if nearest is not None and len(nearest.name) > len(person.name):
                return replace(person, name=nearest.name)
            return person
        if person.rule != "text":  # any name may occur in running text: without an office it says nothing
            nearest = nearest or person
    return nearest


def _first_author(case: _Case) -> Person | None:
    """The first person of the byline, where the label has that surname; the others may be guests."""
    authors = parse_byline(case.setting.byline)
    if not authors:
        return None
    full, office = authors[0]
    if surname(full) != case.last or BODY.search(full) or not _fits(case, full, office):
        return None
    return Person(case.full(full), "spokesperson" if SPOKES.search(office) else "principal", "home", office, "byline")


def _mentions(case: _Case) -> Iterator[Person]:
    """People of this surname in byline, title and text, in that order: each is less sure than the one before."""
    setting = case.setting
    for rule, text in (("byline", setting.byline), ("title", setting.title), ("text", setting.text)):
        for full, office in islice(describe(case.last, text), _MENTIONS):
            if rule == "text" and len(full.split()) < 2 and not office:
                break  # the surname alone: who was not introduced by now will not be
            if not _fits(case, full, office):
                continue
            role, side = office_side(office, setting.home) if office else ("", "")
            if rule == "title" and not role and _asks(case.last, text):
                role, side = "reporter", "press"
            yield Person(case.full(full), role, side, office, rule)


def _fits(case: _Case, full: str, office: str) -> bool:
    """Whether a label may mean a person so described: no other first name, no title of another person."""
    given, own = plain(case.name).split()[:-1], plain(full).split()[:-1]
    # Beside President Roe, MRS. ROE and DR. ROE are other people, mostly of the same family.
    if case.title in ("MRS", "MISS") or (case.title == "DR" and re.search(r"\b(?:President|Secretary)\b", office)):
        return False
    if not given or not own or almost_title(given[0]):
        return True
    return given[0][0] == own[0][0] or given[0] in own


def almost_title(word: str) -> bool:
    """Whether a word is a title, or a misspelt one.

    Examples
    --------
    >>> almost_title("SECRETAR"), almost_title("ANN")
    (True, False)
    """
    # 0.85 allows for one wrong letter in seven.
    return bool(difflib.get_close_matches(word, TITLES, n=1, cutoff=0.85))


def _asks(last: str, title: str) -> bool:
    """Whether the title of an interview names this person as the one who asks: "With Ann Roe of CNN"."""
    name = rf"\b(?:with|by|and)\s+(?:[\w.’'-]+\s+){{0,4}}{re.escape(last)}\b"
    return OUTLET.search(title) is not None and re.search(name, title, re.I) is not None
