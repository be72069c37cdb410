"""Rules over the encoded corpus that turn lexicon hits near a target into scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from discourse.features.patterns import Hits, match_terms
from discourse.features.stance.lexicon import Lexicon, default_lexicons
from discourse.types import EncodedCorpus, Features

STANCE_COLUMNS = ("evaluation", "cooperative", "conflictual", "hedges", "boosters", "obligation")

NEGATION_REACH = 4
NEGATED = -0.5
HALF_DISTANCE = 12.0
SCALE = 4.0


def _negated(hits: Hits, negations: Hits, clause: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Whether a negation stands up to four tokens before a hit in the same clause; bool, shape (n_hits,)."""
    sentence, other = (np.searchsorted(bounds, h.starts, side="right") for h in (hits, negations))
    result = np.zeros(len(hits.starts), bool)
    marks = np.concatenate([[0], np.cumsum(clause)])
    ends = negations.starts + negations.lengths
    last = np.searchsorted(ends, hits.starts, side="right") - 1
    for back in range(2):
        k = last - back
        ok = k >= 0
        stop = ends[np.maximum(k, 0)] if len(ends) else np.zeros(len(k), np.int64)
        gap = hits.starts - stop
        same = marks[hits.starts] == marks[np.maximum(stop - 1, 0)]
        if len(ends):
            same = same & (sentence == other[np.maximum(k, 0)])
        result |= ok & (gap >= 0) & (gap < NEGATION_REACH) & same
    return result


def stance(
    corpus: EncodedCorpus,
    found: Features,
    lexicons: Mapping[str, Lexicon] | None = None,
    *,
    half_distance: float = HALF_DISTANCE,
    scale: float = SCALE,
) -> Features:
    """Score the sentences that mention a target.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    found : Features
        Mentions, from `discourse.features.target.mentions`.
    lexicons : mapping of str to Lexicon, optional
        By dimension; those of the package by default.
    half_distance : float
        Tokens from the nearest mention at which an evaluative term counts half.
    scale : float
        Sum of weights at which the evaluation is 0.71.

    Returns
    -------
    Features
        One row per sentence that mentions the target. `evaluation` runs from -1 (conflictual) to 1 (cooperative) and is
        x / sqrt(x**2 + scale**2), where x is the sum of the weights of the evaluative terms, each divided by
        1 + d / half_distance, d being the number of tokens between it and the nearest mention, and multiplied by -0.5 when
        negated (a negation up to four tokens before, in the same clause). The other columns count terms: `cooperative`
        and `conflictual` (after negation), `hedges`, `boosters`, `obligation`. `details["hits"]` has one row per term
        that counted; `units` has `n_tokens` and `n_mentions`.

    Notes
    -----
    This measures the words near the target, not who does what to whom; it is validated by `benchmarks/stance.py`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We condemn the attack by Norland. We may welcome Norland's help."])
    >>> result = stance(corpus, mentions(corpus, Target("Norland", ("norland",))))
    >>> result.values[:, 0].round(2).tolist(), result.values[:, 3].tolist()
    ([-0.74, 0.71], [0.0, 1.0])
    """
    lexicons = lexicons or default_lexicons()
    mentioned, n_mentions = np.unique(found.units["sentence"].to_numpy(np.int64), return_counts=True)
    words = corpus.words()
    mask = np.zeros(corpus.n_tokens, bool)
    first, stop = corpus.sentence_bounds[mentioned], corpus.sentence_bounds[mentioned + 1]
    for a, b in zip(first, stop):
        mask[a:b] = words[a:b]
    target_tokens = np.zeros(corpus.n_tokens, bool)
    for token, length in zip(found.units["token"], found.units["length"]):
        target_tokens[token : token + length] = True
    negations = match_terms(corpus, lexicons["negation"].entries["term"].tolist(), mask)
    clause = corpus.layers.get("clause", np.zeros(corpus.n_tokens, bool))

    parts = []
    for dimension in ("evaluation", "certainty", "obligation"):
        entries = lexicons[dimension].entries
        hits = match_terms(corpus, entries["term"].tolist(), mask & ~target_tokens)
        parts.append(
            pd.DataFrame(
                {
                    "sentence": np.searchsorted(corpus.sentence_bounds, hits.starts, side="right") - 1,
                    "token": hits.starts,
                    "length": hits.lengths,
                    "dimension": dimension,
                    "term": entries["term"].to_numpy()[hits.terms],
                    "category": entries["category"].to_numpy()[hits.terms],
                    "weight": entries["weight"].to_numpy(float)[hits.terms],
                    "negated": _negated(hits, negations, clause, corpus.sentence_bounds),
                }
            )
        )
    hits_table = pd.concat(parts, ignore_index=True)
    evaluative = (hits_table["dimension"] == "evaluation").to_numpy()
    distance = _distance(hits_table, found.units)
    factor = np.where(hits_table["negated"], NEGATED, 1.0) / (1 + distance / half_distance)
    hits_table["distance"] = distance
    hits_table["score"] = np.where(evaluative, hits_table["weight"] * factor, hits_table["weight"])
    row = np.searchsorted(mentioned, hits_table["sentence"].to_numpy(np.int64))

    def total(where: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(row[where], None if weights is None else weights[where], len(mentioned)).astype(float)

    score = hits_table["score"].to_numpy(float)
    category = hits_table["category"].to_numpy()
    x = total(evaluative, score)
    values = np.column_stack(
        [
            x / np.sqrt(x**2 + scale**2),
            total(evaluative & (score > 0)),
            total(evaluative & (score < 0)),
            total(category == "hedge"),
            total(category == "booster"),
            total(category == "obligation"),
        ]
    )
    before = np.concatenate([[0], np.cumsum(words)])
    units = pd.DataFrame(
        {
            "sentence": mentioned,
            "turn": np.searchsorted(corpus.turn_bounds, first, side="right") - 1,
            "document": np.searchsorted(corpus.document_bounds, first, side="right") - 1,
            "n_tokens": before[stop] - before[first],
            "n_mentions": n_mentions,
        }
    )
    hits_table["row"] = row
    params = {
        "half_distance": half_distance,
        "scale": scale,
        "negated": NEGATED,
        "negation_reach": NEGATION_REACH,
        "lexicons": {k: v.sha256 for k, v in lexicons.items()},
    }
    return Features(
        "stance",
        values,
        list(STANCE_COLUMNS),
        units,
        target=found.target,
        params=params,
        details={"hits": hits_table.sort_values(["token", "dimension"]).reset_index(drop=True)},
    )


def _distance(hits: pd.DataFrame, mention_units: pd.DataFrame) -> np.ndarray:
    """Tokens between each hit and the nearest mention in its sentence; float, shape (n_hits,)."""
    result = np.zeros(len(hits))
    by_sentence = {int(s): g for s, g in mention_units.groupby("sentence")[["token", "length"]]}
    for k, (sentence, token, length) in enumerate(zip(hits["sentence"], hits["token"], hits["length"])):
        group = by_sentence[int(sentence)]
        start = group["token"].to_numpy()
        gap = np.maximum(np.maximum(start - (token + length), token - (start + group["length"].to_numpy())), 0)
        result[k] = gap.min()
    return result
