"""How far coders agree: Krippendorff's alpha with a bootstrap interval, confusion of pairs, items to discuss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import pandas as pd

from discourse.compare.resample import stream
from discourse.errors import TooLittleText, UsageError, did_you_mean
from discourse.shown import brief

Level = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True)
class Agreement:
    """Agreement of the coders in one variable.

    Parameters
    ----------
    variable, level : str
        What was coded, and on which level of measurement.
    alpha, low, high : float
        Krippendorff's alpha and its bootstrap interval over items.
    n_items, n_coders : int
        Items that two or more coders have coded, and coders.
    confusion : DataFrame
        Columns `first`, `second` (coders), `code_first`, `code_second`, `n`.
    discuss : DataFrame
        One row for each item on which coders differ, with the code of each; the largest differences first.
    """

    variable: str
    level: Level
    alpha: float
    low: float
    high: float
    n_items: int
    n_coders: int
    confusion: pd.DataFrame
    discuss: pd.DataFrame

    __repr__ = brief


def krippendorff_alpha(codes: np.ndarray, level: Level, n_values: int | None = None) -> float:
    """Krippendorff's alpha (Krippendorff 2019, ch. 12), by the package krippendorff.

    Parameters
    ----------
    codes : ndarray or DataFrame, shape (n_items, n_coders)
        Codes as numbers, in order for `ordinal`, or as texts for `nominal`; NaN (or None) where a coder has not coded an item.
    level : {"nominal", "ordinal", "interval"}
        Level of measurement.
    n_values : int, optional
        Codes are then the numbers from 0 to n_values - 1, also where one of them does not occur.

    Returns
    -------
    float
        1 for full agreement, 0 for that of chance; NaN where only one code occurs.

    Raises
    ------
    UsageError
        For a level that does not exist, less than two coders, and texts on another level than nominal.

    Examples
    --------
    >>> krippendorff_alpha(np.array([["war", "war"], ["peace", "peace"]]), "nominal")
    1.0
    >>> round(krippendorff_alpha(np.array([[0, 0], [1, 1], [0, 1], [0, 0]], float), "nominal"), 3)
    0.533
    """
    import krippendorff

    codes = _numbers(codes, level)
    pairable = codes[(~np.isnan(codes)).sum(axis=1) > 1]
    seen = np.unique(pairable[~np.isnan(pairable)])
    if len(seen) < 2:
        return float("nan")
    domain = np.arange(n_values, dtype=float) if n_values else seen
    return float(krippendorff.alpha(reliability_data=pairable.T, value_domain=domain, level_of_measurement=level))


def _numbers(codes: np.ndarray | pd.DataFrame, level: Level) -> np.ndarray:
    """Codes as numbers."""
    if level not in get_args(Level):
        raise UsageError(f'there is no level "{level}". {did_you_mean(str(level), get_args(Level))}')
    codes = np.asarray(codes)
    if codes.ndim != 2 or codes.shape[1] < 2:
        raise UsageError(f"expected a row for each item and a column for each of two or more coders, got {codes.shape}")
    if codes.dtype.kind in "biuf":
        return codes.astype(float, copy=False)
    if level != "nominal":
        raise UsageError(f"codes of the {level} level are numbers, in their order")
    places, _ = pd.factorize(codes.ravel().astype(object))
    return np.where(places < 0, np.nan, places).reshape(codes.shape)


def agreement(
    codes: pd.DataFrame,
    values: Sequence[str],
    *,
    variable: str = "code",
    level: Level = "nominal",
    numbers: Mapping[str, float] | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 1,
) -> Agreement:
    """Agreement of several coders in one variable.

    Parameters
    ----------
    codes : DataFrame
        Items by coders; missing codes are None.
    values : sequence of str
        The codes of the codebook, in order for the ordinal level.
    variable : str
        Its name.
    level : {"nominal", "ordinal", "interval"}
        Level of measurement.
    numbers : mapping of str to float, optional
        What each code means as a number, for the interval level; its place in `values` by default.
    resamples, confidence, seed
        Of the bootstrap over items.

    Returns
    -------
    Agreement
        The interval includes alpha: where the percentiles of the resamples exclude it, the nearer end is moved to it.

    Raises
    ------
    TooLittleText
        Where fewer than two items have two codes.

    Examples
    --------
    >>> codes = pd.DataFrame({"a": ["x", "y", "x", "x"], "b": ["x", "y", "y", "x"]})
    >>> found = agreement(codes, ["x", "y"], resamples=200)
    >>> round(found.alpha, 3), found.n_items, len(found.discuss), found.low <= found.alpha <= found.high
    (0.533, 4, 1, True)
    """
    place = {v: float(k) for k, v in enumerate(values)} if numbers is None else dict(numbers)
    table = codes.map(lambda v: place.get(v, np.nan) if v is not None else np.nan).to_numpy(float)
    both = (~np.isnan(table)).sum(axis=1) > 1
    n = int(both.sum())
    if n < 2:
        raise TooLittleText(f"Agreement in {variable}", f"n = {n} items with two codes", "at least 2")
    # Where codes have numbers of their own, these are not 0 to n - 1: the domain is then what occurs.
    n_values = len(values) if numbers is None else None
    alpha = krippendorff_alpha(table, level, n_values)
    rng = stream(seed, "agreement", variable)
    rows = table[both]
    draws = np.array([krippendorff_alpha(rows[rng.integers(0, n, n)], level, n_values) for _ in range(resamples)])
    # A resample in which only one code occurs has no alpha.
    draws = draws[~np.isnan(draws)]
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(draws, [tail, 100 - tail]) if len(draws) else (np.nan, np.nan)
    return Agreement(
        variable,
        level,
        alpha,
        float(min(low, alpha)),
        float(max(high, alpha)),
        n,
        codes.shape[1],
        _confusion(codes),
        _differences(codes, table),
    )


def _confusion(codes: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for a, b in combinations(codes.columns, 2):
        pair = codes[[a, b]].dropna()
        counts = pair.value_counts().rename("n").reset_index()
        counts.columns = pd.Index(["code_first", "code_second", "n"])
        parts.append(counts.assign(first=a, second=b))
    table = pd.concat(parts, ignore_index=True)
    # By coder and code: value_counts orders by frequency, which differs from table to table.
    table = table.sort_values(["first", "second", "code_first", "code_second"], kind="stable")
    return table[["first", "second", "code_first", "code_second", "n"]].reset_index(drop=True)


def _differences(codes: pd.DataFrame, table: np.ndarray) -> pd.DataFrame:
    """Items with two or more different codes, those with the widest range first."""
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(table)
        # Missing codes must be neither the largest nor the smallest of an item.
        width = np.where(
            known.sum(axis=1) > 1,
            np.where(known, table, -np.inf).max(axis=1) - np.where(known, table, np.inf).min(axis=1),
            0.0,
        )
    at = np.flatnonzero(width > 0)
    return codes.iloc[at[np.argsort(-width[at], kind="stable")]]
