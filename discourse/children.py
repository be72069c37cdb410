"""Programs that a run starts, so that they end with it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_RUNNING: set[subprocess.Popen[str]] = set()


def run(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program without input, and wait for it; `end_all` ends it.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    env : mapping of str to str, optional
        Its environment; that of this process by default.
    cwd : Path, optional
        Its working folder; that of this process by default.
    seconds : float, optional
        After which it is ended.

    Returns
    -------
    subprocess.CompletedProcess
        With what it printed.

    Raises
    ------
    subprocess.TimeoutExpired
        Where it was ended.

    Examples
    --------
    >>> import sys
    >>> run([sys.executable, "-c", "print(2)"]).stdout.strip()
    '2'
    """
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=cwd
    )
    _RUNNING.add(child)
    try:
        with child:
            try:
                out, errors = child.communicate(timeout=seconds)
            except BaseException:
                child.kill()  # leaving `with` waits for it
                raise
    finally:
        _RUNNING.discard(child)
    return subprocess.CompletedProcess(command, child.returncode, out, errors)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Processes that are started meanwhile print no warnings of libraries, nor of what an end by a signal leaves."""
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = before or "ignore"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]


def end_all() -> None:
    """End what this process has started: programs, and processes of pools and clusters."""
    import multiprocessing

    for child in list(_RUNNING):
        with contextlib.suppress(OSError):
            child.kill()
    for process in multiprocessing.active_children():
        process.kill()
