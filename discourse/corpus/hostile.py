"""Word, Excel and PDF files, whose parsers a file made for it, or a damaged one, can keep busy without end.

They are parsed in a process of its own, one for all files of this one, with limits on time and memory; what goes beyond them ends
that process and is a SourceError like any other file that cannot be read.
"""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from discourse.corpus import hostile_engine
from discourse.door import MEGABYTE, shown
from discourse.errors import SourceError

SECONDS = 10.0  # of processor time for a file
PER_MEGABYTE = 20.0  # and for each MB of it
_PATIENCE = 20  # how many times as long it may take by the clock, for the machine may be busy
_SCRIPT = Path(hostile_engine.__file__)
_KINDS: Mapping[str, Callable[[str], Any]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda text: dt.timedelta(microseconds=int(text)),
}


class _Child:
    """The process that parses; it is started when it is first asked, and again where a file has ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def ask(self, request: Mapping[str, Any], data: bytes, seconds: float) -> dict[str, Any]:
        """An answer, or why there is none, under "error"."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            clock = threading.Timer(seconds * _PATIENCE, process.kill)
            clock.daemon = True
            clock.start()
            try:
                head = json.dumps({**request, "size": len(data), "seconds": seconds})
                process.stdin.write(head.encode() + b"\n" + data)
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = b""
            finally:
                clock.cancel()
            if line.endswith(b"\n"):
                answer: dict[str, Any] = json.loads(line)
                return answer
            return {"error": self._end(process, seconds)}

    def _running(self) -> subprocess.Popen[bytes]:
        # A copy of this process has no child of its own.
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            # By its path, not as a module: that would import the package.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._owner = os.getpid()
        return self._process

    def _end(self, process: subprocess.Popen[bytes], seconds: float) -> str:
        """Why the process has ended, in words."""
        self.stop()
        code = process.returncode
        slow = code in (-getattr(signal, "SIGXCPU", 24), -signal.SIGTERM, -getattr(signal, "SIGKILL", 9))
        return f"not read within {seconds:.0f} seconds" if slow else "the parser crashed"

    def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        continue
        self._process = None


_CHILD = _Child()
atexit.register(_CHILD.stop)


def _asked(kind: str, path: Path, data: bytes, what: str, **more: object) -> dict[str, Any]:
    answer = _CHILD.ask({"kind": kind, **more}, data, SECONDS + PER_MEGABYTE * len(data) / MEGABYTE)
    if "error" in answer:
        raise SourceError(f"{shown(path)}: not {what} that can be read ({answer['error']})")
    return answer


def word_paragraphs(path: Path, data: bytes) -> list[str]:
    """The paragraphs of a Word document, with its tables; SourceError where they cannot be read within the limits."""
    return list(_asked("docx", path, data, "a Word document")["parts"])


def pdf_pages(path: Path, data: bytes) -> list[str] | None:
    """The text of each page of a PDF file, None where it is encrypted; SourceError where it cannot be read within the limits."""
    pages = _asked("pdf", path, data, "a PDF file")["pages"]
    return None if pages is None else list(pages)


def workbook(
    path: Path, data: bytes, sheet: str | None = None, prefer: str = ""
) -> tuple[list[str], list[str], list[list[Any]]]:
    """The sheets of an Excel workbook, and the columns and cells of one, None in empty ones.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The file.
    sheet : str, optional
        The sheet; where it is not there, there are no columns.
    prefer : str
        Where none is named, the sheet with this name, or else the first.

    Raises
    ------
    SourceError
        Where it cannot be read within the limits.
    """
    found = _asked("xlsx", path, data, "an Excel workbook", sheet=sheet, prefer=prefer)
    rows = [[_KINDS[c[0]](c[1]) if isinstance(c, list) else c for c in row] for row in found["rows"]]
    return found["names"], found["columns"], rows
