"""Who signs a document: an attribution line, the byline, the issuer, or the one whose remarks the title calls it."""

from __future__ import annotations

import re
from dataclasses import replace

from discourse.corpus.cores import has_given_name
from discourse.corpus.documents import Document
from discourse.corpus.home import Home
from discourse.corpus.names import shown, split_label
from discourse.corpus.people import People
from discourse.corpus.persons import Person, Setting
from discourse.corpus.spans import ATTRIBUTED


def author_in(document: Document, people: People, home: Home) -> Person:
    """Whose words are those before the first label: whom an attribution line names, or byline, issuer or title.

    Parameters
    ----------
    document : Document
        As a reader found it.
    people : People
        Everybody in the corpus.
    home : Home
        The home side of the document.

    Returns
    -------
    Person

    Examples
    --------
    >>> from discourse.corpus.home import home_named
    >>> talk = Document("a", None, "Remarks by Secretary of State Ann Roe at Norhaven", "We met.", issuer="Department of State")
    >>> author_in(talk, People(), home_named("United States")).name
    'Ann Roe'
    """
    # The line belongs to the head of a statement; further down it would introduce somebody else's words.
    for paragraph in document.text[:1500].split("\n"):
        match = ATTRIBUTED.match(paragraph.strip())
        if match:
            who = re.sub(r"\s+", " ", match["who"].replace("\u00a0", " ")).strip()
            title, name = split_label(who.upper())
            words = who.split()
            name_shown = " ".join(words[len(words) - len(name.split()) :]) if name else who
            person = people.author(who, document.date, home)
            if person.rule == "config":
                return person
            role = "spokesperson" if "SPOKES" in title else "principal"
            return Person(people.canonical(name_shown), role, "home", title.title(), "attribution line")
    author = people.author(document.byline, document.date, home)
    if not document.byline.strip() and document.issuer.strip():
        author = replace(author, name=document.issuer.strip(), rule="issuer")
    if _JOINT.match(document.title) and author.role in ("principal", "spokesperson"):
        return replace(author, name="Joint statement", role="issuer", office="", rule="title")
    if author.role == "issuer":
        return _named_in_title(document, people, home) or author
    return author


# "Remarks as Prepared for Delivery by First Lady Ann Roe at the Harbour": a body publishes it, a person gives it.
_GIVEN_BY = re.compile(
    r"\b(?:Remarks|Speech|Address|Keynote|Op-Ed|Lecture|Testimony)\b[^|]{0,60}?\b(?:by|of|from)\s+(?P<who>[^|:]+)", re.I
)
# "Foreign Minister Ann Roe's remarks and answers to media questions".
_GIVEN_OF = re.compile(
    r"^(?P<who>[^|:’']+)[’']s? (?:[a-z]+ ){0,3}(?:remarks|statement|speech|address|answers|article|interview|comments?)\b"
)
_JOINT = re.compile(r"^\s*joint (?:statement|declaration|communiqu)", re.I)


def _named_in_title(document: Document, people: People, home: Home) -> Person | None:
    """The one person whose remarks a title calls the document."""
    title = document.title.replace("\u00a0", " ")
    match = _GIVEN_BY.search(title) or _GIVEN_OF.match(title)
    if match is None or re.search(
        r"\band\b", re.split(r"\b(?:at|on|to|before|in|after|during|for)\b", match["who"])[0]
    ):
        return None
    who = re.split(r"\s+(?:at|on|to|before|in|after|during|for|following|regarding|as)\b", match["who"])[0].strip()
    title, name = split_label(who)
    if not name or not has_given_name(shown(name)) or not title:
        return None
    person = people.resolve(who, Setting("", document.title, "", document.date, home))
    return replace(person, rule="title") if person.role and person.rule != "unknown" else None
