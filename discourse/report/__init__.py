"""What a report is made of (blocks), its prose, and the writers that turn it into pages and files."""

from __future__ import annotations

from discourse.report.blocks import Report
from discourse.report.writers.folder import write

__all__ = ["Report", "write"]
