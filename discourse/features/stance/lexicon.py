"""Lexicons: terms with a category, a weight and the source of the category."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pandas as pd

from discourse.errors import SourceError

COLUMNS = ("term", "category", "weight", "source", "note")
DIMENSIONS = ("evaluation", "certainty", "obligation", "negation")


@dataclass(frozen=True)
class Lexicon:
    """One dimension of stance.

    Parameters
    ----------
    name : str
        Dimension: evaluation, certainty, obligation or negation.
    entries : DataFrame
        Columns `term`, `category`, `weight`, `source`, `note`.
    sha256 : str
        Hash of the file.
    """

    name: str
    entries: pd.DataFrame
    sha256: str


def load_lexicon(name: str, path: str | Path | None = None) -> Lexicon:
    """Load a lexicon: a tab-separated file with a header line.

    Parameters
    ----------
    name : str
        Dimension, and name of the file that comes with the package when no path is given.
    path : path, optional
        A file of your own.

    Returns
    -------
    Lexicon

    Raises
    ------
    SourceError
        Naming every line with a missing field, a weight that is no number, or a term that occurs twice.

    Examples
    --------
    >>> load_lexicon("certainty").entries["category"].unique().tolist()
    ['booster', 'hedge']
    """
    shown = str(path) if path else f"{name}.tsv"
    try:
        data = Path(path).read_bytes() if path else files("discourse.lexicons").joinpath(f"{name}.tsv").read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{shown}: there is no such lexicon") from None
    except UnicodeDecodeError:
        raise SourceError(f"{shown}: the lexicon is not UTF-8") from None
    reader = csv.DictReader(io.StringIO(text), delimiter="\t")
    missing = [c for c in ("term", "category", "weight") if c not in (reader.fieldnames or [])]
    if missing:
        raise SourceError(
            f"{shown}:1: the header lacks {', '.join(missing)}; expected {', '.join(COLUMNS)} separated by tabs"
        )
    rows, problems, seen = [], [], dict[str, int]()
    for row in reader:
        line = reader.line_num
        term = " ".join((row["term"] or "").split())
        try:
            weight = float(row["weight"])
            if not math.isfinite(weight):
                raise ValueError
        except (TypeError, ValueError):
            problems.append(f'{shown}:{line}: expected a number as weight, got "{row["weight"]}"')
            continue
        if not term or not row["category"]:
            problems.append(f"{shown}:{line}: a term and a category are needed")
        elif any(not w.replace("*", "") for w in term.split()):
            problems.append(f'{shown}:{line}: "{term}" matches every word')
        elif term.casefold() in seen:
            problems.append(f'{shown}:{line}: "{term}" stands already in line {seen[term.casefold()]}')
        seen.setdefault(term.casefold(), line)
        rows.append((term, row["category"], weight, row.get("source") or "", row.get("note") or ""))
    if problems:
        raise SourceError(problems[:20])
    return Lexicon(name, pd.DataFrame(rows, columns=list(COLUMNS)), hashlib.sha256(data).hexdigest())


def default_lexicons(paths: Mapping[str, str | Path] | None = None) -> dict[str, Lexicon]:
    """The lexicon of each dimension, those of the package where no other file is named."""
    paths = paths or {}
    return {name: load_lexicon(name, paths.get(name)) for name in DIMENSIONS}
