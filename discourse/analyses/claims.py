"""What page 1 may say: one difference, in the form in which readers think of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.further import clear_items
from discourse.analyses.outcome import Certainty, Judged, Outcome
from discourse.analyses.say import Say

LEVEL = ("stratum", "estimate", "low", "high", "low_document", "high_document")


class Form(StrEnum):
    """How readers think of a difference; each has sentences of its own."""

    RATE = "rate"  # as a ratio of two rates
    SHARE = "share"  # as the shares of a class
    MEAN = "mean"  # as the two numbers
    WORDS = "words"  # as the words of either side
    ITEM = "item"  # as the item that differs most


@dataclass(frozen=True, eq=False)
class Claim:
    """What page 1 may say of an outcome.

    Parameters
    ----------
    outcome : Outcome
        What it is about.
    form : Form
        How it is said.
    certainty : Certainty
        What may be concluded.
    judged : Judged, optional
        The verdict on a joint outcome.
    levels : DataFrame
        `LEVEL`: a row for each group.
    name : str
        The class, or the item that differs most.
    unit : str
        Of the levels, for an axis.
    more, less : sequence of str
        Words of the study group and of the reference group.
    differ, tested : int
        Items that differ, of how many that are judged.
    """

    outcome: Outcome
    form: Form
    certainty: Certainty
    judged: Judged | None = None
    levels: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LEVEL)))
    name: str = ""
    unit: str = ""
    more: Sequence[str] = ()
    less: Sequence[str] = ()
    differ: int = 0
    tested: int = 0

    def level(self, group: str) -> float:
        """The level of a group; not a number where there is none."""
        rows = self.levels.loc[self.levels["stratum"] == group, "estimate"]
        return float(rows.iloc[0]) if len(rows) else float("nan")

    def carried(self, *groups: str) -> bool:
        """Whether the level of each of these groups has an interval: without one there is too little text to print it."""
        bounds = self.levels.set_index("stratum")[["low", "high"]].reindex(list(groups))
        return bool(bounds.notna().all(axis=None))

    def size(self, study: str, reference: str) -> float:
        """How far the levels are apart: their difference over the larger of the two."""
        a, b = self.level(study), self.level(reference)
        largest = max(abs(a), abs(b))
        return abs(a - b) / largest if largest > 0 else 0.0


def levels_of(table: pd.DataFrame, item: str) -> pd.DataFrame:
    """The levels of an item in the groups."""
    rows = table[(table["contrast"] == "level") & (table["item"] == item)]
    return rows.reindex(columns=list(LEVEL)).reset_index(drop=True)


def claims_of(found: Found, say: Say) -> Iterator[Claim]:
    """The claims on the outcomes of an analysis, in the form that each has by itself."""
    for outcome in found.outcomes:
        claim = joint_claim(outcome, say) if outcome.joint else item_claim(outcome, say)
        if claim is not None:
            yield claim


def judged_of(outcome: Outcome, say: Say) -> Judged | None:
    """The verdict on a joint outcome, where there is one."""
    verdict = say.found("verdict", "")
    return None if verdict is None else verdict.judged.get(outcome.identity)


def joint_claim(outcome: Outcome, say: Say) -> Claim | None:
    """The two levels of a joint outcome; as corrected for the error of the measure where the verdict is on these."""
    judged = judged_of(outcome, say)
    if judged is None:
        return None
    assert outcome.comparison is not None
    table = outcome.table
    if judged.corrected and outcome.corrected is not None:
        corrected = outcome.corrected.table
        table = corrected[corrected["item"] == "corrected"].assign(item=outcome.item)
    form = Form.RATE if outcome.after and np.isinf(outcome.quantities.bounds[1]) else Form.MEAN
    return Claim(outcome, form, judged.certainty, judged, levels_of(table, outcome.item), unit=outcome.unit)


def item_claim(outcome: Outcome, say: Say) -> Claim | None:
    """How many items of a family differ, and the one whose levels differ most."""
    verdict = say.found("verdict", "")
    answers = None if verdict is None else verdict.items.get(outcome.identity)
    if answers is None or answers.empty:
        return None
    clear = clear_items(answers)
    if clear.empty:
        some = Certainty.MAY_DIFFER in set(answers["certainty"])
        certainty = Certainty.MAY_DIFFER if some else Certainty.INCONCLUSIVE
        return Claim(outcome, Form.ITEM, certainty, tested=len(answers))
    item = str(clear.loc[clear["estimate"].abs().idxmax(), "item"])
    levels = levels_of(outcome.table, item)
    return Claim(
        outcome,
        Form.ITEM,
        Certainty.DIFFERS,
        levels=levels,
        name=outcome.labels.get(item, item),
        unit=outcome.quantities.measure or outcome.unit,
        differ=len(clear),
        tested=len(answers),
    )
