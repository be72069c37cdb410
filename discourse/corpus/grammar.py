"""Grammars of labels: how an archive writes who speaks, as small tables of patterns with examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from discourse.corpus.files import read_lexicon
from discourse.corpus.home import first_contained, is_state
from discourse.corpus.label_words import is_address
from discourse.corpus.templates import expression, places

Part = Literal[
    "person", "chair", "delegate", "official", "minister", "member", "asker", "witness", "written", "spokesperson",
    "reporter", "moderator", "audience", "guest", "author", "congress",
]  # fmt: skip
ROLES: dict[Part, tuple[str, str]] = {
    "chair": ("moderator", "other"),
    "delegate": ("principal", "home"),
    "official": ("principal", "home"),
    "minister": ("principal", "home"),
    "member": ("participant", "home"),
    "asker": ("participant", "home"),
    "congress": ("participant", "other"),
    "written": ("participant", "other"),
    "spokesperson": ("spokesperson", "home"),
    "reporter": ("reporter", "press"),
    "moderator": ("moderator", "other"),
    "audience": ("participant", "other"),
    "guest": ("participant", "other"),
}
"""Role and side of those whom a label shows by its form; for the others the document says it."""


# Grammars of the package are tested with it; to compile all their patterns takes a second.
_SHIPPED = {"tested": True}


class LabelPattern(BaseModel):
    """One form of labels, and what it shows of the speaker."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    pattern: str = Field(
        description="The label with its last mark: words, fields such as {title} {name} ({state}), [optional parts], <what must follow>"
    )
    part: Part = Field(
        "person", alias="is", description="The part that such a label shows: chair, delegate, member, reporter..."
    )
    called: str = Field("", description="Name for figures, where the label has none")
    recurs: bool = Field(
        False, description="Take such a line only where the name occurs in several labels of the document"
    )
    sign: bool = Field(False, description="Only this archive writes labels so: two of them show whose document it is")
    indented: bool = Field(
        False, description="Take such a line only where a paragraph begins, for lines are broken at a width"
    )
    examples: tuple[str, ...] = Field((), description="Labels of this form; each is checked when the grammar is read")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str, info: ValidationInfo) -> str:
        if info.context is not _SHIPPED:
            expression(value)
        return value


class LabelGrammar(BaseModel):
    """How an archive writes its labels.

    Examples
    --------
    >>> grammar = LabelGrammar(name="diet", labels=[{"pattern": "The Hon. {name}, {party}.", "is": "member"}])
    >>> [(x.text, x.claim.part) for x in grammar.find("The Hon. Ann Roe, Harbour Party. I thank the House.")]
    [('The Hon. Ann Roe, Harbour Party', 'member')]
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("own", description="Name of the grammar")
    title: str = Field("", description="The archive, in words")
    archives: tuple[str, ...] = Field((), description="Words in issuer or byline by which its documents are recognised")
    titles: tuple[str, ...] = Field((), description="Words in the title by which its documents are recognised")
    home: str = Field("", description="The home side of such documents, where the config names none")
    labels: tuple[LabelPattern, ...] = Field(description="Forms of labels; the first that fits a line counts")
    no_labels: tuple[str, ...] = Field((), description="Lines that look like labels and are none")
    nobody: tuple[str, ...] = Field((), description="Whole lines that nobody said: procedure, clock times")
    preamble: bool = Field(
        False, description="What stands before the first label is nobody's: a title page, an agenda, a list of members"
    )
    dialogue: bool = Field(False, description="Look for names before a colon as in other documents as well")

    @field_validator("no_labels", "nobody")
    @classmethod
    def _compile(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for template in value if info.context is not _SHIPPED else ():
            expression(template)
        return value

    @model_validator(mode="after")
    def _works(self, info: ValidationInfo) -> LabelGrammar:
        if not self.labels:
            raise ValueError("a grammar needs at least one form of labels")
        wrong = list(wrong_examples(self)) if info.context is not _SHIPPED else []
        if wrong:
            raise ValueError(f'no pattern finds the example "{wrong[0]}" as it should')
        return self

    @cached_property
    def signs(self) -> tuple[str, ...]:
        """Patterns of labels that only this archive has."""
        return tuple(p.pattern for p in self.labels if p.sign)

    def find(self, text: str) -> list[Label]:
        """The labels of a text, in order.

        Parameters
        ----------
        text : str
            A document.

        Returns
        -------
        list of Label
        """
        taken: dict[int, Label] = {}
        none = {m.start("label") for t in self.no_labels for m in places(t, text)}
        wide = _is_wrapped(text)
        for pattern in self.labels:
            for match in places(pattern.pattern, text):
                start = match.start("label")
                if start in taken or start in none or (pattern.indented and not _begins_paragraph(text, match, wide)):
                    continue
                label = self._label(pattern, match)
                if pattern.part == "chair" or not is_address(label.text):
                    taken[start] = label
        return self._recurring([taken[k] for k in sorted(taken)])

    def _label(self, pattern: LabelPattern, match: re.Match[str]) -> Label:
        found = match.groupdict()
        label = re.sub(r"^[*_]+|[*_]+$", "", match["label"]).rstrip(" :.–—-")
        label = re.sub(r"\s*\[[^\]]*\]$", "", label)
        note = f"spoken in {found['language']}" if found.get("language") else ""
        if pattern.part == "person" and label.endswith(")"):
            label, _, note = label[:-1].partition(" (")
        claim = Claim(
            pattern.part,
            pattern.called or next((found[f] for f in _NAMES if found.get(f)), ""),
            found.get("title") or "",
            found.get("office") or found.get("minister") or "",
            found.get("state") or "",
            bool(pattern.called),
            pattern.recurs,
            pattern.sign and (not found.get("state") or is_state(found["state"])),
        )
        return Label(match.start("label"), match.end("label"), label, note, claim)

    @staticmethod
    def _recurring(labels: Sequence[Label]) -> list[Label]:
        """Labels without those of bare names that occur once."""
        last = [x.claim.name.split()[-1].casefold() if x.claim and x.claim.name else "" for x in labels]
        return [
            x
            for x, name in zip(labels, last)
            if x.claim is None or not x.claim.recurs or (name and last.count(name) > 1)
        ]

    def says_nobody(self, paragraph: str) -> bool:
        """Whether a paragraph of one line is procedure that nobody said."""
        if "\n" in paragraph:
            return False
        return any((m := expression(t).match(paragraph)) and m.end() >= len(paragraph) - 1 for t in self.nobody)

    def known_by(self, issuer: str, title: str) -> bool:
        """Whether issuer (or byline) or title name this archive."""
        return first_contained(self.archives, issuer) is not None or first_contained(self.titles, title) is not None


@dataclass(frozen=True)
class Claim:
    """What the form of a label shows of the speaker."""

    part: Part
    name: str = ""
    title: str = ""
    office: str = ""
    state: str = ""
    nameless: bool = False
    recurs: bool = False
    sign: bool = False


@dataclass(frozen=True)
class Label:
    """One label: where it begins and ends in the document, its words, the note beside it, and what its form shows."""

    start: int
    end: int
    text: str
    note: str = ""
    claim: Claim | None = None


def _is_wrapped(text: str) -> bool:
    """Whether paragraphs begin with white space and lines are broken at a width, as the Government Publishing Office does."""
    lines = text.split("\n")
    return sum(x.startswith("    ") and x.strip() != "" for x in lines) > 0.05 * len(lines)


def _begins_paragraph(text: str, match: re.Match[str], wrapped: bool) -> bool:
    """Whether a line begins a paragraph: indented, where lines are broken, or else behind a blank line or the end of a sentence."""
    if wrapped:
        return match.start("label") - match.start() >= 2
    head = text[max(0, match.start() - 400) : match.start()].rstrip(" \t")
    line = head.rstrip().rpartition("\n")[2]
    return not line or head.endswith("\n\n") or line.isupper() or line[-1:] in tuple('.!?…:]"”)—-')


GENERAL = "general"
"""Name of the grammar of labels in capitals, of the Public Papers and of dialogues, which has no table."""
_NAMES = ("name", "surname", "initialled", "initials", "words")
"""Fields that stand for a name."""


@cache
def grammars() -> dict[str, LabelGrammar]:
    """The grammars that come with the package, by name."""
    folder = files("discourse.lexicons").joinpath("labels")
    tables = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml"))
    found = [LabelGrammar.model_validate(read_lexicon("labels", name), context=_SHIPPED) for name in tables]
    return {g.name: g for g in found}


def title_of(name: str) -> str:
    """The archive of a grammar in words; the name of one that does not come with the package.

    Examples
    --------
    >>> title_of("un"), title_of("diet")
    ('verbatim records of the United Nations', 'diet')
    """
    if name == GENERAL:
        return "transcripts of the US executive branch, Public Papers and dialogues"
    known = grammars().get(name)
    return known.title if known is not None else name


def wrong_examples(grammar: LabelGrammar) -> Iterator[str]:
    """Examples that their own pattern does not find."""
    for pattern in grammar.labels:
        for example in pattern.examples:
            found = grammar.find(f"{example} We thank the harbour.\n\n{example} Yes.")
            if not found or found[0].claim is None or found[0].claim.part != pattern.part:
                yield example
