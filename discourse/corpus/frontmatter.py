"""What a text file says of itself: YAML at its head, and a date in its name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from discourse.corpus.dates import parse_date
from discourse.errors import SourceError

_HEAD = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,50000}?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_KEY = re.compile(r"\s*(?:#.*\n\s*)*[\w\"'][\w .\"'-]{0,60}:(?:\s|$)")
_ISO = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_DIGITS = re.compile(r"(\d{8})(?!\d)")


def split_front_matter(path: Path, text: str) -> tuple[dict[str, str], str]:
    """YAML between two lines of three hyphens at the head of a text, and the text below.

    Parameters
    ----------
    path : Path
        For messages.
    text : str
        The file.

    Returns
    -------
    dict and str
        Keys in small letters; lists as text, with commas. An empty dict, and the whole text, where it begins otherwise.

    Raises
    ------
    SourceError
        For YAML that cannot be read, with its line, and for values that hold further keys.

    Examples
    --------
    >>> split_front_matter(Path("a.md"), "---\\ntitle: On Grain\\nauthor: [Ann Roe, Bo Lind]\\n---\\nGrain is dear.")
    ({'title': 'On Grain', 'author': 'Ann Roe, Bo Lind'}, 'Grain is dear.')
    >>> split_front_matter(Path("a.md"), "---\\nA rule above, and one below.\\n---\\nText.")[0]
    {}
    """
    match = _HEAD.match(text)
    # Between two rules there may be prose as well.
    if match is None or not _KEY.match(match[1]):
        return {}, text
    try:
        # As text: in YAML the country NO would be false, and a title may look like a number.
        found = yaml.load(match[1], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        # The first line of the file is that of the hyphens.
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise SourceError(f"{path}:{line}: front matter that is not YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(
            f"{path}:1: front matter that is not YAML ({str(error)[:100] or type(error).__name__})"
        ) from None
    if not isinstance(found, Mapping):
        return {}, text
    values: dict[str, str] = {}
    for key, value in found.items():
        items = value if isinstance(value, list) else [value]
        if any(isinstance(v, (Mapping, list, set)) for v in items):
            raise SourceError(
                f'{path}:1: front matter: "{key}" holds further keys or lists; expected text or a list of texts'
            )
        values[str(key).strip().casefold()] = ", ".join(v for v in items if v not in ("null", "~", ""))
    return values, text[match.end() :]


def date_in_name(stem: str) -> dt.date | None:
    """The date in the name of a file: 2018-01-24 anywhere, 20180124 at the beginning.

    Examples
    --------
    >>> date_in_name("2018-01-24-remarks"), date_in_name("20180124_x"), date_in_name("12345678"), date_in_name("a-2018")
    (datetime.date(2018, 1, 24), datetime.date(2018, 1, 24), None, None)
    """
    found = _ISO.search(stem) or _DIGITS.match(stem)
    return parse_date(found[1]) if found else None
