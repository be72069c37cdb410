"""The XML files of a ParlaMint corpus (TEI): sittings with their utterances, and the lists of persons."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from discourse.corpus.files import refuse_entities
from discourse.corpus.parlamint_people import Registry
from discourse.corpus.spans import Span
from discourse.errors import SourceError

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_NOT_SAID = frozenset(("note", "vocal", "kinesic", "incident", "gap"))
_HOUSES = {
    "parla.lower": "lower house",
    "parla.upper": "upper house",
    "parla.uni": "unicameralism",
    "parla.committee": "committee",
}
_LISTS = ("teiCorpus", "listPerson", "listOrg", "listRelation", "taxonomy")  # roots of files without a sitting


@dataclass(frozen=True)
class Utterance:
    """What one person says in a row.

    Parameters
    ----------
    key : str
        Its identifier.
    who : str
        Identifier of the speaker; empty where the source does not know him.
    role : str
        chair, regular (a member) or guest; empty where the source does not say.
    text : str
        Paragraphs between blank lines.
    excluded : tuple of (start, end, reason)
        Character spans of the notes of the reporters.
    line : int
        Line of the file.
    """

    key: str
    who: str
    role: str
    text: str
    excluded: tuple[Span, ...]
    line: int


@dataclass(frozen=True)
class Sitting:
    """One file of a corpus.

    Parameters
    ----------
    key, title, date : str
        Identifier, subtitle or title, day (ISO).
    columns : mapping of str to str
        house, term, session, meeting, sitting, agenda; empty where the file does not say.
    utterances : tuple of Utterance
        In order.
    """

    key: str
    title: str
    date: str
    columns: Mapping[str, str]
    utterances: tuple[Utterance, ...]


def read_tei(path: Path, data: bytes, registry: Registry) -> Sitting | None:
    """Read one XML file: a sitting, or None for a file whose persons and organisations the registry has taken.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        What is in it; plain or with linguistic annotation (.ana).
    registry : Registry
        Takes the persons, organisations and coalitions of the file.

    Raises
    ------
    SourceError
        For a file that declares entities, that is not well-formed, or that is no file of ParlaMint.

    Notes
    -----
    The encoding is that of ParlaMint (Erjavec et al. 2023), a customisation of the Guidelines of the Text Encoding
    Initiative.
    """
    refuse_entities(path, data)
    tags = ("{*}teiHeader", "{*}u", "{*}person", "{*}org", "{*}relation")
    header = None
    utterances: list[Utterance] = []
    try:
        # Without huge_tree lxml refuses elements that are nested without end.
        found = etree.iterparse(
            io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        for _, element in found:
            tag = element.tag.rpartition("}")[2]
            if tag == "teiHeader":
                header = element
                continue
            if tag == "u":
                utterances.append(_utterance(element, len(utterances) + 1))
            else:
                registry.take(element)
            # A year of a parliament as one tree would fill the memory.
            element.clear(keep_tail=True)
        root = found.root
    except etree.XMLSyntaxError as error:
        message = re.sub(r"\s+", " ", error.msg or "no element")[:160]
        raise SourceError(f"{path}:{error.lineno or 1}: not well-formed XML ({message})") from None
    kind = root.tag.rpartition("}")[2]
    if kind in _LISTS:
        return None
    if kind != "TEI" or header is None:
        raise SourceError(f"{path}: not a file of ParlaMint (its first element is <{kind}>)")
    # Only the name of the file of annotated sittings has this ending; their utterances are the same.
    return _sitting(root.get(_ID, path.stem).removesuffix(".ana"), header, tuple(utterances))


def _sitting(key: str, header: Any, utterances: tuple[Utterance, ...]) -> Sitting:
    titles = header.findall("{*}fileDesc/{*}titleStmt/{*}title")
    # The subtitle says which sitting it is; titles end in a stamp such as [ParlaMint SAMPLE].
    title = next((t for t in titles if t.get("type") == "sub"), titles[0] if titles else None)
    shown = re.sub(r"\s*\[[^\]]*\]$", "", " ".join("".join(title.itertext()).split())) if title is not None else ""
    date = next(header.iterfind("{*}profileDesc/{*}settingDesc//{*}date"), None)
    day = "" if date is None else date.get("when") or date.get("from") or ""
    meetings = [
        (m.get("ana", "").replace("#", "").split(), " ".join("".join(m.itertext()).split()) or m.get("n", ""))
        for m in header.findall("{*}fileDesc/{*}titleStmt/{*}meeting")
    ]
    columns = {"house": next((_HOUSES[a] for ana, _ in meetings for a in ana if a in _HOUSES), "")}
    for name in ("term", "session", "meeting", "sitting", "agenda"):
        columns[name] = next(
            (words for ana, words in meetings if any(f"{a}.".startswith(f"parla.{name}.") for a in ana)), ""
        )
    return Sitting(key, shown or key, day[:10], columns, utterances)


def _utterance(element: Any, number: int) -> Utterance:
    gathered = _Gathered()
    _walk(element, gathered, tokens=False)
    roles = [a.rpartition("#")[2].rpartition(":")[2] for a in element.get("ana", "").split()]
    role = next((r for r in roles if r in ("chair", "regular", "guest")), "")
    who = element.get("who", "").removeprefix("#")
    return Utterance(
        element.get(_ID) or f"u{number}",
        who,
        role,
        "".join(gathered.parts),
        tuple(gathered.spans),
        element.sourceline or 0,
    )


class _Gathered:
    """Text piece by piece, with one space for any white space, and the spans of what nobody said."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.spans: list[Span] = []
        self.length = 0
        self.before = ""  # what separates the next word from what is there

    def add(self, piece: str | None) -> None:
        if not piece:
            return
        core = " ".join(piece.split())
        if not core:
            self.space()
            return
        if piece[0].isspace():
            self.space()
        if self.length:
            self.parts.append(self.before)
            self.length += len(self.before)
        self.parts.append(core)
        self.length += len(core)
        self.before = " " if piece[-1].isspace() else ""

    def space(self) -> None:
        self.before = self.before or " "

    def paragraph(self) -> None:
        self.before = "\n\n"

    def note(self, words: str, reason: str) -> None:
        self.space()
        self.add(f"[{words}]")
        self.spans.append((self.length - len(words) - 2, self.length, reason))
        self.space()


def _walk(element: Any, gathered: _Gathered, *, tokens: bool) -> None:
    """Gather the text of an element; where it is cut into tokens, these say what is separated by a space."""
    tag = element.tag.rpartition("}")[2]
    if tag in _NOT_SAID:
        words = " ".join("".join(element.itertext()).split())
        gathered.note(words.strip("[]") or element.get("reason") or tag, tag)
        return
    if tag in ("w", "pc"):
        gathered.add("".join(element.itertext()).strip())
        if element.get("join") != "right":
            gathered.space()
        return
    if tag == "seg":
        gathered.paragraph()
    if tag == "s":
        gathered.space()
        tokens = next(element.iter("{*}w", "{*}pc"), None) is not None
    if not tokens:
        gathered.add(element.text)
    for child in element:
        if child.tag.rpartition("}")[2] != "linkGrp":  # the syntax of the sentence
            _walk(child, gathered, tokens=tokens)
        if not tokens:
            gathered.add(child.tail)
    if tag == "seg":
        gathered.paragraph()
