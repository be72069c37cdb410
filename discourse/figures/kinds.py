"""Kinds of figures: what a drawing is told beside its data. Values only; nothing here draws.

A figure of a report is a frame and one of these; each names the function that draws it, which is imported when a writer asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import pandas as pd

MOST_SPEAKERS = 12  # rows of a panel of speakers
REACH = 4  # times the largest estimate of a panel of rows, where its axis ends and intervals go on as arrows
FEW = 20  # documents up to which each has a row of its own with its title
MANY = 300  # documents from which periods are drawn in their place: more marks are a cloud


@dataclass(frozen=True)
class Kind:
    """Base of all kinds; `groups` are all groups of the experiment, whose order gives colours and marks.

    `drawing` is the module and function that draw it: ``draw(frame, kind)`` gives a matplotlib `Figure`.
    """

    drawing: ClassVar[str] = ""
    groups: Sequence[str] = ()


@dataclass(frozen=True)
class Key(Kind):
    """The levels that carry the answer, a panel for each, their values beside the marks; `digits` by panel."""

    drawing: ClassVar[str] = "discourse.figures.answer:draw_key"
    digits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Lengths(Kind):
    """Length of each document over time."""

    drawing: ClassVar[str] = "discourse.figures.timeline:draw_corpus"


@dataclass(frozen=True)
class Spread(Kind):
    """Median and band of the lengths of documents, and their number, in each period."""

    drawing: ClassVar[str] = "discourse.figures.timeline:draw_spread"


@dataclass(frozen=True)
class Rates(Kind):
    """Rate of each document over time, with that of each group (`rates`: levels) and of each period; of many documents without theirs."""

    drawing: ClassVar[str] = "discourse.figures.timeline:draw_salience"
    rates: pd.DataFrame | None = None
    periods: pd.DataFrame | None = None


@dataclass(frozen=True)
class OverTime(Kind):
    """Mean of each document (where `marks`) and of each period over time."""

    drawing: ClassVar[str] = "discourse.figures.timeline:draw_stance"
    periods: pd.DataFrame = field(default_factory=pd.DataFrame)
    marks: bool = True


@dataclass(frozen=True)
class Scores(Kind):
    """Several measures of each document (or of each year) over time, a panel for each, with the levels of the groups (`levels`)."""

    drawing: ClassVar[str] = "discourse.figures.scores:draw_scores"
    titles: Mapping[str, str] = field(default_factory=dict)
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Rows(Kind):
    """A row for each item, a column for each panel, a point with intervals for each group."""

    drawing: ClassVar[str] = "discourse.figures.intervals:draw_rows"
    labels: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class Components(Kind):
    """A small panel for each item, a row for each group; its axis begins at 0, unless `zero` is false."""

    drawing: ClassVar[str] = "discourse.figures.intervals:draw_components"
    labels: Mapping[str, str] = field(default_factory=dict)
    zero: bool = True


@dataclass(frozen=True)
class Corrected(Kind):
    """Two rows for each group and for the difference: as measured, and corrected."""

    drawing: ClassVar[str] = "discourse.figures.intervals:draw_corrected"
    unit: str = ""


@dataclass(frozen=True)
class Panel(Kind):
    """A row for each speaker or administration, a column for each measure."""

    drawing: ClassVar[str] = "discourse.figures.speakers:draw_panel"
    order: Sequence[str] = ()
    group_of: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing(Kind):
    """A row for each unit with its position and interval, a column for each panel; references whose score is given are hollow."""

    drawing: ClassVar[str] = "discourse.figures.positions:draw_standing"
    unit: str = ""


@dataclass(frozen=True)
class Map(Kind):
    """A mark and an ellipse for each unit on two dimensions; `across` and `up` name them."""

    drawing: ClassVar[str] = "discourse.figures.positions:draw_map"
    across: str = ""
    up: str = ""


@dataclass(frozen=True)
class Topics(Kind):
    """A row for each topic with its words, a point with an interval for each group; unstable topics in grey."""

    drawing: ClassVar[str] = "discourse.figures.topics:draw_topics"


@dataclass(frozen=True)
class TopicNumbers(Kind):
    """How good models with different numbers of topics are; `chosen` is the number of the model."""

    drawing: ClassVar[str] = "discourse.figures.topics:draw_numbers"
    chosen: int = 0


@dataclass(frozen=True)
class TopicPriors(Kind):
    """A row for each topic: its difference where the prior has covariates, and with one prior for all passages."""

    drawing: ClassVar[str] = "discourse.figures.topics:draw_priors"
    study: str = ""
    reference: str = ""
    shuffled: float = 0.0


@dataclass(frozen=True)
class TopicWords(Kind):
    """Words that two groups use for the same topic, by topic, with intervals."""

    drawing: ClassVar[str] = "discourse.figures.topics:draw_words"
    study: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Marks(Kind):
    """A mark for each mention, by speaker."""

    drawing: ClassVar[str] = "discourse.figures.speakers:draw_speakers"


@dataclass(frozen=True)
class Neighbours(Kind):
    """A panel for each group with the words nearest to it."""

    drawing: ClassVar[str] = "discourse.figures.contexts:draw_neighbours"


@dataclass(frozen=True)
class Cosines(Kind):
    """Cosines with words in each group, and their differences beside them."""

    drawing: ClassVar[str] = "discourse.figures.contexts:draw_cosines"
    study: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Lollipops(Kind):
    """Terms with simultaneous intervals, counts and dispersion; with differences net of the background where there are some."""

    drawing: ClassVar[str] = "discourse.figures.terms:draw_keyness"
    study: str = ""
    reference: str = ""
    unit: str = "log-odds ratio (natural logarithm)"


@dataclass(frozen=True)
class Shifts(Kind):
    """What words add to a difference, below the sums; `sides` is what the right and the left side are called, where not by their groups."""

    drawing: ClassVar[str] = "discourse.figures.shifts:draw_shift"
    study: str = ""
    reference: str = ""
    unit: str = ""
    sides: Sequence[str] = ()


@dataclass(frozen=True)
class Scatter(Kind):
    """Frequency against the difference, with some labels."""

    drawing: ClassVar[str] = "discourse.figures.terms:draw_contrast"
    study: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Nulls(Kind):
    """Observed differences above distributions of differences where there is none; a column for each measure."""

    drawing: ClassVar[str] = "discourse.figures.nulls:draw_noise"
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Items(Kind):
    """Differences of items with their intervals and split-half ranges."""

    drawing: ClassVar[str] = "discourse.figures.nulls:draw_items"
    study: str = ""
    reference: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Parts(Kind):
    """A difference as the sum of its parts."""

    drawing: ClassVar[str] = "discourse.figures.nulls:draw_composition"
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dates(Kind):
    """A difference at one date beside those at other dates."""

    drawing: ClassVar[str] = "discourse.figures.nulls:draw_event"
    titles: Mapping[str, str] = field(default_factory=dict)
    event: str = ""


@dataclass(frozen=True)
class Steps(Kind):
    """A row for each series: a point for each period, a line for each level, and the breaks between with their intervals."""

    drawing: ClassVar[str] = "discourse.figures.steps:draw_steps"
    titles: Mapping[str, str] = field(default_factory=dict)
    breaks: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Curve(Kind):
    """A specification curve."""

    drawing: ClassVar[str] = "discourse.figures.curve:draw_curve"
    choices: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class Network(Kind):
    """Actors on a circle, a panel for each group: lines where two are named together, arrows where one acts on the other."""

    drawing: ClassVar[str] = "discourse.figures.network:draw_network"


@dataclass(frozen=True)
class Choices(Kind):
    """Differences under other choices; a column for each measure."""

    drawing: ClassVar[str] = "discourse.figures.intervals:draw_sensitivity"
    study: str = ""
    reference: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


def plain(kind: Kind) -> dict[str, Any]:
    """The options of a kind as plain values, tables as CSV: for a hash, a test, another writer."""
    values = {f.name: getattr(kind, f.name) for f in fields(kind)}
    return {"kind": type(kind).__name__.lower()} | {
        k: v.to_csv(index=False) if isinstance(v, pd.DataFrame) else v for k, v in values.items()
    }
