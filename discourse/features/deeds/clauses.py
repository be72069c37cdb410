"""Subject, object and mood of a verb group, inferred from word order as semantic roles are."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from discourse.features.stance.role_words import SAYING, STATES, UNDERGO
from discourse.features.stance.syntax import Sentence, VerbGroup
from discourse.features.stance.tagging import NOT

LONGEST = 14  # pieces after a verb among which its object is looked for
ASIDE = 16  # pieces between two commas that are passed over
ASSERTED, FUTURE, POSSIBLE, CONDITIONAL, EMBEDDED = "", "future", "possible", "conditional", "embedded"
# After these the object of a verb that has no other: "met with", "fought against", "imposed sanctions on".
TOWARD = frozenset("on upon against with to toward towards at from between among for over into alongside".split())
_FUTURE = frozenset("will shall 'll wo".split())
_AGAIN = frozenset("it he she they".split())  # after a verb of saying its subject
_RELATIVE = frozenset("who which that".split())
_ASKING = ("demand", "insist", "request", "ask", "urge")
# Verbs before an infinitive by which what follows is not done.
_NOT_DONE = frozenset(
    """
    refuse refuses refused refusing fail fails failed failing decline declines declined cease ceases ceased stop stops stopped stopping
    avoid avoids avoided neglect neglects neglected
    """.split()
)
# Verbs before an infinitive or an -ing form by which it is done.
_DONE = frozenset(
    """
    continue continues continued continuing begin begins began begun beginning start starts started starting help helps helped helping
    manage manages managed keep keeps kept come came go goes went dare dared move moved act acted
    """.split()
)


class Clause(NamedTuple):
    """A verb with its arguments.

    Parameters
    ----------
    group : VerbGroup
        The verb.
    subject, object : tuple of (int, int)
        Noun phrases (first piece, piece after the last) that act and that are acted on, the nearest first; of the active order.
    passive, negated : bool
        How it is said.
    mood : str
        asserted (""), future, possible, conditional or embedded.
    """

    group: VerbGroup
    subject: tuple[tuple[int, int], ...]
    object: tuple[tuple[int, int], ...]
    passive: bool
    negated: bool
    mood: str


def read_clause(s: Sentence, at: int) -> Clause | None:
    """The arguments of a verb group of a sentence.

    Parameters
    ----------
    s : Sentence
        The sentence.
    at : int
        Index of the group.

    Returns
    -------
    Clause, or None
        Where the group is an attribute of a noun or its subject undergoes what it says.

    Notes
    -----
    A noun phrase before a finite verb acts, one behind it or behind *on*, *against*, *with* or *to* is acted on; the passive and *by* turn
    this round (Quirk et al. 1985, ch. 10). An infinitive has the subject of the verb that governs it, or the object that stands between.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["Norland was not attacked by Westland."]), [0])[0]
    >>> clause = read_clause(s, 0)
    >>> clause.subject, clause.object, clause.passive, clause.negated
    (((5, 6),), ((0, 1),), True, True)
    """
    g = s.groups[at]
    if s.words[g.head] in STATES and g.passive:
        return None
    before, governor = _subject(s, at)
    after = tuple(_phrases_after(s, g))
    passive = g.passive or _bare_participle(s, g)
    if passive:
        agent = tuple((a, b) for a, b, word in after if word == "by")
        subject, objects = agent[:1], before
    else:
        direct = tuple((a, b) for a, b, word in after if not word)
        subject, objects = before, direct + tuple((a, b) for a, b, word in after if word in TOWARD)
        if not objects:
            objects = _shared_object(s, at) or _asked(s, at)
    over = s.words[governor.head] if governor is not None else ""
    if over in UNDERGO:
        return None
    negated = g.negated or over in _NOT_DONE or (governor is not None and governor.negated)
    return Clause(g, subject, objects, passive, negated, _mood(s, g, governor))


def _shared_object(s: Sentence, at: int) -> tuple[tuple[int, int], ...]:
    """What stands behind the verb that "and" joins to one without an object: "attacked and occupied the town"."""
    g, following = s.groups[at], s.groups[at + 1 : at + 2]
    if not following or s.kinds[g.stop : following[0].start] != "C" or following[0].passive != g.passive:
        return ()
    return tuple((a, b) for a, b, word in _phrases_after(s, following[0]) if not word)


def _asked(s: Sentence, at: int) -> tuple[tuple[int, int], ...]:
    """Of whom something is asked: the subject of what follows, "demanded that Norland leave"."""
    g, following = s.groups[at], s.groups[at + 1 : at + 2]
    asked = s.words[g.head].startswith(_ASKING) and s.words[g.stop : g.stop + 1] == ("that",)
    return _finite_subject(s, at + 1) if asked and following and following[0].finite else ()


def unparsed(s: Sentence, verbs: Container[str]) -> Iterator[Clause]:
    """Deeds of whoever speaks whose verb is tagged as no verb: "let us support", "we also welcome".

    Parameters
    ----------
    s : Sentence
        The sentence.
    verbs : container of str
        Forms of verbs.
    """
    for k in range(1, len(s.words)):
        if s.words[k] not in verbs or s.kinds[k] not in "NJ" or s.group_at(k) is not None:
            continue
        j = k - 1
        while j and s.kinds[j] == "R":
            j -= 1
        asked = s.words[j] == "us" and j > 0 and s.words[j - 1] == "let"
        if asked or s.words[j] in ("we", "i"):
            group = VerbGroup(k, k, k + 1, True, False, not NOT.isdisjoint(s.words[j + 1 : k]), False, False)
            direct = tuple((a, b) for a, b, word in _phrases_after(s, group) if not word or word in TOWARD)
            yield Clause(group, ((j, j + 1),), direct, False, group.negated, POSSIBLE if asked else ASSERTED)


def _bare_participle(s: Sentence, g: VerbGroup) -> bool:
    """Whether a form in -ed without an auxiliary is followed by *by*: "the town attacked by Norland"."""
    return s.kinds[g.head] == "E" and g.start == g.head and s.words[g.stop : g.stop + 1] == ("by",)


def _mood(s: Sentence, g: VerbGroup, governor: VerbGroup | None) -> str:
    """Whether the verb says that something is done, or only that it will, may or should be."""
    if s.clause[g.head] in s.conditional:
        return CONDITIONAL
    groups = (g,) if governor is None else (governor, g)
    for group in groups:
        for k in range(group.start, group.stop):
            if s.kinds[k] == "M":
                return FUTURE if s.words[k] in _FUTURE else POSSIBLE
    if governor is not None and s.words[governor.head] not in _DONE:
        return EMBEDDED
    return POSSIBLE if g.infinitive or (g.start and s.words[g.start - 1] == "let") else ASSERTED


def _subject(s: Sentence, at: int) -> tuple[tuple[tuple[int, int], ...], VerbGroup | None]:
    """Noun phrases before a verb group that are its subject, and the verb that governs it where there is one."""
    g = s.groups[at]
    if g.finite:
        return _finite_subject(s, at), None
    if at == 0:
        return (), None
    over = s.groups[at - 1]
    # What parts the two verbs is a clause of its own.
    if s.clause[over.head] != s.clause[g.head] or not (over.finite or over.infinitive):
        return (), None
    between = tuple(_phrases(s, over.stop, g.start))
    if g.participle and between:
        return (), None
    if between and not between[0][2] and _may_act(s, between[0][:2]):
        return (between[0][:2],), over
    if len(between) > 1:
        return (), None
    inherited, _ = _subject(s, at - 1)
    return (() if over.passive else inherited), over


def _may_act(s: Sentence, phrase: tuple[int, int]) -> bool:
    """Whether a phrase is a name or a pronoun: "asked Norland to leave", but "sent troops to defend"."""
    last = phrase[1] - 1
    return s.kinds[last] == "P" or s.forms[last][:1].isupper()


def _finite_subject(s: Sentence, at: int) -> tuple[tuple[int, int], ...]:
    g = s.groups[at]
    end = g.start
    if s.kinds[end : end + 2] in ("MP", "AP") or (end + 1 < g.stop and "P" in s.kinds[g.start : g.head]):
        pronoun = s.kinds.index("P", g.start)  # "should they invade"
        return ((pronoun, pronoun + 1),)
    while end and s.kinds[end - 1] == "R":
        end -= 1
    joined = end and (s.kinds[end - 1] == "C" or (s.kinds[end - 1] == "," and s.kinds[end - 2 : end - 1] in ("V", "E")))
    if joined and at:
        # "Norland attacked and occupied": the subject is that of the finite verb before.
        earlier = next((k for k in range(at - 1, -1, -1) if s.groups[k].finite), -1)
        return _finite_subject(s, earlier) if earlier >= 0 else ()
    if end and at and s.words[end - 1] in _AGAIN and _says(s, s.groups[at - 1], end - 1):
        return _finite_subject(s, at - 1)
    if end and s.words[end - 1] in _RELATIVE and end > 1:
        end -= 1
    if end and s.kinds[end - 1] == ",":
        opening = next((k for k in range(end - 2, max(end - 2 - ASIDE, 0), -1) if s.kinds[k] == ","), -1)
        inside = range(opening + 1, end - 1)
        relative = s.words[opening + 1] in _RELATIVE
        if opening > 0 and (relative or not any((h := s.group_at(k)) is not None and h.finite for k in inside)):
            end = opening  # "Norland, a member of the Council, attacked"
        elif end < g.start and s.words[end] in _RELATIVE:
            end -= 1
        else:
            return ()
    return tuple(_phrases_before(s, end))


def _says(s: Sentence, g: VerbGroup, pronoun: int) -> bool:
    """Whether a verb of saying comes right before a pronoun: "Norland said it would help"."""
    between = s.words[g.stop : pronoun]
    return g.finite and s.words[g.head] in SAYING and between in ((), ("that",))


def _phrases_before(s: Sentence, end: int) -> Iterator[tuple[int, int]]:
    """The noun phrases that end before a piece, as far as they are one subject."""
    while end > 0:
        start = _noun_phrase_start(s, end)
        if start == end:
            return
        before = s.words[start - 1] if start else ""
        kind = s.kinds[start - 1] if start else ""
        after_noun = start > 1 and s.kinds[start - 2] in ("N", "G", "'") and s.group_at(start - 2) is None
        if kind == "I" and before != "of" and after_noun and s.kinds[end - 1] != "P":
            end = start - 1  # "the talks with Norland failed": not Norland
            continue
        yield start, end
        listed = kind in ("C", ",") and before in ("and", "or", ",") and start > 1 and s.kinds[start - 2] in "NPJ"
        listed = listed and s.group_at(start - 2) is None
        if kind == "," and not _in_list(s, start - 1):
            return
        if not (listed or (before == "of" and after_noun)):
            return
        end = start - 1
        if end and s.kinds[end - 1] == ",":
            end -= 1


def _in_list(s: Sentence, comma: int) -> bool:
    """Whether a comma is one of a list that "and" ends: "Norland, Westland and Ostmark"."""
    ahead = s.words[comma + 1 : comma + 8]
    return "and" in ahead or "or" in ahead


def _noun_phrase_start(s: Sentence, end: int) -> int:
    """First piece of the noun phrase that ends before a piece; `end` where none does."""
    k = end
    if s.kinds[k - 1] == "P":
        return k - 1
    while k and s.kinds[k - 1] in "NJD'GE" and s.group_at(k - 1) is None:
        k -= 1
        if s.kinds[k] == "D" and s.words[k] in ("the", "a", "an", "this", "these", "those", "that"):
            break
    return k


def _phrases_after(s: Sentence, g: VerbGroup) -> Iterator[tuple[int, int, str]]:
    """Noun phrases after a verb group up to the next clause, each with the preposition before it ("" for the direct object)."""
    stop = min(len(s.words), g.stop + LONGEST)
    for k in range(g.stop, stop):
        other = s.group_at(k)
        ends = s.kinds[k] == "S" or (other is not None and (other.finite or other.infinitive))
        if ends or (s.kinds[k] == "," and not _in_list(s, k)):
            stop = k
            break
    yield from _phrases(s, g.stop, stop)


def _phrases(s: Sentence, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """The noun phrases between two pieces; what *of* and *and* join to one keeps its preposition."""
    word, k = "", start
    while k < stop:
        kind = s.kinds[k]
        if kind in "IT":
            if s.words[k] != "of":
                word = s.words[k]
            k += 1
            continue
        end = k
        while end < stop and s.kinds[end] in "NJD'GEP":
            end += 1
            if s.kinds[end - 1] == "P":
                break
        if end > k:
            yield k, end, word
        k = max(end, k + 1)
