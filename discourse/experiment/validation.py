"""What coded mentions say of the measure: agreement by class and group, corrected contrasts; kept beside the experiment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.agreement import agreement
from discourse.compare.corrected import CodedSample, compare_corrected
from discourse.compare.resample import Design
from discourse.compare.validation import ALL, class_scores
from discourse.errors import DiscourseError, SourceError, TooLittleText
from discourse.experiment.coding import FINGERPRINT, VARIABLES, check_key, coded_rows, fingerprint
from discourse.experiment.measures import Measured
from discourse.experiment.plan import Plan
from discourse.experiment.words import listed, number
from discourse.features.stance import CLASSES
from discourse.types import Comparison, EncodedCorpus, Features

NUMBERS = dict(zip(CLASSES, (-1.0, 0.0, 1.0)))
# Krippendorff (2019, p. 356): below it no conclusions, not even tentative ones.
LEAST_ALPHA = 0.667
BALANCE = "cooperative minus conflictual mentions, percentage points"


@dataclass(frozen=True)
class Validation:
    """How well a measure agrees with coded mentions, and what they say of the groups.

    Parameters
    ----------
    line : str
        "validated: macro-F1 ...", "not valid (...)" where it is no better than one class for all or the coders disagree, or
        "unvalidated" with the reason.
    scores : DataFrame, optional
        From `class_scores`, with the variable in `item`.
    corrected : Comparison, optional
        Raw and corrected means by group.
    n_coded, coders : int
        Mentions and coders.
    """

    line: str = "unvalidated"
    scores: pd.DataFrame | None = None
    corrected: Comparison | None = None
    n_coded: int = 0
    coders: int = 0
    hashes: Mapping[str, Any] = field(default_factory=dict)


def validate(
    measured: Measured,
    design: Design,
    key: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    pair: tuple[int, int] | None,
    how: str = "validated",
) -> Validation:
    """Compare the measure with the codes.

    Parameters
    ----------
    measured : Measured
        The measure.
    design : Design
        Groups and units.
    key : mapping
        Key of the sample, with the stratum of every mention.
    items : DataFrame
        From `coded_rows`.
    sheets : mapping of str to DataFrame
        Codes of each coder, from `read_codes`.
    pair : (int, int), optional
        Study and reference group.
    how : str
        First word of the line.

    Returns
    -------
    Validation

    Raises
    ------
    DiscourseError
        Where a group has no coded item.
    """
    items = items.set_index("item")
    codes = {
        v: pd.DataFrame({n: s[v].reindex(items.index) for n, s in sheets.items() if v in s.columns}) for v in VARIABLES
    }
    some = codes["stance"].notna().any(axis=1).to_numpy()
    items = items[some]
    group_of = np.asarray(design.names, object)[
        design.group[measured.scored.units["document"].to_numpy()[items["row"]]]
    ]
    if len(items) < 2:
        raise TooLittleText("A validation", f"n = {len(items)} mentions with a code of stance", "at least 2")
    counted = design.group[measured.scored.units["document"].to_numpy()[measured.counted]]
    empty = [n for g, n in enumerate(design.names) if (counted == g).any() and not (group_of == n).any()]
    if empty:
        raise DiscourseError(
            f"no item of {listed(list(map(str, empty)))} is coded: nothing can be said of the error there; draw a new sample or code more of this one"
        )
    stratum = np.asarray(key["population"], np.int64)
    place = np.searchsorted(np.flatnonzero(measured.counted), items["row"].to_numpy())
    groups = design.group[measured.scored.units["document"].to_numpy()[measured.counted]]
    if len(stratum) != len(groups) or pd.DataFrame({"h": stratum, "g": groups}).groupby("h")["g"].nunique().max() > 1:
        raise DiscourseError("the sample was drawn from other groups, documents or sides: draw and code a new one")
    merged = merge_thin(stratum, place, groups, key["strata"])
    sample = CodedSample(place, _mean_code(codes["stance"][some]), merged)
    weights = 1 / sample.probabilities()
    parts = []
    for variable, column in (("stance", "class_"), ("who_acts", "who_acts")):
        table = codes[variable][some]
        coded = table.notna().any(axis=1).to_numpy() if len(table.columns) else np.zeros(len(table), bool)
        if coded.sum() < 2:
            continue
        parts.append(
            class_scores(
                measured.scored.units[column].to_numpy()[items["row"]][coded],
                table[coded].reset_index(drop=True),
                VARIABLES[variable],
                group=group_of[coded],
                documents=measured.scored.units["document"].to_numpy()[items["row"]][coded],
                weights=weights[coded],
                resamples=design.resamples,
                confidence=design.confidence,
                seed=design.seed,
            ).assign(item=variable)
        )
    scores = pd.concat(parts, ignore_index=True)
    macro = scores[
        (scores["item"] == "stance")
        & (scores["stratum"] == ALL)
        & (scores["class_"] == "macro")
        & (scores["measure"] == "f1")
    ].iloc[0]
    alpha, agreed = _alpha(codes["stance"][some])
    commonest = _commonest(codes["stance"][some], weights)
    word = how
    if not macro["low"] > commonest:
        word = f"not valid (no better than calling everything the same, {number(commonest, 2)})"
    elif not agreed:
        word = f"not valid (the coders agree too little; alpha below {LEAST_ALPHA:g})"
    line = (
        f"{word}: macro-F1 {number(macro['estimate'], 2)} [{number(macro['low'], 2)}, {number(macro['high'], 2)}], "
        f"n = {len(items)}, {alpha}"
    )
    units = measured.scored.units[measured.counted]
    document = units["document"].to_numpy()
    corrected = compare_corrected(
        units["class_"].map(NUMBERS).to_numpy(float),
        sample,
        design.group[document],
        list(map(str, design.names)),
        document if design.cluster is None else pd.factorize(design.cluster)[0][document],
        pair=pair,
        confidence=design.confidence,
        scale=100.0,
        title=BALANCE,
    )
    return Validation(line, scores, corrected, len(items), len(sheets))


def merge_thin(
    stratum: np.ndarray, place: np.ndarray, group: np.ndarray, described: Sequence[Mapping[str, Any]]
) -> np.ndarray:
    """Join strata with fewer than two coded mentions to the next period of their group with the same score, else to any of it.

    One code shows no variance, and a stratum without a code would stand for nothing.
    """
    result = stratum.copy()
    known = {int(s["stratum"]): s for s in described}
    for g in np.unique(group):
        inside = group == g
        while True:
            here = np.unique(result[inside]).tolist()
            coded = {h: int((result[place] == h).sum()) for h in here}
            thin = [h for h in here if coded[h] < min(2, int((result == h).sum()))]
            if not thin or len(here) == 1:
                break
            h = min(thin, key=lambda h: (coded[h], h))
            near = [k for k in here if k != h]
            same = [k for k in near if known[k]["band"] == known[h]["band"]]
            to = min(same or near, key=lambda k: (abs(known[k]["period"] - known[h]["period"]), k))
            result[inside & (result == h)] = to
    return result


def _mean_code(table: pd.DataFrame) -> np.ndarray:
    """Mean of the coders' codes as numbers."""
    return table.map(lambda c: NUMBERS.get(c, np.nan) if c is not None else np.nan).mean(axis=1).to_numpy(float)


def _alpha(table: pd.DataFrame) -> tuple[str, bool]:
    """Agreement of the coders in words, and whether it is enough."""
    if len(table.columns) < 2:
        return "one coder", True
    try:
        ordinal = agreement(table, CLASSES, variable="stance", level="ordinal", resamples=1).alpha
        nominal = agreement(table, CLASSES, variable="stance", level="nominal", resamples=1).alpha
    except TooLittleText:
        return f"{len(table.columns)} coders, none of them on the same items", True
    text = f"{len(table.columns)} coders, alpha {number(ordinal, 2)} (nominal {number(nominal, 2)})"
    return text, not ordinal < LEAST_ALPHA


def _commonest(table: pd.DataFrame, weights: np.ndarray) -> float:
    """Macro-F1 of calling every mention what most of them are."""
    share = np.array([((table == c).sum(axis=1) * weights).sum() for c in CLASSES], float)
    share = share[share > 0] / share.sum()
    return float(2 * share.max() / (1 + share.max()) / len(share)) if len(share) else 0.0


def record(
    validation: Validation,
    key: Mapping[str, Any],
    now: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    hashes: Mapping[str, str],
    scored: Features,
) -> dict[str, Any]:
    """What is kept of a validation: hashes, codes, scores; no text."""
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
                "class_": str(scored.units["class_"].iloc[row.row]),
                "codes": codes,
            }
        )
    scores = validation.scores[["item", "stratum", "class_", "measure", "estimate", "low", "high", "n"]]
    return {
        **now,
        "population": key["population"],
        "strata": key["strata"],
        "sheets": dict(hashes),
        "line": validation.line,
        "scores": [
            {
                k: (None if isinstance(v, float) and v != v else round(v, 6) if isinstance(v, float) else v)
                for k, v in r.items()
            }
            for r in scores.to_dict("records")
        ],
        "items": kept,
    }


def record_path(plan: Plan) -> Path:
    """Where the validation of an experiment is kept: beside its file."""
    return plan.loaded.file.with_suffix(".validation.json")


def load_records(plan: Plan) -> dict[str, Any]:
    """Validations of an experiment by target; empty where there are none.

    Raises
    ------
    SourceError
        Where the file is no such record.
    """
    path = record_path(plan)
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not all(
            isinstance(v, dict) and {"items", "population", "strata", *FINGERPRINT} <= set(v) for v in content.values()
        ):
            raise ValueError
    except (ValueError, OSError):
        raise SourceError(
            f"{path}: not a record of `discourse stance validate`; move it away and validate again"
        ) from None
    return dict(content)


def current_validation(
    plan: Plan, measured: Measured, design: Design, encoded: EncodedCorpus, digest: str, pair: tuple[int, int] | None
) -> Validation:
    """The stored validation of a target where nothing has changed since; "unvalidated" with the reason otherwise."""
    kept = load_records(plan).get(measured.target.name)
    if kept is None:
        return Validation()
    changed = check_key(kept, fingerprint(plan, measured.target.name, digest, measured.scored))
    found = None
    if not changed:
        try:
            items = coded_rows(kept, encoded, measured)
            if (measured.scored.units["class_"].to_numpy()[items["row"]] != items["class_"].to_numpy()).any():
                changed = ["the measure"]
            else:
                found = validate(measured, design, kept, items, _kept_codes(kept), pair)
        except DiscourseError:
            changed = ["what counts"]
    if changed:
        return Validation(f"unvalidated (a validation is void, for {listed(changed)} has changed since)")
    assert found is not None
    return Validation(found.line, found.scores, found.corrected, found.n_coded, found.coders, kept["sheets"])


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
