"""The gallery: pictures are the figures that examples draw, and the experiment that they share is computed once."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from sphinx_gallery.scrapers import figure_rst

import discourse
from discourse import experiment
from discourse.analyses import analyses
from discourse.figures.draw import encode

OF_REPORT = re.compile(r'report\.figure\("([\w-]+)"\)')


@functools.cache
def _report_of(run: Any, file: Path) -> Any:
    return run(discourse.resolve(discourse.load(file)))


def plain(text: str) -> str:
    """A text without a meaning in reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def scraper(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """The picture of the `figure` that a block drew; if it is one of a report, with the caption and the words instead of it that the report has."""
    names = block_vars["example_globals"]
    figure = names.get("figure")
    if not isinstance(figure, Figure) or names.get("_shown") is figure:
        return ""
    names["_shown"] = figure
    path = Path(next(block_vars["image_path_iterator"]))
    path.write_bytes(encode(figure, ("png",), dpi=180)["png"])
    title = ast.get_docstring(ast.parse(Path(block_vars["src_file"]).read_text(encoding="utf-8"))) or ""
    alt, caption = title.partition("\n")[0], ""
    for name in OF_REPORT.findall(block[1]):
        drawn = next(f for f in names["report"].figures if name in (f.name, f.of))
        alt, caption = drawn.alt, f"\n\n.. rst-class:: caption\n\nCaption in the report: {plain(drawn.caption)}\n\n"
    return figure_rst([str(path)], gallery_conf["src_dir"], alt.replace("\n", " ")) + caption


class ReportOrder:
    """Examples in the order in which the report has their figures; what has no figure of its own comes after."""

    def __init__(self, folder: str) -> None:
        names = ["answer", *(name for a in analyses().values() for name in a.figures)]
        self.order = {f"plot_{name}.py": k for k, name in enumerate(names)}

    def __call__(self, name: str) -> tuple[int, str]:
        return self.order.get(name, len(self.order)), name


def setup(app: Any) -> dict[str, bool]:
    # Many examples ask for one report: it is made once in a build.
    run = experiment.run
    experiment.run = lambda plan: _report_of(run, Path(plan.loaded.file).resolve())  # type: ignore[assignment]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
