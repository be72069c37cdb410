"""Turns of which the source itself says who speaks: no label is looked for, and nobody is guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from discourse.corpus.normal import normalised, normalised_spans, normalised_values
from discourse.corpus.persons import OUTSIDE, Person, Speaker
from discourse.corpus.spans import Span, quotations
from discourse.corpus.turns import QUOTATION_WORDS, Turn

RULE = "source"  # how the speaker was identified, where the source names him


@dataclass(frozen=True)
class Said:
    """What one person says in a row, as the source has it; texts are normalised (`discourse.corpus.normal`).

    Parameters
    ----------
    person : Person
        Who says it, by the name that figures show.
    text : str
        Without the name.
    label : str, optional
        The person as the source writes it; the name by default.
    excluded : tuple of (start, end, reason)
        Character spans of `text` that nobody said.
    interpreted : bool
        Whether the words are an interpreter's.
    metadata : mapping
        Further columns of the turns table: the party of the speaker, for instance.
    """

    person: Person
    text: str
    label: str | None = None
    excluded: tuple[Span, ...] = ()
    interpreted: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = normalised(self.text)
        if text != self.text:
            object.__setattr__(self, "excluded", normalised_spans(self.text, self.excluded))
            object.__setattr__(self, "text", text)
        for name in ("label", "metadata"):
            object.__setattr__(self, name, normalised_values(getattr(self, name)))
        name, office = normalised(self.person.name), normalised(self.person.office)
        if (name, office) != (self.person.name, self.person.office):
            object.__setattr__(self, "person", replace(self.person, name=name, office=office))


class Named:
    """The people that the user has named, found by a whole name or alias: in a parliament many share a surname.

    Parameters
    ----------
    speakers : sequence of Speaker
        As under `speakers:` in the config.

    Examples
    --------
    >>> roe = Speaker("Ann Roe", ("Roe, Ann",), role="principal", office="Minister of Fisheries")
    >>> as_found = Person("Roe, Ann", "participant", "home", "", RULE)
    >>> Named([roe]).person(as_found, "p7", None)
    Person(name='Ann Roe', role='principal', side='home', office='Minister of Fisheries', rule='config')
    >>> Named([roe]).person(Person("Bob Roe", "participant", "home", "", RULE), "p8", None).name
    'Bob Roe'
    """

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._by_name: dict[str, list[Speaker]] = {}
        for speaker in speakers:
            for name in dict.fromkeys(n.casefold() for n in (speaker.name, *speaker.aliases)):
                self._by_name.setdefault(name, []).append(speaker)

    def person(self, person: Person, label: str, day: dt.date | None) -> Person:
        """The person as the user describes him on that day; otherwise as the source does.

        Parameters
        ----------
        person : Person
            As the source has it.
        label : str
            The person as the source writes it; a second name to be found by.
        day : date, optional
            Day of the document.
        """
        if not self._by_name:
            return person
        found = self._by_name.get(person.name.casefold()) or self._by_name.get(label.casefold(), [])
        chosen = next((s for s in found if s.in_office(day)), None)
        if chosen is not None:
            return Person(chosen.name, chosen.role, chosen.side, chosen.office, "config")
        return Person(found[0].name, person.role, person.side, person.office, OUTSIDE) if found else person


def joined(said: Iterable[Said]) -> str:
    """The text of a document whose turns these are."""
    return "\n\n".join(s.text for s in said)


def known_turns(
    said: Sequence[Said], named: Named, day: dt.date | None, quotation_words: int = QUOTATION_WORDS
) -> list[Turn]:
    """Turns of one document, one for each of what was said.

    Parameters
    ----------
    said : sequence of Said
        In order; their texts joined by blank lines are the text of the document.
    named : Named
        People that the user has named.
    day : date, optional
        Day of the document.
    quotation_words : int
        Words from which a quotation is marked.

    Returns
    -------
    list of Turn

    Examples
    --------
    >>> said = [Said(Person("Ann Roe", "moderator", "home"), "Order!"), Said(Person("Bo Lind", "", "home"), "No.")]
    >>> [(t.speaker, t.role, t.start) for t in known_turns(said, Named([]), None)]
    [('Ann Roe', 'moderator', 0), ('Bo Lind', '', 8)]
    """
    turns, start = [], 0
    for one in said:
        person = named.person(one.person, one.label or "", day)
        turns.append(
            Turn(
                one.person.name if one.label is None else one.label,
                person.name,
                person.role,
                person.side,
                one.interpreted,
                one.text,
                one.excluded,
                tuple(quotations(one.text, quotation_words)),
                person.office,
                start,
                person.rule,
            )
        )
        start += len(one.text) + 2
    return turns
