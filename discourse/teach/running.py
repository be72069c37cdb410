"""Running the code of a notebook without Jupyter; a student's in a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discourse import children
from discourse.teach.lesson import CHECK, Cell, read_notebook
from discourse.teach.plain import plain


@dataclass(frozen=True)
class Ran:
    """What the code of a notebook gave.

    Parameters
    ----------
    answers : mapping of str to object
        As `plain` gives them, by exercise.
    errors : mapping of str to str
        What went wrong, by exercise; under an empty name the first mistake in another cell.
    student : str, optional
        Whose data the notebook began with, where it began a lesson.
    """

    answers: Mapping[str, Any]
    errors: Mapping[str, str]
    student: str | None = None


def source_of(cell: Cell) -> str:
    """The Python of a cell, without the magic commands of Jupyter.

    Examples
    --------
    >>> source_of(Cell("%matplotlib inline\\nx = 1", code=True))
    '#%matplotlib inline\\nx = 1'
    """
    return "\n".join(f"#{line}" if line.lstrip().startswith(("%", "!")) else line for line in cell.text.splitlines())


def run_cell(cell: Cell, names: dict[str, Any]) -> None:
    """Run a cell; what it prints is thrown away."""
    code = compile(source_of(cell), f"<{cell.exercise or 'cell'}>", "exec")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(code, names)  # a notebook is code


def new_names() -> dict[str, Any]:
    """The names that a notebook begins with."""
    return {"__name__": "__main__", "display": lambda *shown, **how: None}


def run_notebook(cells: Iterable[Cell]) -> Ran:
    """Run all cells that are no check, each whatever became of those before it."""
    names, answers, errors = new_names(), {}, dict[str, str]()
    for cell in cells:
        if not cell.code or cell.tag == CHECK:
            continue
        try:
            run_cell(cell, names)
        except (Exception, SystemExit) as error:
            errors.setdefault(cell.exercise, f"{type(error).__name__}: {error}"[:300])
        if cell.exercise:
            answers[cell.exercise] = plain(names.get(cell.exercise))
    return Ran(answers, errors, getattr(names.get("lesson"), "student", None))


def run_apart(path: Path, seconds: float) -> Ran:
    """Run a student's notebook in a process of its own, in its folder.

    Parameters
    ----------
    path : Path
        The notebook.
    seconds : float
        After which it is ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answers.json"
        command = [sys.executable, "-m", "discourse.teach.running", str(path.resolve()), str(out)]
        environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
        try:
            done = children.run(command, environment, cwd=path.parent, seconds=seconds)
        except subprocess.TimeoutExpired:
            return Ran({}, {"": f"it ran for more than {seconds:.0f} seconds and was ended"})
        if not out.is_file():
            lines = done.stderr.strip().splitlines()
            return Ran({}, {"": lines[-1][:300] if lines else f"it ended with exit code {done.returncode}"})
        found = json.loads(out.read_text(encoding="utf-8"))
        return Ran(found["answers"], found["errors"], found["student"])


def main(path: str, out: str) -> None:
    """Run a notebook and write its answers as JSON."""
    ran = run_notebook(read_notebook(Path(path)))
    Path(out).write_text(json.dumps(vars(ran)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
