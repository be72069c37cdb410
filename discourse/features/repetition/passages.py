"""Passages that documents share: runs of tokens are shared out to buckets by their hash, and each bucket is searched on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.features.repetition.hashes import shingle_hashes, span_hashes
from discourse.features.repetition.parts import PART, P, Parts, RunAll, Task, read_array, write_array, written

_MOST_BUCKETS = 1 << 16  # by the upper 16 bits, which numpy sorts fastest
_BASE = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio, odd: multiplying by it spreads the bits
# A run that several documents have: where it begins among the words of its part, and a signature of the documents.
_FOUND = np.dtype([("at", np.int32), ("holders", np.uint64)])


@dataclass(frozen=True)
class Words:
    """The words of a part among which passages are sought.

    Parameters
    ----------
    at : ndarray of int, shape (n_words,)
        Index of the token in the part.
    ids : ndarray of int32, shape (n_words,)
        Form of each.
    forms : ndarray of uint64, shape (n_forms,)
        Hash of each form.
    turn : ndarray of int, shape (n_words,)
        The turn of each.
    bounds : ndarray of int64, shape (n_documents + 1,)
        Word at which each document begins.
    n_tokens : int
        All tokens of the part.
    """

    at: np.ndarray
    ids: np.ndarray
    forms: np.ndarray
    turn: np.ndarray
    bounds: np.ndarray
    n_tokens: int


@dataclass(frozen=True)
class Places:
    """Where passages stand in a part.

    Parameters
    ----------
    key : ndarray of uint64, shape (n_places,)
        Hash of the words of the passage.
    n_tokens, document, start, stop : ndarray of int64, shape (n_places,)
        Words in it; document, first token and end, counted over the whole corpus.
    """

    key: np.ndarray
    n_tokens: np.ndarray
    document: np.ndarray
    start: np.ndarray
    stop: np.ndarray


def bucket_bits(n_tokens: int, size: int = PART) -> int:
    """Upper bits of a hash that say which bucket it is in, such that about `size` runs are in each of the buckets.

    Examples
    --------
    >>> bucket_bits(1_000), bucket_bits(32_000_000), bucket_bits(1_000_000_000)
    (0, 4, 9)
    """
    return min(int(np.ceil(np.log2(max(n_tokens, size) / size))), int(np.log2(_MOST_BUCKETS)))


def passages_of_parts(
    parts: Parts[P], twice: np.ndarray, folder: Path, run_all: RunAll, *, length: int, bits: int
) -> tuple[pd.DataFrame, pd.DataFrame, list[Path]]:
    """Passages that occur in two or more documents.

    Parameters
    ----------
    parts : Parts
        The corpus.
    twice : ndarray of bool, shape (n_documents,)
        Documents that are left out, for they were published before.
    folder : Path
        Of the files that the steps hand to each other; all workers see it.
    run_all : callable
        Applies a function to each item of a list and gives the results in their order.
    length : int
        Tokens from which a passage is one.
    bits : int
        There are 2 to this power buckets; the result does not depend on it.

    Returns
    -------
    passages, places : DataFrame
        As in `Repetition`.
    reused : list of Path
        For each part a file with its tokens in passages, ndarray of bool as .npy.
    """
    tasks = parts.tasks(folder)
    again = [twice[a:b] for a, b in pairwise(parts.documents)]
    bounds = run_all(partial(write_runs, length=length, bits=bits), list(zip(tasks, again)))
    starts = [task.document for task in tasks]
    buckets = [(folder, k, [(int(b[k]), int(b[k + 1])) for b in bounds], starts, bits) for k in range(1 << bits)]
    found = run_all(find_repeated, buckets)
    for task in tasks:
        for path in _run_files(folder, task.number):
            path.unlink()
    slices = [[(int(f[k]), int(f[k + 1])) for f in found] for k in range(len(tasks))]
    places = run_all(partial(find_places, length=length), list(zip(tasks, again, slices)))
    for k in range(1 << bits):
        _found_file(folder, k).unlink()
    return *_tables(places), [reused_file(folder, task.number) for task in tasks]


def _run_files(folder: Path, number: int) -> tuple[Path, Path, Path]:
    """Hashes of the runs of a part; the words at which they begin; the words at which its documents begin."""
    return folder / f"runs-{number:05}-hash", folder / f"runs-{number:05}-at", folder / f"runs-{number:05}-bounds"


def _found_file(folder: Path, bucket: int) -> Path:
    return folder / f"found-{bucket:05}"


def reused_file(folder: Path, number: int) -> Path:
    """Where the tokens of a part that are in passages are written to."""
    return folder / f"reused-{number:05}.npy"


def words_of(task: Task[P], again: np.ndarray) -> Words:
    """The words of a part among which passages are sought: all that count, but of documents published before."""
    part = task.part()
    corpus = part.corpus
    counted = corpus.words(part.keep)
    if again.any():
        counted &= ~np.repeat(again, np.diff(corpus.document_bounds))
    at = np.flatnonzero(counted)
    n_words = np.diff(np.searchsorted(at, corpus.turn_bounds))
    turn = np.repeat(np.arange(len(n_words), dtype=np.int32), n_words)
    bounds = np.searchsorted(at, corpus.document_bounds)
    return Words(at, corpus.ids[at], part.forms, turn, bounds, corpus.n_tokens)


def write_runs(item: tuple[Task[P], np.ndarray], *, length: int, bits: int) -> np.ndarray:
    """Write the runs of `length` words within a turn by bucket; where each bucket begins in the files of the part."""
    task, again = item
    words = words_of(task, again)
    hashes = shingle_hashes(words.forms[words.ids], length)
    at = np.flatnonzero(words.turn[: len(hashes)] == words.turn[length - 1 :]) if len(hashes) else np.zeros(0, int)
    hashes = hashes[at]
    if bits:
        bucket = (hashes >> np.uint64(64 - bits)).astype(np.uint16)
        order = np.argsort(bucket, kind="stable")
        hashes, at = hashes[order], at[order]
        bounds = np.append(0, np.cumsum(np.bincount(bucket, minlength=1 << bits)))
    else:
        bounds = np.array([0, len(hashes)])
    for path, array in zip(_run_files(task.folder, task.number), (hashes, at.astype(np.int32), words.bounds)):
        write_array(array, path)
    return bounds


def find_repeated(item: tuple[Path, int, Sequence[tuple[int, int]], Sequence[int], int]) -> np.ndarray:
    """Write which runs of a bucket occur in two or more documents, by part; where each part begins in the file.

    The item is the folder, the number of the bucket, its slice of the files of each part, the first document of each part,
    and the bits that all hashes of a bucket share.
    """
    folder, bucket, slices, starts, bits = item
    files = [_run_files(folder, k) for k in range(len(slices))]
    edges = np.cumsum([0, *(b - a for a, b in slices)])
    hashes = np.concatenate([read_array(f[0], np.uint64, a, b) for f, (a, b) in zip(files, slices)])
    several = _in_groups(hashes, bits)
    hashes = hashes[several]
    at = np.empty(len(several), np.int32)
    document = np.empty(len(several), np.int64)
    cuts = np.searchsorted(several, edges)
    for k, (a, b) in enumerate(pairwise(cuts.tolist())):
        if b > a:
            at[a:b] = read_array(files[k][1], np.int32, *slices[k])[several[a:b] - edges[k]]
            bounds = read_array(files[k][2], np.int64)
            document[a:b] = np.searchsorted(bounds, at[a:b], side="right") - 1 + starts[k]
    shared, holders = _holders(hashes, document)
    found = np.empty(len(shared), _FOUND)
    found["at"], found["holders"] = at[shared], holders
    write_array(found, _found_file(folder, bucket))
    return np.searchsorted(shared, cuts)


def _in_groups(hashes: np.ndarray, bits: int) -> np.ndarray:
    """Indexes, in their order, of all hashes that are not the only ones of their value, and of a few others.

    Parameters
    ----------
    hashes : ndarray of uint64
        Of one bucket.
    bits : int
        Upper bits that all of them share.
    """
    # One sort of hash and index in the same number takes a fifth of a sort of indexes. What of the hash has no room there is
    # compared by whoever asks.
    if len(hashes) < 2:
        return np.zeros(0, np.int64)
    width = np.uint64((len(hashes) - 1).bit_length())
    low = (np.uint64(1) << width) - np.uint64(1)
    packed = (hashes << np.uint64(bits)) & ~low
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    same = (packed[1:] ^ packed[:-1]) <= low
    either = np.append(same, False)
    either[1:] |= same
    return np.sort((packed[either] & low).astype(np.int64))


def _holders(hashes: np.ndarray, document: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indexes of the hashes that occur in two or more documents, and for each a signature of the set of these documents.

    Documents come in order.
    """
    if not len(hashes):
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    order = np.argsort(hashes, kind="stable")
    hashes, document = hashes[order], document[order]
    new = np.append(True, hashes[1:] != hashes[:-1])
    another = new.copy()
    another[1:] |= document[1:] != document[:-1]
    mixed = (document.astype(np.uint64) + np.uint64(1)) * _BASE
    mixed ^= mixed >> np.uint64(31)
    begin = np.flatnonzero(new)
    # Sets of documents are compared by one number: different sets hardly ever have the same sum.
    signature = np.add.reduceat(np.where(another, mixed * _BASE, np.uint64(0)), begin)
    frequency = np.add.reduceat(another.astype(np.int64), begin)
    group = np.cumsum(new) - 1
    shared = frequency[group] > 1
    index, holders = order[shared], signature[group[shared]]
    back = np.argsort(index)
    return index[back], holders[back]


def find_places(item: tuple[Task[P], np.ndarray, Sequence[tuple[int, int]]], *, length: int) -> Places:
    """The passages of a part, and which of its tokens are in them, which is written to a file.

    The item is the part, its documents that are left out, and its slice of the file of each bucket.
    """
    task, again, slices = item
    words = words_of(task, again)
    found = np.concatenate(
        [read_array(_found_file(task.folder, k), _FOUND, a, b) for k, (a, b) in enumerate(slices) if b > a]
        or [np.zeros(0, _FOUND)]
    )
    found = found[np.argsort(found["at"])]
    position, holders = found["at"].astype(np.int64), found["holders"]
    # A passage ends where the next run is no neighbour or occurs in other documents.
    ends = np.ones(len(position), bool)
    ends[:-1] = (np.diff(position) != 1) | (holders[1:] != holders[:-1]) | (np.diff(words.turn[position]) != 0)
    left = position[np.append(True, ends[:-1])] if len(position) else position
    right = position[ends] + length
    edge = np.zeros(len(words.at) + 1, np.int32)
    np.add.at(edge, left, 1)
    np.add.at(edge, right, -1)
    reused = np.zeros(words.n_tokens, bool)
    reused[words.at[np.cumsum(edge[:-1]) > 0]] = True
    with written(reused_file(task.folder, task.number)) as stream:
        np.save(stream, reused)
    return Places(
        span_hashes(words.forms, words.ids, left, right),
        right - left,
        np.searchsorted(words.bounds, left, side="right") - 1 + task.document,
        words.at[left] + task.token,
        words.at[right - 1] + 1 + task.token,
    )


def _tables(parts: Sequence[Places]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number the passages of all parts: those that repeat the most tokens first."""
    names = ("key", "n_tokens", "document", "start", "stop")
    key, n_tokens, document, start, stop = (np.concatenate([getattr(p, name) for p in parts]) for name in names)
    code, _ = pd.factorize(key)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1)) if len(code) else np.zeros(0, int)
    # How many documents contain the whole passage, where single runs of it may occur in more.
    # Places come in the order of the documents, and with a stable sort so do those of each passage.
    by_passage = np.argsort(code, kind="stable")
    ranked, holder = code[by_passage], document[by_passage]
    new = np.append(True, (np.diff(ranked) != 0) | (np.diff(holder) != 0))[: len(code)]
    n_documents = np.bincount(ranked[new], minlength=len(first))
    order = np.lexsort((start[first], -(n_documents - 1) * n_tokens[first]))
    renumber = np.empty(len(first), np.int64)
    renumber[order] = np.arange(len(first))
    first = first[order]
    passages = pd.DataFrame(
        {
            "n_documents": n_documents[order],
            "n_tokens": n_tokens[first],
            "document": document[first],
            "start": start[first],
            "stop": stop[first],
        }
    )
    places = pd.DataFrame({"passage": renumber[code], "document": document, "start": start, "stop": stop})
    return passages, places
