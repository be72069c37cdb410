"""The prose of the report: Jinja templates in `prose/`, one TOML file for each analysis, read as text and checked as data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from discourse.report import words


@cache
def _environment() -> jinja2.Environment:
    # No escaping: text goes to the PDF as JSON and is never markup.
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=False)
    for name in ("number", "span", "probability", "counted", "listed", "day", "from_to", "percent", "of_length"):
        environment.filters[name] = getattr(words, name)
    environment.filters["comma"] = lambda n: f"{n:,}"
    environment.globals["span"] = words.span
    return environment


@cache
def prose(name: str) -> dict[str, str]:
    """The templates of an analysis, by key.

    Examples
    --------
    >>> "heading" in prose("topics")
    True
    """
    file = files("discourse.report").joinpath("prose", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@cache
def _template(source: str) -> jinja2.Template:
    return _environment().from_string(source)


def render(name: str, key: str, /, **values: Any) -> str:
    """A text with values in it.

    Parameters
    ----------
    name, key : str
        File in `prose/` and key in it.
    **values : object
        What the template names; one that is missing is an error.

    Returns
    -------
    str
        On one line; white space of the template does not count.
    """
    return render_text(prose(name)[key], **values)


def render_text(source: str, /, **values: Any) -> str:
    """A template given as text, with values in it.

    Examples
    --------
    >>> render_text("{{ n | counted('document') }}, {{ x | number(2) }}", n=2, x=-0.5)
    '2 documents, −0.50'
    """
    # Not \s, which takes the no-break space between a number and its noun as well.
    return re.sub(r"[ \t\n]+", " ", _template(source).render(values)).strip()
