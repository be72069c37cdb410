"""An experiment asked for in Python: the settings of a file as arguments, and a file loaded and run in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from discourse.corpus.rows import word
from discourse.errors import UsageError, did_you_mean, expect
from discourse.experiment.load import load, parsed
from discourse.experiment.nodes import Progress
from discourse.experiment.plan import Plan, resolve
from discourse.experiment.results import Results
from discourse.experiment.run import compute, run_to_folder
from discourse.features.target import Target, as_target
from discourse.report.templates import render
from discourse.shown import SHOWN, listed
from discourse.types import Corpus

FILE = Path("comparison.yaml")  # that names of files in the settings are relative to, and messages name
# What a corpus that has been read was read with.
_OF_READING = ("files", "options", "issuers", "language", "quotation_words", "labels", "not_labels", "reader")
Targets = str | Target | Sequence[str | Target] | Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Experiment:
    """An experiment that has been checked, and not yet run.

    Parameters
    ----------
    plan : Plan
        From `discourse.resolve`.
    """

    plan: Plan

    def __repr__(self) -> str:
        return repr(self.plan).replace("Plan", "Experiment", 1)

    def run(self, **options: Any) -> Results:
        """Run all analyses; options are those of `discourse.compute` (progress, refresh, yes, workers, engine)."""
        return compute(self.plan, **options)

    def to_folder(self, folder: str | Path, progress: Progress = lambda stage, said: None) -> Path:
        """Run it and write its report, as ``discourse run --out`` does."""
        return run_to_folder(self.plan, folder, progress)


def experiment(path: str | Path, *, corpus: str | Path | Iterable[str | Path] = (), strict: bool = False) -> Experiment:
    """Load an experiment file, and check it.

    Parameters
    ----------
    path : path
        A YAML file.
    corpus : path or iterable of path
        Files in place of those of the config.
    strict : bool
        Whether what cannot be read, and lines that look like labels and are claimed by nobody, are errors.

    Returns
    -------
    Experiment
        Its `run` gives the results: ``experiment("my.yaml").run().stance.table``.

    Raises
    ------
    ConfigError
        With every mistake of the file, each at its line.
    """
    files = [corpus] if isinstance(corpus, str | Path) else list(corpus)
    return Experiment(resolve(load(path), corpus=[Path(f) for f in files], strict=strict))


def compare_groups(
    corpus: Corpus,
    /,
    by: str | Mapping[str, Mapping[str, Any]],
    study: str | None = None,
    reference: str | None = None,
    *,
    target: Targets = (),
    cluster: str | None = None,
    **settings: Any,
) -> Results:
    """Compare groups of documents: see `Corpus.compare`.

    Examples
    --------
    >>> named_targets(["Russia", Target("China", ("china", "chinese"))])
    {'Russia': {'terms': ['Russia']}, 'China': {'terms': ['china', 'chinese']}}
    """
    expect(corpus, Corpus, "discourse.Corpus.from_dataframe makes one")
    groups, study, reference = _groups(corpus.documents, by, study, reference)
    asked = {"corpus": {}, **settings}
    _not_of_reading(asked)
    named = {"study": study, "reference": reference}
    compare = {**named, **({"cluster": cluster} if cluster else {}), **asked.pop("compare", {})}
    config = {
        "name": FILE.stem,
        "title": render("comparison", "title", **named),
        "question": render("comparison", "question", **named),
        **asked,
        "corpus": {"reader": corpus.provenance.reader or "texts", **asked["corpus"]},
        "groups": groups,
        "compare": compare,
        **({"targets": targets} if (targets := named_targets(target)) else {}),
    }
    written = yaml.safe_dump(_plain(config), sort_keys=False, allow_unicode=True).encode()
    return compute(resolve(parsed(written, FILE), held=corpus))


def named_targets(given: Targets) -> dict[str, dict[str, Any]]:
    """Targets as the section `targets` of an experiment file has them."""
    if isinstance(given, Mapping):
        found = [Target(name, (terms,) if isinstance(terms, str) else tuple(terms)) for name, terms in given.items()]
    else:
        found = [as_target(t) for t in ([given] if isinstance(given, str | Target) else given)]
    return {
        t.name: {
            "terms": list(t.terms),
            **({"exclude": list(t.exclude)} if t.exclude else {}),
            **({} if t.compounds else {"compounds": "leave out"}),
        }
        for t in found
    }


def _groups(
    documents: pd.DataFrame, by: str | Mapping[str, Mapping[str, Any]], study: str | None, reference: str | None
) -> tuple[dict[str, Any], str, str]:
    """The section `groups`, and the two that are compared."""
    if isinstance(by, str):
        names = _values(documents, by)
        chosen = [g for g in (study, reference) if g is not None]
        for name in chosen:
            if name not in names:
                raise UsageError(f'no document has "{name}" in column "{by}". {did_you_mean(name, names)}')
        names = list(dict.fromkeys(chosen)) if len(chosen) == 2 else names
        groups: dict[str, Any] = {name: {"where": {by: name}} for name in names}
    else:
        groups = {name: dict(about) for name, about in by.items()}
    if len(groups) == 2:
        first, second = groups
        study = study or (second if reference == first else first)
        reference = reference or (second if study == first else first)
    if study is None or reference is None:
        raise UsageError(f"name two groups to compare, study and reference, of: {listed(groups, SHOWN)}")
    return groups, study, reference


def _values(documents: pd.DataFrame, column: str) -> list[str]:
    """Values of a column as a config writes them: in the order of a Categorical, else of the alphabet."""
    if column not in documents.columns:
        raise UsageError(f'there is no column "{column}". {did_you_mean(column, list(documents.columns))}')
    values = documents[column].dropna()
    there = values.unique()
    order = [v for v in values.cat.categories if v in set(there)] if values.dtype == "category" else sorted(there)
    return [word(v) if isinstance(v, int | float) else str(v) for v in order if str(v)]


def _not_of_reading(asked: Mapping[str, Any]) -> None:
    """Refuse settings that would do nothing, as the texts have been read."""
    given = [f"corpus: {key}" for key in asked["corpus"] if key in _OF_READING]
    given += [key for key in ("speakers", "home", "bundle") if key in asked]
    if given:
        raise UsageError(f"the corpus has been read, so that {listed(given)} would do nothing: give it where you read")


def _plain(value: Any) -> Any:
    """A value as YAML writes it: tuples as lists, paths as text, numbers of numpy as numbers."""
    if isinstance(value, Mapping):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, Path):
        return str(value)
    return value.item() if hasattr(value, "item") else value
