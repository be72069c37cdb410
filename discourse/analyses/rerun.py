"""The experiment again under other settings: what a reviewer that needs "rerun" is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from discourse.analyses.base import Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome

Changes = Mapping[tuple[str, ...], Any]  # other values of settings, by their paths


class Rerun(Protocol):
    """The same analyses under other settings; what does not depend on them is not computed again."""

    agreed: bool

    def value(self, path: tuple[str, ...]) -> Any:
        """The configured value of a setting."""

    def nodes(self) -> Sequence[tuple[Any, Found]]:
        """The analyses that bring outcomes, with what they found."""

    def outcomes(self, node: Any) -> Sequence[Outcome]:
        """What one of them compares as configured."""

    def data(self, changes: Changes, *path: str | int) -> Data:
        """Documents and groups under other settings; mistakes in them belong to the section at `path`."""

    def found(
        self, node: Any, changes: Changes, settings: Mapping[str, Any], *path: str | int
    ) -> tuple[Data, Found, Any]:
        """Data, what an analysis finds, and its settings, under these changes and with other settings of its own to begin with."""

    def compared(self, outcomes: Sequence[Outcome], changes: Changes, *path: str | int) -> list[Outcome]:
        """The same outcomes compared under other settings."""

    def seconds_of(self, followed: Sequence[Any]) -> float:
        """About how long it takes to measure again what the options of some results need."""
