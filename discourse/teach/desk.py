"""What a student's notebook works with: the data of the student, and the check of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from discourse.compare.resample import stream
from discourse.errors import UsageError, did_you_mean
from discourse.teach.feedback import words_of
from discourse.teach.keys import keys_of
from discourse.teach.kinds import Finding, Task
from discourse.teach.lesson import checked_student, read_lesson
from discourse.teach.plain import plain

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What is found about an answer, in words; `holds` where it is right."""

    task: Task
    finding: Finding

    @property
    def holds(self) -> bool:
        """Whether the answer is right."""
        return self.finding.holds

    def __repr__(self) -> str:
        return f"{self.task.name}: {words_of(self.task, self.finding)}"


@dataclass(frozen=True)
class Desk:
    """A lesson as one student does it.

    Parameters
    ----------
    lesson, student : str
        Names; all random choices follow from both.
    """

    lesson: str
    student: str

    def rng(self, name: str) -> np.random.Generator:
        """Random numbers of this student, for one purpose."""
        return stream(1, "lesson", self.lesson, self.student, name)

    @property
    def seed(self) -> int:
        """A seed of this student."""
        return int(self.rng("seed").integers(1, 10_000))

    def pick(self, name: str, options: Sequence[T]) -> T:
        """One of several, by student.

        Examples
        --------
        >>> Desk("keyness", "anna").pick("word", ["peace"])
        'peace'
        """
        return options[int(self.rng(name).integers(len(options)))]

    def check(self, exercise: str, answer: Any) -> Checked:
        """Check an answer; what is wrong with it is said, the right one is not.

        Parameters
        ----------
        exercise : str
            Such as ``"q1"``.
        answer : object
            The answer.

        Raises
        ------
        UsageError
            For an exercise that the lesson does not have.
        """
        tasks = read_lesson(self.lesson).tasks
        if exercise not in tasks:
            raise UsageError(f'the lesson has no exercise "{exercise}". {did_you_mean(exercise, tasks)}')
        return Checked(tasks[exercise], keys_of(self.lesson, self.student)[exercise].judge(plain(answer)))


def begin(lesson: str, student: str = "") -> Desk:
    """Begin a lesson in a notebook.

    Parameters
    ----------
    lesson : str
        Its name (`discourse teach list`).
    student : str
        Whose data; those of the lesson by default.

    Returns
    -------
    Desk

    Raises
    ------
    UsageError
        For a lesson that does not exist.
    """
    return Desk(read_lesson(lesson).name, checked_student(student))
