"""Starting a lesson in a folder, checking what a student has done there, and grading a class."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discourse.errors import UsageError
from discourse.teach.feedback import words_of
from discourse.teach.keys import keys_of
from discourse.teach.kinds import Finding, Key, Kind, Verdict
from discourse.teach.lesson import FORMATS, Lesson, checked_student, read_lesson, read_notebook, student_copy, written
from discourse.teach.running import Ran, run_apart
from discourse.writer import write_file, write_files

RECORD, GRADE = "lesson.json", "grade.json"
SECONDS = 300.0


@dataclass(frozen=True)
class Grade:
    """The answers of a student to a lesson, checked.

    Parameters
    ----------
    folder : str
        Where they are.
    lesson, student : str
        Names.
    findings : mapping of str to Finding
        By exercise.
    points, possible : int
        Points for right answers, and those that the program can give; texts are graded by a person.
    for_a_person : int
        Points that a person gives.
    said : mapping of str to str
        The findings in words.
    notes : tuple of str
        What else is to be said: an error in a cell without an answer, another version of the lesson.
    """

    folder: str
    lesson: str
    student: str
    findings: Mapping[str, Finding]
    points: int
    possible: int
    for_a_person: int
    said: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As it is written to grade.json."""
        exercises = {n: {"verdict": f.verdict.value, "says": self.said[n]} for n, f in self.findings.items()}
        about = {"lesson": self.lesson, "student": self.student, "points": self.points, "possible": self.possible}
        return about | {"for_a_person": self.for_a_person, "exercises": exercises, "notes": list(self.notes)}

    def row(self) -> dict[str, Any]:
        """As a row of the table of a class."""
        about = {"folder": self.folder, "lesson": self.lesson, "student": self.student, "points": self.points}
        more = {"possible": self.possible, "for_a_person": self.for_a_person, "notes": " | ".join(self.notes)}
        return about | more | {name: f.verdict.value for name, f in self.findings.items()}


def start(lesson: Lesson, folder: Path, student: str = "", *, suffix: str = ".ipynb") -> Path:
    """Put a student's copy of a lesson into a folder.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    folder : Path
        A new folder, or one that has no lesson yet.
    student : str
        Whose data.
    suffix : {".ipynb", ".md"}
        Notebook, or MyST Markdown.

    Returns
    -------
    Path
        The notebook.

    Raises
    ------
    UsageError
        Where the folder has a lesson.
    """
    if (folder / RECORD).exists() or (folder / f"{lesson.name}{suffix}").exists():
        raise UsageError(f"{folder} has a lesson already; answers in it are kept: choose another folder")
    student = checked_student(student)
    path = folder / f"{lesson.name}{suffix}"
    record = {"lesson": lesson.name, "student": student, "file": path.name, "sha256": lesson.sha256}
    notebook = written(student_copy(lesson, student), suffix)
    write_files({path: notebook.encode(), folder / RECORD: (json.dumps(record, indent=1) + "\n").encode()})
    return path


def check_folder(folder: Path, *, seconds: float = SECONDS) -> Grade:
    """Run a student's notebook and check its answers; grade.json is written into the folder.

    Parameters
    ----------
    folder : Path
        As `start` made it.
    seconds : float
        After which the notebook is ended.

    Raises
    ------
    UsageError
        For a folder without a lesson.
    """
    record = _record(folder)
    lesson = read_lesson(record["lesson"])
    path = _notebook(folder, record["file"])
    read_notebook(path)  # refused here, before anything runs
    ran = run_apart(path, seconds)
    notes = [f"the notebook: {ran.errors['']}"] if "" in ran.errors else []
    if record["sha256"] != lesson.sha256:
        notes.append("the lesson was started with another version of the package")
    if ran.student is not None and ran.student != record["student"]:
        notes.append(
            f'the notebook begins the lesson with the data of "{ran.student}", and {RECORD} names "{record["student"]}", for whom it is checked'
        )
    grade = graded(str(folder), lesson, record["student"], ran, keys_of(lesson.name, record["student"]), notes)
    write_file(folder / GRADE, (json.dumps(grade.record(), indent=1, ensure_ascii=False) + "\n").encode())
    return grade


def graded(
    folder: str, lesson: Lesson, student: str, ran: Ran, keys: Mapping[str, Key], notes: Iterable[str] = ()
) -> Grade:
    """Compare the answers of a notebook with the key of the student."""
    findings = {}
    for name, key in keys.items():
        answer = ran.answers.get(name)
        failed = answer is None and name in ran.errors
        findings[name] = Finding(Verdict.FAILED, {"error": ran.errors[name]}) if failed else key.judge(answer)
    said = {name: words_of(lesson.tasks[name], f) for name, f in findings.items()}
    by_hand = {n: k.task.points for n, k in keys.items() if k.task.kind is Kind.TEXT}
    points = sum(keys[n].task.points for n, f in findings.items() if f.holds)
    possible = sum(k.task.points for n, k in keys.items() if n not in by_hand)
    return Grade(folder, lesson.name, student, findings, points, possible, sum(by_hand.values()), said, tuple(notes))


def folders_below(folder: Path) -> list[Path]:
    """All folders with a lesson in or below a folder, in the order of their names.

    Raises
    ------
    UsageError
        Where there is none.
    """
    found = sorted(path.parent for path in folder.rglob(RECORD))
    if not found:
        raise UsageError(f"there is no lesson in {folder} (no {RECORD}); discourse teach start makes one")
    return found


def _record(folder: Path) -> dict[str, str]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {name: str(record[name]) for name in ("lesson", "student", "file", "sha256")}
    except FileNotFoundError:
        raise UsageError(f"there is no lesson in {folder} (no {RECORD}); discourse teach start makes one") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{folder / RECORD} is not as discourse teach start wrote it") from None


def _notebook(folder: Path, name: str) -> Path:
    """The notebook of a folder; the newer one, where it has been saved in the other format as well."""
    stem = Path(name).stem
    found = [path for suffix in FORMATS if (path := folder / f"{stem}{suffix}").is_file()]
    if not found:
        raise UsageError(f"{folder} has no {stem}.ipynb and no {stem}.md")
    return max(found, key=lambda path: path.stat().st_mtime)
