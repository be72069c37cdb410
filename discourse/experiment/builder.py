"""Collects the blocks of a report."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from discourse.experiment.stages import Results
from discourse.experiment.words import counted, percent
from discourse.figures import FIGURES
from discourse.figures.style import encode_figure
from discourse.report import FigureBlock, Heading, Paragraph, Refusal
from discourse.report.blocks import Block


class Pages:
    """Collects blocks; figures that the config does not name are left out."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.blocks: list[Block] = []
        self.tables: dict[str, pd.DataFrame] = {}
        self.groups = list(results.design.names)
        self._end = ""

    def about(self, target: str = "") -> None:
        """The target of what follows; names of files tell targets apart where there are several."""
        names = [t.target.name for t in self.results.targets]
        ends = ["-" + re.sub(r"\W+", "-", n.casefold()).strip("-") for n in names]
        ends = [e + f"-{ends[:k].count(e) + 1}" * (e in ends[:k]) for k, e in enumerate(ends)]
        self._end = ends[names.index(target)] if target and len(names) > 1 else ""

    def name(self, base: str) -> str:
        """Name of a figure or table of the present target."""
        return base + self._end

    def table(self, base: str, frame: pd.DataFrame) -> None:
        """A table that is written and not printed."""
        self.tables[self.name(base)] = frame

    def heading(self, text: str, level: int = 1) -> None:
        self.blocks.append(Heading(text, level))

    def say(self, text: str) -> None:
        self.blocks.append(Paragraph(text))

    def refuse(self, text: str) -> None:
        self.blocks.append(Refusal(text))

    def figure(self, name: str, kind: str, frame: pd.DataFrame, caption: str, alt: str, *arguments: Any) -> None:
        if kind not in self.results.plan.figures or frame.empty:
            return
        drawn = FIGURES[kind].render(frame, *arguments)
        self.blocks.append(FigureBlock(self.name(name), caption, alt, encode_figure(drawn), frame))

    def n(self) -> str:
        """The line on n that every caption ends with."""
        design, documents = self.results.design, self.results.documents
        parts = []
        for g, name in enumerate(design.names):
            inside = design.documents(g)
            tokens = int(documents["n_tokens"].to_numpy()[inside].sum())
            clusters = f" by {design.n_clusters(g)} {design.cluster_name}s" if design.cluster is not None else ""
            parts.append(f"{name} {counted(len(inside), 'document')}{clusters}, {tokens:,} tokens")
        return "n: " + "; ".join(parts) + "."

    def bars(self, thick: bool = True) -> str:
        """What the bars are."""
        design = self.results.design
        if design.cluster is None:
            return f"Bars are {percent(design)} bootstrap intervals over documents."
        if not thick:
            return f"Bars are {percent(design)} bootstrap intervals with {design.cluster_name}s resampled."
        return (
            f"Thin dark bars are {percent(design)} bootstrap intervals with {design.cluster_name}s resampled, wide pale bars "
            f"with documents resampled (conditional on these {design.cluster_name}s)."
        )
