"""Files of a corpus: where they are, what they are called, and what is in them within limits."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from itertools import chain, count
from pathlib import Path
from typing import Any

import yaml

from discourse.door import MEGABYTE, Walked, shown, unreadable, walk
from discourse.errors import SourceError
from discourse.shown import clipped

# Limits against files that would fill the memory, by mistake or on purpose; no document of an archive comes near.
MAX_MARKUP = 100 * MEGABYTE  # of one XML, HTML, Word or PDF file
MAX_UNPACKED = 4_000 * MEGABYTE  # of one compressed file
MAX_DOCUMENT = 50 * MEGABYTE  # characters of one document

_ENTITY = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[|<!DOCTYPE[^>]+(?:SYSTEM|PUBLIC)", re.I)


def refuse_entities(path: Path, data: bytes) -> None:
    """Refuse an XML file whose entities could make gigabytes of it, or read other files; SourceError with the line."""
    declared = _ENTITY.search(data[:100_000])
    if declared:
        line = data[: declared.start()].count(b"\n") + 1
        raise SourceError(f"{path}:{line}: declares entities or an external document type; such files are not read")


def find_files(paths: Sequence[str | Path], suffixes: Sequence[str]) -> Walked:
    """Expand paths and folders, and the folders in them, to files, in a fixed order, and to what of them cannot be read.

    Raises
    ------
    SourceError
        Naming every path that is missing, empty, or a folder without such files.
    """
    found: list[Path] = []
    unread: list[tuple[Path, str]] = []
    problems: list[str] = []
    for path in map(Path, paths):
        if os.path.isdir(path):
            inside = walk(path, suffixes)
            if not inside.files and not inside.unread:
                problems.append(f"{shown(path)}: no file ending in {', '.join(suffixes)} in this folder")
            found += inside.files
            unread += inside.unread
        elif reason := unreadable(path):
            problems.append(f"{shown(path)}: {reason}")
        elif path.stat().st_size == 0:
            problems.append(f"{shown(path)}: the file is empty")
        else:
            found.append(path)
    if not paths:
        problems.append("no file was given: name them under corpus.files, or with --corpus PATH")
    if problems:
        raise SourceError(problems)
    # One file by two paths is one file.
    return Walked(tuple({p.resolve(): p for p in reversed(found)}.values())[::-1], tuple(unread))


def distinct_stems(paths: Sequence[Path]) -> dict[Path, str]:
    """A short name for each file: its stem; with its suffix, then with the folders before it, where stems repeat.

    Examples
    --------
    >>> list(distinct_stems([Path("a/x.txt"), Path("b/x.txt"), Path("b/y.txt"), Path("b/y.md")]).values())
    ['a-x', 'b-x', 'y', 'y.md']
    """
    names: dict[Path, str] = {}
    taken: set[str] = set()
    by_stem: dict[str, list[Path]] = {}
    for path in paths:
        by_stem.setdefault(_stem(path), []).append(path)
    begun = {path: name for stem, same in by_stem.items() for path, name in _with_folders(stem, same).items()}
    for path in paths:
        name = begun[path]
        candidates = chain((name, f"{name}{path.suffix}"), (f"{name}-{k}" for k in count(2)))
        names[path] = next(c for c in candidates if c not in taken)
        taken.add(names[path])
    return names


def _with_folders(stem: str, same: Sequence[Path]) -> dict[Path, str]:
    """The stem of files that share it, with as many folders before it as tell each from those in others, four at most."""
    in_folder = Counter(path.parent for path in same)
    if len(in_folder) == 1:
        return dict.fromkeys(same, stem)
    found: dict[Path, str] = {}
    for depth in range(1, 5):
        names = {path: "-".join([*path.parts[-1 - depth : -1], stem]) for path in same}
        alike = Counter(names.values())
        for path, name in names.items():
            if depth == 4 or alike[name] == in_folder[path.parent]:
                found.setdefault(path, name)
    return found


def _stem(path: Path) -> str:
    """The name of a file without its suffix, and without the one below .gz."""
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def slug(text: str, most: int = 60) -> str:
    """A text as part of an id: small letters and hyphens, of at most so many characters.

    Examples
    --------
    >>> slug("Secretary Roe's Call With Norland")
    'secretary-roe-s-call-with-norland'
    """
    return re.sub(r"\W+", "-", text.casefold()).strip("-")[:most].rstrip("-")


def is_utf8(encoding: str) -> bool:
    """Whether this is a name of UTF-8."""
    return encoding.lower() in ("utf-8", "utf8")


def decode(path: Path, data: bytes, encoding: str = "utf-8", line: int = 1) -> str:
    """Decode a file, or its lines from `line` on, or say at which line it is not in that encoding."""
    try:
        # Windows programs put a byte order mark before UTF-8.
        text = data.decode("utf-8-sig" if is_utf8(encoding) and line == 1 else encoding)
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line += data[:start].count(b"\n")
        raise SourceError(
            f"{path}:{line}: byte 0x{data[start]:02x} is not {encoding.upper()}. Save the file as UTF-8; "
            "Windows programs often write Windows-1252 or UTF-16."
        ) from None
    except (LookupError, ValueError):
        raise SourceError(f"{path}: there is no encoding {clipped(encoding)!r}") from None


def unpack(path: Path, data: bytes, limit: int = MAX_UNPACKED) -> tuple[bytes, str]:
    """What a gzip file holds, as far as it can be read, and what is wrong with it; other files as they are.

    Raises
    ------
    SourceError
        For a file that is no gzip file at all, and for one that holds more than the limit.
    """
    if path.suffix.lower() != ".gz":
        return data, ""
    wrong: list[str] = []
    return b"".join(unpacked(path, [data], wrong, limit)), "".join(wrong)


def text_of(path: Path, data: bytes, limit: int) -> str:
    """The text of a UTF-8 file from its bytes, compressed by gzip or not, with lines that end in \\n.

    Raises
    ------
    SourceError
        For what is not UTF-8, a damaged gzip file, and one that holds more than the limit.
    """
    data, wrong = unpack(path, data, limit)
    if wrong:
        raise SourceError(f"{path}: {wrong}")
    return decode(path, data)


def unpacked(path: Path, blocks: Iterable[bytes], wrong: list[str], limit: int) -> Iterator[bytes]:
    """What a gzip file holds, block by block; `wrong` is told why it cannot be read to its end.

    Raises
    ------
    SourceError
        As `unpack` does.
    """
    # Block by block, so that the limit is noticed before the memory is full; a gzip file may have several members.
    size = 0
    stream: Any = None
    for block in blocks:
        rest = block
        while rest:
            if stream is None:
                rest = rest.lstrip(b"\0") if size else rest
                if not rest:
                    break
                stream = zlib.decompressobj(wbits=31)
            try:
                part = stream.decompress(rest, 64 * MEGABYTE)
            except zlib.error as error:
                if not size:
                    raise SourceError(f"{path}: not a gzip file ({error})") from None
                wrong.append(f"the compressed file is damaged after {size:,} bytes")
                return
            size += len(part)
            if size > limit:
                raise SourceError(f"{path}: holds more than {limit // MEGABYTE:,} MB; such a file is not unpacked")
            if part:
                yield part
            rest = stream.unconsumed_tail
            if stream.eof:
                rest, stream = stream.unused_data, None
    while stream is not None and not stream.eof:
        part = stream.decompress(b"", 64 * MEGABYTE)
        if not part:
            wrong.append(f"the compressed file ends early, after {size:,} bytes")
            return
        size += len(part)
        yield part


def read_lexicon(*parts: str) -> Any:
    """What a YAML file of `discourse/lexicons` holds.

    Examples
    --------
    >>> read_lexicon("labels", "un.yaml")["name"]
    'un'
    """
    text = resources.files("discourse.lexicons").joinpath(*parts).read_text(encoding="utf-8")
    # Some builds of PyYAML lack the parser in C.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def source_record(path: Path, data: bytes) -> dict[str, str]:
    """Name and SHA-256 of a file, without the path of the machine."""
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest()}
