"""Settings, plan, preparation, the graph of analyses, and the report: alone in seeing every room."""

from __future__ import annotations

from discourse.experiment.load import load
from discourse.experiment.plan import Plan, resolve
from discourse.experiment.run import Results, compute, run, run_to_folder

__all__ = ["Plan", "Results", "compute", "load", "resolve", "run", "run_to_folder"]
