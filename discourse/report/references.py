"""The works that a report may cite, as formatted strings and as BibTeX."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from discourse.gates import bibtex_value

Work = Mapping[str, str]  # BibTeX fields, and `type` (article, book...)

WORKS: dict[str, Work] = tomllib.loads(
    files("discourse.report").joinpath("references.toml").read_text(encoding="utf-8")
)


def _names(author: str) -> str:
    people = author.replace("{", "").replace("}", "").split(" and ")
    return people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]


def formatted(keys: Iterable[str], others: Mapping[str, Work] | None = None) -> list[str]:
    """References as plain strings, sorted.

    Parameters
    ----------
    keys : iterable of str
        Of `WORKS` or of `others`.
    others : mapping of str to mapping, optional
        Works of analyses that are not part of this package.

    Examples
    --------
    >>> formatted(["hyland2005"])
    ['Hyland, Ken (2005). Metadiscourse: Exploring Interaction in Writing. Continuum.']
    """
    works, result = {**WORKS, **(others or {})}, []
    # Braces keep the name of an institution whole in BibTeX; in the order they do not count.
    for f in sorted((works[k] for k in set(keys)), key=lambda f: (f["author"].strip("{"), f["year"], f["title"])):
        text = f"{_names(f['author'])} ({f['year']}). {f['title']}. "
        if "journal" in f:
            text += f"{f['journal']} {f['volume']}, {f['pages']}."
        elif "booktitle" in f:
            text += f"In {f['booktitle']}" + (f", {f['pages']}." if "pages" in f else ".")
        else:
            text += f"{f.get('publisher') or f.get('howpublished') or f.get('school')}."
        result.append(text)
    return result


def _escape(text: str) -> str:
    return "".join("\\" + c if c in "&%$#_" else c for c in text)


def bibtex(keys: Iterable[str], report: Work, others: Mapping[str, Work] | None = None) -> str:
    """BibTeX of these works, and of the report itself, whose fields are text that somebody typed.

    Examples
    --------
    >>> print(bibtex([], {"title": "The {State} of A_B", "author": ""}))
    @misc{this_report,
      title = {The \\textbraceleft{}State\\textbraceright{} of A\\_B},
      author = {{discourse}},
    }
    <BLANKLINE>
    """
    works = {**WORKS, **(others or {})}
    entries = [
        (k, works[k]["type"], {n: _escape(v) for n, v in works[k].items() if n != "type"}) for k in sorted(set(keys))
    ]
    # An author in braces is no person.
    own = {n: bibtex_value(v) or "{discourse}" for n, v in report.items() if v or n == "author"}
    return "\n".join(
        f"@{kind}{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
        for key, kind, fields in [*entries, ("this_report", "misc", own)]
    )
