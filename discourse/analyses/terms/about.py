"""Words about a target: terms in its scope, set against each other, and net of how they changed in all other words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome
from discourse.analyses.settings import place_of
from discourse.analyses.terms.measure import (
    FrequencyFound,
    FrequencySettings,
    Keyness,
    alpha0_of,
    by_document,
    content_words,
    count,
    emptied,
    finish,
    selected,
    two_groups,
)
from discourse.compare.net import Regions, compare_net
from discourse.compare.terms import term_quantities
from discourse.errors import TooLittleText
from discourse.features.target import Target
from discourse.report.words import of_length
from discourse.types import Comparison, Features


def measure(tokens: Tokens, settings: FrequencySettings, target: Target) -> Features:
    """Counts of terms by document in the scope of a target, and of the same terms in all other words."""
    rare = settings.min_documents if tokens.whole else 1
    inside = tokens.about(target, place_of(settings.scope))
    outside = tokens.mask & ~inside
    near = count(tokens, settings, inside, rare)
    # Of all words: what is frequent enough inside is frequent enough in the whole, so that no count is missing.
    every = tokens.memo.once(
        ("terms", settings.fingerprint("measure"), rare, id(tokens)), lambda: count(tokens, settings, tokens.mask, rare)
    )
    place = {key: k for k, key in enumerate(zip(every.lengths, every.columns))}
    at = [place[key] for key in zip(near.lengths, near.columns)]
    rest = sparse.csr_array(every.counts[:, at] - near.counts)
    rest.eliminate_zeros()
    units = tokens.corpus.documents[["doc_id"]].assign(
        n_tokens=by_document(tokens, inside),
        n_content=content_words(tokens, inside),
        n_tokens_outside=by_document(tokens, outside),
        n_content_outside=content_words(tokens, outside),
    )
    values = sparse.csr_array(sparse.hstack([near.counts, rest], format="csr"))
    # The same terms twice: in the scope, and elsewhere.
    params = {"lengths": near.lengths, "terms": len(near.columns)}
    return Features("words", values, [*near.columns, *near.columns], units, target.name, params)


def without_rare(features: Features, n: int) -> Features:
    """The counts without terms that fewer than `n` documents have in the scope."""
    n_terms = int(features.params["terms"])
    counts = sparse.csr_array(features.values)
    at = np.flatnonzero(np.diff(sparse.csc_array(counts[:, :n_terms]).indptr) >= n)
    lengths = np.asarray(features.params["lengths"])[at].tolist()
    columns = [features.columns[int(k)] for k in at]
    values = counts[:, np.concatenate([at, n_terms + at])]
    params = {**features.params, "lengths": lengths, "terms": len(at)}
    return replace(features, values=values, columns=[*columns, *columns], params=params)


@dataclass(frozen=True)
class _Net(Keyness):
    """Keyness in the scope, and beside it the difference net of the background."""

    rest: sparse.csr_array
    n_rest: np.ndarray

    def __call__(self, outcome: Outcome, data: Data) -> Comparison:
        found = super().__call__(outcome, data)
        design = outcome.design_of(data)
        place = {item: k for k, item in enumerate(self.features.columns)}
        at = [place[item] for item in found.table["item"]]
        counts = sparse.csr_array(self.features.values)[:, at].astype(float)
        n = self.features.units["n_tokens"].to_numpy(float)
        regions = Regions(counts, self.rest[:, at].astype(float), n, self.n_rest)
        outside = alpha0_of(self.settings, self.n_rest, design)
        net = compare_net(regions, design, alpha0=self.alpha0, alpha0_outside=outside)
        return replace(found, table=pd.concat([found.table, net], axis=1))


def compute(data: Data, settings: FrequencySettings, target: Target, features: Features) -> FrequencyFound:
    """Log-odds of the terms of each length in the scope of the target, between study and reference."""
    if not data.contrasts or settings.scope == "all":
        return FrequencyFound()
    two = two_groups(data.design, data.main)
    inside = two.group >= 0
    n_terms = int(features.params["terms"])
    near = replace(features, values=features.values[:, :n_terms], columns=list(features.columns)[:n_terms])
    rest = emptied(sparse.csr_array(features.values)[:, n_terms:], inside)
    column = "n_tokens_outside" if settings.stop_words == "keep" else "n_content_outside"
    n_rest = np.where(inside, features.units[column].to_numpy(float), 0.0)
    lengths, names = np.asarray(features.params["lengths"]), np.asarray(near.columns, object)
    outcomes, refused, alpha0 = [], {}, 0.0
    for n in settings.ngrams:
        chosen = selected(data, settings, near, n, inside)
        alpha0 = alpha0_of(settings, chosen.units["n_tokens"].to_numpy(float), two)
        place = {names[k]: k for k in np.flatnonzero(lengths == n)}
        beside = rest[:, [place[c] for c in chosen.columns]]
        needs = {"min_documents": settings.min_documents, "min_clusters": settings.min_clusters}
        try:
            q = term_quantities(chosen, two, alpha0=alpha0, **needs)
        # Where bigrams are too rare words may not be.
        except TooLittleText as error:
            refused[n] = TooLittleText(f"{error.what}, about {target.name}", error.have, error.need)
            continue
        outcomes.append(
            Outcome(
                f"words-{n}",
                replace(q, target=target.name),
                name=f"{of_length(n)} about {target.name}",
                unit="log-odds ratio",
                digits=2,
                joint=False,
                design=two,
                compare_by=_Net(chosen, settings, alpha0, beside, n_rest),
            )
        )
    return FrequencyFound(outcomes, tuple(refused.values()), {}, refused, (), alpha0)


def finish_about(
    data: Data, settings: FrequencySettings, target: Target, features: Features, found: FrequencyFound
) -> FrequencyFound:
    """The clearest terms, and the further contrasts of words in the scope."""
    n_terms = int(features.params["terms"])
    near = replace(features, values=features.values[:, :n_terms], columns=list(features.columns)[:n_terms])
    return finish(data, settings, near, found)
