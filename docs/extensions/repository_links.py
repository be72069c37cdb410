"""Links of the pages to files of the repository: the same line works where the page is read as a file, and on the site."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BESIDE = DOCS / "made" / "repository"  # pages that lie elsewhere in the repository
LINK = re.compile(r"(\]\()([^)#\s]+)([^)]*\))")
STANDS_FOR = {
    ROOT / "README.md": DOCS / "index.md",
    ROOT / "tests" / "plugin": ROOT / "tests" / "plugin" / "discourse_mattr.py",
}


def on_the_site(file: Path) -> Path:
    """Where a link to a file of the repository leads: to a page of the site, or to the file itself, to be downloaded."""
    if file in STANDS_FOR:
        return STANDS_FOR[file]
    if file.suffix == ".md" and not file.is_relative_to(DOCS):
        return BESIDE / ("-".join(file.relative_to(ROOT).with_suffix("").parts).lower() + ".md")
    return file


def relinked(text: str, written: Path, page: Path) -> str:
    """A text with its links as they are from a page of the site; `written` is where they were written."""

    def target(link: re.Match[str]) -> str:
        file = Path(os.path.normpath(written.parent / link[2]))
        if "://" in link[2] or not file.exists() or file == ROOT:
            return link[0]
        return link[1] + Path(os.path.relpath(on_the_site(file), page.parent)).as_posix() + link[3]

    return LINK.sub(target, text)


def make(app: Any) -> None:
    """A page for each Markdown file outside docs/ that a page links to, and for those that these link to."""
    waiting = sorted(DOCS.glob("*.md"))
    seen: set[Path] = set()
    while waiting:
        page = waiting.pop()
        text = page.read_text(encoding="utf-8")
        for link in LINK.findall(text):
            file = Path(os.path.normpath(page.parent / link[1]))
            if file.is_file() and on_the_site(file).parent == BESIDE and file not in seen:
                seen.add(file)
                waiting.append(file)
                BESIDE.mkdir(parents=True, exist_ok=True)
                body = relinked(file.read_text(encoding="utf-8"), file, on_the_site(file))
                on_the_site(file).write_text(f"---\norphan: true\n---\n\n{body}", encoding="utf-8")


def rewrite(app: Any, name: str, source: list[str]) -> None:
    """What Sphinx reads of a page."""
    page = Path(app.env.doc2path(name))
    if page.suffix == ".md" and page.parent != BESIDE:
        source[0] = relinked(source[0], page, page)


def setup(app: Any) -> dict[str, bool]:
    # Before the names of source files are collected.
    app.connect("builder-inited", make)
    app.connect("source-read", rewrite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
