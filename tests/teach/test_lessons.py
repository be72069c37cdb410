"""Every lesson: its solutions run and are accepted, in any form; wrong answers, and those of others, are not."""

import re
from pathlib import Path

import pytest
from variants import forms, wrong

from discourse.teach import lesson_names, read_lesson
from discourse.teach.keys import keys_of
from discourse.teach.kinds import Kind, Verdict
from discourse.teach.lesson import SOLUTION, TRAP, key_copy, student_copy
from discourse.teach.plain import plain

pytest.importorskip("jupytext")

LESSONS = lesson_names()
STUDENTS = ("", "anna", "Бен O'Neill")
# A key of these is a whole run, or four topic models: two students are enough.
LONG = ("study", "topics")


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request):
    return read_lesson(request.param)


def students(lesson):
    return STUDENTS[:2] if lesson.name in LONG else STUDENTS


def closed(lesson, student=""):
    """The keys that the program checks."""
    return {n: k for n, k in keys_of(lesson.name, student).items() if k.task.kind is not Kind.TEXT}


def test_a_lesson_is_whole(lesson):
    assert 45 <= lesson.minutes <= 75 and lesson.title and lesson.aim and lesson.data
    assert 4 <= len(lesson.tasks) <= 6
    assert list(lesson.tasks) == [f"q{k}" for k in range(1, len(lesson.tasks) + 1)]
    text = "\n".join(c.text for c in lesson.cells if not c.code)
    for k, task in enumerate(lesson.tasks.values(), 1):
        assert f"**Exercise {k}.**" in text and task.asks
    for words in ("**Aim.**", "What to take with you", "*References.*"):
        assert words in text


@pytest.mark.slow
def test_the_solutions_run_in_jupyter_and_are_right(lesson, tmp_path):
    client = pytest.importorskip("nbclient").NotebookClient
    notebook = key_copy(lesson, "anna")
    client(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = {}
    for cell in notebook.cells:
        if "check" in cell.metadata.get("tags", ()):
            # A drawing comes after the result of its cell.
            results = [output for output in cell.outputs if output["output_type"] == "execute_result"]
            said[cell.metadata["exercise"]] = results[-1]["data"]["text/plain"]
    for name, task in lesson.tasks.items():
        # The key of a text is the number of words that are wanted, and no text.
        assert said[name] == (f"{name}: Right." if task.kind is not Kind.TEXT else f"{name}: This is not a text."), (
            said[name]
        )


def test_right_answers_are_accepted_in_every_form(lesson):
    n = 0
    for student in students(lesson):
        for key in closed(lesson, student).values():
            for form in forms(key):
                assert key.judge(plain(form)).holds, (key.task.name, form)
                n += 1
    assert n >= 20


def test_wrong_answers_are_refused(lesson):
    keys, theirs = closed(lesson), closed(lesson, "anna")
    tried = 0
    for name, key in keys.items():
        others = [k.value for n, k in keys.items() if n != name] + [theirs[name].value]
        for answer in wrong(key, others):
            found = key.judge(plain(answer))
            assert not found.holds and found.verdict is not Verdict.FOR_A_PERSON, (name, answer, key.value)
            tried += 1
    assert tried >= 50


def test_expected_mistakes_are_recognised(lesson):
    """For one student a mistake may happen to give the right value, but not for each."""
    recognised, every = set(), set()
    for student in students(lesson):
        for name, key in closed(lesson, student).items():
            every |= {(name, says) for says in key.traps}
            found = {says: key.judge(value).verdict for says, value in key.traps.items()}
            assert set(found.values()) <= {Verdict.TRAP, Verdict.RIGHT, Verdict.SIGN}
            recognised |= {(name, says) for says, verdict in found.items() if verdict is not Verdict.RIGHT}
    assert recognised == every and len(every) >= 5


def test_each_student_has_other_answers(lesson):
    mine, theirs = (closed(lesson, student) for student in students(lesson)[-2:])
    same = [n for n in mine if mine[n].judge(theirs[n].value).holds]
    assert len(same) <= len(mine) // 3, same


def test_nothing_that_is_said_gives_the_answer(lesson):
    """What is said about an answer is the same whatever the right one is, except how many words or cells are wrong."""
    from discourse.teach.feedback import words_of

    for key in closed(lesson).values():
        for answer in wrong(key):
            said = words_of(key.task, key.judge(plain(answer)))
            said = said.replace(key.task.asks, "")
            values = key.value if isinstance(key.value, list) else []
            assert not [w for w in values if isinstance(w, str) and re.search(rf"\b{re.escape(w)}\b", said)]
            if key.task.kind in (Kind.NUMBER, Kind.COUNT) and abs(key.value) > 1.5:
                assert f"{key.value:.{key.task.decimals}f}" not in said


def test_the_student_s_copy_has_no_solution(lesson):
    notebook = student_copy(lesson, "anna")
    text = "\n".join(c.source for c in notebook.cells)
    assert f"begin(\"{lesson.name}\", student='anna')" in text
    for cell in lesson.cells:
        if cell.tag == TRAP:
            assert cell.says not in text
        if cell.tag == SOLUTION and cell.task.kind is not Kind.TEXT:
            solved = [line for line in cell.text.splitlines() if line.startswith(f"{cell.exercise} =")]
            assert solved and not any(line in text for line in solved)
    # Nor has the code of the lesson itself what the key takes from.
    assert "training_codes" not in text
    for name in lesson.tasks:
        assert f"{name} = None" in text and f'lesson.check("{name}", {name})' in text


def test_lessons_name_no_file_of_this_machine_and_fetch_nothing(lesson):
    text = "\n".join(c.text for c in lesson.cells)
    assert not re.search(r"https?://|/home/|/work/|download", text)


def test_sentences_on_norland_have_the_tone_that_their_table_says():
    from discourse.teach.made import _templates

    code = next(c.text for c in read_lesson("stance").cells if c.code and "def tone" in c.text)
    names = {}
    exec("import numpy as np\n" + code.split("every =")[0], names)
    for (_, tone), texts in _templates().items():
        for text in texts:
            assert names["tone"](text) == tone, text


def test_the_lessons_are_in_the_package():
    folder = Path(str(__import__("discourse").__file__)).parent / "teach" / "lessons"
    assert {p.name.partition("-")[2] for p in folder.glob("*.md")} == {f"{n}.md" for n in LESSONS}
