"""Pages that are made of the program: every setting from the schema, every public name from its docstring."""

from __future__ import annotations

import dataclasses
import importlib.util
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discourse
from discourse.analyses import analyses
from discourse.analyses.settings import ListSettings
from discourse.corpus import READERS
from discourse.experiment import settings
from discourse.figures import kinds

# Names that are documented beside those of the package itself, with what each module is for; those that exist are.
MODULES = {
    "discourse.sklearn": "Transformers for scikit-learn",
    "discourse.compare": "Compare any features",
    "discourse.figures.draw": "Draw a figure from a table of your own",
    "discourse.report.blocks": "What a section is made of",
}
SUBJECTS = {
    "discourse.corpus": "Read",
    "discourse.encode": "Encode and count",
    "discourse.features": "Measure",
    "discourse.compare": "Compare",
    "discourse.experiment": "Run an experiment",
    "discourse.analyses": "Write an analysis",
    "discourse": "Types and errors",
}


def write(path: Path, text: str) -> None:
    """A page, touched only where it differs: Sphinx reads again what is newer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


# Settings


def _plain(schema: Any, known: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if not isinstance(schema, dict):  # true and false are schemas, too: of anything, and of nothing
        return "any value"
    if "$ref" in schema:
        return _plain(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        types = {s.get("type") for s in schema["anyOf"] if "$ref" not in s}
        if {"string", "integer", "boolean"} <= types:  # whatever a column may hold
            return "value or list of values" if "array" in types else "value"
        return " or ".join(dict.fromkeys(_plain(s, known) for s in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(v)}`" if not isinstance(v, str) else f"`{v}`" for v in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const']).strip(chr(34))}`"
    kind = schema.get("type")
    if kind == "array":
        return f"list: {_plain(schema.get('items', {}), known)}"
    if kind == "object" and "properties" not in schema:
        return f"by name: {_plain(schema.get('additionalProperties') or {}, known)}"
    words = {
        "integer": "whole number",
        "number": "number",
        "string": "day" if schema.get("format") == "date" else "text",
        "boolean": "`true` or `false`",
        "null": "nothing",
        "object": "settings",
    }
    limits = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    said = [f"{word} {schema[key]:,}" for key, word in limits.items() if key in schema]
    return " ".join([words.get(str(kind), "any value"), *said])


def _row(key: str, field: Any, schema: dict[str, Any], known: dict[str, Any]) -> str:
    if field.is_required():
        default = "needed"
    else:
        value = schema.get("default")
        default = "" if value is None or (isinstance(value, dict | list) and not value) else f"`{json.dumps(value)}`"
    cells = [f"`{key}`", _plain(schema, known), default, field.description or ""]
    cells = [cell.replace("|", "\\|") for cell in cells]
    return "| " + " | ".join(cell if "`" in cell else cell.replace("*", "\\*") for cell in cells) + " |"


def _table(model: Any, only: tuple[str, ...] = ()) -> Iterator[str]:
    """A row for each setting of a section."""
    schema = model.model_json_schema()
    known = schema.get("$defs", {})
    yield from ("| setting | value | default | meaning |", "|---|---|---|---|")
    for name, field in model.model_fields.items():
        if not only or name in only:
            key = field.alias or name
            yield _row(key, field, schema["properties"][key], known)
    yield ""


def settings_page() -> str:
    """Every setting of an experiment, by section."""
    model = settings.experiment_model()
    described = {n: f.description or "" for n, f in model.model_fields.items()}
    own = {name: analysis.settings for name, analysis in settings.sections().items()}
    parts: dict[str, tuple[str, Any]] = {
        "corpus": ("corpus", settings.CorpusSection),
        "speakers": ("speakers: NAME", settings.SpeakerSection),
        "groups": ("groups: NAME", settings.GroupSection),
        "compare": ("compare", settings.CompareSection),
        "targets": ("targets: NAME", settings.TargetSection),
        **{name: (name, part) for name, part in own.items()},
        "inference": ("inference", settings.InferenceSection),
        "report": ("report", settings.ReportSection),
        "bundle": ("bundle", settings.BundleSection),
    }
    lines = [
        "# Settings",
        "",
        "Made from the schema that checks an experiment file. `discourse check FILE` names every mistake with its line, and asks",
        "what you may have meant. [The template](../../experiments/_template.yaml) has the same settings as a file to copy.",
        "A section of an analysis that is `false` leaves the analysis out.",
        "",
        "## The experiment",
        "",
        *_table(model, ("name", "title", "question", "author")),
    ]
    for name, (title, part) in parts.items():
        said = described.get(name) or (part.__doc__ or "").split("\n")[0]
        lines += [f"## `{title}`", "", f"{said.rstrip('.')}.", ""]
        if issubclass(part, ListSettings):
            lines += ["A list; each entry has:", ""]
            part = part.entry
        lines += _table(part)
        if name == "corpus":
            lines += ["`options` are the arguments of the reader:", "", "| reader | options |", "|---|---|"]
            for reader, function in READERS.items():
                # What all readers share, and these two, are settings of their own.
                free = [
                    p.name
                    for p in inspect.signature(function).parameters.values()
                    if p.kind is not inspect.Parameter.VAR_KEYWORD and p.name not in ("files", "issuers")
                ]
                arguments = ", ".join(f"`{name}`" for name in free)
                lines.append(f"| [`{reader}`](api/{function.__name__}.md) | {arguments} |")
            lines.append("")
    return "\n".join(lines)


# Public names


def _subject(module: str) -> str:
    return next(s for s in SUBJECTS if module == s or module.startswith(s + "."))


def _summary(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").strip().split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _stub(module: str, name: str, thing: Any) -> str:
    """The page of a name: its docstring as numpydoc sets it."""
    if inspect.isclass(thing):
        # Fields of a dataclass stand among its parameters.
        own = [
            m
            for m, v in vars(thing).items()
            if not m.startswith("_") and callable(getattr(thing, m)) and inspect.getdoc(v)
        ]
        methods = f"   :members: {', '.join(own)}\n" if own and not issubclass(thing, BaseException) else ""
        body = f".. autoclass:: {module}.{name}\n{methods}"
    else:
        body = f".. autofunction:: {module}.{name}\n"
    return f"# {name}\n\n```{{eval-rst}}\n{body}```\n"


def public_of(module: str) -> dict[str, Any]:
    """The documented classes and functions that a module defines, or names in `__all__`."""
    home = importlib.import_module(module)
    names = getattr(home, "__all__", None) or [
        n for n, v in vars(home).items() if getattr(v, "__module__", None) == module and not n.startswith("_")
    ]
    found = {n: getattr(home, n) for n in names}
    return {n: v for n, v in found.items() if inspect.isfunction(v) or inspect.isclass(v)}


def api_pages() -> dict[str, str]:
    """A page for each public name, and the list of them."""
    pages: dict[str, str] = {}
    sections: dict[str, list[tuple[str, str]]] = {s: [] for s in SUBJECTS}
    for name in discourse.__all__:
        thing = getattr(discourse, name)
        home = next((m for m, names in discourse._NAMES.items() if name in names), f"discourse.{name}")
        if inspect.ismodule(thing):  # a room that is the function of its name as well
            thing = getattr(thing, name)
            pages[name] = _stub(home, name, thing)
        else:
            pages[name] = _stub("discourse", name, thing)
        sections[_subject(home)].append((name, _summary(thing)))
    lines = [
        "# Functions and types",
        "",
        "`import discourse` has all of these, but for those whose heading names a module. [In a notebook](../notebooks.md) shows how they follow one another.",
        "",
    ]
    for subject, rows in sections.items():
        lines += [f"## {SUBJECTS[subject]}", "", "| name | what it does |", "|---|---|"]
        lines += [f"| [`{page}`](api/{page}.md) | {said} |" for page, said in rows]
        lines += [""]
    for module, title in MODULES.items():
        if importlib.util.find_spec(module) is None:
            continue
        shown = {n: v for n, v in public_of(module).items() if n not in discourse.__all__}
        lines += [f"## {title}: `{module}`", "", "| name | what it does |", "|---|---|"]
        for name, thing in shown.items():
            page = f"{module.removeprefix('discourse.')}.{name}"
            pages[page] = _stub(module, name, thing)
            lines.append(f"| [`{name}`](api/{page}.md) | {_summary(thing)} |")
        lines += [""]
    lines += ["```{toctree}", ":hidden:", "", *(f"api/{p}" for p in pages), "```", ""]
    return {"api.md": "\n".join(lines)} | {f"api/{name}.md": text for name, text in pages.items()}


# Kinds of drawings


def kinds_page() -> str:
    """Every figure of a report, every kind of drawing."""
    lines = [
        "# Figures and drawings",
        "",
        "Made from the program. [The gallery](gallery/index.rst) shows each figure with its code; `report: {figures: [...]}` in an experiment prints those that it names.",
        "",
        "## Figures of the report",
        "",
        "| figure | question | analysis |",
        "|---|---|---|",
    ]
    for analysis in analyses().values():
        lines += [f"| `{name}` | {question} | {analysis.name} |" for name, question in analysis.figures.items()]
    lines += [
        "",
        "## Kinds of drawings",
        "",
        "A figure is a table and one of these, from `discourse.figures.kinds`; `discourse.figures.draw.draw(table, kind)` gives a matplotlib `Figure`.",
        "",
        "| kind | what it draws | options |",
        "|---|---|---|",
    ]
    for kind in kinds.Kind.__subclasses__():
        options = ", ".join(f"`{f.name}`" for f in dataclasses.fields(kind))
        lines.append(f"| `{kind.__name__}` | {_summary(kind)} | {options} |")
    return "\n".join(lines) + "\n"


def make(app: Any) -> None:
    """Write the pages before Sphinx looks for them."""
    source = Path(app.srcdir) / "made"
    pages = api_pages() | {"settings.md": settings_page(), "drawings.md": kinds_page()}
    for old in (source / "api").glob("*.md"):
        if f"api/{old.name}" not in pages:
            old.unlink()
    for name, text in pages.items():
        write(source / name, text)


def plain_defaults(
    app: Any, what: str, name: str, thing: Any, options: Any, signature: str | None, returned: str | None
) -> Any:
    """A signature without the names that Python gives to defaults which are made, or are functions."""
    return signature and re.sub(r"<function [\w.]*(<lambda>)?>|<factory>", "...", signature), returned


def setup(app: Any) -> dict[str, bool]:
    # Before the names of source files are collected.
    app.connect("builder-inited", make, priority=100)
    app.connect("autodoc-process-signature", plain_defaults)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
