"""Counts of terms and n-grams by document, from integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.chunks import compiled_loops, cut_blocks, in_threads, merge_forms, split_chunks
from discourse.encode.tokens import TOKEN_PATTERN, check_pattern, find_tokens
from discourse.errors import UsageError
from discourse.types import EncodedCorpus

_PART = 500_000  # tokens that are counted at once
_BLOCK = 1_000_000  # characters that are split at once by compiled loops


def count_matrix(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """Count pairs of (row, column), rows given in ascending order.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (n,)
        Indices; `rows` must not descend.
    shape : tuple of int
        Shape of the result.

    Returns
    -------
    csr_array of int32

    Examples
    --------
    >>> count_matrix(np.array([0, 0, 1]), np.array([1, 1, 0]), (2, 2)).toarray().tolist()
    [[0, 2], [1, 0]]
    """
    bounds = np.searchsorted(rows, np.arange(shape[0] + 1))
    return count_columns(bounds, columns, shape)


def count_columns(
    bounds: np.ndarray, columns: np.ndarray, shape: tuple[int, int], *, threads: bool = False
) -> sparse.csr_array:
    """Count the columns between each two bounds; if asked for, parts of the rows in two threads."""

    def part(rows: tuple[int, int]) -> sparse.csr_array:
        first, last = rows
        inside = columns[bounds[first] : bounds[last]]
        # There and back again is a radix sort by column, linear in the number of tokens.
        counts = incidence(bounds[first : last + 1] - bounds[first], inside, shape[1]).tocsc().tocsr()
        counts.sum_duplicates()
        return counts

    size = _PART if threads else max(len(columns), 1)
    cuts = np.unique(np.searchsorted(bounds, np.arange(size, len(columns), size)))
    parts = in_threads(part, pairwise([0, *cuts.tolist(), shape[0]]))
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


def incidence(bounds: np.ndarray, columns: np.ndarray, width: int) -> sparse.csr_array:
    """A one for each entry of `columns`, duplicates and all."""
    # 32 bits take half the memory, and are enough for nearly every corpus.
    index = np.int64 if len(columns) >= 2**31 else np.int32
    ones = np.ones(len(columns), np.int32)
    shape = (len(bounds) - 1, width)
    return sparse.csr_array((ones, columns.astype(index, copy=False), bounds.astype(index)), shape=shape)


def document_term_matrix(
    corpus: EncodedCorpus, mask: np.ndarray | None = None, *, folded: bool = True
) -> tuple[sparse.csr_array, np.ndarray]:
    """Count terms by document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all by default.
    folded : bool
        Count case-folded forms (default) or surface forms.

    Returns
    -------
    counts : csr_array of int32, shape (n_documents, n_terms)
    terms : ndarray of str, shape (n_terms,)
        All forms of the corpus, sorted.
    """
    EncodedCorpus.require(corpus)
    columns = corpus.folded_ids if folded else corpus.ids
    terms = corpus.folded_forms if folded else corpus.vocabulary["form"].to_numpy()
    bounds = corpus.document_bounds
    if mask is not None:
        before = np.concatenate([[0], np.cumsum(mask)])
        bounds, columns = before[bounds], columns[mask]
    return count_columns(bounds, columns, (len(corpus.documents), len(terms)), threads=True), terms


@dataclass(frozen=True)
class Ngrams:
    """The n-grams of a corpus.

    Parameters
    ----------
    at : ndarray of int64, shape (n_occurrences,)
        First token of each occurrence, in order.
    code : ndarray of int64, shape (n_occurrences,)
        Which n-gram it is.
    first : ndarray of int64, shape (n_ngrams,)
        First token of the first occurrence of each n-gram.
    """

    at: np.ndarray
    code: np.ndarray
    first: np.ndarray

    @property
    def frequency(self) -> np.ndarray:
        """How often each n-gram occurs; int64."""
        return np.bincount(self.code, minlength=len(self.first))


def find_ngrams(corpus: EncodedCorpus, n: int, mask: np.ndarray | None = None, *, min_count: int = 1) -> Ngrams:
    """Find n-grams of case-folded forms that occur `min_count` times or more; none crosses a sentence boundary or an excluded token.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = find_ngrams(encoded(["To be or to be."]), 2)
    >>> found.code.tolist(), found.first.tolist()
    ([0, 1, 2, 0], [0, 1, 2])
    """
    ids = corpus.folded_ids.astype(np.int64)
    length = max(len(ids) - n + 1, 0)
    valid = np.ones(length, bool)
    # A sentence that begins after the first token of an n-gram cuts it.
    begins = corpus.sentence_bounds[:-1]
    for k in range(1, n):
        valid[begins[(begins >= k) & (begins < length + k)] - k] = False
    if mask is not None:
        for k in range(n):
            valid &= mask[k : k + length]
    at = np.flatnonzero(valid)
    code, counts = ids[at], np.zeros(0, np.int64)
    for k in range(n):
        # Renumbering at each step keeps the packed code within 64 bits for any n; a hash table does not sort.
        code = pd.factorize(code if k == 0 else code * len(corpus.folded_forms) + ids[at + k])[0]
        counts = np.bincount(code)
        if min_count > 1:
            # What begins with something rare is as rare.
            often = counts[code] >= min_count
            at, code = at[often], code[often]
    kept = counts >= min_count
    code = (np.cumsum(kept) - 1)[code]
    first = np.empty(int(kept.sum()), np.int64)
    # Of what is written several times the last remains.
    first[code[::-1]] = at[::-1]
    return Ngrams(at, code, first)


def ngram_hashes(corpus: EncodedCorpus, first: np.ndarray, n: int) -> np.ndarray:
    """64 bits for each n-gram that begins at some tokens, the same in every corpus; uint64.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> one, other = encoded(["Peace and trade."]), encoded(["All trade, and peace and war."])
    >>> bool(ngram_hashes(one, np.array([0]), 2)[0] == ngram_hashes(other, np.array([3]), 2)[0])
    True
    """
    forms = corpus.folded_forms
    of_form = pd.util.hash_array(np.asarray(forms, object), categorize=False) if len(forms) else np.zeros(0, np.uint64)
    result = np.zeros(len(first), np.uint64)
    with np.errstate(over="ignore"):
        for k in range(n):
            # Knuth's multiplier for a generator modulo 2^64.
            result = result * np.uint64(6364136223846793005) + of_form[corpus.folded_ids[first + k]]
    return result


def ngram_matrix(
    corpus: EncodedCorpus,
    n: int,
    mask: np.ndarray | None = None,
    *,
    min_count: int = 1,
    among: np.ndarray | None = None,
) -> tuple[sparse.csr_array, np.ndarray]:
    """Count n-grams of case-folded forms by document; none crosses a sentence boundary or an excluded token.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    n : int
        Length in tokens.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count.
    min_count : int
        Leave out n-grams that are rarer in the whole.
    among : ndarray of uint64, optional
        `ngram_hashes` of those to count; all by default.

    Returns
    -------
    counts : csr_array of int32, shape (n_documents, n_ngrams)
    ngrams : ndarray of str, shape (n_ngrams,)
        Forms joined by a blank, sorted.
    """
    EncodedCorpus.require(corpus)
    found = find_ngrams(corpus, n, mask, min_count=min_count)
    code, first = found.code, found.first
    if among is not None:
        keep = np.isin(ngram_hashes(corpus, first, n), among)
        code, first = (np.cumsum(keep) - 1)[code], first[keep]
        found = Ngrams(found.at[keep[found.code]], code[keep[found.code]], first)
    document = np.searchsorted(corpus.document_bounds, found.at, side="right") - 1
    # Forms are sorted, and so are nearly all n-grams by their numbers: it takes no time to sort their names after that.
    parts = [corpus.folded_ids[first + k] for k in range(n)]
    order = np.lexsort(parts[::-1])
    forms = np.asarray(corpus.folded_forms, object)
    names = forms[parts[0][order]]
    for part in parts[1:]:
        names = names + " " + forms[part[order]]
    by_name = np.argsort(names, kind="stable")
    order = order[by_name]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return count_matrix(document, rank[found.code], (len(corpus.documents), len(order))), names[by_name]


def count_terms(
    texts: Sequence[str], token_pattern: str = TOKEN_PATTERN, *, lowercase: bool = True, compiled: bool | None = None
) -> tuple[sparse.csr_array, np.ndarray]:
    """Count terms by text, straight from strings; what scikit-learn's CountVectorizer does, faster.

    No offsets and no sentences are made: for anything but counts, encode the corpus once instead.

    Parameters
    ----------
    texts : sequence of str
        Texts.
    token_pattern : str
        Regular expression of a token; it must not match white space. The whole match is the token, as in `encode`.
    lowercase : bool
        Count lower-cased forms.
    compiled : bool, optional
        Use loops compiled by numba; by default where it is installed and there is much text. The result does not depend on it.

    Returns
    -------
    counts : csr_array of int32, shape (n_texts, n_terms)
    terms : ndarray of str, shape (n_terms,)
        Sorted.

    Examples
    --------
    >>> counts, terms = count_terms(["To be or not to be"])
    >>> dict(zip(terms.tolist(), counts.toarray()[0].tolist()))
    {'be': 2, 'not': 1, 'or': 1, 'to': 2}
    """
    if isinstance(texts, str):
        raise UsageError("expected several texts, got one; put it into a list: [text]")
    pattern = check_pattern(token_pattern)
    loops = compiled_loops(texts, compiled)
    cut = cut_blocks(texts, _BLOCK if loops else None)
    blocks = dict(enumerate(in_threads(lambda block: split_chunks(block, loops), cut)))
    forms, renumber = merge_forms(list(blocks.values()))
    types = find_tokens(forms, pattern)
    # Not case-folded, as CountVectorizer does not.
    tokens = [t.lower() for t in types.tokens] if lowercase else types.tokens
    codes, terms = pd.factorize(np.array(tokens, object), sort=True)
    in_chunk = incidence(types.token_bounds, codes[types.ids], len(terms))

    def count(k: int) -> sparse.csr_array:
        block = blocks.pop(k)  # its memory is free for what comes next
        if loops is None:
            # The product adds up duplicates as well, without sorting.
            return incidence(block.bounds, block.codes, len(renumber[k])) @ in_chunk[renumber[k]]
        chunks = block.codes.astype(np.int32), block.bounds
        of_chunk = types.token_bounds[renumber[k]], types.counts[renumber[k]]
        n_tokens = int(of_chunk[1][chunks[0]].sum())
        out = [np.empty(n, np.int32) for n in (len(block.bounds), n_tokens, n_tokens)]
        n = loops.count(chunks, of_chunk, in_chunk.indices, np.zeros(len(terms), np.int32), tuple(out))
        bounds, columns, sums = out[0], out[1][:n].copy(), out[2][:n].copy()
        return sparse.csr_array((sums, columns, bounds), shape=(len(block.lead), len(terms)))

    return sparse.csr_array(sparse.vstack(in_threads(count, range(len(blocks))), format="csr")), terms
