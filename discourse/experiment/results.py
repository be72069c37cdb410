"""What a run computed, by analysis: the tables of its report, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.analyses.data import Data
from discourse.errors import UsageError, did_you_mean
from discourse.experiment.document import Document
from discourse.experiment.graph import Graph
from discourse.experiment.said import titled
from discourse.report.blocks import Block, DataTable, Figure, Report, Section, Table, drawn, tables_in
from discourse.report.writers.folder import write
from discourse.shown import block, listed
from discourse.types import EncodedCorpus

# What readers call an analysis whose section of a config has another name.
CALLED = {"keyness": "frequency"}
# Columns of a table that compares groups.
_COMPARED = {"contrast", "item", "stratum", "estimate"}


@dataclass(frozen=True, repr=False)
class Part:
    """What one analysis found: its tables and figures, those that the report has.

    Parameters
    ----------
    name : str
        Of the analysis.
    title : str
        Its heading.
    said : mapping of str to list of Block
        What its section says, by target; under "" where it has none.
    """

    name: str
    title: str
    said: Mapping[str, list[Block]]

    @property
    def _blocks(self) -> list[Block]:
        return [b for blocks in self.said.values() for b in blocks]

    @property
    def targets(self) -> list[str]:
        """The targets that it is about; none for an analysis of all words."""
        return [name for name in self.said if name]

    def __getitem__(self, target: str) -> Part:
        if target not in self.said:
            raise UsageError(f'{self.name} has no target "{target}". {did_you_mean(target, self.targets)}')
        return Part(self.name, self.title, {target: self.said[target]})

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that it writes, under the name of its file in `tables/`."""
        return tables_in(self._blocks)

    @property
    def table(self) -> pd.DataFrame:
        """What it compares, a row for each item and contrast; of several targets one below the other.

        For an analysis that compares nothing, the first of its tables; all are in `tables`.
        """
        chosen = [frame for blocks in self.said.values() if (frame := _main(blocks)) is not None]
        return pd.concat(chosen, ignore_index=True) if len(chosen) > 1 else (chosen or [pd.DataFrame()])[0].copy()

    @property
    def figures(self) -> list[str]:
        """Names of its figures."""
        return [b.name for b in self._blocks if isinstance(b, Figure)]

    def plot(self, name: str = "") -> Any:
        """A figure of the report as a matplotlib `Figure`.

        Parameters
        ----------
        name : str
            One of `figures`, or the name of `discourse list`; the first by default.

        Raises
        ------
        UsageError
            If there is no such figure.
        """
        figures = [b for b in self._blocks if isinstance(b, Figure)]
        if not figures:
            raise UsageError(f"{self.name} has no figure; its tables: {listed(self.tables) or 'none'}")
        return drawn(figures, name or figures[0].name, self.name)

    def __repr__(self) -> str:
        lines = [
            ("targets", listed(self.targets)),
            ("tables", listed(f"{name} ({len(frame)})" for name, frame in self.tables.items())),
            ("figures", listed(self.figures)),
        ]
        return block(f"{self.name}: {self.title}", lines)

    def _repr_html_(self) -> str:
        shown: str = import_module("discourse.report.writers.notebook").section(Section(self.title, self._blocks))
        return shown


def _main(blocks: list[Block]) -> pd.DataFrame | None:
    """The first table that compares groups, of those that are written whole rather than drawn; or else the first table."""
    frames = [b for b in blocks if isinstance(b, DataTable | Table)] + [b for b in blocks if isinstance(b, Figure)]
    first = next((b for b in frames if set(b.frame.columns) >= _COMPARED), frames[0] if frames else None)
    return None if first is None else next(iter(tables_in([first]).values()))


@dataclass(frozen=True)
class Results:
    """What a run computed; each analysis by its name, as in ``results.stance.table``.

    Parameters
    ----------
    graph : Graph
        The nodes, with their data.
    """

    graph: Graph

    def __repr__(self) -> str:
        outcomes = [" of ".join(filter(None, identity)) for identity in self.outcomes]
        analyses = dict.fromkeys(name for name, _ in self.graph.results)
        lines = [
            ("groups", listed(self.data.design.names)),
            ("analyses", listed(analyses, 12)),
            ("outcomes", listed(outcomes)),
        ]
        return block(f"Results of {self.graph.config.name}", lines)

    @property
    def data(self) -> Data:
        """Documents, turns and groups."""
        return self.graph.data

    @property
    def corpus(self) -> EncodedCorpus:
        """The encoded corpus."""
        return self.graph.base.corpus

    def found(self, analysis: str, target: str = "") -> Any:
        """What an analysis found."""
        return self.graph.results[analysis, target]

    @property
    def further(self) -> dict[str, Results]:
        """The results of each further contrast, by its name ("A - B", "A - the rest")."""
        return {name: Results(graph) for name, graph in self.graph.further.items()}

    @property
    def outcomes(self) -> dict[tuple[str, str], Any]:
        """All that was compared, by key and target."""
        return {o.identity: o for found in self.graph.results.values() for o in found.outcomes}

    @cached_property
    def report(self) -> Report:
        """The whole report, of which nothing is drawn yet."""
        return self._document.report()

    def plot(self, name: str = "") -> Any:
        """A figure of the report as a matplotlib `Figure`, by its name; that of the first page by default.

        Raises
        ------
        UsageError
            If there is no such figure.
        """
        figures = self.report.figures
        return self.report.figure(name or (figures[0].name if figures else "answer"))

    @property
    def experiment(self) -> str:
        """The experiment file of this run, as YAML: to be saved, or sent."""
        return self.graph.base.plan.loaded.data.decode("utf-8-sig")

    def to_folder(self, folder: str | Path) -> Path:
        """Write the report, as `discourse run --out` does; an earlier one there is replaced.

        Raises
        ------
        UsageError
            For a folder with other files.
        DiscourseError
            Where it cannot be written.
        """
        return write(self.report, Path(folder), {})

    @cached_property
    def _document(self) -> Document:
        return Document(self.graph)

    @cached_property
    def parts(self) -> dict[str, Part]:
        """What each analysis found, by its name; also as attributes."""
        said: dict[str, dict[str, list[Block]]] = {}
        titles: dict[str, str] = {}
        for node, blocks in self._document.said:
            said.setdefault(node.analysis.name, {})[node.identity[1]] = blocks
            titles[node.analysis.name] = titled(node.analysis)
        found = {name: Part(name, titles[name], blocks) for name, blocks in said.items()}
        return found | {called: found[name] for called, name in CALLED.items() if name in found}

    def __getattr__(self, name: str) -> Part:
        # Asked for by copying and pickling, before there is a graph.
        if name.startswith("_") or "graph" not in self.__dict__:
            raise AttributeError(name)
        if name not in self.parts:
            raise AttributeError(f'there is no analysis "{name}" in these results. {did_you_mean(name, self.parts)}')
        return self.parts[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.parts]

    def _repr_html_(self) -> str:
        return self.report._repr_html_()
