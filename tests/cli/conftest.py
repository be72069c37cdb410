"""The command line, called in this process."""

from __future__ import annotations

import sys

import pytest

from discourse.cli.main import main


@pytest.fixture
def call(monkeypatch, capsys):
    """Exit code, standard output and standard error of a call in this process."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["discourse", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run
