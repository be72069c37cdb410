"""The lines behind words: values that a screen shows where a reader asks in which sentences something was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Source:
    """A document that lines come from: `link` is its address, or empty."""

    doc_id: str
    date: str
    title: str
    group: str
    link: str = ""


@dataclass(frozen=True)
class Passage:
    """Some words of a document that several lines share; `text` is empty where the run had none."""

    source: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Places:
    """Where something occurs.

    Parameters
    ----------
    total, documents : int
        Occurrences in the groups, and documents that have some; `places` may be fewer.
    places : sequence of (passage, start, length, about)
        Index of the passage, offset of the word in its text and its length in characters, and whether the sentence mentions a
        target. Without text `start` is 0, `length` the number of occurrences in the document, and each passage is a document.
    """

    total: int
    documents: int
    places: Sequence[tuple[int, int, int, bool]] = ()


@dataclass(frozen=True)
class Lines:
    """The lines behind words and behind the mentions of targets.

    Parameters
    ----------
    sources : sequence of Source
    passages : sequence of Passage
        Pool of texts.
    words : mapping of str to Places
        By word or term, case-folded.
    mentions : mapping of str to Places
        By target.
    texts : bool
        Whether the run had the texts; otherwise there are documents in place of lines.

    Examples
    --------
    >>> lines = Lines([Source("a", "2020-01-01", "On trade", "g")], [Passage(0, "Roe", "We met 🤝 Norland.")],
    ...     {"norland": Places(1, 1, [(0, 9, 7, True)])})
    >>> lines.plain()["words"]["norland"]
    [1, 1, [0, 10, 7, 1]]
    """

    sources: Sequence[Source] = ()
    passages: Sequence[Passage] = ()
    words: Mapping[str, Places] = field(default_factory=dict)
    mentions: Mapping[str, Places] = field(default_factory=dict)
    texts: bool = True

    def used(self) -> Lines:
        """Without passages that no line is in, and documents that no passage is of."""
        every = [*self.words.values(), *self.mentions.values()]
        passages = sorted({place[0] for found in every for place in found.places})
        sources = sorted({self.passages[k].source for k in passages})
        at, of = ({k: n for n, k in enumerate(kept)} for kept in (passages, sources))

        def moved(found: Places) -> Places:
            return replace(found, places=[(at[k], start, length, about) for k, start, length, about in found.places])

        return Lines(
            [self.sources[k] for k in sources],
            [replace(self.passages[k], source=of[self.passages[k].source]) for k in passages],
            {word: moved(found) for word, found in self.words.items()},
            {target: moved(found) for target, found in self.mentions.items()},
            self.texts,
        )

    def plain(self) -> dict[str, Any]:
        """As values for JSON, small: places in one flat list; speakers, groups and addresses as indexes; offsets as JavaScript counts (UTF-16).

        An address stands with `{}` in the place of the id, so that those of an archive are one.
        """
        addresses = [s.link.replace(s.doc_id, "{}") if s.doc_id else s.link for s in self.sources]
        speakers, groups, links = (
            list(dict.fromkeys(every))
            for every in ((p.speaker for p in self.passages), (s.group for s in self.sources), addresses)
        )
        index, group_at, link_at = ({name: k for k, name in enumerate(every)} for every in (speakers, groups, links))

        def flat(found: Places) -> list[Any]:
            values = [v for place in found.places for v in self._in_utf16(place)]
            return [found.total, found.documents, values]

        return {
            "texts": self.texts,
            "sources": [
                [s.doc_id, s.date, s.title, group_at[s.group], link_at[a]] for s, a in zip(self.sources, addresses)
            ],
            "groups": groups,
            "links": links,
            "speakers": speakers,
            "passages": [[p.source, index[p.speaker], p.text] for p in self.passages],
            "words": {word: flat(found) for word, found in self.words.items()},
            "mentions": {target: flat(found) for target, found in self.mentions.items()},
        }

    def _in_utf16(self, place: tuple[int, int, int, bool]) -> list[int]:
        passage, start, length, about = place
        text = self.passages[passage].text
        if text and not text.isascii():
            start, length = _units(text[:start]), _units(text[start : start + length])
        return [passage, start, length, int(about)]


def _units(text: str) -> int:
    """Length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
