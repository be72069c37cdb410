"""Who acts: the semantic role of a mention in its clause, inferred from word order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from typing import NamedTuple

from discourse.features.stance.phrases import governing_word, phrase_start, phrase_stop, verb_of_subject
from discourse.features.stance.role_words import (
    BODIES,
    FROM_ACT,
    MOTION,
    OF_OBJECT,
    PARTS,
    QUANTITIES,
    SAYING,
    SHARED,
    SHARED_NOUNS,
    STATES,
    THINGS,
    TOGETHER,
    TOWARD,
    UNDERGO,
    names_act,
)
from discourse.features.stance.syntax import Sentence, VerbGroup
from discourse.features.stance.tagging import PREPOSITIONS


class SemanticRole(StrEnum):
    """What a mention is in its clause."""

    ACTOR = "actor"
    RECIPIENT = "recipient"
    VICTIM = "victim"
    BENEFICIARY = "beneficiary"
    PARTNER = "partner"
    MENTIONED = "mentioned"


ROLES = tuple(role.value for role in SemanticRole)
# The roles of those whom others harm or help.
AFFECTED = (SemanticRole.VICTIM, SemanticRole.BENEFICIARY)
# Acts are counted by whether the target does them, whether they are done to it, or both sides do them together; a mention
# that is only a place has no part in an act.
ACT_ROLES: dict[str, tuple[str, ...]] = {
    "actor": ("actor",),
    "recipient": ("recipient", "victim", "beneficiary"),
    "partner": ("partner",),
}


class Inference(Enum):
    """How a semantic role was inferred, with its words for readers; {word} is the word that decided."""

    BEFORE_NOUN = "target before {word}"
    OWNER = "owner of {word}"
    AFTER_PREPOSITION = "after {word}"
    NOUN_OF = "{word} of"
    NOUN_FROM = "{word} from"
    FOR_TO = "for ... to"
    PLACE = "place"
    OBJECT = "object of {word}"
    SUBJECT = "subject"
    PASSIVE_SUBJECT = "subject of a passive"
    UNDERGOING_SUBJECT = "subject of {word}"
    PART_OF_SUBJECT = "part of a subject"
    JOINT_SUBJECT = "together {word}"
    HARM = "harm: {word}"
    HELP = "help: {word}"
    OPPOSED = "opposed: {word}"
    NONE = "no rule"


class Role(NamedTuple):
    """The semantic role of a mention.

    Parameters
    ----------
    name : SemanticRole
        What it is.
    inference : Inference
        How that was inferred.
    left, right : int
        Pieces of the noun phrase of the mention (right is the piece after its last).
    governor : int
        Piece of the verb or noun on which the phrase depends; -1 where none was found.
    word : str
        The word that decided.

    Examples
    --------
    >>> Role(SemanticRole.ACTOR, Inference.OWNER, 0, 3, 2, "war").rule
    'owner of war'
    """

    name: SemanticRole
    inference: Inference
    left: int
    right: int
    governor: int
    word: str = ""

    @property
    def rule(self) -> str:
        """How the role was inferred, in words for readers; nothing may be decided by them."""
        return self.inference.value.format(word=self.word)


class _Phrase(NamedTuple):
    """The noun phrase of a mention and what surrounds it."""

    s: Sentence
    left: int
    right: int
    before: int  # piece before the phrase, or before the first of several joined phrases; -1
    joined: bool  # another phrase is joined to it by "and" or "or"
    thing: bool  # something that the target owns and that does not act
    governor: int
    subject_of: VerbGroup | None

    @property
    def preposition(self) -> str:
        """The word before the phrase."""
        return self.s.words[self.before] if self.before >= 0 else ""

    @property
    def kind(self) -> str:
        """Word class of the word before the phrase."""
        return self.s.kinds[self.before] if self.before >= 0 else ""

    @property
    def governing(self) -> str:
        """The word on which the phrase depends."""
        return self.s.words[self.governor] if self.governor >= 0 else ""

    @property
    def joins_next(self) -> bool:
        """Whether "and" or "or" follows."""
        return self.right < len(self.s.words) and self.s.words[self.right] in ("and", "or")

    def role(self, name: SemanticRole, inference: Inference, word: str = "", governor: int | None = None) -> Role:
        """A role of this phrase."""
        return Role(name, inference, self.left, self.right, self.governor if governor is None else governor, word)


def find_role(s: Sentence, start: int, stop: int) -> Role:
    """The semantic role of a mention in its clause.

    Parameters
    ----------
    s : Sentence
        The sentence.
    start, stop : int
        Pieces of the mention (stop is the piece after its last).

    Returns
    -------
    Role

    Notes
    -----
    Word order in English shows most: a noun phrase before a finite verb acts, one after a verb or after *on*, *against* or *to*
    receives, one after *with* or *between* takes part; *by* and the passive turn this round (Quirk et al. 1985, ch. 10).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> found = read_sentences(encoded(["Norland continues to lie. We met with Norland. We condemn Norland."]), range(3))
    >>> [find_role(s, k, k + 1).name.value for s, k in zip(found, (0, 3, 2))]
    ['actor', 'partner', 'recipient']
    """
    left = phrase_start(s, start, named=s.forms[start][:1].isupper())
    right, head, nouns = phrase_stop(s, stop)
    # What the target is a part of decides before what surrounds it: "against Norland's invasion" is about an act of
    # Norland. "The Norland sanctions" are those against Norland.
    if s.words[head] == "sanctions" and head >= stop:
        return Role(SemanticRole.RECIPIENT, Inference.BEFORE_NOUN, left, right, head, "sanctions")
    last = s.words[nouns[-1]] if nouns else ""
    if last in SHARED_NOUNS:
        return Role(SemanticRole.PARTNER, Inference.BEFORE_NOUN, left, right, nouns[-1], last)
    act = next((k for k in nouns if names_act(s.words[k])), -1)
    if act >= 0 and last not in BODIES:
        return Role(SemanticRole.ACTOR, Inference.OWNER, left, right, act, s.words[act])
    return _by_place(s, left, right, thing=last in THINGS)


def _by_place(s: Sentence, left: int, right: int, thing: bool = False) -> Role:
    """The role of a noun phrase by what comes before and after it."""
    before, joined = before_joined(s, left, right)
    p = _Phrase(s, left, right, before, joined, thing, governing_word(s, before), verb_of_subject(s, right))
    if p.kind in ("I", "T") or (p.preposition in PREPOSITIONS and p.kind != "S"):
        return _by_preposition(p)
    return _by_verb(p)


def before_joined(s: Sentence, left: int, right: int) -> tuple[int, bool]:
    """The piece before the first of several joined phrases, which decides ("with Ukraine and Russia"), and whether there are any."""
    words, kinds = s.words, s.kinds
    k, joined = left - 1, False
    listed = words[right : right + 2] == (",", "and")
    while k > 0 and (
        (kinds[k] == "C" and words[k] in ("and", "or"))
        or ((joined or listed) and kinds[k] == "," and kinds[k - 1] == "N")
    ):
        j = k - 1
        while j >= 0 and kinds[j] in ("N", "J", "D", "'", "P") and s.group_at(j) is None:
            j -= 1
        if j == k - 1:
            break
        k, joined = j, True
    return k, joined


# --- After a preposition. A rule gives the role, or None where it does not apply.


def _after_by(p: _Phrase) -> Role:
    return p.role(SemanticRole.ACTOR, Inference.AFTER_PREPOSITION, p.preposition)


def _after_between(p: _Phrase) -> Role:
    return p.role(SemanticRole.PARTNER, Inference.AFTER_PREPOSITION, p.preposition)


def _after_with(p: _Phrase) -> Role:
    name = SemanticRole.MENTIONED if p.thing else SemanticRole.PARTNER
    return p.role(name, Inference.AFTER_PREPOSITION, "with")


def _after_of(p: _Phrase) -> Role:
    word = p.governing
    if word in BODIES or word in QUANTITIES:
        # "The government of Norland", "most of Norland": the whole phrase stands for the target.
        return _by_place(p.s, phrase_start(p.s, p.governor), p.right)
    if word in SHARED and p.joins_next:
        return p.role(SemanticRole.PARTNER, Inference.NOUN_OF, word)
    if word in OF_OBJECT:
        return p.role(
            SemanticRole.MENTIONED if word in PARTS else SemanticRole.RECIPIENT, Inference.NOUN_OF, word
        )  # before acts: "the condemnation of Norland"
    if word and names_act(word):
        return p.role(SemanticRole.ACTOR, Inference.NOUN_OF, word)
    return p.role(SemanticRole.MENTIONED, Inference.AFTER_PREPOSITION, p.preposition)


def _after_from(p: _Phrase) -> Role:
    words = p.s.words[max(0, p.before - 8) : p.before]
    source = next((w for w in reversed(words) if w in FROM_ACT), "")
    if source and not p.thing:
        return p.role(SemanticRole.ACTOR, Inference.NOUN_FROM, source)
    return p.role(SemanticRole.MENTIONED, Inference.AFTER_PREPOSITION, p.preposition)


def _after_for(p: _Phrase) -> Role | None:
    if p.right >= len(p.s.words) or p.s.kinds[p.right] != "T":
        return _toward(p)
    called = any(w in ("call", "calls", "called", "calling") for w in p.s.words[: p.before])
    return p.role(SemanticRole.RECIPIENT if called else SemanticRole.ACTOR, Inference.FOR_TO)


def _after_to(p: _Phrase) -> Role | None:
    return p.role(SemanticRole.MENTIONED, Inference.PLACE) if p.governing in MOTION else _toward(p)


def _after_subordinator(p: _Phrase) -> Role | None:
    """ "After Norland attacked": words that are prepositions too."""
    return _subject(p, p.subject_of) if p.subject_of is not None else None


def _toward(p: _Phrase) -> Role | None:
    return None if p.thing else p.role(SemanticRole.RECIPIENT, Inference.AFTER_PREPOSITION, p.preposition)


# No order is needed: each preposition has one rule. The last entries win, so that those with a rule of their own come
# below.
_PREPOSITIONS: Mapping[str, Callable[[_Phrase], Role | None]] = {
    **dict.fromkeys(TOWARD, _toward),
    **dict.fromkeys(("as", "after", "before", "since", "until", "than", "like"), _after_subordinator),
    **dict.fromkeys(("between", "among"), _after_between),
    **dict.fromkeys(("with", "alongside", "w"), _after_with),
    "by": _after_by,
    "of": _after_of,
    "from": _after_from,
    "for": _after_for,
    "to": _after_to,
}


def _by_preposition(p: _Phrase) -> Role:
    """The role of a noun phrase after a preposition; after those of place and all others it is only mentioned."""
    rule = _PREPOSITIONS.get(p.preposition)
    role = rule(p) if rule is not None else None
    return role or p.role(SemanticRole.MENTIONED, Inference.AFTER_PREPOSITION, p.preposition)


# --- Beside a verb.


def _by_verb(p: _Phrase) -> Role:
    """The role of a noun phrase that is an object, a subject or neither."""
    s, subject_of = p.s, p.subject_of
    group = s.group_at(p.before) if p.before >= 0 else None
    if group is not None and (s.kinds[group.head] in ("A", "M") or group.passive):
        group = None  # it governs no object
    # A verb right after the phrase shows that it is a subject: "makes Norland pay", but "we hope Norland chooses".
    follows = subject_of is not None and subject_of.start == p.right and s.kinds[subject_of.head] not in ("E", "G")
    if group is not None and s.words[group.head] not in SAYING and not follows:
        name = SemanticRole.MENTIONED if p.thing else SemanticRole.RECIPIENT
        return p.role(name, Inference.OBJECT, s.words[group.head], group.head)
    if subject_of is not None:
        return _subject(p, subject_of)
    if group is not None and not p.thing:
        return p.role(SemanticRole.RECIPIENT, Inference.OBJECT, s.words[group.head], group.head)
    return p.role(SemanticRole.MENTIONED, Inference.NONE)


def _subject(p: _Phrase, group: VerbGroup) -> Role:
    """The role of a noun phrase that is the subject of a verb group."""
    verb = p.s.words[group.head]
    if group.passive and verb not in STATES:
        return p.role(SemanticRole.RECIPIENT, Inference.PASSIVE_SUBJECT, governor=group.head)
    if verb in UNDERGO:
        return p.role(SemanticRole.RECIPIENT, Inference.UNDERGOING_SUBJECT, verb, group.head)
    if p.thing:
        return p.role(SemanticRole.MENTIONED, Inference.PART_OF_SUBJECT, governor=group.head)
    shared = verb in TOGETHER or any(w in SHARED_NOUNS for w in p.s.words[group.stop : group.stop + 4])
    if (p.joined or p.joins_next) and shared:
        return p.role(SemanticRole.PARTNER, Inference.JOINT_SUBJECT, verb, group.head)
    return p.role(SemanticRole.ACTOR, Inference.SUBJECT, governor=group.head)
