"""The gallery: pictures are the figures that examples draw, and the experiment that they share is computed once."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from sphinx_gallery.scrapers import figure_rst

import discourse.experiment
from discourse.figures.draw import encode


@functools.cache
def _report_of(run: Any, file: Path) -> Any:
    return run(discourse.resolve(discourse.load(file)))


def scraper(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """The picture of the `figure` that a block drew; `alt` is its text for those who cannot see it."""
    names = block_vars["example_globals"]
    figure = names.get("figure")
    if not isinstance(figure, Figure) or names.get("_shown") is figure:
        return ""
    names["_shown"] = figure
    path = Path(next(block_vars["image_path_iterator"]))
    path.write_bytes(encode(figure, ("png",), dpi=180)["png"])
    return figure_rst([str(path)], gallery_conf["src_dir"], names.get("alt", ""))


def setup(app: Any) -> dict[str, bool]:
    run = discourse.experiment.run
    # Twenty examples ask for one report: each is made once in a build.
    discourse.experiment.run = lambda plan: _report_of(run, Path(plan.loaded.file).resolve())  # type: ignore[assignment]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
