"""A corpus in partitions on disk: which there are, and whether they are as they were written.

A folder has the tables of all documents and turns, a manifest with the sum of every file, and one folder for each partition with
its tables and texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints

from discourse.corpus.dated import as_written, from_written
from discourse.corpus.texts import JoinedTexts, Texts
from discourse.corpus.written import SPANS, provenance_of, spans_read, spans_written
from discourse.door import NotThere, parquet_frame, read_json, sum_of
from discourse.errors import DiscourseError, SourceError
from discourse.shown import clipped
from discourse.types import Corpus, Provenance

FORMAT = 1
MANIFEST = "partitions.json"
TABLES = ("documents", "turns")
_CHECKED: set[tuple[Path, int, int]] = set()  # files of which this process has compared the sum


@dataclass(frozen=True)
class Extent:
    """How much of a corpus there is."""

    documents: int = 0
    turns: int = 0
    sentences: int = 0
    tokens: int = 0

    def __add__(self, other: Extent) -> Extent:
        return Extent(*(getattr(self, f) + getattr(other, f) for f in self.__dataclass_fields__))


@dataclass(frozen=True)
class Part:
    """A partition: where it lies, what comes before it, and how much it is. It can be sent to another process.

    Parameters
    ----------
    folder : Path
        Its folder.
    number : int
        From 0, in the order of the corpus.
    first, size : Extent
        What comes before it, and what it has.
    sums : mapping of str to (int, str)
        Bytes and SHA-256 of each file.
    """

    folder: Path
    number: int
    first: Extent
    size: Extent
    sums: dict[str, tuple[int, str]]

    def check(self, *, sums: bool = True) -> None:
        """Compare every file with the manifest, once in a process; its size alone, if need be.

        Raises
        ------
        SourceError
            For files that are missing, or not as they were written.
        """
        wrong = []
        for name, (size, digest) in self.sums.items():
            path = self.folder / name
            try:
                stat = path.stat()
            except OSError:
                wrong.append(f"{path}: missing; build the corpus again, or make the folder visible to this machine")
                continue
            known = (path, stat.st_size, stat.st_mtime_ns)
            if known in _CHECKED:
                continue
            if stat.st_size != size or (sums and sum_of(path) != digest):
                wrong.append(f"{path}: damaged, or changed since the corpus was built; build it again")
            elif sums:
                _CHECKED.add(known)
        if wrong:
            raise SourceError(wrong)


_Name = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$")]  # of a file or folder, with no way out of the corpus
_Sums = dict[_Name, tuple[NonNegativeInt, str]]


class _Size(BaseModel):
    """How much a partition is, in a manifest."""

    documents: NonNegativeInt
    turns: NonNegativeInt
    sentences: NonNegativeInt
    tokens: NonNegativeInt


class _Entry(BaseModel):
    """A partition in a manifest."""

    folder: _Name
    size: _Size
    files: _Sums


class _Manifest(BaseModel):
    """What a manifest must have; those of the cache have no more."""

    model_config = ConfigDict(extra="allow")
    format: int
    files: _Sums
    partitions: list[_Entry] = Field(min_length=1)


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest of a folder of partitions.

    Raises
    ------
    SourceError
        Where there is none, or it cannot be read.
    """
    try:
        manifest: dict[str, Any] = read_json(root / MANIFEST)
        if manifest["format"] != FORMAT:
            raise SourceError(f"{root}: written by another version of discourse; build it again")
        # Whoever gets a corpus from somebody else gets a manifest that anybody may have written.
        return _Manifest.model_validate(manifest).model_dump()
    except NotThere:
        raise SourceError(f"{root}: not a corpus in partitions (no {MANIFEST})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{root}: a corpus that cannot be read ({type(error).__name__}); build it again") from None


def parts_of(root: Path, manifest: dict[str, Any]) -> list[Part]:
    """The partitions that a manifest lists."""
    parts, first = [], Extent()
    for k, entry in enumerate(manifest["partitions"]):
        size = Extent(**entry["size"])
        sums = {name: (int(n), str(digest)) for name, (n, digest) in entry["files"].items()}
        parts.append(Part(root / entry["folder"], k, first, size, sums))
        first += size
    return parts


def texts_of(part: Part) -> list[str]:
    """The texts of the turns of a partition; SourceError where they are not those of its turns."""
    with readable_part(part.folder):
        texts = list(Texts(part.folder))
        if len(texts) != part.size.turns:
            raise ValueError("texts and turns differ")
        return texts


@contextmanager
def readable_part(folder: Path) -> Iterator[None]:
    """What cannot be read is a SourceError: sums show what was changed by accident, not what somebody made."""
    try:
        yield
    except DiscourseError:
        raise
    except Exception as error:  # numpy raises what the tokenizer of Python raises
        said = f"{type(error).__name__}: {clipped(error)}"
        raise SourceError(f"{folder}: a partition that cannot be read ({said}); build the corpus again") from None


def write_tables(documents: pd.DataFrame, turns: pd.DataFrame, folder: Path) -> None:
    """Write the tables of a corpus, or of a partition, into its folder; turns without text."""
    as_written(documents).to_parquet(folder / "documents.parquet", index=False)
    spans_written(turns).to_parquet(folder / "turns.parquet", index=False)


def read_part_tables(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents, and turns without text and spans, of a partition."""
    documents = from_written(parquet_frame(folder / "documents.parquet"))
    return documents, parquet_frame(folder / "turns.parquet").drop(columns=list(SPANS), errors="ignore")


@dataclass(frozen=True)
class Partitions:
    """A folder with a corpus in partitions, whose tables are as they were written.

    Parameters
    ----------
    root : Path
        The folder.
    manifest : dict
        Its manifest.
    parts : list of Part
        The partitions, in order.
    documents, turns : DataFrame
        Of the whole; turns with spans, without text.
    provenance : Provenance
        Of the corpus.
    """

    root: Path
    manifest: dict[str, Any]
    parts: list[Part]
    documents: pd.DataFrame
    turns: pd.DataFrame
    provenance: Provenance

    @classmethod
    def open(cls, root: Path) -> Partitions:
        """Open a folder; the files of partitions are looked at when they are read.

        Raises
        ------
        SourceError
            For tables that are missing, damaged or changed, and for partitions whose folder is missing.
        """
        manifest = read_manifest(root)
        whole = {name: (int(n), str(digest)) for name, (n, digest) in manifest["files"].items()}
        Part(root, -1, Extent(), Extent(), whole).check()
        parts = parts_of(root, manifest)
        missing = [f"{p.folder}: missing; build the corpus again" for p in parts if not p.folder.is_dir()]
        if missing:
            raise SourceError(missing)
        for part in parts:
            # The sums take longer, and are compared where a partition is read.
            part.check(sums=False)
        try:
            documents = from_written(parquet_frame(root / "documents.parquet"))
            turns = spans_read(parquet_frame(root / "turns.parquet"))
            provenance = provenance_of(manifest["provenance"])
            n = parts[-1].first + parts[-1].size
            columns = manifest["turn_columns"]
            if (len(documents), len(turns)) != (n.documents, n.turns) or {*turns.columns, "text"} != set(columns):
                raise ValueError("tables and partitions differ")
            str(manifest["corpus_sha256"])
        except Exception as error:  # tables that somebody else made raise anything
            raise SourceError(
                f"{root}: a corpus that cannot be read ({type(error).__name__}); build it again"
            ) from None
        return cls(root, manifest, parts, documents, turns, provenance)

    def with_texts(self, part: Part, turns: pd.DataFrame | None = None) -> pd.DataFrame:
        """The turns of a partition, with spans and text, in the order of the columns of the corpus."""
        a = part.first.turns
        rows = self.turns.iloc[a : a + part.size.turns] if turns is None else turns
        return rows.assign(text=list(texts_of(part)))[self.manifest["turn_columns"]]

    def each(self) -> Iterator[Corpus]:
        """The partitions one after another, with their texts."""
        for part in self.parts:
            part.check()
            a = part.first.documents
            documents = self.documents.iloc[a : a + part.size.documents].reset_index(drop=True)
            yield Corpus(documents, self.with_texts(part).reset_index(drop=True), self.provenance)


def read_partitions(root: Path) -> Corpus:
    """The whole corpus of a folder of partitions, with its texts in memory.

    Raises
    ------
    SourceError
        For what is missing, damaged or changed.
    """
    found = Partitions.open(root)
    for part in found.parts:
        part.check()
    texts = JoinedTexts(lambda k: texts_of(found.parts[k]), [p.size.turns for p in found.parts])
    turns = found.turns.assign(text=list(texts))[found.manifest["turn_columns"]]
    return Corpus(found.documents, turns, found.provenance)


def is_partitioned(root: Path) -> bool:
    """Whether a folder holds a corpus in partitions, and nothing else."""
    try:
        manifest = read_manifest(root)
        names = {MANIFEST, *manifest["files"], *(p["folder"] for p in manifest["partitions"])}
        # Such a folder may be replaced: it must hold nothing of the user's.
        inside = all(
            {f.name for f in (root / p["folder"]).iterdir()} <= set(p["files"]) for p in manifest["partitions"]
        )
        return inside and {p.name for p in root.iterdir()} <= names
    except (SourceError, OSError):
        return False
