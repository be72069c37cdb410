"""Answers as plain values, whatever type a student has chosen for them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

MOST = 20_000  # values in an answer
UNREAD = "unread"  # only key of what stands for an answer that is none of the types; its value names the type


def plain(value: Any) -> Any:
    """Numbers, texts, lists, and tables as mappings of rows to mappings of columns; what JSON can hold.

    Parameters
    ----------
    value : object
        A number, a text, a collection, a Series, a DataFrame (rows are named by its index), or the axes of a figure (the
        points of each line, row of bars or cloud).

    Returns
    -------
    object
        For what is none of these, or too large, ``{"unread": type}``; None where there is no answer.

    Examples
    --------
    >>> plain(pd.Series({"peace": np.int64(3)})), plain({"b", "a"}), plain(np.float64(0.5)), plain(object())
    ({'peace': {'': 3}}, ['a', 'b'], 0.5, {'unread': 'object'})
    """
    try:
        return _plain(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return {UNREAD: type(value).__name__}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist() if value.size <= MOST else None
    if value is None or value is pd.NA:
        return None
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, str | bool | int | float):
        return value
    if callable(getattr(value, "get_lines", None)):
        return _drawn(value)
    if isinstance(value, pd.DataFrame):
        rows = zip(value.index, value.itertuples(index=False, name=None))
        return _sized({_named(k): dict(zip(map(_named, value.columns), map(_plain, row))) for k, row in rows})
    if isinstance(value, pd.Series):
        if len(value) and all(isinstance(v, str) for v in value):
            return _plain(list(value))  # words, whatever numbers pandas gave them
        return _plain(dict(zip(value.index, value))) if value.index.is_unique else _plain(list(value))
    if isinstance(value, Mapping):
        return _sized({_named(k): _row(v) for k, v in value.items()})
    if isinstance(value, set | frozenset):
        return _sized(sorted(map(_plain, value), key=str))
    if isinstance(value, Iterable):
        return _sized([_plain(v) for v in value])
    raise TypeError(type(value).__name__)


def _row(value: Any) -> dict[str, Any]:
    """A row of a table by column; a single value is in a column without a name."""
    if isinstance(value, Mapping):
        return {_named(k): _plain(v) for k, v in value.items()}
    return {"": _plain(value)}


def _named(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _sized(value: Any) -> Any:
    if len(value) > MOST:
        raise ValueError(f"more than {MOST:,} values")
    return value


def _drawn(axes: Any) -> list[list[list[float]]]:
    """The points of all that is drawn in axes: lines, bars, clouds of points."""
    series = [np.column_stack([line.get_xdata(), line.get_ydata()]) for line in axes.get_lines()]
    series += [np.asarray(cloud.get_offsets(), float) for cloud in axes.collections if len(cloud.get_offsets()) > 1]
    for bars in axes.containers:
        boxes = [b for b in bars if hasattr(b, "get_height")]
        across = getattr(bars, "orientation", "vertical") == "horizontal"
        if boxes:
            tops = [b.get_width() if across else b.get_height() for b in boxes]
            series.append(np.column_stack([range(len(tops)), tops]))
    return [[[float(x) for x in point] for point in points if all(map(_finite, point))] for points in series]


def _finite(value: Any) -> bool:
    return math.isfinite(float(value))
