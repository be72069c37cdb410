"""The stance toward one target of an experiment, for the commands that explain, sample and validate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.errors import UsageError, did_you_mean
from discourse.writer import probe

if TYPE_CHECKING:
    import numpy as np

    from discourse.analyses.data import Data
    from discourse.experiment import Plan
    from discourse.experiment.run import StanceScored
    from discourse.features.target import Target
    from discourse.types import EncodedCorpus, Features


@dataclass(frozen=True)
class MeasuredStance:
    """The stance toward one target of an experiment, before codes change it."""

    plan: Plan
    target: Target
    stance: StanceScored

    @property
    def data(self) -> Data:
        """Documents and groups."""
        return self.stance.data

    @property
    def corpus(self) -> EncodedCorpus:
        """The corpus."""
        return self.stance.corpus

    @property
    def scored(self) -> Features:
        """Every mention with its stance."""
        return self.stance.scored

    @property
    def counted(self) -> np.ndarray:
        """Mentions that count."""
        return self.stance.counted


def measured_stance(
    file: Path,
    corpus: Sequence[Path],
    target: str | None,
    strict: bool,
    *,
    labels: bool = False,
    out: Sequence[Path] = (),
) -> MeasuredStance:
    """The stance toward the target that is named, or the only one; by labels that the config names, where they are asked for.

    Files that are to be written (`out`) must be such that can be, and none that is read.
    """
    from discourse.experiment import load, resolve
    from discourse.experiment.run import inputs_of, stance_without_codes

    plan = resolve(load(file), corpus=list(corpus), strict=strict)
    names = [t.name for t in plan.targets]
    if not names:
        raise UsageError(f"{file}: there are no targets; name one under targets:")
    if target is None and len(names) > 1:
        raise UsageError(f"{file} has several targets: choose one with --target. {did_you_mean('', names)}")
    if target is not None and target not in names:
        raise UsageError(f'{file}: there is no target "{target}". {did_you_mean(target, names)}')
    for path in out:
        probe(path, inputs=(plan.loaded.file, *inputs_of(plan)))
    chosen = plan.targets[names.index(target) if target else 0]
    return MeasuredStance(plan, chosen, stance_without_codes(plan, chosen, labels=labels))
