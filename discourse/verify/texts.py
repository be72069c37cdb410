"""Two texts, number by number: pages, drawings, records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from discourse.verify.values import NUMBER, SAME, Difference, Rule, Rules

# Texts in which more differs than this are other texts; of each so many differences are told.
MOST = 400
# Aligning takes time by the square of what it aligns.
_ALIGNED = 3000
_PIECE = re.compile(r"\n|(?<=>)|(?=<)|(?<=\],)|(?<=\},)")
_WORD = re.compile(rf"{NUMBER.pattern}|\w+|[^\w\s]")
_TAG = re.compile(rb"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def compare_texts(file: str, expected: str, found: str) -> list[Difference]:
    """The numbers and words in which two texts differ, each with the words before it.

    Examples
    --------
    >>> [d] = compare_texts("page", "82% of 1,204 mentions", "82% of 1,240 mentions")
    >>> d.row, d.expected, d.found, d.rule.value
    ('82 % of', '1,204', '1,240', 'as printed')
    """
    differences: list[Difference] = []
    for one, two in _changed(_pieces(expected), _pieces(found)):
        differences += _inside(file, "\n".join(one), "\n".join(two))
        if len(differences) >= MOST:
            break
    return differences[:MOST]


def _pieces(text: str) -> list[str]:
    return [p for p in _PIECE.split(text) if p]


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Runs of items that differ; what is equal at both ends is set aside first."""
    start, stop = 0, 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    while stop < min(len(before), len(after)) - start and before[-1 - stop] == after[-1 - stop]:
        stop += 1
    one, two = before[start : len(before) - stop], after[start : len(after) - stop]
    if len(one) == len(two):
        yield from (([a], [b]) for a, b in zip(one, two) if a != b)
    elif max(len(one), len(two)) > _ALIGNED:
        yield one, two
    else:
        for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if kind != "equal":
                yield one[a:b], two[c:d]


def _inside(file: str, one: str, two: str) -> Iterator[Difference]:
    before, after = _WORD.findall(one), _WORD.findall(two)
    if before == after:
        yield Difference(file, "", "", one.strip()[:60], "spaces")
        return
    at = 0
    for a, b in _changed(before, after):
        # Words before the number tell where it is.
        at = next((k for k in range(at, len(before)) if a and before[k : k + len(a)] == list(a)), at)
        words = " ".join(before[max(0, at - 6) : at])
        rule = (
            Rule.PRINTED if len(a) == len(b) == 1 and NUMBER.fullmatch(a[0]) and NUMBER.fullmatch(b[0]) else Rule.EXACT
        )
        yield Difference(file, _short(a), _short(b), words, rule=rule)


def _short(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= 60 else text[:59] + "…"


def words_of(markup: bytes) -> str:
    """What a page or a drawing says, without how it is drawn.

    Examples
    --------
    >>> words_of(b"<g><path d='M 1 2'/><text>war</text> 3</g>").split()
    ['war', '3']
    """
    return _TAG.sub(b"\n", markup).decode("utf-8", "replace")


def compare_markup(file: str, expected: bytes, found: bytes, rules: Rules = SAME) -> list[Difference]:
    """Differences of two pages or drawings: of what they say, and, where versions are the same, of how they are drawn."""
    if not rules.environment:
        return compare_texts(file, expected.decode("utf-8", "replace"), found.decode("utf-8", "replace"))
    drawn = Difference(file, "", "", "", "how it is drawn", rule=Rule.ENVIRONMENT, holds=True)
    return compare_texts(file, words_of(expected), words_of(found)) or [drawn]


def compare_json(file: str, expected: bytes, found: bytes, rules: Rules = SAME) -> list[Difference]:
    """Differences of two records, by the path of each value; versions are the environment.

    Examples
    --------
    >>> [d] = compare_json("run.json", b'{"seed": 1, "versions": {"a": "2"}}', b'{"seed": 2, "versions": {"a": "2"}}')
    >>> d.column, d.expected, d.found
    ('seed', '1', '2')
    """
    try:
        before, after = dict(_leaves(json.loads(expected))), dict(_leaves(json.loads(found)))
    except (ValueError, RecursionError):
        return [Difference(file, "", "", "", "not JSON")]
    differences = []
    for path in sorted(before.keys() | after.keys()):
        one, two = before.get(path), after.get(path)
        if one == two and type(one) is type(two):
            continue
        written = Difference(file, _written(one, path in before), _written(two, path in after), "", path)
        if path.startswith("versions."):
            written = replace(written, rule=Rule.ENVIRONMENT, holds=rules.environment)
        elif rules.environment and isinstance(one, float) and isinstance(two, float):
            written = replace(written, rule=Rule.PRINTED, holds=f"{one:.6g}" == f"{two:.6g}")
        differences.append(written)
    if not differences and expected != found:
        differences.append(Difference(file, "", "", "", "how the file is written"))
    return differences


def _written(value: Any, there: bool) -> str:
    return (value if isinstance(value, str) else json.dumps(value)) if there else ""


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for k, item in enumerate(value, 1):
            yield from _leaves(item, f"{path}.{k}")
    else:
        yield path, value
