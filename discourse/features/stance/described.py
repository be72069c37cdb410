"""Mentions as models see them: the sentence with the target masked, its n-grams, and what the rules found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from discourse.features.stance.lexicon import ACTS
from discourse.features.stance.mention import Mention
from discourse.features.stance.reading import Parsed
from discourse.features.stance.roles import ROLES, SemanticRole
from discourse.features.stance.rules import RULES, Rule
from discourse.features.stance.score import CLASSES
from discourse.features.stance.syntax import Sentence
from discourse.types import Features

TARGET, NUMERAL = "target", "0"  # what stands for the mention and for numbers
AROUND = 6  # pieces on each side of the mention that keep their side
EVALUATIVE = (*ACTS, "positive evaluation", "negative evaluation")
# What is discussed is no party to the talks: "discussed Norland, energy and trade".
_DISCUSSING = frozenset(
    """
    discuss discusses discussed discussing discussion discussions talked talk talks spoke speak speaks agenda topics topic issues issue
    matters questions question range views raised reviewed review covered cover briefed briefing consult consultations consultation
    debate exchange remarks testifies testified
    """.split()
)
_WITH = frozenset("with between alongside to by from against".split())
_AGENDA_REACH = 25  # pieces


@dataclass(frozen=True, slots=True)
class Context:
    """A mention in its sentence, masked.

    Parameters
    ----------
    words : sequence of str
        Case-folded pieces of the sentence; "target" in place of the mention, "0" in place of numerals.
    at : int
        Place of the mention; -1 where the whole sentence stands for it.
    clause : sequence of int
        Number of the clause of each piece.
    """

    words: Sequence[str]
    at: int
    clause: Sequence[int]


def contexts(parsed: Parsed, rows: Iterable[int] | None = None) -> Iterator[Context]:
    """Mentions in their masked sentences: those of some rows, or all.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.reading import read_mentions
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["In 2022 New Norland's army attacked."])
    >>> next(contexts(read_mentions(corpus, mentions(corpus, Target("Norland", ("new norland",)))))).words
    ['in', '0', 'target', "'s", 'army', 'attacked']
    """
    given = parsed.mentions if rows is None else (parsed.mentions[k] for k in rows)
    return (_context(parsed.sentences[m.sentence], m) for m in given)


def _context(s: Sentence, m: Mention) -> Context:
    words = [NUMERAL if w[:1].isdigit() else w for w in s.words]
    if m.start >= m.stop:
        return Context(words, -1, s.clause)
    # The target is masked: a model is to learn from the words about it, not from its name.
    words[m.start : m.stop] = [TARGET]
    return Context(words, m.start, (*s.clause[: m.start + 1], *s.clause[m.stop :]))


def ngrams(context: Context) -> set[str]:
    """Words and pairs of words of a sentence; words near the mention with their side ("<" before it, ">" after it).

    Examples
    --------
    >>> sorted(ngrams(Context(["we", "condemn", "target"], 2, [0, 0, 0])))
    ['<condemn', '<we', 'condemn', 'condemn target', 'target', 'we', 'we condemn']
    """
    words, at = context.words, context.at
    found = {*words, *map(" ".join, pairwise(words))}
    if at >= 0:
        found.update("<" + w for w in words[max(0, at - AROUND) : at])
        found.update(">" + w for w in words[at + 1 : at + 1 + AROUND])
    return found


def is_agenda(s: Sentence, m: Mention) -> bool:
    """Whether a mention is what is talked about: in a list or phrase after a word such as *discuss* or *agenda*, not after *with*.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.reading import read_mentions
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["They discussed trade, Norland, and energy.", "They discussed energy with Norland."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> [is_agenda(parsed.sentences[m.sentence], m) for m in parsed.mentions]
    [True, False]
    """
    if m.role is None or m.role.name in (SemanticRole.PARTNER, SemanticRole.ACTOR):
        return False
    for k in range(m.start - 1, max(-1, m.start - 1 - _AGENDA_REACH), -1):
        if s.words[k] in _DISCUSSING:
            return True
        group = s.group_at(k)
        if s.words[k] in _WITH or (group is not None and group.finite):
            return False
    return False


def rule_numbers(parsed: Parsed, scored: Features) -> tuple[list[str], np.ndarray]:
    """What the rules found of each mention, as numbers about as large as 1.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    scored : Features
        From `weigh`.

    Returns
    -------
    names : list of str
        Evaluation, classes, counts, roles, acts, acts in each role, categories of terms, rules that apply.
    values : ndarray of float64, shape (n_mentions, n_names)
    """
    units, hits = scored.units, scored.details["hits"]
    n, evaluation = len(units), scored.values[:, 0]
    columns: dict[str, np.ndarray] = {
        "evaluation": evaluation,
        "friendly": evaluation > 0.1,
        "hostile": evaluation < -0.1,
        "friendly terms": np.minimum(scored.values[:, 1], 4) / 2,
        "hostile terms": np.minimum(scored.values[:, 2], 4) / 2,
        "condition": units["conditional"].to_numpy(bool),
        "its own words": units["reported"].to_numpy(bool),
        "agenda": np.array([is_agenda(parsed.sentences[m.sentence], m) for m in parsed.mentions], bool),
    }
    roles = dict(zip(map(str, ROLES), _indicators(units["who_acts"], ROLES)))
    acts = dict(zip(ACTS, _indicators(units["act"], tuple(ACTS))))
    columns |= {f"role {r}": at for r, at in roles.items()}
    columns |= {f"act {a}": at for a, at in acts.items()}
    taking_part = [r for r in roles if r != SemanticRole.MENTIONED]
    columns |= {f"{a} as {r}": acts[a] & roles[r] for a in acts for r in taking_part}
    mention, score = hits["mention"].to_numpy(np.int64), hits["score"].to_numpy(float)
    for name, at in zip(EVALUATIVE, _indicators(hits["category"], EVALUATIVE)):
        columns[f"sum of {name}"] = np.bincount(mention[at], score[at] / 3, n)
        columns[f"terms of {name}"] = np.minimum(np.bincount(mention[at], minlength=n), 3) / 2
    # The same words for a rule come again and again.
    codes, texts = pd.factorize(hits["rules"].to_numpy(object))
    parts = [set(text.split("; ")) for text in texts]
    for text in dict.fromkeys(RULES[rule].text for rule in Rule):
        with_rule = np.array([text in p for p in parts], bool)
        columns[f"rule {text}"] = np.bincount(mention[with_rule[codes]], minlength=n) > 0
    return list(columns), np.column_stack([np.asarray(c, float) for c in columns.values()]).reshape(n, len(columns))


def _indicators(values: pd.Series, names: Sequence[str]) -> Iterator[np.ndarray]:
    """Where values are each of some names."""
    codes = pd.Index(list(names), dtype=object).get_indexer(values.to_numpy(object))
    return (codes == k for k in range(len(names)))


def rule_outcome(scored: Features) -> np.ndarray:
    """The evaluation and class of the rules as numbers, for a map to probabilities; float64, shape (n_mentions, 5)."""
    e, classes = scored.values[:, 0], scored.units["class_"].to_numpy()
    return np.column_stack([e, np.abs(e), e**2, classes == CLASSES[0], classes == CLASSES[2]]).astype(float)


def distances(at: np.ndarray, place: np.ndarray, same_clause: np.ndarray, half: float) -> np.ndarray:
    """Weight of pieces by their distance d from a mention: 1 / (1 + d / half), half of it in another clause; 1 without a mention.

    Parameters
    ----------
    at : ndarray of int
        Piece of the mention; -1 where the whole sentence stands for it.
    place : ndarray of int
        The pieces.
    same_clause : ndarray of bool
        Whether each is in the clause of the mention.
    half : float
        Pieces at which the weight is a half.

    Examples
    --------
    >>> distances(np.array([2, 2, -1]), np.array([0, 1, 1]), np.array([True, False, True]), 2.0).tolist()
    [0.5, 0.3333333333333333, 1.0]
    """
    return np.where(at < 0, 1.0, np.where(same_clause, 1.0, 0.5) / (1 + np.abs(place - at) / half))
