"""Settings of positions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from discourse.analyses.settings import Display, Later, Names, Scope, Settings
from discourse.errors import SettingError


class ScalingSettings(Settings):
    """Where speakers, groups or years stand on a dimension."""

    switch: ClassVar[str] = "{}"

    method: Annotated[Literal["wordfish", "wordscores", "correspondence"], Later()] = Field(
        "wordfish",
        description="wordfish: the dimension that tells all words apart best; wordscores: from texts whose scores are given; "
        "correspondence: the first dimension of a correspondence analysis",
    )
    by: Annotated[list[str], Later()] = Field(
        ["speaker"],
        min_length=1,
        description="Whose positions: speaker, group, year, decade, administration, or a column of the documents; of several each combination",
    )
    references: Annotated[dict[str, float], Later()] = Field(
        {}, description="Scores of reference units, for wordscores: {Reagan: 1, Carter: -1}"
    )
    rescale: Annotated[Literal["lbg", "martin-vanberg", "none"], Later()] = Field(
        "lbg", description="Scale of wordscores: Laver, Benoit and Garry's, Martin and Vanberg's, or the raw scores"
    )
    direction: Annotated[list[str], Later()] = Field(
        [],
        description="Two units, of which the first is to be left of the second; by default what is later is to the right",
    )
    scope: Scope = Field(
        "sentences",
        description="Words about a target that are scaled beside all words: those of the sentences, passages or documents that mention "
        "it, or {window: 10} tokens on either side; all: none",
    )
    min_tokens: Annotated[int, Later()] = Field(500, ge=1, description="Tokens below which a unit has no position")
    min_documents: int = Field(5, ge=1, description="Texts that must contain a term; two units must in any case")
    terms: Annotated[int, Later()] = Field(2000, ge=20, le=50_000, description="Terms at most: those in the most texts")
    leave_out: list[str] = Field(
        ["speakers"],
        description="Words to leave out (the targets' terms are); speakers leaves out names and offices of speakers",
    )
    drop_stop_words: bool = Field(True, description="Leave out function words")
    resamples: Annotated[int, Later()] = Field(
        200, ge=20, le=10_000, description="Fits on resampled documents, for the intervals"
    )
    words: Annotated[int, Display()] = Field(12, ge=1, le=40, description="Words shown for each side of the dimension")

    @field_validator("by", "leave_out", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Wordscores without scores, scores without wordscores, a direction of other than two, a scope of no target."""
        if self.method == "wordscores" and len(set(self.references.values())) < 2:
            yield SettingError(("references",), "wordscores needs two reference units with different scores")
        for name in ("references", "rescale"):
            if self.method != "wordscores" and name in self.model_fields_set:
                yield SettingError((name,), f"has no effect with method: {self.method}; it belongs to wordscores")
        if self.direction and self.method == "wordscores":
            yield SettingError(
                ("direction",), "has no effect with method: wordscores, whose references give the direction"
            )
        if self.direction and len(set(self.direction)) != 2:
            yield SettingError(
                ("direction",), "expected two units: the one that is to be left, and one to the right of it"
            )
        if "scope" in self.model_fields_set and self.scope != "all" and not names.targets:
            yield SettingError(
                ("scope",), "there is no target that words could be about; add targets:, or leave it out"
            )
