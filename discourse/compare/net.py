"""Differences about a target, net of the background: did a word become more frequent near the target than elsewhere?

The level of a term in a group is the logarithm of an odds ratio: its odds inside a scope (the sentences that mention the
target, say) over its odds outside. The net difference is that of the levels of two groups, a difference in differences
of log-odds: 0 where a term rose as much near the target as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import by_unit
from discourse.compare.keyness import informed_prior
from discourse.compare.permutation import degrees
from discourse.compare.resample import Design
from discourse.compare.simultaneous import Simultaneous, simultaneous
from discourse.compare.strata import strata_of
from discourse.compare.sums import CACHED, ENTRIES, Sums, Weights, place_of, product, times, totals, whole

COLUMNS = (
    "net",
    "net_low",
    "net_high",
    "net_low_pointwise",
    "net_high_pointwise",
    "net_p",
    "net_p_family",
    "background",
)


class Totals(NamedTuple):
    """Of each term: frequency inside, units that have it inside, frequency outside."""

    inside: np.ndarray
    containing: np.ndarray
    outside: np.ndarray


@dataclass(frozen=True)
class Regions:
    """Frequencies of terms inside and outside a scope, by unit of inference.

    Parameters
    ----------
    inside, outside : csr_array or csc_array, shape (n_rows, n_terms)
        Frequencies, of any type of whole numbers.
    n_inside, n_outside : ndarray of float, shape (n_units,)
        Tokens.
    rows : ndarray of int, shape (n_units,), optional
        The row of the frequencies that each unit has; rows are units by default.
    """

    inside: sparse.csr_array | sparse.csc_array
    outside: sparse.csr_array | sparse.csc_array
    n_inside: np.ndarray
    n_outside: np.ndarray
    rows: np.ndarray | None = None

    def of(self, rows: np.ndarray) -> Regions:
        """Those of some units, or documents; frequencies are not copied."""
        place = rows if self.rows is None else self.rows[rows]
        return Regions(self.inside, self.outside, self.n_inside[rows], self.n_outside[rows], place)

    def by(self, codes: np.ndarray) -> Regions:
        """Sums by unit; codes number the units from 0."""
        if np.array_equal(codes, np.arange(len(codes))):
            return self
        sums = [np.bincount(codes, n) for n in (self.n_inside, self.n_outside)]
        summed = [(by_unit(y, codes), by_unit(z, codes)) for y, z in self.parts()]
        inside, outside = (sparse.csr_array(sparse.hstack(v, format="csr")) for v in zip(*summed))
        return Regions(inside, outside, *sums)

    @cached_property
    def _slices(self) -> list[slice]:
        """Some terms at a time, where what depends on them is more than memory should hold."""
        stored = totals(self.inside)[1] + totals(self.outside)[1]
        bounds = np.searchsorted(np.cumsum(stored), np.arange(ENTRIES, int(stored.sum()), ENTRIES))
        found = [slice(a, b) for a, b in pairwise(np.unique([0, *bounds, len(stored)]).tolist())]
        # Of no terms there is one part, without columns.
        return found or [slice(0, 0)]

    def parts(self) -> Iterator[tuple[sparse.csr_array, sparse.csr_array]]:
        """Frequencies by unit, inside and outside, of some terms at a time."""
        for terms in self._slices:
            y, z = (sparse.csr_array(counts[:, terms]) for counts in (self.inside, self.outside))
            yield (y, z) if self.rows is None else (y[self.rows], z[self.rows])

    @property
    def place(self) -> np.ndarray | None:
        """The unit of each row of the frequencies, -1 for others; None where rows are units."""
        return None if self.rows is None else place_of(self.rows, self.inside.shape[0])

    def totals(self, study: np.ndarray) -> tuple[Totals, Totals]:
        """Of the units of the study group, and of the others."""
        found = [[(*totals(y[g]), totals(z[g])[0]) for g in (study, ~study)] for y, z in self.parts()]
        one, other = (Totals(*(np.concatenate(v) for v in zip(*of_group))) for of_group in zip(*found))
        return one, other


@dataclass(frozen=True)
class Net:
    """The level of each term in any weighted set of units: log-odds inside minus log-odds outside.

    Parameters
    ----------
    regions : Regions
        By unit.
    priors : tuple of (ndarray, float)
        Expected share of each term, and the weight of that prior in tokens, inside and outside.
    """

    regions: Regions
    priors: tuple[tuple[np.ndarray, float], tuple[np.ndarray, float]]

    @cached_property
    def _frequencies(self) -> tuple[Sums, Sums, Sums]:
        """Of what the sums are taken: y, z and their product."""
        r = self.regions
        # Few units have a term on both sides.
        both = sparse.hstack([y.astype(float).multiply(z) for y, z in r.parts()], format="csc")
        return Sums(r.inside, r.place), Sums(r.outside, r.place), Sums(both)

    @cached_property
    def _dense(self) -> np.ndarray:
        """What does not: units, tokens, their squares and product; shape (n_units, 6)."""
        m, n = self.regions.n_inside, self.regions.n_outside
        return np.column_stack([np.ones(len(m)), m, n, m * m, n * n, m * n])

    def sums(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weighted sums over units, of what depends on the terms and of what does not.

        Returns
        -------
        ndarray, shape (9, n_terms, n_resamples)
            Of y, z, their squares and product, their products with the tokens inside and outside.
        ndarray, shape (6, 1, n_resamples)
            Of `_dense`.
        """
        drawn, (y, z, both) = Weights(weights), self._frequencies
        m, n = self.regions.n_inside, self.regions.n_outside
        found = np.empty((9, self.regions.inside.shape[1], len(weights)))
        for rows, of in (((0, 2, 5, 6), y), ((1, 3, 7, 8), z)):
            for terms, block in of.blocks(len(weights)):
                v = block.values
                for row, values in zip(rows, (v, v * v, v * m[block.units], v * n[block.units])):
                    found[row, terms] = product(
                        block._replace(values=values), drawn, whole=of.whole and self._whole_tokens
                    )
        found[4] = both(drawn)
        return found, times(weights, self._dense).T[:, None]

    @cached_property
    def _whole_tokens(self) -> bool:
        return whole(self.regions.n_inside) and whole(self.regions.n_outside)

    def level(self, terms: np.ndarray, tokens: np.ndarray, part: slice) -> tuple[np.ndarray, np.ndarray]:
        """Levels and their variances from sums of some terms; each of shape (n_terms, n_resamples).

        The variance is that of sums over independent units, by linearisation: a unit adds y/A - (m - y)/B inside, and takes
        away the same of the outside. It is never smaller than that of independent tokens, 1/A of the inside and of the
        outside (Monroe, Colaresi & Quinn 2008, eq. 20).
        """
        y, z, yy, zz, yz, ym, yn, zm, zn = terms
        units, m, n, mm, nn, mn = tokens
        (share_in, weight_in), (share_out, weight_out) = ((share[part, None], weight) for share, weight in self.priors)
        a_in, a_out = y + weight_in * share_in, z + weight_out * share_out
        b_in, b_out = m + weight_in - a_in, n + weight_out - a_out
        # Of a unit: p y - q m - r z + s n.
        q, s = 1 / b_in, 1 / b_out
        p, r = 1 / a_in + q, 1 / a_out + s
        square = p * p * yy + q * q * mm + r * r * zz + s * s * nn
        square += 2 * (-p * q * ym - p * r * yz + p * s * yn + q * r * zm - q * s * mn - r * s * zn)
        total = p * y - q * m - r * z + s * n
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = units / (units - 1) * np.maximum(square - total**2 / units, 0)
        value = np.log(a_in) - np.log(b_in) - np.log(a_out) + np.log(b_out)
        variance = np.maximum(variance, 1 / a_in + 1 / a_out)
        return value, np.where(units > 1, variance, np.nan)

    def difference(self, study: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Net differences and their standard errors for divisions of the units; `study` is bool, (n_divisions, n_units)."""
        whole, (one, one_n) = self._whole, self.sums(study)
        rest_n, n_terms = whole[1] - one_n, one.shape[1]
        net, error = np.empty(one.shape[1:]), np.empty(one.shape[1:])
        # A few terms at a time: what is computed on the way then stays in the processor's cache.
        for first in range(0, n_terms, step := max(CACHED // len(study), 1)):
            part = slice(first, first + step)
            level, v = self.level(one[:, part], one_n, part)
            other, u = self.level(whole[0][:, part] - one[:, part], rest_n, part)
            net[part], error[part] = level - other, np.sqrt(v + u)
        return net.T, error.T

    @cached_property
    def _whole(self) -> tuple[np.ndarray, np.ndarray]:
        return self.sums(np.ones((1, len(self.regions.n_inside))))


def compare_net(regions: Regions, design: Design, *, alpha0: float, alpha0_outside: float) -> pd.DataFrame:
    """Net differences of terms between two groups, with intervals for all terms and for each, and permutation tests.

    Parameters
    ----------
    regions : Regions
        By document; every document of the groups, those without the target among them.
    design : Design
        Group 0 is the study group, group 1 the reference group.
    alpha0, alpha0_outside : float
        Weights of the priors in tokens, inside and outside; the priors are the pooled shares of the two groups, so that
        they pull a net difference toward 0.

    Returns
    -------
    DataFrame
        One row for each term: `net` (natural logarithm), `net_low`, `net_high` (corrected for all terms, so that
        no false difference is found in 19 of 20 corpora),
        `net_low_pointwise`, `net_high_pointwise` (of the term alone; NaN where fewer than `Design.min_containing` units of
        a group have it in the scope), `net_p`, `net_p_family` (permutation tests of the
        labels, alone and corrected for all terms), `background` (log-odds ratio of the two groups outside the scope). Units
        are clusters where the design has them. NaN where a group has no words outside the scope.

    Examples
    --------
    >>> y = sparse.csr_array(np.array([[3.0], [3], [1], [1]]).repeat(3, 0))
    >>> z, n = sparse.csr_array(np.ones((12, 1))), np.full(12, 100.0)
    >>> design = Design(np.repeat([0, 1], 6), ["a", "b"], resamples=200)
    >>> compare_net(Regions(y, z, n, n), design, alpha0=0.01, alpha0_outside=0.01)["net"].round(2).tolist()
    [1.07]
    """
    rows = np.concatenate([design.documents(0), design.documents(1)])
    unit = "document" if design.cluster is None else "cluster"
    codes = design.units(rows, unit)
    study = np.zeros(int(codes.max()) + 1, bool)
    study[codes[: len(design.documents(0))]] = True
    r = regions.of(rows).by(codes)
    if min(r.n_outside[study].sum(), r.n_outside[~study].sum()) == 0:
        return pd.DataFrame(np.nan, index=range(r.inside.shape[1]), columns=list(COLUMNS))
    one, other = r.totals(study)
    net = Net(
        r,
        (
            informed_prior((one.inside + other.inside)[None], r.n_inside, alpha0),
            informed_prior((one.outside + other.outside)[None], r.n_outside, alpha0_outside),
        ),
    )
    strata = strata_of(design, rows, codes, (~study).astype(int), unit)
    df = degrees(r.n_inside + r.n_outside, (~study).astype(int)) if strata.apart else None
    found: Simultaneous = simultaneous(net.difference, study, design, f"net {unit}", strata.codes, df)
    # Fewer units with the word near the target do not show its variation (benchmarks/net.py).
    containing = np.minimum(one.containing, other.containing)
    enough = containing >= design.needed_containing(unit)
    low, high = (np.where(enough, x, np.nan) for x in (found.low_pointwise, found.high_pointwise))
    share, weight = net.priors[1]
    odds = [
        np.log(y + weight * share) - np.log(r.n_outside[g].sum() + weight - y - weight * share)
        for y, g in ((one.outside, study), (other.outside, ~study))
    ]
    return pd.DataFrame(
        {
            "net": net.difference(study[None])[0][0],
            "net_low": found.low,
            "net_high": found.high,
            "net_low_pointwise": low,
            "net_high_pointwise": high,
            "net_p": found.p,
            "net_p_family": found.p_family,
            "background": odds[0] - odds[1],
        }
    )
