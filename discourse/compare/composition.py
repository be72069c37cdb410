"""Differences of what a model estimates for each document, with the uncertainty of the model beside that of sampling.

The prevalence of a topic in a document is no count but an estimate. The method of composition (Treier & Jackman 2008;
Roberts, Stewart & Airoldi 2016 for topics) repeats a comparison with draws of it from the posterior, and adds what
varies between the draws to what varies between documents. Here a model is fitted several times from different starts,
each with its own draws, so that variances are combined as in nested multiple imputation (Rubin 1987, 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from discourse.compare.quantities import Contrast, Quantities, level_of
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.types import Comparison

MOST_FREEDOM = 1e8  # degrees of freedom from which Student's t is the normal distribution


@dataclass(frozen=True)
class Fits:
    """Numerators by document in each fit of a model.

    Parameters
    ----------
    means : ndarray, shape (n_fits, n_documents, n_items)
        Expected numerators in each fit; their mean over the fits is what is compared.
    draws : ndarray, shape (n_fits, n_draws, n_documents, n_items)
        Draws of the numerators from the posterior of each fit.
    """

    means: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True)
class Spread:
    """What varies with the model in one level or contrast.

    Parameters
    ----------
    by_fit : ndarray, shape (n_fits, n_items)
        The estimate in each fit.
    between : ndarray, shape (n_items,)
        Variance of the estimate over fits; 0 where there is one.
    within : ndarray, shape (n_items,)
        Variance of the estimate over draws of one fit, averaged over the fits; 0 where there are fewer than two draws.
    n_fits, n_draws : int
        How many.
    """

    by_fit: np.ndarray
    between: np.ndarray
    within: np.ndarray
    n_fits: int
    n_draws: int

    @property
    def of_fits(self) -> np.ndarray:
        """Variance that the fits add to that of sampling: (1 + 1 / n_fits) * between."""
        return (1 + 1 / self.n_fits) * self.between

    @property
    def added(self) -> np.ndarray:
        """Variance that the model adds in all: that of the fits, and (1 - 1 / n_draws) * within (Rubin 2003)."""
        return self.of_fits + (1 - 1 / max(self.n_draws, 1)) * self.within


def spread_of(q: Quantities, fits: Fits, design: Design, contrast: Contrast) -> Spread:
    """How much a level or contrast varies with the model.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.array([0, 1]), ["a", "b"])
    >>> means = np.array([[[4.0], [2.0]], [[6.0], [2.0]]])
    >>> q = Quantities("topics", means.mean(0), np.array([10.0, 10.0]), ["T1"], 100.0)
    >>> spread = spread_of(q, Fits(means, means[:, None]), design, pair(design, 0, 1))
    >>> spread.by_fit[:, 0].tolist(), spread.between.tolist(), spread.within.tolist()
    ([20.0, 40.0], [200.0], [0.0])
    """
    inside = [q.inside(design, groups) for _, groups in contrast.parts]
    x = [q.x[rows, 0].sum() for rows in inside]
    by_fit = contrast([q.value(fits.means[:, rows].sum(1), total) for rows, total in zip(inside, x)])
    drawn = contrast([q.value(fits.draws[:, :, rows].sum(2), total) for rows, total in zip(inside, x)])
    nothing = np.zeros(len(q.items))
    n_fits, n_draws = drawn.shape[:2]
    between = by_fit.var(0, ddof=1) if n_fits > 1 else nothing
    within = drawn.var(1, ddof=1).mean(0) if n_draws > 1 else nothing
    return Spread(by_fit, between, within, n_fits, n_draws)


def widened(half: np.ndarray, spread: Spread, confidence: float, family: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Half-width of an interval with the variance of the model in it, and the share of its variance that the fits add.

    Parameters
    ----------
    half : ndarray, shape (n_items,)
        Distance from the estimate to one end of the interval that resamples documents.
    spread : Spread
        What varies with the model.
    confidence : float
        Of the interval.
    family : int
        Intervals that are to hold together; the half-width is then that for 1 - (1 - confidence) / family (Bonferroni).

    Returns
    -------
    half, share : ndarray, shape (n_items,)
        Variances add up; few fits know their variance badly, for which the quantile is that of Student's t with
        (n_fits - 1) / share**2 degrees of freedom (Rubin 1987, eq. 3.1.6).

    Examples
    --------
    >>> fits = Spread(np.zeros((5, 1)), np.array([1.0]), np.array([0.0]), 5, 0)
    >>> half, share = widened(np.array([1.96]), fits, 0.95)
    >>> half.round(2).tolist(), share.round(2).tolist()
    ([3.19], [0.55])
    """
    variance = (half / ndtri((1 + confidence) / 2)) ** 2 + spread.added
    upper = 1 - (1 - confidence) / (2 * family)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(variance > 0, spread.of_fits / variance, 0.0)
        freedom = np.minimum((spread.n_fits - 1) / share**2, MOST_FREEDOM) if spread.n_fits > 1 else MOST_FREEDOM
    return stdtrit(freedom, upper) * np.sqrt(variance), share


def composed(
    q: Quantities, fits: Fits, design: Design, contrasts: Sequence[Contrast], *, min_documents: int = 10
) -> Comparison:
    """Levels and contrasts of what a model estimates, as `compare` gives them, with the uncertainty of the model.

    Parameters
    ----------
    q : Quantities
        What is compared: numerators are means over the fits.
    fits : Fits
        The numerators in each fit, and draws of them.
    design : Design
        Groups, clusters, resamples, confidence.
    contrasts : sequence of Contrast
        What is set against what.
    min_documents : int
        Documents that a group needs for an interval.

    Returns
    -------
    Comparison
        As `compare` returns it. Intervals of levels are those of one item; the intervals of a contrast are simultaneous
        over its items (Bonferroni), so that where nothing differs any of them excludes 0 in at most 1 - confidence of
        all cases. `sd_fits` is the standard deviation of the estimate over the fits, `sd_draws` that over draws of one
        fit, `share_fits` the share of the variance of the interval that the fits add (of the wider side).

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.repeat([0, 1], 12), ["a", "b"], resamples=200)
    >>> once = 30 + np.arange(24.0) % 5 + 10 * (np.arange(24) < 12)
    >>> means = once[None, :, None] + np.array([-2, 0, 0, 2])[:, None, None] * np.array([0, 1])
    >>> q = Quantities("topics", means.mean(0), np.full(24, 100.0), ["T1", "T2"], 100.0, bounds=(0, 100))
    >>> found = composed(q, Fits(means, means[:, None]), design, [pair(design, 0, 1)]).table
    >>> found[found["stratum"] == "a"][["estimate", "sd_fits"]].round(1).values.tolist()
    [[41.8, 0.0], [41.8, 1.6]]
    """
    alone = compare(q, design, contrasts, min_documents=min_documents)
    every = [*(level_of(design, g) for g in range(len(design.names))), *contrasts]
    parts = []
    for contrast in every:
        rows = alone.table[(alone.table["stratum"] == contrast.name) & (alone.table["contrast"] == contrast.kind)]
        family, bounds = (
            (1, q.bounds) if contrast.kind == "level" else (len(q.items) * design.contrasts, (-np.inf, np.inf))
        )
        spread = spread_of(q, fits, design, contrast)
        parts.append(_with_model(rows, spread, design.confidence, family, bounds))
    params = {**alone.params, "family": len(q.items), "fits": len(fits.means)}
    return replace(alone, table=pd.concat(parts, ignore_index=True), params=params)


def _with_model(
    rows: pd.DataFrame, spread: Spread, confidence: float, family: int, bounds: tuple[float, float]
) -> pd.DataFrame:
    """Rows of one level or contrast, their intervals widened by what varies with the model."""
    estimate = rows["estimate"].to_numpy(float)
    columns, shares = {}, np.zeros(len(rows))
    for end, sign in (("low", -1), ("high", 1)):
        for name in (end, f"{end}_document"):
            half, share = widened(np.abs(rows[name].to_numpy(float) - estimate), spread, confidence, family)
            columns[name] = np.clip(estimate + sign * half, *bounds)
            if name == end:
                shares = np.fmax(shares, share)
    # Without an interval nothing is known of its share.
    share = np.where(np.isnan(columns["low"]), np.nan, shares)
    return rows.assign(**columns, sd_fits=np.sqrt(spread.between), sd_draws=np.sqrt(spread.within), share_fits=share)
