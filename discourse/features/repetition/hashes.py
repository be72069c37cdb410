"""Hashes of forms, of runs of tokens and of sets of such runs; the same for the same forms in every part of a corpus."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from discourse.types import EncodedCorpus

SHINGLE = 5  # tokens; runs of five words seldom recur by chance
PERMUTATIONS = 128  # standard error of an estimated Jaccard index of at most 0.044
# Knuth's multiplier for a generator modulo 2^64.
_MULTIPLIER = np.uint64(6364136223846793005)
_RUN_BLOCK = 1 << 15  # hashes, few enough for the processor's cache
_SKETCH_BLOCK = 1 << 14
_SKETCH_ROWS = 8  # permutations that are applied at once


def form_hashes(corpus: EncodedCorpus) -> np.ndarray:
    """Hash of the case-folded form of each form in the vocabulary; uint64, shape (n_forms,).

    Indexes of forms differ between the parts of a corpus, these hashes do not.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> a, b = encoded(["Peace at last"]), encoded(["War and peace"])
    >>> form = [c.vocabulary["form"].tolist() for c in (a, b)]
    >>> bool(form_hashes(a)[form[0].index("Peace")] == form_hashes(b)[form[1].index("peace")])
    True
    """
    forms = np.array(corpus.folded_forms, object)
    try:
        folded = pd.util.hash_array(forms, categorize=False)
    except UnicodeEncodeError:
        # Halves of surrogate pairs, from damaged texts, have no bytes; all other forms keep the hash they have elsewhere.
        plain = [f.encode("utf-8", "backslashreplace").decode("utf-8") for f in forms]
        folded = pd.util.hash_array(np.array(plain, object), categorize=False)
    return folded[corpus.vocabulary["folded"].to_numpy()]


def shingle_hashes(forms: np.ndarray, length: int) -> np.ndarray:
    """Hash of each run of `length` tokens; uint64, shape (max(len(forms) - length + 1, 0),).

    Parameters
    ----------
    forms : ndarray of uint64, shape (n_tokens,)
        Hash of the form of each token, from `form_hashes`.
    length : int
        Of a run, in tokens.

    Notes
    -----
    A polynomial in the hashes of the forms, modulo 2^64 (Karp & Rabin 1987).

    Examples
    --------
    >>> forms = np.array([3, 1 << 60, 7, 3, 1 << 60, 7], np.uint64)
    >>> a = shingle_hashes(forms, 3)
    >>> bool(a[0] == a[3]), len(set(a.tolist()))
    (True, 3)
    """
    n = max(len(forms) - length + 1, 0)
    result = np.empty(n, np.uint64)
    for begin in range(0, n, _RUN_BLOCK):
        block = result[begin : begin + _RUN_BLOCK]
        stop = begin + len(block)
        block[:] = forms[begin:stop]
        for k in range(1, length):
            block *= _MULTIPLIER
            block += forms[begin + k : stop + k]
        block ^= block >> np.uint64(31)
    return result


def span_hashes(forms: np.ndarray, ids: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Hash of the tokens of each span, of whatever length; uint64, shape (n_spans,).

    Parameters
    ----------
    forms : ndarray of uint64, shape (n_forms,)
        Hash of each form, from `form_hashes`.
    ids : ndarray of int, shape (n_tokens,)
        Form of each token.
    starts, stops : ndarray of int
        First token of each span, and the one after its last; none is empty.

    Examples
    --------
    >>> forms, ids = np.array([3, 1 << 60, 7], np.uint64), np.array([0, 1, 2, 0, 1])
    >>> a = span_hashes(forms, ids, np.array([0, 3, 0]), np.array([2, 5, 3]))
    >>> bool(a[0] == a[1]), bool(a[0] == a[2])
    (True, False)
    """
    if not len(starts):
        return np.zeros(0, np.uint64)
    lengths = stops - starts
    edges = np.concatenate([[0], np.cumsum(lengths)])
    offset = np.arange(edges[-1]) - np.repeat(edges[:-1], lengths)
    powers = np.multiply.accumulate(np.full(lengths.max(), _MULTIPLIER))
    terms = forms[ids[np.repeat(starts, lengths) + offset]] * powers[offset]
    # The length counts too, so that a span is never taken for a longer one.
    result = np.add.reduceat(terms, edges[:-1]) * _MULTIPLIER + lengths.astype(np.uint64)
    return result ^ (result >> np.uint64(31))


def signatures(hashes: np.ndarray, starts: np.ndarray, n: int = PERMUTATIONS) -> np.ndarray:
    """MinHash signature of each of several sets (Broder 1997), with the permutations of datasketch.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_members,)
        Members of the sets, one set after another; members that occur again change nothing.
    starts : ndarray of int, shape (n_sets,)
        Index of the first member of each set; no set is empty.
    n : int
        Permutations, the first of 128.

    Returns
    -------
    ndarray of uint32, shape (n_sets, n)
        The values that `datasketch.MinHash` (scheme affine32, seed 1) has for the upper 32 bits of the members.

    Examples
    --------
    >>> members = np.array([1 << 40, 5 << 50, 9 << 45, 5 << 50, 1 << 40], np.uint64)
    >>> a = signatures(members, np.array([0, 2, 3]))
    >>> a.shape, bool((a[0] == a[2]).all())
    ((3, 128), True)
    """
    from datasketch import MinHash

    factor, shift = MinHash(PERMUTATIONS, seed=1, hashfunc=int, scheme="affine32").permutations
    values = _mixed((hashes >> np.uint64(32)).astype(np.uint32))
    # Sets are cut where a block ends, and what their pieces have least is put together.
    edges = np.union1d(starts, np.arange(0, len(values), _SKETCH_BLOCK))
    least = np.empty((len(edges), n), np.uint32)
    permuted = np.empty((_SKETCH_ROWS, _SKETCH_BLOCK), np.uint32)
    for begin in range(0, len(values), _SKETCH_BLOCK):
        block = values[begin : begin + _SKETCH_BLOCK]
        a, b = np.searchsorted(edges, [begin, begin + len(block)])
        for k in range(0, n, _SKETCH_ROWS):
            rows = slice(k, min(k + _SKETCH_ROWS, n))
            of = permuted[: rows.stop - k, : len(block)]
            np.multiply(factor[rows, None], block, out=of)
            of += shift[rows, None]
            least[a:b, rows] = np.minimum.reduceat(of, edges[a:b] - begin, axis=1).T
    if not len(starts):
        return least
    return np.minimum.reduceat(least, np.searchsorted(edges, starts), axis=0)


def _mixed(values: np.ndarray) -> np.ndarray:
    """The last step of MurmurHash3 (Appleby 2008), which spreads 32 bits."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        values = (values ^ (values >> np.uint32(shift))) * np.uint32(factor)
    return values ^ (values >> np.uint32(16))


@cache
def bands_of(similarity: float) -> tuple[int, int]:
    """Number of bands of a signature and values in each, such that few pairs at or above a Jaccard index are missed.

    Examples
    --------
    >>> bands_of(0.9)
    (20, 6)
    """
    from datasketch import MinHashLSH

    # The threshold of the candidates lies below, for MinHash only estimates.
    # Missing a pair costs more than checking one too many.
    index = MinHashLSH(threshold=max(0.1, similarity - 0.2), num_perm=PERMUTATIONS, weights=(0.1, 0.9))
    return index.b, index.r


def band_keys(signature: np.ndarray, bands: int, rows: int) -> np.ndarray:
    """One number for each band of each signature; uint64, shape (n_sets, bands). Equal bands have equal numbers."""
    cut = signature[:, : bands * rows].reshape(len(signature), bands, rows).astype(np.uint64)
    keys = cut[:, :, 0].copy()
    for k in range(1, rows):
        keys *= _MULTIPLIER
        keys += cut[:, :, k]
    return keys
