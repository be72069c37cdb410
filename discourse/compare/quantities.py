"""What is compared, and between which groups.

Mentions per 10,000 tokens, the mean evaluation of mentions, the prevalence of a topic and the rate of a term are all of
one form: sum of y over documents / sum of x over documents. Every method of this room takes them as `Quantities`, and
the groups that it sets against each other as a `Contrast`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import sparse

from discourse.compare.intervals import Matrix, by_unit, log_odds_level, moments, ratio
from discourse.compare.resample import Design
from discourse.compare.sums import Counts, Moments, Weights
from discourse.shown import brief

REST = "the rest"  # all groups but one, as one group


@dataclass(frozen=True)
class Quantities:
    """Ratios of sums over documents, one for each item.

    Parameters
    ----------
    name : str
        What they are together: mentions, stance, terms, topics.
    y : ndarray or sparse array, shape (n_documents, n_items)
        Numerators by document. Sparse counts may be of a narrow type; those of some items (`only`) are of double precision.
    x : ndarray, shape (n_documents, 1)
        Denominators by document. Documents in which it is 0 say nothing on these items and are no units.
    items : sequence of str
        Names of the columns.
    scale : float
        Factor (10,000 for a rate per 10,000 tokens, 100 for percent).
    measure : str
        What the level is, with its unit.
    bounds : (float, float)
        What the level can reach: (0, inf) for rates, (0, 100) for percent, (-1, 1) for evaluations.
    prior : ndarray, shape (n_items,), optional
        Expected share of each term: the level is then the log-odds with a Dirichlet prior, and a contrast the log-odds
        ratio.
    alpha0 : float
        Weight of the prior in tokens.
    target : str
        Target of a stance.

    Examples
    --------
    >>> Quantities("mentions", np.array([[1], [3]]), np.array([[100], [100]]), ["Norland"], 1e4).y.shape
    (2, 1)
    """

    name: str
    y: Matrix
    x: np.ndarray
    items: Sequence[str]
    scale: float = 1.0
    measure: str = ""
    bounds: tuple[float, float] = (0.0, np.inf)
    prior: np.ndarray | None = None
    alpha0: float = 0.0
    target: str = ""

    __repr__ = brief

    def __post_init__(self) -> None:
        x = np.asarray(self.x, float)
        object.__setattr__(self, "x", x[:, None] if x.ndim == 1 else x)
        if not sparse.issparse(self.y):
            object.__setattr__(self, "y", np.array(self.y, float))
        if self.y.shape != (len(self.x), len(self.items)) or self.x.shape[1] != 1:
            raise ValueError(
                f"{self.name}: y of shape {self.y.shape} for x of shape {self.x.shape} and {len(self.items)} items"
            )

    def level(self, m: Moments) -> tuple[np.ndarray, np.ndarray]:
        """The level and its variance from sums; each of shape (n_resamples, n_items)."""
        if self.prior is not None:
            return log_odds_level(m, self.prior, self.alpha0)
        value, variance = ratio(m)
        return self.scale * value, self.scale**2 * variance

    def value(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The level from sums of y and x, of any shapes that go together."""
        if self.prior is not None:
            alpha = self.alpha0 * self.prior
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(np.log(y + alpha) - np.log(x + self.alpha0 - y - alpha))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.scale * y / x)

    def only(self, items: Sequence[int] | np.ndarray) -> Quantities:
        """The quantities of some items."""
        y = self.y[:, items]
        return Quantities(
            self.name, sparse.csr_array(y).astype(float) if sparse.issparse(y) else y, self.x, [self.items[int(k)] for k in items],
            self.scale, self.measure, self.bounds,
            None if self.prior is None else self.prior[items], self.alpha0, self.target,
        )  # fmt: skip

    def inside(self, design: Design, groups: Sequence[int]) -> np.ndarray:
        """Documents of these groups that say something on the items."""
        design.require(len(self.x), self.name)
        return np.flatnonzero(np.isin(design.group, groups) & (self.x[:, 0] > 0))

    def units(self, design: Design, groups: Sequence[int], unit: str) -> Units:
        """Sums of y and x by unit of these groups."""
        rows = self.inside(design, groups)
        codes = design.units(rows, unit)
        first = np.unique(codes, return_index=True)[1]
        return Units(by_unit(self.y[rows], codes), by_unit(self.x[rows], codes), design.group[rows][first], rows, codes)

    def n_units(self, design: Design, groups: Sequence[int], unit: str) -> int:
        """How many units these groups have; no sums are made."""
        return int(design.units(self.inside(design, groups), unit).max(initial=-1)) + 1

    def containing(self, units: Units) -> np.ndarray:
        """Units that contain each item.

        Where the level has an upper bound, the fewer of the units above the lower bound and of those below the upper.
        """
        low, high = (b / self.scale for b in self.bounds)
        # Without a lower bound, and with a prior, a unit without the item informs its level as much as others.
        if not np.isfinite(low) or self.prior is not None:
            return np.full(len(self.items), len(units.x))
        if low == 0 and not isinstance(units.y, np.ndarray):
            return np.diff(units.y.tocsc().indptr)
        above = (units.y > low * units.x).sum(0)
        return np.minimum(above, (units.y < high * units.x).sum(0)) if np.isfinite(high) else np.asarray(above)


@dataclass(frozen=True)
class Contrast:
    """A linear combination of the levels of groups.

    Parameters
    ----------
    name : str
        What it is called in tables, where it identifies the contrast: "A - B", "A - the rest".
    parts : sequence of (float, sequence of int)
        Coefficients, and the groups that are pooled for the level to which each belongs.
    kind : {"difference", "pair", "rest", "trend", "level"}
        What it is; "difference" is the main contrast of study and reference, "level" one group alone.

    Examples
    --------
    >>> Contrast("A - B", [(1.0, [0]), (-1.0, [1])]).words(["A", "B"])
    'A minus B'
    """

    name: str
    parts: Sequence[tuple[float, Sequence[int]]]
    kind: Literal["difference", "pair", "rest", "trend", "level"] = "difference"

    @property
    def groups(self) -> list[int]:
        """All groups that take part."""
        return sorted({g for _, groups in self.parts for g in groups})

    def __call__(self, levels: Sequence[np.ndarray]) -> np.ndarray:
        """The combination of the levels of its parts."""
        return np.asarray(sum(c * level for (c, _), level in zip(self.parts, levels)))

    def words(self, names: Sequence[str]) -> str:
        """The contrast in words, from its parts and the names of all groups (`Design.names`): "A minus B"."""
        parts = [" and ".join(str(names[g]) for g in groups) for _, groups in self.parts]
        if self.kind == "trend":
            return f"trend from {parts[0]} to {parts[-1]}, per group"
        return f"{parts[0]} minus {REST}" if self.kind == "rest" else " minus ".join(parts)

    def label(self, group: np.ndarray) -> np.ndarray:
        """Part of each group's number; only where no group is in two parts."""
        part = {g: k for k, (_, groups) in enumerate(self.parts) for g in groups}
        return np.array([part[int(g)] for g in group])


@dataclass(frozen=True)
class Units:
    """Sums by unit: y (n_units, n_items), x (n_units, 1), the group of each unit; the documents and their units."""

    y: Matrix
    x: np.ndarray
    group: np.ndarray
    rows: np.ndarray
    codes: np.ndarray

    @cached_property
    def _counts(self) -> Counts:
        return Counts(self.y, self.x)

    def moments(self, weights: np.ndarray) -> Moments:
        """`discourse.compare.intervals.moments` of these units; what sparse counts need for it is made once."""
        if sparse.issparse(self.y):
            return self._counts.moments(Weights(weights))
        return moments(self.y, self.x, weights.astype(float))

    def contrast(self, q: Quantities, contrast: Contrast) -> np.ndarray:
        """The contrast as it is observed; shape (n_items,)."""
        label = contrast.label(self.group)
        levels = [
            q.level(moments(self.y, self.x, (label == k)[None].astype(float)))[0][0] for k in range(len(contrast.parts))
        ]
        return contrast(levels)


def level_of(design: Design, group: int | str) -> Contrast:
    """One group alone.

    Examples
    --------
    >>> level_of(Design(np.array([0, 1]), ["a", "b"]), 1).parts
    [(1.0, [1])]
    """
    g = design.number(group)
    return Contrast(str(design.names[g]), [(1.0, [g])], "level")


def pair(design: Design, study: int | str, reference: int | str) -> Contrast:
    """One group minus another, each named or given by its index.

    Examples
    --------
    >>> pair(Design(["Roe", "Lind"]), "Roe", "Lind").name
    'Roe - Lind'
    """
    a, b = design.number(study), design.number(reference)
    return Contrast(f"{design.names[a]} - {design.names[b]}", [(1.0, [a]), (-1.0, [b])])


def against_rest(design: Design, study: int | str, groups: Sequence[int | str]) -> Contrast:
    """One group minus all others of these together, each named or given by its index."""
    first = design.number(study)
    rest = [g for g in map(design.number, groups) if g != first]
    return Contrast(f"{design.names[first]} - {REST}", [(1.0, [first]), (-1.0, rest)], "rest")


def two_groups(design: Design, contrast: Contrast) -> Design:
    """The design of one contrast alone: group 0 is what it adds, group 1 what it takes away.

    Examples
    --------
    >>> design = Design(np.array([0, 1, 2]), ["a", "b", "c"])
    >>> two = two_groups(design, against_rest(design, 1, [0, 1, 2]))
    >>> two.group.tolist(), two.names
    ([1, 0, 1], ['b', 'the rest'])
    """
    group = np.full(len(design.group), -1)
    names = []
    for k, (_, groups) in enumerate(contrast.parts):
        group[np.isin(design.group, groups)] = k
        names.append(str(design.names[groups[0]]) if len(groups) == 1 else REST)
    return replace(design, group=group, names=names)


def trend(design: Design, groups: Sequence[int | str]) -> Contrast:
    """Change of the level from one group to the next: the slope of least squares over groups in their order.

    Groups are named, or given by their index.

    Examples
    --------
    >>> design = Design(np.array([0, 1, 2]), ["first", "second", "third"])
    >>> [c for c, _ in trend(design, [0, 1, 2]).parts]
    [-0.5, 0.0, 0.5]
    """
    order = [design.number(g) for g in groups]
    # Centred: what all groups have in common is no trend.
    place = np.arange(len(order)) - (len(order) - 1) / 2
    names = [design.names[g] for g in (order[0], order[-1])]
    return Contrast(
        f"trend from {names[0]} to {names[1]}, per group",
        [(float(c), [g]) for c, g in zip(place / (place**2).sum(), order)],
        "trend",
    )
