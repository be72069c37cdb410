"""White-space chunks of many texts as integer codes, without a Python loop over tokens.

A token pattern never spans white space, so it has to run only once for each distinct chunk. A chunk is a run of
characters with the white space after it; pyarrow's dictionary encoding finds those that are equal, and for much text
a compiled loop.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import TypeVar

import numpy as np
import pyarrow as pa

from discourse.errors import UsageError

_SPACES = [chr(c) for c in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)]
_SLICE = 1 << 18  # bytes of text, few enough for the processor's cache
_LOOPS = "discourse.encode.compiled"
_MUCH = 100_000_000  # characters; for fewer, numba takes longer to start than its loops save
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Chunks:
    """Chunks of a block of texts.

    Where a chunk begins is not stored: it is `lead` and the lengths of the chunks before it in the text.

    Parameters
    ----------
    codes : ndarray of uint16 or int32, shape (n_chunks,)
        Index into `forms`.
    forms : BinaryArray
        Distinct chunks with the white space after them, in order of first occurrence.
    bounds : ndarray of int64, shape (n_texts + 1,)
        Index of the first chunk of each text.
    lead : ndarray of int32, shape (n_texts,)
        Character offset of the first chunk in each text.
    """

    codes: np.ndarray
    forms: pa.BinaryArray
    bounds: np.ndarray
    lead: np.ndarray

    def parts(self, size: int) -> Iterator[Chunks]:
        """Runs of texts with about `size` chunks each."""
        cuts = np.unique(np.searchsorted(self.bounds, np.arange(size, len(self.codes), size)))
        for a, b in pairwise([0, *cuts.tolist(), len(self.lead)]):
            bounds = self.bounds[a : b + 1]
            yield Chunks(self.codes[bounds[0] : bounds[-1]], self.forms, bounds - bounds[0], self.lead[a:b])


def plain_spaces(text: str) -> str:
    """Replace white space outside ASCII by a blank; offsets stay.

    Examples
    --------
    >>> plain_spaces("a\\u00a0b")
    'a b'
    """
    if not text.isascii():
        for space in _SPACES:
            if space in text:
                text = text.replace(space, " ")
    return text


def _chunk_stops(data: bytes) -> np.ndarray:
    """Byte offsets at which a chunk begins, and the end; slice by slice, for the sake of the processor's cache."""
    buffer = np.frombuffer(data, np.uint8)
    parts = []
    for left in range(0, len(buffer) - 1, _SLICE):
        # White space and control characters; no byte of a longer character is so small in UTF-8.
        space = buffer[left : left + _SLICE + 1] <= 32
        begins = np.flatnonzero(space[:-1] > space[1:])
        begins += left + 1
        parts.append(begins.astype(np.int32))
    return np.concatenate([*parts, np.array([len(buffer)], np.int32)])


def compiled_loops(texts: Sequence[str], wanted: bool | None = None) -> ModuleType | None:
    """The loops compiled by numba, if it is installed and worth its start; both ways give the same results.

    Parameters
    ----------
    texts : sequence of str
        What is to be encoded.
    wanted : bool, optional
        Whether to use them; by default where they are loaded already, and for much text.

    Returns
    -------
    module or None

    Raises
    ------
    UsageError
        If they are wanted and numba cannot be imported.
    """
    much = _LOOPS in sys.modules or sum(map(len, texts)) >= _MUCH
    # The loops take the lowest byte of a number for the first.
    if not (much if wanted is None else wanted) or len(texts) == 0 or sys.byteorder != "little":
        return None
    try:
        return importlib.import_module(_LOOPS)
    except ImportError as error:
        if wanted:
            raise UsageError(
                f"the compiled loops need numba ({error}): pip install 'discourse-analytics[fast]'"
            ) from None
        return None


def split_chunks(texts: Sequence[str], loops: ModuleType | None = None) -> Chunks:
    """Split texts at white space and control characters, and give equal chunks equal codes.

    Parameters
    ----------
    texts : sequence of str
        Texts; together less than 2 GiB.
    loops : module, optional
        What `compiled_loops` gives.

    Returns
    -------
    Chunks

    Examples
    --------
    >>> chunks = split_chunks(["to be or", "to be"])
    >>> chunks.codes.tolist(), chunks.forms.to_pylist(), chunks.bounds.tolist()
    ([0, 1, 2, 0, 1], [b'to ', b'be ', b'or '], [0, 3, 5])
    """
    if loops is None:
        texts = [plain_spaces(t) for t in texts]
    # Lone surrogates occur in texts that other programs wrote, and must not end the run.
    encoded = [t.encode("utf-8", "surrogatepass") for t in texts]
    sizes = np.fromiter(map(len, encoded), np.int64, len(texts)) + 1
    begin = (np.cumsum(sizes) - sizes + 1).astype(np.int32)  # the type of the starts, or the search copies them
    # A blank ends each text, so that a form does not depend on what is in the next one.
    if loops is None:
        codes, forms, bounds, lead = _split_by_arrow(b" ".join([b"", *encoded, b""]), begin)
    else:
        codes, forms, bounds, lead = _split_by_loop(bytearray(b" ").join([b"", *encoded, b" " * 8]), begin, loops)
    # Two bytes for each chunk, if they are enough, in place of four.
    return Chunks(codes.astype(np.uint16 if len(forms) <= 2**16 else np.int32), forms, bounds, lead)


def _split_by_arrow(data: bytes, begin: np.ndarray) -> tuple[np.ndarray, pa.BinaryArray, np.ndarray, np.ndarray]:
    """Codes, forms, first chunk and lead of texts that begin at `begin`."""
    stops = _chunk_stops(data)
    starts = stops[:-1]
    bounds = np.append(np.searchsorted(starts, begin), len(starts))
    array = pa.Array.from_buffers(pa.binary(), len(starts), [None, pa.py_buffer(stops), pa.py_buffer(data)])
    coded = array.dictionary_encode()
    # Only white space, a byte for each character, comes before the first chunk of a text.
    return coded.indices.to_numpy(), coded.dictionary, bounds, stops[bounds[:-1]] - begin


def _split_by_loop(
    data: bytearray, begin: np.ndarray, loops: ModuleType
) -> tuple[np.ndarray, pa.BinaryArray, np.ndarray, np.ndarray]:
    """The same; eight blanks more than needed end the data, for it is read eight bytes at a time."""
    buffer = np.frombuffer(data, np.uint8)
    words = np.ndarray(len(buffer) - 8, np.uint64, buffer, strides=(1,))
    words = words[: loops.plain_spaces(buffer, words, begin)]
    codes = np.empty(len(words) // 2 + 1, np.int32)
    bounds, lead = np.empty(len(begin) + 1, np.int64), np.empty(len(begin), np.int32)
    size, n_forms = 2**15, 2**15
    while n_forms == size:  # first of 65,536; if they do not do, of twice as many
        size *= 2
        firsts, (starts, sizes) = np.empty(size, np.uint64), np.empty((2, size), np.int32)
        table = np.full(2 * size, -1, np.int32)
        n, n_forms = loops.split(buffer, words, begin, codes, (bounds, lead), (firsts, starts, sizes), table)
    stops = np.append(np.int32(0), np.cumsum(sizes[:n_forms], dtype=np.int32))
    forms = np.empty(stops[-1], np.uint8)
    loops.gather(buffer, starts[:n_forms], stops, forms)
    array = pa.Array.from_buffers(pa.binary(), n_forms, [None, pa.py_buffer(stops), pa.py_buffer(forms)])
    return codes[:n], array, bounds, lead


def merge_forms(blocks: Sequence[Chunks]) -> tuple[pa.BinaryArray, list[np.ndarray]]:
    """Distinct chunks over all blocks, and for each block the index of its forms among them.

    Examples
    --------
    >>> forms, renumber = merge_forms([split_chunks(["to be"]), split_chunks(["or not to be"])])
    >>> forms.to_pylist(), [r.tolist() for r in renumber]
    ([b'to ', b'be ', b'or ', b'not '], [[0, 1], [2, 3, 0, 1]])
    """
    sizes = [len(block.forms) for block in blocks]
    coded = pa.chunked_array([block.forms for block in blocks], pa.binary()).dictionary_encode().chunks
    if not coded:  # no text has a chunk
        return blocks[0].forms, [np.zeros(0, np.int32) for _ in blocks]
    codes = np.concatenate([part.indices.to_numpy() for part in coded])
    return coded[-1].dictionary, np.split(codes, np.cumsum(sizes)[:-1])  # pyarrow itself leaves out empty parts


def cut_blocks(texts: Sequence[str], block_characters: int | None = None) -> list[Sequence[str]]:
    """Cut texts into blocks; by default of a twelfth of the text within 1 and 4 million characters.

    Fresh memory is dear: what a small block takes is used again for the next one.

    Examples
    --------
    >>> cut_blocks(["to be", "or not", "to be"], 11)
    [['to be', 'or not'], ['to be']]
    """
    limit = block_characters or min(max(sum(map(len, texts)) // 12, 1_000_000), 4_000_000)
    cuts, size = [0], 0
    for k, text in enumerate(texts):
        if size and size + len(text) > limit:
            cuts.append(k)
            size = 0
        size += len(text)
    return [texts[a:b] for a, b in zip(cuts, [*cuts[1:], len(texts)])]


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Apply a function to each item in two threads; results in the order of the items.

    numpy, scipy and pyarrow release the interpreter's lock while they work on a block.
    """
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))
