"""The joint test of a specification curve, by a plain loop over permutations and specifications."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from discourse.compare.permutation import random_labels, used_strata
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design
from discourse.compare.specifications import Specification, joint_test


def one_of(y, x, label):
    """Difference of two ratios and its z: the variance of a ratio by linearisation, as in Cochran (1977)."""
    levels, variances = [], []
    for k in (0, 1):
        a, b = y[label == k], x[label == k]
        r = a.sum() / b.sum()
        levels.append(r)
        variances.append(((a - r * b) ** 2).sum() / b.sum() ** 2 * len(a) / (len(a) - 1))
    return levels[0] - levels[1], (levels[0] - levels[1]) / np.sqrt(sum(variances))


def statistics(curve, label):
    """Size of the median, of the number of clear specifications on one side, and of the sum of z."""
    found = np.array([one_of(y[kept], x[kept], label[kept]) for y, x, kept in curve])
    z = found[:, 1]
    beyond = stats.norm.ppf(0.975)
    return abs(np.median(found[:, 0])), max((z > beyond).sum(), (z < -beyond).sum()), abs(z.sum()) / np.sqrt(len(z))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_by_a_plain_loop(seed, clustered):
    rng = np.random.default_rng(seed)
    n = 24
    group = rng.permutation(np.repeat([0, 1, -1], [11, 9, 4]))
    speaker = np.array([f"s{k}" for k in rng.integers(0, 12, n)], object)
    design = Design(group, ["a", "b"], speaker if clustered else None, "speaker", resamples=100, seed=seed)
    unit = "cluster" if clustered else "document"
    curve = []
    for _ in range(3):
        x = rng.integers(50, 200, n).astype(float)
        curve.append((rng.poisson(x / 10 * np.where(group == 0, 1.2, 1)).astype(float), x, rng.random(n) < 0.9))
    specs = [Specification(Quantities("q", y[:, None], x, ["i"]), kept) for y, x, kept in curve]
    contrast = pair(design, 0, 1)
    ours = joint_test(specs, design, contrast, unit=unit)
    # Sums by unit, and a label for each unit.
    rows = np.flatnonzero(group >= 0)
    keys = [(group[d], speaker[d]) if clustered else d for d in rows]
    units = list(dict.fromkeys(keys))
    summed = []
    for y, x, kept in curve:
        inside = [[d for d, key in zip(rows, keys) if key == u and kept[d]] for u in units]
        summed.append((np.array([y[i].sum() for i in inside]), np.array([x[i].sum() for i in inside]),
                       np.array([bool(i) for i in inside])))  # fmt: skip
    observed = np.array([group[rows[keys.index(u)]] for u in units])
    every = Quantities("d", np.ones((n, 1)), np.ones(n), ["d"]).units(design, [0, 1], unit)
    named = type(contrast)(f"specifications of {contrast.name}", contrast.parts)
    drawn = np.concatenate(list(random_labels(design, named, every, observed, unit, used_strata(design, named, unit))))
    null = np.array([statistics(summed, label) for label in drawn])
    first = np.array(statistics(summed, observed))
    expected = (1 + (null >= first * (1 - 1e-9)).sum(0)) / (1 + len(null))
    assert (abs(ours.median), ours.clear, abs(ours.z)) == pytest.approx(tuple(first))
    assert (ours.p_median, ours.p_clear, ours.p_z) == pytest.approx(tuple(expected))


def test_one_specification_is_a_permutation_test_of_its_difference():
    """scipy's permutation test of the difference of two means, drawn as often."""
    rng = np.random.default_rng(4)
    values = np.r_[rng.normal(0.6, 1, 25), rng.normal(0, 1, 20)]
    design = Design(np.repeat([0, 1], (25, 20)), ["a", "b"], resamples=500)
    q = Quantities("m", sparse.csr_array(values[:, None]), np.ones(45), ["x"])
    found = joint_test([Specification(q, np.ones(45, bool))], design, pair(design, 0, 1))
    theirs = stats.permutation_test(
        (values[:25], values[25:]), lambda a, b, axis: np.abs(a.mean(axis) - b.mean(axis)),
        n_resamples=9999, alternative="greater", vectorized=True, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert found.p_median == pytest.approx(theirs.pvalue, abs=4 * np.sqrt(theirs.pvalue / 500))


def test_curves_of_nothing_are_seldom_found():
    """Correlated specifications of shuffled labels: p is uniform."""
    p = []
    for run in range(120):
        rng = np.random.default_rng([5, run])
        base = rng.gamma(0.5, 2, 40)
        design = Design(rng.permutation(np.repeat([0, 1], 20)), ["a", "b"], resamples=99, seed=run)
        specs = [
            Specification(
                Quantities("q", (base + rng.gamma(0.5, 1, 40))[:, None], np.ones(40), ["i"]), rng.random(40) < 0.95
            )
            for _ in range(6)
        ]
        p.append(joint_test(specs, design, pair(design, 0, 1)).p_median)
    assert stats.kstest(np.array(p) - np.random.default_rng(0).random(len(p)) / 100, "uniform").pvalue > 0.01
