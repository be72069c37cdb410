"""Stance toward a target, mention by mention: `read_mentions` reads what the text says, `weigh` makes scores of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from discourse.features.stance.acts import act_rank
from discourse.features.stance.factors import Term, cut_off, find_rules
from discourse.features.stance.hits import Evaluative, Hit, evaluative_terms
from discourse.features.stance.lexicon import Lexicon, default_lexicons
from discourse.features.stance.mention import Mention, opposing_word, read_mention, role_of
from discourse.features.stance.rules import AFAR, CLASS_BOUNDS, HALF_DISTANCE, RULES, SCALE, Rule, rules_text
from discourse.features.stance.syntax import Sentence, read_sentences
from discourse.types import EncodedCorpus, Features

STANCE_COLUMNS = ("evaluation", "cooperative", "conflictual")
CLASSES = ("conflictual", "neutral", "cooperative")
# Categories of terms that ask something of somebody.
_ASKING = frozenset(("call on", "demand"))


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
        for k, hit in enumerate(hits):
            factors[k, : len(hit.rules)] = hit.factors
        added = (Rule.DEMANDED, Rule.OPPOSED)
        return cls(
            np.array([h.mention for h in hits], np.int64),
            np.array([h.weight for h in hits], float),
            np.array([h.distance for h in hits], np.int64),
            np.array([h.near for h in hits], bool),
            np.array([h.rank for h in hits], np.int64),
            np.array([h.stands_for for h in hits], np.int64),
            np.array([any(r in added for r in h.rules) for h in hits], bool),
            np.array([h.category == "consult" for h in hits], bool),
            np.array([not AFAR.isdisjoint(h.rules) for h in hits], bool),
            factors,
        )


@dataclass(frozen=True)
class _Weighed:
    """The hits that count with some settings; all arrays have the length of `rows`."""

    rows: np.ndarray  # in the hits of Parsed
    mention: np.ndarray
    factor: np.ndarray
    score: np.ndarray
    once: np.ndarray  # another term for talks counts
    little: np.ndarray  # shares what terms from afar count at most


def stance_class(evaluation: np.ndarray, bounds: tuple[float, float] = CLASS_BOUNDS) -> np.ndarray:
    """The class of evaluations: conflictual, neutral or cooperative; object array of the same shape.

    Examples
    --------
    >>> stance_class(np.array([-0.5, 0.0, 0.9])).tolist()
    ['conflictual', 'neutral', 'cooperative']
    """
    index = (evaluation >= bounds[0]).astype(int) + (evaluation > bounds[1])
    return np.array(CLASSES, object)[index]


def stance(
    corpus: EncodedCorpus,
    found: Features,
    lexicons: Mapping[str, Lexicon] | None = None,
    *,
    half_distance: float = HALF_DISTANCE,
    scale: float = SCALE,
    window: int | None = None,
) -> Features:
    """Score the mentions of a target: `weigh` after `read_mentions`.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    found : Features
        Mentions, from `discourse.features.target.mentions`.
    lexicons : mapping of str to Lexicon, optional
        By dimension; those of the package by default.
    half_distance : float
        Tokens from the mention at which an evaluative term counts half.
    scale : float
        Sum of weights at which the evaluation is 0.71.
    window : int, optional
        Tokens from the mention beyond which terms do not count; the whole sentence by default.

    Returns
    -------
    Features
        See `weigh`.

    Notes
    -----
    The rules and their factors stand in `discourse.features.stance.rules` (`describe_rules` tells them in sentences). How well the
    scores agree with labelled sentences: `benchmarks/stance.py`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn the attack by Norland. We welcome Norland's help. We support Ostmark against Norland."])
    >>> result = stance(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> result.units["class_"].tolist(), result.units["who_acts"].tolist()
    (['conflictual', 'cooperative', 'conflictual'], ['actor', 'actor', 'recipient'])
    """
    parsed = read_mentions(corpus, found, lexicons)
    return weigh(parsed, half_distance=half_distance, scale=scale, window=window)


# --- Reading.


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
    phrases: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (_, _, sentence), role in zip(rows, roles):
        if role is not None:
            phrases[sentence].append((role.left, role.right))
    all_mentions, hits = list[Mention](), list[Hit]()
    for k, (place, role) in enumerate(zip(rows, roles)):
        s, here = read[place[2]], range(first[k], last[k])
        asking, hostile = terms.asking(s, here), terms.hostile(s, here)
        mention = read_mention(s, place, role, phrases[place[2]], asking, hostile)
        all_mentions.append(mention)
        hits += _hits_of_mention(s, mention, k, terms, here)
    hashes = {k: v.sha256 for k, v in lexicons.items()}
    return Parsed(found, hashes, read, tuple(all_mentions), tuple(hits))


class _Terms:
    """Evaluative terms with their entries in the lexicon, as lists."""

    def __init__(self, found: Evaluative, lexicon: Lexicon) -> None:
        entries = lexicon.entries.iloc[found.hits.terms]
        self.starts: list[int] = found.hits.starts.tolist()
        self.lengths: list[int] = found.hits.lengths.tolist()
        self.names: list[str] = entries["term"].tolist()
        self.categories: list[str] = [str(c) for c in entries["category"]]
        self.weights: list[float] = entries["weight"].astype(float).tolist()
        self.negated: list[str] = [str(n) for n in found.negated]
        self.negation: list[int] = found.negation_token.tolist()

    def asking(self, s: Sentence, here: range) -> list[int]:
        """Pieces of the terms that ask something."""
        return [s.places[self.starts[h]] for h in here if self.categories[h] in _ASKING]

    def hostile(self, s: Sentence, here: range) -> frozenset[int]:
        """Pieces where hostile terms begin."""
        return frozenset(s.places[self.starts[h]] for h in here if self.weights[h] < 0)


def _hits_of_mention(s: Sentence, m: Mention, row: int, terms: _Terms, here: range) -> Iterator[Hit]:
    """The terms of its sentence as they count for a mention, then what rules add."""
    distance_at: dict[int, int] = {}
    for h in here:
        token, length = terms.starts[h], terms.lengths[h]
        start, stop = s.places[token], s.places[token + length - 1] + 1
        negated = terms.negated[h]
        if negated == "reversal" and cut_off(s, s.places[terms.negation[h]], start):
            negated = ""
        owned = m.role is not None and m.role.left <= start < m.role.right
        term = Term(start, stop, terms.weights[h], terms.categories[h], negated, owned)
        rules = find_rules(s, m, term)
        distance = max(m.first_token - (token + length), token - m.last_token - 1, 0)
        distance_at[token] = distance
        rank = act_rank(s, m, start, term.category, rules)
        yield Hit(row, token, length, terms.names[h], term.category, term.weight, distance, rules, owned, rank)
    if m.directive >= 0:
        yield _added(s, m, row, m.directive, "demand", Rule.DEMANDED)
    before = opposing_word(s, m.role)
    if before >= 0 and not (m.directive >= 0 and s.tokens[m.directive] == s.tokens[before]):
        yield _added(s, m, row, before, "reject", Rule.OPPOSED, distance_at.get(s.tokens[before], -1))


def _added(s: Sentence, m: Mention, row: int, piece: int, category: str, rule: Rule, stands_for: int = -1) -> Hit:
    """A term that a rule adds, whatever the lexicon says of it."""
    token, weight = s.tokens[piece], RULES[rule].weight
    assert weight is not None
    rank = act_rank(s, m, s.places[token], category, (rule,))
    return Hit(row, token, 1, s.words[piece], category, weight, 0, (rule,), True, rank, stands_for)


# --- Weighing.


def weigh(
    parsed: Parsed, *, half_distance: float = HALF_DISTANCE, scale: float = SCALE, window: int | None = None
) -> Features:
    """Score what `read_mentions` read.

    Parameters
    ----------
    parsed : Parsed
        From `read_mentions`.
    half_distance : float
        Tokens from the mention at which an evaluative term counts half.
    scale : float
        Sum of weights at which the evaluation is 0.71.
    window : int, optional
        Tokens from the mention beyond which terms do not count; the whole sentence by default.

    Returns
    -------
    Features
        One row per mention. `evaluation` runs from -1 (conflictual) to 1 (cooperative) and is x / sqrt(x**2 + scale**2), where x
        is the sum of the weights of the evaluative terms in the sentence, each divided by 1 + d / half_distance for d tokens
        between term and mention and multiplied by the factors of the rules; `cooperative` and `conflictual` count the terms above
        and below 0. `units` has those of `found` and `who_acts` (actor, recipient, partner, mentioned), `rule` (how that was
        inferred), `act`, `class_` (of `CLASSES`), `conditional`, `reported` (in the target's own words) and `terms` (what made the
        score). `details["hits"]` has one row per mention and term: `mention`, `token`, `length`, `term`, `category`, `weight`,
        `distance`, `factor`, `score`, `rules`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn the destructive and needless attack by Norland."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> [weigh(parsed, window=w).values[0, 2] for w in (1, None)]
    [1.0, 3.0]
    """
    weighed = _weigh_hits(parsed.arrays, len(parsed.mentions), half_distance, window)
    score, row, n = weighed.score, weighed.mention, len(parsed.mentions)
    x = np.bincount(row, score, n)
    values = np.column_stack(
        [
            x / np.sqrt(x**2 + scale**2),
            np.bincount(row[score > 0], minlength=n),
            np.bincount(row[score < 0], minlength=n),
        ]
    )
    units = parsed.found.units.reset_index(drop=True)
    units = pd.concat([units, _describe(parsed, weighed, stance_class(values[:, 0]))], axis=1)
    params = {
        "half_distance": half_distance,
        "scale": scale,
        "class_bounds": CLASS_BOUNDS,
        "lexicons": dict(parsed.lexicons),
    }
    hits = {"hits": _hit_table(parsed, weighed)}
    return Features("stance", values, list(STANCE_COLUMNS), units, parsed.found.target, params, hits)


def _weigh_hits(a: HitArrays, n_mentions: int, half_distance: float, window: int | None) -> _Weighed:
    """Factors and scores of the hits within the window."""
    limit = np.inf if window is None else window
    # First the window: what lies beyond it neither takes the place of other terms nor shares with them.
    replaced = (a.stands_for >= 0) & (a.stands_for <= limit)
    rows = np.flatnonzero((a.added | (a.distance <= limit)) & ~replaced)
    mention = a.mention[rows]
    factor = np.where(a.near[rows], 1.0, 1 / (1 + a.distance[rows] / half_distance))
    for column in a.factors[rows].T:
        factor = factor * column
    factor[(a.factors[rows] == 0).any(axis=1)] = 0.0  # and not -0.0
    score = a.weight[rows] * factor

    # Talks count once, however many words tell of them: "met to discuss" is no more friendly than "met".
    talks = np.flatnonzero(a.talks[rows] & (score > 0))
    talks = talks[np.lexsort((-score[talks], mention[talks]))]
    once = np.zeros(len(rows), bool)
    once[talks[1:][mention[talks[1:]] == mention[talks[:-1]]]] = True
    factor[once] = score[once] = 0.0

    # Friendly terms that word order does not link to the mention cannot by themselves make it cooperative.
    most = RULES[Rule.LITTLE_FROM_AFAR].most
    assert most is not None
    far = a.afar[rows] & (score > 0)
    total = np.bincount(mention[far], score[far], n_mentions)
    little = far & (total > most)[mention]
    share = most / total[mention[little]]
    factor[little] *= share
    score[little] *= share
    return _Weighed(rows, mention, factor, score, once, little)


def _hit_table(parsed: Parsed, w: _Weighed) -> pd.DataFrame:
    """One row per hit that counts, with the rules in words."""
    texts: dict[tuple[Rule, ...], str] = {}

    def text(rules: tuple[Rule, ...]) -> str:
        if rules not in texts:
            texts[rules] = rules_text(rules)
        return texts[rules]

    more = {
        (once, little): (Rule.TALKS_ONCE,) * once + (Rule.LITTLE_FROM_AFAR,) * little
        for once in (False, True)
        for little in (False, True)
    }
    hits = [parsed.hits[k] for k in w.rows.tolist()]
    added = [more[key] for key in zip(w.once.tolist(), w.little.tolist())]
    return pd.DataFrame(
        {
            "mention": w.mention,
            "token": np.array([h.token for h in hits], np.int64),
            "length": np.array([h.length for h in hits], np.int64),
            "term": [h.term for h in hits],
            "category": [h.category for h in hits],
            "weight": parsed.arrays.weight[w.rows],
            "distance": parsed.arrays.distance[w.rows],
            "factor": w.factor,
            "score": w.score,
            "rules": [text(h.rules + extra) for h, extra in zip(hits, added)],
        }
    )


def _describe(parsed: Parsed, w: _Weighed, classes: np.ndarray) -> pd.DataFrame:
    """What `units` says of each mention."""
    shown: list[list[str]] = [[] for _ in parsed.mentions]
    for hit, mention, score in zip(w.rows.tolist(), w.mention.tolist(), w.score.tolist()):
        if score:
            shown[mention].append(f"{parsed.hits[hit].term} {score:+.2f}".replace("-", "−"))
    acts = _acts(parsed, w)
    return pd.DataFrame(
        {
            "who_acts": [m.role.name.value if m.role else "" for m in parsed.mentions],
            "rule": [m.role.rule if m.role else "" for m in parsed.mentions],
            "act": acts,
            "conditional": np.array([m.conditional for m in parsed.mentions], bool),
            "reported": np.array([m.claim >= 0 for m in parsed.mentions], bool),
            "class_": classes,
            "terms": ["; ".join(terms) for terms in shown],
        }
    )


def _acts(parsed: Parsed, w: _Weighed) -> list[str]:
    """The act of each mention: what is asked of an actor, else that of its closest term."""
    acts = ["demand" if m.demanded else "" for m in parsed.mentions]
    rank = parsed.arrays.rank[w.rows]
    candidates = np.flatnonzero(rank >= 0)
    order = candidates[np.lexsort((rank[candidates], w.mention[candidates]))]  # the first of equals stays first
    mentions, first = np.unique(w.mention[order], return_index=True)
    for mention, hit in zip(mentions.tolist(), w.rows[order[first]].tolist()):
        acts[mention] = acts[mention] or parsed.hits[hit].category
    return acts
