"""Columns of a table by the names that people usually give them, and what of a table is kept as metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from discourse.corpus.rows import lookup, word
from discourse.errors import did_you_mean
from discourse.types import DOCUMENT_COLUMNS

AUTO = "auto"  # an option that was not given: the column is looked for by its usual names
# The first of them that a table has counts. Case, spaces, hyphens and underscores make no difference.
USUAL: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("text", "full_text", "body", "content", "speech", "speech_text", "transcript", "statement", "message"),
        *("tweet", "post", "raw_text", "natural_text"),
    ),
    "date": (
        *("date", "day", "created_at", "published", "published_at", "publication_date", "pub", "pub_date"),
        *("speech_date", "datetime", "timestamp", "year"),
    ),
    "id": ("doc_id", "document_id", "id", "guid", "uuid", "speech_id", "tweet_id", "post_id", "item_id", "row_id"),
    "title": ("title", "headline", "heading", "subject"),
    "speaker": (
        *("speaker", "speaker_name", "author", "name", "president", "secretary", "minister", "politician"),
        *("representative", "senator", "member"),
    ),
    "issuer": ("issuer", "institution", "organization", "organisation", "agency", "department"),
    "kind": ("kind", "doc_type", "document_type", "speech_type", "type", "genre"),
    "url": ("url", "link", "permalink", "uri"),
}
# What the documents table has of its own, or may get later: a column of the same name is kept under another.
_RESERVED = frozenset(
    (
        *DOCUMENT_COLUMNS,
        "author",
        "administration",
        "file",
        "speaker",
        "url",
        "group",
        "n_tokens",
        "date_iso",
        "day",
        "week",
    )
)
_LOOKED_AT = 1_000  # rows in which a column within nested objects is looked for before it counts as missing
LONGEST = 500  # characters of a value of metadata; a column with longer ones is a text
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?")
_LISTED = 12


@dataclass(frozen=True)
class Sheet:
    """A table as it was read: path, names of the columns, and the line or row of each record in the file."""

    path: Path
    columns: Sequence[str]
    numbers: Sequence[int]
    rows: Sequence[Mapping[str, Any]]

    def column(self, name: str) -> list[Any]:
        """The values of a column, of one within nested objects, or of a text with columns in braces."""
        if name in self.columns:
            return [row.get(name) for row in self.rows]
        if "{" not in name:
            return [lookup(row, name) for row in self.rows]
        parts = [(before, self.column(c) if c else []) for before, c in re.findall(r"([^{}]*)(?:{(.+?)})?", name)]
        return ["".join(t + word(v[k]) if v else t for t, v in parts) for k in range(len(self.rows))]

    def has(self, name: str) -> bool:
        """Whether there is such a column, also within nested objects."""
        return name in self.columns or any(lookup(row, name) is not None for row in self.rows[:_LOOKED_AT])

    def filled(self, name: str) -> bool:
        """Whether any row has a value in it."""
        return any(word(row.get(name)) for row in self.rows)


@dataclass(frozen=True)
class Columns:
    """Which column holds what, by the names of the options of `read_table`.

    Parameters
    ----------
    of : mapping of str to str
        Columns by option; an option that no column serves is not in it.
    taken : mapping of str to list of str
        Of those that were looked for by name: the column taken, then others that would have fitted.
    """

    of: Mapping[str, str]
    taken: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def columns_in(option: str) -> list[str]:
    """The columns that an option names: itself, or those in braces.

    Examples
    --------
    >>> columns_in("day"), columns_in("{year}-{month}-01")
    (['day'], ['year', 'month'])
    """
    return re.findall(r"{(.+?)}", option) if "{" in option else [option]


def find_columns(sheet: Sheet, asked: Mapping[str, str | None]) -> Columns:
    """The columns of a table: those that the config names, and by their usual names those that it leaves open.

    Parameters
    ----------
    sheet : Sheet
        The table.
    asked : mapping of str to str or None
        Column by option; `AUTO` where it is to be looked for, None where there is none.

    Examples
    --------
    >>> sheet = Sheet(Path("t.csv"), ["Full Text", "body", "Day"], [1], [{"Full Text": "a", "body": "b", "Day": "2020"}])
    >>> find_columns(sheet, {"text": AUTO, "date": "Day", "title": AUTO}).taken
    {'text': ['Full Text', 'body']}
    """
    given = {option: c for option, c in asked.items() if c and c != AUTO}
    named = {c for option in given.values() for c in columns_in(option)}
    taken: dict[str, list[str]] = {}
    for option in (o for o, c in asked.items() if c == AUTO):
        usual = [_folded(u) for u in USUAL[option]]
        fitting = [c for c in sheet.columns if _folded(c) in usual and c not in named]
        fitting.sort(key=lambda c: usual.index(_folded(c)))
        # An empty column is none, unless there are no rows at all.
        fitting = [c for c in fitting if not sheet.rows or sheet.filled(c)]
        if fitting:
            taken[option] = fitting
    return Columns(given | {option: fitting[0] for option, fitting in taken.items()}, taken)


def with_own_ids(sheets: Sequence[Sheet], found: Sequence[Columns]) -> tuple[list[Columns], list[str]]:
    """Keep a column of ids that was found by its name only where every document of all tables has its own.

    Returns
    -------
    columns : list of Columns
        Of each table.
    said : list of str
        Which columns are no ids, and why.
    """
    if not any("id" in c.taken for c in found):
        return list(found), []
    said: list[str] = []
    fitting = list(dict.fromkeys(name for c in found for name in c.taken.get("id", ())))
    for name in fitting:
        if not all(name in s.columns for s in sheets if s.rows):
            said.append(f'"{name}" is no id: not every file has it')
            continue
        values = [word(v) for s in sheets for v in s.column(name)]
        if len(set(values)) == len(values) and all(values):
            return [
                Columns({**c.of, "id": name}, {**c.taken, "id": [name]} if "id" in c.taken else c.taken) for c in found
            ], said
        said.append(f'"{name}" is no id: {"some rows have none" if not all(values) else "its values repeat"}')
    return [Columns(_without_id(c.of), _without_id(c.taken)) for c in found], said


def _without_id(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {option: c for option, c in columns.items() if option != "id"}


def missing_columns(
    sheet: Sheet, asked: Mapping[str, str | None], keep: Sequence[str], option: str = "corpus.options.{}"
) -> list[str]:
    """What is wrong with the columns that are named, and with texts and dates that are not found.

    Parameters
    ----------
    sheet : Sheet
        The table.
    asked : mapping of str to str or None
        The column of each option; `AUTO` for one with a usual name.
    keep : sequence of str
        Further columns to keep.
    option : str
        What messages call an option.
    """
    wanted = [(o, c) for o, named in asked.items() if named and named != AUTO for c in columns_in(named)]
    problems = [
        f'{sheet.path}: there is no column "{c}" ({option.format(name)}). {did_you_mean(c, sheet.columns)}'
        for name, c in [*wanted, *(("keep", k) for k in keep)]
        if sheet.rows and not sheet.has(c)
    ]
    found = find_columns(sheet, asked).of
    for name in ("text", "date"):
        if asked.get(name) == AUTO and name not in found and sheet.columns:
            hint = did_you_mean(name, sheet.columns)
            none = ", or null where there are no dates" if name == "date" else ""
            problems.append(
                f'{sheet.path}: there is no column "{name}", nor one with another usual name for it; '
                f"name it ({option.format(name)}{none}). {hint}"
            )
    return problems


@dataclass(frozen=True)
class Kept:
    """Metadata of n documents out of a table: values by column, and what was renamed or left out, with the reason."""

    n: int
    values: Mapping[str, Sequence[Any]]
    renamed: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def metadata_of(sheet: Sheet, columns: Columns, keep: Sequence[str], documents: Sequence[Sequence[int]]) -> Kept:
    """The columns of a table that describe its documents.

    Parameters
    ----------
    sheet : Sheet
        The table.
    columns : Columns
        What holds the text, the date...
    keep : sequence of str
        Columns to keep; empty for all that have one short value for each document.
    documents : sequence of sequence of int
        Positions of the rows of each document.

    Returns
    -------
    Kept
        One value a document: text, None where there is none.
    """
    own = {columns.of.get(o) for o in ("text", "turns", "id", "document")}
    if "document" in columns.of:
        own.add(columns.of.get("speaker"))
    # The documents table has these already, by the same name.
    own |= {c for o, c in columns.of.items() if o == c and o in (*DOCUMENT_COLUMNS, "speaker", "url")}
    values: dict[str, list[Any]] = {}
    renamed: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for column in keep or sheet.columns:
        if column in own and (not keep or column in _RESERVED):
            continue
        cells = sheet.column(column)
        words = [word(v) for v in cells]
        reason = "" if keep else _unfit(column, cells, words, documents)
        if reason:
            left_out[column] = reason
            continue
        name = column
        while name in _RESERVED or (name != column and name in sheet.columns):
            name = f"table_{name}"
        if name != column:
            renamed[column] = name
        values[name] = [words[rows[0]] or None for rows in documents]
    return Kept(len(documents), values, renamed, left_out)


def with_numbers(kept: Sequence[Kept]) -> list[Kept]:
    """The metadata of several tables with the same columns in each, and numbers where every document has one."""
    names = list(dict.fromkeys(name for k in kept for name in k.values))
    # Codes such as 007 are no numbers.
    numeric = {
        name
        for name in names
        if all(name in k.values and all(v and _NUMBER.fullmatch(v) for v in k.values[name]) for k in kept)
    }
    whole = {name for name in numeric if not any("." in v for k in kept for v in k.values[name])}
    made = []
    for one in kept:
        values = {name: one.values.get(name, [None] * one.n) for name in names}
        values |= {name: list(map(int if name in whole else float, values[name])) for name in numeric}
        made.append(replace(one, values=values))
    return made


def _unfit(column: str, cells: Sequence[Any], words: Sequence[str], documents: Sequence[Sequence[int]]) -> str:
    """Why a column is no metadata."""
    if not column.strip():
        return "no name"
    if any(isinstance(v, (dict, list, tuple)) or (hasattr(v, "shape") and v.shape) for v in cells):
        return "objects or lists"
    if max(map(len, words), default=0) > LONGEST:
        return f"texts of more than {LONGEST} characters"
    if any(len({words[k] for k in rows}) > 1 for rows in documents if len(rows) > 1):
        return "differs within documents"
    return ""


def said_of(columns: Columns, kept: Kept, asked: Mapping[str, str | None], keep: Sequence[str]) -> str:
    """What a reader took from a table without being told; empty where it was told all."""
    parts = []
    if columns.taken:
        shown = [
            f'{option} from "{c}"' + (f" (not from {_listed(others)})" if others else "")
            for option, (c, *others) in columns.taken.items()
        ]
        none = [o for o in ("speaker",) if asked.get(o) == AUTO and o not in columns.of]
        parts.append(f"columns taken by their names: {', '.join(shown)}" + "".join(f"; none for the {o}" for o in none))
    if kept.values and not keep:
        parts.append(f"kept as metadata: {_listed(list(kept.values))}")
    if kept.renamed:
        parts.append("renamed: " + ", ".join(f'"{a}" to "{b}"' for a, b in kept.renamed.items()))
    for reason in dict.fromkeys(kept.left_out.values()):
        parts.append(f"not kept ({reason}): {_listed([c for c, r in kept.left_out.items() if r == reason])}")
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(f'"{n}"' for n in names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
