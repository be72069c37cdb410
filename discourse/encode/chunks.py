"""White-space chunks of many texts as integer codes, without a Python loop over tokens.

A token pattern never spans white space, so it has to run only once for each distinct chunk. A chunk is a run of
characters with the white space after it; pyarrow's dictionary encoding tells equal chunks apart from others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa

_SPACES = [chr(c) for c in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)]
_SLICE = 1 << 22
Result = TypeVar("Result")


@dataclass(frozen=True)
class Chunks:
    """Chunks of a block of texts.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_chunks,)
        Index into `forms`.
    forms : list of bytes
        Distinct chunks with the white space after them, in order of first occurrence.
    starts : ndarray of int32, shape (n_chunks,)
        Byte offset of each chunk in its text.
    bounds : ndarray of int64, shape (n_texts + 1,)
        Index of the first chunk of each text.
    ascii : bool
        Whether byte offsets are character offsets.
    """

    codes: np.ndarray
    forms: list[bytes]
    starts: np.ndarray
    bounds: np.ndarray
    ascii: bool


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


def _chunk_starts(data: bytes) -> np.ndarray:
    """Byte offsets at which a chunk begins; slice by slice, for the sake of the processor's cache."""
    buffer = np.frombuffer(data, np.uint8)
    parts = []
    for left in range(0, len(buffer) - 1, _SLICE):
        space = buffer[left: left + _SLICE + 1] <= 32
        begins = np.flatnonzero(space[:-1] > space[1:])
        begins += left + 1
        parts.append(begins.astype(np.int32))
    return np.concatenate(parts)


def split_chunks(texts: Sequence[str]) -> Chunks:
    """Split texts at white space and control characters, and give equal chunks equal codes.

    Parameters
    ----------
    texts : sequence of str
        Texts; together less than 2 GiB.

    Returns
    -------
    Chunks

    Examples
    --------
    >>> chunks = split_chunks(["to be or", "to be"])
    >>> chunks.codes.tolist(), chunks.forms, chunks.starts.tolist(), chunks.bounds.tolist()
    ([0, 1, 2, 0, 1], [b'to ', b'be ', b'or '], [0, 3, 6, 0, 3], [0, 3, 5])
    """
    encoded = [plain_spaces(t).encode("utf-8", "surrogatepass") for t in texts]
    # A blank ends each text, so that a form does not depend on what stands in the next one.
    data = b" " + b" ".join(encoded) + b" "
    starts = _chunk_starts(data)
    sizes = np.array([len(e) for e in encoded], np.int64) + 1
    begin = np.cumsum(sizes) - sizes + 1
    bounds = np.concatenate([np.searchsorted(starts, begin), [len(starts)]]).astype(np.int64)
    stops = np.append(starts, np.int32(len(data)))
    array = pa.Array.from_buffers(pa.binary(), len(starts), [None, pa.py_buffer(stops), pa.py_buffer(data)])
    coded = array.dictionary_encode()
    offsets = starts - np.repeat(begin.astype(np.int32), np.diff(bounds))
    return Chunks(coded.indices.to_numpy(), coded.dictionary.to_pylist(), offsets, bounds,
                  all(len(e) == len(t) for e, t in zip(encoded, texts)))


def map_blocks(
    function: Callable[[Chunks], Result], texts: Sequence[str], block_characters: int | None = None
) -> Iterator[Result]:
    """Apply a function to the chunks of blocks of texts, two blocks ahead in threads.

    numpy, scipy and pyarrow release the interpreter's lock; results come in the order of the blocks, so that they do
    not depend on the threads.

    Parameters
    ----------
    function : callable
        Applied to the chunks of each block.
    texts : sequence of str
        Texts.
    block_characters : int, optional
        Size of a block; by default a sixth of the text within 1 and 32 million characters.

    Yields
    ------
    object
        What the function returns for each block.
    """
    limit = block_characters or min(max(sum(map(len, texts)) // 6, 1_000_000), 32_000_000)
    cuts, size = [0], 0
    for k, text in enumerate(texts):
        if size and size + len(text) > limit:
            cuts.append(k)
            size = 0
        size += len(text)
    blocks = [texts[a:b] for a, b in zip(cuts, [*cuts[1:], len(texts)])]
    with ThreadPoolExecutor(2) as pool:
        ahead: deque[Future[Result]] = deque()
        for k in range(len(blocks) + 2):
            if k < len(blocks):
                ahead.append(pool.submit(lambda block: function(split_chunks(block)), blocks[k]))
            if k >= 2:
                yield ahead.popleft().result()
