"""The last barrier: an error that nobody foresaw is one line for the user, and a file for whoever mends it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

DEBUG = "DISCOURSE_DEBUG"  # environment variable: the error goes on, and Python shows it
_LIBRARIES = ("discourse-analytics", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "lxml", "openpyxl")
_LONGEST = 200  # characters of the message of an error, which may quote a text


def is_wanted() -> bool:
    """Whether the user wants to see errors as Python shows them."""
    return bool(os.environ.get(DEBUG))


def said_of(error: Exception, command: Sequence[str]) -> str:
    """One line for the user about an error that nobody foresaw, once its details are in a file of the cache folder.

    Parameters
    ----------
    error : Exception
        What was raised.
    command : sequence of str
        The command line.
    """
    from discourse.cache import cache_folder
    from discourse.errors import DiscourseError
    from discourse.shown import clipped
    from discourse.writer import write_file

    what = f"{type(error).__name__}: {clipped(str(error), 120)}".removesuffix(": ")
    details = _details(error, command)
    file = cache_folder() / "crashes" / f"{hashlib.sha256(details.encode()).hexdigest()[:16]}.txt"
    try:
        write_file(file, details.encode(errors="replace"), durable=False)
        where = f"details are in {file}"
    except (OSError, DiscourseError):
        where = f"{DEBUG}=1 shows the details"
    return f"internal error: {what}; {where}; please report it"


def _details(error: BaseException, command: Sequence[str]) -> str:
    """Versions, the command and where the error was raised: lines of code, and no text of a corpus."""
    lines = [f"command: {' '.join(ascii(c)[1:-1] for c in command)}", f"Python {sys.version}", platform.platform()]
    for name in _LIBRARIES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    at: BaseException | None = error
    while at is not None:
        lines += ["", f"{type(at).__name__}: {ascii(str(at)[:_LONGEST])[1:-1]}", *traceback.format_tb(at.__traceback__)]
        at = at.__cause__ or at.__context__
    return "\n".join(lines) + "\n"
