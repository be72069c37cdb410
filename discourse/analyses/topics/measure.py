"""The topics of passages, and the prevalence of each in each group with the uncertainty of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.further import Further, further_tests
from discourse.analyses.outcome import Follow, Outcome
from discourse.analyses.parts import Measured
from discourse.analyses.settings import place_of
from discourse.analyses.topics.covariates import beside, by_covariates, column_of, differences_of_prior, with_covariates
from discourse.analyses.topics.settings import TopicsSettings
from discourse.analyses.topics.words import words_by_group
from discourse.compare.composition import Fits, composed
from discourse.compare.quantities import Quantities
from discourse.errors import SettingError, TooLittleText, UsageError
from discourse.features.passages import join_bags, passage_bags
from discourse.features.topic_candidates import candidates
from discourse.features.topic_fits import FIXED
from discourse.features.topic_guide import seeds_in
from discourse.features.topic_inference import infer, inferred
from discourse.features.topic_sample import choose
from discourse.features.topic_words import words_by_document
from discourse.features.topics import REGRESSION, topic_by_document, topic_fits, train, usable
from discourse.types import Comparison, EncodedCorpus, Features

FEW_WORDS = 4  # top words of a topic in a label
LEAST_MATCH = 0.7  # mean cosine of a topic's words over the fits below which it is another topic each time
MOST_FITS = 0.5  # share of the variance of a difference that the fits may add
LEAST_LEFT = 0.5  # of a difference under a prior with covariates that must be left under one prior for all passages


class Unstable(StrEnum):
    """Why a topic gets no verdict: over the fits its words vary, or its difference does; or the prior makes the difference."""

    NO = ""
    WORDS = "words"
    DIFFERENCE = "difference"
    PRIOR = "prior"


@dataclass(frozen=True)
class TopicsFound(Found):
    """The model, the prevalence of its topics, their tests in the further contrasts, and which of them are unstable.

    `unstable` maps each topic to an `Unstable`. Those that are not stable are not among the items that the outcome shows, so that
    no reviewer judges them; where none is stable there is no outcome. `priors` has the differences under one prior beside those
    with covariates, `levels` the prevalences by covariate, `words` the words of the topics by group; empty where not asked for.
    """

    model: Features | None = None
    further: Sequence[Further] = ()
    unstable: Mapping[str, Unstable] = field(default_factory=dict)
    compared: Comparison | None = None
    priors: pd.DataFrame = field(default_factory=pd.DataFrame)
    words: pd.DataFrame = field(default_factory=pd.DataFrame)
    levels: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def prevalence(self) -> Comparison:
        """Prevalence of the topics in percent of the tokens."""
        assert self.compared is not None
        return self.compared


def measure(tokens: Tokens, settings: TopicsSettings) -> Features:
    """Bags of words by passage in the scope of the targets, with the number of mentions of any target in each."""
    mask = tokens.mask
    if tokens.targets and settings.scope != "all":
        # Of several targets together: one model, so that their topics are the same ones.
        mask = np.logical_or.reduce([tokens.about(t, place_of(settings.scope)) for t in tokens.targets])
    bags = passage_bags(tokens.corpus, mask, settings.passage_size)
    # In order, so that the mentions of a passage are a range.
    at = np.sort(np.concatenate([_mentioned(tokens, t) for t in tokens.targets] or [np.zeros(0, np.int64)]))
    first, last = (np.searchsorted(at, bags.units[c].to_numpy(np.int64)) for c in ("start", "stop"))
    return replace(bags, units=bags.units.assign(mentions=last - first))


def joined(parts: Sequence[Measured], settings: TopicsSettings, corpus: EncodedCorpus) -> Features:
    """The bags of the whole."""
    return join_bags([p.features for p in parts])


def _mentioned(tokens: Tokens, target: Any) -> np.ndarray:
    """Tokens at which mentions that count begin."""
    at = tokens.mentions(target).units["token"].to_numpy(np.int64)
    return at[tokens.words[at]]


def travels(features: Features) -> Features:
    """The bags without the places of passages, and without words that no model takes up, whatever its settings."""
    counts = sparse.csr_array(features.values)
    at = np.flatnonzero(usable(features.columns) & (np.bincount(counts.indices, minlength=counts.shape[1]) > 0))
    units = features.units.drop(columns=["start", "stop"])
    return replace(features, values=counts[:, at], columns=[features.columns[int(k)] for k in at], units=units)


def rare(features: Features, n: int) -> Features:
    """The bags without terms that fewer than `n` documents contain."""
    counts = sparse.csc_array(features.values)
    document = features.units["document"].to_numpy(np.int64)[counts.indices]
    column = np.repeat(np.arange(counts.shape[1]), np.diff(counts.indptr))
    pairs = np.unique(np.column_stack([column, document]), axis=0)
    at = np.flatnonzero(np.bincount(pairs[:, 0], minlength=counts.shape[1]) >= n)
    values = sparse.csr_array(features.values)[:, at]
    return replace(features, values=values, columns=[features.columns[int(k)] for k in at])


def fit(data: Data, settings: TopicsSettings, features: Features) -> Features:
    """The topic model of the passages of the groups as configured, of a sample of them where there are many; with
    `candidates`, how good others are."""
    chosen, seed, ids = sampled(data, settings, features.units), data.design.seed, data.documents["doc_id"].tolist()
    inside = data.fitted[features.units["document"].to_numpy(np.int64)]
    keep = inside if chosen is None else chosen
    # The passages are cut already: their size is no option of the model.
    others = {"passage_size", "scope", "candidates", "sample", "covariates", "words_by_group"}
    options = settings.model_dump(exclude=others) | {"seed": seed, "keep": keep, "workers": data.workers}
    counts = sparse.csr_array(features.values)
    occurs = np.bincount(counts.indices, minlength=counts.shape[1]) > 0
    spoken = [c for c, there in zip(features.columns, occurs) if there]
    _require_seeds(settings.seeded, spoken)
    regression = settings.engine in REGRESSION
    if regression:
        names = settings.covariates or ["group"]
        features = with_covariates(features, data, names)
        options["covariates"] = [column_of(name) for name in names]
    try:
        trained = train(features, **options)
    except UsageError as error:
        # Of all that can be wrong with its settings, only this depends on what the model leaves out.
        raise SettingError(("topics", "seeded"), str(error)) from None
    model = trained.model if chosen is None else inferred(trained, [infer(trained, features, ids, keep=inside)])
    more: dict[str, pd.DataFrame] = {}
    if regression:
        more |= beside(trained, features, data, keep, options)
    if settings.seeded:
        more["seeds"] = _with_reasons(model.details["seeds"], spoken)
    if settings.words_by_group:
        more |= words_by_document(trained, model, features)
    if settings.candidates:
        more["candidates"] = candidates(features, sorted({settings.k, *settings.candidates}), **options)
    return replace(model, details={**model.details, **more}) if more else model


def _require_seeds(seeded: Mapping[str, Sequence[str]], spoken: Sequence[str]) -> None:
    """Refuse a topic none of whose seed words occurs."""
    seeds = seeds_in(spoken, seeded)
    for topic, name in enumerate(seeded):
        if not any(len(s.terms) for s in seeds if s.topic == topic):
            raise SettingError(("topics", "seeded", name), f'no seed word of the topic "{name}" occurs in the passages')


def _with_reasons(seeds: pd.DataFrame, spoken: Sequence[str]) -> pd.DataFrame:
    """The table of seeds with `why` a word matches no term: none (it does not occur), or left out (too rare, too frequent, too short)."""
    missed = seeds["term"] == ""
    occurs = [bool(len(seeds_in(spoken, {"": [word]})[0].terms)) for word in seeds["seed"]]
    return seeds.assign(why=np.where(~missed, "", np.where(occurs, "left out", "none")))


def sampled(data: Data, settings: TopicsSettings, units: pd.DataFrame) -> np.ndarray | None:
    """The passages that a model is fitted on, where it is not all of those in the groups; bool, shape (n_passages,)."""
    inside = data.fitted[units["document"].to_numpy(np.int64)]
    if settings.engine in FIXED or inside.sum() <= settings.sample:
        return None
    return choose(units, data.documents["doc_id"].tolist(), data.configured, settings.sample, data.design.seed)


@dataclass(frozen=True)
class _Composed:
    """Compares topics with the uncertainty of their model."""

    fits: Fits

    def __call__(self, outcome: Outcome, data: Data) -> Comparison:
        return composed(outcome.quantities, self.fits, data.design, data.contrasts, min_documents=data.min_documents)


def compute(data: Data, settings: TopicsSettings, features: Features) -> TopicsFound:
    """Prevalence of each topic in percent of the tokens, by document."""
    y, x = topic_by_document(features, len(data.documents))
    q = Quantities("topics", y, x, list(features.columns), 100.0, "prevalence, % of tokens", (0.0, 100.0))
    words = top_words(features, FEW_WORDS)
    outcome = Outcome(
        "topics",
        q,
        name="topics",
        unit="prevalence, percentage points",
        joint=False,
        labels={item: f"{item}  {words[item]}" for item in q.items},
        compare_by=_Composed(Fits(*topic_fits(features, len(data.documents)))),
    )
    return TopicsFound((outcome,), (), features)


def top_words(model: Features, n: int) -> dict[str, str]:
    """The top words of each topic by relevance, by label."""
    parts = model.details["terms"].groupby("topic")
    return {model.columns[t - 1]: ", ".join(part.sort_values("rank")["term"].head(n)) for t, part in parts}


def finish(data: Data, settings: TopicsSettings, features: Features, found: TopicsFound) -> TopicsFound:
    """Which topics are unstable, and tests in the further contrasts; q over all of them. Words by group."""
    (outcome,) = found.outcomes
    priors = differences_of_prior(data, features, outcome)
    unstable = instability(features.details["topics"], outcome.table, priors)
    words, refusals = pd.DataFrame(), list[TooLittleText]()
    if "topic_words" in features.details and data.contrasts:
        same = [item for item in outcome.quantities.items if unstable[item] is not Unstable.WORDS]
        words, refusals = words_by_group(data, features, same)
    stable = [item for item in outcome.quantities.items if unstable[item] is Unstable.NO]
    return replace(
        found,
        outcomes=(replace(outcome, shown=stable),) if stable else (),
        further=further_tests(outcome, data),
        unstable=unstable,
        compared=outcome.comparison,
        priors=priors,
        words=words,
        levels=by_covariates(data, settings.covariates, outcome, Fits(*topic_fits(features, len(data.documents)))),
        refusals=(*found.refusals, *refusals),
    )


def instability(topics: pd.DataFrame, table: pd.DataFrame, priors: pd.DataFrame | None = None) -> dict[str, Unstable]:
    """Whether each topic is the same one in all fits, and its difference more than a matter of the fit, or of the prior.

    Parameters
    ----------
    topics : DataFrame
        `label` and `match` of each topic.
    table : DataFrame
        The comparison: `item`, `contrast`, `share_fits`.
    priors : DataFrame, optional
        `item`, `estimate`, `low`, `high`, and the difference under `one_prior`, where the prior of the shares has covariates.

    Returns
    -------
    dict of str to Unstable
        By label. `WORDS` where the mean cosine is below `LEAST_MATCH`; `DIFFERENCE` where the fits add more than `MOST_FITS` of
        the variance of the main difference; `PRIOR` where its interval excludes 0, and less than `LEAST_LEFT` of it is left under one
        prior for all passages.

    Examples
    --------
    >>> topics = pd.DataFrame({"label": ["T1", "T2", "T3"], "match": [0.9, 0.6, 0.9]})
    >>> table = pd.DataFrame({"item": ["T1", "T2", "T3"], "contrast": "difference", "share_fits": [0.1, 0.1, 0.8]})
    >>> [str(v) for v in instability(topics, table).values()]
    ['', 'words', 'difference']
    """
    share = table[table["contrast"] == "difference"].set_index("item")["share_fits"]
    result = {}
    for row in topics.itertuples():
        # One fit has no match, and says nothing of stability.
        words, fits = row.match < LEAST_MATCH, share.get(row.label, 0.0) > MOST_FITS
        result[row.label] = Unstable.WORDS if words else Unstable.DIFFERENCE if fits else Unstable.NO
    for row in () if priors is None else priors.itertuples():
        made = (row.low > 0 or row.high < 0) and row.one_prior / row.estimate < LEAST_LEFT
        if made and result[row.item] is Unstable.NO:
            result[row.item] = Unstable.PRIOR
    return result


@dataclass(frozen=True)
class _PickTopic:
    """The topic that most mentions of the targets fall into, in any model; the most prevalent one where there are none."""

    def __call__(self, found: TopicsFound, settings: TopicsSettings) -> Quantities:
        (outcome,), model = found.outcomes, found.model
        assert model is not None
        return outcome.quantities.only([_most_mentioned(model)])


def _most_mentioned(model: Features) -> int:
    """The topic that most mentions fall into; another model numbers its topics otherwise, and has one as well."""
    mentions = model.units["mentions"].to_numpy(float)
    weight = mentions if mentions.any() else model.units["n_tokens"].to_numpy(float)
    return int(np.argmax(weight @ model.values))


def follow(found: TopicsFound) -> list[Follow]:
    """The topic that most mentions fall into, if it is stable."""
    if found.model is None or found.unstable[found.model.columns[_most_mentioned(found.model)]]:
        return []
    mentioned = bool(found.model.units["mentions"].any())
    label = "The topic that most mentions of the targets fall into" if mentioned else "The most prevalent topic"
    # Models with other numbers of topics are looked at once, not under each combination of choices.
    once: dict[str, Any] = {"candidates": [], "words_by_group": False}
    return [Follow("topics", "", label, "prevalence, percentage points", 1, _PickTopic(), once)]
