"""Mentions of a target, as several analyses need them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.analyses.data import Data, Tokens
from discourse.types import Features


def with_counts(features: Features, tokens: Tokens) -> Features:
    """The features of mentions with `counts`, whether they are in tokens that count, and `start`, their character offset in the turn."""
    at = features.units["token"].to_numpy(np.int64)
    counts, start = tokens.words[at], tokens.corpus.starts[at].astype(np.int64)
    return replace(features, units=features.units.assign(counts=counts, start=start))


def counted_at_home(data: Data, units: pd.DataFrame) -> np.ndarray:
    """Mentions in tokens that count, of the home side; bool, one for each row."""
    return units["counts"].to_numpy(bool) & data.home[units["turn"].to_numpy(np.int64)]
