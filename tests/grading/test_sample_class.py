"""The sample class: listed and read as it should be, and graded with the marks that each student deserves."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.course import load_course
from autograder.intake.finding import find_submissions, read_submission

CLASS = Path(__file__).parents[1] / "submissions"

# 02_corr2d of 23 and 04_channels of 15 points; what went wrong stands in the file of the student
DESERVED = {
    "ada_lovelace": (23, 15),
    "王芳": (23, 15),
    "林晓": (23, 15),  # by loops, by einsum and unfold, as in the book
    "ben_carter": (13, 0),  # half done
    "李雷": (3, 12),  # a syntax error in corr2d.py costs the function that it stands in, and what calls it
    "emma_fischer": (23, 0),  # channels.py is missing
    "赵敏": (0, 15),  # an endless loop, in another assignment
    "韩梅梅": (23, 15),  # padding on one side, in another assignment
    "liam_oconnor": (2, 4),  # swapped axes
    "sun_hao": (15, 0),  # sys.exit at import, in another assignment
    "周杰": (23, 0),  # a notebook
    "maria_garcia": (20, 0),  # a zip
    "noah_kim": (2, 0),  # calls d2l in all but edge_image
    "olga_ivanova": (0, 0),  # hands in pooling and LeNet alone
    "吴迪": (21, 0),  # computes in NumPy: the layer has no gradient
    "tom_becker": (0, 0),  # the stub, untouched
    "priya_patel": (2, 0),  # wrong return types
    "郑爽": (6, 6),  # flipped kernels
    "yuki_tanaka": (8, 0),  # torch's own convolution
}


@pytest.fixture(scope="module")
def found():
    assignments = load_course().assignments
    return find_submissions(
        [CLASS], {a.name: a.module for a in assignments}, {a.module: tuple(a.exercises) for a in assignments}
    )


def test_everybody_is_found(found):
    assert {f.name for f in found} == set(DESERVED)


def test_modules_are_taken_from_where_they_lie(found):
    taken = {f.name: read_submission(f).taken for f in found}
    assert set(taken["周杰"]) == {"corr2d", "padding_stride", "pooling", "lenet"}
    assert set(taken["周杰"].values()) == {"周杰.ipynb"}
    assert taken["maria_garcia"]["pooling"] == "05_pooling/pooling.py"
    assert taken["王芳"]["corr2d"] == "corr2d.py" and len(taken["ada_lovelace"]) == 6
    assert taken["emma_fischer"]["pooling"] == "pool.py" and "channels" not in taken["emma_fischer"]


def test_helpers_come_along(found):
    sources = {f.name: read_submission(f) for f in found if f.name in ("maria_garcia", "emma_fischer")}
    assert "tools" in sources["maria_garcia"].sources("pooling") and "helpers" in sources["emma_fischer"].sources(
        "corr2d"
    )
    assert not {"conftest", "test_mine"} & set(sources["maria_garcia"].sources("corr2d"))


def test_marks(tmp_path):
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        CLASS,
        "-o",
        out,
        "--seed",
        "7",
        "--assignment",
        "02_corr2d",
        "--assignment",
        "04_channels",
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=CLASS.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
    results = [json.loads(file.read_text(encoding="utf-8")) for file in (out / "results").glob("*.json")]
    assert {r["submission"]: tuple(a["score"] for a in r["assignments"]) for r in results} == DESERVED
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(DESERVED)
