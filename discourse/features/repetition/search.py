"""The search for what is repeated, in a corpus in memory or in parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.encode.chunks import in_threads
from discourse.features.repetition.duplicates import duplicates_of_parts
from discourse.features.repetition.parts import P, Parts, RunAll, in_order, parts_in_memory, temporary_folder
from discourse.features.repetition.passages import bucket_bits, passages_of_parts
from discourse.shown import brief
from discourse.types import EncodedCorpus


@dataclass(frozen=True)
class Repetition:
    """What is repeated.

    Parameters
    ----------
    duplicates : DataFrame
        One row for each document that was published before: `document`, `first` (indexes), `similarity` (Jaccard index
        of five-token shingles), `kind` (same text, nearly the same text).
    reused : ndarray of bool, shape (n_tokens,)
        Tokens within passages that occur in two or more documents, duplicates left out. Empty where a corpus in parts was
        searched: each part has a file of its own.
    passages : DataFrame
        One row for each passage: `n_documents`, `n_tokens`, `document`, `start` (first token in the document where it
        occurs first), `stop`; those that repeat the most tokens first.
    places : DataFrame
        One row for each occurrence: `passage` (row of `passages`), `document`, `start`, `stop`.
    """

    duplicates: pd.DataFrame
    reused: np.ndarray
    passages: pd.DataFrame
    places: pd.DataFrame

    __repr__ = brief


def repetition(
    corpus: EncodedCorpus,
    *,
    passage_tokens: int = 12,
    similarity: float = 0.9,
    days: int = 31,
    keep: np.ndarray | None = None,
) -> Repetition:
    """Find documents published twice and passages that several documents share.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    passage_tokens : int
        Length in tokens from which a shared passage counts as reused.
    similarity, days
        As in `duplicate_documents`.
    keep : ndarray of bool, shape (n_turns,), optional
        Turns among which passages are sought; all by default.

    Returns
    -------
    Repetition
        A passage is a maximal run of tokens within one turn that occurs in the same documents throughout;
        the template and the sentence that it is quoted in are two passages.

    Notes
    -----
    Hashes of all runs are in files in the system's folder for temporary files meanwhile, 12 bytes for each token.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> texts = ["Our position is clear. We agree.", "As I said, our position is clear."]
    >>> found = repetition(encoded(texts), passage_tokens=4)
    >>> found.passages[["n_documents", "n_tokens"]].values.tolist(), int(found.reused.sum())
    ([[2, 4]], 8)
    """
    EncodedCorpus.require(corpus)
    with temporary_folder() as folder:
        found, files = repetition_of_parts(
            parts_in_memory(corpus, keep),
            folder=folder,
            run_all=in_threads,
            passage_tokens=passage_tokens,
            similarity=similarity,
            days=days,
        )
        reused = np.concatenate([np.load(file) for file in files])
    return Repetition(found.duplicates, reused, found.passages, found.places)


def repetition_of_parts(
    parts: Parts[P],
    *,
    folder: Path,
    run_all: RunAll = in_order,
    passage_tokens: int = 12,
    similarity: float = 0.9,
    days: int = 31,
    buckets: int | None = None,
) -> tuple[Repetition, list[Path]]:
    """Find what is repeated in a corpus of which no more than a part is in memory; the same as `repetition` finds.

    Parameters
    ----------
    parts : Parts
        The corpus.
    folder : Path
        Of the files that the steps hand to each other, 12 bytes for each token; all workers see it. Only the layers of the
        parts stay there.
    run_all : callable
        Applies a function to each item of a list, anywhere, and gives the results in the order of the items. Functions and
        items can be pickled if `parts.load` and the handles can.
    passage_tokens, similarity, days
        As in `repetition`.
    buckets : int, optional
        Power of 2: buckets into which runs are shared out. By default as many as keep about two million in each.
        The result does not depend on it.

    Returns
    -------
    found : Repetition
        Documents and tokens are counted over the whole corpus; `reused` is empty.
    reused : list of Path
        For each part a .npy file, ndarray of bool: its tokens in passages.

    Raises
    ------
    DiscourseError
        Where there is no space left, or a file is damaged.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.repetition.parts import parts_in_memory, temporary_folder
    >>> texts = ["Our position is clear. We agree.", "As I said, our position is clear."]
    >>> parts = parts_in_memory(encoded(texts), tokens=5)
    >>> with temporary_folder() as folder:
    ...     found, files = repetition_of_parts(parts, folder=folder, passage_tokens=4)
    ...     layers = [np.load(file).astype(int).tolist() for file in files]
    >>> found.places["start"].tolist(), layers
    ([0, 9], [[1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1, 1]])
    """
    duplicates = duplicates_of_parts(parts, folder, run_all, similarity=similarity, days=days)
    twice = np.zeros(int(parts.documents[-1]), bool)
    twice[duplicates["document"].to_numpy(int)] = True
    bits = bucket_bits(int(parts.tokens[-1])) if buckets is None else buckets.bit_length() - 1
    passages, places, files = passages_of_parts(parts, twice, folder, run_all, length=passage_tokens, bits=bits)
    return Repetition(duplicates, np.zeros(0, bool), passages, places), files
