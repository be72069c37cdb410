"""Topics: what the passages are about, and how prevalent each topic is in each group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from discourse.analyses.base import Analysis, Input
from discourse.analyses.settings import Choice, Names
from discourse.analyses.topics.measure import (
    compute,
    finish,
    fit,
    follow,
    joined,
    measure,
    rare,
    travels,
)
from discourse.analyses.topics.section import cites_for, limits, methods, section, summary, words
from discourse.analyses.topics.settings import TopicsSettings


def _needs_model(options: Any, names: Names) -> Iterator[str]:
    if options and names.sections.get("topics") is None:
        yield "there is no topic model (topics: false)"


# Of tables that only covariates, seeds and words by group bring.
MORE = {
    "topic-coefficients: coefficient": (
        "coefficient of the prior of the topic's share, mean over the fits of the model; (all) is that of the topic itself",
        "natural logarithm",
    ),
    "topic-coefficients: covariate": ("covariate; (all) for the topic itself", ""),
    "topic-coefficients: level": ("value of the covariate", ""),
    "topic-coefficients: sd_fits": ("standard deviation of the coefficient over the fits", "natural logarithm"),
    "topic-priors: one_prior": (
        "difference with the same topics and one prior for all passages",
        "percentage points",
    ),
    "topic-seeds: count": ("frequency of the term in the passages of the model", "tokens"),
    "topic-seeds: item": ("seeded topic", ""),
    "topic-seeds: seed": ("seed word as it was given", ""),
    "topic-seeds: term": ("term that it matches; empty where it matches none", ""),
    "topic-seeds: why": ("why it matches none: none (it does not occur), or left out of the model", ""),
    "topic-shuffled: covariates": (
        "mean absolute difference between groups in a model refitted with shuffled covariates",
        "percentage points",
    ),
    "topic-shuffled: number": ("number of the topic in that model", ""),
    "topic-shuffled: one_prior": ("the same with one prior for all passages", "percentage points"),
    "topic-shuffled: run": ("number of the model with shuffled covariates", ""),
    "topic-words: item": ("topic", ""),
    "topic-words: count_study": ("expected tokens of the term in the topic, study group", "tokens"),
    "topic-words: count_reference": ("expected tokens of the term in the topic, reference group", "tokens"),
}
analysis = Analysis(
    "topics",
    "Which topics are more prevalent in which group?",
    TopicsSettings,
    compute,
    section,
    measure=measure,
    input=Input.COUNTS,
    join=joined,
    fit=fit,
    travels=travels,
    rare=rare,
    words=words,
    finish=finish,
    follow=follow,
    choices=(
        Choice(
            "k",
            ("topics", "k"),
            list[Annotated[int, Field(ge=2, le=200)]],
            "Numbers of topics",
            label="topics",
            problems=_needs_model,
        ),
    ),
    figures={"topics": "Which topics are more prevalent in which group?"},
    appendix=("topic-candidates", "evidence"),
    summary=summary,
    limits=limits,
    methods=methods,
    cites=(
        "blei2003",
        "sievert2014",
        "bouma2009",
        "treier2008",
        "roberts2016",
        "rubin1987",
        "rubin2003",
        "kuhn1955",
        "bischof2012",
        "wallach2009",
    ),
    cites_for=cites_for,
    columns={
        **MORE,
        "coherence": ("normalised pointwise mutual information of the top terms over passages", "-1 to 1"),
        "exclusivity": ("mean FREX of the most probable terms (Bischof & Airoldi 2012)", "0 to 1"),
        "fit": ("number of the fit", ""),
        "k": ("number of topics", ""),
        "likelihood": ("log-likelihood of held-out tokens", "natural logarithm per token"),
        "match": ("mean cosine of the terms with those of the same topic in the fit that fits best", "0 to 1"),
        "sd_draws": (
            "standard deviation over draws of the shares from their posterior, in one fit",
            "percentage points",
        ),
        "sd_fits": ("standard deviation over the fits of the model", "percentage points"),
        "share_fits": ("share of the variance of the interval that the fits add", "0 to 1"),
        "unstable": (
            "why a topic gets no verdict: over the fits its words vary, or its difference does; empty for others",
            "",
        ),
        "difference": ("study minus reference", "percentage points"),
        "difference_high": ("upper end of the interval of the difference", "percentage points"),
        "difference_low": ("lower end of the interval of the difference", "percentage points"),
        "label": ("label in the figure", ""),
        "prevalence": ("share of the tokens", "share"),
        "probability": ("probability of the term in the topic", "share"),
        "rank": ("rank in the topic, or place in the order of the estimates", ""),
        "relevance": ("relevance of the term to the topic (Sievert & Shirley 2014)", "natural logarithm"),
        "share": ("prevalence of the topic in the passage", "share"),
        "term": ("term of a lexicon or of a topic", ""),
        "topic": ("number of the topic", ""),
        "words": ("top words of the topic by relevance", ""),
    },
)
