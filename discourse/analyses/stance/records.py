"""Validations that are kept beside an experiment (hashes, codes and scores, no text), and the one that holds now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.stance.coding import (
    MEASURED_AS,
    VARIABLES,
    check_key,
    find_key,
    fingerprint,
    load_key,
    rows_of_items,
)
from discourse.analyses.stance.forms import RecordForm
from discourse.analyses.stance.settings import StanceSettings
from discourse.analyses.stance.validation import CODED_AS, Measure, Validation, validate
from discourse.analyses.validity import MeasureValidity, Validity, validity_words
from discourse.errors import DiscourseError, SettingError, SourceError
from discourse.features.target import Target
from discourse.forms import checked, json_from
from discourse.types import Features

WHAT = "a record of `discourse stance validate`"


def record(
    validation: Validation,
    key: Mapping[str, Any],
    now: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    hashes: Mapping[str, str],
    scored: Features,
) -> dict[str, Any]:
    """What is kept of a validation: an entry for each measure, hashes, codes and what was measured of the coded mentions; no text."""
    assert validation.scores is not None
    kept = []
    for row in items.itertuples():
        codes = {
            name: {v: (sheet.at[row.item, v]) for v in sheet.columns if sheet.at[row.item, v] is not None}
            for name, sheet in sheets.items()
        }
        kept.append(
            {
                "item": row.item,
                "doc_id": row.doc_id,
                "turn": int(row.turn),
                "start": int(row.start),
                "stratum": int(row.stratum),
                "evaluation": round(float(scored.values[row.row, 0]), 6),
                "measured": {v: str(scored.units[column].iloc[row.row]) for v, column in MEASURED_AS.items()},
                "codes": codes,
            }
        )
    scores = validation.scores[["item", "stratum", "class_", "measure", "estimate", "low", "high", "n"]]
    measures = {}
    for measure, validity in validation.measures.items():
        entry = {f.name: getattr(validity, f.name) for f in fields(validity) if f.name != "changed"}
        measures[str(measure)] = {**_rounded(entry), "line": validity_words(validity)}
    return {
        **now,
        "population": key["population"],
        "strata": key["strata"],
        "sheets": dict(hashes),
        "measures": measures,
        "scores": [_rounded(r) for r in scores.to_dict("records")],
        "items": kept,
    }


def _rounded(entry: Mapping[Any, Any]) -> dict[str, Any]:
    """Numbers as a file may have them: six decimals, and null for what is missing."""
    return {
        str(k): (None if isinstance(v, float) and v != v else round(v, 6) if isinstance(v, float) else v)
        for k, v in entry.items()
    }


def load_records(path: Path) -> dict[str, Any]:
    """Validations of an experiment by target; empty where there are none.

    Raises
    ------
    SourceError
        Where the file is no such record.
    """
    if not path.is_file():
        return {}
    try:
        content = json_from(path, WHAT)
        if not isinstance(content, dict):
            raise SourceError(f"{path}: not {WHAT}")
        for record in content.values():
            checked(RecordForm, record, path, WHAT)
    except SourceError as error:
        raise SourceError(f"{error}; move it away and validate again") from None
    return dict(content)


def current_validation(
    scored: Features, counted: np.ndarray, data: Data, settings: StanceSettings, target: Target
) -> Validation:
    """The stored validation of a target: of each measure where nothing has changed since, otherwise what made it void."""
    assert settings.validation is not None
    kept = load_records(Path(settings.validation)).get(target.name)
    if kept is None:
        return Validation()
    codes = _kept_codes(kept)
    coded = [m for m, v in CODED_AS.items() if any(v in sheet.columns for sheet in codes.values())]
    now = fingerprint(settings, target, data.sha256, scored)
    changed = check_key(kept, now)
    if not changed:
        try:
            items = rows_of_items(kept, data.turns, scored, counted, target.name)
            found = validate(scored, counted, data, kept, items, codes)
            gone = {m: ("measure",) for m in coded if not _same(m, scored, items)}
            if kept.get("certainty") != now["certainty"]:
                gone[Measure.CERTAINTY] = ("lexicons",)
            return _without(replace(found, hashes=kept["sheets"]), gone)
        except DiscourseError:
            changed = ["counts"]
    return Validation({m: MeasureValidity(Validity.VOID, tuple(changed)) for m in coded})


def validations_of(
    measures: Mapping[str, Features], counted: np.ndarray, data: Data, settings: StanceSettings, target: Target
) -> dict[str, Validation]:
    """What the codes of stance that are kept say of several measures of the same mentions, by name; nothing where none are kept.

    Codes and the probabilities with which mentions were drawn hold for every measure, as long as corpus, target and mentions are
    the same.
    """
    assert settings.validation is not None
    kept = load_records(Path(settings.validation)).get(target.name)
    if kept is None:
        return {}
    codes = {n: s[["stance"]] for n, s in _kept_codes(kept).items() if "stance" in s.columns}
    found = {}
    for name, scored in measures.items():
        if check_key(kept, fingerprint(settings, target, data.sha256, scored), ("corpus", "target")):
            return {}
        try:
            items = rows_of_items(kept, data.turns, scored, counted, target.name)
            found[name] = validate(scored, counted, data, kept, items, codes)
        except DiscourseError:
            return {}
    return found


def _same(measure: Measure, scored: Features, items: pd.DataFrame) -> bool:
    """Whether coded mentions are measured as they were when the record was made."""
    if measure == Measure.EVALUATION:
        now = scored.values[items["row"].to_numpy(), 0]
        return "evaluation" in items and bool(np.allclose(now, items["evaluation"].to_numpy(float), atol=1e-4))
    variable = CODED_AS[measure]
    then = [row.get(variable) for row in items["measured"]] if "measured" in items else []
    return bool(scored.units[MEASURED_AS[variable]].iloc[items["row"]].astype(str).tolist() == then)


def _without(found: Validation, gone: Mapping[Measure, tuple[str, ...]]) -> Validation:
    """A validation that is void for some measures: they have neither scores nor corrected values."""
    variables = {CODED_AS[m] for m in gone if m != Measure.EVALUATION}
    assert found.scores is not None
    scores = found.scores[~found.scores["item"].isin(variables)]
    shares = {k: v for k, v in found.shares.items() if not any(k in VARIABLES[variable] for variable in variables)}
    return replace(
        found,
        measures={m: MeasureValidity(Validity.VOID, gone[m]) if m in gone else v for m, v in found.measures.items()},
        scores=scores if len(scores) else None,
        corrected=None if Measure.EVALUATION in gone else found.corrected,
        shares=shares,
    )


def cross_validation(scored: Features, counted: np.ndarray, data: Data, settings: StanceSettings) -> Validation:
    """How a classifier agrees with the sheet that it was trained on, each coded mention scored without its document."""
    sheet = Path(settings.training[scored.target])
    codes = scored.details["coded"].set_index("item")
    items = scored.details["items"]
    try:
        if not counted[items["row"].to_numpy()].all():
            raise DiscourseError(f"coded mentions of {scored.target} are not among those that count here")
        found = validate(
            scored, counted, data, load_key(find_key(sheet)), items, {sheet.name: codes}, Validity.CROSS_VALIDATED
        )
    except DiscourseError as error:
        raise SettingError(("stance", "training", scored.target), str(error)) from None
    # The classifier learns stance; roles, acts and certainty are those of the rules.
    rules = {
        m: replace(v, status=Validity.VALIDATED) if CODED_AS[m] != "stance" and v.status.earned else v
        for m, v in found.measures.items()
    }
    return replace(found, measures=rules)


def _kept_codes(kept: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The codes of each coder in a record."""
    names = list(dict.fromkeys(n for row in kept["items"] for n in row["codes"]))
    sheets = {
        n: pd.DataFrame(
            {v: [row["codes"].get(n, {}).get(v) for row in kept["items"]] for v in VARIABLES},
            index=[row["item"] for row in kept["items"]],
            dtype=object,
        )
        for n in names
    }
    return {n: s.dropna(axis=1, how="all") for n, s in sheets.items()}
