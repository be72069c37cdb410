"""From a config to a plan: every name and parameter is checked before any text is read."""

from __future__ import annotations

import inspect
import os
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discourse.analyses import analyses
from discourse.analyses.base import Analysis
from discourse.analyses.settings import Names
from discourse.corpus import READERS
from discourse.corpus.home import EVERYONE, Home
from discourse.corpus.select import Group
from discourse.corpus.turns import Speaker
from discourse.errors import ConfigError, Problem, SettingError, UsageError, did_you_mean, expect
from discourse.experiment.load import LoadedExperiment
from discourse.experiment.settings import Core, HomeSection
from discourse.features.target import Target
from discourse.report.writers import word
from discourse.shown import brief
from discourse.types import Corpus


@dataclass(frozen=True)
class Plan:
    """A checked experiment, ready to run.

    Parameters
    ----------
    config : Core
        The settings; those of the analyses with files as paths.
    loaded : LoadedExperiment
        The file and the line of each setting, as they were written.
    reader : callable
        Reads the corpus.
    reader_options : mapping
        Its arguments.
    groups, targets
        As preparing takes them.
    analyses : mapping of str to Analysis
        Those that run, in the order of the report.
    figures : tuple of str
        Figures to print.
    bundle : Path, optional
        Bundle that takes the place of the texts.
    named : bool
        Whether the user named it; otherwise it was found beside the experiment, where texts are missing.
    strict : bool
        Whether what cannot be read, and lines that look like labels and are claimed by nobody, are errors.
    """

    config: Core
    loaded: LoadedExperiment
    reader: Callable[..., Corpus]
    reader_options: Mapping[str, Any]
    groups: tuple[Group, ...]
    targets: tuple[Target, ...]
    analyses: Mapping[str, Analysis]
    figures: tuple[str, ...]
    bundle: Path | None = None
    named: bool = False
    strict: bool = False

    __repr__ = brief

    @property
    def pair(self) -> tuple[int, int] | None:
        """Indexes of the study and the reference group."""
        if self.config.compare is None:
            return None
        names = [g.name for g in self.groups]
        return names.index(self.config.compare.study), names.index(self.config.compare.reference)


@dataclass(frozen=True)
class Held:
    """A corpus that is in memory, where a plan has a reader."""

    corpus: Corpus

    def __call__(self) -> Corpus:
        return self.corpus


# Parameters of readers that have settings of their own.
_GIVEN = ("files", "issuers")


def _parameters(reader: Callable[..., Corpus]) -> set[str]:
    """Names of what a reader takes, those that it shares with others among them."""
    reading = typing.get_type_hints(reader).get("reading")
    shared = typing.get_type_hints(typing.get_args(reading)[0]) if reading else {}
    return set(inspect.signature(reader).parameters) | set(shared)


def _option_problems(loaded: LoadedExperiment, reader: Callable[..., Corpus]) -> list[Problem]:
    options = loaded.experiment.corpus.options
    parameters = inspect.signature(reader).parameters
    free = [p for p in parameters if p not in (*_GIVEN, "reading")]
    # The signature of a reader is the schema of its options.
    hints = typing.get_type_hints(reader)
    problems = []
    for name, value in options.items():
        if name not in free:
            problems.append(
                loaded.problem(
                    f'the reader "{loaded.experiment.corpus.reader}" has no such option. {did_you_mean(name, free)}',
                    "corpus",
                    "options",
                    name,
                )
            )
        elif not _fits(value, hints[name]):
            shown = str(parameters[name].annotation).replace("collections.abc.", "").replace("typing.", "")
            problems.append(loaded.problem(f'expected {shown}, got "{value}"', "corpus", "options", name))
    return problems


def _fits(value: Any, hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union or type(hint).__name__ == "UnionType":
        return any(_fits(value, a) for a in arguments)
    if hint is Any or hint is None or hint is type(None):
        return hint is Any or value is None
    if hint is bool:
        return isinstance(value, bool)
    if origin is typing.Literal:
        return value in arguments
    # In Python true and false are integers as well.
    if hint in (int, float):
        return isinstance(value, (int, float) if hint is float else int) and not isinstance(value, bool)
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, dict) and all(_fits(v, arguments[1]) for v in value.values())
    if origin is not None:
        return isinstance(value, list) and all(_fits(v, arguments[0]) for v in value)
    return isinstance(value, hint)


def _compare_problems(loaded: LoadedExperiment) -> list[Problem]:
    """Groups of the contrasts that do not exist."""
    config = loaded.experiment
    # An unfinished file has no groups yet.
    if config.compare is None or not config.groups:
        return []
    names, problems = list(config.groups), []
    for key in ("study", "reference"):
        name = getattr(config.compare, key)
        if name not in names:
            problems.append(loaded.problem(f'there is no group "{name}". {did_you_mean(name, names)}', "compare", key))
    if config.compare.study == config.compare.reference:
        problems.append(loaded.problem("study and reference are the same group", "compare", "reference"))
    for k, pair in enumerate(config.compare.pairs or ()):
        for name in pair:
            if name not in names:
                problems.append(
                    loaded.problem(f'there is no group "{name}". {did_you_mean(name, names)}', "compare", "pairs", k)
                )
        if pair[0] == pair[1]:
            problems.append(loaded.problem(f'"{pair[0]}" is compared with itself', "compare", "pairs", k))
    for key in ("each_against_rest", "trend"):
        if getattr(config.compare, key) and len(names) < 3:
            problems.append(loaded.problem(f"it takes three groups or more, got {len(names)}", "compare", key))
    return problems


def _home(given: HomeSection | str | None) -> Home | None:
    """The home side of a config; None where it leaves it to the documents."""
    if isinstance(given, HomeSection):
        return given.value()
    if given is None:
        return None
    return EVERYONE if given.casefold() == "everyone" else HomeSection.model_validate({"country": given}).value()


def _reader(
    loaded: LoadedExperiment, corpus: Sequence[Path], strict: bool
) -> tuple[Callable[..., Corpus] | None, dict[str, Any], list[Problem]]:
    """The reader, its arguments, and what is wrong with them."""
    config = loaded.experiment
    name = config.corpus.reader
    reader = READERS.get(name)
    if reader is None:
        said = f'there is no reader "{name}". {did_you_mean(name, READERS)}'
        return None, {}, [loaded.problem(said, "corpus", "reader")]
    problems = _option_problems(loaded, reader)
    parameters = _parameters(reader)
    options = dict(config.corpus.options)
    if "files" in parameters:
        options["files"] = list(corpus) or [loaded.file.parent / f for f in config.corpus.files]
    elif corpus or config.corpus.files:
        problems.append(loaded.problem(f'the reader "{name}" takes no files', "corpus", "files"))
    speakers = tuple(
        Speaker(n, tuple(s.aliases), s.role, s.side, s.office, s.from_, s.before) for n, s in config.speakers.items()
    )
    given = {
        "speakers": speakers,
        "issuers": config.corpus.issuers,
        "language": config.corpus.language,
        "home": _home(config.home),
        "labels": config.corpus.labels,
        "not_labels": config.corpus.not_labels,
        "quotation_words": config.corpus.quotation_words,
        "strict": strict,
    }
    for key, value in given.items():
        if key in parameters:
            options[key] = value
        elif value and key in ("speakers", "issuers", "home"):
            path = (key,) if key in ("speakers", "home") else ("corpus", key)
            problems.append(loaded.problem(f'the reader "{name}" takes no {key}', *path))
    return reader, options, problems


def _figure_problems(loaded: LoadedExperiment, known: Sequence[str]) -> list[Problem]:
    """Figures that no analysis has."""
    return [
        loaded.problem(f'there is no figure "{name}". {did_you_mean(name, known)}', "report", "figures", k)
        for k, name in enumerate(loaded.experiment.report.figures)
        if name not in known
    ]


def _form_problems(loaded: LoadedExperiment) -> list[Problem]:
    """Forms of tables for which a package is missing."""
    asked = loaded.experiment.report.tables
    if "docx" not in asked or word.available():
        return []
    said = "Word documents need the package python-docx: pip install 'discourse-analytics[documents]'"
    return [loaded.problem(said, "report", "tables", asked.index("docx"))]


def _beside(loaded: LoadedExperiment) -> Core:
    """The config with the file names of all sections as paths beside it."""
    config, changes = loaded.experiment, {}
    for name in type(config).model_fields:
        value = getattr(config, name)
        if hasattr(value, "beside"):
            changes[name] = value.beside(loaded.file)
    return config.model_copy(update=changes)


def _section_problems(loaded: LoadedExperiment, config: Core) -> list[Problem]:
    """What the sections find wrong with themselves beside the others; files that are missing."""
    sections = {n: getattr(config, n) for n in type(config).model_fields if hasattr(getattr(config, n), "problems")}
    names = Names(list(config.groups), list(config.targets), sections, config.compare is not None)
    errors: list[SettingError] = []
    for key, section in sections.items():
        # What sections ask of groups and contrasts cannot be told of an unfinished file.
        for error in (*section.missing_files(), *(section.problems(names) if config.groups else ())):
            errors.append(SettingError((key, *error.path), error.text))
    return loaded.mistakes(errors).problems


def bundle_beside(file: Path) -> Path:
    """Where the bundle of an experiment lies: ``norland.bundle.zip`` beside ``norland.yaml``."""
    return file.with_suffix(".bundle.zip")


def _bundle(
    loaded: LoadedExperiment, options: Mapping[str, Any], corpus: Sequence[Path], named: Path | None
) -> Path | None:
    """The bundle that an experiment runs from; None where it runs from texts."""
    if named is not None:
        if corpus:
            raise UsageError("--bundle takes the place of the texts: give either --bundle or --corpus")
        if not named.is_file():
            raise UsageError(f"there is no bundle {named}")
        return named
    files = options.get("files")
    # A reader without files brings its texts along.
    if corpus or files is None or (files and all(os.path.exists(f) for f in files)):
        return None
    beside = bundle_beside(loaded.file)
    return beside if beside.is_file() else None


def resolve(
    loaded: LoadedExperiment,
    *,
    corpus: Sequence[Path] = (),
    strict: bool = False,
    bundle: Path | None = None,
    held: Corpus | None = None,
) -> Plan:
    """Check every name and parameter of an experiment, without reading any text.

    Parameters
    ----------
    loaded : LoadedExperiment
        From `discourse.load`.
    corpus : sequence of path
        Files in place of those of the config.
    strict : bool
        Whether what cannot be read, and lines that look like labels and are claimed by nobody, are errors.
    bundle : path, optional
        Bundle in place of texts. By default the one beside the experiment is taken where files of the config are missing.
    held : Corpus, optional
        A corpus in memory in place of what the reader of the config would read.

    Returns
    -------
    Plan

    Raises
    ------
    ConfigError
        With every mistake, each at its line.
    UsageError
        For a bundle that is not there, or that is given beside texts.
    """
    expect(loaded, LoadedExperiment, "discourse.load(path) makes one of an experiment file")
    config = _beside(loaded)
    reader, options, problems = (Held(held), {}, []) if held is not None else _reader(loaded, corpus, strict)
    active = {name: a for name, a in analyses().items() if config.section(a.section_name) is not None}
    known = [figure for a in analyses().values() for figure in a.figures]
    problems += _figure_problems(loaded, known)
    problems += _form_problems(loaded)
    problems += _compare_problems(loaded)
    problems += _section_problems(loaded, config)
    if config.section("repetition") is None:
        # Which documents count is asked before anything is measured.
        said = "it cannot be left out; {documents: all, passages: keep} counts every document and every passage"
        problems.append(loaded.problem(said, "repetition"))
    if problems or reader is None:
        raise ConfigError(problems, str(loaded.file))
    groups = tuple(Group(n, g.from_, g.before, g.where) for n, g in config.groups.items())
    targets = tuple(
        Target(n, tuple(t.terms), tuple(t.exclude), t.compounds == "count") for n, t in config.targets.items()
    )
    figures = tuple(config.report.figures or known)
    from_ = _bundle(loaded, options, corpus, bundle)
    return Plan(config, loaded, reader, options, groups, targets, active, figures, from_, bundle is not None, strict)
