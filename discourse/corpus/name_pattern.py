"""Fields in the names of files, by a pattern such as ``{date}-{speaker}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from discourse.errors import SourceError

_DATES = tuple(map(re.compile, (r"\d{4}-\d{2}-\d{2}", r"\d{8}", r"\d{4}-\d{2}", r"\d{4}")))


@dataclass(frozen=True)
class NamePattern:
    """A pattern for names of files.

    Parameters
    ----------
    parts : tuple of str
        What stands before the first field, its name, what stands between it and the second, and so on.

    Examples
    --------
    >>> NamePattern.of("{date}-{speaker}.txt").match("2020-01-01-ann-roe")
    {'date': '2020-01-01', 'speaker': 'ann-roe'}
    """

    parts: tuple[str, ...]

    @classmethod
    def of(cls, pattern: str) -> NamePattern:
        """The pattern as it is written, with or without the end of the name.

        Raises
        ------
        SourceError
            If it has no field, one twice, or one that is no name.
        """
        fields = re.findall(r"\{(\w+)\}", pattern)
        if not fields or len(set(fields)) < len(fields) or not all(f.isidentifier() for f in fields):
            raise SourceError(
                f'corpus.options.names: "{pattern}" needs at least one field in braces, each once and a name, '
                f'such as "{{date}}-{{speaker}}.txt"'
            )
        return cls(tuple(re.split(r"\{(\w+)\}", re.sub(r"\.(?:\*|[a-z]{2,4})$", "", pattern))))

    def match(self, name: str) -> dict[str, str] | None:
        """The fields of a name; None where it does not fit.

        Each field but the last is as short as it can be, in time that grows with the square of the length of the name.
        """
        if not name.startswith(self.parts[0]):
            return None
        begins, ends = [len(self.parts[0])], [0]
        tried = [self._ends(1, name, begins[0])]
        dead: set[tuple[int, int]] = set()
        while tried:
            k = 2 * len(tried) - 1
            end = next(tried[-1], None)
            if end is None:
                # Nothing fits from here on, however one came here.
                dead.add((k, begins.pop()))
                tried.pop(), ends.pop()
                continue
            ends[-1] = end
            behind = end + len(self.parts[k + 1])
            if not name.startswith(self.parts[k + 1], end):
                continue
            if k + 2 > len(self.parts) - 1:
                if behind == len(name):
                    return {field: name[a:b] for field, a, b in zip(self.parts[1::2], begins, ends)}
            elif (k + 2, behind) not in dead:
                begins.append(behind)
                ends.append(0)
                tried.append(self._ends(k + 2, name, behind))
        return None

    def _ends(self, k: int, name: str, begin: int) -> Iterator[int]:
        """Where a field may end, the first choice first."""
        if self.parts[k] == "date":
            return (found.end() for one in _DATES if (found := one.match(name, begin)))
        # Only the last field may contain what separates the fields.
        last = k == len(self.parts) - 2
        return iter(range(len(name), begin, -1) if last else range(begin + 1, len(name) + 1))
