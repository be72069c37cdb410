"""Permutation tests of group labels over documents or clusters, within strata where there are some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.special import stdtr

from discourse.compare.multiple import holm, step_down_min_p
from discourse.compare.quantities import Contrast, Quantities, Units
from discourse.compare.resample import Design, at_a_time, stream
from discourse.compare.strata import Strata, kish, strata_of
from discourse.errors import DiscourseError
from discourse.shown import brief

KEPT = 2**25  # labels of one set of permutations that are kept, a byte each


@dataclass(frozen=True)
class Permuted:
    """Permutation tests of one contrast.

    Parameters
    ----------
    table : DataFrame
        `name`, `item`, `estimate`, `statistic` (the absolute contrast over its standard error), `p`, `p_family`
        (step-down min-P over all rows, times the number of contrasts of the design), `n_units`.
    permutations : int
        How many; all that there are where `exact`.
    exact : bool
        Whether they are all divisions of the units.
    strata : Strata
        Within which labels were permuted.
    least_p : float
        The smallest p of the family that they can give: with all divisions of two groups of the same size each division and its mirror image
        are equally large.
    """

    table: pd.DataFrame
    permutations: int
    exact: bool
    strata: Strata
    least_p: float

    __repr__ = brief


def strata_in_one_part(design: Design, contrast: Contrast) -> list[str]:
    """Strata whose documents are all in one part of the contrast: nothing can be permuted within them."""
    if design.strata is None:
        return []
    inside = np.isin(design.group, contrast.groups)
    table = pd.DataFrame(
        {"stratum": pd.Series(design.strata[inside]).astype(str), "part": contrast.label(design.group[inside])}
    )
    counts = table.groupby("stratum")["part"].nunique()
    return [str(s) for s in counts.index[counts == 1]]


def permutation_test(
    quantities: Sequence[Quantities], design: Design, contrast: Contrast, *, unit: str = "document"
) -> Permuted:
    """Test whether the labels of the groups matter, for a family of quantities together.

    Parameters
    ----------
    quantities : sequence of Quantities
        The family: all their items.
    design : Design
        Groups, clusters, strata; `resamples` is the number of permutations.
    contrast : Contrast
        What is tested; labels are permuted among its groups.
    unit : {"document", "cluster"}
        What carries a label. A cluster with documents in two groups is a unit in each, and its labels are exchanged with
        each other only.

    Returns
    -------
    Permuted
        The statistic is studentised, so that groups of unequal spread are not taken for groups of unequal means
        (Janssen 1997; Chung & Romano 2013); the standard error of a rate is never smaller than that of independent events
        at the rate of all groups, so that a short group without any is not taken for certain. Labels are permuted within
        `strata_of`. Where lengths of two groups hardly overlap, so that their units are not exchangeable, a p-value is never
        below that of the same statistic under Student's t, with the effective number of units of the smaller group, less
        one, as degrees of freedom. Where two groups can be divided in no more ways than there are resamples, all are taken.

    Raises
    ------
    DiscourseError
        If no stratum has documents in two groups.

    Examples
    --------
    >>> from discourse.compare.quantities import pair
    >>> design = Design(np.array([0, 0, 0, 1, 1, 1]), ["a", "b"], resamples=100)
    >>> q = Quantities("rate", np.array([[9], [8], [7], [1], [2], [3.0]]), np.full(6, 10.0), ["x"])
    >>> permutation_test([q], design, pair(design, 0, 1)).table["p"].tolist()
    [0.1]
    """
    # Where no stratum is in two parts, every permutation is the observed division and every p would be 1.
    single = strata_in_one_part(design, contrast)
    if design.strata is not None and len(single) == len(
        set(design.strata[np.isin(design.group, contrast.groups)].astype(str))
    ):
        raise DiscourseError(
            f"no {design.strata_name} has documents in more than one group, so that no label can be permuted within one"
        )
    units = [q.units(design, contrast.groups, unit) for q in quantities]
    strata = used_strata(design, contrast, unit)
    exact = _exact(design, contrast, units, strata)
    observed, null, rows, least = [], [], [], []
    for q, u in zip(quantities, units):
        label = contrast.label(u.group)
        estimate, statistic = _statistic(q, u, contrast, label[None])
        observed.append(statistic[0])
        null.append(_null(q, u, design, contrast, unit, strata, exact=exact))
        least.append(t_test(statistic[0], u.x[:, 0], label) if strata.apart else np.zeros(len(q.items)))
        rows += [(q.name, item, estimate[0, k], statistic[0, k], len(u.x)) for k, item in enumerate(q.items)]
    table = pd.DataFrame(rows, columns=["name", "item", "estimate", "statistic", "n_units"])
    t, t_null, floor = np.concatenate(observed), np.concatenate(null, axis=1), np.concatenate(least)
    p, p_family = step_down_min_p(t, t_null, exact=exact)
    table["p"] = np.maximum(p, floor)
    # Each contrast permutes labels of its own groups, so that the distributions of several have no joint one.
    table["p_family"] = np.minimum(design.contrasts * np.maximum(p_family, holm(floor)), 1.0)
    sizes = np.bincount(contrast.label(units[0].group), minlength=2)
    least_p = (2 if sizes[0] == sizes[1] else 1) / len(t_null) if exact else 1 / (len(t_null) + 1)
    return Permuted(table, len(t_null), exact, strata, min(design.contrasts * least_p, 1.0))


def used_strata(design: Design, contrast: Contrast, unit: str) -> Strata:
    """Within which strata the documents of a contrast, or their clusters, are permuted; `codes` is by document, -1 outside."""
    key = ("strata", unit, tuple((c, tuple(groups)) for c, groups in contrast.parts))
    if key not in design.memo:
        design.memo[key] = _used_strata(design, contrast, unit)
    return design.memo[key]  # type: ignore[no-any-return]


def _used_strata(design: Design, contrast: Contrast, unit: str) -> Strata:
    rows = np.flatnonzero(np.isin(design.group, contrast.groups))
    codes = design.units(rows, unit)
    first = np.unique(codes, return_index=True)[1]
    found = strata_of(design, rows, codes, contrast.label(design.group[rows][first]), unit)
    # One for all quantities, also for those of which some documents say nothing.
    by_document = np.full(len(design.group), -1)
    by_document[rows] = found.codes[codes]
    return found._replace(codes=by_document)


def t_test(statistic: np.ndarray, x: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Two-sided p-values of studentised differences under Student's t, cautiously.

    Parameters
    ----------
    statistic : ndarray, shape (n_items,)
        Differences over their standard errors.
    x : ndarray, shape (n_units,)
        Lengths of the units.
    label : ndarray of int, shape (n_units,)
        Group of each.

    Examples
    --------
    >>> t_test(np.array([2.262]), np.ones(30), np.repeat([0, 1], [10, 20])).round(3).tolist()
    [0.05]
    """
    return 2 * stdtr(degrees(x, label), -np.abs(statistic))


def degrees(x: np.ndarray, label: np.ndarray) -> float:
    """The effective number of units (Kish 1965) of the group with the fewest, less one; at least 1."""
    return max(min(kish(x[label == k]) for k in set(label.tolist())) - 1, 1.0)


def null_statistics(q: Quantities, design: Design, contrast: Contrast, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """The contrast as observed, (n_items,), and its statistics under permutation, (n_permutations, n_items)."""
    u = q.units(design, contrast.groups, unit)
    observed = _statistic(q, u, contrast, contrast.label(u.group)[None])[0][0]
    strata = used_strata(design, contrast, unit)
    exact = _exact(design, contrast, [u], strata)
    return observed, _null(q, u, design, contrast, unit, strata, exact=exact)


def _null(
    q: Quantities, u: Units, design: Design, contrast: Contrast, unit: str, strata: Strata, *, exact: bool
) -> np.ndarray:
    """Statistics under permutation, shape (n_permutations, n_items)."""
    label = contrast.label(u.group)
    blocks = _all_labels(label) if exact else random_labels(design, contrast, u, label, unit, strata)
    return np.concatenate([_statistic(q, u, contrast, labels)[1] for labels in blocks])


def _statistic(q: Quantities, u: Units, contrast: Contrast, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The contrast, and its absolute value over its standard error, for each row of labels; shape (n_rows, n_items)."""
    levels, variance = [], np.zeros(1)
    counts = q.prior is None and q.bounds == (0.0, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.asarray(u.y.sum(0)).ravel() / u.x.sum()
    for k, (c, _) in enumerate(contrast.parts):
        m = u.moments(labels == k)
        value, v = q.level(m)
        if counts:
            # Of independent events at the rate of all: where a group happens to have none its own variance is 0.
            with np.errstate(divide="ignore", invalid="ignore"):
                v = np.maximum(v, q.scale**2 * rate / m.x)
        levels.append(value)
        variance = variance + c * c * v
    # Groups that are equal and do not vary show no difference: 0 / 0 counts as 0.
    value = contrast(levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        return value, np.where(
            np.abs(value) > 0, np.abs(value) / np.sqrt(variance), np.where(np.isnan(value), np.nan, 0.0)
        )


def _exact(design: Design, contrast: Contrast, units: Sequence[Units], strata: Strata) -> bool:
    # One list of divisions serves a family only where all quantities have the same units.
    same = all(np.array_equal(u.rows, units[0].rows) for u in units)
    if not same or len(contrast.parts) != 2 or strata.columns or strata.paired:
        return False
    label = contrast.label(units[0].group)
    return comb(len(label), int((label == 0).sum())) <= design.resamples


def _all_labels(label: np.ndarray) -> Iterator[np.ndarray]:
    """All divisions of the units into groups of these sizes."""
    chosen = list(combinations(range(len(label)), int((label == 0).sum())))
    labels = np.ones((len(chosen), len(label)), int)
    np.put_along_axis(labels, np.array(chosen, int), 0, axis=1)
    yield labels


def random_labels(
    design: Design, contrast: Contrast, u: Units, label: np.ndarray, unit: str, strata: Strata
) -> Iterator[np.ndarray]:
    """Random permutations of labels within strata, in blocks; the same for quantities of the same documents."""
    n_documents = len(design.group)
    first = u.rows[np.unique(u.codes, return_index=True)[1]]
    small = label.astype(np.min_scalar_type(int(label.max(initial=0))))
    drawn = _Drawn((design.seed, unit, contrast.name), n_documents, design.resamples, first, strata.codes[first], small)
    # The same labels serve all quantities of a family: as many as memory holds are kept.
    blocks: Iterator[np.ndarray] = iter(_kept(drawn)) if design.resamples * len(first) <= KEPT else drawn.blocks()
    return blocks


@dataclass(frozen=True, eq=False)
class _Drawn:
    """All that random labels depend on: the stream, the document of each unit, its stratum and its label."""

    names: tuple[int, str, str]
    n_documents: int
    resamples: int
    first: np.ndarray
    stratum: np.ndarray
    label: np.ndarray

    @cached_property
    def _key(self) -> tuple[object, ...]:
        of_units = (self.first.tobytes(), self.stratum.tobytes(), self.label.tobytes())
        return (self.names, self.n_documents, self.resamples, *of_units)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawn) and self._key == other._key

    def blocks(self) -> Iterator[np.ndarray]:
        """Labels of the units, one row a permutation."""
        seed, unit, contrast = self.names
        rng = stream(seed, "permutation", unit, contrast)
        by_stratum = self.label[np.argsort(self.stratum, kind="stable")]
        for start in range(0, self.resamples, step := at_a_time(self.n_documents)):
            # Keys for all documents, so that quantities of fewer documents are permuted alike.
            keys = rng.random((min(step, self.resamples - start), self.n_documents))[:, self.first]
            # Keys are below 1: with the number of the stratum added, each stratum is shuffled within itself.
            order = np.argsort(keys + self.stratum, axis=1)
            labels = np.empty(order.shape, self.label.dtype)
            np.put_along_axis(labels, order, np.broadcast_to(by_stratum, order.shape), axis=1)
            labels.setflags(write=False)
            yield labels


@lru_cache(maxsize=12)
def _kept(drawn: _Drawn) -> tuple[np.ndarray, ...]:
    return tuple(drawn.blocks())
