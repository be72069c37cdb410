"""The tables, figures, references and records of a report, as files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from discourse.gates import csv, document, json_text
from discourse.report.blocks import Report
from discourse.report.dictionary import data_dictionary
from discourse.report.references import bibtex
from discourse.report.writers.drawings import published


def files_of(report: Report, drawings: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """`figures/` with what they show in words, `tables/` with their dictionary, `references.bib` and `run.json`, by relative path."""
    result = {
        f"figures/{name}.{kind}": drawn[published(kind, report.width)]
        for name, drawn in drawings.items()
        for kind in report.formats
    }
    words = pd.DataFrame(
        [(f.name, width_mm(drawings[f.name], report), f.caption, f.alt) for f in report.figures],
        columns=["figure", "width_mm", "caption", "alt"],
    )
    if len(words):
        result["figures/alt-texts.csv"] = _csv(words)
    result |= tables_of(report) if report.encoded is None else report.encoded
    fields = {
        "title": report.title,
        "year": str(report.manifest.get("year", "") or "n.d."),
        "author": report.author,
        "howpublished": f"Figure report made with discourse {report.manifest.get('versions', {}).get('discourse', '')}",
        "note": f"Config {report.manifest.get('config_sha256', '')[:16]}",
    }
    result["references.bib"] = document(bibtex(report.citations, fields, report.works))
    result["run.json"] = to_json(report.manifest)
    return result


def tables_of(report: Report) -> dict[str, bytes]:
    """The tables of a report and their dictionary as CSV files, by relative path."""
    tables = report.tables
    result = {f"tables/{name}.csv": _csv(frame) for name, frame in tables.items()}
    result["tables/data-dictionary.csv"] = _csv(data_dictionary(tables, report.columns))
    return result


def width_mm(drawn: Mapping[str, bytes], report: Report) -> int:
    """How wide a figure is beside the report, which may be more than a column."""
    made = drawn.get(published("svg", report.width), b"")
    found = re.search(rb'<svg[^>]*?\bwidth="([\d.]+)pt"', made)
    return round(float(found[1]) * 25.4 / 72) if found else 0


def _csv(frame: pd.DataFrame) -> bytes:
    whole = {}
    for column in frame.select_dtypes("float").columns:
        values = frame[column].to_numpy()
        finite = np.isfinite(values)
        # Counts stay whole numbers; six digits are for estimates.
        if finite.any() and (values[finite] == np.round(values[finite])).all() and np.abs(values[finite]).max() < 2**53:
            whole[column] = pd.arrays.IntegerArray(np.where(finite, values, 0).astype(np.int64), ~finite)
    return csv(frame.assign(**whole), float_format="%.6g")


def to_json(value: Any) -> bytes:
    """A value as JSON, the same bytes on each run."""
    return json_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n")
