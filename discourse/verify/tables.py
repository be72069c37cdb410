"""Two tables, cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from discourse.verify.values import (
    SAME,
    SIMULATED_ERRORS,
    Difference,
    Rule,
    Rules,
    error_of_limit,
    error_of_share,
    number,
    same_number,
)

# Columns that come from random numbers; all others are the same for any seed.
LIMITS = {"low": "high", "high": "low", "low_document": "high_document", "high_document": "low_document"}
SHARES = ("p", "p_family", "q")
# Columns that say what a row is about, as far as a table has them.
NAMES = ("contrast", "target", "item", "term", "word", "topic", "stratum", "group", "time", "doc_id", "turn", "rank")

Row = Mapping[str, str]


def rows_of(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of a CSV file, as they are written."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline="")))
    return (lines[0], lines[1:]) if lines else ([], [])


def named(columns: Sequence[str], row: Sequence[str]) -> str:
    """What a row is about, in its own words.

    Examples
    --------
    >>> named(["item", "stratum", "estimate"], ["war", "after", "2.1"])
    'war, after'
    """
    cells = dict(zip(columns, row))
    words = [cells[name] for name in NAMES if cells.get(name)]
    return ", ".join(words[:4]) or next((cell for cell in row if cell), "")


def compare_tables(file: str, expected: bytes, found: bytes, rules: Rules = SAME) -> list[Difference]:
    """The cells in which two CSV files differ.

    Rows are matched in their order; where some are missing or new, so are all of their cells.

    Parameters
    ----------
    file : str
        Name of the table, for the differences.
    expected, found : bytes
        Both files.
    rules : Rules
        What may differ.

    Examples
    --------
    >>> [d] = compare_tables("a.csv", b"item,n\\nwar,3\\npeace,4\\n", b"item,n\\nwar,3\\npeace,5\\n")
    >>> d.row, d.column, d.expected, d.found, d.change
    ('peace', 'n', '4', '5', 1.0)
    """
    if expected == found:
        return []
    before, rows = rows_of(expected)
    after, others = rows_of(found)
    differences = [Difference(file, c, "", "", c) for c in before if c not in after]
    differences += [Difference(file, "", c, "", c) for c in after if c not in before]
    if before != after and sorted(before) == sorted(after):
        differences.append(Difference(file, ", ".join(before), ", ".join(after), "", "order of the columns"))
    for row, other in matched(rows, others):
        if row is None or other is None:
            there = named(before, row) if row is not None else named(after, other or [])
            differences.append(Difference(file, *(("a row", "") if other is None else ("", "a row")), there))
            continue
        one, two = dict(zip(before, row)), dict(zip(after, other))
        differences += [
            judged(Difference(file, one[c], two[c], named(before, row), c), one, two, rules)
            for c in before
            if c in two and one.get(c) != two.get(c)
        ]
        if len(row) != len(other):
            differences.append(Difference(file, str(len(row)), str(len(other)), named(before, row), "number of cells"))
    # Files that differ in no cell: line ends, quotation marks, a mark at the beginning.
    return differences or [Difference(file, "", "", "", "how the file is written")]


def matched(
    rows: Sequence[Sequence[str]], others: Sequence[Sequence[str]]
) -> list[tuple[Sequence[str] | None, Sequence[str] | None]]:
    """Pairs of rows; None where one has no partner."""
    if len(rows) == len(others):
        return list(zip(rows, others))
    pairs: list[tuple[Sequence[str] | None, Sequence[str] | None]] = []
    keys, other_keys = [tuple(r) for r in rows], [tuple(r) for r in others]
    for kind, a, b, c, d in SequenceMatcher(None, keys, other_keys, autojunk=False).get_opcodes():
        if kind != "equal":
            both = min(b - a, d - c)
            pairs += zip(rows[a : a + both], others[c : c + both])
            pairs += [(row, None) for row in rows[a + both : b]]
            pairs += [(None, row) for row in others[c + both : d]]
    return pairs


def judged(difference: Difference, one: Row, two: Row, rules: Rules) -> Difference:
    """A difference between two cells under the rule of its column."""
    before, after = number(difference.expected), number(difference.found)
    if before is None or after is None:
        return difference
    column = difference.column
    if not rules.seed or (column not in LIMITS and column not in SHARES):
        return _under(difference, Rule.EXACT if before.is_integer() and after.is_integer() else Rule.PRINTED, False)
    if column in SHARES:
        error = max((error_of_share(p, rules.resamples) for p in (before, after) if 0 <= p <= 1), default=0.0)
    else:
        errors = [
            error_of_limit(min(limit, other), max(limit, other), rules.confidence, rules.resamples)
            for limit, cells in ((before, one), (after, two))
            if (other := number(cells.get(LIMITS[column], ""))) is not None
        ]
        error = max(errors, default=0.0)
    # Both runs have an error of their own.
    return _under(difference, Rule.SIMULATED, same_number(before, after, SIMULATED_ERRORS * error * 2**0.5))


def _under(difference: Difference, rule: Rule, holds: bool) -> Difference:
    d = difference
    return Difference(d.file, d.expected, d.found, d.row, d.column, d.page, d.item, rule, holds)
