"""Loops over bytes, chunks and tokens, compiled by numba; what `chunks`, `encoder` and `counts` use for much text.

Importing this module imports numba, so it is imported only where a corpus is large enough to win that back. numba keeps
the machine code in `__pycache__` beside this file or, where that cannot be written, in the user's cache folder (the
environment variable NUMBA_CACHE_DIR names another); the first use after an installation compiles for some seconds.

Text is read eight bytes at a time as unsigned numbers, lowest byte first.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from discourse.encode.clauses import BLANK, HYPHEN, MARK, MAY_CLOSE, NUMBER_SIGN, STOP
from discourse.encode.sentences import BULLET, CAN_BEGIN, END, ENDS_LINE, ENDS_PARAGRAPH, MAYBE_END, USUALLY_BEGINS

_LOW7 = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH = np.uint64(0x8080808080808080)
_TO_HIGH = np.uint64(0x5F5F5F5F5F5F5F5F)  # 33 and 0x5f are 0x80: the highest bit of a byte says that it is above 32
_PLACES = np.uint64(0x0001020304050607)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio, odd: Knuth's multiplicative hash (1998, 6.4)
_ONE, _SEVEN, _EIGHT, _56, _32, _64 = (np.uint64(k) for k in (1, 7, 8, 56, 32, 64))


def _compiled(function):  # type: ignore[no-untyped-def]
    """Compile without the interpreter's lock, and keep the machine code where a folder for it can be written."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no such folder
        return njit(nogil=True)(function)


@_compiled
def _spaces(word):
    """The highest bit of each byte of a word that is white space or a control character."""
    return ~(((word & _LOW7) + _TO_HIGH) | word) & _HIGH


@_compiled
def _mixed(value, word):
    value = (value ^ word) * _FACTOR
    return value ^ (value >> _32)


@_compiled
def _same(words, first, second, size):
    """Whether two runs of `size` bytes are equal."""
    while size >= 8:
        if words[first] != words[second]:
            return False
        first += 8
        second += 8
        size -= 8
    return size == 0 or (words[first] ^ words[second]) << (_EIGHT * np.uint64(8 - size)) == 0


@_compiled
def plain_spaces(data, words, begin):
    """Make white space outside ASCII one blank each, in place.

    Parameters
    ----------
    data : ndarray of uint8
        Texts in UTF-8, and eight bytes more.
    words : ndarray of uint64
        The eight bytes from each byte of the texts on.
    begin : ndarray of int32, shape (n_texts,)
        Where each text begins; is changed with the text.

    Returns
    -------
    int
        Bytes of text now; what comes after them in `data` means nothing.
    """
    size = len(words)
    filled = text = at = 0
    while at < size:
        word = words[at]
        if word & _HIGH == 0:  # eight characters of ASCII
            words[filled] = word
            read = written = 8
        else:
            read, written = max(_wide_space(data, at), 1), 1
            data[filled] = data[at] if read == 1 else 32
        while text < len(begin) and begin[text] < at + read:
            begin[text] -= at - filled
            text += 1
        at += read
        filled += written
    return filled - (at - size)


@_compiled
def _wide_space(data, at):
    """Bytes of the white space outside ASCII that is at a place; 0 where there is none."""
    first, second, third = data[at], data[at + 1], data[at + 2]
    if first == 0xC2:  # U+0085, U+00A0
        return 2 if second == 0x85 or second == 0xA0 else 0
    if first == 0xE1:  # U+1680
        return 3 if second == 0x9A and third == 0x80 else 0
    if first == 0xE2 and second == 0x80:  # U+2000 to U+200A, U+2028, U+2029, U+202F
        return 3 if third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
    if first == 0xE2 and second == 0x81:  # U+205F
        return 3 if third == 0x9F else 0
    return 3 if first == 0xE3 and second == 0x80 and third == 0x80 else 0  # U+3000


@_compiled
def split(data, words, begin, codes, of_texts, forms, table):
    """Split texts at white space and control characters, and give equal chunks equal codes.

    Parameters
    ----------
    data : ndarray of uint8
        A blank, and texts with a blank after each.
    words : ndarray of uint64
        The eight bytes from each byte of the texts on; as many as there are bytes of text.
    begin : ndarray of int32, shape (n_texts,)
        Where each text begins.
    codes : ndarray of int32
        To be filled.
    of_texts : tuple of ndarray
        To be filled: index of the first chunk of each text and of the end, int64; bytes before the first chunk, int32.
    forms : tuple of ndarray
        To be filled, by code: up to eight bytes, uint64; where it occurs first, and its bytes with the white space after it, int32.
    table : ndarray of int32
        Slots of an open-addressing hash table, twice as many as `forms` and a power of two, all -1.

    Returns
    -------
    n_chunks, n_forms : int
        If `forms` is full, the end was not reached.
    """
    bounds, lead = of_texts
    firsts, starts, sizes = forms
    size = len(words)
    shift = _64
    while len(table) >> np.int64(_64 - shift) > 1:
        shift -= _ONE
    n_chunks = n_forms = text = at = 0
    while at < size and data[at] <= 32:
        at += 1
    while at < size and n_forms < len(starts):
        start = at
        while text < len(begin) and begin[text] <= start:
            bounds[text] = n_chunks
            lead[text] = start - begin[text]
            text += 1
        value = np.uint64(0)
        word = words[at]
        spaces = _spaces(word)
        while spaces == 0:
            value = _mixed(value, word)
            at += 8
            word = words[at]
            spaces = _spaces(word)
        lowest = (spaces & (~spaces + _ONE)) >> _SEVEN  # the lowest bit of the first byte of white space
        value = _mixed(value, word & (lowest - _ONE))
        at += np.int64((lowest * _PLACES) >> _56)
        while data[at] <= 32 and at < size:
            value += np.uint64(data[at])
            at += 1
        length = at - start
        first = words[start]
        if length < 8:
            first &= (_ONE << (_EIGHT * np.uint64(length))) - _ONE
        slot = np.int64((value * _FACTOR) >> shift)
        code = table[slot]
        while code >= 0 and not (
            firsts[code] == first
            and sizes[code] == length
            and (length <= 8 or _same(words, starts[code] + 8, start + 8, length - 8))
        ):
            slot = (slot + 1) & (len(table) - 1)
            code = table[slot]
        if code < 0:
            code = n_forms
            table[slot] = code
            firsts[code] = first
            starts[code] = start
            sizes[code] = length
            n_forms += 1
        codes[n_chunks] = code
        n_chunks += 1
    for rest in range(text, len(begin)):
        bounds[rest] = n_chunks
        lead[rest] = size - begin[rest]
    bounds[len(begin)] = n_chunks
    return n_chunks, n_forms


@_compiled
def gather(data, starts, stops, out):
    """Copy runs of bytes to places one after another, which begin and end at `stops`."""
    for k in range(len(starts)):
        at = starts[k] - stops[k]
        for to in range(stops[k], stops[k + 1]):
            out[to] = data[at + to]


@_compiled
def expand(chunks, types, tokens, out, bounds, breaks):
    """Write form, start and end of each token; find where texts and sentences begin.

    Parameters
    ----------
    chunks : tuple of ndarray
        Codes, and by text the index of the first chunk and its character offset.
    types : tuple of ndarray
        By code: first token in the chunk, number of tokens, characters, and sentence flags.
    tokens : tuple of ndarray of int32
        Form, and start and end in the chunk.
    out : tuple of ndarray of int32
        To be filled: form, start and end of each token.
    bounds : ndarray of int64, shape (n_texts,)
        To be filled: index of the first token of each text.
    breaks : ndarray of int64, shape (n_tokens,)
        To be filled: index of the first token of each sentence.

    Returns
    -------
    int
        Number of sentences.
    """
    codes, first_chunk, lead = chunks
    first_token, counts, lengths, flags = types
    forms, begins, stops = tokens
    ids, starts, ends = out
    n = n_breaks = 0
    for text in range(len(lead)):
        bounds[text] = n
        at = lead[text]
        before = np.uint8(ENDS_PARAGRAPH)
        new = True
        for k in range(first_chunk[text], first_chunk[text + 1]):
            code = codes[k]
            new = new or _begins(before, flags[code])
            before = flags[code]
            # A sentence that begins at a chunk without tokens (a dash) begins at the next token.
            if new and counts[code]:
                breaks[n_breaks] = n
                n_breaks += 1
                new = False
            first = first_token[code]
            for token in range(first, first + counts[code]):
                ids[n] = forms[token]
                starts[n] = at + begins[token]
                ends[n] = at + stops[token]
                n += 1
            at += lengths[code]
    return n_breaks


@_compiled
def _begins(before, flags):
    """Whether a sentence begins at a chunk, from the flags of the chunk before and its own."""
    if before & ENDS_PARAGRAPH or (before & ENDS_LINE and flags & BULLET):
        return True
    # The two lowest bits say whether a chunk ends a sentence.
    if before & 3 == END:
        return flags & CAN_BEGIN != 0
    return before & 3 == MAYBE_END and flags & USUALLY_BEGINS != 0


@_compiled
def count(chunks, types, terms, sums, out):
    """Count terms by text.

    Parameters
    ----------
    chunks : tuple of ndarray
        Codes, and by text the index of the first chunk.
    types : tuple of ndarray of int32
        By code: first term in the chunk, and number of terms.
    terms : ndarray of int32
        The terms of the chunks in order.
    sums : ndarray of int32, shape (n_terms,)
        Zeros, and again at the end.
    out : tuple of ndarray of int32
        To be filled: a matrix in compressed rows, as bounds, columns and counts. In a row the column that occurs first comes
        last, as in a product of scipy's.

    Returns
    -------
    int
        Number of entries.
    """
    codes, first_chunk = chunks
    first_term, n_terms = types
    bounds, columns, counts = out
    n = 0
    bounds[0] = 0
    for text in range(len(first_chunk) - 1):
        first = n
        for k in range(first_chunk[text], first_chunk[text + 1]):
            at = first_term[codes[k]]
            for token in range(at, at + n_terms[codes[k]]):
                term = terms[token]
                if sums[term] == 0:
                    columns[n] = term
                    n += 1
                sums[term] += 1
        for k in range((n - first) // 2):
            columns[first + k], columns[n - 1 - k] = columns[n - 1 - k], columns[first + k]
        for k in range(first, n):
            counts[k] = sums[columns[k]]
            sums[columns[k]] = 0
        bounds[text + 1] = n
    return n


@_compiled
def clause_ends(characters, kinds, at, out):
    """Whether a clause ends before each of these places.

    Parameters
    ----------
    characters : ndarray of uint32
        Code points; three or more from the last place on.
    kinds : ndarray of uint8
        Kinds of each code point; those that are not in it are as its last.
    at : ndarray of int64, shape (n_tokens,)
        Where each token ends.
    out : ndarray of bool, shape (n_tokens,)
        To be filled.
    """
    last = np.uint32(len(kinds) - 1)
    for k in range(len(at)):
        second = characters[at[k] + 1]
        kind, next_kind = kinds[min(characters[at[k]], last)], kinds[min(second, last)]
        out[k] = (
            kind & MARK != 0
            or (kind & MAY_CLOSE != 0 and next_kind & MARK != 0)
            or kind & next_kind & HYPHEN != 0
            or (kind & STOP != 0 and second == BLANK and characters[at[k] + 2] == NUMBER_SIGN)
        )
