"""The cost of a class: per submission, beside plain pytest and otter, at one and two workers, at three sizes."""

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import Course
from autograder.course.release import release
from autograder.package.otter import test_file
from autograder.sandbox.inside.warm import preload_rules, settle, warm_up
from autograder.selfcheck import face
from autograder.selfcheck.assignment import load_file, load_probes
from autograder.selfcheck.judge import judge

from .classes import make_class
from .stopwatch import Cost, run

BY_HAND = ("01_dense_to_conv", "02_corr2d", "03_padding_stride", "04_channels", "05_pooling")
GRADER = [sys.executable, "-m", "autograder", "grade"]


def grade(course: Course, folder: Path, out: Path, names, workers: int = 0) -> Cost:
    """Grade a class from nothing, as the command line does."""
    shutil.rmtree(out, ignore_errors=True)
    options = [part for name in names for part in ("--assignment", name)]
    return run([*GRADER, str(folder), "-o", str(out), "--workers", str(workers), *options], course.root)


@dataclass(frozen=True)
class Slope:
    """Wall and processor seconds of one more submission, start-up apart, and the wall seconds of the large class."""

    wall: float
    cpu: float
    whole: float


def slope(course: Course, work: Path, names, sizes: tuple[int, int], times: int, workers: int = 0) -> Slope:
    """The difference between a small class and a large one, by the medians of both."""
    few, many = (
        _median_cost(course, make_class(course, work / "class", size, names), work, names, times, workers)
        for size in sizes
    )
    more = sizes[1] - sizes[0]
    return Slope((many.wall - few.wall) / more, (many.cpu - few.cpu) / more, many.wall)


def _median_cost(course: Course, folder: Path, work: Path, names, times: int, workers: int = 0) -> Cost:
    costs = [grade(course, folder, work / "out", names, workers) for _ in range(times)]
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def five_assignments(course: Course, work: Path, students: int, times: int) -> dict:
    """Wall and processor seconds per submission, start-up apart."""
    cost = slope(course, work, BY_HAND, (students // 5, students), times)
    own = own_compute(course, make_class(course, work / "class", students, BY_HAND))
    sixty = make_class(course, work / "sixty", 60, BY_HAND)
    return {
        "wall per submission": cost.wall,
        "cpu per submission": cost.cpu,
        "the students' own compute": own,
        "cpu beyond it": cost.cpu - own,
        f"{students} students, start-up included": cost.whole,
        "60 students, start-up included": _median_cost(course, sixty, work, BY_HAND, times).wall,
    }


def own_compute(course: Course, folder: Path) -> float:
    """Processor seconds per submission that pass within the students' own code, each module in a process of its own.

    Forked where torch is warm, with no lock, no wire and nothing to compare.
    """
    assignments = course.select(list(BY_HAND))
    checks, students = collect_checks(assignments), sorted(folder.iterdir())
    preload_rules(tuple({e.forbidden for a in assignments for e in a.exercises.values()}))
    warm_up()
    settle()
    spent = 0.0
    for student in students:
        for assignment in assignments:
            file = student / assignment.name / f"{assignment.module}.py"
            spent += in_a_fork(lambda a=assignment, f=file: _own_seconds(a, f, checks[a.name]))
    return spent / len(students)


def in_a_fork(measure: Callable[[], float]) -> float:
    """What `measure()` gives in a child of this process, whose output nobody sees."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.write(writer, str(measure()).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return float(said)


def _own_seconds(assignment, file: Path, checks) -> float:
    spent, guard = 0.0, face.LocalBackend._guard

    def clocked(*question):
        nonlocal spent
        start = time.thread_time()
        try:
            return guard(*question)
        finally:
            spent += time.thread_time() - start

    face.LocalBackend._guard, start = clocked, time.thread_time()
    try:
        module = load_file(file, assignment.module)
    except BaseException:  # a broken module has its place in a realistic class
        return time.thread_time() - start
    imported = time.thread_time() - start
    student = face.local_face(module, load_probes(assignment.folder))
    for check in checks:
        judge(check, student, 0, assignment.forbidden(check.exercise))
    return imported + spent


def beside_pytest(course: Course, work: Path, students: int) -> float:
    """Wall seconds per submission of the public checks of five assignments under plain pytest, a process each."""
    folder = make_class(course, work / "pytest-class", students, BY_HAND)
    walls = []
    for student in sorted(folder.iterdir()):
        template = work / "template"
        shutil.rmtree(template, ignore_errors=True)
        release(course, template)
        shutil.copytree(student, template, dirs_exist_ok=True)
        walls.append(run([sys.executable, "-m", "pytest", *BY_HAND], template, expect=(0, 1)).wall)
    return statistics.median(walls)


def beside_otter(course: Course, work: Path, students: int, times: int) -> dict:
    """Wall seconds per submission of each assignment, all its checks, two at a time: otter's and ours."""
    found, one_student = {}, 0.0
    for name in BY_HAND:
        (assignment,) = course.select([name])
        folder = make_class(course, work / "otter-class", students, (name,))
        theirs = _otter(course, work, assignment, folder, times)
        one_student += theirs
        cost = slope(course, work, (name,), (students // 2, 3 * students), times)
        found |= {
            f"{name}, otter run": theirs,
            f"{name}, ours": cost.wall,
            f"{name}, ratio": theirs / cost.wall,
            f"{name}, ratio with start-up": theirs / (cost.whole / (3 * students)),
        }
    return found | {"otter run, five assignments of one student": one_student}


def _otter(course: Course, work: Path, assignment, folder: Path, times: int) -> float:
    """Seconds for one of two submissions that are graded at the same time; they are spread over the class."""
    autograder, scripts = _otter_zip(course, work, assignment), []
    _solution_earns_all(course, work / "otter" / "solution", assignment, autograder)
    everyone = sorted(folder.iterdir())
    for student in everyone[:: len(everyone) // (2 * times)][: 2 * times]:
        script = work / "otter" / student.name / f"{assignment.module}.py"
        script.parent.mkdir(parents=True)
        shutil.copy(student / assignment.name / script.name, script)
        scripts.append(script)
    walls = []
    for pair in zip(scripts[::2], scripts[1::2]):
        commands = " & ".join(
            f"(cd {s.parent} && {sys.executable} -m otter run -a {autograder} {s.name})" for s in pair
        )
        walls.append(run(["sh", "-c", f"{commands} & wait"], environment={"OMP_NUM_THREADS": "1"}).wall / 2)
    return statistics.median(walls)


def _solution_earns_all(course: Course, folder: Path, assignment, autograder: Path) -> None:
    """Raise `RuntimeError` unless otter gives the right answer full marks: what fails at once would look fast."""
    solution = Answers(course, assignment).file
    folder.mkdir()
    shutil.copy(solution, folder)
    run([sys.executable, "-m", "otter", "run", "-a", str(autograder), solution.name], folder)
    scored = [t for t in json.loads((folder / "results.json").read_bytes())["tests"] if "score" in t]
    if not scored or any(t["score"] != t["max_score"] for t in scored):
        raise RuntimeError(f"otter does not give the solution of {assignment.name} full marks: {scored}")


def _otter_zip(course, work, assignment) -> Path:
    tests, file = work / "otter" / "tests", work / "otter" / "autograder.zip"
    shutil.rmtree(work / "otter", ignore_errors=True)
    tests.mkdir(parents=True)
    (tests / f"{assignment.name}.py").write_text(test_file(assignment, hidden=True), encoding="utf-8")
    run(
        [sys.executable, "-m", "otter", "generate", "-t", str(tests), "-o", str(file), "--no-environment"],
        work / "otter",
    )
    return file


def scaling(course: Course, work: Path, name: str, sizes: list[int], times: int) -> dict:
    """Two workers beside one, and what one more submission costs between growing sizes."""
    one, two = (slope(course, work, (name,), (50, 300), times, workers).wall for workers in (1, 2))
    found = {"one worker, each": one, "two workers, each": two, "two workers beside one": one / two}
    for small, large in pairwise(sizes):
        each = slope(course, work, (name,), (small, large), times if large <= 1000 else 1).wall
        found[f"{small:,} to {large:,} submissions, each"] = each
    return found
