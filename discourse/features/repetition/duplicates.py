"""Documents that were published before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.encode.chunks import in_threads
from discourse.features.repetition.hashes import SHINGLE, band_keys, bands_of, shingle_hashes, signatures
from discourse.features.repetition.parts import (
    P,
    Parts,
    RunAll,
    Task,
    parts_in_memory,
    read_array,
    temporary_folder,
    write_array,
)
from discourse.types import EncodedCorpus

MIN_TOKENS = 30  # shorter documents have too few shingles for their overlap to mean much
_CACHED = 256  # documents whose shingles are kept at hand


@dataclass(frozen=True)
class Sketches:
    """What is known of the documents of a part before any two are compared.

    Parameters
    ----------
    digests : list of bytes
        Hash of the whole text of each document; empty for one without tokens.
    long : ndarray of int
        Documents with enough tokens, by their index in the corpus.
    keys : ndarray of uint64, shape (n_long, n_bands)
        Of the bands of their MinHash signatures.
    """

    digests: list[bytes]
    long: np.ndarray
    keys: np.ndarray


def duplicate_documents(
    corpus: EncodedCorpus, *, similarity: float = 0.9, days: int = 31, min_tokens: int = MIN_TOKENS
) -> pd.DataFrame:
    """Documents that were published before.

    Parameters
    ----------
    corpus : EncodedCorpus
        Excluded tokens (headings, stage directions) are left out of the comparison, labels are no part of it.
    similarity : float
        Jaccard index of the sets of five-token shingles from which two documents are the same.
    days : int
        Days between the two beyond which a document is another one: an anniversary message of the next year is.
    min_tokens : int
        Documents with fewer tokens are duplicates only of documents with exactly the same tokens.

    Returns
    -------
    DataFrame
        Columns `document`, `first` (indexes), `similarity`, `kind`. The first in the order of the corpus is the one
        that counts; of copies that follow each other within these days all but the first are duplicates.

    Notes
    -----
    Candidates come from MinHash (Broder 1997) with locality-sensitive hashing, with the permutations and bands of
    datasketch; each is checked by its exact Jaccard index.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> text = "The minister opened the harbour in the north and thanked the workers for their patience. "
    >>> table = duplicate_documents(encoded([text, "Other words.", text]), min_tokens=5)
    >>> table[["document", "first", "kind"]].values.tolist()
    [[2, 0, 'same text']]
    """
    with temporary_folder() as folder:
        return duplicates_of_parts(
            parts_in_memory(corpus), folder, in_threads, similarity=similarity, days=days, min_tokens=min_tokens
        )


def duplicates_of_parts(
    parts: Parts[P],
    folder: Path,
    run_all: RunAll,
    *,
    similarity: float,
    days: int,
    min_tokens: int = MIN_TOKENS,
) -> pd.DataFrame:
    """Documents that were published before, in a corpus in parts; as `duplicate_documents`.

    Parameters
    ----------
    parts : Parts
        The corpus.
    folder : Path
        Where shingles of the documents that may be duplicates are written to; all workers see it.
    run_all : callable
        Applies a function to each item of a list and gives the results in their order.
    similarity, days, min_tokens
        As in `duplicate_documents`.

    Returns
    -------
    DataFrame
        Columns `document`, `first`, `similarity`, `kind`.
    """
    tasks = parts.tasks(folder)
    bands, rows = bands_of(similarity)
    least = max(min_tokens, SHINGLE)
    sketches = run_all(partial(sketch_documents, least=least, bands=bands, rows=rows), tasks)
    day = parts.dates.astype("datetime64[D]")
    # Without a date nothing is known to lie too far apart, and no comparison with NaN is true.
    date = np.where(np.isnat(day), np.nan, day.astype(np.int64)).tolist()
    same = _same_texts([d for s in sketches for d in s.digests], date, days)
    long = np.concatenate([s.long for s in sketches])
    keys = np.concatenate([s.keys for s in sketches])
    new = np.array([k not in same for k in long.tolist()], bool)
    long, keys = long[new], keys[new]
    alike = _with_common_key(keys)
    long, keys = long[alike], keys[alike]
    each = np.split(long, np.searchsorted(long, parts.documents[1:-1]))
    bounds = run_all(write_shingles, list(zip(tasks, each)))
    places = {
        int(k): (task.number, int(a), int(b))
        for task, documents, edges in zip(tasks, each, bounds)
        for k, (a, b) in zip(documents, pairwise(edges))
    }
    near = _nearly_same(long.tolist(), keys, Shingles(folder, places), date, days, similarity)
    for task in tasks:
        _shingle_file(folder, task.number).unlink(missing_ok=True)
    return _first_of_all(same, near)


def sketch_documents(task: Task[P], *, least: int, bands: int, rows: int) -> Sketches:
    """Hash each document of a part as a whole, and those of `least` tokens or more by their shingles."""
    part = task.part()
    counted = part.corpus.words()
    hashes, bounds = part.forms[part.corpus.ids[counted]], part.bounds(counted)
    digests = [
        hashlib.blake2b(hashes[a:b].data, digest_size=16).digest() if b > a else b"" for a, b in pairwise(bounds)
    ]
    long = np.flatnonzero(np.diff(bounds) >= least)
    inside = np.zeros(len(hashes) + 1, np.int8)
    inside[bounds[long]] += 1
    inside[bounds[long + 1] - (SHINGLE - 1)] -= 1
    inside = np.cumsum(inside, dtype=np.int8)[: max(len(hashes) - SHINGLE + 1, 0)].astype(bool)
    shingles = shingle_hashes(hashes, SHINGLE)[inside]
    sizes = np.diff(bounds)[long] - (SHINGLE - 1)
    keys = band_keys(signatures(shingles, np.cumsum(sizes) - sizes, bands * rows), bands, rows)
    return Sketches(digests, long + task.document, keys)


def write_shingles(item: tuple[Task[P], np.ndarray]) -> np.ndarray:
    """Write the sets of shingles of some documents of a part, each sorted; where each begins in the file."""
    task, documents = item
    if not len(documents):
        return np.zeros(1, np.int64)
    part = task.part()
    counted = part.corpus.words()
    hashes, bounds = part.forms[part.corpus.ids[counted]], part.bounds(counted)
    sets = [np.unique(shingle_hashes(hashes[bounds[k] : bounds[k + 1]], SHINGLE)) for k in (documents - task.document)]
    write_array(np.concatenate(sets), _shingle_file(task.folder, task.number))
    return np.cumsum([0, *map(len, sets)])


def _shingle_file(folder: Path, number: int) -> Path:
    return folder / f"shingles-{number:05}"


class Shingles:
    """The sets of shingles that the parts wrote.

    Parameters
    ----------
    folder : Path
        Of the files.
    places : dict
        Number of the part, first value and end in its file, by document.
    """

    def __init__(self, folder: Path, places: dict[int, tuple[int, int, int]]) -> None:
        def read(document: int) -> np.ndarray:
            number, a, b = places[document]
            return read_array(_shingle_file(folder, number), np.uint64, a, b)

        self._of = lru_cache(_CACHED)(read)

    def jaccard(self, a: int, b: int) -> float:
        """Jaccard index of the sets of two documents."""
        x, y = self._of(a), self._of(b)
        common = len(np.intersect1d(x, y, assume_unique=True))
        return common / (len(x) + len(y) - common)


def _same_texts(digests: Sequence[bytes], date: Sequence[float], days: int) -> dict[int, int]:
    """For each document whose text occurs earlier, the last one with it within these days."""
    result: dict[int, int] = {}
    seen: dict[bytes, list[int]] = {}
    for k, digest in enumerate(digests):
        if not digest:
            continue
        earlier = seen.setdefault(digest, [])
        # The latest first, for a chain of copies may go on for longer than these days.
        near = next((e for e in reversed(earlier) if not abs(date[k] - date[e]) > days), None)
        if near is not None:
            result[k] = near
        earlier.append(k)
    return result


def _with_common_key(keys: np.ndarray) -> np.ndarray:
    """Rows that have a number in common with another row in the same column; bool, shape (n_rows,)."""
    result = np.zeros(len(keys), bool)
    for column in keys.T:
        _, code, count = np.unique(column, return_inverse=True, return_counts=True)
        result |= count[code] > 1
    return result


def _nearly_same(
    documents: Sequence[int], keys: np.ndarray, shingles: Shingles, date: Sequence[float], days: int, similarity: float
) -> dict[int, tuple[int, float]]:
    """For each document that is nearly the same as an earlier one, the most similar of these, and how similar it is."""
    result: dict[int, tuple[int, float]] = {}
    index: dict[tuple[int, int], list[int]] = {}
    for k, row in zip(documents, keys.tolist()):
        bands = list(enumerate(row))
        best: tuple[float, int] | None = None
        # In order, so that of equally similar documents the first is taken.
        for e in sorted({e for band in bands for e in index.get(band, ())}):
            if not abs(date[k] - date[e]) > days:
                value = shingles.jaccard(e, k)
                if value >= similarity and (best is None or value > best[0]):
                    best = value, e
        if best is not None:
            result[k] = (best[1], best[0])
        else:
            for band in bands:
                index.setdefault(band, []).append(k)
    return result


def _first_of_all(same: dict[int, int], near: dict[int, tuple[int, float]]) -> pd.DataFrame:
    """Each duplicate with the document that it goes back to, through others that have its text."""
    rows = []
    for k in sorted([*same, *near]):
        e = k
        while e in same:
            e = same[e]
        # What a document is nearly the same as is no duplicate itself.
        if e in near:
            rows.append((k, *near[e], "nearly the same text"))
        else:
            rows.append((k, e, 1.0, "same text"))
    return pd.DataFrame(rows, columns=["document", "first", "similarity", "kind"])
