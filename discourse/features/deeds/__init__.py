"""Who does what to whom: actors, acts and those to whom they are done, clause by clause."""

from __future__ import annotations

from discourse.features.deeds.extract import COLUMNS, WE, deeds, find_deeds, named_together
from discourse.features.deeds.verbs import CATEGORIES, CLASSES, Verb, class_of, deed_verbs

__all__ = [
    "CATEGORIES",
    "CLASSES",
    "COLUMNS",
    "WE",
    "Verb",
    "class_of",
    "deed_verbs",
    "deeds",
    "find_deeds",
    "named_together",
]
