"""What a person can mend is one sentence and exit code 2; what is no such thing is shown as a fault of the kit."""

import ast
import importlib
import inspect
import os
import pickle
import pkgutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import autograder
from autograder import errors
from autograder.errors import KitError, reported
from autograder.text import Text, choose, joined
from tests.tiny import RIGHT, tiny_course, write_class

KIT = Path(autograder.__file__).parent


@pytest.fixture
def course(tmp_path):
    return tiny_course(tmp_path / "course")


def asked(root, *arguments, **environment):
    """Exit code, standard output and standard error of the command in a process of its own, in the course's folder."""
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    settings = os.environ | {"PYTHONPATH": str(KIT.parent), "AUTOGRADER_LANG": "en"} | environment
    done = subprocess.run(command, cwd=root, env=settings, capture_output=True, timeout=300)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def refused(root, *arguments, **environment):
    """The one sentence of a command that cannot be carried out."""
    code, _, said = asked(root, *arguments, **environment)
    assert code == 2 and "Traceback" not in said, said
    return said


def test_a_text_is_chosen_when_it_is_shown():
    text = Text("two", "二") + ": " + Text("three", "三")
    try:
        for language, shown in (("en", "two: three"), ("zh-CN", "二: 三")):
            choose(language)
            assert str(text) == f"{text}" == shown
    finally:
        choose(None)
    assert joined(", ", [Text("a", "甲"), "b"]) == Text("a, b", "甲, b") and not Text()
    assert Text("only").within("zh-CN") == "only" and pickle.loads(pickle.dumps(text)) == text


def test_every_error_of_the_kit_is_in_the_tree_and_travels_between_processes():
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert len(kinds) > 10
    for kind in kinds:
        error = pickle.loads(pickle.dumps(kind("what to do", "怎么办")))
        assert isinstance(error, KitError) and error.text == Text("what to do", "怎么办")


def test_no_other_exception_is_defined_that_would_reach_a_person():
    """Whatever else derives from Exception is caught inside, or is a verdict; each is listed here with its reason."""
    inside = {
        "Unhappy", "Partial", "Stopped", "Raised",  # what becomes of a check
        "Unmet",  # a verdict on its way to pytest's report
        "Malformed", "TooMuch", "Unsendable", "Flood",  # the wire's, caught by the worker's handle
        "NoText", "Overtime", "Strike",  # raised and caught beside the student's code
    }  # fmt: skip
    for module in pkgutil.walk_packages([str(KIT)], "autograder."):
        if module.name.endswith("__main__"):
            continue
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, BaseException) and kind.__module__ == module.name:
                assert issubclass(kind, KitError) or name in inside, f"{module.name}.{name}"


def test_every_error_is_raised_in_two_languages():
    """A KitError takes both languages, or a text that has them."""
    names = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, KitError)}
    for file in KIT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            call = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
                single = call.args[0] if len(call.args) == 1 else None
                told = len(call.args) == 2 or isinstance(single, ast.Name | ast.Attribute | ast.Call | ast.BinOp)
                assert told, f"{file}:{node.lineno}"


def test_an_out_that_is_a_file_and_one_below_a_file(course, tmp_path):
    (tmp_path / "file").write_text("")
    write_class(tmp_path / "class", {"ada": RIGHT})
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        assert str(tmp_path / "file") in refused(course, "grade", tmp_path / "class", "-o", out)
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(
    ("file", "text", "word"),
    [
        ("solutions/01_sums/mistakes.py", "\nbroken = missing_name\n", "NameError"),
        ("solutions/01_sums/sums.py", "\ndef f(:\n", "sums.py"),
        ("solutions/01_sums/mistakes.py", "\nraise SystemExit(3)\n", "SystemExit"),
        ("assignments/01_sums/checks_hidden.py", "\ndef f(:\n", "SyntaxError"),
        ("assignments/01_sums/assignment.toml", "\n= 3", "assignment.toml"),
    ],
)
def test_a_broken_file_of_the_course_is_named_with_its_line(course, file, text, word):
    path = course / file
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    said = refused(course, "verify", "01_sums")
    assert path.name in said and word in said
    assert "mend" in said or "cannot be used" in said or "not valid TOML" in said
    chinese = refused(course, "verify", "01_sums", AUTOGRADER_LANG="zh-CN", PYTHONIOENCODING="utf-8")
    assert chinese != said and path.name in chinese


def test_a_console_that_lacks_a_character_shows_the_rest(course):
    code, output, said = asked(course, "doctor", AUTOGRADER_LANG="zh-CN", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert code in (0, 1) and "Traceback" not in said and b"torch" in output


def test_a_fault_of_the_kit_is_shown_as_one(course):
    code = "import autograder.gradebook.store as s\ndel s.Gradebook\nfrom autograder.cli import app\napp()\n"
    command = [sys.executable, "-c", code, "marks", str(course)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=os.environ | {"AUTOGRADER_LANG": "en"})
    assert done.returncode == 2 and "Traceback" in done.stderr and "this is a fault of the kit" in done.stderr


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), sqlite3.OperationalError("disk I/O error"), b"\xff"],
    ids=["disk", "sqlite", "encoding"],
)
def test_what_disk_sqlite_and_encodings_raise_names_the_file(error):
    with pytest.raises(KitError) as caught, reported("gradebook.sqlite"):
        if isinstance(error, bytes):
            error.decode("utf-8")
        else:
            raise error
    assert "gradebook.sqlite" in caught.value.text.en and "gradebook.sqlite" in caught.value.text.zh


@pytest.mark.parametrize(
    ("line", "word"), [('exercises = "a"\n', "[exercises]"), ("limits = 3\n", "[limits]"), ("", "positive number")]
)
def test_a_value_of_the_wrong_kind_in_assignment_toml_is_said(course, line, word):
    file = course / "assignments" / "01_sums" / "assignment.toml"
    limits = "" if line else "[limits]\nseconds = inf\n"
    file.write_text(line + 'module = "sums"\ntitle = { en = "a", zh-CN = "b" }\n' + limits)
    for command in (("verify", "01_sums"), ("release",)):
        said = refused(course, *command)
        assert word in said and "assignment.toml" in said


def test_a_solution_that_is_not_utf_8_is_named(course):
    file = course / "solutions" / "01_sums" / "sums.py"
    file.write_bytes(file.read_bytes() + b"# \xd6\xd0\n")
    assert "sums.py" in refused(course, "release") and "sums.py" in refused(course, "verify", "01_sums")


def test_a_gradebook_that_another_program_holds_is_not_to_be_moved_away(tmp_path):
    for error in (sqlite3.OperationalError("database is locked"), sqlite3.OperationalError("database table is locked")):
        with pytest.raises(KitError, match="wait until it is done"), reported(tmp_path / "gradebook.sqlite"):
            raise error


def test_an_export_is_utf_8_whatever_the_console_speaks(course, tmp_path):
    write_class(tmp_path / "class", {"李雷": {"rows.py": RIGHT["rows"]}})
    asked(course, "grade", tmp_path / "class", "-o", tmp_path / "out", "--assignment", "02_rows")
    _, output, _ = asked(course, "export", tmp_path / "out", "--format", "csv", PYTHONIOENCODING="ascii")
    assert "李雷" in output.decode("utf-8")


def test_a_gradebook_that_is_none_or_of_a_newer_kit(course, tmp_path):
    (tmp_path / "gradebook.sqlite").write_text("no database at all, " * 100)
    assert "move it away" in refused(course, "marks", tmp_path)
    (tmp_path / "gradebook.sqlite").unlink()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    assert "newer version" in refused(course, "marks", tmp_path)
