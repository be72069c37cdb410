"""Settings of an analysis: checked values that know what depends on them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from discourse.door import sum_of
from discourse.errors import SettingError, SourceError
from discourse.features.scope import Place

Value = str | int | float | bool | dt.date
FIRST, LAST = dt.date(1000, 1, 1), dt.date(2999, 12, 31)  # days of which a config may speak


def _within(day: dt.date) -> dt.date:
    if not FIRST <= day <= LAST:
        raise ValueError(f"expected a day from {FIRST} to {LAST}, got {day}")
    return day


Day = Annotated[dt.date, AfterValidator(_within)]


@dataclass(frozen=True)
class Display:
    """Marks a setting that changes what is printed, and no number."""


@dataclass(frozen=True)
class Later:
    """Marks a setting that is used after measuring: a threshold, a prior. What was measured stays valid when it changes."""


@dataclass(frozen=True)
class FileName:
    """Marks a setting that names a file beside the experiment (or several, by name); `keywords` are no files."""

    keywords: tuple[str, ...] = ()


Stage = Literal["measure", "compute"]


@dataclass(frozen=True)
class Names:
    """What settings may refer to, for checks before any text is read: names of the experiment, and its other sections."""

    groups: Sequence[str]
    targets: Sequence[str]
    sections: Mapping[str, Any]
    contrast: bool = False


class Settings(BaseModel):
    """A section of an experiment file; every field has a description, and a mark where it is not used from measuring on.

    Examples
    --------
    >>> from typing import Annotated
    >>> from pydantic import Field
    >>> class Window(Settings):
    ...     size: int = Field(200, description="Tokens")
    ...     least: Annotated[int, Later()] = Field(10, description="Documents")
    ...     show: Annotated[int, Display()] = Field(5, description="Rows")
    >>> a, b, c = Window(), Window(least=3), Window(show=9)
    >>> a.fingerprint("measure") == b.fingerprint("measure"), a.fingerprint("compute") == b.fingerprint("compute")
    (True, False)
    >>> a.fingerprint("compute") == c.fingerprint("compute")
    True
    """

    # What switches its analysis on in an experiment file ("{}" where the defaults do). The template then has this one line of it.
    switch: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Mistakes that show beside the rest of the experiment, before any text is read; paths within the section."""
        return ()

    def used(self, stage: Stage) -> dict[str, Any]:
        """The values that a stage depends on; files stand for what is in them."""
        skipped = (Display, Later) if stage == "measure" else (Display,)
        result: dict[str, Any] = {}
        for name, info in type(self).model_fields.items():
            if any(isinstance(mark, skipped) for mark in info.metadata):
                continue
            value = getattr(self, name)
            marks = [mark for mark in info.metadata if isinstance(mark, FileName)]
            result[name] = _contents(value, marks[0]) if marks else value
        return result

    def fingerprint(self, stage: Stage = "compute") -> str:
        """SHA-256 of the values that a stage depends on."""
        return hashlib.sha256(self.as_json(stage).encode()).hexdigest()

    def as_json(self, stage: Stage) -> str:
        """The values that a stage depends on, as JSON."""
        # Keys in a fixed order: it does not depend on the order in which a config lists them.
        return json.dumps(self.used(stage), default=_plain, sort_keys=True, ensure_ascii=False)

    def beside(self, file: Path) -> Settings:
        """The same with file names as paths from the folder of the experiment file."""
        changes = {}
        for name, info in type(self).model_fields.items():
            for mark in info.metadata:
                if isinstance(mark, FileName):
                    changes[name] = _each(getattr(self, name), mark, lambda path: str(file.parent / path))
        found = self.model_copy(update=changes)
        # A default is not what the config names.
        found.model_fields_set.intersection_update(self.model_fields_set)
        return found

    def named_files(self) -> list[Path]:
        """The files that it names; after `beside`."""
        return [path for _, path in self._named()]

    def _named(self) -> Iterable[tuple[tuple[str, ...], Path]]:
        """Each file that it names, with the path of the setting."""
        for name, info in type(self).model_fields.items():
            for mark in info.metadata:
                if isinstance(mark, FileName):
                    value = getattr(self, name)
                    one = [("", value)] if value and isinstance(value, str) else []
                    named = value.items() if isinstance(value, Mapping) else one
                    for key, path in named:
                        if path not in mark.keywords:
                            yield ((name, key) if key else (name,)), Path(path)

    def missing_files(self) -> Iterable[SettingError]:
        """A mistake for each file that the config names and that is not there; after `beside`."""
        for path, file in self._named():
            if path[0] in self.model_fields_set and not os.path.isfile(file):
                yield SettingError(path, f'there is no file "{file.name}" beside this config')


def read_each(
    files: Mapping[str, str], read: Callable[[str], Any], shipped: Iterable[str] = ()
) -> tuple[dict[str, Any], list[SettingError]]:
    """What the files of a setting `files` hold, by name, and what is wrong with the others; missing files are reported elsewhere.

    Parameters
    ----------
    files : mapping of str to str
        Paths by name.
    read : callable
        From a path to what it holds; raises a `SourceError` with a message for each mistake.
    shipped : iterable of str
        Paths that name what ships with the package.
    """
    found, errors = {}, list[SettingError]()
    for name, path in files.items():
        try:
            if path in shipped or os.path.isfile(path):
                found[name] = read(path)
        except SourceError as error:
            errors += [SettingError(("files", name), message) for message in error.messages]
    return found, errors


class Window(Settings):
    """A scope of some tokens on either side of each mention."""

    window: int = Field(ge=1, le=200, description="Tokens on either side of a mention")


# A setting of what counts tokens about a target: which of the words.
Scope = Place | Window


def place_of(scope: Place | Window) -> Place | int:
    """A scope as `Tokens.about` takes it: its name, or the tokens on either side of a mention."""
    return scope.window if isinstance(scope, Window) else scope


class NoSettings(Settings):
    """For an analysis that nothing can be said to."""


class ListSettings(RootModel[list[Any]]):
    """A section that is a list of `entry`."""

    model_config = ConfigDict(frozen=True)
    entry: ClassVar[type[Settings]]

    def problems(self, names: Names) -> Iterable[SettingError]:
        """As in `Settings`."""
        return ()

    def fingerprint(self, stage: Stage = "compute") -> str:
        """As in `Settings`."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def beside(self, file: Path) -> ListSettings:
        """As in `Settings`."""
        return self

    def missing_files(self) -> Iterable[SettingError]:
        """As in `Settings`."""
        return ()


@dataclass(frozen=True)
class Choice:
    """A choice that a multiverse can make: other values of one setting.

    Parameters
    ----------
    name : str
        Key under `multiverse:`.
    path : tuple of str
        The setting that it changes.
    values : type
        Of the values in the config: a list of options, or a mapping of names to what they stand for.
    description : str
        For the template.
    label : str
        What figures call it; the name by default.
    show : callable
        An option in words.
    own : callable
        From the configured value to the option that it is.
    change : callable
        From the configured value and an option to the value of the setting.
    reserved : mapping of str to str
        Names of a mapping that cannot be taken, and why.
    named : callable, optional
        From the configured value to the name of the configured option, where options are a mapping of names.
    problems : callable
        Mistakes beside the rest of the experiment, as texts; from the options and the names of an experiment.
    """

    name: str
    path: tuple[str, ...]
    values: Any
    description: str
    label: str = ""
    show: Callable[[Any], str] = str
    own: Callable[[Any], Any] = lambda configured: configured
    change: Callable[[Any, Any], Any] = lambda configured, option: option
    reserved: Mapping[str, str] = field(default_factory=dict)
    named: Callable[[Any], str] | None = None
    problems: Callable[[Any, Names], Iterable[str]] = lambda options, names: ()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value)


def _each(value: Any, mark: FileName, make: Callable[[str], Any]) -> Any:
    """A file name, or those of a mapping, by a function; a list is one of words, in the place of a file."""
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return {k: v if v in mark.keywords else make(v) for k, v in value.items()}
    return make(value) if value and value not in mark.keywords else value


def _contents(value: Any, mark: FileName) -> Any:
    """Hashes of files; "" for one that is not there."""

    def digest(path: str) -> str:
        file = Path(path)
        # By content: a new date or folder changes nothing.
        return sum_of(file) if file.is_file() else ""

    return _each(value, mark, digest)


def columns_missing(wanted: Sequence[str], known: Sequence[str], *path: str) -> list[SettingError]:
    """A mistake for each column that a setting names and the data lack."""
    from discourse.errors import did_you_mean

    return [
        SettingError((*path, k), f'there is no column "{c}". {did_you_mean(c, known)}')
        for k, c in enumerate(wanted)
        if c not in known
    ]
