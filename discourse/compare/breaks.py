"""Where the level of a series breaks, beside the breaks of series without one that are as dependent from one period to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from discourse.compare.resample import stream
from discourse.errors import DiscourseError, TooLittleText
from discourse.shown import brief

GRID = np.append(np.arange(0, 0.91, 0.1), [0.95, 0.98])  # autocorrelations that are tried
TRIED = 60  # simulated series for each of them
# The autocorrelation that is taken is one below which so large a share of series would fall: it is known from few periods only, and a
# series that is taken for less dependent than it is has breaks by chance (benchmarks/breaks.py).
CAUTION = 0.2


@dataclass(frozen=True, eq=False)
class Breaks:
    """Breaks of one series.

    Parameters
    ----------
    table : DataFrame
        `at` (first period after the break, counted from 0), `low`, `high` (its interval), `before`, `after` (levels), `p`: how often a series
        without this break shows one that explains as much.
    next_at, next_p : int, float
        The largest further break, which is none, and its p-value.
    levels : ndarray of float64, shape (n_periods,)
        Level of each period.
    autocorrelation : float
        Of neighbouring periods around these levels: the upper end of its interval, which null and intervals are made with.
    draws : int
        Series without a break that were drawn for each p-value.
    """

    table: pd.DataFrame
    next_at: int
    next_p: float
    levels: np.ndarray
    autocorrelation: float
    draws: int

    __repr__ = brief


@dataclass(frozen=True, eq=False)
class _Series:
    """A series with its weights, and the bounds between which a break may be looked for."""

    values: np.ndarray
    weights: np.ndarray
    least: int
    bounds: tuple[int, ...] = field(default=())

    @property
    def segments(self) -> list[tuple[int, int]]:
        ends = [0, *self.bounds, len(self.weights)]
        return list(pairwise(ends))

    def with_breaks(self, bounds: Sequence[int]) -> _Series:
        return _Series(self.values, self.weights, self.least, tuple(bounds))

    def levels(self, series: np.ndarray) -> np.ndarray:
        """Weighted mean of the segment of each period; as many rows as there are series."""
        w = self.weights
        parts = [np.repeat((series[:, a:b] @ w[a:b] / w[a:b].sum())[:, None], b - a, 1) for a, b in self.segments]
        return np.hstack(parts)

    def scan(self, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The largest further break of each series: the share of the variation left that it explains, and where it is (0: nowhere)."""
        w, n = self.weights, len(series)
        best, at = np.zeros(n), np.zeros(n, np.int64)
        for a, b in self.segments:
            places = np.arange(a + self.least, b - self.least + 1)
            if not len(places):
                continue
            gains = _gains(series[:, a:b], w[a:b], places - a)
            k = gains.argmax(1)
            gain = gains[np.arange(n), k]
            better = gain > best
            best, at = np.where(better, gain, best), np.where(better, places[k], at)
        left = ((series - self.levels(series)) ** 2 * w).sum(1)
        return best / np.maximum(left, 1e-300), at


def _gains(series: np.ndarray, w: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How much of the weighted variation a break at each place explains."""
    total, mass = np.cumsum(series * w, 1), np.cumsum(w)
    left, right = mass[places - 1], mass[-1] - mass[places - 1]
    a = total[:, places - 1] / left
    b = (total[:, -1:] - total[:, places - 1]) / right
    return np.asarray((a - b) ** 2 * left * right / mass[-1])


def best_breaks(values: Sequence[float], weights: Sequence[float] | None, breaks: int, least: int = 2) -> list[int]:
    """The places of so many breaks that leave the smallest weighted sum of squares around the levels between them.

    Parameters
    ----------
    values, weights : sequence of float, shape (n_periods,)
        Weights are 1 by default.
    breaks : int
        How many.
    least : int
        Periods between two breaks.

    Returns
    -------
    list of int
        First period after each break, counted from 0.

    Raises
    ------
    TooLittleText
        With too few periods for so many breaks.

    Notes
    -----
    Exact, by dynamic programming over the segments (Auger and Lawrence 1989).

    Examples
    --------
    >>> best_breaks([1, 1, 2, 7, 8, 7, 3, 3, 3], None, 2)
    [3, 6]
    """
    y = np.asarray(values, float)
    n = len(y)
    w = np.ones(n) if weights is None else np.asarray(weights, float)
    if n < (breaks + 1) * least:
        raise TooLittleText(f"{breaks} breaks", f"n = {n} periods", f"{(breaks + 1) * least} periods")
    mass, first, second = (np.concatenate([[0.0], np.cumsum(v)]) for v in (w, w * y, w * y**2))
    i, j = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        cost = second[j] - second[i] - (first[j] - first[i]) ** 2 / (mass[j] - mass[i])
    cost[j - i < least] = np.inf
    best, back = cost[0], []
    for _ in range(breaks):
        through = best[:, None] + cost
        back.append(through.argmin(0))
        best = through.min(0)
    found, end = [], n
    for choice in reversed(back):
        end = int(choice[end])
        found.append(end)
    return found[::-1]


def change_points(
    values: Sequence[float],
    weights: Sequence[float] | None = None,
    *,
    most: int = 3,
    least: int = 5,
    draws: int = 999,
    confidence: float = 0.95,
    seed: int = 1,
) -> Breaks:
    """Breaks in the level of a series, one after another, as long as a series without the next one seldom shows as much.

    Parameters
    ----------
    values : sequence of float, shape (n_periods,)
        Successive periods.
    weights : sequence of float, optional
        How much text each period has.
    most : int
        Breaks at most.
    least : int
        Periods between two breaks.
    draws : int
        Series without a break that are drawn.
    confidence : float
        1 minus this is the p-value below which a break is one; and of the interval of its date.
    seed : int
        Of the random numbers.

    Raises
    ------
    TooLittleText
        With fewer periods than twice `least`.

    Notes
    -----
    The statistic is that of sequential tests for breaks (Bai and Perron 1998): the largest share of the remaining variation that one more
    break explains. Its null distribution is that of first-order autoregressive noise made of the series' own innovations. The autocorrelation that
    is taken is the upper end of an interval (one-sided, 80%): the largest at which simulated series without a break, once their `most` largest ones
    have been taken out, are as little dependent as the data without theirs. Estimated with the breaks in it would be too large, and without
    correction for those that were taken out too small.
    Intervals of dates are quantiles of the dates that are found again in series with the breaks and such noise.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> found = change_points(rng.normal(0, 1, 60) + 3 * (np.arange(60) >= 35))
    >>> found.table["at"].tolist(), bool(found.next_p > 0.05)
    ([35], True)
    """
    y = np.asarray(values, float)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, float)
    if len(y) != len(w) or not np.isfinite(y).all() or not (w > 0).all():
        raise DiscourseError("change_points: expected numbers, and a weight above 0 for each")
    if len(y) < 2 * least:
        raise TooLittleText("A break", f"n = {len(y)} periods", f"{2 * least} periods")
    w, rng = w / w.mean(), stream(seed, "breaks")
    series, ps = _Series(y, w, least), list[float]()
    rho = _autocorrelation(series, most, rng)
    # Scale and levels of the noise change nothing in shares of variation.
    noise = _Noise.of(_widest(series, y, most), rho).drawn(draws, rng)
    while True:
        share, at = series.scan(y[None])
        p = float((1 + (series.scan(noise)[0] >= share[0]).sum()) / (1 + draws))
        if share[0] == 0 or p > 1 - confidence or len(ps) == most:
            break
        ps.append(p)
        # All places together, not one after another.
        series = series.with_breaks(best_breaks(y.tolist(), w.tolist(), len(ps), least))
    levels = series.levels(y[None])[0]
    again = levels + _Noise.of(series, rho).drawn(draws, rng)
    tail = (1 - confidence) / 2
    ends, rows = [0, *series.bounds, len(y)], []
    for k, place in enumerate(series.bounds):
        # Between its neighbours; which may have been found in another order than that of time.
        a, b = ends[k], ends[k + 2]
        places = np.arange(a + least, b - least + 1)
        found = places[_gains(again[:, a:b], w[a:b], places - a).argmax(1)]
        low, high = np.quantile(found, [tail, 1 - tail], method="inverted_cdf")
        rows.append((place, min(int(low), place), max(int(high), place), levels[place - 1], levels[place], ps[k]))
    table = pd.DataFrame(rows, columns=["at", "low", "high", "before", "after", "p"])
    if len(table):
        # p-values belong to the order in which breaks were found; of several the largest holds for all.
        table["p"] = max(ps)
    return Breaks(table, int(at[0]), p, levels, rho, draws)


def _widest(series: _Series, y: np.ndarray, most: int) -> _Series:
    """With the largest break taken out again and again, as often as there may be breaks."""
    for _ in range(most):
        _, at = series.scan(y[None])
        if at[0]:
            series = series.with_breaks(sorted({*series.bounds, int(at[0])}))
    return series


def _autocorrelation(series: _Series, most: int, rng: np.random.Generator) -> float:
    """The largest at which series without a break are as little dependent as this one, after as many breaks have been taken out of them."""

    def left(y: np.ndarray) -> float:
        return _lag(_residuals(_widest(series, y, most), y))

    seen = []
    for rho in GRID:
        shocks = rng.standard_normal((TRIED, len(series.weights)))
        drawn = _autoregressive(shocks, rho) / np.sqrt(series.weights)
        seen.append(float(np.quantile([left(y) for y in drawn], CAUTION)))
    return float(np.interp(left(series.values), np.maximum.accumulate(seen), GRID))


@dataclass(frozen=True, eq=False)
class _Noise:
    """First-order autoregressive noise with the innovations of a series, larger where there is less text."""

    autocorrelation: float
    innovations: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, series: _Series, rho: float) -> _Noise:
        """Around the levels of a series."""
        z = _residuals(series, series.values)
        shocks = z[1:] - rho * z[:-1]
        # As many levels as were taken out have taken variation with them.
        spare = max(len(shocks) - len(series.segments), 1)
        return cls(rho, (shocks - shocks.mean()) * np.sqrt(len(shocks) / spare), series.weights)

    def drawn(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Noise of so many series; float64, shape (draws, n_periods)."""
        shocks = self.innovations[rng.integers(len(self.innovations), size=(draws, len(self.weights)))]
        return _autoregressive(shocks, self.autocorrelation) / np.sqrt(self.weights)


def _residuals(series: _Series, y: np.ndarray) -> np.ndarray:
    return np.asarray((y - series.levels(y[None])[0]) * np.sqrt(series.weights))


def _lag(z: np.ndarray) -> float:
    """Correlation of neighbours, around 0."""
    return float((z[1:] * z[:-1]).sum() / max((z**2).sum(), 1e-300))


def _autoregressive(shocks: np.ndarray, rho: float) -> np.ndarray:
    """Noise whose neighbours correlate by rho, with the variance that it has in the long run from the first period on."""
    found = shocks.copy()
    found[:, 0] /= np.sqrt(1 - rho**2)
    for t in range(1, found.shape[1]):
        found[:, t] += rho * found[:, t - 1]
    return found
