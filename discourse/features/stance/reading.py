"""Reading the mentions of a target: all that scores need and that depends on words and word order, not on settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from discourse.features.stance.acts import act_rank
from discourse.features.stance.factors import cut_off, find_rules, twice_negated
from discourse.features.stance.hits import Evaluative, Hit, evaluative_terms
from discourse.features.stance.lexicon import Lexicon, default_lexicons
from discourse.features.stance.mention import Mention, Term, opposing_word, read_mention, role_of
from discourse.features.stance.roles import SemanticRole
from discourse.features.stance.rules import AFAR, RULES, Rule
from discourse.features.stance.syntax import Sentence, read_sentences
from discourse.types import EncodedCorpus, Features

# Categories of terms that ask something of somebody.
_ASKING = frozenset(("call on", "demand"))
_ADDING = frozenset((Rule.HELPED, Rule.DEMANDED, Rule.OPPOSED))


@dataclass(frozen=True)
class Parsed:
    """What the text says of the mentions of a target: all that depends on words and word order and on no setting.

    Parameters
    ----------
    found : Features
        The mentions.
    lexicons : mapping of str to str
        Hash of each lexicon.
    sentences : mapping of int to Sentence
        The sentences that mention the target, by their index.
    mentions : tuple of Mention
        In the order of `found`.
    hits : tuple of Hit
        In the order of the mentions, within these in the order of the text.
    """

    found: Features
    lexicons: Mapping[str, str]
    sentences: Mapping[int, Sentence]
    mentions: tuple[Mention, ...]
    hits: tuple[Hit, ...]

    @cached_property
    def arrays(self) -> HitArrays:
        """The hits as arrays."""
        return HitArrays.of(self.hits)


@dataclass(frozen=True)
class HitArrays:
    """The hits of `Parsed` column by column, see `Hit`; `factors` has a column for each place in the longest list of rules."""

    mention: np.ndarray
    weight: np.ndarray
    distance: np.ndarray
    near: np.ndarray
    rank: np.ndarray
    stands_for: np.ndarray
    added: np.ndarray
    talks: np.ndarray
    afar: np.ndarray
    factors: np.ndarray

    @classmethod
    def of(cls, hits: Sequence[Hit]) -> HitArrays:
        """The arrays of some hits."""
        factors = np.ones((len(hits), max((len(h.rules) for h in hits), default=0)))
        # Few combinations of rules occur, each many times.
        known: dict[tuple[tuple[Rule, ...], bool], tuple[tuple[float, ...], bool, bool]] = {}
        added, afar = np.zeros((2, len(hits)), bool)
        for k, hit in enumerate(hits):
            if hit.rules:
                key = (hit.rules, hit.weight > 0)
                if key not in known:
                    known[key] = (hit.factors, not _ADDING.isdisjoint(hit.rules), not AFAR.isdisjoint(hit.rules))
                factors[k, : len(hit.rules)], added[k], afar[k] = known[key]
        mention, _, _, _, category, weight, distance, _, near, rank, stands_for = zip(*hits) if hits else [()] * 11
        return cls(
            np.array(mention, np.int64),
            np.array(weight, float),
            np.array(distance, np.int64),
            np.array(near, bool),
            np.array(rank, np.int64),
            np.array(stands_for, np.int64),
            added,
            np.array([c == "consult" for c in category], bool),
            afar,
            factors,
        )


def read_mentions(
    corpus: EncodedCorpus,
    found: Features,
    lexicons: Mapping[str, Lexicon] | None = None,
    *,
    sentences: Mapping[int, Sentence] | None = None,
) -> Parsed:
    """Read the sentences that mention a target: semantic roles, terms of the lexicons, and the rules that apply to them.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    found : Features
        Mentions, from `discourse.features.target.mentions`.
    lexicons : mapping of str to Lexicon, optional
        By dimension; those of the package by default.
    sentences : mapping of int to Sentence, optional
        `Parsed.sentences` of the same corpus with other lexicons or mentions: they are not tagged again.

    Returns
    -------
    Parsed

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We never attacked Norland."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> [(hit.term, hit.rules) for hit in parsed.hits], parsed.mentions[0].role.rule
    ([('attacked', (<Rule.NEGATED: 1>,))], 'object of attacked')
    """
    lexicons = lexicons or default_lexicons()
    places = found.units[["token", "length", "sentence"]].to_numpy(np.int64)
    needed = np.unique(places[:, 2])
    known = sentences or {}
    unread = [k for k in needed.tolist() if k not in known]
    new = dict(zip(unread, read_sentences(corpus, unread)))
    read = {k: known[k] if k in known else new[k] for k in needed.tolist()}
    terms = _Terms(evaluative_terms(corpus, found.units, needed, lexicons), lexicons["evaluation"])
    of_sentence = np.searchsorted(corpus.sentence_bounds, terms.starts, side="right") - 1
    first, last = (np.searchsorted(of_sentence, places[:, 2], side=side).tolist() for side in ("left", "right"))
    rows = [(token, length, sentence) for token, length, sentence in places.tolist()]
    roles = [role_of(read[k], token, length) for token, length, k in rows]
    # The phrases of all mentions come first, for each mention looks at those of the others in its sentence.
    phrases: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (_, _, sentence), role in zip(rows, roles):
        if role is not None:
            phrases[sentence].append((role.left, role.right))
    all_mentions, hits = list[Mention](), list[Hit]()
    sentence = -1
    for k, (place, role) in enumerate(zip(rows, roles)):
        if place[2] != sentence:
            sentence = place[2]
            s, here = read[sentence], terms.within(read[sentence], first[k], last[k])
            asking = [t.start for _, _, _, t in here if t.category in _ASKING]
            hostile = frozenset(t.start for _, _, _, t in here if t.weight < 0)
        mention = read_mention(s, place, role, phrases[sentence], asking, hostile)
        all_mentions.append(mention)
        hits += _hits_of_mention(s, mention, k, here)
    hashes = {k: v.sha256 for k, v in lexicons.items()}
    return Parsed(found, hashes, read, tuple(all_mentions), tuple(hits))


class _Terms:
    """Evaluative terms with their entries in the lexicon, as lists."""

    def __init__(self, found: Evaluative, lexicon: Lexicon) -> None:
        entries = lexicon.entries.iloc[found.hits.terms]
        # Lists, for it is slow to take single values out of arrays and tables.
        self.starts: list[int] = found.hits.starts.tolist()
        self.lengths: list[int] = found.hits.lengths.tolist()
        self.names: list[str] = entries["term"].tolist()
        self.categories: list[str] = [str(c) for c in entries["category"]]
        self.weights: list[float] = entries["weight"].astype(float).tolist()
        self.negated: list[str] = [str(n) for n in found.negated]
        self.negation: list[int] = found.negation_token.tolist()

    def within(self, s: Sentence, first: int, stop: int) -> list[_Found]:
        """Some terms as they stand in their sentence."""
        found = []
        for h in range(first, stop):
            token, length, negated = self.starts[h], self.lengths[h], self.negated[h]
            start, end = s.place(token), s.place(token + length - 1) + 1
            if negated:
                negation = s.place(self.negation[h])
                if (negated == "reversal" and cut_off(s, negation, start)) or twice_negated(s, negation, start):
                    negated = ""
            term = Term(start, end, self.weights[h], self.categories[h], negated, owned=False)
            found.append((token, length, self.names[h], term))
        return found


# First token, number of tokens, name in the lexicon, and the term in its sentence.
_Found = tuple[int, int, str, Term]


def _hits_of_mention(s: Sentence, m: Mention, row: int, here: Sequence[_Found]) -> Iterator[Hit]:
    """The terms of its sentence as they count for a mention, then what rules add."""
    left, right = (m.role.left, m.role.right) if m.role is not None else (0, 0)
    distance_at = dict[int, int]()
    for token, length, name, term in here:
        owned = left <= term.start < right
        if owned:
            term = term._replace(owned=True)
        rules = find_rules(s, m, term)
        distance = distance_at[token] = max(m.first_token - (token + length), token - m.last_token - 1, 0)
        rank = act_rank(s, m, term.start, term.category, rules)
        yield Hit(row, token, length, name, term.category, term.weight, distance, rules, owned, rank)
    if m.role is None:
        return
    helped = m.role.governor if m.role.name is SemanticRole.BENEFICIARY else -1
    if helped >= 0 and not any(t.weight > 0 and a <= s.token(helped) < a + n for a, n, _, t in here):
        yield _added(s, m, row, helped, "aid", Rule.HELPED)
    if m.directive >= 0:
        yield _added(s, m, row, m.directive, "demand", Rule.DEMANDED)
    before = opposing_word(s, m.role)
    # A word that counts as a demand does not count again as opposition.
    if before >= 0 and not (m.directive >= 0 and s.token(m.directive) == s.token(before)):
        yield _added(s, m, row, before, "reject", Rule.OPPOSED, distance_at.get(s.token(before), -1))


def _added(s: Sentence, m: Mention, row: int, piece: int, category: str, rule: Rule, stands_for: int = -1) -> Hit:
    """A term that a rule adds, whatever the lexicon says of it."""
    token, weight = s.token(piece), RULES[rule].weight
    assert weight is not None
    rank = act_rank(s, m, s.place(token), category, (rule,))
    return Hit(row, token, 1, s.words[piece], category, weight, 0, (rule,), True, rank, stands_for)
