"""Whatever can be compared: a ratio of sums over documents, with its key, unit and digits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data, named
from discourse.analyses.validity import MeasureValidity, Validity
from discourse.compare.decompose import Cells
from discourse.compare.quantities import Contrast, Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.shown import brief
from discourse.types import Comparison

NO_NUMBERS = ["estimate", "low", "high", "low_document", "high_document"]


class Certainty(StrEnum):
    """What may be concluded on a difference."""

    DIFFERS = "differs"
    MAY_DIFFER = "may differ"
    INCONCLUSIVE = "inconclusive"


class Doubt(StrEnum):
    """What speaks against a difference."""

    INTERVAL = "interval"
    NO_INTERVAL = "no interval"
    TEST = "test"
    NO_TEST = "no test"
    FEW_DIVISIONS = "few divisions"
    HALVES = "halves"
    PLACEBO = "placebo"
    WEEKS_INTERVAL = "weeks interval"
    WEEKS_TEST = "weeks test"
    INFLUENCE = "influence"
    CHOICES = "choices"
    CORRECTED = "corrected"
    REVERSED = "reversed"
    UNITS = "units"


@dataclass(frozen=True)
class Reason:
    """One doubt with its number, and the group or unit that it concerns."""

    doubt: Doubt
    value: float | None = None
    of: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Judged:
    """The certainty of one difference, and what speaks against it.

    Parameters
    ----------
    certainty : Certainty
        What may be concluded.
    reasons : sequence of Reason
        What speaks against it.
    validity : Validity, optional
        How far the measure has been checked; none where it counts what it says.
    corrected : bool
        Whether the difference that is judged is corrected for the error of the measure.
    """

    certainty: Certainty
    reasons: tuple[Reason, ...] = ()
    validity: Validity | None = None
    corrected: bool = False


Compare = Callable[["Outcome", "Data"], Comparison]


# Compared by identity: it holds arrays, and is a key of mappings.
@dataclass(frozen=True, eq=False)
class Outcome:
    """Something that is compared; every reviewer (noise, mix, power, choices...) takes it as it is.

    Parameters
    ----------
    key : str
        Name in tables and files: salience, evaluation, topics, terms-1.
    quantities : Quantities
        The ratio of sums over documents, one for each item; its target if it is about one.
    name : str
        What it is called in running text ("mentions"); the key by default.
    unit : str
        With its unit, for axes ("mentions per 10,000 tokens").
    title : str
        What it is called in headings and at the beginning of sentences ("Mentions of Russia").
    scale : str
        What its numbers mean, in words that follow the title ("mean per mention, −1 conflictual to 1 cooperative").
    digits : int
        Decimals in print.
    after : str
        Unit after a number in a sentence (" per 10,000 tokens").
    validity : MeasureValidity, optional
        How far the measure agrees with coded items; none where it counts what it says, as mentions and terms do.
    corrected : Comparison, optional
        Items "raw" and "corrected": levels and difference as measured and corrected for the error of the measure.
    cells : Cells, optional
        The same sums by document and speaker, for what depends on who speaks.
    min_denominator, needed_documents : float, int
        Sum of the denominator, and documents with some, below which a group has no estimate.
    joint : bool
        Tested in one family with the other joint outcomes; otherwise its items are a family of their own.
    labels : mapping of str to str
        What figures call its items.
    shown : sequence of str, optional
        Items that the report follows; all by default.
    design : Design, optional
        Groups of its own (a contrast of terms has two); those of the experiment by default.
    compare_by : callable, optional
        How it is compared; `discourse.compare.ratios.compare` by default.
    comparison : Comparison, optional
        What came out.

    Examples
    --------
    >>> q = Quantities("mentions", np.array([[1], [3]]), np.array([[100], [100]]), ["salience"], 1e4, target="Norland")
    >>> Outcome("salience", q, name="mentions").identity
    ('salience', 'Norland')
    """

    key: str
    quantities: Quantities
    name: str = ""
    unit: str = ""
    title: str = ""
    scale: str = ""
    digits: int = 1
    after: str = ""
    validity: MeasureValidity | None = None
    corrected: Comparison | None = None
    cells: Cells | None = None
    min_denominator: float = 0.0
    needed_documents: int = 1
    joint: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[str] | None = None
    design: Design | None = None
    compare_by: Compare | None = None
    comparison: Comparison | None = None

    __repr__ = brief

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.key)
        if not self.unit:
            object.__setattr__(self, "unit", self.quantities.measure or self.name)
        if not self.title:
            object.__setattr__(self, "title", self.name[:1].upper() + self.name[1:])

    @property
    def target(self) -> str:
        """Target that it is about; empty for others."""
        return self.quantities.target

    @property
    def identity(self) -> tuple[str, str]:
        """Key and target."""
        return self.key, self.target

    @property
    def item(self) -> str:
        """The item of an outcome that has one."""
        return str(self.quantities.items[0])

    @property
    def table(self) -> pd.DataFrame:
        """The table of its comparison."""
        assert self.comparison is not None, f"{self.key} has not been compared"
        return self.comparison.table

    def design_of(self, data: Data) -> Design:
        """The groups between which it is compared."""
        return self.design or data.design

    def contrast_of(self, data: Data) -> Contrast:
        """The contrast of study and reference among these groups."""
        return data.main if self.design is None else pair(self.design, 0, 1)

    def difference(self, kind: str = "difference", stratum: str | None = None) -> pd.Series | None:
        """The row of a contrast of its first item; None where there is none or no estimate."""
        table = self.table
        rows = table[(table["contrast"] == kind) & (table["item"] == self.item)]
        rows = rows if stratum is None else rows[rows["stratum"] == stratum]
        return None if rows.empty or rows["estimate"].isna().iloc[0] else rows.iloc[0]

    def level(self, group: str) -> pd.Series:
        """The row of the level of its first item in a group."""
        table = self.table
        return table[(table["contrast"] == "level") & (table["item"] == self.item) & (table["stratum"] == group)].iloc[
            0
        ]

    def corrected_row(self, stratum: str, item: str = "corrected") -> pd.Series | None:
        """A level or the difference ("study - reference") as corrected, or "raw" beside it; None where it has no interval."""
        if self.corrected is None:
            return None
        table = self.corrected.table
        rows = table[(table["item"] == item) & (table["stratum"] == stratum)]
        return None if rows.empty or rows["low"].isna().iloc[0] else rows.iloc[0]

    def corrected_difference(self, item: str = "corrected") -> pd.Series | None:
        """The main difference as corrected, or "raw" beside it; None where it has no interval."""
        found = self.corrected
        return None if found is None else self.corrected_row(f"{found.study} - {found.reference}", item)

    def compared(self, data: Data, contrasts: Sequence[Contrast] | None = None) -> Outcome:
        """The same with its comparison: levels of the groups and their contrasts, with intervals."""
        # What made the comparison is let go: it may hold features, which need not be stored with the result.
        if self.compare_by is not None:
            return replace(self, comparison=self.compare_by(self, data), compare_by=None)
        found = compare(
            self.quantities,
            self.design or data.design,
            self.allowed(data) if contrasts is None else contrasts,
            min_documents=data.min_documents,
            min_denominator=self.min_denominator,
            needed_documents=self.needed_documents,
        )
        return replace(self, comparison=found)

    def allowed(self, data: Data) -> list[Contrast]:
        """Contrasts whose groups all have enough of the denominator."""
        if self.min_denominator <= 0:
            return list(data.contrasts)
        x = self.quantities.x[:, 0]
        inside = [x[data.design.documents(g)] for g in range(len(data.design.names))]
        enough = [part.sum() >= self.min_denominator and (part > 0).sum() >= self.needed_documents for part in inside]
        return [c for c in data.contrasts if all(enough[g] for g in c.groups)]

    def refused(self, data: Data) -> set[str]:
        """Groups of which nothing can be said."""
        levels = self.table[(self.table["contrast"] == "level") & (self.table["item"] == self.item)]
        return set(levels.loc[levels["estimate"].isna(), "stratum"])

    def in_cells(self, documents: pd.DataFrame) -> Cells:
        """Sums by document and speaker where they are known, else by document; of an outcome of one item."""
        if self.cells is not None:
            return self.cells
        y = self.quantities.y
        y = y if isinstance(y, np.ndarray) else y.toarray()
        columns = documents.drop(columns=["doc_id", "title", "date", "date_iso"], errors="ignore")
        return Cells(np.arange(len(documents)), y[:, 0], self.quantities.x[:, 0], columns.apply(named))


def without_groups(comparison: Comparison, refused: Collection[str]) -> Comparison:
    """The comparison with "too little text" for the groups that are refused."""
    # A copy, as the table belongs to the other comparison.
    table = comparison.table.copy()
    at = table["stratum"].isin(list(refused))
    table.loc[at, NO_NUMBERS] = np.nan
    table.loc[at, "note"] = "too little text"
    return replace(comparison, table=table)


@dataclass(frozen=True)
class Follow:
    """A result that a multiverse follows through other settings.

    Parameters
    ----------
    key, target : str
        Of the outcome.
    label, unit : str
        Title and axis of its curve.
    digits : int
        Decimals in print.
    pick : callable
        From what was found under other settings, and these settings, to the quantities of the one item that is followed.
    settings : mapping of str to object
        Settings that choices depart from, where a default was resolved from the data.
    allowed : mapping of str to collection
        Options of a choice that can be followed; all by default.
    """

    key: str
    target: str
    label: str
    unit: str
    digits: int
    pick: Callable[[Any, Any], Quantities]
    settings: Mapping[str, Any] = field(default_factory=dict)
    allowed: Mapping[str, Collection[Any]] = field(default_factory=dict)
