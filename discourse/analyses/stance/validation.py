"""What coded mentions say of the measure: agreement by class and group, corrected contrasts; kept beside the experiment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.stance.coding import (
    FINGERPRINT,
    VARIABLES,
    check_key,
    find_key,
    fingerprint,
    load_key,
    rows_of_items,
)
from discourse.analyses.stance.settings import StanceSettings
from discourse.compare.agreement import agreement
from discourse.compare.corrected import CodedSample, compare_corrected
from discourse.compare.validation import ALL, class_scores
from discourse.errors import DiscourseError, SettingError, SourceError, TooLittleText
from discourse.features.stance import CLASSES
from discourse.features.target import Target
from discourse.report.templates import render
from discourse.report.words import listed
from discourse.types import Comparison, Features

NUMBERS = dict(zip(CLASSES, (-1.0, 0.0, 1.0)))
# Krippendorff (2019, p. 356): below it no conclusions, not even tentative ones.
LEAST_ALPHA = 0.667


class Status(StrEnum):
    """What may be said of a measure."""

    UNVALIDATED = "unvalidated"
    VOID = "void"
    VALIDATED = "validated"
    CROSS_VALIDATED = "cross-validated"
    NO_BETTER = "no better than one class for all"
    DISAGREED = "the coders disagree"


@dataclass(frozen=True)
class Validation:
    """How well a measure agrees with coded mentions, and what they say of the groups.

    Parameters
    ----------
    status : Status
        What may be said of the measure.
    changed : tuple of str
        Names of `FINGERPRINT` (or "measure", "counts") that make an earlier validation void.
    f1, low, high : float
        Macro-F1 and its interval.
    commonest : float
        Macro-F1 of calling every mention what most of them are.
    alpha, nominal : float
        Krippendorff's alpha of the coders, ordinal and nominal; NaN for one coder, or where no item is coded twice.
    n_coded, coders : int
        Mentions and coders.
    scores : DataFrame, optional
        From `class_scores`, with the variable in `item`.
    corrected : Comparison, optional
        Raw and corrected means by group.
    hashes : mapping
        SHA-256 of the sheets.
    """

    status: Status = Status.UNVALIDATED
    changed: tuple[str, ...] = ()
    f1: float = np.nan
    low: float = np.nan
    high: float = np.nan
    commonest: float = np.nan
    alpha: float = np.nan
    nominal: float = np.nan
    n_coded: int = 0
    coders: int = 0
    scores: pd.DataFrame | None = None
    corrected: Comparison | None = None
    hashes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def earned(self) -> bool:
        """Whether the measure may be called validated."""
        return self.status in (Status.VALIDATED, Status.CROSS_VALIDATED)


def in_words(changed: Sequence[str]) -> str:
    """What has changed since a sample was drawn or validated."""
    return listed([render("stance", f"changed_{name}") for name in changed])


def validity_words(validation: Validation) -> str:
    """The line on each figure: "validated: macro-F1 ...", "not valid (...)", or "unvalidated" with the reason."""
    return render("stance", "validity", v=validation, changed=in_words(validation.changed), least=LEAST_ALPHA)


def validate(
    scored: Features,
    counted: np.ndarray,
    data: Data,
    key: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    earned: Status = Status.VALIDATED,
) -> Validation:
    """Compare the measure with the codes.

    Parameters
    ----------
    scored : Features
        The measure.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions that count.
    data : Data
        Groups and units.
    key : mapping
        Key of the sample, with the stratum of every mention.
    items : DataFrame
        From `rows_of_items`.
    sheets : mapping of str to DataFrame
        Codes of each coder, from `read_codes`.
    earned : Status
        What the measure is called where it agrees.

    Returns
    -------
    Validation

    Raises
    ------
    DiscourseError
        Where a group has no coded item.
    """
    items, design = items.set_index("item"), data.design
    pair = data.pair if data.contrasts else None
    codes = {
        v: pd.DataFrame({n: s[v].reindex(items.index) for n, s in sheets.items() if v in s.columns}, index=items.index)
        for v in VARIABLES
    }
    some = codes["stance"].notna().any(axis=1).to_numpy()
    items = items[some]
    if len(items) < 2:
        raise TooLittleText("A validation", f"n = {len(items)} mentions with a code of stance", "at least 2")
    document = scored.units["document"].to_numpy()
    row, groups = items["row"].to_numpy(), design.group[document[counted]]
    sample = _sample(key, np.searchsorted(np.flatnonzero(counted), row), groups, codes["stance"][some], design.names)
    weights = 1 / sample.probabilities()
    units = scored.units.iloc[row]
    scores = _scores(units, {v: c[some] for v, c in codes.items()}, weights, data)
    macro = scores[
        (scores["item"] == "stance")
        & (scores["stratum"] == ALL)
        & (scores["class_"] == "macro")
        & (scores["measure"] == "f1")
    ].iloc[0]
    alpha, nominal = _alpha(codes["stance"][some])
    commonest = _commonest(codes["stance"][some], weights)
    status = earned
    if not macro["low"] > commonest:
        status = Status.NO_BETTER
    elif alpha < LEAST_ALPHA:
        status = Status.DISAGREED
    of_cluster = document[counted] if design.cluster is None else pd.factorize(design.cluster)[0][document[counted]]
    corrected = compare_corrected(
        scored.units.loc[counted, "class_"].map(NUMBERS).to_numpy(float),
        sample,
        groups,
        list(map(str, design.names)),
        of_cluster,
        pair=pair,
        confidence=design.confidence,
        scale=100.0,
    )
    estimate, low, high = (float(macro[k]) for k in ("estimate", "low", "high"))
    return Validation(
        status, (), estimate, low, high, commonest, alpha, nominal, len(items), len(sheets), scores, corrected
    )


def _sample(
    key: Mapping[str, Any], place: np.ndarray, groups: np.ndarray, codes: pd.DataFrame, names: Sequence[str]
) -> CodedSample:
    """The coded mentions with the strata that they were drawn from."""
    coded = set(groups[place].tolist())
    empty = [str(n) for g, n in enumerate(names) if (groups == g).any() and g not in coded]
    if empty:
        raise DiscourseError(
            f"no item of {listed(empty)} is coded: nothing can be said of the error there; draw a new sample or code more of this one"
        )
    stratum = np.asarray(key["population"], np.int64)
    if len(stratum) != len(groups) or pd.DataFrame({"h": stratum, "g": groups}).groupby("h")["g"].nunique().max() > 1:
        raise DiscourseError("the sample was drawn from other groups, documents or sides: draw and code a new one")
    return CodedSample(place, _mean_code(codes), merge_thin(stratum, place, groups, key["strata"]))


def _scores(units: pd.DataFrame, codes: Mapping[str, pd.DataFrame], weights: np.ndarray, data: Data) -> pd.DataFrame:
    """Precision, recall and F1 of each variable by class and by group."""
    design, parts = data.design, []
    document = units["document"].to_numpy()
    group = np.asarray(design.names, object)[design.group[document]]
    for variable, column in (("stance", "class_"), ("who_acts", "who_acts")):
        table = codes[variable]
        coded = table.notna().any(axis=1).to_numpy() if len(table.columns) else np.zeros(len(table), bool)
        if coded.sum() < 2:
            continue
        parts.append(
            class_scores(
                units[column].to_numpy()[coded],
                table[coded].reset_index(drop=True),
                VARIABLES[variable],
                group=group[coded],
                documents=document[coded],
                weights=weights[coded],
                bootstrap=design,
            ).assign(item=variable)
        )
    return pd.concat(parts, ignore_index=True)


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


def _alpha(table: pd.DataFrame) -> tuple[float, float]:
    """Ordinal and nominal agreement of the coders; NaN where there is nothing to agree on."""
    if len(table.columns) < 2:
        return np.nan, np.nan
    try:
        # The interval is not shown: one resample will do.
        ordinal = agreement(table, CLASSES, variable="stance", level="ordinal", resamples=1).alpha
        nominal = agreement(table, CLASSES, variable="stance", level="nominal", resamples=1).alpha
    except TooLittleText:
        return np.nan, np.nan
    return ordinal, nominal


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
        "line": validity_words(validation),
        "scores": [
            {
                k: (None if isinstance(v, float) and v != v else round(v, 6) if isinstance(v, float) else v)
                for k, v in r.items()
            }
            for r in scores.to_dict("records")
        ],
        "items": kept,
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
    scored: Features, counted: np.ndarray, data: Data, settings: StanceSettings, target: Target
) -> Validation:
    """The stored validation of a target where nothing has changed since; otherwise what made it void."""
    assert settings.validation is not None
    kept = load_records(Path(settings.validation)).get(target.name)
    if kept is None:
        return Validation()
    changed = check_key(kept, fingerprint(settings, target, data.sha256, scored))
    found = None
    if not changed:
        try:
            items = rows_of_items(kept, data.turns, scored, counted, target.name)
            if (scored.units["class_"].to_numpy()[items["row"]] != items["class_"].to_numpy()).any():
                changed = ["measure"]
            else:
                found = validate(scored, counted, data, kept, items, _kept_codes(kept))
        except DiscourseError:
            changed = ["counts"]
    if found is None:
        return Validation(Status.VOID, tuple(changed))
    return replace(found, hashes=kept["sheets"])


def cross_validation(scored: Features, counted: np.ndarray, data: Data, settings: StanceSettings) -> Validation:
    """How a classifier agrees with the sheet that it was trained on, each coded mention scored without its document."""
    sheet = Path(settings.training[scored.target])
    codes = scored.details["coded"].set_index("item")
    items = scored.details["items"]
    try:
        if not counted[items["row"].to_numpy()].all():
            raise DiscourseError(f"coded mentions of {scored.target} are not among those that count here")
        return validate(
            scored, counted, data, load_key(find_key(sheet)), items, {sheet.name: codes}, Status.CROSS_VALIDATED
        )
    except DiscourseError as error:
        raise SettingError(("stance", "training", scored.target), str(error)) from None


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
