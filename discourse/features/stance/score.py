"""Stance toward a target, mention by mention: what was read of the mentions is weighed by distance and beside other terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.features.stance.lexicon import Lexicon
from discourse.features.stance.reading import HitArrays, Parsed, read_mentions
from discourse.features.stance.rules import CLASS_BOUNDS, HALF_DISTANCE, RULES, SCALE, Rule, rules_text
from discourse.features.target import Target, mentions
from discourse.types import EncodedCorpus, Features

STANCE_COLUMNS = ("evaluation", "cooperative", "conflictual")
CLASSES = ("conflictual", "neutral", "cooperative")


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
    found: Features | Target | str,
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
    found : Features, Target or str
        Mentions, from `discourse.features.target.mentions`; or the target, whose mentions are then found.
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
    The rules and their factors are in `discourse.features.stance.rules` (`describe_rules` puts them into sentences). How well the
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
    EncodedCorpus.require(corpus)
    found = found if isinstance(found, Features) else mentions(corpus, found)
    parsed = read_mentions(corpus, found, lexicons)
    return weigh(parsed, half_distance=half_distance, scale=scale, window=window)


@dataclass(frozen=True)
class _Weighed:
    """The hits that count with some settings; all arrays have the length of `rows`."""

    rows: np.ndarray  # in the hits of Parsed
    mention: np.ndarray
    factor: np.ndarray
    score: np.ndarray
    once: np.ndarray  # another term for talks counts
    little: np.ndarray  # shares what terms from afar count at most


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
        and below 0. `units` has those of `found` and `who_acts` (actor, recipient, victim, beneficiary, partner, mentioned), `rule` (how that was
        inferred), `act`, `class_` (of `CLASSES`), `conditional`, `reported` (in the target's own words) and `terms` (what made the
        score). `details["hits"]` has one row per mention and term: `mention`, `token`, `length`, `term`, `category`, `weight`,
        `distance`, `factor`, `score`, `rules`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn the destructive and needless attack by Norland."])
    >>> parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> [float(weigh(parsed, window=w).values[0, 2]) for w in (1, None)]
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
    # The same combinations of rules occur again and again.
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
