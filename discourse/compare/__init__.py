"""From features to estimates with their uncertainty."""

from __future__ import annotations

from discourse.compare.ratios import compare
from discourse.compare.terms import compare_terms

__all__ = ["compare", "compare_terms"]
