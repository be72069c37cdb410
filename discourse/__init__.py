"""Comparative discourse analytics: term frequencies, stance and topics across speakers and administrations.

The public names are imported when they are first used, so that ``import discourse`` costs nothing.

Examples
--------
>>> import discourse
>>> discourse.stop_words.__module__
'discourse.features.frequency'
"""

from __future__ import annotations

import importlib

_NAMES = {
    "discourse.analyses.base": ("Analysis", "Found"),
    "discourse.analyses.data": ("Data", "Tokens"),
    "discourse.analyses.outcome": ("Certainty", "Outcome"),
    "discourse.analyses.settings": ("Settings",),
    "discourse.compare": ("compare_terms",),
    "discourse.compare.association": ("collocates",),
    "discourse.compare.breaks": ("change_points",),
    "discourse.compare.contexts": ("compare_contexts",),
    "discourse.compare.keyness": ("bic", "chi2", "g2", "log_odds", "log_ratio"),
    "discourse.compare.decompose": ("Cells", "kitagawa", "oaxaca"),
    "discourse.compare.events": ("event_test",),
    "discourse.compare.influence": ("without_each",),
    "discourse.compare.nulls": ("placebo_dates", "random_halves"),
    "discourse.compare.of_features": ("quantities_of",),
    "discourse.compare.permutation": ("permutation_test",),
    "discourse.compare.positions": ("correspondence", "wordfish", "wordscores"),
    "discourse.compare.power": ("smallest_differences",),
    "discourse.compare.quantities": ("Contrast", "Quantities", "against_rest", "pair", "trend"),
    "discourse.compare.resample": ("Design",),
    "discourse.compare.shifts": ("word_shift",),
    "discourse.compare.against": ("compare_with_reference",),
    "discourse.compare.agreement": ("agreement", "krippendorff_alpha"),
    "discourse.corpus": (
        "read_conllu",
        "read_convokit",
        "read_digest",
        "read_folder",
        "read_html",
        "read_parlamint",
        "read_rss",
        "read_sotu",
        "read_stored",
        "read_table",
        "read_ussos",
    ),
    "discourse.corpus.attribution": ("attribute", "split_turns"),
    "discourse.corpus.turns": ("Document", "Speaker"),
    "discourse.encode": ("count_terms", "document_term_matrix", "encode_corpus", "ngram_matrix"),
    "discourse.errors": ("DiscourseError",),
    "discourse.experiment": ("Experiment", "Results", "compute", "load", "resolve", "run", "run_to_folder"),
    "discourse.features": ("Target", "dispersion", "kwic", "mentions", "stance", "term_frequency", "topics"),
    "discourse.features.contexts": ("context_vectors",),
    "discourse.features.deeds": ("deeds",),
    "discourse.features.dictionary": ("Dictionary", "dictionary_rates", "read_dictionary"),
    "discourse.features.diversity": ("lexical_diversity",),
    "discourse.features.frequency": ("stop_words",),
    "discourse.features.scores": ("WordScores", "read_scores"),
    "discourse.features.readability": ("readability",),
    "discourse.features.reference": ("read_reference", "reference_counts"),
    "discourse.features.repetition": ("repetition",),
    "discourse.features.vectors": ("load_vectors",),
    "discourse.types": ("Comparison", "Corpus", "EncodedCorpus", "Features"),
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}
# A room that is the function of its name as well.
__all__ = sorted([*_HOME, "experiment"])


def __getattr__(name: str) -> object:
    if name == "experiment":
        return importlib.import_module("discourse.experiment")
    if name not in _HOME:
        raise AttributeError(f"module 'discourse' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
