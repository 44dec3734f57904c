"""Students' pictures: drawn from right answers, and one friendly sentence where something is not written yet."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.selfcheck.errors import AssignmentError, KitError
from autograder.selfcheck.pictures import find_pictures

ROOT = Path(__file__).parents[2]
OWN = '''
from autograder.selfcheck.pictures import NoPicture, Student, picture

@picture
def bars(student: Student, plot, label, *, count: int = 2):
    """Bars as high as the student says

    学生说多高就多高的柱子
    """
    figure, axis = plot.subplots()
    axis.bar(range(count), [student.call("height", i) for i in range(count)])
    return figure
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The student version with untouched stubs, in an environment without the kit."""
    root = tmp_path_factory.mktemp("student") / "course"
    shutil.copytree(ROOT / "student_template", root)
    return root


@pytest.fixture(scope="module")
def solved(folder, tmp_path_factory):
    """The same folder with the solutions in it."""
    root = tmp_path_factory.mktemp("solved") / "course"
    shutil.copytree(folder, root)
    for name in ("02_corr2d/corr2d.py", "06_lenet/lenet.py"):
        shutil.copy(ROOT / "solutions" / name, root / name)
    return root


@pytest.fixture
def small(folder, tmp_path):
    """A course of one assignment with a picture of its own, which knows no convolution."""
    shutil.copytree(folder / "autograder", tmp_path / "autograder")
    add(tmp_path, "01_bars", "bars", OWN)
    (tmp_path / "01_bars/bars.py").write_text("def height(i):\n    return i + 1\n")
    return tmp_path


def add(root: Path, name: str, module: str, pictures: str) -> None:
    (root / name).mkdir()
    (root / name / "assignment.toml").write_text(f'module = "{module}"\n[title]\nen = "A"\nzh-CN = "甲"\n', "utf-8")
    (root / name / "pictures.py").write_text(pictures, "utf-8")


def run(folder: Path, *words: str, where: Path | None = None) -> subprocess.CompletedProcess:
    """Runs `python -m WORDS` as a student does, on a machine without a screen."""
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env |= {"PYTHONPATH": str(folder), "AUTOGRADER_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=where or folder, env=env, capture_output=True, encoding="utf-8", timeout=600)


def show(folder: Path, *words: str) -> subprocess.CompletedProcess:
    return run(folder, "autograder", "show", *words)


@pytest.mark.parametrize("arguments", [["edges"], ["kernel"], ["lenet", "--epochs", "1"]], ids=lambda each: each[0])
def test_pictures_of_right_answers(solved, arguments):
    shown = show(solved, *arguments)
    assert shown.returncode == 0, shown.stderr
    picture = (solved / f"{arguments[0]}.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


def test_a_training_is_told_while_it_runs_and_kept_until_something_changes(solved):
    first = show(solved, "lenet", "--epochs", "2", "--again")
    assert (
        "epoch 2/2  accuracy " in first.stderr and " s left" in first.stderr and "training your LeNet" in first.stdout
    )
    second = show(solved, "lenet", "--epochs", "2")
    assert second.returncode == 0 and "your last training" in second.stdout and "epoch" not in second.stderr
    with (solved / "06_lenet/lenet.py").open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert "training your LeNet" in show(solved, "lenet", "--epochs", "1").stdout


def test_the_accuracy_check_can_be_rehearsed(solved):
    file = solved / "06_lenet/lenet.py"
    code = re.sub(r"(?m)^NUM_EPOCHS = \d+", "NUM_EPOCHS = 1", file.read_text("utf-8"))
    file.write_text(code, "utf-8")
    told = run(solved, "data")
    assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"\d\d\.\d%: [0246] / 6\n", told.stdout) and "epoch 1/1" in told.stderr


def test_on_a_stub_one_sentence_says_where_to_begin(folder):
    shown = show(folder, "edges")
    assert shown.returncode == 1 and "Traceback" not in shown.stderr
    assert "not written yet" in shown.stderr and "corr2d.py" in shown.stderr
    assert not (folder / "edges.png").exists()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("def edge_image():\n    return None\n", "two axes"),
        ("def edge_image():\n    return 1 / 0\n", "ZeroDivisionError"),
        ("def edge_image(:\n", "SyntaxError"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
        ("", "has no `edge_image`"),
    ],
)
def test_what_goes_wrong_in_a_students_file_reads_well(solved, tmp_path, answer, word):
    shutil.copytree(solved, tmp_path / "course")
    (tmp_path / "course/02_corr2d/corr2d.py").write_text(answer)
    shown = show(tmp_path / "course", "edges")
    assert shown.returncode == 1 and "Traceback" not in shown.stderr
    assert word in shown.stderr


def test_the_line_that_is_shown_is_the_students_and_not_the_pictures(solved, tmp_path):
    shutil.copytree(solved, tmp_path / "course")
    layer = "class Conv2D:\n    def __init__(self, size):\n        pass\n    def parameters(self):\n        return []\n"
    with (tmp_path / "course/02_corr2d/corr2d.py").open("a") as file:
        file.write(layer)
    shown = show(tmp_path / "course", "kernel")
    assert shown.returncode == 1 and "`Conv2D` raised ValueError" in shown.stderr
    assert "pictures.py" not in shown.stderr


def test_elsewhere_it_says_where_to_go(folder, tmp_path):
    shown = run(folder, "autograder", "show", "edges", where=tmp_path)
    assert shown.returncode == 2 and "change to your course folder" in shown.stderr


def test_a_course_brings_its_own_pictures_and_their_options(small):
    assert "bars   Bars as high as the student says" in show(small).stdout
    assert "学生说多高就多高的柱子" in show(small, "--lang", "zh-CN").stdout
    assert "--count" in show(small, "--help").stdout
    shown = show(small, "bars", "--count", "3", "--save")
    assert shown.returncode == 0 and (small / "bars.png").is_file(), shown.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bar"], "no picture `bar`. Did you mean `bars`?"),
        (["Bars"], "Did you mean `bars`?"),
        (["bars", "--size", "3"], "--size"),
        (["bars", "--count", "many"], "many"),
        (["bars", "--lang", "fr"], "fr"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(small, words, sentence):
    shown = show(small, *words)
    assert shown.returncode == 2 and sentence in shown.stderr and "Traceback" not in shown.stderr


def test_an_option_of_another_picture_is_refused(solved):
    shown = show(solved, "edges", "--epochs", "3")
    assert shown.returncode == 2 and "`edges` does not take --epochs" in shown.stderr


def test_without_a_command_it_says_what_there_is(folder):
    said = run(folder, "autograder")
    assert said.returncode == 0 and "python -m autograder show" in said.stdout and "pytest" in said.stdout
    unknown = run(folder, "autograder", "shwo")
    assert unknown.returncode == 2 and "Did you mean `show`?" in unknown.stderr


@pytest.mark.parametrize(("language", "word"), [("en", "new name"), ("zh-CN", "改名")])
def test_the_former_name_says_the_new_one(folder, language, word):
    said = run(folder, "autograder.selfcheck.show", "edges", "--lang", language)
    assert said.returncode == 2 and not said.stdout
    assert word in said.stderr and said.stderr.endswith("python -m autograder show edges\n")


def test_pictures_of_this_course_are_listed_in_both_languages():
    pictures = find_pictures(ROOT / "assignments")
    assert {"edges", "kernel", "lenet"} <= pictures.keys()
    assert all(each.title.en and each.title.zh != each.title.en and each.title.zh for each in pictures.values())


def test_two_pictures_of_one_name_and_a_broken_file_are_named(small):
    add(small, "02_more", "more", OWN)
    with pytest.raises(AssignmentError, match=r"01_bars/pictures.py and 02_more/pictures.py both have .*`bars`"):
        find_pictures(small)
    (small / "02_more/pictures.py").write_text("import no_such_module\n")
    with pytest.raises(KitError, match=r"02_more.pictures.py cannot be loaded: No module named"):
        find_pictures(small)
