"""Texts in CoNLL-U: sentences with comments that say which document, date and speaker they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from discourse.corpus.build import Batch, Reading
from discourse.corpus.dates import parse_date
from discourse.corpus.files import MAX_UNPACKED, decode, distinct_stems, unpack
from discourse.corpus.known import RULE, Said, joined
from discourse.corpus.persons import Person
from discourse.corpus.rows import DOCUMENT_NAMES, further
from discourse.corpus.turns import Document
from discourse.corpus.units import Desk, Planned, read_planned, runs
from discourse.errors import SourceError
from discourse.types import UNKNOWN, Corpus

_COMMENT = re.compile(r"#\s*(?:([^=]{1,60}?)\s*=(.*)|(newdoc|newpar)\s*)$")
_WORD = re.compile(r"\d+(?:-\d+|\.\d+)?")
# Comments on a sentence, not on its document; those on its text in other languages besides.
_OF_SENTENCES = re.compile(r"sent_id|text(?:_\w+)?|newpar(?: id)?|newdoc(?: id)?|translit|global\.columns")
WHOLE = "the speaker of {:,} documents from their first sentence"
UNSAID = f'{{:,}} sentences without a speaker between others, as speaker "{UNKNOWN}"'
_KNOWN = ("speaker", "date", "title", "author", "kind", "issuer")


@dataclass
class _Sentence:
    """A sentence: its first line, its comments, and the words in place of a comment with the text."""

    line: int
    comments: dict[str, str] = field(default_factory=dict)
    words: str = ""

    @property
    def text(self) -> str:
        return " ".join((self.comments.get("text") or self.words).split())


@dataclass
class _Text:
    """A document: what the comments before its first sentence say of it, and its sentences."""

    key: str
    line: int
    comments: dict[str, str]
    sentences: list[_Sentence] = field(default_factory=list)


def read_conllu(
    *,
    files: Sequence[str | Path] = (),
    speaker: str = "speaker",
    date: str = "date",
    title: str = "title",
    **reading: Unpack[Reading],
) -> Corpus:
    """Read CoNLL-U files whose comments name documents, dates and speakers.

    Parameters
    ----------
    files : sequence of path
        Files (.conllu, .conll, either compressed by gzip), or folders of them.
    speaker : str
        The comment that says who utters a sentence: ``# speaker = Ann Roe``.
    date, title : str
        The comments with the date and the title, before the first sentence of a document.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        A document is what follows ``# newdoc``, or a file. The text is that of the comments ``# text =``, or else the
        words, without a space behind ``SpaceAfter=No``; ``# newpar`` begins a paragraph. A turn is a run of sentences of
        one speaker; a speaker who is named in the first sentence only is that of the whole document. Everybody is a
        participant on the home side, unless `speakers` says otherwise. A document without speakers is read like any
        text: its labels are looked for, and `author` is its author. Other comments before the first sentence of a
        document are columns.

    Raises
    ------
    SourceError
        For files that cannot be read, all at once.

    Notes
    -----
    The format is described at https://universaldependencies.org/format.html.
    """
    return read_planned(plan_conllu({"files": files, "speaker": speaker, "date": date, "title": title}), reading)


def plan_conllu(options: Mapping[str, Any], desk: Desk | None = None) -> Planned:
    """The units of what `read_conllu` reads with these options."""
    batch = Batch("conllu")
    # Said in this order.
    batch.count(WHOLE, 0)
    batch.count(UNSAID, 0)
    paths = batch.find(options.get("files", ()), (".conllu", ".conll", ".gz"))
    stems = distinct_stems(paths)
    asked = {k: v for k, v in options.items() if k != "files"}
    return Planned(batch, [partial(_take, {p: stems[p] for p in run}, **asked) for run in runs(paths, desk)])


def _take(
    stems: Mapping[Path, str], batch: Batch, *, speaker: str = "speaker", date: str = "date", title: str = "title"
) -> None:
    """Add the documents of files to a batch."""
    for path, stem in stems.items():
        data = batch.read(path)
        if data is None:
            continue
        try:
            data, wrong = unpack(path, data, MAX_UNPACKED)
            if wrong:
                batch.fail(path, wrong)
            texts = _texts(batch, path, stem, decode(path, data))
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
            continue
        for text in texts:
            who = [s.comments.get(speaker, "").strip() for s in text.sentences]
            first = text.comments.get(speaker, "").strip()
            if first and not any(who[1:]):
                batch.count(WHOLE, len(who) > 1)
                who = [first] * len(who)
            batch.count(UNSAID, who.count("") if any(who) else 0)
            said = _said(text, who) if any(who) else []
            given = text.comments.get(date, "")
            more = {k: v for k, v in text.comments.items() if k not in (*_KNOWN, speaker, date, title)}
            batch.add(
                Document(
                    text.key,
                    parse_date(given),
                    text.comments.get(title, "") or text.key,
                    joined(said) if said else _run(text.sentences),
                    text.comments.get("author", ""),
                    text.comments.get("kind", ""),
                    text.comments.get("issuer", ""),
                    f"{path.name}:{text.line}",
                    metadata={"file": path.name, **further(more, "document", DOCUMENT_NAMES)},
                ),
                given,
                said,
            )


def _texts(batch: Batch, path: Path, stem: str, text: str) -> list[_Text]:
    """The documents of a file. Lines that are no CoNLL-U go to the bad ones of the batch, with their sentence."""
    documents: list[_Text] = []
    wrong: list[tuple[int, str]] = []
    for sentence in _sentences(text, wrong):
        new = "newdoc" in sentence.comments or "newdoc id" in sentence.comments
        if new or not documents:
            number = f"-{len(documents) + 1}" if new and "newdoc id" not in sentence.comments else ""
            key = sentence.comments.get("newdoc id", "") or f"{stem}{number}"
            about = {k: v for k, v in sentence.comments.items() if not _OF_SENTENCES.fullmatch(k)}
            documents.append(_Text(key, sentence.line, about))
        if sentence.text:
            documents[-1].sentences.append(sentence)
    if not any(d.sentences for d in documents):
        line, reason = wrong[0] if wrong else (1, "no sentence")
        raise SourceError(f"{path}:{line}: not CoNLL-U ({reason})")
    for line, reason in wrong:
        batch.fail(path, f"{reason}; the sentence is left out", f"{path.name}:{line}")
    return documents


def _sentences(text: str, wrong: list[tuple[int, str]]) -> Iterator[_Sentence]:
    """Sentences between blank lines; of one with a line that is none only the comments are left, for a document may
    begin with it.

    Examples
    --------
    >>> lines = "# text = No, no.\\n1-2\\tDon't\\t_\\t_\\t_\\t_\\t_\\t_\\t_\\tSpaceAfter=No\\n1\\tDo" + "\\t_" * 8
    >>> [s.words for s in _sentences(lines + "\\n2\\tn't" + "\\t_" * 8 + "\\n3\\t!" + "\\t_" * 8, [])]
    ["Don't!"]
    """
    sentence: _Sentence | None = None
    parts: list[str] = []
    inside = 0  # last word of a token that several words are written as
    good = True
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip():
            if sentence is not None:
                yield _finished(sentence, parts, good)
            sentence, parts, inside, good = None, [], 0, True
            continue
        sentence = sentence or _Sentence(number)
        if line.startswith("#"):
            match = _COMMENT.match(line)
            if match:
                sentence.comments[match[1] or match[3]] = (match[2] or "").strip()
            continue
        fields = line.split("\t")
        if len(fields) != 10 or not _WORD.fullmatch(fields[0]):
            if good:
                what = (
                    f"{len(fields)} of 10 fields between tabs"
                    if len(fields) != 10
                    else f'"{fields[0][:20]}" is no number'
                )
                wrong.append((number, what))
            good = False
            continue
        first, _, last = fields[0].partition("-")
        # Words of a token that was there already, and words that are not in the text.
        if "." in first or (not last and int(first) <= inside):
            continue
        inside = int(last) if last else inside
        parts += [fields[1], "" if "SpaceAfter=No" in fields[9].split("|") else " "]
    if sentence is not None:
        yield _finished(sentence, parts, good)


def _finished(sentence: _Sentence, parts: list[str], good: bool) -> _Sentence:
    sentence.words = "".join(parts).strip() if good else ""
    if not sentence.words:
        # Comments alone are no sentence, and one with a wrong line cannot be trusted.
        sentence.comments.pop("text", None)
    return sentence


def _run(sentences: Sequence[_Sentence]) -> str:
    """Sentences as paragraphs."""
    parts: list[str] = []
    for sentence in sentences:
        new = "newpar" in sentence.comments or "newpar id" in sentence.comments
        parts += ["\n\n" if new and parts else " " if parts else "", sentence.text]
    return "".join(parts)


def _said(text: _Text, who: Sequence[str]) -> list[Said]:
    """Turns: runs of sentences of one speaker."""
    runs: list[tuple[str, list[_Sentence]]] = []
    for name, sentence in zip(who, text.sentences):
        if not runs or runs[-1][0] != name:
            runs.append((name, []))
        runs[-1][1].append(sentence)
    return [
        # Whose words they are is not known, and so not that they are of the home side.
        Said(Person(name or UNKNOWN, "participant", "home" if name else "other", "", RULE), _run(found), name)
        for name, found in runs
    ]
