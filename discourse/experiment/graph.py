"""The analyses of an experiment as a graph: ordered by what they need, run side by side, stored, and run again with other settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from discourse.analyses.base import Found, as_found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.compare.quantities import Contrast
from discourse.errors import TooLittleText
from discourse.experiment.contrasts import of_contrast
from discourse.experiment.keys import data_key
from discourse.experiment.measuring import Measuring
from discourse.experiment.nodes import Clock, Node, nodes_of, of_further
from discourse.experiment.prepare import Base, data_of, left_out
from discourse.experiment.settings import Core, with_changes
from discourse.experiment.store import Store, key_of


class Graph:
    """The nodes of a run.

    Parameters
    ----------
    base : Base
        The corpus.
    store : Store
        Where results are found again.
    clock : Clock
        Times and progress.
    workers : int, optional
        Nodes that run side by side; the cores of the machine by default. Results do not depend on it.
    said : callable
        What progress says of a node, from the node and what it found.
    agreed : bool
        Whether the user has agreed to long runs.
    contrast : Contrast, optional
        One of the further contrasts, in the place of the main one.
    """

    def __init__(
        self,
        base: Base,
        store: Store,
        clock: Clock,
        *,
        workers: int | None = None,
        said: Callable[[Node, Found], str] = lambda node, found: "",
        agreed: bool = False,
        contrast: Contrast | None = None,
    ) -> None:
        self.workers = workers or os.cpu_count() or 1
        base = replace(base, workers=self.workers)
        self.base, self.store, self.clock, self.said, self.agreed = base, store, clock, said, agreed
        self.config = base.plan.config
        self.contrast = contrast
        self.data = self.view(data_of(base, self.config))
        every = nodes_of(base.plan.analyses, base.plan.targets)
        self.nodes = [n for n in every if self.data.contrasts or not n.analysis.contrast]
        if contrast is not None:
            self.nodes = of_further(self.nodes)
        self.further: dict[str, Graph] = {}
        self.results: dict[tuple[str, str], Found] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self.measuring = Measuring(base, store, clock)

    def view(self, data: Data) -> Data:
        """Data as this graph sees them: those of its contrast."""
        return data if self.contrast is None else of_contrast(data, self.contrast)

    def run_further(self) -> None:
        """Run a graph of its own for each further contrast; what is measured is measured once."""
        for contrast in self.data.further:
            start = time.perf_counter()
            # Whatever they measure this graph has measured, also under other settings.
            graph = Graph(
                self.base, self.store, Clock(lambda *_: None), workers=self.workers, agreed=True, contrast=contrast
            )
            graph.run()
            self.further[contrast.name] = graph
            self.clock.done("contrast", contrast.words(self.data.design.names), time.perf_counter() - start)

    def needed(self, node: Node) -> dict[str, list[Node]]:
        """The nodes whose results each need of a node stands for."""
        found: dict[str, list[Node]] = {}
        for need in node.analysis.needs:
            if need == "rerun":
                found[need] = []
            elif need == "outcomes":
                found[need] = [
                    n for n in self.nodes
                    if "outcomes" not in n.analysis.needs and (node.target is None or n.target == node.target)
                ]  # fmt: skip
            else:
                found[need] = [
                    n for n in self.nodes
                    if n.analysis.name == need and (node.target is None or n.target in (None, node.target))
                ]  # fmt: skip
        return found

    def run(self, only: Sequence[str] = ()) -> dict[tuple[str, str], Found]:
        """Run every node when what it needs is there; results in the order of the report.

        Parameters
        ----------
        only : sequence of str
            Analyses to run; all by default. What they need must be among them.
        """
        self.nodes = [n for n in self.nodes if not only or n.analysis.name in only]
        self.measuring.ahead([n for n in self.nodes if not self._is_known(n)])
        waiting = {n.identity: {d.identity for ds in self.needed(n).values() for d in ds} for n in self.nodes}
        node_of = {n.identity: n for n in self.nodes}
        running: dict[Future[Found], Node] = {}
        with ThreadPoolExecutor(self.workers) as pool:
            while waiting or running:
                for identity in [i for i, needs in waiting.items() if needs <= set(self.results)]:
                    del waiting[identity]
                    running[pool.submit(self._timed, node_of[identity])] = node_of[identity]
                assert running, f"analyses need each other: {sorted(waiting)}"
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                try:
                    for future in done:
                        self.results[running.pop(future).identity] = future.result()
                # What waits is not begun: one failure ends the run.
                except BaseException:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise
        # In the order of the report: nodes end in another one each time.
        self.results = {n.identity: self.results[n.identity] for n in self.nodes}
        return self.results

    def _is_known(self, node: Node) -> bool:
        """Whether an earlier run stored the result of a node."""
        return self.base.recorder is None and self.store.has(f"results/{node.analysis.name}", self.key(node))

    def _timed(self, node: Node) -> Found:
        start = time.perf_counter()
        found, was_stored = self.found(node)
        said = self.said(node, found)
        if said:
            stored = " (stored)" if was_stored else ""
            self.clock.done(node.analysis.name, said + stored, time.perf_counter() - start)
        return found

    def found(self, node: Node) -> tuple[Found, bool]:
        """What a node finds, or found in an earlier run."""
        if self.base.recorder is not None:
            # A result that is found again asks for nothing.
            return self._compute(node), False
        return self.store.once(f"results/{node.analysis.name}", self.key(node), lambda: self._compute(node))

    def _compute(self, node: Node) -> Found:
        analysis = node.analysis
        settings = self.config.section(analysis.section_name)
        needs = [self._need(node, need, nodes) for need, nodes in self.needed(node).items()]
        try:
            given = self._given(node, self.data, settings, self.config)
            found = as_found(analysis.compute(self.data, settings, *given, *needs))
            compared = tuple(o if o.comparison is not None else o.compared(self.data) for o in found.outcomes)
            found = replace(found, outcomes=compared)
            if analysis.finish is not None:
                found = analysis.finish(self.data, settings, *given, found, *needs)
            return found
        except TooLittleText as error:
            return Found(refusals=(error,))

    def _need(self, node: Node, need: str, nodes: Sequence[Node]) -> Any:
        """The result that a need stands for: of one node, by target, or all that is compared."""
        if need == "rerun":
            return Rerun(self)
        if need == "outcomes":
            return [o for n in nodes for o in self.results[n.identity].outcomes]
        found = {n.identity[1]: self.results[n.identity] for n in nodes}
        one = node.target is not None or not any(n.analysis.per_target for n in nodes)
        return next(iter(found.values()), None) if one else found

    def _given(self, node: Node, data: Data, settings: Any, config: Core) -> list[Any]:
        """Target and features, where an analysis takes them."""
        given: list[Any] = [node.target] if node.target is not None else []
        if node.analysis.measure is not None:
            given.append(self.measuring.features(node, data, settings, config))
        return given

    def key(self, node: Node) -> str:
        """Hash of what the result of a node depends on."""
        if node.identity not in self._keys:
            settings = self.config.section(node.analysis.section_name)
            needed = [n for nodes in self.needed(node).values() for n in nodes]
            self._keys[node.identity] = key_of(
                data_key(self.base),
                self.contrast.name if self.contrast is not None else "",
                self.measuring.key(node, settings, self.config),
                settings.fingerprint("compute"),
                *(self.key(n) for n in needed),
            )
        return self._keys[node.identity]


class Rerun:
    """The same graph under other settings; what does not depend on them is taken as it is."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.config = graph.config
        self.agreed = graph.agreed

    def value(self, path: tuple[str, ...]) -> Any:
        """The configured value of a setting, by its path."""
        return getattr(getattr(self.config, path[0]), path[1])

    def nodes(self) -> list[tuple[Node, Found]]:
        """The analyses that bring outcomes, with what they found."""
        nodes = [n for n in self._graph.nodes if "outcomes" not in n.analysis.needs]
        return [(n, found) for n in nodes if not (found := self._graph.results[n.identity]).too_little]

    def data(self, changes: Mapping[tuple[str, ...], Any], *path: str | int) -> Data:
        """Documents and groups under other settings.

        Parameters
        ----------
        changes : mapping of tuple of str to object
            Other values of settings, by their paths.
        *path : str or int
            Section that mistakes in the selection belong to.
        """
        # Settings of analyses change neither documents nor groups.
        core = {p: v for p, v in changes.items() if p[0] in Core.model_fields or p[0] == "repetition"}
        graph = self._graph
        key = ("data", graph.contrast and graph.contrast.name, repr(sorted(core.items(), key=lambda item: item[0])))
        config = with_changes(self.config, core)
        return graph.base.memo.once(key, lambda: graph.view(data_of(graph.base, config, *(path or ("multiverse",)))))

    def outcomes(self, node: Node) -> Sequence[Outcome]:
        """What a node compares as configured."""
        return self._graph.results[node.identity].outcomes

    def seconds_of(self, followed: Sequence[Any]) -> float:
        """About how long it takes to measure again what the options of some followed results need, in seconds."""
        total = 0.0
        for one in followed:
            own = [c for c in one.choices if c in one.node.analysis.choices]
            n = 1
            for choice in own:
                n *= len(one.options[choice.name])
            total += (n - 1) * self._graph.clock.seconds.get(one.node.analysis.name, 0.0)
        return total

    def compared(
        self, outcomes: Sequence[Outcome], changes: Mapping[tuple[str, ...], Any], *path: str | int
    ) -> list[Outcome]:
        """The same outcomes compared under other settings."""
        result = []
        for outcome in outcomes:
            node = self.node_of(outcome)
            data, found, _ = self.found(node, changes, {}, *path)
            other = next(o for o in found.outcomes if o.identity == outcome.identity)
            result.append(other.compared(data))
        return result

    def node_of(self, outcome: Outcome) -> Node:
        """The node that an outcome comes from."""
        results = self._graph.results
        return next(
            n for n in self._graph.nodes
            if any(o.identity == outcome.identity for o in results.get(n.identity, Found()).outcomes)
        )  # fmt: skip

    def found(
        self, node: Node, changes: Mapping[tuple[str, ...], Any], settings: Mapping[str, Any], *path: str | int
    ) -> tuple[Data, Found, Any]:
        """What an analysis finds under other settings, before it is compared.

        Parameters
        ----------
        node : Node
            The analysis.
        changes : mapping of tuple of str to object
            Other values of settings, by their paths.
        settings : mapping of str to object
            Settings of the analysis that the changes depart from, beside those of the config.
        *path : str or int
            Section that mistakes in the selection belong to.

        Returns
        -------
        data : Data
        found : Found
        settings : object
            Of the analysis, with the changes.

        Raises
        ------
        TooLittleText
            Where there is too little text under these settings.
        """
        graph, analysis = self._graph, node.analysis
        config = self.config
        if settings:
            section = config.section(analysis.section_name).model_copy(update=dict(settings))
            config = config.model_copy(update={analysis.section_name: section})
        config = with_changes(config, changes)
        data = self.data(changes, *path)
        section = config.section(analysis.section_name)
        needs = [graph._need(node, need, nodes) for need, nodes in graph.needed(node).items()]
        # The id stands for the changes: `data` is made once for each of them, and kept.
        key = ("found", node.identity, id(data), section.fingerprint("compute"), *left_out(config))

        def make() -> Found | TooLittleText:
            try:
                given = graph._given(node, data, section, config)
                return as_found(analysis.compute(data, section, *given, *needs))
            except TooLittleText as error:
                return error

        # Kept as a value, so that a refusal is made once as well.
        found = graph.base.memo.once(key, make)
        if isinstance(found, TooLittleText):
            raise found
        return data, found, section
