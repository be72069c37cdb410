"""Ratios of sums over documents: rates, means per sentence, prevalences, and their differences.

Mentions per 10,000 tokens, the mean evaluation of target sentences and the prevalence of a topic are all of the form
sum of y over documents / sum of x over documents. One function serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.compare.resample import Design, interval
from discourse.types import Comparison


def _resampled(y: np.ndarray, x: np.ndarray, weights: np.ndarray, scale: float) -> np.ndarray:
    """Ratios in each resample; shape (resamples, n_items)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return scale * (weights @ y) / (weights @ x)


def compare_ratios(
    y: np.ndarray,
    x: np.ndarray,
    items: Sequence[str],
    design: Design,
    *,
    scale: float = 1.0,
    measure: str = "",
    target: str = "",
    differences: Sequence[tuple[int, int]] = (),
    min_documents: int = 1,
    min_denominator: float = 1.0,
    needed_documents: int = 1,
) -> Comparison:
    """Estimate ratios of sums by group and their differences, with bootstrap intervals over documents or clusters.

    Parameters
    ----------
    y : ndarray, shape (n_documents, n_items)
        Numerators by document.
    x : ndarray, shape (n_documents, n_items) or (n_documents, 1)
        Denominators by document (tokens, sentences...).
    items : sequence of str
        Names of the columns.
    design : Design
        Groups, clusters, resamples.
    scale : float
        Factor (10,000 for a rate per 10,000 tokens).
    measure : str
        What the estimate is, with its unit.
    target : str
        Target of a stance.
    differences : sequence of (study, reference)
        Pairs of group indexes to contrast.
    min_documents : int
        Documents with a positive denominator that a group needs for an interval. (An interval over clusters needs
        `Design.min_clusters` of them.)
    min_denominator : float
        Sum of the denominator that a group needs for an estimate; below it the estimate is NaN and `note` says why.
    needed_documents : int
        Documents with a positive denominator that a group needs for an estimate.

    Returns
    -------
    Comparison
        A row for each group and item (contrast "level") and for each difference and item (contrast "difference");
        `stratum` is the group, or "study - reference". `low` and `high` resample clusters where the design has them,
        `low_document` and `high_document` documents. `y` and `x` are the sums. A difference has what both of its groups
        have: no estimate where one is refused, no interval where one has none.

    Examples
    --------
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=200)
    >>> result = compare_ratios(np.array([[1], [3], [0], [0.0]]), np.full((4, 1), 100.0), ["norland"], design,
    ...                         scale=10_000, differences=[(0, 1)])
    >>> result.table[["stratum", "estimate"]].values.tolist()
    [['a', 200.0], ['b', 0.0], ['a - b', 200.0]]
    """
    y = np.asarray(y, float)
    x = np.broadcast_to(np.asarray(x, float), y.shape)
    units = ["document"] if design.cluster is None else ["cluster", "document"]
    nothing = np.full(len(items), np.nan)
    samples: dict[tuple[int, str], np.ndarray] = {}
    levels: dict[int, np.ndarray] = {}
    rows: list[dict[str, object]] = []

    def add(
        contrast: str, stratum: str, groups: Sequence[int], estimate: np.ndarray, drawn: dict[str, np.ndarray]
    ) -> None:
        """A row for each item of a group or of a difference; nothing is estimated where a group is refused."""
        bounds = {u: interval(drawn[u], design.confidence) if u in drawn else (nothing, nothing) for u in units}
        parts = [design.documents(g) for g in groups]
        for k, item in enumerate(items):
            inside = [d[x[d, k] > 0] for d in parts]
            n = [len(d) for d in inside]
            refused = [
                f"too little text (n = {x[d, k].sum():,.0f} in {len(d)} documents)"
                for d in inside
                if x[d, k].sum() < min_denominator or len(d) < needed_documents
            ]
            shown = not refused
            bounded = shown and min(n) >= min_documents
            clusters = [len(d) if design.cluster is None else len(set(design.cluster[d])) for d in inside]
            row: dict[str, object] = {"contrast": contrast, "item": item, "target": target, "stratum": stratum}
            row["estimate"] = estimate[k] if shown else np.nan
            for suffix, unit in (("", units[0]), ("_document", "document")):
                for name, bound in zip(("low", "high"), bounds[unit]):
                    row[name + suffix] = bound[k] if bounded else np.nan
            rows.append(
                row
                | {"n_documents": sum(n), "n_clusters": sum(clusters), "y": sum(y[d, k].sum() for d in parts)}
                | {"x": sum(x[d, k].sum() for d in parts), "note": refused[0] if refused else ""}
            )

    for g, name in enumerate(design.names):
        inside = design.documents(g)
        with np.errstate(divide="ignore", invalid="ignore"):
            levels[g] = scale * y[inside].sum(0) / x[inside].sum(0)
        for unit in units:
            weights = design.weights(g, unit)
            if weights is not None:
                samples[g, unit] = _resampled(y[inside], x[inside], weights, scale)
        add("level", str(name), [g], levels[g], {u: samples[g, u] for u in units if (g, u) in samples})
    for s, r in differences:
        both = {u: samples[s, u] - samples[r, u] for u in units if (s, u) in samples and (r, u) in samples}
        add("difference", f"{design.names[s]} - {design.names[r]}", [s, r], levels[s] - levels[r], both)
    pair = differences[0] if differences else None
    return Comparison(
        pd.DataFrame(rows),
        measure,
        str(design.names[pair[0]]) if pair else "",
        str(design.names[pair[1]]) if pair else "",
        {
            "resamples": design.resamples,
            "confidence": design.confidence,
            "unit": units[0],
            "cluster": design.cluster_name,
            "scale": scale,
        },
    )


def without_each(
    y: np.ndarray, x: np.ndarray, design: Design, pair: tuple[int, int], scale: float = 1.0
) -> pd.DataFrame:
    """The difference of two ratios without each document in turn.

    Parameters
    ----------
    y, x : ndarray, shape (n_documents,)
        Numerator and denominator by document.
    design : Design
        Groups.
    pair : (int, int)
        Study and reference group.
    scale : float
        Factor.

    Returns
    -------
    DataFrame
        `document` (index), `estimate` without it, `change` against the whole; largest change first. Empty where a group
        has no denominator.

    Examples
    --------
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"])
    >>> without_each(np.array([4, 0, 1, 1]), np.ones(4), design, (0, 1)).head(1).values.tolist()
    [[0.0, -1.0, -2.0]]
    """
    y, x = np.asarray(y, float), np.asarray(x, float)
    sums = {g: (y[design.documents(g)].sum(), x[design.documents(g)].sum()) for g in pair}
    if any(sum_x <= 0 for _, sum_x in sums.values()):
        return pd.DataFrame({"document": np.zeros(0, int), "estimate": np.zeros(0), "change": np.zeros(0)})
    whole = scale * (sums[pair[0]][0] / sums[pair[0]][1] - sums[pair[1]][0] / sums[pair[1]][1])
    rows = []
    for g, sign in zip(pair, (1, -1)):
        sum_y, sum_x = sums[g]
        for d in design.documents(g):
            rest = sum_x - x[d]
            if rest <= 0:
                continue
            change = sign * scale * ((sum_y - y[d]) / rest - sum_y / sum_x)
            rows.append((d, whole + change, change))
    table = pd.DataFrame(rows, columns=["document", "estimate", "change"])
    return table.iloc[np.argsort(-table["change"].abs().to_numpy(), kind="stable")].reset_index(drop=True)
