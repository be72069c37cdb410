"""YAML with line numbers: every mistake of a file at once, each at its line."""

from __future__ import annotations

import math
import os
import re
import typing
import unicodedata
from pathlib import Path
from types import UnionType
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from discourse.corpus.normal import normalised, normalised_values
from discourse.door import MEGABYTE, read_bytes, shown
from discourse.errors import ConfigError, Problem, SettingError, SourceError, did_you_mean
from discourse.experiment.settings import Core, experiment_model, unfinished_model
from discourse.shown import brief, clipped
from discourse.yamls import PlainLoader, YamlError, composed

Path_ = tuple[str | int, ...]
MOST_BYTES = 5 * MEGABYTE  # of an experiment file
LONGEST = 20_000  # characters of a value
LARGEST = 10**15  # of a number


class _Loader(PlainLoader):
    """YAML 1.2 booleans only (a group may be called NO), dates left to the schema."""

    folder = Path()  # of the file


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def _build(loader: _Loader, node: yaml.Node, path: Path_, lines: dict[Path_, int], problems: list[Problem]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(Problem("a key must be a word", _dotted(path), key_node.start_mark.line + 1))
                continue
            key = normalised(key_node.value)
            if wrong := _unfit(key):
                problems.append(Problem(f"a key: {wrong}", _dotted(path), key_node.start_mark.line + 1))
                continue
            if key_node.tag == "tag:yaml.org,2002:merge":
                problems.append(
                    Problem("merge keys (<<) are not supported", _dotted(path), key_node.start_mark.line + 1)
                )
                continue
            here = (*path, key)
            # PyYAML alone would take the last of two equal keys, and say nothing.
            if key in result:
                problems.append(
                    Problem(f"occurs twice (first in line {lines[here]})", _dotted(here), key_node.start_mark.line + 1)
                )
                continue
            result[key] = _build(loader, value_node, here, lines, problems)
            # The line of the key: a value may begin further down.
            lines[here] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, child, (*path, k), lines, problems) for k, child in enumerate(node.value)]
    try:
        value = loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        reason = getattr(error, "problem", None) or str(error)
        problems.append(Problem(f"not a value ({clipped(reason)})", _dotted(path), node.start_mark.line + 1))
        return None
    wrong = _unfit(value)
    if wrong:
        problems.append(Problem(wrong, _dotted(path), node.start_mark.line + 1))
        return value
    # A corpus is normalised, and so is what is looked for in it; names of files are what they are on the disk.
    return normalised_values(value, lambda text: _is_file(loader.folder / text))


def _is_file(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _unfit(value: Any) -> str:
    """Why a value can be that of no setting, whatever it is; empty where it can."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            return f"{len(value):,} characters; a value has at most {LONGEST:,}"
        odd = next((c for c in normalised(value) if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"), "")
        return f"the character U+{ord(odd):04X} cannot be shown; take it out" if odd else ""
    if isinstance(value, int) and abs(value) > LARGEST:
        return f"expected a number between -{LARGEST:,} and {LARGEST:,}"
    if isinstance(value, float) and not math.isfinite(value):
        return "expected a number with an end"
    if value is None or isinstance(value, (int, float)):
        return ""
    return f"expected text, a number, true or false, got {type(value).__name__}"


def _dotted(path: Path_) -> str:
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in path)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, UnionType, dict, list, typing.Annotated):
        return [m for a in typing.get_args(annotation) for m in _models(a)]
    return []


def _fields(path: Path_) -> list[str]:
    """Names of the settings that are allowed at a place."""
    model: type[BaseModel] | None = experiment_model()
    for step in path:
        if model is None:
            return []
        names = {f.alias or n: f for n, f in model.model_fields.items()}
        if step in names:
            found = _models(names[str(step)].annotation)
            model = found[0] if found else None
    return [f.alias or n for n, f in model.model_fields.items()] if model else []


# Pydantic names types of Python; these are the words of somebody who writes YAML.
_SAID = {
    "missing": "this setting is needed",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "float_type": "expected a number",
    "string_type": "expected text",
    "list_type": "expected a list (lines that begin with -)",
    "dict_type": "expected settings (key: value)",
    "model_type": "expected settings (key: value)",
    "date_from_datetime_parsing": "expected a date such as 2018-01-31",
    "date_parsing": "expected a date such as 2018-01-31",
    "date_type": "expected a date such as 2018-01-31",
    "int_parsing": "expected a whole number",
    "float_parsing": "expected a number",
    "int_from_float": "expected a whole number",
    "model_attributes_type": "expected settings (key: value)",
}


def _message(error: Any) -> str:
    kind, value = error["type"], error.get("input")
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "missing":
        return _SAID[kind]
    if kind == "string_pattern_mismatch":
        return f'expected letters, digits, dots and dashes, got "{clipped(value)}"'
    said = _SAID.get(kind) or error["msg"][0].lower() + error["msg"][1:]
    shown = (
        "nothing"
        if value is None
        else f"a list of {len(value)}"
        if isinstance(value, list)
        else ("settings" if isinstance(value, dict) else f'"{clipped(value)}"')
    )
    return f"{said}, got {shown}"


def _problems(error: ValidationError, lines: dict[Path_, int]) -> list[Problem]:
    result: dict[tuple[str, int], Problem] = {}
    found = error.errors()
    for item in found:
        # Of a union, report the member that was meant, not the constant or the text beside it.
        given = isinstance(item.get("input"), dict)
        if (item["type"] == "literal_error" or (item["type"] == "string_type" and given)) and any(
            o["loc"][: len(item["loc"]) - 1] == item["loc"][:-1] and len(o["loc"]) > len(item["loc"]) for o in found
        ):
            continue
        # Who wrote text is told what is wrong with it, not that there might be settings in its place.
        if item["type"] in ("model_type", "model_attributes_type") and any(
            o["type"] == "value_error" and o["loc"][:-1] == item["loc"][:-1] and o is not item for o in found
        ):
            continue
        known: list[str | int] = []
        for step in item["loc"]:
            # A union adds the names of its members to the location; they are not in the file.
            if (*known, step) in lines or (item["type"] == "missing" and step == item["loc"][-1]):
                known.append(step)
        path = tuple(known)
        if item["type"] == "extra_forbidden":
            moved = MOVED.get(typing.cast("tuple[str, str]", path))
            hint = f"It is now {moved}." if moved else did_you_mean(str(path[-1]), _fields(path[:-1]))
            message = f"unknown setting. {hint}"
        else:
            message = _message(item)
        at = path
        while at and at not in lines:
            at = at[:-1]
        key = (_dotted(path), lines.get(at, 0))
        result.setdefault(key, Problem(message, *key))
    return list(result.values())


class LoadedExperiment(typing.NamedTuple):
    """A valid configuration, its file, and the line of each setting."""

    experiment: Core
    file: Path
    lines: dict[Path_, int]
    data: bytes = b""  # of the file

    def __repr__(self) -> str:
        return brief(self._replace(data=b""))

    def problem(self, message: str, *path: str | int) -> Problem:
        """A mistake at a setting, with its line."""
        at: Path_ = path
        while at and at not in self.lines:
            at = at[:-1]
        return Problem(message, _dotted(path), self.lines.get(at, 0))

    def mistakes(self, errors: typing.Iterable[SettingError]) -> ConfigError:
        """Mistakes in settings as one error with the lines of the file."""
        return ConfigError([self.problem(e.text, *e.path) for e in errors], str(self.file))


# Settings that moved to the analysis that uses them.
MOVED = {
    ("compare", "composition"): "mix: columns",
    ("report", "by"): "breakdown: by",
    ("report", "period"): "breakdown: period",
    ("report", "evidence"): "stance: evidence",
}


def load(path: str | Path, *, unfinished: bool = False) -> LoadedExperiment:
    """Load an experiment file.

    Parameters
    ----------
    path : path
        A YAML file.
    unfinished : bool
        Whether all but the section `corpus` may be missing or empty yet, as for commands that look at an archive.

    Returns
    -------
    LoadedExperiment

    Raises
    ------
    ConfigError
        With every mistake of the file, each at its line.
    """
    path = Path(path)
    try:
        data = read_bytes(path, MOST_BYTES)
    except SourceError as error:
        reason = str(error).removeprefix(f"{shown(path)}: ")
        hint = "; name an experiment file in it" if path.is_dir() else ""
        if not hint and path.parent.is_dir() and not os.path.lexists(path):
            hint = f". {did_you_mean(path.name, sorted(p.name for p in path.parent.glob('*.yaml')))}".rstrip(". ")
        raise ConfigError([f"{reason}{hint}"], shown(path)) from None
    return parsed(data, path, unfinished=unfinished)


def parsed(content: bytes, path: Path, *, unfinished: bool = False) -> LoadedExperiment:
    """An experiment from the bytes of its file; parameters and errors are those of `load`."""
    try:
        # Editors on Windows begin a file with a byte order mark.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([f"byte {error.start} is not UTF-8; save the file as UTF-8"], str(path)) from None
    try:
        loader, node = composed(text, _Loader)
        assert isinstance(loader, _Loader)
        loader.folder = path.parent
    except YamlError as error:
        raise ConfigError([Problem(f"not YAML: {error.reason}", "", error.line)], str(path)) from None
    lines: dict[Path_, int] = {}
    problems: list[Problem] = []
    data = _build(loader, node, (), lines, problems) if node else {}
    if not isinstance(data, dict):
        raise ConfigError(["expected settings (key: value), got " + type(data).__name__], str(path))
    model = unfinished_model() if unfinished else experiment_model()
    try:
        if unfinished:
            # A key with nothing behind it is one that somebody will fill in later.
            data = {k: v for k, v in data.items() if v not in (None, "") or k not in model.model_fields}
        experiment = model.model_validate(data)
    except ValidationError as error:
        problems += _problems(error, lines)
        raise ConfigError(problems, str(path)) from None
    if problems:
        raise ConfigError(problems, str(path))
    return LoadedExperiment(experiment, path, lines, content)
