"""A class is not graded with a check that the solution fails, and no student's odd answer makes a check `broken`."""

import json
import os

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import try_module
from autograder.grading.broken import fault, solution_source, told_apart
from autograder.grading.rehearsal import cache_folder
from autograder.selfcheck.assignment import load_file
from tests.tiny import RIGHT, tiny_course, write_class

STUMBLES = '''

@worth(1, "row_sums")
def check_first_row(student):
    """row_sums gives the first row first

    row_sums 先给出第一行的和
    """
    X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    if student.row_sums(X)[0] != 3{fault}:
        fail("not the first row", "不是第一行")
'''
ODD = ("None", "3", "[]", '"x"', "{}", "torch.zeros(0)", "[X.sum]", "2 ** 4000", "object()")


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tiny_course(tmp_path / "course")
    monkeypatch.chdir(root)
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    return root


def add_check(root, fault=""):
    file = root / "assignments/01_sums/checks_public.py"
    text = file.read_text("utf-8").replace("assert_close, worth", "assert_close, fail, worth")
    file.write_text(text + STUMBLES.replace("{fault}", fault), "utf-8")


def grade(root, out, answer="X.sum(dim=1)"):
    """Exit code, what was said, and the result."""
    source = RIGHT["sums"].replace("X.sum(dim=1)", answer)
    write_class(root / "class", {"ada": {"sums.py": source}})
    command = ["grade", "class", "-o", str(out), "--assignment", "01_sums", "--device", "cpu", "--workers", "1"]
    done = CliRunner().invoke(app, [*command, "--lang", "en"])
    file = out / "results/ada.json"
    return done.exit_code, done.stderr, json.loads(file.read_text("utf-8")) if file.is_file() else None


def test_a_broken_check_is_exit_2_names_file_and_cure_and_writes_nothing(course, tmp_path):
    add_check(course, fault=" + student.row_sums(X).summ()")
    code, said, result = grade(course, tmp_path / "out")
    assert code == 2 and result is None and not (tmp_path / "out").exists()
    assert "checks_public.py:" in said and "check_first_row is broken, it raises AttributeError" in said
    assert "mend the check" in said and "autograder verify" in said


def test_a_check_that_rejects_the_solution_is_refused_too(course, tmp_path):
    add_check(course, fault=" + 1")
    code, said, _ = grade(course, tmp_path / "out")
    assert code == 2 and "check_first_row rejects the solution" in said and "not the first row" in said
    assert not (tmp_path / "out").exists() and not cache_folder().exists()


def test_the_second_time_it_is_remembered_until_the_course_changes(course, tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr("autograder.grading.pool.Pool.rehearse", lambda pool, names: tried.append(names) or [])
    for number in (1, 2):
        assert grade(course, tmp_path / f"out{number}")[0] == 0
    assert tried == [["01_sums"]]
    add_check(course)
    assert grade(course, tmp_path / "out3")[0] == 0
    assert tried == [["01_sums"], ["01_sums"]]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_cannot_be_written_is_no_hindrance(course, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_CACHE", "/proc/nowhere")
    assert grade(course, tmp_path / "out")[0] == 0


def test_an_odd_answer_costs_its_student_and_nobody_else(course):
    """What a check raises over None, a number, an empty list … stays the student's failure."""
    add_check(course)
    loaded = load_course(course)
    assignment = loaded.assignments[0]
    (check,) = [c for c in collect_checks([assignment])["01_sums"] if c.name == "check_first_row"]
    for number, answer in enumerate(ODD):
        file = course / f"odd{number}.py"
        file.write_text(RIGHT["sums"].replace("X.sum(dim=1)", answer), "utf-8")
        verdicts = try_module(assignment, load_file(file, "sums"), [check], 1)
        (verdict,) = told_apart(loaded, assignment, verdicts, 1)
        assert (verdict.status, verdict.earned) == ("failed", 0), answer
        assert str(verdict.message)


def test_a_check_that_breaks_on_the_solution_with_these_inputs_is_broken_for_the_student(course):
    add_check(course, fault=" + student.row_sums(X).summ()")
    loaded = load_course(course)
    assignment = loaded.assignments[0]
    (check,) = [c for c in collect_checks([assignment])["01_sums"] if c.name == "check_first_row"]
    solution = load_file(course / "solutions/01_sums/sums.py", "sums")
    (verdict,) = told_apart(loaded, assignment, try_module(assignment, solution, [check], 1), 1)
    assert (verdict.status, verdict.earned) == ("broken", 0)
    assert "not your fault" in verdict.message.en and "不是你的问题" in verdict.message.zh
    told = fault(loaded, assignment, verdict)
    assert "summ" in told.en and "checks_public.py, line" in told.en and "请修正这个检查" in told.zh


def test_a_broken_check_found_while_grading_is_exit_2_and_not_kept(course, tmp_path, monkeypatch):
    """The rehearsal was remembered (a later attempt is drawn anew, and there it breaks)."""
    add_check(course, fault=" + student.row_sums(X).summ()")
    monkeypatch.setattr("autograder.grading.pool.Pool.rehearse", lambda pool, names: [])
    code, _, result = grade(course, tmp_path / "out")
    (row,) = [c for c in result["assignments"][0]["checks"] if c["name"] == "check_first_row"]
    assert code == 2 and (row["status"], row["score"], row["max_score"]) == ("broken", 0, 1)
    assert "summ" not in row["message"]["en"] and "summ" in result["assignments"][0]["notes"][0]["en"]
    started = result["started"], result["seconds"]
    code, _, result = grade(course, tmp_path / "out")
    assert code == 2 and (result["started"], result["seconds"]) != started


def test_a_solution_that_marks_what_is_given_can_be_tried(course):
    file = course / "solutions/01_sums/sums.py"
    text = file.read_text("utf-8").replace(
        "import torch\n", "import torch\n\nfrom autograder.course.answers import given\n"
    )
    file.write_text(text, "utf-8")
    loaded = load_course(course)
    source = solution_source(loaded, loaded.assignments[0])
    assert "from autograder.selfcheck import given" in source.cells[0].code
