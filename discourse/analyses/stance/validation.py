"""What coded mentions say of each measure: its agreement with its own codes, and contrasts corrected for its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.stance.coding import MEASURED_AS, NO_ACT, VARIABLES
from discourse.analyses.validity import LEAST_ALPHA, MeasureValidity, Statistic, Validity
from discourse.compare.agreement import Level, agreement
from discourse.compare.corrected import CodedSample, compare_corrected
from discourse.compare.validation import ALL, class_scores, number_agreement
from discourse.errors import DiscourseError, TooLittleText
from discourse.features.stance import CLASSES, ROLES
from discourse.report.words import listed
from discourse.types import Comparison, Features

NUMBERS = dict(zip(CLASSES, (-1.0, 0.0, 1.0)))
LEAST_OF_ACT = 5  # coded mentions of an act below which it does not enter the mean over acts
ORDERED = ("stance", "certainty")  # variables whose codes have an order


class Measure(StrEnum):
    """What is measured of a mention, each with a validity of its own."""

    EVALUATION = "evaluation"
    CLASS = "class"
    ROLE = "role"
    ACT = "act"
    CERTAINTY = "certainty"


CODED_AS = {
    Measure.EVALUATION: "stance",
    Measure.CLASS: "stance",
    Measure.ROLE: "who_acts",
    Measure.ACT: "act",
    Measure.CERTAINTY: "certainty",
}


@dataclass(frozen=True)
class Validation:
    """How well each measure agrees with coded mentions, and what they say of the groups.

    Parameters
    ----------
    measures : mapping of Measure to MeasureValidity
        Of the measures whose codes there are.
    scores : DataFrame, optional
        From `class_scores`, with the variable in `item`.
    corrected : Comparison, optional
        Raw and corrected mean evaluation by group.
    shares : mapping of str to Comparison
        Raw and corrected shares of classes and roles, in percent of the mentions.
    hashes : mapping
        SHA-256 of the sheets.
    """

    measures: Mapping[Measure, MeasureValidity] = field(default_factory=dict)
    scores: pd.DataFrame | None = None
    corrected: Comparison | None = None
    shares: Mapping[str, Comparison] = field(default_factory=dict)
    hashes: Mapping[str, Any] = field(default_factory=dict)

    def of(self, measure: Measure) -> MeasureValidity:
        """The validity of a measure; unvalidated where it has no codes."""
        return self.measures.get(measure, MeasureValidity())


@dataclass(frozen=True)
class _Coded:
    """The codes of one variable, for the mentions that have one.

    Parameters
    ----------
    variable : str
        Of `VARIABLES`.
    codes : DataFrame
        Items by coders.
    units : DataFrame
        The mentions, as they were measured.
    place : ndarray of int
        Place of each item among the mentions that count.
    row : ndarray of int
        Its row among all mentions.
    stratum : ndarray of int
        Stratum of each mention that counts; those with too few codes are joined.
    """

    variable: str
    codes: pd.DataFrame
    units: pd.DataFrame
    place: np.ndarray
    row: np.ndarray
    stratum: np.ndarray

    def sample(self, numbers: Mapping[str, float]) -> CodedSample:
        """The sample with codes as numbers."""
        coders = self.codes.map(lambda c: numbers.get(c, np.nan) if c is not None else np.nan).to_numpy(float)
        return CodedSample(self.place, np.nanmean(coders, axis=1), self.stratum, coders)

    @property
    def measured(self) -> np.ndarray:
        """What the measure calls each item, in codes; an act that is no code is none."""
        values = self.units[MEASURED_AS[self.variable]].to_numpy(object)
        if self.variable != "act":
            return values
        return np.array([v if v in VARIABLES["act"] else NO_ACT for v in values], object)


def validate(
    scored: Features,
    counted: np.ndarray,
    data: Data,
    key: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    earned: Validity = Validity.VALIDATED,
) -> Validation:
    """Compare each measure with its codes.

    Parameters
    ----------
    scored : Features
        What is measured of the mentions.
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
    earned : Validity
        What a measure is called where it agrees.

    Returns
    -------
    Validation

    Raises
    ------
    DiscourseError
        Where a group has no coded item.
    """
    design = data.design
    of_document = scored.units["document"].to_numpy()[counted]
    groups = design.group[of_document]
    _same_strata(key, groups)
    coded = _coded(scored, counted, groups, key, items, sheets)
    if "stance" not in coded:
        raise TooLittleText("A validation", "n is below 2 mentions with a code of stance", "at least 2")
    empty = _empty_groups(coded["stance"], groups, design.names)
    if empty:
        raise DiscourseError(
            f"no item of {listed(empty)} is coded: nothing can be said of the error there; draw a new sample or code more of this one"
        )
    scores = pd.concat([_scores(c, data) for c in coded.values()], ignore_index=True)
    measures = {
        m: _of_evaluation(coded[v], scored, data, earned)
        if m == Measure.EVALUATION
        else _of_classes(coded[v], scores, earned)
        for m, v in CODED_AS.items()
        if v in coded
    }
    of_cluster = of_document if design.cluster is None else pd.factorize(design.cluster)[0][of_document]

    def corrected(measure: np.ndarray, sample: CodedSample, bounds: tuple[float, float]) -> Comparison:
        return compare_corrected(
            measure,
            sample,
            groups,
            list(map(str, design.names)),
            of_cluster,
            pair=data.pair if data.contrasts else None,
            confidence=design.confidence,
            bounds=bounds,
        )

    shares = {}
    for variable, values in (("stance", CLASSES), ("who_acts", ROLES)):
        if variable not in coded or _empty_groups(coded[variable], groups, design.names):
            continue
        column = scored.units.loc[counted, MEASURED_AS[variable]].to_numpy(object)
        for value in values:
            is_value = {code: 100.0 * (code == value) for code in VARIABLES[variable]}
            sample = coded[variable].sample(is_value)
            shares[str(value)] = corrected(100.0 * (column == value), sample, (0.0, 100.0))
    evaluation = corrected(scored.values[counted, 0], coded["stance"].sample(NUMBERS), (-1.0, 1.0))
    return Validation(measures, scores, evaluation, shares)


def _same_strata(key: Mapping[str, Any], groups: np.ndarray) -> None:
    """Make sure that the sample was drawn from these mentions, in these groups."""
    stratum = np.asarray(key["population"], np.int64)
    if len(stratum) != len(groups) or pd.DataFrame({"h": stratum, "g": groups}).groupby("h")["g"].nunique().max() > 1:
        raise DiscourseError("the sample was drawn from other groups, documents or sides: draw and code a new one")


def _coded(
    scored: Features,
    counted: np.ndarray,
    groups: np.ndarray,
    key: Mapping[str, Any],
    items: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
) -> dict[str, _Coded]:
    """The codes of each variable that has two or more."""
    items, found = items.set_index("item"), {}
    for variable in VARIABLES:
        codes = pd.DataFrame(
            {n: s[variable].reindex(items.index) for n, s in sheets.items() if variable in s.columns}, index=items.index
        )
        some = codes.notna().any(axis=1).to_numpy()
        if some.sum() < 2:
            continue
        row = items["row"].to_numpy()[some]
        place = np.searchsorted(np.flatnonzero(counted), row)
        stratum = merge_thin(np.asarray(key["population"], np.int64), place, groups, key["strata"])
        found[variable] = _Coded(variable, codes[some], scored.units.iloc[row], place, row, stratum)
    return found


def _empty_groups(coded: _Coded, groups: np.ndarray, names: Sequence[str]) -> list[str]:
    """Groups with mentions of which none is coded."""
    known = set(groups[coded.place].tolist())
    return [str(n) for g, n in enumerate(names) if (groups == g).any() and g not in known]


def _scores(coded: _Coded, data: Data) -> pd.DataFrame:
    """Precision, recall and F1 of a variable by class and by group."""
    document = coded.units["document"].to_numpy()
    return class_scores(
        coded.measured,
        coded.codes.reset_index(drop=True),
        VARIABLES[coded.variable],
        group=np.asarray(data.design.names, object)[data.design.group[document]],
        documents=document,
        weights=_weights(coded),
        bootstrap=data.design,
        least=_least(coded.variable),
    ).assign(item=coded.variable)


def _least(variable: str) -> int:
    """Coded mentions that a class needs to enter the mean over classes."""
    return LEAST_OF_ACT if variable == "act" else 0


def _weights(coded: _Coded) -> np.ndarray:
    """One over the probability with which each item was drawn."""
    return 1 / CodedSample(coded.place, np.zeros(len(coded.place)), coded.stratum).probabilities()


def _of_classes(coded: _Coded, scores: pd.DataFrame, earned: Validity) -> MeasureValidity:
    """Macro-F1, beside that of calling every mention what most of them are."""
    of_all = scores[(scores["item"] == coded.variable) & (scores["stratum"] == ALL) & (scores["measure"] == "f1")]
    macro = of_all[of_all["class_"] == "macro"].iloc[0]
    found = replace(
        _agreed(coded),
        baseline=_commonest(coded),
        estimate=float(macro["estimate"]),
        low=float(macro["low"]),
        high=float(macro["high"]),
    )
    return _judged(found, earned)


def _of_evaluation(coded: _Coded, scored: Features, data: Data, earned: Validity) -> MeasureValidity:
    """Correlation with the codes as numbers, and the error of the difference between the groups."""
    names, document = np.asarray(data.design.names, object), coded.units["document"].to_numpy()
    found = number_agreement(
        scored.values[coded.row, 0],
        coded.sample(NUMBERS).values,
        group=names[data.design.group[document]],
        documents=document,
        weights=_weights(coded),
        pair=(names[data.pair[0]], names[data.pair[1]]) if data.pair is not None and data.contrasts else None,
        bootstrap=data.design,
    )
    validity = replace(
        _agreed(coded),
        statistic=Statistic.CORRELATION,
        estimate=found.correlation,
        low=found.low,
        high=found.high,
        gap=found.gap,
        gap_low=found.gap_low,
        gap_high=found.gap_high,
    )
    return _judged(validity, earned)


def _judged(found: MeasureValidity, earned: Validity) -> MeasureValidity:
    """With what may be said of it: valid where its interval is above the baseline, and the coders agree."""
    status = earned
    if not found.low > found.baseline:
        status = Validity.NO_BETTER
    elif found.alpha < LEAST_ALPHA:
        status = Validity.DISAGREED
    return replace(found, status=status)


def _agreed(coded: _Coded) -> MeasureValidity:
    """Numbers of mentions and coders, and how far the coders agree; NaN where there is nothing to agree on."""
    shared = int((coded.codes.notna().sum(axis=1) > 1).sum())
    found = MeasureValidity(n_coded=len(coded.codes), n_shared=shared, coders=len(coded.codes.columns))
    if found.coders < 2:
        return found
    level: Level = "ordinal" if coded.variable in ORDERED else "nominal"
    try:
        # The interval is not shown: one resample will do.
        alpha, nominal = (
            agreement(coded.codes, VARIABLES[coded.variable], variable=coded.variable, level=x, resamples=1).alpha
            for x in (level, "nominal")
        )
    except TooLittleText:
        return found
    return replace(found, alpha=alpha, nominal=nominal)


def _commonest(coded: _Coded) -> float:
    """Macro-F1 of calling every mention what most of them are, over the classes that enter the mean."""
    weights = _weights(coded)
    coders = coded.codes.notna().sum(axis=1).to_numpy()
    share, enough = [], []
    for code in VARIABLES[coded.variable]:
        of_item = (coded.codes == code).sum(axis=1).to_numpy() / coders
        share.append(float((of_item * weights).sum() / weights.sum()))
        enough.append(of_item.sum() > 0 and of_item.sum() >= _least(coded.variable))
    known = np.array(share)[enough]
    # A class that is too rare for the mean can be the one that all are called: then none of the others is met.
    best = known.max(initial=0.0)
    return float(2 * best / (1 + best) / max(len(known), 1))


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
