"""Stance toward a target, sentence by sentence, each score with the words that made it."""

from __future__ import annotations

from discourse.features.stance.lexicon import Lexicon, default_lexicons, load_lexicon
from discourse.features.stance.score import STANCE_COLUMNS, stance

__all__ = ["STANCE_COLUMNS", "Lexicon", "default_lexicons", "load_lexicon", "stance"]
