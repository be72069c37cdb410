"""Counts of terms and n-grams by document, from integers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.chunks import cut_blocks, in_threads, merge_forms, split_chunks
from discourse.encode.tokens import TOKEN_PATTERN, check_pattern, find_tokens
from discourse.errors import UsageError
from discourse.types import EncodedCorpus

_PART = 500_000  # tokens that are counted at once


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


def ngram_matrix(
    corpus: EncodedCorpus, n: int, mask: np.ndarray | None = None, *, min_count: int = 1
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

    Returns
    -------
    counts : csr_array of int32, shape (n_documents, n_ngrams)
    ngrams : ndarray of str, shape (n_ngrams,)
        Forms joined by a blank, sorted.
    """
    EncodedCorpus.require(corpus)
    ids = corpus.folded_ids.astype(np.int64)
    sentence = corpus.parent("sentence")
    length = max(len(ids) - n + 1, 0)
    valid = sentence[:length] == sentence[n - 1 : n - 1 + length]
    if mask is not None:
        for k in range(n):
            valid &= mask[k : k + length]
    at = np.flatnonzero(valid)
    code, counts = ids[at], np.zeros(0, np.int64)
    for k in range(n):
        # Renumbering at each step keeps the packed code within 64 bits for any n; a hash table does not sort.
        code = pd.factorize(code if k == 0 else code * len(corpus.folded_forms) + ids[at + k])[0]
        counts = np.bincount(code)
        # What begins with something rare is as rare.
        often = counts[code] >= min_count
        at, code = at[often], code[often]
    kept = np.flatnonzero(counts >= min_count)
    code = (np.cumsum(counts >= min_count) - 1)[code]
    where = np.empty(len(kept), np.int64)
    where[code[::-1]] = at[::-1]
    document = np.searchsorted(corpus.document_bounds, at, side="right") - 1
    # Forms are sorted, and so are nearly all n-grams by their numbers: it takes no time to sort their names after that.
    parts = [ids[where + k] for k in range(n)]
    order = np.lexsort(parts[::-1])
    forms = np.asarray(corpus.folded_forms, object)
    names = forms[parts[0][order]]
    for part in parts[1:]:
        names = names + " " + forms[part[order]]
    by_name = np.argsort(names, kind="stable")
    order = order[by_name]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return count_matrix(document, rank[code], (len(corpus.documents), len(order))), names[by_name]


def count_terms(
    texts: Sequence[str], token_pattern: str = TOKEN_PATTERN, *, lowercase: bool = True
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
    blocks = dict(enumerate(in_threads(split_chunks, cut_blocks(texts))))
    forms, renumber = merge_forms(list(blocks.values()))
    types = find_tokens(forms, pattern)
    # Not case-folded, as CountVectorizer does not.
    tokens = [t.lower() for t in types.tokens] if lowercase else types.tokens
    codes, terms = pd.factorize(np.array(tokens, object), sort=True)
    in_chunk = incidence(types.token_bounds, codes[types.ids], len(terms))

    def count(k: int) -> sparse.csr_array:
        block = blocks.pop(k)  # its memory is free for what comes next
        # The product adds up duplicates as well, without sorting.
        return incidence(block.bounds, block.codes, len(renumber[k])) @ in_chunk[renumber[k]]

    return sparse.csr_array(sparse.vstack(in_threads(count, range(len(blocks))), format="csr")), terms
