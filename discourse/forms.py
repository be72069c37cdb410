"""Forms of the JSON that comes from others: what it must hold, and what is wrong with it, several things together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from discourse.door import NotThere, read_json, shown
from discourse.errors import SourceError
from discourse.shown import clipped

SHOWN = 5  # mistakes that are named
Count = Annotated[int, Field(ge=0, lt=2**53)]  # what every program that reads JSON takes as the same number


class Form(BaseModel):
    """An object of JSON; whole numbers are no texts, and texts no numbers. Further keys are of another version, and not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


AForm = TypeVar("AForm", bound=Form)


def json_from(path: Path, what: str) -> Any:
    """The JSON of a file that should be what is said, with an article; SourceError where it is none."""
    try:
        return read_json(path)
    except NotThere:
        raise
    except SourceError as error:
        raise SourceError(f"{shown(path)}: not {what} ({str(error).removeprefix(str(path)).lstrip(': ')})") from None


def checked(form: type[AForm], content: Any, path: Path, what: str) -> AForm:
    """What a file says, if it is of a form.

    Parameters
    ----------
    form : type
        A subclass of `Form`.
    content : object
        From JSON.
    path : Path
        For messages.
    what : str
        What the file should be, with an article.

    Raises
    ------
    SourceError
        With the place of each mistake, what was expected there and what is there.

    Examples
    --------
    >>> class Named(Form):
    ...     name: str
    >>> checked(Named, {"name": 3}, Path("a.json"), "a list of names")
    Traceback (most recent call last):
    discourse.errors.SourceError: a.json: not a list of names (name: input should be a valid string, got 3)
    """
    try:
        return form.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        said = [
            f"{'.'.join(clipped(s) for s in e['loc']) or 'the whole'}: {e['msg'][:1].lower()}{e['msg'][1:]}"
            + (f", got {clipped(e['input'])}" if e["type"] != "missing" else "")
            for e in found[:SHOWN]
        ]
        more = f"; and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise SourceError(f"{shown(path)}: not {what} ({'; '.join(said)}{more})") from None
