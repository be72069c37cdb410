"""What an unknown person does in a document: asks, opens and hosts, speaks for the office, or takes part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from discourse.corpus.names import split_label
from discourse.corpus.persons import Person
from discourse.corpus.resolve import COURTESY
from discourse.corpus.roles import OUTLET, SPOKES

# Words of those who open an event, pass the word on, or set the rules of a call.
_HOSTING = re.compile(
    r"\b(?:next question|first question|last question|final question|open (?:up )?the (?:line|floor)|go to the line"
    r"|please welcome|welcoming"
    r"|turn (?:it |this |things )?(?:over|back)|ladies and gentlemen|thank(?:s| you)(?: all| everyone"
    r"| everybody)? for joining|let me introduce|it is my (?:great )?"
    r"(?:pleasure|honor|privilege)|I(?:’|')d like to (?:introduce|invite|turn|welcome)|on background|embargoed"
    r"|on the record|hand it over)\b",
    re.I,
)
_PRESS_BRIEFING = re.compile(r"press briefing|daily briefing|press gaggle|press conference by", re.I)
_BRIEFING = re.compile(r"\bbriefing\b", re.I)
_INTERVIEW = re.compile(r"\binterview", re.I)
_WITH_OR_ON = re.compile(r" (?:with|on) ", re.I)  # "With Jo Roe of CNN", "On Face the Nation"
_AT_A_MISSION = re.compile(r"\b(?:mission|embassy|consulate|meet and greet)\b", re.I)
_MOST = 0.6  # share of the words of a document from which it is one person's
_OPENING = 4  # labels among which the spokesperson of a briefing first speaks


@dataclass(frozen=True)
class Scene:
    """A document as the place where somebody speaks.

    Parameters
    ----------
    title : str
        Its title.
    order : sequence of str
        Its labels, in order of first occurrence.
    turns : mapping of str to str
        All that is said under each label.
    known : sequence of Person
        Who is known in it.
    """

    title: str
    order: Sequence[str]
    turns: Mapping[str, str]
    known: Sequence[Person]

    @property
    def asked(self) -> bool:
        """Whether reporters ask."""
        return any(p.role == "reporter" for p in self.known)

    @property
    def interview(self) -> bool:
        """Whether it is an interview, by its title."""
        by_outlet = OUTLET.search(self.title) and _WITH_OR_ON.search(self.title)
        return bool(_INTERVIEW.search(self.title) or by_outlet)


@dataclass(frozen=True)
class _Part:
    """The part of one label in a scene."""

    label: str
    scene: Scene

    @property
    def said(self) -> str:
        return self.scene.turns.get(self.label, "")

    @property
    def courtesy(self) -> bool:
        """Whether the label has no title, or only that of courtesy."""
        return split_label(self.label)[0] in COURTESY

    def first(self, n: int = 1) -> bool:
        """Whether it is among the first labels."""
        return self.label in self.scene.order[:n]


def _speaks_most(part: _Part) -> bool:
    """Most words of a document without officials are its own official's."""
    scene = part.scene
    official = any(p.side in ("home", "foreign") for p in scene.known)
    all_words = sum(map(len, scene.turns.values()))
    return not official and not scene.interview and len(part.said) > _MOST * all_words


def _gives_briefing(part: _Part) -> bool:
    """A press briefing is opened by the spokesperson, and reporters ask."""
    scene = part.scene
    no_other = not any(p.role == "spokesperson" for p in scene.known)
    opens = scene.asked and part.courtesy and part.first(_OPENING) and no_other
    return bool(_PRESS_BRIEFING.search(scene.title)) and opens


def _interviews(part: _Part) -> bool:
    """In an interview where no label says who asks, an unknown person does; without officials, who says less."""
    scene = part.scene
    answers = not any(p.side in ("home", "foreign") for p in scene.known) and len(part.said) == max(
        map(len, scene.turns.values()), default=0
    )
    return scene.interview and not scene.asked and not answers


def _visits_mission(part: _Part) -> bool:
    """At a mission the ambassador or the visitor speaks first."""
    return bool(_AT_A_MISSION.search(part.scene.title)) and part.first() and part.courtesy


def _hosts(part: _Part) -> bool:
    """Whoever speaks first, or passes the word on, is the host."""
    return part.first() or bool(_HOSTING.search(part.said))


def _answers_at_briefing(part: _Part) -> bool:
    """At other briefings officials answer whom the host has introduced."""
    return bool(_BRIEFING.search(part.scene.title)) and part.scene.asked and part.courtesy


# The first that applies counts. Whoever gives a briefing, asks in an interview or visits a mission often speaks first
# as well: their rules go before that of the moderator.
_RULES: tuple[tuple[Callable[[_Part], bool], str, str], ...] = (
    (lambda part: _speaks_most(part) and bool(_PRESS_BRIEFING.search(part.scene.title)), "spokesperson", "home"),
    (_speaks_most, "principal", "home"),
    (lambda part: _gives_briefing(part) and bool(SPOKES.search(part.scene.title)), "spokesperson", "home"),
    (_gives_briefing, "principal", "home"),
    (_interviews, "reporter", "press"),
    (_visits_mission, "principal", "home"),
    (_hosts, "moderator", "other"),
    (_answers_at_briefing, "principal", "home"),
)


def by_conduct(label: str, person: Person, scene: Scene) -> Person:
    """Role and side of an unknown person, from what the person does.

    Parameters
    ----------
    label : str
        The label of the person.
    person : Person
        As far as known.
    scene : Scene
        The document.

    Returns
    -------
    Person

    Examples
    --------
    >>> scene = Scene("Talks", ["MR ROE", "MS LIND"], {"MR ROE": "Welcome to all.", "MS LIND": "Thank you, Mr Roe"}, ())
    >>> [by_conduct(x, Person(x, "", ""), scene).role for x in scene.order]
    ['moderator', 'participant']
    """
    part = _Part(label, scene)
    role, side = next(((r, s) for applies, r, s in _RULES if applies(part)), ("participant", "other"))
    return replace(person, role=role, side=side, rule="conduct")
