"""Where clauses end, from the characters after each token."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np

from discourse.encode.chunks import cut_blocks

MARK, MAY_CLOSE, STOP, HYPHEN = 1, 2, 4, 8  # powers of two: one byte holds all kinds of a character
BLANK, NUMBER_SIGN = ord(" "), ord("#")
_OF = {MARK: ",;:()[]—–", MAY_CLOSE: "\"'”’ ", STOP: ".!?", HYPHEN: "-"}
# By code point; of what comes after them, the last says that it is of no kind.
KINDS = np.zeros(max(map(ord, "".join(_OF.values()))) + 2, np.uint8)
for _kind, _characters in _OF.items():
    KINDS[list(map(ord, _characters))] |= _kind
_BLOCK = 200_000  # characters that are looked at together, few enough for the processor's cache


def clause_ends(
    texts: Sequence[str], ends: np.ndarray, bounds: np.ndarray, loops: ModuleType | None = None
) -> np.ndarray:
    """Mark tokens after which a comma, semicolon, colon, bracket or dash follows, or a full stop and a hashtag.

    Hashtags after a sentence are no part of its last clause. A quotation mark or a blank may come before the mark.

    Parameters
    ----------
    texts : sequence of str
        Texts.
    ends : ndarray of int32, shape (n_tokens,)
        Character offset in the text at which each token ends.
    bounds : ndarray of int64, shape (n_texts + 1,)
        Token index at which each text begins.
    loops : module, optional
        What `compiled_loops` gives.

    Returns
    -------
    ndarray of bool, shape (n_tokens,)

    Examples
    --------
    >>> clause_ends(["Yes, no -- “so” (I say). #so"], np.array([3, 7, 14, 18, 22, 28]), np.array([0, 6])).tolist()
    [True, False, False, False, True, False]
    """
    result = np.zeros(len(ends), bool)
    follow = _follow if loops is None else loops.clause_ends
    first = 0
    for block in cut_blocks(texts, _BLOCK):
        own = bounds[first : first + len(block) + 1]
        first += len(block)
        # One number for each character, as offsets count them; the blanks keep the look ahead within the text.
        characters = np.frombuffer("   ".join([*block, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
        sizes = np.fromiter(map(len, block), np.int64, len(block)) + 3
        at = ends[own[0] : own[-1]] + np.repeat(np.cumsum(sizes) - sizes, np.diff(own))
        follow(characters, KINDS, at, result[own[0] : own[-1]])
    return result


def _follow(characters: np.ndarray, kinds: np.ndarray, at: np.ndarray, out: np.ndarray) -> None:
    """Write whether a clause ends before each of these places."""
    after, second = (kinds.take(characters[at + k], mode="clip") for k in (0, 1))
    out[:] = (after & MARK) | (after & second & HYPHEN) != 0
    closing = np.flatnonzero(after & MAY_CLOSE)
    out[closing] |= second[closing] & MARK != 0
    stops = np.flatnonzero(after & STOP)
    stops = stops[(characters[at[stops] + 1] == BLANK) & (characters[at[stops] + 2] == NUMBER_SIGN)]
    out[stops] = True
