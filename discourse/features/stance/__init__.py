"""Stance toward a target, mention by mention, each score with the words and rules that made it."""

from __future__ import annotations

from discourse.features.stance.classifier import classify
from discourse.features.stance.lexicon import ACTS, DIMENSIONS, Lexicon, default_lexicons, load_lexicon
from discourse.features.stance.metadiscourse import metadiscourse
from discourse.features.stance.roles import ROLES
from discourse.features.stance.score import CLASSES, STANCE_COLUMNS, stance, stance_class

__all__ = [
    "ACTS",
    "CLASSES",
    "DIMENSIONS",
    "ROLES",
    "STANCE_COLUMNS",
    "Lexicon",
    "classify",
    "default_lexicons",
    "load_lexicon",
    "metadiscourse",
    "stance",
    "stance_class",
]
