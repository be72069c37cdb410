"""What occurs in the corpus more than once: documents published twice, and passages that documents share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from discourse.corpus.dated import iso_dates
from discourse.encode.chunks import in_threads
from discourse.errors import NoTextError
from discourse.shown import brief
from discourse.types import EncodedCorpus

SHINGLE = 5  # tokens; runs of five words seldom recur by chance
MIN_TOKENS = 30  # shorter documents have too few shingles for their overlap to mean much
_BASE = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio, odd: multiplying by it spreads the bits
_PERMUTATIONS = 128  # standard error of an estimated Jaccard index of at most 0.044


@dataclass(frozen=True)
class Repetition:
    """What is repeated.

    Parameters
    ----------
    duplicates : DataFrame
        One row for each document that was published before: `document`, `first` (indexes), `similarity` (Jaccard index
        of five-token shingles), `kind` (same text, nearly the same text).
    reused : ndarray of bool, shape (n_tokens,)
        Tokens within passages that occur in two or more documents, duplicates left out.
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


def shingle_hashes(ids: np.ndarray, length: int) -> np.ndarray:
    """Hash of each run of `length` ids; uint64, shape (max(len(ids) - length + 1, 0),).

    Examples
    --------
    >>> a = shingle_hashes(np.array([1, 2, 3, 1, 2, 3]), 3)
    >>> bool(a[0] == a[3]), len(set(a.tolist()))
    (True, 3)
    """
    n = len(ids) - length + 1
    if n <= 0:
        return np.zeros(0, np.uint64)
    # Ids are spread over 64 bits first: neighbours in the vocabulary should not have neighbouring hashes.
    spread = (ids.astype(np.uint64) + np.uint64(1)) * _BASE
    spread ^= spread >> np.uint64(29)
    result = np.zeros(n, np.uint64)
    with np.errstate(over="ignore"):
        for k in range(length):
            # Knuth's multiplier for a generator modulo 2^64.
            result = result * np.uint64(6364136223846793005) + spread[k : k + n]
    return result ^ (result >> np.uint64(31))


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
    Candidates come from MinHash (Broder 1997) with locality-sensitive hashing, by datasketch; each is checked by its
    exact Jaccard index.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> text = "The minister opened the harbour in the north and thanked the workers for their patience. "
    >>> table = duplicate_documents(encoded([text, "Other words.", text]), min_tokens=5)
    >>> table[["document", "first", "kind"]].values.tolist()
    [[2, 0, 'same text']]
    """
    counted = corpus.words()
    ids = corpus.folded_ids
    date = corpus.documents["date"].to_numpy("datetime64[D]")
    bounds = corpus.document_bounds
    n = len(corpus.documents)
    texts = [ids[a:b][counted[a:b]] for a, b in pairwise(bounds)]
    first: dict[int, tuple[int, float, str]] = {}
    seen: dict[bytes, list[int]] = {}
    for k in range(n):
        if not len(texts[k]):
            continue
        earlier = seen.setdefault(texts[k].tobytes(), [])
        # The latest first, for a chain of copies may go on for longer than these days.
        near = next((e for e in reversed(earlier) if _within(date[e], date[k], days)), None)
        if near is not None:
            first[k] = (near, 1.0, "same text")
        earlier.append(k)
    from datasketch import MinHash, MinHashLSH

    long = [k for k in range(n) if k not in first and len(texts[k]) >= min_tokens]
    shingles = {k: np.unique(shingle_hashes(texts[k], SHINGLE)) for k in long}

    def sketch(k: int) -> MinHash:
        # The shingles are hashes already; datasketch works with 32 bits.
        result = MinHash(_PERMUTATIONS, seed=1, hashfunc=int)
        result.update_batch((shingles[k] >> np.uint64(32)).tolist())
        return result

    # The threshold of the candidates lies below, for MinHash only estimates.
    # Missing a pair costs more than checking one too many.
    index = MinHashLSH(threshold=max(0.1, similarity - 0.2), num_perm=_PERMUTATIONS, weights=(0.1, 0.9))
    for k, signature in zip(long, in_threads(sketch, long)):
        best: tuple[float, int] | None = None
        # In order, so that of equally similar documents the first is taken.
        for e in sorted(index.query(signature)):
            if _within(date[e], date[k], days):
                common = len(np.intersect1d(shingles[e], shingles[k], assume_unique=True))
                value = common / (len(shingles[e]) + len(shingles[k]) - common)
                if value >= similarity and (best is None or value > best[0]):
                    best = value, e
        if best is not None:
            first[k] = (best[1], best[0], "nearly the same text")
        else:
            index.insert(k, signature)
    rows = []
    for k, (e, value, kind) in sorted(first.items()):
        while e in first:
            e = first[e][0]
            # Through another copy: what the two have in common themselves.
            a, b = (np.unique(shingle_hashes(texts[x], SHINGLE)) for x in (e, k))
            common = len(np.intersect1d(a, b, assume_unique=True))
            value = common / max(len(a) + len(b) - common, 1)
            kind = "same text" if texts[e].tobytes() == texts[k].tobytes() else "nearly the same text"
        rows.append((k, e, value, kind))
    return pd.DataFrame(rows, columns=["document", "first", "similarity", "kind"])


def _within(a: np.datetime64, b: np.datetime64, days: int) -> bool:
    if np.isnat(a) or np.isnat(b):
        return True
    return bool(abs((b - a).astype(int)) <= days)


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

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> texts = ["Our position is clear. We agree.", "As I said, our position is clear."]
    >>> found = repetition(encoded(texts), passage_tokens=4)
    >>> found.passages[["n_documents", "n_tokens"]].values.tolist(), int(found.reused.sum())
    ([[2, 4]], 8)
    """
    EncodedCorpus.require(corpus)
    duplicates = duplicate_documents(corpus, similarity=similarity, days=days)
    counted = corpus.words(keep)
    twice = np.zeros(len(corpus.documents), bool)
    twice[duplicates["document"].to_numpy(int)] = True
    counted &= ~np.repeat(twice, np.diff(corpus.document_bounds))
    at = np.flatnonzero(counted)
    turn = corpus.parent("turn")[at]
    hashes = shingle_hashes(corpus.folded_ids[at], passage_tokens)
    n = len(hashes)
    whole = turn[:n] == turn[passage_tokens - 1 :] if n else np.zeros(0, bool)
    position = np.flatnonzero(whole)
    document = corpus.turn_document[turn[position]]
    code, frequency, signature = _document_frequency(hashes[position], document)
    often = frequency[code] >= 2
    position, document, count = position[often], document[often], frequency[code[often]]
    holders = signature[code[often]]
    # A passage ends where the next window is no neighbour or occurs in other documents.
    breaks = (
        np.flatnonzero((np.diff(position) != 1) | (holders[1:] != holders[:-1]) | (np.diff(turn[position]) != 0))
        if len(position)
        else np.zeros(0, int)
    )
    starts = np.concatenate([[0], breaks + 1]).astype(int) if len(position) else np.zeros(0, int)
    stops = np.concatenate([breaks, [len(position) - 1]]).astype(int) if len(position) else np.zeros(0, int)
    reused = np.zeros(corpus.n_tokens, bool)
    edge = np.zeros(len(at) + 1, np.int64)
    np.add.at(edge, position[starts], 1)
    np.add.at(edge, position[stops] + passage_tokens, -1)
    reused[at[np.cumsum(edge[:-1]) > 0]] = True
    names: dict[bytes, int] = {}
    rows: list[tuple[int, int, int, int, int]] = []
    places: list[tuple[int, int, int, int]] = []
    ids = corpus.folded_ids
    for a, b in zip(starts, stops):
        left, right = position[a], position[b] + passage_tokens
        key = ids[at[left:right]].tobytes()
        if key not in names:
            names[key] = len(rows)
            rows.append((int(count[a]), right - left, document[a], at[left], at[right - 1] + 1))
        places.append((names[key], document[a], at[left], at[right - 1] + 1))
    passages = pd.DataFrame(rows, columns=["n_documents", "n_tokens", "document", "start", "stop"])
    table = pd.DataFrame(places, columns=["passage", "document", "start", "stop"])
    if len(table):
        # How many documents contain the whole passage, where windows alone may occur in more.
        passages["n_documents"] = table.groupby("passage")["document"].nunique().reindex(range(len(rows))).to_numpy()
    again = (passages["n_documents"] - 1) * passages["n_tokens"]
    order = np.lexsort((passages["start"], -again)) if len(rows) else np.zeros(0, int)
    renumber = np.empty(len(rows), int)
    renumber[order] = np.arange(len(rows))
    table["passage"] = renumber[table["passage"].to_numpy(int)]
    return Repetition(duplicates, reused, passages.iloc[order].reset_index(drop=True), table)


def _document_frequency(hashes: np.ndarray, document: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Code of each hash, in how many documents each code occurs, and a signature of the set of these documents.

    Documents come in order.
    """
    if not len(hashes):
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.uint64)
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    new = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    groups = np.cumsum(new) - 1
    code = np.empty(len(hashes), np.int64)
    code[order] = groups
    another = new.copy()
    another[1:] |= document[order][1:] != document[order][:-1]
    mixed = (document[order].astype(np.uint64) + np.uint64(1)) * _BASE
    mixed ^= mixed >> np.uint64(31)
    with np.errstate(over="ignore"):
        # Sets of documents are compared by one number: different sets hardly ever have the same sum.
        sums = np.add.reduceat(np.where(another, mixed * _BASE, np.uint64(0)), np.flatnonzero(new))
    return code, np.bincount(groups, weights=another).astype(np.int64), sums


def passage_table(corpus: EncodedCorpus, found: Repetition, groups: Sequence[str], group: np.ndarray) -> pd.DataFrame:
    """The reused passages with their text, and in how many documents of each group each occurs.

    Parameters
    ----------
    corpus : EncodedCorpus
        With text.
    found : Repetition
        Of the same corpus.
    groups : sequence of str
        Names of the groups.
    group : ndarray of int, shape (n_documents,)
        Index of each document's group, -1 for none.

    Returns
    -------
    DataFrame
        Columns `passage`, `n_tokens`, `n_documents`, one column for each group, `first_document`, `first_date`,
        `first_speaker`; those that repeat the most tokens first. Of passages that overlap by half where they occur
        first, only the one that comes first in this order is listed.
    """
    if corpus.texts is None:
        raise NoTextError("passage_table")
    turn = np.searchsorted(corpus.turn_bounds, found.passages["start"].to_numpy(int), side="right") - 1
    documents = corpus.documents.iloc[found.passages["document"].to_numpy(int)]
    texts = [
        " ".join(corpus.texts[t][corpus.starts[a] : corpus.ends[b - 1]].split())
        for t, a, b in zip(turn, found.passages["start"].to_numpy(int), found.passages["stop"].to_numpy(int))
    ]
    listed = _apart(found.passages)
    table = pd.DataFrame(
        {
            "passage": texts,
            "n_tokens": found.passages["n_tokens"].to_numpy(),
            "n_documents": found.passages["n_documents"].to_numpy(),
        }
    )
    places = found.places.assign(group=group[found.places["document"].to_numpy(int)])
    for k, name in enumerate(groups):
        counts = places[places["group"] == k].groupby("passage")["document"].nunique()
        table[name] = counts.reindex(range(len(table)), fill_value=0).to_numpy(int)
    table = table.assign(
        first_document=documents["doc_id"].to_numpy(),
        first_date=iso_dates(documents).to_numpy(),
        first_speaker=corpus.turns["speaker"].to_numpy()[turn],
    )
    return table[listed].reset_index(drop=True)


def _apart(passages: pd.DataFrame) -> np.ndarray:
    """Passages of which no more than half lies in one that comes before; bool, shape (n_passages,)."""
    taken: dict[int, list[tuple[int, int]]] = {}
    keep = np.ones(len(passages), bool)
    for k, (document, a, b) in enumerate(passages[["document", "start", "stop"]].itertuples(index=False)):
        spans = taken.setdefault(document, [])
        if any(min(b, d) - max(a, c) >= 0.5 * (b - a) for c, d in spans):
            keep[k] = False
        else:
            spans.append((a, b))
    return keep
