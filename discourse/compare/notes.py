"""Why an estimate or an interval is missing: a value and its numbers in tables, words only where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np

NUMBERS = ("note_n", "note_documents", "note_needed", "note_needed_documents")


class Note(StrEnum):
    """What a row lacks; the numbers are in `note_n`, `note_documents`, `note_needed`, `note_needed_documents`."""

    NONE = ""
    TOO_LITTLE_TEXT = "too little text"
    FEW_UNITS = "few units"
    FEW_CONTAINING = "few containing"
    TOO_UNEVEN = "too uneven"
    FEW_CODED = "few coded"
    FEW_CODED_IN_PART = "few coded in part"


def note_text(row: Mapping[str, Any], cluster_name: str = "document") -> str:
    """What a row lacks, in words; empty where it lacks nothing.

    Parameters
    ----------
    row : mapping or Series
        A row of the table of a `Comparison`, with `note` and its numbers.
    cluster_name : str
        What a unit of the intervals is (`Comparison.params["cluster"]`).

    Examples
    --------
    >>> note_text({"note": Note.FEW_UNITS, "note_n": 4.0, "note_needed": 5.0}, "president")
    'no interval: 4 presidents in a group, 5 needed'
    >>> note_text({"note": "too little text"})
    'too little text'
    """
    note = Note(row["note"])
    n, documents, needed, needed_documents = (row.get(c, np.nan) for c in NUMBERS)
    match note:
        case Note.TOO_LITTLE_TEXT if np.isnan(documents):
            # The group was refused by another measure, whose row has the numbers.
            return "too little text"
        case Note.TOO_LITTLE_TEXT:
            return (
                f"too little text (n = {n:,.0f} in {documents:.0f} documents; "
                f"it needs {needed:,.0f} in {needed_documents:.0f})"
            )
        case Note.FEW_UNITS:
            return f"no interval: {n:.0f} {cluster_name}s in a group, {needed:.0f} needed"
        case Note.FEW_CONTAINING:
            return f"no interval: {n:.0f} {cluster_name}s contain it in a group, {needed:.0f} needed"
        case Note.TOO_UNEVEN:
            return f"no interval: the {n:.0f} {cluster_name}s that contain it in a group are too uneven for one"
        case Note.FEW_CODED:
            return f"too few coded (n = {n:.0f}; at least {needed:.0f} are needed)"
        case Note.FEW_CODED_IN_PART:
            return "no interval: too few coded in one of them"
    return ""
