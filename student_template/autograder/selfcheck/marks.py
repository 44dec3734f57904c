"""Marks a function as a check: its points and its exercise; its docstring is its line in the rubric."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .text import Text

_WRAPPED = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])"
)  # a line's end within Chinese

_Marked = TypeVar("_Marked", bound=Callable)
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Worth:
    """What `@worth` says of a check; `seconds` is its own wall limit where the assignment's does not fit."""

    points: float
    exercise: str
    seconds: float | None = None


@dataclass(frozen=True)
class Check:
    """A check as the rubric lists it; `title` is the sentence that a student reads."""

    name: str
    function: Callable
    points: float
    exercise: str
    title: Text
    hidden: bool
    seconds: float | None = None


def worth(points: float, exercise: str, *, seconds: float | None = None) -> Callable[[_Marked], _Marked]:
    """Mark a check as worth `points` of `exercise` (the student's public name)."""
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not points > 0:
        raise ValueError(f"@worth: points must be a positive number, not {points!r}")
    if not isinstance(exercise, str) or not exercise.isidentifier():
        raise ValueError(f"@worth: exercise must be the student's public name, not {exercise!r}")

    def mark(function: Any) -> Any:
        function.worth = Worth(points, exercise, seconds)
        return function

    return mark


def given(thing: _Thing) -> _Thing:
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
    title = read_title(function)
    if not title.en:
        raise ValueError(f"{file}: {name} needs a docstring: the sentence a student reads")
    return Check(name, function, mark.points, mark.exercise, title, hidden, mark.seconds)


def read_title(function: Callable) -> Text:
    """The title from a docstring: its first paragraph is English, its second Chinese."""
    paragraphs = [" ".join(p.split()) for p in (inspect.getdoc(function) or "").split("\n\n")] + ["", ""]
    return Text(paragraphs[0], _WRAPPED.sub("", paragraphs[1]))
