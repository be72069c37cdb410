"""The commented template of all settings, made from the schema so that it cannot go stale."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from discourse.analyses.settings import ListSettings
from discourse.experiment.settings import (
    BundleSection,
    CompareSection,
    CorpusSection,
    GroupSection,
    InferenceSection,
    ReportSection,
    SpeakerSection,
    TargetSection,
    experiment_model,
    sections,
)

_HEAD = """\
# Every setting of an experiment, with its default and what it means. Settings that are needed are open; the others are
# commented out. Copy this file, keep what you change. `discourse check FILE` names every mistake; `discourse list` shows
# readers, analyses, figures, and the functions for notebooks; `discourse list NAME` the settings of one.
"""
# What is needed has no default to show.
_EXAMPLES: dict[str, Any] = {
    "title": "A title",
    "question": "A question?",
    "reader": "digest",
    "name": "my-experiment",
    "study": "Later",
    "reference": "Earlier",
    "date": "1991-12-26",
    "terms": ["russia", "russian*", "soviet union"],
}


def _value(value: Any) -> str:
    if isinstance(value, BaseModel):
        return ""
    return json.dumps(value, ensure_ascii=False)


def _fields(model: type[BaseModel], indent: str, *, section: bool, only: Sequence[str] = ()) -> list[str]:
    """A line for each setting: key, default, and what it means; commented out unless it is needed."""
    lines = []
    for name, field in model.model_fields.items():
        if only and name not in only:
            continue
        key = field.alias or name
        example = _EXAMPLES.get(key) if field.is_required() else field.get_default()
        if isinstance(example, BaseModel) or (field.is_required() and example is None):
            continue
        if field.default_factory is not None or example is PydanticUndefined:
            continue
        setting = f"{indent}{key}:" + ("" if example is None else f" {_value(example)}")
        mark = "" if field.is_required() and not section else "# "
        lines.append(f"{mark + setting:<46} # {field.description}")
    return lines


def template() -> str:
    """The text of `experiments/_template.yaml`.

    Returns
    -------
    str
        A valid experiment in which every optional setting is commented out; without the first "# " of each line it is
        valid as well.

    Examples
    --------
    >>> "resamples: 2000" in template()
    True
    """
    model = experiment_model()
    described = {n: f.description for n, f in model.model_fields.items()}
    lines = [_HEAD, *_fields(model, "", section=False, only=("name", "title", "question", "author"))]
    lines += ["", "corpus:", *_fields(CorpusSection, "  ", section=False)]
    lines += [
        "",
        f"{'# speakers:':<46} # {described['speakers']}",
        "#   Kovar:",
        *_fields(SpeakerSection, "    ", section=True),
    ]
    lines += ["", f"{'groups:':<46} # {described['groups']}", "  Earlier:", "    before: 1991-12-26"]
    # The first group has it already.
    lines += [line for line in _fields(GroupSection, "    ", section=True) if " before:" not in line]
    lines += ["  Later:", "    from: 1991-12-26"]
    lines += ["", f"{'# compare:':<46} # {described['compare']}", *_fields(CompareSection, "  ", section=True)]
    lines += [
        "",
        f"{'# targets:':<46} # {described['targets']}",
        "#   Russia:",
        *_fields(TargetSection, "    ", section=True),
    ]
    own = {name: analysis.settings for name, analysis in sections().items()}
    parts: dict[str, Any] = {**own, "inference": InferenceSection, "report": ReportSection, "bundle": BundleSection}
    for name, part in parts.items():
        if getattr(part, "switch", ""):
            lines.append(f"{f'# {name}: {part.switch}':<46} # {described[name]} (`discourse list {name}`)")
            continue
        lines += ["", f"{f'# {name}:':<46} # {described[name]}"]
        if issubclass(part, ListSettings):
            first, *rest = _fields(part.entry, "    ", section=True)
            lines += [first.replace("#     ", "#   - ", 1), *rest]
        else:
            lines += _fields(part, "  ", section=True)
    return "\n".join(lines) + "\n"
