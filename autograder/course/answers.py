"""Answers that only the kit knows: the solution, named mistakes and unusual right alternatives of an assignment."""

import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.selfcheck import given  # noqa: F401  solutions may import it from here too
from autograder.selfcheck.assignment import Assignment, importable, load_file
from autograder.text import Text

_Answer = TypeVar("_Answer", "Mistake", "Alternative")
_Marked = TypeVar("_Marked", bound=Callable)


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer: the check that must catch it, what is wrong in a few words, and a hint that guides."""

    name: str
    exercise: str
    replacement: object
    caught_by: str
    title: Text
    hint: Text


@dataclass(frozen=True)
class Alternative:
    """A right but unusual answer that must get every point."""

    name: str
    exercise: str
    replacement: object


def mistake(
    exercise: str, *, caught_by: str, title_zh: str = "", hint: str = "", hint_zh: str = "", title: str = ""
) -> Callable[[_Marked], _Marked]:
    """Mark a function or class as a wrong answer to `exercise`; its own name is the mistake's name.

    The short English title is that name in words unless `title` says it better. `verify` asks for what is left out.
    """

    def mark(thing: Any) -> Any:
        name = thing.__name__
        text = Text(title or name.replace("_", " "), title_zh)
        thing.answer = Mistake(name, exercise, thing, caught_by, text, Text(hint, hint_zh))
        return thing

    return mark


def alternative(exercise: str) -> Callable[[_Marked], _Marked]:
    """Mark a function or class as a right, unusual answer to `exercise`."""

    def mark(thing: Any) -> Any:
        thing.answer = Alternative(thing.__name__, exercise, thing)
        return thing

    return mark


class Answers:
    """The answers to one assignment, loaded from its folder under `solutions/`."""

    def __init__(self, course: Course, assignment: Assignment):
        self.assignment, self.folder = assignment, course.solutions(assignment)
        self.file = self.folder / f"{assignment.module}.py"
        if not self.file.is_file():
            raise CourseError(
                f"{self.file} is missing: it is the right answer to {assignment.name}",
                f"缺少 {self.file}：它是 {assignment.name} 的参考答案",
            )

    def solution(self) -> types.ModuleType:
        """A fresh copy of the solution."""
        return self._load(self.file, self.assignment.module)

    def module_with(self, answer: Mistake | Alternative) -> types.ModuleType:
        """A fresh copy of the solution in which `answer` takes its exercise's place."""
        module = self.solution()
        setattr(module, answer.exercise, answer.replacement)
        return module

    def mistakes(self) -> list[Mistake]:
        return self._marked("mistakes.py", Mistake)

    def alternatives(self) -> list[Alternative]:
        return self._marked("alternatives.py", Alternative)

    def _marked(self, name: str, kind: type[_Answer]) -> list[_Answer]:
        file = self.folder / name
        if not file.is_file():
            return []
        with importable({self.assignment.module: self.solution()}):
            module = self._load(file, f"{self.assignment.module}_{file.stem}")
        found = [thing.answer for thing in vars(module).values() if isinstance(getattr(thing, "answer", None), kind)]
        return list({answer.name: answer for answer in found}.values())

    def _load(self, file: Path, name: str) -> types.ModuleType:
        """Run a file of answers; what is wrong with it is said with its line."""
        try:
            return load_file(file, name)
        except (Exception, SystemExit) as error:
            line = getattr(error, "lineno", None) or _line_in(file, error)
            where = f"{file}:{line}" if line else str(file)
            raise CourseError(
                f"{where}: {type(error).__name__}: {error}: mend this file, then run the command again",
                f"{where}：{type(error).__name__}: {error}：请修正这个文件后重试",
            ) from error


def _line_in(file: Path, error: BaseException) -> int | None:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
    return lines[-1] if lines else None
