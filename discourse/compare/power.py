"""The smallest difference that a corpus can show, and the documents that an observed one would need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.compare.intervals import moments
from discourse.compare.permutation import null_statistics
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design


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
        c1, c2 of shape (n_items,) and s0 of a criterion contrast > c1 (standard error + s0) or contrast < -c2 (standard error +
        s0), such as that of simultaneous intervals; the critical value of the permutation test of each item alone by default.

    Returns
    -------
    DataFrame
        `item`, `estimate`, `smallest` (in the unit of the estimate, in the direction that is harder to show), `factor`: by how
        much both groups would have to grow to show the observed contrast with this power, units taken to be as variable
        (1 or less where they suffice).

    Notes
    -----
    A contrast counts as found where its studentised value passes the critical value of the permutation test. With e the error
    of a bootstrap resample (its contrast minus the observed one) and s its standard error, a true contrast d would be found in
    it if d + e > c s, so that d must reach the quantile `power` of c s - e; for a negative one, of c s + e.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> rng = np.random.default_rng(1)
    >>> design = Design(np.repeat([0, 1], 200), ["a", "b"], resamples=500)
    >>> q = Quantities("means", rng.normal(0, 1, (400, 1)), np.ones(400), ["x"], bounds=(-np.inf, np.inf))
    >>> float(smallest_differences(q, design, pair(design, 0, 1))["smallest"][0].round(1))  # (1.96 + 0.84) * 0.1
    0.3
    """
    value, variance = np.zeros(1), np.zeros(1)
    for c, groups in contrast.parts:
        drawn = None
        for g in groups:
            u = q.units(design, [g], unit)
            m = moments(u.y, u.x, design.draws(g, len(u.x), unit))
            drawn = m if drawn is None else drawn + m
        assert drawn is not None
        level, of_level = q.level(drawn)
        value, variance = value + c * level, variance + c * c * of_level
    if critical is None:
        observed, null = null_statistics(q, design, contrast, unit)
        passes = np.quantile(null, design.confidence, axis=0, method="higher")
        critical = (passes, passes, 0.0)
    else:
        observed = q.units(design, contrast.groups, unit).contrast(q, contrast)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread, error = np.sqrt(variance) + critical[2], value - observed
        smallest = np.maximum(
            _quantile(critical[0] * spread - error, power), _quantile(critical[1] * spread + error, power)
        )
        factor = (smallest / np.abs(observed)) ** 2
    return pd.DataFrame({"item": list(q.items), "estimate": observed, "smallest": smallest, "factor": factor})


def _quantile(values: np.ndarray, share: float) -> np.ndarray:
    """Quantile along the first axis; resamples that are not defined show nothing, however large the difference."""
    return np.quantile(np.where(np.isfinite(values), values, np.inf), share, axis=0, method="higher")
