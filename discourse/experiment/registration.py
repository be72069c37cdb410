"""A preregistration: what somebody undertakes to ask, count and test, fixed before the results are known."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from discourse.analyses.settings import Settings
from discourse.corpus.dated import iso_dates
from discourse.errors import SourceError
from discourse.experiment.plan import Plan
from discourse.experiment.settings import Core, sections

Sum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# Sections that say how a report looks or is shared, and no number.
NOT_REGISTERED = ("report", "bundle", "author", "name", "title")
_MOST_BYTES = 10_000_000


class Index(BaseModel):
    """Which documents there are, without what they say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: int = Field(ge=0, description="How many")
    first: str = Field(max_length=40, description="Date of the oldest")
    last: str = Field(max_length=40, description="Date of the youngest")
    sha256: Sum = Field(description="SHA-256 over the ids and dates of the documents")


class Registration(BaseModel):
    """A frozen file: JSON that anybody can read, with a hash over all of it but itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["discourse registration"] = "discourse registration"
    version: Literal[1] = 1
    registered: dt.date = Field(description="The day")
    name: str = Field(max_length=200)
    question: str = Field(max_length=5000)
    config_sha256: Sum = Field(description="Hash of the experiment file")
    settings: dict[str, JsonValue] = Field(description="Every setting that a number depends on, as it was resolved")
    analyses: list[str] = Field(description="What is measured and tested, in the order of the report")
    figures: list[str] = Field(description="The figures that are asked for")
    files: dict[str, Sum] = Field(description="Hashes of the files that settings name: lexicons, codes, labels")
    index: Index
    made_with: str = Field(max_length=40, description="Version of this software")
    sha256: Sum = Field("0" * 64, description="Over all of this but itself")

    def signed(self) -> Registration:
        """The same with its hash."""
        return self.model_copy(update={"sha256": self.hash()})

    def hash(self) -> str:
        """SHA-256 over all but itself, as JSON with sorted keys."""
        value = self.model_dump(mode="json", exclude={"sha256"})
        return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def written(self) -> bytes:
        """As a file."""
        return (json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True)
class Change:
    """A setting that is not as it was registered.

    Parameters
    ----------
    setting : str
        Its path, with dots.
    before, after : str
        Its values; empty where it was not there.
    """

    setting: str
    before: str
    after: str


@dataclass(frozen=True)
class Registered:
    """A registration beside what was done.

    Parameters
    ----------
    registration : Registration
    changes : tuple of Change
        Settings, files and texts that are not as registered.
    exploratory : tuple of str
        Analyses that run and were not registered, or whose settings were changed.
    index : Index
        Of the documents of this report.
    """

    registration: Registration
    changes: tuple[Change, ...]
    exploratory: tuple[str, ...]
    index: Index


def frozen_beside(file: Path) -> Path:
    """Where the registration of an experiment lies: ``norland.frozen.json`` beside ``norland.yaml``."""
    return file.with_suffix(".frozen.json")


def index_of(documents: pd.DataFrame) -> Index:
    """The index of a corpus: ids and dates, in the order of the ids, and nothing of what the documents say.

    Examples
    --------
    >>> one = pd.DataFrame({"doc_id": ["b", "a"], "date": pd.to_datetime(["2001-05-01", "2000-01-01"]), "title": "x"})
    >>> index_of(one) == index_of(one.iloc[::-1].assign(title="y")), index_of(one).first
    (True, '2000-01-01')
    """
    days = iso_dates(documents).astype(str).tolist()
    lines = sorted(f"{i}\t{d}" for i, d in zip(documents["doc_id"], days))
    known = sorted(d for d in days if d)
    return Index(
        documents=len(lines),
        first=known[0] if known else "",
        last=known[-1] if known else "",
        sha256=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    )


def settings_of(config: Core) -> dict[str, Any]:
    """The settings that a number depends on, as JSON has them."""
    every = config.model_dump(mode="json", by_alias=True)
    return {k: v for k, v in every.items() if k not in NOT_REGISTERED}


def register(plan: Plan, documents: pd.DataFrame, today: dt.date, version: str) -> Registration:
    """The registration of an experiment.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    documents : DataFrame
        Of the corpus.
    today : date
        The day that it carries.
    version : str
        Of this software.
    """
    written = plan.loaded.experiment
    return Registration(
        registered=today,
        name=written.name,
        question=written.question,
        config_sha256=hashlib.sha256(plan.loaded.data).hexdigest(),
        settings=settings_of(written),
        analyses=list(plan.analyses),
        figures=list(plan.figures),
        files=_files(plan),
        index=index_of(documents),
        made_with=version,
        sha256="0" * 64,
    ).signed()


def _files(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in type(plan.config).model_fields:
        section = getattr(plan.config, name)
        for path in section.named_files() if isinstance(section, Settings) else []:
            if path.is_file():
                found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return dict(sorted(found.items()))


def read_registration(path: Path) -> Registration:
    """A frozen file.

    Raises
    ------
    SourceError
        For another file, or one that was changed after it was made.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SourceError(f"{path}: larger than a registration can be")
        found = Registration.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceError(
            f"{path}: not a registration ({'.'.join(map(str, first['loc']))[:80]}: {first['msg'][:80]})"
        ) from None
    if found.hash() != found.sha256:
        raise SourceError(f"{path}: was changed after it was made; its hash is not that of what it says")
    return found


def registered(plan: Plan, documents: pd.DataFrame) -> Registered | None:
    """What was registered, beside what is done; None where no registration lies beside the experiment."""
    path = frozen_beside(plan.loaded.file)
    if not path.is_file():
        return None
    found = read_registration(path)
    now = settings_of(plan.loaded.experiment)
    changes = [Change(k, *(_shown(x) for x in pair)) for k, pair in _changed(found.settings, now)]
    files = _files(plan)
    for name in sorted({*found.files, *files}):
        if found.files.get(name) != files.get(name):
            changes.append(Change(name, found.files.get(name, "")[:16], files.get(name, "")[:16]))
    if found.question != plan.loaded.experiment.question:
        changes.append(Change("question", found.question, plan.loaded.experiment.question))
    touched = {c.setting.split(".")[0] for c in changes}
    # Groups, targets, texts, speakers, inference: what every analysis rests on.
    every = bool(touched - set(sections()))
    exploratory = [
        name
        for name, analysis in plan.analyses.items()
        if every or name not in found.analyses or analysis.section_name in touched
    ]
    return Registered(found, tuple(changes), tuple(exploratory), index_of(documents))


_NONE = object()


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[tuple[str, tuple[Any, Any]]]:
    found: list[tuple[str, tuple[Any, Any]]] = []
    for key in dict.fromkeys([*before, *after]):
        one, two = before.get(key, _NONE), after.get(key, _NONE)
        where = f"{path}.{key}" if path else str(key)
        if isinstance(one, dict) and isinstance(two, dict):
            found += _changed(one, two, where)
        elif one is _NONE or two is _NONE or one != two:
            found.append((where, (one, two)))
    return found


def _shown(value: Any) -> str:
    if value is _NONE:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:299] + "…"
