"""Pages, the PDF, and the files beside it."""

from __future__ import annotations

from discourse.report.blocks import (
    Box,
    Evidence,
    EvidenceItem,
    FigureBlock,
    Formula,
    Heading,
    Paragraph,
    References,
    Refusal,
    Report,
    TableBlock,
)
from discourse.report.folder import write

__all__ = [
    "Box",
    "Evidence",
    "EvidenceItem",
    "FigureBlock",
    "Formula",
    "Heading",
    "Paragraph",
    "References",
    "Refusal",
    "Report",
    "TableBlock",
    "write",
]
