"""How it is said: lexical diversity and readability, of all words of the groups and of those about a target."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.style.measure import (
    compute_diversity,
    compute_diversity_about,
    compute_readability,
    compute_readability_about,
    finish,
    finish_about,
    follow,
    measure_diversity,
    measure_diversity_about,
    measure_readability,
    measure_readability_about,
)
from discourse.analyses.style.section import (
    claims,
    limits,
    methods,
    section_diversity,
    section_diversity_about,
    section_readability,
    section_readability_about,
)
from discourse.analyses.style.settings import CHOICES, DiversitySettings, ReadabilitySettings

DIVERSITY_QUESTION = "How varied are the words?"
READABILITY_QUESTION = "How hard is it to read?"


def _columns(name: str, measures: dict[str, str], nothing: str) -> dict[str, tuple[str, str]]:
    """Meaning of the columns of the tables of both places."""
    columns: dict[str, tuple[str, str]] = {}
    for base in (name, f"{name}_about"):
        columns |= {f"{base}-documents: {m}": (f"{text}; empty where {nothing}", "") for m, text in measures.items()}
        columns[f"{base}-documents: n_tokens"] = ("tokens of the document that count", "tokens")
        columns[f"{base}-short: documents"] = ("documents with a token that counts", "documents")
        columns[f"{base}-short: measure"] = ("measure", "")
        columns[f"{base}-short: short"] = (f"those of them that have no number: {nothing}", "documents")
        columns[f"figure-{base}_time: measure"] = ("measure", "")
        columns[f"figure-{base}_time: value"] = ("the measure of the document, or mean of the documents of a year", "")
    return columns


diversity = Analysis(
    "diversity",
    DIVERSITY_QUESTION,
    DiversitySettings,
    compute_diversity,
    section_diversity,
    measure=measure_diversity,
    input=Input.TOKENS,
    finish=finish,
    on=False,
    choices=CHOICES,
    follow=follow,
    brief=("diversity",),
    claims=claims,
    figures={"diversity": DIVERSITY_QUESTION, "diversity_time": "How varied are the words over time?"},
    limits=limits,
    methods=methods,
    cites=("covington2010", "mccarthy2007", "mccarthy2010", "tweedie1998", "yule1944"),
    columns=_columns(
        "diversity",
        {
            "mattr": "mean type-token ratio of windows",
            "mtld": "mean tokens of stretches above the threshold",
            "hdd": "expected type-token ratio of the tokens drawn",
            "k": "Yule's K",
        },
        "the document is too short",
    ),
)
diversity_about = Analysis(
    "diversity_about",
    "How varied are the words about the target?",
    DiversitySettings,
    compute_diversity_about,
    section_diversity_about,
    measure=measure_diversity_about,
    input=Input.TOKENS,
    finish=finish_about,
    per_target=True,
    reads="diversity",
    on=False,
    follow=follow,
    choices=CHOICES,
)
readability = Analysis(
    "readability",
    READABILITY_QUESTION,
    ReadabilitySettings,
    compute_readability,
    section_readability,
    measure=measure_readability,
    input=Input.TOKENS,
    finish=finish,
    on=False,
    brief=("readability", "readability_time"),
    claims=claims,
    figures={"readability": READABILITY_QUESTION, "readability_time": "How hard is it to read over time?"},
    limits=limits,
    methods=methods,
    cites=("anderson1983", "bjornsson1968", "coleman1975", "senter1967"),
    columns=_columns(
        "readability",
        {
            "lix": "words per sentence and % of words of seven characters or more",
            "rix": "words of seven characters or more per sentence",
            "ari": "Automated Readability Index",
            "coleman_liau": "Coleman-Liau index",
            "sentence_length": "words per sentence",
            "word_length": "characters per word",
        },
        "no word counts",
    ),
)
readability_about = Analysis(
    "readability_about",
    "How hard is what is about the target to read?",
    ReadabilitySettings,
    compute_readability_about,
    section_readability_about,
    measure=measure_readability_about,
    input=Input.TOKENS,
    finish=finish_about,
    per_target=True,
    reads="readability",
    on=False,
)
