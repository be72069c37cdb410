"""Verbs of deeds with their classes, and their forms by the rules of English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

VERBAL_COOPERATION = "verbal cooperation"
MATERIAL_COOPERATION = "material cooperation"
VERBAL_CONFLICT = "verbal conflict"
MATERIAL_CONFLICT = "material conflict"
# The quad classes of the event classes of PLOVER (2021 draft); its REQUEST is parted as in CAMEO: an appeal is no demand.
_QUAD = {
    VERBAL_COOPERATION: "APPEAL AGREE CONSULT SUPPORT CONCEDE",
    MATERIAL_COOPERATION: "COOPERATE AID RETREAT",
    VERBAL_CONFLICT: "REQUEST ACCUSE REJECT THREATEN",
    MATERIAL_CONFLICT: "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
}
CLASSES = tuple(_QUAD)
_CLASS_OF = {event: quad for quad, events in _QUAD.items() for event in events.split()}
# The categories of the Verbs in Context System with their weights (Walker, Schafer & Young 1998): words, then deeds at either end.
CATEGORIES: Mapping[str, int] = {"reward": 3, "promise": 2, "support": 1, "oppose": -1, "threaten": -2, "punish": -3}
_VOWELS = "aeiou"
# Verbs of two syllables whose last consonant is doubled.
_DOUBLED = frozenset("abet commit compel expel deter permit extol regret submit".split())


class Verb(NamedTuple):
    """A verb of deeds.

    Parameters
    ----------
    lemma : str
        As dictionaries list it.
    event : str
        Event class after PLOVER.
    category : str
        Of `CATEGORIES`, where the deed is said to be done.
    """

    lemma: str
    event: str
    category: str


def class_of(event: str) -> str:
    """The quad class of an event class: verbal or material, cooperation or conflict.

    Examples
    --------
    >>> class_of("AID"), class_of("ACCUSE")
    ('material cooperation', 'verbal conflict')
    """
    return _CLASS_OF[event]


@cache
def deed_verbs() -> Mapping[str, Verb]:
    """The verbs of deeds by their forms.

    Returns
    -------
    mapping of str to Verb

    Examples
    --------
    >>> verbs = deed_verbs()
    >>> verbs["invaded"], verbs["fought"].lemma, verbs["committing"].lemma
    (Verb(lemma='invade', event='ASSAULT', category='punish'), 'fight', 'commit')
    """
    lines = files("discourse.lexicons").joinpath("deeds.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    found: dict[str, Verb] = {}
    for lemma, event, category, *more in rows:
        verb = Verb(lemma, event, category)
        for form in forms_of(lemma, more[0] if more else ""):
            # A form of two verbs is of the first in the alphabet.
            found.setdefault(form, verb)
    return found


def forms_of(lemma: str, irregular: str = "") -> Iterator[str]:
    """The forms of a verb: the lemma, -s, -ing, and -ed or what is given in its place.

    Parameters
    ----------
    lemma : str
        The verb.
    irregular : str
        Past, participle and other forms, separated by ``|``.

    Examples
    --------
    >>> list(forms_of("deny")), list(forms_of("give", "gave|given"))
    (['deny', 'denies', 'denying', 'denied'], ['give', 'gives', 'giving', 'gave', 'given'])
    """
    after_consonant = lemma[-2:-1] not in _VOWELS
    yield lemma
    if lemma.endswith("y") and after_consonant:
        yield lemma[:-1] + "ies"
    else:
        yield lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    stem = lemma + lemma[-1] if _doubles(lemma) else lemma
    yield (stem[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else stem) + "ing"
    if irregular:
        yield from irregular.split("|")
    elif lemma.endswith("y") and after_consonant:
        yield lemma[:-1] + "ied"
    else:
        yield stem + ("d" if lemma.endswith("e") else "ed")


def _doubles(lemma: str) -> bool:
    """Whether the last consonant is doubled: after one vowel, in verbs of one syllable and some of two."""
    if lemma in _DOUBLED:
        return True
    syllables = sum(a not in _VOWELS and b in _VOWELS for a, b in zip("-" + lemma, lemma))
    closed = lemma[-1] not in _VOWELS + "wxy" and lemma[-2:-1] in _VOWELS and lemma[-3:-2] not in _VOWELS
    return closed and syllables == 1
