"""Answers that only the kit knows: the solution, named mistakes and unusual right alternatives of an assignment."""

import types
from dataclasses import dataclass
from typing import Callable

from autograder.bundle import Bundle, BundleError
from autograder.selfcheck import given  # noqa: F401  solutions may import it from here too
from autograder.selfcheck.assignment import Assignment, importable, load_file


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer: the check that must catch it, and a hint (by language) that guides."""

    name: str
    exercise: str
    replacement: object
    caught_by: str
    hints: dict


@dataclass(frozen=True)
class Alternative:
    """A right but unusual answer that must get every point."""

    name: str
    exercise: str
    replacement: object


def mistake(exercise: str, *, caught_by: str, hint: str, hint_zh: str = "") -> Callable:
    """Mark a function or class as a wrong answer to `exercise`; its own name is the mistake's name."""
    def mark(thing):
        thing.answer = Mistake(thing.__name__, exercise, thing, caught_by, {"en": hint, "zh-CN": hint_zh})
        return thing
    return mark


def alternative(exercise: str) -> Callable:
    """Mark a function or class as a right, unusual answer to `exercise`."""
    def mark(thing):
        thing.answer = Alternative(thing.__name__, exercise, thing)
        return thing
    return mark


class Answers:
    """The answers to one assignment, loaded from its folder under `solutions/`."""

    def __init__(self, bundle: Bundle, assignment: Assignment):
        self.assignment, self.folder = assignment, bundle.solutions(assignment)
        self.file = self.folder / f"{assignment.module}.py"
        if not self.file.is_file():
            raise BundleError(f"{self.file} is missing: it is the right answer to {assignment.name}")

    def solution(self) -> types.ModuleType:
        """A fresh copy of the solution."""
        return load_file(self.file, self.assignment.module)

    def module_with(self, answer: Mistake | Alternative) -> types.ModuleType:
        """A fresh copy of the solution in which `answer` takes its exercise's place."""
        module = self.solution()
        setattr(module, answer.exercise, answer.replacement)
        return module

    def mistakes(self) -> list[Mistake]:
        return self._marked("mistakes.py", Mistake)

    def alternatives(self) -> list[Alternative]:
        return self._marked("alternatives.py", Alternative)

    def _marked(self, name: str, kind: type) -> list:
        file = self.folder / name
        if not file.is_file():
            return []
        with importable({self.assignment.module: self.solution()}):
            module = load_file(file, f"{self.assignment.module}_{file.stem}")
        found = [thing.answer for thing in vars(module).values() if isinstance(getattr(thing, "answer", None), kind)]
        return list({answer.name: answer for answer in found}.values())
