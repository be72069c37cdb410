"""Features: arithmetic on an encoded corpus."""

from __future__ import annotations

from collections.abc import Callable

from discourse.features.concordance import kwic
from discourse.features.dispersion import dispersion
from discourse.features.frequency import term_frequency
from discourse.features.passages import join_bags, passage_bags
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.features.topics import fit_topics, topics

FEATURES: dict[str, Callable[..., object]] = {
    "frequency": term_frequency,
    "dispersion": dispersion,
    "mentions": mentions,
    "stance": stance,
    "passages": passage_bags,
    "topics": topics,
    "kwic": kwic,
}

__all__ = [
    "FEATURES",
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
