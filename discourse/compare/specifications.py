"""Whether a whole specification curve could be chance: one test of all specifications of a result together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from discourse.compare.intervals import by_unit, moments
from discourse.compare.permutation import random_labels, used_strata
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design, at_a_time

MOST = 500  # permutations of a whole curve


class Specification(NamedTuple):
    """One specification: what is compared, and which documents it keeps, bool of shape (n_documents,)."""

    q: Quantities
    kept: np.ndarray


@dataclass(frozen=True)
class JointTest:
    """Three statistics of a curve, each with its p: how often curves of permuted labels are as extreme, either way.

    Parameters
    ----------
    specifications, permutations : int
        How many.
    median, p_median : float
        Median of the estimates.
    clear, p_clear : int, float
        Specifications whose estimate is beyond the normal quantile of its standard error, on the side where these are more.
    z, p_z : float
        Sum of the estimates over their standard errors, over the root of the number of specifications.
    """

    specifications: int
    permutations: int
    median: float
    p_median: float
    clear: int
    p_clear: float
    z: float
    p_z: float


def joint_test(
    specifications: Sequence[Specification], design: Design, contrast: Contrast, *, unit: str = "document"
) -> JointTest:
    """Test all specifications of one result together (Simonsohn, Simmons & Nelson 2020).

    Labels of the groups are permuted among units, within strata where the design has them; each permutation gives a whole curve, for every
    specification is computed with the same labels.

    Parameters
    ----------
    specifications : sequence of Specification
        Of one item each. Those that have the same estimates would count twice.
    design : Design
        Groups, clusters and strata as configured; the unit is the same in all specifications.
    contrast : Contrast
        Of two parts.
    unit : {"document", "cluster"}
        What carries a label.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> rng = np.random.default_rng(1)
    >>> design = Design(np.repeat([0, 1], 30), ["a", "b"])
    >>> values = rng.normal(0, 1, 60) + 2 * (design.group == 0)
    >>> curve = [Specification(Quantities("m", (values + rng.normal(0, 1, 60))[:, None], np.ones(60), ["x"]), np.ones(60, bool))
    ...          for _ in range(5)]
    >>> found = joint_test(curve, design, pair(design, 0, 1))
    >>> found.clear, round(found.p_median, 3)
    (5, 0.002)
    """
    every = Quantities("documents", np.ones((len(design.group), 1)), np.ones(len(design.group)), ["documents"])
    u = every.units(design, contrast.groups, unit)
    label = contrast.label(u.group)
    # A stream of its own, and fewer curves than other tests have permutations: each is as many comparisons as there are specifications.
    fewer = replace(design, resamples=min(design.resamples, MOST))
    strata = used_strata(design, contrast, unit)
    blocks = random_labels(fewer, replace(contrast, name=f"specifications of {contrast.name}"), u, label, unit, strata)
    labels = np.concatenate([label[None], *blocks])
    estimates, z = np.empty((len(labels), len(specifications))), np.empty((len(labels), len(specifications)))
    for k, (q, kept) in enumerate(specifications):
        # Units keep their place, though documents of theirs may be left out.
        here = (kept & (q.x[:, 0] > 0))[u.rows]
        counted, codes = np.unique(u.codes[here], return_inverse=True)
        y, x = by_unit(q.y[u.rows[here]], codes), by_unit(q.x[u.rows[here]], codes)
        for first in range(0, len(labels), step := at_a_time(len(counted), len(labels))):
            some = slice(first, first + step)
            drawn = labels[some][:, counted]
            parts = [q.level(moments(y, x, (drawn == j).astype(float))) for j in (0, 1)]
            with np.errstate(divide="ignore", invalid="ignore"):
                value = parts[0][0][:, 0] - parts[1][0][:, 0]
                estimates[some, k], z[some, k] = value, value / np.sqrt(parts[0][1][:, 0] + parts[1][1][:, 0])
    estimates, z = (np.where(np.isfinite(v), v, 0.0) for v in (estimates, z))
    beyond = ndtri((1 + design.confidence) / 2)
    clear = np.maximum((z > beyond).sum(1), (z < -beyond).sum(1))
    medians, sums = np.median(estimates, axis=1), z.sum(1) / np.sqrt(len(specifications))
    p_median, p_clear, p_z = (_p(np.abs(v)) for v in (medians, clear, sums))
    n = len(labels) - 1
    return JointTest(len(specifications), n, float(medians[0]), p_median, int(clear[0]), p_clear, float(sums[0]), p_z)


def _p(values: np.ndarray) -> float:
    """Share of the values at least as large as the first, which is the observed one; rounding makes no difference."""
    return float((values >= values[0] * (1 - 1e-9)).mean())
