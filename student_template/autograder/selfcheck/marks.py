"""Marks a function as a check: its points and its exercise; its docstring is its line in the rubric."""

import inspect
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Worth:
    """What `@worth` says of a check; `seconds` is its own wall limit where the assignment's does not fit."""

    points: float
    exercise: str
    seconds: float | None = None


@dataclass(frozen=True)
class Check:
    """A check as the rubric lists it; `titles` maps `en` and `zh-CN` to one sentence."""

    name: str
    function: Callable
    points: float
    exercise: str
    titles: dict
    hidden: bool
    seconds: float | None = None

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles["en"]


def worth(points: float, exercise: str, *, seconds: float | None = None):
    """Mark a check as worth `points` of `exercise` (the student's public name)."""
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not points > 0:
        raise ValueError(f"@worth: points must be a positive number, not {points!r}")
    if not isinstance(exercise, str) or not exercise.isidentifier():
        raise ValueError(f"@worth: exercise must be the student's public name, not {exercise!r}")

    def mark(function):
        function.worth = Worth(points, exercise, seconds)
        return function

    return mark


def given(thing):
    """Mark a function or class of a solution whose body students receive as it is."""
    return thing


def read_check(function: Callable, hidden: bool, file: str) -> Check:
    """The `Check` behind a marked function. Raises `ValueError` naming the file where the mark is incomplete."""
    name = function.__name__
    mark = getattr(function, "worth", None)
    if not isinstance(mark, Worth):
        raise ValueError(f"{file}: {name} has no @worth(points, exercise) above it")
    if list(inspect.signature(function).parameters) != ["student"]:
        raise ValueError(f"{file}: {name} must take exactly one parameter, named student")
    titles = read_titles(function)
    if not titles["en"]:
        raise ValueError(f"{file}: {name} needs a docstring: the sentence a student reads")
    return Check(name, function, mark.points, mark.exercise, titles, hidden, mark.seconds)


def read_titles(function: Callable) -> dict:
    """Titles from a docstring: its first paragraph is English, its second Chinese."""
    paragraphs = [" ".join(p.split()) for p in (inspect.getdoc(function) or "").split("\n\n")] + ["", ""]
    return {"en": paragraphs[0], "zh-CN": paragraphs[1]}
