"""Settings, plan, preparation, the graph of analyses, and the report: alone in seeing every room.

Examples
--------
>>> import discourse
>>> discourse.experiment("no-such-file.yaml")
Traceback (most recent call last):
discourse.errors.ConfigError: no-such-file.yaml: there is no such file...
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from discourse.experiment.comparing import Experiment, experiment
from discourse.experiment.load import load
from discourse.experiment.plan import Plan, resolve
from discourse.experiment.results import Results
from discourse.experiment.run import compute, run, run_to_folder

__all__ = ["Experiment", "Plan", "Results", "compute", "experiment", "load", "resolve", "run", "run_to_folder"]


class _Room(ModuleType):
    """This room, which is the function of the same name as well: ``discourse.experiment("my.yaml")``."""

    def __call__(self, *args: Any, **options: Any) -> Experiment:
        return experiment(*args, **options)


sys.modules[__name__].__class__ = _Room
