"""What is in the cache is what was written, or is made again and said so."""

from __future__ import annotations

import errno
import json
import logging
import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from damaging import HARMS, harm

from discourse import landing, sealed
from discourse.errors import DiscourseError
from discourse.sealed import SEAL, Damaged, Entry, clean, stored

ARRAYS = {f"{name}.npy": np.arange(k, dtype=np.int32) for k, name in enumerate(("ids", "starts", "layer_a"), 40)}


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sealed, "_said", set())
    return tmp_path / "cache"


def save(arrays: dict[str, np.ndarray], folder: Path) -> None:
    (folder / "0000").mkdir()
    for name, array in arrays.items():
        np.save(folder / "0000" / name, array)


def load(folder: Path) -> dict[str, np.ndarray]:
    # As those do that look for layers: what is missing is not missed.
    return {p.name: np.load(p, mmap_mode="r") for p in sorted(folder.rglob("*.npy"))}


def same(found: dict[str, np.ndarray], expected: dict[str, np.ndarray] = ARRAYS) -> bool:
    return set(found) == set(expected) and all(np.array_equal(found[n], expected[n]) for n in expected)


@pytest.mark.parametrize("how", HARMS)
def test_every_harm_is_found_and_made_again(how, cache, tmp_path, caplog):
    caplog.set_level(logging.WARNING, "discourse.cache")
    entry, other = Entry("encoded", "a" * 32), Entry("encoded", "b" * 32)
    entry.fill(lambda f: save(ARRAYS, f))
    other.fill(lambda f: save({n: a + 1 for n, a in ARRAYS.items()}, f))
    shutil.copytree(cache, tmp_path / "kept")
    chance = random.Random(1)
    names = sorted(p.relative_to(cache).as_posix() for p in entry.path.rglob("*") if p.is_file())
    assert len(names) == len(ARRAYS) + 1
    for name in names * 12:
        shutil.rmtree(cache)
        shutil.copytree(tmp_path / "kept", cache)
        harm(cache, cache / name, how, chance)
        sealed._said.clear()
        caplog.clear()
        found, was_stored = stored(entry, lambda: ARRAYS, save, load)
        assert not was_stored and same(found), (how, name)
        assert len(caplog.messages) == 1 and str(entry.path) in caplog.text and "damaged" in caplog.text
        found, was_stored = stored(entry, lambda: pytest.fail("made again"), save, load)
        assert was_stored and same(found)


def test_every_byte_of_a_file_counts(caplog):
    entry = Entry("results/words", "c" * 40 + ".bin")
    entry.write([b"content ", b"of a result"])
    data = entry.path.read_bytes()
    harmed = [data[:k] + bytes([data[k] ^ 1 << k % 8]) + data[k + 1 :] for k in range(len(data))]
    harmed += [data[:k] for k in range(len(data))] + [data + b"x", data * 2]
    for wrong in harmed:
        entry.path.write_bytes(wrong)
        with pytest.raises(Damaged):
            entry.read()
    for other in (Entry("results/words", "d" * 40 + ".bin"), Entry("features/words", "c" * 40 + ".bin")):
        other.path.parent.mkdir(parents=True, exist_ok=True)
        other.path.write_bytes(data)
        with pytest.raises(Damaged):
            other.read()
    with pytest.raises(FileNotFoundError):
        Entry("results/words", "e").read()
    entry.path.unlink()
    entry.path.mkdir()
    with pytest.raises(Damaged):
        entry.read()
    entry.write([b"again"])
    assert bytes(entry.read()) == b"again"


def test_an_entry_in_the_place_of_another_is_damaged():
    one, two = Entry("encoded", "one"), Entry("encoded", "two")
    one.fill(lambda f: save(ARRAYS, f))
    shutil.copytree(one.path, two.path)
    one.check()
    with pytest.raises(Damaged, match="seal"):
        two.check()


def test_a_large_file_is_read_whole_unless_nobody_can_have_written_to_it(monkeypatch):
    monkeypatch.setattr(sealed, "LARGE", 64)
    entry = Entry("encoded", "large")
    entry.fill(lambda f: save(ARRAYS, f))
    read: list[str] = []
    sum_of = sealed.sum_of
    monkeypatch.setattr(sealed, "sum_of", lambda p: (read.append(p.name), sum_of(p))[1])
    entry.check()
    assert read == []
    path = entry.path / "0000" / "ids.npy"
    stat, data = path.stat(), path.read_bytes()
    # Same size, and the time that a program can set as it was: the time of the change shows it nevertheless.
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(Damaged, match=r"ids\.npy has another sum"):
        entry.check()
    path.write_bytes(data)
    entry.check()
    assert "ids.npy" in read


def test_what_is_whole_stays_while_another_run_computes_it_again():
    entry = Entry("encoded", "shared")
    found, _ = stored(entry, lambda: ARRAYS, save, load)
    inode = entry.path.stat().st_ino
    again, was_stored = stored(entry, lambda: ARRAYS, save, load, refresh=True)
    assert not was_stored and same(again) and entry.path.stat().st_ino == inode
    other = {n: a + 7 for n, a in ARRAYS.items()}
    entry.fill(lambda f: save(other, f))
    assert same(load(entry.path), other) and entry.path.stat().st_ino != inode
    # Who has opened the earlier one reads it to the end.
    assert same(found)


def test_who_needs_a_folder_waits_for_whoever_stores_it(monkeypatch):
    entry, waited = Entry("partitions", "p"), []
    entry.path.parent.mkdir(parents=True)
    other = landing.Work(entry.path, durable=False)
    other.__enter__()

    def sleep(_: float) -> None:
        waited.append(True)
        other.__exit__()

    monkeypatch.setattr(sealed.time, "sleep", sleep)
    entry.fill(lambda f: save(ARRAYS, f))
    assert not entry.path.exists() and not waited, "who does not need it goes on"
    entry.fill(lambda f: save(ARRAYS, f), needed=True)
    assert waited and same(load(entry.path))


def test_a_cache_that_cannot_be_written_stops_nobody_but_who_needs_it(monkeypatch, caplog):
    caplog.set_level(logging.WARNING, "discourse.cache")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(landing, "put", full)
    monkeypatch.setattr(sealed, "put", full)
    for k in range(3):
        assert stored(Entry("encoded", str(k)), lambda: ARRAYS, save, load) == (ARRAYS, False)
        Entry("results/x", str(k)).write([b"x"])
    assert len(caplog.messages) == 1 and "no space left on device" in caplog.text
    with pytest.raises(DiscourseError, match="cannot be written: no space left on device"):
        Entry("encoded", "p").fill(lambda f: save(ARRAYS, f), needed=True)
    assert not list(Path(os.environ["DISCOURSE_CACHE"]).rglob("*.npy"))


def test_what_killed_runs_leave_in_the_cache_is_removed(cache):
    for kind in ("encoded", "results/words"):
        (cache / kind / ".key.discourse" / "new").mkdir(parents=True)
        (cache / kind / ".key.discourse" / "lock").write_text("process 1 on nowhere")
    Entry("encoded", "whole").fill(lambda f: save(ARRAYS, f))
    clean()
    assert list(cache.rglob(".*")) == []
    Entry("encoded", "whole").check()
    assert set(json.loads((cache / "encoded" / "whole" / SEAL).read_bytes()[65:])) == {f"0000/{n}" for n in ARRAYS}
