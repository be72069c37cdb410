"""Which rules apply to a term: what word order says of it beside a mention."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from discourse.features.stance.mention import Mention
from discourse.features.stance.role_words import BEAR, BORNE, HARMED, LESSEN, RESIST, RESISTED, SUFFERING, TALKING
from discourse.features.stance.roles import AFFECTED, Inference, Role, SemanticRole
from discourse.features.stance.rules import Rule
from discourse.features.stance.syntax import Sentence
from discourse.features.stance.tagging import NOT

_SIGNS = frozenset("indication indications sign signs evidence reason interest proof suggestion seriousness".split())
_NONE = frozenset(("no", "not", "n't", "never", "any", "little", "without", "nothing"))
_WHEN = frozenset("today yesterday tomorrow tonight monday tuesday wednesday thursday friday saturday sunday".split())
_NOT_YET = frozenset(("until", "unless", "till"))
_LINKS = frozenset("for to of with toward towards among between alongside from".split())
_AGENTS = (SemanticRole.ACTOR, SemanticRole.PARTNER)


@dataclass(frozen=True, slots=True)
class Term:
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


class _For(Enum):
    """The terms for which a rule is tried, each kind within the one before."""

    ANY = "any term"
    FRIENDLY = "friendly terms, and hostile ones that are negated"
    PLAIN = "friendly terms that are not negated"


def find_rules(s: Sentence, m: Mention, t: Term) -> tuple[Rule, ...]:
    """The rules that apply to a term, in the order in which they multiply its weight.

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
    tuple of Rule
    """
    first = _help_for_it(m, t) or _others_harm(s, m, t) or _negated(m, t)
    if first in _NOTHING:
        return (first,)
    rules = [] if first is None else [first]
    if m.role is None:
        return tuple(rules)
    if t.weight > 0:
        term = _For.PLAIN if first is None else _For.FRIENDLY if first is Rule.HELPS_TARGET else _For.ANY
    else:
        term = _For.FRIENDLY if first in _NEGATIONS else _For.ANY
    for rule, applies in _TRIED[term]:
        if applies(s, m, m.role, t):
            rules.append(rule)
            if rule not in _GOES_ON:
                break
    return tuple(rules)


# After these a hostile term may count as friendly.
_NEGATIONS = (Rule.NEGATED, Rule.TURNED_ROUND, Rule.ENDED, Rule.HARM_CONDEMNED, Rule.HARM_JUDGED)
_NOTHING = (Rule.HARM_BY_OTHERS, Rule.HARM_ELSEWHERE, Rule.MATTER, Rule.VERB_OF_PLACE)


def _help_for_it(m: Mention, t: Term) -> Rule | None:
    """Whether a friendly term is the help that makes the target a beneficiary."""
    helps = m.role is not None and m.role.name is SemanticRole.BENEFICIARY and t.start <= m.role.governor < t.stop
    return Rule.HELPS_TARGET if helps and t.weight > 0 and not t.negated else None


def _others_harm(s: Sentence, m: Mention, t: Term) -> Rule | None:
    """What a hostile term says of others and not of the target, and whether the speaker takes the side of the target."""
    if t.weight > 0 or t.negated:
        return None
    if s.words[t.start] in _LIES and _of_place(s, t.start):
        return Rule.VERB_OF_PLACE
    if m.role is None:
        return None
    if m.role.name not in AFFECTED:
        if _matter(s, m, m.role, t):
            return Rule.MATTER
        others = _elsewhere(s, m, m.role, t) or _resists(s, m, m.role, t)
        return Rule.HARM_ELSEWHERE if others else None
    if not _by_others(s, m, m.role, t):
        return None
    if t.category in _CONDEMNING and m.role.name is SemanticRole.VICTIM and _speaks_of(s, m.role, t):
        return Rule.HARM_CONDEMNED
    judged = t.category == "negative evaluation" and t.weight <= _JUDGEMENT and s.words[t.start] not in _BEARING
    return Rule.HARM_JUDGED if judged else Rule.HARM_BY_OTHERS


_LIES = frozenset(("lie", "lies", "lying"))
_PLACE = frozenset("in with within on at between beyond behind ahead near beneath under along before here there elsewhere".split())
_CONDEMNING = frozenset(("condemn", "reject", "call on", "demand"))
_JUDGEMENT = -2.0  # weight above which a term names a misfortune (death, war) and judges nobody
_BEARING = SUFFERING | BEAR | BORNE
_ITS = frozenset("it its they their them itself themselves".split())


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
    if t.owned:
        # "Attacks on the corrupt Norland": but its own words for suffering, and "occupied Norland".
        return t.category == "attack" or s.words[t.start] in _BEARING or s.words[t.start] in HARMED
    if s.clause[t.start] in (s.clause[m.start], s.clause[max(role.governor, 0)]):
        return True
    first = s.clause_start(t.start)
    # In another clause "it" may be the target: "Norland was attacked, but it lied".
    return _ITS.isdisjoint(s.words[first : t.start]) and s.words[first] not in ("but", "yet", "however", "though", "although")


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
    if group is None or s.words[group.head] not in RESIST or t.start < group.head or s.clause[t.start] != s.clause[group.head]:
        return False
    last = bisect_right(s.clause, s.clause[group.head])
    return not RESISTED.isdisjoint(s.words[group.stop : last])


def _matter(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """ "The Norland question", "the conflict in Norland": the name of a matter."""
    if s.words[t.start] not in _MATTERS or t.stop != t.start + 1:
        return False
    if t.owned:
        return t.start == role.right - 1 and s.words[m.stop] != "'s"
    return role.inference is Inference.AFTER_PREPOSITION and role.governor == t.start and role.word in ("in", "of", "to")


_MATTERS = frozenset("problem problems conflict conflicts crisis dispute tragedy emergency issue".split())
_HARMING = frozenset(("attack", "coerce", "threaten", "violate", "mobilise", "negative evaluation"))


def _negated(m: Mention, t: Term) -> Rule | None:
    """What a negation does, or else the noun phrase of the mention."""
    negated = Rule.NEGATED if t.negated == "negation" else Rule.TURNED_ROUND
    if t.weight > 0:
        return negated if t.negated else None
    theirs = t.owned or any(left <= t.start < right for left, right in m.phrases)
    if t.negated and not (theirs and t.negated == "reversal"):  # "to deter Norland's attack" stays hostile
        return Rule.ENDED if t.negated == "reversal" and _ends_it(m, t) else negated
    return Rule.IN_NOUN_PHRASE if t.owned else None


def _ends_it(m: Mention, t: Term) -> bool:
    """Whether the target itself reverses a hostile term: "Norland lifted the blockade"; not what it is asked to do."""
    acts = m.role is not None and m.role.name is SemanticRole.ACTOR and t.start > m.start
    return m.role is None or (acts and m.directive < 0 and m.asked < 0)


def cut_off(s: Sentence, negation: int, start: int) -> bool:
    """Whether a conjunction or an instrument comes between a word that reverses its object and a term.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["They ended it by force."]), [0])[0]
    >>> cut_off(s, 1, 4), cut_off(s, 1, 2)
    (True, False)
    """
    return any(s.kinds[p] == "C" or s.words[p] in ("by", "through") for p in range(negation + 1, start))


def twice_negated(s: Sentence, negation: int, start: int) -> bool:
    """Whether two words negate a term, so that neither does: "will never end its support", "not waver in our support".

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We will never end our support."]), [0])[0]
    >>> twice_negated(s, 3, 5), twice_negated(s, 3, 3)
    (True, False)
    """
    if s.words[negation] in NOT:
        return any(s.words[k] in LESSEN for k in range(negation + 1, start))
    first = max(s.clause_start(negation), negation - 3)
    return s.words[negation] in LESSEN and any(s.words[k] in NOT for k in range(first, negation))


def linked(s: Sentence, m: Mention, role: Role, start: int) -> bool:
    """Whether word order links the term that begins at a piece to a mention.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.mention import read_mention, role_of
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We welcome Norland, said a friend."]), [0])[0]
    >>> role = role_of(s, 2, 1)
    >>> m = read_mention(s, (2, 1, 0), role, [(2, 3)], [], frozenset())
    >>> linked(s, m, role, 1), linked(s, m, role, 6)
    (True, False)
    """
    if role.left <= start < role.right or start == role.governor:
        return True
    if s.clause[start] != s.clause[m.start]:
        return False
    if role.name is SemanticRole.ACTOR:
        return start > m.start
    if role.name in (SemanticRole.RECIPIENT, SemanticRole.VICTIM):
        return start < m.start
    return role.name in (SemanticRole.PARTNER, SemanticRole.BENEFICIARY)


# --- One function for each rule: whether it applies.


def _other_clause(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return s.clause[t.start] != s.clause[m.start] and not t.owned


def _own_words(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return 0 <= m.claim < t.start


def _part_of_name(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return t.start > 0 and s.forms[t.start][:1].isupper()


def _not_so_yet(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return not _NOT_YET.isdisjoint(s.words[: min(t.start, m.start)])


def _condition(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return s.clause[t.start] in s.conditional


def _strengthens(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """A friendly adjective before a hostile word: "extraordinary pressure"."""
    if s.kinds[t.start] != "J":
        return False
    k = t.stop
    while k < len(s.words) and s.kinds[k] in ("J", "E", "G") and k not in m.hostile:
        k += 1
    return k in m.hostile


def _doubted(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """A clause is what there is no sign of: "we have seen no indication that Norland is willing"."""
    first = s.clause_start(t.start)
    if first == 0 or s.words[first] not in ("that", "of", "whether"):
        return False
    before = s.words[max(0, first - 9) : first]
    return any(w in _SIGNS for w in before[-3:]) and any(w in _NONE for w in before)


def _asked(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """After a word that asks something of any mention, within the next clause, or of this one, anywhere."""
    if role.name is SemanticRole.BENEFICIARY:
        return False  # it is others who are asked to help
    if 0 <= m.asked < t.start and s.clause[t.start] - s.clause[m.asked] <= 1:
        return True
    return 0 <= m.directive < t.start


def _no_retreat(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """ "The need for a withdrawal of Norland's forces" is no withdrawal; "Norland withdrew" is one."""
    if t.category != "yield":
        return False
    done = role.name in _AGENTS and t.start > m.start and not t.owned and linked(s, m, role, t.start)
    return not done


def _denied(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """The verb of which the target is the subject is negated before a term of its complement."""
    group = s.group_at(role.governor) if role.name is SemanticRole.ACTOR else None
    return group is not None and group.negated and t.start >= group.stop and s.clause[t.start] == s.clause[group.head]


def _other_beneficiary(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    """Another noun phrase than the mention has the benefit, and it is not the target who gives it."""
    if role.name is SemanticRole.BENEFICIARY and t.start < m.start:
        return not linked(s, m, role, t.start)
    return _benefits_other(s, m, t) and not (role.name in _AGENTS and linked(s, m, role, t.start))


def _benefits_other(s: Sentence, m: Mention, t: Term) -> bool:
    """Whether a noun phrase other than the mention follows a term as the one that has the benefit."""
    k, n = t.stop, len(s.words)
    while k < n and (s.kinds[k] in ("R", "J") or s.words[k] in _WHEN):
        k += 1
    if k < n and s.kinds[k] in ("I", "T") and s.words[k] in _LINKS:
        k += 1
    elif s.kinds[t.start] not in ("V", "E", "G"):
        return False
    end = k
    while end < n and s.kinds[end] in ("D", "J", "N", "'", "P", "G", "E"):
        end += 1
    return end > k and not (k <= m.start < end)


def _not_linked(s: Sentence, m: Mention, role: Role, t: Term) -> bool:
    return not linked(s, m, role, t.start)


# Rules after which others are tried; all others end it.
_GOES_ON = (Rule.OTHER_CLAUSE, Rule.CONDITION)
# First where a term occurs, which only weakens it. Then what makes it nothing at all, whoever speaks of whom: words of
# others, names, what is not yet. Then, weakening again, the condition. Then rules for single words and clauses, which
# are surer than those at the end, that need the semantic role; of these the ones that reverse or cancel a term come
# before the ones that weaken it.
_ORDER: tuple[tuple[Rule, _For, Callable[[Sentence, Mention, Role, Term], bool]], ...] = (
    (Rule.OTHER_CLAUSE, _For.ANY, _other_clause),
    (Rule.OWN_WORDS, _For.ANY, _own_words),
    (Rule.PART_OF_NAME, _For.PLAIN, _part_of_name),
    (Rule.NOT_SO_YET, _For.FRIENDLY, _not_so_yet),
    (Rule.CONDITION, _For.FRIENDLY, _condition),
    (Rule.STRENGTHENS, _For.PLAIN, _strengthens),
    (Rule.DOUBTED, _For.PLAIN, _doubted),
    (Rule.ASKED, _For.PLAIN, _asked),
    (Rule.NO_RETREAT, _For.PLAIN, _no_retreat),
    (Rule.DENIED, _For.PLAIN, _denied),
    (Rule.OTHER_BENEFICIARY, _For.PLAIN, _other_beneficiary),
    (Rule.NOT_LINKED, _For.PLAIN, _not_linked),
)
# Settled once for each kind of term, for only few of the rules can apply to most terms.
_TRIED = {
    term: tuple((rule, applies) for rule, terms, applies in _ORDER if terms in within)
    for term, within in (
        (_For.ANY, (_For.ANY,)),
        (_For.FRIENDLY, (_For.ANY, _For.FRIENDLY)),
        (_For.PLAIN, tuple(_For)),
    )
}
