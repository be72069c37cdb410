"""Which rules apply to a term: what word order says of it beside a mention."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from discourse.features.stance.harm import help_for_it, others_harm
from discourse.features.stance.harm_words import LESSEN
from discourse.features.stance.mention import Mention, Term
from discourse.features.stance.roles import Role, SemanticRole
from discourse.features.stance.rules import Rule
from discourse.features.stance.syntax import Sentence
from discourse.features.stance.tagging import NOT

_SIGNS = frozenset("indication indications sign signs evidence reason interest proof suggestion seriousness".split())
_NONE = frozenset(("no", "not", "n't", "never", "any", "little", "without", "nothing"))
_WHEN = frozenset("today yesterday tomorrow tonight monday tuesday wednesday thursday friday saturday sunday".split())
_NOT_YET = frozenset(("until", "unless", "till"))
_LINKS = frozenset("for to of with toward towards among between alongside from".split())
_AGENTS = (SemanticRole.ACTOR, SemanticRole.PARTNER)


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
    first = help_for_it(m, t) or others_harm(s, m, t) or _negated(m, t)
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
    >>> found = read_sentences(encoded(["We will never end our support. We will now end our support."]), [0, 1])
    >>> [twice_negated(s, 3, 5) for s in found]
    [True, False]
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
