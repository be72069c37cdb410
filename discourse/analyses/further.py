"""Items in trends over the groups: one table for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Outcome
from discourse.compare.multiple import benjamini_hochberg
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Contrast

COLUMNS = ("item", "estimate", "low", "high", "n_documents", "p", "p_family", "q")


@dataclass(frozen=True)
class Further:
    """The items of a contrast: `item`, `estimate`, `low`, `high` (none for a trend), `n_documents`, `p`, `p_family`, `q`."""

    contrast: Contrast
    table: pd.DataFrame


def further_tests(outcome: Outcome, data: Data) -> list[Further]:
    """Tests of the items of an outcome in the trends over the groups; q over all of them."""
    tables = []
    for contrast in data.trends:
        tested = permutation_test([outcome.quantities], data.design, contrast, unit=data.units[0]).table
        tested = tested.set_index("item")
        table = outcome.table[outcome.table["stratum"] == contrast.name].set_index("item")
        tables.append(table.assign(p=tested["p"], p_family=tested["p_family"]).reset_index())
    if not tables:
        return []
    q = benjamini_hochberg(np.concatenate([t["p"].to_numpy(float) for t in tables]))
    bounds = np.cumsum([len(t) for t in tables])[:-1]
    return [
        Further(c, t.assign(q=part)[["stratum", "contrast", *COLUMNS]])
        for c, t, part in zip(data.trends, tables, np.split(q, bounds))
    ]


def clear_items(answers: pd.DataFrame) -> pd.DataFrame:
    """Items that differ."""
    return answers[answers["certainty"] == Certainty.DIFFERS]
