"""Typer commands for the classroom; each is a thin wrapper around a plain function."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

teach_app = typer.Typer(no_args_is_help=True, help="Lessons with exercises: start one, and check the answers.")

Lesson = Annotated[
    str, typer.Argument(metavar="LESSON", help="Name or number of the lesson (`teach list`).", show_default=False)
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the lesson.", show_default=False)]
Student = Annotated[
    str,
    typer.Option(
        "--student",
        metavar="ID",
        help="Whose data: each student has their own, and their own answers.",
        show_default=False,
    ),
]
Seconds = Annotated[int, typer.Option(min=1, help="Seconds after which a notebook is ended.")]


@teach_app.command("list")
def list_lessons() -> None:
    """List the lessons: title, minutes, data, aim."""
    from discourse.cli.teach_commands import print_lessons

    print_lessons()


@teach_app.command("start")
def start_lesson(
    lesson: Lesson,
    folder: Folder,
    student: Student = "",
    markdown: Annotated[
        bool, typer.Option("--md", help="Write MyST Markdown (.md) in place of a notebook (.ipynb).")
    ] = False,
) -> None:
    """Put a student's copy of a lesson into a folder: steps, exercises, cells to fill in."""
    from discourse.cli.teach_commands import start_in

    start_in(lesson, folder, student, markdown=markdown)


@teach_app.command("check")
def check_lesson(folder: Folder, seconds: Seconds = 300) -> None:
    """Run the notebook in a folder and check its answers; writes grade.json, and says what is wrong without the right answer."""
    from discourse.cli.teach_commands import check_in

    check_in(folder, seconds)


@teach_app.command("grade")
def grade_lessons(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with the folders of a class.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="Table of points, a row a student (CSV).", show_default=False),
    ],
    seconds: Seconds = 300,
) -> None:
    """Check all lessons below a folder. This runs the code of students: do it where it can do no harm."""
    from discourse.cli.teach_commands import grade_in

    grade_in(folder, out, seconds)


@teach_app.command("key")
def write_key(
    lesson: Lesson,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="Notebook to write, .ipynb or .md.", show_default=False),
    ],
    student: Student = "",
    nbgrader: Annotated[
        bool,
        typer.Option("--nbgrader", help="Write the source of an assignment for nbgrader: solutions, tests, points."),
    ] = False,
) -> None:
    """Write the instructor's notebook of a lesson: solutions, and expected mistakes with what they show."""
    from discourse.cli.teach_commands import key_to

    key_to(lesson, out, student, nbgrader=nbgrader)
