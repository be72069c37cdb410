"""The act in which a mention takes part: of the word that governs it, of its noun phrase, or the nearest that is linked to it."""

from __future__ import annotations

from discourse.features.stance.factors import linked
from discourse.features.stance.lexicon import ACTS
from discourse.features.stance.mention import Mention
from discourse.features.stance.roles import SemanticRole
from discourse.features.stance.rules import NOT_DONE, Rule
from discourse.features.stance.syntax import Sentence

# What is asked of the target is no act of the target.
_ONLY_ASKED = ((Rule.ASKED,), (Rule.DEMANDED,))


def act_rank(s: Sentence, m: Mention, piece: int, category: str, rules: tuple[Rule, ...]) -> int:
    """How closely a term belongs to the act of a mention.

    Parameters
    ----------
    s : Sentence
        The sentence.
    m : Mention
        The mention.
    piece : int
        Where the term begins.
    category : str
        Its category.
    rules : tuple of Rule
        The rules that apply to it.

    Returns
    -------
    int
        0 in the verb group or noun that governs the mention, 1 in its noun phrase, then by distance where word order links the two;
        -1 where the term tells of no act of this mention, or of one that is not said to be done.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.mention import read_mention, role_of
    >>> from discourse.features.stance.syntax import read_sentences
    >>> s = read_sentences(encoded(["We condemn Norland."]), [0])[0]
    >>> m = read_mention(s, (2, 1, 0), role_of(s, 2, 1), [(2, 3)], [], frozenset())
    >>> act_rank(s, m, 1, "condemn", ()), act_rank(s, m, 1, "condemn", (Rule.NEGATED,))
    (0, -1)
    """
    role = m.role
    if role is None or role.name is SemanticRole.MENTIONED or category not in ACTS or not NOT_DONE.isdisjoint(rules):
        return -1
    if role.name is SemanticRole.ACTOR and rules in _ONLY_ASKED:
        return -1
    group = s.group_at(role.governor)
    if piece == role.governor or (group is not None and group.start <= piece < group.stop):
        return 0
    if role.left <= piece < role.right:
        return 1
    return 2 + abs(piece - m.start) if linked(s, m, role, piece) else -1
