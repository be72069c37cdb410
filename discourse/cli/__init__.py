"""The command line: the only part that prints."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Entry point: who stops the command while it is being loaded gets one line, as later.

    Examples
    --------
    >>> callable(main)
    True
    """
    earlier = {number: signal.signal(number, _stopped) for number in (signal.SIGINT, signal.SIGTERM)}
    from discourse.cli.main import main as run

    try:
        run()
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _stopped(number: int, _: FrameType | None) -> None:
    os.write(sys.stderr.fileno(), b"discourse: stopped; nothing was begun\n")
    os._exit(128 + number)
