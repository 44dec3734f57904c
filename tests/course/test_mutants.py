"""Mutants of a solution: what is changed, what counts as killed, as equivalent and as a survivor."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import verify as verification
from autograder.course.course import load_course
from autograder.course.verify import mutants
from autograder.course.verify.mutants.changes import changed, changes
from tests.tiny import tiny_course

SUMS = "solutions/01_sums/sums.py"


def diffs(source):
    return {changed(source, change)[2:] for change in changes(source)}


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("def f(a, b):\n    return a - b", "return a - b", "return a + b"),
        ("def f(a, b):\n    return a - b", "return a - b", "pass"),
        ("def f(a):\n    return a[1:3]", "return a[1:3]", "return a[2:3]"),
        ("def f(a):\n    return a[1:3]", "return a[1:3]", "return a[:3]"),
        ("def f(a):\n    return g(a, 2)", "return g(a, 2)", "return g(2, a)"),
        ("def f(X):\n    kh, kw = X.shape", "kh, kw = X.shape", "kw, kh = X.shape"),
        ("def f(X):\n    return X.sum(dim=1)", "return X.sum(dim=1)", "return X.mean(dim=1)"),
        ("def f(X):\n    return X.sum(dim=1)", "return X.sum(dim=1)", "return X.sum()"),
        ("def f(X):\n    return X.flip(0, 1)", "return X.flip(0, 1)", "return X"),
        ("def f(a):\n    if a < 3:\n        return 1", "a < 3", "a <= 3"),
        ("def f(a):\n    if a < 3:\n        return 1", "if a < 3: …", "if True: …"),
        ("def f(a):\n    while a:\n        a += 1", "a += 1", "a -= 1"),
        ("def f(a=True):\n    return not a", "True", "False"),
        ("def f(X):\n    return [x for x in X if x]", "return [x for x in X if x]", "return [x for x in X]"),
    ],
)
def test_faults_of_every_kind_are_made(source, before, after):
    found = {tuple(text.replace(":  …", ":").replace(": …", ":").rstrip() for text in pair) for pair in diffs(source)}
    assert (before.replace(": …", ":"), after.replace(": …", ":")) in found, found


def test_what_is_no_code_of_the_solution_is_left_alone():
    source = (
        '"""Title 1."""\nimport torch\n\n\ndef f(X: "1" = None) -> "tuple[int, 2]":\n    """Doc 3."""\n'
        '    raise ValueError("message 4", 5)\n\n\n@given\ndef g(X):\n    return X + 6\n'
    )
    assert changes(source) == []
    for change in changes(source + "\n\ndef h(X):\n    return X + 1\n"):
        tree, line, *_ = changed(source + "\n\ndef h(X):\n    return X + 1\n", change)
        compile(tree, "x", "exec")
        assert line == 16 and ast.unparse(tree).count("+ 6") == 1


@pytest.fixture
def course(tmp_path):
    return tiny_course(tmp_path / "course")


def hunt(root):
    return mutants.hunt(load_course(root), "01_sums", verification.SEED, lambda text: None)


def rewrite(root, old, new):
    file = root / SUMS
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_no_mutant_of_the_tiny_course_survives(course):
    found = hunt(course)
    assert found.made == found.killed >= 8 and not found.survivors and found.kill_rate == 1


def test_a_hole_in_the_checks_is_one_line_unless_the_solution_says_why_it_may_live(course):
    """No check calls row_sums with a single row; what changes nothing there is an equivalent and dropped."""
    rewrite(
        course,
        "    return X.sum(dim=1)",
        "    if len(X) == 1:\n        return X.sum(dim=1) * 1\n    return X.sum(dim=1)",
    )
    found = hunt(course)
    line = next(n for n, text in enumerate((course / SUMS).read_text("utf-8").splitlines(), 1) if "* 1" in text)
    lives = f"01_sums/sums.py:{line}  - return X.sum(dim=1) * 1  + return X.sum(dim=1) + 1"
    assert found.equivalent >= 1 and lives in map(str, found.survivors)
    assert all(s.line in (line - 1, line) and "row_sums(" in s.shown_by.en for s in found.survivors)
    assert f"solutions/{lives} survives: let a check catch it" in "\n".join(p.en for p in mutants.problems(found))
    rewrite(course, "* 1", "* 1  # survives: one row is no matrix here")
    found = hunt(course)
    assert {s.reason for s in found.survivors if s.line == line} == {"one row is no matrix here"}
    assert not [p for p in mutants.problems(found) if f"sums.py:{line} " in p.en]


def test_endless_mutants_and_those_that_take_their_process_along_are_killed(course, monkeypatch):
    lines = ("left = 3", "while left > 0:", "    left -= 1", "if left > 0:", "    os._exit(1)", "return X.sum(dim=1)")
    rewrite(course, "    return X.sum(dim=1)", "\n".join("    " + line for line in lines))
    rewrite(course, "import torch\n", "import os\n\nimport torch\n")
    found = hunt(course)
    assert found.late >= 3 and found.made == found.killed + found.equivalent + len(found.survivors)


def test_what_the_solution_itself_fails_kills_nothing(course):
    file = course / "assignments/01_sums/checks_hidden.py"
    file.write_text(file.read_text("utf-8").replace('torch_einsum("ij->j", X)', "X.sum()"), "utf-8")
    file = course / "assignments/01_sums/checks_public.py"
    file.write_text(file.read_text("utf-8").replace("[5.0, 7.0, 9.0]", "[5.0, 7.0, 8.0]"), "utf-8")
    assert any("column_sums(" in s.shown_by.en for s in hunt(course).survivors)


def test_the_command_prints_the_rate_and_gives_it_to_machines(course):
    settings = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "300"}
    command = [sys.executable, "-m", "autograder", "verify", "01_sums", "--mutants", "--lang", "en"]
    for more in ([], ["--json"]):
        done = subprocess.run([*command, *more], cwd=course, env=settings, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr
        if more:
            found = json.loads(done.stdout)[0]["mutants"]
            assert found["made"] == found["killed"] > 0 and found["survivors"] == []
        else:
            assert "(100.0 %; 0 ran out of time)" in done.stdout and "survivors: 0" in done.stdout
