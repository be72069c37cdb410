"""Who is harmed and who is helped: mentions that are the victim or the beneficiary of what others do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from discourse.features.stance import harm_words as words_of
from discourse.features.stance.phrases import governing_word, verb_of_subject
from discourse.features.stance.role_words import BODIES
from discourse.features.stance.roles import Inference, Role, SemanticRole, before_joined
from discourse.features.stance.syntax import Sentence, VerbGroup
from discourse.features.stance.tagging import BE, NOT

# A sentence without any of these harms and helps nobody.
_CHARGED = frozenset().union(
    words_of.HARM_AGAINST, words_of.HARM_TO, words_of.HARM_OF, words_of.HARM_IN, words_of.SUFFERING, words_of.HARMED_PEOPLE,
    words_of.HARMED, words_of.HARM_VERBS, words_of.BEAR, words_of.BORNE, words_of.HELP_NOUNS, words_of.HELP_VERBS,
    words_of.GIVE, words_of.STAND, words_of.LESSEN, words_of.RESPECT,
    words_of.DENY, words_of.SHOOT,
)  # fmt: skip
_HARM = frozenset().union(words_of.HARM_AGAINST, words_of.HARM_TO, words_of.HARM_VERBS)
_HELP = frozenset().union(words_of.HELP_NOUNS, words_of.HELP_VERBS)
_ON = frozenset("on against upon at into toward towards".split())
_IN = frozenset(("in", "inside", "within", "across", "throughout"))
_FROM = _IN | {"from"}
_FOR = frozenset("for to toward towards with behind".split())
REACH = 8  # pieces before a noun phrase in which the word that governs it is sought


class _Place(NamedTuple):
    """A noun phrase in its sentence, as the rules below see it."""

    s: Sentence
    role: Role
    start: int  # first piece of the mention
    stop: int
    before: int  # piece before the phrase, or before the first of several joined phrases; -1

    @property
    def preposition(self) -> str:
        return self.s.words[self.before] if self.before >= 0 else ""


def affected(s: Sentence, role: Role, start: int, stop: int) -> Role:
    """The role of a mention that others harm or help, or the role that it has otherwise.

    Parameters
    ----------
    s : Sentence
        The sentence.
    role : Role
        From `discourse.features.stance.roles.find_role`.
    start, stop : int
        Pieces of the mention (stop is the piece after its last).

    Returns
    -------
    Role

    Notes
    -----
    What the speaker's own side does or threatens to do, as far as it is named by *we*, *our* and the like, and every punishment
    (sanctions, costs) leaves the role as it is: a recipient.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.roles import find_role
    >>> from discourse.features.stance.syntax import read_sentences
    >>> texts = ["Ostmark attacked Norland.", "We support Norland.", "We attacked Norland."]
    >>> [affected(s, find_role(s, 2, 3), 2, 3).rule for s in read_sentences(encoded(texts), range(3))]
    ['harm: attacked', 'help: support', 'object of attacked']
    """
    if _CHARGED.isdisjoint(s.words) and not s.words[start].startswith("anti-"):
        return role
    p = _Place(s, role, start, stop, before_joined(s, role.left, role.right)[0])
    found = next((r for rule in _RULES if (r := rule(p)) is not None), None)
    if found is None or (found.word.startswith("attack") and not words_of.CAMPAIGN.isdisjoint(s.words)):
        return role
    return found


def _harm(p: _Place, piece: int) -> Role:
    return p.role._replace(name=SemanticRole.VICTIM, inference=Inference.HARM, governor=piece, word=p.s.words[piece])


def _help(p: _Place, piece: int) -> Role:
    return p.role._replace(
        name=SemanticRole.BENEFICIARY, inference=Inference.HELP, governor=piece, word=p.s.words[piece]
    )


# --- Whose harm, whose help.


def _own_agent(s: Sentence, group: VerbGroup) -> bool:
    """Whether the subject of a verb is the speaker's own side, as far as it is named by "we" and the like."""
    first, k = s.clause_start(group.start), group.start - 1
    if group.start == group.head and k >= 0 and s.kinds[k] in ("I", "D"):
        return False  # "in occupied Norland" has no subject
    while k >= first:
        if _own(s, k):
            return True
        named = s.kinds[k] == "N" and (s.forms[k][:1].isupper() or (k == group.start - 1 and not group.infinitive))
        if s.kinds[k] == "P" or named:
            # "our forces": the word that says whose they are comes before.
            return any(_own(s, j) for j in range(max(first, k - 3), k) if s.kinds[j] in ("D", "J", "N"))
        k -= 1
    return False


def _own(s: Sentence, piece: int) -> bool:
    word = s.words[piece]
    return word in words_of.OWN_SIDE or (word == "states" and piece > 0 and s.words[piece - 1] == "united")


def _own_harm(p: _Place, noun: int) -> bool:
    """Whether a noun of harm names what the speaker's own side does: "our strikes", "we launched strikes"."""
    s, first, start = p.s, p.s.clause_start(noun), noun
    while start > first and s.kinds[start - 1] in ("D", "J", "N", "'", "G", "E") and s.group_at(start - 1) is None:
        start -= 1
    if s.words[noun] in words_of.REPROACH:
        return "our" in s.words[start:noun]
    if any(_own(s, k) for k in range(start, noun)):
        return True
    if "by" in s.words[noun : p.before] and any(_own(s, k) for k in range(noun, p.before)):
        return True
    verb = next(
        (g for k in range(noun - 1, max(first, noun - REACH) - 1, -1) if (g := s.group_at(k)) is not None), None
    )
    does = verb is not None and (s.words[verb.head] in words_of.DO or s.words[noun] == "force")
    return verb is not None and does and _own_agent(s, verb)


def _own_by(s: Sentence, group: VerbGroup) -> bool:
    """Whether the agent of a passive is the speaker's own side."""
    after = range(group.stop, min(group.stop + REACH, len(s.words)))
    by = next((k for k in after if s.words[k] == "by"), None)
    return by is not None and any(_own(s, k) for k in range(by + 1, min(by + 5, len(s.words))))


def _withheld(s: Sentence, piece: int) -> bool:
    """Whether help is ended or not given: "ended its support", but not "will never end its support"."""
    first = max(s.clause_start(piece), piece - 4)
    at = next((k for k in range(piece - 1, first - 1, -1) if s.words[k] in words_of.WITHHOLD), -1)
    return at >= 0 and NOT.isdisjoint(s.words[max(0, at - 3) : at])


def _back(p: _Place, wanted: frozenset[str], start: int, reach: int = REACH) -> int:
    """The nearest of some words before a piece in its clause, with no other verb and no punishment between; -1."""
    s, first = p.s, max(p.s.clause_start(start), start - reach)
    for k in range(start, first - 1, -1):
        word = s.words[k]
        if word in wanted:
            return k
        if word in words_of.PUNISHMENT or (s.group_at(k) is not None and word not in words_of.DO):
            return -1
    return -1


# --- One function for each construction: the role, or None where it does not apply.


def _compound(p: _Place) -> Role | None:
    """ "Anti-Norland protests" are against it; where somebody rejects them it is a victim."""
    word = p.s.words[p.start]
    if not word.startswith("anti-"):
        return None
    against = _back(p, words_of.WITHHOLD, p.start - 1)
    if against >= 0:
        return _harm(p, p.start)
    return p.role._replace(name=SemanticRole.RECIPIENT, inference=Inference.OPPOSED, governor=p.start, word=word)


def _sufferers(p: _Place) -> Role | None:
    """ "Norland's suffering", "Norlandic victims", "occupied Norland"."""
    s, role = p.s, p.role
    for k in range(p.stop, role.right):
        word = s.words[k]
        if word in words_of.SUFFERING or (word in words_of.HARMED_PEOPLE and "'" not in s.kinds[p.start : k]):
            return _harm(p, k)
    for k in range(role.left, p.start):
        if s.words[k] in words_of.HARMED and s.kinds[k] in ("J", "E", "G", "N"):
            return _harm(p, k)
    return None


def _after_harm(p: _Place) -> Role | None:
    """ "Attacks on Norland", "threats to Norland", "the destruction of Norland", "a massacre in Norland"."""
    if p.before < 1 or not _stands_for_target(p):
        return None
    s, word, noun = p.s, p.preposition, governing_word(p.s, p.before)
    if word in _ON:
        shot = s.group_at(p.before - 1)
        if shot is not None and s.words[shot.head] in words_of.SHOOT:
            return None if _own_agent(s, shot) else _harm(p, shot.head)
        noun = _back(p, words_of.HARM_AGAINST, p.before - 1)
    elif word in _IN:
        noun = _back(p, words_of.HARM_IN, p.before - 1, 5)
    elif not (
        (word in ("to", "for") and noun >= 0 and s.words[noun] in words_of.HARM_TO)
        or (word == "of" and noun >= 0 and s.words[noun] in words_of.HARM_OF)
    ):
        return None
    return _harm(p, noun) if noun >= 0 and not _own_harm(p, noun) else None


def _harmed_there(p: _Place) -> Role | None:
    """ "They bombed schools in Norland", "children from Norland were abducted"."""
    s = p.s
    if p.preposition not in _FROM or not _stands_for_target(p):
        return None
    before = next((g for k in range(p.before - 1, max(p.before - 7, -1), -1) if (g := s.group_at(k)) is not None), None)
    if before is not None and s.words[before.head] in words_of.HARM_THERE and p.preposition in _IN:
        own = _own_by(s, before) if before.passive else _own_agent(s, before)
        return None if own or s.clause[before.head] != s.clause[p.start] else _harm(p, before.head)
    if p.before == s.clause_start(p.before):  # "In Norland, Ostmark destroyed schools"
        ahead = next((g for g in s.groups if g.start > p.role.right), None)
        if ahead is not None and s.words[ahead.head] in words_of.HARM_THERE:
            own = _own_by(s, ahead) if ahead.passive else _own_agent(s, ahead)
            return None if own else _harm(p, ahead.head)
    after = verb_of_subject(s, p.role.right) if before is None else None
    if after is not None and after.passive and s.words[after.head] in words_of.HARM_VERBS and not _own_by(s, after):
        return _harm(p, after.head)
    return None


def _after_help(p: _Place) -> Role | None:
    """ "Support for Norland", "we stand with Norland", "weapons to Norland"."""
    if p.before < 1 or not _stands_for_target(p) or not _helped(p):
        return None
    s, word, noun = p.s, p.preposition, governing_word(p.s, p.before)
    governing = s.words[noun] if noun >= 0 else ""
    if word in ("with", "by", "behind", "for"):
        stand = _back(p, words_of.STAND, p.before - 1, 4)
        if stand >= 0 and s.kinds[stand] != "N":
            return None if _withheld(s, stand) or _negated(s, stand) else _help(p, stand)
    if word == "with" and governing not in ("solidarity", "sympathy", "sympathies"):
        return None
    if word not in _FOR or noun < 0:
        return None
    helps = governing in words_of.HELP_NOUNS or (governing in words_of.GIVE and governing.startswith("commit"))
    return _help(p, noun) if helps and not _withheld(s, noun) and not _negated(s, noun) else None


def _stands_for_target(p: _Place) -> bool:
    """Whether a noun phrase is the target or what belongs to it, and not an act of it or a matter: "attacks on Norland's cities"."""
    if p.role.right > p.stop and p.s.words[p.role.right - 1] in words_of.MATTERS:
        return False
    return p.role.inference not in (Inference.OWNER, Inference.FOR_TO) or _good(p)


def _helped(p: _Place) -> bool:
    """Whether a noun phrase is the target, its people, its bodies or its goods, and not a thing: "Norland's industries"."""
    last = p.s.words[p.role.right - 1]
    return p.role.right <= p.stop or last in BODIES or last in words_of.GOODS or last in words_of.HARMED_PEOPLE


def _negated(s: Sentence, piece: int) -> bool:
    group = s.group_at(piece)
    return group is not None and group.negated


def _good(p: _Place) -> bool:
    """Whether the noun phrase names what belongs to the target and is protected for its sake: "Norland's security"."""
    if p.role.inference is Inference.OWNER and p.role.word in words_of.GOODS:
        return True
    return p.role.right > p.stop and p.s.words[p.role.right - 1] in words_of.GOODS


def _goods(p: _Place) -> Role | None:
    """ "Norland's security", "the sovereignty of Norland": what governs them."""
    s, start = p.s, p.role.left - 1
    if not _good(p):
        noun = governing_word(s, p.before) if p.preposition == "of" else -1
        if noun < 0 or s.words[noun] not in words_of.GOODS:
            return None
        start = noun - 1
    first = max(s.clause_start(p.start), start - REACH)
    for k in range(start, first - 1, -1):
        word = s.words[k]
        if (word in _HARM or word in words_of.DENY) and word not in _HELP:
            group = s.group_at(k)
            own = _own_harm(p, k) if group is None else _own_agent(s, group)
            return None if own else _harm(p, k)
        if word in _HELP or word in words_of.RESPECT:
            return None if _withheld(s, k) or _negated(s, k) else _help(p, k)
    return None


def _verb(p: _Place) -> Role | None:
    """ "Ostmark attacked Norland", "Norland was attacked", "we support Norland", "Norland was helped"."""
    s, role = p.s, p.role
    group = s.group_at(role.governor)
    if role.inference is Inference.SUBJECT and p.preposition in words_of.ENABLE and not _negated(s, p.before):
        return _help(p, p.before)  # "we help Norland defend itself"
    if group is None or role.inference not in (Inference.OBJECT, Inference.PASSIVE_SUBJECT):
        return None
    verb, passive = s.words[group.head], role.inference is Inference.PASSIVE_SUBJECT
    if verb in words_of.HARM_VERBS:
        ordered = passive and not group.negated and not _ORDERED.isdisjoint(s.words[group.start : group.stop])
        own = _own_by(s, group) if passive else _own_agent(s, group)
        return None if ordered or own else _harm(p, group.head)
    gives = verb in words_of.GIVE and not words_of.HELP_NOUNS.isdisjoint(s.words[role.right : role.right + 6])
    if (verb in words_of.HELP_VERBS or gives) and _helped(p) and not group.negated and not _withheld(s, group.start):
        return _help(p, group.head)
    if verb in words_of.LESSEN and group.negated:
        return _help(p, group.head)
    return None


_ORDERED = frozenset("must should will shall".split())


def _participle(p: _Place) -> Role | None:
    """ "Norlanders killed by Ostmark"."""
    s = p.s
    k = p.role.right + (s.kinds[p.role.right : p.role.right + 1] == ",")
    if s.words[k + 1 : k + 2] == ("by",) and s.words[k] in words_of.HARM_VERBS and s.kinds[k] in ("E", "V", "J"):
        return _harm(p, k)
    return None


def _bears(p: _Place) -> Role | None:
    """ "Norland has suffered", "Norland faces threats", "Norland was the victim", "Norland has our support"."""
    s, role = p.s, p.role
    group = s.group_at(role.governor)
    if group is None or role.inference not in (
        Inference.SUBJECT, Inference.UNDERGOING_SUBJECT, Inference.PART_OF_SUBJECT, Inference.PASSIVE_SUBJECT
    ):  # fmt: skip
        return None
    further = s.group_at(group.stop) if group.stop < len(s.words) else None
    if further is not None and further.infinitive and s.words[group.head] in words_of.CONTINUE:
        group = further  # "continues to suffer"
    verb, after = s.words[group.head], s.words[group.stop : group.stop + REACH]
    if verb in words_of.BEAR:
        if group.negated or not _ORDERED.isdisjoint(s.words[group.start : group.stop]):
            return None
        return _harm(p, group.head) if words_of.DESERTS.isdisjoint(after) else None
    if verb in BE or verb.startswith(("becom", "remain")):
        under = next((k for k, w in enumerate(after[:5]) if w in words_of.PREY or w == "under"), -1)
        if group.negated:
            return None
        if under >= 0 and after[under] in ("target", "targets") and words_of.BORNE.isdisjoint(after[under + 1 :]):
            return None
        if under >= 0 and (after[under] != "under" or not words_of.BORNE.isdisjoint(after[under + 1 : under + 4])):
            return _harm(p, group.stop + under)
        return None
    if verb in words_of.BEAR_HARM:
        wanted = _HOMES if verb.startswith("fle") else words_of.BORNE
        borne = next((k for k, w in enumerate(after[:6]) if w in wanted), -1)
        return _harm(p, group.stop + borne) if borne >= 0 and words_of.DESERTS.isdisjoint(after) else None
    if verb in words_of.GET and not group.negated and after[:1] != ("to",):
        given = next((k for k, w in enumerate(after[:6]) if w in words_of.GIVEN), -1)
        # "Norland has our support", but not "Norland has support programmes".
        if given > 0 and (not verb.startswith("ha") or not _YOURS.isdisjoint(after[:given])):
            return _help(p, group.stop + given)
    return None


_HOMES = words_of.BORNE | {"home", "homes"}
_YOURS = frozenset("our my the your full strong unwavering".split())

# Harm before help: "the threat to Norland, which we support". What is joined to the target and what its own noun phrase
# says come first; a good of the target comes before the verb that governs it.
_RULES: tuple[Callable[[_Place], Role | None], ...] = (
    _compound,
    _sufferers,
    _after_harm,
    _harmed_there,
    _after_help,
    _goods,
    _verb,
    _participle,
    _bears,
)
