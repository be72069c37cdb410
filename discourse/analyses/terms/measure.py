"""Counts of terms by document, and how they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.further import COLUMNS, Further
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import (
    AgreedTerms,
    Measured,
    TermSurvey,
    agreed_terms,
    emptied,
    join_terms,
    narrow,
    some_columns,
)
from discourse.analyses.terms.settings import FrequencySettings
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Contrast, Quantities, two_groups
from discourse.compare.resample import Design
from discourse.compare.sums import totals
from discourse.compare.terms import clearest, compare_terms, term_quantities
from discourse.errors import TooLittleText
from discourse.features.frequency import Tokens as TokensAs
from discourse.features.frequency import stop_words, term_counts, term_totals, wanted_terms
from discourse.features.term_forms import TermForms, phrase_name
from discourse.report.words import of_length
from discourse.types import Comparison, EncodedCorpus, Features

# Tokens of the pooled shares in the prior: of constant weight, so that the prior vanishes as the texts grow.
PRIOR = 100.0
# Of the smaller group's tokens at most: what few words about a target show is not to be pulled toward 0 (benchmarks/net.py).
PRIOR_SHARE = 0.02


@dataclass(frozen=True)
class FrequencyFound(Found):
    """Keyness by length of the terms, why there is none for some, and trends over the groups (`further`).

    `background` says that these are all words, beside those about a target.
    """

    keyness: Mapping[int, Comparison] = field(default_factory=dict)
    refused: Mapping[int, TooLittleText] = field(default_factory=dict)
    further: Sequence[Further] = ()
    alpha0: float = 0.0
    background: bool = False


@dataclass(frozen=True)
class Counted:
    """Terms of all lengths in some tokens: `counts` by document, the terms, and the length of each."""

    counts: sparse.csr_array
    columns: list[str]
    lengths: list[int]


def left_out(tokens: Tokens, words: Sequence[str]) -> frozenset[str]:
    """Case-folded terms that are left out: those of the config, those that define a target, names and offices of speakers."""
    if tokens.agreed is not None:
        agreed: AgreedTerms = tokens.agreed
        return agreed.left_out
    defining = tokens.memo.once(
        "defining forms", lambda: frozenset().union(*(t.defining_forms(tokens.corpus) for t in tokens.targets))
    )
    return defining | tokens.left_out(words)


def count(tokens: Tokens, settings: FrequencySettings, mask: np.ndarray, rare: int) -> Counted:
    """Terms of all lengths in some tokens by document; those that are left out, or rarer than `rare`, are not among them."""
    leave_out = left_out(tokens, settings.leave_out)
    forms = settings.forms()
    corpus, mask, tokens_as = shaped(tokens, forms, mask)
    leave_out |= {phrase_name(p) for p in forms.phrases if not_wanted(p, leave_out)}
    counts, columns, lengths = [], [], []
    for n in settings.ngrams:
        among = None if tokens.agreed is None else tokens.agreed.kept[n]
        matrix, terms = term_counts(corpus, n, mask, tokens_as, min_count=rare, among=among)
        if rare > 1:
            often = np.flatnonzero(np.asarray(matrix.sum(0)).ravel() >= rare)
            matrix, terms = matrix[:, often], terms[often]
        wanted = wanted_terms(
            terms,
            settings.tokens,
            drop_stop_words=settings.drop_stop_words,
            leave_out=leave_out,
            stops=settings.stops(),
        )
        counts.append(matrix[:, wanted])
        columns += [str(terms[k]) for k in wanted]
        lengths += [n] * len(wanted)
    found = sparse.csr_array(sparse.hstack(counts, format="csr"))
    # Of a part they are sent, and wait for those of the others.
    return Counted(found if tokens.whole else narrow(found), columns, lengths)


def shaped(tokens: Tokens, forms: TermForms, mask: np.ndarray) -> tuple[EncodedCorpus, np.ndarray, TokensAs]:
    """The corpus with terms in place of tokens, which of them count, and as what they are then counted."""
    if forms.plain:
        return tokens.corpus, mask, forms.tokens
    made, counted = forms.of(tokens.corpus, mask)
    return made, counted, "folded"


def not_wanted(phrase: str, leave_out: frozenset[str]) -> bool:
    """Whether a phrase contains something that is left out."""
    return not len(wanted_terms([phrase], drop_stop_words=False, leave_out=leave_out))


def content_words(tokens: Tokens, mask: np.ndarray, stops: frozenset[str] | None = None) -> np.ndarray:
    """Tokens that are no function words, by document; int64, shape (n_documents,)."""
    stops = stop_words() if stops is None else stops
    function = np.array([f in stops for f in tokens.corpus.folded_forms])[tokens.corpus.folded_ids]
    return by_document(tokens, mask & ~function)


def by_document(tokens: Tokens, mask: np.ndarray) -> np.ndarray:
    """Tokens of a mask in each document; int64, shape (n_documents,)."""
    return np.diff(np.concatenate([[0], np.cumsum(mask)])[tokens.corpus.document_bounds])


def survey_of(tokens: Tokens, settings: FrequencySettings, mask: np.ndarray) -> TermSurvey:
    """The terms of a part in some tokens, and what is to be left out of them."""
    corpus, mask, tokens_as = shaped(tokens, settings.forms(), mask)
    totals = {n: term_totals(corpus, n, mask, tokens_as) for n in settings.ngrams}
    return TermSurvey(left_out(tokens, settings.leave_out), totals)


def survey(tokens: Tokens, settings: FrequencySettings) -> TermSurvey:
    """The terms of a part among all words of the home side."""
    return survey_of(tokens, settings, tokens.mask)


def agree(survey: TermSurvey, settings: FrequencySettings) -> AgreedTerms:
    """Terms that are frequent enough in the whole."""
    return agreed_terms(survey, settings.min_documents)


def joined(parts: Sequence[Measured], settings: FrequencySettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole."""
    return join_terms(parts, settings.min_documents)


def measure(tokens: Tokens, settings: FrequencySettings) -> Features:
    """Counts of terms of all lengths by document; those that define a target are left out.

    N-grams that are too rare in the whole corpus to be compared are not even named.
    """
    found = count(tokens, settings, tokens.mask, settings.min_documents if tokens.whole else 1)
    # Function words are counted in any case, so that `stop_words` can change without measuring again.
    content = content_words(tokens, tokens.mask, settings.stops())
    n = {"n_tokens": by_document(tokens, tokens.mask), "n_content": content}
    units = tokens.corpus.documents[["doc_id"]].assign(**n)
    params = {"lengths": found.lengths, "background": bool(tokens.targets) and settings.scope != "all"}
    return Features("frequency", found.counts, found.columns, units, params=params)


def without_rare(features: Features, n: int) -> Features:
    """The counts without terms that fewer than `n` documents contain; totals are in the units."""
    at = np.flatnonzero(totals(features.values)[1] >= n)
    lengths = np.asarray(features.params["lengths"])[at].tolist()
    columns = [features.columns[int(k)] for k in at]
    values = some_columns(features.values, at)
    return replace(features, values=values, columns=columns, params={**features.params, "lengths": lengths})


def selected(data: Data, settings: FrequencySettings, features: Features, n: int, inside: np.ndarray) -> Features:
    """Terms of one length in some documents, those that are frequent enough there.

    Parameters
    ----------
    data, settings, features
        As `compute` is given them; `features.units` has `n_tokens` and `n_content`.
    n : int
        Length of the terms.
    inside : ndarray of bool, shape (n_documents,)
        The documents.
    """
    at = np.flatnonzero(np.asarray(features.params["lengths"]) == n)
    counts = emptied(some_columns(features.values, at), inside)
    total, documents = totals(counts)
    enough = np.flatnonzero((total >= settings.min_documents) & (documents >= settings.min_documents))
    n_tokens = features.units["n_tokens" if settings.stop_words == "keep" else "n_content"]
    units = data.documents.assign(n_tokens=np.where(inside, n_tokens.to_numpy(), 0))
    chosen = [features.columns[int(at[k])] for k in enough]
    return Features("frequency", some_columns(counts, enough), chosen, units, params={"n": n})


def alpha0_of(configured: float | None, tokens: np.ndarray, design: Design) -> float:
    """The weight of the pooled shares in the prior: that of the config, else `PRIOR`, in small groups less."""
    smaller = min(tokens[design.group == k].sum() for k in (0, 1))
    return configured or max(min(PRIOR, PRIOR_SHARE * smaller), 1.0)


@dataclass(frozen=True)
class Keyness:
    """How terms are compared: in one family, with intervals corrected for it."""

    features: Features
    alpha0: float
    min_documents: int
    min_clusters: int

    def quantities(self, design: Design) -> Quantities:
        """The log-odds by document; TooLittleText where no term is frequent enough."""
        return term_quantities(self.features, design, **self._needs)

    @property
    def _needs(self) -> dict[str, Any]:
        return {"alpha0": self.alpha0, "min_documents": self.min_documents, "min_clusters": self.min_clusters}

    def __call__(self, outcome: Outcome, data: Data) -> Comparison:
        return compare_terms(self.features, outcome.design_of(data), **self._needs)


def compute(data: Data, settings: FrequencySettings, features: Features) -> FrequencyFound:
    """Log-odds of the terms of each length between study and reference."""
    if not data.contrasts:
        return FrequencyFound()
    two = two_groups(data.design, data.main)
    outcomes, refused, alpha0 = [], {}, 0.0
    for n in settings.ngrams:
        chosen = selected(data, settings, features, n, two.group >= 0)
        alpha0 = alpha0_of(settings.alpha0, chosen.units["n_tokens"].to_numpy(float), two)
        compare_by = Keyness(chosen, alpha0, settings.min_documents, settings.min_clusters)
        try:
            q = compare_by.quantities(two)
        # Where bigrams are too rare words may not be.
        except TooLittleText as error:
            refused[n] = error
            continue
        outcomes.append(
            Outcome(
                f"terms-{n}",
                q,
                name=of_length(n),
                unit="log-odds ratio",
                digits=2,
                joint=False,
                design=two,
                compare_by=compare_by,
            )
        )
    background = bool(features.params["background"])
    return FrequencyFound(outcomes, tuple(refused.values()), {}, refused, (), alpha0, background)


def finish(data: Data, settings: FrequencySettings, features: Features, found: FrequencyFound) -> FrequencyFound:
    """The clearest terms, which the report follows, and trends over the groups."""
    keyness, outcomes = {}, []
    for outcome in found.outcomes:
        assert outcome.comparison is not None
        keyness[int(outcome.key.partition("-")[2])] = outcome.comparison
        outcomes.append(replace(outcome, shown=clearest(outcome.table, settings.show)["item"].tolist()))
    further = [Further(c, _trend(data, settings, features, c)) for c in data.trends]
    return replace(found, outcomes=outcomes, keyness=keyness, further=further)


def _trend(data: Data, settings: FrequencySettings, features: Features, contrast: Contrast) -> pd.DataFrame:
    """Trends of the rates of terms over the groups in their order, with permutation tests."""
    chosen = selected(data, settings, features, 1, data.design.group >= 0)
    x = chosen.units["n_tokens"].to_numpy(float)
    counts = sparse.csr_array(chosen.values)
    q = Quantities("terms", counts.astype(float), x, list(chosen.columns), 1e4, "per 10,000 tokens")
    table = permutation_test([q], data.design, contrast, unit=data.units[0]).table
    n = np.diff(counts[np.isin(data.design.group, contrast.groups)].tocsc().indptr)
    table = table.assign(n_documents=n, low=np.nan, high=np.nan, q=benjamini_hochberg(table["p"].to_numpy()))
    return table.sort_values(["estimate", "item"], ascending=[False, True], kind="stable")[list(COLUMNS)]
