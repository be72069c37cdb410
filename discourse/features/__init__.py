"""Features: arithmetic on an encoded corpus."""

from __future__ import annotations

from discourse.features.concordance import kwic
from discourse.features.dispersion import dispersion
from discourse.features.frequency import term_frequency
from discourse.features.passages import join_bags, passage_bags
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.features.topics import fit_topics, topics

__all__ = [
    "Target",
    "dispersion",
    "fit_topics",
    "join_bags",
    "kwic",
    "mentions",
    "passage_bags",
    "stance",
    "term_frequency",
    "topics",
]
