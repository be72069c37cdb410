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
        self._having: dict[tuple[str, int | None, str], list[int]] = {}
        self._before: dict[tuple[str, int | None], list[str]] = {}
        self._joined: dict[tuple[str, int | None], str] = {}
        self._beginning: dict[tuple[frozenset[str], str, str], list[int]] = {}

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

    def beginning(
        self, words: frozenset[str], mark: str = "", within: int | None = None, also: str = ""
    ) -> Sequence[int]:
        """Where the lines begin whose first word is one of these, in order; with a mark, those of `having`."""
        if self.words.isdisjoint(words):
            return ()
        known = self._beginning.get((words, mark, also))
        if known is None:
            known = [s for s, word in zip(self.starts, self.first_words) if word in words]
            if mark and known:
                known = sorted(set(known).intersection(self.having(mark, within, also)))
            self._beginning[words, mark, also] = known
        return known

    def having(self, mark: str, within: int | None = None, also: str = "") -> Sequence[int]:
        """Where the lines begin that have a mark, the first one at most so many characters behind their beginning.

        Parameters
        ----------
        mark : str
            A mark or a word.
        within : int, optional
            Characters; anywhere in the line by default.
        also : str
            Characters that must all stand before the last mark of the line.
        """
        known = self._having.get((mark, within, also))
        if known is None:
            if also:
                heads = zip(self.having(mark, within), self._before_last(mark, within))
                known = [start for start, line in heads if all(c in line for c in also)]
            else:
                known = self._find(mark, within)
            self._having[mark, within, also] = known
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

    def _before_last(self, mark: str, within: int | None) -> list[str]:
        """What stands before the last mark in each line that has it."""
        known = self._before.get((mark, within))
        if known is None:
            text = self.text
            ends = ((s, text.find("\n", s)) for s in self.having(mark, within))
            known = [text[s : text.rfind(mark, s, e if e >= 0 else len(text))] for s, e in ends]
            self._before[mark, within] = known
        return known

    def joined(self, mark: str, within: int | None = None) -> str:
        """What stands before the last mark in the lines that have it, as one text, to see whether words stand there."""
        known = self._joined.get((mark, within))
        if known is None:
            known = self._joined[mark, within] = "\n".join(self._before_last(mark, within))
        return known


# Each text is looked through by many patterns, one after another.
@lru_cache(maxsize=4)
def lines_of(text: str) -> Lines:
    """The lines of a text."""
    return Lines(text)
