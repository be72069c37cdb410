"""How often the categories of a dictionary occur: in all words of the groups, and in those about a target."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.dictionary.measure import (
    compute,
    compute_about,
    finish,
    finish_about,
    follow,
    joined,
    measure,
    measure_about,
)
from discourse.analyses.dictionary.section import limits, methods, section, section_about, summary
from discourse.analyses.dictionary.settings import DictionarySettings

WORDS = {
    f"{table}: {column}": meaning
    for table in ("dictionary_words", "dictionary_about_words")
    for column, meaning in {
        "category": ("category of the dictionary", ""),
        "count": ("how often the form is counted in the category", "count"),
        "form": ("word or phrase in the text, case folded", ""),
        "pattern": ("entry by which it is counted", ""),
    }.items()
}
about = Analysis(
    "dictionary_about",
    "Which categories of a dictionary set the groups apart where they speak of the target?",
    DictionarySettings,
    compute_about,
    section_about,
    measure=measure_about,
    input=Input.TOKENS,
    join=joined,
    finish=finish_about,
    follow=follow,
    per_target=True,
    reads="dictionary",
    on=False,
    summary=summary,
)
analysis = Analysis(
    "dictionary",
    "Which categories of a dictionary set the groups apart?",
    DictionarySettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    join=joined,
    finish=finish,
    follow=follow,
    on=False,
    figures={"dictionary": "Which categories of a dictionary set the groups apart?"},
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("grimmer2013", "benoit2018"),
    columns={
        **WORDS,
        "dictionary_skipped: dictionary": ("name of the dictionary", ""),
        "dictionary_skipped: entry": ("entry or category that is not counted", ""),
        "dictionary_skipped: line": ("line of the file; 0 where it is not known", ""),
        "dictionary_skipped: why": (
            "why it is not counted: condition, rule, one letter, no word (see the methods), or an empty category",
            "",
        ),
        "dictionary_sources: categories": ("number of categories that are counted", "categories"),
        "dictionary_sources: dictionary": ("name of the dictionary", ""),
        "dictionary_sources: encoding": ("encoding in which the file was read", ""),
        "dictionary_sources: entries": ("distinct entries", "entries"),
        "dictionary_sources: matched": ("entries that are counted at least once in the groups", "entries"),
        "dictionary_sources: sha256": ("SHA-256 of the file", ""),
        "dictionary_sources: source": ("name of the file", ""),
    },
)
