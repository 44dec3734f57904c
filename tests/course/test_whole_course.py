"""The real grader on the real course: the solution earns 100 of 100, the stub and answers without a thought nothing."""

import shutil
import subprocess
import sys

import pytest

from autograder.course.answers import Answers
from autograder.course.course import load_course
from autograder.course.stubs import stub
from autograder.gradebook.records import Result, decode

THOUGHTLESS = {
    "returns_none": "return None",
    "returns_zero": "return 0",
    "returns_one": "return 1",
    "returns_zeros": "return torch.zeros_like(args[0]) if args and torch.is_tensor(args[0]) else torch.zeros(3, 3)",
    "returns_ones": "return torch.ones_like(args[0]) if args and torch.is_tensor(args[0]) else torch.ones(3, 3)",
    "returns_chance": "return torch.rand_like(args[0]) if args and torch.is_tensor(args[0]) else torch.rand(3, 3)",
    "returns_its_input": "return args[0] if args else None",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, Result]:
    course, work = load_course(), tmp_path_factory.mktemp("course")
    for assignment in course.assignments:
        solution = Answers(course, assignment).file
        source = solution.read_text(encoding="utf-8")
        thoughtless = {
            who: "import torch\n" + "".join(f"def {e}(*args, **kwargs):\n    {body}\n" for e in assignment.exercises)
            for who, body in THOUGHTLESS.items()
        }
        for who, text in {"solution": source, "stub": stub(source), **thoughtless}.items():
            (work / "class" / who).mkdir(parents=True, exist_ok=True)
            (work / "class" / who / solution.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", work / "class", "-o", work / "out"],
        cwd=course.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    files = (work / "out" / "results").glob("*.json")
    yield {r.submission: r for r in (decode(f.read_bytes()) for f in files)}
    shutil.rmtree(work)


def test_the_solution_earns_everything(results):
    solution = results["solution"]
    bad = [(c.name, c.message) for a in solution.assignments for c in a.checks if c.status != "passed"]
    assert (solution.score, solution.max_score, bad) == (100, 100, [])


@pytest.mark.parametrize("who", ["stub", *THOUGHTLESS])
def test_no_thought_earns_nothing(results, who):
    given = [(c.name, c.score) for a in results[who].assignments for c in a.checks if c.score]
    assert (results[who].score, results[who].max_score, given) == (0, 100, [])
