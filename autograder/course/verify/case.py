"""What the stages of `verify` share: one assignment, its checks and answers, what was tried and what was found."""

import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.course.answers import Alternative, Answers, Mistake
from autograder.course.course import Course
from autograder.course.trial import try_module
from autograder.course.verify.pruned_replies import Played
from autograder.course.verify.report import Report
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.judge import Verdict
from autograder.selfcheck.marks import Check
from autograder.text import Text


@dataclass
class Attempt:
    """A wrong answer that was tried: how to make it anew, and what the checks said."""

    what: str
    make: Callable[[], types.ModuleType]
    verdicts: list[Verdict]


class Case:
    """One assignment under examination. A stage is a function of a case: it tries, and says what is wrong."""

    def __init__(self, course: Course, assignment: Assignment, checks: list[Check], full: bool, seed: int):
        self.course, self.assignment, self.checks, self.full, self.seed = course, assignment, checks, full, seed
        self.answers = Answers(course, assignment)
        self.report = Report(assignment.name, sum(c.points for c in checks), len(checks))
        self.rejecting: set[str] = set()  # checks that failed a mistake
        self.wrong: list[Attempt] = []
        self.played: list[Played] = []  # the checks on the solution, with its pruned replies

    @property
    def quick(self) -> list[Check]:
        """The checks that train no net."""
        return [check for check in self.checks if check.seconds is None]

    def problem(self, file: Path, en: str, zh: str, line: int = 0) -> None:
        """Something to mend in `file`; the text says what to do."""
        where = self.shown(file) + (f":{line}" if line else "")
        self.report.problems.append(Text(f"{where}: {en}", f"{where}：{zh}"))

    def problem_of(self, check: Check, en: str, zh: str) -> None:
        """The same, in a check."""
        code = check.function.__code__
        self.problem(Path(code.co_filename), en, zh, code.co_firstlineno)

    def problem_in(self, answer: Mistake | Alternative, en: str, zh: str) -> None:
        """The same, in a mistake or an alternative."""
        name = "mistakes.py" if isinstance(answer, Mistake) else "alternatives.py"
        code = getattr(answer.replacement, "__code__", None)
        self.problem(self.answers.folder / name, f"{answer.name} {en}", f"{answer.name} {zh}", _line(code))

    def shown(self, file: Path) -> str:
        """A file's path from the course's root."""
        return file.relative_to(self.course.root).as_posix() if file.is_relative_to(self.course.root) else str(file)

    def tried(self, module: types.ModuleType, slow: bool = False, seed: int | None = None) -> list[Verdict]:
        """The verdicts on `module`; checks that train take part if `slow` or in a full run."""
        checks = self.checks if slow or self.full else self.quick
        return try_module(self.assignment, module, checks, self.seed if seed is None else seed)

    def tried_wrong(self, what: str, make: Callable[[], types.ModuleType], slow: bool = False) -> list[Verdict]:
        """The same for an answer that is wrong; later stages look at what was said."""
        self.wrong.append(Attempt(what, make, self.tried(make(), slow)))
        return self.wrong[-1].verdicts


def _line(code: types.CodeType | None) -> int:
    return code.co_firstlineno if code else 0
