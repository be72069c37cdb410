"""Which terms set the groups apart, among the words about a target and among all: keyness of words and n-grams, with dispersion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from discourse.analyses.base import Analysis, Found, Input
from discourse.analyses.outcome import Follow
from discourse.analyses.settings import Choice, Names
from discourse.analyses.terms import about as words_about
from discourse.analyses.terms import collocates as near
from discourse.analyses.terms import collocates_section
from discourse.analyses.terms.measure import (
    FrequencyFound,
    agree,
    compute,
    finish,
    joined,
    measure,
    survey,
    without_rare,
)
from discourse.analyses.terms.section import claims, methods, methods_about, section, summary, words
from discourse.analyses.terms.settings import FrequencySettings
from discourse.compare.quantities import Quantities
from discourse.compare.terms import clearest
from discourse.encode.encoder import fold
from discourse.errors import TooLittleText
from discourse.features.frequency import stem
from discourse.features.lemmas import lemma
from discourse.report.words import of_length


@dataclass(frozen=True)
class _PickTerm:
    """The quantities of the clearest term of a group, in whatever form and length terms are counted."""

    clearest: Mapping[int, str]
    key: str = "terms"

    def __call__(self, under: Found, settings: FrequencySettings) -> Quantities:
        # A choice of the length leaves one in the list.
        n = settings.ngrams[0]
        term = self.clearest[n]
        found = next((o.quantities for o in under.outcomes if o.key == f"{self.key}-{n}"), None)
        if found is not None:
            if settings.tokens in ("stemmed", "lemmas"):
                base = stem if settings.tokens == "stemmed" else lemma
                at = [k for k, item in enumerate(found.items) if item == " ".join(map(base, term.split(" ")))]
            elif settings.tokens == "as written":
                at = [k for k, item in enumerate(found.items) if fold(item) == term]
                # The form in which the term is written most often.
                at = sorted(at, key=lambda k: -float(found.y[:, [k]].sum()))[:1]
            else:
                at = [k for k, item in enumerate(found.items) if item == term]
            if at:
                return found.only(at)
        raise TooLittleText(f"The term {term}", "too rare in this form", f"{settings.min_documents} documents")


def follow(found: FrequencyFound) -> list[Follow]:
    """The clearest term of each group; of all words only where they are not the background of those about a target."""
    if not found.keyness or found.background:
        return []
    key, target = found.outcomes[0].key.partition("-")[0], found.outcomes[0].target
    first = next(iter(found.keyness.values()))
    follows = []
    for group, sign in ((first.study, 1), (first.reference, -1)):
        lists = {
            n: clearest(c.table[np.sign(c.table["estimate"]) == sign], 1)["item"] for n, c in found.keyness.items()
        }
        # Of some lengths no term may be on this side.
        of_group = {n: str(items.iloc[0]) for n, items in lists.items() if len(items)}
        if not of_group:
            continue
        named = "; ".join(f"{term}, of the {of_length(n)}" for n, term in of_group.items())
        follows.append(
            Follow(
                key,
                target,
                f"The clearest of {group} ({named})",
                "log-odds ratio",
                2,
                _PickTerm(of_group, key),
                # Lengths that were refused have no clearest term to depart from.
                {"alpha0": found.alpha0, "ngrams": list(of_group)},
                {"ngrams": set(of_group)},
            )
        )
    return follows


def _among(options: Any, names: Names) -> Iterator[str]:
    section = names.sections.get("frequency")
    if options and section is None:
        yield "no terms are counted (frequency: false)"
    ngrams = section.ngrams if section is not None else options
    for n in options:
        if n not in ngrams:
            yield f"{n}-grams are not among frequency: ngrams {ngrams}; add them there"


CHOICES = (
    Choice(
        "ngrams",
        ("frequency", "ngrams"),
        list[Annotated[int, Field(ge=1, le=5)]],
        "Length of terms",
        label="n-grams",
        own=lambda configured: configured[0],
        change=lambda configured, option: [option],
        problems=_among,
    ),
    Choice(
        "tokens",
        ("frequency", "tokens"),
        list[Literal["folded", "as written", "stemmed", "lemmas"]],
        "Terms: case folded, as written, stems (Snowball), or lemmas",
    ),
    Choice(
        "stop_words",
        ("frequency", "stop_words"),
        list[Literal["keep", "drop"]],
        "Whether function words are among the tokens that rates are based on",
        label="stop words",
    ),
    Choice(
        "prior",
        ("frequency", "alpha0"),
        list[Annotated[float, Field(gt=0)]],
        "Weight of the prior (alpha0), in tokens",
        show=lambda v: f"{v:,.0f} tokens" if v >= 10 else f"{v:g} tokens",
    ),
)
CITES = (
    "monroe2008",
    "westfall1993",
    "storey2003",
    "tusher2001",
    "beran1988",
    "gries2008",
    "dunning1993",
    "hardie2014",
    "zou2008",
    "quirk1985",
)
COLUMNS = {
    "cautious": (
        "end of the interval nearer to 0; 0 where the interval includes 0",
        "natural logarithm",
    ),
    "cautious_document": ("the same with documents as the units", "natural logarithm"),
    "clear": ("whether the interval corrected for the family excludes 0", ""),
    "count_reference": ("frequency in the reference group", "tokens"),
    "count_study": ("frequency in the study group", "tokens"),
    "dp": (
        "deviation of proportions over the documents of both groups (Gries 2008); 0 is an even spread",
        "0 to 1",
    ),
    "dp_reference": ("the same within the reference group", "0 to 1"),
    "dp_study": ("the same within the study group", "0 to 1"),
    "g2": ("log-likelihood ratio, signed, four cells (Dunning 1993); its unit is the token", ""),
    "bic": ("Bayesian information criterion of the term (Wilson 2013)", ""),
    "chi2": ("Pearson's chi-squared, signed", ""),
    "high_pointwise": ("upper end of the interval of this item alone", "as the estimate"),
    "log_ratio": ("Log Ratio (Hardie 2014), without a prior; half a token where a frequency is 0", "binary logarithm"),
    "log_ratio_high": ("upper end of its interval for this term alone", "binary logarithm"),
    "log_ratio_low": ("lower end of its interval for this term alone", "binary logarithm"),
    "low_pointwise": ("lower end of the interval of this item alone", "as the estimate"),
    "range": ("documents of both groups that contain the term", "documents"),
    "rate": ("frequency per 10,000 tokens, both groups together", "per 10,000 tokens"),
    "rate_reference": ("frequency in the reference group", "per 10,000 tokens"),
    "rate_reference_high": ("upper end of the bootstrap interval of rate_reference", "per 10,000 tokens"),
    "rate_reference_low": ("lower end of the bootstrap interval of rate_reference", "per 10,000 tokens"),
    "rate_study": ("frequency in the study group", "per 10,000 tokens"),
    "rate_study_high": ("upper end of the bootstrap interval of rate_study", "per 10,000 tokens"),
    "rate_study_low": ("lower end of the bootstrap interval of rate_study", "per 10,000 tokens"),
    "shown": ("what the figure shows: the measure of the config", ""),
    "shown_high": ("upper end of its interval, corrected for the family", ""),
    "shown_low": ("lower end of its interval, corrected for the family", ""),
}
analysis = Analysis(
    "frequency",
    "Which terms set the groups apart?",
    FrequencySettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    survey=survey,
    agree=agree,
    join=joined,
    rare=without_rare,
    words=words,
    finish=finish,
    each_contrast=True,
    follow=follow,
    choices=CHOICES,
    figures={
        "keyness": "Which terms set the groups apart?",
        "contrast": "Are the distinctive terms frequent or rare?",
    },
    claims=claims,
    brief=("keyness",),
    summary=summary,
    methods=methods,
    cites=CITES,
    columns=COLUMNS,
)
about = Analysis(
    "words",
    "Which words about the target set the groups apart?",
    FrequencySettings,
    words_about.compute,
    section,
    measure=words_about.measure,
    input=Input.TOKENS,
    survey=words_about.survey,
    agree=agree,
    join=words_about.joined,
    rare=words_about.without_rare,
    words=words,
    finish=words_about.finish_about,
    per_target=True,
    reads="frequency",
    each_contrast=True,
    follow=follow,
    choices=CHOICES,
    figures={"words": "Which words about the target set the groups apart?"},
    claims=claims,
    brief=("words",),
    summary=summary,
    methods=methods_about,
    cites=CITES,
    columns=COLUMNS
    | {
        "background": ("log-odds ratio of the term in all other words of the groups", "natural logarithm"),
        "net": ("log-odds ratio about the target minus that in all other words", "natural logarithm"),
        "net_high": ("upper end of its interval, corrected for the family", "natural logarithm"),
        "net_high_pointwise": ("upper end of its interval for this term alone", "natural logarithm"),
        "net_low": ("lower end of its interval, corrected for the family", "natural logarithm"),
        "net_low_pointwise": ("lower end of its interval for this term alone", "natural logarithm"),
        "net_p": ("permutation p-value of the net difference of this term alone", "0 to 1"),
        "net_p_family": ("the same, corrected for all terms", "0 to 1"),
    },
)
collocates = Analysis(
    "collocates",
    "Which words are near the target?",
    near.CollocatesSettings,
    near.compute,
    collocates_section.section,
    measure=near.measure,
    input=Input.TOKENS,
    survey=near.survey,
    agree=near.agree,
    join=near.joined,
    travels=near.travels,
    rare=words_about.without_rare,
    words=collocates_section.words,
    finish=near.finish,
    per_target=True,
    figures={
        "collocates": "Which words are near the target?",
        "collocates_difference": "Which words came nearer to the target than others did?",
    },
    # The clearest terms about the target are followed already.
    follow=lambda found: [],
    summary=collocates_section.summary,
    methods=collocates_section.methods,
    cites=(
        "evert2008",
        "rychly2008",
        "church1990",
        "daille1994",
        "church1991",
        "dunning1993",
        "gries2013",
        "gries2008",
    ),
    columns={**COLUMNS, **about.columns, **collocates_section.COLUMNS},
)
