"""The way of a student: start, fill in, check; and of a teacher: key, grade, nbgrader."""

import csv
import json
import os
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from discourse.cli.teach_commands import check_in, grade_in, key_to, print_lessons, start_in
from discourse.errors import UsageError
from discourse.teach import begin, check_folder, read_lesson, start
from discourse.teach.feedback import words_of
from discourse.teach.kinds import Key, Kind, Task
from discourse.teach.lesson import SOLUTION, checked_student
from discourse.teach.plain import plain

jupytext = pytest.importorskip("jupytext")

LESSON = "stance"  # the fastest


@pytest.fixture(autouse=True)
def package_for_children(monkeypatch):
    import discourse

    root = os.path.dirname(os.path.dirname(discourse.__file__))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")])))


def fill_in(path, answers):
    """Put code into the cells of exercises, as a student does."""
    notebook = jupytext.read(path)
    for cell in notebook.cells:
        exercise = cell.metadata.get("exercise")
        if exercise in answers and "answer" in cell.metadata["tags"]:
            cell.source = answers[exercise]
    jupytext.write(notebook, path, fmt="ipynb" if path.suffix == ".ipynb" else "md:myst")


def solutions(lesson):
    return {c.exercise: c.text for c in read_lesson(lesson).cells if c.tag == SOLUTION}


@pytest.mark.parametrize("suffix", [".ipynb", ".md"])
def test_a_student_s_way(tmp_path, suffix):
    path = start(read_lesson(LESSON), tmp_path, "anna", suffix=suffix)
    empty = check_folder(tmp_path)
    assert empty.points == 0 and {f.verdict.value for f in empty.findings.values()} == {"missing"}

    right = solutions(LESSON) | {"q6": 'q6 = " ".join(chr(97 + k % 26) * (1 + k % 4) for k in range(90))'}
    fill_in(path, right)
    full = check_folder(tmp_path)
    assert full.points == full.possible == 8 and full.for_a_person == 2, full.said
    assert full.findings["q6"].verdict.value == "for_a_person" and not full.notes
    record = json.loads((tmp_path / "grade.json").read_text(encoding="utf-8"))
    assert record["points"] == 8 and record["student"] == "anna" and record["exercises"]["q1"]["verdict"] == "right"

    fill_in(path, {"q2": "q2 = 1 / 0", "q4": "q4 = 12", "q5": "q5 ="})
    some = check_folder(tmp_path)
    assert some.said["q2"].startswith("The cell stopped with an error: ZeroDivisionError")
    assert some.findings["q5"].verdict.value == "failed" and "SyntaxError" in some.said["q5"]
    assert some.findings["q4"].verdict.value == "other_number" and some.points == 4


def test_the_answers_of_another_student_are_wrong(tmp_path):
    fill_in(start(read_lesson(LESSON), tmp_path / "ben", "ben"), solutions(LESSON))
    record = tmp_path / "ben" / "lesson.json"
    record.write_text(record.read_text().replace('"ben"', '"carla"'))
    grade = check_folder(tmp_path / "ben")
    assert grade.points <= 1, grade.said
    assert len(grade.notes) == 1 and 'the data of "ben"' in grade.notes[0] and '"carla"' in grade.notes[0]


def test_a_notebook_that_does_not_end_is_ended(tmp_path):
    fill_in(start(read_lesson(LESSON), tmp_path), {"q1": "while True: pass"})
    grade = check_folder(tmp_path, seconds=8)
    assert grade.notes == ("the notebook: it ran for more than 8 seconds and was ended",) and grade.points == 0


def test_a_notebook_that_ends_its_process_is_said(tmp_path):
    fill_in(start(read_lesson(LESSON), tmp_path), {"q1": "import os\nos._exit(7)"})
    assert check_folder(tmp_path).notes == ("the notebook: it ended with exit code 7",)


def test_what_is_no_lesson_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(UsageError, match="no lesson in"):
        check_folder(tmp_path)
    with pytest.raises(UsageError, match='Did you mean "keyness"'):
        read_lesson("keynes")
    path = start(read_lesson(LESSON), tmp_path / "a", "anna")
    with pytest.raises(UsageError, match="a lesson already"):
        start(read_lesson(LESSON), tmp_path / "a", "anna")
    path.write_text("{}")
    with pytest.raises(UsageError, match="no notebook"):
        check_folder(tmp_path / "a")
    path.unlink()
    with pytest.raises(UsageError, match=r"no stance.ipynb and no stance.md"):
        check_folder(tmp_path / "a")
    (tmp_path / "a" / "lesson.json").write_text("[]")
    with pytest.raises(UsageError, match="is not as"):
        check_folder(tmp_path / "a")
    for name in ("a\nb", "x" * 61):
        with pytest.raises(UsageError, match="a student's name"):
            checked_student(name)
    with pytest.raises(UsageError, match='no exercise "q9"'):
        begin(LESSON).check("q9", 1)


def test_a_class_is_graded(tmp_path, capsys):
    for student in ("anna", "ben"):
        start(read_lesson(LESSON), tmp_path / student, student)
    fill_in(tmp_path / "anna" / f"{LESSON}.ipynb", {"q2": solutions(LESSON)["q2"]})
    (tmp_path / "ben" / f"{LESSON}.ipynb").write_text("no notebook")
    grade_in(tmp_path, tmp_path / "grades.csv", 60)
    anna, ben = csv.DictReader((tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines())
    assert (anna["student"], anna["points"], anna["q2"], anna["q1"]) == ("anna", "1.0", "right", "missing")
    assert "no notebook" in ben["notes"] and "1 of 8" in capsys.readouterr().out


def test_the_commands_say_what_to_do_next(tmp_path, capsys):
    print_lessons()
    assert "3  keyness" in capsys.readouterr().out
    start_in("6", tmp_path / "a", "anna", markdown=True)
    assert "discourse teach check" in capsys.readouterr().out.replace("\n", " ")
    check_in(tmp_path / "a", 60)
    assert "0 of 8 points; 2 more are given by a person" in capsys.readouterr().out
    with pytest.raises(UsageError, match=r"ends in \.ipynb or \.md"):
        key_to("6", tmp_path / "key.txt", "", nbgrader=False)


def test_nbgrader_s_source_has_its_marks(tmp_path):
    import nbformat

    key_to("6", tmp_path / "source.ipynb", "", nbgrader=True)
    notebook = nbformat.read(tmp_path / "source.ipynb", as_version=4)
    nbformat.validate(notebook)
    marked = [c for c in notebook.cells if "nbgrader" in c.metadata]
    ids = [c.metadata["nbgrader"]["grade_id"] for c in marked]
    assert len(ids) == len(set(ids)) == 11
    assert sum(c.metadata["nbgrader"].get("points", 0) for c in marked) == 10
    # nbgrader 0.9 takes cells of its schema 3 with these fields.
    for cell in marked:
        assert {"schema_version", "grade", "solution", "locked", "task", "grade_id"} <= set(cell.metadata["nbgrader"])
        if cell.metadata["nbgrader"]["solution"]:
            assert cell.source.startswith("### BEGIN SOLUTION") and cell.source.endswith("### END SOLUTION")
        assert ("points" in cell.metadata["nbgrader"]) == cell.metadata["nbgrader"]["grade"]


def test_the_key_names_expected_mistakes(tmp_path):
    key_to("keyness", tmp_path / "key.md", "anna", nbgrader=False)
    text = (tmp_path / "key.md").read_text(encoding="utf-8")
    assert "q2 = float(np.log2((a / n_study)" in text and "Expected mistake: That is the natural logarithm." in text


def test_points_of_a_figure_are_compared():
    from matplotlib.figure import Figure

    from discourse.teach.plain import plain

    def drawn(kind, x, y):
        axes = Figure().add_subplot()
        getattr(axes, kind)(x, y)
        return axes

    key = Key(Task("q1", Kind.FIGURE, decimals=1), plain(drawn("plot", [1, 2, 3], [0.5, 1, 2]))[-1:])
    assert key.judge(plain(drawn("scatter", [3, 1, 2], [2.02, 0.5, 1]))).holds
    assert not key.judge(plain(drawn("plot", [1, 2, 3], [0.5, 1, 2.2]))).holds
    assert not key.judge(plain(drawn("plot", [1, 2], [0.5, 1]))).holds
    assert not key.judge(plain(drawn("bar", [1, 2, 3], [0.5, 1, 2]))).holds  # places of bars are 0, 1, 2
    bars = Key(Task("q1", Kind.FIGURE, decimals=1), plain(drawn("bar", ["a", "b"], [3, 1])))
    assert (
        bars.judge(plain(drawn("bar", ["a", "b"], [3, 1]))).holds
        and not bars.judge(plain(drawn("bar", ["a"], [3]))).holds
    )
    assert bars.judge(plain(drawn("barh", ["a", "b"], [3, 1]))).holds


def judged(kind, value, answer, **task):
    """What is found about an answer, as words."""
    asked = Task("q1", kind, "a dict with the keys low and high", **task)
    return words_of(asked, Key(asked, value).judge(plain(answer)))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Decimal("0.33"), "Right."),
        (Fraction(1, 3), "Right."),
        (pd.Series([0.333]), "Right."),
        (pd.NA, "Not answered yet."),
        (10**400, "This is infinite or not a number."),
        (1j, "This is of the type complex, which is no answer to be compared."),
        (len, "This is of the type builtin_function_or_method, which is no answer to be compared."),
        ("0,33", "Write decimals with a point."),
        (0.3, "Rounded too far: 2 decimals are wanted."),
    ],
)
def test_numbers_in_any_type_and_what_is_none(answer, said):
    assert (
        judged(Kind.NUMBER, 1 / 3, answer, decimals=2).removesuffix(" Wanted: a dict with the keys low and high.")
        == said
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"low": -1.25, "high": 3.5}, "Right."),
        ({"low": pd.Series([-1.25]), "high": Decimal("3.5")}, "Right."),
        ({"low": 1.25, "high": -3.5}, "The sign is the wrong one"),
        ({"low": -125, "high": 350}, "The value is off by a factor of 100"),
        ({"low": -1.2, "high": 4}, "Rounded too far"),
        ({"low": 3.5, "high": -1.25}, "2 of 2 values differ."),
        ({"low": -1.25}, "Keys (or rows and columns) differ: 1 missing (high), 0 too many."),
        ({"low": -1.25, "high": 10**400}, "1 of 2 values differs."),
    ],
)
def test_what_is_wrong_with_a_table_is_said_where_all_of_it_is_wrong_alike(answer, said):
    assert judged(Kind.TABLE, {"low": {"": -1.25}, "high": {"": 3.5}}, answer, decimals=2).startswith(said)


def test_words_are_taken_from_a_column_or_a_text():
    table = pd.DataFrame({"word": ["war", "peace"], "log_ratio": [2.0, 1.5]}, index=[7, 9])
    for answer in (table, table[["word"]], table.set_index("word"), "war, Peace"):
        assert judged(Kind.WORDS, ["peace", "war"], answer) == "Right."
    assert judged(Kind.WORDS, ["peace", "war"], ["war", "war"]).startswith("1 different where 2 are wanted.")


def test_codes_that_agree_enough_are_right_with_the_number_of_those_that_differ():
    right = ["neutral"] * 20 + ["cooperative"] * 20
    said = judged(Kind.CODES, right, ["cooperative", *right[1:]], least=0.9)
    assert said.startswith("Right") and "1 code differs from it" in said
    assert judged(Kind.CODES, right, right, least=0.9) == "Right."


def test_a_word_again_and_again_is_no_text():
    for text in (". " * 80, "word " * 80):
        assert judged(Kind.TEXT, 60, text).startswith("Too short")
