"""Words about a target: terms in its scope, set against each other, and net of how they changed in all other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import Measured, TermSurvey, emptied, join_terms, some_columns, spread
from discourse.analyses.settings import place_of
from discourse.analyses.terms.measure import (
    Counted,
    FrequencyFound,
    Keyness,
    alpha0_of,
    by_document,
    content_words,
    count,
    finish,
    selected,
    survey_of,
)
from discourse.analyses.terms.settings import FrequencySettings
from discourse.compare.net import Regions, compare_net
from discourse.compare.quantities import two_groups
from discourse.compare.resample import Design
from discourse.errors import TooLittleText
from discourse.features.scope import covered
from discourse.features.target import Target
from discourse.report.words import of_length
from discourse.types import Comparison, EncodedCorpus, Features


def measure(tokens: Tokens, settings: FrequencySettings, target: Target) -> Features:
    """Counts of terms by document in the scope of a target, and of the same terms in all other words."""
    rare = settings.min_documents if tokens.whole else 1
    words, inside = _places(tokens, settings, target)
    outside = words & ~inside
    near = count(tokens, settings, inside, rare)
    # Of all words: what is frequent enough inside is frequent enough in the whole, so that no count is missing.
    every = count(tokens, settings, words, rare)
    if tokens.whole:
        place = {key: k for k, key in enumerate(zip(every.lengths, every.columns))}
        at = [place[key] for key in zip(near.lengths, near.columns)]
        every = Counted(every.counts[:, at], near.columns, near.lengths)
    else:
        # What is near the target in another part is counted here as well, though all of it is elsewhere.
        place = {key: k for k, key in enumerate(zip(every.lengths, every.columns))}
        at = [place[key] for key in zip(near.lengths, near.columns)]
        near = Counted(spread(near.counts, np.array(at, np.int64), len(place)), every.columns, every.lengths)
    rest = sparse.csr_array(every.counts - near.counts)
    rest.eliminate_zeros()
    units = tokens.corpus.documents[["doc_id"]].assign(
        n_tokens=by_document(tokens, inside),
        n_content=content_words(tokens, inside, settings.stops()),
        n_tokens_outside=by_document(tokens, outside),
        n_content_outside=content_words(tokens, outside, settings.stops()),
    )
    values = sparse.csr_array(sparse.hstack([near.counts, rest], format="csr"))
    # The same terms twice: in the scope, and elsewhere.
    params = {"lengths": near.lengths, "terms": len(near.columns)}
    return Features("words", values, [*near.columns, *near.columns], units, target.name, params)


def _places(tokens: Tokens, settings: FrequencySettings, target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Tokens that are words, and those of them in the scope of a target."""
    units = tokens.mentions(target).units
    # A mention is what the words are about: "union" is no word about the Soviet Union.
    words = tokens.mask & ~covered(tokens.corpus.n_tokens, units["token"].to_numpy(), units["length"].to_numpy())
    return words, tokens.about(target, place_of(settings.scope)) & words


def survey(tokens: Tokens, settings: FrequencySettings, target: Target) -> TermSurvey:
    """The terms of a part in the scope of a target."""
    _, inside = _places(tokens, settings, target)
    return survey_of(tokens, settings, inside)


def joined(parts: Sequence[Measured], settings: FrequencySettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole, in the scope and elsewhere."""
    return join_terms(parts, settings.min_documents, blocks=2)


def without_rare(features: Features, n: int) -> Features:
    """The counts without terms that fewer than `n` documents have near the target; `terms` of them stand in several blocks."""
    n_terms = int(features.params["terms"])
    counts = sparse.csr_array(features.values)
    at = np.flatnonzero(np.diff(sparse.csc_array(counts[:, :n_terms]).indptr) >= n)
    lengths = np.asarray(features.params["lengths"])[at].tolist()
    every = np.concatenate([block + at for block in range(0, counts.shape[1], max(n_terms, 1))] or [at])
    params = {**features.params, "lengths": lengths, "terms": len(at)}
    columns = [features.columns[int(k)] for k in every]
    return replace(features, values=counts[:, every], columns=columns, params=params)


@dataclass(frozen=True)
class NetKeyness(Keyness):
    """Keyness in a scope, and beside it the difference net of the background: the same terms elsewhere."""

    rest: Any
    n_rest: np.ndarray
    alpha0_rest: float

    def __call__(self, outcome: Outcome, data: Data) -> Comparison:
        found = super().__call__(outcome, data)
        place = {item: k for k, item in enumerate(self.features.columns)}
        at = np.array([place[item] for item in found.table["item"]])
        # In the order of the columns, of which there may be too many to copy.
        order = np.sort(at)
        counts, n = self.features.values, self.features.units["n_tokens"].to_numpy(float)
        regions = Regions(some_columns(counts, order), some_columns(self.rest, order), n, self.n_rest)
        net = compare_net(regions, outcome.design_of(data), alpha0=self.alpha0, alpha0_outside=self.alpha0_rest)
        net = net.iloc[np.searchsorted(order, at)].set_axis(found.table.index)
        return replace(found, table=pd.concat([found.table, net], axis=1))


@dataclass(frozen=True)
class Near:
    """Words near a target and elsewhere, in the documents of two groups.

    `features` has the counts near the target, `rest` those of the same terms elsewhere, `n_rest` all tokens elsewhere.
    """

    features: Features
    rest: Any
    n_rest: np.ndarray

    @classmethod
    def of(cls, features: Features, inside: np.ndarray, stop_words: str = "keep") -> Near:
        """From features that have the same terms twice; other documents are emptied."""
        terms = int(features.params["terms"])
        units = features.units
        if stop_words == "drop":
            units = units.assign(n_tokens=units["n_content"], n_tokens_outside=units["n_content_outside"])
        n, n_rest = (np.where(inside, units[c].to_numpy(float), 0.0) for c in ("n_tokens", "n_tokens_outside"))
        near = replace(
            features,
            values=some_columns(features.values, np.arange(terms)),
            columns=list(features.columns)[:terms],
            units=units.assign(n_tokens=n, n_content=n),
        )
        rest = emptied(some_columns(features.values, np.arange(terms, 2 * terms)), inside)
        return cls(near, rest, n_rest)

    def weights(self, configured: float | None, two: Design) -> tuple[float, float]:
        """Weights of the pooled shares in the priors near the target and elsewhere, in tokens."""
        near = self.features.units["n_tokens"].to_numpy(float)
        return alpha0_of(configured, near, two), alpha0_of(configured, self.n_rest, two)

    def compared(self, data: Data, settings: Any, n: int, two: Design, named: tuple[str, str, str]) -> Outcome:
        """Terms of one length between two groups, net of the background.

        Parameters
        ----------
        data, settings
            As in `compute`; the settings have `min_documents`, `min_clusters` and `stop_words`.
        n : int
            Length of the terms.
        two : Design
            Study and reference group.
        named : tuple of str
            Key and name of the outcome, and its target.

        Raises
        ------
        TooLittleText
            Where no term is frequent enough.
        """
        chosen = selected(data, settings, self.features, n, two.group >= 0)
        lengths, names = np.asarray(self.features.params["lengths"]), np.asarray(self.features.columns, object)
        place = {names[k]: k for k in np.flatnonzero(lengths == n)}
        beside = some_columns(self.rest, np.array([place[c] for c in chosen.columns]))
        alpha0, alpha0_rest = self.weights(getattr(settings, "alpha0", None), two)
        least = (settings.min_documents, settings.min_clusters)
        compare_by = NetKeyness(chosen, alpha0, *least, beside, self.n_rest, alpha0_rest)
        key, name, target = named
        try:
            q = replace(compare_by.quantities(two), target=target)
        except TooLittleText as error:
            raise TooLittleText(f"{error.what}, near {target}", error.have, error.need) from None
        return Outcome(
            key, q, name=name, unit="log-odds ratio", digits=2, joint=False, design=two, compare_by=compare_by
        )


def compute(data: Data, settings: FrequencySettings, target: Target, features: Features) -> FrequencyFound:
    """Log-odds of the terms of each length in the scope of the target, between study and reference."""
    if not data.contrasts or settings.scope == "all":
        return FrequencyFound()
    two = two_groups(data.design, data.main)
    near = Near.of(features, two.group >= 0, settings.stop_words)
    outcomes, refused = [], {}
    for n in settings.ngrams:
        named = (f"words-{n}", f"{of_length(n)} about {target.name}", target.name)
        # Where bigrams are too rare words may not be.
        try:
            outcomes.append(near.compared(data, settings, n, two, named))
        except TooLittleText as error:
            refused[n] = error
    return FrequencyFound(outcomes, tuple(refused.values()), {}, refused, (), near.weights(settings.alpha0, two)[0])


def finish_about(
    data: Data, settings: FrequencySettings, target: Target, features: Features, found: FrequencyFound
) -> FrequencyFound:
    """The clearest terms, and trends of words in the scope."""
    n_terms = int(features.params["terms"])
    values = some_columns(features.values, np.arange(n_terms))
    near = replace(features, values=values, columns=list(features.columns)[:n_terms])
    return finish(data, settings, near, found)
