"""What `manifest.json` of a bundle says."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT: Final = 1


class _Form(BaseModel):
    # A bundle of another format or with anything unknown in it is not guessed at.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TableForm(_Form):
    """A table: its file, and the type of each column in memory."""

    path: str
    types: dict[str, str]


class ValuesForm(_Form):
    """Values of features: dense, a column each in the order of the columns, or sparse, as row, column and value."""

    table: TableForm
    kind: Literal["dense", "sparse"]
    order: Literal["C", "F", ""] = ""
    index: str = ""


class RequestForm(_Form):
    """What was measured, and where it lies.

    Where the units are the documents, their `doc_id` is not written again: `doc_id_at` is its place among the columns of the units.
    """

    folder: str
    analysis: str
    target: str
    settings: dict[str, Any]
    layers: list[str]
    name: str
    of: str
    params: dict[str, Any]
    units: TableForm
    doc_id_at: int = -1
    columns: TableForm
    values: ValuesForm
    details: dict[str, TableForm]


class TokensForm(_Form):
    """Tokens that count by document and by turn, without some layers."""

    layers: list[str]
    documents: TableForm
    turns: TableForm


class ExclusionForm(_Form):
    """A document that was left out."""

    document: str
    reason: str
    source: str


class UnclaimedForm(_Form):
    """A line that looks like a label and that nobody claims."""

    document: str
    line: int
    text: str


class ProvenanceForm(_Form):
    """Where the text comes from."""

    reader: str
    sources: list[dict[str, str]]
    inferences: list[str]
    exclusions: list[ExclusionForm]
    citation: list[str]
    labels: dict[str, int] = {}
    unclaimed: list[UnclaimedForm] = []


class ManifestForm(_Form):
    """The whole manifest."""

    format: Literal[1] = FORMAT
    made_with: str
    experiment: str
    experiment_sha256: str
    corpus_sha256: str
    reading: dict[str, dict[str, Any] | str | None]
    licence: str
    citation: str
    min_documents: Annotated[int, Field(ge=1)]
    provenance: ProvenanceForm
    documents: TableForm
    turns: TableForm
    duplicates: TableForm
    tokens: list[TokensForm]
    requests: list[RequestForm]
    sha256: dict[str, str]
