"""What keys of coding samples and records of validations must hold."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from discourse.forms import Count, Form

_Share = Annotated[float, Field(ge=0, le=1)]


class TargetForm(Form):
    """The target of a sample."""

    name: str
    terms: list[str]
    exclude: list[str]


class StratumForm(Form):
    """A stratum of the mentions, and how many of its mentions were drawn."""

    stratum: Count
    group: str
    period: int
    band: str = ""
    n_mentions: Count
    n_drawn: Count


class ItemForm(Form):
    """A mention that was drawn: its document, turn, character and stratum."""

    item: str
    doc_id: str
    turn: Count
    start: Count
    stratum: Count


class CodedForm(ItemForm):
    """A mention that was drawn, with its codes by sheet and variable."""

    codes: dict[str, dict[str, str | None]]
    evaluation: Annotated[float, Field(ge=-1, le=1)] | None = None
    measured: dict[str, str] = Field(default_factory=dict)


class KeyForm(Form):
    """The key of a sample: what it depends on, the stratum of each mention, and what was drawn."""

    corpus: str
    target: TargetForm
    lexicons: dict[str, str]
    settings: dict[str, Any]
    population: list[Count]
    strata: list[StratumForm]
    items: list[ItemForm]

    @model_validator(mode="after")
    def _numbered(self) -> KeyForm:
        """Strata are numbered from 0, and no mention is in another."""
        if [s.stratum for s in self.strata] != list(range(len(self.strata))):
            raise ValueError("the strata are not numbered from 0")
        n = len(self.strata)
        if any(h >= n for h in self.population) or any(i.stratum >= n for i in self.items):
            raise ValueError(f"a mention in a stratum that is none of the {n:,}")
        return self


class RecordForm(KeyForm):
    """The record of a validation."""

    sheets: dict[str, str]
    items: list[CodedForm]  # type: ignore[assignment]  # each is an item
