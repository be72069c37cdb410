"""Write a report: everything into a temporary folder first, then one rename."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DiscourseError, UsageError
from discourse.figures.style import font_folder
from discourse.report.blocks import References, Report, TableBlock, clean
from discourse.report.dictionary import data_dictionary
from discourse.report.references import bibtex, formatted


def compile_pdf(report: Report) -> bytes:
    """Set the report as a tagged PDF (PDF/A-2a and PDF/UA-1).

    Parameters
    ----------
    report : Report
        The report.

    Returns
    -------
    bytes
        The same for the same report.
    """
    import typst

    blocks = [b.data() for b in report.blocks] + [References(formatted(report.citations)).data()]
    data = {
        "title": clean(report.title),
        "question": clean(report.question),
        "author": clean(report.author),
        "facts": [[clean(a), clean(b)] for a, b in report.facts],
        "summary": report.summary.data(),
        "blocks": blocks,
        "paper": report.paper,
        "has_figures": bool(report.figures),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "figures").mkdir()
        for figure in report.figures:
            (root / "figures" / f"{figure.name}.svg").write_bytes(figure.files["svg"])
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (root / "main.typ").write_bytes(files("discourse.report").joinpath("template.typ").read_bytes())
        try:
            pdf = typst.compile(
                root / "main.typ",
                root=root,
                font_paths=[font_folder()],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["a-2a", "ua-1"],
                timestamp=report.timestamp,
            )
        except typst.TypstError as error:
            raise DiscourseError(f"the report could not be set: {error.message} {error.diagnostic[:400]}") from None
    if not isinstance(pdf, bytes):
        raise DiscourseError("the report could not be set: no single PDF came back")
    return pdf


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


def contents(report: Report) -> dict[str, bytes]:
    """Every file of the report folder but timing.json, by its relative path."""
    result = {"report.pdf": compile_pdf(report)}
    tables = dict(report.tables)
    for figure in report.figures:
        for kind, data in figure.files.items():
            result[f"figures/{figure.name}.{kind}"] = data
        tables[f"figure-{figure.name}"] = figure.frame
    tables |= {f"table-{b.name}": b.frame for b in report.blocks if isinstance(b, TableBlock)}
    for name, frame in tables.items():
        result[f"tables/{name}.csv"] = _csv(frame)
    result["tables/data-dictionary.csv"] = _csv(data_dictionary(tables))
    fields = {
        "title": report.title,
        "year": str(report.manifest.get("year", "")),
        "author": report.author or "{discourse}",
        "howpublished": f"Figure report made with discourse {report.manifest.get('versions', {}).get('discourse', '')}",
        "note": f"Config {report.manifest.get('config_sha256', '')[:16]}",
    }
    result["references.bib"] = bibtex(report.citations, fields).encode("utf-8")
    result["run.json"] = _json(report.manifest)
    return result


def write(report: Report, folder: Path, timing: dict[str, Any]) -> Path:
    """Write a report folder; an earlier one is replaced only when the new one is complete.

    Parameters
    ----------
    report : Report
        The report.
    folder : path
        Where it goes.
    timing : dict
        Seconds by stage; the only file that differs between two runs.

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
        for name, data in {**contents(report), "timing.json": _json(timing)}.items():
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
