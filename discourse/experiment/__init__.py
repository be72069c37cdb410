"""The composition root: alone in seeing every stage.

`resolve(config) -> Plan` checks every name without reading text; `run(plan) -> Report` does the rest.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path
from typing import Any

from discourse.experiment.plan import Plan, resolve
from discourse.experiment.prepare import Progress
from discourse.experiment.stages import compute
from discourse.report import Report, write
from discourse.report.folder import check_folder

__all__ = ["Plan", "resolve", "run", "run_to_folder"]


def run(
    plan: Plan, progress: Progress = lambda stage, count: None, *, refresh: bool = False, yes: bool = False
) -> tuple[Report, dict[str, Any]]:
    """Run a plan.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    progress : callable
        Called with the name of a stage and what it counted, when it is done.
    refresh : bool
        Do not use stored results.
    yes : bool
        Run a multiverse however long it takes.

    Returns
    -------
    report : Report
    timing : dict
        Seconds by stage.
    """
    from discourse.experiment.pages import build

    results, clock = compute(plan, progress, refresh=refresh, yes=yes)
    report = build(results)
    clock.done("figures", f"{len(report.figures)} figures, {len(report.tables)} further tables")
    return report, clock.seconds


def run_to_folder(
    plan: Plan,
    folder: Path,
    progress: Progress = lambda stage, count: None,
    *,
    refresh: bool = False,
    yes: bool = False,
) -> Path:
    """Run a plan and write its report; nothing is written before everything is computed."""
    check_folder(folder)
    report, timing = run(plan, progress, refresh=refresh, yes=yes)
    start = time.perf_counter()
    about = {"read_on": dt.date.today().isoformat(), "seconds": timing, "peak_memory_mib": _peak_memory()}
    path = write(report, folder, about)
    progress("report", f"{folder / 'report.pdf'} ({time.perf_counter() - start:.1f} s)")
    return path


def _peak_memory() -> float | None:
    """Most memory that this process has used so far, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
