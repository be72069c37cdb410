"""What terms say of harm to the target and of help for it: who does it, and what the speaker says of it."""

from __future__ import annotations

from bisect import bisect_right

from discourse.features.stance.harm_words import BEAR, BORNE, HARMED, RESIST, RESISTED, SUFFERING, TALKING
from discourse.features.stance.mention import Mention, Term
from discourse.features.stance.roles import AFFECTED, Inference, Role, SemanticRole
from discourse.features.stance.rules import Rule
from discourse.features.stance.syntax import Sentence

_LIES = frozenset(("lie", "lies", "lying"))
_PLACE = frozenset(
    "in with within on at between beyond behind ahead near beneath under along before here there elsewhere".split()
)
_CONDEMNING = frozenset(("condemn", "reject", "call on", "demand"))
_JUDGEMENT = -2.0  # a weight above names a misfortune (death, war) and judges nobody
_BEARING = SUFFERING | BEAR | BORNE
_ITS = frozenset("it its they their them itself themselves".split())
_BUT = frozenset(("but", "yet", "however", "though", "although"))
_MATTERS = frozenset("problem problems conflict conflicts crisis dispute tragedy emergency issue".split())
_HARMING = frozenset(("attack", "coerce", "threaten", "violate", "mobilise", "negative evaluation"))


def help_for_it(m: Mention, t: Term) -> Rule | None:
    """The rule for the help that makes the target a beneficiary; None for other terms.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.mention import read_mention, role_of
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We support Norland."]), [0])[0]
    >>> m = read_mention(s, (2, 1, 0), role_of(s, 2, 1), [(2, 3)], [], frozenset())
    >>> help_for_it(m, Term(1, 2, 2.0, "support", "", False)).text
    'help for it'
    """
    helps = m.role is not None and m.role.name is SemanticRole.BENEFICIARY and t.start <= m.role.governor < t.stop
    return Rule.HELPS_TARGET if helps and t.weight > 0 and not t.negated else None


def others_harm(s: Sentence, m: Mention, t: Term) -> Rule | None:
    """The rule for a hostile term that speaks of others and not of the target; None for one that may be about the target.

    Parameters
    ----------
    s : Sentence
        The sentence.
    m : Mention
        The mention.
    t : Term
        The term.

    Returns
    -------
    Rule or None

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.mention import read_mention, role_of
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We condemn attacks on Norland."]), [0])[0]
    >>> m = read_mention(s, (4, 1, 0), role_of(s, 4, 1), [(4, 5)], [], frozenset({1, 2}))
    >>> [others_harm(s, m, Term(k, k + 1, -2.0, c, "", False)).text for k, c in ((1, "condemn"), (2, "attack"))]
    ['harm to it is condemned', 'harm by others']
    """
    affected = m.role is not None and m.role.name in AFFECTED
    if t.weight > 0 or (t.negated and not affected):
        return None
    if s.words[t.start] in _LIES and _of_place(s, t.start):
        return Rule.VERB_OF_PLACE
    if m.role is None:
        return None
    if not affected:
        if _matter(s, m, m.role, t):
            return Rule.MATTER
        others = _elsewhere(s, m, m.role, t) or _resists(s, m, m.role, t)
        return Rule.HARM_ELSEWHERE if others else None
    if not _by_others(s, m, m.role, t):
        return None
    if t.negated:
        return Rule.HARM_BY_OTHERS
    if t.category in _CONDEMNING and m.role.name is SemanticRole.VICTIM and _speaks_of(s, m.role, t):
        return Rule.HARM_CONDEMNED
    judged = t.category == "negative evaluation" and t.weight <= _JUDGEMENT and s.words[t.start] not in _BEARING
    return Rule.HARM_JUDGED if judged else Rule.HARM_BY_OTHERS


def _of_place(s: Sentence, piece: int) -> bool:
    """ "Danger lies in the north", "at its heart lies a question": but "the lies in its press"."""
    before, k = piece - 1, piece + 1
    if before < 0:
        return False
    if s.words[before] in ("which", "here", "there", "herein", "therein"):
        return True
    while k < len(s.words) and s.kinds[k] == "R":
        k += 1
    if k >= len(s.words) or s.words[k] not in _PLACE:
        return False
    adjective = s.forms[before][:1].isupper() and s.words[before].endswith(("an", "sh", "ese"))
    return s.kinds[before] not in ("D", "J", "'", "V", "C", "I") and not adjective


def _by_others(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """Whether a hostile term beside a victim or beneficiary is about others."""
    if t.start == role.governor or t.start <= role.governor < t.stop:
        return True
    if t.owned and s.words[m.start].startswith("anti-"):
        return True
    if t.owned:
        # "Attacks on the corrupt Norland": but its own words for suffering, and "occupied Norland".
        return t.category == "attack" or s.words[t.start] in _BEARING or s.words[t.start] in HARMED
    if s.clause[t.start] in (s.clause[m.start], s.clause[max(role.governor, 0)]):
        return True
    first = s.clause_start(t.start)
    # In another clause "it" may be the target: "Norland was attacked, but it lied".
    return _ITS.isdisjoint(s.words[first : t.start]) and s.words[first] not in _BUT


def _speaks_of(s: Sentence, role: Role, t: Term) -> bool:
    """Whether a word of condemnation has the harm as its object: before it, or in the passive after it."""
    group = s.group_at(t.start)
    return t.start < role.governor or (group is not None and group.passive)


def _elsewhere(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """Whether a term of harm has its own place or object, and the target only takes part in speaking of it."""
    if t.owned or t.category not in _HARMING or role.name is SemanticRole.RECIPIENT or t.start < m.start:
        return False
    if s.clause[t.start] != s.clause[m.start]:
        return False
    if role.name is SemanticRole.ACTOR and (role.governor < 0 or s.words[role.governor] not in TALKING):
        return False
    k, n = t.stop, len(s.words)
    while k < n and (s.kinds[k] in ("N", "J", "G", "R")) and not s.forms[k][:1].isupper():
        k += 1
    if k >= n or s.words[k] not in ("in", "on", "against", "at", "upon"):
        return False
    end = k + 1
    while end < n and s.kinds[end] in ("D", "J", "N", "'", "G", "E"):
        end += 1
    named = any(s.forms[j][:1].isupper() for j in range(k + 1, end))
    return named and not any(left < end and right > k for left, right in m.phrases)


def _resists(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """ "Norland fights against Ostmark's brutal invasion", "Norland is fighting for its freedom"."""
    group = s.group_at(role.governor) if role.name is SemanticRole.ACTOR else None
    if group is None or s.words[group.head] not in RESIST:
        return False
    if t.start < group.head or s.clause[t.start] != s.clause[group.head]:
        return False
    last = bisect_right(s.clause, s.clause[group.head])
    return not RESISTED.isdisjoint(s.words[group.stop : last])


def _matter(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """ "The Norland question", "the conflict in Norland": the name of a matter."""
    if s.words[t.start] not in _MATTERS or t.stop != t.start + 1:
        return False
    if t.owned:
        return t.start == role.right - 1 and s.words[m.stop] != "'s"
    return (
        role.inference is Inference.AFTER_PREPOSITION and role.governor == t.start and role.word in ("in", "of", "to")
    )
