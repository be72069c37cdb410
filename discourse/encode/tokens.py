"""Tokens in distinct chunks: the pattern, and one search for all chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from discourse.errors import DiscourseError

# Web addresses, which are no tokens: with http, with www, or a domain (its end in small letters) with a path.
_LINK = r"(?P<link>(?:(?i:https?|ftp)[:…]|(?i:www)\.|(?:[A-Za-z0-9-]++\.)+[a-z]{2,}/)[^\s\"“”<>—]*)"
# Acronyms with full stops; numbers with separators and ordinals; words with inner apostrophes, hyphens and ampersands, and with the
# mark of a hashtag or handle before them (but not that of an e-mail address, of "#1" or of the entity "&#xa0;").
TOKEN_PATTERN = (
    rf"{_LINK}"
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w]))?(?:['’]s\b)?"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|%)?(?:-[^\W_]+)*(?![\w])"
    r"|(?:[#@](?<![\w&].)(?=\d*[^\W\d]))?\w+(?:['’&\-‑]\w+)*"
)


def check_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a token pattern, which must be a regular expression that matches no white space."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise DiscourseError(f"the token pattern {pattern!r} is not a regular expression ({error})") from None
    # No proof, but these four find what usually matches white space: \s, a full stop, a negated set.
    if any(c.isspace() for m in map(compiled.match, (" ", "\n", "\t", "a b")) if m for c in m[0]):
        raise DiscourseError(f"the token pattern {pattern!r} matches white space")
    return compiled


def tokens_in(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches that are tokens: not empty, and not of a group named `link`.

    Examples
    --------
    >>> [m[0] for m in tokens_in(re.compile(TOKEN_PATTERN), "#Norland: @MinRoe's plan, t.co/x (info@norland.example)")]
    ['#Norland', "@MinRoe's", 'plan', 'info', 'norland', 'example']
    """
    return (m for m in pattern.finditer(text) if m.lastgroup != "link" and m[0])


@dataclass(frozen=True)
class ChunkTypes:
    """Distinct chunks, each with a blank after it, and the tokens in them.

    Parameters
    ----------
    data : ndarray of uint8
        Chunks one after another, in UTF-8.
    text : str
        The same as text.
    byte_bounds, bounds : ndarray of int32, shape (n_types + 1,)
        Where each chunk begins in `data` and in `text`.
    tokens : list of str
        Distinct tokens, sorted.
    ids, starts, ends : ndarray of int32, shape (n_tokens,)
        The tokens of the chunks in order: index into `tokens`, and character offsets in the chunk.
    token_bounds : ndarray of int32, shape (n_types + 1,)
        Index of the first token of each chunk.
    links : ndarray of bool, shape (n_types,)
        Chunks with a web address.
    """

    data: np.ndarray
    text: str
    byte_bounds: np.ndarray
    bounds: np.ndarray
    tokens: list[str]
    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    token_bounds: np.ndarray
    links: np.ndarray

    @cached_property
    def lengths(self) -> np.ndarray:
        """Characters in each chunk; int32."""
        return np.diff(self.bounds) - np.int32(1)

    @cached_property
    def counts(self) -> np.ndarray:
        """Tokens in each chunk; int32."""
        return np.diff(self.token_bounds)


def find_tokens(forms: pa.BinaryArray, pattern: re.Pattern[str]) -> ChunkTypes:
    """Find the tokens in distinct chunks, with one search over all of them.

    Examples
    --------
    >>> types = find_tokens(pa.array([b"(to ", b"be-or "], pa.binary()), re.compile(r"\\w+"))
    >>> types.tokens, types.ids.tolist(), types.starts.tolist(), types.ends.tolist(), types.token_bounds.tolist()
    (['be', 'or', 'to'], [2, 0, 1], [1, 0, 3], [3, 2, 5], [0, 1, 3])
    """
    ends = np.frombuffer(forms.buffers()[1], np.int32)[1 : len(forms) + 1]
    # No token spans white space; but a control character may end a chunk too, and a pattern may match that.
    data = np.insert(np.frombuffer(forms.buffers()[2], np.uint8)[: ends[-1] if len(ends) else 0], ends, 32)
    byte_bounds = np.append(np.int32(0), ends + np.arange(1, len(forms) + 1, dtype=np.int32))
    text = data.tobytes().decode("utf-8", "surrogatepass")
    # In UTF-8 bytes of the form 10xxxxxx continue a character.
    bounds = np.append(np.int32(0), np.cumsum(per_chunk(data & 0xC0 != 0x80, byte_bounds), dtype=np.int32))
    index: dict[str, int] = {}
    numbers: list[int] = []
    begins: list[int] = []
    links: list[int] = []
    for match in pattern.finditer(text):
        if match.lastgroup == "link":
            links.append(match.start())
        elif token := match[0]:
            numbers.append(index.setdefault(token, len(index)))
            begins.append(match.start())
    tokens = sorted(index)
    ranks = np.empty(len(tokens), np.int32)
    ranks[np.array([index[token] for token in tokens], np.int32)] = np.arange(len(tokens), dtype=np.int32)
    ids = ranks[np.array(numbers, np.int32)]
    sizes = np.array([len(token) for token in tokens], np.int32)
    starts = np.array(begins, np.int32)
    token_bounds = np.searchsorted(starts, bounds).astype(np.int32)
    linked = np.zeros(len(forms), bool)
    linked[np.searchsorted(bounds, links, side="right") - 1] = True
    starts -= np.repeat(bounds[:-1], np.diff(token_bounds))
    return ChunkTypes(data, text, byte_bounds, bounds, tokens, ids, starts, starts + sizes[ids], token_bounds, linked)


def per_chunk(marks: np.ndarray, byte_bounds: np.ndarray) -> np.ndarray:
    """Number of marked bytes in each chunk; int32."""
    if len(byte_bounds) == 1:
        return np.zeros(0, np.int32)
    return np.add.reduceat(marks, byte_bounds[:-1], dtype=np.int32)
