"""How often the categories of a dictionary occur: in all words of the groups, and in those about a target."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.dictionary.measure import (
    compute,
    compute_about,
    finish,
    finish_about,
    follow,
    measure,
    measure_about,
)
from discourse.analyses.dictionary.section import limits, methods, section, section_about, summary
from discourse.analyses.dictionary.settings import DictionarySettings

about = Analysis(
    "dictionary_about",
    "Which categories of a dictionary set the groups apart where they speak of the target?",
    DictionarySettings,
    compute_about,
    section_about,
    measure=measure_about,
    input=Input.TOKENS,
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
    finish=finish,
    follow=follow,
    on=False,
    figures={"dictionary": "Which categories of a dictionary set the groups apart?"},
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("grimmer2013", "benoit2018"),
    columns={
        "dictionary: categories": ("number of categories that are counted", "categories"),
        "dictionary: category": ("category of the dictionary", ""),
        "dictionary: count": ("how often the form is counted in the category", "count"),
        "dictionary: dictionary": ("name of the dictionary", ""),
        "dictionary: encoding": ("encoding in which the file was read", ""),
        "dictionary: entries": ("distinct entries", "entries"),
        "dictionary: entry": ("entry or category that is not counted", ""),
        "dictionary: form": ("word or phrase in the text, case folded", ""),
        "dictionary: line": ("line of the file; 0 where it is not known", ""),
        "dictionary: matched": ("entries that are counted at least once in the groups", "entries"),
        "dictionary: pattern": ("entry by which it is counted", ""),
        "dictionary: sha256": ("SHA-256 of the file", ""),
        "dictionary: source": ("name of the file", ""),
        "dictionary: why": (
            "why it is not counted: condition, rule, one letter, no word (see the methods), or an empty category",
            "",
        ),
    },
)
