"""How far a measure has been checked against coded mentions: a value of what is compared, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from discourse.report.templates import render
from discourse.report.words import listed

# Krippendorff (2019, p. 356): below it no conclusions, not even tentative ones.
LEAST_ALPHA = 0.667


class Validity(StrEnum):
    """What may be said of a measure."""

    UNVALIDATED = "unvalidated"
    VOID = "void"
    VALIDATED = "validated"
    CROSS_VALIDATED = "cross-validated"
    NO_BETTER = "no better than chance"
    DISAGREED = "the coders disagree"

    @property
    def earned(self) -> bool:
        """Whether the measure may be called validated."""
        return self in (Validity.VALIDATED, Validity.CROSS_VALIDATED)


class Statistic(StrEnum):
    """By which number the agreement with the codes is shown."""

    MACRO_F1 = "macro-F1"
    CORRELATION = "correlation with the codes"


@dataclass(frozen=True)
class MeasureValidity:
    """How well one measure agrees with its own codes.

    Parameters
    ----------
    status : Validity
        What may be said of it.
    changed : tuple of str
        What makes an earlier validation void: "corpus", "target", "lexicons", "settings", "measure" or "counts".
    statistic : Statistic
        What `estimate` is.
    estimate, low, high : float
        Agreement and its interval.
    baseline : float
        What calling every mention what most of them are would reach: the interval of a valid measure lies above it.
    gap, gap_low, gap_high : float
        Of a number: mean of the measure minus mean of the codes, in the study group minus in the reference group.
    alpha, nominal : float
        Krippendorff's alpha of the coders, ordinal where the codes have an order, and nominal; NaN where no item is coded twice.
    n_coded, n_shared, coders : int
        Mentions with a code, those with codes of several coders, and coders.

    Examples
    --------
    >>> MeasureValidity().status.earned
    False
    """

    status: Validity = Validity.UNVALIDATED
    changed: tuple[str, ...] = ()
    statistic: Statistic = Statistic.MACRO_F1
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    baseline: float = 0.0
    gap: float = np.nan
    gap_low: float = np.nan
    gap_high: float = np.nan
    alpha: float = np.nan
    nominal: float = np.nan
    n_coded: int = 0
    n_shared: int = 0
    coders: int = 0


def in_words(changed: Sequence[str]) -> str:
    """What has changed since a sample was drawn or validated."""
    return listed([render("validity", f"changed_{name}") for name in changed])


def validity_words(validity: MeasureValidity) -> str:
    """The line on each figure: "validated: macro-F1 ...", "not valid (...)", or "unvalidated" with the reason."""
    return render("validity", "line", v=validity, changed=in_words(validity.changed), least=LEAST_ALPHA)
