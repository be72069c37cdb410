"""A report and its sections as a notebook shows them: the words and drawings of the page, without its script."""

from __future__ import annotations

from discourse.gates import visible
from discourse.report.blocks import Figure, Report, Section
from discourse.report.templates import render
from discourse.report.writers.drawings import drawings
from discourse.report.writers.html import Page, front, parts


def report(report: Report) -> str:
    """The first page, and how to see more."""
    values = {"sections": len(report.sections), "figures": len(report.figures)}
    more = render("html", "contents", title=report.title, **values)
    titles = [s.title for s in report.sections]
    first = front(report)
    if first["answer"]:
        first["answer"]["figure"] = None
    return visible(str(parts().front(first) + parts().contents(more, titles, [f.name for f in report.figures])))


def section(section: Section) -> str:
    """A section, its figures drawn."""
    figures = [b for b in section.blocks if isinstance(b, Figure)]
    drawn = {name: files["svg"] for name, files in drawings(figures, ["svg"]).items()}
    values = Page.of_blocks(section.blocks, drawn).blocks(section.blocks)
    for value in values:
        # Tables in the folder of a report are not beside a notebook.
        value["whole"] = None
    return visible(str(parts().section(section.title, values)))
