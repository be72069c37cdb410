"""How strong something that was not measured would have to be to explain a difference away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd


class Strength(NamedTuple):
    """What a kind of text would have to be: how many times as frequent in one group, or how far from other text.

    `e_value` is NaN for levels that are no rates, `least` is 0 where levels have no upper bound.
    """

    e_value: float
    least: float
    needed: tuple[float, ...]


def needed_strength(
    study: float,
    reference: float,
    bounds: tuple[float, float] = (0.0, np.inf),
    more: tuple[float, ...] = (0.1, 0.25, 0.5),
    to: float = 0.0,
) -> Strength:
    """The kind of text that would explain a difference of two levels away, were nothing else different.

    Parameters
    ----------
    study, reference : float
        Levels of the groups.
    bounds : (float, float)
        What a level can reach.
    more : tuple of float
        Shares of its text that the study group has more of such a kind than the reference group.
    to : float
        What remains of the difference: 0, or the distance of the estimate from the bound of its interval that is nearer to 0, for the kind
        that would let the interval reach 0.

    Returns
    -------
    Strength
        `needed`: for each of `more`, by how much the level in texts of that kind would have to exceed that in all others, (study -
        reference - to) / more; NaN where no level could differ so much. `least`: the smallest such share of the text that could do it at all.
        `e_value` (of rates, `to` apart): a kind that is at most E times as frequent in one group as in the other, and in which the rate is at
        most E times that elsewhere, can explain a ratio of R only with E of R + sqrt(R (R - 1)) or more (VanderWeele & Ding 2017).

    Notes
    -----
    A level is a ratio of sums. Where a kind of text has the level v1 in both groups, all other text v0, and the kind makes up u1 and u0 of
    what the two groups say, their levels are v0 + u1 (v1 - v0) and v0 + u0 (v1 - v0): the difference is (u1 - u0) (v1 - v0), exactly (Bross
    1966; the mix of Kitagawa 1955 for two strata).

    Examples
    --------
    >>> needed_strength(12.0, 7.0).needed
    (50.0, 20.0, 10.0)
    >>> round(needed_strength(10.73, 1.0).e_value, 1)
    20.9
    """
    difference = study - reference - to
    low, high = bounds
    width = high - low
    needed = tuple(float(difference / share) if abs(difference / share) <= width else float("nan") for share in more)
    e_value = float("nan")
    if low == 0 and not np.isfinite(high) and min(study, reference) > 0:
        r = max(study, reference) / min(study, reference)
        e_value = float(r + np.sqrt(r * (r - 1)))
    return Strength(e_value, float(abs(difference) / width) if np.isfinite(width) else 0.0, needed)


def measured_strength(strata: pd.DataFrame) -> pd.DataFrame:
    """What each measured stratum would explain in the same way, if it were the only one that sets texts apart.

    Parameters
    ----------
    strata : DataFrame
        From `discourse.compare.decompose.kitagawa`: `stratum`, `common_study`, `common_reference`, `study`, `reference`.

    Returns
    -------
    DataFrame
        `stratum`, `more` (share of the text that the study group has more of it), `higher` (its level less that of all other text, the mean
        of the two groups), `explains` (their product), the largest first. Strata that are all of the text have no other text.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["a", "b"], "common_study": [0.6, 0.4], "common_reference": [0.2, 0.8],
    ...                        "study": [9.0, 1.0], "reference": [7.0, 3.0]})
    >>> measured_strength(strata).sort_values("stratum").round(2).values.tolist()
    [['a', 0.4, 6.0, 2.4], ['b', -0.4, -6.0, 2.4]]
    """
    table = strata[strata["common_study"].notna()]
    higher = []
    for end in ("study", "reference"):
        share, level = table[f"common_{end}"].to_numpy(float), table[end].to_numpy(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = ((share * level).sum() - share * level) / (1 - share)
        higher.append(np.where(share < 1, level - rest, np.nan))
    more = (table["common_study"] - table["common_reference"]).to_numpy(float)
    mean = (higher[0] + higher[1]) / 2
    found = pd.DataFrame(
        {"stratum": table["stratum"].astype(str), "more": more, "higher": mean, "explains": more * mean}
    )
    found = found[np.isfinite(found["explains"])]
    return found.loc[found["explains"].abs().sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
