"""What an answer can be, and when two answers are the same: one comparator for each kind, on the rules of `discourse.verify`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from discourse.teach.plain import UNREAD
from discourse.verify import same_ranking, same_set
from discourse.verify.values import number, same_number

# Standard deviations over seeds by which an answer that rests on random numbers may differ.
DEVIATIONS = 4.0
# Last bits of a number that was computed in another order.
SLACK = 1e-9
_WORD = re.compile(r"[^\W\d_]+")


class Kind(Enum):
    """Kinds of answers."""

    COUNT = "count"
    NUMBER = "number"
    WORDS = "words"
    RANKING = "ranking"
    TABLE = "table"
    FIGURE = "figure"
    CODES = "codes"
    TEXT = "text"


class Verdict(Enum):
    """What is found about an answer; the words are those of `prose/teach.toml` under the same names."""

    RIGHT = "right"
    AGREED = "agreed"
    FOR_A_PERSON = "for_a_person"
    MISSING = "missing"
    FAILED = "failed"
    TOO_SHORT = "too_short"
    OTHER_TYPE = "other_type"
    UNREAD = "unread"
    COMMA = "comma"
    NO_NUMBER = "no_number"
    NOT_WHOLE = "not_whole"
    SIGN = "sign"
    SCALE = "scale"
    ROUNDED = "rounded"
    OTHER_NUMBER = "other_number"
    OTHER_COUNT = "other_count"
    OTHER_SIZE = "other_size"
    OTHER_WORDS = "other_words"
    OTHER_ORDER = "other_order"
    OTHER_ROWS = "other_rows"
    OTHER_CELLS = "other_cells"
    OTHER_POINTS = "other_points"
    OTHER_CODES = "other_codes"
    TRAP = "trap"


@dataclass(frozen=True)
class Finding:
    """What is found about one answer, without the right one.

    Parameters
    ----------
    verdict : Verdict
        What is right or wrong.
    values : mapping of str to object
        What its words name, such as how many words are wrong.
    """

    verdict: Verdict
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the answer is right."""
        return self.verdict in (Verdict.RIGHT, Verdict.AGREED)


@dataclass(frozen=True)
class Task:
    """What an exercise asks for.

    Parameters
    ----------
    name : str
        Of the variable that holds the answer, such as ``q3``.
    kind : Kind
        What the answer is.
    asks : str
        The form of the answer, in words.
    decimals : int
        Decimals that are asked for: an answer may differ by half a unit of the last one.
    least : float
        Overlap of sets (Jaccard), agreement of rankings (Kendall's tau) or of codes (Krippendorff's alpha) that is enough.
    seeds : int
        Over so many seeds the answer is computed, where it rests on random numbers; 1 where it does not.
    points : int
        What it is worth.
    """

    name: str
    kind: Kind
    asks: str = ""
    decimals: int = 0
    least: float = 1.0
    seeds: int = 1
    points: int = 1


@dataclass(frozen=True)
class Key:
    """The right answer to one exercise.

    Parameters
    ----------
    task : Task
        What is asked for.
    value : object
        As `plain` gives it.
    spread : float
        Standard deviation of the answer over seeds; of a table the largest one.
    traps : mapping of str to object
        Wrong answers that are expected, by what each shows.
    """

    task: Task
    value: Any
    spread: float = 0.0
    traps: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tolerance(self) -> float:
        """By how much a number may differ: the rounding that is asked for, and what seeds change."""
        if self.task.kind is Kind.COUNT:
            return 0.0
        return 0.5 * 10.0**-self.task.decimals + DEVIATIONS * self.spread * math.sqrt(1 + 1 / self.task.seeds)

    def judge(self, answer: Any) -> Finding:
        """Compare an answer, as `plain` gives it.

        Examples
        --------
        >>> key = Key(Task("q1", Kind.NUMBER, decimals=2), 0.3333, traps={"You divided by all words.": 0.25})
        >>> [key.judge(a).verdict.value for a in (0.33, "0.333", 33.33, -0.33, 0.25, 0.4, None)]
        ['right', 'right', 'scale', 'sign', 'trap', 'other_number', 'missing']
        """
        if answer is None or answer == [] or answer == {} or answer == "":
            return Finding(Verdict.MISSING)
        if isinstance(answer, dict) and isinstance(answer.get(UNREAD), str):
            return Finding(Verdict.UNREAD, {"type": answer[UNREAD]})
        found = _JUDGES[self.task.kind](self, answer)
        if found.holds or found.verdict is Verdict.FOR_A_PERSON:
            return found
        for says, wrong in self.traps.items():
            if _JUDGES[self.task.kind](Key(self.task, wrong, self.spread), answer).holds:
                return Finding(Verdict.TRAP, {"says": says})
        return found


def _number(answer: Any) -> float | None:
    """A number, also one that is written as text, or alone in an array, as `discourse.g2` gives it, or in a Series; None for what
    is no number."""
    while isinstance(answer, list | dict) and len(answer) == 1:
        answer = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    if isinstance(answer, str):
        return number(answer)
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return None
    try:
        return float(answer)
    except OverflowError:
        return math.inf


def _same(key: Key, expected: float, found: float) -> bool:
    return same_number(expected, found, key.tolerance + SLACK * max(1.0, abs(expected)))


def _of_number(key: Key, answer: Any) -> Finding:
    found = _number(answer)
    comma = isinstance(answer, str) and "," in answer
    if found is None:
        return Finding(Verdict.COMMA) if comma else Finding(Verdict.OTHER_TYPE, {"asks": "a number"})
    if not math.isfinite(found):
        return Finding(Verdict.NO_NUMBER)
    if _same(key, key.value, found):
        return Finding(Verdict.RIGHT)
    if abs(key.value) > key.tolerance:
        if _same(key, key.value, -found):
            return Finding(Verdict.SIGN)
        for factor in (100, 10_000):
            if _same(key, key.value, found / factor) or math.isclose(key.value, found * factor, rel_tol=1e-3):
                return Finding(Verdict.SCALE)
    coarse = [round(key.value, d) for d in range(key.task.decimals)]
    if key.task.seeds == 1 and found in coarse:
        return Finding(Verdict.ROUNDED, {"decimals": key.task.decimals})
    if comma:
        return Finding(Verdict.COMMA)
    return Finding(Verdict.OTHER_NUMBER, {"tolerance": key.tolerance, "seeds": key.task.seeds})


def _of_count(key: Key, answer: Any) -> Finding:
    found = _number(answer)
    if found is None:
        return Finding(Verdict.OTHER_TYPE, {"asks": "a whole number"})
    if not math.isfinite(found):
        return Finding(Verdict.NO_NUMBER)
    if found != round(found):
        return Finding(Verdict.NOT_WHOLE)
    return Finding(Verdict.RIGHT if found == key.value else Verdict.OTHER_COUNT)


def _words(answer: Any) -> list[str] | None:
    """Words of a list, of a text with commas, of the only column of texts of a table, or else its rows."""
    if isinstance(answer, dict):
        rows = [row for row in answer.values() if isinstance(row, dict)]
        names = list(rows[0]) if rows else []
        texts = [c for c in names if all(isinstance(row.get(c), str) for row in rows)]
        answer = [row[texts[0]] for row in rows] if len(texts) == 1 else list(answer)
    elif isinstance(answer, str) and "," in answer:
        answer = answer.split(",")
    if not isinstance(answer, list) or not all(isinstance(word, str) for word in answer):
        return None
    return [word.strip().casefold() for word in answer]


def _of_words(key: Key, answer: Any) -> Finding:
    found, expected = _words(answer), _words(key.value) or []
    if found is None:
        return Finding(Verdict.OTHER_TYPE, {"asks": "words"})
    if len(set(found)) != len(set(expected)):
        return Finding(Verdict.OTHER_SIZE, {"n": len(set(found)), "wanted": len(set(expected))})
    if same_set(expected, found, key.task.least):
        return Finding(Verdict.RIGHT)
    return Finding(Verdict.OTHER_WORDS, {"n": len(set(found) - set(expected)), "of": len(set(found))})


def _of_ranking(key: Key, answer: Any) -> Finding:
    found, expected = _words(answer), _words(key.value) or []
    if found is None:
        return Finding(Verdict.OTHER_TYPE, {"asks": "a list of words in their order"})
    if sorted(found) != sorted(expected):
        return _of_words(key, answer) if set(found) != set(expected) else Finding(Verdict.OTHER_ORDER)
    return Finding(Verdict.RIGHT if same_ranking(expected, found, key.task.least) else Verdict.OTHER_ORDER)


def _of_table(key: Key, answer: Any) -> Finding:
    if not isinstance(answer, dict) or not all(isinstance(row, dict) for row in answer.values()):
        return Finding(Verdict.OTHER_TYPE, {"asks": "a dict, a Series or a table"})
    found, expected = _cells(answer), _cells(key.value)
    if found.keys() != expected.keys():
        missing = sorted({name for place in expected.keys() - found.keys() for name in place if name})
        # Names that the exercise itself gives; others are part of the answer.
        named = [name for name in missing if name in key.task.asks.casefold()]
        more = len(found.keys() - expected.keys())
        return Finding(Verdict.OTHER_ROWS, {"n": len(missing), "more": more, "named": named})
    wrong = [place for place, value in expected.items() if not _same_cell(key, value, found[place])]
    if not wrong:
        return Finding(Verdict.RIGHT)
    kinds = {_wrong_cell(key, expected[place], found[place]) for place in wrong}
    kind = kinds.pop()
    if kind is not None and not kinds:
        return Finding(kind, {"decimals": key.task.decimals})
    return Finding(Verdict.OTHER_CELLS, {"n": len(wrong), "of": len(expected)})


def _cells(table: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Any]:
    """Cells by row and column; the name of an only column does not count."""
    one = max((len(row) for row in table.values()), default=0) == 1
    fold = {
        (k.strip().casefold(), "" if one else c.strip().casefold()): v
        for k, row in table.items()
        for c, v in row.items()
    }
    return fold


def _same_cell(key: Key, expected: Any, found: Any) -> bool:
    if isinstance(expected, str):
        return isinstance(found, str) and expected.strip().casefold() == found.strip().casefold()
    value = _number(found)
    return value is not None and (value == expected if isinstance(expected, int) else _same(key, expected, value))


def _wrong_cell(key: Key, expected: Any, found: Any) -> Verdict | None:
    """What is wrong with a number in a table, where it can be said without giving it away."""
    if isinstance(expected, str | bool) or not isinstance(expected, int | float):
        return None
    verdict = _of_number(Key(key.task, expected, key.spread), found).verdict
    return verdict if verdict in (Verdict.SIGN, Verdict.SCALE, Verdict.ROUNDED) else None


def _of_figure(key: Key, answer: Any) -> Finding:
    if not isinstance(answer, list) or not all(map(_is_series, answer)):
        return Finding(Verdict.OTHER_TYPE, {"asks": "the axes of a figure"})
    expected = np.array(sorted(map(tuple, key.value[0])), float)
    for series in answer:
        points = np.array(sorted(map(tuple, series)), float).reshape(-1, 2)
        if points.shape == expected.shape and bool((np.abs(points - expected) <= key.tolerance + SLACK).all()):
            return Finding(Verdict.RIGHT)
    return Finding(Verdict.OTHER_POINTS, {"n": len(answer)})


def _is_series(series: Any) -> bool:
    """Whether it is a list of points, as `plain` gives what is drawn."""
    points = series if isinstance(series, list) else [None]
    return all(isinstance(p, list) and len(p) == 2 and all(isinstance(x, int | float) for x in p) for p in points)


def _of_codes(key: Key, answer: Any) -> Finding:
    from discourse.compare.agreement import krippendorff_alpha

    if not isinstance(answer, list):
        return Finding(Verdict.OTHER_TYPE, {"asks": "a list of codes"})
    found, expected = ([str(code).strip().casefold() for code in codes] for codes in (answer, key.value))
    if len(found) != len(expected):
        return Finding(Verdict.OTHER_SIZE, {"n": len(found), "wanted": len(expected)})
    known = sorted(set(expected))
    unknown = sorted(set(found) - set(known))
    if unknown:
        return Finding(Verdict.OTHER_CODES, {"n": sum(code in unknown for code in found), "unknown": True})
    n = sum(a != b for a, b in zip(expected, found))
    pairs = np.array([[known.index(a), known.index(b)] for a, b in zip(expected, found)], float)
    if krippendorff_alpha(pairs, "nominal") >= key.task.least:
        return Finding(Verdict.AGREED, {"n": n}) if n else Finding(Verdict.RIGHT)
    return Finding(Verdict.OTHER_CODES, {"n": n, "unknown": False})


def _of_text(key: Key, answer: Any) -> Finding:
    if not isinstance(answer, str):
        return Finding(Verdict.OTHER_TYPE, {"asks": "a text"})
    words = _WORD.findall(answer.casefold())
    # A word again and again is no text.
    if len(words) < key.value or len(set(words)) < key.value / 3:
        return Finding(Verdict.TOO_SHORT, {"wanted": key.value})
    return Finding(Verdict.FOR_A_PERSON)


_JUDGES: dict[Kind, Callable[[Key, Any], Finding]] = {
    Kind.COUNT: _of_count,
    Kind.NUMBER: _of_number,
    Kind.WORDS: _of_words,
    Kind.RANKING: _of_ranking,
    Kind.TABLE: _of_table,
    Kind.FIGURE: _of_figure,
    Kind.CODES: _of_codes,
    Kind.TEXT: _of_text,
}
