"""What a report does with the blocks that an analysis says: prints them, writes their tables, or puts them at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from discourse.analyses.base import Analysis, Found
from discourse.analyses.say import Say
from discourse.experiment.nodes import Node
from discourse.report.blocks import Block, DataTable, Evidence, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.templates import prose, render


def written(block: Block) -> Iterator[DataTable]:
    """The table of a block that is not printed, under the name that it would have."""
    if isinstance(block, DataTable):
        yield block
    elif isinstance(block, (Figure, Table)):
        yield DataTable(("figure-" if isinstance(block, Figure) else "table-") + block.name, block.frame)


def in_appendix(block: Block, analysis: Analysis) -> bool:
    """Whether a block is printed at the end."""
    names = tuple(analysis.appendix)
    if isinstance(block, Evidence):
        return "evidence" in names
    if not isinstance(block, Figure | Table) or not names:
        return False
    return block.name.startswith(names) or (isinstance(block, Figure) and block.of in names)


def methods_of(node: Node, found: Found, say: Say) -> Iterable[Block]:
    """What an analysis says in the methods section: blocks, or a text with its settings in braces."""
    methods = node.analysis.methods
    if found.too_little:
        return []
    if callable(methods):
        return list(methods(found, say))
    if not methods:
        return []
    values: Mapping[str, Any] = {k: getattr(say.settings, k) for k in type(say.settings).model_fields}
    return [Heading(titled(node.analysis), 2), Paragraph(methods.format(**values))]


def refused(node: Node, found: Found, say: Say) -> Iterator[Block]:
    """What takes the place of an analysis for which there was too little text."""
    # Of two analyses with one section the second, about a target, has the texts of the first.
    name = node.analysis.section_name or node.analysis.name
    values = {**say.common, "place": ""}
    yield Heading(render(name, "heading", **values) if "heading" in prose(name) else titled(node.analysis))
    for refusal in found.refusals:
        yield Refusal(str(refusal))


def titled(analysis: Analysis) -> str:
    """The name of an analysis as a heading."""
    return analysis.name[0].upper() + analysis.name[1:].replace("_", " ")
