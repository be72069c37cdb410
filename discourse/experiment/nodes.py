"""The nodes of a graph: one for each analysis, or for each of its targets; and what they took."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from discourse.analyses.base import Analysis
from discourse.features.target import Target

Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Node:
    """One analysis, of one target where it runs for each."""

    analysis: Analysis
    target: Target | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Name of the analysis and of the target."""
        return self.analysis.name, self.target.name if self.target else ""


@dataclass
class Clock:
    """Seconds by stage, and what the user sees meanwhile."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def done(self, stage: str, said: str, seconds: float) -> None:
        """Record what a stage took, and say that it is done."""
        with self._lock:
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + seconds, 4)
            self.progress(stage, said)


def nodes_of(analyses: Mapping[str, Analysis], targets: Sequence[Target]) -> list[Node]:
    """The nodes in the order of the report: what comes before the targets, each target, and the rest."""
    every = list(analyses.values())
    by_target = [a for a in every if a.per_target]
    first = every.index(by_target[0]) if by_target else len(every)
    before = [Node(a) for a in every[:first] if not a.per_target]
    after = [Node(a) for a in every[first:] if not a.per_target]
    return before + [Node(a, t) for t in targets for a in by_target] + after


def of_further(nodes: Sequence[Node]) -> list[Node]:
    """Those that a further contrast needs: what judges it, what that takes, and what is compared."""
    taken = {need for n in nodes if n.analysis.contrast for need in n.analysis.needs}
    return [n for n in nodes if n.analysis.contrast or n.analysis.name in taken or "outcomes" not in n.analysis.needs]
