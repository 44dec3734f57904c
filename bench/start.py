"""How long it takes until something happens: the help text, and a student's first check."""

import shutil
import sys

from autograder.course.answers import Answers
from autograder.course.course import Course
from autograder.course.release import release

from .stopwatch import median, run


def start_up(course: Course, work, times: int) -> dict:
    """Seconds of `autograder --help`, of a bare `import torch`, and of `pytest -k corr2d` on a right answer."""
    template = work / "start"
    shutil.rmtree(template, ignore_errors=True)
    release(course, template)
    for assignment in course.assignments:
        shutil.copy(Answers(course, assignment).file, template / assignment.name)
    found = {
        "autograder --help": median(
            lambda: run([sys.executable, "-m", "autograder", "--help"], course.root).wall, times
        ),
        "import torch": median(lambda: run([sys.executable, "-c", "import torch"]).wall, times),
        "pytest -k corr2d": median(lambda: run([sys.executable, "-m", "pytest", "-k", "corr2d"], template).wall, times),
    }
    found["pytest beside import torch"] = found["pytest -k corr2d"] / found["import torch"]
    return found
