"""What a student sees: `pytest` in a released template, in a process of its own that knows no kit."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

import autograder
from autograder.course.course import load_course
from autograder.course.release import release
from tests.tiny import RIGHT, tiny_course

WITHOUT_THE_KIT = """\
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in str(f)]
sys.path[:] = [p for p in sys.path if p != {kit!r}]
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    release(load_course(root), root / "student")
    (root / "site").mkdir()
    kit = os.path.dirname(os.path.dirname(autograder.__file__))
    (root / "site" / "sitecustomize.py").write_text(WITHOUT_THE_KIT.format(kit=kit))
    return root


class Student:
    """A student's copy of the template."""

    def __init__(self, folder, site):
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRADER", "PYTEST"))}
        self.environment |= {
            "AUTOGRADER_LANG": "en",
            "PYTHONPATH": str(site),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "100",
            "OMP_NUM_THREADS": "1",
        }

    def write(self, file, code):
        (self.folder / file).write_text(code, "utf-8")

    def start(self, *arguments, module="pytest", **environment):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts with & ignores Ctrl-C
        try:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.folder,
                encoding="utf-8",
                env=self.environment | environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        finally:
            signal.signal(signal.SIGINT, before)

    def run(self, *arguments):
        process = self.start(*arguments, module="autograder")
        output = process.communicate(timeout=240)[0]
        return process.returncode, output

    def pytest(self, *arguments, **environment):
        """Exit code and output; a traceback must never be among what a student sees."""
        process = self.start(*arguments, **environment)
        output = process.communicate(timeout=240)[0]
        assert "Traceback" not in output and "INTERNALERROR" not in output and "selfcheck/" not in output, output
        return process.returncode, output


@pytest.fixture
def student(released, tmp_path):
    shutil.copytree(released / "student", tmp_path / "student")
    return Student(tmp_path / "student", released / "site")


def line_of(output, exercise):
    return next(line for line in output.splitlines() if re.search(rf"/ \d\S* +{exercise} ", line))


def test_the_untouched_template(student):
    code, output = student.pytest()
    assert code == 0 and "failed" not in output and "3 skipped" in output  # not begun is no failure
    assert output.count("not written yet") >= 3 and "total 0 of 3 public points" in output
    assert "01_sums  Sums  0 / 2" in output and "02_rows  Rows  0 / 1" in output
    assert "`row_sums` is not written yet" in output and "sums.py, line" in output  # where to begin
    assert not re.search(r"hidden|Error\b", output.replace("NotImplementedError", ""))


def test_one_exercise(student):
    student.write("01_sums/sums.py", RIGHT["sums"])
    code, output = student.pytest("--exercise", "column_sums")
    assert code == 0 and "column_sums" in output and "row_sums" not in output and "total 1 of 1" in output


def test_an_unknown_exercise_is_refused_with_the_names(student):
    code, output = student.pytest("--exercise", "colum_sums")
    assert code == 4 and "no exercise is called colum_sums; there are: column_sums, row_sums" in output


def test_full_marks(student):
    for name, code in RIGHT.items():
        student.write(f"{'01' if name == 'sums' else '02'}_{name}/{name}.py", code)
    code, output = student.pytest()
    assert code == 0 and "total 3 of 3 public points" in output and "Well done" in output
    assert "✓ Columns are rows of the transpose." in line_of(output, "column_sums")
    assert "next" not in output


def test_one_assignment_by_its_folder_in_chinese(student):
    student.write("02_rows/rows.py", RIGHT["rows"])
    output = student.pytest("02_rows", AUTOGRADER_LANG="", LC_ALL="zh_CN.UTF-8")[1]
    assert (
        "01_sums" not in output
        and "公开检查共得 1 / 1 分" in output
        and "做得好" in output
        and "✓ 沿哪个轴求和" in output
    )


def test_a_syntax_error_and_a_missing_function(student):
    student.write("01_sums/sums.py", "def row_sums(X)\n    return X\n")
    student.write("02_rows/rows.py", "def row_sum(X):\n    return X.sum(1)\n")
    code, output = student.pytest()
    assert code == 1
    assert output.count("sums.py cannot be imported: SyntaxError") == 1 and "sums.py, line 1: def row_sums(X)" in output
    assert "rows.py defines no `row_sums`. Did you mean `row_sum`?" in output


def test_a_wrong_type_and_an_endless_loop(student):
    student.write(
        "01_sums/sums.py",
        "def row_sums(X):\n    print('looping')\n    while True:\n        pass\n\n\n"
        "def column_sums(X):\n    X.sum(0)\n",
    )
    student.write("02_rows/rows.py", RIGHT["rows"])
    output = student.pytest()[1]
    assert (
        "`column_sums(2×3 tensor)` gave None; expected a tensor. Does every path of the function end in `return`?"
        in output
    )
    assert "stopped after 2 s in `row_sums`" in output and "| looping" in output
    assert "total 1 of 3" in output and "✓" in line_of(output.partition("02_rows")[2], "row_sums")


def test_what_calls_an_endless_function_does_not_wait_for_it_again(student):
    student.write(
        "01_sums/sums.py",
        "def row_sums(X):\n    while True:\n        try:\n            X + 1\n"
        "        except Exception:\n            pass\n\n\n"
        "def helper(X):\n    return row_sums(X.T)\n\n\ndef column_sums(X):\n    return helper(X)\n",
    )
    started = time.monotonic()
    code, output = student.pytest("01_sums")
    assert code == 1 and time.monotonic() - started < 9  # one limit of 2 s, not two
    assert "not run: `row_sums` never ends" in line_of(output, "column_sums") and "total 0 of 2" in output
    assert re.search(r"it was at sums.py, line [2-6]: ", output)


def cells(*codes):
    return json.dumps({"cells": [{"cell_type": "code", "source": code, "metadata": {}} for code in codes]})


def test_a_notebook_beside_an_untouched_stub_is_checked(student):
    student.write("01_sums/lab.ipynb", cells("%pip install torch\nimport torch", RIGHT["sums"], "print(nothing)"))
    code, output = student.pytest("01_sums")
    assert code == 0 and "checked: lab.ipynb, since nothing is written in sums.py" in output
    assert "total 2 of 2" in output and "lab.ipynb, cell 3" in output
    student.write("01_sums/sums.py", "def row_sums(X):\n    return X\n")  # begun: it counts, as it does for the grader
    code, output = student.pytest("01_sums")
    assert code == 1 and "lab.ipynb" not in output


def test_what_comes_after_full_marks(student):
    student.write("01_sums/sums.py", RIGHT["sums"])
    assert "→ next: pytest 02_rows" in student.pytest("01_sums")[1]
    assert "Every public check of column_sums passes" in student.pytest("--exercise", "column_sums")[1]


def test_one_thing_is_next_and_what_cannot_be_imported_comes_first(student):
    student.write("01_sums/sums.py", "def row_sums(X):\n    return X\n\n\ndef column_sums(X):\n    return X\n")
    student.write("02_rows/rows.py", "import sys\nsys.exit()\n")
    output = student.pytest()[1]
    assert output.count("→ next:") == 1 and "→ next: row_sums  (02_rows/rows.py)" in output
    code, output = student.run("--lang", "en")
    assert code == 1 and output.count("→ next:") == 1 and "(01_sums/sums.py)" in output and "later" not in output


def test_answers_in_another_file_are_pointed_at(student):
    student.write("sums.py", RIGHT["sums"])
    student.write("01_sums/mine.py", "def column_sums(X):\n    return X.sum(0)\n")
    code, output = student.pytest("01_sums")
    assert code == 0
    for file in ("sums.py", "01_sums/mine.py"):
        assert f"· {file} has answers, but what is checked is 01_sums/sums.py" in output


def test_what_several_calls_print_is_told_apart(student):
    student.write("01_sums/sums.py", "def row_sums(X):\n    print('of', len(X))\n    return X\n")
    output = student.pytest("--exercise", "row_sums")[1]
    assert "your code printed" in output and "| of" in output and "\x1e" not in output


def test_a_console_of_gbk_is_given_letters_that_it_has(student):
    command = [sys.executable, "-m", "pytest", "01_sums"]
    told = {"PYTHONIOENCODING": "gbk", "AUTOGRADER_LANG": "zh-CN"}
    said = subprocess.run(command, cwd=student.folder, env=student.environment | told, capture_output=True).stdout
    text = said.decode("gbk")
    assert "得分板" in text and "\\u" not in text


def test_a_file_in_another_encoding_is_read_and_named(student):
    (student.folder / "01_sums/sums.py").write_bytes(("# 行与列的和\n" + RIGHT["sums"]).encode("gbk"))
    code, output = student.pytest("01_sums")
    assert code == 0 and "sums.py was read as GB18030" in output and "save it as UTF-8" in output


def test_hints_come_step_by_step_and_progress_is_remembered(student):
    toml = student.folder / "01_sums/assignment.toml"
    hints = '\nhints.en = ["which axis", "dim", "X.sum"]\nhints.zh-CN = ["哪个轴", "dim", "X.sum"]\n'
    toml.write_text(toml.read_text("utf-8").replace("[exercises.row_sums]", "[exercises.row_sums]" + hints), "utf-8")
    assert student.run("hint", "row_sums")[1].startswith("1 of 3  which axis\nOne more: ")
    assert student.run("hint", "row_sums", "--lang", "zh-CN")[1].startswith(
        "第 1 步，共 3 步  哪个轴\n第 2 步，共 3 步  dim\n"
    )
    assert "There is no hint for column_sums" in student.run("hint", "column_sums")[1]
    code, output = student.run("hint", "row_sum")
    assert code == 2 and "Did you mean `row_sums`?" in output
    student.write("01_sums/sums.py", RIGHT["sums"])
    student.pytest("--exercise", "row_sums")
    code, output = student.run("progress")
    assert code == 0 and re.search(r"✓  1/1 .* row_sums .*hints read: 2", output)
    assert "not checked yet" in output and "Traceback" not in output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to a child")
def test_watch_checks_what_was_saved(student):
    process = student.start("watch", "--lang", "en", module="autograder", PYTHONUNBUFFERED="1")
    try:
        assert "Save a file" in process.stdout.readline()
        time.sleep(0.5)
        for code, said in ((RIGHT["sums"], "total 2 of 2"), ("def row_sums(X):\n    return X\n", "next: row_sums")):
            student.write("01_sums/sums.py", code)
            lines = [process.stdout.readline()]
            while not re.search(r" in \d+\.\d+s", lines[-1]) and process.poll() is None:
                lines.append(process.stdout.readline())
            output = "".join(lines)
            assert said in output and "02_rows" not in output.partition("next:")[0] and "arning" not in output, output
        process.send_signal(signal.SIGINT)
        assert "stopped." in process.communicate(timeout=30)[0] and process.returncode == 130
    finally:
        process.kill()


def test_a_module_that_exits_and_one_that_is_gone(student):
    student.write("01_sums/sums.py", "import sys\nsys.exit(0)\n")
    (student.folder / "02_rows/rows.py").unlink()
    code, output = student.pytest()
    assert code == 1 and "total 0 of 3" in output
    assert "sums.py cannot be imported: SystemExit: 0" in output and "02_rows/rows.py is missing" in output


def test_an_exception_is_told_by_call_kind_and_line(student):
    student.write(
        "01_sums/sums.py", "def row_sums(X):\n    return X[7]\n\n\ndef column_sums(X):\n    return X.nothing\n"
    )
    output = student.pytest("01_sums")[1]
    assert "`row_sums(2×3 tensor)` raised IndexError" in output and "sums.py, line 2: return X[7]" in output


@pytest.mark.parametrize(
    ("lang", "hint"), [("en", "hint: Which axis of X should be gone"), ("zh-CN", "提示：结果里应该消失的是")]
)
def test_a_known_mistake_is_given_its_hint(student, lang, hint):
    student.write(
        "01_sums/sums.py",
        "def row_sums(X):\n    return X.sum(dim=0)\n\n\ndef column_sums(X):\n    return X.sum(dim=1)\n",
    )
    output = student.pytest("--lang", lang)[1]
    assert hint in output
    assert output.count("hint:") + output.count("提示：") == 1  # the other fault is none of the known ones


def test_modules_and_helpers_are_importable(student):
    """From another assignment's folder and from the same; and the template brings its own selfcheck."""
    student.write(
        "02_rows/rows.py",
        "import autograder.selfcheck\nfrom sums import row_sums\nfrom tools import say\n\n"
        "say(autograder.selfcheck.__file__)\nassert row_sums\n",
    )
    student.write("02_rows/tools.py", "def say(text):\n    open('said.txt', 'w').write(text)\n")
    student.write("01_sums/sums.py", RIGHT["sums"])
    code, output = student.pytest("02_rows")
    assert code == 0, output
    assert (student.folder / "said.txt").read_text().startswith(str(student.folder.resolve()))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to a child")
def test_ctrl_c_still_shows_the_scoreboard(student):
    student.write(
        "01_sums/sums.py",
        "def row_sums(X):\n    return X.sum(1)\n\n\ndef column_sums(X):\n"
        "    with open('begun', 'w'):\n        pass\n    while True:\n        pass\n",
    )
    toml = student.folder / "01_sums/assignment.toml"
    toml.write_text(toml.read_text("utf-8").replace("seconds = 2", "seconds = 200"), "utf-8")
    process = student.start()
    try:
        deadline = time.monotonic() + 120
        while not (student.folder / "begun").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert process.returncode == 2 and "stopped early" in output and "total 1 of 3" in output
    assert "stopped by Ctrl-C" in output and "Traceback" not in output and "full-trace" not in output
