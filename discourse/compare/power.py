"""The smallest difference that a corpus can show, and the documents that an observed one would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from discourse.compare.intervals import moments
from discourse.compare.permutation import null_statistics
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design

GROWTH = np.exp(np.linspace(0.02, np.log(40), 180))  # factors that are tried, in equal ratios
REPEATS = 3  # times that the critical value is taken anew: it changes with the counts that are multiplied


def smallest_differences(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    *,
    unit: str = "document",
    power: float = 0.8,
    critical: tuple[np.ndarray, np.ndarray, float] | None = None,
) -> pd.DataFrame:
    """The smallest contrast that the permutation test would find in a corpus of this kind and size.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, confidence.
    contrast : Contrast
        What is set against what.
    unit : {"document", "cluster"}
        The unit.
    power : float
        Share of corpora in which the test is to find it.
    critical : (ndarray, ndarray, float), optional
        c1, c2 of shape (n_items,) and s0 of a criterion contrast > c1 (standard error + s0) or contrast < -c2 (standard
        error + s0), such as that of simultaneous intervals; the critical value of the permutation test of each item
        alone by default.

    Returns
    -------
    DataFrame
        `item`, `estimate`, `smallest` (in the unit of the estimate and its direction), `opposite` (in the other
        direction), `factor`: by how much both groups would have to grow to show the observed contrast with this power,
        units taken to be as variable (1 or less where they suffice).

    Notes
    -----
    A contrast counts as found where its studentised value passes the critical value of the permutation test.
    Evaluations, log-odds and trends are shifted: with e the error of a bootstrap resample (its contrast minus the
    observed one) and s its standard error, a true contrast d would be found in it if d + e > c s, so that d must reach
    the quantile `power` of c s - e; for a negative one, of c s + e. Rates and shares are scaled, for a larger rate also
    varies more: the counts of one group are multiplied until the test passes in the share `power` of the resamples; the
    critical value is that of permutations of the counts so multiplied.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> rng = np.random.default_rng(1)
    >>> design = Design(np.repeat([0, 1], 200), ["a", "b"], resamples=500)
    >>> q = Quantities("means", rng.normal(0, 1, (400, 1)), np.ones(400), ["x"], bounds=(-np.inf, np.inf))
    >>> float(smallest_differences(q, design, pair(design, 0, 1))["smallest"][0].round(1))  # (1.96 + 0.84) * 0.1
    0.3
    """
    parts = [_drawn(q, design, groups, unit) for _, groups in contrast.parts]
    observed = q.units(design, contrast.groups, unit).contrast(q, contrast)
    # Multiplying is for levels that begin at 0; a criterion that is given holds for the counts as they are.
    scaled = q.prior is None and q.bounds[0] == 0 and len(parts) == 2 and critical is None
    if critical is None:
        # An observed value of the null, as in the test, not one between two.
        passes = np.quantile(null_statistics(q, design, contrast, unit)[1], design.confidence, axis=0, method="higher")
        critical = (passes, passes, 0.0)
    with np.errstate(invalid="ignore"):
        error = contrast([level for level, _ in parts]) - observed
        spread = np.sqrt(sum(c * c * v for (c, _), (_, v) in zip(contrast.parts, parts))) + critical[2]
        ways = [_quantile(critical[0] * spread - error, power), _quantile(critical[1] * spread + error, power)]
    if scaled:
        # Nothing can be multiplied where a group has none of it.
        multiplied = [_scaled(q, design, contrast, unit, parts, which, power) for which in (0, 1)]
        ways = [np.where(np.isnan(m), w, m) for m, w in zip(multiplied, ways)]
    up = observed >= 0
    smallest, opposite = np.where(up, *ways), np.where(up, *ways[::-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        # Standard errors shrink with the square root of the number of units.
        factor = (smallest / np.abs(observed)) ** 2
    return pd.DataFrame(
        {"item": list(q.items), "estimate": observed, "smallest": smallest, "opposite": opposite, "factor": factor}
    )


def _drawn(q: Quantities, design: Design, groups: Sequence[int], unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Level and variance of some groups together in each resample."""
    drawn = None
    for g in groups:
        u = q.units(design, [g], unit)
        m = moments(u.y, u.x, design.draws(g, len(u.x), unit))
        drawn = m if drawn is None else drawn.plus(m)
    assert drawn is not None
    return q.level(drawn)


def _scaled(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    unit: str,
    parts: Sequence[tuple[np.ndarray, np.ndarray]],
    which: int,
    power: float,
) -> np.ndarray:
    """The smallest difference that is found where the counts of one part are multiplied.

    Infinite where none is found, NaN where a group has none of the item.
    """
    (a, va), (b, vb) = parts[which], parts[1 - which]
    ours = np.isin(design.group, contrast.parts[which][1])
    label = 1 - which
    u = q.units(design, contrast.groups, unit)
    level = [
        q.level(moments(u.y, u.x, (contrast.label(u.group) == k)[None].astype(float)))[0][0] for k in (which, label)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        even = level[1] / level[0]  # what makes both levels equal
    usable = np.isfinite(even) & (even > 0)
    even = np.where(usable, even, 1.0)
    growth = np.ones(len(q.items))
    for _ in range(REPEATS):
        y = np.asarray(q.y * np.where(ours[:, None], even * growth, 1.0))
        # Multiplied counts may exceed the bound of a share on the way; it is applied at the end.
        null = null_statistics(replace(q, y=y, bounds=(0.0, np.inf)), design, contrast, unit)[1]
        passes = np.quantile(null, design.confidence, axis=0, method="higher")
        growth = np.full(len(q.items), np.inf)
        # From the largest down, so that the smallest factor that suffices is kept last.
        for grown in GROWTH[::-1]:
            f = even * grown
            with np.errstate(divide="ignore", invalid="ignore"):
                found = ((f * a - b) / np.sqrt(f * f * va + vb) > passes).mean(0)
            growth = np.where(found >= power, grown, growth)
        if not np.isfinite(growth).any():
            break
        # The new critical value may let an item pass that none has passed yet.
        growth = np.where(np.isfinite(growth), growth, GROWTH[-1])
    smallest = level[1] * (growth - 1)
    reached = (growth < GROWTH[-1]) & (level[1] * growth <= q.bounds[1])
    return np.where(usable, np.where(reached, smallest, np.inf), np.nan)


def _quantile(values: np.ndarray, share: float) -> np.ndarray:
    """Quantile along the first axis; resamples that are not defined show nothing, however large the difference."""
    return np.quantile(np.where(np.isfinite(values), values, np.inf), share, axis=0, method="higher")
