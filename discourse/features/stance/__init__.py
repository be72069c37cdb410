"""Stance toward a target, mention by mention, each score with the words and rules that made it."""

from __future__ import annotations

from discourse.features.stance.calibration import calibrate
from discourse.features.stance.classifier import classify
from discourse.features.stance.lexicon import (
    ACTS,
    DIMENSIONS,
    Lexicon,
    default_lexicons,
    load_lexicon,
    unreachable_class,
)
from discourse.features.stance.metadiscourse import metadiscourse
from discourse.features.stance.prior import by_the_prior, explain_prior, load_prior
from discourse.features.stance.reading import Parsed, read_mentions
from discourse.features.stance.roles import ACT_ROLES, ROLES
from discourse.features.stance.rules import Rule, describe_rules, rules_table
from discourse.features.stance.score import CLASSES, STANCE_COLUMNS, stance, stance_class, weigh

__all__ = [
    "ACTS",
    "ACT_ROLES",
    "CLASSES",
    "DIMENSIONS",
    "ROLES",
    "STANCE_COLUMNS",
    "Lexicon",
    "Parsed",
    "Rule",
    "by_the_prior",
    "calibrate",
    "classify",
    "default_lexicons",
    "describe_rules",
    "explain_prior",
    "load_lexicon",
    "load_prior",
    "metadiscourse",
    "read_mentions",
    "rules_table",
    "stance",
    "stance_class",
    "unreachable_class",
    "weigh",
]
