"""Features: arithmetic on an encoded corpus."""

from __future__ import annotations

from collections.abc import Callable

from discourse.features.concordance import kwic
from discourse.features.dispersion import dispersion
from discourse.features.frequency import term_frequency
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.features.topics import topics

FEATURES: dict[str, Callable[..., object]] = {
    "frequency": term_frequency,
    "dispersion": dispersion,
    "mentions": mentions,
    "stance": stance,
    "topics": topics,
    "kwic": kwic,
}

__all__ = ["FEATURES", "Target", "dispersion", "kwic", "mentions", "stance", "term_frequency", "topics"]
