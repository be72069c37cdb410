"""A document as a reader found it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from discourse.corpus.normal import normalised_values
from discourse.shown import brief


@dataclass(frozen=True)
class Document:
    """A document as a reader found it, before anyone asked who speaks; its texts are normalised (`discourse.corpus.normal`).

    Parameters
    ----------
    doc_id, title, text : str
        The text has paragraphs between blank lines; block quotations begin with ``>`` and a space.
    date : date
        Of publication or delivery.
    byline : str
        Authors, as the source gives them; whose words they are where there is no label.
    kind, issuer : str
        As the source gives them.
    place : str
        File and line or row, for messages.
    given : tuple of (label, text)
        Turns as the source itself separates them; then no labels are looked for in `text`.
    boilerplate : mapping of str to str
        Whole paragraphs that are nobody's words, with the reason.
    metadata : mapping
        Further columns of the documents table.
    """

    doc_id: str
    date: dt.date | None
    title: str
    text: str
    byline: str = ""
    kind: str = ""
    issuer: str = ""
    place: str = ""
    given: tuple[tuple[str, str], ...] = ()
    boilerplate: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)

    __repr__ = brief

    def __post_init__(self) -> None:
        for one in fields(self):
            given = getattr(self, one.name)
            if given:
                object.__setattr__(self, one.name, normalised_values(given))
