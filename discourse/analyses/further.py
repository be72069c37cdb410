"""Items in contrasts beside the main one: one table for each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from discourse.analyses.outcome import Certainty
from discourse.compare.quantities import Contrast

COLUMNS = ("item", "estimate", "low", "high", "n_documents", "p", "p_family", "q")


@dataclass(frozen=True)
class Further:
    """The items of a contrast: `item`, `estimate`, `low`, `high` (none for a trend), `n_documents`, `p`, `p_family`, `q`."""

    contrast: Contrast
    table: pd.DataFrame


def clear_items(answers: pd.DataFrame) -> pd.DataFrame:
    """Items that differ."""
    return answers[answers["certainty"] == Certainty.DIFFERS]
