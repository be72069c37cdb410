"""From a config to a plan: every name and parameter is checked before any text is read."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discourse.config.load import LoadedExperiment
from discourse.config.schema import Experiment
from discourse.corpus import READERS
from discourse.corpus.select import Group
from discourse.corpus.turns import Speaker
from discourse.errors import ConfigError, Problem, did_you_mean
from discourse.features.target import Target
from discourse.features.topics import ENGINES
from discourse.figures import FIGURES
from discourse.types import Corpus


@dataclass(frozen=True)
class Plan:
    """A checked experiment, ready to run.

    Parameters
    ----------
    config : Experiment
        The settings.
    loaded : LoadedExperiment
        The file and the line of each setting.
    reader : callable
        Reads the corpus.
    reader_options : mapping
        Its arguments.
    speakers, groups, targets
        As the stages take them.
    figures : tuple of str
        Figures to print.
    """

    config: Experiment
    loaded: LoadedExperiment
    reader: Callable[..., Corpus]
    reader_options: Mapping[str, Any]
    speakers: tuple[Speaker, ...]
    groups: tuple[Group, ...]
    targets: tuple[Target, ...]
    figures: tuple[str, ...]

    @property
    def pair(self) -> tuple[int, int] | None:
        """Indexes of the study and the reference group."""
        if self.config.compare is None:
            return None
        names = [g.name for g in self.groups]
        return names.index(self.config.compare.study), names.index(self.config.compare.reference)


# Parameters of readers that have settings of their own.
_GIVEN = ("files", "speakers", "issuers", "language", "quotation_words", "strict")


def _option_problems(loaded: LoadedExperiment, reader: Callable[..., Corpus]) -> list[Problem]:
    options = loaded.experiment.corpus.options
    parameters = inspect.signature(reader).parameters
    free = [p for p in parameters if p not in _GIVEN]
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
    if hint in (int, float):
        return isinstance(value, (int, float) if hint is float else int) and not isinstance(value, bool)
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, dict) and all(_fits(v, arguments[1]) for v in value.values())
    if origin is not None:
        return isinstance(value, list) and all(_fits(v, arguments[0]) for v in value)
    return isinstance(value, hint)


def _stance_problems(loaded: LoadedExperiment) -> list[Problem]:
    """Files of the stance section that are not there, and sheets of targets that are none."""
    config = loaded.experiment
    problems = []
    for section, files in (("lexicons", config.stance.lexicons), ("training", config.stance.training)):
        for name, path in files.items():
            if not (loaded.file.parent / path).is_file():
                problems.append(
                    loaded.problem(f'there is no file "{path}" beside this config', "stance", section, name)
                )
    for name in config.stance.training:
        if name not in config.targets:
            problems.append(
                loaded.problem(
                    f'there is no target "{name}". {did_you_mean(name, config.targets)}', "stance", "training", name
                )
            )
    if config.stance.method == "classifier":
        for name in config.targets:
            if name not in config.stance.training:
                problems.append(
                    loaded.problem(
                        f'the classifier needs a coded sheet for "{name}": `discourse stance sample` draws one; name it under '
                        f"stance: training: {{{name}: SHEET}}",
                        "stance",
                        "method",
                    )
                )
    return problems


def _compare_problems(loaded: LoadedExperiment) -> list[Problem]:
    """Groups of the contrasts that are not there."""
    config = loaded.experiment
    if config.compare is None:
        return []
    names, problems = list(config.groups), []
    for key in ("study", "reference"):
        name = getattr(config.compare, key)
        if name not in names:
            problems.append(loaded.problem(f'there is no group "{name}". {did_you_mean(name, names)}', "compare", key))
    if config.compare.study == config.compare.reference:
        problems.append(loaded.problem("study and reference are the same group", "compare", "reference"))
    for k, pair in enumerate(config.compare.pairs):
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


def _multiverse_problems(loaded: LoadedExperiment) -> list[Problem]:
    """Choices that do not go together with the rest of the config."""
    config, section = loaded.experiment, loaded.experiment.multiverse
    if section is None:
        return []
    problems = []

    def say(text: str, *path: str) -> None:
        problems.append(loaded.problem(text, "multiverse", *path))

    if config.compare is None:
        say("it needs a contrast: add compare: with study and reference")
    for n in section.ngrams:
        if n not in config.frequency.ngrams:
            say(f"{n}-grams are not among frequency: ngrams {config.frequency.ngrams}; add them there", "ngrams")
    if section.k and not config.topics:
        say("there is no topic model (topics: false)", "k")
    if config.stance.method == "classifier":
        for name in ("window", "half_distance", "lexicon"):
            if getattr(section, name):
                say("the classifier does not depend on it", name)
        if section.quotations and config.corpus.quotations == "leave out":
            say("the classifier has not scored quotations, for corpus: quotations leaves them out", "quotations")
    if "none" in section.exclusions:
        say('"none" is the name of the choice that leaves nothing out; take another', "exclusions", "none")
    for name in ("as configured", "package"):
        if section.lexicon.get(name, "package") != "package":
            say(f'"{name}" is the name of a lexicon that is there already; take another', "lexicon", name)
    for name, file in section.lexicon.items():
        if file != "package" and not (loaded.file.parent / file).is_file():
            say(f'there is no file "{file}" beside this config', "lexicon", name)
    return problems


def resolve(loaded: LoadedExperiment, *, corpus: typing.Sequence[Path] = (), strict: bool = False) -> Plan:
    """Check every name and parameter of an experiment.

    Parameters
    ----------
    loaded : LoadedExperiment
        From `discourse.config.load`.
    corpus : sequence of path
        Files in place of those of the config.
    strict : bool
        Passed to the reader.

    Returns
    -------
    Plan

    Raises
    ------
    ConfigError
        With every mistake, each at its line.
    """
    config = loaded.experiment
    problems: list[Problem] = []
    reader = READERS.get(config.corpus.reader)
    options: dict[str, Any] = {}
    speakers = tuple(
        Speaker(n, tuple(s.aliases), s.role, s.side, s.office, s.from_, s.before) for n, s in config.speakers.items()
    )
    if reader is None:
        problems.append(
            loaded.problem(
                f'there is no reader "{config.corpus.reader}". {did_you_mean(config.corpus.reader, READERS)}',
                "corpus",
                "reader",
            )
        )
    else:
        problems += _option_problems(loaded, reader)
        parameters = inspect.signature(reader).parameters
        options = dict(config.corpus.options)
        if "files" in parameters:
            folder = loaded.file.parent
            options["files"] = list(corpus) or [folder / f for f in config.corpus.files]
        elif corpus or config.corpus.files:
            problems.append(loaded.problem(f'the reader "{config.corpus.reader}" takes no files', "corpus", "files"))
        given = {
            "speakers": speakers,
            "issuers": config.corpus.issuers,
            "language": config.corpus.language,
            "quotation_words": config.corpus.quotation_words,
            "strict": strict,
        }
        for name, value in given.items():
            if name in parameters:
                options[name] = value
            elif value and name in ("speakers", "issuers"):
                problems.append(
                    loaded.problem(
                        f'the reader "{config.corpus.reader}" takes no {name}',
                        *(("speakers",) if name == "speakers" else ("corpus", "issuers")),
                    )
                )
    for k, name in enumerate(config.report.figures):
        if name not in FIGURES:
            problems.append(
                loaded.problem(f'there is no figure "{name}". {did_you_mean(name, FIGURES)}', "report", "figures", k)
            )
    if config.topics and config.topics.engine not in ENGINES:
        problems.append(
            loaded.problem(
                f'there is no topic engine "{config.topics.engine}". {did_you_mean(config.topics.engine, ENGINES)}',
                "topics",
                "engine",
            )
        )
    problems += _stance_problems(loaded)
    problems += _compare_problems(loaded)
    problems += _multiverse_problems(loaded)
    seen: set[str] = set()
    for k, item in enumerate(config.sensitivity):
        if item.name in seen:
            problems.append(loaded.problem(f'"{item.name}" stands twice', "sensitivity", k, "name"))
        seen.add(item.name)
    if problems or reader is None:
        raise ConfigError(problems, str(loaded.file))
    groups = tuple(Group(n, g.from_, g.before, g.where) for n, g in config.groups.items())
    targets = tuple(Target(n, tuple(t.terms), tuple(t.exclude)) for n, t in config.targets.items())
    figures = tuple(config.report.figures or FIGURES)
    return Plan(config, loaded, reader, options, speakers, groups, targets, figures)
