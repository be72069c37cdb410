"""Weighted sums of counts against products of dense matrices of whole numbers, which are exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from discourse.compare import sums
from discourse.compare.sums import Counts, Sums, Weights, totals


def exact(weights, values):
    """Python's whole numbers, which have no limit."""
    return weights.astype(object) @ values.astype(object)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), units=st.integers(1, 40), terms=st.integers(1, 200),
    density=st.sampled_from([0.0, 0.01, 0.3, 1.0]), largest=st.sampled_from([1, 300, 2**20]),
)  # fmt: skip
def test_sums_are_exact_dense_or_sparse_in_single_or_double_precision(seed, units, terms, density, largest):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, largest + 1, (units, terms)) * (rng.random((units, terms)) < density)
    weights = rng.multinomial(units, np.full(units, 1 / units), size=7)
    found = Sums(sparse.csr_array(y))(Weights(weights))
    assert (exact(weights, y).astype(float) == found.T).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), squares=st.booleans(), layout=st.sampled_from([sparse.csr_array, sparse.csc_array]))
def test_moments_are_exact(seed, squares, layout):
    rng = np.random.default_rng(seed)
    y = rng.poisson(0.4, (30, 90)) * rng.integers(1, 3000, (30, 1))
    x = rng.integers(1, 200_000, (30, 1)).astype(float)
    study = rng.random((5, 30)) < 0.4
    m = Counts(layout(y), x).moments(Weights(study), squares=squares)
    n = x.astype(int)
    assert (m.y == exact(study, y)).all()
    assert (m.x == exact(study, n)).all()
    assert (m.n[:, 0] == study.sum(1)).all()
    if squares:
        assert (m.yy == exact(study, y * y)).all()
        assert (m.xy == exact(study, y * n)).all()
        assert (m.xx == exact(study, n * n)).all()
    else:
        assert np.isnan(m.yy).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), layout=st.sampled_from([sparse.csr_array, sparse.csc_array]))
def test_rows_in_another_order_or_without_a_unit_are_as_if_they_were_taken_so(seed, layout):
    rng = np.random.default_rng(seed)
    y = rng.poisson(0.5, (30, 70)).astype(np.uint8)
    rows = rng.permutation(30)[: rng.integers(1, 31)]
    units = np.full(30, -1)
    units[rows] = np.arange(len(rows))
    weights = rng.integers(0, 3, (4, len(rows)))
    assert (Sums(layout(y), units)(Weights(weights)) == exact(weights, y[rows]).astype(float).T).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), layout=st.sampled_from([sparse.csr_array, sparse.csc_array]))
def test_totals_count_in_any_type(seed, layout):
    rng = np.random.default_rng(seed)
    y = (rng.poisson(0.5, (300, 20)) * rng.integers(0, 2, 20) * 100).clip(0, 255).astype(np.uint8)
    for kind in (np.uint8, np.int32, float):
        total, stored = totals(layout(y.astype(kind)))
        assert total.tolist() == y.sum(0, dtype=int).tolist()
        assert stored.tolist() == (y > 0).sum(0).tolist()


def test_what_is_not_whole_is_added_up_in_the_order_of_the_units():
    rng = np.random.default_rng(3)
    y = rng.normal(0, 1, (50, 20)) * (rng.random((50, 20)) < 0.7)
    weights = rng.random((4, 50))
    found = Sums(sparse.csr_array(y))(Weights(weights))
    for k in range(20):
        for r in range(4):
            total = 0.0
            for unit in np.flatnonzero(y[:, k]):
                total += y[unit, k] * weights[r, unit]
            assert found[k, r] == pytest.approx(total, rel=1e-14)


def test_blocks_hold_each_column_once(monkeypatch):
    monkeypatch.setattr(sums, "NUMBERS", 1)
    monkeypatch.setattr(sums, "FEWEST", 64)
    y = sparse.csr_array(np.random.default_rng(1).poisson(0.1, (20, 300)))
    parts = [columns for columns, _ in Sums(y).blocks(5)]
    assert len(parts) == 5
    assert sorted(np.concatenate(parts).tolist()) == list(range(300))
    containing = np.diff(sparse.csc_array(y).indptr)[np.concatenate(parts)]
    assert (np.diff(containing) <= 0).all(), "the most widespread first"


def test_parts_of_moments_cover_all_of_them(monkeypatch):
    monkeypatch.setattr(sums, "CACHED", 30)
    y = np.arange(70.0).reshape(10, 7)
    for laid_out in (np.ascontiguousarray(y), np.asfortranarray(y)):
        m = sums.Moments(np.ones((10, 1)), laid_out, np.arange(10.0)[:, None], y, y, np.ones((10, 1)))
        result = m.empty()
        for at, some in m.parts():
            result[at] = some.y + some.x
        assert (result == y + np.arange(10)[:, None]).all()
