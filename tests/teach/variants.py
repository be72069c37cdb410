"""Answers made from a right one: the same in other forms, and wrong ones of many kinds."""

import math

import numpy as np
import pandas as pd

from discourse.teach.kinds import Kind


def forms(key):
    """The right answer as students write it."""
    value, decimals = key.value, key.task.decimals
    match key.task.kind:
        case Kind.COUNT:
            return [value, float(value), np.int64(value), f"{value:,}", f" {value} "]
        case Kind.NUMBER:
            printed = f"{value:.{decimals}f}"
            typed = [float(value), np.float64(value), np.array(value), np.array([value]), np.float32(value)]
            return [*typed, round(value, decimals), round(value, decimals + 2), printed, printed.replace("-", "−")]
        case Kind.TABLE:
            one = {row: cells[""] if set(cells) == {""} else cells for row, cells in value.items()}
            exact = any(isinstance(c, str) for cells in value.values() for c in cells.values())
            flat = {row: next(iter(cells.values())) for row, cells in value.items()}
            rounded = {
                r: {c: v if isinstance(v, str) else round(v, decimals) for c, v in cs.items()}
                for r, cs in value.items()
            }
            frame = pd.DataFrame.from_dict(value, orient="index")
            made = [one, dict(reversed(one.items())), {f" {r.upper()}": c for r, c in one.items()}, rounded, frame]
            if len(frame.columns) == 1:
                made += [pd.Series(flat), frame.rename(columns=lambda c: "rate"), {r: str(v) for r, v in flat.items()}]
            return made if not exact else made[:5]
        case Kind.WORDS:
            array = [np.array(value), pd.Series(value), pd.Index(value)]
            return [
                value,
                tuple(value),
                set(value),
                *array,
                value[::-1],
                [w.upper() for w in value],
                [f"{w} " for w in value],
            ]
        case Kind.RANKING | Kind.CODES:
            return [value, tuple(value), np.array(value), pd.Series(value), [w.title() for w in value], pd.Index(value)]
        case Kind.FIGURE:
            return [value, [[[9.0, 9.0]], *value], [value[0][::-1]]]
    return []


def wrong(key, others=()):
    """Wrong answers of many kinds; `others` are right ones of other students or exercises."""
    made = [None, "", [], {}, "I do not know", True, object(), math.nan, math.inf, [math.nan]]
    made += _of_kind(key) + [other for other in others if not _equal(key, other)]
    return made


def _equal(key, other):
    if key.task.kind in (Kind.NUMBER, Kind.COUNT) and isinstance(other, int | float):
        return abs(other - key.value) <= 1.5 * key.tolerance
    if isinstance(other, dict) and isinstance(key.value, dict) and other.keys() == key.value.keys():
        pairs = [(a, other[r].get(c)) for r, cells in key.value.items() for c, a in cells.items()]
        return all(a == b or (_numbers(a, b) and abs(a - b) <= 1.5 * key.tolerance) for a, b in pairs)
    if isinstance(other, list) and key.task.kind in (Kind.WORDS, Kind.RANKING):
        return set(map(str, other)) == set(key.value)
    return other == key.value


def _numbers(*values):
    return all(isinstance(v, int | float) for v in values)


def _moved(value, step):
    """A number that is off in many ways, by at least `step`."""
    at = [-value, value * 100, value / 100, value * 10_000, value / 10, value * 10, 1 - value, value**2, 0, 1, -1]
    at += [value + k * step for k in (-100, -10, -3, -2, 2, 3, 10, 100)] + [value * 1.5, value / 2, abs(value) ** 0.5]
    at += [math.exp(min(value, 50)), value + 0.5, 1 / value if value else 7]
    return [x for x in at if abs(x - value) > 1.5 * step]


def _of_kind(key):
    value = key.value
    match key.task.kind:
        case Kind.COUNT:
            off = [value + k for k in (-100, -10, -2, -1, 1, 2, 10, 100)]
            return [
                *off,
                value + 0.5,
                -value,
                value * 2,
                value // 2,
                [value, value],
                {"n": value, "of": value},
                str(value + 1),
                f"about {value}",
            ]
        case Kind.NUMBER:
            return [
                *_moved(value, key.tolerance),
                [value, value],
                {"value": value, "low": value},
                f"about {value}",
                str(value + 3 * key.tolerance),
            ]
        case Kind.TABLE:
            return _tables(key)
        case Kind.WORDS:
            n = len(value)
            swapped = [[*value[:k], "norland", *value[k + 1 :]] for k in range(n)]
            return [
                *swapped,
                value[:-1],
                value[1:],
                [*value, "norland"],
                value[:3],
                ["norland"] * n,
                " ".join(value),
                list(range(n)),
            ]
        case Kind.RANKING:
            n = len(value)
            turned = [value[k:] + value[:k] for k in range(1, n)]
            pairs = [[*value[:k], value[k + 1], value[k], *value[k + 2 :]] for k in range(n - 1)]
            return [*turned, *pairs, value[::-1], value[:-1], [*value, "norland"], [*value, value[0]], value[0]]
        case Kind.CODES:
            codes = sorted(set(value))
            turned = dict(zip(codes, codes[1:] + codes[:1]))
            rng = np.random.default_rng(1)
            guessed = [rng.choice(codes, len(value)).tolist() for _ in range(20)]
            half = [v if k % 2 else turned[v] for k, v in enumerate(value)]
            same = [[code] * len(value) for code in codes]
            return [
                *guessed,
                *same,
                [turned[v] for v in value],
                half,
                value[:-1],
                [*value, codes[0]],
                ["good"] * len(value),
            ]
        case Kind.FIGURE:
            points = np.array(value[0])
            off = 3 * key.tolerance
            made = [points + [0, off], points - [0, off], points[:-1], points[:, ::-1], -points, points * 2, points[:1]]
            return [[p.tolist()] for p in made] + [points.tolist(), 3, []]
    return []


def _tables(key):
    table, made = key.value, []
    for row, cells in table.items():
        for column, value in cells.items():
            step = 0.6 if isinstance(value, int) else key.tolerance
            moved = ["norland"] if isinstance(value, str) else _moved(value, step)
            made += [{**table, row: {**cells, column: x}} for x in [*moved, None, math.nan, "some", True]]
        made += [
            {r: c for r, c in table.items() if r != row},
            {f"not {r}" if r == row else r: c for r, c in table.items()},
        ]
    rows = list(table)
    turned = {r: table[s] for r, s in zip(rows, rows[1:] + rows[:1])}
    made += [turned] if turned != table else []
    return [*made, {**table, "more": next(iter(table.values()))}, rows, 3, str(table)]
