"""Links of the pages to files of the repository: the same line works where the page is read as a file, and on the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

# Pages of the site that stand for what a link names outside docs/.
PAGES = {"../README.md": "index.md", "../tests/plugin": "../tests/plugin/discourse_mattr.py"}
LINK = re.compile(r"\]\((\.\./[^)#\s]+)\)")


def on_the_site(text: str) -> str:
    """Links that leave docs/: to a page that stands for the file, or to the file itself, to be downloaded.

    Examples
    --------
    >>> on_the_site("[the experiment](../README.md)")
    '[the experiment](index.md)'
    """
    return LINK.sub(lambda found: f"]({PAGES.get(found[1], found[1])})", text)


def rewrite(app: Any, name: str, source: list[str]) -> None:
    """What Sphinx reads of a page."""
    if Path(app.env.doc2path(name)).suffix == ".md":
        source[0] = on_the_site(source[0])


def setup(app: Any) -> dict[str, bool]:
    app.connect("source-read", rewrite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
