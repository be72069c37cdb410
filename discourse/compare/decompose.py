"""A difference between two groups, split into the mix of strata and what changed within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import percentile
from discourse.compare.quantities import Quantities
from discourse.compare.quantities import pair as contrast_of
from discourse.compare.ratios import bounds_of
from discourse.compare.resample import Design
from discourse.compare.sums import Sums, Weights
from discourse.errors import TooLittleText
from discourse.shown import brief

PARTS = ("mix", "within", "only study", "only reference")


@dataclass(frozen=True)
class Cells:
    """Sums of y and x by document and stratum: what a speaker says in a document, for instance.

    Parameters
    ----------
    document : ndarray of int, shape (n_cells,)
        Index of the document.
    y, x : ndarray of float, shape (n_cells,)
        Numerators and denominators.
    strata : DataFrame, n_cells rows
        A column for each way to divide: speaker, kind, venue.
    """

    document: np.ndarray
    y: np.ndarray
    x: np.ndarray
    strata: pd.DataFrame

    __repr__ = brief


class _Group(NamedTuple):
    """Cells of a group, the unit of each, and how often units count: first as they are, then in each resample."""

    cells: np.ndarray
    units: np.ndarray
    weights: Weights

    def sums(self, values: np.ndarray, codes: np.ndarray, n: int) -> np.ndarray:
        """Weighted sums of the values of cells by stratum; shape (n_rows, n)."""
        shape = (self.weights.rows.shape[1], n)
        by_stratum = sparse.csc_array((values[self.cells], (self.units, codes[self.cells])), shape=shape)
        return Sums(by_stratum)(self.weights).T

    @property
    def of_cells(self) -> np.ndarray:
        """How often each cell counts; float64, shape (n_rows, n_cells)."""
        return self.weights.rows[:, self.units].astype(float)


def _groups(cells: Cells, design: Design, pair: tuple[int, int], unit: str) -> list[_Group]:
    found = []
    for g in pair:
        at = np.flatnonzero((design.group[cells.document] == g) & (cells.x > 0))
        documents = np.unique(cells.document[at])
        codes = design.units(documents, unit)
        drawn = design.drawn(g, int(codes.max(initial=-1)) + 1, unit)
        rows = np.concatenate([np.ones((1, drawn.shape[1]), drawn.dtype), drawn])
        found.append(_Group(at, codes[np.searchsorted(documents, cells.document[at])], Weights(rows)))
    return found


def kitagawa(
    cells: Cells,
    design: Design,
    pair: tuple[int, int],
    column: str,
    *,
    scale: float = 1.0,
    bounds: tuple[float, float] = (0.0, np.inf),
    unit: str = "document",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a difference of two ratios by one way to divide the text (Kitagawa 1955).

    Parameters
    ----------
    cells : Cells
        Sums by document and stratum.
    design : Design
        Groups, clusters, resamples, confidence.
    pair : (int, int)
        Study and reference group.
    column : str
        Column of `cells.strata`.
    scale, bounds
        Factor of the ratios, and what they can reach, as in `Quantities`.
    unit : {"document", "cluster"}
        What is resampled.

    Returns
    -------
    parts : DataFrame
        `part`, `estimate`, `low`, `high`: "difference", and its parts, which sum to it: "mix" (the strata have other
        shares of the text), "within" (the ratios within strata differ), "only study" and "only reference" (strata that
        only one group has differ from those that both have; Nopo 2008).
    strata : DataFrame
        `stratum`, `share_study`, `share_reference` (of x), `common_study`, `common_reference` (of the x of strata that both
        groups have), `study`, `reference` (ratios), `mix`, `within`: what each stratum adds to these two parts, and
        `mean`: with p and r the common shares and the ratios, mix = (p1 - p0) ((r1 + r0) / 2 - mean) and
        within = (r1 - r0) (p1 + p0) / 2.

    Raises
    ------
    TooLittleText
        If no stratum has text in both groups.

    Notes
    -----
    With p the share of a stratum in x and r its ratio, both within the strata that both groups have: mix = sum of
    (p1 - p0) (r1 + r0) / 2, within = sum of (r1 - r0) (p1 + p0) / 2 (Kitagawa 1955). Intervals are percentile
    intervals of the bootstrap, widened as the studentised interval of the whole difference is wider than its percentile
    interval.

    Examples
    --------
    >>> cells = Cells(np.arange(4), np.array([8.0, 1.0, 2.0, 3.0]), np.array([10.0, 10.0, 10.0, 30.0]),
    ...               pd.DataFrame({"kind": ["remarks", "statement"] * 2}))
    >>> parts, _ = kitagawa(cells, Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=100), (0, 1), "kind")
    >>> parts[["part", "estimate"]].round(3).values.tolist()[:3]
    [['difference', 0.325], ['mix', 0.1], ['within', 0.225]]
    """
    codes, names = pd.factorize(cells.strata[column].astype(str), sort=True)
    groups = _groups(cells, design, pair, unit)
    y, x = ([g.sums(values, codes, len(names)) for g in groups] for values in (cells.y, cells.x))
    common = (x[0] > 0) & (x[1] > 0)
    if not common[0].any():
        raise TooLittleText(f"The mix by {column}", f"no {column} has text in both groups", "one that both have")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [np.where(common, a / b, 0.0) for a, b in zip(y, x)]
        inside = [np.where(common, b, 0.0) for b in x]
        shares = [b / b.sum(1, keepdims=True) for b in inside]
        whole = [a.sum(1) / b.sum(1) for a, b in zip(y, x)]
        shared = [np.where(common, a, 0.0).sum(1) / b.sum(1) for a, b in zip(y, inside)]
    change, level = shares[0] - shares[1], (ratios[0] + ratios[1]) / 2
    mix = (change * level).sum(1)
    within = ((ratios[0] - ratios[1]) * (shares[0] + shares[1]) / 2).sum(1)
    only = [whole[0] - shared[0], shared[1] - whole[1]]
    total = whole[0] - whole[1]
    values = scale * np.stack([total, mix, within, *only], 1)
    parts = _table(values, ["difference", *PARTS], _difference(cells, design, pair, scale, bounds, unit), design)
    at = common[0]
    # Shares change by 0 in sum, so that any level can be taken off; the mean one shows what each stratum adds.
    mean = (level[0] * (shares[0][0] + shares[1][0]) / 2).sum()
    strata = pd.DataFrame(
        {
            "stratum": names,
            "share_study": x[0][0] / x[0][0].sum(),
            "share_reference": x[1][0] / x[1][0].sum(),
            **{f"common_{end}": np.where(at, p[0], np.nan) for end, p in zip(("study", "reference"), shares)},
            "study": scale * np.divide(y[0][0], x[0][0], out=np.full(len(names), np.nan), where=x[0][0] > 0),
            "reference": scale * np.divide(y[1][0], x[1][0], out=np.full(len(names), np.nan), where=x[1][0] > 0),
            "mix": np.where(at, scale * change[0] * (level[0] - mean), np.nan),
            "within": np.where(at, scale * (ratios[0] - ratios[1])[0] * (shares[0] + shares[1])[0] / 2, np.nan),
            "mean": scale * mean,
        }
    )
    return parts, strata


def _difference(
    cells: Cells, design: Design, pair: tuple[int, int], scale: float, bounds: tuple[float, float], unit: str
) -> tuple[float, float]:
    """The interval of the whole difference, as elsewhere."""
    n = len(design.group)
    y, x = (np.bincount(cells.document, v, n)[:, None] for v in (cells.y, cells.x))
    q = Quantities("difference", y, x, ["difference"], scale, bounds=bounds)
    low, high = bounds_of(q, design, contrast_of(design, *pair), unit)
    return float(low[0]), float(high[0])


def _table(values: np.ndarray, names: Sequence[str], difference: tuple[float, float], design: Design) -> pd.DataFrame:
    """First row of the values as estimates, the others as their bootstrap; the whole difference first.

    Percentile intervals are too narrow in small groups. Where the studentised interval of the whole is known, the
    intervals of the parts are widened as much as it is wider than the percentile interval of the whole.
    """
    low, high = percentile(values[1:], design.confidence)
    wider = 1.0 if np.isfinite(difference).all() else np.nan
    if design.interval == "studentised" and high[0] > low[0]:
        wider = np.maximum((difference[1] - difference[0]) / (high[0] - low[0]), 1.0)
    low, high = values[0] - wider * (values[0] - low), values[0] + wider * (high - values[0])
    low[0], high[0] = difference
    # Linear algebra on several cores differs in the last bits.
    rounded = ([float(f"{v:.12g}") for v in column] for column in (values[0], low, high))
    return pd.DataFrame({"part": list(names), **dict(zip(("estimate", "low", "high"), rounded))})


def oaxaca(
    cells: Cells,
    design: Design,
    pair: tuple[int, int],
    columns: Sequence[str],
    *,
    scale: float = 1.0,
    bounds: tuple[float, float] = (0.0, np.inf),
    unit: str = "document",
) -> pd.DataFrame:
    """Split a difference of two ratios by several ways to divide the text at once (Oaxaca 1973; Blinder 1973).

    Parameters
    ----------
    cells, design, pair, scale, bounds, unit
        As in `kitagawa`.
    columns : sequence of str
        Columns of `cells.strata`.

    Returns
    -------
    DataFrame
        `part`, `estimate`, `low`, `high`: "difference", and its parts, which sum to it: "mix: COLUMN" for each column,
        "within", and "only study", "only reference" for strata that only one group has.

    Raises
    ------
    TooLittleText
        If no cell has strata that both groups have.

    Notes
    -----
    In each group the ratios y / x are regressed on indicators of all strata, weighted by x; the mix is the difference
    of their mean indicators times the mean of the two groups' coefficients (Reimers 1983). With one column this is
    Kitagawa's formula.
    """
    strata = cells.strata[list(columns)].astype(str)
    ours = [design.group[cells.document] == g for g in pair]
    counted = cells.x > 0
    common = np.ones(len(strata), bool)
    # Without the strata of one column another may lose its partner: until nothing changes.
    while True:
        before = common.sum()
        for c in columns:
            both = [set(strata[c][o & counted & common]) for o in ours]
            common &= strata[c].isin(both[0] & both[1]).to_numpy()
        if common.sum() == before:
            break
    if not all((o & counted & common).any() for o in ours):
        listed = " and ".join(columns)
        raise TooLittleText(
            f"The mix by {listed}", "no text with strata that both groups have", "strata that both have"
        )
    groups = _groups(cells, design, pair, unit)
    blocks = []
    for c in columns:
        # Rows outside the common strata take any of them: they have no part in the regression.
        codes, names = pd.factorize(strata[c].where(common, strata[c][common].iloc[0]), sort=True)
        # Indicators of a column sum to the constant: one of them is left out.
        blocks.append(np.eye(len(names))[codes][:, 1:])
    z = np.concatenate([np.ones((len(strata), 1)), *blocks], axis=1)
    k = z.shape[1]
    means, betas, whole, shared = [], [], [], []
    for group in groups:
        at, w = group.cells, group.of_cells
        inside = at[common[at]]
        v = w[:, common[at]]
        zx = z[inside] * cells.x[inside, None]
        products = (v @ (zx[:, :, None] * z[inside][:, None, :]).reshape(len(inside), -1)).reshape(-1, k, k)
        # A resample may lack a stratum, which makes the products singular: hence the pseudo-inverse.
        betas.append(
            (np.linalg.pinv(products, hermitian=True) @ (v @ (z[inside] * cells.y[inside, None]))[:, :, None])[:, :, 0]
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            sums = v @ zx
            means.append(sums / sums[:, :1])
            whole.append((w @ cells.y[at]) / (w @ cells.x[at]))
            shared.append((v @ cells.y[inside]) / sums[:, 0])
    average = (betas[0] + betas[1]) / 2
    explained = (means[0] - means[1]) * average
    ends = np.cumsum([1, *(b.shape[1] for b in blocks)])
    mixes = [explained[:, a:b].sum(1) for a, b in pairwise(ends)]
    total = whole[0] - whole[1]
    only = [whole[0] - shared[0], shared[1] - whole[1]]
    # What is left, so that the parts sum to the whole exactly.
    within = total - sum(mixes) - sum(only)
    values = np.stack([total, *mixes, within, *only], 1)
    names = ["difference", *(f"mix: {c}" for c in columns), *PARTS[1:]]
    return _table(scale * values, names, _difference(cells, design, pair, scale, bounds, unit), design)
