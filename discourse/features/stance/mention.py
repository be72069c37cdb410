"""A mention of the target in its sentence: its semantic role, what is asked of it, and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from discourse.features.stance.affected import affected
from discourse.features.stance.roles import AFFECTED, Inference, Role, SemanticRole, find_role
from discourse.features.stance.syntax import Sentence, VerbGroup

# Verbs after which the target's own words follow.
_CLAIMS = frozenset(
    """
    claim claims claimed say says said allege alleges alleged insist insists insisted argue argues argued assert asserts asserted
    pretend pretends deny denies denied accuse accuses accused blame blames blamed suggest suggests
    """.split()
)
_MUST = frozenset(("must", "should", "ought", "shall"))
_HAVE = frozenset(("has", "have", "had", "needs", "need"))
_NEEDED = frozenset("important vital essential imperative critical crucial incumbent necessary".split())
_OPPOSING = frozenset(
    """
    against counter counters countered countering oppose opposes opposed opposing resist resists resisted resisting deter deters
    deterred deterring stop stops stopped stopping prevent prevents prevented preventing
    """.split()
)


class Mention(NamedTuple):
    """A mention in its sentence; all places are pieces, and -1 where there is none.

    Parameters
    ----------
    sentence : int
        Index of its sentence.
    start, stop : int
        The mention (stop is the piece after its last).
    role : Role, optional
        None where the whole sentence stands for the mention, as in labelled sentences without a mark.
    first_token, last_token : int
        Tokens of the mention; -1 where the whole sentence stands for it.
    directive : int
        The word that asks something of this mention.
    asked : int
        The last word that asks something of any mention in the sentence.
    claim : int
        The verb after which the target's own words follow.
    phrases : tuple of (int, int)
        Noun phrases of all mentions in the sentence.
    hostile : frozenset of int
        Where hostile terms of the sentence begin.
    conditional : bool
        Whether the mention is in a condition.
    """

    sentence: int
    start: int = 0
    stop: int = 0
    role: Role | None = None
    first_token: int = -1
    last_token: int = -1
    directive: int = -1
    asked: int = -1
    claim: int = -1
    phrases: tuple[tuple[int, int], ...] = ()
    hostile: frozenset[int] = frozenset()
    conditional: bool = False

    @property
    def demanded(self) -> bool:
        """Whether the sentence asks the target, as the one that acts, to do something."""
        return self.directive >= 0 and self.role is not None and self.role.name is SemanticRole.ACTOR


class Term(NamedTuple):
    """A term of the lexicon in its sentence, as a mention sees it.

    Parameters
    ----------
    start, stop : int
        Its pieces (stop is the piece after its last).
    weight : float
        From the lexicon.
    category : str
        From the lexicon.
    negated : str
        negation, reversal, or "".
    owned : bool
        Whether it is in the noun phrase of the mention.
    """

    start: int
    stop: int
    weight: float
    category: str
    negated: str
    owned: bool


def role_of(s: Sentence, token: int, length: int) -> Role | None:
    """The semantic role of a mention; None for a mention of no length, for which the whole sentence stands.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We condemn Norland."]), [0])[0]
    >>> role_of(s, 2, 1).name.value, role_of(s, 0, 0)
    ('recipient', None)
    """
    if not length:
        return None
    start, stop = s.place(token), s.place(token + length - 1) + 1
    return affected(s, find_role(s, start, stop), start, stop)


def read_mention(
    s: Sentence,
    place: tuple[int, int, int],
    role: Role | None,
    phrases: Sequence[tuple[int, int]],
    asking: Sequence[int],
    hostile: frozenset[int],
) -> Mention:
    """What a sentence says of a mention apart from the terms in it.

    Parameters
    ----------
    s : Sentence
        The sentence.
    place : tuple of int
        Token and length of the mention, and index of its sentence.
    role : Role, optional
        From `role_of`.
    phrases : sequence of (int, int)
        Noun phrases of all mentions in the sentence.
    asking : sequence of int
        Pieces where terms that ask something begin, in order.
    hostile : frozenset of int
        Pieces where hostile terms begin.

    Returns
    -------
    Mention
    """
    token, length, sentence = place
    if role is None:
        return Mention(sentence, hostile=hostile)
    start, stop = s.place(token), s.place(token + length - 1) + 1
    group = s.group_at(role.governor)
    acts = group if role.name is SemanticRole.ACTOR and group is not None and group.finite else None
    return Mention(
        sentence,
        start,
        stop,
        role,
        first_token=token,
        last_token=token + length - 1,
        directive=_directive(s, role, start, acts, asking),
        asked=max((p for p in asking if any(p < left <= p + 4 for left, _ in phrases)), default=-1),
        claim=role.governor if acts is not None and s.words[role.governor] in _CLAIMS else -1,
        phrases=tuple(phrases),
        hostile=hostile,
        conditional=s.clause[start] in s.conditional,
    )


def opposing_word(s: Sentence, role: Role | None) -> int:
    """The piece right before a noun phrase if it is a word of opposition, such as *against*, or one with *anti-* in it; -1 otherwise.

    What is done against a victim is not opposed to it by the speaker.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We stand against Norland."]), [0])[0]
    >>> opposing_word(s, role_of(s, 3, 1))
    2
    """
    if role is None or role.name in AFFECTED:
        return -1
    if role.inference is Inference.OPPOSED:
        return role.governor
    before = role.left - 1
    return before if before >= 0 and s.words[before] in _OPPOSING else -1


# --- What asks something of a mention. A rule gives the piece of the word that asks, or -1.


def _for_to(s: Sentence, role: Role, start: int, acts: VerbGroup | None, asking: Sequence[int]) -> int:
    """ "It is time for Norland to choose"."""
    return role.right if role.inference is Inference.FOR_TO else -1


def _must(s: Sentence, role: Role, start: int, acts: VerbGroup | None, asking: Sequence[int]) -> int:
    """ "Norland must withdraw", "Norland has to withdraw"."""
    if acts is None or acts.passive:
        return -1
    has_to = s.words[role.governor] in _HAVE and s.words[acts.stop : acts.stop + 1] == ("to",)
    return acts.start if s.words[acts.start] in _MUST or has_to else -1


def _verb_that_asks(s: Sentence, role: Role, start: int, acts: VerbGroup | None, asking: Sequence[int]) -> int:
    """ "We call on Norland to ...", "we urge Norland's withdrawal": the verb that governs the mention asks."""
    if not asking or role.name not in (SemanticRole.ACTOR, SemanticRole.RECIPIENT):
        return -1
    last = max((p for p in asking if p < start and s.clause[p] == s.clause[start]), default=-1)
    to_follows = role.name is SemanticRole.RECIPIENT and s.kinds[role.right : role.right + 1] == "T"
    return last if last >= 0 and (last >= role.left - 3 or to_follows) else -1


def _needed_that(s: Sentence, role: Role, start: int, acts: VerbGroup | None, asking: Sequence[int]) -> int:
    """ "It is vital that Norland make good on its word."."""
    if role.name is not SemanticRole.ACTOR or not role.left or s.words[role.left - 1] != "that":
        return -1
    return max((p for p in range(max(0, role.left - 5), role.left - 1) if s.words[p] in _NEEDED), default=-1)


# The surest first: a construction that holds the mention, its own verb, a verb before it, an adjective before it.
_DIRECTIVES: tuple[Callable[[Sentence, Role, int, VerbGroup | None, Sequence[int]], int], ...] = (
    _for_to,
    _must,
    _verb_that_asks,
    _needed_that,
)


def _directive(s: Sentence, role: Role, start: int, acts: VerbGroup | None, asking: Sequence[int]) -> int:
    """The word that asks something of a mention; -1 where none does, or only under a condition."""
    found = next((p for rule in _DIRECTIVES if (p := rule(s, role, start, acts, asking)) >= 0), -1)
    return -1 if found >= 0 and s.clause[found] in s.conditional else found
