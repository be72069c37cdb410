"""Experiment files: one YAML for each report."""

from __future__ import annotations

from discourse.config.load import load
from discourse.config.schema import Experiment

__all__ = ["Experiment", "load"]
