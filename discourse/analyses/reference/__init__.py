"""Keyness of each group against a reference corpus: counts of one's own, or those of the UN General Debate."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.reference.measure import (
    ReferenceSettings,
    agree,
    compute,
    joined,
    measure,
    survey,
    without_rare,
)
from discourse.analyses.reference.section import limits, methods, section, words

QUESTION = "Which words set each group apart from a reference corpus?"
COLUMNS = {
    "reference": ("reference corpus", ""),
    "group": ("group; in figures the side on which the word is more frequent", ""),
    "item": ("word, case folded", ""),
    "estimate": ("log-odds ratio of group and reference, with a Dirichlet prior", "natural logarithm"),
    "low": (
        "{low} quantile of the log-odds ratio over clusters or documents, corrected for all words of the table",
        "",
    ),
    "high": ("{high} quantile of it", ""),
    "low_document": ("{low} quantile over documents, corrected for all words of the table", ""),
    "high_document": ("{high} quantile of it", ""),
    "log_ratio": ("binary logarithm of the ratio of the rates", ""),
    "log_ratio_low": ("{low} quantile of it, corrected for all words of the table", ""),
    "log_ratio_high": ("{high} quantile of it", ""),
    "g2": ("log-likelihood ratio G2, signed; its unit is the token", ""),
    "shown": ("what the figure shows", ""),
    "shown_low": ("lower end of its interval", ""),
    "shown_high": ("upper end of its interval", ""),
    "count_study": ("occurrences in the group", "count"),
    "count_reference": ("occurrences in the reference corpus", "count"),
    "rate_study": ("rate in the group", "per 10,000 tokens"),
    "rate_reference": ("rate in the reference corpus", "per 10,000 tokens"),
    "dp": ("Gries' deviation of proportions over the documents of the group: 0 is even", ""),
    "range": ("documents of the group that contain the word", "documents"),
    "words": ("different words: that enough documents of the group contain, or that the reference lists", "words"),
    "lacking": ("words of the group that the reference does not list", "words"),
    "tokens": ("tokens of the group, or of the reference", "tokens"),
    "lacking_tokens": ("tokens of the group whose word the reference does not list", "tokens"),
    "examples": ("the most frequent words that it does not list", ""),
    "source": ("name of the file", ""),
    "sha256": ("SHA-256 of the file", ""),
    "documents": ("documents of the reference; 0 where the file does not say", "documents"),
    "least": ("documents below which the reference does not list a word", "documents"),
    "summed": ("whether the tokens are the sum of the counts, as the file does not say", ""),
}

analysis = Analysis(
    "reference",
    QUESTION,
    ReferenceSettings,
    compute,
    section,
    measure=measure,
    input=Input.COUNTS,
    join=joined,
    survey=survey,
    agree=agree,
    rare=without_rare,
    on=False,
    figures={"reference": QUESTION},
    brief=("reference",),
    limits=limits,
    methods=methods,
    words=words,
    cites=("dunning1993", "monroe2008", "hardie2014"),
    columns={f"reference: {column}": meaning for column, meaning in COLUMNS.items()},
)
