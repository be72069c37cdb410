"""Corpora in the format of ConvoKit: folders of JSON with utterances, speakers and conversations."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from discourse.corpus.archive import read_zip
from discourse.corpus.build import Batch, Reading
from discourse.corpus.dates import parse_date
from discourse.corpus.files import decode, source_record
from discourse.corpus.known import RULE, Said, joined
from discourse.corpus.persons import Person
from discourse.corpus.rows import DOCUMENT_NAMES, TURN_NAMES, Rows, further, json_lines, readable, word
from discourse.corpus.spans import Span
from discourse.corpus.turns import Document
from discourse.door import json_of, read_bytes, shown, unreadable, walk
from discourse.errors import SourceError
from discourse.types import DOCUMENT_COLUMNS, UNKNOWN, Corpus

Metadata = dict[str, Mapping[str, Any]]
SIDES = ("home", "foreign", "press", "other")
UTTERANCES = ("utterances.jsonl", "utterances.json")
_SPEAKERS = ("speakers.json", "users.json")  # the second until version 2.3
_OWN = ("role", "side", "office", "interpreted", "excluded", "label", "rule")  # what `write_convokit` says of a turn
_BINARY = re.compile(r"<##bin\{\d+\}&&@\*\*>")  # what ConvoKit has in place of a value in a file of its own


def read_convokit(
    *,
    files: Sequence[str | Path] = (),
    title: str = "title",
    date: str = "date",
    name: str = "name",
    **reading: Unpack[Reading],
) -> Corpus:
    """Read corpora of ConvoKit: a conversation is a document, an utterance a turn.

    Parameters
    ----------
    files : sequence of path
        Folders with utterances.jsonl, speakers.json and conversations.json, folders of such folders, or zip files of
        them.
    title, date : str
        Keys of the metadata of a conversation with its title, and with its date where the timestamps of the utterances
        are none.
    name : str
        Key of the metadata of a speaker with the name; the identifier where there is none.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        The date is that of the first timestamp (seconds since 1970, or a date as text). Turns are in order of time, or
        where that is not known in the order of the replies. All metadata are kept: of conversations as columns of the
        documents, of speakers and utterances as columns of the turns. Everybody is a participant on the home side, unless
        `speakers` or a corpus that `write_convokit` wrote says otherwise.

    Raises
    ------
    SourceError
        For files that cannot be read, all at once.

    Notes
    -----
    Chang et al. (2020). What ConvoKit stores beside the JSON in its own binary files is not read.
    """
    batch = Batch("convokit")
    for path, place in places_of(files):
        try:
            take_corpus(batch, path, contents_of(batch, path, place), {"title": title, "date": date, "name": name})
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
    return batch.corpus(**reading)


def places_of(files: Sequence[str | Path]) -> list[tuple[Path, Path | None]]:
    """The utterances of each corpus, or a zip file; with the folder of the first."""
    found: list[tuple[Path, Path | None]] = []
    problems: list[str] = []
    for path in map(Path, files):
        if os.path.isdir(path):
            walked = walk(path, (".jsonl", ".json", ".zip"))
            problems += [f"{shown(p)}: {reason}" for p, reason in walked.unread]
            inside = [p for u in UTTERANCES for p in walked.files if p.name == u]
            # One of the two forms of a corpus, and archives beside it only where there is none.
            folders = list({p.parent: p for p in reversed(inside)}.values())[::-1]
            archives = [] if folders else [p for p in walked.files if p.suffix.lower() == ".zip"]
            if not folders and not archives:
                problems.append(f"{path}: no {UTTERANCES[0]}, and no zip file, in this folder")
            found += [(p, p.parent) for p in folders] + [(p, None) for p in archives]
        elif reason := unreadable(path):
            problems.append(f"{shown(path)}: {reason}")
        elif path.suffix.lower() == ".zip":
            found.append((path, None))
        else:
            problems.append(f"{path}: expected the folder of a corpus of ConvoKit, or a zip file of it")
    if not files:
        problems.append("no file was given: name them under corpus.files, or with --corpus PATH")
    if problems:
        raise SourceError(problems)
    return found


def contents_of(
    batch: Batch, path: Path, folder: Path | None, utterances: Sequence[str] = UTTERANCES
) -> dict[str, bytes]:
    """The JSON files of one corpus by their names."""
    wanted = (*utterances, *_SPEAKERS, "conversations.json")
    if folder is not None:
        read = {n: batch.read(folder / n) for n in wanted if (folder / n).is_file()}
        return {n: data for n, data in read.items() if data is not None}
    data = read_bytes(path)
    batch.sources.append(source_record(path, data))

    def is_theirs(name: str) -> bool:
        return not name.startswith("__MACOSX") and name.rpartition("/")[2] in wanted

    members, _ = read_zip(path, data, "a corpus of ConvoKit", is_theirs)
    first = next((n for n in members if n.rpartition("/")[2] in UTTERANCES), None)
    if first is None:
        raise SourceError(f"{path}: not a corpus of ConvoKit (the archive holds no {UTTERANCES[0]})")
    within = first.rpartition("/")[0]
    return {
        n: d
        for n in wanted
        for name, d in members.items()
        if name in (n, f"{within}/{n}") and name.rpartition("/")[0] == within
    }


def take_corpus(batch: Batch, path: Path, contents: Mapping[str, bytes], keys: Mapping[str, str]) -> None:
    """Add the conversations of one corpus to the batch."""
    rows = _utterances(batch, path, contents)
    speakers, about = metadata_in(batch, path, contents)
    conversations: dict[str, Rows] = {}
    for conversation, number, row in legible(batch, path, rows):
        conversations.setdefault(conversation, []).append((number, row))
    say_unlisted(batch, path, contents, {speaker_of(row) for _, row in rows}.difference(speakers))
    add_conversations(batch, path, conversations, speakers, about, keys)


def say_unlisted(batch: Batch, path: Path, contents: Mapping[str, bytes], unlisted: Collection[str]) -> None:
    """Say how many speakers the list of speakers lacks, where there is one."""
    file = _speakers_file(contents)
    if unlisted and file in contents:
        batch.inferences.append(f"{len(unlisted):,} speakers of {path.name} are not in {file}")


def _speakers_file(contents: Mapping[str, bytes]) -> str:
    return next((n for n in _SPEAKERS if n in contents), _SPEAKERS[0])


def metadata_in(batch: Batch, path: Path, contents: Mapping[str, bytes]) -> tuple[Metadata, Metadata]:
    """What a corpus says of its speakers and of its conversations, by identifier."""
    speakers = _metadata(batch, path, contents, _speakers_file(contents))
    return speakers, _metadata(batch, path, contents, "conversations.json")


def add_conversations(
    batch: Batch,
    path: Path,
    conversations: Mapping[str, Rows],
    speakers: Metadata,
    about: Metadata,
    keys: Mapping[str, str],
) -> None:
    """Add conversations to a batch; `keys` are those of titles, dates and names."""
    used = (*DOCUMENT_COLUMNS, "author", "administration", *keys.values())
    for key, found in conversations.items():
        meta = about.get(key, {})
        ordered = _in_order(found)
        said = [_said(row, speakers.get(speaker_of(row), {}), keys["name"]) for row in ordered]
        stamp = next((t for row in ordered if (t := _day(row.get("timestamp"))) is not None), None)
        given = word(meta.get(keys["date"]))
        more = {k: v for k, v in _text(meta).items() if k not in used}
        batch.add(
            Document(
                key,
                stamp or parse_date(given),
                word(meta.get(keys["title"])) or key,
                joined(said),
                word(meta.get("author")),
                word(meta.get("kind")),
                word(meta.get("issuer")),
                f"{path.name}:{found[0][0]}",
                metadata=further(more, "conversation", DOCUMENT_NAMES - {"file"}),
            ),
            given or ordered[0].get("timestamp"),
            said,
        )


def legible(
    batch: Batch, path: Path, rows: Iterable[tuple[int, dict[str, Any]]]
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Utterances with their conversation; those that cannot be read go to the bad ones."""
    lines: dict[str, int] = {}
    empty = 0
    for number, row in rows:
        key, place = word(row.get("id")), f"{path.name}:{number}"
        if not key or not isinstance(row.get("text"), str):
            batch.fail(path, "an utterance without id, or whose text is no string", place)
        elif key in lines:
            batch.fail(path, f'the utterance "{key}" occurs already in line {lines[key]}', place)
        elif not row["text"].strip():
            empty += 1
        else:
            lines[key] = number
            yield word(row.get("conversation_id")) or word(row.get("root")) or key, number, row
    if empty:
        batch.inferences.append(f"{empty:,} utterances of {path.name} without text left out")


def _text(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata without what ConvoKit has in binary files."""
    return {str(k): v for k, v in meta.items() if not (isinstance(v, str) and _BINARY.fullmatch(v))}


def _utterances(batch: Batch, path: Path, contents: Mapping[str, bytes]) -> Rows:
    if UTTERANCES[0] in contents:
        return json_lines(batch, path, decode(path, contents[UTTERANCES[0]]))[1]
    value = _json(path, UTTERANCES[1], contents.get(UTTERANCES[1], b""))
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise SourceError(f"{path}: not a list of utterances")
    return list(enumerate(value, 1))


def _json(path: Path, name: str, data: bytes) -> Any:
    beside = path.with_name(name) if path.suffix != ".zip" else path
    return json_of(beside, decode(beside, data), name)


def _metadata(batch: Batch, path: Path, contents: Mapping[str, bytes], name: str) -> Metadata:
    """Metadata by identifier, from a file in which they stand below "meta", or, as in earlier versions, by themselves."""
    if name not in contents:
        batch.inferences.append(f"{path.name} has no {name} beside it: nothing more is known of them")
        return {}
    found = _json(path, name, contents[name])
    if not isinstance(found, dict) or not all(isinstance(v, dict) for v in found.values()):
        raise SourceError(f"{path}: {name} is not an object of objects")
    return {str(key): value["meta"] if isinstance(value.get("meta"), dict) else value for key, value in found.items()}


def speaker_of(row: Mapping[str, Any]) -> str:
    """The identifier of the speaker of an utterance."""
    value = row.get("speaker", row.get("user"))
    return word(value.get("id") if isinstance(value, dict) else value) or UNKNOWN


def _day(stamp: object) -> dt.date | None:
    """The day of a timestamp, in Greenwich: seconds since 1970 as a number or text, or a date as text."""
    text = word(stamp)
    # Four digits are a year, eight may be a date; seconds of our days have nine or ten.
    if re.fullmatch(r"-?\d{9,11}(?:\.\d+)?", text):
        return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=float(text))).date()
    return parse_date(text)


def _time(stamp: object) -> float | None:
    """A timestamp as a number to order by; None where it is none."""
    text = word(stamp)
    if re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text):
        return float(text)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - dt.datetime(1970, 1, 1)).total_seconds()


def _in_order(rows: Rows) -> list[dict[str, Any]]:
    """Utterances of a conversation by time, and those of one time by the order of the replies.

    Examples
    --------
    >>> said = [{"id": "c", "reply-to": "b"}, {"id": "a"}, {"id": "b", "reply-to": "a"}, {"id": "d", "reply-to": "a"}]
    >>> [row["id"] for row in _in_order(list(enumerate(said)))]
    ['a', 'b', 'c', 'd']
    """
    by_id = {word(row["id"]): row for _, row in rows}
    replies: dict[str, list[str]] = {}
    for key, row in by_id.items():
        parent = word(row.get("reply-to", row.get("reply_to")))
        replies.setdefault(parent if parent in by_id else "", []).append(key)
    ordered = dict[str, None]()
    # Those whose replies go round in a circle hang on nothing: they follow in the order of the file.
    for root in (*replies.get("", ()), *by_id):
        waiting = [root]
        while waiting:
            key = waiting.pop()
            if key not in ordered:
                ordered[key] = None
                waiting += reversed(replies.get(key, ()))
    result = [by_id[key] for key in ordered]
    times = [_time(row.get("timestamp")) for row in result]
    known = [t for t in times if t is not None]
    return [row for _, row in sorted(zip(known, result), key=lambda x: x[0])] if len(known) == len(times) else result


def _said(row: Mapping[str, Any], speaker: Mapping[str, Any], name: str) -> Said:
    text = str(readable(row["text"])).replace("\r\n", "\n").replace("\r", "\n").strip()
    meta = row["meta"] if isinstance(row.get("meta"), dict) else {}
    own = {k: meta[k] for k in _OWN if k in meta} if meta.get("side") in SIDES else {}
    key = speaker_of(row)
    person = Person(
        word(speaker.get(name)) or key,
        word(own.get("role")) if own else "participant",
        # Whose words they are is not known, and so not that they are of the home side.
        word(own.get("side")) or ("other" if key == UNKNOWN else "home"),
        word(own.get("office")),
        word(own.get("rule")) or RULE,
    )
    columns = further({k: v for k, v in _text(speaker).items() if k != name and k not in own}, "speaker", TURN_NAMES)
    # What both say under one name is told apart, unless it is the same.
    more = further({k: v for k, v in _text(meta).items() if k not in own}, "utterance", TURN_NAMES)
    differ = {k: v for k, v in more.items() if k in columns and columns[k] != v}
    more = {f"utterance_{k}" if k in differ else k: v for k, v in more.items()}
    return Said(
        person,
        text,
        word(own["label"]) if "label" in own else key,
        _spans(own.get("excluded"), len(text)),
        own.get("interpreted") is True,
        {**columns, **more},
    )


def _spans(value: object, length: int) -> tuple[Span, ...]:
    """Spans as `write_convokit` writes them."""
    if not isinstance(value, list):
        return ()
    return tuple(
        (s[0], s[1], s[2])
        for s in value
        if isinstance(s, list) and [type(x) for x in s] == [int, int, str] and 0 <= s[0] < s[1] <= length
    )
