"""Lessons: MyST notebooks with tasks, their solutions and expected mistakes; the student's copy has neither."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from discourse.errors import UsageError, did_you_mean
from discourse.teach.kinds import Kind, Task

# Tags of cells.
SOLUTION, TRAP, ANSWER, CHECK = "solution", "trap", "answer", "check"
FORMATS = {".ipynb": "ipynb", ".md": "md:myst"}
_LONGEST = 60  # characters of a student's name


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Parameters
    ----------
    text : str
        Its source.
    code : bool
        Whether it is code; else it is text.
    tag : str
        One of `SOLUTION`, `TRAP`, `ANSWER`, `CHECK`; empty for the cells that every copy has.
    exercise : str
        The exercise that it belongs to.
    says : str
        Of a trap: what this mistake shows.
    start : str
        Of a solution: code that the student is given in its place.
    task : Task, optional
        Of a solution: what is asked for.
    """

    text: str
    code: bool
    tag: str = ""
    exercise: str = ""
    says: str = ""
    start: str = ""
    task: Task | None = None


@dataclass(frozen=True)
class Lesson:
    """A lesson with its key.

    Parameters
    ----------
    name, title, aim : str
        Name for the command line, title, and what a student can do afterwards.
    number, minutes : int
        Place in the course, and how long it takes.
    data : str
        What it works on.
    cells : tuple of Cell
        In order.
    sha256 : str
        Of its file: keys of another version may differ.
    """

    name: str
    title: str
    aim: str
    number: int
    minutes: int
    data: str
    cells: tuple[Cell, ...]
    sha256: str

    @property
    def tasks(self) -> dict[str, Task]:
        """What is asked for, by exercise."""
        return {c.exercise: c.task for c in self.cells if c.task is not None}


def _files() -> dict[str, Any]:
    """The files of the lessons by name, in the order of the course: `3-keyness.md` is the third."""
    found = [p for p in files("discourse.teach").joinpath("lessons").iterdir() if p.name.endswith(".md")]
    return {p.name.removesuffix(".md").partition("-")[2]: p for p in sorted(found, key=lambda p: p.name)}


def lesson_names() -> list[str]:
    """Names of all lessons, in the order of the course.

    Examples
    --------
    >>> lesson_names()[2]
    'keyness'
    """
    return list(_files())


@cache
def read_lesson(name: str) -> Lesson:
    """A lesson of the package.

    Parameters
    ----------
    name : str
        One of `lesson_names`, or its number in the course.

    Raises
    ------
    UsageError
        For a lesson that does not exist, and where jupytext is not installed.
    """
    found = _files()
    numbers = {p.name.partition("-")[0]: n for n, p in found.items()}
    chosen = numbers.get(name, name)
    if chosen not in found:
        raise UsageError(f'there is no lesson "{name}". {did_you_mean(name, found)}')
    text = found[chosen].read_text(encoding="utf-8")
    notebook = _jupytext().reads(text, fmt="md:myst")
    about = notebook.metadata["lesson"]
    return Lesson(
        name=chosen,
        title=about["title"],
        aim=about["aim"],
        number=int(found[chosen].name.partition("-")[0]),
        minutes=about["minutes"],
        data=about["data"],
        cells=tuple(_cell(c) for c in notebook.cells),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def read_notebook(path: Path) -> tuple[Cell, ...]:
    """The cells of a student's notebook, .ipynb or MyST Markdown.

    Raises
    ------
    UsageError
        For a file that is no notebook.
    """
    try:
        notebook = _jupytext().read(path, fmt=FORMATS[path.suffix])
        return tuple(_cell(c) for c in notebook.cells)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(f"{path}: no notebook ({type(error).__name__})") from None


def _cell(cell: Any) -> Cell:
    about = dict(cell.metadata)
    tags = about.get("tags") or []
    tag = next((t for t in (SOLUTION, TRAP, ANSWER, CHECK) if t in tags), "")
    name = str(about.get("exercise", ""))
    task = None
    if tag == SOLUTION:
        given = {k: about[k] for k in ("decimals", "least", "seeds", "points") if k in about}
        task = Task(name, Kind(about["kind"]), about["asks"], **given)
    code = cell.cell_type == "code"
    return Cell(cell.source, code, tag, name, str(about.get("says", "")), str(about.get("start", "")), task)


def assigned(lesson: str, source: str, student: str) -> str:
    """The source of a cell with the student's name in it."""
    return source.replace(f'begin("{lesson}")', f'begin("{lesson}", student={student!r})')


def checked_student(student: str) -> str:
    """The name of a student, as the command line was given it.

    Raises
    ------
    UsageError
        For one that is too long or has other characters than those that print.
    """
    name = student.strip()
    if len(name) > _LONGEST or not name.isprintable():
        raise UsageError(f"a student's name has at most {_LONGEST} characters that print")
    return name


def student_copy(lesson: Lesson, student: str, *, nbgrader: bool = False) -> Any:
    """The notebook that a student works in: tasks and cells to fill in, no solution.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    student : str
        Whose data it has; may be empty.
    nbgrader : bool
        The instructor's source for nbgrader instead: solutions between its marks, checks that fail and points.

    Returns
    -------
    nbformat.NotebookNode
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells: list[Any] = []
    for cell in lesson.cells:
        if not cell.code:
            cells.append(new_markdown_cell(cell.text))
        elif cell.task is not None:
            cells += [new_code_cell(text, metadata=about) for text, about in _to_fill_in(cell, cell.task, nbgrader)]
        elif cell.tag != TRAP:
            cells.append(new_code_cell(assigned(lesson.name, cell.text, student)))
    for k, cell in enumerate(cells):
        cell["id"] = f"{lesson.name}-{k}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _to_fill_in(cell: Cell, task: Task, nbgrader: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cell of an answer and that of its check, each with its metadata."""
    start = f"{cell.start.rstrip()}\n" if cell.start else ""
    worth = f" ({task.points} points)" if task.points > 1 else ""
    empty = f"{start}{task.name} = None  # {task.asks}{worth}"
    about: dict[str, Any] = {"tags": [ANSWER], "exercise": task.name}
    check: dict[str, Any] = {"tags": [CHECK], "exercise": task.name}
    call = f'lesson.check("{task.name}", {task.name})'
    if not nbgrader:
        yield empty, about
        yield call, check
        return
    by_hand = task.kind is Kind.TEXT
    marks = {"schema_version": 3, "locked": False, "task": False}
    about["nbgrader"] = marks | {"grade_id": task.name, "grade": by_hand, "solution": True}
    if by_hand:
        about["nbgrader"]["points"] = task.points
    yield f"### BEGIN SOLUTION\n{cell.text}\n### END SOLUTION", about
    if not by_hand:
        tests = {"grade_id": f"check-{task.name}", "grade": True, "solution": False, "locked": True}
        check["nbgrader"] = marks | tests | {"points": task.points}
        yield f"found = {call}\nassert found.holds, found", check


def key_copy(lesson: Lesson, student: str) -> Any:
    """The instructor's notebook: solutions, and expected mistakes with what they show."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    notebook = student_copy(lesson, student)
    cells: list[Any] = []
    by_exercise = {c.exercise: c for c in lesson.cells if c.tag == SOLUTION}
    for cell in notebook.cells:
        exercise = cell.metadata.get("exercise", "")
        if ANSWER in cell.metadata.get("tags", ()):
            cell = new_code_cell(by_exercise[exercise].text, metadata=cell.metadata, id=cell["id"])
        cells.append(cell)
        if CHECK in cell.metadata.get("tags", ()):
            traps = [c for c in lesson.cells if c.tag == TRAP and c.exercise == exercise]
            text = "\n\n".join(f"Expected mistake: {t.says}\n\n```python\n{t.text}\n```" for t in traps)
            if text:
                cells.append(new_markdown_cell(text, id=f"{cell['id']}-traps"))
    notebook.cells = cells
    return notebook


def written(notebook: Any, suffix: str) -> str:
    """A notebook as text, .ipynb or MyST Markdown."""
    return str(_jupytext().writes(notebook, fmt=FORMATS[suffix]))


def _jupytext() -> Any:
    if importlib.util.find_spec("jupytext") is None:
        raise UsageError("lessons need jupytext: pip install 'discourse-analytics[teach]'")
    import jupytext

    return jupytext
