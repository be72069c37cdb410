"""One hash of what a report was made from and of all its tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def digest(record: Mapping[str, Any], tables: Mapping[str, bytes]) -> str:
    """SHA-256 over the hashes of experiment file and corpus, and of each table; the same wherever the report is made.

    Parameters
    ----------
    record : mapping
        run.json.
    tables : mapping of str to bytes
        The files in `tables/`, by path.

    Examples
    --------
    >>> record = {"config_sha256": "c", "corpus": {"sha256": "t"}}
    >>> digest(record, {"tables/a.csv": b"1"}) == digest(record, {"tables/a.csv": b"2"})
    False
    """
    lines = [f"experiment {record.get('config_sha256', '')}", f"corpus {record.get('corpus', {}).get('sha256', '')}"]
    lines += [f"{name} {hashlib.sha256(tables[name]).hexdigest()}" for name in sorted(tables)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest_of(folder: Path) -> str:
    """The digest of a report folder, from its files."""
    record = json.loads((folder / "run.json").read_bytes())
    tables = {f"tables/{p.name}": p.read_bytes() for p in (folder / "tables").glob("*.csv")}
    return digest(record, tables)
