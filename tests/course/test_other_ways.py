"""Other ways to write an exercise: what is read from the alternatives, and that the course has two of each."""

import ast
import builtins
from dataclasses import replace

import pytest

from autograder.course.course import load_course
from autograder.course.other_ways import other_ways_of
from autograder.errors import CourseError


def test_every_exercise_has_two_that_stand_alone():
    """Each says in both languages what it shows, and calls nothing of that file but what is shown with it."""
    course = load_course()
    ways = other_ways_of(course)
    for assignment in course.assignments:
        given = set(dir(builtins)) | set(assignment.exercises)
        imported = {"F", "nn", "np", "torch", "math", "itertools", "mul", "reduce", "functools"}
        for exercise in assignment.exercises:
            found = ways[assignment.name, exercise]
            assert len(found) == 2, exercise
            for way in found:
                assert way.shows.en and way.shows.zh and "alternative" not in way.code
                tree = ast.parse(way.code)
                names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
                bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
                bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
                bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
                free = {n.id for n in names} - bound - given - imported
                assert exercise in bound and not free, (exercise, free)


def test_they_come_with_their_helpers_and_under_the_exercises_name():
    ways = other_ways_of(load_course())
    code = next(w.code for w in ways["03_padding_stride", "conv_output_shape"] if "_both" in w.code)
    assert code.startswith("def _both(") and "def conv_output_shape(" in code and "by_counting" not in code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[corr2d.none_such]\nen = "a"\nzh-CN = "b"', "none_such"),
        ('[corr2d.shifts_and_adds]\nen = "a"', "zh-CN"),
        ("corr2d = 3", "tables"),
        ("[corr2d", "other_ways.toml"),
    ],
)
def test_a_slip_names_the_file(tmp_path, text, words):
    course = load_course()
    folder = tmp_path / "solutions" / "02_corr2d"
    folder.mkdir(parents=True)
    (folder / "alternatives.py").write_bytes((course.root / "solutions/02_corr2d/alternatives.py").read_bytes())
    (folder / "other_ways.toml").write_text(text, "utf-8")
    with pytest.raises(CourseError) as caught:
        other_ways_of(replace(course, root=tmp_path))
    assert words in str(caught.value) and "other_ways.toml" in str(caught.value)
