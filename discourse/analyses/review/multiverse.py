"""The choices of a multiverse: its settings, assembled from what the analyses offer, and the options of each choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast

from pydantic import Field, create_model

from discourse.analyses.settings import Choice, Names, Settings
from discourse.errors import SettingError

NOTHING = "none"


def _left_out(configured: Sequence[str], option: Sequence[str]) -> list[str]:
    return [*configured, *option]


# Choices that every result can depend on: which documents and words count, and what the units are.
SHARED = (
    Choice(
        "unit",
        ("compare", "cluster"),
        list[str],
        'Unit of the intervals: "document", or columns such as speaker',
        own=lambda configured: configured or "document",
        change=lambda configured, option: None if option == "document" else option,
    ),
    Choice(
        "exclusions",
        ("corpus", "drop"),
        dict[str, list[str]],
        "Document ids to leave out, by the name of the choice",
        change=_left_out,
        reserved={NOTHING: "is the name of the choice that leaves nothing out; take another"},
        named=lambda configured: NOTHING,
    ),
    Choice(
        "repetition",
        ("repetition", "passages"),
        list[Literal["keep", "drop"]],
        "Keep or drop passages that several documents share",
    ),
    Choice(
        "quotations",
        ("corpus", "quotations"),
        list[Literal["count", "leave out"]],
        "Count or leave out long quotations",
    ),
)


class MultiverseBase(Settings):
    """Choices of which every combination is run; what is not named stays as it is configured."""

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Choices that do not go together with the rest of the config."""
        if not names.contrast:
            yield SettingError((), "it needs a contrast: add compare: with study and reference")
        for choice in choices_of(type(self)):
            options = getattr(self, choice.name)
            for text in choice.problems(options, names):
                yield SettingError((choice.name,), text)
            for name in choice.reserved:
                if isinstance(options, Mapping) and name in options:
                    yield SettingError((choice.name, name), f'"{name}" {choice.reserved[name]}')


_CHOICES: dict[type[Settings], tuple[Choice, ...]] = {}


def choices_of(model: type[Settings]) -> tuple[Choice, ...]:
    """The choices that a multiverse section is made of."""
    return _CHOICES[model]


def multiverse_settings(choices: Sequence[Choice]) -> type[Settings]:
    """The schema of a `multiverse:` section: a list, or a mapping, for each choice that an analysis offers."""
    fields: dict[str, Any] = {}
    for choice in choices:
        mapping = "dict" in str(choice.values)  # a dict may be within Annotated
        fields[choice.name] = (choice.values, Field({} if mapping else [], description=choice.description))
    model = create_model("MultiverseSettings", __base__=MultiverseBase, __doc__=MultiverseBase.__doc__, **fields)
    _CHOICES[model] = tuple(choices)
    return cast("type[Settings]", model)


Options = dict[str, Any]


def options(choice: Choice, settings: Settings, configured: Any) -> Options:
    """The options of a choice by the name that figures print, the configured one first.

    Parameters
    ----------
    choice : Choice
        The choice.
    settings : Settings
        The `multiverse:` section.
    configured : object
        Value of the setting that the choice changes.
    """
    given = getattr(settings, choice.name)
    if choice.named is not None:
        return {choice.named(configured): None, **given}
    values = [choice.own(configured), *given]
    return {choice.show(v): v for v in values}
