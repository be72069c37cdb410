"""What the theme, the gallery and pandas write in a way that a screen reader cannot use, mended in the pages as they are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

MENDED = (
    # The button beside an entry of the navigation has an icon and no name.
    (re.compile(r'<summary>(?=<span class="toctree-toggle")'), '<summary aria-label="Pages below this one">'),
    # A table of pandas has an empty heading above its index.
    (re.compile(r"<th></th>"), "<td></td>"),
    # The link over a small picture of the gallery has its text hidden.
    (
        re.compile(r'<a class="reference internal"( href="[^"]*plot_\w+\.html")><span class="doc">([^<]*)</span></a>'),
        r'<a class="reference internal"\1 aria-label="\2"><span class="doc">\2</span></a>',
    ),
)


def mended(page: str) -> str:
    """A page of HTML in which each of these is as it should be."""
    for pattern, instead in MENDED:
        page = pattern.sub(instead, page)
    return page


def finish(app: Any, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        if mended(page) != page:
            path.write_text(mended(page), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
