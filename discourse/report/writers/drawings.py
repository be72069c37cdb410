"""The drawings of a report: found again by the hash of what they show, made side by side where there are many."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from discourse.children import quiet
from discourse.encode.store import code_hash
from discourse.figures.kinds import plain
from discourse.landing import put
from discourse.report.blocks import Figure
from discourse.sealed import Damaged, Entry

Files = dict[str, bytes]
# A further process takes 2.5 s to start, as long as a dozen figures take to draw; below this many it hardly pays.
MANY = 48


def drawing_key(figure: Figure, dpi: int = 300, width: str = "double") -> str:
    """Hash of the frame, the kind, dots per inch and width of the files, and the code that draws it."""
    content = json.dumps(
        [
            figure.frame.to_csv(index=False, float_format="%.9g"),
            plain(figure.kind),
            [dpi, width],
            code_hash("figures", "gates.py"),
            _source(figure.kind.drawing),
            version("matplotlib"),
            version("textalloc"),
            version("typst"),
        ],
        default=str,
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _source(drawing: str) -> str:
    """The code of a drawing that is not part of this package; it may change while ours does not."""
    module = drawing.partition(":")[0]
    if module.startswith("discourse."):
        return ""
    found = find_spec(module)
    return Path(found.origin).read_text(encoding="utf-8") if found and found.origin else ""


def published(kind: str, width: str) -> str:
    """Name of a file among those of a figure: the pages take the SVG in double width, whatever is asked for beside."""
    return kind if width == "double" else f"{width}.{kind}"


def make(figure: Figure, formats: Sequence[str], dpi: int, width: str) -> Files:
    """Draw and encode one figure: for the pages, and as it is asked for."""
    from discourse.figures.draw import draw, encode
    from discourse.figures.style import fills_page

    drawn = draw(figure.frame, figure.kind, width)
    made = encode(drawn, list(dict.fromkeys(["svg", *formats])), dpi)
    # What takes two columns to be read is as the pages have it.
    page = made if fills_page(drawn) else encode(draw(figure.frame, figure.kind))
    return {"svg": page["svg"]} | {published(kind, width): data for kind, data in made.items()}


def drawings(
    figures: Sequence[Figure],
    formats: Sequence[str],
    *,
    dpi: int = 300,
    width: str = "double",
    refresh: bool = False,
    workers: int | None = None,
) -> Mapping[str, Files]:
    """The files of each figure by name and format.

    Parameters
    ----------
    figures : sequence of Figure
        To be drawn.
    formats : sequence of str
        svg (always made, for the pages), pdf, png, tiff.
    dpi : int
        Dots per inch of png and tiff.
    width : {"double", "single"}
        Columns of a journal that the files fill; `published` names those of one column.
    refresh : bool
        Draw again what an earlier run has drawn.
    workers : int, optional
        Processes; the cores of the machine by default.

    Returns
    -------
    mapping of str to dict of str to bytes
        The same bytes for any number of workers.
    """
    wanted = list(dict.fromkeys(["svg", *(published(kind, width) for kind in ("svg", *formats))]))
    entries = {f.name: _entry(drawing_key(f, dpi, width), wanted) for f in figures}
    found = {} if refresh else {f.name: files for f in figures if (files := _load(entries[f.name], wanted)) is not None}
    missing = [f for f in figures if f.name not in found]
    workers = workers or os.cpu_count() or 1
    if len(missing) >= MANY and workers > 1:
        # A fresh interpreter for each worker: a fork of a process with threads may hang.
        context = multiprocessing.get_context("spawn")
        with quiet(), ProcessPoolExecutor(min(workers, len(missing)), mp_context=context, initializer=_begin) as pool:
            made = list(pool.map(partial(make, formats=formats, dpi=dpi, width=width), missing))
    else:
        made = [make(f, formats, dpi, width) for f in missing]
    for figure, files in zip(missing, made):
        found[figure.name] = files
        entries[figure.name].fill(partial(_save, files))
    return {f.name: found[f.name] for f in figures}


def _begin() -> None:
    """What a process that draws does first: it ends when the run ends it, not by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _entry(key: str, formats: Sequence[str]) -> Entry:
    return Entry("drawings", hashlib.sha256(repr([key, formats]).encode()).hexdigest()[:40])


def _load(entry: Entry, formats: Sequence[str]) -> Files | None:
    """The files of an earlier drawing; None where there are none, or damaged ones, which is said."""
    try:
        entry.check()
        return {name: (entry.path / f"figure.{name}").read_bytes() for name in formats}
    except (OSError, Damaged) as error:
        if entry.path.exists():
            entry.say_damaged(error)
        return None


def _save(files: Files, folder: Path) -> None:
    for name, data in files.items():
        put(folder / f"figure.{name}", data)
