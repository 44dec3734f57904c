"""The handouts: each lists every exercise, and the points that its checks really give."""

import re
from pathlib import Path

import pytest

from autograder.course.checks import collect_checks
from autograder.course.course import load_course

ASSIGNMENTS = load_course(Path(__file__).parents[2]).assignments
ROW = re.compile(r"^\| `(\w+)` *\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$", re.MULTILINE)
TOTAL = re.compile(
    r"^\| \*\*(?:together|合计)\*\* \| \*\*(.*?)\*\* \| \*\*(.*?)\*\* \| \*\*(.*?)\*\* \|$", re.MULTILINE
)


def points(cell):
    return float(cell.strip(" –") or 0)


@pytest.fixture(scope="module")
def checks():
    return collect_checks(ASSIGNMENTS)


@pytest.mark.parametrize("language", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_the_table_of_points_is_true(assignment, language, checks):
    text = (assignment.folder / language).read_text("utf-8")
    listed = {name: list(map(points, row)) for name, *row in ROW.findall(text)}
    true = {name: [0.0, 0.0, 0.0] for name in assignment.exercises}
    total = [0.0, 0.0, 0.0]
    for check in checks[assignment.name]:
        rows = [total] if check.seconds else [total, true[check.exercise]]  # the accuracy has a row of its own
        for row in rows:
            row[check.hidden] += check.points
            row[2] += check.points
    assert listed == true
    assert list(map(points, TOTAL.search(text).groups())) == total


@pytest.mark.parametrize("language", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_every_exercise_has_its_paragraph(assignment, language):
    headings = re.findall(r"^### .*$", (assignment.folder / language).read_text("utf-8"), re.MULTILINE)
    for exercise in assignment.exercises:
        assert any(f"`{exercise}" in heading for heading in headings), exercise
