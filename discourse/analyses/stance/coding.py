"""Codes of mentions by hand: the codebook, the sheets that come back, and the keys of their samples."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.stance.forms import KeyForm
from discourse.analyses.stance.settings import StanceSettings
from discourse.errors import DiscourseError, SourceError, UsageError, did_you_mean
from discourse.features.stance import ACTS, CLASSES, ROLES
from discourse.features.stance.certainty import CERTAINTY
from discourse.features.target import Target
from discourse.forms import checked, json_from
from discourse.report.sheet import read_sheet
from discourse.types import Features

NO_ACT = "none"
VARIABLES: dict[str, tuple[str, ...]] = {
    "stance": CLASSES,
    "who_acts": ROLES,
    "act": (*ACTS, NO_ACT),
    "certainty": CERTAINTY,
}
# Where the measure of each variable stands among what is known of a mention.
MEASURED_AS = {"stance": "class_", "who_acts": "who_acts", "act": "act", "certainty": "certainty"}
ALWAYS = ("stance", "who_acts")
ON_REQUEST = tuple(v for v in VARIABLES if v not in ALWAYS)
# Lexicons that scores depend on; the one of certainty bears on certainty alone.
OF_THE_SCORE = ("evaluation", "negation")
FINGERPRINT = ("corpus", "target", "lexicons", "settings")
WHAT = "the key of a coding sample"
LISTED = 12  # items named in a message


def codebook(variables: Collection[str] = ALWAYS) -> pd.DataFrame:
    """Variables, codes and what they mean, and the rules of coding: `variable`, `code`, `order`, `meaning`."""
    text = files("discourse.lexicons").joinpath("codebook.tsv").read_text(encoding="utf-8")
    # Quotation marks in meanings are text.
    book = pd.DataFrame(list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)))
    codes = {(name, code) for name in variables for code in VARIABLES[name]}
    # Acts have a rule of their own.
    rules = [r.variable == "rule" and (r.code != "acts" or "act" in variables) for r in book.itertuples()]
    asked = [rule or (r.variable, r.code) in codes for rule, r in zip(rules, book.itertuples())]
    return book[asked].reset_index(drop=True)


def mention_ids(turns: pd.DataFrame, scored: Features) -> pd.DataFrame:
    """Document, turn and character offset of each mention: names that outlast the indexes of one run."""
    of_mention = turns.iloc[scored.units["turn"].to_numpy(np.int64)]
    return pd.DataFrame(
        {
            "doc_id": of_mention["doc_id"].astype(str).to_numpy(),
            "turn": of_mention["turn"].to_numpy(np.int64),
            "start": scored.units["start"].to_numpy(np.int64),
        }
    )


def fingerprint(settings: StanceSettings, target: Target, sha256: str, scored: Features) -> dict[str, Any]:
    """What a coded sample depends on: corpus, target, lexicons and settings of the measure."""
    return {
        "corpus": sha256,
        "target": {"name": target.name, "terms": list(target.terms), "exclude": list(target.exclude)},
        "lexicons": {k: v for k, v in sorted(scored.params["lexicons"].items()) if k in OF_THE_SCORE},
        "certainty": scored.params["lexicons"].get("certainty", ""),
        "settings": settings.of_the_rules(),
    }


def read_codes(path: Path, variables: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Codes of a sheet that was filled in.

    Parameters
    ----------
    path : Path
        .xlsx or .csv.
    variables : mapping of str to sequence of str, optional
        Columns and their codes; those of the codebook by default.

    Returns
    -------
    DataFrame
        Index `item`; a column for each variable that is coded, with None for an empty cell.

    Raises
    ------
    SourceError
        With every mistake: columns that are missing, items that occur twice, codes that are not in the codebook.
    """
    variables = variables or VARIABLES
    sheet = read_sheet(path)
    sheet = sheet[sheet.notna().any(axis=1)].reset_index(drop=True)
    if "item" not in sheet.columns or not set(variables) & set(sheet.columns):
        raise SourceError(
            f"{path}: expected a coding sheet with the columns item, {', '.join(variables)}; got {', '.join(sheet.columns)}"
        )
    problems, seen = [], dict[str, int]()
    items = ["" if v is None else str(v).strip() for v in sheet["item"]]
    for row, item in enumerate(items, 2):
        if not item:
            problems.append(f"{path}: row {row} has no item")
        elif item in seen:
            problems.append(f"{path}: row {row}: item {item} is already in row {seen[item]}")
        seen.setdefault(item, row)
    columns: dict[str, list[str | None]] = {}
    for name, codes in variables.items():
        if name not in sheet.columns or sheet[name].isna().all():
            continue
        columns[name] = []
        for row, value in enumerate(sheet[name], 2):
            code = None if value is None else str(value).strip().casefold()
            if code and code not in codes:
                problems.append(
                    f'{path}: row {row}: "{value}" is not a code of {name} in the codebook. {did_you_mean(code, codes)}'
                )
            columns[name].append(code or None)
    if not problems and not columns:
        problems.append(f"{path}: nothing is coded: the columns {' and '.join(variables)} are empty")
    if problems:
        more = [f"{path}: and {len(problems) - 20} more"] if len(problems) > 20 else []
        raise SourceError(problems[:20] + more)
    return pd.DataFrame(columns, index=pd.Index(items, name="item"), dtype=object)


def same_items(sheets: Mapping[str, pd.DataFrame], expected: Sequence[str] | None = None) -> None:
    """Make sure that sheets hold the same items (those that were drawn).

    Raises
    ------
    SourceError
        Naming items that are too many or missing.
    """
    want = list(expected if expected is not None else next(iter(sheets.values())).index)
    origin = "the sample" if expected is not None else next(iter(sheets))
    problems = []
    for name, codes in sheets.items():
        other = [i for i in codes.index if i not in set(want)]
        missing = [i for i in want if i not in set(codes.index)]
        if other:
            problems.append(f"{name}: {len(other)} items are not in {origin}: {_few(other)}")
        if missing:
            problems.append(f"{name}: {len(missing)} items of {origin} are missing: {_few(missing)}")
    if problems:
        raise SourceError(problems)


def missing_codes(sheets: Mapping[str, pd.DataFrame], *, partial: bool = False) -> None:
    """Make sure that every item has a code of stance in each sheet, unless part of them is enough.

    Raises
    ------
    SourceError
        Naming the items.
    """
    problems = []
    for name, codes in sheets.items():
        if "stance" not in codes.columns:
            problems.append(f"{name}: the column stance is empty or missing")
            continue
        empty = codes.index[codes["stance"].isna()].tolist()
        if empty and not partial:
            problems.append(
                f"{name}: {len(empty)} of {len(codes)} items have no code of stance: {_few(empty)}; code them, or count only the others with --partial"
            )
    if problems:
        raise SourceError(problems)


def _few(items: Sequence[str]) -> str:
    return ", ".join(items[:LISTED]) + (", ..." if len(items) > LISTED else "")


def load_key(path: Path) -> dict[str, Any]:
    """The key of a sample.

    Raises
    ------
    SourceError
        Where it is missing or none.
    """
    key = json_from(path, WHAT)
    checked(KeyForm, key, path, WHAT)
    return dict(key)


def find_key(sheet: Path) -> Path:
    """The key beside a sheet: of the same name, or the one whose name the sheet's begins with.

    Raises
    ------
    UsageError
        Where there is none or several.
    """
    keys = sorted(sheet.parent.glob("*.key.json"))
    mine = [k for k in keys if sheet.stem.startswith(k.name.removesuffix(".key.json"))]
    # The longest name fits best: the sheet a-b-anna.xlsx belongs to a-b.key.json, not to a.key.json.
    if mine:
        return max(mine, key=lambda k: len(k.name))
    if len(keys) == 1:
        return keys[0]
    raise UsageError(
        f"{sheet}: there is no key beside this sheet; name the one that `discourse stance sample` wrote with --key PATH"
    )


def check_key(key: Mapping[str, Any], now: Mapping[str, Any], names: Sequence[str] = FINGERPRINT) -> list[str]:
    """What of these has changed since a sample was drawn or validated: names of `FINGERPRINT`."""
    return [name for name in names if key.get(name) != now[name]]


def rows_of_items(
    key: Mapping[str, Any], turns: pd.DataFrame, scored: Features, counted: np.ndarray, target: str
) -> pd.DataFrame:
    """The items of a key with the `row` of each mention.

    Raises
    ------
    DiscourseError
        Where a mention is not among those that count.
    """
    items = pd.DataFrame(key["items"]).astype({"doc_id": str})
    ids = mention_ids(turns, scored).assign(row=np.arange(len(scored.units)))
    merged = items.merge(ids[counted], on=["doc_id", "turn", "start"], how="left")
    if merged["row"].isna().any():
        raise DiscourseError(
            f"{int(merged['row'].isna().sum())} of {len(merged)} coded mentions of {target} are not among those that count here"
        )
    return merged.astype({"row": np.int64})
