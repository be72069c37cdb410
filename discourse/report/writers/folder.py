"""Write a report: everything into a temporary folder first, then one rename."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from discourse.errors import UsageError
from discourse.report import writers as package
from discourse.report.blocks import Report
from discourse.report.writers.drawings import drawings
from discourse.report.writers.records import to_json


def writers() -> list[ModuleType]:
    """The modules beside this one that have ``files_of(report, drawings)``: each adds its files to the folder."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."))
    return [m for m in map(importlib.import_module, names) if hasattr(m, "files_of")]


def contents(report: Report, *, refresh: bool = False) -> dict[str, bytes]:
    """Every file of the report folder but timing.json, by its relative path."""
    drawn = drawings(report.figures, report.formats, dpi=report.dpi, width=report.width, refresh=refresh)
    result: dict[str, bytes] = {}
    for writer in writers():
        result |= writer.files_of(report, drawn)
    return result


def write(report: Report, folder: Path, timing: dict[str, Any], *, refresh: bool = False) -> Path:
    """Write a report folder; an earlier one is replaced only when the new one is complete.

    Parameters
    ----------
    report : Report
        The report.
    folder : path
        Where it goes.
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
    UsageError
        If the folder holds something else than an earlier report.
    """
    check_folder(folder)
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, as a folder cannot be renamed into another file system.
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        # mkdtemp gives a folder that only its owner can read.
        os.chmod(temporary, 0o755)
        for name, data in {**contents(report, refresh=refresh), "timing.json": to_json(timing)}.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if target.exists():
            # os.rename replaces no folder that has files in it; if the second step fails, the first is undone.
            old = temporary.with_name(temporary.name + ".old")
            os.rename(target, old)
            try:
                os.rename(temporary, target)
            except OSError:
                os.rename(old, target)
                raise
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def check_folder(folder: Path) -> None:
    """Refuse to replace what is not an earlier report."""
    if folder.is_file():
        raise UsageError(f"{folder} is a file; name a folder for the report")
    if folder.exists() and any(folder.iterdir()) and not (folder / "run.json").exists():
        raise UsageError(f"{folder} contains files that are no earlier report; name another folder with --out")
