"""Terms of the lexicons in the sentences that mention a target, with the rules that apply to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.features.patterns import Hits, match_terms
from discourse.features.stance.lexicon import Lexicon
from discourse.features.stance.rules import NEGATION_REACH, Rule
from discourse.types import EncodedCorpus


class Hit(NamedTuple):
    """A term that may count for a mention, before distance and the other terms of the mention are weighed.

    Parameters
    ----------
    mention : int
        Row of the mention.
    token, length : int
        First token and number of tokens of the term.
    term, category : str
        From the lexicon.
    weight : float
        From the lexicon, or of the rule that adds the term.
    distance : int
        Tokens between term and mention.
    rules : tuple of Rule
        What applies, in the order in which it multiplies the weight.
    near : bool
        Whether distance does not count, as in the noun phrase of the mention.
    rank : int
        How closely the term belongs to the act of the mention, 0 being closest; -1 where it tells of no act.
    stands_for : int
        Distance of the term of the lexicon that occurs at the same place, for a term that a rule adds only where no other
        counts there; -1 where there is none.

    Examples
    --------
    >>> hit = Hit(0, 3, 1, "help*", "aid", 2.0, 1, (Rule.OTHER_CLAUSE, Rule.NOT_LINKED))
    >>> hit.factors
    (0.7, 0.7)
    """

    mention: int
    token: int
    length: int
    term: str
    category: str
    weight: float
    distance: int
    rules: tuple[Rule, ...]
    near: bool = False
    rank: int = -1
    stands_for: int = -1

    @property
    def factors(self) -> tuple[float, ...]:
        """What each rule multiplies the weight by."""
        return tuple(rule.factor(friendly=self.weight > 0) for rule in self.rules)


@dataclass(frozen=True)
class Evaluative:
    """Evaluative terms, and what negates them.

    Parameters
    ----------
    hits : Hits
        Where they occur.
    negated : ndarray of str, shape (n_hits,)
        Category of the negation (negation or reversal), "" where there is none.
    negation_token : ndarray of int, shape (n_hits,)
        Last token of the negation; -1 where there is none.
    """

    hits: Hits
    negated: np.ndarray
    negation_token: np.ndarray


def evaluative_terms(
    corpus: EncodedCorpus, units: pd.DataFrame, sentences: np.ndarray, lexicons: Mapping[str, Lexicon]
) -> Evaluative:
    """Evaluative terms of some sentences outside the mentions.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.lexicon import default_lexicons
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["Norland never attacked us."])
    >>> units = mentions(corpus, Target("Norland", ("norland",))).units
    >>> found = evaluative_terms(corpus, units, np.array([0]), default_lexicons())
    >>> found.hits.starts.tolist(), found.negated.tolist(), found.negation_token.tolist()
    ([2], ['negation'], [1])
    """
    mask = np.zeros(corpus.n_tokens, bool)
    for a, b in zip(corpus.sentence_bounds[sentences].tolist(), corpus.sentence_bounds[sentences + 1].tolist()):
        mask[a:b] = True
    mask &= corpus.words()
    negation = lexicons["negation"].entries
    negations = match_terms(corpus, negation["term"].tolist(), mask)
    # The words of a name do not evaluate the one who has it.
    for token, length in zip(units["token"].tolist(), units["length"].tolist()):
        mask[token : token + length] = False
    hits = match_terms(corpus, lexicons["evaluation"].entries["term"].tolist(), mask)
    which = _negations(corpus, hits, negations)
    # Index -1, of no negation, takes the last entry.
    kinds = np.array([*negation["category"].to_numpy(object)[negations.terms], ""], object)
    last = np.append(negations.starts + negations.lengths - 1, -1)
    return Evaluative(hits, kinds[which], last[which])


def _negations(corpus: EncodedCorpus, hits: Hits, negations: Hits) -> np.ndarray:
    """The negation up to four tokens before a hit in the same clause, the nearer one first; index into `negations`, -1 for none."""
    result = np.full(len(hits.starts), -1)
    if not len(negations.starts):
        return result
    clause = corpus.layers.get("clause", np.zeros(corpus.n_tokens, bool))
    sentence, other = (np.searchsorted(corpus.sentence_bounds, h.starts, side="right") for h in (hits, negations))
    ends = negations.starts + negations.lengths
    last = np.searchsorted(ends, hits.starts, side="right") - 1
    # The nearer negation comes last and takes the place of the one before it, if it is in the clause.
    for back in (1, 0):
        k = np.maximum(last - back, 0)
        gap = hits.starts - ends[k]
        same = sentence == other[k]
        for step in range(NEGATION_REACH):
            # From the last token of the negation up to the one before the hit no mark follows.
            same &= ~clause[np.minimum(ends[k] - 1 + step, corpus.n_tokens - 1)] | (step > gap)
        ok = (last >= back) & (gap >= 0) & (gap < NEGATION_REACH) & same
        result = np.where(ok, k, result)
    return result
