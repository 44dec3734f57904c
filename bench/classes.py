"""Classes to grade: any number of students, each with a realistic mixture of right, wrong and broken modules."""

import random
import shutil
from pathlib import Path

from autograder.course.answers import Answers
from autograder.course.course import Course
from autograder.course.stubs import stub

SLOW = ("while ", "sleep(")  # a loop without end costs its time limit and nothing else: not what is measured here


def make_class(course: Course, folder: Path, students: int, names: tuple[str, ...], seed: int = 0) -> Path:
    """Write `students` submissions of the assignments `names` into `folder`.

    Each module is drawn from the sample class, the solution (a third) and the untouched stub (one in twelve).
    """
    rng = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    variants = {a: _variants(course, a) for a in course.select(list(names))}
    for number in range(students):
        for assignment, (right, blank, others) in variants.items():
            source = rng.choices([right, blank, rng.choice(others or [right])], weights=[4, 1, 7])[0]
            file = folder / f"student_{number:05d}" / assignment.name / f"{assignment.module}.py"
            file.parent.mkdir(parents=True)
            file.write_text(f"{source}\n# student {number}\n", encoding="utf-8")
    return folder


def _variants(course: Course, assignment) -> tuple[str, str, list[str]]:
    right = Answers(course, assignment).file.read_text(encoding="utf-8")
    sample = sorted((course.root / "tests" / "submissions").glob(f"**/{assignment.module}.py"))
    others = [
        text for text in (f.read_text(encoding="utf-8") for f in sample) if not any(word in text for word in SLOW)
    ]
    return right, stub(right), others
