"""Levels of groups and their contrasts, with bootstrap intervals over documents or clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare.intervals import Matrix, by_unit, moments
from discourse.compare.levels import Bootstrapped, as_observed, combined, correlation, resampled
from discourse.compare.notes import Note
from discourse.compare.quantities import Contrast, Quantities, Units, level_of
from discourse.compare.resample import Design
from discourse.compare.sums import Weights
from discourse.errors import expect
from discourse.types import Comparison

# Items resampled at a time, and their numbers by unit, so that memory does not grow with either.
BLOCK, NUMBERS = 128, 2**22


def bounds_of(q: Quantities, design: Design, contrast: Contrast, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Interval of one contrast, or of one group, for many items; in blocks, so that memory does not grow with them.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, kind of the interval.
    contrast : Contrast
        Of one part for a level.
    unit : {"document", "cluster"}
        What is resampled.

    Returns
    -------
    low, high : ndarray, shape (n_items,)
        NaN where a group has fewer units than `Design.min_clusters`, or fewer than `Design.min_containing` of them
        contain the item.
    """
    # Without items first: what units there are does not depend on them.
    of_group = {g: q.only([]).units(design, [g], unit) for g in contrast.groups}
    least = design.min_clusters if unit == "cluster" else 2
    low, high = np.full(len(q.items), np.nan), np.full(len(q.items), np.nan)
    if min(len(u.x) for u in of_group.values()) < least:
        return low, high
    weights = {g: Weights(design.drawn_of(g, u.rows, u.codes, unit)) for g, u in of_group.items()}
    # Laid out by item, of which parts are taken.
    q = replace(q, y=_by_item(q.y))
    # Sparse counts are nowhere laid out by unit, but for those with a prior or of few units (`discourse.compare.levels`).
    laid_out = 1 if sparse.issparse(q.y) and q.prior is None else sum(len(u.rows) for u in of_group.values())
    size = min(max(NUMBERS // max(laid_out, 1), 2), BLOCK)
    for start in range(0, len(q.items), size):
        items = np.arange(start, min(start + size, len(q.items)))
        part = q.only(items)
        units = {g: replace(u, y=_by_item(by_unit(part.y[u.rows], u.codes))) for g, u in of_group.items()}
        # Squares are for variances, which only the studentised interval takes.
        drawn = {g: moments(u.y, u.x, weights[g], squares=design.interval == "studentised") for g, u in units.items()}
        levels = [
            resampled(part, design, [units[g] for g in groups], [drawn[g] for g in groups], unit)
            for _, groups in contrast.parts
        ]
        enough = _fewest_containing(part, contrast, units) >= design.needed_containing(unit)
        together = _together(part, design, contrast, units, unit)
        low[items], high[items] = _where(enough, combined(contrast, levels, design, together))
    return low, high


def _by_item(values: Matrix) -> Matrix:
    return sparse.csc_array(values) if sparse.issparse(values) else values


def _together(
    q: Quantities, design: Design, contrast: Contrast, of_group: Mapping[int, Units], unit: str
) -> np.ndarray | None:
    """Correlation of the parts of a contrast; None where no cluster is in two groups."""
    if unit == "document" or len(contrast.parts) < 2 or not design.overlapping:
        return None
    return correlation(q, design, contrast, of_group)


def _fewest_containing(q: Quantities, contrast: Contrast, units: Mapping[int, Units]) -> np.ndarray:
    """Units that contain each item, of the part of the contrast with the fewest."""
    return np.min(
        np.stack([np.asarray(sum(q.containing(units[g]) for g in groups)) for _, groups in contrast.parts]), axis=0
    )


def _where(enough: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Bounds where there is enough for them and both are finite; NaN elsewhere."""
    kept = enough & np.isfinite(bounds[0]) & np.isfinite(bounds[1])
    return np.where(kept, bounds[0], np.nan), np.where(kept, bounds[1], np.nan)


@dataclass(frozen=True)
class _Needs:
    """What estimates and intervals need: the parameters of `compare` of these names."""

    min_documents: int = 10
    min_denominator: float = 0.0
    needed_documents: int = 1


def compare(
    q: Quantities,
    design: Design,
    contrasts: Sequence[Contrast] = (),
    *,
    min_documents: int = 10,
    min_denominator: float = 0.0,
    needed_documents: int = 1,
) -> Comparison:
    """Estimate the levels of all groups and their contrasts, with bootstrap intervals over documents or clusters.

    Parameters
    ----------
    q : Quantities
        What is compared.
    design : Design
        Groups, clusters, resamples, kind of the intervals.
    contrasts : sequence of Contrast
        What is set against what.
    min_documents : int
        Documents with a positive denominator that a group needs for an interval. (An interval over clusters needs
        `Design.min_clusters` of them; both need `Design.min_containing` units that contain the item.)
    min_denominator : float
        Sum of the denominator that a group needs for an estimate; below it the estimate is NaN.
    needed_documents : int
        Documents with a positive denominator that a group needs for an estimate.

    Returns
    -------
    Comparison
        A row for each group and item (contrast "level") and for each contrast and item (its kind); `stratum` is the
        group, or the name of the contrast. `low` and `high` resample clusters where the design has them, `low_document`
        and `high_document` documents. `y` and `x` are the sums, `n_containing` the units of the group with the fewest
        that contain the item. `note` says why an estimate or the interval is missing (`discourse.compare.notes.Note`),
        with its numbers in `note_n`, `note_documents`, `note_needed`, `note_needed_documents`; `note_text` puts it into
        words. A contrast has what all of its groups have: no estimate where one is refused, no interval where one has
        none.

    Notes
    -----
    The studentised interval of a level is the symmetric bootstrap-t (Hall 1988), over documents on the logarithm for rates
    and the logit for shares and evaluations, over clusters on the level itself: a quantile of resampled values over their
    linearised standard errors, times the jackknife's. It never leaves what the documents of the group show. That of a
    contrast is recovered from those of its parts (Zou & Donner 2008), whose correlation counts where a cluster is in two
    of them. In simulated corpora with bursty terms (`benchmarks/inference.py`) and in samples of archives
    (`benchmarks/populations.py`) it covers where percentile and BCa intervals do not.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=200)
    >>> q = Quantities("mentions", np.array([[1], [3], [0], [0.0]]), np.full(4, 100.0), ["Norland"], 10_000)
    >>> compare(q, design, [pair(design, 0, 1)]).table[["stratum", "estimate"]].values.tolist()
    [['a', 200.0], ['b', 0.0], ['a - b', 200.0]]
    """
    expect(q, Quantities, "discourse.quantities_of makes them of mentions, stance or a dictionary")
    expect(design, Design, "discourse.Design(labels) makes one of the label of each document")
    needs = _Needs(min_documents, min_denominator, needed_documents)
    every = [*(level_of(design, g) for g in range(len(design.names))), *contrasts]
    sets = {tuple(groups) for contrast in every for _, groups in contrast.parts}
    # The first unit is that of `low` and `high`.
    units = ["document"] if design.cluster is None else ["cluster", "document"]
    drawn = [_resample(q, design, unit, sets) for unit in units]
    rows = [_rows(q, design, contrast, drawn, needs) for contrast in every]
    main = next((c for c in contrasts if c.kind == "difference"), None)
    study, reference = (str(design.names[main.parts[k][1][0]]) for k in (0, 1)) if main else ("", "")
    return Comparison(
        pd.concat(rows, ignore_index=True),
        q.measure,
        study,
        reference,
        {
            "resamples": design.resamples,
            "confidence": design.confidence,
            "interval": design.interval,
            "unit": units[0],
            "cluster": design.cluster_name,
            "scale": q.scale,
        },
    )


def contrasted(
    q: Quantities,
    design: Design,
    contrast: Contrast,
    *,
    min_documents: int = 10,
    min_denominator: float = 0.0,
    needed_documents: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate and interval of one contrast, as `compare` gives them, without all else: for many comparisons in a row.

    Parameters
    ----------
    q, design, min_documents, min_denominator, needed_documents
        As in `compare`.
    contrast : Contrast
        What is set against what.

    Returns
    -------
    estimate, low, high : ndarray, shape (n_items,)
        NaN where `compare` has none.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.array([0, 0, 1, 1]), ["a", "b"], resamples=200)
    >>> q = Quantities("mentions", np.array([[1], [3], [0], [0.0]]), np.full(4, 100.0), ["Norland"], 10_000)
    >>> contrasted(q, design, pair(design, 0, 1))[0].tolist()
    [200.0]
    """
    needs = _Needs(min_documents, min_denominator, needed_documents)
    documents = {g: q.units(design, [g], "document") for g in contrast.groups}
    sums = [as_observed([documents[g] for g in groups]) for _, groups in contrast.parts]
    n = [sum(len(documents[g].x) for g in groups) for _, groups in contrast.parts]
    nothing = np.full(len(q.items), np.nan)
    if _refusal(n, [float(s.x[0, 0]) for s in sums], needs, len(q.items)) is not None:
        return nothing, nothing, nothing
    unit = "document" if design.cluster is None else "cluster"
    drawn = _resample(q, design, unit, {tuple(groups) for _, groups in contrast.parts}, contrast.groups)
    interval = _interval(q, design, contrast, drawn, needs)
    return contrast([q.level(s)[0][0] for s in sums]), interval.low, interval.high


@dataclass(frozen=True)
class _Drawn:
    """Units of one kind by group, and the levels of sets of groups whose units can be resampled."""

    unit: str
    of_group: Mapping[int, Units]
    levels: dict[tuple[int, ...], Bootstrapped]

    def sizes(self, contrast: Contrast) -> list[int]:
        """Number of units in each part."""
        return [sum(len(self.of_group[g].x) for g in groups) for _, groups in contrast.parts]


def _resample(
    q: Quantities, design: Design, unit: str, sets: Iterable[tuple[int, ...]], groups_: Sequence[int] = ()
) -> _Drawn:
    """Resample the units of each group once (of all groups by default), and take from them the levels of sets of groups."""
    of_group = {g: q.units(design, [g], unit) for g in groups_ or range(len(design.names))}
    drawn = {
        g: moments(u.y, u.x, design.drawn_of(g, u.rows, u.codes, unit)) for g, u in of_group.items() if len(u.x) > 1
    }
    levels = {
        groups: resampled(q, design, [of_group[g] for g in groups], [drawn[g] for g in groups], unit)
        for groups in sets
        if all(g in drawn for g in groups)
    }
    return _Drawn(unit, of_group, levels)


@dataclass(frozen=True)
class _Interval:
    """Bounds, the units of the smallest part, those that contain each item, and the numbers needed."""

    low: np.ndarray
    high: np.ndarray
    fewest: int
    needed: int
    containing: np.ndarray
    needed_containing: int


def _interval(q: Quantities, design: Design, contrast: Contrast, drawn: _Drawn, needs: _Needs) -> _Interval:
    """Interval of a contrast over one kind of unit; NaN where a part is too small for one."""
    needed = needs.min_documents if drawn.unit == "document" else design.min_clusters
    needed_containing = design.needed_containing(drawn.unit)
    fewest, containing = min(drawn.sizes(contrast)), _fewest_containing(q, contrast, drawn.of_group)
    low, high = np.full(len(q.items), np.nan), np.full(len(q.items), np.nan)
    sets = [tuple(groups) for _, groups in contrast.parts]
    if fewest >= needed and all(groups in drawn.levels for groups in sets):
        together = _together(q, design, contrast, drawn.of_group, drawn.unit)
        bounds = combined(contrast, [drawn.levels[groups] for groups in sets], design, together)
        low, high = _where(containing >= needed_containing, bounds)
    return _Interval(low, high, fewest, needed, containing, needed_containing)


def _rows(q: Quantities, design: Design, contrast: Contrast, drawn: Sequence[_Drawn], needs: _Needs) -> pd.DataFrame:
    """A row of the comparison for each item."""
    # Sums are over documents, whatever the intervals resample.
    documents = drawn[-1]
    sums = [as_observed([documents.of_group[g] for g in groups]) for _, groups in contrast.parts]
    n, x = documents.sizes(contrast), [float(s.x[0, 0]) for s in sums]
    first, by_document = (_interval(q, design, contrast, d, needs) for d in (drawn[0], documents))
    notes = _refusal(n, x, needs, len(q.items))
    refused = notes is not None
    values = {
        "estimate": contrast([q.level(s)[0][0] for s in sums]),
        "low": first.low,
        "high": first.high,
        "low_document": by_document.low,
        "high_document": by_document.high,
    }
    return pd.DataFrame(
        {
            "contrast": contrast.kind,
            "item": list(q.items),
            "target": q.target,
            "stratum": contrast.name,
            **{name: np.full(len(q.items), np.nan) if refused else value for name, value in values.items()},
            "n_documents": sum(n),
            "n_clusters": sum(drawn[0].sizes(contrast)),
            "y": sum(s.y[0] for s in sums),
            "x": sum(x),
            "n_containing": first.containing.astype(int),
            **(_missing(first) if notes is None else notes),
        }
    )


def _refusal(documents: Sequence[int], x: Sequence[float], needs: _Needs, n_items: int) -> dict[str, np.ndarray] | None:
    """Notes of a contrast one of whose parts has too little text for an estimate; None where all have enough."""
    for n, have in zip(documents, x):
        # Some text is needed whatever the config allows: the ratio to a sum of 0 is not defined.
        if have < max(needs.min_denominator, 1e-12) or n < needs.needed_documents:
            numbers = (have, n, max(needs.min_denominator, 1), needs.needed_documents)
            return _notes(np.full(n_items, Note.TOO_LITTLE_TEXT.value, object), *numbers)
    return None


def _missing(interval: _Interval) -> dict[str, np.ndarray]:
    """Notes of items with an estimate: why the interval is missing where it is."""
    missing = np.isnan(interval.low)
    why = np.full(len(missing), Note.FEW_UNITS.value, object)
    n, needed = np.full(len(missing), interval.fewest), interval.needed
    if interval.fewest >= interval.needed:
        n, needed = interval.containing, interval.needed_containing
        # Units enough, of which the interval would span more than a factor of 10,000, or that do not vary at all.
        why = np.where(n < needed, Note.FEW_CONTAINING.value, Note.TOO_UNEVEN.value).astype(object)
    return _notes(
        np.where(missing, why, Note.NONE.value).astype(object),
        np.where(missing, n, np.nan),
        needed=np.where(missing & (why != Note.TOO_UNEVEN.value), needed, np.nan),
    )


def _notes(
    note: np.ndarray,
    n: np.ndarray | float,
    documents: float = np.nan,
    needed: np.ndarray | float = np.nan,
    needed_documents: float = np.nan,
) -> dict[str, np.ndarray]:
    """Columns of the notes."""
    numbers = {
        "note_n": n,
        "note_documents": documents,
        "note_needed": needed,
        "note_needed_documents": needed_documents,
    }
    return {"note": note} | {name: np.broadcast_to(np.asarray(v, float), len(note)) for name, v in numbers.items()}
