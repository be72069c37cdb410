"""The main results with other documents: the selections that the config names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.rerun import Changes, Rerun
from discourse.analyses.say import Say
from discourse.analyses.settings import Day, ListSettings, Names, Settings, Value
from discourse.analyses.validity import validity_words
from discourse.errors import DiscourseError, SettingError, TooLittleText
from discourse.figures.kinds import Choices
from discourse.report.blocks import Block, Figure
from discourse.report.words import excludes_zero, number, span

CONFIGURED = "As configured"
COLUMNS = ("estimate", "low", "high", "low_document", "high_document", "n_documents", "n_clusters")


class SensitivityItem(Settings):
    """The main results with another choice."""

    name: str = Field(description="Name in the figure")
    select: dict[str, Value | list[Value]] | None = Field(None, description="Replaces corpus.select")
    drop: list[str] = Field([], description="Document ids to leave out as well")
    from_: Day | None = Field(None, alias="from", description="Leave out what is earlier")
    before: Day | None = Field(None, description="Leave out what is of this day or later")
    most_tokens: int | None = Field(None, ge=1, description="Leave out documents with more tokens")

    def left_out(self, data: Data) -> list[str]:
        """Ids of the documents that it leaves out beside its selection."""
        documents = data.documents
        out = ~data.between(self.from_, self.before, f'"{self.name}"')
        if self.most_tokens is not None:
            out |= documents["n_tokens"].to_numpy() > self.most_tokens
        return [*self.drop, *documents.loc[out, "doc_id"].astype(str)]


class SensitivitySettings(ListSettings):
    """The main results again, with other choices."""

    root: list[SensitivityItem] = Field([])
    entry = SensitivityItem

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Names that occur twice."""
        seen: set[str] = set()
        for k, item in enumerate(self.root):
            if item.name in seen:
                yield SettingError((k, "name"), f'"{item.name}" occurs twice')
            seen.add(item.name)


@dataclass(frozen=True)
class SensitivityFound(Found):
    """The differences under each choice, by target: `name`, `measure`, `estimate`, intervals, numbers of units."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def compute(data: Data, settings: SensitivitySettings, outcomes: Sequence[Outcome], rerun: Rerun) -> SensitivityFound:
    """Run the joint outcomes again with each selection."""
    select, drop = rerun.value(("corpus", "select")), rerun.value(("corpus", "drop"))
    tables = {}
    for target in dict.fromkeys(o.target for o in outcomes if o.joint):
        ours = [o for o in outcomes if o.joint and o.target == target]
        frames = [_rows(CONFIGURED, ours)]
        for k, item in enumerate(settings.root):
            changes: Changes = {
                ("corpus", "select"): select if item.select is None else item.select,
                ("corpus", "drop"): [*drop, *_left_out(item, data, k)],
            }
            try:
                frames.append(_rows(item.name, rerun.compared(ours, changes, "sensitivity", k)))
            except TooLittleText:
                continue
        tables[target] = pd.concat(frames, ignore_index=True)
    return SensitivityFound((), (), tables)


def _left_out(item: SensitivityItem, data: Data, k: int) -> list[str]:
    try:
        return item.left_out(data)
    except DiscourseError as error:
        raise SettingError(("sensitivity", k, "before" if item.from_ is None else "from"), str(error)) from None


def _rows(name: str, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """The main difference of each outcome."""
    parts = []
    for o in outcomes:
        table = o.table[(o.table["contrast"] == "difference") & (o.table["item"] == o.item)]
        parts.append(table[["item", *COLUMNS]].rename(columns={"item": "measure"}))
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "name", name)
    return frame


def section(found: SensitivityFound, say: Say) -> Iterator[Block]:
    """A figure for each target."""
    if not say.settings.root:
        return
    for target, frame in found.tables.items():
        about = say.about(target) if target else say
        outcomes = [o for o in about.outcomes if o.joint]
        validity = "; ".join(f"{o.name}: {validity_words(o.validity)}" for o in outcomes if o.validity)
        rows = zip(frame["name"], frame["measure"], frame["estimate"], frame["low"], frame["high"])
        alt = "; ".join(f"{name}: {m} {number(value, 2)} {span(low, high, 2)}" for name, m, value, low, high in rows)
        kind = Choices(say.palette, say.study, say.reference, {o.item: o.unit for o in outcomes})
        text = say("choices_alt", listed=alt)
        caption = about("choices", validity=validity)
        yield Figure(about.name("sensitivity"), frame, kind, caption, text, of="sensitivity")


def sentence(found: SensitivityFound, outcome: Outcome, say: Say) -> Iterator[str]:
    """What the other selections change for one outcome."""
    table = found.tables.get(outcome.target)
    if table is None:
        return
    part = table[(table["measure"] == outcome.item) & (table["name"] != CONFIGURED) & table["estimate"].notna()]
    if part.empty:
        return
    shown, clear = [], []
    for name, value, low, high in part[["name", "estimate", "low", "high"]].itertuples(index=False):
        shown.append(f"{name} {number(value, outcome.digits)} {span(low, high, outcome.digits)}")
        if excludes_zero(low, high):
            clear.append(name)
    yield say(
        "sensitivity.summary",
        name=say.named(outcome),
        shown="; ".join(shown),
        clear="; ".join(clear),
        every=len(clear) == len(shown),
    )


analysis = Analysis(
    "sensitivity",
    "Does the result depend on what is counted?",
    SensitivitySettings,
    compute,
    section,
    needs=("outcomes", "rerun"),
    contrast=True,
    chapter="choices",
    figures={"sensitivity": "Does the result depend on what is counted?"},
)
