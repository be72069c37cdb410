"""Files of labels from outside: one label for each mention by its id, and who or what gave them."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.stance.coding import NO_ACT
from discourse.analyses.stance.settings import described_in
from discourse.corpus.rows import readable
from discourse.door import MEGABYTE, json_of, read_bytes, sum_of
from discourse.errors import SourceError, UsageError, did_you_mean
from discourse.features.stance import ACTS, CLASSES, ROLES
from discourse.report.sheet import SUFFIXES, read_sheet

CODES: dict[str, tuple[str, ...]] = {"stance": CLASSES, "who_acts": ROLES, "act": (*ACTS, NO_ACT)}
ID = "mention_id"  # a plain id is taken: tools for labelling number their tasks by it
LABELS = (ID, "target", "stance", "evaluation", "who_acts", "act")
# Who or what gave the labels: columns with one value, or a file beside that of the labels.
MOST_DESCRIBED = MEGABYTE  # of a file that describes labels
ABOUT = ("model", "version", "prompt", "prompt_sha256", "date", "temperature", "coders")
NUMBERS = dict(zip(CLASSES, (-1.0, 0.0, 1.0)))
THIRD = 1 / 3  # where a number alone is given, the classes are thirds of the scale
LISTED = 20  # mistakes that are printed
JSON_LINES = ".jsonl"


@dataclass(frozen=True)
class Labels:
    """Labels of one file.

    Parameters
    ----------
    table : DataFrame
        A row for each label: `row` (in the file, its head being row 1; of JSON lines the line), `mention_id`, `target` ("" where the file
        has none), `class_`, `evaluation` (-1 to 1), and `who_acts` and `act` where the file has them.
    about : mapping of str to str
        `model`, `version`, `prompt_sha256`, `date`, `temperature`, `coders`: what is known of them.
    sha256 : str
        Of the file.
    """

    table: pd.DataFrame
    about: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


def read_labels(path: Path) -> Labels:
    """Labels of a file, with what is known of where they come from.

    Parameters
    ----------
    path : Path
        .csv, .xlsx or .jsonl with `mention_id`, `stance` (a class) or `evaluation` (-1 to 1) or both, and maybe `target`, `who_acts`, `act`
        and columns of `ABOUT`. A row without stance and evaluation is no label. Other columns are not read.

    Returns
    -------
    Labels
        With a number alone the class is conflictual below -1/3 and cooperative above 1/3; with a class alone the number is -1, 0, 1.

    Raises
    ------
    SourceError
        With every mistake, each with its row and column.
    """
    rows = _rows(path)
    problems = _columns_wrong(path.name, list(rows.columns))
    if problems:
        raise SourceError(problems)
    given = {c: [_text(v) for v in rows[c]] for c in rows.columns if c in (*LABELS, *ABOUT)}
    number = rows["row"].tolist()
    problems += _identity_wrong(path.name, number, given)
    problems += _codes_wrong(path.name, number, given)
    evaluation, wrong = _numbers(path.name, number, given.get("evaluation", [""] * len(rows)))
    problems += wrong
    problems += _contradictions(path.name, number, given.get("stance", [""] * len(rows)), evaluation)
    about, wrong = _about(path, given)
    problems += wrong
    if problems:
        more = [f"{path.name}: and {len(problems) - LISTED} more"] if len(problems) > LISTED else []
        raise SourceError(problems[:LISTED] + more)
    table = _table(number, given, evaluation)
    if table.empty:
        raise SourceError(f"{path.name}: no row has a label")
    return Labels(table, about, sum_of(path))


def _rows(path: Path) -> pd.DataFrame:
    """The rows of a file, with the number of each in `row`."""
    if path.suffix.casefold() == JSON_LINES:
        frame = _json_lines(path)
    elif path.suffix.casefold() in SUFFIXES:
        frame = read_sheet(path)
        frame["row"] = np.arange(2, len(frame) + 2)
    else:
        raise UsageError(f"{path.name}: a file of labels ends in {', '.join(SUFFIXES)} or {JSON_LINES}")
    frame.columns = pd.Index([str(c).strip().casefold() for c in frame.columns])
    twice = sorted({c for c in frame.columns if list(frame.columns).count(c) > 1})
    if twice:
        raise SourceError(f"{path.name}: the column {twice[0]} is there twice")
    return frame[frame.drop(columns="row").notna().any(axis=1)].reset_index(drop=True)


def _json_lines(path: Path) -> pd.DataFrame:
    """An object on each line."""
    records, problems = [], []
    try:
        lines = read_bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name}: not UTF-8 text ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError
        except (ValueError, RecursionError):
            problems.append(f"{path.name}: line {number} is no JSON object")
            continue
        records.append({readable(k): readable(v) for k, v in record.items()} | {"row": number})
    if problems:
        raise SourceError(problems[:LISTED])
    if not records:
        raise SourceError(f"{path.name}: there is nothing in it")
    frame = pd.DataFrame(records, dtype=object)
    return frame.where(frame.notna(), None)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _columns_wrong(name: str, columns: Collection[str]) -> list[str]:
    """Columns that are missing, and those that look like a slip of the pen."""
    problems = []
    if ID not in columns:
        problems.append(
            f"{name}: there is no column {ID}; `discourse stance mentions` writes the ids. It has: {', '.join(columns)}"
        )
    if not {"stance", "evaluation"} & set(columns):
        problems.append(
            f"{name}: there is no column stance ({', '.join(CLASSES)}) and no column evaluation (-1 to 1). It has: "
            f"{', '.join(columns)}"
        )
    known = (*LABELS, *ABOUT)
    for column in columns:
        near = difflib.get_close_matches(column, known, n=1, cutoff=0.8)
        if column not in known and near and near[0] not in columns:
            problems.append(f'{name}: the column "{column}" is not read. Did you mean "{near[0]}"?')
    return problems


def _identity_wrong(name: str, rows: list[int], given: Mapping[str, list[str]]) -> list[str]:
    """Rows without an id, and ids that occur twice."""
    problems, seen = [], dict[tuple[str, str], int]()
    targets = given.get("target", [""] * len(rows))
    for row, item, target in zip(rows, given[ID], targets):
        if not item:
            problems.append(f"{name}: row {row}, column {ID}: it is empty")
        elif (item, target) in seen:
            problems.append(f'{name}: row {row}, column {ID}: "{item}" is in row {seen[item, target]} already')
        seen.setdefault((item, target), row)
    return problems


def _codes_wrong(name: str, rows: list[int], given: dict[str, list[str]]) -> list[str]:
    """Classes, roles and acts that are none; they are case-folded in `given`."""
    problems = []
    for column, codes in CODES.items():
        if column not in given:
            continue
        given[column] = [v.casefold() for v in given[column]]
        for row, code in zip(rows, given[column]):
            if code and code not in codes:
                problems.append(
                    f'{name}: row {row}, column {column}: there is no "{code}". {did_you_mean(code, codes)}'
                )
    labelled = [bool(a or b) for a, b in zip(*(given.get(c, [""] * len(rows)) for c in ("stance", "evaluation")))]
    # No act is an act that is empty; a target has always a role.
    if any(given.get("who_acts", ())):
        for row, role, some in zip(rows, given["who_acts"], labelled):
            if some and not role:
                problems.append(f"{name}: row {row}, column who_acts: it is empty, and others are not")
    return problems


def _numbers(name: str, rows: list[int], texts: list[str]) -> tuple[np.ndarray, list[str]]:
    """Evaluations as numbers, NaN where there is none."""
    values, problems = np.full(len(texts), np.nan), []
    for k, (row, text) in enumerate(zip(rows, texts)):
        if not text:
            continue
        try:
            values[k] = float(text)
        except ValueError:
            problems.append(f'{name}: row {row}, column evaluation: "{text}" is no number')
            continue
        if not -1 <= values[k] <= 1:
            problems.append(f"{name}: row {row}, column evaluation: {text} is not between -1 and 1")
    return values, problems


def _contradictions(name: str, rows: list[int], classes: list[str], evaluation: np.ndarray) -> list[str]:
    """Classes whose number has the other sign: a scale that runs the other way."""
    return [
        f"{name}: row {row}: {code} with an evaluation of {value:g}; -1 is conflictual, 1 is cooperative"
        for row, code, value in zip(rows, classes, evaluation.tolist())
        if NUMBERS.get(code, 0.0) * value < 0
    ]


def _about(path: Path, given: Mapping[str, list[str]]) -> tuple[dict[str, str], list[str]]:
    """What is known of where labels come from; of a prompt its SHA-256."""
    problems, about = [], dict[str, str]()
    for column in ABOUT:
        values = sorted({v for v in given.get(column, ()) if v})
        if len(values) > 1 and column not in ("date", "coders"):
            problems.append(
                f'{path.name}: column {column}: "{values[0]}", "{values[1]}"...: labels of several models or prompts '
                "are several measures; write a file for each"
            )
        elif values:
            about[column] = (
                (f"{values[0]} to {values[-1]}" if column == "date" else ", ".join(values))
                if (len(values) > 1)
                else values[0]
            )
    beside = described_in(path)
    if len(beside) > 1:
        problems.append(f"{path.name}: both {beside[0].name} and {beside[1].name} describe it; keep one")
    elif beside:
        described, wrong = _described(beside[0])
        both = [k for k in described if k in about and about[k] != described[k]]
        wrong += [f"{beside[0].name}: {k} differs from the column {k} of {path.name}" for k in both]
        problems, about = problems + wrong, about | described
    prompt = about.pop("prompt", "")
    if prompt:
        about["prompt_sha256"] = hashlib.sha256(prompt.encode()).hexdigest()
    return {k: about[k] for k in ABOUT if k in about}, problems


def _described(path: Path) -> tuple[dict[str, str], list[str]]:
    """What a file beside that of the labels says of them."""
    try:
        data = read_bytes(path, MOST_DESCRIBED)
        content = tomllib.loads(data.decode()) if path.suffix == ".toml" else json_of(path, data)
        if not isinstance(content, dict):
            raise ValueError("it is no table of names and values")
    except (ValueError, RecursionError, SourceError) as error:
        return {}, [f"{path.name}: it cannot be read ({str(error)[:200]})"]
    problems = [f'{path.name}: there is no "{k}". {did_you_mean(k, ABOUT)}' for k in content if k not in ABOUT]
    listed = {k: ", ".join(map(str, v)) if isinstance(v, list) else _text(v) for k, v in content.items()}
    return listed, problems


def _table(rows: list[int], given: Mapping[str, list[str]], evaluation: np.ndarray) -> pd.DataFrame:
    """The labels of the rows that have one."""
    n = len(rows)
    classes = np.array(given.get("stance", [""] * n), object)
    of_numbers = np.array(CLASSES, object)[(evaluation >= -THIRD).astype(int) + (evaluation > THIRD)]
    known = ~np.isnan(evaluation)
    table = pd.DataFrame(
        {
            "row": rows,
            ID: given[ID],
            "target": given.get("target", [""] * n),
            "class_": np.where((classes == "") & known, of_numbers, classes),
            "evaluation": np.where(known, evaluation, [NUMBERS.get(c, np.nan) for c in classes]),
        }
    )
    for column in ("who_acts", "act"):
        if any(given.get(column, ())):
            table[column] = ["" if v == NO_ACT else v for v in given[column]]
    return table[table["class_"] != ""].reset_index(drop=True)
