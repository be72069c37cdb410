"""Labels of initials: whom "AR." or "A. Roe" means in a document that has the full name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from discourse.corpus.cores import PARTICLES
from discourse.corpus.names import split_label, surname

_INITIALLED = re.compile(r"(?:[^\W\d_]\.\s*)+[^\W\d_]{2}")


def initials(name: str) -> str:
    """The first letters of a name or a body.

    Examples
    --------
    >>> initials("Ann van der Roe"), initials("Harbour Review")
    ('AR', 'HR')
    """
    return "".join(w[0] for w in name.split() if w.casefold() not in PARTICLES).upper()


def are_initials(label: str) -> bool:
    """Whether a label is two to four letters in capitals.

    Examples
    --------
    >>> are_initials("AR"), are_initials("ANN ROE")
    (True, False)
    """
    return re.fullmatch(r"[A-Z]{2,4}", label.strip(" .")) is not None


def named_by(letters: str, text: str) -> str | None:
    """The first name in a text that has these initials.

    Examples
    --------
    >>> named_by("AR", "Remarks by Commissioner Ann Roe at the Harbour")
    'Ann Roe'
    """
    names = rf"\b{letters[0]}[^\W\d_]+ (?:[^\W\d_]+ )?{letters[-1]}[\w’'-]+"
    return next((m[0] for m in re.finditer(names, text) if initials(m[0]) == letters), None)


def full_label(label: str, labels: Iterable[str]) -> str | None:
    """The one label of a document whose initials, or whose surname behind an initial, another label is.

    Parameters
    ----------
    label : str
        As written.
    labels : iterable of str
        All labels of the document.

    Returns
    -------
    str or None
        None where no label or more than one has these initials.

    Examples
    --------
    >>> labels = ["Ann Roe", "Harbour Review", "AR", "A. Roe", "Prime Minister Jon Lind"]
    >>> [full_label(x, labels) for x in ("AR", "A. Roe", "J.Lind", "HX")]
    ['Ann Roe', 'Ann Roe', 'Prime Minister Jon Lind', None]
    """
    words = label.strip(" .")
    if not (are_initials(words) or _INITIALLED.match(words)):
        return None
    spelt = {x: split_label(x)[1] for x in labels if x != label}
    spelt = {x: n for x, n in spelt.items() if " " in n and n[1:2] not in (".", " ")}
    if are_initials(words):
        found = [x for x, n in spelt.items() if initials(n) == words]
    else:
        found = [x for x, n in spelt.items() if surname(n) == surname(words) and n[0] == words[0].upper()]
    # "President Ann Roe" and "Ann Roe" are one.
    return found[0] if len({spelt[x] for x in found}) == 1 else None
