"""The commands for the classroom as plain functions."""

from __future__ import annotations

from pathlib import Path

from discourse.cli.commands import plain_console
from discourse.errors import UsageError


def print_lessons() -> None:
    """Print the lessons."""
    from discourse.teach import lesson_names, read_lesson

    console = plain_console()
    for name in lesson_names():
        lesson = read_lesson(name)
        console.print(f"{lesson.number}  {name:<12} {lesson.title} ({lesson.minutes} minutes)")
        console.print(f"   {'':<12} {lesson.aim}")
        console.print(f"   {'':<12} Data: {lesson.data}.")


def start_in(lesson: str, folder: Path, student: str, *, markdown: bool) -> None:
    """Put a student's copy into a folder, and say what to do next."""
    from discourse.teach import read_lesson, start

    path = start(read_lesson(lesson), folder, student, suffix=".md" if markdown else ".ipynb")
    console = plain_console()
    console.print(f"{path}")
    console.print(f"Fill in the cells that are None, then: discourse teach check {folder}")


def check_in(folder: Path, seconds: int) -> None:
    """Check a folder and print what is found, an exercise a line."""
    from discourse.teach import check_folder

    grade = check_folder(folder, seconds=seconds)
    console = plain_console()
    for name, said in grade.said.items():
        console.print(f"{name:<4} {said}")
    for note in grade.notes:
        console.print(f"note: {note}")
    by_hand = f"; {grade.for_a_person} more are given by a person" if grade.for_a_person else ""
    console.print(f"{grade.points} of {grade.possible} points{by_hand}")


def grade_in(folder: Path, out: Path, seconds: int) -> None:
    """Check all lessons below a folder, and write the table of the class."""
    import pandas as pd

    from discourse.errors import DiscourseError
    from discourse.gates import csv
    from discourse.teach import check_folder
    from discourse.teach.checking import folders_below
    from discourse.writer import probe, write_file

    folders = folders_below(folder)
    probe(out)
    console = plain_console()
    rows: list[dict[str, object]] = []
    for one in folders:
        try:
            grade = check_folder(one, seconds=seconds)
        except DiscourseError as error:  # one student's folder does not stop the others'
            rows.append({"folder": str(one), "notes": str(error)})
            console.print(f"{one}: {error}")
            continue
        rows.append(grade.row())
        console.print(f"{one}: {grade.points} of {grade.possible}")
    write_file(out, csv(pd.DataFrame(rows)))
    console.print(f"{out}")


def key_to(lesson: str, out: Path, student: str, *, nbgrader: bool) -> None:
    """Write the instructor's notebook."""
    from discourse.teach import read_lesson
    from discourse.teach.lesson import FORMATS, checked_student, key_copy, student_copy, written
    from discourse.writer import write_file

    if out.suffix not in FORMATS:
        raise UsageError(f"{out}: a notebook ends in .ipynb or .md")
    found, student = read_lesson(lesson), checked_student(student)
    notebook = student_copy(found, student, nbgrader=True) if nbgrader else key_copy(found, student)
    write_file(out, written(notebook, out.suffix).encode())
    plain_console().print(f"{out}")
