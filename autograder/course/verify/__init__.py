"""Tests the checks: solution, stub, trivial answers, mistakes and alternatives must each score what they should."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import torch

from autograder.course.checks import collect_checks
from autograder.course.course import Course, load_course
from autograder.course.release import stale
from autograder.course.verify import files, judging, leaks, mutants, published
from autograder.course.verify.case import Case
from autograder.course.verify.report import Mutants, Report, Survivor, print_reports, progress_line
from autograder.sandbox.cores import cores
from autograder.text import Text, say

__all__ = ["SEED", "STAGES", "Mutants", "Report", "Survivor", "print_reports", "progress_line", "verify"]

SEED = 20261124  # any fixed number: the checks must hold for every seed, and `--seed` tries another
# In this order; a further one is a function of a `Case` in a module of its own, and a line here.
STAGES: tuple[Callable[[Case], None], ...] = (
    files.unknown_keys,
    files.languages,
    files.spoken_languages,
    files.hints,
    files.names,
    judging.solution,
    published.published_answers,
    judging.pruned,
    judging.worthless,
    judging.mistakes,
    judging.alternatives,
    judging.idle_checks,
    leaks.leaks,
)


def verify(
    course: Course,
    names: list[str] | None = None,
    *,
    full: bool = False,
    seed: int = SEED,
    mutate: bool = False,
    progress: Callable[[str], object] = lambda text: None,
) -> list[Report]:
    """Verify the assignments called `names` (all without), each in a process of its own, one per core at once.

    `full` trains every net, not one of each kind; `mutate` also changes the solutions and looks what no check
    catches; `progress` hears of each assignment that is done.
    """
    assignments = course.select(names)
    collect_checks(assignments)  # a file that cannot be used is said at once
    longest_first = sorted(assignments, key=lambda a: -_size(course.solutions(a) / "mistakes.py"))
    with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
        tasks = {a.name: pool.submit(_verify_one, course.root, a.name, full, seed) for a in longest_first}
        for task in as_completed(tasks.values()):
            progress(say(f"{task.result().assignment} is done", f"{task.result().assignment} 已完成"))
    reports = [tasks[a.name].result() for a in assignments]
    reports[0].problems += _template(course)
    if mutate:
        for report in reports:
            report.mutants = mutants.hunt(course, report.assignment, seed, progress)
            report.problems += mutants.problems(report.mutants)
    return reports


def _verify_one(root: Path, name: str, full: bool, seed: int) -> Report:
    torch.set_num_threads(1)
    course = load_course(root)
    (assignment,) = course.select([name])
    case = Case(course, assignment, collect_checks([assignment])[name], full, seed)
    for stage in STAGES:
        stage(case)
    return case.report


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _template(course: Course) -> list[Text]:
    """Whether the committed student version is what `release` would write today."""
    template = course.root / "student_template"
    changed = stale(course, template) if template.is_dir() else []
    if not changed:
        return []
    names = ", ".join(changed[:5]) + (" …" if len(changed) > 5 else "")
    return [
        Text(
            f"student_template/ is stale ({names}): run `autograder release`",
            f"student_template/ 已过期（{names}）：请运行 `autograder release`",
        )
    ]
