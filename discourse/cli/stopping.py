"""What happens when somebody stops a command: what it began is undone, and one line says what there is."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from types import FrameType

from discourse import children, landing
from discourse.cli.terminal import complain

GRACE = 3.0  # seconds for everything to be undone before the process ends anyway; the next run undoes the rest
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """A signal came. Not an Exception, and no KeyboardInterrupt, for which libraries have ways of their own.

    Parameters
    ----------
    number : int
        Of the signal.
    under_way : Work, optional
        What was being written.
    """

    def __init__(self, number: int, under_way: landing.Work | None) -> None:
        super().__init__(number)
        self.number, self.under_way = number, under_way


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Signals raise `Stopped` in the main thread; it ends the process with one line and the code 128 + signal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    except Stopped as stop:
        _end(stop)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def quiet_libraries() -> None:
    """Only what this package says reaches the terminal; warnings of libraries are for those who program."""

    def nothing(*_: object, **__: object) -> None:
        pass

    # Not by a filter, so that who asks for errors in place of warnings still gets them.
    warnings.showwarning = nothing
    if not logging.root.handlers:
        logging.root.addHandler(logging.NullHandler())
    ours = logging.getLogger("discourse")
    if not ours.handlers:
        ours.addHandler(_Notes())


class _Notes(logging.Handler):
    """What lower floors say, such as that something in the cache was damaged: a line on the standard error of the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(f"discourse: {record.getMessage()}")


def _stop(number: int, _: FrameType | None) -> None:
    for one in SIGNALS:
        signal.signal(one, lambda again, _: os._exit(128 + again))
    stop = Stopped(number, landing.UNDER_WAY[-1] if landing.UNDER_WAY else None)
    # Threads wait for programs that they started.
    children.end_all()
    watch = threading.Timer(GRACE, _end, [stop])
    watch.daemon = True
    watch.start()
    raise stop


def _end(stop: Stopped) -> None:
    # Where threads are still computing, the main one has not come to this.
    for work in list(landing.UNDER_WAY):
        with contextlib.suppress(Exception):
            work.__exit__()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        complain(f"discourse: {words(stop.under_way)}")
        sys.stderr.flush()
    children.end_all()
    # Without waiting for threads, whose results nobody will take.
    os._exit(128 + stop.number)


def words(work: landing.Work | None) -> str:
    """What there is after a command was stopped, in words."""
    if work is None:
        there = ", ".join(landing.LANDED)
        return (
            f"stopped; already written: {there}"
            if there
            else "stopped; nothing was written, and what was there is unchanged"
        )
    if work.landed:
        return f"stopped; what it was to write is complete: {work.named}"
    if not work.existed:
        return f"stopped; nothing was written to {work.named}"
    what = "the earlier report" if (work.target / "run.json").exists() else "what was there"
    return f"stopped; {what} is unchanged: {work.named}"
