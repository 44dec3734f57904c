"""Tells a check that is broken from one that stumbled over a student's answer: the solution is asked the same."""

from collections.abc import Iterable

from autograder.course.answers import Answers
from autograder.course.course import Course
from autograder.course.trial import breaks, try_module
from autograder.errors import reported
from autograder.sandbox.job import Cell, Source
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.judge import FAILED, PASSED, Verdict, broken
from autograder.text import Text


def fault(course: Course, assignment: Assignment, verdict: Verdict) -> Text:
    """What is wrong with a check that the solution does not pass: its name, its file and the cure."""
    code = verdict.check.function.__code__
    where = f"{code.co_filename}:{code.co_firstlineno}: {verdict.check.name} "
    solution = Answers(course, assignment).file
    if verdict.broke:
        return where + breaks(verdict)
    return Text(
        f"{where}rejects the solution {solution} ({verdict.message.en}): mend the one that is wrong",
        f"{where}没有让参考答案 {solution} 通过（{verdict.message.zh}）：请修正二者中出错的一个",
    )


def solution_source(course: Course, assignment: Assignment) -> Source:
    """The solution as if it had been handed in; beside students' code there is `selfcheck`, but no kit."""
    file = Answers(course, assignment).file
    with reported(file):
        code = file.read_text("utf-8")
    code = code.replace("from autograder.course.answers import", "from autograder.selfcheck import")
    return Source(file.name, (Cell(code, file.name),))


def told_apart(course: Course, assignment: Assignment, verdicts: list[Verdict], seed: int) -> list[Verdict]:
    """The verdicts of a student, with `broken` for a check that breaks on the solution's answers too.

    A check that stumbled over an odd answer stays `failed`: whose fault it was only the same question can tell.
    """
    return [_told_apart(course, assignment, verdict, seed) for verdict in verdicts]


def _told_apart(course: Course, assignment: Assignment, verdict: Verdict, seed: int) -> Verdict:
    if verdict.status != FAILED or not verdict.broke:
        return verdict
    (right,) = try_module(assignment, Answers(course, assignment).solution(), [verdict.check], seed)
    return broken(verdict) if right.broke else verdict


def failures(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that did not pass, once each message."""
    return list({str(v.message) + v.broke: v for v in verdicts if v.status != PASSED}.values())
