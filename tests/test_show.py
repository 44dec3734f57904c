"""Students' pictures: drawn from right answers, and one friendly sentence where something is not written yet."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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


def show(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Runs the command as a student does, on a machine without a screen."""
    env = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH")
    }
    command = [sys.executable, "-m", "autograder.selfcheck.show", "--lang", "en", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize("arguments", [["edges"], ["kernel"], ["lenet", "--epochs", "1"]], ids=lambda each: each[0])
def test_pictures_of_right_answers(solved, arguments):
    run = show(solved, *arguments)
    assert run.returncode == 0, run.stderr
    picture = (solved / f"{arguments[0]}.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


def test_on_a_stub_one_sentence_says_where_to_begin(folder):
    run = show(folder, "edges")
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert "not written yet" in run.stderr and "corr2d.py" in run.stderr
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
    run = show(tmp_path / "course", "edges")
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert word in run.stderr


def test_elsewhere_it_says_where_to_go(folder, tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "autograder.selfcheck.show", "edges", "--lang", "en"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 1 and "change to your course folder" in run.stderr
