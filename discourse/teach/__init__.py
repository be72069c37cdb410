"""The classroom: lessons as notebooks, with different data for each student, and a checker that does not give answers away."""

from __future__ import annotations

from discourse.teach.checking import Grade, check_folder, start
from discourse.teach.desk import Desk, begin
from discourse.teach.lesson import Lesson, lesson_names, read_lesson

__all__ = ["Desk", "Grade", "Lesson", "begin", "check_folder", "lesson_names", "read_lesson", "start"]
