"""From features to estimates with their uncertainty."""

from __future__ import annotations

from collections.abc import Callable

from discourse.compare.keyness import bic, chi2, g2, log_odds, log_ratio
from discourse.compare.ratios import compare
from discourse.compare.terms import compare_terms

MEASURES: dict[str, Callable[..., object]] = {
    "log_odds": log_odds,
    "g2": g2,
    "log_ratio": log_ratio,
    "chi2": chi2,
    "bic": bic,
}

__all__ = ["MEASURES", "compare", "compare_terms"]
