"""A corpus in parts, each of which is searched on its own, and the files that the steps of a search hand to each other."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Generic, TypeVar

import numpy as np

from discourse.errors import DiscourseError
from discourse.features.repetition.hashes import form_hashes
from discourse.types import EncodedCorpus

PART = 1 << 21  # tokens; arrays of this length are sorted fast, and take little memory
P = TypeVar("P")
Item = TypeVar("Item")
Result = TypeVar("Result")
RunAll = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]


@dataclass(frozen=True)
class Part:
    """A part of a corpus as it is searched.

    Parameters
    ----------
    corpus : EncodedCorpus
        Some of the documents, with a vocabulary of its own.
    keep : ndarray of bool, shape (n_turns,), optional
        Turns among which passages are sought; all by default.
    known : ndarray of uint64, shape (n_forms,), optional
        Hash of each form in the vocabulary, where it is known already.
    """

    corpus: EncodedCorpus
    keep: np.ndarray | None = None
    known: np.ndarray | None = None

    @cached_property
    def forms(self) -> np.ndarray:
        """Hash of each form in the vocabulary; uint64, shape (n_forms,)."""
        return form_hashes(self.corpus) if self.known is None else self.known

    def bounds(self, counted: np.ndarray) -> np.ndarray:
        """At which of the counted tokens each document begins; int64, shape (n_documents + 1,)."""
        return np.append(0, np.cumsum(counted))[self.corpus.document_bounds]


@dataclass(frozen=True)
class Parts(Generic[P]):
    """A corpus in parts, in the order of its documents.

    Parameters
    ----------
    handles : sequence
        What `load` needs to know to find each part: a path, a pair of numbers. It is sent to workers, so it is small.
    load : callable
        From a handle to a `Part`; a function of a module, so that it can be sent to workers.
    documents : ndarray of int, shape (n_parts + 1,)
        Index of the first document of each part, and the number of documents.
    tokens : ndarray of int, shape (n_parts + 1,)
        The same for tokens, excluded ones among them.
    dates : ndarray of datetime64[D], shape (n_documents,)
        Dates of all documents.
    """

    handles: Sequence[P]
    load: Callable[[P], Part]
    documents: np.ndarray
    tokens: np.ndarray
    dates: np.ndarray

    def tasks(self, folder: Path) -> list[Task[P]]:
        """What is known of each part when a step of the search begins."""
        return [
            Task(self.load, handle, k, int(self.documents[k]), int(self.tokens[k]), folder)
            for k, handle in enumerate(self.handles)
        ]


@dataclass(frozen=True)
class Task(Generic[P]):
    """One part in a step of the search: how it is loaded, its number, first document and first token, and the folder of files."""

    load: Callable[[P], Part]
    handle: P
    number: int
    document: int
    token: int
    folder: Path

    def part(self) -> Part:
        """The part itself."""
        return self.load(self.handle)


def cut_corpus(corpus: EncodedCorpus, first: int, last: int, turns: slice) -> EncodedCorpus:
    """The documents from `first` up to `last` of a corpus, and their turns, as a corpus without text; views of its arrays."""
    a, b = corpus.document_bounds[first], corpus.document_bounds[last]
    sentences = corpus.sentence_bounds
    sentences = sentences[slice(*np.searchsorted(sentences, [a, b]))]
    return replace(
        corpus,
        ids=corpus.ids[a:b],
        starts=corpus.starts[a:b],
        ends=corpus.ends[a:b],
        sentence_bounds=np.append(sentences, b) - a if b > a else np.zeros(1, np.int64),
        turn_bounds=corpus.turn_bounds[turns.start : turns.stop + 1] - a,
        document_bounds=corpus.document_bounds[first : last + 1] - a,
        documents=corpus.documents.iloc[first:last],
        turns=corpus.turns.iloc[turns],
        layers={name: layer[a:b] for name, layer in corpus.layers.items()},
        texts=None,
    )


def parts_in_memory(
    corpus: EncodedCorpus, keep: np.ndarray | None = None, tokens: int = PART
) -> Parts[tuple[int, int]]:
    """A corpus as parts of about so many tokens; nothing is copied.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["One two.", "Three four.", "Five six seven."])
    >>> parts = parts_in_memory(corpus, tokens=3)
    >>> [parts.load(h).corpus.n_tokens for h in parts.handles], parts.documents.tolist()
    ([4, 3], [0, 2, 3])
    """
    n = len(corpus.documents)
    cuts = np.searchsorted(corpus.document_bounds, np.arange(tokens, corpus.n_tokens, tokens))
    cuts = np.unique(np.concatenate([[0], cuts, [n]])) if n else np.array([0, 0])
    turns = np.searchsorted(corpus.turn_document, np.arange(n + 1))
    forms = form_hashes(corpus)

    def load(handle: tuple[int, int]) -> Part:
        first, last = handle
        of = slice(turns[first], turns[last])
        return Part(cut_corpus(corpus, first, last, of), None if keep is None else keep[of], forms)

    handles = list(zip(cuts[:-1].tolist(), cuts[1:].tolist()))
    dates = corpus.documents["date"].to_numpy("datetime64[D]")
    return Parts(handles, load, cuts, corpus.document_bounds[cuts], dates)


def in_order(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Apply a function to each item, one after the other."""
    return [function(item) for item in items]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for files that are not needed afterwards, where the system keeps such files."""
    try:
        folder = TemporaryDirectory(prefix="discourse-")
    except OSError as error:
        raise DiscourseError(f"no folder for temporary files (TMPDIR): {error.strerror or error}") from None
    with folder as name:
        yield Path(name)


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be written or read."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiscourseError(f"no space is left for {path.name} in {path.parent}") from None
        raise DiscourseError(f"{path}: {error.strerror or error}") from None


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its name when it is complete; another worker that writes the same does no harm."""
    with on_disk(path):
        beside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
        with beside.open("wb") as stream:
            yield stream
        os.replace(beside, path)


def write_array(array: np.ndarray, path: Path) -> None:
    """Write the values of an array."""
    with written(path) as stream:
        stream.write(np.ascontiguousarray(array).data)


def read_array(path: Path, dtype: np.dtype | type, first: int = 0, stop: int | None = None) -> np.ndarray:
    """Values `first` to `stop` of what `write_array` wrote, or all from `first`.

    Raises
    ------
    DiscourseError
        If the file is not there, or shorter than it was.
    """
    kind = np.dtype(dtype)
    with on_disk(path):
        result = np.fromfile(path, kind, -1 if stop is None else stop - first, offset=first * kind.itemsize)
    if stop is not None and len(result) != stop - first:
        raise DiscourseError(f"{path} is damaged: it ends too early")
    return result
