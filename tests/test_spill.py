"""Values whose arrays lie on disk are the values that they were."""

from __future__ import annotations

import errno
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import sparse

from discourse import sealed, spill
from discourse.experiment.store import Store


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@given(
    st.lists(
        arrays(st.sampled_from([np.uint8, np.int32, np.float64, "U3", bool]), array_shapes(min_dims=1, max_dims=2)),
        max_size=4,
    ),
    st.integers(0, 60),
)
def test_dumped_and_loaded_is_the_same(values, least):
    one = {"arrays": values, "turned": [v.T for v in values], "name": "Peace"}
    content = memoryview(bytearray(b"".join(spill.dump(one, least))))
    other = spill.load(content)
    assert other["name"] == "Peace"
    for a, b in zip([*one["arrays"], *one["turned"]], [*other["arrays"], *other["turned"]], strict=True):
        assert a.dtype == b.dtype and a.flags.f_contiguous == b.flags.f_contiguous
        np.testing.assert_array_equal(a, b)


def test_arrays_are_not_copied_twice():
    content = memoryview(bytearray(b"".join(spill.dump(np.arange(99), 1))))
    found = spill.load(content)
    assert np.shares_memory(found, np.frombuffer(content, np.uint8))
    assert found.__array_interface__["data"][0] % found.itemsize == 0


def test_an_empty_array_on_disk_is_an_array(monkeypatch, cache):
    monkeypatch.setattr(spill, "LARGE", 1)
    array = spill.empty(1000, np.int32)
    array[:] = np.arange(1000)
    assert array.dtype == np.int32 and int(array.sum()) == 499_500
    assert list(cache.iterdir()) == [], "the file has no name"


def test_where_the_disk_is_full_memory_is_taken(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spill, "LARGE", 1)
    monkeypatch.setattr(os, "posix_fallocate", full)
    array = spill.empty(3, np.uint8)
    array[:] = 7
    assert array.tolist() == [7, 7, 7] and array.base is None
    monkeypatch.setattr(spill, "_unnamed", full)
    assert [v.tolist() for v in spill.spilled([np.arange(2000), np.arange(2)])] == [list(range(2000)), [0, 1]]


@pytest.mark.parametrize("large", [1, 20_000, 2**40])
def test_spilled_values_are_the_same_in_the_same_order(monkeypatch, cache, large):
    monkeypatch.setattr(spill, "LARGE", large)
    rng = np.random.default_rng(1)
    values = [
        [sparse.csr_array(rng.poisson(0.5, (30, 40))), pd.DataFrame({"n": np.arange(1000), "term": "peace"})]
        for _ in range(7)
    ]
    found = list(spill.spilled(iter(values)))
    for (counts, table), (other, same) in zip(values, found, strict=True):
        assert (counts != other).nnz == 0
        pd.testing.assert_frame_equal(table, same)
    assert not cache.exists() or list(cache.iterdir()) == []


def test_a_stored_result_lies_on_disk_and_its_damage_is_found(monkeypatch, caplog):
    monkeypatch.setattr(spill, "LARGE", 1)
    monkeypatch.setattr(sealed, "LARGE", 1)
    store = Store()
    counts = sparse.csc_array(np.arange(6.0).reshape(2, 3))
    found, was_stored = store.once("results/words", "key", lambda: counts)
    assert not was_stored and (found != counts).nnz == 0
    assert not found.data.flags.owndata, "as it lies in the store"
    # Whoever changes what was found changes neither the entry nor what others find.
    found.data[:] = 0
    again, was_stored = store.once("results/words", "key", lambda: pytest.fail("made again"))
    assert was_stored and (again != counts).nnz == 0
    path = store.entry("results/words", "key").path
    data = path.read_bytes()
    del found, again
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    made, was_stored = store.once("results/words", "key", lambda: counts)
    assert not was_stored and (made != counts).nnz == 0
    assert "damaged, and made again" in caplog.text


def test_a_cache_that_cannot_be_written_keeps_values_in_memory(monkeypatch, cache):
    monkeypatch.setattr(spill, "LARGE", 1)
    cache.write_text("a file in the place of the folder")
    assert Store().put("features/words", "key", np.arange(3)).tolist() == [0, 1, 2]
    assert spill.empty(3, np.uint8).shape == (3,)
