"""The lines of a text, found by what stands in them: most could be no label, which is seen without a pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import add

ARTICLES = ("The", "THE")
"""Words that say nothing of a line, so that the next one counts as its first."""
# The first letters and digits of a line, behind all that is neither; for all lines but the first, and for that.
_FIRST = rf"[^\w\n]*(?:_+[^\w\n]*)*(?:(?:{'|'.join(ARTICLES)})[ \t\u00a0\u202f]+)?([^\W_]*)"
_BEHIND_LINE_END, _AT_BEGINNING = re.compile("\n" + _FIRST), re.compile(_FIRST)


class Lines:
    """The lines of one text; each look-up is made when it is first asked for.

    Parameters
    ----------
    text : str
        The text; lines end at ``\\n`` alone.

    Examples
    --------
    >>> lines = Lines("MS. ROE: Yes.\\nWe met.\\n* MR. LIND: No: never.")
    >>> lines.starts, lines.having(":"), lines.beginning(frozenset({"MR", "MS"}))
    ([0, 14, 22], [0, 22], [0, 22])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._having: dict[tuple[str, int | None], list[int]] = {}
        self._joined: dict[tuple[str, int | None], str] = {}
        self._beginning: dict[frozenset[str], list[int]] = {}

    @cached_property
    def starts(self) -> list[int]:
        """Where lines begin."""
        lines = self.text.split("\n")
        # All before it, and a line end for each of them.
        return list(map(add, accumulate(map(len, lines), initial=0), range(len(lines))))

    @cached_property
    def first_words(self) -> list[str]:
        """The first word of each line, or the one behind an article; empty where there is none."""
        first = _AT_BEGINNING.match(self.text)
        return [first[1] if first else "", *_BEHIND_LINE_END.findall(self.text)]

    @cached_property
    def words(self) -> frozenset[str]:
        """All that lines begin with."""
        return frozenset(self.first_words)

    @cached_property
    def in_capitals(self) -> frozenset[str]:
        """First words of lines that are written in capitals."""
        return frozenset(filter(str.isupper, self.words))

    def beginning(self, words: frozenset[str]) -> Sequence[int]:
        """Where the lines begin whose first word is one of these, in order."""
        if self.words.isdisjoint(words):
            return ()
        known = self._beginning.get(words)
        if known is None:
            known = [s for s, word in zip(self.starts, self.first_words) if word in words]
            self._beginning[words] = known
        return known

    def having(self, mark: str, within: int | None = None) -> Sequence[int]:
        """Where the lines begin that have a mark, the first one at most so many characters behind their beginning.

        Parameters
        ----------
        mark : str
            A mark or a word.
        within : int, optional
            Characters; anywhere in the line by default.
        """
        known = self._having.get((mark, within))
        if known is None:
            known = self._having[mark, within] = self._find(mark, within)
        return known

    def _find(self, mark: str, within: int | None) -> list[int]:
        text, found, start = self.text, list[int](), 0
        while (at := text.find(mark, start)) >= 0:
            begins = text.rfind("\n", start, at) + 1 or start
            if within is None or at - begins <= within:
                found.append(begins)
            end = text.find("\n", at)
            if end < 0:
                break
            start = end + 1
        return found

    def joined(self, mark: str, within: int | None = None) -> str:
        """The lines that have a mark, as one text, to see whether words stand in any of them."""
        known = self._joined.get((mark, within))
        if known is None:
            text = self.text
            ends = ((s, text.find("\n", s)) for s in self.having(mark, within))
            known = self._joined[mark, within] = "\n".join(text[s : e if e >= 0 else None] for s, e in ends)
        return known


# Each text is looked through by many patterns, one after another.
@lru_cache(maxsize=4)
def lines_of(text: str) -> Lines:
    """The lines of a text."""
    return Lines(text)
