"""Lists of actors: states, organisations, persons, with the aliases by which texts name them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from discourse.door import MOST_LEXICON, read_bytes
from discourse.encode.encoder import TOKEN_PATTERN
from discourse.errors import SourceError

COLUMNS = ["name", "kind", "aliases"]
NONE = "none"  # kind of phrases that hold an alias and name no actor
ADDED = "added"  # kind of actors that a config names
_STAR = "ꙮ"  # a letter in place of the wildcard while an alias is tokenised
_POSSESSIVE = re.compile(r"(?:'s|'|(?<=s)')$", re.IGNORECASE)


@dataclass(frozen=True)
class Actor:
    """Someone whom a text can name.

    Parameters
    ----------
    name : str
        Name in figures; for a file also an alias.
    kind : str
        state, organisation, person, region, group; "added" by a config; "none" for phrases that name nobody.
    aliases : tuple of str
        A capital must be one in the text, a small letter may be either; ``*`` stands for any letters of a word.
    """

    name: str
    kind: str
    aliases: tuple[str, ...]


def bare(form: str) -> str:
    """A form with plain apostrophes and hyphens, and without its possessive ending; its capitals stay.

    Examples
    --------
    >>> bare("Norland’s"), bare("envoys'"), bare("Nord‑Sund")
    ('Norland', 'envoys', 'Nord-Sund')
    """
    return _POSSESSIVE.sub("", form.replace("’", "'").replace("‑", "-"))


def alias_words(alias: str) -> tuple[str, ...]:
    """The words of an alias as the tokenizer cuts them, without possessive endings; ``*`` stays.

    Examples
    --------
    >>> alias_words("U.N. Workers' Fund"), alias_words("norland*")
    (('U.N.', 'Workers', 'Fund'), ('norland*',))
    """
    found = re.finditer(TOKEN_PATTERN, alias.replace("*", _STAR))
    return tuple(bare(m[0]).replace(_STAR, "*") for m in found)


def load_actors(path: str | Path | None = None, names: Mapping[str, Sequence[str]] | None = None) -> list[Actor]:
    """A list of actors, with those of a config.

    Parameters
    ----------
    path : path, optional
        Tab-separated file with the columns `name`, `kind` and `aliases` (separated by ``|``); lines with ``#`` are comments. The list of
        the package by default.
    names : mapping of str to sequence of str, optional
        Aliases by actor. They take the place of those of an actor of that name; an alias of another actor is taken from it.

    Raises
    ------
    SourceError
        Naming every line without name or kind, and every alias that belongs to two actors.

    Examples
    --------
    >>> own = {"Norland": ["Norland", "Norlander*"], "Germany": ["Berlin"]}
    >>> {a.name: a for a in load_actors(names=own)}["Norland"]
    Actor(name='Norland', kind='added', aliases=('Norland', 'Norlander*'))
    """
    listed = list(_package_actors() if path is None else _read(path))
    if not names:
        return listed
    kinds = {a.name: a.kind for a in listed}
    taken = {alias_words(alias) for aliases in names.values() for alias in aliases}
    kept = [
        Actor(a.name, a.kind, tuple(alias for alias in a.aliases if alias_words(alias) not in taken))
        for a in listed
        if a.name not in names
    ]
    return kept + [Actor(n, kinds.get(n, ADDED), tuple(aliases)) for n, aliases in names.items()]


@cache
def _package_actors() -> tuple[Actor, ...]:
    return tuple(_read(None))


def _read(path: str | Path | None) -> list[Actor]:
    """The actors of a file, or of that of the package."""
    shown = Path(path).name if path else "actors.tsv"
    try:
        data = (
            read_bytes(Path(path), MOST_LEXICON) if path else files("discourse.lexicons").joinpath(shown).read_bytes()
        )
        # Spreadsheets put a byte order mark before UTF-8.
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SourceError(f"{shown}: the list of actors is not UTF-8") from None
    rows = [(k, line.split("\t")) for k, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not rows or rows[0][1] != COLUMNS:
        found = ", ".join(rows[0][1]) if rows else "nothing"
        raise SourceError(f"{shown}: expected the columns {', '.join(COLUMNS)}, separated by tabs; found {found}")
    actors, problems, owners = list[Actor](), list[str](), dict[tuple[str, ...], str]()
    for line, fields in rows[1:]:
        name, kind, aliases, *_ = [f.strip() for f in (*fields, "", "")]
        if not name or not kind:
            problems.append(f"{shown}:{line}: a name and a kind are needed")
            continue
        own = dict.fromkeys(filter(None, [name, *(a.strip() for a in aliases.split("|"))]))
        for alias in own:
            words = alias_words(alias)
            if not any(w.replace("*", "") for w in words):
                problems.append(f'{shown}:{line}: "{alias}" has no letters')
            elif owners.setdefault(words, name) != name:
                problems.append(f'{shown}:{line}: "{alias}" is an alias of {owners[words]} already')
        actors.append(Actor(name, kind, tuple(own)))
    if problems:
        raise SourceError(problems[:20])
    return actors
