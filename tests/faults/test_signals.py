"""Whoever stops a command gets one line, and what was there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from discourse.cli.stopping import words
from discourse.landing import LANDED, Work

WAITING = """
import sys, time, threading
from discourse import writer
from discourse.cli import stopping
from pathlib import Path
with stopping.stoppable(), writer.probed(Path(sys.argv[1]), folder=True) as work:
    work.new.mkdir()
    (work.new / "half").write_text("half")
    if sys.argv[2] == "busy":
        # A thread that computes on and on, for which the main one waits.
        busy = threading.Thread(target=time.sleep, args=(60,))
        busy.start()
        try:
            print("ready", flush=True)
            time.sleep(60)
        finally:
            busy.join()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("how", ["idle", "busy"])
def test_a_signal_undoes_what_was_begun(tmp_path, number, how):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    command = [sys.executable, "-c", WAITING, "out", how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        _, errors = child.communicate(timeout=30)
    assert child.returncode == 128 + number
    assert errors == "discourse: stopped; the earlier report is unchanged: out\n"
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == ["out", "out/run.json"]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "further"), [(signal.SIGTERM, ()), (signal.SIGINT, ("--workers", "2"))])
def test_a_command_that_is_stopped(tmp_path, smaller_experiment, number, further):
    file = smaller_experiment(tmp_path)
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "run.json").write_text("{}")
    command = [sys.executable, "-u", "-m", "discourse.cli.main", "run", file.name, "--out", "o", *further]
    environment = {**os.environ, "DISCOURSE_CACHE": str(tmp_path / "cache")}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("encode"):
                break
        # As the terminal does, which interrupts workers as well.
        os.killpg(child.pid, number) if number == signal.SIGINT else child.send_signal(number)
        _, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (128 + number, "discourse: stopped; the earlier report is unchanged: o\n")
    assert {p.name for p in tmp_path.iterdir()} == {file.name, "speeches.jsonl", "o", "cache"}
    assert [p.name for p in (tmp_path / "o").iterdir()] == ["run.json"]


LOADING = """
import sys, time
from discourse.cli import main
class Slow:
    def find_spec(self, name, path, target=None):
        if name == "discourse.cli.main":
            print("ready", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_while_it_is_loaded(number):
    with subprocess.Popen(
        [sys.executable, "-c", LOADING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        _, errors = child.communicate(timeout=30)
    assert (child.returncode, errors) == (128 + number, "discourse: stopped; nothing was begun\n")


def test_what_there_is_in_words(tmp_path):
    del LANDED[:]
    assert words(None) == "stopped; nothing was written, and what was there is unchanged"
    with Work(tmp_path / "a.csv") as work:
        assert words(work).startswith("stopped; nothing was written to ")
        work.land_files({"a.csv": b"1"})
        assert words(work).startswith("stopped; what it was to write is complete: ")
    assert words(None) == f"stopped; already written: {tmp_path / 'a.csv'}"
    with Work(tmp_path / "a.csv") as work:
        assert words(work) == f"stopped; what was there is unchanged: {tmp_path / 'a.csv'}"
    assert isinstance(work.named, Path)
