"""What the nodes of a run measure of the tokens: stored, taken from a bundle, or done part by part."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from discourse.analyses.data import Data
from discourse.experiment.asked import request_of
from discourse.experiment.keys import source_of
from discourse.experiment.nodes import Clock, Node
from discourse.experiment.parts import Job, measure_in_parts
from discourse.experiment.prepare import Base, counting, left_out, tokens_of
from discourse.experiment.settings import Core
from discourse.experiment.store import Store, key_of
from discourse.types import Features


@dataclass(frozen=True)
class Measuring:
    """Features of the corpus of a run.

    Parameters
    ----------
    base : Base
        The corpus.
    store : Store
        Where features are found again.
    clock : Clock
        Progress.
    """

    base: Base
    store: Store
    clock: Clock

    @property
    def config(self) -> Core:
        """The settings of the run."""
        return self.base.plan.config

    def features(self, node: Node, data: Data, settings: Any, config: Core) -> Features:
        """What an analysis measures under some settings, or its model of it; stored."""
        analysis, fit = node.analysis, node.analysis.fit
        if fit is None or self.base.recorder is not None:
            measured = self.measured(node, settings, config)
            if fit is None:
                return measured
        of = hashlib.sha256(data.configured.astype(np.int64).tobytes()).hexdigest()
        key = key_of(self.key(node, settings, config), settings.fingerprint("compute"), of, data.design.seed)

        def once() -> Features:
            return self.store.once(
                f"models/{analysis.name}", key, lambda: fit(data, settings, self.measured(node, settings, config))
            )[0]

        return self.base.memo.once((node.identity, key), once)

    def measured(self, node: Node, settings: Any, config: Core) -> Features:
        """What an analysis measures under some settings: of the tokens, or as a bundle has it."""
        analysis, key = node.analysis, self.key(node, settings, config)
        assert analysis.measure is not None
        target = [node.target] if node.target is not None else []
        request = request_of(node.identity, settings, left_out(config))

        def make() -> Features:
            if self.base.parted is not None and analysis.splits(settings):
                return self._in_parts([Job(analysis, settings, node.target)], config)[0]
            made: Features = analysis.measure(tokens_of(self.base, config, analysis), settings, *target)  # type: ignore[misc]
            return made

        def once() -> Features:
            if self.base.bundle is not None:
                return self.base.bundle.measured(request, analysis.section_name)
            # What a model is made of is large, and quickly counted again.
            stored = analysis.fit is None
            found = self.store.once(f"features/{analysis.name}", key, make)[0] if stored else make()
            if self.base.recorder is not None:
                self.base.recorder.features[request] = found
            return found

        return self.base.memo.once(("measured", node.identity, key), once)

    def _in_parts(
        self, jobs: Sequence[Job], config: Core, said: Callable[[str], None] = lambda text: None
    ) -> list[Features]:
        """What several analyses measure of a corpus in partitions, in one walk over it."""
        assert self.base.parted is not None
        return measure_in_parts(self.base.parted, counting(self.base, config), jobs, self.base.engine, said)

    def ahead(self, nodes: Sequence[Node]) -> None:
        """Measure together what all nodes of a corpus in partitions need as configured, for each walk over the parts reads them all."""
        base, wanted = self.base, list[tuple[Node, Any, str]]()
        if base.parted is None:
            return
        for node in nodes:
            settings = self.config.section(node.analysis.section_name)
            if node.analysis.measure is None or not node.analysis.splits(settings):
                continue
            key = self.key(node, settings, self.config)
            if node.analysis.fit is not None or not self.store.has(f"features/{node.analysis.name}", key):
                wanted.append((node, settings, key))
        if not wanted:
            return
        start, jobs = time.perf_counter(), [Job(n.analysis, settings, n.target) for n, settings, _ in wanted]
        found = self._in_parts(jobs, self.config, lambda text: self.clock.progress("measure", text))
        said = f"{len(jobs)} measurements of {len(base.parted.parts)} partitions"
        self.clock.done("measure", said, time.perf_counter() - start)
        for (node, _, key), features in zip(wanted, found):
            if node.analysis.fit is None:
                features = self.store.put(f"features/{node.analysis.name}", key, features)
            base.memo.once(("measured", node.identity, key), lambda features=features: features)  # type: ignore[misc]

    def key(self, node: Node, settings: Any, config: Core) -> str:
        """Hash of what measuring depends on."""
        repetition = config.section("repetition").fingerprint("measure")
        return key_of(
            self.base.sha256,
            self.base.origin,
            node.identity,
            [str(t) for t in self.base.plan.targets],
            sorted((name, s.aliases, s.office) for name, s in config.speakers.items()),
            left_out(config),
            repetition,
            settings.fingerprint("measure"),
            source_of(node.analysis),
        )
