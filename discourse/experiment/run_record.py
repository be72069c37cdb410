"""What `run.json` holds, as a schema: every run.json that a run writes is of it, and none that is not is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from discourse.errors import SourceError

Sum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_MOST_BYTES = 50_000_000


class Source(BaseModel):
    """A file or package that the texts came from."""

    model_config = ConfigDict(extra="allow")

    name: str
    sha256: str


class CorpusRecord(BaseModel):
    """What was read."""

    model_config = ConfigDict(extra="forbid")

    reader: str = Field(description="Reader of the texts")
    sources: list[Source] = Field(description="Files and packages, with their hashes")
    sha256: Sum = Field(description="Hash of the corpus as it was read")
    inferences: list[JsonValue] = Field(description="What the reader inferred")
    labels: dict[str, int] = Field(description="Labels of speakers, by the grammar that found them")
    unclaimed_labels: int = Field(ge=0, description="Lines that look like labels and are claimed by nobody")


class BundleRecord(BaseModel):
    """The bundle that took the place of the texts."""

    model_config = ConfigDict(extra="forbid")

    name: str
    sha256: Sum
    made_with: str = Field(description="Version of this software")
    licence: str
    citation: str
    min_documents: int = Field(ge=1)


class RunRecord(BaseModel):
    """`run.json`; beside these keys there is one for each analysis that records something of itself (`stance`, `verdict`)."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    config: dict[str, JsonValue] = Field(description="Every setting as it was resolved")
    config_file: str = Field(description="Name of the experiment file")
    config_sha256: Sum = Field(description="Hash of the experiment file")
    corpus: CorpusRecord
    bundle: BundleRecord | None = None
    digest: Sum | None = Field(None, description="SHA-256 over the hashes of experiment file, corpus and tables")
    exclusions: dict[str, int] = Field(description="Documents that were excluded, by reason")
    set_aside_by_selection: int = Field(ge=0, description="Documents that the selection leaves out")
    published_twice: int = Field(ge=0, description="Documents that were published before")
    warnings: list[str] = Field(description="What the data could not carry")
    seed: int = Field(ge=0, description="All random numbers follow from it")
    year: int = Field(ge=0, le=9999, description="Of the youngest document; 0 where none is dated")
    versions: dict[str, str] = Field(description="Of Python, this software and what can change a number")
    further_contrasts: dict[str, JsonValue] | None = Field(None, description="Verdicts of further contrasts")
    registration: dict[str, JsonValue] | None = Field(None, description="What was registered, and what was changed")


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `run.json`, which `docs/run.schema.json` has."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "run.json of discourse",
        **{k: v for k, v in RunRecord.model_json_schema().items() if k != "title"},
    }


def check_record(path: Path) -> dict[str, Any]:
    """A run.json, checked against the schema.

    Raises
    ------
    SourceError
        For what is none.
    """
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise SourceError(f"{path.parent}: no report (it holds no run.json)")
        value = json.loads(path.read_bytes())
        RunRecord.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceError(f"{path}: {'.'.join(map(str, first['loc']))[:80]}: {first['msg'][:100]}") from None
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise SourceError(f"{path}: not a run.json of this software") from None
    return dict(value)
