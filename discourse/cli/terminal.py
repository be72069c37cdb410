"""The gate of the terminal: whatever a text holds, the terminal only shows it."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from discourse.gates import visible


class Terminal(Console):
    """A console that obeys no text: escape sequences and marks of direction in it are visible marks.

    Examples
    --------
    >>> import io
    >>> console = Terminal(file=io.StringIO())
    >>> console.print("Nor\\x1b[2Jland")
    >>> console.file.getvalue()
    'Nor\ufffd[2Jland\\n'
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments of text, gated; what the console itself says to the terminal stays."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def complain(text: str) -> None:
    """A message on the error stream."""
    sys.stderr.write(visible(text) + "\n")
