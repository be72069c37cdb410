"""What is written lands whole or not at all, whatever happens; what is not ours stays."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from killing import is_writing

from discourse import landing, writer
from discourse.errors import DiscourseError, UsageError
from discourse.landing import Work, put
from discourse.system import Busy
from discourse.writer import MANIFEST, probe, probed, scratch, sweep, write_file, write_files


class Killed(BaseException):
    """Stands in for the end of the process."""


class Killer:
    """Raises before the n-th operation on files under a folder; from then on nothing is done any more."""

    def __init__(self) -> None:
        self.under, self.left, self.dead, self.seen = "", -1, False, 0
        sys.addaudithook(self.hook)

    def hook(self, event: str, arguments: tuple) -> None:
        if not self.under or not is_writing(event, arguments):
            return
        # Names that are relative to an open folder are those of shutil.rmtree.
        anywhere = event in ("discourse.fsync", "os.remove", "os.rmdir")
        if not anywhere and not str(arguments[0]).startswith(self.under):
            return
        if self.dead or self.seen == self.left:
            self.dead = True
            raise Killed
        self.seen += 1


@pytest.fixture(scope="module")
def killer() -> Killer:
    return Killer()


@pytest.fixture(params=["exchange", "plain"])
def swap(request, monkeypatch) -> str:
    if request.param == "plain":
        monkeypatch.setattr(landing, "exchange", lambda one, other: False)
    return request.param


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def report(name: str, *files: str) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        for file in files:
            (folder / file).parent.mkdir(exist_ok=True)
            put(folder / file, f"{name} {file}".encode())

    return fill


def every_kill(killer: Killer, folder: Path, begin: Callable[[], None], act: Callable[[], None]) -> Iterator[int]:
    """Kill an action before each of its operations in turn."""
    for k in range(1000):
        begin()
        killer.under, killer.left, killer.dead, killer.seen = str(folder), k, False, 0
        with contextlib.suppress(Killed):
            act()
        killer.under = ""
        dead = killer.dead
        # The system unlocks what a dead process had locked.
        for work in [*landing.UNDER_WAY]:
            work._lock.close()
            landing.UNDER_WAY.remove(work)
        yield k
        if not dead:
            return
    raise AssertionError("it never ends")


def test_a_folder_is_the_earlier_or_the_new_one_after_a_kill_at_any_operation(killer, swap, tmp_path):
    place = tmp_path / "here" / "out"
    earlier, new = ("run.json", "tables/a.csv", "tables/gone.csv"), ("run.json", "tables/a.csv", "figures/b.svg")
    own = {"notes.txt": b"mine", "tables/own.csv": b"mine as well"}

    def begin() -> None:
        import shutil

        shutil.rmtree(tmp_path / "here", ignore_errors=True)
        place.parent.mkdir()
        with probed(place, folder=True) as work:
            work.land_folder(report("earlier", *earlier))
        for name, data in own.items():
            (place / name).write_bytes(data)

    def act() -> None:
        with probed(place, folder=True) as work:
            work.land_folder(report("new", *new), ours=(*earlier, *new))

    wholes = [{n: f"{w} {n}".encode() for n in names} | own for w, names in (("earlier", earlier), ("new", new))]
    seen, kills = [], 0
    for _ in every_kill(killer, tmp_path, begin, act):
        kills += 1
        if swap == "exchange":
            assert contents(place) in wholes
        sweep(place.parent)
        assert contents(place) in wholes
        seen.append(wholes.index(contents(place)))
        assert [p.name for p in place.parent.iterdir()] == ["out"], "nothing is left behind"
        act()
        assert contents(place) == wholes[1]
    assert kills > 20 and seen == sorted(seen) and set(seen) == {0, 1}


def test_a_set_of_files_lands_together_after_a_kill_at_any_operation(killer, tmp_path):
    place = tmp_path / "here"
    files = {place / "s.csv": b"sheet", place / "s.xlsx": b"book", place / "s.key.json": b"key"}

    def begin() -> None:
        import shutil

        shutil.rmtree(place, ignore_errors=True)

    seen = []
    for _ in every_kill(killer, tmp_path, begin, lambda: write_files(files)):
        if place.exists():
            sweep(place)
        there = contents(place) if place.exists() else {}
        assert there in ({}, {p.name: data for p, data in files.items()})
        seen.append(len(there))
    assert seen == sorted(seen) and set(seen) == {0, 3}


def test_two_writers_of_one_place(tmp_path):
    with probed(tmp_path / "out", folder=True):
        with pytest.raises(Busy, match=rf"process {os.getpid()} on .* is writing there"):
            probe(tmp_path / "out", folder=True)
        sweep(tmp_path)
        probe(tmp_path / "other")
    probe(tmp_path / "out", folder=True)
    assert list(tmp_path.iterdir()) == []


def test_a_dead_writer_is_in_nobodys_way(tmp_path):
    code = "import sys, os; from pathlib import Path; from discourse.landing import Work, put\n"
    code += "w = Work(Path(sys.argv[1])); w.__enter__(); w.new.mkdir(); put(w.new / 'x', b'x'); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], check=False).returncode == 9
    assert [p.name for p in tmp_path.iterdir()] == [".out.discourse"]
    write_file(tmp_path / "other.csv", b"1")
    probe(tmp_path / "other.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["other.csv"]


def test_modes_are_those_of_the_user(tmp_path):
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.csv", b"1")
        with probed(tmp_path / "out", folder=True) as work:
            work.land_folder(report("new", "run.json"))
        write_file(tmp_path / "b.csv", b"1")
        (tmp_path / "b.csv").chmod(0o600)
        write_file(tmp_path / "b.csv", b"2")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("a.csv", "out", "out/run.json", "b.csv")]
    assert modes == [0o640, 0o750, 0o640, 0o600]


@pytest.mark.parametrize("folder", [False, True])
def test_places_that_cannot_be_written_are_refused_before_anything_is_computed(tmp_path, folder):
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "config.yaml").write_text("x")
    (tmp_path / "link").hardlink_to(tmp_path / "in" / "config.yaml")
    cases = [
        (tmp_path / ("file" if folder else "in"), (), "name a"),
        (tmp_path / "loop", (), "leads to itself"),
        (tmp_path / "file" / "x", (), "is a file, not a folder"),
        (tmp_path / "in" / "x", (tmp_path / "in",), "which is read by the experiment"),
        (Path("/proc/nothing/x"), (), "/proc/nothing/x cannot be written"),
    ]
    if not folder:
        cases += [
            (tmp_path / "pipe", (), "no regular file"),
            (tmp_path / "link", (tmp_path / "in" / "config.yaml",), "is read by the experiment"),
        ]
    for path, inputs, message in cases:
        with pytest.raises(DiscourseError, match=message) as error:
            probe(path, inputs=inputs, folder=folder)
        assert str(path) in str(error.value)
    assert contents(tmp_path / "in") == {"config.yaml": b"x"}


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with probed(tmp_path / "link", folder=True) as work:
        work.land_folder(report("new", "run.json"))
    assert (tmp_path / "link").is_symlink() and contents(tmp_path / "real") == {"run.json": b"new run.json"}


def test_what_somebody_put_there_is_never_written_over(tmp_path):
    with probed(tmp_path / "out", folder=True) as work:
        work.land_folder(report("earlier", "run.json"))
    (tmp_path / "out" / "a.csv").write_text("mine")
    (tmp_path / "out" / "empty").mkdir()
    (tmp_path / "out" / "to").symlink_to("elsewhere")
    with (
        probed(tmp_path / "out", folder=True) as work,
        pytest.raises(DiscourseError, match=r"out/a\.csv is not of the"),
    ):
        work.land_folder(report("new", "run.json", "a.csv"), ours=["run.json"])
    assert contents(tmp_path / "out") == {"run.json": b"earlier run.json", "a.csv": b"mine"}
    with probed(tmp_path / "out", folder=True) as work:
        work.land_folder(report("new", "run.json"), ours=["run.json"])
    assert contents(tmp_path / "out") == {"run.json": b"new run.json", "a.csv": b"mine"}
    assert (tmp_path / "out" / "empty").is_dir() and (tmp_path / "out" / "to").is_symlink()


def test_a_full_disk_names_the_path_and_leaves_what_was_there(monkeypatch, tmp_path):
    write_file(tmp_path / "a.csv", b"earlier")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for act in (
        lambda: write_file(tmp_path / "a.csv", b"new"),
        lambda: write_files({tmp_path / "a.csv": b"new", tmp_path / "b.csv": b"new"}),
    ):
        with pytest.raises(DiscourseError, match=rf"^no space left on device: {tmp_path / 'a.csv'} ") as error:
            act()
        assert "unchanged" in str(error.value)
        assert contents(tmp_path) == {"a.csv": b"earlier"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make a small disk")
def test_a_small_disk(tmp_path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("no small disk can be made here")
    try:
        with probed(tmp_path / "out", folder=True) as work:
            work.land_folder(report("earlier", "run.json"))
        write_file(tmp_path / "a.csv", b"earlier")
        with pytest.raises(DiscourseError, match=r"^no space left on device: .*a\.csv"):
            write_file(tmp_path / "a.csv", bytes(100_000))
        with (
            probed(tmp_path / "out", folder=True) as work,
            pytest.raises(DiscourseError, match=r"^no space .*: .*/out "),
        ):
            work.land_folder(lambda folder: put(folder / "run.json", bytes(100_000)))
        assert contents(tmp_path) == {"a.csv": b"earlier", "out/run.json": b"earlier run.json"}
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_scratch_is_gone_afterwards_and_a_long_name_is_no_trouble(tmp_path):
    with scratch(tmp_path / "cache") as folder:
        (folder / "x").write_text("x")
    assert list((tmp_path / "cache").iterdir()) == []
    write_file(tmp_path / ("n" * 250), b"1")
    with pytest.raises(UsageError):
        probe(tmp_path, folder=False)
    assert [len(p.name) for p in tmp_path.iterdir() if p.is_file()] == [250]


def test_a_manifest_that_anybody_wrote_is_none_of_ours(tmp_path):
    for text in ("", "[]", '{"files": 3}', '{"files": [1]}', "{" * 100_000):
        (tmp_path / MANIFEST).write_text(text)
        assert writer.listed(tmp_path) is None
    with Work(tmp_path / "x") as work:
        assert work.folder.is_dir()
