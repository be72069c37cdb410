"""The last barrier: one line, a file with the details, exit code 1."""

import os
from pathlib import Path

import pytest

from discourse.cli import commands


@pytest.fixture
def broken(monkeypatch):
    def fail(*_, **__):
        try:
            {}["a text of a corpus " * 50]
        except KeyError as error:
            raise ZeroDivisionError("a text of a corpus " * 50) from error

    monkeypatch.setattr(commands, "check_experiment", fail)


def test_an_unforeseen_error_is_one_line_and_a_file(call, broken, monkeypatch):
    monkeypatch.delenv("DISCOURSE_DEBUG")
    code, out, err = call("check", "norland.yaml")
    assert (code, out) == (1, "") and err.count("\n") == 1
    assert (
        err.startswith("discourse: internal error: ZeroDivisionError: a text of a corpus") and "please report it" in err
    )
    (file,) = Path(os.environ["DISCOURSE_CACHE"], "crashes").glob("*.txt")
    assert str(file) in err
    details = file.read_text(encoding="utf-8")
    assert (
        "command: discourse check norland.yaml" in details and "check_experiment" in details and "Python 3" in details
    )
    # Of a message that may quote a text there is the beginning only.
    assert max(map(len, details.split("\n"))) < 400 and details.count("a text of a corpus") < 30


def test_details_that_cannot_be_written_are_no_second_error(call, broken, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("DISCOURSE_DEBUG")
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "file"))
    code, _, err = call("check", "norland.yaml")
    assert code == 1 and "DISCOURSE_DEBUG=1 shows the details" in err


def test_who_mends_the_program_sees_the_error(call, broken):
    with pytest.raises(ZeroDivisionError):
        call("check", "norland.yaml")


def test_a_library_s_time_out_is_no_message_of_the_system(call, monkeypatch):
    def fail(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(commands, "check_experiment", fail)
    monkeypatch.delenv("DISCOURSE_DEBUG")
    code, _, err = call("check", "norland.yaml")
    assert code == 1 and err.startswith("discourse: internal error: TimeoutError; details are in ")
