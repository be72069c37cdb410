"""Write a report: everything into a temporary folder first, then one rename."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import UsageError
from discourse.report.blocks import Report
from discourse.report.dictionary import data_dictionary
from discourse.report.references import bibtex
from discourse.report.writers.drawings import drawings
from discourse.report.writers.typst import compile_pdf


def _csv(frame: pd.DataFrame) -> bytes:
    frame = frame.copy()
    for column in frame.select_dtypes("float").columns:
        values = frame[column].to_numpy()
        finite = np.isfinite(values)
        # Counts stay whole numbers; six digits are for estimates.
        if finite.any() and (values[finite] == np.round(values[finite])).all() and np.abs(values[finite]).max() < 2**53:
            frame[column] = pd.array(np.where(finite, values, 0), dtype="Int64")
            frame.loc[~finite, column] = pd.NA
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n", date_format="%Y-%m-%d").encode("utf-8")


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n").encode("utf-8")


def contents(report: Report, *, refresh: bool = False) -> dict[str, bytes]:
    """Every file of the report folder but timing.json, by its relative path."""
    drawn = drawings(report.figures, report.formats, refresh=refresh)
    result = {"report.pdf": compile_pdf(report, {name: files["svg"] for name, files in drawn.items()})}
    for name, files in drawn.items():
        for kind in report.formats:
            result[f"figures/{name}.{kind}"] = files[kind]
    tables = report.tables
    for name, frame in tables.items():
        result[f"tables/{name}.csv"] = _csv(frame)
    result["tables/data-dictionary.csv"] = _csv(data_dictionary(tables, report.columns))
    fields = {
        "title": report.title,
        "year": str(report.manifest.get("year", "")),
        "author": report.author or "{discourse}",
        "howpublished": f"Figure report made with discourse {report.manifest.get('versions', {}).get('discourse', '')}",
        "note": f"Config {report.manifest.get('config_sha256', '')[:16]}",
    }
    result["references.bib"] = bibtex(report.citations, fields, report.works).encode("utf-8")
    result["run.json"] = _json(report.manifest)
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
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        os.chmod(temporary, 0o755)
        for name, data in {**contents(report, refresh=refresh), "timing.json": _json(timing)}.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if target.exists():
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
        raise UsageError(f"{folder} holds files that are no earlier report; name another folder with --out")
