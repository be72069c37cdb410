"""Counts of terms and n-grams by document, from integers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.chunks import Chunks, map_blocks
from discourse.encode.encoder import TOKEN_PATTERN, check_pattern
from discourse.types import EncodedCorpus


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
    """Count the columns between each two bounds; if asked for, the halves of the rows in two threads."""
    def part(first: int, last: int) -> sparse.csr_array:
        inside = columns[bounds[first]: bounds[last]].astype(np.int32)  # a copy: sum_duplicates works in place
        pointers = (bounds[first: last + 1] - bounds[first]).astype(np.int64 if len(inside) >= 2**31 else np.int32)
        matrix = sparse.csr_array((np.ones(len(inside), np.int32), inside, pointers), shape=(last - first, shape[1]))
        matrix.sum_duplicates()
        return matrix

    if not threads or len(columns) < 1_000_000:
        return part(0, shape[0])
    middle = int(np.searchsorted(bounds, bounds[-1] // 2))
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(part, (0, middle), (middle, shape[0])))
    return sparse.csr_array(sparse.vstack(halves, format="csr"))


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
    ids = corpus.folded_ids.astype(np.int64)
    sentence = corpus.parent("sentence")
    length = max(len(ids) - n + 1, 0)
    valid = sentence[:length] == sentence[n - 1: n - 1 + length]
    if mask is not None:
        for k in range(n):
            valid &= mask[k: k + length]
    at = np.flatnonzero(valid)
    code = ids[at]
    for k in range(1, n):
        # Renumbering at each step keeps the packed code within 64 bits for any n.
        _, code = np.unique(code, return_inverse=True)
        code = code.astype(np.int64) * len(corpus.folded_forms) + ids[at + k]
    _, first, code, counts = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    keep = counts >= min_count
    renumber = np.cumsum(keep) - 1
    inside = keep[code]
    document = np.searchsorted(corpus.document_bounds, at[inside], side="right") - 1
    where = at[first[keep]]
    names = np.array([" ".join(corpus.folded_forms[ids[w: w + n]]) for w in where], object)
    matrix = count_matrix(document, renumber[code[inside]], (len(corpus.documents), int(keep.sum())))
    order = np.argsort(names, kind="stable")
    return matrix[:, order], names[order]


def count_terms(
    texts: Sequence[str], token_pattern: str = TOKEN_PATTERN, *, lowercase: bool = True
) -> tuple[sparse.csr_array, np.ndarray]:
    """Count terms by text, straight from strings; what scikit-learn's CountVectorizer does, faster.

    No offsets and no sentences are made: for anything but counts, `encode` the corpus once instead.

    Parameters
    ----------
    texts : sequence of str
        Texts.
    token_pattern : str
        Regular expression of a token; it must not match white space.
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
    def count(chunks: Chunks) -> tuple[list[bytes], sparse.csr_array]:
        return chunks.forms, count_columns(chunks.bounds, chunks.codes, (len(chunks.bounds) - 1, len(chunks.forms)))

    find = check_pattern(token_pattern).findall
    index: dict[bytes, int] = {}
    tokens: list[str] = []
    per_chunk: list[int] = []
    parts = []
    for chunks, matrix in map_blocks(count, texts):
        new = [c for c in chunks if c not in index]
        index.update(zip(new, range(len(index), len(index) + len(new))))
        codes = np.fromiter(map(index.__getitem__, chunks), np.int32, len(chunks))
        for chunk in new:
            inside = find(chunk.decode("utf-8", "surrogatepass"))
            tokens += inside
            per_chunk.append(len(inside))
        parts.append((codes[matrix.indices], matrix))
    by_chunk = sparse.csr_array(
        (np.concatenate([m.data for _, m in parts]), np.concatenate([i for i, _ in parts]),
         np.append(0, np.cumsum(np.concatenate([np.diff(m.indptr) for _, m in parts])))), shape=(len(texts), len(index)))
    codes, terms = pd.factorize(np.array([t.lower() for t in tokens] if lowercase else tokens, object), sort=True)
    in_chunk = sparse.csr_array((np.ones(len(tokens), np.int32), codes.astype(np.int32),
                                 np.append(0, np.cumsum(per_chunk))), shape=(len(index), len(terms)))
    return by_chunk @ in_chunk, terms
