"""The rules of stance: the only place for their weights and for their words for readers.

Scoring looks at members of `Rule` and never at words. What readers read (columns of tables, the methods section, the table in
docs/stance.md) is made from `RULES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

# Tokens between a negation and a term, both in one clause, below which the negation reaches the term.
NEGATION_REACH = 4
# Tokens between mention and term at which a term counts half.
HALF_DISTANCE = 12.0
# Sum of weights at which the evaluation is 0.71.
SCALE = 4.0
# Evaluation below which a mention is conflictual, and above which it is cooperative; chosen on labelled sentences
# (docs/stance.md).
CLASS_BOUNDS = (-0.05, 0.25)


class Rule(Enum):
    """A rule that says what a term counts for a mention.

    Examples
    --------
    >>> Rule.NEGATED.text, Rule.NEGATED.factor(friendly=True), Rule.NEGATED.factor(friendly=False)
    ('negated', -0.5, 0.0)
    """

    NEGATED = auto()
    TURNED_ROUND = auto()
    ENDED = auto()
    HELPS_TARGET = auto()
    HARM_CONDEMNED = auto()
    HARM_JUDGED = auto()
    HARM_BY_OTHERS = auto()
    HARM_ELSEWHERE = auto()
    MATTER = auto()
    VERB_OF_PLACE = auto()
    IN_NOUN_PHRASE = auto()
    OTHER_CLAUSE = auto()
    OWN_WORDS = auto()
    PART_OF_NAME = auto()
    NOT_SO_YET = auto()
    CONDITION = auto()
    STRENGTHENS = auto()
    DOUBTED = auto()
    ASKED = auto()
    NO_RETREAT = auto()
    DENIED = auto()
    OTHER_BENEFICIARY = auto()
    NOT_LINKED = auto()
    TALKS_ONCE = auto()
    LITTLE_FROM_AFAR = auto()
    HELPED = auto()
    DEMANDED = auto()
    OPPOSED = auto()

    # Each member is one object. Enum hashes names by Python code, which is slow for sets and keys of rules.
    __hash__ = object.__hash__

    @property
    def text(self) -> str:
        """Words for readers, in the columns of tables."""
        return RULES[self].text

    def factor(self, *, friendly: bool) -> float:
        """What multiplies the weight of a term above 0 (friendly) or below; 1 where the rule says nothing of it."""
        entry = RULES[self]
        factor = entry.friendly if friendly else entry.hostile
        return 1.0 if factor is None else factor


@dataclass(frozen=True)
class Entry:
    """What a rule says.

    Parameters
    ----------
    text : str
        Words for readers, in the columns of tables. Two rules may have the same.
    when : str
        When the rule applies, said of a term.
    friendly, hostile : float, optional
        Factor of a term whose weight is above 0, or below; None where the rule says nothing of such terms.
    weight : float, optional
        Weight of what the rule adds by itself.
    most : float, optional
        What the terms of a mention to which the rule applies count at most together.
    """

    text: str
    when: str
    friendly: float | None = None
    hostile: float | None = None
    weight: float | None = None
    most: float | None = None


# In the order in which they are tried; `factors` has the tests and says why in this order.
RULES: dict[Rule, Entry] = {
    Rule.NEGATED: Entry(
        "negated",
        f'follows a negation in its clause, with fewer than {NEGATION_REACH} tokens between ("not a friend", "never attacked")',
        friendly=-0.5,
        hostile=0.0,
    ),
    Rule.TURNED_ROUND: Entry(
        "reversed",
        'follows as closely a word that reverses it ("failed to help", "to deter an attack")',
        friendly=-0.5,
        hostile=0.0,
    ),
    Rule.ENDED: Entry("reversed", 'is reversed by the target itself ("lifted the blockade")', hostile=-0.5),
    Rule.HELPS_TARGET: Entry(
        "help for it", 'is the help from which the target benefits ("security guarantees for Norland")', friendly=1.5
    ),
    Rule.HARM_CONDEMNED: Entry(
        "harm to it is condemned",
        'condemns or accuses, where the target is a victim ("we condemn the attack on Norland")',
        hostile=-1.0,
    ),
    Rule.HARM_JUDGED: Entry(
        "harm to it is judged",
        'judges what others do to the target, or whom it is defended against ("the brutal attack on Norland")',
        hostile=-0.2,
    ),
    Rule.HARM_BY_OTHERS: Entry(
        "harm by others",
        'tells of harm by others, where the target is a victim or a beneficiary ("attacks on Norland")',
        hostile=0.0,
    ),
    Rule.HARM_ELSEWHERE: Entry(
        "harm elsewhere or resisted",
        'tells of harm that others do elsewhere, of which the target only speaks ("Norland discussed the attack in Westland"), or which it resists ("Norland fights the invasion")',
        hostile=0.0,
    ),
    Rule.MATTER: Entry(
        "name of a matter", 'names a matter ("the Norland conflict", "the crisis in Norland")', hostile=0.0
    ),
    Rule.VERB_OF_PLACE: Entry("verb of place", 'says where something is ("danger lies in the north")', hostile=0.0),
    Rule.IN_NOUN_PHRASE: Entry(
        "in its noun phrase",
        'is in the noun phrase of the mention ("Norland\'s brutal war"), where distance does not count',
        hostile=2.0,
    ),
    Rule.OTHER_CLAUSE: Entry("another clause", "is in another clause than the mention", friendly=0.7, hostile=0.7),
    Rule.OWN_WORDS: Entry(
        "the target's own words", 'is what the target says ("Norland claims that it helps")', friendly=0.0, hostile=0.0
    ),
    Rule.PART_OF_NAME: Entry(
        "part of a name", 'has a capital letter within a sentence ("the Peace Palace")', friendly=0.0
    ),
    Rule.NOT_SO_YET: Entry(
        "not so yet",
        'is friendly or reversed, after *until* or *unless* ("until Norland helps")',
        friendly=0.0,
        hostile=0.0,
    ),
    Rule.CONDITION: Entry(
        "condition", 'is friendly or reversed, in a condition ("if Norland helps")', friendly=0.5, hostile=0.5
    ),
    Rule.STRENGTHENS: Entry(
        "strengthens a hostile word", 'is an adjective of a hostile word ("extraordinary pressure")', friendly=0.0
    ),
    Rule.DOUBTED: Entry(
        "doubted",
        'is in a clause of which there is said to be no sign ("no indication that Norland is willing")',
        friendly=-0.5,
    ),
    Rule.ASKED: Entry("asked of the target", 'is asked for ("Norland must respect")', friendly=0.0),
    Rule.NO_RETREAT: Entry(
        "not said to be done", 'names a retreat that is not said to be made ("the need for a withdrawal")', friendly=0.0
    ),
    Rule.DENIED: Entry(
        "denied",
        'follows a negated verb of the target ("has not proved itself to be a responsible partner")',
        friendly=-0.5,
    ),
    Rule.OTHER_BENEFICIARY: Entry(
        "somebody else's benefit", 'benefits somebody else ("support for Ostmark")', friendly=0.25
    ),
    Rule.NOT_LINKED: Entry("not linked to the mention", "is not linked to the mention by word order", friendly=0.7),
    Rule.TALKS_ONCE: Entry(
        "talks count once", 'names talks, as a word that counts more does ("met to discuss")', friendly=0.0
    ),
    # Just below what makes a mention cooperative: x / sqrt(x² + SCALE²) = 0.24.
    Rule.LITTLE_FROM_AFAR: Entry(
        "little from afar", "benefits somebody else or is not linked to the mention, as others are", most=1.0
    ),
    Rule.HELPED: Entry(
        "help for it",
        'makes the target a beneficiary and is in no lexicon ("we provide Norland with weapons", "we will never abandon Norland")',
        weight=1.5,
    ),
    Rule.DEMANDED: Entry("asked of the target", 'asks something of the target ("we call on", "must")', weight=-2.0),
    Rule.OPPOSED: Entry(
        "against the target",
        "is *against* or a word such as *counter* or *deter*, right before the noun phrase of the mention, or *anti-* in it",
        weight=-1.5,
    ),
}

# Rules after which an act is not said to be done.
NOT_DONE = frozenset(
    (
        Rule.NEGATED,
        Rule.TURNED_ROUND,
        Rule.ENDED,
        Rule.DOUBTED,
        Rule.DENIED,
        Rule.NOT_SO_YET,
        Rule.PART_OF_NAME,
        Rule.NO_RETREAT,
    )
)
# Rules whose terms count little together.
AFAR = frozenset((Rule.OTHER_BENEFICIARY, Rule.NOT_LINKED))


def rules_text(rules: tuple[Rule, ...]) -> str:
    """Rules in words for readers.

    Examples
    --------
    >>> rules_text((Rule.OTHER_CLAUSE, Rule.NOT_LINKED))
    'another clause; not linked to the mention'
    """
    return "; ".join(rule.text for rule in rules)


def _number(x: float | None) -> str:
    """A number as it is printed, with a minus and not a hyphen."""
    return "" if x is None else f"{x:g}".replace("-", "−")


def rules_table() -> str:
    """The rules as a Markdown table, for docs/stance.md.

    Examples
    --------
    >>> rules_table().splitlines()[0]
    '| rule | a term that ... | friendly | hostile |'
    """
    lines = ["| rule | a term that ... | friendly | hostile |", "|---|---|---|---|"]
    for entry in RULES.values():
        friendly, hostile = (f"× {_number(x)}" if x is not None else "" for x in (entry.friendly, entry.hostile))
        if entry.most is not None:
            friendly = f"together at most {_number(entry.most)}"
        if entry.weight is not None:
            added = f"adds {_number(entry.weight)}"
            friendly, hostile = (added, "") if entry.weight > 0 else ("", added)
        lines.append(f"| {entry.text} | {entry.when} | {friendly} | {hostile} |")
    return "\n".join(lines)


def describe_rules() -> str:
    """The rules in sentences, for the methods section.

    Examples
    --------
    >>> describe_rules().split(". ")[1]
    'In another clause than the mention a term counts × 0.7'
    """

    def friendly(rule: Rule) -> str:
        return _number(RULES[rule].friendly)

    def hostile(rule: Rule) -> str:
        return _number(RULES[rule].hostile)

    return (
        f"After a negation up to {NEGATION_REACH} tokens before it in the same clause, a friendly term counts × "
        f"{friendly(Rule.NEGATED)} and a hostile one × {hostile(Rule.NEGATED)} (× {hostile(Rule.ENDED)} where the target itself "
        "reverses it: lifts, ends). "
        f"In another clause than the mention a term counts × {friendly(Rule.OTHER_CLAUSE)}. "
        f"A friendly term in a condition counts × {friendly(Rule.CONDITION)}; a hostile term in the noun phrase of the mention "
        f"counts × {hostile(Rule.IN_NOUN_PHRASE)}, whatever its distance. "
        f"A friendly term counts × {friendly(Rule.OTHER_BENEFICIARY)} where somebody else benefits and × "
        f"{friendly(Rule.NOT_LINKED)} where word order does not link it to the mention; all such terms of a mention count at most "
        f"{_number(RULES[Rule.LITTLE_FROM_AFAR].most)} together. "
        f"It counts × {friendly(Rule.DENIED)} where the verb of the target is negated and × {friendly(Rule.DOUBTED)} where there is "
        f"said to be no sign of it. It counts {friendly(Rule.ASKED)} where it is asked of the target, has not happened yet (until, "
        "unless), is part of a name, strengthens a hostile term, or names a retreat that is not said to be made; so does every term "
        "in the target's own words. "
        "Of several terms for talks only the one that counts most is counted. "
        f"Harm by others counts {hostile(Rule.HARM_BY_OTHERS)} where the target is a victim or a beneficiary, speaks of harm elsewhere "
        f"or resists it; a term that judges such harm counts × {hostile(Rule.HARM_JUDGED)}, one that condemns it × "
        f"{hostile(Rule.HARM_CONDEMNED)}. Help for the target counts × {friendly(Rule.HELPS_TARGET)}, and "
        f"{_number(RULES[Rule.HELPED].weight)} where the lexicon has no word for it. "
        f"What is asked of the target counts {_number(RULES[Rule.DEMANDED].weight)}, and a word of opposition right before its noun "
        f"phrase (against, counter, deter), or anti- in it, {_number(RULES[Rule.OPPOSED].weight)}."
    )
