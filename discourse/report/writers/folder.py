"""Write a report: everything beside its place first, then one step."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from discourse.errors import UsageError
from discourse.landing import Work, put
from discourse.report import writers as package
from discourse.report.blocks import Report
from discourse.report.writers.drawings import drawings
from discourse.report.writers.records import to_json
from discourse.writer import MANIFEST, listed, probed


def writers() -> list[ModuleType]:
    """The modules beside this one that have ``files_of(report, drawings)``: each adds its files to the folder."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."))
    return [m for m in map(importlib.import_module, names) if hasattr(m, "files_of")]


def contents(report: Report, *, refresh: bool = False) -> dict[str, bytes]:
    """Every file of the report folder but timing.json and its manifest, by its relative path."""
    drawn = drawings(report.figures, report.formats, dpi=report.dpi, width=report.width, refresh=refresh)
    result: dict[str, bytes] = {}
    for writer in writers():
        result |= writer.files_of(report, drawn)
    return result


def write(report: Report, folder: Path, timing: dict[str, Any], *, refresh: bool = False) -> Path:
    """Write a report folder; parameters and errors are those of `land` and `reserved`."""
    with reserved(folder) as work:
        return land(report, work, timing, refresh=refresh)


def land(report: Report, work: Work, timing: dict[str, Any], *, refresh: bool = False) -> Path:
    """Write a report folder; an earlier one is replaced only when the new one is complete, and what is not of it stays.

    Parameters
    ----------
    report : Report
        The report.
    work : Work
        Where it goes, from `reserved`.
    timing : dict
        Seconds by stage; the only file that differs between two runs.
    refresh : bool
        Draw again what an earlier run has drawn.

    Returns
    -------
    path
        The folder.

    Raises
    ------
    DiscourseError
        Where it cannot be written; the earlier report is unchanged.
    """
    files = {**contents(report, refresh=refresh), "timing.json": to_json(timing)}
    files[MANIFEST] = to_json(
        {"written_by": "discourse", "files": {name: _about(name, files[name]) for name in sorted(files)}}
    )

    def fill(folder: Path) -> None:
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            put(folder / name, data)

    earlier = listed(work.target)
    # A report of before there was a manifest: only what the new one has as well is known to be of it.
    work.land_folder(fill, ours=files if earlier is None else earlier)
    return work.named


def _about(name: str, data: bytes) -> dict[str, Any]:
    # Of what differs between two runs neither size nor sum, so that this list does not.
    return {} if name == "timing.json" else {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@contextmanager
def reserved(folder: Path, inputs: Iterable[Path] = ()) -> Iterator[Work]:
    """A folder for a report, held until it is written; whether it can be is seen before anything is computed.

    Parameters
    ----------
    folder : Path
        As the user named it.
    inputs : iterable of Path
        What the run reads.

    Raises
    ------
    UsageError
        Where it holds something else than an earlier report, or is an input.
    DiscourseError
        Where it cannot be written, or another run is writing there.
    """
    if folder.is_file():
        raise UsageError(f"{folder} is a file; name a folder for the report")
    with probed(folder, inputs=inputs, folder=True) as work:
        # Now: a run that was killed may have left its report to be put there.
        if folder.exists() and any(folder.iterdir()) and not (folder / "run.json").exists():
            raise UsageError(f"{folder} contains files that are no earlier report; name another folder with --out")
        yield work
