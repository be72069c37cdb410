"""Stance toward a target, mention by mention: rules that turn lexicon hits and word order into scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.features.patterns import Hits, match_terms
from discourse.features.stance.lexicon import ACTS, Lexicon, default_lexicons
from discourse.features.stance.roles import Inference, Role, find_role
from discourse.features.stance.syntax import Sentence, read_sentences
from discourse.types import EncodedCorpus, Features

STANCE_COLUMNS = ("evaluation", "cooperative", "conflictual")
CLASSES = ("conflictual", "neutral", "cooperative")

NEGATION_REACH = 4
NEGATED = -0.5
HALF_DISTANCE = 12.0
SCALE = 4.0
# Evaluation below which a mention is conflictual, and above which it is cooperative.
CLASS_BOUNDS = (-0.05, 0.25)

OTHER_CLAUSE = 0.7
OTHER_BENEFICIARY = 0.25
UNLINKED_COOPERATION = 0.7
CONDITION = 0.5
OWNED = 2.0
DIRECTIVE = -2.0
AGAINST = -1.5
MOST_FROM_AFAR = 1.0  # just below what makes a mention cooperative

# Verbs after which the target's own words follow.
_CLAIMS = frozenset(
    """
    claim claims claimed say says said allege alleges alleged insist insists insisted argue argues argued assert asserts asserted
    pretend pretends deny denies denied accuse accuses accused blame blames blamed suggest suggests
    """.split()
)
_MUST = frozenset(("must", "should", "ought", "shall", "needs", "need"))
_HAVE = frozenset(("has", "have", "had", "needs", "need"))
_ASKED = frozenset(("call on", "demand"))
_OPPOSING = frozenset(
    """
    against counter counters countered countering oppose opposes opposed opposing resist resists resisted resisting deter deters
    deterred deterring stop stops stopped stopping prevent prevents prevented preventing
    """.split()
)
_NEEDED = frozenset("important vital essential imperative critical crucial incumbent necessary".split())
_SIGNS = frozenset("indication indications sign signs evidence reason interest proof suggestion seriousness".split())
_NONE = frozenset(("no", "not", "n't", "never", "any", "little", "without", "nothing"))
# Rules after which an act is not said to be done.
_NOT_DONE = ("negated", "turned round", "doubted", "denied", "not so yet", "part of a name", "not said to be done")
_AFAR = ("not linked to the mention", "somebody else's benefit")
_WHEN = frozenset("today yesterday tomorrow tonight monday tuesday wednesday thursday friday saturday sunday".split())
_NOT_YET = frozenset(("until", "unless", "till"))
_LINKS = frozenset("for to of with toward towards among between alongside from".split())


@dataclass(frozen=True)
class _Mention:
    """A mention in its sentence."""

    start: int
    stop: int
    role: Role | None
    first_token: int
    last_token: int
    directive: int  # piece of the word that asks something of the target; -1
    claim: int  # piece after which the target's own words follow; -1
    phrases: list[tuple[int, int]]  # noun phrases of all mentions in the sentence
    hostile: frozenset[int]  # pieces where a hostile word begins
    asked: int  # piece of a word that asks something of any mention in the sentence; -1


def stance_class(evaluation: np.ndarray, bounds: tuple[float, float] = CLASS_BOUNDS) -> np.ndarray:
    """The class of evaluations: conflictual, neutral or cooperative; object array of the same shape.

    Examples
    --------
    >>> stance_class(np.array([-0.5, 0.0, 0.9])).tolist()
    ['conflictual', 'neutral', 'cooperative']
    """
    index = (evaluation >= bounds[0]).astype(int) + (evaluation > bounds[1])
    return np.array(CLASSES, object)[index]


def _negated(hits: Hits, negations: Hits, clause: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The negation up to four tokens before a hit in the same clause, the nearer one first; index into `negations`, -1 for none."""
    result = np.full(len(hits.starts), -1)
    if not len(negations.starts):
        return result
    sentence, other = (np.searchsorted(bounds, h.starts, side="right") for h in (hits, negations))
    marks = np.concatenate([[0], np.cumsum(clause)])
    ends = negations.starts + negations.lengths
    last = np.searchsorted(ends, hits.starts, side="right") - 1
    for back in (1, 0):
        k = np.maximum(last - back, 0)
        gap = hits.starts - ends[k]
        same = (marks[hits.starts] == marks[np.maximum(ends[k] - 1, 0)]) & (sentence == other[k])
        ok = (last >= back) & (gap >= 0) & (gap < NEGATION_REACH) & same
        result = np.where(ok, k, result)
    return result


def stance(
    corpus: EncodedCorpus,
    found: Features,
    lexicons: Mapping[str, Lexicon] | None = None,
    *,
    half_distance: float = HALF_DISTANCE,
    scale: float = SCALE,
    window: int | None = None,
) -> Features:
    """Score the mentions of a target.

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
        One row per mention. `evaluation` runs from -1 (conflictual) to 1 (cooperative) and is x / sqrt(x**2 + scale**2), where x
        is the sum of the weights of the evaluative terms in the sentence, each times the factors of the rules below;
        `cooperative` and `conflictual` count the terms above and below 0. `units` has those of `found` and `who_acts` (actor,
        recipient, partner, mentioned), `rule` (how that was told), `act`, `class_` (of `CLASSES`), `conditional`, `reported`
        (in the target's own words) and `terms` (what made the score). `details["hits"]` has one row per mention and term:
        `mention`, `token`, `length`, `term`, `category`, `weight`, `factor`, `score`, `rules`.

    Notes
    -----
    The factors: 1 / (1 + d / half_distance) for d tokens between term and mention; for a negation up to four tokens before, -0.5
    for a friendly word, and 0 for a hostile one unless the target itself turns it round ("Norland lifted the blockade": -0.5);
    0.7 in another clause; 0.5 for a friendly word in a condition; 2 and no distance for a hostile word in the noun phrase of the
    mention ("Norland's brutal war"). Of several words of talks the strongest counts.
    For friendly words: 0.25 where somebody else has the benefit ("support for Ostmark"), 0.7 where no rule of word order links
    them to the mention (all these together at most 1), -0.5 where the verb of the target is negated or there is no sign of it, and 0 where they are asked for ("Norland must respect"), not so yet
    ("until Norland respects"), the target's own words ("Norland claims ..."), part of a name, strengthen a hostile word, or
    name a retreat that is not said to be done.
    What is asked of the target counts -2, *against* or *counter* before it -1.5. How well this agrees with labelled sentences:
    `benchmarks/stance.py`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn the attack by Norland. We welcome Norland's help. We support Ostmark against Norland."])
    >>> result = stance(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> result.units["class_"].tolist(), result.units["who_acts"].tolist()
    (['conflictual', 'cooperative', 'conflictual'], ['actor', 'actor', 'recipient'])
    """
    lexicons = lexicons or default_lexicons()
    units = found.units.reset_index(drop=True)
    sentences = np.unique(units["sentence"].to_numpy(np.int64))
    hits, negated, negation_at = evaluative_hits(corpus, units, sentences, lexicons)
    of_sentence = np.searchsorted(corpus.sentence_bounds, hits.starts, side="right") - 1
    first = np.searchsorted(of_sentence, units["sentence"].to_numpy(np.int64))
    last = np.searchsorted(of_sentence, units["sentence"].to_numpy(np.int64), side="right")
    entries = lexicons["evaluation"].entries
    term, category, weight = (entries[c].to_numpy() for c in ("term", "category", "weight"))
    read = dict(zip(sentences.tolist(), read_sentences(corpus, sentences)))
    place = {k: _places(s) for k, s in read.items()}
    records: list[tuple[object, ...]] = []
    described: list[tuple[object, ...]] = []
    of_mention = units[["token", "length", "sentence"]].to_numpy(np.int64).tolist()
    roles = [_role(read[k], place[k], token, length) for token, length, k in of_mention]
    phrases: dict[int, list[tuple[int, int]]] = {}
    for (_, _, sentence), role in zip(of_mention, roles):
        if role is not None:
            phrases.setdefault(sentence, []).append((role.left, role.right))
    for k, ((token, length, sentence), role) in enumerate(zip(of_mention, roles)):
        s, places = read[sentence], place[sentence]
        here = range(int(first[k]), int(last[k]))
        asking = [places[int(hits.starts[h])] for h in here if category[hits.terms[h]] in _ASKED]
        hostile = frozenset(places[int(hits.starts[h])] for h in here if weight[hits.terms[h]] < 0)
        mention = _mention(s, places, token, length, role, asking, phrases.get(sentence, []), hostile)
        mine: list[tuple[object, ...]] = []
        for h in here:
            start, stop = places[int(hits.starts[h])], places[int(hits.starts[h] + hits.lengths[h] - 1)] + 1
            t = int(hits.terms[h])
            distance = max(
                mention.first_token - int(hits.starts[h] + hits.lengths[h]),
                int(hits.starts[h]) - mention.last_token - 1,
                0,
            )
            if window is not None and distance > window:
                continue
            kind = str(negated[h])
            if kind == "reversal" and _cut_off(s, places[int(negation_at[h])], start):
                kind = ""
            factor, rules = _factor(
                s, mention, start, stop, float(weight[t]), str(category[t]), distance, kind, half_distance
            )
            mine.append(
                (
                    k,
                    int(hits.starts[h]),
                    int(hits.lengths[h]),
                    term[t],
                    category[t],
                    float(weight[t]),
                    distance,
                    factor,
                    float(weight[t]) * factor,
                    "; ".join(rules),
                )
            )
        mine = _little_from_afar(_talks_once(mine))
        if mention.directive >= 0:
            token = s.tokens[mention.directive]
            mine.append(
                (k, token, 1, s.words[mention.directive], "demand", DIRECTIVE, 0, 1.0, DIRECTIVE, "asked of the target")
            )
        before = role.left - 1 if role is not None else -1
        if before >= 0 and s.words[before] in _OPPOSING and not any(r[1] == s.tokens[before] for r in mine):
            word = s.words[before]
            mine.append((k, s.tokens[before], 1, word, "reject", AGAINST, 0, 1.0, AGAINST, "against the target"))
        records += mine
        described.append(_describe(s, mention, mine, places))
    table = pd.DataFrame(
        records,
        columns=["mention", "token", "length", "term", "category", "weight", "distance", "factor", "score", "rules"],
    )
    score = table["score"].to_numpy(float)
    row = table["mention"].to_numpy(np.int64)
    x = np.bincount(row, score, len(units))
    values = np.column_stack(
        [
            x / np.sqrt(x**2 + scale**2),
            np.bincount(row[score > 0], minlength=len(units)),
            np.bincount(row[score < 0], minlength=len(units)),
        ]
    )
    more = pd.DataFrame(described, columns=["who_acts", "rule", "act", "conditional", "reported", "terms"])
    units = pd.concat([units, more], axis=1)
    units.insert(len(units.columns) - 1, "class_", stance_class(values[:, 0]))
    params = {
        "half_distance": half_distance,
        "scale": scale,
        "class_bounds": CLASS_BOUNDS,
        "lexicons": {k: v.sha256 for k, v in lexicons.items()},
    }
    return Features("stance", values, list(STANCE_COLUMNS), units, found.target, params, {"hits": table})


def _talks_once(mine: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Talks count once, however many words tell of them: "met to discuss" is no more friendly than "met"."""
    talks = [k for k, r in enumerate(mine) if r[4] == "consult" and float(r[8]) > 0]  # type: ignore[arg-type]
    most = max(talks, key=lambda k: float(mine[k][8]), default=-1)  # type: ignore[arg-type]
    return [
        (*r[:7], 0.0, 0.0, "; ".join(filter(None, [str(r[9]), "talks count once"]))) if k in talks and k != most else r
        for k, r in enumerate(mine)
    ]


def _little_from_afar(mine: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Friendly words that word order does not link to the mention cannot by themselves make it cooperative."""
    score: list[float] = [float(r[8]) for r in mine]  # type: ignore[arg-type]
    far = [k for k, r in enumerate(mine) if score[k] > 0 and any(w in str(r[9]) for w in _AFAR)]
    total = sum(score[k] for k in far)
    if total <= MOST_FROM_AFAR:
        return mine
    share = MOST_FROM_AFAR / total
    return [
        (*r[:7], float(r[7]) * share, score[k] * share, f"{r[9]}; little from afar") if k in far else r  # type: ignore[arg-type]
        for k, r in enumerate(mine)
    ]


def evaluative_hits(
    corpus: EncodedCorpus, units: pd.DataFrame, sentences: np.ndarray, lexicons: Mapping[str, Lexicon]
) -> tuple[Hits, np.ndarray, np.ndarray]:
    """Evaluative terms of some sentences outside the mentions; kind ("", negation, reversal) and last token of what negates each."""
    mask = np.zeros(corpus.n_tokens, bool)
    for a, b in zip(corpus.sentence_bounds[sentences], corpus.sentence_bounds[sentences + 1]):
        mask[a:b] = True
    mask &= corpus.words()
    mentioned = np.zeros(corpus.n_tokens, bool)
    for token, length in zip(units["token"], units["length"]):
        mentioned[token : token + length] = True
    negation = lexicons["negation"].entries
    negations = match_terms(corpus, negation["term"].tolist(), mask)
    hits = match_terms(corpus, lexicons["evaluation"].entries["term"].tolist(), mask & ~mentioned)
    clause = corpus.layers.get("clause", np.zeros(corpus.n_tokens, bool))
    which = _negated(hits, negations, clause, corpus.sentence_bounds)
    kinds = np.array([*negation["category"].to_numpy(object)[negations.terms], ""], object)
    last = np.append(negations.starts + negations.lengths - 1, -1)
    return hits, kinds[which], last[which]


def _places(s: Sentence) -> dict[int, int]:
    """The first piece of each token."""
    result: dict[int, int] = {}
    for piece, token in enumerate(s.tokens):
        result.setdefault(token, piece)
    return result


def _role(s: Sentence, places: Mapping[int, int], token: int, length: int) -> Role | None:
    """The part of a mention; None where the whole sentence stands for it, as in labelled sentences without a mark."""
    return find_role(s, places[token], places[token + length - 1] + 1) if length else None


def _mention(
    s: Sentence,
    places: Mapping[int, int],
    token: int,
    length: int,
    role: Role | None,
    asking: list[int],
    phrases: list[tuple[int, int]],
    hostile: frozenset[int],
) -> _Mention:
    """A mention with what is asked of it and what it claims; `asking` are the pieces of words that ask."""
    if role is None:
        return _Mention(0, 0, None, -1, -1, -1, -1, [], hostile, -1)
    start, stop = places[token], places[token + length - 1] + 1
    asked = max((p for p in asking if any(p < left <= p + 4 for left, _ in phrases)), default=-1)
    directive = claim = -1
    governor = s.words[role.governor] if role.governor >= 0 else ""
    group = s.group_at(role.governor) if role.governor >= 0 else None
    if role.name == "actor" and group is not None and group.finite:
        opens, after = s.words[group.start], s.words[group.stop : group.stop + 1]
        if not group.passive and (opens in _MUST or (governor in _HAVE and after == ["to"])):
            directive = group.start
        if governor in _CLAIMS:
            claim = role.governor
    if directive < 0 and role.name in ("actor", "recipient"):
        # "We call on Norland to ...", "we urge Norland's withdrawal": the verb that governs the mention asks.
        asks = [p for p in asking if p < start and s.clause[p] == s.clause[start]]
        if asks and (
            asks[-1] >= role.left - 3 or (role.name == "recipient" and s.kinds[role.right : role.right + 1] == ["T"])
        ):
            directive = asks[-1]
    if role.inference is Inference.FOR_TO:
        directive = role.right
    if directive < 0 and role.name == "actor" and role.left and s.words[role.left - 1] == "that":
        # "It is vital that Norland make good on its word."
        needed = [p for p in range(max(0, role.left - 5), role.left - 1) if s.words[p] in _NEEDED]
        directive = needed[-1] if needed else -1
    if directive >= 0 and s.clause[directive] in s.conditional:
        directive = -1
    return _Mention(start, stop, role, token, token + length - 1, directive, claim, phrases, hostile, asked)


def _factor(
    s: Sentence,
    m: _Mention,
    start: int,
    stop: int,
    weight: float,
    category: str,
    distance: int,
    negated: str,
    half: float,
) -> tuple[float, list[str]]:
    """What a term counts for a mention, and why."""
    rules: list[str] = []
    role = m.role
    friendly = weight > 0
    owned = role is not None and role.left <= start < role.right
    theirs = owned or any(a <= start < b for a, b in m.phrases)
    factor = 1.0 if owned else 1 / (1 + distance / half)
    if negated and friendly:
        factor *= NEGATED
        rules.append("negated" if negated == "negation" else "turned round")
        friendly = False
    elif negated and not (theirs and negated == "reversal"):
        # "Norland lifted the blockade" is friendly; "to deter an attack", "it never attacked" are not yet.
        lifts = negated == "reversal" and (
            role is None or (role.name == "actor" and start > m.start and m.directive < 0 and m.asked < 0)
        )
        factor *= NEGATED if lifts else 0.0
        rules.append("negated" if negated == "negation" else "turned round")
        friendly = True
    elif owned and not friendly:
        factor *= OWNED
        rules.append("in its noun phrase")
    if role is None:
        return factor, rules
    same = s.clause[start] == s.clause[m.start]
    if not same and not owned:
        factor *= OTHER_CLAUSE
        rules.append("another clause")
    if m.claim >= 0 and start > m.claim:
        return 0.0, [*rules, "the target's own words"]
    if friendly and weight > 0 and start and s.forms[start][:1].isupper():
        return 0.0, [*rules, "part of a name"]
    if friendly and any(s.words[p] in _NOT_YET for p in range(min(start, m.start))):
        return 0.0, [*rules, "not so yet"]
    if s.clause[start] in s.conditional and friendly:
        factor *= CONDITION
        rules.append("condition")
    if friendly and weight > 0:
        if _strengthens(s, m, start, stop):
            return 0.0, [*rules, "strengthens a hostile word"]
        if _doubted(s, start):
            return NEGATED * factor, [*rules, "doubted"]
        asked = m.asked >= 0 and start > m.asked and s.clause[start] - s.clause[m.asked] <= 1
        if asked or (m.directive >= 0 and start > m.directive):
            return 0.0, [*rules, "asked of the target"]
        other = _beneficiary(s, m, start, stop)
        linked = _linked(s, role, m, start, same)
        if category == "yield" and not (role.name in ("actor", "partner") and linked and start > m.start and not owned):
            # "The need for a withdrawal of Norland's forces" is no withdrawal.
            return 0.0, [*rules, "not said to be done"]
        if not negated and _denied(s, role, start):
            return NEGATED * factor, [*rules, "denied"]
        if other and not (role.name in ("actor", "partner") and linked):
            factor *= OTHER_BENEFICIARY
            rules.append("somebody else's benefit")
        elif not linked:
            factor *= UNLINKED_COOPERATION
            rules.append("not linked to the mention")
    return factor, rules


def _linked(s: Sentence, role: Role, m: _Mention, start: int, same: bool) -> bool:
    """Whether word order links a term to the mention."""
    if role.left <= start < role.right or start == role.governor:
        return True
    return same and (
        (role.name == "actor" and start > m.start)
        or (role.name == "recipient" and start < m.start)
        or role.name == "partner"
    )


def _strengthens(s: Sentence, m: _Mention, start: int, stop: int) -> bool:
    """Whether a friendly adjective stands before a hostile word ("extraordinary pressure")."""
    k = stop
    while k < len(s.words) and s.kinds[k] in ("J", "E", "G") and k not in m.hostile:
        k += 1
    return s.kinds[start] == "J" and k in m.hostile


def _denied(s: Sentence, role: Role, start: int) -> bool:
    """Whether the verb of which the target is the subject is negated before a term of its complement."""
    group = s.group_at(role.governor) if role.name == "actor" and role.governor >= 0 else None
    return group is not None and group.negated and start >= group.stop and s.clause[start] == s.clause[group.head]


def _cut_off(s: Sentence, negation: int, start: int) -> bool:
    """Whether a conjunction or an instrument stands between a word that turns its object round and a term."""
    return any(s.kinds[p] == "C" or s.words[p] in ("by", "through") for p in range(negation + 1, start))


def _doubted(s: Sentence, piece: int) -> bool:
    """Whether a clause is what there is no sign of: "we have seen no indication that Norland is willing"."""
    clause = s.clause[piece]
    first = s.clause.index(clause)
    if first == 0 or s.words[first] not in ("that", "of", "whether"):
        return False
    before = s.words[max(0, first - 9) : first]
    return any(w in _SIGNS for w in before[-3:]) and any(w in _NONE for w in before)


def _beneficiary(s: Sentence, m: _Mention, start: int, stop: int) -> bool:
    """Whether a noun phrase other than the mention follows a friendly word as the one that has the benefit."""
    k, n = stop, len(s.words)
    while k < n and (s.kinds[k] in ("R", "J") or s.words[k] in _WHEN):
        k += 1
    if k < n and s.kinds[k] in ("I", "T") and s.words[k] in _LINKS:
        k += 1
    elif s.kinds[start] not in ("V", "E", "G"):
        return False
    end = k
    while end < n and s.kinds[end] in ("D", "J", "N", "'", "P", "G", "E"):
        end += 1
    return end > k and not (k <= m.start < end)


def _describe(
    s: Sentence, m: _Mention, mine: list[tuple[object, ...]], places: Mapping[int, int]
) -> tuple[object, ...]:
    """Who acts, by which rule, the act, whether it is a condition, whose words, and the terms that made the score."""
    shown = "; ".join(f"{r[3]} {r[8]:+.2f}".replace("-", "−") for r in mine if r[8])
    if m.role is None:
        return "", "", "", False, False, shown
    conditional = s.clause[m.start] in s.conditional
    return m.role.name.value, m.role.rule, _act(s, m, mine, places), conditional, m.claim >= 0, shown


def _act(s: Sentence, m: _Mention, mine: list[tuple[object, ...]], places: Mapping[int, int]) -> str:
    """The act in which the mention takes its part: of the governing word, of its noun phrase, or the nearest linked one."""
    role = m.role
    assert role is not None
    if role.name == "mentioned":
        return ""
    if m.directive >= 0 and role.name == "actor":
        return "demand"
    group = s.group_at(role.governor) if role.governor >= 0 else None
    best: tuple[int, str] | None = None
    for record in mine:
        category, rules = str(record[4]), str(record[9])
        if (
            category not in ACTS
            or any(w in rules for w in _NOT_DONE)
            or (record[9] == "asked of the target" and role.name == "actor")
        ):
            continue
        piece = places[int(record[1])]  # type: ignore[call-overload]
        if (group is not None and group.start <= piece < group.stop) or piece == role.governor:
            rank = 0
        elif role.left <= piece < role.right:
            rank = 1
        elif _linked(s, role, m, piece, s.clause[piece] == s.clause[m.start]):
            rank = 2 + abs(piece - m.start)
        else:
            continue
        if best is None or rank < best[0]:
            best = (rank, category)
    return best[1] if best else ""
