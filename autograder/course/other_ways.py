"""Other ways to write an exercise, with what each shows: for the pages of those who have passed, and nobody else.

They are the alternatives that say what they show, read from the text of `alternatives.py`: a page needs no torch.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from autograder.course.course import Course, load_course
from autograder.errors import CourseError, KitError
from autograder.text import Text


class OtherWay(Struct):
    """A right answer under the exercise's own name, with the helpers that it calls, and one sentence about it."""

    shows: Text
    code: str


OtherWays = Mapping[tuple[str, str], Sequence[OtherWay]]  # by assignment and exercise


def other_ways() -> OtherWays:
    """Those of the course that is found from here; empty where there is none."""
    try:
        course = load_course()
    except KitError:
        return {}
    return other_ways_of(course)


def other_ways_of(course: Course) -> OtherWays:
    """All of a course. Raises `CourseError` where a file of alternatives is no Python."""
    found: dict[tuple[str, str], list[OtherWay]] = {}
    for assignment in course.assignments:
        file = course.solutions(assignment) / "alternatives.py"
        if not file.is_file():
            continue
        try:
            tree = ast.parse(text := file.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            raise CourseError(f"{file}: {error}: mend this file", f"{file}：{error}：请修正这个文件") from error
        for exercise, way in _ways_in(tree, text):
            found.setdefault((assignment.name, exercise), []).append(way)
    return found


def _ways_in(tree: ast.Module, text: str) -> Iterator[tuple[str, OtherWay]]:
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for name, node in defined.items():
        for mark in node.decorator_list:
            if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "alternative"):
                continue
            says = {k.arg: k.value.value for k in mark.keywords if isinstance(k.value, ast.Constant)}
            if says.get("shows") and mark.args and isinstance(mark.args[0], ast.Constant):
                exercise = str(mark.args[0].value)
                code = "\n\n".join(_source(defined[each], text) for each in _needed(name, defined))
                shows = Text(str(says["shows"]), str(says.get("shows_zh", "")))
                yield exercise, OtherWay(shows, re.sub(rf"\b{name}\b", exercise, code))


def _needed(name: str, defined: Mapping[str, ast.stmt]) -> list[str]:
    """The definitions of the same file that one of them reaches, in the order in which they stand; itself last."""
    reached, todo = set(), [name]
    while todo:
        here = todo.pop()
        reached.add(here)
        names = {node.id for node in ast.walk(defined[here]) if isinstance(node, ast.Name)}
        todo += [each for each in names & set(defined) if each not in reached]
    return [each for each in defined if each in reached and each != name] + [name]


def _source(node: ast.stmt, text: str) -> str:
    """A definition without the mark above it; its other decorators stay."""
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    kept = [ast.get_source_segment(text, d) for d in node.decorator_list if "alternative" not in ast.unparse(d)]
    return "\n".join([*(f"@{each}" for each in kept), ast.get_source_segment(text, node) or ""])
