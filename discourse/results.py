"""The frozen values that come out of a corpus: features of units of text, and what came out of comparing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from discourse import shown
from discourse.errors import DiscourseError

COMPARISON_COLUMNS = (
    "contrast",
    "item",
    "target",
    "stratum",
    "time",
    "estimate",
    "low",
    "high",
    "log_p",
    "q",
    "n_documents",
    "n_clusters",
    "n_tokens",
)


@dataclass(frozen=True)
class Features:
    """Values of one feature over units of text, with no text in them.

    Parameters
    ----------
    name : str
        Which feature: frequency, stance, topics...
    values : ndarray or scipy.sparse matrix, shape (n_units, n_columns)
        The values.
    columns : sequence of str
        What each column holds.
    units : DataFrame
        One row per unit with stable ids and parent ids.
    target : str
        Target of a stance; empty for others.
    params : mapping
        Parameters that made the values.
    details : mapping of str to DataFrame
        Records behind the values (the words that made a score, the terms of a topic).
    """

    name: str
    values: Any
    columns: Sequence[str]
    units: pd.DataFrame
    target: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.units), len(self.columns)):
            raise DiscourseError(
                f"{self.name}: values of shape {self.values.shape} for {len(self.units)} units "
                f"and {len(self.columns)} columns"
            )

    __repr__, _repr_html_ = shown.features, shown.features_html


@dataclass(frozen=True)
class Comparison:
    """Estimates with their uncertainty, one row per item.

    Parameters
    ----------
    table : DataFrame
        The columns of `COMPARISON_COLUMNS` first (missing ones are filled with NA), then named extras.
    measure : str
        What `estimate` is, with its unit.
    study, reference : str
        Names of the groups; `reference` is empty when the estimate is a level, not a difference.
    params : mapping
        Parameters: resamples, confidence, unit of resampling, size of the family...
    """

    table: pd.DataFrame
    measure: str
    study: str = ""
    reference: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = self.table.copy()
        for column in COMPARISON_COLUMNS:
            if column not in table.columns:
                table[column] = "" if column in ("contrast", "item", "target", "stratum", "time") else np.nan
        extras = [c for c in table.columns if c not in COMPARISON_COLUMNS]
        object.__setattr__(self, "table", table[[*COMPARISON_COLUMNS, *extras]].reset_index(drop=True))

    __repr__, _repr_html_ = shown.comparison, shown.comparison_html
