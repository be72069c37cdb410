"""The key of a student: the solutions of the lesson, run on the student's data."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from discourse.teach.kinds import Key, Kind, Task
from discourse.teach.lesson import CHECK, SOLUTION, TRAP, Cell, assigned, read_lesson
from discourse.teach.plain import plain
from discourse.teach.running import new_names, run_cell


@lru_cache(maxsize=4)
def keys_of(lesson: str, student: str = "") -> Mapping[str, Key]:
    """The right answers of a student, by exercise.

    Parameters
    ----------
    lesson : str
        Name of the lesson.
    student : str
        Whose data.

    Returns
    -------
    mapping of str to Key
        With the spread over seeds, where answers rest on random numbers, and the expected wrong answers.
    """
    # What a lesson writes goes to a folder of its own, not over the files of the student.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return _keys(lesson, student)


def _keys(lesson: str, student: str) -> Mapping[str, Key]:
    names, keys = new_names(), dict[str, Key]()
    for cell in read_lesson(lesson).cells:
        if not cell.code or cell.tag == CHECK:
            continue
        cell = replace(cell, text=assigned(lesson, cell.text, student))
        if cell.tag == SOLUTION and cell.task is not None:
            keys[cell.exercise] = _solved(cell, cell.task, names)
        elif cell.tag == TRAP:
            key = keys[cell.exercise]
            keys[cell.exercise] = replace(key, traps={**key.traps, cell.says: _value(cell, dict(names))})
        else:
            run_cell(cell, names)
    return keys


def _value(cell: Cell, names: dict[str, Any]) -> Any:
    run_cell(cell, names)
    return plain(names[cell.exercise])


def _solved(cell: Cell, task: Task, names: dict[str, Any]) -> Key:
    if task.seeds > 1:
        drawn = [_value(cell, names | {"seed": seed}) for seed in range(task.seeds)]
        _value(cell, names)  # later cells go on from the student's own seed
        return Key(task, _mean(drawn), _spread(drawn))
    value = _value(cell, names)
    return Key(task, [value[-1]] if task.kind is Kind.FIGURE else value)


def _mean(drawn: list[Any]) -> Any:
    if isinstance(drawn[0], dict):
        return {row: {c: float(np.mean([d[row][c] for d in drawn])) for c in drawn[0][row]} for row in drawn[0]}
    return float(np.mean(drawn))


def _spread(drawn: list[Any]) -> float:
    if isinstance(drawn[0], dict):
        return max(float(np.std([d[row][c] for d in drawn], ddof=1)) for row in drawn[0] for c in drawn[0][row])
    return float(np.std(drawn, ddof=1))
