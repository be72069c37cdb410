"""Samples of mentions to be coded by hand, their keys, and the sheets that come back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.stance.settings import StanceSettings
from discourse.compare.resample import stream
from discourse.errors import DiscourseError, SourceError, TooLittleText, UsageError, did_you_mean
from discourse.features.concordance import bracketed
from discourse.features.stance import CLASSES, ROLES
from discourse.features.target import Target
from discourse.report.sheet import read_sheet
from discourse.types import EncodedCorpus, Features

VARIABLES: dict[str, tuple[str, ...]] = {"stance": CLASSES, "who_acts": ROLES}
PERIODS = 3
FINGERPRINT = ("corpus", "target", "lexicons", "settings")
LISTED = 12  # items named in a message


def codebook() -> pd.DataFrame:
    """Variables, codes and what they mean: `variable`, `code`, `order`, `meaning`."""
    text = files("discourse.lexicons").joinpath("codebook.tsv").read_text(encoding="utf-8")
    # Quotation marks in meanings are text.
    return pd.DataFrame(list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)))


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
        "lexicons": {k: v for k, v in sorted(scored.params["lexicons"].items()) if k in ("evaluation", "negation")},
        "settings": settings.of_the_rules(),
    }


def strata(scored: Features, counted: np.ndarray, data: Data) -> pd.DataFrame:
    """Group, period and score band of each mention that counts; a column `stratum` numbers them.

    Periods are three runs of dates with about as many mentions of the group each.
    """
    units, design = scored.units[counted], data.design
    document = units["document"].to_numpy(np.int64)
    dates = data.documents["date"].to_numpy()[document]
    frame = pd.DataFrame(
        {
            "row": np.flatnonzero(counted),
            "document": document,
            "group": np.asarray(design.names, object)[design.group[document]],
            "date": dates,
            "band": units["class_"].to_numpy(),
        }
    )
    frame["period"] = 0
    for _, part in frame.groupby("group", sort=False):
        rank = part["date"].rank(method="min") - 1
        frame.loc[part.index, "period"] = np.minimum((rank * PERIODS / len(part)).astype(int), PERIODS - 1)
    keys = frame.groupby(["group", "period", "band"], sort=True)
    frame["stratum"] = keys.ngroup()
    return frame


def allocate(sizes: np.ndarray, n: int, order: np.ndarray | None = None) -> np.ndarray:
    """How many to draw from each stratum: as evenly as their sizes allow; int, shape (n_strata,).

    What is left over goes to the strata that come first in `order`.

    Examples
    --------
    >>> allocate(np.array([100, 3, 50]), 30).tolist()
    [14, 3, 13]
    """
    drawn = np.zeros(len(sizes), np.int64)
    left = min(n, int(sizes.sum()))
    while left:
        room = np.flatnonzero(drawn < sizes)
        if left < len(room):
            place = np.arange(len(sizes)) if order is None else np.argsort(order)
            room = room[np.lexsort((place[room], drawn[room]))][:left]
        drawn[room] += 1
        left -= len(room)
    return drawn


def draw(
    scored: Features,
    counted: np.ndarray,
    data: Data,
    corpus: EncodedCorpus,
    *,
    n: int,
    dependence: Mapping[str, Any],
    experiment: str = "",
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A blind sample of mentions.

    Parameters
    ----------
    scored : Features
        Every mention of the target with its stance.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions to draw from.
    data : Data
        Documents and groups.
    corpus : EncodedCorpus
        For the sentences.
    n : int
        Mentions to draw.
    dependence : mapping
        From `fingerprint`.
    experiment : str
        Name of the experiment.

    Returns
    -------
    sheet : DataFrame
        `item`, `before`, `text` (the mention in double brackets), `after`, and the empty columns of the codebook and `note`; in random
        order, with neither group, date, speaker nor score.
    key : dict
        What was drawn and with which probability.

    Raises
    ------
    TooLittleText
        Where there are fewer than ten mentions.
    """
    frame = strata(scored, counted, data)
    if len(frame) < 10:
        raise TooLittleText(f"A sample of mentions of {scored.target}", f"n = {len(frame)} mentions", "at least 10")
    sizes = np.bincount(frame["stratum"])
    # Each group gets as many as the others, whatever its number of strata.
    groups = frame.groupby("stratum")["group"].first()
    drawn = np.zeros(len(sizes), np.int64)
    names = list(dict.fromkeys(frame["group"]))
    share = allocate(np.array([int((frame["group"] == g).sum()) for g in names]), n)
    rng = stream(data.design.seed, "coding sample", scored.target)
    for name, part in zip(names, share):
        at = np.flatnonzero((groups == name).to_numpy())
        drawn[at] = allocate(sizes[at], int(part), rng.permutation(len(at)))
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(frame["stratum"] == h), k, replace=False) for h, k in enumerate(drawn) if k]
    )
    # Shuffled: the order would give the groups away.
    rows = rng.permutation(rows)
    chosen = frame.iloc[rows]
    ids = mention_ids(data.turns, scored).iloc[chosen["row"]]
    # Sheets of another sample are recognised by the names of their items; a letter first, that no spreadsheet reads a number.
    content = repr((data.sha256, ids.to_numpy().tolist(), frame["stratum"].tolist()))
    name = "s" + hashlib.sha256(content.encode()).hexdigest()[:5]
    items = [f"{name}-{k:03d}" for k in range(1, len(rows) + 1)]
    before, text, after = zip(
        *(
            bracketed(corpus, int(u.sentence), int(u.token), int(u.length))
            for u in scored.units.iloc[chosen["row"]].itertuples()
        )
    )
    sheet = pd.DataFrame({"item": items, "before": before, "text": text, "after": after})
    for column in (*VARIABLES, "note"):
        sheet[column] = ""
    key = {
        **dependence,
        "experiment": experiment,
        "seed": data.design.seed,
        "population": frame["stratum"].tolist(),
        "strata": [
            {
                "stratum": int(h),
                "group": str(part["group"].iloc[0]),
                "period": int(part["period"].iloc[0]),
                "band": str(part["band"].iloc[0]),
                "n_mentions": len(part),
                "n_drawn": int(drawn[int(h)]),
            }
            for h, part in frame.groupby("stratum")
        ],
        "items": [
            {
                "item": item,
                "doc_id": i.doc_id,
                "turn": int(i.turn),
                "start": int(i.start),
                "group": str(c.group),
                "stratum": int(c.stratum),
                "band": str(c.band),
                "probability": float(drawn[c.stratum] / sizes[c.stratum]),
            }
            for item, i, c in zip(items, ids.itertuples(), chosen.itertuples())
        ],
    }
    return sheet, key


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
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
        if not {"items", "population", "strata", *FINGERPRINT} <= set(key):
            raise ValueError
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    except ValueError:
        raise SourceError(f"{path}: not the key of a coding sample") from None
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
