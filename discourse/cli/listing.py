"""What there is: readers, analyses, figures and functions, a line each, and the settings of one of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from rich.console import Console

from discourse.analyses import analyses
from discourse.analyses.base import Analysis
from discourse.analyses.settings import ListSettings, NoSettings
from discourse.cli.commands import plain_console
from discourse.corpus import READERS
from discourse.errors import UsageError, did_you_mean

KINDS = ("readers", "analyses", "figures", "functions")


def list_parts(what: str | None) -> None:
    """Print all of one kind, or of every kind, a line each; or one of them with its settings.

    Raises
    ------
    UsageError
        Where there is nothing of this name.
    """
    console = plain_console()
    if what and what not in KINDS:
        return _one(console, what)
    for kind in (what,) if what else KINDS:
        if not what:
            console.print(kind + (" (import discourse)" if kind == "functions" else ""))
        for name, line in _lines(kind).items():
            console.print(f"  {name:<24}{line}".removeprefix("  " if what else ""))
    if not what:
        console.print("`discourse list NAME` shows the settings of one of them.")


def _lines(kind: str) -> dict[str, str]:
    """The names of a kind, each with its line."""
    if kind == "analyses":
        return {a.name: a.question + ("" if a.on else f" {_switch(a)}") for a in analyses().values()}
    if kind == "figures":
        return {name: question for a in analyses().values() for name, question in a.figures.items()}
    return {name: _first(f) for name, f in (READERS if kind == "readers" else _functions()).items()}


def _switch(analysis: Analysis) -> str:
    """What an experiment file says for it to run; in brackets."""
    if analysis.settings is NoSettings:
        return ""
    return f"({analysis.section_name}: {analysis.settings.switch or '...'})"


def _functions() -> dict[str, Callable[..., object]]:
    import discourse

    public = {name: getattr(discourse, name) for name in discourse.__all__}
    return {n: f for n, f in public.items() if inspect.isfunction(f)}


def _first(function: Callable[..., object]) -> str:
    return (inspect.getdoc(function) or "").split("\n")[0]


def _one(console: Console, name: str) -> None:
    """One reader, analysis or function, with its settings."""
    functions: Mapping[str, Callable[..., object]] = {**_functions(), **READERS}
    if name in analyses():
        analysis = analyses()[name]
        console.print(f"{name}: {analysis.question}")
        for line in _settings(analysis.settings):
            console.print(line)
        if analysis.figures:
            console.print(f"figures: {', '.join(analysis.figures)}")
    elif name in functions:
        console.print(f"{name}: {_first(functions[name])}")
        for line in _parameters(functions[name]) or ["no parameters"]:
            console.print(f"  {line}")
    else:
        owner = next((a for a in analyses().values() if name in a.figures or name == a.section_name), None)
        if owner is None:
            known = [*KINDS, *analyses(), *functions]
            raise UsageError(f'there is nothing called "{name}". {did_you_mean(name, known)}')
        _one(console, owner.name)


def _settings(model: type[Any]) -> list[str]:
    """A line for each setting: its default, and what it means."""
    if model is NoSettings:
        return ["no settings"]
    fields: Mapping[str, Any] = model.model_fields
    if issubclass(model, ListSettings):
        fields = model.entry.model_fields
    lines = []
    for name, field in fields.items():
        default = "(needed)" if field.is_required() else _shown(field.get_default(call_default_factory=True))
        lines.append(f"  {f'{field.alias or name}: {default}':<44} {field.description or ''}")
    return lines


def _shown(value: Any) -> str:
    if value is None or isinstance(value, BaseModel):
        return "-"
    return repr(value)


def _parameters(function: Callable[..., object]) -> list[str]:
    parts = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue  # what all readers share has sections of its own in a config
        if parameter.default is inspect.Parameter.empty:
            parts.append(name)
        else:
            default = parameter.default
            parts.append(f"{name}={default!r}" if not isinstance(default, frozenset) else f"{name}=()")
    return parts
