"""Single values: what is the same number, set or ranking, and by which rule."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from scipy.stats import norm

# A number as it is printed: with a sign (hyphen or minus), separators of thousands, decimals, an exponent.
NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Monte-Carlo standard errors by which results of two seeds may differ.
SIMULATED_ERRORS = 4.0


class Rule(Enum):
    """By which rule two values are the same."""

    EXACT = "exact"
    PRINTED = "as printed"
    SIMULATED = "within the Monte-Carlo error"
    TOPICS = "topics matched"
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Rules:
    """What may differ between two results.

    Parameters
    ----------
    seed : bool
        Whether they come from different seeds: results of simulation may differ by their Monte-Carlo error.
    topics : bool
        Whether the sampler of the topics may have come to another model: topics are matched.
    environment : bool
        Whether versions may differ, and with them how a page is drawn; what the data say may not.
    resamples : int
        Bootstrap resamples and permutations, of each.
    confidence : float
        Of the intervals.
    """

    seed: bool = False
    topics: bool = False
    environment: bool = False
    resamples: int = 2000
    confidence: float = 0.95


# Made twice in one environment: every character is the same.
SAME = Rules()


@dataclass(frozen=True)
class Difference:
    """One value that is not the same in both.

    Parameters
    ----------
    file : str
        Path of the file in the report.
    expected, found : str
        Both values as they are written; empty where there is none.
    row, column : str
        Where in a table: the words of the row, the name of the column; in a text the words before the number.
    page : int
        Page of report.pdf, from 1; 0 where the value is on none.
    item : str
        Number of the figure or table ("Figure 2"); empty where it has none.
    rule : Rule
        By which the values were compared.
    holds : bool
        Whether the rule lets them differ by so much.
    """

    file: str
    expected: str
    found: str
    row: str = ""
    column: str = ""
    page: int = 0
    item: str = ""
    rule: Rule = Rule.EXACT
    holds: bool = False

    @property
    def change(self) -> float | None:
        """By how much, where both are numbers.

        Examples
        --------
        >>> Difference("tables/a.csv", "1,204", "1,210").change
        6.0
        """
        before, after = number(self.expected), number(self.found)
        return None if before is None or after is None else after - before


def number(text: str) -> float | None:
    """The value of a number as it is printed; None for what is no number.

    Examples
    --------
    >>> number("−2,209.5"), number("n.d.")
    (-2209.5, None)
    """
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return None
    return float(text.replace("−", "-").replace(",", ""))


def same_number(expected: float, found: float, tolerance: float = 0.0) -> bool:
    """Whether two numbers differ by no more than a tolerance; both may be missing (NaN).

    Examples
    --------
    >>> same_number(1.0, 1.04, .05), same_number(float("nan"), float("nan")), same_number(1.0, float("nan"))
    (True, True, False)
    """
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return expected == found or abs(expected - found) <= tolerance


def same_set(expected: Collection[str], found: Collection[str], least: float = 1.0) -> bool:
    """Whether two sets overlap (Jaccard 1912) by at least a share.

    Examples
    --------
    >>> same_set(["a", "b", "c", "d"], ["d", "c", "b"], .75)
    True
    """
    one, other = set(expected), set(found)
    return not (one | other) or len(one & other) / len(one | other) >= least


def same_ranking(expected: Sequence[str], found: Sequence[str], least: float = 1.0) -> bool:
    """Whether two rankings of the same items agree: Kendall's tau-a (1938) of at least `least`.

    Examples
    --------
    >>> same_ranking(["a", "b", "c", "d"], ["b", "a", "c", "d"], .6), same_ranking(["a", "b"], ["a", "c"])
    (True, False)
    """
    if sorted(expected) != sorted(found) or len(set(expected)) != len(expected):
        return False
    place = {item: k for k, item in enumerate(found)}
    order = [place[item] for item in expected]
    n = len(order)
    if n < 2:
        return True
    agreeing = sum((order[i] < order[j]) - (order[i] > order[j]) for i in range(n) for j in range(i + 1, n))
    return agreeing / (n * (n - 1) / 2) >= least - 1e-12


def error_of_limit(low: float, high: float, confidence: float, resamples: int) -> float:
    """Monte-Carlo standard error of a limit of a bootstrap interval.

    That of a sample quantile, sqrt(p (1 - p) / B) / f (Kendall and Stuart, vol. 1, 10.10), with the density f of a normal
    distribution as wide as the interval.

    Parameters
    ----------
    low, high : float
        The interval.
    confidence : float
        Its level.
    resamples : int
        Of the bootstrap.

    Returns
    -------
    float
        In the unit of the interval.

    Examples
    --------
    >>> round(error_of_limit(-1.96, 1.96, .95, 2000), 3)
    0.06
    """
    tail = (1 - confidence) / 2
    z = float(norm.ppf(1 - tail))
    sd = (high - low) / (2 * z)
    return math.sqrt(tail * (1 - tail) / resamples) * sd / float(norm.pdf(z))


def error_of_share(share: float, n: int) -> float:
    """Monte-Carlo standard error of a share, such as a p-value, of `n` simulations; of none or all, as of one in `n`.

    Examples
    --------
    >>> round(error_of_share(.05, 2000), 4)
    0.0049
    """
    inside = min(max(share, 1 / n), 1 - 1 / n)
    return math.sqrt(inside * (1 - inside) / n)
